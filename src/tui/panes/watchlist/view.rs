//! How a watchlist looks.
//! Must never change anything.

use std::cmp::Ordering;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::numbers::Price;
use crate::domain::quotes::Ticker;
use crate::domain::symbols::Symbol;
use crate::domain::users::Watchlist;

use super::super::super::action::Action;
use super::super::super::ctx::Ctx;
use super::super::super::keymap::Context;
use super::super::super::sheet::{Sheet, Value};
use super::super::super::theme::Role;
use super::super::super::widgets::cells;
use super::super::super::widgets::list::Sort;
use super::super::super::widgets::sparkline;
use super::super::super::widgets::table::{Cell, Column, Row, Table};
use super::super::super::worth::{age_text, stale_ms};
use super::super::positions::view::last_cell;
use super::WatchlistPane;

/// The column of the line of the day.
const TREND: usize = 4;

/// Columns; the last one is there only while a price is stale.
pub const COLUMNS: [Column; 9] = [
    Column::text("Symbol", 7, 0),
    Column::number("Last", 9, 0),
    Column::number("Change", 9, 4),
    Column::number("Change %", 10, 1),
    Column::text("Day", 10, 3).up_to(24),
    Column::number("Bid", 9, 5),
    Column::number("Ask", 9, 6),
    Column::number("Volume", 7, 2),
    Column::number("Age", 3, 0),
];
/// Columns while every price is fresh.
const FRESH: usize = COLUMNS.len() - 1;

/// Columns that can be sorted by.
pub const SORTABLE: [usize; 7] = [0, 1, 2, 3, 5, 6, 7];

/// Sorts symbols by a column; without one they stay in the list's own order.
pub fn sort(keys: &mut [Symbol], sort: Option<Sort>, ctx: &Ctx<'_>) {
    let Some(sort) = sort else { return };
    keys.sort_by(|one, other| {
        let (a, b) = (ctx.ticker(*one), ctx.ticker(*other));
        let order = match sort.column {
            0 => one.cmp(other),
            column => match (a, b) {
                (Some(a), Some(b)) => match column {
                    1 => a.last.cmp(&b.last),
                    2 => a.change().cmp(&b.change()),
                    3 => a.change_ratio().cmp(&b.change_ratio()),
                    5 => a.bid.cmp(&b.bid),
                    6 => a.ask.cmp(&b.ask),
                    _ => a.volume.cmp(&b.volume),
                },
                // What has no price comes last, whichever way it is sorted.
                (None, Some(_)) => return Ordering::Greater,
                (Some(_), None) => return Ordering::Less,
                (None, None) => Ordering::Equal,
            },
        };
        if sort.descending { order.reverse() } else { order }
    });
}

