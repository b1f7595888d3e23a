//! One account of the embedded Alpaca: its floor, its fills, who listens to it.
//! Must never keep what the exchange keeps: orders, cash and positions are read from there.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::domain::hours::{Phase, Schedule};
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{Side, TimeInForce};
use crate::domain::time::MarketTime;
use crate::venue::alpaca::wire::account::Configurations;
use crate::venue::simulator::exchange::Exchange;
use crate::venue::simulator::exchange::order::{Order, OrderKey};
use crate::venue::simulator::floor::Floor;
use crate::venue::simulator::tape::Slot;
use crate::venue::simulator::tape::chance::Chance;

use super::facts::{Facts, drawn_id};
use super::shelf::Watchlists;
use super::switches;

/// An execution, with what the account's history needs of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fill {
    /// Which order.
    pub order: OrderKey,
    /// Number of the execution.
    pub number: u64,
    /// When.
    pub at: MarketTime,
    /// What.
    pub slot: Slot,
    /// Which way.
    pub side: Side,
    /// Shares.
    pub quantity: Qty,
    /// Price of a share.
    pub price: Price,
    /// Shares filled of the order after it.
    pub total: Qty,
}

/// Who an account is.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    /// Alpaca's id of it.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// When it was opened.
    pub created: MarketTime,
    /// Cash it was opened with.
    pub starting_cash: Money,
}

/// One account. It holds every order and fill for as long as it runs, because closed orders are
/// asked for as well: this market is for trying things out, not for weeks.
pub(super) struct Trading {
    /// Who it is.
    pub identity: Identity,
    /// Its floor.
    pub floor: Floor,
    /// The assets.
    pub facts: Arc<Facts>,
    /// Its switches.
    pub switches: Configurations,
    /// Its watchlists.
    pub watchlists: Watchlists,
    /// Its executions, oldest first.
    pub fills: Vec<Fill>,
    chance: Chance,
    drawn: u64,
    /// Orders by Alpaca's ids.
    pub ids: BTreeMap<Uuid, OrderKey>,
    /// Who hears of every order.
    pub listeners: Vec<mpsc::Sender<Arc<str>>>,
    /// Position after the last update, by symbol.
    pub positions: BTreeMap<Slot, Qty>,
    closing_equity: Option<(Date, Money)>,
}

impl Trading {
    pub(super) fn new(identity: Identity, floor: Floor, facts: Arc<Facts>) -> Self {
        let chance = Chance::new(0).named(&identity.number);
        Self {
            identity,
            floor,
            facts,
            switches: switches::fresh(),
            watchlists: Watchlists::default(),
            fills: Vec::new(),
            chance,
            drawn: 0,
            ids: BTreeMap::new(),
            listeners: Vec::new(),
            positions: BTreeMap::new(),
            closing_equity: None,
        }
    }

    /// The number and the ids of the n-th account of a seed.
    pub(super) fn identity(seed: u64, number: usize, at: MarketTime, cash: Money) -> Identity {
        let source = Chance::new(seed).named("accounts").at(number as u64);
        let id = drawn_id(source);
        let letters: String = id.simple().to_string().to_uppercase().chars().take(10).collect();
        Identity { id, number: format!("PA{letters}"), created: at, starting_cash: cash }
    }

    pub(super) fn exchange(&self) -> &Exchange {
        self.floor.exchange()
    }
    pub(super) fn schedule(&self) -> Schedule {
        self.floor.tape().schedule()
    }
    /// True where an order taken at `at` goes to work at once.
    pub(super) fn is_at_work_at(&self, order: &Order, at: MarketTime) -> bool {
        let auction = matches!(order.time_in_force, TimeInForce::Opg | TimeInForce::Cls);
        let schedule = self.schedule();
        let beside = order.is_extended() && schedule.is_extended(at);
        !auction && (beside || schedule.clock(at).phase == Phase::Open)
    }
    pub(super) fn now(&self) -> MarketTime {
        self.floor.now()
    }
    /// The order that a text names: an id with or without its dashes.
    pub(super) fn order(&self, text: &str) -> Option<OrderKey> {
        self.ids.get(&Uuid::try_parse(text).ok()?).copied()
    }
    /// A new id, the same each time this account is asked for the same things.
    pub(super) fn draw_id(&mut self) -> Uuid {
        self.drawn += 1;
        drawn_id(self.chance.at(self.drawn))
    }
    /// From now on `listener` hears of every order; one that does not keep up is let go.
    pub(super) fn listen(&mut self, listener: mpsc::Sender<Arc<str>>) {
        self.listeners.retain(|listener| !listener.is_closed());
        self.listeners.push(listener);
    }

    /// Position in a symbol after the last thing told.
    pub(super) fn told_position(&self, slot: Slot) -> Qty {
        self.positions.get(&slot).copied().unwrap_or_default()
    }

    /// Cash and the value of all holdings at a moment that has passed.
    pub(super) fn equity_at(&self, at: MarketTime) -> Money {
        let mut cash = self.identity.starting_cash;
        let mut held: BTreeMap<Slot, Qty> = BTreeMap::new();
        for fill in self.fills.iter().take_while(|fill| fill.at <= at) {
            let signed = fill.side.signed(fill.quantity);
            cash += -(signed * fill.price);
            *held.entry(fill.slot).or_default() += signed;
        }
        let tape = self.floor.tape();
        let worth = |(slot, quantity): (Slot, Qty)| quantity * tape.picture(slot, at).last;
        cash + held.into_iter().filter(|(_, quantity)| !quantity.is_zero()).map(worth).sum()
    }
    /// The last trading day that ended, and the equity at its end.
    pub(super) fn last_close(&mut self) -> (Date, Money) {
        let schedule = self.schedule();
        let day = schedule.previous_day(schedule.trading_day(self.now()));
        if let Some(known) = self.closing_equity.filter(|(known, _)| *known == day) {
            return known;
        }
        let end = MarketTime::from_ns(schedule.day_end(day).ns() - 1);
        *self.closing_equity.insert((day, self.equity_at(end)))
    }
}
