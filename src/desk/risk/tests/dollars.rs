//! Orders in dollars: what goes with them, what they are worth and what they hold.
//! Must never take the shares they come to for more than an estimate.

use super::{accepted, buy, judge, refused, sell, tif};
use crate::desk::fixture::{GROWTH, book, hold, limit, symbol, ticker};
use crate::desk::refusal::Refusal;
use crate::desk::refusal::mismatch::Mismatch;
use crate::domain::numbers::Money;
use crate::domain::orders::{Draft, OrderType, TimeInForce};

/// For so many dollars, sized as the desk does it.
fn of(dollars: i64, mut draft: Draft) -> Draft {
    draft.special.dollars = Some(Money::dollars(dollars));
    let market = ticker(draft.symbol.as_str(), "200");
    draft.sized(Some(&market))
}

#[test]
fn dollars_go_with_market_orders_for_the_day_in_what_can_be_split() {
    let book = book();
    let found = accepted(&book, &of(500, buy(1, "AAPL", OrderType::Market)));
    assert_eq!((found.value, found.reserve), (Money::dollars(500), Money::dollars(500)));
    let mismatch = Refusal::Mismatch(Mismatch::DollarsAtMarket);
    assert_eq!(refused(&book, &of(500, buy(1, "AAPL", limit("200")))), mismatch);
    let gtc = tif(buy(1, "AAPL", OrderType::Market), TimeInForce::Gtc);
    assert_eq!(refused(&book, &of(500, gtc)), mismatch);
    let whole = refused(&book, &of(500, buy(1, "WHOL", OrderType::Market)));
    assert!(matches!(whole, Refusal::WholeSharesOnly { .. }));
    assert!(accepted(&book, &of(1, buy(1, "AAPL", OrderType::Market))).value > Money::ZERO);
    let over = refused(&book, &of(50_001, buy(1, "AAPL", OrderType::Market)));
    assert!(matches!(over, Refusal::OverLimit { .. }), "{over}");
}

#[test]
fn a_sale_in_dollars_only_closes() {
    let mut book = book();
    let of_500 = of(500, sell(1, "AAPL", OrderType::Market));
    assert!(judge(&book, &of_500).is_err(), "parts are not sold short");
    hold(&mut book, GROWTH, "AAPL", 3);
    let found = accepted(&book, &of_500);
    assert_eq!(found.reserve, Money::ZERO);
    assert!(judge(&book, &of(700, sell(1, "AAPL", OrderType::Market))).is_err());
}

#[test]
fn without_a_price_dollars_are_no_shares() {
    let mut book = book();
    book.prices.remove(&symbol("AAPL"));
    let mut draft = buy(1, "AAPL", OrderType::Market);
    draft.special.dollars = Some(Money::dollars(500));
    let found = refused(&book, &draft.sized(None));
    assert_eq!(found, Refusal::NoMarketPrice { symbol: symbol("AAPL") });
}
