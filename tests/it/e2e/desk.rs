//! The way of a trader through the desk's handle: found, buy, amend, cancel, die, come back.
//! Must never depend on a price: the market's tape is whatever its seed makes it.

use trading_desk::bounds::ANSWERS_AT_ONCE_MAX;
use trading_desk::desk::command::{
    AmendOrder, Answer, Command, OrderFilter, Outcome, PlaceOrder, Query, Stage,
};
use trading_desk::desk::event::Door;
use trading_desk::desk::port::{Errand, Venue};
use trading_desk::desk::refusal::{Refusal, Rejection};
use trading_desk::desk::{Founding, Proof};
use trading_desk::domain::ids::{ClientOrderId, OrderId};
use trading_desk::domain::lifecycle::ReportKind;
use trading_desk::domain::numbers::{Price, Qty};
use trading_desk::domain::orders::{Amendment, OrderType, Shown, Side};
use trading_desk::domain::portfolios::PortfolioKind;
use trading_desk::domain::roles::{Grant, RoleName};
use trading_desk::store::SqliteStore;

use super::test_desk::{PASSWORD, Person, TestDesk, login};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn cents(price: Price) -> Price {
    Price::cents(price.units() / 10_000_000)
}

/// A limit that rests: well under the market, inside the collar.
fn resting(desk: &TestDesk) -> OrderType {
    OrderType::Limit { limit: cents(desk.last("AAPL").percent(96)) }
}

async fn timeline(desk: &TestDesk, actor: trading_desk::desk::actor::Actor, id: OrderId) -> String {
    match desk.desk.ask(actor, Query::Timeline(id)).await.expect("a timeline") {
        Answer::Timeline(lines) => {
            lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" | ")
        }
        other => panic!("a timeline, not {other:?}"),
    }
}

/// Another resting order, then the process dies: what comes back is what was there, to the cent.
async fn die_and_come_back(desk: TestDesk, mut person: Person) -> TestDesk {
    let ada = person.actor;
    let portfolio = person.portfolio();
    let third = desk.order(portfolio, Side::Buy, 3, resting(&desk));
    let survivor = desk.place(ada, third).await.expect("accepted");
    desk.until(&mut person, "the third order works", |view| {
        view.orders.get(&survivor).is_some_and(|order| order.state.word() == "working")
    })
    .await;
    let before = person.view.clone();
    let desk = desk.kill_and_reopen().await;
    let ada = desk.sign_in("ada").await.expect("ada signs in");
    let mut person = desk.watch(ada).await;
    desk.until(&mut person, "the survivor is sure", |view| {
        view.orders.get(&survivor).is_some_and(|order| order.state.word() == "working")
    })
    .await;
    assert_eq!(person.view.positions, before.positions);
    assert_eq!(person.view.cash, before.cash);
    assert_eq!(person.view.fills, before.fills);
    for (id, order) in &before.orders {
        assert_eq!(person.view.orders[id].filled_value, order.filled_value);
    }
    desk
}

#[test]
fn a_trader_buys_amends_cancels_and_finds_all_of_it_after_a_kill() {
    let folder = tempfile::tempdir().expect("a folder");
    runtime().block_on(async {
        let desk = TestDesk::open(folder.path()).await;
        let ada = desk.found().await;
        let mut person = desk.watch(ada).await;
        let portfolio = person.portfolio();

        let market = desk.order(portfolio, Side::Buy, 10, OrderType::Market);
        let bought = desk.place(ada, market.clone()).await.expect("accepted");
        let again = desk.place(ada, market).await.expect("the same id is the same order");
        assert_eq!(bought, again);
        desk.until(&mut person, "the fill", |view| {
            view.orders.get(&bought).is_some_and(|order| order.state.word() == "filled")
        })
        .await;
        assert_eq!(person.shares("AAPL"), Qty::shares(10));

        let limit = desk.order(portfolio, Side::Buy, 5, resting(&desk));
        let rests = desk.place(ada, limit).await.expect("accepted");
        desk.until(&mut person, "the limit order works", |view| {
            view.orders.get(&rests).is_some_and(|order| order.state.word() == "working")
        })
        .await;
        assert!(!person.view.reserved.is_zero(), "a working buy reserves");
        let version = person.view.orders[&rests].version;
        let amendment = Amendment { quantity: Some(Qty::shares(7)), ..Amendment::default() };
        let shown = Shown { last: None, version: Some(version) };
        let amend = AmendOrder { order: rests, amendment, shown, acknowledged: Vec::new() };
        desk.desk.act(ada, Command::AmendOrder(amend.clone())).await.expect("amend asked");
        desk.until(&mut person, "the amend", |view| {
            let order = &view.orders[&rests];
            order.draft.quantity == Qty::shares(7) && order.state.word() == "working"
        })
        .await;
        let stale = desk.desk.act(ada, Command::AmendOrder(amend)).await;
        assert!(
            matches!(stale, Err(Rejection::Refused(Refusal::Changed { what: "order", .. }))),
            "{stale:?}"
        );
        desk.desk.act(ada, Command::CancelOrder { order: rests }).await.expect("cancel asked");
        desk.until(&mut person, "the cancel", |view| {
            view.orders[&rests].state.word() == "canceled"
        })
        .await;
        assert!(person.view.reserved.is_zero(), "nothing is reserved any more");
        let story = timeline(&desk, ada, rests).await;
        for step in ["Placed", "Amend asked", "Amended", "Cancel asked", "Canceled"] {
            assert!(story.contains(step), "{step} is missing in: {story}");
        }

        let desk = die_and_come_back(desk, person).await;
        desk.desk.stop().await;
    });
    runtime().block_on(async {
        let store = SqliteStore::open(&folder.path().join("desk.db")).await.expect("free again");
        assert!(store.check().await.expect("checked").is_empty());
        assert!(store.verify(None).await.expect("read").is_ok(), "the journal's chain holds");
    });
}

