//! Fills a store with a believable past: people, portfolios, and orders that were filled, canceled
//! or refused. Must never write around the store's own door: the journal's chain has to hold.

use jiff::civil::date;
use trading_desk::desk::event::{
    Account, Balance, Cause, Credential, Door, Event, EventKind, Filled, OrderStep, VenueKind,
};
use trading_desk::desk::port::{Batch, Opening, Row, Store};
use trading_desk::domain::entries::{Entry, EntryKind};
use trading_desk::domain::ids::{AccountId, OrderId, PortfolioId, Sequence, UserId};
use trading_desk::domain::lifecycle::{State, Status};
use trading_desk::domain::numbers::{Money, Price, Qty};
use trading_desk::domain::orders::{
    Draft, Fill, Order, OrderType, Shown, Side, TimeInForce, VenueOrder,
};
use trading_desk::domain::portfolios::{Access, Portfolio, PortfolioKind};
use trading_desk::domain::positions::Position;
use trading_desk::domain::roles::{Grant, RoleName};
use trading_desk::domain::special::{OrderClass, Special};
use trading_desk::domain::symbols::Symbol;
use trading_desk::domain::time::{DeskTime, MarketTime, Moment};
use trading_desk::domain::users::{Login, User};
use uuid::Uuid;

/// Orders of one transaction.
const ORDERS_AT_ONCE: u64 = 500;
/// Portfolios the orders are spread over.
pub(crate) const PORTFOLIOS: i64 = 10;
const PEOPLE: i64 = 5;
const SYMBOLS: [&str; 24] = [
    "AAPL", "AMD", "AMZN", "BAC", "BRK.B", "CAT", "COST", "CVX", "DIA", "DIS", "F", "GOOG", "IBM",
    "INTC", "IWM", "JPM", "KO", "META", "MSFT", "NVDA", "PFE", "QQQ", "SPY", "TSLA",
];
const ACCOUNT: AccountId = AccountId(1);

/// Where a past belongs and how its orders follow each other.
#[derive(Clone, Debug)]
pub(crate) struct Course {
    /// Number of the account.
    pub(crate) number: String,
    /// The first moment that is written.
    pub(crate) start_ns: i64,
    /// Time between two orders.
    pub(crate) step_ns: i64,
}

impl Default for Course {
    fn default() -> Self {
        let (start_ns, step_ns) = (1_760_000_000_000_000_000, 4_000_000_000);
        Self { number: "SIM-1".to_owned(), start_ns, step_ns }
    }
}

impl Course {
    fn account(&self) -> Account {
        Account { id: ACCOUNT, venue: VenueKind::Embedded, number: self.number.clone() }
    }
    fn moment(&self, order: u64) -> Moment {
        let ns = self.start_ns + i64::try_from(order).expect("small") * self.step_ns;
        Moment { desk: DeskTime::from_ns(ns), market: MarketTime::from_ns(ns) }
    }
}

/// A past that is being written.
pub(crate) struct Past {
    course: Course,
    sequence: i64,
    orders: u64,
    positions: Vec<Position>,
    cash: Vec<Money>,
}

impl Past {
    /// The account, its people and its portfolios.
    pub(crate) async fn begin(store: &impl Store, course: Course) -> Self {
        let account = course.account();
        let at = course.moment(0);
        let mut rows = vec![Row::Account(account.clone())];
        let mut events = vec![event(1, EventKind::AccountPinned(account), at)];
        for number in 1..=PEOPLE {
            let person = person(number);
            rows.push(Row::Credential(person.id, Credential::Open));
            rows.push(Row::User(person));
        }
        let mut cash = Vec::new();
        let mut positions = Vec::new();
        for number in 1..=PORTFOLIOS {
            let portfolio = portfolio(number);
            rows.push(Row::Grant(Access::given(portfolio.id, UserId(1), Grant::Admin)));
            rows.push(Row::Grant(Access::given(portfolio.id, UserId(2), Grant::Trade)));
            events.push(event(number + 1, EventKind::PortfolioCreated(portfolio.clone()), at));
            cash.push(Money::ZERO);
            for symbol in SYMBOLS {
                positions.push(Position::flat(portfolio.id, named(symbol)));
            }
            rows.push(Row::Portfolio(portfolio));
        }
        store.commit(Batch { events, rows }).await.expect("the foundation is written");
        Self { course, sequence: PORTFOLIOS + 1, orders: 0, positions, cash }
    }

    /// `count` orders that are over: of twenty, seventeen filled, two canceled, one refused.
    pub(crate) async fn finished(&mut self, store: &impl Store, count: u64) {
        let mut left = count;
        while left > 0 {
            let now = left.min(ORDERS_AT_ONCE);
            let mut batch = Batch::default();
            for _ in 0..now {
                self.finish_one(&mut batch);
            }
            store.commit(batch).await.expect("orders are written");
            left -= now;
        }
    }

