//! Looking into the past: pages of orders and fills, timelines and curves, each against what a
//! list in memory gives. Must never trust the store's own sorting to check it.

use std::cmp::Ordering;

use jiff::civil::date;
use trading_desk::desk::command::{EquityPoint, OrderColumn, OrderFilter, Stage};
use trading_desk::desk::entropy::Entropy;
use trading_desk::desk::event::{Event, EventKind, Filled, OrderStep};
use trading_desk::desk::port::{Batch, FillsWanted, Row, Store};
use trading_desk::domain::ids::{PortfolioId, UserId};
use trading_desk::domain::lifecycle::{Certainty, Pending, State, Status};
use trading_desk::domain::marks::DailyMark;
use trading_desk::domain::numbers::{Money, Price, Qty};
use trading_desk::domain::orders::{Amendment, Fill, Order, OrderType, Side};
use trading_desk::domain::portfolios::PortfolioKind;
use trading_desk::domain::positions::Position;
use trading_desk::domain::roles::RoleName;

use super::Home;
use super::samples::{
    TODAY, balance, entry, event, fill, foundation, interest, mark, moment, order, order_id,
    portfolio, rows, symbol, user, venue_order,
};

const ORDERS: u64 = 240;
const COLUMNS: [OrderColumn; 10] = [
    OrderColumn::Placed,
    OrderColumn::Symbol,
    OrderColumn::Side,
    OrderColumn::Quantity,
    OrderColumn::Type,
    OrderColumn::Limit,
    OrderColumn::Filled,
    OrderColumn::Status,
    OrderColumn::Portfolio,
    OrderColumn::User,
];
const STAGES: [Stage; 5] =
    [Stage::All, Stage::Working, Stage::Filled, Stage::Canceled, Stage::Refused];

/// Orders of every stage, two portfolios and three people, many of them placed at one moment.
fn many_orders() -> Vec<Order> {
    let mut chance = Entropy::from_number(7);
    let mut below =
        |count: usize| usize::try_from(chance.next_u64() % count as u64).expect("small");
    let symbols = ["AAPL", "BRK.B", "SPY", "F", "SPYG"].map(symbol);
    let notes = ["", "", "rebalance", "50% off_hand", "Ünïcode \\ and 'quotes'", "two\nlines"];
    let pendings = [Pending::None, Pending::None, Pending::Cancel, Pending::Replace];
    (1..=ORDERS)
        .map(|number| {
            let mut order = order(number);
            let limit = Price::cents(18_000 + i64::try_from(below(9)).expect("small"));
            order.portfolio = PortfolioId(1 + i64::try_from(below(2)).expect("small"));
            order.user = UserId(1 + i64::try_from(below(3)).expect("small"));
            order.draft.symbol = symbols[below(symbols.len())];
            order.draft.side = if below(2) == 0 { Side::Buy } else { Side::Sell };
            order.draft.quantity = Qty::shares(1 + i64::try_from(below(5)).expect("small"));
            order.draft.order_type = match below(3) {
                0 => OrderType::Market,
                1 => OrderType::Stop { stop: limit },
                _ => OrderType::Limit { limit },
            };
            notes[below(notes.len())].clone_into(&mut order.draft.note);
            order.state = State {
                status: Status::ALL[below(Status::ALL.len())],
                pending: pendings[below(pendings.len())],
                certainty: if below(5) == 0 { Certainty::Unknown } else { Certainty::Sure },
            };
            order.filled = Qty::shares(i64::try_from(below(3)).expect("small"));
            order.placed = moment(i64::try_from(below(60)).expect("small"));
            order
        })
        .collect()
}

async fn store_of<H: Home>(home: &H, orders: &[Order]) -> H::Store {
    let store = home.open().await;
    store.commit(foundation()).await.expect("the foundation is written");
    let written = orders.iter().map(|order| Row::Order(Box::new(order.clone()))).collect();
    store.commit(rows(written)).await.expect("orders are written");
    store
}

