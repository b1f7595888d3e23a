//! What one person may see, as plain data: screens, the API and Slack all read it.
//! Must never hold more than working orders and today's; older things are paged queries.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bounds::REFUSED_ORDERS_MAX;
use crate::domain::hours::{Phase, Schedule};
use crate::domain::ids::{OrderId, PortfolioId, UserId, WatchlistId};
use crate::domain::marks::DailyMark;
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{Fill, Order};
use crate::domain::portfolios::{Access, Portfolio};
use crate::domain::positions::Position;
use crate::domain::roles::{Act, Grant, Role, RoleName};
use crate::domain::symbols::{Asset, Symbol};
use crate::domain::time::MarketTime;
use crate::domain::trading::TradingState;
use crate::domain::users::{Login, User, Watchlist};

use super::event::{Account, Balance, Event, EventKind, Setting, VenueKind};
use super::port::{Funds, Reconciled, StreamState};
use super::refusal::Refusal;

/// What one person may see now.
#[derive(Clone, Debug)]
pub struct View {
    /// Who is looking.
    pub me: User,
    /// Their role.
    pub role: Role,
    /// What they may not do, with the reason; computed by the same function that decides.
    pub abilities: Abilities,
    /// The active account.
    pub account: Account,
    /// True in a demo: nothing is kept.
    pub demo: bool,
    /// What the desk takes.
    pub trading: TradingState,
    /// How the account stands.
    pub funds: Funds,
    /// Buying power that working orders of the desk reserve.
    pub reserved: Money,
    /// The line to the venue.
    pub stream: StreamState,
    /// The books against the venue's word; nothing for who may not book a difference.
    pub reconciled: Reconciled,
    /// The market's hours.
    pub schedule: Schedule,
    /// All assets.
    pub assets: Arc<BTreeMap<Symbol, Asset>>,
    /// People, for their names.
    pub people: BTreeMap<UserId, User>,
    /// Portfolios this person may see, with the grant they hold (none: seen by a role's flag).
    pub portfolios: BTreeMap<PortfolioId, (Portfolio, Option<Grant>)>,
    /// Who was given how much in the portfolios in which this person may give access.
    pub grants: BTreeMap<(PortfolioId, UserId), Access>,
    /// Their positions; flat ones too, for the profit they made.
    pub positions: BTreeMap<(PortfolioId, Symbol), Position>,
    /// Their cash, allocation aside.
    pub cash: BTreeMap<PortfolioId, Money>,
    /// The newest daily mark of each position, as day P&L starts from it.
    pub marks: BTreeMap<(PortfolioId, Symbol), DailyMark>,
    /// The mark of each position before that of the last marked day.
    pub earlier_marks: BTreeMap<(PortfolioId, Symbol), DailyMark>,
    /// Working orders, and those that changed today.
    pub orders: BTreeMap<OrderId, Order>,
    /// Fills of those orders and of today, by client order id and total.
    pub fills: BTreeMap<(String, Qty), Fill>,
    /// Own watchlists.
    pub watchlists: BTreeMap<WatchlistId, Watchlist>,
    /// Own settings.
    pub settings: BTreeMap<String, Setting>,
}

/// What a person may not do: absent means allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    /// Acts that concern no portfolio.
    pub denied: BTreeMap<Act, Refusal>,
    /// Acts in a portfolio.
    pub denied_in: BTreeMap<(PortfolioId, Act), Refusal>,
}

/// What reaches a watcher.
#[derive(Clone, Debug)]
pub enum Update {
    /// Start again from this: the first one, after a change of rights, or after falling behind.
    View(Box<View>),
    /// Something happened that this person may see.
    Event(Arc<Event>),
    /// The account stands so, and working orders reserve so much.
    Funds(Funds, Money),
    /// The line to the venue.
    Stream(StreamState),
    /// The books against the venue's word.
    Reconciled(Reconciled),
    /// The sign-in has ended; nothing follows.
    Ended(Refusal),
}

/// What a door may know before anybody has signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Greeting {
    /// The active venue.
    pub venue: VenueKind,
    /// True in a demo.
    pub demo: bool,
    /// False at first start: nobody can sign in before the first admin is made.
    pub founded: bool,
    /// The account's cash at first start: what the first portfolio may be given. None where the
    /// venue has not said it.
    pub cash: Option<Money>,
    /// People who need no password (a demo's): login, name, role.
    pub open: Vec<(Login, String, RoleName)>,
}

