//! Who gets through the gate: each kind of command and query as each person, in words.
//! Must never build a `Permitted` by any other way than asking for one.

use super::{Sight, abilities, permit, permit_query, sight};
use crate::desk::book::Book;
use crate::desk::command::{Command, OrderFilter, PlaceOrder, Query};
use crate::desk::event::{Cause, Door, Event, EventKind, OrderStep};
use crate::desk::fixture::{
    ADMIN, ANALYST, GROWTH, TRADER, VAULT, VIEWER, actor, book, draft, later, limit, now, order_id,
    put, working,
};
use crate::desk::watchers::view_of;
use crate::domain::ids::{PortfolioId, Sequence, UserId};
use crate::domain::numbers::Money;
use crate::domain::orders::{Order, Shown, Side};
use crate::domain::portfolios::Access;
use crate::domain::roles::{Act, Grant};
use crate::domain::users::User;

fn place(portfolio: PortfolioId) -> Command {
    Command::PlaceOrder(PlaceOrder {
        id: order_id(7, 0),
        portfolio,
        draft: draft(Side::Buy, 1, "AAPL", limit("200")),
        shown: Shown::default(),
        acknowledged: Vec::new(),
    })
}

fn words(book: &Book, user: UserId, command: Command) -> String {
    match permit(book, actor(user), command, now().desk) {
        Ok(_) => "allowed".to_owned(),
        Err(refusal) => refusal.to_string(),
    }
}

fn book_with_order() -> Book {
    let mut book = book();
    let order = working(order_id(1, 0), ADMIN, draft(Side::Buy, 1, "AAPL", limit("200")));
    put(&mut book, order.clone());
    put(&mut book, Order { id: order_id(2, 0), portfolio: VAULT, ..order });
    book
}

#[test]
fn placing_needs_the_roles_flag_and_a_trade_grant() {
    let book = book();
    assert_eq!(words(&book, ADMIN, place(VAULT)), "allowed");
    assert_eq!(words(&book, TRADER, place(GROWTH)), "allowed");
    assert_eq!(
        words(&book, TRADER, place(VAULT)),
        "You don't have access to this portfolio. Its owner or an admin can give it."
    );
    assert_eq!(
        words(&book, ANALYST, place(GROWTH)),
        "Your role 'analyst' cannot execute trades. An admin can change your role."
    );
    assert_eq!(
        words(&book, VIEWER, place(GROWTH)),
        "Your role 'viewer' cannot execute trades. An admin can change your role."
    );
    assert_eq!(words(&book, ADMIN, place(PortfolioId(9))), "There is no such portfolio");
    let mut book = book;
    book.grants.insert((GROWTH, TRADER), Access::given(GROWTH, TRADER, Grant::View));
    assert_eq!(
        words(&book, TRADER, place(GROWTH)),
        "You have 'view' access but need 'trade' access. Its owner or an admin can give it."
    );
}

#[test]
fn canceling_needs_a_trade_grant_and_an_unseen_order_does_not_exist() {
    let book = book_with_order();
    let cancel = |number| Command::CancelOrder { order: order_id(number, 0) };
    assert_eq!(words(&book, TRADER, cancel(1)), "allowed", "anyone's order there");
    assert_eq!(words(&book, TRADER, cancel(2)), "There is no such order");
    assert_eq!(words(&book, TRADER, cancel(3)), "There is no such order");
    assert_eq!(
        words(&book, VIEWER, cancel(1)),
        "You have 'view' access but need 'trade' access. Its owner or an admin can give it."
    );
    assert_eq!(
        words(&book, ANALYST, cancel(1)),
        "You see this portfolio but need 'trade' access. Its owner or an admin can give it."
    );
}

#[test]
fn only_an_admin_runs_the_team() {
    let book = book();
    let halt = || Command::Halt { reason: "drill".to_owned() };
    let off = || Command::SetActive { user: VIEWER, active: false, version: 1 };
    for user in [TRADER, ANALYST, VIEWER] {
        for command in [halt(), off(), Command::Lift] {
            assert!(words(&book, user, command).ends_with("cannot do this. An admin can."));
        }
    }
    assert_eq!(words(&book, ADMIN, halt()), "allowed");
    assert_eq!(words(&book, ADMIN, off()), "allowed");
}

#[test]
fn a_portfolios_cash_is_for_who_manages_it() {
    let mut book = book();
    let edit = || Command::EditPortfolio {
        portfolio: GROWTH,
        allocation: Some(Money::dollars(5)),
        may_short: true,
        version: 1,
    };
    assert_eq!(words(&book, ADMIN, edit()), "allowed");
    let small =
        "You have 'trade' access but need 'admin' access. Its owner or an admin can give it.";
    assert_eq!(words(&book, TRADER, edit()), small);
    book.grants.insert((GROWTH, TRADER), Access::given(GROWTH, TRADER, Grant::Admin));
    assert_eq!(words(&book, TRADER, edit()), "allowed", "an admin grant");
    let seen = "You see this portfolio but need 'admin' access. Its owner or an admin can give it.";
    assert_eq!(words(&book, ANALYST, edit()), seen);
    let role = book.users[&ANALYST].role;
    book.roles.get_mut(&role).unwrap().can_manage_portfolios = true;
    assert_eq!(words(&book, ANALYST, edit()), "allowed", "the role's flag");
}

