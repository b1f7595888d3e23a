//! The doctor on made-up machines: well, unwell, damaged.
//! Must never look at this machine's own folders.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use super::{Finding, Verdict, colours, examine, folder, open_to_others, size};
use crate::cli::Override;
use crate::clock::ManualClock;
use crate::compose::open::{Accounts, kept};
use crate::config::{Config, Surroundings};
use crate::desk::port::Clock;
use crate::desk::prices::PriceBoard;
use crate::domain::hours::Schedule;
use crate::domain::time::{DeskTime, MarketTime};
use crate::store::SqliteStore;
use crate::venue::simulator::{Options, Simulator, opening};

fn clock_at(text: &str) -> Arc<dyn Clock> {
    Arc::new(at(text))
}

fn at(text: &str) -> ManualClock {
    let market = MarketTime::from_new_york(text.parse().expect("a civil time"));
    ManualClock::new(DeskTime::from_ns(market.ns()))
}

/// Surroundings whose folders lie in `folder`.
fn surroundings(folder: &Path) -> Surroundings {
    fs::write(folder.join("desk.toml"), "").expect("writable");
    let set = |name: &str, below: &str| Override {
        flag: String::new(),
        name: name.to_owned(),
        value: folder.join(below).display().to_string(),
    };
    Surroundings {
        file: Some(folder.join("desk.toml")),
        flags: vec![set("data_dir", "data"), set("state_dir", "state")],
        ..Surroundings::default()
    }
}

fn verdict_of(findings: &[super::Finding], subject: &str) -> Verdict {
    let found = findings.iter().find(|finding| finding.subject == subject);
    found.unwrap_or_else(|| panic!("{subject} was not looked at")).verdict
}

#[tokio::test]
async fn a_fresh_machine_is_fit_and_stays_untouched() {
    let place = TempDir::new().expect("a temporary folder");
    let clock = clock_at("2026-11-20T13:30:00");
    let findings = examine(&surroundings(place.path()), &clock).await;
    for subject in ["configuration", "data folder", "log", "store", "venue", "clock"] {
        assert_eq!(verdict_of(&findings, subject), Verdict::Good, "{subject}: {findings:?}");
    }
    assert!(!place.path().join("data").exists() && !place.path().join("state").exists());
}

#[tokio::test]
async fn what_is_wrong_is_found() {
    let place = TempDir::new().expect("a temporary folder");
    let mut wrong = surroundings(place.path());
    fs::write(place.path().join("data"), "a file").expect("writable");
    fs::write(place.path().join("desk.toml"), "venue = \"ledger\"").expect("writable");
    let findings = examine(&wrong, &clock_at("2020-01-01T00:00:00")).await;
    for subject in ["data folder", "venue", "clock"] {
        assert_eq!(verdict_of(&findings, subject), Verdict::Bad, "{subject}: {findings:?}");
    }
    fs::write(place.path().join("desk.toml"), "them = 1").expect("writable");
    wrong.flags.clear();
    let findings = examine(&wrong, &clock_at("2026-11-20T13:30:00")).await;
    assert_eq!(verdict_of(&findings, "configuration"), Verdict::Bad);
}

async fn store(path: &Path) -> Finding {
    let now = (Schedule::Always, MarketTime::default());
    super::store(path, None, now).await.0
}

fn market(path: &Path) -> Finding {
    super::market(path, opening::look(path), None)
}

#[tokio::test]
async fn a_store_is_opened_and_one_in_use_is_left_alone() {
    let place = TempDir::new().expect("a temporary folder");
    let path = place.path().join("desk.db");
    let open = SqliteStore::open(&path).await.expect("it opens");
    let held = store(&path).await;
    assert_eq!(held.verdict, Verdict::Bad, "a second desk would not run: {held:?}");
    open.close().await.expect("it closes");
    let found = store(&path).await;
    assert_eq!(found.verdict, Verdict::Good, "{found:?}");
    assert!(found.words.contains("wal with synchronous 2"), "{found:?}");
    fs::write(&path, "not a database at all").expect("writable");
    assert_eq!(store(&path).await.verdict, Verdict::Bad);
    fs::write(&path, "").expect("writable");
    let empty = store(&path).await;
    assert_eq!(empty.verdict, Verdict::Warn, "a start makes a new one: {empty:?}");
    assert_eq!(fs::metadata(&path).expect("there").len(), 0, "it is left as it was");
}

const PAGE: usize = 4_096;

