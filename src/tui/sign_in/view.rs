//! How the sign-in screen looks.
//! Must never show a password, nor say which of login and password was wrong.
//!
//! ```text
//!            ╭ Trading Desk ──────────────────────────────────╮
//!            │ Who are you?                                    │
//!            │ ▌admin      Ada Admin            runs the team  │
//!            │                                                 │
//!            ╰─────────────────────────────────────────────────╯
//!  EMBEDDED  DEMO nothing is kept            enter sign in  q quit
//! ```

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::desk::event::VenueKind;
use crate::domain::roles::RoleName;

use super::super::action::Action;
use super::super::app::look::Look;
use super::super::keymap::Context;
use super::super::theme::Role;
use super::super::widgets::popup;
use super::{Mode, SignIn};

const WIDTH: u16 = 60;

/// What stands above the fields.
fn lead(mode: &Mode, is_embedded: bool) -> &'static str {
    match mode {
        Mode::Waiting => "Opening the desk ...",
        Mode::Pick(_) => "This is a demo: pick who you are, no password needed.",
        Mode::Password(_) => "Sign in to the desk.",
        Mode::Found(_) if is_embedded => {
            "First start, on the embedded market: `desk keys` enters those of an Alpaca paper \
             account instead. Make the first admin and the first portfolio; there is no default \
             password."
        }
        Mode::Found(_) => {
            "First start. Make the first admin and the first portfolio; \
             there is no default password."
        }
    }
}

fn is_embedded(screen: &SignIn) -> bool {
    screen.greeting.as_ref().is_some_and(|greeting| greeting.venue == VenueKind::Embedded)
}

struct Parts {
    outer: Rect,
    lead: Vec<String>,
    words: Vec<String>,
    room: Rect,
}

fn layout(screen: &SignIn, look: &Look) -> Parts {
    let width = WIDTH.min(look.size.width);
    let text_width = width.saturating_sub(4);
    let lead = popup::wrap(lead(&screen.mode, is_embedded(screen)), text_width);
    let words = match &screen.words {
        Some(words) => popup::wrap(&words.text, text_width),
        None => Vec::new(),
    };
    let rows = match &screen.mode {
        Mode::Waiting => 0,
        Mode::Pick(_) => {
            let people = screen.greeting.as_ref().map_or(0, |greeting| greeting.open.len());
            u16::try_from(people).unwrap_or(u16::MAX)
        }
        Mode::Password(form) | Mode::Found(form) => form.height(text_width),
    };
    let count = |lines: &Vec<String>| u16::try_from(lines.len()).unwrap_or(0);
    let below = if words.is_empty() { 1 } else { count(&words) + 1 };
    let height = (count(&lead) + 1).saturating_add(rows).saturating_add(below + 2);
    let body = Rect { height: look.size.height.saturating_sub(1), ..look.size };
    let outer = popup::centred(body, width, height);
    let inner = popup::inside(outer);
    let top = (count(&lead) + 1).min(inner.height);
    let room = Rect { y: inner.y + top, height: rows.min(inner.height - top), ..inner };
    Parts { outer, lead, words, room }
}

/// Where the people, or the fields, stand.
pub fn room(screen: &SignIn, look: &Look) -> Rect {
    layout(screen, look).room
}

impl SignIn {
    /// Draws the screen.
    pub fn draw(&self, frame: &mut Frame<'_>, look: &Look) {
        if look.size.is_empty() {
            return;
        }
        let theme = &look.theme;
        frame.buffer_mut().set_style(look.size, theme.style(Role::Background));
        let parts = layout(self, look);
        let inner = popup::draw(frame, parts.outer, "Trading Desk", theme);
        put(frame, inner, &parts.lead, theme.style(Role::Text));
        match &self.mode {
            Mode::Waiting => {}
            Mode::Pick(list) => self.draw_people(frame, list, parts.room, look),
            Mode::Password(form) | Mode::Found(form) => form.draw(frame, parts.room, theme),
        }
        let below = Rect {
            y: parts.room.bottom(),
            height: inner.bottom().saturating_sub(parts.room.bottom()),
            ..inner
        };
        if self.busy {
            put(frame, below, &["Checking ...".to_owned()], theme.style(Role::Muted));
        } else {
            let bad = self.words.as_ref().is_some_and(|words| words.bad);
            let role = if bad { Role::Error } else { Role::Text };
            let skip = Rect { y: below.y + 1, height: below.height.saturating_sub(1), ..below };
            let room = if below.height > 1 { skip } else { below };
            put(frame, room, &parts.words, theme.style(role));
        }
        self.draw_bar(frame, look);
    }

