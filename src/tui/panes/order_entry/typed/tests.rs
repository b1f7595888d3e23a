//! Lines of orders: what they open, and the words for what they are not.
//! Must never need a ticket to be open.

use super::{Typed, cancel, flatten, ticket};
use crate::domain::numbers::{Money, Price, Qty, Ratio};
use crate::domain::orders::{OrderType, Side, TimeInForce, Trail};
use crate::domain::roles::RoleName;
use crate::domain::special::{Group, Special, StopLoss};
use crate::tui::action::Action;
use crate::tui::effect::{Effect, TicketStart};
use crate::tui::fixture::Fixture;
use crate::tui::fixture::books::{GROWTH, OWN};
use crate::tui::fixture::market::symbol;

fn run(fixture: &Fixture, line: &str) -> Typed {
    let words: Vec<&str> = line.split_whitespace().collect();
    let ctx = fixture.ctx();
    match words[0] {
        "buy" => ticket(Side::Buy, &words[1..], &ctx),
        "sell" => ticket(Side::Sell, &words[1..], &ctx),
        "cancel" => cancel(&words[1..], &ctx),
        _ => flatten(&words[1..], &ctx),
    }
}

fn start(line: &str) -> TicketStart {
    match run(&Fixture::desk(), line).expect(line).pop() {
        Some(Effect::Ticket(start)) => start,
        _ => panic!("{line} opens no ticket"),
    }
}

fn why(line: &str) -> String {
    run(&Fixture::desk(), line).err().unwrap_or_else(|| panic!("{line} is read"))
}

fn sell(order_type: OrderType) -> TicketStart {
    TicketStart {
        side: Side::Sell,
        portfolio: Some(OWN),
        symbol: Some(symbol("AAPL")),
        quantity: Some(Qty::shares(100)),
        order_type: Some(order_type),
        time_in_force: None,
        special: Special::default(),
    }
}

#[test]
fn tickets() {
    let limit = Price::cents(18_750);
    let stop = Price::cents(18_000);
    let gtc = Some(TimeInForce::Gtc);
    let trail = |trail| sell(OrderType::TrailingStop { trail });
    for (line, expected) in [
        ("sell 100 AAPL", sell(OrderType::Market)),
        ("sell aapl 100 MARKET", sell(OrderType::Market)),
        (
            "sell 100 AAPL @ 187.5 gtc",
            TicketStart { time_in_force: gtc, ..sell(OrderType::Limit { limit }) },
        ),
        ("sell 100 AAPL @187.50", sell(OrderType::Limit { limit })),
        ("sell 100 AAPL stop 180", sell(OrderType::Stop { stop })),
        (
            "sell 100 AAPL stop 180 limit 187.5 GTC",
            TicketStart { time_in_force: gtc, ..sell(OrderType::StopLimit { stop, limit }) },
        ),
        ("sell 100 AAPL trail 1.5%", trail(Trail::Percent(Ratio(15_000)))),
        (
            "sell 100 AAPL trail 0.5 in growth",
            TicketStart { portfolio: Some(GROWTH), ..trail(Trail::Amount(Price::cents(50))) },
        ),
        ("sell 100 AAPL in Tara's book", sell(OrderType::Market)),
        (
            "sell 100 AAPL @ 187.5 extended",
            TicketStart {
                special: Special { extended_hours: true, ..Special::default() },
                ..sell(OrderType::Limit { limit })
            },
        ),
        (
            "sell 100 AAPL @ 187.5 profit 180 loss 187.5",
            TicketStart {
                special: Special {
                    group: Group::Bracket {
                        take_profit: stop,
                        stop_loss: StopLoss { stop: limit, limit: None },
                    },
                    ..Special::default()
                },
                ..sell(OrderType::Limit { limit })
            },
        ),
        (
            "sell 100 AAPL @ 187.5 oco loss 180",
            TicketStart {
                special: Special {
                    group: Group::Oco { stop_loss: StopLoss { stop, limit: None } },
                    ..Special::default()
                },
                ..sell(OrderType::Limit { limit })
            },
        ),
        (
            "sell $500 AAPL",
            TicketStart {
                quantity: None,
                special: Special { dollars: Some(Money::dollars(500)), ..Special::default() },
                ..sell(OrderType::Market)
            },
        ),
        ("sell AAPL", TicketStart { quantity: None, ..sell(OrderType::Market) }),
    ] {
        assert_eq!(start(line), expected, "{line}");
    }
    assert_eq!(start("buy 100 AAPL").side, Side::Buy);
}

