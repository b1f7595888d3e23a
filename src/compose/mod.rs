//! Wires every concrete type: reads the configuration, opens what is needed, stops it in reverse.
//! Must never decide anything about people or orders: it only knows which part goes where.

pub mod broker;
mod broker_doctor;
pub mod doctor;
mod ground;
pub mod keys;
pub mod log;
pub mod market;
pub mod open;
mod scratch;
pub mod screen;
pub mod signals;

use std::path::PathBuf;
use std::sync::Arc;

use tokio::runtime::Runtime;

use crate::cli::config::{Config as ConfigNoun, Line};
use crate::cli::store::Store as StoreNoun;
use crate::cli::{self, Arguments, Noun};
use crate::clock::SystemClock;
use crate::config::{Config, Surroundings, file_path};
use crate::desk::event::VenueKind;
use crate::desk::port::Clock;
use crate::domain::hours::Schedule;
use crate::store::SqliteStore;

use open::Accounts;

/// The store's file in the data folder.
const STORE_FILE: &str = "desk.db";

/// A venue that this version has no client for.
#[derive(Debug, thiserror::Error)]
#[error(
    "{why}, and this version does not record trades for {venue}: choose the embedded market with \
    --set venue=embedded or DESK_VENUE=embedded, or Alpaca's paper account with `desk keys`"
)]
pub struct NoClient {
    venue: &'static str,
    why: String,
}

/// A demo was given a folder, as if it kept something.
#[derive(Debug, thiserror::Error)]
#[error(
    "a demo keeps nothing, so it takes no folder: leave out --data-dir {}, or open a desk that is \
     kept there with 'desk --data-dir {}'",
    folder.display(),
    folder.display()
)]
pub struct NothingKept {
    folder: PathBuf,
}

/// Does what the command line asks; true where all went well.
pub fn run(arguments: &Arguments) -> anyhow::Result<bool> {
    let surroundings = surroundings(arguments);
    if arguments.new_account && arguments.noun.is_some() {
        anyhow::bail!("--new-account is for the desk itself: give it without a command");
    }
    match &arguments.noun {
        Some(Noun::Config(ConfigNoun::Path)) => {
            cli::config::path(&file_path(&surroundings)?.display().to_string());
            Ok(true)
        }
        Some(Noun::Config(ConfigNoun::Show)) => {
            show_config(&Config::load(&surroundings)?);
            Ok(true)
        }
        Some(Noun::Doctor) => {
            let clock = Arc::new(SystemClock::new()) as Arc<dyn Clock>;
            let findings = runtime()?.block_on(doctor::examine(&surroundings, &clock));
            Ok(cli::doctor::print(&findings))
        }
        Some(Noun::Keys) => runtime()?.block_on(keys::enter(&surroundings)),
        Some(Noun::Store(StoreNoun::Check)) => {
            runtime()?.block_on(check_store(&Config::load(&surroundings)?))
        }
        Some(Noun::Market(asked)) => runtime()?.block_on(market::serve(asked)),
        Some(Noun::Demo(_)) => {
            if let Some(folder) = &arguments.global.data_dir {
                return Err(NothingKept { folder: folder.clone() }.into());
            }
            open_desk(arguments, &surroundings, true)
        }
        None => open_desk(arguments, &surroundings, false),
    }
}

/// Opens the desk on this terminal, and closes it when its person leaves.
fn open_desk(
    arguments: &Arguments,
    surroundings: &Surroundings,
    is_demo: bool,
) -> anyhow::Result<bool> {
    let config = Config::load(surroundings)?;
    screen::check()?;
    let log = log::start(&config.state_dir, config.log_level)?;
    log::catch_panics(log.is_some().then(|| log::path_in(&config.state_dir)));
    let runtime = runtime()?;
    let closed = runtime.block_on(async {
        let signals = signals::Signals::catch()?;
        let opened = if is_demo {
            open::demo(&config).await?
        } else {
            let accounts = if arguments.new_account { Accounts::New } else { Accounts::Known };
            open::kept(&config, accounts).await?
        };
        let wanted = screen::Wanted {
            user: arguments.global.user.clone(),
            screen: config.screen.clone(),
            exports: surroundings.here.clone(),
        };
        screen::show(opened, signals, wanted).await?;
        anyhow::Ok(true)
    });
    // What still reads for nobody is not waited for.
    runtime.shutdown_background();
    closed
}

