//! The sign-in screen as scripts of keys, and as pictures.
//! Must never print a password.

use crate::desk::event::VenueKind;
use crate::desk::refusal::{Refusal, Rejection};
use crate::desk::view::Greeting;
use crate::desk::{Founding, Proof};
use crate::domain::numbers::Money;
use crate::domain::roles::RoleName;
use crate::domain::users::Login;
use crate::tui::app::App;
use crate::tui::app::look::Look;
use crate::tui::ask::{Asker, Secret, Want};
use crate::tui::fixture::TestApp;
use crate::tui::fixture::books::people;
use crate::tui::fixture::market::now;
use crate::tui::keymap::Keymap;
use crate::tui::msg::Msg;
use crate::tui::theme::{Plain, Themes};

fn greeting(demo: bool, founded: bool) -> Greeting {
    let person =
        |user: &crate::domain::users::User| (user.login.clone(), user.name.clone(), user.role);
    let open: Vec<(Login, String, RoleName)> =
        if demo { people().values().map(person).collect() } else { Vec::new() };
    let cash = Some(Money::dollars(1_000_000)).filter(|_| !founded);
    Greeting { venue: VenueKind::Embedded, demo, founded, cash, open }
}

fn screen(demo: bool, founded: bool, wanted: Option<&str>) -> TestApp {
    let look = Look::new(Keymap::built_in(), Themes::built_in(Plain::default()), now());
    let mut app = TestApp::of(App::new(look, wanted.map(str::to_owned)), 80, 24);
    app.send(Msg::Greeting(Ok(greeting(demo, founded))));
    app
}

fn wants(app: &mut TestApp) -> Vec<Want> {
    app.take_asks().into_iter().map(|ask| ask.want).collect()
}

fn sign_in(login: &str, proof: Proof) -> Want {
    Want::SignIn { login: login.to_owned(), proof: Secret(proof) }
}

#[test]
fn the_sign_in_at_three_sizes() {
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
        let mut pictures = Vec::new();
        for (demo, founded) in [(true, true), (false, true), (false, false)] {
            let mut app = screen(demo, founded, None);
            app.send(Msg::Resize(width, height));
            pictures.push(app.text());
        }
        insta::assert_snapshot!(format!("sign_in_{width}x{height}"), pictures.join("\n"));
    }
}

#[test]
fn a_demo_offers_its_people() {
    let mut app = screen(true, true, None);
    insta::assert_snapshot!("demo", app.text());
    app.press(&["j", "enter"]);
    assert_eq!(wants(&mut app), [sign_in("trader1", Proof::Picked)]);
}

#[test]
fn a_named_person_skips_the_list() {
    let mut app = screen(true, true, Some("trader2"));
    assert_eq!(wants(&mut app), [sign_in("trader2", Proof::Picked)]);
    let mut app = screen(false, true, Some("ada"));
    assert_eq!(wants(&mut app), []);
    app.type_text("a long password");
    app.press(&["enter"]);
    assert_eq!(wants(&mut app), [sign_in("ada", Proof::Password("a long password".into()))]);
}

#[test]
fn somebody_who_is_not_in_the_demo_is_told_so_with_the_list() {
    let mut app = screen(true, true, Some("nobody"));
    assert_eq!(wants(&mut app), []);
    let text = app.text();
    assert!(text.contains("There is no 'nobody' in this demo"), "{text}");
    assert!(text.contains("trader1"), "{text}");
}

#[test]
fn a_login_that_is_typed_on_the_list_is_selected() {
    let mut app = screen(true, true, None);
    app.type_text("trader2");
    app.press(&["enter"]);
    assert_eq!(wants(&mut app), [sign_in("trader2", Proof::Picked)]);
    let mut app = screen(true, true, None);
    app.type_text("v");
    app.press(&["enter"]);
    assert_eq!(wants(&mut app), [sign_in("viewer", Proof::Picked)]);
    let mut app = screen(true, true, None);
    app.press(&["t", "up", "q"]);
    assert_eq!(wants(&mut app), [Want::Leave], "a key that begins nobody's login is a key");
}

#[test]
fn a_wrong_password_is_refused_in_words_and_typed_anew() {
    let mut app = screen(false, true, None);
    app.press(&["enter"]);
    app.type_text("wrong");
    app.press(&["enter"]);
    assert_eq!(wants(&mut app), [], "no login yet");
    assert!(app.text().contains("a login is needed"), "{}", app.text());
    app.type_text("ada");
    app.press(&["tab", "enter"]);
    assert_eq!(wants(&mut app), [sign_in("ada", Proof::Password("wrong".into()))]);
    assert!(app.text().contains("Checking"), "{}", app.text());
    let result = Box::new(Err(Rejection::Refused(Refusal::WrongCredentials)));
    app.send(Msg::Reply { to: Asker::SignIn, tag: 0, result });
    insta::assert_snapshot!("wrong_password", app.text());
    app.press(&["enter"]);
    assert!(app.text().contains("a password is needed"), "the wrong one is gone");
}

#[test]
fn a_first_start_makes_the_first_admin() {
    let mut app = screen(false, false, None);
    for text in ["Ada", "Ada Admin", "correct horse battery", "correct horse", "Main"] {
        app.type_text(text);
        app.press(&["tab"]);
    }
    app.press(&["f2"]);
    assert_eq!(wants(&mut app), [], "the two passwords differ");
    insta::assert_snapshot!("founding", app.text());
    app.type_text(" battery");
    app.press(&["f2"]);
    let founding = Founding {
        login: Login::parse("ada").expect("a login"),
        name: "Ada Admin".into(),
        password: "correct horse battery".into(),
        portfolio: "Main".into(),
        allocation: Some(Money::dollars(1_000_000)),
    };
    assert_eq!(wants(&mut app), [Want::Found(Secret(founding))]);
}

#[test]
fn a_first_start_says_where_the_account_has_not_told_its_cash() {
    let mut app = screen(false, false, None);
    assert!(app.text().contains("1,000,000.00") && !app.text().contains("has not said"));
    app.send(Msg::Greeting(Ok(Greeting { cash: None, ..greeting(false, false) })));
    assert!(app.text().contains("the account has not said; empty for none"), "{}", app.text());
}

#[test]
fn a_password_is_never_printed() {
    let proof = Secret(Proof::Password("hunter2 hunter2".into()));
    assert!(!format!("{:?}", Want::SignIn { login: "a".into(), proof }).contains("hunter2"));
    let mut app = screen(false, true, Some("ada"));
    app.send(Msg::Paste("hunter2".into()));
    assert!(!app.text().contains("hunter2"), "{}", app.text());
}

#[test]
fn tiny_terminals_are_survived() {
    let mut app = screen(false, false, None);
    for (width, height) in [(0, 0), (1, 1), (3, 2), (20, 5), (40, 10), (500, 200)] {
        app.send(Msg::Resize(width, height));
        app.text();
    }
    app.press(&["ctrl-c"]);
    assert_eq!(wants(&mut app), [Want::Leave]);
}
