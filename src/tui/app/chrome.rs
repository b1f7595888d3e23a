//! What stands around the panes: tabs and who I am at the top, status and hints at the bottom.
//! Must never take keys; what can be clicked is an action.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Paragraph};
use unicode_width::UnicodeWidthStr;

use crate::bounds::{SCREEN_COLUMNS_MIN, SCREEN_ROWS_MIN};
use crate::desk::event::VenueKind;
use crate::desk::port::StreamState;
use crate::domain::roles::Act;
use crate::domain::trading::TradingState;

use super::super::action::Action;
use super::super::ctx::Ctx;
use super::super::keymap::Context;
use super::super::names::PaneId;
use super::super::panes::clock;
use super::super::screens::ScreenId;
use super::super::theme::{Role, Theme};
use super::look::Look;
use super::session::{Session, inside, is_strip, is_too_small};

impl Session {
    /// Draws everything of a signed-in person's screen.
    pub fn draw(&self, frame: &mut Frame<'_>, look: &Look) {
        frame.buffer_mut().set_style(look.size, look.theme.style(Role::Background));
        if self.is_locked() {
            self.draw_locked(frame, look);
            return;
        }
        if is_too_small(look.size) {
            draw_too_small(self, frame, look);
        } else {
            self.draw_top(frame, look);
            for (id, room) in self.rooms(look) {
                self.draw_pane(frame, id, room, look);
            }
            self.draw_status(frame, look);
            self.draw_hints(frame, look);
        }
        for (_, layer) in &self.layers {
            layer.draw(frame, &self.data.ctx(look, look.size, true));
        }
    }

    /// Draws the lock alone: who passes by must read nothing of what lies below it.
    fn draw_locked(&self, frame: &mut Frame<'_>, look: &Look) {
        if !is_too_small(look.size) {
            self.draw_status(frame, look);
            self.draw_hints(frame, look);
        }
        if let Some((_, lock)) = self.layers.last() {
            lock.draw(frame, &self.data.ctx(look, look.size, true));
        }
    }

    fn draw_pane(&self, frame: &mut Frame<'_>, id: PaneId, room: Rect, look: &Look) {
        let Some(pane) = self.panes.get(&id).filter(|_| !room.is_empty()) else { return };
        let focused = self.focus() == id && self.layers.is_empty();
        let ctx = self.data.ctx(look, inside(room), focused);
        if is_strip(room) {
            pane.draw(frame, &ctx);
            return;
        }
        let (border, title) = if self.focus() == id {
            (Role::BorderFocus, Role::TitleFocus)
        } else {
            (Role::Border, Role::Title)
        };
        let left = spaced(pane.title(&ctx), ctx.style(title));
        let right = spaced(pane.title_right(&ctx), ctx.style(Role::Muted));
        let fits = left.width() + right.width() < usize::from(ctx.area.width);
        let right = if fits { right } else { Line::default() };
        let block = Block::bordered()
            .border_set(look.theme.glyphs.border)
            .border_style(ctx.style(border))
            .title_top(left)
            .title_top(right.right_aligned());
        frame.render_widget(block, room);
        pane.draw(frame, &ctx);
    }

    fn draw_top(&self, frame: &mut Frame<'_>, look: &Look) {
        let area = Rect { height: 1, ..look.size };
        let theme = &look.theme;
        frame.buffer_mut().set_style(area, theme.style(Role::Bar));
        for (tab, screen) in tabs(look.size) {
            let here = screen == self.screen;
            let style = theme.style(if here { Role::TabFocus } else { Role::Tab });
            let text = format!(" {} {} ", screen.number(), screen.title());
            frame.buffer_mut().set_stringn(tab.x, tab.y, text, usize::from(tab.width), style);
        }
        let used = tabs(look.size).last().map_or(0, |(tab, _)| tab.right());
        let room = Rect { x: used + 1, width: area.width.saturating_sub(used + 2), ..area };
        let who = who(self, room.width, theme);
        frame.render_widget(Paragraph::new(who).right_aligned(), room);
    }

