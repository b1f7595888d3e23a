//! Looks at everything the desk needs: terminal, folders, store, market, venue, clock.
//! Must never make what is not there, nor take what another desk has: a store is opened as a start
//! would open it (rights, schema and write-ahead log included), and let go again.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::bounds::{SCREEN_COLUMNS_MIN, SCREEN_ROWS_MIN};
use crate::cli::VERSION;
use crate::cli::doctor::{Finding, Verdict};
use crate::config::{Config, Surroundings, file_path};
use crate::desk::event::VenueKind;
use crate::desk::port::{Clock, Opening, Store as _};
use crate::desk::refusal::Fault;
use crate::domain::hours::{Phase, Schedule};
use crate::domain::time::MarketTime;
use crate::store::SqliteStore;
use crate::store::about::About;
use crate::store::open_error::OpenError;
use crate::venue::simulator::opening::{self, Seen};

use super::open::{MARKET_FILE, fits};
use super::{log, store_file, trading_venue};

/// Below this size panes are shown one at a time (product.md section 4).
const COMFORTABLE: (u16, u16) = (80, 24);

/// Room that a folder must have left, in bytes: a new store and its write-ahead log take that.
const ROOM_BYTES: usize = 1 << 20;

/// Looks at everything; the store is opened where there is one.
pub async fn examine(surroundings: &Surroundings, clock: &Arc<dyn Clock>) -> Vec<Finding> {
    let mut findings = vec![Finding::good("version", VERSION)];
    findings.push(terminal_size());
    findings.push(colours(surroundings));
    let config = match Config::load(surroundings) {
        Ok(config) => config,
        Err(fault) => {
            findings.push(Finding::bad("configuration", super::sentence(&fault)));
            return findings;
        }
    };
    findings.push(configuration(surroundings, &config));
    findings.push(folder("data folder", &config.data_dir));
    findings.push(match config.log_level {
        "off" => Finding::good("log", "off"),
        level => {
            let found = folder("log", &config.state_dir);
            let words = match found.verdict {
                Verdict::Bad => found.words,
                _ => format!("{} from {level}, in {}", log::FILE_NAME, found.words),
            };
            Finding { words, ..found }
        }
    });
    let market_file = config.data_dir.join(MARKET_FILE);
    // Before they are opened: opening the store closes it to others.
    let files = [store_file(&config), market_file.clone()];
    findings.extend(files.iter().filter_map(|path| open_to_others(path)));
    let seen = opening::look(&market_file);
    let account = seen.as_ref().ok().and_then(Option::as_ref).map(|seen| seen.account.as_str());
    let now = MarketTime::from_ns(clock.now().ns());
    let (found, known) = store(&store_file(&config), account, (config.market.schedule, now)).await;
    findings.push(found);
    findings.push(market(&market_file, seen, known.as_deref()));
    findings.push(venue(&config));
    findings.push(time(&config, clock.as_ref()));
    if matches!(trading_venue(&config), Ok(VenueKind::Alpaca)) {
        findings.extend(super::broker_doctor::examine(&config, clock).await);
    }
    findings
}

fn terminal_size() -> Finding {
    let subject = "terminal";
    if !std::io::stdout().is_terminal() {
        return Finding::warn(subject, "the output is no terminal: the screen needs one");
    }
    match crossterm::terminal::size() {
        Err(error) => Finding::warn(subject, format!("its size is not known ({error})")),
        Ok((columns, rows)) => size(columns, rows),
    }
}

fn size(columns: u16, rows: u16) -> Finding {
    let told = format!("{columns} columns, {rows} rows");
    if columns < SCREEN_COLUMNS_MIN || rows < SCREEN_ROWS_MIN {
        let least = format!("{SCREEN_COLUMNS_MIN} by {SCREEN_ROWS_MIN}");
        Finding::warn("terminal", format!("{told}: too small for panes, {least} at least"))
    } else if columns < COMFORTABLE.0 || rows < COMFORTABLE.1 {
        Finding::warn("terminal", format!("{told}: panes are shown one at a time below 80 by 24"))
    } else {
        Finding::good("terminal", told)
    }
}

