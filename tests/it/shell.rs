//! The program as a shell sees it: words on its outputs, exit codes, files it leaves behind.
//! Must never use the home of whoever runs the tests: each run has one of its own.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A home of its own for the program.
struct Home {
    folder: TempDir,
}

/// What a run left: exit code, standard output, standard error.
#[derive(Debug)]
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Home {
    fn new() -> Self {
        Self { folder: TempDir::new().expect("a temporary folder") }
    }
    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }
    fn run(&self, arguments: &[&str]) -> Run {
        self.run_with(arguments, &[])
    }
    fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Run {
        let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_desk"))
            .args(arguments)
            .env_clear()
            .env("HOME", self.folder.path())
            .env("TERM", "xterm-256color")
            .envs(environment.iter().copied())
            .current_dir(self.folder.path())
            .output()
            .expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes text");
        Run { code: status.code(), out: text(stdout), err: text(stderr) }
    }
    /// A store as the desk makes it, in the folder `data`.
    fn with_store(&self) -> PathBuf {
        let path = self.path("data/desk.db");
        tokio::runtime::Runtime::new().expect("a runtime").block_on(async {
            let store = trading_desk::store::SqliteStore::open(&path).await.expect("it is made");
            store.close().await.expect("it closes");
        });
        path
    }
}

/// A complaint is one line, without traces, quotes of code or escape sequences.
#[track_caller]
fn is_one_sentence(run: &Run) {
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(run.err.trim_end().lines().count(), 1, "{run:?}");
    assert!(run.err.trim_end().ends_with('.'), "{run:?}");
    for trace in ["panicked", "Error(", "src/", "\u{1b}", "Os {"] {
        assert!(!run.err.contains(trace), "{run:?}");
    }
}

#[test]
fn the_version_is_told_with_the_commit() {
    let run = Home::new().run(&["--version"]);
    assert_eq!(run.code, Some(0));
    assert_eq!(run.out.trim_end(), format!("desk {}", trading_desk::cli::VERSION));
}

#[test]
fn help_is_told_and_nonsense_is_not_done() {
    let home = Home::new();
    let help = home.run(&["--help"]);
    assert_eq!(help.code, Some(0));
    for word in ["demo", "doctor", "config", "store", "--data-dir", "--set", "--user"] {
        assert!(help.out.contains(word), "{word} is not in {}", help.out);
    }
    let nonsense = home.run(&["trade"]);
    assert_eq!((nonsense.code, nonsense.out.as_str()), (Some(2), ""));
    assert!(nonsense.err.contains("trade"));
}

#[test]
fn settings_are_shown_with_their_origins_and_keys_masked() {
    let home = Home::new();
    fs::create_dir_all(home.path(".config/trading-desk")).expect("writable");
    fs::write(home.path(".config/trading-desk/desk.toml"), "theme = \"dark\"\n").expect("writable");
    fs::write(home.path(".env"), "ALPACA_SECRET_KEY=canary\nDESK_FLASH=off\n").expect("writable");
    let run = home.run_with(
        &["config", "show", "--set", "mouse=off"],
        &[("DESK_MARKET_SEED", "7"), ("APCA_API_KEY_ID", "canary")],
    );
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(!run.out.contains("canary"), "{}", run.out);
    let line = |name: &str| {
        let line = run.out.lines().find(|line| line.starts_with(name));
        line.unwrap_or_else(|| panic!("{name} is not shown")).to_owned()
    };
    for (name, value, origin) in [
        ("theme ", "dark", "desk.toml:1"),
        ("flash ", "off", ".env:2"),
        ("market.seed ", "7", "environment DESK_MARKET_SEED"),
        ("mouse ", "off", "--set mouse=off"),
        ("glyphs ", "unicode", "default"),
        ("ALPACA_SECRET_KEY ", "********", ".env:1"),
        ("APCA_API_KEY_ID ", "********", "environment APCA_API_KEY_ID"),
    ] {
        let line = line(name);
        assert!(line.contains(value) && line.contains(origin), "{line}");
    }
    let path = home.run(&["config", "path"]);
    assert!(path.out.trim_end().ends_with(".config/trading-desk/desk.toml"), "{path:?}");
}

#[test]
fn a_wrong_setting_is_one_sentence_that_names_place_and_nearest() {
    let home = Home::new();
    let run = home.run_with(&["config", "show"], &[("DESK_TEHME", "dark")]);
    is_one_sentence(&run);
    assert!(run.err.contains("DESK_TEHME") && run.err.contains("\"DESK_THEME\""), "{run:?}");
    fs::write(home.path("bad.toml"), "\n\ntheme = \"drak\"\n").expect("writable");
    let run = home.run(&["--config", "bad.toml", "config", "show"]);
    is_one_sentence(&run);
    assert!(run.err.contains("bad.toml:3") && run.err.contains("colour-blind"), "{run:?}");
    let run = home.run(&["--config", "none.toml", "doctor"]);
    assert_eq!(run.code, Some(1));
    assert!(run.out.contains("none.toml"), "{run:?}");
}