    fn draw_status(&self, frame: &mut Frame<'_>, look: &Look) {
        let area = Rect { y: look.size.height.saturating_sub(2), height: 1, ..look.size };
        let ctx = self.data.ctx(look, area, false);
        frame.buffer_mut().set_style(area, ctx.style(Role::Bar));
        let badges = badges(&ctx, area.width);
        let used = u16::try_from(badges.width()).unwrap_or(u16::MAX).saturating_add(2);
        frame.render_widget(badges, Rect { x: 1, width: area.width.saturating_sub(2), ..area });
        let room = area.width.saturating_sub(used.saturating_add(1));
        let line = clock::view::line(&ctx, room);
        let clock = Rect { x: area.width.saturating_sub(room + 1), width: room, ..area };
        frame.render_widget(line.right_aligned(), clock);
    }

    fn draw_hints(&self, frame: &mut Frame<'_>, look: &Look) {
        let area = Rect { y: look.size.height.saturating_sub(1), height: 1, ..look.size };
        frame.buffer_mut().set_style(area, look.theme.style(Role::Bar));
        let (key, words) = (look.theme.style(Role::Key), look.theme.style(Role::Hint));
        for hint in hints(self, look) {
            let buffer = frame.buffer_mut();
            let (x, _) = buffer.set_stringn(hint.x, area.y, &hint.key, hint.width.into(), key);
            let left = usize::from((hint.x + hint.width).saturating_sub(x));
            buffer.set_stringn(x, area.y, format!(" {}", hint.label), left, words);
        }
    }
}

/// A title with a blank at each side, so that the border does not touch it.
fn spaced(line: Line<'static>, style: Style) -> Line<'static> {
    if line.width() == 0 {
        return line;
    }
    let mut spans = vec![Span::raw(" ")];
    spans.extend(line.spans);
    spans.push(Span::raw(" "));
    Line::from(spans).style(style)
}

/// Where each tab stands in the top bar.
fn tabs(size: Rect) -> Vec<(Rect, ScreenId)> {
    let mut x = 0;
    let mut tabs = Vec::new();
    for screen in ScreenId::ALL {
        let width = u16::try_from(screen.title().width()).unwrap_or(0) + 4;
        if x + width > size.width {
            break;
        }
        tabs.push((Rect { x, y: 0, width, height: 1 }, screen));
        x += width;
    }
    tabs
}

/// Who I am and my role; less where there is less room.
fn who(session: &Session, width: u16, theme: &Theme) -> Line<'static> {
    let me = &session.data.view.me;
    let role = session.data.view.role.name;
    let long = format!("{} ({}) {} {role}", me.name, me.login, theme.glyphs.separator);
    let middle = format!("{} {} {role}", me.login, theme.glyphs.separator);
    let texts = [long, middle, me.login.to_string()];
    let fits = |text: &&String| text.width() <= usize::from(width);
    let text = texts.iter().find(fits).cloned().unwrap_or_default();
    Line::styled(text, theme.style(Role::Bar))
}