fn colours(surroundings: &Surroundings) -> Finding {
    let variable = |name| surroundings.environment.get(name).map_or("", String::as_str);
    let (term, colorterm) = (variable("TERM"), variable("COLORTERM"));
    let told = if !variable("NO_COLOR").is_empty() {
        "none: NO_COLOR is set".to_owned()
    } else if term == "dumb" {
        return Finding::warn("colours", "TERM is dumb: the screen cannot be drawn");
    } else if matches!(colorterm, "truecolor" | "24bit") {
        format!("16 million (COLORTERM is {colorterm})")
    } else if term.contains("256color") {
        format!("256 (TERM is {term})")
    } else if term.is_empty() {
        return Finding::warn("colours", "TERM is not set: 16 colours are assumed");
    } else {
        format!("16 (TERM is {term})")
    };
    Finding::good("colours", told)
}

fn configuration(surroundings: &Surroundings, config: &Config) -> Finding {
    let given = config.shown().iter().filter(|shown| shown.origin != "default").count();
    let path = file_path(surroundings).unwrap_or_default();
    let there = if path.exists() { "" } else { " (not there)" };
    Finding::good("configuration", format!("{}{there}; {given} not default", path.display()))
}

/// A folder that the desk writes to, which may not be there yet.
fn folder(subject: &'static str, path: &Path) -> Finding {
    let Ok(found) = fs::metadata(path) else {
        return match nearest_there(path).map(|above| (try_writing(&above), above)) {
            Some((Ok(()), _)) => {
                let words = format!("{} (made at the first start)", path.display());
                Finding::good(subject, words)
            }
            Some((Err(error), above)) if is_full(&error) => full(subject, &above),
            Some((Err(_), above)) => {
                let words = format!(
                    "{} cannot be made: {} cannot be written to; name another with --data-dir",
                    path.display(),
                    above.display()
                );
                Finding::bad(subject, words)
            }
            None => Finding::bad(subject, format!("{} cannot be made", path.display())),
        };
    };
    let told = path.display().to_string();
    let rights = found.permissions().mode() & 0o777;
    if !found.is_dir() {
        Finding::bad(subject, format!("{told} is no folder: move it away"))
    } else if let Err(error) = try_writing(path) {
        if is_full(&error) {
            return full(subject, path);
        }
        let words = format!("{told} cannot be written to ({error}): give yourself the right to");
        Finding::bad(subject, words)
    } else if rights & 0o077 != 0 {
        let words = format!("{told} is open to others ({rights:o}): chmod 700 closes it");
        Finding::warn(subject, words)
    } else {
        Finding::good(subject, format!("{told} ({rights:o})"))
    }
}

/// A file of the desk that others may read or write.
fn open_to_others(path: &Path) -> Option<Finding> {
    let rights = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    let words = format!(
        "{} was open to others ({rights:o}): a start closes it, and so does chmod 600",
        path.display()
    );
    (rights & 0o077 != 0).then(|| Finding::warn("files", words))
}

fn nearest_there(path: &Path) -> Option<PathBuf> {
    path.ancestors().skip(1).find(|above| above.is_dir()).map(Path::to_owned)
}

