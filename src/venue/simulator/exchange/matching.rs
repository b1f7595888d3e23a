//! Filling: what a print of the tape, an opening and a closing do to the open orders.
//! Must never fill through an order's limit, past its quantity, or without a quote.

use crate::domain::hours::Phase;
use crate::domain::numbers::{Price, Qty};
use crate::domain::orders::{OrderType, Side, TimeInForce};
use crate::domain::time::MarketTime;
use crate::venue::simulator::tape::Slot;
use crate::venue::simulator::tape::minute::Print;

use super::Exchange;
use super::book::Touch;
use super::order::{Event, EventKind, Execution, Order, OrderKey, Status, trailing_stop};

const SIDES: [Side; 2] = [Side::Buy, Side::Sell];
/// One try in so many fills a part only (alpaca-api.md section 15).
const PARTIAL_ONE_IN: u64 = 10;
const LABEL_PARTIAL: u64 = 1;
const LABEL_PART: u64 = 2;

impl Exchange {
    /// Takes in what the tape printed for a symbol with open orders. `session` is the open of the
    /// session it belongs to: the first print of a session is its opening.
    pub fn observe(&mut self, slot: Slot, print: &Print, session: MarketTime) {
        let opens = self.book(slot).session < session;
        self.look(slot, Touch { last: print.last, bid: print.bid, ask: print.ask }, session);
        if opens {
            self.release(print.at, slot);
        }
        if print.is_trade() {
            self.trail(print.at, slot, print.last);
            self.trigger(print.at, slot, print.last);
            self.guard(print.at, slot, print.last);
        }
        self.match_all(print.at, slot);
    }

    /// Notes where a symbol without open orders stands.
    pub fn look(&mut self, slot: Slot, touch: Touch, session: MarketTime) {
        let book = self.book_mut(slot);
        book.touch = touch;
        book.session = session;
        self.account.mark(slot, touch.last);
    }

    /// An order that was taken, or released, goes to work: at once against the market as it is.
    pub(super) fn begin_work(&mut self, at: MarketTime, key: OrderKey) {
        self.size(key);
        self.say(key, at, EventKind::New);
        let order = self.order(key);
        let (slot, side, last) = (order.slot, order.side, self.book(order.slot).touch.last);
        if order.is_stop() && !order.triggered {
            if matches!(order.order_type, OrderType::TrailingStop { .. }) && !last.is_zero() {
                self.orders[key.0 as usize].best.get_or_insert(last);
            }
            return;
        }
        let far = self.book(slot).touch.far(side);
        if far.is_some_and(|far| self.order(key).accepts(far)) {
            self.try_fill(at, key);
        }
        self.cancel_rest(at, key);
    }

    /// A session opens: what waited for it goes to work, opening orders fill or end.
    fn release(&mut self, at: MarketTime, slot: Slot) {
        for key in self.book(slot).waiting() {
            if self.order(key).time_in_force == TimeInForce::Cls {
                continue;
            }
            self.change(key, |order| {
                order.status = Status::New;
                order.updated = at;
            });
            self.begin_work(at, key);
        }
    }

    /// A trading day ends at `at` on all books: closing orders fill at the quote as it stands,
    /// what has run out ends.
    ///
    /// The close itself belongs to the next trading day (hours.rs), but its auction is the last
    /// trade of the day that ends: its executions carry the moment before, and so this day's date.
    pub fn end_day(&mut self, at: MarketTime) {
        let auction = MarketTime::from_ns(at.ns() - 1);
        for slot in (0..).map(Slot).take(self.books.len()) {
            for key in self.book(slot).open() {
                let order = self.order(key);
                if order.expires > at || !order.status.is_open() {
                    continue;
                }
                match order.time_in_force {
                    TimeInForce::Cls => {
                        self.change(key, |order| order.status = Status::New);
                        self.begin_work(auction, key);
                    }
                    // On a market that never closes the next opening is this very moment.
                    TimeInForce::Opg if order.expires == at => {}
                    TimeInForce::Opg => self.end(at, key, Status::Canceled),
                    _ => self.end(at, key, Status::Expired),
                }
            }
        }
    }

    /// After a pause: orders whose time ran out meanwhile end, those whose session has begun go to
    /// work. Nothing fills for what was missed.
    pub fn resume(&mut self, at: MarketTime) {
        let open = self.today(at).phase == Phase::Open;
        for slot in (0..).map(Slot).take(self.books.len()) {
            for key in self.book(slot).open() {
                let order = self.order(key);
                let auction = matches!(order.time_in_force, TimeInForce::Opg | TimeInForce::Cls);
                if order.expires <= at {
                    let status = if auction { Status::Canceled } else { Status::Expired };
                    self.end(at, key, status);
                } else if order.status == Status::Accepted && open && !auction {
                    self.change(key, |order| order.status = Status::New);
                    self.begin_work(at, key);
                }
            }
        }
    }

