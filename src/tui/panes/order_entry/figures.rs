//! What an order would do, as lines: quote, value, distances, position, and a gauge of each limit.
//! Must never rest on colour alone: what is too much says so in words or signs.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use crate::desk::refusal::Rejection;
use crate::domain::ids::PortfolioId;
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::symbols::Symbol;

use super::preview::{Limit, Preview, Unit, held};
use crate::tui::action::Action;
use crate::tui::ctx::Ctx;
use crate::tui::keymap::Context;
use crate::tui::theme::Role;
use crate::tui::widgets::cells;
use crate::tui::widgets::gauge::Gauge;

/// One line of the preview.
pub enum Line {
    /// Nothing.
    Blank,
    /// A text from the left.
    Text(String, Role),
    /// A label at the left, a value at the right.
    Pair(String, String, Role),
    /// The same with a shorter label for where the long one has no room beside the value.
    Either([&'static str; 2], String, Role),
    /// A gauge over the whole width.
    Gauge(Gauge),
}

/// The quote: name, last with the day's change, bid and ask.
pub fn head(symbol: Symbol, ctx: &Ctx<'_>) -> Vec<Line> {
    let glyphs = &ctx.theme.glyphs;
    let mut lines = Vec::new();
    if let Some(asset) = ctx.view.assets.get(&symbol) {
        let (place, role) = match asset {
            asset if asset.halted => ("HALTED", Role::Warn),
            asset if !asset.tradable => ("not tradable", Role::Warn),
            asset => (asset.exchange.as_str(), Role::Muted),
        };
        lines.push(Line::Pair(asset.name.clone(), place.to_owned(), role));
    }
    let Some(ticker) = ctx.ticker(symbol) else {
        lines.push(Line::Text(format!("No price yet {}", glyphs.missing), Role::Warn));
        return lines;
    };
    let (change, role) = cells::day_change(ticker, glyphs);
    lines.push(Line::Pair(format!("Last {}", cells::price(ticker.last)), change, role));
    let side = |price: Price, size: Qty| {
        if price.is_zero() {
            glyphs.missing.to_owned()
        } else {
            format!("{} x {}", cells::price_like(price, ticker.last), cells::short_quantity(size))
        }
    };
    let bid = format!("Bid {}", side(ticker.bid, ticker.bid_size));
    let ask = format!("Ask {}", side(ticker.ask, ticker.ask_size));
    lines.push(Line::Pair(bid, ask, Role::Muted));
    lines
}

/// What is known before the order can be read: what is held, and what there is to spend.
pub fn before(symbol: Symbol, portfolio: PortfolioId, ctx: &Ctx<'_>) -> Vec<Line> {
    let held = cells::quantity(held(portfolio, symbol, ctx));
    let free = ctx.view.funds.buying_power - ctx.view.reserved;
    vec![
        Line::Pair("Buying power".to_owned(), cells::money(free), Role::Text),
        Line::Pair("Position".to_owned(), held, Role::Text),
        Line::Text("Shares, or dollars: 5 or $500".to_owned(), Role::Muted),
    ]
}

/// What the order would do.
pub fn of(preview: &Preview, ctx: &Ctx<'_>) -> Vec<Line> {
    let value = cells::or_missing(preview.value, &ctx.theme.glyphs, value);
    let mut lines = vec![Line::Pair("Value".to_owned(), value, Role::Text)];
    lines.extend(distances(preview));
    lines.push(buying_power(preview));
    let (before, after) = preview.position;
    let text = format!("{} {} {}", cells::quantity(before), arrow(ctx), cells::quantity(after));
    lines.push(Line::Pair("Position".to_owned(), text, Role::Text));
    lines.push(Line::Blank);
    for limit in &preview.limits {
        let role = if limit.is_over() { Role::Error } else { Role::Muted };
        lines.push(Line::Either([limit.name, limit.short], figures(limit), role));
        let (used, added) = (limit.used, limit.added);
        lines.push(Line::Gauge(Gauge { used, added, limit: limit.limit }));
    }
    lines
}

/// The value of an order: to the cent, and with all its places where cents would show nothing.
pub fn value(value: Money) -> String {
    let text = cells::money(value);
    if text == cells::money(Money::ZERO) { value.in_full() } else { text }
}

/// From one figure to the next.
pub const fn arrow(ctx: &Ctx<'_>) -> &'static str {
    if ctx.theme.glyphs.braille { "→" } else { "->" }
}

/// How far stop and limit lie from the last price.
pub fn distances(preview: &Preview) -> impl Iterator<Item = Line> {
    preview.distances.iter().map(|distance| {
        let percent = cells::percent_change(distance.ratio);
        let text = format!("{percent}  {}", cells::change(distance.amount, distance.last));
        let (text, role) =
            if distance.beyond { (format!("! {text}"), Role::Warn) } else { (text, Role::Text) };
        Line::Pair(distance.which.to_owned(), text, role)
    })
}

/// Buying power left.
pub fn buying_power(preview: &Preview) -> Line {
    let left = preview.buying_power;
    let role = if left.signum() < 0 { Role::Error } else { Role::Text };
    Line::Pair("Buying power after".to_owned(), cells::money(left), role)
}

/// `18,650 +1,875 of 424,800`: what is used, what this adds, and all there is.
fn figures(limit: &Limit) -> String {
    let show = |amount: i128| match limit.unit {
        Unit::Money => cells::money_whole(Money::from_units(amount)),
        Unit::Shares => i64::try_from(amount)
            .map_or_else(|_| amount.to_string(), |units| cells::quantity(Qty::from_units(units))),
        Unit::Count => amount.to_string(),
    };
    let over = if limit.is_over() { "! " } else { "" };
    let (used, added, all) = (show(limit.used), show(limit.added), show(limit.limit));
    format!("{over}{used} +{added} of {all}")
}

/// Draws lines from the top; a gauge whose label has no room is left out with it.
pub fn draw(lines: &[Line], frame: &mut Frame<'_>, area: Rect, ctx: &Ctx<'_>) {
    let width = usize::from(area.width);
    let rows = usize::from(area.height);
    let ends_apart = matches!(lines.get(rows), Some(Line::Gauge(_)));
    let shown = if ends_apart { rows.saturating_sub(1) } else { rows };
    for (row, line) in lines.iter().take(shown).enumerate() {
        let y = area.y + u16::try_from(row).unwrap_or(0);
        let buffer = frame.buffer_mut();
        match line {
            Line::Blank => {}
            Line::Text(text, role) => {
                buffer.set_stringn(area.x, y, text, width, ctx.style(*role));
            }
            Line::Pair(label, value, role) => {
                draw_pair(buffer, Rect { y, ..area }, (label, value, *role), ctx);
            }
            Line::Either([long, short], value, role) => {
                let fits = long.width() + 1 + value.width() <= width;
                let label = if fits { long } else { short };
                draw_pair(buffer, Rect { y, ..area }, (label, value, *role), ctx);
            }
            Line::Gauge(gauge) => gauge.draw(buffer, Rect { y, height: 1, ..area }, ctx.theme),
        }
    }
}

fn draw_pair(
    buffer: &mut Buffer,
    area: Rect,
    (label, value, role): (&str, &str, Role),
    ctx: &Ctx<'_>,
) {
    let width = usize::from(area.width);
    let used = value.width().min(width);
    let x = area.right() - u16::try_from(used).unwrap_or(area.width);
    let room = width.saturating_sub(used + 1);
    let label = fit(label, room, ctx.theme.glyphs.ellipsis);
    buffer.set_stringn(area.x, area.y, label, room, ctx.style(Role::Muted));
    buffer.set_stringn(x, area.y, value, used, ctx.style(role));
}

/// What the key of sending would do now, in words: long, and short for where there is no room.
pub enum Hint {
    /// It is on its way.
    Sent,
    /// The key does this.
    Key([String; 2]),
    /// The desk would say no, for a reason that stands elsewhere.
    Refused,
}

impl Hint {
    /// It is sent by the key, once nothing is against it; what is known against it comes first.
    pub fn of(objection: Option<&Rejection>, asks_from: Option<Money>) -> Self {
        let asks = |why: String| Self::Key([why, " sends it, and asks first".to_owned()]);
        match (objection, asks_from) {
            (Some(Rejection::Refused(_)), _) => Self::Refused,
            (_, Some(above)) => {
                asks(format!(" sends it, and asks first: from {above} up you are asked"))
            }
            (Some(Rejection::NeedsAcknowledgement(concerns)), None) => {
                let why = concerns.first().map_or_else(String::new, ToString::to_string);
                asks(format!(" asks first: {why}"))
            }
            _ => Self::Key([" sends it at once".to_owned(), " sends it".to_owned()]),
        }
    }
}

/// How a ticket or an amendment is sent, that it is on its way, or that it would be refused.
pub fn draw_hint(hint: &Hint, frame: &mut Frame<'_>, area: Rect, ctx: &Ctx<'_>) {
    if area.is_empty() {
        return;
    }
    let width = usize::from(area.width);
    let buffer = frame.buffer_mut();
    let [long, short] = match hint {
        Hint::Sent => {
            let text = format!("Sending{}", ctx.theme.glyphs.ellipsis);
            buffer.set_stringn(area.x, area.y, text, width, ctx.style(Role::Warn));
            return;
        }
        Hint::Refused => {
            let long = "The desk would refuse it as it stands";
            let text = if long.width() <= width { long } else { "Refused as it stands" };
            buffer.set_stringn(area.x, area.y, text, width, ctx.style(Role::Error));
            return;
        }
        Hint::Key(words) => words,
    };
    let key = ctx.key(&[Context::Ticket], Action::Send);
    let (x, _) = buffer.set_stringn(area.x, area.y, key, width, ctx.style(Role::Key));
    let left = usize::from(area.right().saturating_sub(x));
    let words = if long.width() > left { short } else { long };
    buffer.set_stringn(x, area.y, words, left, ctx.style(Role::Hint));
}

/// The two answers to a question, *no* marked as the one that a bare key gives.
pub fn draw_answer((no, yes): (&str, &str), frame: &mut Frame<'_>, area: Rect, ctx: &Ctx<'_>) {
    let key = |action| ctx.key(&[Context::Confirm], action);
    let parts = [
        (format!(" {} ", key(Action::No)), Role::Selection),
        (format!(" {no}    "), Role::Text),
        (key(Action::Yes), Role::Key),
        (format!(" {yes}"), Role::Hint),
    ];
    let mut x = area.x;
    for (text, role) in parts {
        let left = usize::from(area.right().saturating_sub(x));
        (x, _) = frame.buffer_mut().set_stringn(x, area.y, text, left, ctx.style(role));
    }
}

/// The one answer where there is nothing to ask.
pub fn draw_close(frame: &mut Frame<'_>, area: Rect, ctx: &Ctx<'_>) {
    let key = format!(" {} ", ctx.key(&[Context::Confirm], Action::No));
    let buffer = frame.buffer_mut();
    let width = usize::from(area.width);
    let (x, _) = buffer.set_stringn(area.x, area.y, key, width, ctx.style(Role::Selection));
    let left = usize::from(area.right().saturating_sub(x));
    buffer.set_stringn(x, area.y, " close", left, ctx.style(Role::Text));
}

/// A text in so many cells; a longer one ends with an ellipsis.
pub fn fit(text: &str, room: usize, ellipsis: &str) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let mut cut = String::new();
    for character in text.chars() {
        let next = format!("{cut}{character}");
        if next.width() + ellipsis.width() > room {
            break;
        }
        cut = next;
    }
    format!("{}{ellipsis}", cut.trim_end())
}
