//! How the program begins and ends: signals, keys, faults; the terminal and the store after it.
//! Must never trust the exit code alone: the terminal is looked at, and the files it leaves.

use std::fs;
use std::path::Path;

use trading_desk::store::SqliteStore;

use super::terminal::Terminal;

const SIZE: (u16, u16) = (120, 40);

fn home() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn demo(home: &Path) -> Terminal {
    let mut terminal = Terminal::start(home, &["demo", "--user", "trader1"], SIZE);
    terminal.see("Marcus Oyelaran");
    assert!(terminal.is_on_alternate_screen() && !terminal.is_plain());
    terminal
}

/// Folders that demos left behind.
fn scratch_folders(home: &Path) -> usize {
    let entries = fs::read_dir(home).expect("readable");
    let names = entries.map(|entry| entry.expect("readable").file_name());
    names.filter(|name| name.to_string_lossy().starts_with("desk-demo-")).count()
}

#[track_caller]
fn assert_given_back(terminal: &Terminal) {
    assert!(!terminal.is_on_alternate_screen(), "{}", terminal.screen());
    assert!(terminal.is_plain(), "mouse, paste or cursor are not as they were");
}

#[test]
fn signals_and_ctrl_c_end_the_demo_and_leave_nothing() {
    for ending in ["TERM", "HUP", "INT", "ctrl-c"] {
        let home = home();
        let mut terminal = demo(home.path());
        assert_eq!(scratch_folders(home.path()), 1);
        match ending {
            "ctrl-c" => terminal.type_in("\u{3}"),
            name => terminal.signal(name),
        }
        assert_eq!(terminal.end(), 0, "{ending}");
        assert_given_back(&terminal);
        assert_eq!(scratch_folders(home.path()), 0, "{ending}");
        assert!(!terminal.screen().contains("Marcus"), "the screen is gone");
    }
}

/// Starts the kept desk and expects it to end at once with one sentence and a usable terminal.
#[track_caller]
fn refused(home: &Path, arguments: &[&str]) -> String {
    let mut terminal = Terminal::start(home, arguments, (200, 40));
    assert_eq!(terminal.end(), 1, "{}", terminal.screen());
    assert_given_back(&terminal);
    let words = terminal.screen().trim().replace('\n', "");
    assert!(words.ends_with('.') && !words.contains("panicked"), "{words}");
    words
}

#[test]
fn what_is_wrong_at_the_start_is_one_sentence() {
    let place = home();
    let arguments = ["--data-dir", "data"];
    fs::write(place.path().join("data"), "a file").expect("writable");
    let words = refused(place.path(), &arguments);
    assert!(words.contains("data"), "{words}");
    fs::remove_file(place.path().join("data")).expect("it is there");
    fs::create_dir(place.path().join("data")).expect("writable");
    fs::write(place.path().join("data/desk.db"), "a shopping list").expect("writable");
    let words = refused(place.path(), &arguments);
    assert!(words.contains("is not a store of the desk"), "{words}");
    let words = refused(place.path(), &["--set", "them=dark"]);
    assert!(words.contains("the nearest is \"theme\""), "{words}");
    let words = refused(place.path(), &["--set", "venue=alpaca"]);
    assert!(words.contains("no keys for Alpaca") && words.contains("embedded"), "{words}");
    let words = refused(place.path(), &["--set", "venue=ledger"]);
    assert!(words.contains("does not record trades"), "{words}");
}

#[test]
fn a_second_desk_on_one_store_names_the_first() {
    let place = home();
    let path = place.path().join("data/desk.db");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let held = runtime.block_on(SqliteStore::open(&path)).expect("it opens");
    let words = refused(place.path(), &["--data-dir", "data"]);
    assert!(words.contains("in use") && words.contains("process"), "{words}");
    runtime.block_on(held.close()).expect("it closes");
    let found = runtime.block_on(async {
        let store = SqliteStore::open(&path).await.expect("it opens again");
        store.check().await.expect("it is read")
    });
    assert!(found.is_empty());
}

#[test]
fn a_kept_desk_asks_for_the_first_admin_and_survives_a_signal() {
    let place = home();
    let mut terminal = Terminal::start(place.path(), &["--data-dir", "data"], SIZE);
    terminal.see("first");
    terminal.signal("TERM");
    assert_eq!(terminal.end(), 0);
    assert_given_back(&terminal);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let path = place.path().join("data/desk.db");
        let store = SqliteStore::open(&path).await.expect("free again");
        assert!(store.check().await.expect("it is read").is_empty());
        assert!(store.verify(None).await.expect("it is read").is_ok());
    });
}