    fn draw_people(
        &self,
        frame: &mut Frame<'_>,
        list: &super::super::widgets::list::List<usize>,
        room: Rect,
        look: &Look,
    ) {
        let Some(greeting) = &self.greeting else { return };
        let theme = &look.theme;
        let keys: Vec<usize> = (0..greeting.open.len()).collect();
        let height = usize::from(room.height);
        let offset = list.offset(&keys, height);
        for (line, index) in keys.iter().skip(offset).take(height).enumerate() {
            let (login, name, role) = &greeting.open[*index];
            let y = room.y + u16::try_from(line).unwrap_or(0);
            let area = Rect { y, height: 1, ..room };
            let here = list.position(&keys) == Some(*index);
            let ground = if here { theme.style(Role::Selection) } else { theme.style(Role::Text) };
            let muted = if here { ground } else { theme.style(Role::Muted) };
            frame.buffer_mut().set_style(area, ground);
            let sign = if here { theme.glyphs.cursor } else { " " };
            let login = login.as_str();
            let line = Line::from(vec![
                Span::styled(format!("{sign}{login:<11}"), ground),
                Span::styled(format!("{name:<16} "), muted),
                Span::styled(format!("{role:<8} {}", what(*role)), muted),
            ]);
            frame.render_widget(line, area);
        }
    }

    fn draw_bar(&self, frame: &mut Frame<'_>, look: &Look) {
        let theme = &look.theme;
        let area = Rect { y: look.size.height - 1, height: 1, ..look.size };
        frame.buffer_mut().set_style(area, theme.style(Role::Bar));
        let mut badges = Vec::new();
        if let Some(greeting) = &self.greeting {
            let venue = match greeting.venue {
                VenueKind::Alpaca => " PAPER ",
                VenueKind::Embedded => " EMBEDDED ",
                VenueKind::Ledger => " LEDGER ",
            };
            badges.push(Span::styled(venue, theme.style(Role::Badge)));
            if greeting.demo {
                badges.push(Span::raw(" "));
                let text = " DEMO nothing is kept ";
                badges.push(Span::styled(text, theme.style(Role::BadgeWarn)));
            }
        }
        let badges = Line::from(badges);
        let used = u16::try_from(badges.width()).unwrap_or(0).saturating_add(2);
        frame.render_widget(badges, area);
        let pairs: &[(Context, Action, &str)] = match self.mode {
            Mode::Waiting => &[(Context::Global, Action::Leave, "leave")],
            Mode::Pick(_) => {
                &[(Context::List, Action::Open, "sign in"), (Context::Global, Action::Quit, "quit")]
            }
            Mode::Password(_) | Mode::Found(_) => &[
                (Context::Form, Action::NextField, "next field"),
                (Context::Form, Action::Accept, "go on"),
                (Context::Global, Action::Leave, "leave"),
            ],
        };
        let mut spans = Vec::new();
        for (context, action, label) in pairs {
            let key = look.keymap.key_of(&[*context], *action).unwrap_or_default();
            spans.push(Span::styled(key, theme.style(Role::Key)));
            spans.push(Span::styled(format!(" {label}  "), theme.style(Role::Hint)));
        }
        let hints = Line::from(spans);
        let room = Rect { x: used, width: area.width.saturating_sub(used), ..area };
        if hints.width() <= usize::from(room.width) {
            frame.render_widget(hints.right_aligned(), room);
        }
    }
}

/// What a role is for, in three words.
const fn what(role: RoleName) -> &'static str {
    match role {
        RoleName::Admin => "runs the team",
        RoleName::Trader => "trades",
        RoleName::Analyst => "sees everything",
        RoleName::Viewer => "sees its own",
    }
}

fn put(frame: &mut Frame<'_>, area: Rect, lines: &[String], style: ratatui::style::Style) {
    for (line, text) in lines.iter().take(usize::from(area.height)).enumerate() {
        let y = area.y + u16::try_from(line).unwrap_or(0);
        frame.buffer_mut().set_stringn(area.x, y, text, usize::from(area.width), style);
    }
}