#[test]
fn the_doctor_says_whether_the_desk_runs() {
    let home = Home::new();
    let well = home.run(&["doctor"]);
    assert_eq!(well.code, Some(0), "{well:?}");
    assert!(well.out.contains("The desk runs"), "{well:?}");
    assert!(!home.path(".local").exists(), "a doctor makes no folders");
    let unwell = home.run_with(&["doctor"], &[("ALPACA_API_KEY_ID", "canary")]);
    assert_eq!(unwell.code, Some(1), "{unwell:?}");
    assert!(unwell.out.contains("BAD   keys"), "{unwell:?}");
    assert!(unwell.out.contains("ALPACA_SECRET_KEY is missing"), "{unwell:?}");
    assert!(!unwell.out.contains("canary"), "{unwell:?}");
}

#[test]
fn a_store_is_checked_and_every_fault_of_it_is_one_sentence() {
    let home = Home::new();
    let check = |home: &Home| home.run(&["--data-dir", "data", "store", "check"]);
    let none = check(&home);
    is_one_sentence(&none);
    assert!(none.err.contains("no store"), "{none:?}");
    let path = home.with_store();
    let well = check(&home);
    assert_eq!(well.code, Some(0), "{well:?}");
    assert!(well.out.ends_with("The store is whole.\n"), "{well:?}");

    let whole = fs::read(&path).expect("readable");
    fs::write(&path, &whole[..whole.len() / 2]).expect("writable");
    let cut = check(&home);
    is_one_sentence(&cut);
    assert!(cut.err.contains("damaged") && cut.err.contains("backup"), "{cut:?}");
    fs::write(&path, "a shopping list").expect("writable");
    let alien = check(&home);
    is_one_sentence(&alien);
    assert!(alien.err.contains("is not a store"), "{alien:?}");
    assert_eq!(fs::read_to_string(&path).expect("left alone"), "a shopping list");
    fs::write(&path, "").expect("writable");
    let emptied = check(&home);
    is_one_sentence(&emptied);
    assert!(emptied.err.contains("is empty: restore it from a backup"), "{emptied:?}");
    assert_eq!(fs::metadata(&path).expect("there").len(), 0, "nothing is written to it");
    // A page that is damaged is named, if the store can be opened at all, and so is the file.
    let mut named = 0;
    for page in (1..whole.len() / 4_096).step_by(5) {
        let mut bytes = whole.clone();
        bytes[page * 4_096..][..4_096].fill(0xa5);
        fs::write(&path, &bytes).expect("writable");
        let damaged = check(&home);
        assert_eq!(damaged.code, Some(1), "page {page}: {damaged:?}");
        let told = damaged.out + &damaged.err;
        assert!(told.contains("desk.db is damaged") && told.contains("a backup"), "{told}");
        named += usize::from(told.contains("WRONG   the file is damaged: "));
    }
    assert!(named > 2, "{named} pages were named");
}

#[test]
fn a_market_file_that_says_nothing_is_told_and_kept() {
    let home = Home::new();
    home.with_store();
    for bytes in ["", "garbage", "garbage\n"] {
        fs::write(home.path("data/market.state"), bytes).expect("writable");
        let run = home.run(&["--data-dir", "data", "doctor"]);
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.out.contains("BAD   market") && run.out.contains("restore it"), "{run:?}");
        let kept = fs::read_to_string(home.path("data/market.state")).expect("there");
        assert_eq!(kept, bytes);
    }
    let run = home.run(&["--new-account", "doctor"]);
    is_one_sentence(&run);
}

#[test]
fn a_limit_on_the_size_of_files_is_told_and_ends_nothing() {
    let home = Home::new();
    home.with_store();
    let limited = "ulimit -f 8; exec \"$0\" doctor --data-dir data";
    let run = Command::new("sh")
        .args(["-c", limited, env!("CARGO_BIN_EXE_desk")])
        .env_clear()
        .env("HOME", home.path(""))
        .current_dir(home.path(""))
        .output()
        .expect("a shell");
    let words = String::from_utf8_lossy(&run.stdout).into_owned();
    assert_eq!(run.status.code(), Some(1), "ended by a signal: {run:?}");
    assert!(words.contains("cannot be written to (File too large"), "{words}");
}

#[test]
fn a_store_in_use_names_the_process_that_has_it() {
    let home = Home::new();
    let path = home.with_store();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let held = runtime.block_on(trading_desk::store::SqliteStore::open(&path)).expect("it opens");
    let run = home.run(&["--data-dir", "data", "store", "check"]);
    is_one_sentence(&run);
    let process = format!("process {}", std::process::id());
    assert!(run.err.contains("in use") && run.err.contains(&process), "{run:?}");
    runtime.block_on(held.close()).expect("it closes");
}

#[test]
fn a_folder_that_cannot_be_is_one_sentence() {
    let home = Home::new();
    fs::write(home.path("data"), "a file").expect("writable");
    let run = home.run(&["--data-dir", "data/below", "doctor"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.out.contains("BAD   data folder"), "{run:?}");
}

#[test]
fn a_demo_takes_no_folder() {
    let home = Home::new();
    let run = home.run(&["demo", "--data-dir", "data"]);
    is_one_sentence(&run);
    assert!(run.err.contains("demo keeps nothing"), "{run:?}");
    assert!(!home.path("data").exists());
}

#[test]
fn without_a_terminal_nothing_is_opened() {
    let home = Home::new();
    for arguments in [&["demo"][..], &["--data-dir", "data"]] {
        let run = home.run(arguments);
        is_one_sentence(&run);
        assert!(run.err.contains("needs a terminal"), "{run:?}");
        assert!(!home.path("data").exists() && !home.path(".local").exists());
    }
}