/// Every page of a store that is used is damaged in turn.
#[tokio::test]
async fn where_the_desk_would_not_run_the_doctor_says_so() {
    let place = TempDir::new().expect("a temporary folder");
    let about = surroundings(place.path());
    let config = Config::load(&about).expect("good");
    let path = super::store_file(&config);
    let opened = kept(&config, Accounts::Known).await.expect("it opens");
    opened.close().await.expect("it closes");
    let whole = fs::read(&path).expect("readable");
    let mut refused = 0;
    for page in 1..whole.len() / PAGE {
        let mut bytes = whole.clone();
        bytes[page * PAGE..][..PAGE].fill(0xa5);
        fs::write(&path, &bytes).expect("writable");
        let found = store(&path).await;
        match kept(&config, Accounts::Known).await {
            // What is damaged is not read at a start, and may show at the end.
            Ok(opened) => drop(opened.close().await),
            Err(fault) => {
                refused += 1;
                assert_eq!(found.verdict, Verdict::Bad, "page {page}: {fault}\n{found:?}");
                assert!(found.words.contains("desk.db is damaged"), "{found:?}");
            }
        }
        let log = path.with_extension("db-wal");
        assert!(!log.exists() || fs::remove_file(log).is_ok());
    }
    assert!(refused > 10, "{refused} pages matter to a start");
}

#[tokio::test]
async fn a_market_that_does_not_fit_the_store_is_told() {
    let place = TempDir::new().expect("a temporary folder");
    let about = surroundings(place.path());
    let config = Config::load(&about).expect("good");
    let clock = clock_at("2026-11-20T13:30:00");
    kept(&config, Accounts::Known).await.expect("it opens").close().await.expect("it closes");
    let verdict = async || verdict_of(&examine(&about, &clock).await, "market");
    assert_eq!(verdict().await, Verdict::Good);
    let (file, away) = (config.data_dir.join("market.state"), place.path().join("away"));
    fs::rename(&file, &away).expect("moved");
    assert_eq!(verdict().await, Verdict::Bad, "it is gone");
    kept(&config, Accounts::New).await.expect("it opens").close().await.expect("it closes");
    assert_eq!(verdict().await, Verdict::Good);
    fs::rename(&away, &file).expect("moved back");
    assert_eq!(verdict().await, Verdict::Good, "both accounts are known");
}

#[tokio::test]
async fn a_damaged_market_is_found_and_left_as_it_is() {
    let place = TempDir::new().expect("a temporary folder");
    let path = place.path().join("market.state");
    assert_eq!(market(&path).verdict, Verdict::Good);
    assert!(!path.exists(), "it is not made");
    let options = Options { state_file: Some(path.clone()), ..Options::default() };
    let (says, _feed) = tokio::sync::mpsc::channel(8);
    let clock = Arc::new(at("2026-11-20T13:30:00"));
    let simulator = Simulator::start(&options, clock, PriceBoard::new(), says);
    simulator.expect("it opens").stop().await;
    let found = market(&path);
    assert_eq!(found.verdict, Verdict::Good, "{found:?}");
    assert!(found.words.contains("account EMBEDDED-"), "{found:?}");
    let damaged = format!("torn\n{}", fs::read_to_string(&path).expect("readable"));
    fs::write(&path, &damaged).expect("writable");
    let found = market(&path);
    assert_eq!(found.verdict, Verdict::Bad, "{found:?}");
    assert!(found.words.contains("damaged at line 1"), "{found:?}");
    assert_eq!(fs::read_to_string(&path).expect("readable"), damaged);
}

#[test]
fn folders_open_to_others_are_told() {
    let place = TempDir::new().expect("a temporary folder");
    let open = |rights| {
        let rights = fs::Permissions::from_mode(rights);
        fs::set_permissions(place.path(), rights).expect("it is ours");
        folder("data folder", place.path()).verdict
    };
    assert_eq!(open(0o755), Verdict::Warn);
    assert_eq!(open(0o700), Verdict::Good);
}

#[test]
fn files_open_to_others_are_told() {
    let place = TempDir::new().expect("a temporary folder");
    let path = place.path().join("desk.db");
    assert_eq!(open_to_others(&path), None, "none there");
    fs::write(&path, "").expect("written");
    let told = |rights| {
        let rights = fs::Permissions::from_mode(rights);
        fs::set_permissions(&path, rights).expect("it is ours");
        open_to_others(&path).map(|found| (found.verdict, found.words.contains("chmod 600")))
    };
    assert_eq!(told(0o600), None);
    assert_eq!(told(0o640), Some((Verdict::Warn, true)));
}

#[test]
fn terminals_are_judged_by_size_and_colours() {
    assert_eq!(size(120, 40).verdict, Verdict::Good);
    assert!(size(79, 24).words.contains("one at a time"));
    assert!(size(39, 24).words.contains("40 by 10 at least"));
    let with = |pairs: &[(&str, &str)]| {
        let pairs = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        colours(&Surroundings { environment: pairs.collect(), ..Surroundings::default() })
    };
    assert!(with(&[("TERM", "xterm-256color")]).words.starts_with("256"));
    assert!(with(&[("TERM", "xterm"), ("COLORTERM", "truecolor")]).words.starts_with("16 mil"));
    assert!(with(&[("TERM", "xterm"), ("NO_COLOR", "1")]).words.starts_with("none"));
    assert_eq!(with(&[("TERM", "dumb")]).verdict, Verdict::Warn);
}