#[test]
fn an_order_placed_as_the_desk_stops_is_one_the_venue_has() {
    let folder = tempfile::tempdir().expect("a folder");
    runtime().block_on(async {
        let desk = TestDesk::open(folder.path()).await;
        let ada = desk.found().await;
        let person = desk.watch(ada).await;
        let order = desk.order(person.portfolio(), Side::Buy, 10, OrderType::Market);
        let handle = desk.desk.clone();
        let place = Command::PlaceOrder(order.clone());
        // Both wait in the inbox when the desk looks: they are taken in one step.
        let (placed, desk) = desk.stop_with(handle.act(ada, place)).await;
        assert_eq!(placed, Ok(Outcome::OrderIntended(order.id)));
        let client_id = ClientOrderId::of(order.id, 1);
        let story = desk.simulator.send(Errand::LookUp { client_id }).await;
        assert!(story.iter().all(|report| report.kind != ReportKind::NotFound), "{story:?}");
        desk.simulator.stop().await;
    });
    runtime().block_on(async {
        let desk = TestDesk::open(folder.path()).await;
        let ada = desk.sign_in("ada").await.expect("ada signs in");
        let person = desk.watch(ada).await;
        assert_eq!(person.shares("AAPL"), Qty::shares(10), "its fill was booked before the end");
        desk.desk.stop().await;
    });
}

#[test]
fn each_account_has_one_book_for_what_nobody_claimed_and_traders_do_not_see_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let names = |person: &Person, kind| {
        let books = person.view.portfolios.values().filter(|(book, _)| book.kind == kind);
        books.map(|(book, _)| book.name.clone()).collect::<Vec<_>>()
    };
    runtime().block_on(async {
        let desk = TestDesk::open(folder.path()).await;
        let ada = desk.found().await;
        desk.add(ada, "tom", RoleName::Trader).await;
        let person = desk.watch(ada).await;
        assert_eq!(names(&person, PortfolioKind::Unallocated), ["Unallocated"]);
        assert_eq!(names(&person, PortfolioKind::Shared), ["Growth"]);
        let tom = desk.sign_in("tom").await.expect("tom signs in");
        assert!(desk.watch(tom).await.view.portfolios.is_empty());
        // Another account of the same desk: a market that begins anew beside the same store.
        let market = folder.path().join("market.state");
        std::fs::rename(&market, folder.path().join("old.state")).expect("moved");
        let desk = desk.kill_and_reopen().await;
        let ada = desk.sign_in("ada").await.expect("ada signs in");
        let person = desk.watch(ada).await;
        assert_eq!(names(&person, PortfolioKind::Unallocated), ["Unallocated"]);
        assert_eq!(person.view.portfolios.len(), 1);
        let desk = desk.kill_and_reopen().await;
        let ada = desk.sign_in("ada").await.expect("ada signs in");
        assert_eq!(desk.watch(ada).await.view.portfolios.len(), 1, "made once");
        desk.desk.stop().await;
    });
}

#[test]
fn too_many_questions_at_once_are_told_to_come_again() {
    let folder = tempfile::tempdir().expect("a folder");
    runtime().block_on(async {
        let desk = TestDesk::open(folder.path()).await;
        let ada = desk.found().await;
        let query = || Query::Fills { portfolio: None, symbol: None, offset: 0, limit: 10 };
        let asked = (0..2 * ANSWERS_AT_ONCE_MAX).map(|_| desk.desk.ask(ada, query()));
        let answers = futures::future::join_all(asked).await;
        let busy = |answer: &&Result<Answer, Rejection>| {
            matches!(answer, Err(Rejection::Refused(Refusal::Busy)))
        };
        let refused = answers.iter().filter(busy).count();
        assert!((1..=ANSWERS_AT_ONCE_MAX).contains(&refused), "{refused} refused");
        assert_eq!(answers.iter().filter(|answer| answer.is_err()).count(), refused);
        desk.desk.ask(ada, query()).await.expect("there is room again");
        desk.desk.stop().await;
    });
}

