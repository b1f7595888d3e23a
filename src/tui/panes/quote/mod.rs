//! The chosen symbol's quote and its day: bid and ask, open, high, low, close before, volume.
//! Must never show an old price as if it were new: its age stands beside it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use crate::domain::numbers::{Price, Qty, Ratio};
use crate::domain::quotes::Ticker;
use crate::domain::symbols::{Asset, AssetClass, Symbol};

use super::super::action::Action;
use super::super::ctx::{Ctx, Subject};
use super::super::effect::Reaction;
use super::super::keymap::Context;
use super::super::names::PaneId;
use super::super::quotes::Direction;
use super::super::theme::Role;
use super::super::widgets::cells;
use super::super::widgets::figures::{self, Figure};
use super::super::widgets::popup;
use super::super::worth::{age_text, stale_ms};
use super::Pane;

#[cfg(test)]
mod tests;

/// The quote of the chosen symbol; it takes no keys.
pub struct Quote;

impl Pane for Quote {
    fn id(&self) -> PaneId {
        PaneId::Quote
    }
    fn title(&self, ctx: &Ctx<'_>) -> Line<'static> {
        let symbol = ctx.chosen.symbol.map_or_else(|| "Quote".to_owned(), |s| s.to_string());
        Line::raw(symbol)
    }
    fn title_right(&self, ctx: &Ctx<'_>) -> Line<'static> {
        let Some(symbol) = ctx.chosen.symbol else { return Line::default() };
        if let Some(age) = stale_ms(symbol, ctx) {
            return Line::styled(format!("{} old", age_text(age)), ctx.style(Role::Warn));
        }
        match ctx.view.assets.get(&symbol) {
            Some(asset) if asset.halted => Line::styled("HALTED", ctx.style(Role::Warn)),
            Some(asset) if !asset.tradable => Line::styled("not tradable", ctx.style(Role::Warn)),
            _ => Line::default(),
        }
    }
    fn contexts(&self) -> &'static [Context] {
        &[]
    }
    fn subject(&self, ctx: &Ctx<'_>) -> Subject {
        Subject { symbol: ctx.chosen.symbol, ..Subject::default() }
    }
    fn act(&mut self, _action: Action, _ctx: &Ctx<'_>) -> Reaction {
        Reaction::NotMine
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        let area = Rect { x: ctx.area.x + 1, width: ctx.area.width.saturating_sub(2), ..ctx.area };
        let Some(symbol) = ctx.chosen.symbol else {
            return say(frame, area, "No symbol is chosen yet.", ctx);
        };
        let asset = ctx.view.assets.get(&symbol);
        let mut y = area.y;
        if let Some(asset) = asset {
            say(frame, Rect { height: area.height.min(1), ..area }, &asset.name, ctx);
            y += 1;
        }
        let below = Rect { y, height: area.bottom().saturating_sub(y), ..area };
        let Some(ticker) = ctx.ticker(symbol) else {
            return say(frame, below, "No price has come yet.", ctx);
        };
        let lines = lines(symbol, ticker, asset, ctx);
        figures::draw_lines(&lines, frame.buffer_mut(), below, ctx.theme);
        let used = u16::try_from(lines.len()).unwrap_or(u16::MAX);
        let range = Rect { y: below.y.saturating_add(used), height: 1, ..below };
        if range.bottom() <= area.bottom() {
            draw_range(frame, range, ticker, ctx);
        }
    }
}

fn say(frame: &mut Frame<'_>, area: Rect, text: &str, ctx: &Ctx<'_>) {
    for (y, line) in (area.y..area.bottom()).zip(popup::wrap(text, area.width)) {
        let style = ctx.style(Role::Muted);
        frame.buffer_mut().set_stringn(area.x, y, line, usize::from(area.width), style);
    }
}

/// The lines, the most important first: what has no row is left out.
fn lines(symbol: Symbol, ticker: &Ticker, asset: Option<&Asset>, ctx: &Ctx<'_>) -> Vec<Figure> {
    let last = ticker.last;
    let price = |name, price: Price| {
        let (text, role) = if price.is_zero() {
            (ctx.theme.glyphs.missing.to_owned(), Role::Faint)
        } else {
            (cells::price_like(price, last), Role::Text)
        };
        Figure::new(name, text, role)
    };
    let side = |name, at: Price, size: Qty| {
        let mut figure = price(name, at);
        if !at.is_zero() {
            figure.text = format!("{} x {}", cells::quantity(size), figure.text);
        }
        figure
    };
    let (day, tone) = cells::day_change(ticker, &ctx.theme.glyphs);
    let change = cells::change(ticker.change(), last);
    let moved = match ctx.flash(symbol) {
        Some(Direction::Up) => Role::FlashUp,
        Some(Direction::Down) => Role::FlashDown,
        None => Role::Accent,
    };
    let mut lines = vec![
        Figure::new("Last", cells::price(last), moved),
        Figure::new("Change", format!("{change}  {day}"), tone),
        side("Bid", ticker.bid, ticker.bid_size),
        side("Ask", ticker.ask, ticker.ask_size),
        spread(ticker, ctx),
        price("Open", ticker.open),
        price("High", ticker.high),
        price("Low", ticker.low),
        price("Close before", ticker.previous_close),
        Figure::new("Volume", cells::quantity(ticker.volume), Role::Text),
        Figure::new("At", format!("{} {}", ctx.time_text(ticker.at), ctx.zone_text()), Role::Muted),
    ];
    if ticker.polled {
        // The stream has no room for it: it is a few seconds old.
        lines.insert(1, Figure::new("Price", "asked every 5 s".to_owned(), Role::Faint));
    }
    if let Some(asset) = asset {
        lines.push(Figure::new("Listed", listed(asset), Role::Muted));
        lines.push(Figure::new("Short sale", yes_or_no(asset.shortable), Role::Muted));
        lines.push(Figure::new("Fractions", yes_or_no(asset.fractionable), Role::Muted));
    }
    lines
}

const fn yes_or_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

fn listed(asset: &Asset) -> String {
    let class = match asset.class {
        AssetClass::Stock => "stock",
        AssetClass::Fund => "fund",
    };
    format!("{} {class}", asset.exchange)
}

fn spread(ticker: &Ticker, ctx: &Ctx<'_>) -> Figure {
    if ticker.bid.is_zero() || ticker.ask.is_zero() {
        return Figure::new("Spread", ctx.theme.glyphs.missing, Role::Faint);
    }
    let spread = ticker.ask - ticker.bid;
    let ratio = Ratio::of(spread.units().into(), ticker.last.units().into());
    let percent = ratio.map(|ratio| format!("  {}", cells::percent(ratio))).unwrap_or_default();
    let text = format!("{}{percent}", cells::price_like(spread, ticker.last));
    Figure::new("Spread", text, Role::Muted)
}

/// Where the last price stands between the day's low and high.
fn draw_range(frame: &mut Frame<'_>, area: Rect, ticker: &Ticker, ctx: &Ctx<'_>) {
    let reach = i128::from(ticker.high.units()) - i128::from(ticker.low.units());
    if reach <= 0 || area.width < 20 {
        return;
    }
    let above = i128::from(ticker.last.units()) - i128::from(ticker.low.units());
    // The line has words like every other: low and high stand at its ends where there is room.
    let name = "Day range";
    let ends = [ticker.low, ticker.high].map(|price| cells::price_like(price, ticker.last));
    let whole = area;
    let width = |text: &str| u16::try_from(text.width()).unwrap_or(u16::MAX);
    let named = width(name) + 1;
    let mut area = Rect { x: area.x + named, width: area.width.saturating_sub(named), ..area };
    frame.buffer_mut().set_stringn(whole.x, whole.y, name, name.len(), ctx.style(Role::Header));
    let both = width(&ends[0]) + width(&ends[1]) + 2;
    if area.width >= both + 8 {
        let style = ctx.style(Role::Muted);
        let high = area.right() - width(&ends[1]);
        frame.buffer_mut().set_stringn(area.x, area.y, &ends[0], ends[0].len(), style);
        frame.buffer_mut().set_stringn(high, area.y, &ends[1], ends[1].len(), style);
        area.x += width(&ends[0]) + 1;
        area.width -= both;
    }
    let cells = i128::from(area.width.saturating_sub(1));
    let at = u16::try_from((above * cells / reach).clamp(0, cells)).unwrap_or(0);
    let glyphs = &ctx.theme.glyphs;
    let line = if glyphs.braille { "─" } else { "-" };
    for x in area.x..area.right() {
        frame.buffer_mut().set_stringn(x, area.y, line, 1, ctx.style(Role::Grid));
    }
    let style = ctx.style(Role::Accent);
    frame.buffer_mut().set_stringn(area.x + at, area.y, glyphs.dot, 1, style);
}
