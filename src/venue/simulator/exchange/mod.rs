//! The exchange: takes orders for one account, fills them against the tape, keeps the account.
//! Must never read a clock, a file or the tape itself: time and prices come in as values.
//!
//! It behaves as Alpaca's paper trading does (alpaca-api.md sections 5, 15, 16): an order fills at
//! the far side of the quote as soon as the quote meets it, whatever size is shown there; one try
//! in ten fills a random part only and the rest is tried again at the next print. What is drawn
//! depends on the seed, the order's number and the try alone. Same seed, same calls: same fills,
//! to the byte.

pub mod account;
mod amend;
pub mod book;
mod clients;
pub mod extended;
mod forgetting;
mod groups;
mod legs;
mod matching;
mod notional;
pub mod order;
pub mod refusal;
pub mod report;
mod rules;
#[cfg(test)]
mod tests;
mod today;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::desk::entropy::Entropy;
use crate::desk::port::Ticket;
use crate::domain::hours::{Phase, Schedule};
use crate::domain::ids::ClientOrderId;
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{Side, TimeInForce};
use crate::domain::symbols::Asset;
use crate::domain::time::MarketTime;

use super::tape::Slot;
use super::tape::chance::Chance;
use account::Account;
use book::Book;
use clients::{ClientKey, Clients};
use order::{Class, Event, EventKind, Order, OrderKey, Special, Status, Wishes};
use refusal::Refusal;
use today::Today;

/// The exchange and the account that trades on it.
#[derive(Clone, Debug)]
pub struct Exchange {
    schedule: Schedule,
    assets: Arc<[Asset]>,
    chance: Chance,
    account: Account,
    books: Vec<Book>,
    orders: Vec<Order>,
    clients: Clients,
    today: Option<Today>,
    /// Day orders that outlive the session, by when they run out.
    late: BTreeSet<(MarketTime, OrderKey)>,
    /// Number of the next order.
    next_order: u64,
    /// Number of the next execution.
    next_execution: u64,
    events: Vec<Event>,
}

impl Exchange {
    /// An exchange with an account that holds cash alone. `assets` are in the order of their slots.
    pub fn new(seed: u64, schedule: Schedule, assets: Arc<[Asset]>, cash: Money) -> Self {
        Self {
            schedule,
            chance: Chance::new(Entropy::from_number(seed).split("exchange").next_u64()),
            account: Account::new(cash, assets.len()),
            books: vec![Book::default(); assets.len()],
            assets,
            orders: Vec::new(),
            clients: Clients::default(),
            today: None,
            late: BTreeSet::new(),
            next_order: 1,
            next_execution: 1,
            events: Vec::new(),
        }
    }

    /// An exchange as it was kept. Its open orders are at work again once the floor resumes.
    pub fn restore(seed: u64, schedule: Schedule, assets: Arc<[Asset]>, kept: Kept) -> Self {
        let mut exchange = Self::new(seed, schedule, assets, kept.cash);
        for (slot, quantity, cost) in kept.holdings {
            exchange.account.restore(slot, quantity, cost);
        }
        let count = kept.orders.len();
        for (order, number) in kept.orders.into_iter().zip(0..) {
            exchange.clients.add(ClientKey::of(&order.client_id), OrderKey(number));
            exchange.file(OrderKey(number), order);
        }
        for key in (0..).map(OrderKey).take(count) {
            exchange.arm_legs(key);
        }
        exchange.next_order = kept.next_order;
        exchange.next_execution = kept.next_execution;
        exchange
    }
    /// The numbers of the next order and the next execution.
    pub fn next_numbers(&self) -> (u64, u64) {
        (self.next_order, self.next_execution)
    }