/// An error as people read it: one sentence with its full stop.
pub fn sentence(error: &impl ToString) -> String {
    let text = error.to_string();
    let text = text.trim();
    let word = text.split_whitespace().next().unwrap_or_default();
    let mut sentence = text.to_owned();
    // A path, a flag or a setting at the beginning keeps its letters: they mean something.
    if word.bytes().all(|byte| byte.is_ascii_alphabetic()) && !word.is_empty() {
        sentence[..1].make_ascii_uppercase();
    }
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

fn surroundings(arguments: &Arguments) -> Surroundings {
    Surroundings {
        file: arguments.global.config.clone(),
        flags: arguments.overrides(),
        ..Surroundings::of_process()
    }
}

/// The screen runs on the thread that waits here, so that nothing the desk does holds up a key; two
/// threads serve desk and market, so that a long chart holds up no order.
fn runtime() -> anyhow::Result<Runtime> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    {
        let _entered = runtime.enter();
        signals::outlive_file_limit()?;
    }
    Ok(runtime)
}

fn store_file(config: &Config) -> PathBuf {
    config.data_dir.join(STORE_FILE)
}

fn show_config(config: &Config) {
    let lines: Vec<Line> = config
        .shown()
        .into_iter()
        .map(|shown| Line {
            name: shown.name,
            value: shown.value,
            origin: shown.origin,
            meaning: shown.meaning.to_owned(),
        })
        .collect();
    cli::config::show(&config.file.display().to_string(), config.file.exists(), &lines);
}

async fn check_store(config: &Config) -> anyhow::Result<bool> {
    let path = store_file(config);
    anyhow::ensure!(path.exists(), "there is no store at {} yet", path.display());
    let store = SqliteStore::open_kept(&path).await?;
    let findings = store.check().await?;
    let mut wrong: Vec<String> = findings.iter().map(ToString::to_string).collect();
    let file = path.display().to_string();
    let (about, chain) = match (store.about().await, store.verify(None).await) {
        (Ok(about), Ok(chain)) => (about, chain),
        // Where the file itself is damaged, what was found of it says more than this would.
        (Err(_), _) | (_, Err(_)) if !wrong.is_empty() => {
            return Ok(cli::store::print_check(&file, &[], &wrong));
        }
        (Err(fault), _) | (_, Err(fault)) => return Err(fault.into()),
    };
    let closed = store.close().await;
    wrong.extend(chain.err().map(|found| found.to_string()));
    let counted = [
        format!("{} orders, their fills, entries, positions and cash", about.orders),
        format!("{} lines of the journal", about.head.sequence),
    ];
    let whole = cli::store::print_check(&file, &counted, &wrong);
    closed?;
    Ok(whole)
}

/// What the desk trades on, where this version can.
fn trading_venue(config: &Config) -> Result<VenueKind, NoClient> {
    match config.venue() {
        (venue @ (VenueKind::Embedded | VenueKind::Alpaca), _) => Ok(venue),
        (VenueKind::Ledger, why) => Err(NoClient { venue: "the ledger", why }),
    }
}

const fn hours_in_words(schedule: Schedule) -> &'static str {
    match schedule {
        Schedule::Always => "open around the clock",
        Schedule::Nyse => "New York's hours",
    }
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn errors_are_told_as_sentences() {
        assert_eq!(sentence(&"the disk is full"), "The disk is full.");
        assert_eq!(sentence(&"Told already."), "Told already.");
        assert_eq!(sentence(&"/a/b is no store"), "/a/b is no store.");
        assert_eq!(sentence(&"desk.toml:3: no"), "desk.toml:3: no.");
        assert_eq!(sentence(&"élan"), "élan.");
        assert_eq!(sentence(&""), ".");
    }
}
