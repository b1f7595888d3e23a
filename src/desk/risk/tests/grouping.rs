//! Brackets, ocos and otos: each rule of the reference at and beside its edge.
//! Must never judge the legs by themselves: the group is one order with its exits.

use super::{accepted, buy, judge, put, refused, sell, tif};
use crate::desk::fixture::{GROWTH, TRADER, book, hold, limit, order_id, price, working};
use crate::desk::refusal::Refusal;
use crate::desk::refusal::mismatch::Mismatch;
use crate::domain::lifecycle::{State, Status};
use crate::domain::numbers::{Money, Qty};
use crate::domain::orders::{Draft, OrderType, TimeInForce};
use crate::domain::special::{Exit, Group, LegRole, OrderClass, StopLoss};

fn of(group: Group, draft: Draft) -> Draft {
    let mut draft = draft;
    draft.special.group = group;
    draft
}

fn loss(stop: &str) -> StopLoss {
    StopLoss { stop: price(stop), limit: None }
}

fn bracket(profit: &str, stop: &str) -> Group {
    Group::Bracket { take_profit: price(profit), stop_loss: loss(stop) }
}

fn mismatch(found: Mismatch) -> Refusal {
    Refusal::Mismatch(found)
}

#[test]
fn a_group_is_a_plain_lasting_order_in_whole_shares() {
    let book = book();
    let group = bracket("205", "195");
    let entry = of(group, buy(10, "AAPL", limit("200")));
    let found = accepted(&book, &entry);
    assert_eq!(found.value, Money::dollars(2_000), "a bracket is worth its entry alone");
    assert_eq!(found.reserve, Money::dollars(2_000), "and reserves once");
    for time in TimeInForce::ALL {
        let lasts = matches!(time, TimeInForce::Day | TimeInForce::Gtc);
        assert_eq!(judge(&book, &tif(entry.clone(), time)).is_ok(), lasts, "{time}");
    }
    let parts = Draft { quantity: Qty::parse("1.5").unwrap(), ..entry.clone() };
    assert_eq!(refused(&book, &parts), mismatch(Mismatch::GroupWhole));
    let mut extended = entry;
    extended.special.extended_hours = true;
    assert_eq!(refused(&book, &extended), mismatch(Mismatch::GroupHours));
    let stop = OrderType::Stop { stop: price("201") };
    assert_eq!(refused(&book, &of(group, buy(10, "AAPL", stop))), mismatch(Mismatch::GroupKind));
    accepted(&book, &of(group, buy(10, "AAPL", OrderType::Market)));
}

#[test]
fn the_exits_lie_a_cent_at_least_on_their_sides() {
    let book = book();
    let entry = |profit, stop| of(bracket(profit, stop), buy(10, "AAPL", limit("200")));
    let side = |role, above| Refusal::ExitSide { role, above, base: price("200") };
    accepted(&book, &entry("200.01", "199.99"));
    assert_eq!(refused(&book, &entry("200", "199.99")), side(LegRole::TakeProfit, true));
    assert_eq!(refused(&book, &entry("200.01", "200")), side(LegRole::StopLoss, false));
    let off = refused(&book, &entry("205.001", "195"));
    assert!(matches!(off, Refusal::OffGrid { .. }), "{off}");
    // A market entry is measured from the last price, and a short's exits lie the other way.
    let short = |profit, stop| of(bracket(profit, stop), sell(10, "AAPL", OrderType::Market));
    assert_eq!(refused(&book, &short("200", "205")), side(LegRole::TakeProfit, false));
    assert_eq!(refused(&book, &short("195", "200")), side(LegRole::StopLoss, true));
}

#[test]
fn brackets_and_otos_enter_and_ocos_leave() {
    let mut book = book();
    let oco = |shares, limit| {
        let group = Group::Oco { stop_loss: loss("195") };
        of(group, sell(shares, "AAPL", limit))
    };
    assert_eq!(refused(&book, &oco(10, limit("205"))), mismatch(Mismatch::GroupExits));
    hold(&mut book, GROWTH, "AAPL", 10);
    accepted(&book, &oco(10, limit("205")));
    assert_eq!(refused(&book, &oco(11, limit("205"))), mismatch(Mismatch::GroupExits));
    assert_eq!(refused(&book, &oco(10, OrderType::Market)), mismatch(Mismatch::OcoKind));
    let wrong = Refusal::ExitSide { role: LegRole::StopLoss, above: false, base: price("200") };
    let near = Group::Oco { stop_loss: loss("200") };
    assert_eq!(refused(&book, &of(near, sell(10, "AAPL", limit("205")))), wrong);
    let oto = Group::Oto(Exit::StopLoss(loss("205")));
    let closes = of(oto, sell(10, "AAPL", limit("200")));
    assert_eq!(refused(&book, &closes), mismatch(Mismatch::GroupEnters));
    accepted(&book, &of(Group::Oto(Exit::StopLoss(loss("195"))), buy(10, "AAPL", limit("200"))));
}

#[test]
fn what_is_held_for_its_parent_trades_nothing() {
    let mut book = book();
    hold(&mut book, GROWTH, "AAPL", 10);
    let parent = order_id(1, 0);
    let stop = OrderType::Stop { stop: price("195") };
    let mut leg = working(parent.leg(LegRole::StopLoss), TRADER, sell(10, "AAPL", stop));
    (leg.parent, leg.class) = (Some(parent), OrderClass::Oco);
    leg.state = State::sure(Status::Held);
    put(&mut book, leg.clone());
    accepted(&book, &sell(10, "AAPL", limit("205")));
    accepted(&book, &buy(1, "AAPL", OrderType::Market));
    leg.state = State::sure(Status::Working);
    put(&mut book, leg);
    assert!(judge(&book, &sell(10, "AAPL", limit("205"))).is_err(), "its shares are not free");
    let meets = refused(&book, &buy(1, "AAPL", OrderType::Market));
    assert!(matches!(meets, Refusal::WashTrade { .. }), "{meets}");
}
