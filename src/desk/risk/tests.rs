//! Each risk rule at, under and over its limit, on a book made by hand.
//! Must never need a store or a venue: a case is plain data.

use super::{Assessment, Case, assess};
use crate::desk::book::Book;
use crate::desk::event::EventKind;
use crate::desk::fixture::{
    ADMIN, GROWTH, TRADER, VAULT, apply, book, book_with, draft, hold, later, limit, now, order_id,
    price, put, symbol, ticker, working,
};
use crate::desk::refusal::{Concern, Refusal, Rejection};
use crate::domain::ids::UserId;
use crate::domain::lifecycle::{Pending, State};
use crate::domain::numbers::{Money, Qty, Ratio};
use crate::domain::orders::{Amendment, Draft, Order, OrderType, Shown, Side, TimeInForce, Trail};
use crate::domain::roles::RoleName;
use crate::domain::time::Moment;
use crate::domain::trading::TradingState;

mod collar;
mod dollars;
mod grouping;
mod phase;

fn judge_at(
    book: &Book,
    now: Moment,
    user: UserId,
    draft: &Draft,
    acknowledged: &[Concern],
) -> Result<Assessment, Rejection> {
    let case = Case {
        book,
        now,
        user: &book.users[&user],
        portfolio: &book.portfolios[&GROWTH],
        draft,
        amends: None,
        shown: Shown::default(),
        booked: Qty::ZERO,
    };
    assess(&case, acknowledged)
}

fn judge(book: &Book, draft: &Draft) -> Result<Assessment, Rejection> {
    judge_at(book, now(), TRADER, draft, &[])
}

#[track_caller]
fn accepted(book: &Book, draft: &Draft) -> Assessment {
    judge(book, draft).expect("accepted")
}

