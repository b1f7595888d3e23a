//! A few words at the foot of the screen that go away by themselves.
//! Must never hide the status line, nor take keys.

use std::collections::VecDeque;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::widgets::Clear;
use unicode_width::UnicodeWidthStr;

use crate::bounds::TOASTS_MAX;
use crate::domain::time::DeskTime;

use super::super::effect::{Toast, Tone};
use super::super::panes::order_entry::figures::fit;
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
    /// Says something; the oldest goes where there are too many, the same words are said once, and
    /// of one thing only the newest is said.
    pub fn say(&mut self, toast: Toast, now: DeskTime) {
        let ms = match toast.tone {
            Tone::Plain | Tone::Good => SHORT_MS,
            Tone::Warning | Tone::Bad => LONG_MS,
        };
        let says_more = |other: &Toast| {
            other.text != toast.text && (other.about.is_none() || other.about != toast.about)
        };
        self.shown.retain(|(other, _)| says_more(other));
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

    /// Draws them above the status line, newest lowest, at the right. Where a layer is open only
    /// the newest is said, in the line of the hints: nothing that is typed or read is covered.
    pub fn draw(&self, frame: &mut Frame<'_>, look: &Look, covered: bool) {
        if covered {
            if let Some((toast, _)) = self.shown.back() {
                draw_line(toast, frame, look);
            }
            return;
        }
        let width = WIDTH_MAX.min(look.size.width.saturating_sub(2));
        let mut bottom = look.size.height.saturating_sub(2);
        for (toast, _) in self.shown.iter().rev() {
            let lines = wrap(&toast.text, width.saturating_sub(4).max(1));
            let widest = lines.iter().map(|line| line.width()).max().unwrap_or(0);
            let widest = u16::try_from(widest).unwrap_or(u16::MAX).saturating_add(4).min(width);
            let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
            if height > bottom || widest < 6 {
                return;
            }
            bottom -= height;
            let x = look.size.width.saturating_sub(widest + 1);
            draw_block(toast, &lines, frame, Rect { x, y: bottom, width: widest, height }, look);
        }
    }
}

/// Draws one in the last line, cut where it is too long.
fn draw_line(toast: &Toast, frame: &mut Frame<'_>, look: &Look) {
    if look.size.width < 6 || look.size.height == 0 {
        return;
    }
    let room = usize::from(look.size.width - 4);
    let text = fit(&toast.text, room, look.theme.glyphs.ellipsis);
    let width = u16::try_from(text.width()).unwrap_or(u16::MAX).saturating_add(4);
    let width = width.min(look.size.width);
    let (x, y) = (look.size.width - width, look.size.height - 1);
    drop_cut_hint(frame, x, y);
    draw_block(toast, &[text], frame, Rect { x, y, width, height: 1 }, look);
}

/// Takes away what column `x` would leave of the hint that stands across it, back to the two blanks
/// before that hint: half a word says nothing.
fn drop_cut_hint(frame: &mut Frame<'_>, x: u16, y: u16) {
    let buffer = frame.buffer_mut();
    let is_blank = |buffer: &Buffer, x: u16| buffer[(x, y)].symbol() == " ";
    let mut from = x;
    while from > 1 && !(is_blank(buffer, from - 1) && is_blank(buffer, from - 2)) {
        from -= 1;
    }
    for column in from..x {
        buffer[(column, y)].set_symbol(" ");
    }
}

fn draw_block(toast: &Toast, lines: &[String], frame: &mut Frame<'_>, area: Rect, look: &Look) {
    let (sign, role) = match toast.tone {
        Tone::Plain => (look.theme.glyphs.separator, Role::Accent),
        Tone::Good => (look.theme.glyphs.check, Role::Good),
        Tone::Warning => ("!", Role::Warn),
        Tone::Bad => (look.theme.glyphs.cross, Role::Error),
    };
    let style = style(role, look);
    frame.render_widget(Clear, area);
    let buffer = frame.buffer_mut();
    buffer.set_style(area, style);
    buffer.set_stringn(area.x + 1, area.y, sign, 1, style);
    for (y, text) in (area.y..area.bottom()).zip(lines) {
        let room = usize::from(area.width.saturating_sub(4));
        buffer.set_stringn(area.x + 3, y, text, room, style);
    }
}

