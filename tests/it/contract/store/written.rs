//! What is written is there afterwards, exactly; what may not be written changes nothing.
//! Must never look at a store from outside the port.

use jiff::civil::date;
use trading_desk::desk::event::{Account, Credential, EventKind, VenueKind};
use trading_desk::desk::port::{Batch, LargestIds, Opening, Row, Store};
use trading_desk::domain::entries::EntryKind;
use trading_desk::domain::ids::{
    AccountId, ClientOrderId, PortfolioId, Sequence, UserId, WatchlistId,
};
use trading_desk::domain::lifecycle::{Certainty, Pending, State, Status};
use trading_desk::domain::numbers::{Money, Price, Qty, Ratio};
use trading_desk::domain::orders::{
    Amendment, Order, OrderType, Side, TimeInForce, Trail, VenueOrder,
};
use trading_desk::domain::portfolios::{Access, PortfolioKind};
use trading_desk::domain::positions::Position;
use trading_desk::domain::roles::{Grant, Role, RoleName};
use trading_desk::domain::special::{Exit, Group, StopLoss};
use trading_desk::domain::time::DeskTime;
use trading_desk::domain::trading::TradingState;

use super::samples::{
    TODAY, account, balance, entry, event, fill, foundation, mark, moment, opening, order,
    order_id, portfolio, rows, setting, sign_in, symbol, user, venue_order, watchlist,
};
use super::{Home, load};

fn given(user: i64, grant: Grant) -> Access {
    Access::given(PortfolioId(1), UserId(user), grant)
}

fn halted(reason: &str) -> TradingState {
    TradingState::Halted { reason: reason.to_owned() }
}

fn closing_only(reason: &str) -> TradingState {
    TradingState::ClosingOnly { reason: reason.to_owned() }
}

pub(super) async fn an_empty_store_holds_the_four_roles_and_nothing_else(home: &impl Home) {
    let loaded = load(&home.open().await).await;
    let seeded: Vec<Role> = RoleName::ALL.into_iter().map(Role::seeded).collect();
    assert_eq!(loaded.roles, seeded);
    assert_eq!(loaded.account, None);
    assert_eq!(loaded.sequence, Sequence(0));
    assert_eq!(loaded.largest, LargestIds::default());
    assert_eq!((loaded.trading, loaded.marked_through), (TradingState::Active, None));
    assert!(loaded.users.is_empty() && loaded.orders.is_empty() && loaded.settings.is_empty());
}

pub(super) async fn what_was_committed_is_there_after_a_restart(home: &impl Home) {
    let store = home.open().await;
    store.commit(foundation()).await.expect("the foundation is written");
    let written = vec![
        Row::Watchlist(watchlist(4, "Mine", &["AAPL", "BRK.B"])),
        Row::Watchlist(watchlist(5, "Empty", &[])),
        Row::Setting(setting("theme", "dark", 1)),
        Row::Setting(setting("confirm_above", "", 3)),
        Row::Trading(halted("a fire drill")),
    ];
    store.commit(rows(written)).await.expect("rows are written");
    let loaded = load(&home.reopen(store).await).await;
    assert_eq!(loaded.account, Some(account()));
    assert_eq!(loaded.sequence, Sequence(6));
    let people = [
        user(1, "ada", RoleName::Admin),
        user(2, "ben", RoleName::Trader),
        user(3, "cleo", RoleName::Viewer),
    ];
    assert_eq!(loaded.users, people);
    let books = [
        portfolio(1, "Growth", PortfolioKind::Shared),
        portfolio(2, "Ada's own", PortfolioKind::Personal),
    ];
    assert_eq!(loaded.portfolios, books);
    let credentials = [
        (UserId(1), Credential::Password("$argon2id$v=19$x".to_owned())),
        (UserId(2), Credential::Open),
    ];
    assert_eq!(loaded.credentials, credentials);
    let grants = [given(1, Grant::Admin), given(2, Grant::Trade), given(3, Grant::View)];
    assert_eq!(loaded.grants, grants);
    assert_eq!(loaded.sign_ins, [sign_in(1, 1)]);
    let lists = [watchlist(4, "Mine", &["AAPL", "BRK.B"]), watchlist(5, "Empty", &[])];
    assert_eq!(loaded.watchlists, lists);
    assert_eq!(loaded.settings, [setting("confirm_above", "", 3), setting("theme", "dark", 1)]);
    assert_eq!(loaded.trading, halted("a fire drill"));
    let largest = LargestIds { user: 3, portfolio: 2, watchlist: 5, account: 1 };
    assert_eq!(loaded.largest, largest);
}

