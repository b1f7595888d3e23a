//! A small desk made by hand, for the tests of the rules: four people, two books, six assets.
//! Must never be compiled into the product.

use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::domain::hours::Schedule;
use crate::domain::ids::{AccountId, OrderId, PortfolioId, Sequence, SignInId, UserId};
use crate::domain::lifecycle::{State, Status};
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{Draft, Order, OrderType, Shown, Side, TimeInForce, VenueOrder};
use crate::domain::portfolios::{Access, Portfolio, PortfolioKind};
use crate::domain::positions::Position;
use crate::domain::quotes::Ticker;
use crate::domain::roles::{Grant, Role, RoleName};
use crate::domain::special::{OrderClass, Special};
use crate::domain::symbols::{Asset, AssetClass, Symbol};
use crate::domain::time::{DeskTime, MarketTime, Moment};
use crate::domain::users::{Login, User};

use super::actor::Actor;
use super::book::Book;
use super::command::Answer;
use super::entropy::Entropy;
use super::event::{Account, Cause, Door, Event, EventKind, OrderStep, SignIn, VenueKind};
use super::port::{Clock, Funds, Loaded};
use super::request::{Reply, Request};
use super::secrets::Hasher;
use super::{Chance, Desk};

pub(super) const ADMIN: UserId = UserId(1);
pub(super) const TRADER: UserId = UserId(2);
pub(super) const ANALYST: UserId = UserId(3);
pub(super) const VIEWER: UserId = UserId(4);
/// Shared: the trader has `trade`, the viewer `view`.
pub(super) const GROWTH: PortfolioId = PortfolioId(1);
/// The admin's own.
pub(super) const VAULT: PortfolioId = PortfolioId(2);

/// A Wednesday, 10:00 in New York.
pub(super) fn now() -> Moment {
    let ns = 1_793_199_600_000_000_000;
    Moment { desk: DeskTime::from_ns(ns), market: MarketTime::from_ns(ns) }
}

pub(super) fn later(ms: i64) -> Moment {
    Moment { desk: now().desk.plus_ms(ms), market: now().market.plus_ms(ms) }
}

pub(super) fn symbol(text: &str) -> Symbol {
    Symbol::parse(text).unwrap()
}

pub(super) fn price(text: &str) -> Price {
    Price::parse(text).unwrap()
}

pub(super) fn ticker(name: &str, last: &str) -> Ticker {
    let last = price(last);
    let tick = last.tick();
    Ticker {
        symbol: symbol(name),
        last,
        last_size: Qty::shares(100),
        bid: last - tick,
        bid_size: Qty::shares(300),
        ask: last + tick,
        ask_size: Qty::shares(300),
        open: last,
        high: last,
        low: last,
        previous_close: last,
        volume: Qty::shares(1_000),
        at: now().market,
        polled: false,
    }
}

fn asset(name: &str, tradable: bool, halted: bool, splits: bool) -> Asset {
    Asset {
        symbol: symbol(name),
        name: format!("{name} Inc."),
        exchange: "NASDAQ".to_owned(),
        class: AssetClass::Stock,
        tradable,
        halted,
        fractionable: splits,
        shortable: splits,
    }
}

/// The desk, open around the clock.
pub(super) fn book() -> Book {
    book_with(Schedule::Always)
}

pub(super) fn book_with(schedule: Schedule) -> Book {
    let account =
        Account { id: AccountId(1), venue: VenueKind::Embedded, number: "TEST-1".to_owned() };
    let loaded = Loaded {
        roles: RoleName::ALL.map(Role::seeded).to_vec(),
        users: RoleName::ALL
            .into_iter()
            .zip(1..)
            .map(|(role, id)| User {
                id: UserId(id),
                login: Login::parse(role.as_str()).unwrap(),
                name: format!("The {role}"),
                email: None,
                slack_id: None,
                role,
                active: true,
                version: 1,
            })
            .collect(),
        portfolios: vec![
            portfolio(GROWTH, "Growth", PortfolioKind::Shared),
            portfolio(VAULT, "Vault", PortfolioKind::Personal),
        ],
        grants: vec![
            Access::given(GROWTH, ADMIN, Grant::Admin),
            Access::given(GROWTH, TRADER, Grant::Trade),
            Access::given(GROWTH, VIEWER, Grant::View),
            Access::given(VAULT, ADMIN, Grant::Admin),
        ],
        sequence: Sequence(10),
        ..Loaded::default()
    };
    let mut book = Book::open(loaded, account, schedule, false);
    book.largest.user = 4;
    book.largest.portfolio = 2;
    book.funds = Funds {
        cash: Money::dollars(1_000_000),
        equity: Money::dollars(1_000_000),
        buying_power: Money::dollars(1_000_000),
    };
    let assets = [
        asset("AAPL", true, false, true),
        asset("MSFT", true, false, true),
        asset("WHOL", true, false, false),
        asset("HALT", true, true, true),
        asset("NOPE", false, false, true),
        asset("TINY", true, false, true),
    ];
    book.assets = Arc::new(assets.into_iter().map(|asset| (asset.symbol, asset)).collect());
    for (name, last) in [("AAPL", "200"), ("MSFT", "400"), ("WHOL", "50"), ("TINY", "0.5")] {
        book.prices.insert(symbol(name), (ticker(name, last), now().desk));
    }
    for user in [ADMIN, TRADER, ANALYST, VIEWER] {
        let id = SignInId(Uuid::from_u128(user.0.unsigned_abs().into()));
        let open = SignIn { id, user, door: Door::Terminal, opened: now(), ended: None };
        book.sign_ins.insert(id, open);
    }
    book
}

