//! A bar that shows what is used of a limit, and what one more thing would use.
//! Must never hide that a limit is broken: the bar is full then, and its owner's words have a sign.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::theme::{Role, Theme};

/// What is used, what would be added, and what there is; in any one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gauge {
    /// Used now.
    pub used: i128,
    /// Added by what is being typed.
    pub added: i128,
    /// All there is; zero or less is a limit of nothing.
    pub limit: i128,
}

impl Gauge {
    /// True where it does not fit.
    pub const fn is_over(&self) -> bool {
        self.used.saturating_add(self.added) > self.limit
    }
    /// True where more than four fifths would be used.
    pub const fn is_close(&self) -> bool {
        self.used.saturating_add(self.added).saturating_mul(5) > self.limit.saturating_mul(4)
    }
    /// Cells for what is used and for what is added, of `width`. What is not nothing has a cell.
    fn cells(&self, width: u16) -> (u16, u16) {
        if self.is_over() || self.limit <= 0 {
            return (0, width);
        }
        let share = |part: i128| {
            let exact = part.max(0).saturating_mul(i128::from(width));
            let cells = exact / self.limit + i128::from(exact % self.limit != 0);
            u16::try_from(cells).unwrap_or(width).min(width)
        };
        let all = share(self.used.saturating_add(self.added));
        let used = share(self.used).min(all.saturating_sub(u16::from(self.added > 0)));
        (used, all - used)
    }

    /// Draws it on one line: what is used, then what would be added, then what is left.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, theme: &Theme) {
        let area = area.intersection(buffer.area);
        if area.is_empty() {
            return;
        }
        let (used, added) = self.cells(area.width);
        let role = match (self.is_over(), self.is_close()) {
            (true, _) => Role::Error,
            (false, true) => Role::Warn,
            (false, false) => Role::Accent,
        };
        let [full, empty] = theme.glyphs.gauge;
        for cell in 0..area.width {
            let (sign, role) = if cell < used {
                (full, Role::Muted)
            } else if cell < used + added {
                (full, role)
            } else {
                (empty, Role::Faint)
            };
            buffer.set_stringn(area.x + cell, area.y, sign, 1, theme.style(role));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Gauge;

    fn cells(used: i128, added: i128, limit: i128) -> (u16, u16) {
        Gauge { used, added, limit }.cells(10)
    }

    #[test]
    fn what_is_not_nothing_is_seen_and_what_is_too_much_fills_the_bar() {
        assert_eq!(cells(0, 0, 50_000), (0, 0));
        assert_eq!(cells(0, 1, 50_000), (0, 1));
        assert_eq!(cells(25_000, 5_000, 50_000), (5, 1));
        assert_eq!(cells(25_000, 1, 50_000), (5, 1));
        assert_eq!(cells(49_999, 1, 50_000), (9, 1));
        assert_eq!(cells(0, 50_000, 50_000), (0, 10));
        assert_eq!(cells(0, 50_001, 50_000), (0, 10));
        assert_eq!(cells(0, 1, 0), (0, 10));
        assert!(Gauge { used: 0, added: 50_001, limit: 50_000 }.is_over());
        assert!(!Gauge { used: 0, added: 40_000, limit: 50_000 }.is_close());
        assert!(Gauge { used: 0, added: 40_001, limit: 50_000 }.is_close());
    }
}