    /// The account.
    pub fn account(&self) -> &Account {
        &self.account
    }
    /// Gives the account cash and holdings (shares and cost) that it did not trade for here.
    pub fn endow(&mut self, cash: Money, holdings: &[(Slot, Qty, Money)]) {
        self.account.cash = cash;
        for (slot, quantity, cost) in holdings {
            self.account.restore(*slot, *quantity, *cost);
        }
    }
    /// Sets how many times its equity the account may buy at most.
    pub fn limit_margin(&mut self, multiplier: u8) {
        self.account.limit_margin(multiplier);
    }
    /// An order.
    pub fn order(&self, key: OrderKey) -> &Order {
        &self.orders[key.0 as usize]
    }
    /// All orders in memory, in the order they came.
    pub fn orders(&self) -> impl Iterator<Item = (OrderKey, &Order)> {
        (0..).map(OrderKey).zip(&self.orders)
    }
    /// The order with a client order id.
    pub fn find(&self, client_id: &ClientOrderId) -> Option<OrderKey> {
        self.clients.find(ClientKey::of(client_id))
    }
    /// The asset at a slot.
    pub fn asset(&self, slot: Slot) -> &Asset {
        &self.assets[usize::from(slot.0)]
    }
    /// The order with a number; none where it is not in memory.
    pub fn find_number(&self, number: u64) -> Option<OrderKey> {
        let found = self.orders.binary_search_by_key(&number, |order| order.number).ok()?;
        Some(OrderKey(u32::try_from(found).expect("fewer orders than that")))
    }
    /// Shares of a symbol that open orders of a side take out of a position.
    pub fn closing(&self, slot: Slot, side: Side) -> Qty {
        self.book(slot).half(side).closing
    }
    /// The best prices of a symbol as its book has them.
    pub fn touch(&self, slot: Slot) -> book::Touch {
        self.book(slot).touch
    }
    /// All assets, in the order of their slots.
    pub fn assets(&self) -> &Arc<[Asset]> {
        &self.assets
    }
    /// True where the account has open orders in a symbol.
    pub fn has_open(&self, slot: Slot) -> bool {
        !self.book(slot).is_empty()
    }
    /// Takes what has happened since the last call, oldest first.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// How much has happened since then.
    pub fn events_waiting(&self) -> usize {
        self.events.len()
    }

    fn book(&self, slot: Slot) -> &Book {
        &self.books[usize::from(slot.0)]
    }
    fn book_mut(&mut self, slot: Slot) -> &mut Book {
        &mut self.books[usize::from(slot.0)]
    }
    fn today(&mut self, at: MarketTime) -> Today {
        match self.today.filter(|today| today.covers(at)) {
            Some(today) => today,
            None => *self.today.insert(Today::at(self.schedule, at)),
        }
    }
    fn say(&mut self, order: OrderKey, at: MarketTime, kind: EventKind) {
        self.events.push(Event { order, at, kind });
    }

    /// Takes an order, or refuses it and leaves no trace of it. `slot` is the place of the
    /// ticket's symbol, whose book stands as of `at`.
    pub fn submit(
        &mut self,
        at: MarketTime,
        slot: Slot,
        ticket: &Ticket,
    ) -> Result<OrderKey, Refusal> {
        self.submit_special(at, slot, (ticket, &Wishes::default()))
    }

    /// Takes an order that asks for more than its ticket holds.
    pub fn submit_special(
        &mut self,
        at: MarketTime,
        slot: Slot,
        (ticket, wishes): (&Ticket, &Wishes),
    ) -> Result<OrderKey, Refusal> {
        let sized;
        let ticket = match wishes.notional {
            None => ticket,
            Some(dollars) => {
                let quantity = self.shares_for(slot, ticket.side, dollars);
                sized = Ticket { quantity, ..ticket.clone() };
                &sized
            }
        };
        let client = ClientKey::of(&ticket.client_id);
        let asked = Asked { ticket, wishes, client, triggered: false };
        let terms = self.admit(at, slot, &asked)?;
        Ok(self.enter(at, slot, &asked, terms))
    }

    /// All that is asked before an order is taken.
    fn admit(&self, at: MarketTime, slot: Slot, asked: &Asked<'_>) -> Result<Terms, Refusal> {
        let Asked { ticket, wishes, client, triggered } = *asked;
        let (asset, book) = (self.asset(slot), self.book(slot));
        rules::check_shape(ticket)?;
        groups::check_wishes(ticket, wishes)?;
        rules::check_asset(ticket, asset)?;
        if self.clients.knows(client) {
            return Err(Refusal::DuplicateClientId);
        }
        rules::check_window(self.schedule, ticket.time_in_force, at)?;
        if !triggered {
            rules::check_stop_side(ticket, &book.touch)?;
        }
        groups::check_legs(ticket, wishes, &book.touch)?;
        if wishes.class == Class::Simple {
            rules::check_wash_trade(ticket, book)?;
        }
        let intent = rules::check_intent(ticket, asset, &self.account, (slot, book))?;
        groups::check_intent(wishes.class, intent)?;
        let price = rules::reserve_price(ticket, &book.touch);
        rules::check_means(ticket, &self.account, (intent, price))?;
        Ok(Terms { intent, price, triggered })
    }