#[test]
fn a_traders_large_order_is_refused_before_the_venue_hears_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    runtime().block_on(async {
        let desk = TestDesk::open(folder.path()).await;
        let ada = desk.found().await;
        desk.add(ada, "tom", RoleName::Trader).await;
        desk.add(ada, "vic", RoleName::Viewer).await;
        let tom = desk.sign_in("tom").await.expect("tom signs in");
        let mut person = desk.watch(ada).await;
        let portfolio = person.portfolio();
        let grant = Some(Grant::Trade);
        for name in ["tom", "vic"] {
            let user = person.view.people.values().find(|user| user.login == login(name));
            let user = user.map_or_else(|| panic!("{name} is known"), |user| user.id);
            desk.desk
                .act(ada, Command::SetGrant { portfolio, user, grant, version: 0 })
                .await
                .expect("granted");
        }

        let last = cents(desk.last("AAPL"));
        let shares = 60_000_000_000_000 / last.units() + 1;
        let large = desk.order(portfolio, Side::Buy, shares, OrderType::Limit { limit: last });
        let value = Qty::shares(shares) * last;
        let refused = desk.place(tom, large.clone()).await.expect_err("too large");
        assert_eq!(
            refused.to_string(),
            format!("Trade value ${value} exceeds your limit of $50,000.00")
        );
        person.catch_up();
        assert!(!person.view.orders.contains_key(&large.id), "nothing was written for it");
        assert!(person.view.reserved.is_zero());
        let kept = person.view.orders.values().next().expect("the refusal is kept").clone();
        assert_eq!((kept.state.word(), &kept.draft), ("rejected", &large.draft));
        assert_eq!(kept.reason, Some(refused.to_string()));
        let filter = OrderFilter { stage: Stage::Refused, ..OrderFilter::default() };
        match desk.desk.ask(tom, Query::Orders(filter)).await.expect("a page") {
            Answer::Orders(page) => assert_eq!(page.rows, std::slice::from_ref(&kept)),
            other => panic!("orders, not {other:?}"),
        }
        let story = timeline(&desk, tom, kept.id).await;
        assert!(story.contains("Refused: buy") && story.contains("exceeds your limit"), "{story}");

        let vic = desk.sign_in("vic").await.expect("vic signs in");
        let small = desk.order(portfolio, Side::Buy, 1, OrderType::Market);
        let refused = desk.place(vic, small).await.expect_err("a viewer");
        assert_eq!(
            refused.to_string(),
            "Your role 'viewer' cannot execute trades. An admin can change your role."
        );
        desk.desk.stop().await;
    });
}

#[test]
fn somebody_switched_off_is_out_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    runtime().block_on(async {
        let desk = TestDesk::open(folder.path()).await;
        let ada = desk.found().await;
        desk.add(ada, "tom", RoleName::Trader).await;
        let tom = desk.sign_in("tom").await.expect("tom signs in");
        let mut toms = desk.watch(tom).await;
        let admin = desk.watch(ada).await;
        let user = admin.view.people.values().find(|user| user.login == login("tom"));
        let user = user.expect("tom is known").clone();
        let off = Command::SetActive { user: user.id, active: false, version: user.version };
        desk.desk.act(ada, off.clone()).await.expect("switched off");
        toms.catch_up();
        assert!(toms.ended, "his screen was told");
        let order: PlaceOrder = desk.order(admin.portfolio(), Side::Buy, 1, OrderType::Market);
        let words = "User not found or inactive. Contact admin.";
        assert_eq!(desk.place(tom, order).await.expect_err("out").to_string(), words);
        assert_eq!(desk.sign_in("tom").await.expect_err("out").to_string(), words);
        let late = desk.desk.act(ada, off).await.expect_err("the row is another one");
        assert!(matches!(late, Rejection::Refused(Refusal::Changed { what: "person", .. })));
        let own = desk.watch(ada).await;
        let me = own.view.me.clone();
        let off = Command::SetActive { user: me.id, active: false, version: me.version };
        let refused = desk.desk.act(ada, off).await.expect_err("the last admin");
        assert_eq!(refused.to_string(), "There must stay at least one active admin");
        desk.desk.stop().await;
    });
}

