//! Orders that belong together, orders in dollars, and orders beside the session.
//! Must never leave an exit at work for shares that are gone.

use super::{ASK, BID, PLAIN, Pit, at, limit};
use crate::domain::hours::Schedule;
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{OrderType, Side, TimeInForce};
use crate::venue::simulator::exchange::order::Status::{Canceled, Expired, Filled, Held, New};
use crate::venue::simulator::exchange::order::{Class, OrderKey, Status, Wishes};
use crate::venue::simulator::exchange::refusal::Refusal;
use crate::venue::simulator::exchange::{Exchange, Kept};

const OPEN: &str = "2026-11-20T10:00";

fn bracket(profit: i64, stop: i64) -> Wishes {
    Wishes {
        class: Class::Bracket,
        take_profit: Some(Price::cents(profit)),
        stop_loss: Some((Price::cents(stop), None)),
        ..Wishes::default()
    }
}

impl Pit {
    fn group(&mut self, order_type: OrderType, wishes: &Wishes) -> Result<OrderKey, Refusal> {
        let side = if wishes.class == Class::Oco { Side::Sell } else { Side::Buy };
        let ticket = self.ticket(PLAIN, side, order_type);
        self.exchange.submit_special(self.now, PLAIN, (&ticket, wishes))
    }
    /// Fills a bracket's entry, and says which its legs are.
    fn entered(&mut self, wishes: &Wishes) -> (OrderKey, OrderKey, OrderKey) {
        let parent = self.group(OrderType::Market, wishes).expect("taken");
        for _ in 0..50 {
            if self.order(parent).status == Status::Filled {
                break;
            }
            self.quote(PLAIN, BID, ASK);
        }
        let legs = self.order(parent).legs().to_vec();
        let leg = |place: usize| self.exchange.find_number(legs[place]).expect("it is there");
        (parent, leg(0), leg(1))
    }
    fn statuses(&self, keys: &[OrderKey]) -> Vec<Status> {
        keys.iter().map(|key| self.order(*key).status).collect()
    }
    fn settle(&mut self) {
        for _ in 0..20 {
            self.quote(PLAIN, BID, ASK);
        }
    }
}

#[test]
fn legs_wait_for_the_whole_entry_then_one_ends_the_other() {
    let mut pit = Pit::new(Schedule::Nyse, OPEN);
    let waiting = pit.group(limit(9_000), &bracket(11_000, 8_000)).expect("taken");
    assert_eq!(pit.order(waiting).legs().len(), 2);
    assert_eq!(pit.exchange.closing(PLAIN, Side::Sell), Qty::ZERO);
    pit.exchange.cancel(pit.now, waiting).expect("it is open");
    let (parent, profit, stop) = pit.entered(&bracket(11_000, 8_000));
    assert_eq!(pit.statuses(&[parent, profit, stop]), [Filled, New, Held]);
    assert_eq!(pit.exchange.closing(PLAIN, Side::Sell), Qty::shares(100), "held once");
    pit.trade(PLAIN, 8_000);
    for _ in 0..20 {
        pit.quote(PLAIN, 7_990, 8_010);
    }
    assert_eq!(pit.statuses(&[profit, stop]), [Canceled, Filled]);
    assert!(pit.held(PLAIN).is_zero());
    pit.settle();
    let (_, profit, stop) = pit.entered(&bracket(11_000, 8_000));
    for _ in 0..20 {
        pit.quote(PLAIN, 11_000, 11_020);
        let (one, other) = (pit.order(profit).leaves(), pit.order(stop).leaves());
        assert!(one == other || pit.order(stop).status == Canceled, "{one:?} {other:?}");
    }
    assert_eq!(pit.statuses(&[profit, stop]), [Filled, Canceled]);
    assert!(pit.held(PLAIN).is_zero());
    assert_eq!(pit.exchange.account().reserved, Money::ZERO);
}

#[test]
fn an_exit_that_ends_takes_the_other_along() {
    let mut pit = Pit::new(Schedule::Nyse, OPEN);
    let (_, profit, stop) = pit.entered(&bracket(11_000, 8_000));
    pit.exchange.cancel(pit.now, stop).expect("it is held");
    assert_eq!(pit.statuses(&[profit, stop]), [Canceled, Canceled]);
    let oco = Wishes { class: Class::Oco, ..bracket(11_000, 8_000) };
    let parent = pit.group(limit(11_000), &oco).expect("taken");
    let leg = pit.exchange.find_number(pit.order(parent).legs()[0]).expect("it is there");
    pit.end_day(Schedule::Nyse);
    assert_eq!(pit.statuses(&[parent, leg]), [Expired, Expired]);
    pit.trade(PLAIN, 7_000);
    assert_eq!(pit.held(PLAIN), Qty::shares(100), "nothing stands guard any more");
}