/// `Watchlist Tech`.
pub fn title(list: Option<&Watchlist>, ctx: &Ctx<'_>) -> Line<'static> {
    let name = list.map_or_else(String::new, |list| format!(" {}", list.name));
    Line::from(vec![Span::raw("Watchlist"), Span::styled(name, ctx.style(Role::Accent))])
}

/// `2 of 3` lists, where there are several.
pub fn title_right(list: Option<&Watchlist>, ctx: &Ctx<'_>) -> Line<'static> {
    let ids: Vec<_> = ctx.view.watchlists.keys().collect();
    let here = list.and_then(|list| ids.iter().position(|id| **id == list.id));
    match here {
        Some(index) if ids.len() > 1 => Line::raw(format!("{} of {}", index + 1, ids.len())),
        _ => Line::default(),
    }
}

/// Draws the list and, at its foot, the line that is being typed.
pub fn draw(pane: &WatchlistPane, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
    let keys = pane.keys(ctx);
    let room = ctx.area.height.saturating_sub(if pane.edit.is_some() { 2 } else { 0 });
    let above = Rect { height: room, ..ctx.area };
    let contexts = [Context::Watchlist];
    let empty = if pane.watchlist(ctx).is_some() {
        format!("No symbol yet. {} adds one.", ctx.key(&contexts, Action::AddSymbol))
    } else {
        format!(
            "No watchlist yet. {} adds a symbol to a first one.",
            ctx.key(&contexts, Action::AddSymbol)
        )
    };
    let is_aged = |symbol: &Symbol| {
        stale_ms(*symbol, ctx).is_some() || ctx.ticker(*symbol).is_some_and(|one| one.polled)
    };
    let stale = keys.iter().any(is_aged);
    let columns = if stale { &COLUMNS[..] } else { &COLUMNS[..FRESH] };
    let table = Table { columns, keys: &keys, list: &pane.list, empty: &empty };
    let trend = table.width_of(above, TREND);
    table.draw(frame, &Ctx { area: above, ..*ctx }, |symbol| row(pane, *symbol, trend, ctx));
    draw_edit(
        pane,
        frame,
        ctx,
        Rect { y: above.bottom(), height: ctx.area.height - room, ..above },
    );
}

fn row(pane: &WatchlistPane, symbol: Symbol, width: u16, ctx: &Ctx<'_>) -> Row {
    let theme = ctx.theme;
    let halted = ctx.view.assets.get(&symbol).is_some_and(|asset| asset.halted);
    let name = Cell::of(symbol.as_str(), if halted { Role::Warn } else { Role::Text });
    let Some(ticker) = ctx.ticker(symbol) else {
        let mut cells = vec![name];
        cells.extend((1..FRESH).map(|_| Cell::missing(theme)));
        return cells.into();
    };
    let (percent, tone) = cells::day_change(ticker, &theme.glyphs);
    let quote = |price: Price| {
        if price.is_zero() {
            Cell::missing(theme)
        } else {
            Cell::of(cells::price_like(price, ticker.last), Role::Muted)
        }
    };
    let trend = pane.trends.get(&symbol).map_or(&[][..], Vec::as_slice);
    let trend = sparkline::text(trend, ticker.last, usize::from(width), &theme.glyphs);
    vec![
        name,
        last_cell(symbol, ctx),
        Cell::of(cells::change(ticker.change(), ticker.last), tone),
        Cell::of(percent, tone),
        Cell::of(trend, tone),
        quote(ticker.bid),
        quote(ticker.ask),
        Cell::of(cells::short_quantity(ticker.volume), Role::Muted),
        age_cell(symbol, ticker.polled, ctx),
    ]
    .into()
}

/// How old a price is, where it is old; else whether it is asked for and does not come by itself.
fn age_cell(symbol: Symbol, polled: bool, ctx: &Ctx<'_>) -> Cell {
    match stale_ms(symbol, ctx) {
        Some(ms) => Cell::of(age_text(ms), Role::Warn),
        None if polled => Cell::of("ask", Role::Faint),
        None => Cell::new(""),
    }
}

/// The symbols in sight as rows to export or copy, with plain digits.
pub fn sheet(symbols: &[Symbol], ctx: &Ctx<'_>) -> Sheet {
    let mut sheet = Sheet::new(&[
        "symbol",
        "name",
        "last",
        "change",
        "bid",
        "ask",
        "open",
        "high",
        "low",
        "previous_close",
        "volume",
        "at",
    ]);
    for symbol in symbols {
        let name = ctx.view.assets.get(symbol).map_or("", |asset| asset.name.as_str());
        let ticker = ctx.ticker(*symbol);
        let price = |pick: fn(&Ticker) -> Price| {
            Value::number(ticker.map(pick).filter(|price| !price.is_zero()).map(Price::plain))
        };
        sheet.push(vec![
            Value::text(symbol.as_str()),
            Value::text(name),
            price(|ticker| ticker.last),
            Value::number(ticker.map(|ticker| ticker.change().plain())),
            price(|ticker| ticker.bid),
            price(|ticker| ticker.ask),
            price(|ticker| ticker.open),
            price(|ticker| ticker.high),
            price(|ticker| ticker.low),
            price(|ticker| ticker.previous_close),
            Value::number(ticker.map(|ticker| ticker.volume.plain())),
            ticker.map_or(Value::Missing, |ticker| Value::text(ticker.at.timestamp().to_string())),
        ]);
    }
    sheet
}

fn draw_edit(pane: &WatchlistPane, frame: &mut Frame<'_>, ctx: &Ctx<'_>, area: Rect) {
    let Some(edit) = pane.edit.as_ref().filter(|_| area.height > 0) else { return };
    let label = format!("{} ", edit.field.label());
    let used = u16::try_from(label.chars().count()).unwrap_or(0).min(area.width);
    let buffer = frame.buffer_mut();
    buffer.set_stringn(area.x, area.y, &label, usize::from(used), ctx.style(Role::Key));
    let field = Rect { x: area.x + used, width: area.width - used, height: 1, ..area };
    edit.field.draw(frame, field, ctx.style(Role::FieldFocus), ctx.focused);
    if area.height < 2 {
        return;
    }
    let (words, role) = match (&edit.error, edit.completion(ctx)) {
        (Some(error), _) => (error.clone(), Role::Error),
        (None, Some((symbol, name))) => (format!("tab: {symbol} {name}"), Role::Muted),
        (None, None) => ("enter keeps it, esc leaves it".to_owned(), Role::Muted),
    };
    let width = usize::from(area.width);
    frame.buffer_mut().set_stringn(area.x, area.y + 1, &words, width, ctx.style(role));
}
