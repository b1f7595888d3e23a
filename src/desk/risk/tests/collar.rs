//! Limits and stops far from the market: what is refused, what is asked about, in which words.
//! Must never look at another rule.

use super::{accepted, asks, buy, refused};
use crate::desk::distance::Distance;
use crate::desk::fixture::{book, limit, price};
use crate::desk::refusal::{Concern, Refusal};
use crate::domain::numbers::Ratio;
use crate::domain::orders::{OrderType, Side};

#[test]
fn rule_7_collar() {
    let book = book();
    accepted(&book, &buy(1, "AAPL", limit("210")));
    assert!(matches!(
        refused(&book, &buy(1, "AAPL", limit("210.01"))),
        Refusal::OutsideCollar { off: Distance { allowed: 5, .. }, .. }
    ));
    let words = refused(&book, &buy(1, "AAPL", limit("210.01"))).to_string();
    assert_eq!(words, "Limit 210.01 is 5.1 % off the last 200.00: the desk allows 5 %");
    accepted(&book, &buy(1, "AAPL", limit("190")));
    assert_eq!(asks(&book, &buy(1, "AAPL", limit("150"))), [far_from("last", -250_000, "200")]);
    let words = asks(&book, &buy(1, "AAPL", limit("189.99")))[0].to_string();
    assert_eq!(words, "The limit is 5.1 % away from the last 200.00");
    accepted(&book, &buy(2, "TINY", limit("0.55")));
    assert!(matches!(
        refused(&book, &buy(2, "TINY", limit("0.5501"))),
        Refusal::OutsideCollar { off: Distance { allowed: 10, .. }, .. }
    ));
    let stop = |text| OrderType::Stop { stop: price(text) };
    assert!(matches!(
        refused(&book, &buy(1, "AAPL", stop("200"))),
        Refusal::StopSide { side: Side::Buy, .. }
    ));
    accepted(&book, &buy(1, "AAPL", stop("200.01")));
    // A limit that waits for a stop is measured from that, and the words say so.
    let after = |text| OrderType::StopLimit { stop: price("220"), limit: price(text) };
    let words = refused(&book, &buy(1, "AAPL", after("240"))).to_string();
    assert_eq!(words, "Limit 240.00 is 9.1 % off the stop 220.00: the desk allows 5 %");
    let words = asks(&book, &buy(1, "AAPL", after("198")))[0].to_string();
    assert_eq!(words, "The limit is 10.0 % away from the stop 220.00");
}

#[test]
fn a_stop_far_from_the_market_is_asked_about() {
    let book = book();
    let stop = |text| OrderType::Stop { stop: price(text) };
    accepted(&book, &buy(1, "AAPL", stop("210")));
    let words = asks(&book, &buy(1, "AAPL", stop("220")))[0].to_string();
    assert_eq!(words, "The stop is 10.0 % away from the last 200.00");
    // Beside the limit that waits for it, each is asked about.
    let both = OrderType::StopLimit { stop: price("220"), limit: price("198") };
    assert_eq!(asks(&book, &buy(1, "AAPL", both)).len(), 2);
}

fn far_from(of: &'static str, beyond: i64, base: &str) -> Concern {
    let (beyond, base) = (Ratio(beyond), price(base));
    Concern::FarFromMarket(Distance { what: "limit", of, base, beyond, allowed: 5 })
}

#[test]
fn what_was_overridden_covers_no_worse_figure() {
    let far = |percent: i64| far_from("last", percent * 10_000, "200");
    assert!(far(25).covers(&far(25)) && far(25).covers(&far(24)));
    assert!(!far(25).covers(&far(26)), "it is farther off than what was overridden");
    let like = |seconds| Concern::Duplicate { seconds };
    assert!(like(2).covers(&like(3)));
    assert!(!like(2).covers(&like(1)), "another like order went out since");
}
