//! The configuration: file, `.env`, environment and flags become one `Config`, all decided.
//! Must never be read by a room below: what a room needs is handed to it as values.

pub mod broker;
pub mod fault;
pub mod keys;
pub mod kinds;
pub mod origin;
pub mod sources;
pub mod table;

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use jiff::tz::TimeZone;

use crate::cli::Override;
use crate::desk::event::VenueKind;
use crate::domain::hours::Schedule;
use crate::domain::numbers::Money;
use crate::domain::text::clean_line;
use crate::domain::time::new_york;

use broker::{Broker, BrokerFault};
use fault::ConfigFault;
use keys::Key;
use kinds::Value;
use origin::Origin;
use sources::{Given, Variable};
use table::SETTINGS;

/// The name of the program's folders in the platform's places.
const FOLDER_NAME: &str = "trading-desk";
/// The name of the configuration file in its folder.
const FILE_NAME: &str = "desk.toml";
/// Most characters of a wrong name or value that a complaint repeats.
const TEXT_CHARS_MAX: usize = 80;

/// All that the configuration is read from; a test hands in its own.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The environment.
    pub environment: BTreeMap<String, String>,
    /// The folder the program was started in, where `.env` may lie.
    pub here: PathBuf,
    /// The platform's folders for configuration, data and state; none without a home folder.
    pub home: Option<HomeFolders>,
    /// A configuration file named by a flag.
    pub file: Option<PathBuf>,
    /// Settings given by flags.
    pub flags: Vec<Override>,
}

/// The platform's folders for this program.
#[derive(Clone, Debug)]
pub struct HomeFolders {
    /// The person's home.
    pub home: PathBuf,
    /// Of the configuration file.
    pub config: PathBuf,
    /// Of the data.
    pub data: PathBuf,
    /// Of the state: the log.
    pub state: PathBuf,
}

impl Surroundings {
    /// Those of this process.
    #[expect(clippy::disallowed_methods, reason = "the one reader of the environment")]
    pub fn of_process() -> Self {
        let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        let environment =
            std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect();
        let here = std::env::current_dir().unwrap_or_default();
        Self { environment, here, home: HomeFolders::of_platform(), ..Self::default() }
    }
}

impl HomeFolders {
    fn of_platform() -> Option<Self> {
        let base = directories::BaseDirs::new()?;
        let project = ProjectDirs::from("", "", FOLDER_NAME)?;
        let state = project.state_dir().unwrap_or_else(|| project.data_local_dir());
        Some(Self {
            home: base.home_dir().to_owned(),
            config: project.config_dir().to_owned(),
            data: project.data_dir().to_owned(),
            state: state.to_owned(),
        })
    }
}

/// The configuration, every value decided.
#[derive(Clone, Debug)]
pub struct Config {
    /// The configuration file that was read, or would be.
    pub file: PathBuf,
    /// Folder of the store and of the embedded market's state.
    pub data_dir: PathBuf,
    /// Folder of the log.
    pub state_dir: PathBuf,
    /// What goes to the log: `off`, `error`, ... `trace`.
    pub log_level: &'static str,
    /// The embedded market's settings.
    pub market: MarketConfig,
    /// The screen's settings.
    pub screen: ScreenConfig,
    /// The broker's variables that were found.
    pub keys: Vec<Key>,
    feed: &'static str,
    venue: &'static str,
    chosen: BTreeMap<&'static str, (String, Origin)>,
}

/// The embedded market's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarketConfig {
    /// Seed of its prices.
    pub seed: u64,
    /// Seconds of it in a real second.
    pub speed: u32,
    /// Its hours.
    pub schedule: Schedule,
    /// Cash of a new account.
    pub cash: Money,
}

/// The screen's settings: what holds for a person who has not chosen otherwise.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "four switches that go any way")]
pub struct ScreenConfig {
    /// Theme by name; none is the terminal's own colours.
    pub theme: Option<&'static str>,
    /// No colours, whatever the theme: `NO_COLOR` is set and nothing said otherwise.
    pub no_colour: bool,
    /// ASCII signs and lines only.
    pub ascii: bool,
    /// Zone in which times are shown.
    pub zone: TimeZone,
    /// Changed prices stand out for a moment.
    pub flash: bool,
    /// The desk takes the mouse.
    pub mouse: bool,
    /// Orders of this value or more ask once more.
    pub confirm_above: Money,
    /// Minutes without a key before the screen locks; 0 is never.
    pub idle_lock_minutes: i64,
    /// Most frames drawn for new data in a second.
    pub frames_per_second: i64,
}

/// One line of `desk config show`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Setting or variable.
    pub name: String,
    /// Value; secrets masked.
    pub value: String,
    /// Where it came from.
    pub origin: String,
    /// What it means.
    pub meaning: &'static str,
}

/// The configuration file of these surroundings.
pub fn file_path(surroundings: &Surroundings) -> Result<PathBuf, ConfigFault> {
    match (&surroundings.file, &surroundings.home) {
        (Some(file), _) => Ok(file.clone()),
        (None, Some(home)) => Ok(home.config.join(FILE_NAME)),
        (None, None) => Err(ConfigFault::NoHome),
    }
}