    /// Writes an admitted order down and puts it to work, or to wait.
    fn enter(&mut self, at: MarketTime, slot: Slot, asked: &Asked<'_>, terms: Terms) -> OrderKey {
        use crate::domain::orders::TimeInForce::{Cls, Opg};
        let Asked { ticket, wishes, client, .. } = *asked;
        let key = self.next_key();
        let auction = matches!(ticket.time_in_force, Opg | Cls);
        let today = self.today(at);
        let beside = wishes.extended && self.schedule.is_extended(at);
        let waits = auction || (today.phase == Phase::Closed && !beside);
        let late = wishes.extended && ticket.time_in_force == TimeInForce::Day;
        let expires = if late {
            self.schedule.extended_day_end(at)
        } else {
            today.expiry(ticket.time_in_force)
        };
        let order = Order {
            number: self.next_order,
            client_id: ticket.client_id.clone(),
            slot,
            side: ticket.side,
            quantity: ticket.quantity,
            order_type: ticket.order_type,
            time_in_force: ticket.time_in_force,
            intent: terms.intent,
            status: if waits { Status::Accepted } else { Status::New },
            filled: Qty::ZERO,
            value: Money::ZERO,
            executions: Vec::new(),
            triggered: terms.triggered,
            best: None,
            created: at,
            updated: at,
            expires,
            reserve_price: if terms.intent.opens() { terms.price } else { Price::ZERO },
            tries: 0,
            replaced_by: None,
            replaces: None,
            special: special(wishes),
        };
        self.next_order += 1;
        self.clients.add(client, key);
        self.file(key, order);
        self.say(key, at, EventKind::Accepted);
        self.add_legs(at, key, wishes);
        if !waits {
            self.begin_work(at, key);
        }
        key
    }

    fn next_key(&self) -> OrderKey {
        OrderKey(u32::try_from(self.orders.len()).expect("fewer orders than that"))
    }

    /// Puts an order into memory, its book and the account's reservations.
    fn file(&mut self, key: OrderKey, order: Order) {
        if order.status.is_open() {
            self.account.reserved += order.reserved();
            self.books[usize::from(order.slot.0)].add(key, &order);
            if order.is_extended() && order.time_in_force == TimeInForce::Day {
                self.late.insert((order.expires, key));
            }
        }
        self.orders.push(order);
    }

    /// Cancels an order. One that is canceled already is not refused, as Alpaca does it.
    pub fn cancel(&mut self, at: MarketTime, key: OrderKey) -> Result<(), Refusal> {
        match self.order(key).status {
            Status::Canceled => Ok(()),
            status if !status.is_final() => {
                self.end(at, key, Status::Canceled);
                Ok(())
            }
            status => Err(Refusal::AlreadyEnded(status)),
        }
    }

    /// Ends an open order: out of its book, its reservation given back. One that is held stands
    /// in no book and reserves nothing.
    fn close(&mut self, at: MarketTime, key: OrderKey, status: Status) {
        let order = &mut self.orders[key.0 as usize];
        let book = &mut self.books[usize::from(order.slot.0)];
        if order.status == Status::Held {
            book.guards.remove(&key);
        } else {
            book.remove(key, order);
            self.account.reserved -= order.reserved();
        }
        self.late.remove(&(order.expires, key));
        order.status = status;
        order.updated = at;
    }
}

/// What is kept of an exchange between two runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Cash.
    pub cash: Money,
    /// Shares and their cost.
    pub holdings: Vec<(Slot, Qty, Money)>,
    /// Orders by number, ended ones too.
    pub orders: Vec<Order>,
    /// Number of the next order.
    pub next_order: u64,
    /// Number of the next execution.
    pub next_execution: u64,
}

/// What is asked for: the ticket, what goes beyond it, and its client id as it is looked up.
#[derive(Clone, Copy, Debug)]
struct Asked<'a> {
    ticket: &'a Ticket,
    wishes: &'a Wishes,
    client: ClientKey<'a>,
    /// True where its stop was reached before.
    triggered: bool,
}

fn special(wishes: &Wishes) -> Option<Box<Special>> {
    let special = Special {
        extended: wishes.extended,
        notional: wishes.notional,
        class: wishes.class,
        ..Special::default()
    };
    (special != Special::default()).then(|| Box::new(special))
}

/// What admission found out about an order.
#[derive(Clone, Copy, Debug)]
struct Terms {
    intent: order::Intent,
    /// What a share would reserve.
    price: Price,
    /// Its stop was reached already.
    triggered: bool,
}
