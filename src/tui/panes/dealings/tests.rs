//! Orders and fills of one book or symbol, today's and before.
//! Must never show a row twice, nor one of another book.

use ratatui::layout::Rect;

use super::view::Scope;
use super::{DealingsPane, ROWS};
use crate::desk::command::{Answer, Page, Query};
use crate::desk::refusal::{Refusal, Rejection};
use crate::domain::lifecycle::{State, Status};
use crate::domain::orders::Side;
use crate::tui::action::Action;
use crate::tui::ask::{Reply, Want};
use crate::tui::effect::{Effect, Reaction};
use crate::tui::fixture::Fixture;
use crate::tui::fixture::books::{GROWTH, INCOME, OWN};
use crate::tui::fixture::market::{after_ms, symbol};
use crate::tui::fixture::orders::{order, past_fills};
use crate::tui::names::PaneId;
use crate::tui::panes::orders::Tab;
use crate::tui::panes::{Change, Pane};

fn past_orders() -> Vec<crate::domain::orders::Order> {
    let closed = |number, side, text, shares| {
        let mut order = order(number, OWN, side, text, shares);
        order.state = State::sure(Status::Filled);
        order
    };
    vec![closed(20 * 60 + 5, Side::Sell, "AAPL", 30), closed(46 * 60, Side::Buy, "MSFT", 40)]
}

fn shown(fixture: &Fixture, scope: Scope) -> DealingsPane {
    let mut pane = DealingsPane::new(PaneId::BookOrders, scope);
    fixture.show(&mut pane);
    let (orders, fills) = pane.tags;
    let rows = past_orders();
    let answer = Page { total: 2, offset: 0, rows };
    pane.reply(orders, &Ok(Reply::Answer(Answer::Orders(answer))), &fixture.ctx());
    let answer = Page { total: 450, offset: 0, rows: past_fills() };
    pane.reply(fills, &Ok(Reply::Answer(Answer::Fills(answer))), &fixture.ctx());
    pane
}

