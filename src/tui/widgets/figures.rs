//! Figures with their names: side by side with the name above, or one below the other.
//! Must never cut a figure: one that does not fit is left out.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::super::theme::{Role, Theme};

/// Cells that a figure side by side takes at least.
const BLOCK_MIN: u16 = 13;
/// Blank cells between two figures.
const GAP: u16 = 2;

/// A figure with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Its name.
    pub name: &'static str,
    /// The figure as text.
    pub text: String,
    /// What it means.
    pub role: Role,
}

impl Figure {
    /// A figure.
    pub fn new(name: &'static str, text: impl Into<String>, role: Role) -> Self {
        Self { name, text: text.into(), role }
    }
    fn width(&self) -> u16 {
        let widest = self.name.width().max(self.text.width());
        u16::try_from(widest).unwrap_or(u16::MAX).max(BLOCK_MIN)
    }
}

/// Draws figures side by side, name above figure, as many as fit whole from the left; those left
/// over go below while there are two rows for them. Gives the rows used.
pub fn draw_blocks(figures: &[Figure], buffer: &mut Buffer, area: Rect, theme: &Theme) -> u16 {
    let (mut x, mut y) = (area.x, area.y);
    let mut used = 0;
    for figure in figures {
        let width = figure.width();
        if x > area.x && x + width > area.right() {
            (x, y) = (area.x, y + 2);
        }
        if y + 2 > area.bottom() || x + width > area.right() {
            break;
        }
        let cells = usize::from(width);
        buffer.set_stringn(x, y, figure.name, cells, theme.style(Role::Header));
        buffer.set_stringn(x, y + 1, &figure.text, cells, theme.style(figure.role));
        x += width + GAP;
        used = y + 2 - area.y;
    }
    used
}

/// Draws figures one below the other, name at the left, figure at the right. What has no row is
/// left out; a figure whose name does not fit beside it stands alone.
pub fn draw_lines(figures: &[Figure], buffer: &mut Buffer, area: Rect, theme: &Theme) {
    for (y, figure) in (area.y..area.bottom()).zip(figures) {
        let needed = u16::try_from(figure.text.width()).unwrap_or(u16::MAX);
        if needed > area.width {
            continue;
        }
        let name = u16::try_from(figure.name.width()).unwrap_or(u16::MAX);
        if name.saturating_add(needed) < area.width {
            buffer.set_stringn(
                area.x,
                y,
                figure.name,
                usize::from(name),
                theme.style(Role::Header),
            );
        }
        let x = area.right() - needed;
        buffer.set_stringn(x, y, &figure.text, usize::from(needed), theme.style(figure.role));
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    use super::{Figure, draw_blocks, draw_lines};
    use crate::tui::theme::{Plain, Role, Themes};

    fn figures() -> Vec<Figure> {
        vec![
            Figure::new("Value", "121,758.20", Role::Text),
            Figure::new("Day P&L", "+255.70", Role::Up),
            Figure::new("Total P&L", "+829.85", Role::Up),
        ]
    }

    fn drawn(width: u16, height: u16, blocks: bool) -> Vec<String> {
        let area = Rect::new(0, 0, width, height);
        let mut buffer = Buffer::empty(area);
        let themes = Themes::built_in(Plain::default());
        if blocks {
            draw_blocks(&figures(), &mut buffer, area, themes.first());
        } else {
            draw_lines(&figures(), &mut buffer, area, themes.first());
        }
        let line = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
        (0..height).map(|y| line(y).trim_end().to_owned()).collect()
    }

    #[test]
    fn blocks_go_on_below_while_there_is_room() {
        assert_eq!(
            drawn(43, 2, true),
            ["Value          Day P&L        Total P&L", "121,758.20     +255.70        +829.85"]
        );
        assert_eq!(
            drawn(30, 4, true),
            ["Value          Day P&L", "121,758.20     +255.70", "Total P&L", "+829.85"]
        );
        assert_eq!(drawn(30, 3, true)[2], "", "half a figure is none");
        assert_eq!(drawn(12, 2, true), ["", ""]);
        drawn(0, 0, true);
    }

    #[test]
    fn lines_have_the_figure_at_the_right() {
        assert_eq!(drawn(18, 2, false), ["Value   121,758.20", "Day P&L    +255.70"]);
        assert_eq!(drawn(12, 1, false), ["  121,758.20"]);
        assert_eq!(drawn(9, 2, false), ["", "  +255.70"]);
    }
}
