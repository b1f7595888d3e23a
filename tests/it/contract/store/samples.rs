//! Rows and events to write into a store: small, all different, and with no clock behind them.

use jiff::civil::{Date, date};
use trading_desk::desk::event::{
    Account, Balance, Cause, Credential, Door, Event, EventKind, Setting, SignIn, VenueKind,
};
use trading_desk::desk::port::{Batch, Opening, Row};
use trading_desk::domain::entries::{Entry, EntryKind};
use trading_desk::domain::hours::Schedule;
use trading_desk::domain::ids::{
    AccountId, CommandId, OrderId, PortfolioId, Sequence, SignInId, UserId, WatchlistId,
};
use trading_desk::domain::lifecycle::{State, Status};
use trading_desk::domain::marks::DailyMark;
use trading_desk::domain::numbers::{Money, Price, Qty};
use trading_desk::domain::orders::{
    Amendment, Draft, Fill, Order, OrderType, Shown, Side, TimeInForce, VenueOrder,
};
use trading_desk::domain::portfolios::{Access, Portfolio, PortfolioKind};
use trading_desk::domain::roles::{Grant, RoleName};
use trading_desk::domain::special::{Group, OrderClass, Special};
use trading_desk::domain::symbols::Symbol;
use trading_desk::domain::time::{DeskTime, MarketTime, Moment};
use trading_desk::domain::users::{Login, User, Watchlist};
use uuid::Uuid;

/// A morning in the market's time; the desk's own runs elsewhere, so that they are never mixed up.
pub(crate) const MORNING_NS: i64 = 1_772_000_000_000_000_000;
const DESK_NS: i64 = 1_650_000_000_000_000_000;
pub(crate) const ACCOUNT: AccountId = AccountId(1);
pub(crate) const TODAY: Date = date(2026, 2, 25);

pub(crate) fn moment(seconds: i64) -> Moment {
    Moment {
        desk: DeskTime::from_ns(DESK_NS + seconds * 1_000_000_000 + 7),
        market: market(seconds),
    }
}

pub(crate) fn market(seconds: i64) -> MarketTime {
    MarketTime::from_ns(MORNING_NS + seconds * 1_000_000_000 + 3)
}

pub(crate) fn symbol(text: &str) -> Symbol {
    Symbol::parse(text).expect("a symbol")
}

pub(crate) fn opening() -> Opening {
    Opening {
        venue: VenueKind::Embedded,
        number: "SIM-1".to_owned(),
        today_from: market(0),
        schedule: Schedule::Nyse,
    }
}

pub(crate) fn account() -> Account {
    Account { id: ACCOUNT, venue: VenueKind::Embedded, number: "SIM-1".to_owned() }
}

pub(crate) fn user(id: i64, login: &str, role: RoleName) -> User {
    User {
        id: UserId(id),
        login: Login::parse(login).expect("a login"),
        name: format!("{login} of the desk"),
        email: (id % 2 == 0).then(|| format!("{login}@example.org")),
        slack_id: (id % 2 == 1).then(|| format!("U{id:04}")),
        role,
        active: true,
        version: 1,
    }
}

pub(crate) fn portfolio(id: i64, name: &str, kind: PortfolioKind) -> Portfolio {
    Portfolio {
        id: PortfolioId(id),
        account: ACCOUNT,
        name: name.to_owned(),
        kind,
        owner: UserId(1),
        description: format!("what {name} is for"),
        may_short: id % 2 == 0,
        allocation: (id % 2 == 1).then(|| Money::dollars(1_000_000)),
        archived: false,
        version: 1,
    }
}

pub(crate) fn order_id(number: u64) -> OrderId {
    let number = 0x0190_0000_0000_7000_8000_0000_0000_0000_u128 | u128::from(number);
    OrderId(Uuid::from_u128(number))
}

pub(crate) fn sign_in_id(number: u64) -> SignInId {
    SignInId(Uuid::from_u128(0x0191_0000_0000_7000_8000_0000_0000_0000 | u128::from(number)))
}

/// A plain limit order of user 1 for portfolio 1, at work, placed `number` seconds after the
/// morning.
pub(crate) fn order(number: u64) -> Order {
    let seconds = i64::try_from(number).expect("small");
    Order {
        id: order_id(number),
        account: ACCOUNT,
        portfolio: PortfolioId(1),
        user: UserId(1),
        draft: Draft {
            symbol: symbol("AAPL"),
            side: Side::Buy,
            quantity: Qty::shares(100),
            order_type: OrderType::Limit { limit: Price::cents(18_750) },
            time_in_force: TimeInForce::Day,
            note: String::new(),
            special: Special {
                extended_hours: number.is_multiple_of(2),
                dollars: (number.is_multiple_of(3)).then(|| Money::cents(123_456)),
                group: Group::Simple,
            },
        },
        asked: None,
        class: OrderClass::Simple,
        parent: None,
        state: State::sure(Status::Working),
        filled: Qty::ZERO,
        filled_value: Money::ZERO,
        attempt: 1,
        reserved: Money::dollars(18_750),
        shown: Shown { last: Some(Price::cents(18_801)), version: None },
        approver: None,
        placed: moment(seconds),
        updated: moment(seconds),
        due: None,
        look_ups: 0,
        reason: None,
        version: 1,
    }
}

