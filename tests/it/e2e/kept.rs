//! A kept desk that dies: founded, traded on, killed, started again, and all of it is there.
//! Must never look into the store: what came back is read off the screen.

use std::path::Path;
use std::process::Command;

use super::terminal::Terminal;
use super::test_desk::PASSWORD;
use super::trading::{BACKSPACE, SEND, TAB, held, limit_under_the_market, status_of, words};

const SIZE: (u16, u16) = (160, 48);

fn start(home: &Path) -> Terminal {
    Terminal::start(home, &["--data-dir", "data"], SIZE)
}

fn found(terminal: &mut Terminal) {
    terminal.see("Create the desk");
    for text in ["ada", "Ada Lovelace", PASSWORD, PASSWORD, "Growth"] {
        terminal.type_in(text);
        terminal.type_in(TAB);
    }
    // Past the portfolio's cash, which is filled in.
    terminal.type_in(&format!("{TAB}\r"));
    terminal.see("Ada Lovelace (ada)");
}

fn sign_in(terminal: &mut Terminal) {
    terminal.see("Sign in to the desk");
    for text in ["ada", TAB, PASSWORD, "\r"] {
        terminal.type_in(text);
    }
    terminal.see("Ada Lovelace (ada)");
}

/// Ten at the market, filled; then five at a limit well under it, which rests.
fn trade(terminal: &mut Terminal) {
    terminal.type_in(":buy 10 AAPL\r");
    terminal.see("Buy 10 AAPL");
    terminal.type_in(SEND);
    terminal.see("Filled: buy 10 AAPL at");
    terminal.type_in(":buy 5 AAPL gtc\r");
    terminal.see("Buy 5 AAPL");
    terminal.type_in(&format!("{TAB}l"));
    terminal.see("Limit from last");
    let limit = limit_under_the_market(terminal);
    terminal.type_in(TAB);
    terminal.type_in(&BACKSPACE.repeat(10));
    terminal.type_in(&limit);
    terminal.see(&format!("Limit         {limit}"));
    terminal.type_in(SEND);
    terminal.until("the order at work", |screen| {
        status_of(screen, &limit).is_some_and(|row| row.contains("○ working"))
    });
}

/// What the screens say of orders, fills, position and cash; no figure that follows the market.
fn told(terminal: &mut Terminal) -> Vec<Vec<String>> {
    let mut told = Vec::new();
    terminal.type_in("2");
    terminal.until("both orders in the blotter", |screen| {
        screen.contains("╭ Blotter") && screen.contains("○ working") && screen.contains("✓ filled")
    });
    for row in ["○ working", "✓ filled"] {
        told.extend(status_of(&terminal.screen(), row).map(|line| words(&line)));
    }
    terminal.type_in("3");
    terminal.until("the portfolio's figures", |screen| {
        screen.contains("long only")
            && screen.contains("All 2")
            && screen.contains("Fills 1")
            && held(screen, "AAPL").is_some()
    });
    let screen = terminal.screen();
    let lines: Vec<&str> = screen.lines().collect();
    let facts = lines.iter().position(|line| line.contains("long only")).expect("it was seen");
    told.push(vec![words(lines[facts - 1]).pop().expect("cash comes last")]);
    told.extend(held(&screen, "AAPL").map(|row| row[..2].to_vec()));
    terminal.type_in("1");
    terminal.see("╭ Watchlist");
    told
}

/// `desk store check` on the kept desk: it finds nothing wrong.
#[track_caller]
fn assert_whole(home: &Path) {
    let checked = Command::new(env!("CARGO_BIN_EXE_desk"))
        .args(["--data-dir", "data", "store", "check"])
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .output()
        .expect("it runs");
    let words = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(checked.status.success() && words.contains("The store is whole."), "{words}");
}

#[test]
fn what_was_traded_is_there_after_a_kill() {
    let home = tempfile::tempdir().expect("a folder");
    let mut terminal = start(home.path());
    found(&mut terminal);
    trade(&mut terminal);
    let before = told(&mut terminal);
    let [working, filled, cash, held] = before.as_slice() else { panic!("{before:?}") };
    assert!(working.contains(&"5".to_owned()) && working.contains(&"gtc".to_owned()));
    let average = filled.iter().rfind(|word| word.contains('.')).expect("an average price");
    assert_eq!(held[..], ["10".to_owned(), average.clone()]);
    // A million less what the ten cost.
    assert!(cash[0].starts_with("99") && cash[0].contains('.'), "{cash:?}");

    terminal.signal("KILL");
    terminal.end();
    assert_whole(home.path());
    let mut terminal = start(home.path());
    sign_in(&mut terminal);
    assert_eq!(told(&mut terminal), before, "to the cent, and to the second");

    terminal.type_in("q");
    assert_eq!(terminal.end(), 0, "{}", terminal.screen());
    assert_whole(home.path());
}