/// An order of each kind, each in another state, every optional fill-in used by one and empty in
/// another.
fn orders_of_every_kind() -> Vec<Order> {
    let limit = Price::cents(18_750);
    let stop = Price::parse("0.8315").expect("a price");
    let kinds = [
        OrderType::Market,
        OrderType::Limit { limit },
        OrderType::Stop { stop },
        OrderType::StopLimit { stop, limit },
        OrderType::TrailingStop { trail: Trail::Amount(Price::cents(125)) },
        OrderType::TrailingStop { trail: Trail::Percent(Ratio(12_500)) },
    ];
    let stop_loss = StopLoss { stop, limit: None };
    let groups = [
        Group::Simple,
        Group::Bracket { take_profit: limit, stop_loss },
        Group::Oco { stop_loss: StopLoss { limit: Some(limit), ..stop_loss } },
        Group::Oto(Exit::TakeProfit(limit)),
        Group::Oto(Exit::StopLoss(stop_loss)),
    ];
    let pendings = [Pending::None, Pending::Cancel, Pending::Replace];
    let asked = Amendment {
        quantity: Some(Qty::parse("12.000000001").expect("a quantity")),
        limit: Some(Price::cents(18_800)),
        stop: Some(stop),
        trail: Some(Trail::Percent(Ratio(7))),
        time_in_force: Some(TimeInForce::Gtc),
    };
    let mut orders = Vec::new();
    for (number, status) in (1..).zip(Status::ALL) {
        let index = usize::try_from(number).expect("small");
        let mut order = order(number);
        order.draft.order_type = kinds[index % kinds.len()];
        order.draft.time_in_force = TimeInForce::ALL[index % TimeInForce::ALL.len()];
        order.draft.side = if index.is_multiple_of(2) { Side::Buy } else { Side::Sell };
        let group = groups[index % groups.len()];
        order.class = group.class();
        // A leg is of its parent's class, and has no legs of its own.
        let is_leg = index.is_multiple_of(3);
        order.draft.special.group = if is_leg { Group::Simple } else { group };
        let certainty = if index.is_multiple_of(2) { Certainty::Sure } else { Certainty::Unknown };
        order.state = State { status, pending: pendings[index % pendings.len()], certainty };
        if is_leg {
            order.asked = Some(asked);
            order.parent = Some(order_id(number - 1));
            order.approver = Some(UserId(3));
            order.due = Some(DeskTime::from_ns(i64::MAX));
            order.look_ups = u32::MAX;
            order.reason = Some("the venue's own words: \"no\" – really".to_owned());
            order.shown.version = Some(41);
            order.shown.last = None;
            "two\nlines, ünïcode; and a 'quote'".clone_into(&mut order.draft.note);
            order.reserved = Money::parse("0.000000000000000001").expect("money");
        }
        orders.push(order);
    }
    orders
}

pub(super) async fn orders_of_every_kind_come_back_as_they_were(home: &impl Home) {
    let store = home.open().await;
    store.commit(foundation()).await.expect("the foundation is written");
    let orders = orders_of_every_kind();
    let sent: Vec<VenueOrder> = orders
        .iter()
        .map(|order| VenueOrder {
            venue_id: order.approver.map(|_| "V-1".to_owned()),
            closing_total: order.approver.map(|_| Qty::shares(7)),
            asked: order.asked,
            ..venue_order(order)
        })
        .collect();
    let mut written: Vec<Row> =
        orders.iter().map(|order| Row::Order(Box::new(order.clone()))).collect();
    written.extend(sent.iter().map(|sent| Row::VenueOrder(Box::new(sent.clone()))));
    store.commit(rows(written)).await.expect("orders are written");
    let store = home.reopen(store).await;
    let loaded = load(&store).await;
    assert_eq!(loaded.orders, orders);
    assert_eq!(loaded.venue_orders, sent);
    for order in orders {
        let found = store.find_order(order.id).await.expect("it is looked up");
        assert_eq!(found, Some(order));
    }
    assert_eq!(store.find_order(order_id(999)).await.expect("it is looked up"), None);
}

