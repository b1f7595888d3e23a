//! A few words at the foot of the screen that go away by themselves.
//! Must never hide the status line, nor take keys.

use std::collections::VecDeque;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::Clear;
use unicode_width::UnicodeWidthStr;

use crate::bounds::TOASTS_MAX;
use crate::domain::time::DeskTime;

use super::super::effect::{Toast, Tone};
use super::super::theme::Role;
use super::super::widgets::popup::wrap;
use super::look::Look;

/// How long good and plain words stay, in milliseconds.
const SHORT_MS: i64 = 4_000;
/// How long words about a refusal or a failure stay, in milliseconds.
const LONG_MS: i64 = 9_000;
/// Widest toast.
const WIDTH_MAX: u16 = 64;

/// The words on screen, oldest first.
#[derive(Default)]
pub struct Toasts {
    shown: VecDeque<(Toast, DeskTime)>,
}

impl Toasts {
    /// Says something; the oldest goes where there are too many, the same words are said once.
    pub fn say(&mut self, toast: Toast, now: DeskTime) {
        let ms = match toast.tone {
            Tone::Plain | Tone::Good => SHORT_MS,
            Tone::Warning | Tone::Bad => LONG_MS,
        };
        self.shown.retain(|(other, _)| *other != toast);
        self.shown.push_back((toast, now.plus_ms(ms)));
        while self.shown.len() > TOASTS_MAX {
            self.shown.pop_front();
        }
    }
    /// Takes away what has been there long enough.
    pub fn expire(&mut self, now: DeskTime) {
        self.shown.retain(|(_, until)| *until > now);
    }
    /// When the next one goes.
    pub fn next_end(&self) -> Option<DeskTime> {
        self.shown.iter().map(|(_, until)| *until).min()
    }
    /// Takes all away.
    pub fn clear(&mut self) {
        self.shown.clear();
    }
    /// True where nothing is said.
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// Draws them above the footer, newest lowest, at the right.
    pub fn draw(&self, frame: &mut Frame<'_>, look: &Look) {
        let width = WIDTH_MAX.min(look.size.width.saturating_sub(2));
        let mut bottom = look.size.height.saturating_sub(2);
        for (toast, _) in self.shown.iter().rev() {
            let (sign, role) = match toast.tone {
                Tone::Plain => (look.theme.glyphs.separator, Role::Accent),
                Tone::Good => (look.theme.glyphs.check, Role::Good),
                Tone::Warning => ("!", Role::Warn),
                Tone::Bad => (look.theme.glyphs.cross, Role::Error),
            };
            let lines = wrap(&toast.text, width.saturating_sub(4).max(1));
            let widest = lines.iter().map(|line| line.width()).max().unwrap_or(0);
            let widest = u16::try_from(widest).unwrap_or(u16::MAX).saturating_add(4).min(width);
            let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
            if height > bottom || widest < 6 {
                return;
            }
            bottom -= height;
            let x = look.size.width.saturating_sub(widest + 1);
            let area = Rect { x, y: bottom, width: widest, height };
            frame.render_widget(Clear, area);
            let buffer = frame.buffer_mut();
            buffer.set_style(area, look.theme.style(Role::Overlay));
            buffer.set_style(area, look.theme.style(Role::SelectionBlurred));
            buffer.set_stringn(x + 1, bottom, sign, 1, look.theme.style(role));
            for (line, text) in lines.iter().enumerate() {
                let y = bottom + u16::try_from(line).unwrap_or(0);
                let room = usize::from(widest - 4);
                buffer.set_stringn(x + 3, y, text, room, look.theme.style(role));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SHORT_MS, Toasts};
    use crate::bounds::TOASTS_MAX;
    use crate::domain::time::DeskTime;
    use crate::tui::effect::{Toast, Tone};

    #[test]
    fn toasts_are_few_and_go_away() {
        let mut toasts = Toasts::default();
        let now = DeskTime::default();
        for number in 0..10 {
            toasts.say(Toast { tone: Tone::Good, text: number.to_string() }, now);
        }
        assert_eq!(toasts.shown.len(), TOASTS_MAX);
        toasts.say(Toast { tone: Tone::Good, text: "9".into() }, now.plus_ms(1));
        assert_eq!(toasts.shown.len(), TOASTS_MAX, "the same words once");
        assert_eq!(toasts.next_end(), Some(now.plus_ms(SHORT_MS)));
        toasts.expire(now.plus_ms(SHORT_MS));
        assert_eq!(toasts.shown.len(), 1);
    }
}