/// Tries it: rights alone do not tell of a disk that is mounted read-only, or full.
fn try_writing(folder: &Path) -> io::Result<()> {
    let mut probe = tempfile::Builder::new().prefix(".desk-doctor-").tempfile_in(folder)?;
    probe.write_all(&vec![0; ROOM_BYTES])?;
    probe.as_file().sync_data()
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn full(subject: &'static str, folder: &Path) -> Finding {
    let room = ROOM_BYTES >> 20;
    let words = format!("the disk of {} has no {room} MB left: free some space", folder.display());
    Finding::bad(subject, words)
}

/// The store, and the numbers of the embedded accounts that it knows. All that the desk would load
/// of `account`, or of the newest one, is loaded: that finds what a start would find.
async fn store(
    path: &Path,
    account: Option<&str>,
    (schedule, now): (Schedule, MarketTime),
) -> (Finding, Option<Vec<String>>) {
    let subject = "store";
    let told = path.display();
    if !path.exists() {
        return (Finding::good(subject, format!("{told} (made at the first start)")), None);
    }
    let store = match SqliteStore::open_kept(path).await {
        Ok(store) => store,
        Err(OpenError::Empty { .. }) => {
            let words = format!(
                "{told} is empty: a start makes a new store of it; if there was one, restore it \
                 from a backup first"
            );
            return (Finding::warn(subject, words), Some(Vec::new()));
        }
        Err(held @ OpenError::Held { .. }) => {
            return (Finding::bad(subject, format!("{held}; it was not looked into")), None);
        }
        Err(error) => return (Finding::bad(subject, error.to_string()), None),
    };
    let looked = async {
        let known = store.accounts(VenueKind::Embedded).await?;
        let number = account.or(known.first().map(String::as_str)).unwrap_or_default().to_owned();
        let today_from = schedule.day_start(schedule.trading_day(now));
        let venue = VenueKind::Embedded;
        store.load(Opening { venue, number, today_from, schedule }).await?;
        Ok::<_, Fault>((known, store.about().await?))
    };
    let looked = looked.await;
    // What closing could still fail at was told by then, or will be told by the next start.
    let _ = store.close().await;
    match looked {
        Err(fault) => (Finding::bad(subject, fault.to_string()), None),
        Ok((known, about)) => (Finding::good(subject, in_words(path, &about)), Some(known)),
    }
}

fn in_words(path: &Path, about: &About) -> String {
    let [a, b, c, d, ..] = about.head.hash;
    let people = if about.users == 1 { "person" } else { "people" };
    format!(
        "{}; schema {}, SQLite {}, {} with synchronous {}; {} {people}, portfolios {}, \
         orders {}; journal line {} ({a:02x}{b:02x}{c:02x}{d:02x}..)",
        path.display(),
        about.schema,
        about.sqlite,
        about.journal_mode,
        about.synchronous,
        about.users,
        about.portfolios,
        about.orders,
        about.head.sequence
    )
}

/// The embedded market's own file, which was only read: a start refuses one that is damaged, and
/// one that is not of an account the store knows. What the store knows may not be known.
fn market(path: &Path, seen: Result<Option<Seen>, Fault>, known: Option<&[String]>) -> Finding {
    let subject = "market";
    let seen = match seen {
        Ok(seen) => seen,
        Err(fault) => return Finding::bad(subject, fault.to_string()),
    };
    if let Some(Err(fault)) = known.map(|known| fits(path, seen.as_ref(), known)) {
        return Finding::bad(subject, super::sentence(&fault));
    }
    let told = path.display();
    match seen {
        None => Finding::good(subject, format!("{told} (made at the first start)")),
        Some(Seen { account, seed, .. }) => {
            Finding::good(subject, format!("{told}; account {account}, made with seed {seed}"))
        }
    }
}

fn venue(config: &Config) -> Finding {
    match trading_venue(config) {
        Err(fault) => Finding::bad("venue", super::sentence(&fault)),
        Ok(VenueKind::Embedded) => {
            let market = &config.market;
            let (_, why) = config.venue();
            let words = format!(
                "the embedded market, because {why}; seed {}, speed {}, {}",
                market.seed,
                market.speed,
                super::hours_in_words(market.schedule)
            );
            if config.keys.is_empty() {
                Finding::good("venue", words)
            } else {
                Finding::warn("venue", format!("{words}; broker keys are not used"))
            }
        }
        Ok(VenueKind::Alpaca) => {
            let (_, why) = config.venue();
            Finding::good("venue", format!("Alpaca's paper account, because {why}"))
        }
        Ok(other) => Finding::good("venue", other.as_str()),
    }
}

fn time(config: &Config, clock: &dyn Clock) -> Finding {
    let now = clock.now();
    let market = MarketTime::from_ns(now.ns());
    let state = config.market.schedule.clock(market);
    let state = match state.phase {
        Phase::Open => "open",
        Phase::Closed => "closed",
    };
    let words = format!(
        "{} UTC, {} in New York: the market is {state}",
        now.timestamp().strftime("%Y-%m-%d %H:%M:%S"),
        market.new_york().strftime("%a %H:%M:%S")
    );
    // A clock before the program was written has not been set.
    if market.date() < jiff::civil::date(2026, 1, 1) {
        return Finding::bad("clock", format!("{words}; set the clock of this machine"));
    }
    Finding::good("clock", words)
}

#[cfg(test)]
mod tests;