fn person(id: UserId) -> trading_desk::domain::users::User {
    match id.0 {
        1 => user(1, "ada", RoleName::Admin),
        2 => user(2, "ben", RoleName::Trader),
        _ => user(3, "cleo", RoleName::Viewer),
    }
}

fn book(id: PortfolioId) -> String {
    match id.0 {
        1 => portfolio(1, "Growth", PortfolioKind::Shared).name,
        _ => portfolio(2, "Ada's own", PortfolioKind::Personal).name,
    }
}

/// What the filter lets through, sorted, and all of it.
fn expected(orders: &[Order], filter: &OrderFilter) -> Vec<Order> {
    let mut found: Vec<Order> =
        orders.iter().filter(|order| passes(order, filter)).cloned().collect();
    found.sort_by(|one, other| compare(one, other, filter));
    found
}

fn passes(order: &Order, filter: &OrderFilter) -> bool {
    let stage = match filter.stage {
        Stage::All => true,
        Stage::Working => !order.state.is_final(),
        Stage::Filled => order.state.status == Status::Filled,
        Stage::Canceled => matches!(order.state.status, Status::Canceled | Status::Expired),
        Stage::Refused => order.state.status == Status::Rejected,
    };
    let text = filter.text.trim().to_ascii_lowercase();
    let holds = |place: &str| place.to_ascii_lowercase().contains(&text);
    let places = [
        order.draft.symbol.to_string(),
        order.draft.side.to_string(),
        order.draft.order_type.as_str().replace('_', " "),
        book(order.portfolio),
        person(order.user).name,
        person(order.user).login.to_string(),
        order.draft.note.clone(),
        order.state.word().to_owned(),
    ];
    stage
        && filter.portfolio.is_none_or(|wanted| order.portfolio == wanted)
        && filter.symbol.is_none_or(|wanted| order.draft.symbol == wanted)
        && filter.user.is_none_or(|wanted| order.user == wanted)
        && places.iter().any(|place| holds(place))
}

fn compare(one: &Order, other: &Order, filter: &OrderFilter) -> Ordering {
    let way = |ordering: Ordering| {
        if filter.descending { ordering.reverse() } else { ordering }
    };
    let newest = (other.placed.market, other.id).cmp(&(one.placed.market, one.id));
    let by_text = |key: fn(&Order) -> String| way(key(one).cmp(&key(other))).then(newest);
    match filter.sort {
        OrderColumn::Placed => {
            way((one.placed.market, one.id).cmp(&(other.placed.market, other.id)))
        }
        OrderColumn::Symbol => by_text(|order| order.draft.symbol.to_string()),
        OrderColumn::Side => by_text(|order| order.draft.side.to_string()),
        OrderColumn::Type => by_text(|order| order.draft.order_type.as_str().to_owned()),
        OrderColumn::Status => by_text(|order| order.state.word().to_owned()),
        OrderColumn::Portfolio => by_text(|order| book(order.portfolio)),
        OrderColumn::User => by_text(|order| person(order.user).login.to_string()),
        OrderColumn::Quantity => way(one.draft.quantity.cmp(&other.draft.quantity)).then(newest),
        OrderColumn::Filled => way(one.filled.cmp(&other.filled)).then(newest),
        OrderColumn::Limit => {
            let price = |order: &Order| {
                let order_type = order.draft.order_type;
                order_type.limit().or(order_type.stop())
            };
            match (price(one), price(other)) {
                (Some(one), Some(other)) => way(one.cmp(&other)),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => Ordering::Equal,
            }
            .then(newest)
        }
    }
}

async fn agrees(store: &impl Store, orders: &[Order], filter: OrderFilter) {
    let all = expected(orders, &filter);
    let visible = vec![PortfolioId(1), PortfolioId(2)];
    let page = store.find_orders(filter.clone(), visible).await.expect("a page");
    let start = usize::try_from(filter.offset).expect("small").min(all.len());
    let end = (start + usize::try_from(filter.limit).expect("small")).min(all.len());
    assert_eq!(page.rows, all[start..end], "{filter:?}");
    let total = usize::try_from(page.total).expect("small");
    assert_eq!((total, page.offset), (all.len(), filter.offset), "{filter:?}");
}

