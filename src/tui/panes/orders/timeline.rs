//! Everything that happened to one order, oldest first, as a layer.
//! Must never keep the order beside the view's: what the view has is newer.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::desk::command::{Answer, Query, TimelineLine};
use crate::domain::ids::OrderId;
use crate::domain::orders::Order;

use super::{view, words};
use crate::tui::action::Action;
use crate::tui::ask::{Replied, Reply, Want};
use crate::tui::ctx::Ctx;
use crate::tui::effect::{Effect, Layer, Reaction};
use crate::tui::keymap::Context;
use crate::tui::theme::Role;
use crate::tui::widgets::table::draw_more;
use crate::tui::widgets::{cells, popup};

const WIDTH: u16 = 100;
const COPIED: u32 = 0;

/// One order's timeline.
pub struct Timeline {
    id: OrderId,
    /// The row it was opened from, for an order that the view no longer holds.
    row: Option<Box<Order>>,
    asked: Option<i64>,
    tag: u32,
    lines: Option<Result<Vec<TimelineLine>, String>>,
    /// Lines scrolled away at the top.
    scroll: usize,
}

/// Lines of text, each in its role.
type Lines = Vec<(String, Role)>;

impl Timeline {
    /// Of an order that the view holds.
    pub fn of(id: OrderId, ctx: &Ctx<'_>) -> Self {
        Self::with(id, ctx.view.orders.get(&id))
    }
    /// Of an order whose row is at hand.
    pub fn with(id: OrderId, row: Option<&Order>) -> Self {
        let row = row.cloned().map(Box::new);
        Self { id, row, asked: None, tag: COPIED, lines: None, scroll: 0 }
    }

    fn order<'a>(&'a self, ctx: &Ctx<'a>) -> Option<&'a Order> {
        ctx.view.orders.get(&self.id).or(self.row.as_deref())
    }

    /// Head and lines, wrapped to `width` cells.
    fn text(&self, ctx: &Ctx<'_>, width: u16) -> (Lines, Lines) {
        let mut head = Vec::new();
        if let Some(order) = self.order(ctx) {
            let (status, role) = words::status(order, &ctx.theme.glyphs);
            let average = cells::or_missing(order.average(), &ctx.theme.glyphs, cells::price);
            let filled = format!("{} of {} filled", order.filled, order.draft.quantity);
            head.push((format!("{status}   {filled}   average {average}"), role));
            let placed = ctx.moment_text(order.placed.market);
            let (book, by) = (ctx.portfolio_name(order.portfolio), ctx.login(order.user));
            let who = format!("{book}   placed {placed} by {by}   order {}", order.id.short());
            let reason = order.reason.iter().map(|text| (text.clone(), Role::Warn));
            let note = Some(&order.draft.note).filter(|note| !note.is_empty());
            let note = note.map(|note| (format!("Note: {note}"), Role::Muted));
            for (text, role) in [(who, Role::Muted)].into_iter().chain(reason).chain(note) {
                head.extend(popup::wrap(&text, width).into_iter().map(|line| (line, role)));
            }
        }
        let body = match &self.lines {
            None => vec![(ctx.theme.glyphs.ellipsis.to_owned(), Role::Faint)],
            Some(Err(why)) => {
                popup::wrap(why, width).into_iter().map(|line| (line, Role::Error)).collect()
            }
            Some(Ok(lines)) => lines.iter().flat_map(|line| entry(line, ctx, width)).collect(),
        };
        (head, body)
    }

    /// Lines of the body in sight, and how many there are.
    fn room(&self, ctx: &Ctx<'_>) -> (usize, usize) {
        let area = popup::between_bars(ctx.area);
        let width = WIDTH.min(area.width).saturating_sub(4);
        let (head, body) = self.text(ctx, width);
        let room = usize::from(area.height).saturating_sub(head.len() + 3).max(1);
        (room.min(body.len()), body.len())
    }

    fn scroll_by(&mut self, steps: isize, ctx: &Ctx<'_>) {
        let (room, all) = self.room(ctx);
        self.scroll = self.scroll.saturating_add_signed(steps).min(all - room);
    }
}

/// One line of a timeline: the moment, who, what; a long one hangs under its text.
fn entry(line: &TimelineLine, ctx: &Ctx<'_>, width: u16) -> Vec<(String, Role)> {
    let at = ctx.moment_text(line.at.market);
    let front = format!("{at:<12}  {:<10}  ", view::who(line, ctx));
    let indent = front.chars().count();
    let room = width.saturating_sub(u16::try_from(indent).unwrap_or(width));
    if room < 16 {
        let text = format!("{at}  {}: {}", view::who(line, ctx), line.text);
        return popup::wrap(&text, width).into_iter().map(|line| (line, Role::Text)).collect();
    }
    let mut texts = Vec::new();
    for (number, text) in popup::wrap(&line.text, room).into_iter().enumerate() {
        let before = if number == 0 { front.clone() } else { " ".repeat(indent) };
        texts.push((format!("{before}{text}"), Role::Text));
    }
    texts
}