#[test]
fn a_guard_that_was_kept_stands_guard_again() {
    let mut pit = Pit::new(Schedule::Nyse, OPEN);
    let (_, _, stop) = pit.entered(&bracket(11_000, 8_000));
    let exchange = &pit.exchange;
    let (next_order, next_execution) = exchange.next_numbers();
    let kept = Kept {
        cash: exchange.account().cash,
        holdings: exchange
            .account()
            .held()
            .map(|(slot, holding)| (slot, holding.quantity, holding.cost))
            .collect(),
        orders: exchange.orders().map(|(_, order)| order.clone()).collect(),
        next_order,
        next_execution,
    };
    let assets = exchange.assets().clone();
    pit.exchange = Exchange::restore(7, Schedule::Nyse, assets, kept);
    pit.trade(PLAIN, 8_000);
    for _ in 0..20 {
        pit.quote(PLAIN, 7_990, 8_010);
    }
    assert_eq!(pit.order(stop).status, Status::Filled);
    assert!(pit.held(PLAIN).is_zero());
}

#[test]
fn groups_that_make_no_sense_are_refused() {
    let mut pit = Pit::new(Schedule::Nyse, OPEN);
    let mut refused = |order_type, wishes| {
        pit.group(order_type, &wishes).expect_err("it makes no sense").to_string()
    };
    let half = Wishes { take_profit: None, ..bracket(11_000, 9_000) };
    let require = "bracket orders require take_profit.limit_price";
    assert_eq!(refused(OrderType::Market, half), require);
    let base = "take_profit.limit_price must be >= base_price + 0.01";
    assert_eq!(refused(limit(9_500), bracket(9_500, 9_000)), base);
    let base = "stop_loss.stop_price must be <= base_price - 0.01";
    assert_eq!(refused(limit(9_000), bracket(9_500, 9_000)), base);
    let oco = Wishes { class: Class::Oco, ..bracket(11_000, 9_000) };
    assert_eq!(refused(limit(11_000), oco), "oco orders must be exit orders");
    let both = Wishes { class: Class::Oto, ..bracket(11_000, 9_000) };
    let one = "oto orders require either take_profit or stop_loss";
    assert_eq!(refused(OrderType::Market, both), one);
}

#[test]
fn dollars_are_never_overspent() {
    let mut pit = Pit::new(Schedule::Nyse, "2026-11-20T20:00");
    let wishes = Wishes { notional: Some(Money::dollars(500)), ..Wishes::default() };
    let key = pit.group(OrderType::Market, &wishes).expect("taken");
    assert_eq!(pit.order(key).status, Status::Accepted);
    let day = Schedule::Nyse.trading_day(pit.now);
    pit.now = Schedule::Nyse.session(day).expect("a session").0;
    pit.session = pit.now;
    // The market opened higher than it was when the order was taken.
    for _ in 0..20 {
        pit.quote(PLAIN, 12_000, 12_020);
    }
    let order = pit.order(key);
    assert_eq!(order.status, Status::Filled);
    assert!(order.value <= Money::dollars(500) && order.value > Money::dollars(499));
    assert_eq!(pit.exchange.account().reserved, Money::ZERO);
}

#[test]
fn extended_orders_work_in_the_evening_and_end_with_it() {
    let mut pit = Pit::new(Schedule::Nyse, "2026-11-20T17:00");
    let wishes = Wishes { extended: true, ..Wishes::default() };
    let resting = pit.group(limit(9_000), &wishes).expect("taken");
    assert_eq!(pit.order(resting).status, Status::New);
    let evening = at("2026-11-20T20:00");
    assert_eq!(pit.exchange.late_due(), Some(evening));
    pit.exchange.end_late(evening.plus_ms(-1));
    assert_eq!(pit.order(resting).status, Status::New);
    pit.exchange.end_late(evening);
    assert_eq!((pit.order(resting).status, pit.exchange.late_due()), (Status::Expired, None));
    let refused = pit.group(OrderType::Market, &wishes).expect_err("a market order");
    assert_eq!(refused.to_string(), "extended hours order must be DAY or GTC limit orders");
    let mut ticket = pit.ticket(PLAIN, Side::Buy, limit(9_000));
    ticket.time_in_force = TimeInForce::Ioc;
    let refused = pit.exchange.submit_special(pit.now, PLAIN, (&ticket, &wishes));
    assert!(refused.is_err());
}