pub(super) async fn a_later_row_replaces_an_earlier_one(home: &impl Home) {
    let store = home.open().await;
    store.commit(foundation()).await.expect("the foundation is written");
    let mut ben = user(2, "ben", RoleName::Trader);
    ben.active = false;
    ben.version = 2;
    let mut growth = portfolio(1, "Growth", PortfolioKind::Shared);
    "Growth and income".clone_into(&mut growth.name);
    growth.version = 2;
    let mut trader = Role::seeded(RoleName::Trader);
    trader.max_trade_value = None;
    trader.version = 2;
    let mut ended = sign_in(1, 1);
    ended.ended = Some(moment(99));
    let first = vec![
        Row::User(ben.clone()),
        Row::Portfolio(growth.clone()),
        Row::Role(trader.clone()),
        Row::SignIn(ended),
        Row::Credential(UserId(2), Credential::Password("$argon2id$2".to_owned())),
        Row::Grant(Access { grant: None, version: 2, ..given(3, Grant::View) }),
        Row::Grant(Access { version: 2, ..given(2, Grant::View) }),
        Row::Watchlist(watchlist(1, "Mine", &["AAPL"])),
        Row::Setting(setting("theme", "dark", 1)),
        Row::Trading(halted("why")),
        // The same keys again, later in the same batch.
        Row::Setting(setting("theme", "light", 2)),
        Row::WatchlistDropped(WatchlistId(1)),
        Row::Watchlist(watchlist(2, "Mine", &["SPY"])),
        Row::Trading(closing_only("a step back")),
    ];
    store.commit(rows(first)).await.expect("rows are written");
    let loaded = load(&home.reopen(store).await).await;
    assert_eq!(loaded.users[1], ben);
    assert_eq!(loaded.portfolios[0], growth);
    assert_eq!(loaded.roles[1], trader);
    assert_eq!(loaded.sign_ins, []);
    assert_eq!(loaded.credentials[1].1, Credential::Password("$argon2id$2".to_owned()));
    // What was taken away is kept with its version.
    let grants = [
        given(1, Grant::Admin),
        Access { version: 2, ..given(2, Grant::View) },
        Access { grant: None, version: 2, ..given(3, Grant::View) },
    ];
    assert_eq!(loaded.grants, grants);
    assert_eq!(loaded.watchlists, [watchlist(2, "Mine", &["SPY"])]);
    assert_eq!(loaded.settings, [setting("theme", "light", 2)]);
    assert_eq!(loaded.trading, closing_only("a step back"));
}

/// A finished order with one fill, booked, with its position and cash.
fn finished(number: u64, ended: i64) -> (Order, Vec<Row>) {
    let mut order = order(number);
    order.state = State::sure(Status::Filled);
    order.filled = order.draft.quantity;
    order.updated = moment(ended);
    let fill = fill(&order, order.draft.quantity, order.draft.quantity, ended);
    let entry = entry(&fill);
    let rows = vec![
        Row::Order(Box::new(order.clone())),
        Row::VenueOrder(Box::new(venue_order(&order))),
        Row::Fill(Box::new(fill)),
        Row::Entry(Box::new(entry)),
    ];
    (order, rows)
}

pub(super) async fn the_past_is_left_where_it_is(home: &impl Home) {
    let store = home.open().await;
    store.commit(foundation()).await.expect("the foundation is written");
    // Yesterday's order, today's, one that still works since last week.
    let (old, mut written) = finished(1, -3_600);
    let (new, more) = finished(2, 60);
    let mut working = order(3);
    working.placed = moment(-600_000);
    working.updated = moment(-600_000);
    written.extend(more);
    written.push(Row::Order(Box::new(working.clone())));
    written.push(Row::VenueOrder(Box::new(venue_order(&working))));
    let mut position = Position::flat(PortfolioId(1), old.draft.symbol);
    let mut cash = Money::ZERO;
    for row in &written {
        if let Row::Entry(entry) = row {
            position = position.with(entry.quantity, entry.cash);
            cash += entry.cash;
        }
    }
    written.push(Row::Position(position));
    written.push(Row::Balance(balance(1, cash)));
    let days = [date(2026, 2, 23), date(2026, 2, 24), TODAY];
    written.extend(days.map(|day| Row::Mark(mark(1, "AAPL", day, Price::cents(18_800)))));
    let marked = event(7, EventKind::DayMarked { date: TODAY, marks: Vec::new() });
    written.push(Row::MarkedThrough(TODAY));
    store.commit(Batch { events: vec![marked], rows: written }).await.expect("rows are written");
    let store = home.reopen(store).await;
    let loaded = load(&store).await;
    assert_eq!(loaded.orders, [working.clone(), new.clone()]);
    assert_eq!(loaded.venue_orders, [venue_order(&new), venue_order(&working)]);
    assert_eq!(loaded.fills.len(), 1);
    assert_eq!(loaded.fills[0].order, new.id);
    assert_eq!(loaded.positions, [position]);
    assert_eq!(loaded.balances, [balance(1, cash)]);
    assert_eq!(loaded.marks, [mark(1, "AAPL", TODAY, Price::cents(18_800))]);
    let before = mark(1, "AAPL", date(2026, 2, 24), Price::cents(18_800));
    assert_eq!(loaded.earlier_marks, [before], "day P&L after the close starts there");
    assert_eq!(loaded.marked_through, Some(TODAY));
    assert_eq!(store.find_order(old.id).await.expect("it is looked up"), Some(old.clone()));
    let found = store.find_past(old.id).await.expect("it is looked up").expect("it is there");
    assert_eq!(found.venue_orders, [venue_order(&old)]);
    assert_eq!(found.fills, [fill(&old, old.filled, old.filled, -3_600)]);
    assert_eq!(found.order, old);
    assert_eq!(store.find_past(order_id(999)).await.expect("it is looked up"), None);
    assert_eq!(home.findings(&store).await, Vec::<String>::new());
}