pub(super) async fn pages_are_what_a_list_in_memory_gives(home: &impl Home) {
    let orders = many_orders();
    let store = store_of(home, &orders).await;
    for sort in COLUMNS {
        for (descending, offset) in [(true, 0), (false, 0), (true, 100), (false, 500)] {
            let filter =
                OrderFilter { sort, descending, offset, limit: 30, ..OrderFilter::default() };
            agrees(&store, &orders, filter.clone()).await;
            for stage in STAGES {
                agrees(&store, &orders, OrderFilter { stage, offset: 0, ..filter.clone() }).await;
            }
            let portfolio = Some(PortfolioId(2));
            agrees(&store, &orders, OrderFilter { portfolio, ..filter.clone() }).await;
            let narrow = OrderFilter {
                portfolio,
                symbol: Some(symbol("SPY")),
                user: Some(UserId(2)),
                offset: 0,
                ..filter
            };
            agrees(&store, &orders, narrow).await;
        }
    }
}

pub(super) async fn text_is_found_wherever_it_stands(home: &impl Home) {
    let orders = many_orders();
    let store = store_of(home, &orders).await;
    let mut found = 0;
    for text in [
        "spy",
        "GROWTH",
        "ada",
        "ben of",
        "Rebal",
        "50%",
        "%",
        "_hand",
        "_",
        "\\",
        "'quotes'",
        "sell",
        "stop limit",
        "pending",
        "unknown",
        "sending",
        "partially",
        "  done for day ",
        "nothing like it",
    ] {
        for stage in STAGES {
            for sort in [OrderColumn::Placed, OrderColumn::Status] {
                let text = text.to_owned();
                let filter = OrderFilter { text, stage, sort, ..OrderFilter::default() };
                found += expected(&orders, &filter).len();
                agrees(&store, &orders, filter).await;
            }
        }
    }
    assert!(found > 500, "only {found} orders were found at all");
}

pub(super) async fn only_visible_portfolios_are_looked_at(home: &impl Home) {
    let orders = many_orders();
    let store = store_of(home, &orders).await;
    let page = async |filter: OrderFilter, visible: &[i64]| {
        let visible = visible.iter().map(|id| PortfolioId(*id)).collect();
        store.find_orders(filter, visible).await.expect("a page")
    };
    let all = OrderFilter { limit: 500, ..OrderFilter::default() };
    for filter in [
        all.clone(),
        OrderFilter { text: "a".to_owned(), ..all.clone() },
        OrderFilter { stage: Stage::Working, ..all.clone() },
        OrderFilter { sort: OrderColumn::Quantity, ..all.clone() },
    ] {
        let seen = page(filter.clone(), &[2]).await;
        assert!(seen.rows.iter().all(|order| order.portfolio == PortfolioId(2)), "{filter:?}");
        assert_eq!(usize::try_from(seen.total), Ok(seen.rows.len()), "{filter:?}");
        assert!(seen.total > 10 && seen.total < 200, "{filter:?}");
        assert_eq!(page(filter.clone(), &[]).await.total, 0, "{filter:?}");
        assert_eq!(page(filter, &[77, i64::MAX]).await.rows, []);
    }
    let other = OrderFilter { portfolio: Some(PortfolioId(1)), ..all.clone() };
    assert_eq!(page(other, &[2]).await.total, 0);
    // No page is longer than the desk's bound, whatever is asked.
    let endless = OrderFilter { limit: u32::MAX, ..all };
    assert_eq!(page(endless, &[1, 2]).await.rows.len(), usize::try_from(ORDERS).expect("small"));
}