pub(crate) fn venue_order(order: &Order) -> VenueOrder {
    VenueOrder {
        client_id: order.client_id(),
        account: order.account,
        order: Some(order.id),
        attempt: order.attempt,
        venue_id: Some(format!("v-{}", order.id.short())),
        status: order.state.status,
        quantity: order.draft.quantity,
        filled: order.filled,
        closing_total: None,
        asked: Some(Amendment { quantity: Some(Qty::shares(7)), ..Amendment::default() }),
    }
}

pub(crate) fn fill(order: &Order, quantity: Qty, total: Qty, seconds: i64) -> Fill {
    Fill {
        client_id: order.client_id(),
        order: order.id,
        portfolio: order.portfolio,
        symbol: order.draft.symbol,
        side: order.draft.side,
        quantity,
        price: Price::cents(18_742),
        total,
        execution: format!("x-{}-{total}", order.id.short()),
        at: market(seconds),
    }
}

/// The entry that books a fill.
pub(crate) fn entry(fill: &Fill) -> Entry {
    let signed = fill.side.signed(fill.quantity);
    Entry {
        account: ACCOUNT,
        portfolio: fill.portfolio,
        kind: EntryKind::Fill,
        symbol: Some(fill.symbol),
        quantity: signed,
        cash: -(signed * fill.price),
        trade_date: TODAY,
        settle_date: date(2026, 2, 26),
        execution: Some((fill.client_id.clone(), fill.total)),
        user: Some(UserId(1)),
        note: String::new(),
        at: Moment { desk: moment(1).desk, market: fill.at },
    }
}

/// Cash that came in without a symbol.
pub(crate) fn interest(portfolio: i64, cash: Money, on: Date) -> Entry {
    Entry {
        account: ACCOUNT,
        portfolio: PortfolioId(portfolio),
        kind: EntryKind::Interest,
        symbol: None,
        quantity: Qty::ZERO,
        cash,
        trade_date: on,
        settle_date: on,
        execution: None,
        user: None,
        note: "a month's interest".to_owned(),
        at: moment(2),
    }
}

pub(crate) fn mark(portfolio: i64, of: &str, on: Date, close: Price) -> DailyMark {
    DailyMark {
        portfolio: PortfolioId(portfolio),
        symbol: symbol(of),
        date: on,
        quantity: Qty::shares(60),
        close,
        cost: Qty::shares(60) * Price::cents(18_742),
        realised: Money::parse("-12.345678901234567891").expect("a number"),
    }
}

pub(crate) fn event(sequence: i64, kind: EventKind) -> Event {
    Event {
        sequence: Sequence(sequence),
        at: moment(sequence),
        account: ACCOUNT,
        cause: Cause {
            user: Some(UserId(1)),
            sign_in: Some(sign_in_id(1)),
            door: Door::Terminal,
            command: Some(CommandId(Uuid::from_u128(0x0192 << 112))),
        },
        kind,
    }
}

/// Everything an order needs to stand on: an account, three people, two portfolios.
pub(crate) fn foundation() -> Batch {
    let people = [
        user(1, "ada", RoleName::Admin),
        user(2, "ben", RoleName::Trader),
        user(3, "cleo", RoleName::Viewer),
    ];
    let books = [
        portfolio(1, "Growth", PortfolioKind::Shared),
        portfolio(2, "Ada's own", PortfolioKind::Personal),
    ];
    let mut rows = vec![Row::Account(account())];
    rows.extend(books.iter().cloned().map(Row::Portfolio));
    rows.extend(people.iter().cloned().map(Row::User));
    rows.push(Row::Credential(UserId(1), Credential::Password("$argon2id$v=19$x".to_owned())));
    rows.push(Row::Credential(UserId(2), Credential::Open));
    rows.push(Row::Grant(Access::given(PortfolioId(1), UserId(1), Grant::Admin)));
    rows.push(Row::Grant(Access::given(PortfolioId(1), UserId(2), Grant::Trade)));
    rows.push(Row::Grant(Access::given(PortfolioId(1), UserId(3), Grant::View)));
    rows.push(Row::SignIn(sign_in(1, 1)));
    let mut events = vec![event(1, EventKind::AccountPinned(account()))];
    for (index, person) in (2..).zip(people) {
        events.push(event(index, EventKind::UserAdded(person)));
    }
    for (index, book) in (5..).zip(books) {
        events.push(event(index, EventKind::PortfolioCreated(book)));
    }
    Batch { events, rows }
}

pub(crate) fn sign_in(number: u64, user: i64) -> SignIn {
    SignIn {
        id: sign_in_id(number),
        user: UserId(user),
        door: Door::AttachedTerminal,
        opened: moment(i64::try_from(number).expect("small")),
        ended: None,
    }
}

pub(crate) fn watchlist(id: i64, name: &str, symbols: &[&str]) -> Watchlist {
    Watchlist {
        id: WatchlistId(id),
        user: UserId(1),
        name: name.to_owned(),
        symbols: symbols.iter().map(|text| symbol(text)).collect(),
        version: 1,
    }
}

pub(crate) fn setting(name: &str, value: &str, version: i64) -> Setting {
    Setting { user: UserId(1), name: name.to_owned(), value: value.to_owned(), version }
}

pub(crate) fn balance(portfolio: i64, cash: Money) -> Balance {
    Balance { portfolio: PortfolioId(portfolio), cash }
}

pub(crate) fn rows(rows: Vec<Row>) -> Batch {
    Batch { events: Vec::new(), rows }
}