    /// The batch that places one order: what the desk commits before anything is sent.
    pub(crate) fn place(&mut self) -> Batch {
        let mut batch = Batch::default();
        self.intend(&mut batch);
        batch
    }

    /// The batch that places `count` orders at once.
    pub(crate) fn place_many(&mut self, count: usize) -> Batch {
        let mut batch = Batch::default();
        for _ in 0..count {
            self.intend(&mut batch);
        }
        batch
    }

    /// The desk's opening on this past: the last orders alone are today's.
    pub(crate) fn opening(&self, todays_orders: u64) -> Opening {
        let today = self.orders.saturating_sub(todays_orders);
        Opening {
            venue: VenueKind::Embedded,
            number: self.course.number.clone(),
            today_from: self.course.moment(today).market,
            schedule: trading_desk::domain::hours::Schedule::Always,
        }
    }

    /// `count` entries of one portfolio, spread over all symbols, with their position rows.
    pub(crate) async fn book(&mut self, store: &impl Store, portfolio: PortfolioId, count: u64) {
        let mut left = count;
        while left > 0 {
            let now = left.min(4 * ORDERS_AT_ONCE);
            let mut rows = Vec::new();
            for _ in 0..now {
                self.orders += 1;
                let index = self.slot(portfolio);
                let price = price(self.orders);
                let shares = Qty::shares(if self.orders.is_multiple_of(3) { -1 } else { 2 });
                let position = self.positions[index].with(shares, -(shares * price));
                self.positions[index] = position;
                let at = self.course.moment(self.orders);
                let cash = -(shares * price);
                rows.push(Row::Entry(Box::new(Entry {
                    kind: EntryKind::Transfer,
                    execution: None,
                    ..entry(&position, shares, cash, at)
                })));
                rows.push(Row::Position(position));
                let cash = &mut self.cash[usize::try_from(portfolio.0 - 1).expect("small")];
                *cash += -(shares * price);
                rows.push(Row::Balance(Balance { portfolio, cash: *cash }));
            }
            let batch = Batch { events: Vec::new(), rows };
            store.commit(batch).await.expect("entries are written");
            left -= now;
        }
    }

    fn slot(&self, portfolio: PortfolioId) -> usize {
        let book = usize::try_from(portfolio.0 - 1).expect("small");
        let symbol = usize::try_from(self.orders % SYMBOLS.len() as u64).expect("small");
        book * SYMBOLS.len() + symbol
    }

    fn next_event(&mut self, kind: EventKind, at: Moment) -> Event {
        self.sequence += 1;
        event(self.sequence, kind, at)
    }

    /// A new order, written down and not yet sent.
    fn intend(&mut self, batch: &mut Batch) -> (Order, VenueOrder) {
        self.orders += 1;
        let order = intended(self.orders, self.course.moment(self.orders));
        let sent = sent(&order);
        let kind = EventKind::Order {
            order: Box::new(order.clone()),
            venue_order: Box::new(sent.clone()),
            step: OrderStep::Intended,
        };
        let event = self.next_event(kind, order.placed);
        batch.events.push(event);
        batch.rows.push(Row::Order(Box::new(order.clone())));
        batch.rows.push(Row::VenueOrder(Box::new(sent.clone())));
        (order, sent)
    }

    fn finish_one(&mut self, batch: &mut Batch) {
        let (mut order, mut sent) = self.intend(batch);
        order.version += 1;
        order.reserved = Money::ZERO;
        let (status, step) = match self.orders % 20 {
            0 => (Status::Rejected, Some(OrderStep::Rejected("insufficient shares".to_owned()))),
            1 | 2 => (Status::Canceled, Some(OrderStep::Canceled)),
            _ => (Status::Filled, None),
        };
        order.state = State::sure(status);
        sent.status = status;
        let kind = match step {
            Some(step) => EventKind::Order {
                order: Box::new(order.clone()),
                venue_order: Box::new(sent.clone()),
                step,
            },
            None => EventKind::Filled(Box::new(self.fill(&mut order, &mut sent, batch))),
        };
        let event = self.next_event(kind, order.updated);
        batch.events.push(event);
        batch.rows.push(Row::Order(Box::new(order)));
        batch.rows.push(Row::VenueOrder(Box::new(sent)));
    }

