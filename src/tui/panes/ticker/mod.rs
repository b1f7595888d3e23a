//! The ticker strip: the market at large, then what is held, then what is watched, in one line.
//! Must never take a key, nor cut a symbol's figures: what does not fit whole is not shown.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::Frame;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::domain::symbols::Symbol;

use super::super::action::Action;
use super::super::ctx::Ctx;
use super::super::effect::{Effect, Reaction};
use super::super::keymap::Context;
use super::super::names::PaneId;
use super::super::quotes::Direction;
use super::super::theme::Role;
use super::super::widgets::cells;
use super::Pane;

#[cfg(test)]
mod tests;

/// Funds that stand for the market at large: the 500, the 100, the 30, small companies.
const MARKET: [&str; 4] = ["SPY", "QQQ", "DIA", "IWM"];
/// Blanks between two symbols.
const GAP: usize = 3;

/// The ticker strip.
pub struct Ticker;

/// One symbol of the strip, and where it stands.
struct Item {
    x: u16,
    width: u16,
    symbol: Symbol,
    spans: Vec<Span<'static>>,
}

impl Pane for Ticker {
    fn id(&self) -> PaneId {
        PaneId::Ticker
    }
    fn title(&self, _ctx: &Ctx<'_>) -> Line<'static> {
        Line::raw("Ticker")
    }
    fn contexts(&self) -> &'static [Context] {
        &[]
    }
    fn act(&mut self, _action: Action, _ctx: &Ctx<'_>) -> Reaction {
        Reaction::NotMine
    }
    fn mouse(&mut self, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
        if mouse.kind != MouseEventKind::Down(MouseButton::Left) {
            return Reaction::NotMine;
        }
        let hit = |item: &Item| (item.x..item.x + item.width).contains(&mouse.column);
        let symbol = items(ctx).into_iter().find(hit).map(|item| item.symbol);
        Reaction::Mine(symbol.map(Effect::ChooseSymbol).into_iter().collect())
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        frame.buffer_mut().set_style(ctx.area, ctx.style(Role::Bar));
        for item in items(ctx) {
            let line = Line::from(item.spans);
            frame.buffer_mut().set_line(item.x, ctx.area.y, &line, item.width);
        }
    }
}

/// The symbols, each once, in the order of the strip.
fn symbols(ctx: &Ctx<'_>) -> Vec<Symbol> {
    let market = MARKET.iter().filter_map(|text| Symbol::parse(text).ok());
    let held = ctx.view.positions.values().filter(|position| !position.quantity.is_zero());
    let held = held.map(|position| position.symbol);
    let watched = ctx.view.watchlists.values().flat_map(|list| list.symbols.iter().copied());
    let mut symbols = Vec::new();
    for symbol in market.chain(held).chain(watched) {
        if !symbols.contains(&symbol) {
            symbols.push(symbol);
        }
    }
    symbols
}

/// What fits, from the left; a symbol without a price is passed over.
fn items(ctx: &Ctx<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    let room = usize::from(ctx.area.width.saturating_sub(2));
    let mut used = 0;
    for symbol in symbols(ctx) {
        let Some(ticker) = ctx.ticker(symbol) else { continue };
        let (change, tone) = cells::day_change(ticker, &ctx.theme.glyphs);
        let last = cells::price(ticker.last);
        let width = symbol.as_str().width() + 1 + last.width() + 1 + change.width();
        if used + width > room {
            break;
        }
        let role = match ctx.flash(symbol) {
            Some(Direction::Up) => Role::FlashUp,
            Some(Direction::Down) => Role::FlashDown,
            None => Role::Text,
        };
        let spans = vec![
            Span::styled(format!("{symbol} "), ctx.style(Role::Title)),
            Span::styled(last, ctx.style(role)),
            Span::raw(" "),
            Span::styled(change, ctx.style(tone)),
        ];
        let cells = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
        items.push(Item { x: ctx.area.x + 1 + cells(used), width: cells(width), symbol, spans });
        used += width + GAP;
    }
    items
}
