//! Proofs that were checked apart from the desk, and come late, or from nobody.
//! Must never work a hash out: what was checked comes in as a value.

use super::super::{Input, Told};
use super::Bench;
use crate::desk::event::{Credential, Door, EventKind};
use crate::desk::fixture::{ADMIN, TRADER, actor};
use crate::desk::port::Batch;
use crate::desk::refusal::{Refusal, Rejection};
use crate::domain::ids::{SignInId, UserId};
use crate::domain::users::Login;

pub(super) fn login(text: &str) -> Login {
    Login::parse(text).unwrap()
}

/// The admin's proof by a password.
pub(super) fn proof(hash: &str) -> (UserId, Option<Credential>) {
    (ADMIN, Some(Credential::Password(hash.to_owned())))
}

/// A proof is checked apart from the desk, and takes its time.
#[test]
fn a_proof_holds_only_for_the_password_that_is_there_when_it_is_told() {
    let mut bench = Bench::new();
    let set = |hash: &str| Input::SetPassword {
        actor: actor(ADMIN),
        login: login("admin"),
        hash: hash.to_owned(),
    };
    let sign_in = |number, hash: &str| {
        let id = SignInId(uuid::Uuid::from_u128(number));
        Input::SignIn {
            id,
            login: "admin".to_owned(),
            proved: Some(proof(hash)),
            door: Door::Terminal,
        }
    };
    let prove = |hash: &str| Input::Prove {
        actor: actor(ADMIN),
        proved: Some(Credential::Password(hash.to_owned())),
    };
    bench.take(set("one"));
    assert!(matches!(bench.take(sign_in(1, "one")), Told::Actor(Ok(_))));
    assert!(matches!(bench.take(prove("one")), Told::Outcome(Ok(_))));
    bench.take(set("two"));
    let wrong = Rejection::from(Refusal::WrongCredentials);
    assert!(matches!(bench.take(sign_in(2, "one")), Told::Actor(Err(why)) if why == wrong));
    bench.written();
    assert!(matches!(bench.take(prove("one")), Told::Outcome(Err(why)) if why == wrong));
    let [failed] = &bench.written().events[..] else { panic!("one line in the journal") };
    assert_eq!(failed.kind, EventKind::ProofFailed { user: ADMIN }, "no sign-in failed");
    assert!(matches!(bench.take(sign_in(3, "two")), Told::Actor(Ok(_))));
    // Who may set a password is asked when it is set, not when the asking began.
    bench.written();
    let (login, hash) = (login("admin"), "mine".to_owned());
    let told = bench.take(Input::SetPassword { actor: actor(TRADER), login, hash });
    assert!(matches!(told, Told::Outcome(Err(_))), "{told:?}");
    let Batch { events, rows } = bench.written();
    assert!(events.is_empty() && rows.is_empty());
}

#[test]
fn made_up_logins_never_fill_the_journal() {
    let mut bench = Bench::new();
    for number in 0..5_000_u128 {
        let id = SignInId(uuid::Uuid::from_u128(number));
        let login = format!("nobody{number}");
        let told = bench.take(Input::SignIn { id, login, proved: None, door: Door::Terminal });
        let wrong = Rejection::from(Refusal::WrongCredentials);
        assert!(matches!(told, Told::Actor(Err(why)) if why == wrong), "told as all are");
    }
    let logins: Vec<String> = bench
        .events()
        .into_iter()
        .map(|event| match event.kind {
            EventKind::SignInFailed { login } => login,
            other => panic!("a failure, not {other:?}"),
        })
        .collect();
    assert_eq!(logins[..2], ["nobody0", "nobody1"]);
    assert_eq!(logins[20..22], ["unknown logins (40 by now)", "unknown logins (80 by now)"]);
    assert_eq!(logins.len(), 27, "{logins:?}");
    let id = SignInId(uuid::Uuid::from_u128(9_999));
    let login = "admin".to_owned();
    bench.take(Input::SignIn { id, login, proved: None, door: Door::Terminal });
    assert_eq!(bench.events().len(), 1, "failures of people are all written down");
}
