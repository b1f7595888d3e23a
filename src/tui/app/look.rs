//! How this terminal looks at the desk: size, theme, keys, the time that was last told.
//! Must never hold anything of the desk's.

use ratatui::layout::Rect;

use crate::domain::time::Moment;

use super::super::ctx::Prefs;
use super::super::keymap::Keymap;
use super::super::theme::{Theme, Themes};

/// How this terminal looks at the desk.
pub struct Look {
    /// The terminal, in cells.
    pub size: Rect,
    /// Now, as last told.
    pub now: Moment,
    /// Keys.
    pub keymap: Keymap,
    /// All themes.
    pub themes: Themes,
    /// The theme in use.
    pub theme: Theme,
    /// True where the mouse is reported to the desk.
    pub mouse: bool,
    /// What holds for a person who has not chosen otherwise.
    pub configured: Prefs,
}

impl Look {
    /// A look with the first theme, the mouse reported.
    pub fn new(keymap: Keymap, themes: Themes, now: Moment) -> Self {
        let theme = themes.first().clone();
        let configured = Prefs::default();
        Self { size: Rect::ZERO, now, keymap, themes, theme, mouse: true, configured }
    }
    /// The terminal has another size.
    pub const fn resize(&mut self, width: u16, height: u16) {
        self.size = Rect::new(0, 0, width, height);
    }
    /// Looks like the theme of this name; false where there is none.
    pub fn wear(&mut self, name: &str) -> bool {
        let Some(theme) = self.themes.named(name) else { return false };
        self.theme = theme.clone();
        true
    }
}
