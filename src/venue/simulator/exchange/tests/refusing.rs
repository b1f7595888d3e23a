//! Every refusal, at and beyond its border, in Alpaca's words.
//! Must never accept a text that differs by a letter.

use crate::desk::port::Ticket;
use crate::domain::hours::Schedule;
use crate::domain::ids::ClientOrderId;
use crate::domain::numbers::{Money, Price, Qty, Ratio};
use crate::domain::orders::{OrderType, Side, TimeInForce, Trail};
use crate::venue::simulator::exchange::refusal::Refusal;
use crate::venue::simulator::tape::Slot;

use super::{DEAD, HALTED, LONG_ONLY, OTHER, PLAIN, Pit, limit, stop};

const DAYTIME: &str = "2026-11-20T12:00:00";

fn pit() -> Pit {
    Pit::new(Schedule::Nyse, DAYTIME)
}

/// Submits a changed ticket and says how it was refused.
fn refusal(
    pit: &mut Pit,
    slot: Slot,
    (side, order_type): (Side, OrderType),
    change: impl FnOnce(&mut Ticket),
) -> Option<(u16, u32, String)> {
    let mut ticket = pit.ticket(slot, side, order_type);
    change(&mut ticket);
    let refusal = pit.submit(slot, &ticket).err()?;
    let (status, code) = refusal.code();
    Some((status, code, refusal.to_string()))
}

fn check(
    slot: Slot,
    order: (Side, OrderType),
    change: impl FnOnce(&mut Ticket),
    expected: Option<(u16, u32, &str)>,
) {
    let found = refusal(&mut pit(), slot, order, change);
    let expected = expected.map(|(status, code, text)| (status, code, text.to_owned()));
    assert_eq!(found, expected, "{order:?}");
}

#[test]
fn the_shape_of_an_order() {
    let parameter = |text| Some((422, 40_010_001, text));
    let buy = |order_type| (Side::Buy, order_type);
    let none = |_: &mut Ticket| {};
    check(PLAIN, buy(limit(9_000)), |t| t.quantity = Qty::ZERO, parameter("qty must be > 0"));
    check(PLAIN, buy(limit(0)), none, parameter("limit price must be > 0"));
    check(PLAIN, buy(stop(0)), none, parameter("stop price must be > 0"));
    let ioc = |t: &mut Ticket| t.time_in_force = TimeInForce::Ioc;
    check(PLAIN, buy(stop(11_000)), ioc, parameter("invalid time_in_force"));
    let trail = |millionths| OrderType::TrailingStop { trail: Trail::Percent(Ratio(millionths)) };
    let least = "trail_percent must be greater than or equal to 0.1";
    check(PLAIN, buy(trail(999)), none, parameter(least));
    check(PLAIN, buy(trail(1_000)), none, None);
    check(PLAIN, buy(trail(999_999)), none, None);
    check(PLAIN, buy(trail(1_000_000)), none, parameter("trail_percent must be less than 100"));
    let amount = OrderType::TrailingStop { trail: Trail::Amount(Price::ZERO) };
    check(PLAIN, buy(amount), none, parameter("trail_price must be > 0"));
    let long = "client_order_id must be no more than 128 characters";
    let empty = |t: &mut Ticket| t.client_id = ClientOrderId::from_outside("");
    check(PLAIN, buy(limit(9_000)), empty, parameter(long));
}

#[test]
fn prices_keep_to_the_grid() {
    let priced = |text| OrderType::Limit { limit: Price::parse(text).expect("plain") };
    let off = "invalid limit_price 290.123. sub-penny increment does not fulfill minimum pricing \
               criteria";
    let none = |_: &mut Ticket| {};
    check(PLAIN, (Side::Buy, priced("290.123")), none, Some((422, 42_210_000, off)));
    let off = "invalid stop_price 101.005. sub-penny increment does not fulfill minimum pricing \
               criteria";
    let stopped = OrderType::Stop { stop: Price::parse("101.005").expect("plain") };
    check(PLAIN, (Side::Buy, stopped), none, Some((422, 42_210_000, off)));
    let many = |t: &mut Ticket| t.quantity = Qty::shares(1_000);
    check(PLAIN, (Side::Buy, priced("0.9999")), many, None);
    assert!(refusal(&mut pit(), PLAIN, (Side::Buy, priced("0.99999")), many).is_some());
}