fn portfolio(id: PortfolioId, name: &str, kind: PortfolioKind) -> Portfolio {
    Portfolio {
        id,
        account: AccountId(1),
        name: name.to_owned(),
        kind,
        owner: ADMIN,
        description: String::new(),
        may_short: false,
        allocation: Some(Money::dollars(500_000)),
        archived: false,
        version: 1,
    }
}

pub(super) fn actor(user: UserId) -> Actor {
    let id = SignInId(Uuid::from_u128(user.0.unsigned_abs().into()));
    Actor::new(user, id, Door::Terminal)
}

/// An order id whose ticket was opened `ms` after `now()`.
pub(super) fn order_id(number: u8, ms: i64) -> OrderId {
    let opened = u64::try_from(later(ms).desk.ns() / 1_000_000).unwrap();
    OrderId(uuid::Builder::from_unix_timestamp_millis(opened, &[number; 10]).into_uuid())
}

pub(super) fn draft(side: Side, shares: i64, name: &str, order_type: OrderType) -> Draft {
    Draft {
        symbol: symbol(name),
        side,
        quantity: Qty::shares(shares),
        order_type,
        time_in_force: TimeInForce::Day,
        note: String::new(),
        special: Special::default(),
    }
}

pub(super) fn limit(text: &str) -> OrderType {
    OrderType::Limit { limit: price(text) }
}

/// A working order of somebody, already at the venue.
pub(super) fn working(id: OrderId, user: UserId, draft: Draft) -> Order {
    let value = draft.quantity * draft.order_type.limit().unwrap_or(price("200"));
    Order {
        id,
        account: AccountId(1),
        portfolio: GROWTH,
        user,
        asked: None,
        class: OrderClass::Simple,
        parent: None,
        state: State::sure(Status::Working),
        filled: Qty::ZERO,
        filled_value: Money::ZERO,
        attempt: 1,
        reserved: if draft.side == Side::Buy { value } else { Money::ZERO },
        shown: Shown::default(),
        approver: None,
        placed: now(),
        updated: now(),
        due: None,
        look_ups: 0,
        reason: None,
        version: 1,
        draft,
    }
}

/// Puts an order into the book as if it had been placed and acknowledged.
pub(super) fn put(book: &mut Book, order: Order) {
    let venue_order = VenueOrder {
        client_id: order.client_id(),
        account: order.account,
        order: Some(order.id),
        attempt: order.attempt,
        venue_id: Some("v1".to_owned()),
        status: Status::Working,
        quantity: order.draft.quantity,
        filled: Qty::ZERO,
        closing_total: None,
        asked: None,
    };
    apply(
        book,
        EventKind::Order {
            order: Box::new(order),
            venue_order: Box::new(venue_order),
            step: OrderStep::Working,
        },
    );
}

/// Gives a portfolio a position that cost $100.00 a share.
pub(super) fn hold(book: &mut Book, portfolio: PortfolioId, name: &str, shares: i64) {
    let quantity = Qty::shares(shares);
    let position = Position::flat(portfolio, symbol(name));
    let position = position.with(quantity, -(quantity * Price::cents(10_000)));
    book.positions.insert((portfolio, symbol(name)), position);
}

/// Applies one more thing that happened.
pub(super) fn apply(book: &mut Book, kind: EventKind) {
    apply_at(book, now(), kind);
}

/// Applies one more thing that happened at a moment.
pub(super) fn apply_at(book: &mut Book, at: Moment, kind: EventKind) {
    let mut sequence = book.sequence;
    sequence.0 += 1;
    let cause = Cause { user: None, sign_in: None, door: Door::Timer, command: None };
    let event = Event { sequence, at, account: book.account.id, cause, kind };
    book.apply(&event);
}

/// A clock that stands still.
struct Standing;

impl Clock for Standing {
    fn now(&self) -> DeskTime {
        now().desk
    }
    fn wait_until(&self, _: DeskTime) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// The requests of a handle, and who waits for their answers.
pub(crate) struct Asked(mpsc::Receiver<Request>);

impl Asked {
    /// Who waits for the answer to the next query.
    pub(crate) async fn query(&mut self) -> Reply<Answer> {
        match self.0.recv().await {
            Some(Request::Ask { reply, .. }) => reply,
            other => panic!("a query, not {other:?}"),
        }
    }
}

/// For the tests of a door.
impl Desk {
    /// A handle whose requests a test answers itself, when it likes; the desk ends with the other
    /// half.
    pub(crate) fn by_hand() -> (Self, Asked) {
        let (requests, asked) = mpsc::channel(16);
        let entropy = Entropy::from_number(1);
        let chance = Chance { ids: entropy.split("orders"), salts: entropy.split("salts") };
        let (clock, chance) = (Arc::new(Standing), Arc::new(Mutex::new(chance)));
        (Self { requests, hasher: Hasher::default(), clock, chance }, Asked(asked))
    }
}

/// For the tests of a door.
impl Actor {
    /// Somebody who is signed in.
    pub(crate) fn by_hand(user: UserId) -> Self {
        actor(user)
    }
}
