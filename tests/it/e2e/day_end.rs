//! The end of a trading day on a whole desk: what its marks hold, whoever was faster.
//! Must never sleep: the clock jumps, and the tasks run until they have nothing left to do.

use trading_desk::desk::refusal::Rejection;
use trading_desk::domain::hours::Schedule;
use trading_desk::domain::numbers::Qty;
use trading_desk::domain::orders::{OrderType, Side, TimeInForce};
use trading_desk::domain::symbols::Symbol;
use trading_desk::domain::time::{DeskTime, MarketTime};

use super::test_desk::{Person, TestDesk};

fn at(text: &str) -> DeskTime {
    let market = MarketTime::from_new_york(text.parse().expect("a civil time"));
    DeskTime::from_ns(market.ns())
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

async fn buy(desk: &TestDesk, person: &mut Person, shares: i64, until: TimeInForce) {
    let mut order = desk.order(person.portfolio(), Side::Buy, shares, OrderType::Market);
    order.draft.time_in_force = until;
    let placed = match desk.place(person.actor, order.clone()).await {
        Err(Rejection::NeedsAcknowledgement(concerns)) => {
            order.acknowledged = concerns;
            desk.place(person.actor, order).await
        }
        placed => placed,
    };
    let placed = placed.expect("accepted");
    desk.settled(person, "it is at the venue", |view| {
        view.orders.get(&placed).is_some_and(|order| order.state.word() != "sending")
    })
    .await;
}

/// The newest mark of Apple, as (date, shares).
fn marked(person: &Person) -> Option<(String, Qty)> {
    let key = (person.portfolio(), Symbol::parse("AAPL").expect("plain"));
    person.view.marks.get(&key).map(|mark| (mark.date.to_string(), mark.quantity))
}

#[test]
fn the_closing_auction_is_in_the_marks_of_its_day() {
    for (schedule, start, end) in [
        (Schedule::Nyse, "2026-11-20T12:00", "2026-11-20T16:00"),
        (Schedule::Always, "2026-11-20T12:00", "2026-11-20T20:00"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        runtime().block_on(async {
            let desk = TestDesk::open_on(folder.path(), schedule, at(start)).await;
            let ada = desk.found().await;
            let mut person = desk.watch(ada).await;
            buy(&desk, &mut person, 10, TimeInForce::Cls).await;
            // The clock jumps to the very moment: the market looks again only 100 ms later.
            desk.clock.set(at(end));
            desk.settled(&mut person, "the day is marked", |view| !view.marks.is_empty()).await;
            let expected = ("2026-11-20".to_owned(), Qty::shares(10));
            assert_eq!(marked(&person), Some(expected), "{schedule:?}");
            desk.desk.stop().await;
        });
    }
}

#[test]
fn what_is_traded_after_a_missed_day_is_not_in_its_marks() {
    let folder = tempfile::tempdir().expect("a folder");
    runtime().block_on(async {
        let friday = at("2026-11-20T12:00");
        let desk = TestDesk::open_on(folder.path(), Schedule::Nyse, friday).await;
        let ada = desk.found().await;
        let mut person = desk.watch(ada).await;
        buy(&desk, &mut person, 10, TimeInForce::Day).await;
        desk.settled(&mut person, "the fill", |view| !view.positions.is_empty()).await;
        desk.clock.set(at("2026-11-20T17:00"));
        desk.settled(&mut person, "Friday's marks", |view| !view.marks.is_empty()).await;
        // It waits for the next open, which nobody is there to see.
        buy(&desk, &mut person, 5, TimeInForce::Gtc).await;
        // Up again on Tuesday: the order meets the market at once, and Monday is not marked yet.
        let tuesday = at("2026-11-24T12:00");
        let desk = desk.kill_and_reopen_at(Schedule::Nyse, tuesday).await;
        let ada = desk.sign_in("ada").await.expect("ada signs in");
        let mut person = desk.watch(ada).await;
        let shares = |shares| Some(("2026-11-23".to_owned(), Qty::shares(shares)));
        desk.settled(&mut person, "Monday's marks and the fill", |view| {
            let held: Qty = view.positions.values().map(|held| held.quantity).sum();
            let monday = view.marks.values().any(|mark| mark.date.to_string() == "2026-11-23");
            held == Qty::shares(15) && monday
        })
        .await;
        assert_eq!(marked(&person), shares(10), "Tuesday's five are not Monday's");
        desk.desk.stop().await;
    });
}