#[test]
fn the_asset_and_its_parts() {
    let market = (Side::Buy, OrderType::Market);
    let none = |_: &mut Ticket| {};
    let dead = "asset \"DEAD\" is not tradable";
    check(DEAD, market, none, Some((422, 42_210_000, dead)));
    let halted = "market order rejected due to trading halt on symbol: \"HALT\", please place a \
                  limit order instead";
    check(HALTED, market, none, Some((422, 42_210_000, halted)));
    check(HALTED, (Side::Buy, limit(100)), none, None);
    let half = |t: &mut Ticket| t.quantity = Qty::from_units(500_000_000);
    let whole = "asset \"LONG\" is not fractionable";
    check(LONG_ONLY, market, half, Some((403, 40_310_000, whole)));
    check(PLAIN, market, half, None);
    let gtc_half = |t: &mut Ticket| {
        half(t);
        t.time_in_force = TimeInForce::Gtc;
    };
    let day_only = "fractional orders must be DAY orders";
    check(PLAIN, (Side::Buy, limit(9_000)), gtc_half, Some((422, 42_210_000, day_only)));
    let short = "fractional orders cannot be sold short";
    check(PLAIN, (Side::Sell, limit(11_000)), half, Some((422, 42_210_000, short)));
    let short = "asset \"LONG\" cannot be sold short";
    check(LONG_ONLY, (Side::Sell, OrderType::Market), none, Some((422, 42_210_000, short)));
    let crumb = |t: &mut Ticket| t.quantity = Qty::from_units(9_990_000);
    let small = "cost basis must be >= minimal amount of order 1";
    check(PLAIN, (Side::Buy, limit(9_900)), crumb, Some((403, 40_310_000, small)));
}

#[test]
fn stops_lie_beyond_the_market() {
    // The last trade is at 100.00.
    let none = |_: &mut Ticket| {};
    let less = Some((422, 42_210_000, "stop price must be less than current price"));
    let greater = Some((422, 42_210_000, "stop price must be greater than current price"));
    check(PLAIN, (Side::Sell, stop(10_000)), none, less);
    check(PLAIN, (Side::Sell, stop(9_999)), none, None);
    check(PLAIN, (Side::Buy, stop(10_000)), none, greater);
    check(PLAIN, (Side::Buy, stop(10_001)), none, None);
}

#[test]
fn a_client_order_id_is_given_once_for_ever() {
    let mut pit = pit();
    let ticket = pit.ticket(PLAIN, Side::Buy, limit(9_000));
    let key = pit.submit(PLAIN, &ticket).expect("taken");
    assert_eq!(pit.submit(PLAIN, &ticket), Err(Refusal::DuplicateClientId));
    pit.exchange.cancel(pit.now, key).expect("open");
    assert_eq!(pit.submit(PLAIN, &ticket), Err(Refusal::DuplicateClientId), "canceled or not");
    let refused = pit.ticket(PLAIN, Side::Buy, limit(0));
    assert!(pit.submit(PLAIN, &refused).is_err());
    let again = Ticket { order_type: limit(9_000), ..refused };
    assert!(pit.submit(PLAIN, &again).is_ok(), "a refusal leaves no trace");
}