impl View {
    /// May this person do `act` (in `portfolio`)? A hint for a screen; the desk decides again.
    pub fn can(&self, act: Act, portfolio: Option<PortfolioId>) -> Result<(), Refusal> {
        let denied = match portfolio {
            Some(portfolio) if act.concerns_portfolio() => {
                self.abilities.denied_in.get(&(portfolio, act))
            }
            _ => self.abilities.denied.get(&act),
        };
        denied.map_or(Ok(()), |refusal| Err(refusal.clone()))
    }

    /// The cash of a portfolio: allocation and entries.
    pub fn cash_of(&self, portfolio: PortfolioId) -> Money {
        let allocated = self.portfolios.get(&portfolio).and_then(|(found, _)| found.allocation);
        allocated.unwrap_or_default() + self.cash.get(&portfolio).copied().unwrap_or_default()
    }

    /// The positions of one portfolio, in symbol order.
    pub fn positions_of(&self, portfolio: PortfolioId) -> impl Iterator<Item = &Position> {
        let first = (portfolio, Symbol::FIRST);
        self.positions
            .range(first..)
            .take_while(move |((of, _), _)| *of == portfolio)
            .map(|(_, position)| position)
    }

    /// Profit of a position over the session under way or, until the next one opens, over the
    /// session that ended: the same close that a symbol's change is measured from.
    pub fn day_profit(&self, position: &Position, last: Price, now: MarketTime) -> Money {
        let clock = self.schedule.clock(now);
        let session = match clock.phase {
            Phase::Open => clock.day,
            Phase::Closed => self.schedule.previous_day(clock.day),
        };
        let key = (position.portfolio, position.symbol);
        let newest = self.marks.get(&key).filter(|mark| mark.date < session);
        position.day(last, newest.or_else(|| self.earlier_marks.get(&key)))
    }

    /// Takes in what happened. Changes of rights come as a fresh view instead.
    pub fn apply(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Order { order, .. } => self.put_order(order),
            EventKind::OrderRefused { order, .. } => self.put_refused(order),
            EventKind::Filled(filled) => {
                self.put_order(&filled.order);
                let key = (filled.fill.client_id.as_str().to_owned(), filled.fill.total);
                self.fills.insert(key, filled.fill.clone());
                self.put_position(&filled.position);
                self.put_balance(filled.balance);
            }
            EventKind::Booked { position, balance, .. } => {
                if let Some(position) = position {
                    self.put_position(position);
                }
                self.put_balance(*balance);
            }
            EventKind::DayMarked { marks, .. } => {
                self.earlier_marks.clone_from(&self.marks);
                for mark in marks {
                    self.marks.insert((mark.portfolio, mark.symbol), *mark);
                }
                self.orders.retain(|_, order| !order.state.is_final());
                let orders = &self.orders;
                self.fills.retain(|_, fill| orders.contains_key(&fill.order));
            }
            EventKind::WatchlistSaved(list) if list.user == self.me.id => {
                self.watchlists.insert(list.id, list.clone());
            }
            EventKind::WatchlistDropped { user, id } if *user == self.me.id => {
                self.watchlists.remove(id);
            }
            EventKind::SettingSaved(setting) if setting.user == self.me.id => {
                self.settings.insert(setting.name.clone(), setting.clone());
            }
            EventKind::GrantSet(access) => {
                self.grants.insert((access.portfolio, access.user), *access);
            }
            EventKind::TradingSet(state) => self.trading = state.clone(),
            EventKind::UserAdded(user) | EventKind::UserChanged(user) => {
                self.people.insert(user.id, user.clone());
            }
            _ => {}
        }
    }

    fn put_order(&mut self, order: &Order) {
        self.orders.insert(order.id, order.clone());
    }
    /// Takes in a refused order, the oldest one out where there are too many. An id begins with its
    /// time.
    fn put_refused(&mut self, order: &Order) {
        self.put_order(order);
        let refused = || self.orders.values().filter(|order| order.was_never_sent());
        let oldest = refused().next().map(|order| order.id);
        if let Some(oldest) = oldest.filter(|_| refused().count() > REFUSED_ORDERS_MAX) {
            self.orders.remove(&oldest);
        }
    }
    fn put_position(&mut self, position: &Position) {
        self.positions.insert((position.portfolio, position.symbol), *position);
    }
    fn put_balance(&mut self, balance: Balance) {
        self.cash.insert(balance.portfolio, balance.cash);
    }
}