#[test]
fn proofs_are_checked_and_failures_wait() {
    let folder = tempfile::tempdir().expect("a folder");
    runtime().block_on(async {
        let desk = TestDesk::open(folder.path()).await;
        assert!(!desk.desk.greet().await.expect("a greeting").founded);
        let founding = |password: &str| Founding {
            login: login("ada"),
            name: "Ada".to_owned(),
            password: password.to_owned(),
            portfolio: "Growth".to_owned(),
            allocation: None,
        };
        let weak = desk.desk.found(founding("short"), Door::Terminal).await;
        assert!(matches!(weak, Err(Rejection::Refused(Refusal::WeakPassword(_)))));
        desk.found().await;
        let twice = desk.desk.found(founding(PASSWORD), Door::Terminal).await;
        assert_eq!(twice, Err(Refusal::AlreadyFounded.into()));
        for name in ["ada", "nobody"] {
            let proof = || Proof::Password("wrong horse battery".to_owned());
            for _ in 0..6 {
                let told = desk.desk.sign_in(name, proof(), Door::Terminal).await;
                assert_eq!(told, Err(Refusal::WrongCredentials.into()), "{name}");
            }
            let told = desk.desk.sign_in(name, proof(), Door::Terminal).await;
            assert_eq!(told, Err(Refusal::TooManyFailures { seconds: 1 }.into()), "{name}");
        }
        let picked = desk.desk.sign_in("ada", Proof::Picked, Door::Terminal).await;
        assert!(picked.is_err(), "nobody is picked from a list where passwords are kept");
        desk.desk.stop().await;
    });
}

#[test]
fn a_locked_screen_waits_after_failures_as_signing_in_does() {
    let folder = tempfile::tempdir().expect("a folder");
    runtime().block_on(async {
        let desk = TestDesk::open(folder.path()).await;
        let ada = desk.found().await;
        let unlock = |word: &str| desk.desk.unlock(ada, word.to_owned());
        for _ in 0..5 {
            assert_eq!(unlock("not her password").await, Err(Refusal::WrongCredentials.into()));
        }
        unlock(PASSWORD).await.expect("a right one begins anew");
        for _ in 0..6 {
            assert_eq!(unlock("not her password").await, Err(Refusal::WrongCredentials.into()));
        }
        let wait = Err(Refusal::TooManyFailures { seconds: 1 }.into());
        assert_eq!(unlock(PASSWORD).await, wait);
        assert_eq!(desk.sign_in("ada").await.map(|_| ()), wait, "both doors count together");
        desk.clock.advance_ms(1_000);
        unlock(PASSWORD).await.expect("the wait is over");
        desk.desk.stop().await;
    });
    runtime().block_on(async {
        let store = SqliteStore::open(&folder.path().join("desk.db")).await.expect("free again");
        assert!(store.check().await.expect("checked").is_empty());
    });
    let database = folder.path().join("desk.db");
    let kept = std::fs::read(&database).expect("readable");
    let wal = std::fs::read(database.with_extension("db-wal")).unwrap_or_default();
    let kept = [kept, wal].concat();
    let word = b"proof_failed";
    let count = kept.windows(word.len()).filter(|bytes| bytes == word).count();
    assert!(count >= 11, "each failure is in the journal: {count}");
}

#[test]
fn a_new_password_takes_the_old_one_and_ends_other_sign_ins() {
    let folder = tempfile::tempdir().expect("a folder");
    runtime().block_on(async {
        let desk = TestDesk::open(folder.path()).await;
        let ada = desk.found().await;
        desk.add(ada, "tom", RoleName::Trader).await;
        let here = desk.sign_in("tom").await.expect("tom signs in");
        let there = desk.sign_in("tom").await.expect("and elsewhere");
        let set = |before: &str, word: &str| {
            let (desk, before, word) = (desk.desk.clone(), before.to_owned(), word.to_owned());
            async move { desk.set_password(here, &login("tom"), before, word).await }
        };
        let new = "eleven purple teapots";
        assert_eq!(set("wrong", new).await, Err(Refusal::WrongCredentials.into()));
        assert_eq!(set("", new).await, Err(Refusal::WrongCredentials.into()));
        let mut elsewhere = desk.watch(there).await;
        set(PASSWORD, new).await.expect("set");
        elsewhere.catch_up();
        assert!(elsewhere.ended, "the other screen is out at once");
        let still = desk.desk.unlock(here, new.to_owned()).await;
        still.expect("this sign-in goes on, with the new password");
        assert!(desk.desk.watch(there).await.is_err());
        assert!(desk.sign_in("tom").await.is_err(), "the old password is none any more");
        desk.add_password(ada, "tom").await;
        assert!(desk.desk.watch(here).await.is_err(), "an admin's reset ends them all");
        desk.desk.stop().await;
    });
}