#[track_caller]
fn refused(book: &Book, draft: &Draft) -> Refusal {
    match judge(book, draft) {
        Err(Rejection::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

#[track_caller]
fn asks(book: &Book, draft: &Draft) -> Vec<Concern> {
    match judge(book, draft) {
        Err(Rejection::NeedsAcknowledgement(concerns)) => concerns,
        other => panic!("does not ask: {other:?}"),
    }
}

fn buy(shares: i64, name: &str, order_type: OrderType) -> Draft {
    draft(Side::Buy, shares, name, order_type)
}

fn sell(shares: i64, name: &str, order_type: OrderType) -> Draft {
    draft(Side::Sell, shares, name, order_type)
}

fn tif(draft: Draft, time_in_force: TimeInForce) -> Draft {
    Draft { time_in_force, ..draft }
}

fn halted(reason: &str) -> EventKind {
    EventKind::TradingSet(TradingState::Halted { reason: reason.to_owned() })
}

#[test]
fn rule_1_closing_only_lets_what_reduces_through_and_a_halt_nothing() {
    let mut book = book();
    hold(&mut book, GROWTH, "AAPL", 100);
    let reason = || "drill".to_owned();
    let (buys, closes) = (buy(1, "AAPL", OrderType::Market), sell(100, "AAPL", OrderType::Market));
    let crosses = sell(101, "AAPL", OrderType::Market);
    apply(&mut book, EventKind::TradingSet(TradingState::ClosingOnly { reason: reason() }));
    for opens in [&buys, &crosses] {
        assert_eq!(refused(&book, opens), Refusal::ClosingOnly { reason: reason() });
    }
    accepted(&book, &closes);
    apply(&mut book, halted("drill"));
    for any in [&buys, &crosses, &closes] {
        assert_eq!(refused(&book, any), Refusal::Halted { reason: reason() });
    }
    apply(&mut book, EventKind::TradingSet(TradingState::Active));
    accepted(&book, &buys);
    book.portfolios.get_mut(&GROWTH).unwrap().archived = true;
    assert_eq!(refused(&book, &buy(1, "AAPL", OrderType::Market)), Refusal::Archived);
}

#[test]
fn rule_3_only_known_tradable_symbols() {
    let book = book();
    let refusal = refused(&book, &buy(1, "AAPLX", limit("1")));
    assert_eq!(refusal.to_string(), "AAPLX is not a tradable symbol");
    assert!(matches!(refused(&book, &buy(1, "NOPE", limit("1"))), Refusal::NotTradable { .. }));
    assert!(matches!(refused(&book, &buy(1, "HALT", limit("1"))), Refusal::SymbolHalted { .. }));
}

#[test]
fn rule_5_quantities() {
    let mut book = book();
    book.roles.get_mut(&RoleName::Trader).unwrap().max_trade_value = None;
    book.funds.buying_power = Money::dollars(1_000_000_000);
    let of = |units, name, at: &str| Draft {
        quantity: Qty::from_units(units),
        ..buy(1, name, limit(at))
    };
    assert_eq!(refused(&book, &of(0, "AAPL", "200")), Refusal::NoQuantity);
    accepted(&book, &buy(1_000_000, "TINY", limit("0.5")));
    assert!(matches!(
        refused(&book, &buy(1_000_001, "TINY", limit("0.5"))),
        Refusal::TooManyShares { .. }
    ));
    accepted(&book, &buy(500_000, "AAPL", limit("200")));
    assert!(matches!(
        refused(&book, &buy(500_001, "AAPL", limit("200"))),
        Refusal::TooLarge { .. }
    ));
    accepted(&book, &of(5_000_000, "AAPL", "200"));
    assert_eq!(refused(&book, &of(4_999_999, "AAPL", "200")), Refusal::TooSmall);
    let half = 500_000_000;
    assert!(matches!(refused(&book, &of(half, "WHOL", "50")), Refusal::WholeSharesOnly { .. }));
    let gtc = tif(of(half, "AAPL", "200"), TimeInForce::Gtc);
    assert!(matches!(refused(&book, &gtc), Refusal::WholeSharesOnly { .. }));
}

#[test]
fn rule_5_price_grid() {
    let book = book();
    accepted(&book, &buy(1, "AAPL", limit("200.01")));
    assert!(matches!(refused(&book, &buy(1, "AAPL", limit("200.001"))), Refusal::OffGrid { .. }));
    accepted(&book, &buy(2, "TINY", limit("0.5001")));
    assert!(matches!(refused(&book, &buy(2, "TINY", limit("0.50001"))), Refusal::OffGrid { .. }));
    assert_eq!(refused(&book, &buy(1, "AAPL", limit("0"))), Refusal::NoPrice { which: "limit" });
    let trail = |ratio| OrderType::TrailingStop { trail: Trail::Percent(Ratio(ratio)) };
    assert_eq!(refused(&book, &buy(1, "AAPL", trail(999))), Refusal::BadTrail);
    accepted(&book, &buy(1, "AAPL", trail(1_000)));
    assert_eq!(refused(&book, &buy(1, "AAPL", trail(1_000_000))), Refusal::BadTrail);
    let dollars = |text| OrderType::TrailingStop { trail: Trail::Amount(price(text)) };
    accepted(&book, &buy(1, "AAPL", dollars("199.99")));
    assert_eq!(refused(&book, &buy(1, "AAPL", dollars("200"))), Refusal::BadTrail);
    assert_eq!(refused(&book, &buy(1, "AAPL", dollars("0.19"))), Refusal::BadTrail);
    accepted(&book, &buy(1, "AAPL", dollars("0.20")));
    accepted(&book, &buy(2, "TINY", dollars("0.0005")));
    for off in ["0.000000001", "0.00015", "0.2001", "1.001"] {
        let refusal = refused(&book, &buy(1, "AAPL", dollars(off)));
        assert!(matches!(refusal, Refusal::OffGrid { .. }), "{off}");
    }
}

#[test]
fn rule_6_a_market_order_needs_a_fresh_price() {
    let mut book = book();
    let market = buy(1, "AAPL", OrderType::Market);
    assert!(judge_at(&book, later(60_000), TRADER, &market, &[]).is_ok());
    assert_eq!(
        judge_at(&book, later(60_001), TRADER, &market, &[]),
        Err(Refusal::StalePrice { symbol: symbol("AAPL"), seconds: 60 }.into())
    );
    assert!(judge_at(&book, later(60_001), TRADER, &buy(1, "AAPL", limit("200")), &[]).is_ok());
    book.prices.clear();
    assert!(matches!(refused(&book, &market), Refusal::NoMarketPrice { .. }));
}

#[test]
fn rule_7_what_is_sent_is_what_was_shown() {
    let book = book();
    let market = buy(1, "AAPL", OrderType::Market);
    let mut case = Case {
        book: &book,
        now: now(),
        user: &book.users[&TRADER],
        portfolio: &book.portfolios[&GROWTH],
        draft: &market,
        amends: None,
        shown: Shown { last: Some(price("191")), version: None },
        booked: Qty::ZERO,
    };
    assert!(assess(&case, &[]).is_ok());
    case.shown.last = Some(price("190"));
    let moved = Concern::PriceMoved { shown: price("190"), now: price("200") };
    assert_eq!(assess(&case, &[]), Err(Rejection::NeedsAcknowledgement(vec![moved.clone()])));
    assert!(assess(&case, &[moved]).is_ok());
    let older = Concern::PriceMoved { shown: price("190"), now: price("199") };
    assert!(assess(&case, &[older]).is_err(), "what was acknowledged is another price");
}

#[test]
fn rule_8_the_same_order_within_five_seconds_asks_again() {
    let mut book = book();
    let like = buy(5, "AAPL", limit("200"));
    put(&mut book, working(order_id(1, 0), TRADER, like.clone()));
    assert_eq!(asks(&book, &like), [Concern::Duplicate { seconds: 0 }]);
    accepted(&book, &buy(6, "AAPL", limit("200")));
    assert!(judge_at(&book, now(), ADMIN, &like, &[]).is_ok(), "another person's");
    assert!(judge_at(&book, later(4_999), TRADER, &like, &[]).is_err());
    assert!(judge_at(&book, later(5_000), TRADER, &like, &[]).is_ok());
}

#[test]
fn a_value_just_above_the_limit_is_told_from_it() {
    let limit = Money::dollars(50_000);
    let told = |value: &str| {
        let value = Money::parse(value).unwrap();
        Refusal::OverLimit { value, limit }.to_string()
    };
    assert_eq!(told("50000.004"), "Trade value $50,000.004 exceeds your limit of $50,000.00");
    assert_eq!(told("50000.01"), "Trade value $50,000.01 exceeds your limit of $50,000.00");
}

#[test]
fn rule_9_order_rate_and_count() {
    let mut book = book();
    let order = |number: u8| buy(i64::from(number) + 1, "TINY", limit("0.5"));
    for number in 0..9 {
        put(&mut book, working(order_id(number, 0), TRADER, order(number)));
    }
    accepted(&book, &order(50));
    put(&mut book, working(order_id(9, 0), TRADER, order(9)));
    assert!(matches!(
        refused(&book, &order(50)),
        Refusal::TooFast { orders: 10, seconds: 1, max: 10 }
    ));
    assert!(judge_at(&book, later(1_000), TRADER, &order(50), &[]).is_ok());
    for number in 10..60 {
        put(&mut book, working(order_id(number, 0), TRADER, order(number)));
    }
    assert!(matches!(
        judge_at(&book, later(1_000), TRADER, &order(70), &[]),
        Err(Rejection::Refused(Refusal::TooFast { seconds: 60, max: 60, .. }))
    ));
    for number in 60..199 {
        put(&mut book, working(order_id(number, 0), TRADER, order(number)));
    }
    assert!(judge_at(&book, later(60_000), TRADER, &order(200), &[]).is_ok());
    put(&mut book, working(order_id(199, 0), TRADER, order(199)));
    assert!(matches!(
        judge_at(&book, later(60_000), TRADER, &order(200), &[]),
        Err(Rejection::Refused(Refusal::TooManyOpen { open: 200, max: 200 }))
    ));
}

#[test]
fn rule_10_the_roles_limit() {
    let mut book = book();
    accepted(&book, &buy(250, "AAPL", limit("200")));
    let refusal = refused(&book, &buy(250, "AAPL", limit("200.01")));
    assert_eq!(refusal.to_string(), "Trade value $50,002.50 exceeds your limit of $50,000.00");
    assert!(judge_at(&book, now(), ADMIN, &buy(1_000, "AAPL", limit("200")), &[]).is_ok());
    // A stop counts at the worse of stop and last; a market order at the last price.
    let stop = OrderType::Stop { stop: price("200.01") };
    assert!(matches!(refused(&book, &buy(250, "AAPL", stop)), Refusal::OverLimit { .. }));
    accepted(&book, &buy(250, "AAPL", OrderType::Market));
    assert!(matches!(
        refused(&book, &buy(251, "AAPL", OrderType::Market)),
        Refusal::OverLimit { .. }
    ));
    // An order that only reduces passes the limit, one share more does not.
    hold(&mut book, GROWTH, "AAPL", 1_000);
    accepted(&book, &sell(1_000, "AAPL", limit("200")));
    assert!(matches!(
        refused(&book, &sell(1_001, "AAPL", limit("200"))),
        Refusal::OverLimit { .. }
    ));
}

#[test]
fn rule_12_short_sales() {
    let mut book = book();
    hold(&mut book, GROWTH, "AAPL", 10);
    put(&mut book, working(order_id(1, 0), TRADER, sell(4, "AAPL", limit("205"))));
    accepted(&book, &sell(6, "AAPL", limit("200")));
    assert_eq!(
        refused(&book, &sell(7, "AAPL", limit("200"))),
        Refusal::WouldGoShort {
            symbol: symbol("AAPL"),
            quantity: Qty::shares(7),
            free: Qty::shares(6)
        }
    );
    book.portfolios.get_mut(&GROWTH).unwrap().may_short = true;
    let refusal = Refusal::CrossesZero { side: Side::Sell, held: Qty::shares(6) };
    assert_eq!(refused(&book, &sell(7, "AAPL", limit("200"))), refusal);
    book.working.remove(&book.orders[&order_id(1, 0)].clone());
    let crossing = sell(11, "AAPL", limit("200"));
    assert_eq!(accepted(&book, &crossing).first, Qty::shares(10), "what closes goes first");
    let stop = sell(11, "AAPL", OrderType::Stop { stop: price("199") });
    for whole in [stop, tif(crossing, TimeInForce::Ioc)] {
        let refusal = Refusal::CrossesZero { side: Side::Sell, held: Qty::shares(10) };
        assert_eq!(refused(&book, &whole), refusal);
    }
    accepted(&book, &sell(5, "MSFT", limit("400")));
    assert!(matches!(refused(&book, &sell(1, "WHOL", limit("50"))), Refusal::NotShortable { .. }));
    hold(&mut book, GROWTH, "MSFT", -10);
    assert_eq!(accepted(&book, &buy(10, "MSFT", limit("400"))).first, Qty::shares(10));
    assert_eq!(accepted(&book, &buy(11, "MSFT", limit("400"))).first, Qty::shares(10));
}

/// A working order with new terms on their way.
fn amending(order: Order, asked: Amendment) -> Order {
    let state = State { pending: Pending::Replace, ..order.state };
    Order { asked: Some(asked), state, ..order }
}

#[test]
fn rule_12_shares_of_a_replace_on_its_way_are_taken() {
    let mut book = book();
    hold(&mut book, GROWTH, "AAPL", 100);
    let old = working(order_id(1, 0), TRADER, sell(50, "AAPL", limit("205")));
    let asked = |shares| Amendment { quantity: Some(Qty::shares(shares)), ..Amendment::default() };
    put(&mut book, amending(old.clone(), asked(100)));
    assert!(matches!(
        refused(&book, &sell(1, "AAPL", limit("200"))),
        Refusal::WouldGoShort { free: Qty::ZERO, .. }
    ));
    put(&mut book, amending(old, asked(20)));
    accepted(&book, &sell(50, "AAPL", limit("200")));
    assert!(matches!(
        refused(&book, &sell(51, "AAPL", limit("200"))),
        Refusal::WouldGoShort { .. }
    ));
}

#[test]
fn rule_12_other_portfolios_working_sales_close_the_net_first() {
    let mut book = book();
    hold(&mut book, VAULT, "AAPL", 100);
    book.portfolios.get_mut(&GROWTH).unwrap().may_short = true;
    let theirs = working(order_id(1, 0), ADMIN, sell(70, "AAPL", limit("205")));
    put(&mut book, Order { portfolio: VAULT, ..theirs });
    accepted(&book, &sell(30, "AAPL", limit("200")));
    let refusal = Refusal::CrossesZero { side: Side::Sell, held: Qty::shares(30) };
    assert_eq!(refused(&book, &sell(31, "AAPL", limit("200"))), refusal);
    hold(&mut book, VAULT, "AAPL", 70);
    let refusal = Refusal::CrossesZero { side: Side::Sell, held: Qty::ZERO };
    assert_eq!(refused(&book, &sell(1, "AAPL", limit("200"))), refusal);
    assert!(refusal.to_string().contains("working orders close all of it"), "{refusal}");
}

#[test]
fn rule_13_buying_power_less_what_working_orders_reserve() {
    let mut book = book();
    book.funds.buying_power = Money::dollars(30_000);
    accepted(&book, &buy(150, "AAPL", limit("200")));
    assert!(matches!(
        refused(&book, &buy(150, "AAPL", limit("200.01"))),
        Refusal::BuyingPower { .. }
    ));
    put(&mut book, working(order_id(1, 0), TRADER, buy(100, "AAPL", limit("200"))));
    accepted(&book, &buy(50, "AAPL", limit("200")));
    assert_eq!(
        refused(&book, &buy(51, "AAPL", limit("200"))),
        Refusal::BuyingPower { value: Money::dollars(10_200), available: Money::dollars(10_000) }
    );
    hold(&mut book, GROWTH, "MSFT", 1_000);
    let reserve = accepted(&book, &sell(1_000, "MSFT", limit("400"))).reserve;
    assert_eq!(reserve, Money::ZERO, "closing holds nothing");
}

#[test]
fn a_short_sale_reserves_alpacas_figure() {
    let mut book = book();
    book.portfolios.get_mut(&GROWTH).unwrap().may_short = true;
    let short = accepted(&book, &sell(10, "AAPL", limit("200")));
    assert_eq!(short.reserve, Qty::shares(10) * price("200.01").percent(103));
    assert_eq!(short.value, Money::dollars(2_000));
    let high = accepted(&book, &sell(10, "AAPL", limit("209")));
    assert_eq!(high.reserve, Money::dollars(2_090));
}

#[test]
fn rule_14_opposite_orders_of_the_desk() {
    let mut book = book();
    hold(&mut book, GROWTH, "AAPL", 100);
    put(&mut book, working(order_id(1, 0), ADMIN, sell(10, "AAPL", limit("201"))));
    accepted(&book, &buy(1, "AAPL", limit("200.99")));
    let refusal = refused(&book, &buy(1, "AAPL", limit("201")));
    assert!(refusal.to_string().starts_with("The admin's working sell of AAPL at 201.00"));
    assert!(matches!(
        refused(&book, &buy(1, "AAPL", OrderType::Market)),
        Refusal::WashTrade { .. }
    ));
    let trail = OrderType::TrailingStop { trail: Trail::Percent(Ratio(50_000)) };
    accepted(&book, &buy(1, "AAPL", trail));
    accepted(&book, &sell(1, "AAPL", limit("200")));
}

#[test]
fn rule_14_old_and_new_terms_are_both_in_the_way() {
    let mut book = book();
    hold(&mut book, GROWTH, "AAPL", 100);
    let at = |limit| Amendment { limit: Some(price(limit)), ..Amendment::default() };
    let old = working(order_id(1, 0), ADMIN, sell(10, "AAPL", limit("205")));
    put(&mut book, amending(old, at("201")));
    accepted(&book, &buy(1, "AAPL", limit("200.99")));
    let refusal = refused(&book, &buy(1, "AAPL", limit("201")));
    assert!(refusal.to_string().starts_with("The admin's working sell of AAPL at 201.00"));
    let old = working(order_id(1, 0), ADMIN, sell(10, "AAPL", limit("201")));
    put(&mut book, amending(old, at("205")));
    let refusal = refused(&book, &buy(1, "AAPL", limit("201")));
    assert!(refusal.to_string().starts_with("The admin's working sell of AAPL at 201.00"));
}

#[test]
fn refusals_come_in_the_order_of_the_rules() {
    let mut book = book();
    book.funds.buying_power = Money::ZERO;
    apply(&mut book, halted("drill"));
    let everything_wrong = buy(2_000_000, "NOPE", limit("0.00001"));
    assert!(matches!(refused(&book, &everything_wrong), Refusal::Halted { .. }));
    apply(&mut book, EventKind::TradingSet(TradingState::Active));
    assert!(matches!(refused(&book, &everything_wrong), Refusal::NotTradable { .. }));
}

#[test]
fn an_unpriced_symbol_has_no_market_order() {
    let mut book = book();
    book.prices.insert(symbol("AAPL"), (ticker("AAPL", "0"), now().desk));
    assert!(matches!(
        refused(&book, &buy(1, "AAPL", OrderType::Market)),
        Refusal::NoMarketPrice { .. }
    ));
}