    /// Ends an open order, and those that belong to it.
    pub(super) fn end(&mut self, at: MarketTime, key: OrderKey, status: Status) {
        self.end_alone(at, key, status);
        self.end_group(at, key, status);
    }
    /// Ends an open or held order and no other.
    pub(super) fn end_alone(&mut self, at: MarketTime, key: OrderKey, status: Status) {
        self.close(at, key, status);
        let kind = if status == Status::Expired { EventKind::Expired } else { EventKind::Canceled };
        self.say(key, at, kind);
    }

    /// Changes an order and files it anew in its book.
    pub(super) fn change(&mut self, key: OrderKey, change: impl FnOnce(&mut Order)) {
        let order = &mut self.orders[key.0 as usize];
        let before = order.clone();
        change(order);
        self.books[usize::from(order.slot.0)].refile(key, &before, order);
    }

    /// Trailing stops follow the best trade.
    fn trail(&mut self, at: MarketTime, slot: Slot, last: Price) {
        for key in self.book(slot).trails() {
            let order = &mut self.orders[key.0 as usize];
            let OrderType::TrailingStop { trail } = order.order_type else { continue };
            let best = match (order.best, order.side) {
                (Some(best), Side::Sell) => best.max(last),
                (Some(best), Side::Buy) => best.min(last),
                (None, _) => last,
            };
            if order.best != Some(best) {
                order.best = Some(best);
                order.updated = at;
                self.events.push(Event { order: key, at, kind: EventKind::Trailed { best } });
            }
            let stop = trailing_stop(self.order(key).side, best, trail);
            let reached = match self.order(key).side {
                Side::Sell => last <= stop,
                Side::Buy => last >= stop,
            };
            if reached {
                self.set_off(at, key);
            }
        }
    }

    /// Stops that a trade reaches go to work.
    fn trigger(&mut self, at: MarketTime, slot: Slot, last: Price) {
        for side in SIDES {
            while let Some(key) = self.book(slot).next_reached(side, last) {
                self.set_off(at, key);
            }
        }
    }

    fn set_off(&mut self, at: MarketTime, key: OrderKey) {
        self.change(key, |order| {
            order.triggered = true;
            order.updated = at;
        });
        self.say(key, at, EventKind::Triggered);
    }

    /// Tries every order that the quote meets, best first, once.
    fn match_all(&mut self, at: MarketTime, slot: Slot) {
        for side in SIDES {
            let mut after = None;
            while let Some((rank, key)) = self.book(slot).next_marketable(side, after) {
                self.try_fill(at, key);
                after = Some(rank);
            }
        }
    }

    /// One try against the far side of the quote: all of it, or one time in ten a random part.
    fn try_fill(&mut self, at: MarketTime, key: OrderKey) {
        let order = &mut self.orders[key.0 as usize];
        let Some(price) = self.books[usize::from(order.slot.0)].touch.far(order.side) else {
            return;
        };
        let chance = self.chance.at(order.number).at(u64::from(order.tries));
        order.tries += 1;
        let leaves = order.leaves();
        let whole = leaves.units() / Qty::shares(1).units();
        let partial = order.time_in_force != TimeInForce::Fok
            && whole > 1
            && chance.draw(LABEL_PARTIAL).one_in(PARTIAL_ONE_IN);
        let quantity = if partial {
            let parts = whole.min(i64::from(u32::MAX)) - 1;
            let part = chance.draw(LABEL_PART).below(parts.cast_unsigned()).cast_signed();
            Qty::shares(1 + part)
        } else {
            leaves
        };
        self.fill(at, key, (quantity, price));
    }

    /// Books an execution.
    fn fill(&mut self, at: MarketTime, key: OrderKey, (quantity, price): (Qty, Price)) {
        let order = &mut self.orders[key.0 as usize];
        assert!(order.accepts(price), "no fill through a limit");
        assert!(Qty::ZERO < quantity && quantity <= order.leaves(), "no fill past the quantity");
        let execution = Execution { number: self.next_execution, quantity, price, at };
        self.next_execution += 1;
        let reserved = order.reserved();
        order.filled += quantity;
        order.value += quantity * price;
        order.executions.push(execution);
        order.updated = at;
        order.status = Status::PartiallyFilled;
        self.account.reserved -= reserved - order.reserved();
        self.books[usize::from(order.slot.0)].note_fill(order, quantity);
        let (slot, side, total) = (order.slot, order.side, order.filled);
        let done = order.leaves().is_zero();
        self.account.book(slot, side, quantity, price);
        if done {
            self.close(at, key, Status::Filled);
        }
        self.say(key, at, EventKind::Filled { execution, total });
        self.note_group_fill(at, key, quantity);
    }

    /// Orders that get one try only end with it.
    fn cancel_rest(&mut self, at: MarketTime, key: OrderKey) {
        let order = self.order(key);
        if order.tries_once() && order.status.is_open() {
            self.end(at, key, Status::Canceled);
        }
    }
}

impl Order {
    /// True where the order takes this price.
    fn accepts(&self, price: Price) -> bool {
        self.worst().is_none_or(|worst| match self.side {
            Side::Buy => price <= worst,
            Side::Sell => price >= worst,
        })
    }
}