pub(super) async fn accounts_stay_apart(home: &impl Home) {
    let store = home.open().await;
    store.commit(foundation()).await.expect("the foundation is written");
    let paper = Account { id: AccountId(2), venue: VenueKind::Alpaca, number: "PA-2".to_owned() };
    let mut book = portfolio(3, "Growth", PortfolioKind::Shared);
    book.account = paper.id;
    let mut other = order(1);
    other.account = paper.id;
    other.portfolio = book.id;
    let held = Position::flat(book.id, symbol("AAPL"));
    let written = vec![
        Row::Account(paper.clone()),
        Row::Portfolio(book.clone()),
        Row::Grant(Access::given(book.id, UserId(2), Grant::Trade)),
        Row::Order(Box::new(other.clone())),
        Row::VenueOrder(Box::new(venue_order(&other))),
        Row::Position(held),
        Row::Balance(balance(3, Money::ZERO)),
    ];
    store.commit(rows(written)).await.expect("rows are written");
    let here = load(&store).await;
    assert_eq!((here.orders.len(), here.positions.len(), here.balances.len()), (0, 0, 0));
    assert_eq!((here.portfolios.len(), here.grants.len()), (2, 3));
    let there = Opening { venue: paper.venue, number: paper.number.clone(), ..opening() };
    let there = store.load(there).await.expect("the store loads");
    assert_eq!(there.account, Some(paper));
    assert_eq!((there.portfolios, there.orders), (vec![book], vec![other]));
    assert_eq!((there.positions, there.grants.len(), there.venue_orders.len()), (vec![held], 1, 1));
    // People and roles are everybody's.
    assert_eq!((there.users.len(), there.roles.len()), (3, 4));
    assert_eq!(there.largest, LargestIds { user: 3, portfolio: 3, watchlist: 0, account: 2 });
}

pub(super) async fn a_fill_is_booked_once(home: &impl Home) {
    let store = home.open().await;
    store.commit(foundation()).await.expect("the foundation is written");
    let (order, written) = finished(1, 60);
    store.commit(rows(written)).await.expect("rows are written");
    // The venue's history gives the same execution another id.
    let mut again = fill(&order, order.draft.quantity, order.draft.quantity, 61);
    "another id".clone_into(&mut again.execution);
    let before = load(&store).await.fills;
    assert!(store.commit(rows(vec![Row::Fill(Box::new(again))])).await.is_err());
    assert_eq!(load(&store).await.fills, before);
}

pub(super) async fn an_older_version_never_wins(home: &impl Home) {
    let store = home.open().await;
    store.commit(foundation()).await.expect("the foundation is written");
    let mut newer = order(1);
    newer.version = 5;
    store.commit(rows(vec![Row::Order(Box::new(newer.clone()))])).await.expect("it is written");
    let mut older = order(1);
    older.version = 4;
    older.reason = Some("late".to_owned());
    assert!(store.commit(rows(vec![Row::Order(Box::new(older))])).await.is_err());
    let mut ben = user(2, "ben", RoleName::Trader);
    ben.version = 3;
    store.commit(rows(vec![Row::User(ben.clone())])).await.expect("it is written");
    ben.version = 2;
    ben.active = false;
    assert!(store.commit(rows(vec![Row::User(ben)])).await.is_err());
    let taken = Access { grant: None, version: 2, ..given(2, Grant::Trade) };
    store.commit(rows(vec![Row::Grant(taken)])).await.expect("it is written");
    assert!(store.commit(rows(vec![Row::Grant(given(2, Grant::Trade))])).await.is_err());
    let mut position = Position::flat(PortfolioId(1), symbol("AAPL"));
    position.entries = 3;
    store.commit(rows(vec![Row::Position(position)])).await.expect("it is written");
    position.entries = 2;
    assert!(store.commit(rows(vec![Row::Position(position)])).await.is_err());
    let loaded = load(&store).await;
    assert_eq!(loaded.orders, [newer]);
    assert_eq!((loaded.users[1].version, loaded.users[1].active), (3, true));
    assert_eq!(loaded.positions[0].entries, 3);
    assert_eq!(loaded.grants[1], taken);
}

