//! Rule 4: what goes with which time in force, and what the market's phase says to it.
//! Must never read a clock: the moments are the fixture's.

use super::{accepted, book_with, buy, judge, judge_at, refused, tif};
use crate::desk::fixture::{TRADER, book, later, limit, price};
use crate::desk::refusal::mismatch::Mismatch;
use crate::desk::refusal::{Concern, Refusal, Rejection};
use crate::domain::hours::Schedule;
use crate::domain::numbers::Qty;
use crate::domain::orders::{Draft, OrderType, TimeInForce};
use crate::domain::special::Special;

#[test]
fn rule_4_type_time_in_force_and_phase() {
    let open = book();
    let stop = buy(1, "AAPL", OrderType::Stop { stop: price("201") });
    for time in TimeInForce::ALL {
        let works = matches!(time, TimeInForce::Day | TimeInForce::Gtc);
        let told = judge(&open, &tif(stop.clone(), time));
        assert_eq!(told.is_ok(), works, "{time}");
        accepted(&open, &tif(buy(1, "AAPL", limit("200")), time));
    }
    // The fixture's moment is 15:00 UTC, so six hours later the exchange is closed.
    let closed = book_with(Schedule::Nyse);
    let night = later(12 * 3_600_000);
    let at_night =
        |time| judge_at(&closed, night, TRADER, &tif(buy(1, "AAPL", limit("200")), time), &[]);
    assert_eq!(
        at_night(TimeInForce::Ioc),
        Err(Refusal::MarketClosed { time_in_force: TimeInForce::Ioc }.into())
    );
    assert_eq!(
        at_night(TimeInForce::Day),
        Err(Rejection::NeedsAcknowledgement(vec![Concern::WaitsForOpen]))
    );
    let day = buy(1, "AAPL", limit("200"));
    assert!(judge_at(&closed, night, TRADER, &day, &[Concern::WaitsForOpen]).is_ok());
}

#[test]
fn rule_4_extended_hours_are_for_limit_orders_that_last() {
    let extended =
        |draft| Draft { special: Special { extended_hours: true, ..Special::default() }, ..draft };
    let open = book();
    for time in TimeInForce::ALL {
        let lasts = matches!(time, TimeInForce::Day | TimeInForce::Gtc);
        let told = judge(&open, &extended(tif(buy(1, "AAPL", limit("200")), time)));
        assert_eq!(told.is_ok(), lasts, "{time}");
    }
    let (stop, at) = (price("201"), price("202"));
    for other in [OrderType::Market, OrderType::StopLimit { stop, limit: at }] {
        assert_eq!(
            refused(&open, &extended(buy(1, "AAPL", other))),
            Refusal::Mismatch(Mismatch::ExtendedHours)
        );
    }
    let parts = Draft { quantity: Qty::parse("1.5").unwrap(), ..buy(1, "AAPL", limit("200")) };
    accepted(&open, &parts);
    assert!(matches!(refused(&open, &extended(parts)), Refusal::WholeSharesOnly { .. }));
    // Friday evening: it works until eight, and waits like any other over the weekend.
    let closed = book_with(Schedule::Nyse);
    let day = extended(buy(1, "AAPL", limit("200")));
    let at = |ms| judge_at(&closed, later(ms), TRADER, &day, &[]);
    assert!(at(9 * 3_600_000).is_ok(), "in the evening");
    let waits = Err(Rejection::NeedsAcknowledgement(vec![Concern::WaitsForOpen]));
    assert_eq!(at(80 * 3_600_000), waits, "on a day without a session");
}
