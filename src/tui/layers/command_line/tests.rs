//! The command line as lines and what they mean, and as a picture.
//! Must never pass a line that does half of what it says.

use super::CommandLine;
use super::complete::complete;
use super::parse::parse;
use crate::desk::command::Command;
use crate::domain::ids::UserId;
use crate::domain::numbers::{Qty, Ratio};
use crate::domain::orders::{OrderType, Side, TimeInForce, Trail};
use crate::domain::roles::{Grant, RoleName};
use crate::tui::action::Action;
use crate::tui::ask::Want;
use crate::tui::effect::{Effect, Reaction, TicketStart};
use crate::tui::fixture::Fixture;
use crate::tui::fixture::books::{GROWTH, OWN};
use crate::tui::fixture::market::{price, symbol};

fn ticket(line: &str) -> TicketStart {
    let fixture = Fixture::desk();
    let mut effects = parse(line, &fixture.ctx()).expect(line);
    match effects.pop() {
        Some(Effect::Ticket(start)) => start,
        _ => panic!("{line} opens no ticket"),
    }
}

fn command(line: &str) -> Command {
    let fixture = Fixture::desk();
    let mut effects = parse(line, &fixture.ctx()).expect(line);
    match effects.pop() {
        Some(Effect::Ask(_, Want::Act(command))) => command,
        _ => panic!("{line} asks for nothing"),
    }
}

fn refused(line: &str) -> String {
    let fixture = Fixture::desk();
    parse(line, &fixture.ctx()).err().unwrap_or_else(|| panic!("{line} is read"))
}

#[test]
fn an_order_line_fills_a_ticket() {
    let start = ticket("buy 100 aapl @ 187.5 gtc");
    assert_eq!(start.side, Side::Buy);
    assert_eq!(start.quantity, Some(Qty::shares(100)));
    assert_eq!(start.symbol, Some(symbol("AAPL")));
    assert_eq!(start.order_type, Some(OrderType::Limit { limit: price("187.5") }));
    assert_eq!(start.time_in_force, Some(TimeInForce::Gtc));
    assert_eq!(start.portfolio, Some(OWN));
    let kind = |line| ticket(line).order_type.expect("a kind");
    assert_eq!(kind("sell 5 NVDA"), OrderType::Market);
    assert_eq!(kind("sell 5 NVDA @131"), OrderType::Limit { limit: price("131") });
    assert_eq!(kind("sell 5 NVDA stop 120"), OrderType::Stop { stop: price("120") });
    assert_eq!(
        kind("sell 5 NVDA limit 119 stop 120"),
        OrderType::StopLimit { stop: price("120"), limit: price("119") }
    );
    let trail = |trail| OrderType::TrailingStop { trail };
    assert_eq!(kind("sell 5 NVDA trail 2.5%"), trail(Trail::Percent(Ratio(25_000))));
    assert_eq!(kind("sell 5 NVDA trail 0.50"), trail(Trail::Amount(price("0.5"))));
    assert_eq!(ticket("sell 5 NVDA day in gro").portfolio, Some(GROWTH));
}

const SETTINGS: &str =
    "There is no setting 'colour': theme, time_zone, confirm_above, flash, idle_lock_minutes";

#[test]
fn what_cannot_be_read_is_said() {
    for (line, words) in [
        ("buy -5 AAPL", "'-5': no sign here: use a number above zero"),
        ("buy 1e9 AAPL", "'1e9': digits and one point only"),
        ("buy 10 AAPLX", "AAPLX is not a tradable symbol"),
        ("buy 10 AAPL @", "A price is missing behind '@'"),
        ("buy 10 AAPL tomorrow", "'tomorrow' is no term of an order"),
        ("buy 10 AAPL trail 1 @ 5", "A trail stands alone: no limit and no stop beside it"),
        ("sell 5 NVDA trail 2.00001%", "'2.00001%': at most 4 decimal places"),
        ("buy 10 AAPL in nowhere", "There is no portfolio 'nowhere'"),
        ("fly", "There is no command 'fly'"),
        ("zoom now", "'zoom' takes no more words"),
        ("user off nobody", "There is no person 'nobody'"),
        ("user add ada king", "'king' is none of the four roles"),
        ("grant Growth viewer all", "'all' is none of view, trade, admin, none"),
        ("set flash maybe", "Flashes: on or off, not 'maybe'"),
        ("set colour red", SETTINGS),
    ] {
        assert_eq!(refused(line), words, "{line}");
    }
}