#[test]
fn three_tabs_of_a_book_and_of_a_symbol() {
    let mut fixture = Fixture::desk().sized(100, 9);
    let mut texts = Vec::new();
    for scope in [Scope::Book, Scope::Symbol] {
        let mut pane = shown(&fixture, scope);
        for _ in Tab::ALL {
            let right = pane.title_right(&fixture.ctx()).to_string();
            texts.push(format!("{} | {right}", pane.title(&fixture.ctx())));
            texts.push(fixture.text(&pane));
            fixture.press(&mut pane, &["]"]);
        }
        assert_eq!(pane.tab, Tab::Working, "round and round");
    }
    fixture.area.width = 46;
    texts.push(fixture.text(&shown(&fixture, Scope::Symbol)));
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn it_asks_for_what_is_chosen_once_a_day() {
    let mut fixture = Fixture::desk();
    let mut pane = DealingsPane::new(PaneId::BookOrders, Scope::Book);
    let asked = |effects: Vec<Effect>| -> Vec<String> {
        let query = |effect| match effect {
            Effect::Ask(_, Want::Query(Query::Orders(filter))) => {
                Some(format!("{} orders of {:?}", filter.limit, filter.portfolio.map(|id| id.0)))
            }
            Effect::Ask(_, Want::Query(Query::Fills { portfolio, symbol: None, limit, .. })) => {
                Some(format!("{limit} fills of {:?}", portfolio.map(|id| id.0)))
            }
            _ => None,
        };
        effects.into_iter().filter_map(query).collect()
    };
    let seen = fixture.area;
    fixture.area = Rect::ZERO;
    assert!(pane.refresh(Change::Shown, &fixture.ctx()).is_empty(), "out of sight");
    fixture.area = seen;
    let first = asked(pane.refresh(Change::Time, &fixture.ctx()));
    assert_eq!(first, [format!("{ROWS} orders of Some(1)"), format!("{ROWS} fills of Some(1)")]);
    assert!(pane.refresh(Change::View, &fixture.ctx()).is_empty(), "the view has what is new");
    fixture.chosen.portfolio = Some(INCOME);
    assert_eq!(asked(pane.refresh(Change::Chosen, &fixture.ctx())).len(), 2);
    fixture.look.now = after_ms(6 * 3_600_000);
    assert_eq!(asked(pane.refresh(Change::Time, &fixture.ctx())).len(), 2, "the day is over");
}

#[test]
fn the_view_wins_over_history_and_other_books_stay_out() {
    let fixture = Fixture::desk();
    let mut pane = shown(&fixture, Scope::Book);
    let mut older = fixture.view.orders.values().next().expect("one").clone();
    older.state = State::sure(Status::Expired);
    let answer = Page { total: 1, offset: 0, rows: vec![older.clone()] };
    pane.reply(pane.tags.0, &Ok(Reply::Answer(Answer::Orders(answer))), &fixture.ctx());
    let found: Vec<_> =
        pane.all_orders(&fixture.ctx()).into_iter().filter(|o| o.id == older.id).collect();
    assert_eq!(found.len(), 1);
    assert_ne!(found[0].state, older.state);
    assert!(pane.all_orders(&fixture.ctx()).iter().all(|order| order.portfolio == OWN));
    let of_symbol = shown(&fixture, Scope::Symbol);
    let all = of_symbol.all_orders(&fixture.ctx());
    assert!(all.iter().all(|order| order.draft.symbol == symbol("AAPL")) && all.len() == 4);
}

#[test]
fn rows_open_to_their_timeline_and_final_ones_cannot_be_canceled() {
    let fixture = Fixture::desk();
    let mut pane = shown(&fixture, Scope::Book);
    let effects = pane.act(Action::Open, &fixture.ctx()).effects();
    assert!(matches!(effects.as_slice(), [Effect::Open(_)]));
    assert_eq!(pane.refuses(Action::Cancel, &fixture.ctx()), None);
    fixture.press(&mut pane, &["]", "G"]);
    let subject = pane.subject(&fixture.ctx());
    assert_eq!((subject.portfolio, subject.symbol), (Some(OWN), Some(symbol("MSFT"))));
    let why = pane.refuses(Action::Cancel, &fixture.ctx());
    assert_eq!(why.as_deref(), Some("This order is filled already"));
}

#[test]
fn rows_are_copied_exported_sorted_and_filtered() {
    let fixture = Fixture::desk();
    let mut pane = shown(&fixture, Scope::Book);
    fixture.press(&mut pane, &["]", "]"]);
    let effects = pane.act(Action::Copy, &fixture.ctx()).effects();
    let [Effect::Ask(0, Want::Copy(text))] = effects.as_slice() else { panic!("not copied") };
    assert!(text.contains("AAPL\tbuy\t20\t186.95\t3739.00"), "{text}");
    let effects = pane.act(Action::Export, &fixture.ctx()).effects();
    assert!(matches!(effects.as_slice(), [Effect::Open(_)]));
    let values = |pane: &DealingsPane| -> Vec<String> {
        let fills = pane.shown_fills(&fixture.ctx());
        fills.iter().map(|(_, fill)| (fill.quantity * fill.price).to_string()).collect()
    };
    assert_eq!(values(&pane), ["3,739.00", "5,568.00", "9,217.50", "16,680.00"], "newest first");
    fixture.press(&mut pane, &["o", "o", "o", "o", "o", "o", "O"]);
    assert_eq!(values(&pane), ["16,680.00", "9,217.50", "5,568.00", "3,739.00"], "by value");
    fixture.press(&mut pane, &["/", "s", "e", "l", "l"]);
    assert_eq!(values(&pane), ["5,568.00"]);
}

#[test]
fn moving_chooses_the_symbol_in_a_book_and_nothing_in_a_symbol() {
    let fixture = Fixture::desk();
    let chosen = |reactions: Vec<Reaction>| {
        let effects = reactions.into_iter().flat_map(Reaction::effects);
        effects.filter(|effect| matches!(effect, Effect::ChooseSymbol(_))).count()
    };
    let mut book = shown(&fixture, Scope::Book);
    assert_eq!(chosen(fixture.press(&mut book, &["j"])), 1);
    let mut of_symbol = shown(&fixture, Scope::Symbol);
    assert_eq!(chosen(fixture.press(&mut of_symbol, &["j"])), 0);
}

#[test]
fn without_rows_or_history_there_are_words() {
    let mut fixture = Fixture::desk().sized(70, 5);
    fixture.view.orders.clear();
    let mut pane = DealingsPane::new(PaneId::BookOrders, Scope::Book);
    fixture.show(&mut pane);
    let text = fixture.text(&pane);
    assert!(text.contains("No working order in Tara's book. b opens a buy ticket."), "{text}");
    let refused = Err(Rejection::Refused(Refusal::NoAccess));
    pane.reply(pane.tags.0, &refused, &fixture.ctx());
    let right = pane.title_right(&fixture.ctx()).to_string();
    assert!(right.starts_with("no history: "), "{right}");
    fixture.chosen.portfolio = Some(INCOME);
    assert!(!fixture.text(&pane).contains("ticket"), "who may only look is not told to buy");
    fixture.chosen.portfolio = Some(GROWTH);
    assert!(fixture.text(&pane).contains("No working order in Growth."));
}