pub(super) async fn fills_come_newest_first(home: &impl Home) {
    let store = home.open().await;
    store.commit(foundation()).await.expect("the foundation is written");
    let mut fills: Vec<Fill> = Vec::new();
    let mut written = Vec::new();
    for number in 1..=40 {
        let mut order = order(number);
        order.portfolio = PortfolioId(if number % 3 == 0 { 2 } else { 1 });
        order.draft.symbol = symbol(if number % 2 == 0 { "SPY" } else { "AAPL" });
        written.push(Row::Order(Box::new(order.clone())));
        for part in 1..=2 {
            let at = i64::try_from(number).expect("small") / 4;
            let fill = fill(&order, Qty::shares(50), Qty::shares(50 * part), at);
            written.push(Row::Fill(Box::new(fill.clone())));
            fills.push(fill);
        }
    }
    store.commit(rows(written)).await.expect("fills are written");
    fills.sort_by(|one, other| {
        (other.at, &other.client_id, other.total).cmp(&(one.at, &one.client_id, one.total))
    });
    for (visible, wanted) in [(vec![1, 2], None), (vec![2], None), (vec![1, 2], Some("SPY"))] {
        let visible: Vec<PortfolioId> = visible.into_iter().map(PortfolioId).collect();
        let symbol = wanted.map(symbol);
        let seen: Vec<&Fill> = fills
            .iter()
            .filter(|fill| visible.contains(&fill.portfolio))
            .filter(|fill| symbol.is_none_or(|symbol| fill.symbol == symbol))
            .collect();
        let asked = FillsWanted { visible, symbol, offset: 5, limit: 11 };
        let page = store.find_fills(asked).await.expect("a page");
        assert_eq!(page.rows.iter().collect::<Vec<_>>(), seen[5..16]);
        assert_eq!((page.offset, page.total), (5, u32::try_from(seen.len()).expect("small")));
    }
    let nothing = FillsWanted { visible: Vec::new(), symbol: None, offset: 0, limit: 10 };
    assert_eq!(store.find_fills(nothing).await.expect("a page").total, 0);
}

/// An order that the desk refused, and the events of three refusals: by permission, of that order,
/// and of new terms for order 1.
fn refusals() -> (Order, [EventKind; 3]) {
    let reason = || "Trade value $61,250.00 exceeds your limit of $50,000.00".to_owned();
    let (ticket, portfolio) = (order_id(1), PortfolioId(1));
    let mut kept = order(3);
    kept.state = State::sure(Status::Rejected);
    kept.attempt = 0;
    kept.draft.quantity = Qty::ZERO;
    kept.reason = Some(reason());
    let draft = order(2).draft;
    let denied = EventKind::OrderDenied { ticket, portfolio, draft, reason: reason() };
    let refused = EventKind::OrderRefused { ticket, order: Box::new(kept.clone()) };
    let amendment = Amendment { quantity: Some(Qty::shares(500)), ..Amendment::default() };
    let order = order_id(1);
    let amend = EventKind::AmendRefused { order, portfolio, amendment, reason: reason() };
    (kept, [denied, refused, amend])
}

