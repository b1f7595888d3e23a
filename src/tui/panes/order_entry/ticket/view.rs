//! Draws the ticket: fields at the left, what the order would do at the right, words below.
//! Must never clip a word: what has no room is left out as a whole.
//!
//! ```text
//! +- Buy 10 AAPL ---------------------------------------------------------------+
//! | Side           buy                   Apple Inc.                      NASDAQ |
//! | Symbol        AAPL                   187.52                        ▲ +1.31% |
//! | Portfolio      Tara's book           bid 187.51           ask 187.53        |
//! | Quantity      10                                                            |
//! | Type           limit                 Value                         1,875.00 |
//! | Limit         187.50                 Limit from last        -0.01%    -0.02 |
//! | Time in force  day                   Buying power after          404,275.00 |
//! | Note                                 Position                     120 → 130 |
//! |                                      Buying power   18,650 +1,875 of 424,800|
//! |                                      ██████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░ |
//! | Trade value $61,250.00 exceeds your limit of $50,000.00                     |
//! | f2 sends it at once                                                         |
//! +-----------------------------------------------------------------------------+
//! ```

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use crate::desk::refusal::{Refusal, Rejection};
use crate::domain::orders::Side;

use super::super::figures::{self, Hint, Line};
use super::super::preview::Plan;
use super::Ticket;
use super::fields::{self, Advice};
use super::kinds::SYMBOL;
use super::matches::matches;
use crate::tui::ctx::Ctx;
use crate::tui::theme::Role;
use crate::tui::widgets::popup;

/// Widest ticket.
const WIDTH: u16 = 92;
/// Cells of the fields where the preview stands beside them.
const FIELDS: u16 = 37;
/// Cells between fields and preview.
const GAP: u16 = 2;
/// Narrowest room inside the border in which the preview stands beside the fields.
const BESIDE_MIN: u16 = 74;
/// Rows for fields and preview, so that the ticket does not jump as fields come and go.
const ROWS: u16 = 17;

/// Where everything stands.
struct Layout {
    border: Rect,
    fields: Rect,
    preview: Rect,
    words: Rect,
    hint: Rect,
}

fn layout(ticket: &Ticket, ctx: &Ctx<'_>) -> Layout {
    let body = popup::between_bars(ctx.area);
    let width = WIDTH.min(body.width);
    let inner_width = width.saturating_sub(4);
    let beside = inner_width >= BESIDE_MIN;
    let form_width = if beside { FIELDS } else { inner_width };
    let advice = advice(ticket, ctx);
    let form = ticket.fields.height(form_width, advice.as_ref());
    let said = said(ticket, inner_width, ctx).len();
    let said = u16::try_from(said).unwrap_or(u16::MAX);
    let content = if beside { form.max(ROWS) } else { form.saturating_add(7) };
    let height = content.saturating_add(said.max(1)).saturating_add(3);
    let border = popup::centred(body, width, height);
    let inner = popup::inside(border);
    let hint = Rect { y: inner.bottom().saturating_sub(1), height: inner.height.min(1), ..inner };
    let left = inner.height.saturating_sub(1);
    let said = said.min(left.saturating_sub(1));
    let words = Rect { y: hint.y.saturating_sub(said), height: said, ..inner };
    let top = Rect { height: left - said, ..inner };
    let fields_height = if beside { top.height } else { form.min(top.height) };
    let fields = Rect { width: form_width.min(top.width), height: fields_height, ..top };
    let preview = if beside {
        Rect { x: inner.x + FIELDS + GAP, width: inner.width - FIELDS - GAP, ..top }
    } else {
        let y = (top.y + fields_height + 1).min(top.bottom());
        Rect { y, height: top.bottom() - y, ..top }
    };
    Layout { border, fields, preview, words, hint }
}

/// Why it was not sent, or would not be taken, in lines.
fn said(ticket: &Ticket, width: u16, ctx: &Ctx<'_>) -> Vec<String> {
    let foreseen = || {
        let refusal = refusal(ticket, ctx)?;
        fields::field_of(&refusal).is_none().then(|| refusal.to_string())
    };
    let words = ticket.sending.words().map(str::to_owned).or_else(foreseen);
    words.map_or_else(Vec::new, |words| popup::wrap(&words, width))
}

/// Why the desk would not take it as it stands.
fn refusal(ticket: &Ticket, ctx: &Ctx<'_>) -> Option<Refusal> {
    match ticket.objection(ctx)? {
        Rejection::Refused(refusal) => Some(refusal),
        _ => None,
    }
}

/// The same where it is about one field: beside that field.
fn advice(ticket: &Ticket, ctx: &Ctx<'_>) -> Option<Advice> {
    let refusal = refusal(ticket, ctx)?;
    Some((fields::field_of(&refusal)?, refusal.to_string()))
}

/// What a click is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A field.
    Field(usize),
    /// The line that says how to send.
    Send,
}

/// What is at a place of the terminal.
pub fn target(ticket: &Ticket, ctx: &Ctx<'_>, at: Position) -> Option<Target> {
    let layout = layout(ticket, ctx);
    if layout.hint.contains(at) {
        return Some(Target::Send);
    }
    if !layout.fields.contains(at) {
        return None;
    }
    let advice = advice(ticket, ctx);
    let line = at.y - layout.fields.y;
    ticket.fields.field_at(line, layout.fields, advice.as_ref()).map(Target::Field)
}