impl Config {
    /// Reads everything, lowest rank first: defaults, `NO_COLOR`, file, `.env`, environment, flags.
    pub fn load(surroundings: &Surroundings) -> Result<Self, ConfigFault> {
        let dotenv_path = surroundings.here.join(".env");
        let dotenv = read_if_there(&dotenv_path, false)?.unwrap_or_default();
        let (no_color, dotenv): (Vec<_>, Vec<_>) = sources::read_dotenv(&dotenv_path, &dotenv)
            .into_iter()
            .chain(environment_variables(surroundings))
            .partition(|variable| variable.name == "NO_COLOR");
        let (environment, dotenv): (Vec<_>, Vec<_>) = dotenv
            .into_iter()
            .partition(|variable| matches!(variable.origin, Origin::Environment(_)));
        let file = file_path(surroundings)?;
        let secrets_file = file.with_file_name(broker::SECRETS_FILE);
        let secrets = broker::read_secrets(&secrets_file)?;
        let text = read_if_there(&file, surroundings.file.is_some())?.unwrap_or_default();

        let mut given = sources::sort_variables(no_color)?.given;
        given.extend(sources::read_toml(&file, &text)?);
        let mut keys = BTreeMap::new();
        for variables in [secrets, dotenv, environment] {
            let sorted = sources::sort_variables(variables)?;
            given.extend(sorted.given);
            keys.extend(sorted.keys.into_iter().map(|key| (key.name.clone(), key)));
        }
        given.extend(flags(surroundings));
        Self::decide(surroundings, file, given, keys.into_values().collect())
    }

    /// The last value given for each setting wins; every one given has to be right.
    fn decide(
        surroundings: &Surroundings,
        file: PathBuf,
        given: Vec<Given>,
        keys: Vec<Key>,
    ) -> Result<Self, ConfigFault> {
        let mut chosen = BTreeMap::new();
        let mut values = BTreeMap::new();
        for setting in SETTINGS.iter().filter(|setting| !setting.default.is_empty()) {
            let value = setting.kind.read(setting.default).expect("a test reads every default");
            chosen.insert(setting.name, (setting.default.to_owned(), Origin::Default));
            values.insert(setting.name, value);
        }
        for Given { name, setting, value: text, origin } in given {
            let Some(setting) = setting.and_then(table::find) else {
                return Err(unknown(&name, origin));
            };
            let value = setting.kind.read(&text).map_err(|takes| ConfigFault::BadValue {
                place: origin.clone(),
                name,
                value: clean_line(&text, TEXT_CHARS_MAX),
                takes,
            })?;
            values.insert(setting.name, value);
            chosen.insert(setting.name, (text, origin));
        }
        let values = Values { values, home: surroundings.home.as_ref() };
        let data_dir = values.folder("data_dir").map_or_else(
            || surroundings.home.as_ref().map(|home| home.data.clone()).ok_or(ConfigFault::NoHome),
            Ok,
        )?;
        let state_dir = match (values.folder("state_dir"), &surroundings.home) {
            (Some(folder), _) => folder,
            (None, Some(home)) if home.data == data_dir => home.state.clone(),
            (None, _) => data_dir.join("state"),
        };
        for (name, folder) in [("data_dir", &data_dir), ("state_dir", &state_dir)] {
            let shown = folder.display().to_string();
            chosen.entry(name).or_insert((String::new(), Origin::Default)).0 = shown;
        }
        Ok(Self {
            file,
            data_dir,
            state_dir,
            log_level: values.word("log_level"),
            market: values.market(),
            screen: ScreenConfig { no_colour: is_no_color(&chosen["theme"].1), ..values.screen() },
            keys,
            feed: values.word("alpaca.feed"),
            venue: values.word("venue"),
            chosen,
        })
    }

    /// What the desk trades on, with the reason where it was not named by itself.
    pub fn venue(&self) -> (VenueKind, String) {
        let (_, origin) = &self.chosen["venue"];
        let named = format!("venue is \"{}\" ({origin})", self.venue);
        match self.venue {
            "embedded" => (VenueKind::Embedded, named),
            "alpaca" => (VenueKind::Alpaca, named),
            "ledger" => (VenueKind::Ledger, named),
            _ => match self.keys.iter().find(|key| key.is_credential()) {
                Some(key) => (VenueKind::Alpaca, format!("{} is set ({})", key.name, key.origin)),
                None => (VenueKind::Embedded, "no broker keys are set".to_owned()),
            },
        }
    }

    /// The broker whose keys were found.
    ///
    /// # Errors
    /// Where there is none that can be called.
    pub fn broker(&self) -> Result<Broker, BrokerFault> {
        broker::read(&self.keys, self.feed)
    }