    /// The whole of the order in one execution, booked.
    fn fill(&mut self, order: &mut Order, sent: &mut VenueOrder, batch: &mut Batch) -> Filled {
        let (quantity, price) = (order.draft.quantity, price(self.orders));
        order.filled = quantity;
        order.filled_value = quantity * price;
        sent.filled = quantity;
        let fill = Fill {
            client_id: order.client_id(),
            order: order.id,
            portfolio: order.portfolio,
            symbol: order.draft.symbol,
            side: order.draft.side,
            quantity,
            price,
            total: quantity,
            execution: format!("x-{}", self.orders),
            at: order.updated.market,
        };
        let index = self.slot(order.portfolio);
        let shares = order.draft.side.signed(quantity);
        let cash = -(shares * price);
        let position = self.positions[index].with(shares, cash);
        self.positions[index] = position;
        let sum = &mut self.cash[usize::try_from(order.portfolio.0 - 1).expect("small")];
        *sum += cash;
        let balance = Balance { portfolio: order.portfolio, cash: *sum };
        let entry = Entry {
            execution: Some((fill.client_id.clone(), fill.total)),
            ..entry(&position, shares, cash, order.updated)
        };
        batch.rows.push(Row::Fill(Box::new(fill.clone())));
        batch.rows.push(Row::Entry(Box::new(entry.clone())));
        batch.rows.push(Row::Position(position));
        batch.rows.push(Row::Balance(balance));
        Filled { order: order.clone(), venue_order: sent.clone(), fill, entry, position, balance }
    }
}

fn person(number: i64) -> User {
    User {
        id: UserId(number),
        login: Login::parse(&format!("trader{number}")).expect("a login"),
        name: format!("Trader {number}"),
        email: None,
        slack_id: None,
        role: if number == 1 { RoleName::Admin } else { RoleName::Trader },
        active: true,
        version: 1,
    }
}

fn portfolio(number: i64) -> Portfolio {
    Portfolio {
        id: PortfolioId(number),
        account: ACCOUNT,
        name: format!("Portfolio {number}"),
        kind: PortfolioKind::Shared,
        owner: UserId(1),
        description: String::new(),
        may_short: true,
        allocation: Some(Money::dollars(1_000_000)),
        archived: false,
        version: 1,
    }
}

fn named(symbol: &str) -> Symbol {
    Symbol::parse(symbol).expect("a symbol")
}

fn price(order: u64) -> Price {
    Price::cents(10_000 + i64::try_from(order % 900).expect("small"))
}

fn event(sequence: i64, kind: EventKind, at: Moment) -> Event {
    let cause = Cause { user: Some(UserId(1)), sign_in: None, door: Door::Terminal, command: None };
    Event { sequence: Sequence(sequence), at, account: ACCOUNT, cause, kind }
}

fn intended(number: u64, at: Moment) -> Order {
    let symbol = SYMBOLS[usize::try_from(number % SYMBOLS.len() as u64).expect("small")];
    let limit = price(number);
    let quantity = Qty::shares(10 + i64::try_from(number % 7).expect("small"));
    // The time in front keeps ids in the order of time, as version 7 does.
    let id = (u128::from(number + 0x0190_0000_0000) << 80) | 0x7000_8000_0000_0000_0000;
    let number = i64::try_from(number).expect("small");
    Order {
        id: OrderId(Uuid::from_u128(id)),
        account: ACCOUNT,
        portfolio: PortfolioId(1 + number % PORTFOLIOS),
        user: UserId(1 + number % PEOPLE),
        draft: Draft {
            symbol: named(symbol),
            side: if number % 3 == 0 { Side::Sell } else { Side::Buy },
            quantity,
            order_type: OrderType::Limit { limit },
            time_in_force: TimeInForce::Day,
            note: if number % 50 == 0 { "rebalance".to_owned() } else { String::new() },
            special: Special::default(),
        },
        asked: None,
        class: OrderClass::Simple,
        parent: None,
        state: State::sure(Status::Intended),
        filled: Qty::ZERO,
        filled_value: Money::ZERO,
        attempt: 1,
        reserved: quantity * limit,
        shown: Shown { last: Some(limit), version: None },
        approver: None,
        placed: at,
        updated: at,
        due: None,
        look_ups: 0,
        reason: None,
        version: 1,
    }
}

fn sent(order: &Order) -> VenueOrder {
    VenueOrder {
        client_id: order.client_id(),
        account: order.account,
        order: Some(order.id),
        attempt: order.attempt,
        venue_id: None,
        status: order.state.status,
        quantity: order.draft.quantity,
        filled: Qty::ZERO,
        closing_total: None,
        asked: None,
    }
}

fn entry(position: &Position, shares: Qty, cash: Money, at: Moment) -> Entry {
    Entry {
        account: ACCOUNT,
        portfolio: position.portfolio,
        kind: EntryKind::Fill,
        symbol: Some(position.symbol),
        quantity: shares,
        cash,
        trade_date: date(2025, 10, 9),
        settle_date: date(2025, 10, 10),
        execution: None,
        user: None,
        note: String::new(),
        at,
    }
}