impl Layer for Timeline {
    fn contexts(&self) -> &'static [Context] {
        &[Context::List, Context::Confirm]
    }
    fn title(&self) -> String {
        "Timeline of an order".to_owned()
    }
    fn act(&mut self, action: Action, ctx: &Ctx<'_>) -> Reaction {
        let (room, _) = self.room(ctx);
        let page = isize::try_from(room).unwrap_or(isize::MAX);
        match action {
            Action::Close | Action::Open | Action::No => return Reaction::with(Effect::Close),
            Action::Copy => {
                let Some(Ok(lines)) = &self.lines else { return Reaction::done() };
                let texts: Vec<String> = lines.iter().map(|l| view::line_text(l, ctx)).collect();
                return Reaction::with(Effect::Ask(COPIED, Want::Copy(texts.join("\n"))));
            }
            Action::Up => self.scroll_by(-1, ctx),
            Action::Down => self.scroll_by(1, ctx),
            Action::PageUp => self.scroll_by(-page, ctx),
            Action::PageDown => self.scroll_by(page, ctx),
            Action::HalfUp => self.scroll_by(-(page / 2).max(1), ctx),
            Action::HalfDown => self.scroll_by((page / 2).max(1), ctx),
            Action::First => self.scroll = 0,
            Action::Last => self.scroll_by(isize::MAX, ctx),
            _ => {}
        }
        Reaction::done()
    }
    fn mouse(&mut self, mouse: crossterm::event::MouseEvent, ctx: &Ctx<'_>) -> Reaction {
        match mouse.kind {
            crossterm::event::MouseEventKind::ScrollDown => self.scroll_by(3, ctx),
            crossterm::event::MouseEventKind::ScrollUp => self.scroll_by(-3, ctx),
            _ => {}
        }
        Reaction::done()
    }
    fn refuses(&self, action: Action, _ctx: &Ctx<'_>) -> Option<String> {
        let known = !matches!(
            action,
            Action::Filter
                | Action::NextMatch
                | Action::PreviousMatch
                | Action::SortColumn
                | Action::SortDirection
                | Action::Mark
                | Action::Export
                | Action::Yes
                | Action::Left
                | Action::Right
        );
        (!known).then(|| "A timeline is read from top to bottom".to_owned())
    }
    fn reply(&mut self, tag: u32, replied: &Replied, _ctx: &Ctx<'_>) -> Reaction {
        match (tag, replied) {
            (COPIED, Ok(_)) => return Reaction::with(Effect::say("Copied")),
            (COPIED, Err(_)) => return Reaction::NotMine,
            (tag, _) if tag != self.tag => {}
            (_, Ok(Reply::Answer(Answer::Timeline(lines)))) => {
                self.lines = Some(Ok(lines.clone()));
            }
            (_, Ok(_)) => {}
            (_, Err(rejection)) => self.lines = Some(Err(rejection.to_string())),
        }
        Reaction::done()
    }
    fn refresh(&mut self, ctx: &Ctx<'_>) -> Vec<Effect> {
        let version = self.order(ctx).map_or(0, |order| order.version);
        if self.asked == Some(version) {
            return Vec::new();
        }
        self.asked = Some(version);
        self.tag += 1;
        vec![Effect::Ask(self.tag, Want::Query(Query::Timeline(self.id)))]
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        let area = popup::between_bars(ctx.area);
        let width = WIDTH.min(area.width);
        let (head, body) = self.text(ctx, width.saturating_sub(4));
        let wanted = u16::try_from(head.len() + body.len() + 3).unwrap_or(u16::MAX);
        let title = self.order(ctx).map_or("Timeline".to_owned(), |o| words::terms(&o.draft));
        let inner = popup::draw(frame, popup::centred(area, width, wanted), &title, ctx.theme);
        let below = usize::from(inner.height).saturating_sub(head.len() + 1);
        let scroll = self.scroll.min(body.len().saturating_sub(below));
        let blank = (String::new(), Role::Text);
        let lines = head.iter().chain([&blank]).chain(body.iter().skip(scroll));
        for (line, (text, role)) in lines.take(inner.height.into()).enumerate() {
            let y = inner.y + u16::try_from(line).unwrap_or(0);
            let room = usize::from(inner.width);
            frame.buffer_mut().set_stringn(inner.x, y, text, room, ctx.style(*role));
        }
        let height = u16::try_from(below).unwrap_or(u16::MAX);
        let rows = Rect { y: inner.bottom().saturating_sub(height), height, ..inner };
        let more = (scroll > 0, scroll + below < body.len());
        draw_more(frame.buffer_mut(), rows, more, ctx.theme);
    }
}