#[test]
fn mistakes_are_named() {
    let grid = "'0.00001': 0.00001 is not on the price grid: steps of $0.0001 here";
    for (line, words) in [
        ("buy 100", "Which symbol? Like this: buy 100 AAPL @ 187.5 gtc"),
        ("buy 100 AAPLX", "AAPLX is not a tradable symbol"),
        ("buy -5 AAPL", "'-5': no sign here: use a number above zero"),
        ("buy 1e9 AAPL", "'1e9': digits and one point only"),
        ("buy 100 AAPL @", "A price is missing behind '@'"),
        ("buy 100 AAPL @ 0.00001", grid),
        ("buy 100 AAPL 187.5", "'187.5': a price comes behind @, stop or trail"),
        ("buy 100 AAPL MSFT", "'MSFT' is no term of an order"),
        ("buy 100 AAPL market @ 187", "A market order has no price"),
        ("buy 100 AAPL trail 1 stop 180", "A trail stands alone: no limit and no stop beside it"),
        ("buy 100 AAPL trail", "A distance is missing behind 'trail'"),
        ("buy 100 AAPL in Nowhere", "There is no portfolio 'Nowhere'"),
        ("buy 100 AAPL in", "A portfolio is missing behind 'in'"),
        (
            "buy 100 AAPL in Income",
            "You have 'view' access but need 'trade' access. Its owner or an admin can give it.",
        ),
        ("buy 1 😀", "😀 is not a tradable symbol"),
        ("cancel all AAPL MSFT", "Like this: cancel all AAPL"),
        ("cancel nothing", "NOTHING is not a tradable symbol"),
        ("flatten AAPL now", "Like this: flatten AAPL in Growth"),
        ("flatten AAPL in", "Like this: flatten AAPL in Growth"),
    ] {
        assert_eq!(why(line), words, "{line}");
    }
}

#[test]
fn a_verb_alone_is_about_the_row_under_the_cursor() {
    for (line, action) in [
        ("buy", Action::Buy),
        ("sell", Action::Sell),
        ("cancel", Action::Cancel),
        ("flatten", Action::Flatten),
    ] {
        let effects = run(&Fixture::desk(), line).expect(line);
        assert!(matches!(effects.as_slice(), [Effect::Run(found)] if *found == action), "{line}");
    }
}

#[test]
fn cancels_are_listed_first() {
    let fixture = Fixture::desk().sized(100, 30);
    for (line, scope, count) in [
        ("cancel all", "[all]", 7),
        ("cancel all AAPL", "[AAPL]", 2),
        ("cancel msft", "[MSFT]", 2),
        ("cancel mine", "[mine]", 6),
        ("cancel all buys", "[buys]", 3),
    ] {
        let mut effects = run(&fixture, line).expect(line);
        let Some(Effect::Open(layer)) = effects.pop() else { panic!("{line} opens a list") };
        let text = fixture.layer_text(layer.as_ref());
        let asks = format!("Cancel these {count} orders?");
        assert!(text.contains(scope) && text.contains(&asks), "{line}: {text}");
    }
    let why = run(&Fixture::of(RoleName::Viewer), "cancel all").err();
    assert_eq!(why, None, "a grant to trade is all that a cancel takes");
}

#[test]
fn a_flatten_names_its_position() {
    let mut effects = run(&Fixture::desk(), "flatten TSLA in Growth").expect("read");
    let Some(Effect::RunAbout(Action::Flatten, subject)) = effects.pop() else {
        panic!("flattens")
    };
    assert_eq!((subject.portfolio, subject.symbol), (Some(GROWTH), Some(symbol("TSLA"))));
}