#[test]
fn shares_are_sold_once_and_zero_is_not_crossed() {
    let mut pit = pit();
    pit.place_filled(Side::Buy, OrderType::Market);
    let text = |pit: &mut Pit, quantity, order_type| {
        let change = |t: &mut Ticket| t.quantity = Qty::shares(quantity);
        refusal(pit, PLAIN, (Side::Sell, order_type), change).map(|(_, _, text)| text)
    };
    let over = "insufficient qty available for order (requested: 101, available: 100)";
    assert_eq!(text(&mut pit, 101, limit(11_000)).as_deref(), Some(over));
    assert_eq!(text(&mut pit, 60, limit(11_000)), None);
    let over = "insufficient qty available for order (requested: 41, available: 40)";
    assert_eq!(text(&mut pit, 41, limit(11_000)).as_deref(), Some(over));
    assert_eq!(text(&mut pit, 40, limit(12_000)), None);
    let over = "insufficient qty available for order (requested: 1, available: 0)";
    assert_eq!(text(&mut pit, 1, limit(13_000)).as_deref(), Some(over));
}

#[test]
fn covering_does_not_cross_zero_either() {
    let mut pit = pit();
    pit.place_filled(Side::Sell, OrderType::Market);
    assert_eq!(pit.held(PLAIN), Qty::shares(-100));
    let more = |t: &mut Ticket| t.quantity = Qty::shares(101);
    let over = "insufficient qty available for order (requested: 101, available: 100)";
    let found = refusal(&mut pit, PLAIN, (Side::Buy, limit(9_000)), more);
    assert_eq!(found.map(|(_, _, text)| text).as_deref(), Some(over));
    pit.place_filled(Side::Buy, OrderType::Market);
    assert_eq!(pit.held(PLAIN), Qty::ZERO);
}

#[test]
fn long_and_short_are_not_opened_at_once() {
    let mut pit = pit();
    pit.place(Side::Buy, limit(9_000));
    let none = |_: &mut Ticket| {};
    let found = refusal(&mut pit, PLAIN, (Side::Sell, limit(11_000)), none);
    let text = "cannot open a short sell while a long buy order is open";
    assert_eq!(found.map(|(_, _, text)| text).as_deref(), Some(text));
    let sale = pit.ticket(OTHER, Side::Sell, limit(11_000));
    pit.submit(OTHER, &sale).expect("taken");
    let found = refusal(&mut pit, OTHER, (Side::Buy, limit(9_000)), none);
    let text = "cannot open a long buy while a short sell order is open";
    assert_eq!(found.map(|(_, _, text)| text).as_deref(), Some(text));
}

#[test]
fn small_accounts_do_not_sell_short() {
    let mut poor = Pit::with(Schedule::Nyse, DAYTIME, Money::cents(199_999));
    let one = |t: &mut Ticket| t.quantity = Qty::shares(1);
    let found = refusal(&mut poor, PLAIN, (Side::Sell, limit(11_000)), one);
    let text = "account is not allowed to short".to_owned();
    assert_eq!(found, Some((403, 40_310_000, text)));
    let mut enough = Pit::with(Schedule::Nyse, DAYTIME, Money::dollars(2_000));
    assert_eq!(refusal(&mut enough, PLAIN, (Side::Sell, limit(11_000)), one), None);
}