/// The words' own colour on a ground of their own, never underlined: a theme without a ground for
/// them has them reversed, and one whose ground takes its own ink has that.
fn style(role: Role, look: &Look) -> Style {
    let ground = look.theme.style(Role::SelectionBlurred);
    let words = look.theme.style(role).remove_modifier(Modifier::UNDERLINED);
    let plain = Style { sub_modifier: Modifier::empty(), ..words };
    match (ground.bg, ground.fg) {
        (Some(bg), Some(ink)) => plain.bg(bg).fg(ink),
        (Some(bg), None) => plain.bg(bg),
        (None, _) => plain.add_modifier(Modifier::REVERSED),
    }
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;
    use ratatui::style::Modifier;

    use super::{SHORT_MS, Toasts, style};
    use crate::bounds::TOASTS_MAX;
    use crate::domain::ids::OrderId;
    use crate::domain::time::DeskTime;
    use crate::tui::app::look::Look;
    use crate::tui::effect::{About, Toast, Tone};
    use crate::tui::fixture::Fixture;
    use crate::tui::keymap::Keymap;
    use crate::tui::theme::{Plain, Role, Themes};

    #[test]
    fn toasts_are_few_and_go_away() {
        let mut toasts = Toasts::default();
        let now = DeskTime::default();
        for number in 0..10 {
            toasts.say(Toast::new(Tone::Good, number.to_string()), now);
        }
        assert_eq!(toasts.shown.len(), TOASTS_MAX);
        toasts.say(Toast::new(Tone::Good, "9"), now.plus_ms(1));
        assert_eq!(toasts.shown.len(), TOASTS_MAX, "the same words once");
        assert_eq!(toasts.next_end(), Some(now.plus_ms(SHORT_MS)));
        toasts.expire(now.plus_ms(SHORT_MS));
        assert_eq!(toasts.shown.len(), 1);
    }

    #[test]
    fn of_one_thing_only_the_newest_is_said() {
        let mut toasts = Toasts::default();
        let about = |number| About::Order(OrderId(uuid::Uuid::from_u128(number)));
        for (about, text) in [
            (about(1), "Cancel sent: buy 10 AAPL"),
            (About::Trading, "Closing only: drill"),
            (about(1), "Canceled: buy 10 AAPL"),
            (About::Trading, "Trading is halted: drill"),
            (about(2), "Sent: buy 1 MSFT"),
        ] {
            toasts.say(Toast::new(Tone::Plain, text).about(about), DeskTime::default());
        }
        let said: Vec<&str> = toasts.shown.iter().map(|(toast, _)| toast.text.as_str()).collect();
        let wanted = ["Canceled: buy 10 AAPL", "Trading is halted: drill", "Sent: buy 1 MSFT"];
        assert_eq!(said, wanted);
    }

    #[test]
    fn the_words_have_a_ground_of_their_own_in_every_theme_and_no_line() {
        let names: Vec<String> =
            Themes::built_in(Plain::default()).names().map(str::to_owned).collect();
        assert!(names.len() >= 6);
        for name in names {
            let now = Fixture::desk().look.now;
            let mut look = Look::new(Keymap::built_in(), Themes::built_in(Plain::default()), now);
            assert!(look.wear(&name));
            for role in [Role::Accent, Role::Good, Role::Warn, Role::Error] {
                let style = style(role, &look);
                let reversed = style.add_modifier.contains(Modifier::REVERSED);
                assert!(style.bg.is_some() || reversed, "{name} {role:?}");
                assert!(!style.add_modifier.contains(Modifier::UNDERLINED), "{name} {role:?}");
            }
        }
    }

    #[test]
    fn a_hint_that_the_words_would_cut_goes_whole() {
        let mut look = Fixture::desk().look;
        look.resize(60, 5);
        let mut toasts = Toasts::default();
        toasts.say(Toast::new(Tone::Warning, "w".repeat(36)), DeskTime::default());
        let mut terminal = Terminal::new(TestBackend::new(60, 5)).expect("a terminal");
        terminal
            .draw(|frame| {
                let hints = " f2 send  enter go on  tab next field  esc back";
                frame.buffer_mut().set_string(0, 4, hints, ratatui::style::Style::new());
                toasts.draw(frame, &look, true);
            })
            .expect("drawn");
        let buffer = terminal.backend().buffer();
        let line: String = (0..60).map(|x| buffer[(x, 4)].symbol()).collect();
        assert_eq!(line, format!(" f2 send{:13}! {} ", "", "w".repeat(36)));
    }

    #[test]
    fn above_a_layer_only_the_line_of_the_hints_is_used() {
        let mut look = Fixture::desk().look;
        look.resize(80, 24);
        let mut toasts = Toasts::default();
        for text in ["the first", &"words ".repeat(40)] {
            toasts.say(Toast::new(Tone::Bad, text), DeskTime::default());
        }
        let drawn = |covered| {
            let mut terminal = Terminal::new(TestBackend::new(80, 24)).expect("a terminal");
            terminal.draw(|frame| toasts.draw(frame, &look, covered)).expect("drawn");
            let buffer = terminal.backend().buffer().clone();
            let is_used = |y: &u16| (0..80).any(|x| buffer[(x, *y)].symbol() != " ");
            (0..24).filter(is_used).collect::<Vec<u16>>()
        };
        assert_eq!(drawn(true), [23]);
        assert_eq!(drawn(false).last(), Some(&21), "above the status line");
    }
}