pub(super) async fn a_batch_is_written_whole_or_not_at_all(home: &impl Home) {
    let store = home.open().await;
    store.commit(foundation()).await.expect("the foundation is written");
    let drill = |sequence| event(sequence, EventKind::TradingSet(halted("drill")));
    // The last row belongs to a portfolio that is not there; so nothing of the batch may stay.
    let mut stray = order(2);
    stray.portfolio = PortfolioId(77);
    let bad = Batch {
        events: vec![drill(7), drill(8)],
        rows: vec![
            Row::Trading(halted("drill")),
            Row::Order(Box::new(order(1))),
            Row::Order(Box::new(stray)),
        ],
    };
    assert!(store.commit(bad).await.is_err());
    // Nor may a batch whose lines do not follow the journal's last one.
    let gap = Batch { events: vec![drill(9)], rows: vec![Row::Trading(halted("gap"))] };
    assert!(store.commit(gap).await.is_err());
    let loaded = load(&store).await;
    let active = TradingState::Active;
    assert_eq!((loaded.trading, loaded.orders, loaded.sequence), (active, vec![], Sequence(6)));
    // And what follows is written as if nothing had been tried.
    let good = Batch { events: vec![drill(7)], rows: vec![Row::Order(Box::new(order(1)))] };
    store.commit(good).await.expect("a sound batch is written");
    store.commit(Batch::default()).await.expect("nothing to write is nothing to refuse");
    let loaded = load(&home.reopen(store).await).await;
    assert_eq!((loaded.orders, loaded.sequence), (vec![order(1)], Sequence(7)));
}

/// More rows of each table than are written in one trip, in an order that no key would allow.
pub(super) async fn a_large_batch_is_written_in_its_order(home: &impl Home) {
    let store = home.open().await;
    store.commit(foundation()).await.expect("the foundation is written");
    let mut written = Vec::new();
    let mut position = Position::flat(PortfolioId(1), symbol("AAPL"));
    let mut cash = Money::ZERO;
    for number in 1..=21 {
        let (_, mut finished) = finished(number, 60);
        if let Some(Row::Entry(entry)) = finished.last() {
            position = position.with(entry.quantity, entry.cash);
            cash += entry.cash;
        }
        finished.reverse();
        written.extend(finished);
        written.push(Row::Position(position));
        written.push(Row::Balance(balance(1, cash)));
    }
    let events = (7..40)
        .map(|sequence| event(sequence, EventKind::TradingSet(TradingState::Active)))
        .collect();
    store.commit(Batch { events, rows: written }).await.expect("the batch is written");
    let store = home.reopen(store).await;
    let loaded = load(&store).await;
    assert_eq!((loaded.orders.len(), loaded.fills.len()), (21, 21));
    assert_eq!((loaded.positions, loaded.sequence), (vec![position], Sequence(39)));
    assert_eq!(home.findings(&store).await, Vec::<String>::new());
    // A cache that is not the fold of its entries is found.
    position.cost += Money::cents(1);
    let wrong = vec![Row::Position(position), Row::Balance(balance(1, cash + Money::cents(1)))];
    store.commit(rows(wrong)).await.expect("the store keeps what it is given");
    let mut unbooked = order(50);
    unbooked.filled = Qty::shares(1);
    store.commit(rows(vec![Row::Order(Box::new(unbooked))])).await.expect("it is written");
    // So is an order that the desk refused and sent.
    let mut refused = order(51);
    refused.state = State::sure(Status::Rejected);
    refused.attempt = 0;
    let sent = VenueOrder { client_id: ClientOrderId::of(refused.id, 1), ..venue_order(&refused) };
    let wrong = vec![Row::Order(Box::new(refused)), Row::VenueOrder(Box::new(sent))];
    store.commit(rows(wrong)).await.expect("it is written");
    let findings = home.findings(&store).await;
    assert_eq!(findings.len(), 4, "{findings:?}");
    assert!(findings[0].contains("AAPL") && findings[1].contains("cash row"), "{findings:?}");
    assert!(findings[2].contains("sum of its fills"), "{findings:?}");
    assert!(findings[3].contains("refused by the desk"), "{findings:?}");
    assert_eq!(EntryKind::ALL.len(), 9);
}