#[test]
fn the_team_is_run_by_lines() {
    assert_eq!(
        command("grant \"Growth\" viewer trade"),
        Command::SetGrant {
            portfolio: GROWTH,
            user: UserId(5),
            grant: Some(Grant::Trade),
            version: 0
        }
    );
    assert_eq!(
        command("user off trader2"),
        Command::SetActive { user: UserId(3), active: false, version: 1 }
    );
    let Command::CreateUser { login, name, role } = command("user add ada trader Ada Byron") else {
        panic!("a new person");
    };
    assert_eq!((login.as_str(), name.as_str(), role), ("ada", "Ada Byron", RoleName::Trader));
    assert!(matches!(
        command("portfolio new \"Long only\" personal"),
        Command::CreatePortfolio { personal: true, .. }
    ));
    assert!(matches!(command("set idle_lock_minutes 0"), Command::SaveSetting { .. }));
}

#[test]
fn any_action_can_be_named() {
    let fixture = Fixture::desk();
    for (line, action) in [
        ("zoom", Action::Zoom),
        ("quit", Action::Quit),
        ("halt", Action::Halt),
        ("closing-only", Action::CloseOnly),
    ] {
        let effects = parse(line, &fixture.ctx()).expect(line);
        assert!(matches!(effects.as_slice(), [Effect::Run(found)] if *found == action), "{line}");
    }
    let effects = parse("closing-only late feed", &fixture.ctx()).expect("with a reason");
    assert!(matches!(effects.as_slice(), [Effect::Open(_)]), "it asks first");
}

#[test]
fn words_are_completed_by_their_place() {
    let fixture = Fixture::desk();
    let texts = |line: &str| -> Vec<String> {
        complete(line, &fixture.ctx()).1.into_iter().map(|candidate| candidate.text).collect()
    };
    assert_eq!(texts("bu"), ["buy"]);
    assert_eq!(texts("buy "), Vec::<String>::new(), "a number cannot be guessed");
    assert_eq!(texts("buy 10 a"), ["AAPL", "AMZN"]);
    assert_eq!(texts("buy 10 AAPL g"), ["gtc"]);
    assert_eq!(texts("buy 10 AAPL in t"), ["\"Tara's book\""]);
    assert_eq!(texts("theme d"), ["dark"]);
    assert_eq!(texts("grant Growth trader1 "), ["view", "trade", "admin", "none"]);
    assert_eq!(texts("user o"), ["off", "on"]);
}

#[test]
fn tab_turns_through_candidates_and_history_comes_back() {
    let fixture = Fixture::desk().sized(80, 12);
    let history = vec!["theme dark".to_owned(), "zoom".to_owned()];
    let mut line = CommandLine::new("", history, &fixture.ctx());
    fixture.press_layer(&mut line, &["b", "u", "tab", "1", "space", "a", "tab"]);
    insta::assert_snapshot!(fixture.layer_text(&line));
    let effects: Vec<Effect> = fixture
        .press_layer(&mut line, &["up", "up", "enter"])
        .into_iter()
        .flat_map(Reaction::effects)
        .collect();
    let [Effect::Close, Effect::Remember(_), Effect::Theme(name)] = &effects[..] else {
        panic!("another line came back");
    };
    assert_eq!(name, "dark");
}

#[test]
fn a_paste_with_newlines_runs_nothing() {
    let mut app = Fixture::desk().app(100, 30);
    app.press(&[":"]);
    app.take_asks();
    app.send(crate::tui::msg::Msg::Paste("quit\nquit\n".to_owned()));
    assert_eq!(app.take_asks(), []);
    assert!(app.text().contains(":quit quit"), "{}", app.text());
}

#[test]
fn what_is_too_long_above_the_line_ends_with_an_ellipsis() {
    let fixture = Fixture::desk().sized(60, 16);
    let mut line = CommandLine::new("", Vec::new(), &fixture.ctx());
    fixture.press_layer(&mut line, &["p", "o"]);
    let text = fixture.layer_text(&line);
    assert!(text.lines().any(|line| line.trim_end().ends_with('…')), "{text}");
}
