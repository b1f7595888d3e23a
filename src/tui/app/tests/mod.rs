//! The whole screen: pictures at three sizes, and scripts of keys.
//! Must never depend on the machine's time, size or colours.

mod person;
mod storm;

use crate::desk::command::Command;
use crate::desk::refusal::Refusal;
use crate::domain::roles::RoleName;
use crate::tui::ask::{Asker, Want};
use crate::tui::effect::Tone;
use crate::tui::fixture::Fixture;
use crate::tui::msg::Msg;

#[test]
fn the_desk_at_three_sizes() {
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        let mut app = Fixture::desk().app(width, height);
        app.answer();
        insta::assert_snapshot!(format!("desk_{width}x{height}"), app.text());
    }
}

#[test]
fn tiny_and_huge_terminals_are_survived_and_the_kill_key_works() {
    let mut app = Fixture::of(RoleName::Admin).app(120, 40);
    for (width, height) in [(0, 0), (1, 1), (39, 10), (40, 9), (7, 3), (40, 10), (500, 200), (0, 9)]
    {
        app.send(Msg::Resize(width, height));
        app.text();
    }
    app.send(Msg::Resize(120, 40));
    app.app.say(Tone::Good, "Copied".to_owned());
    assert!(app.text().contains("Copied"), "{}", app.text());
    app.send(Msg::Resize(30, 5));
    assert_eq!(app.text().trim_end(), "Make this terminal larger:\n30x5 is below 40x10, ! halts");
    app.take_asks();
    app.press(&["!"]);
    app.type_text("halt");
    app.press(&["enter"]);
    let asks = app.take_asks();
    assert!(asks.iter().any(|ask| matches!(ask.want, Want::Act(Command::Halt { .. }))), "{asks:?}");
}

#[test]
fn a_paste_never_confirms() {
    let mut app = Fixture::of(RoleName::Admin).app(120, 40);
    app.press(&["!"]);
    app.send(Msg::Paste("halt\n".to_owned()));
    app.press(&["enter"]);
    assert!(app.take_asks().iter().all(|ask| !matches!(ask.want, Want::Act(Command::Halt { .. }))));
    assert!(app.text().contains("Kill switch"));
}

#[test]
fn what_a_role_may_not_do_is_not_in_the_footer_and_says_why_when_tried() {
    let footer = |text: &str| text.lines().last().expect("a line").to_owned();
    let app = Fixture::of(RoleName::Trader).app(120, 40);
    assert!(footer(&app.text()).contains("b buy"), "{}", app.text());
    let mut app = Fixture::of(RoleName::Viewer).app(120, 40);
    assert!(!footer(&app.text()).contains("buy"), "{}", app.text());
    app.press(&["b"]);
    assert!(app.text().contains("Your role 'viewer' cannot execute trades"), "{}", app.text());
}

#[test]
fn themes_turn_and_are_kept() {
    let mut app = Fixture::desk().app(120, 40);
    app.take_asks();
    app.press(&["T"]);
    let asks = app.take_asks();
    let [ask] = asks.as_slice() else { panic!("one ask, not {asks:?}") };
    let theme = |value: &str, version| {
        Want::Act(Command::SaveSetting { name: "theme".into(), value: value.into(), version })
    };
    assert_eq!(ask.want, theme("dark", 0));
    // The next one builds on what is on its way, and on what is there once that was refused.
    app.press(&["T"]);
    assert_eq!(app.take_asks()[0].want, theme("light", 1));
    let result = Box::new(Err(Refusal::Busy.into()));
    app.send(Msg::Reply { to: Asker::App, tag: 0, result });
    app.press(&["T"]);
    assert!(matches!(&app.take_asks()[0].want, Want::Act(Command::SaveSetting { version: 0, .. })));
}

#[test]
fn q_and_ctrl_c_leave() {
    for key in ["q", "ctrl-c"] {
        let mut app = Fixture::desk().app(80, 24);
        app.take_asks();
        app.press(&[key]);
        assert_eq!(app.take_asks().last().map(|ask| &ask.want), Some(&Want::Leave), "{key}");
    }
}

#[test]
fn help_is_searched_and_runs_what_is_chosen() {
    let mut app = Fixture::desk().app(120, 40);
    app.press(&["?"]);
    insta::assert_snapshot!("help", app.text());
    app.type_text("next theme");
    app.take_asks();
    app.press(&["enter"]);
    let asks = app.take_asks();
    assert!(matches!(asks[0].want, Want::Act(Command::SaveSetting { .. })), "{asks:?}");
}

#[test]
fn help_greys_what_a_viewer_may_not_do_and_says_why() {
    let mut app = Fixture::of(RoleName::Viewer).app(120, 40);
    app.press(&["?"]);
    app.type_text("kill switch");
    app.press(&["esc", "?"]);
    app.type_text("halt");
    assert!(app.text().contains("✗ Your role 'viewer' cannot do this"), "{}", app.text());
    app.take_asks();
    app.press(&["enter"]);
    assert_eq!(app.take_asks(), [], "what is refused is not run");
}

#[test]
fn the_palette_finds_anything() {
    let mut app = Fixture::desk().app(120, 40);
    app.press(&["ctrl-p"]);
    app.type_text("nvd");
    insta::assert_snapshot!("palette", app.text());
    app.press(&["enter"]);
    assert!(!app.text().contains("Find anything"));
}