/// Draws the ticket.
pub fn draw(ticket: &Ticket, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
    let layout = layout(ticket, ctx);
    popup::draw(frame, layout.border, &title(ticket, ctx), ctx.theme);
    ticket.fields.draw(frame, layout.fields, advice(ticket, ctx).as_ref(), ctx.theme);
    draw_preview(ticket, frame, layout.preview, ctx);
    let said = said(ticket, layout.words.width, ctx);
    for (line, text) in said.iter().take(layout.words.height.into()).enumerate() {
        let y = layout.words.y + u16::try_from(line).unwrap_or(0);
        let width = usize::from(layout.words.width);
        frame.buffer_mut().set_stringn(layout.words.x, y, text, width, ctx.style(Role::Error));
    }
    draw_hint(ticket, frame, layout.hint, ctx);
}

/// `Buy 10 AAPL`, as far as it is known.
fn title(ticket: &Ticket, ctx: &Ctx<'_>) -> String {
    let side = match ticket.fields.side() {
        Side::Buy => "Buy",
        Side::Sell => "Sell",
    };
    let symbol = ticket.fields.symbol(ctx);
    let quantity = ticket.fields.draft(ctx).map(|(_, draft)| draft.amount());
    match (quantity, symbol) {
        (Some(quantity), Some(symbol)) => format!("{side} {quantity} {symbol}"),
        (None, Some(symbol)) => format!("{side} {symbol}"),
        _ => side.to_owned(),
    }
}

fn draw_preview(ticket: &Ticket, frame: &mut Frame<'_>, area: Rect, ctx: &Ctx<'_>) {
    if ticket.is_searching(ctx) {
        ticket.note_drawn(None);
        return draw_matches(ticket, frame, area, ctx);
    }
    let symbol = ticket.fields.symbol(ctx);
    let last = symbol.and_then(|symbol| Some((symbol, ctx.last(symbol)?)));
    ticket.note_drawn(last);
    let mut lines = symbol.map_or_else(Vec::new, |symbol| figures::head(symbol, ctx));
    if let Some((portfolio, draft)) = ticket.fields.draft(ctx) {
        let preview = Plan { portfolio, draft: &draft, amends: None }.preview(ctx);
        lines.push(Line::Blank);
        lines.extend(figures::of(&preview, ctx));
    } else if let (Some(symbol), Some(portfolio)) = (symbol, ticket.fields.portfolio()) {
        lines.push(Line::Blank);
        lines.extend(figures::before(symbol, portfolio, ctx));
    } else if symbol.is_none() {
        let text = "Type a symbol, or words of a name.".to_owned();
        lines.push(Line::Text(text, Role::Muted));
    }
    figures::draw(&lines, frame, area, ctx);
}

/// What the key of sending would do now: it waits for a field that is open or wrong, is refused,
/// asks, or sends.
fn draw_hint(ticket: &Ticket, frame: &mut Frame<'_>, area: Rect, ctx: &Ctx<'_>) {
    figures::draw_hint(&hint(ticket, ctx), frame, area, ctx);
}

fn hint(ticket: &Ticket, ctx: &Ctx<'_>) -> Hint {
    if ticket.sending.is_sent() {
        return Hint::Sent;
    }
    if let Some((label, is_open)) = ticket.fields.awaited(ctx) {
        let long = if is_open {
            " sends it, once all fields are filled in".to_owned()
        } else {
            format!(" sends it, once {label} is right")
        };
        return Hint::Key([long, format!(" waits for {label}")]);
    }
    let plan = ticket.fields.draft(ctx);
    let value = plan.as_ref().and_then(|(portfolio, draft)| {
        Plan { portfolio: *portfolio, draft, amends: None }.value(ctx)
    });
    let above = ctx.prefs.confirm_above;
    Hint::of(ticket.objection(ctx).as_ref(), value.filter(|value| *value >= above).map(|_| above))
}

/// Draws what the typed text may mean; the one that `Enter` takes is marked.
fn draw_matches(ticket: &Ticket, frame: &mut Frame<'_>, area: Rect, ctx: &Ctx<'_>) {
    let typed = ticket.fields.text(SYMBOL);
    let found = matches(typed, ctx);
    if found.is_empty() {
        let text = format!("Nothing here is called '{}'.", figures::fit(typed, 16, "…"));
        figures::draw(&[Line::Text(text, Role::Warn)], frame, area, ctx);
        return;
    }
    let pick = ticket.pick.min(found.len() - 1);
    for (row, (symbol, name)) in found.iter().take(area.height.into()).enumerate() {
        let y = area.y + u16::try_from(row).unwrap_or(0);
        let line = Rect { y, height: 1, ..area };
        let style = if row == pick { ctx.style(Role::Selection) } else { ctx.style(Role::Text) };
        let sign = if row == pick { ctx.theme.glyphs.cursor } else { " " };
        let room = usize::from(area.width);
        let name = figures::fit(name, room.saturating_sub(9), ctx.theme.glyphs.ellipsis);
        let text = format!("{sign}{symbol:<7} {name}");
        let buffer = frame.buffer_mut();
        if row == pick {
            buffer.set_style(line, style);
        }
        buffer.set_stringn(area.x, y, text, room, style);
    }
}
