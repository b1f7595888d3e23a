//! Every screen as a picture at three sizes, and that panes neither overlap nor leave a hole.
//! Must never depend on the machine's time, size or colours.

use ratatui::layout::Rect;

use super::ScreenId;
use crate::desk::command::{Answer, Page, Query};
use crate::tui::ask::{Ask, Reply, Want};
use crate::tui::fixture::orders::orders;
use crate::tui::fixture::{Fixture, TestApp};
use crate::tui::msg::Msg;

/// Answers the blotter's question with the fixture's orders, as one page.
fn answer_orders(app: &mut TestApp) {
    for Ask { from, tag, want } in app.take_asks() {
        if let Want::Query(Query::Orders(_)) = want {
            let rows = orders();
            let total = u32::try_from(rows.len()).expect("a few");
            let page = Answer::Orders(Page { rows, offset: 0, total });
            let result = Box::new(Ok(Reply::Answer(page)));
            app.send(Msg::Reply { to: from, tag, result });
        }
    }
}

#[test]
fn the_blotter_screen_at_three_sizes() {
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        let mut app = Fixture::desk().app(width, height);
        app.take_asks();
        app.press(&["2"]);
        answer_orders(&mut app);
        insta::assert_snapshot!(format!("blotter_{width}x{height}"), app.text());
    }
}

#[test]
fn the_portfolio_screen_at_three_sizes() {
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        let mut app = Fixture::desk().app(width, height);
        app.press(&["3"]);
        app.answer();
        insta::assert_snapshot!(format!("portfolio_{width}x{height}"), app.text());
    }
}

#[test]
fn the_symbol_screen_at_three_sizes() {
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        let mut app = Fixture::desk().app(width, height);
        app.press(&["4"]);
        app.answer();
        insta::assert_snapshot!(format!("symbol_{width}x{height}"), app.text());
    }
}

#[test]
fn panes_share_every_room_without_overlap_or_hole() {
    for screen in ScreenId::ALL {
        for (width, height) in [(80, 21), (100, 30), (120, 37), (160, 45), (200, 57), (500, 197)] {
            let area = Rect::new(0, 1, width, height);
            let places = screen.places(area);
            let cells: u32 = places.iter().map(|(_, room)| room.area()).sum();
            assert_eq!(cells, area.area(), "{screen:?} at {width}x{height}");
            for (id, room) in &places {
                assert_eq!(room.intersection(area), *room, "{screen:?} {id:?}");
                let others = places.iter().filter(|(other, _)| other != id);
                assert!(others.clone().all(|(_, other)| other.intersection(*room).is_empty()));
            }
            assert!(places.iter().any(|(id, _)| *id == screen.first()), "{screen:?}");
        }
    }
}

#[test]
fn tab_walks_over_panes_that_take_no_keys() {
    let mut app = Fixture::desk().app(120, 40);
    app.press(&["4"]);
    app.answer();
    let mut seen = Vec::new();
    for _ in 0..5 {
        // The pane that has the keys is the one that a zoom leaves on the screen.
        app.press(&["z"]);
        let text = app.text();
        let border = text.lines().nth(1).expect("a border").trim_start_matches(['╭', ' ']);
        seen.push(border.split(' ').next().expect("a word").to_owned());
        app.press(&["z", "tab"]);
    }
    assert_eq!(seen, ["AAPL", "Positions", "Orders", "Trades", "AAPL"], "the quote has no keys");
    let mut app = Fixture::desk().app(120, 40);
    app.press(&["shift-tab", "z"]);
    assert!(app.text().contains("╭ Orders"), "back from the first pane is the last, not the strip");
}