/// Venue, demo, what the desk takes, stream.
fn badges(ctx: &Ctx<'_>, width: u16) -> Line<'static> {
    let venue = match ctx.view.account.venue {
        VenueKind::Alpaca => " PAPER ",
        VenueKind::Embedded => " EMBEDDED ",
        VenueKind::Ledger => " LEDGER ",
    };
    let mut spans = vec![Span::styled(venue, ctx.style(Role::Badge))];
    if ctx.view.demo {
        let text = if width >= 100 { " DEMO nothing is kept " } else { " DEMO " };
        spans.push(Span::raw(" "));
        spans.push(Span::styled(text, ctx.style(Role::BadgeWarn)));
    }
    if let Some((word, reason)) = stopped(&ctx.view.trading) {
        let text = if width >= 120 { format!(" {word}: {reason} ") } else { format!(" {word} ") };
        spans.push(Span::raw(" "));
        spans.push(Span::styled(text, ctx.style(Role::BadgeWarn)));
    }
    let breaks = ctx.view.reconciled.breaks.len();
    if breaks > 0 {
        let word = if breaks == 1 { "BREAK" } else { "BREAKS" };
        spans.push(Span::raw(" "));
        spans.push(Span::styled(format!(" {breaks} {word} "), ctx.style(Role::BadgeWarn)));
    }
    let glyphs = &ctx.theme.glyphs;
    let (text, role) = match ctx.view.stream {
        StreamState::Live => (format!("{} live", glyphs.dot), Role::Good),
        StreamState::Reconnecting(n) => (format!("{} reconnecting {n}", glyphs.ring), Role::Warn),
        StreamState::Offline => (format!("{} offline", glyphs.ring), Role::Error),
    };
    spans.push(Span::raw("  "));
    spans.push(Span::styled(text, ctx.style(role)));
    Line::from(spans)
}

/// What the desk does not take, in capitals, and why.
const fn stopped(trading: &TradingState) -> Option<(&'static str, &String)> {
    match trading {
        TradingState::Active => None,
        TradingState::ClosingOnly { reason } => Some(("CLOSING ONLY", reason)),
        TradingState::Halted { reason } => Some(("HALTED", reason)),
    }
}

/// A hint in the bottom bar.
struct Hint {
    x: u16,
    width: u16,
    key: String,
    label: &'static str,
    action: Action,
}

/// The hints that fit: what can be done here and now by this person, help always among them.
fn hints(session: &Session, look: &Look) -> Vec<Hint> {
    let contexts = session.contexts();
    let subject = session.subject(look);
    // A layer says how to leave it; below it, leaving is for filters and a zoom only.
    let leaves = |action| action == Action::Close && !session.layers.is_empty();
    let mut specs: Vec<_> =
        Action::TABLE.iter().filter(|spec| spec.hint > 0 || leaves(spec.action)).collect();
    specs.sort_by_key(|spec| if spec.hint == 0 { u8::MAX } else { spec.hint });
    let mut found: Vec<(String, &'static str, Action)> = Vec::new();
    for spec in specs {
        let Some(key) = look.keymap.key_of(&contexts, spec.action) else { continue };
        if session.refuses(spec.action, subject, look).is_none() {
            found.push((key, spec.label, spec.action));
        }
    }
    let width = |hint: &(String, &str, Action)| hint.0.width() + 1 + hint.1.width() + 2;
    let help = found.iter().find(|(_, _, action)| *action == Action::Help).cloned();
    let room = usize::from(look.size.width.saturating_sub(2));
    let kept = help.as_ref().map_or(0, width);
    let (mut used, mut shown) = (0, Vec::new());
    for hint in found.into_iter().filter(|(_, _, action)| *action != Action::Help) {
        if used + width(&hint) + kept > room + 2 {
            break;
        }
        used += width(&hint);
        shown.push(hint);
    }
    shown.extend(help);
    let mut x = 1;
    let mut placed = Vec::with_capacity(shown.len());
    for hint in shown {
        let cells = u16::try_from(width(&hint)).unwrap_or(0);
        let (key, label, action) = hint;
        placed.push(Hint { x, width: cells.saturating_sub(2), key, label, action });
        x += cells;
    }
    placed
}

/// The action that a click in the bars asks for.
pub fn action_at(session: &Session, look: &Look, at: Position) -> Option<Action> {
    if at.y == 0 && session.layers.is_empty() {
        let tab = tabs(look.size).into_iter().find(|(tab, _)| tab.contains(at));
        return tab.and_then(|(_, screen)| Action::screen(screen.number()));
    }
    if at.y + 1 != look.size.height {
        return None;
    }
    let hit = |hint: &Hint| (hint.x..hint.x + hint.width).contains(&at.x);
    hints(session, look).into_iter().find(hit).map(|hint| hint.action)
}

fn draw_too_small(session: &Session, frame: &mut Frame<'_>, look: &Look) {
    if look.size.is_empty() {
        return;
    }
    let ctx = session.data.ctx(look, look.size, true);
    let trading = &session.data.view.trading;
    let kill = match ctx.may(Act::Halt, None) {
        Ok(()) if !trading.is_halted() => {
            format!(", {} halts", ctx.key(&[Context::Global], Action::Halt))
        }
        _ => String::new(),
    };
    let text = format!(
        "{}Make this terminal larger: {}x{} is below {SCREEN_COLUMNS_MIN}x{SCREEN_ROWS_MIN}{kill}",
        stopped(trading).map_or(String::new(), |(word, _)| format!("{word}. ")),
        look.size.width,
        look.size.height,
    );
    let style = look.theme.style(Role::Warn);
    let lines = super::super::widgets::popup::wrap(&text, look.size.width);
    for (line, text) in lines.iter().take(usize::from(look.size.height)).enumerate() {
        let y = u16::try_from(line).unwrap_or(0);
        frame.buffer_mut().set_stringn(0, y, text, usize::from(look.size.width), style);
    }
}