#[test]
fn buying_power_holds_for_all_open_orders_together() {
    // 10,000 of equity: 40,000 of buying power, 400 shares at 100.
    let fresh = || Pit::with(Schedule::Nyse, DAYTIME, Money::dollars(10_000));
    let shares = |count| move |t: &mut Ticket| t.quantity = Qty::shares(count);
    let mut pit = fresh();
    assert_eq!(refusal(&mut pit, PLAIN, (Side::Buy, limit(10_000)), shares(399)), None);
    let mut ticket = pit.ticket(PLAIN, Side::Buy, limit(10_000));
    ticket.quantity = Qty::shares(2);
    let refused = pit.submit(PLAIN, &ticket).expect_err("too much");
    assert_eq!(refused.to_string(), "insufficient buying power");
    assert_eq!(refused.code(), (403, 40_310_000));
    let members = [("buying_power", "100.00".to_owned()), ("cost_basis", "200.00".to_owned())];
    assert_eq!(refused.members(), members);
    ticket.quantity = Qty::shares(1);
    pit.submit(PLAIN, &ticket).expect("to the last cent");
    // A market buy is weighed at the ask, a short sale at the larger of its limit and 103 % of it.
    let market = (Side::Buy, OrderType::Market);
    assert_eq!(refusal(&mut fresh(), PLAIN, market, shares(399)), None);
    assert!(refusal(&mut fresh(), PLAIN, market, shares(400)).is_some());
    let short = (Side::Sell, limit(10_020));
    assert_eq!(refusal(&mut fresh(), PLAIN, short, shares(387)), None);
    assert!(refusal(&mut fresh(), PLAIN, short, shares(388)).is_some());
    let high = (Side::Sell, limit(20_000));
    assert_eq!(refusal(&mut fresh(), PLAIN, high, shares(200)), None);
    assert!(refusal(&mut fresh(), PLAIN, high, shares(201)).is_some());
}

#[test]
fn auction_orders_have_their_hours() {
    let opg = "opg orders must be submitted after 7:00pm and before 9:28am";
    let cls = "cls orders must be submitted after 7:00pm and before 3:50pm";
    let cases = [
        ("2026-11-20T09:27:59", TimeInForce::Opg, None),
        ("2026-11-20T09:28:00", TimeInForce::Opg, Some(opg)),
        ("2026-11-20T18:59:59", TimeInForce::Opg, Some(opg)),
        ("2026-11-20T19:00:00", TimeInForce::Opg, None),
        ("2026-11-21T12:00:00", TimeInForce::Opg, None),
        ("2026-11-20T15:49:59", TimeInForce::Cls, None),
        ("2026-11-20T15:50:00", TimeInForce::Cls, Some(cls)),
        ("2026-11-20T19:00:00", TimeInForce::Cls, None),
        ("2026-11-27T12:49:59", TimeInForce::Cls, None),
        ("2026-11-27T12:50:00", TimeInForce::Cls, Some(cls)),
    ];
    for (now, time_in_force, expected) in cases {
        let mut pit = Pit::new(Schedule::Nyse, now);
        pit.now = super::at(now);
        let change = |t: &mut Ticket| t.time_in_force = time_in_force;
        let found = refusal(&mut pit, PLAIN, (Side::Buy, limit(9_000)), change);
        assert_eq!(found.map(|(_, _, text)| text).as_deref(), expected, "{now}");
        let mut always = Pit::new(Schedule::Always, now);
        assert_eq!(refusal(&mut always, PLAIN, (Side::Buy, limit(9_000)), change), None, "{now}");
    }
}