#[test]
fn a_sign_in_ends_with_its_age_and_with_its_person() {
    let mut book = book();
    let hours = |count: i64| later(count * 3_600_000).desk;
    let at = |book: &Book, when| permit(book, actor(TRADER), Command::SignOut, when).is_ok();
    assert!(at(&book, hours(11)));
    assert!(!at(&book, hours(12)));
    book.users.get_mut(&TRADER).unwrap().active = false;
    assert_eq!(words(&book, TRADER, place(GROWTH)), "User not found or inactive. Contact admin.");
    book.users.get_mut(&TRADER).unwrap().active = true;
    book.sign_ins.remove(&actor(TRADER).sign_in());
    assert_eq!(words(&book, TRADER, place(GROWTH)), "This sign-in has ended. Sign in again.");
}

#[test]
fn queries_are_gated_by_portfolio() {
    let book = book();
    let of = |user, portfolio| {
        let filter = OrderFilter { portfolio, ..OrderFilter::default() };
        permit_query(&book, actor(user), Query::Orders(filter), now().desk).is_ok()
    };
    assert!(of(VIEWER, Some(GROWTH)) && !of(VIEWER, Some(VAULT)) && of(VIEWER, None));
    assert!(of(ANALYST, Some(VAULT)), "an analyst sees every portfolio");
    let equity = |user| permit_query(&book, actor(user), Query::Equity(VAULT), now().desk).is_ok();
    assert!(equity(ADMIN) && !equity(TRADER));
}

#[test]
fn watchers_get_what_they_may_see_and_a_fresh_view_when_that_changes() {
    let book = book_with_order();
    let seen = |user, kind| {
        let cause = Cause { user: None, sign_in: None, door: Door::Timer, command: None };
        let account = book.account.id;
        let event = Event { sequence: Sequence(99), at: now(), account, cause, kind };
        sight(&book, actor(user), &event)
    };
    let order = |number| EventKind::Order {
        order: Box::new(book.orders[&order_id(number, 0)].clone()),
        venue_order: Box::new(book.venue_orders.values().next().unwrap().clone()),
        step: OrderStep::Working,
    };
    assert_eq!(seen(VIEWER, order(1)), Sight::Show);
    assert_eq!(seen(VIEWER, order(2)), Sight::Hide);
    assert_eq!(seen(ANALYST, order(2)), Sight::Show);
    let grant = |user| EventKind::GrantSet(Access::given(VAULT, user, Grant::View));
    assert_eq!(seen(VIEWER, grant(VIEWER)), Sight::Refresh);
    assert_eq!(seen(VIEWER, grant(TRADER)), Sight::Hide);
    assert_eq!(seen(ADMIN, grant(TRADER)), Sight::Show, "who may give it sees it");
    let off = |user| User { active: false, ..book.users[&user].clone() };
    assert_eq!(seen(VIEWER, EventKind::UserChanged(off(VIEWER))), Sight::End);
    assert_eq!(seen(VIEWER, EventKind::UserChanged(off(TRADER))), Sight::Refresh);
    assert_eq!(seen(ADMIN, EventKind::UserChanged(off(TRADER))), Sight::Show);
    assert_eq!(seen(VIEWER, EventKind::CredentialSet(VIEWER)), Sight::Hide);
}

#[test]
fn how_people_are_reached_is_for_whoever_manages_them() {
    let mut book = book();
    let known = book.users.get_mut(&TRADER).unwrap();
    known.email = Some("tara@example.com".to_owned());
    known.slack_id = Some("U0123".to_owned());
    for (who, shown) in [(ADMIN, true), (TRADER, false), (ANALYST, false), (VIEWER, false)] {
        let view = view_of(&book, &book.users[&who], now());
        let trader = &view.people[&TRADER];
        assert_eq!((trader.email.is_some(), trader.slack_id.is_some()), (shown, shown), "{who:?}");
        assert_eq!(trader.name, book.users[&TRADER].name);
        assert_eq!(view.me.email.is_some(), who == TRADER, "one's own is one's own");
    }
}

#[test]
fn abilities_are_the_gates_own_answers() {
    let book = book();
    let viewer = abilities(&book, &book.users[&VIEWER]);
    assert!(viewer.denied.contains_key(&Act::Trade));
    assert!(viewer.denied_in.contains_key(&(GROWTH, Act::Trade)));
    assert!(!viewer.denied_in.contains_key(&(GROWTH, Act::SeePortfolio)));
    assert!(viewer.denied_in.contains_key(&(VAULT, Act::SeePortfolio)));
    let trader = abilities(&book, &book.users[&TRADER]);
    assert!(!trader.denied.contains_key(&Act::Trade), "somewhere it is allowed");
    assert!(trader.denied_in.contains_key(&(VAULT, Act::Trade)));
    assert!(abilities(&book, &book.users[&ADMIN]).denied.is_empty());
}