pub(super) async fn a_timeline_tells_an_order_s_story(home: &impl Home) {
    let store = home.open().await;
    store.commit(foundation()).await.expect("the foundation is written");
    let placed = order(1);
    let step = |sequence, order: &Order, step| {
        let (order, venue_order) = (Box::new(order.clone()), Box::new(venue_order(order)));
        event(sequence, EventKind::Order { order, venue_order, step })
    };
    let mut partly = placed.clone();
    partly.filled = Qty::shares(60);
    let fill = fill(&partly, Qty::shares(60), Qty::shares(60), 9);
    let booked = entry(&fill);
    let filled = Filled {
        order: partly.clone(),
        venue_order: venue_order(&partly),
        position: Position::flat(PortfolioId(1), fill.symbol).with(fill.quantity, booked.cash),
        balance: balance(1, booked.cash),
        fill,
        entry: booked,
    };
    let (turned_down, [denied, refused, amend_refused]) = refusals();
    let events: Vec<Event> = vec![
        step(7, &placed, OrderStep::Intended),
        event(8, denied),
        step(9, &placed, OrderStep::Acked),
        event(10, EventKind::Filled(Box::new(filled))),
        step(11, &partly, OrderStep::CancelAsked),
        step(12, &partly, OrderStep::CancelRefused("too late".to_owned())),
        event(13, amend_refused),
        event(14, refused),
    ];
    let written = vec![Row::Order(Box::new(partly)), Row::Order(Box::new(turned_down.clone()))];
    store.commit(Batch { events, rows: written }).await.expect("the story is written");
    let told = store.find_timeline(order_id(1)).await.expect("a timeline");
    let texts: Vec<&str> = told.iter().map(|line| line.text.as_str()).collect();
    let expected = [
        "Placed: buy 100 AAPL limit 187.50 day",
        "The venue has it",
        "Filled 60 at 187.42, 60 of 100 in all",
        "Cancel asked",
        "Cancel refused by the venue: too late",
        "Amend refused: quantity 500. Trade value $61,250.00 exceeds your limit of $50,000.00",
    ];
    assert_eq!(texts, expected);
    assert_eq!(told[0].at, moment(7));
    assert_eq!((told[0].user, told[0].door.as_str()), (Some(UserId(1)), "terminal"));
    assert_eq!(store.find_timeline(order_id(2)).await.expect("a timeline"), []);
    let told = store.find_timeline(order_id(3)).await.expect("a timeline");
    assert_eq!(told.len(), 1);
    assert!(told[0].text.contains("exceeds your limit of $50,000.00"), "{told:?}");
    let filter = OrderFilter { stage: Stage::Refused, ..OrderFilter::default() };
    let page = store.find_orders(filter, vec![PortfolioId(1)]).await.expect("a page");
    assert_eq!(page.rows, [turned_down]);
}

pub(super) async fn a_curve_follows_marks_and_cash(home: &impl Home) {
    let store = home.open().await;
    store.commit(foundation()).await.expect("the foundation is written");
    let days = [date(2026, 2, 23), date(2026, 2, 24), TODAY];
    let apple = |day, close| mark(1, "AAPL", day, Price::cents(close));
    // Spiders were sold on the second day: their last mark holds no shares, and no later one comes.
    let flat = DailyMark {
        quantity: Qty::ZERO,
        cost: Money::ZERO,
        realised: Money::dollars(25),
        ..mark(1, "SPY", days[1], Price::cents(60_000))
    };
    let marks = [
        apple(days[0], 18_700),
        mark(1, "SPY", days[0], Price::cents(60_000)),
        apple(days[1], 18_750),
        flat,
        apple(days[2], 18_900),
        mark(2, "AAPL", days[2], Price::cents(1)),
    ];
    let mut written: Vec<Row> = marks.iter().map(|mark| Row::Mark(*mark)).collect();
    written.push(Row::Entry(Box::new(interest(1, Money::dollars(3), date(2026, 2, 20)))));
    written.push(Row::Entry(Box::new(interest(1, Money::dollars(4), days[1]))));
    written.push(Row::Entry(Box::new(interest(2, Money::dollars(500), days[1]))));
    store.commit(rows(written)).await.expect("marks are written");
    let allocated = portfolio(1, "Growth", PortfolioKind::Shared).allocation.expect("some");
    let profits = [
        marks[0].total() + marks[1].total(),
        marks[2].total() + Money::dollars(25),
        marks[4].total() + Money::dollars(25),
    ];
    let interests = [Money::dollars(3), Money::dollars(7), Money::dollars(7)];
    let expected: Vec<EquityPoint> = (0..3)
        .map(|day| EquityPoint {
            date: days[day],
            profit: profits[day],
            value: allocated + interests[day] + profits[day],
        })
        .collect();
    assert_eq!(store.find_equity(PortfolioId(1)).await.expect("a curve"), expected);
    assert_eq!(store.find_equity(PortfolioId(99)).await.expect("a curve"), []);
    // A day's mark is written once.
    let again = rows(vec![Row::Mark(apple(days[2], 1))]);
    assert!(store.commit(again).await.is_err());
}