/// The kinds of order of the wash-trade matrix, as a resting order and as a new one, both away
/// from the market at 99.90 / 100.10.
fn kinds(side: Side) -> [(&'static str, OrderType); 6] {
    let trail = OrderType::TrailingStop { trail: Trail::Amount(Price::cents(500)) };
    let (near, far, stop_at) = match side {
        Side::Buy => (9_900, 9_500, 10_500),
        Side::Sell => (10_100, 10_500, 9_500),
    };
    let stop_limit =
        |cents| OrderType::StopLimit { stop: Price::cents(stop_at), limit: Price::cents(cents) };
    [
        ("market", OrderType::Market),
        ("near limit", limit(near)),
        ("far limit", limit(far)),
        ("stop", stop(stop_at)),
        // A buy above the market, a sale below it: those meet each other and the limits.
        ("meeting stop_limit", stop_limit(if side == Side::Buy { 10_600 } else { 9_400 })),
        ("trail", trail),
    ]
}

#[test]
fn the_wash_trade_matrix() {
    let market_like = "opposite side market/stop order exists";
    let limit_like = "opposite side limit order exists";
    for resting_side in [Side::Buy, Side::Sell] {
        for (resting, resting_type) in kinds(resting_side) {
            for (new, new_type) in kinds(resting_side.opposite()) {
                // Queued before the open, so that market orders rest too. A holding of the right
                // sign lets both sides be meant.
                let mut pit = Pit::new(Schedule::Nyse, "2026-11-20T12:00:00");
                let opening = resting_side;
                let mut held = pit.ticket(PLAIN, opening, OrderType::Market);
                held.quantity = Qty::shares(1);
                pit.submit(PLAIN, &held).expect("taken");
                pit.now = super::at("2026-11-20T17:00:00");
                let mut first = pit.ticket(PLAIN, resting_side, resting_type);
                first.quantity = Qty::shares(1);
                pit.submit(PLAIN, &first).expect("taken");
                let mut second = pit.ticket(PLAIN, resting_side.opposite(), new_type);
                second.quantity = Qty::shares(1);
                let found = pit.submit(PLAIN, &second).err();
                let unlimited = |kind: &str| matches!(kind, "market" | "stop" | "trail");
                let expected = match (resting, new) {
                    (_, "trail") => None,
                    (resting, _) if unlimited(resting) => Some(market_like),
                    (_, new) if unlimited(new) => Some(limit_like),
                    ("near limit" | "far limit", "near limit" | "far limit") => None,
                    _ => Some(limit_like),
                };
                let context = format!("{resting_side} {resting}, then {new}");
                match (found, expected) {
                    (None, None) => {}
                    (Some(refusal), Some(expected)) => {
                        let text = "potential wash trade detected. use complex orders";
                        assert_eq!(refusal.to_string(), text, "{context}");
                        assert_eq!(refusal.code(), (403, 40_310_000), "{context}");
                        let reason = [("reject_reason", expected.to_owned())];
                        assert_eq!(refusal.members(), reason, "{context}");
                    }
                    (found, expected) => panic!("{context}: {found:?}, not {expected:?}"),
                }
            }
        }
    }
}

#[test]
fn limits_that_just_meet_are_a_wash_trade() {
    let mut pit = pit();
    pit.place_filled(Side::Buy, OrderType::Market);
    pit.place(Side::Sell, limit(10_100));
    let meets =
        |pit: &mut Pit, cents| refusal(pit, PLAIN, (Side::Buy, limit(cents)), |_| {}).is_some();
    assert!(meets(&mut pit, 10_101));
    assert!(meets(&mut pit, 10_100));
    assert!(!meets(&mut pit, 10_099));
}

#[test]
fn cancels_and_replacements_of_ended_orders() {
    let mut pit = pit();
    let filled = pit.place_filled(Side::Buy, OrderType::Market);
    let refused = pit.exchange.cancel(pit.now, filled).expect_err("filled");
    assert_eq!(refused.to_string(), "order is already in \"filled\" state");
    let new = pit.ticket(PLAIN, Side::Buy, OrderType::Market);
    let refused = pit.exchange.replace(pit.now, filled, (PLAIN, &new)).expect_err("filled");
    assert_eq!(refused.to_string(), "unable to replace order, order is not open");
    let resting = pit.place(Side::Buy, limit(9_000));
    let same = pit.ticket(PLAIN, Side::Buy, limit(9_000));
    let refused = pit.exchange.replace(pit.now, resting, (PLAIN, &same)).expect_err("the same");
    assert_eq!(refused.to_string(), "order parameters are not changed");
    let other = pit.ticket(PLAIN, Side::Sell, limit(11_000));
    assert!(pit.exchange.replace(pit.now, resting, (PLAIN, &other)).is_err());
    pit.now = super::at("2026-11-20T17:00:00");
    let queued = pit.place(Side::Buy, limit(8_900));
    let new = pit.ticket(PLAIN, Side::Buy, limit(8_800));
    let refused = pit.exchange.replace(pit.now, queued, (PLAIN, &new)).expect_err("queued");
    assert_eq!(refused.to_string(), "cannot replace order in accepted status");
}
