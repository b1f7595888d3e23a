//! The newest trades of the chosen symbol, newest first.
//! Must never ask more often than the venue's budget allows, nor while it is out of sight.

use crossterm::event::MouseEvent;
use ratatui::Frame;
use ratatui::text::{Line, Span};

use crate::desk::command::{Answer, Query};
use crate::desk::event::VenueKind;
use crate::domain::numbers::Qty;
use crate::domain::quotes::Trade;
use crate::domain::symbols::Symbol;
use crate::domain::time::DeskTime;

use super::super::action::Action;
use super::super::ask::{Replied, Reply, Want, words};
use super::super::ctx::{Ctx, Subject};
use super::super::effect::{Effect, Reaction};
use super::super::keymap::Context;
use super::super::names::PaneId;
use super::super::theme::Role;
use super::super::widgets::cells;
use super::super::widgets::list::{List, Moved};
use super::super::widgets::pointer::{self, Target};
use super::super::widgets::table::{Cell, Column, Row, Table, rows_in};
use super::{Change, Pane};

#[cfg(test)]
mod tests;

/// Time between two asks where the market is in the house, in milliseconds of desk time.
const NEAR_MS: i64 = 1_000;
/// The same where each ask is a call to a broker that counts them.
const FAR_MS: i64 = 5_000;

/// Columns.
const COLUMNS: [Column; 4] = [
    Column::text("Time", 8, 1),
    Column::number("Price", 10, 0),
    Column::number("Size", 7, 0).up_to(9),
    Column::number("Value", 13, 2),
];

/// The newest trades.
#[derive(Default)]
pub struct TradesPane {
    list: List<usize>,
    trades: Vec<Trade>,
    failed: Option<String>,
    asked: Option<(Symbol, DeskTime)>,
    waiting: bool,
    /// Volume when it was asked for last: without more, there is no new trade.
    volume: Option<Qty>,
    tag: u32,
}

impl TradesPane {
    fn keys(&self) -> Vec<usize> {
        (0..self.trades.len()).collect()
    }

    fn ask(&mut self, ctx: &Ctx<'_>) -> Vec<Effect> {
        let symbol = ctx.chosen.symbol.filter(|_| !ctx.area.is_empty());
        let Some(symbol) = symbol else { return Vec::new() };
        let now = ctx.now.desk;
        let volume = ctx.ticker(symbol).map(|ticker| ticker.volume);
        let pause = match ctx.view.account.venue {
            VenueKind::Embedded => NEAR_MS,
            VenueKind::Alpaca | VenueKind::Ledger => FAR_MS,
        };
        match self.asked.filter(|(of, _)| *of == symbol) {
            None => self.trades.clear(),
            Some((_, at)) => {
                let fresh = volume != self.volume || self.failed.is_some();
                if self.waiting || !fresh || now.ms_since(at) < pause {
                    return Vec::new();
                }
            }
        }
        self.asked = Some((symbol, now));
        self.waiting = true;
        self.volume = volume;
        self.tag = self.tag.wrapping_add(1);
        vec![Effect::Ask(self.tag, Want::Query(Query::Trades(symbol)))]
    }

    fn row(&self, index: usize, ctx: &Ctx<'_>) -> Row {
        let Some(trade) = self.trades.get(index) else { return Row::default() };
        let before = self.trades.get(index + 1).map_or(trade.price, |before| before.price);
        let moved = i128::from((trade.price - before).units());
        let tone = cells::tone(moved);
        let arrow = if moved == 0 { " " } else { cells::arrow(moved, &ctx.theme.glyphs) };
        vec![
            Cell::of(ctx.time_text(trade.at), Role::Muted),
            Cell::of(format!("{arrow} {}", cells::price(trade.price)), tone),
            Cell::new(cells::quantity(trade.size)),
            Cell::of(cells::money(trade.size * trade.price), Role::Muted),
        ]
        .into()
    }

    fn after(moved: Moved) -> Reaction {
        if moved == Moved::No { Reaction::NotMine } else { Reaction::done() }
    }
}

impl Pane for TradesPane {
    fn id(&self) -> PaneId {
        PaneId::Trades
    }
    fn title(&self, ctx: &Ctx<'_>) -> Line<'static> {
        let symbol = ctx.chosen.symbol.map(|symbol| format!(" {symbol}")).unwrap_or_default();
        Line::from(vec![Span::raw("Trades"), Span::styled(symbol, ctx.style(Role::Accent))])
    }
    fn contexts(&self) -> &'static [Context] {
        &[Context::List]
    }
    fn subject(&self, ctx: &Ctx<'_>) -> Subject {
        Subject { symbol: ctx.chosen.symbol, ..Subject::default() }
    }
    fn refuses(&self, action: Action, _ctx: &Ctx<'_>) -> Option<String> {
        let rows = matches!(
            action,
            Action::Open
                | Action::Filter
                | Action::SortColumn
                | Action::SortDirection
                | Action::Mark
                | Action::Copy
                | Action::Export
        );
        rows.then(|| "Trades only pass by: they stand in the order of time".to_owned())
    }
    fn act(&mut self, action: Action, ctx: &Ctx<'_>) -> Reaction {
        let keys = self.keys();
        let height = rows_in(ctx.area, &self.list);
        Self::after(self.list.act(action, &keys, height, &[]))
    }
    fn mouse(&mut self, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
        let keys = self.keys();
        let target = Target { columns: &COLUMNS, sortable: &[], keys: &keys, area: ctx.area };
        Self::after(pointer::take(&mut self.list, &target, mouse))
    }
    fn reply(&mut self, tag: u32, replied: &Replied, _ctx: &Ctx<'_>) -> Reaction {
        if tag != self.tag {
            return Reaction::done();
        }
        self.waiting = false;
        match replied {
            Ok(Reply::Answer(Answer::Trades(trades))) => {
                self.failed = None;
                self.trades.clone_from(trades);
                self.list.keep(&self.keys());
            }
            Ok(_) => {}
            Err(rejection) => self.failed = Some(words(rejection)),
        }
        Reaction::done()
    }
    fn refresh(&mut self, _change: Change, ctx: &Ctx<'_>) -> Vec<Effect> {
        self.ask(ctx)
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        let keys = self.keys();
        let empty = match (ctx.chosen.symbol, &self.failed, self.waiting) {
            (None, _, _) => "No symbol is chosen yet.".to_owned(),
            (Some(symbol), Some(why), _) => format!("No trades of {symbol}: {why}"),
            (Some(symbol), None, true) => format!("The trades of {symbol} are on their way."),
            (Some(symbol), None, false) => format!("{symbol} has not traded yet."),
        };
        let table = Table { columns: &COLUMNS, keys: &keys, list: &self.list, empty: &empty };
        table.draw(frame, ctx, |index| self.row(*index, ctx));
    }
}