    /// Which market-data feed is read.
    pub const fn feed(&self) -> &'static str {
        self.feed
    }

    /// The file that keeps the broker's keys, whether it is there or not.
    pub fn secrets_file(&self) -> PathBuf {
        self.file.with_file_name(broker::SECRETS_FILE)
    }

    /// Where a setting was given; none where its default holds.
    pub fn given(&self, name: &str) -> Option<&Origin> {
        let (_, origin) = self.chosen.get(name)?;
        (*origin != Origin::Default).then_some(origin)
    }

    /// Every setting with its value and origin, then the broker's variables, masked.
    pub fn shown(&self) -> Vec<Shown> {
        let settings = SETTINGS.iter().map(|setting| {
            let (value, origin) = &self.chosen[setting.name];
            Shown {
                name: setting.name.to_owned(),
                value: value.clone(),
                origin: origin.to_string(),
                meaning: setting.meaning,
            }
        });
        let keys = self.keys.iter().map(|key| Shown {
            name: key.name.clone(),
            value: key.masked(),
            origin: key.origin.to_string(),
            meaning: "the broker's, for paper trading",
        });
        settings.chain(keys).collect()
    }
}

/// The values of the table, typed.
struct Values<'a> {
    values: BTreeMap<&'static str, Value>,
    home: Option<&'a HomeFolders>,
}

impl Values<'_> {
    fn folder(&self, name: &str) -> Option<PathBuf> {
        let Some(Value::Folder(path)) = self.values.get(name) else { return None };
        let under_home = path.strip_prefix("~").ok().zip(self.home);
        Some(under_home.map_or_else(|| path.clone(), |(rest, home)| home.home.join(rest)))
    }
    fn word(&self, name: &str) -> &'static str {
        let Value::Word(word) = &self.values[name] else { unreachable!("{name} is a word") };
        word
    }
    fn switch(&self, name: &str) -> bool {
        self.values[name] == Value::Switch(true)
    }
    fn count(&self, name: &str) -> i64 {
        let Value::Count(count) = self.values[name] else { unreachable!("{name} is a count") };
        count
    }
    fn dollars(&self, name: &str) -> Money {
        let Value::Dollars(money) = self.values[name] else { unreachable!("{name} is an amount") };
        money
    }
    fn market(&self) -> MarketConfig {
        let schedule = match self.word("market.hours") {
            "nyse" => Schedule::Nyse,
            _ => Schedule::Always,
        };
        MarketConfig {
            seed: u64::try_from(self.count("market.seed")).expect("a seed is not negative"),
            speed: u32::try_from(self.count("market.speed")).expect("a speed is small"),
            schedule,
            cash: self.dollars("market.cash"),
        }
    }
    fn screen(&self) -> ScreenConfig {
        let Value::Zone(zone) = &self.values["time_zone"] else {
            unreachable!("time_zone is a zone")
        };
        let zone = match zone.as_str() {
            "exchange" => new_york().clone(),
            "local" => TimeZone::system(),
            name => TimeZone::get(name).expect("the name was looked up when it was read"),
        };
        ScreenConfig {
            theme: Some(self.word("theme")).filter(|theme| *theme != "auto"),
            no_colour: false,
            ascii: self.word("glyphs") == "ascii",
            zone,
            flash: self.switch("flash"),
            mouse: self.switch("mouse"),
            confirm_above: self.dollars("confirm_above"),
            idle_lock_minutes: self.count("idle_lock_minutes"),
            frames_per_second: self.count("frames_per_second"),
        }
    }
}

/// The text of a file; none where there is no such file, unless it was asked for by name.
fn read_if_there(path: &Path, asked_for: bool) -> Result<Option<String>, ConfigFault> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound && !asked_for => Ok(None),
        Err(error) => {
            Err(ConfigFault::Unreadable { path: path.to_owned(), what: error.to_string() })
        }
    }
}

fn environment_variables(surroundings: &Surroundings) -> impl Iterator<Item = Variable> {
    surroundings.environment.iter().map(|(name, value)| Variable {
        name: name.clone(),
        value: value.clone(),
        origin: Origin::Environment(name.clone()),
    })
}

fn is_no_color(origin: &Origin) -> bool {
    matches!(origin, Origin::Environment(name) if name == "NO_COLOR")
}

fn flags(surroundings: &Surroundings) -> impl Iterator<Item = Given> {
    surroundings.flags.iter().map(|Override { flag, name, value }| Given {
        name: name.clone(),
        setting: table::find(name).map(|setting| setting.name),
        value: value.clone(),
        origin: Origin::Flag(flag.clone()),
    })
}

/// The complaint about an unknown name: in the environment with the nearest variable.
fn unknown(name: &str, place: Origin) -> ConfigFault {
    let nearest = if name.starts_with("DESK_") {
        let variables: Vec<String> =
            SETTINGS.iter().map(|setting| table::variable(setting.name)).collect();
        table::nearest(name, variables.iter().map(String::as_str)).map(str::to_owned)
    } else {
        table::nearest(name, SETTINGS.iter().map(|setting| setting.name)).map(str::to_owned)
    };
    let name = clean_line(name, TEXT_CHARS_MAX);
    ConfigFault::Unknown { place, name, nearest: nearest.expect("there are settings") }
}

#[cfg(test)]
mod tests;
