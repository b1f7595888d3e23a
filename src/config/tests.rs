//! The configuration as a whole: ranks, origins, complaints.
//! Must never read the machine's own files or environment: every test hands in its surroundings.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::table::SETTINGS;
use super::{Config, HomeFolders, Surroundings, file_path};
use crate::cli::Override;
use crate::desk::event::VenueKind;
use crate::domain::hours::Schedule;
use crate::domain::numbers::Money;
use crate::tui::theme::Themes;

/// Surroundings with a home of their own, a configuration file and a `.env`.
struct Place {
    folder: TempDir,
    surroundings: Surroundings,
}

fn set(name: &str, value: &str) -> Override {
    let flag = format!("--set {name}={value}");
    Override { flag, name: name.to_owned(), value: value.to_owned() }
}

impl Place {
    fn new(toml: &str, dotenv: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let home = folder.path().to_owned();
        let folders = HomeFolders {
            home: home.clone(),
            config: home.join("config"),
            data: home.join("data"),
            state: home.join("state"),
        };
        fs::create_dir(&folders.config).expect("writable");
        fs::write(folders.config.join("desk.toml"), toml).expect("writable");
        fs::write(home.join(".env"), dotenv).expect("writable");
        let surroundings =
            Surroundings { here: home, home: Some(folders), ..Surroundings::default() };
        Self { folder, surroundings }
    }
    fn environment(mut self, pairs: &[(&str, &str)]) -> Self {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.surroundings.environment = pairs.collect();
        self
    }
    fn flag(mut self, name: &str, value: &str) -> Self {
        self.surroundings.flags.push(set(name, value));
        self
    }
    fn load(&self) -> Config {
        Config::load(&self.surroundings).expect("a good configuration")
    }
    /// The complaint, with the temporary folder's name taken out.
    fn complaint(&self) -> String {
        let fault = Config::load(&self.surroundings).expect_err("a bad configuration");
        fault.to_string().replace(&self.path("").display().to_string(), "")
    }
    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }
    /// Value and origin of a setting.
    fn shown(&self, name: &str) -> (String, String) {
        let shown = self.load().shown().into_iter().find(|shown| shown.name == name);
        let shown = shown.expect("every setting is shown");
        let plain = |text: String| text.replace(&self.path("").display().to_string(), "");
        (plain(shown.value), plain(shown.origin))
    }
}

#[test]
fn without_anything_the_defaults_hold() {
    let config = Place::new("", "").load();
    assert_eq!(config.venue().0, VenueKind::Embedded);
    assert_eq!(config.market.speed, 1);
    assert_eq!(config.market.schedule, Schedule::Always);
    assert_eq!(config.market.cash, Money::dollars(1_000_000));
    assert_eq!(config.screen.theme, None);
    assert_eq!(config.screen.zone.iana_name(), Some("America/New_York"));
    assert!(config.shown().iter().all(|shown| shown.origin == "default"));
}

#[test]
fn each_place_outranks_the_one_before() {
    let toml = "theme = \"dark\"\n[market]\nhours = \"nyse\"\n";
    let at = |place: &Place| place.shown("theme");
    let told = |value: &str, origin: &str| (value.to_owned(), origin.to_owned());

    let place = Place::new("", "").environment(&[("NO_COLOR", "1")]);
    assert_eq!(at(&place), told("mono", "environment NO_COLOR"));
    assert!(place.load().screen.no_colour);
    let place = Place::new(toml, "").environment(&[("NO_COLOR", "1")]);
    assert!(!place.load().screen.no_colour);
    assert_eq!(at(&place), told("dark", "config/desk.toml:1"));
    let place = Place::new(toml, "X=1\nDESK_THEME=light\n");
    assert_eq!(at(&place), told("light", ".env:2"));
    let place = Place::new(toml, "DESK_THEME=light").environment(&[("DESK_THEME", "mono")]);
    assert_eq!(at(&place), told("mono", "environment DESK_THEME"));
    let place = place.flag("theme", "terminal");
    assert_eq!(at(&place), told("terminal", "--set theme=terminal"));
    assert_eq!(place.shown("market.hours"), told("nyse", "config/desk.toml:3"));
    assert_eq!(place.load().market.schedule, Schedule::Nyse);
}

#[test]
fn an_unknown_setting_is_an_error_wherever_it_stands() {
    assert_eq!(
        Place::new("\n[market]\nsede = 1\n", "").complaint(),
        "config/desk.toml:3: there is no setting \"market.sede\"; the nearest is \"market.seed\"."
    );
    assert_eq!(
        Place::new("", "DESK_TEME=dark").complaint(),
        ".env:1: there is no setting \"DESK_TEME\"; the nearest is \"DESK_THEME\"."
    );
    assert_eq!(
        Place::new("", "").environment(&[("DESK_MOUS", "on")]).complaint(),
        "environment DESK_MOUS: there is no setting \"DESK_MOUS\"; the nearest is \"DESK_MOUSE\"."
    );
    assert_eq!(
        Place::new("", "").flag("glyph", "ascii").complaint(),
        "--set glyph=ascii: there is no setting \"glyph\"; the nearest is \"glyphs\"."
    );
}

#[test]
fn a_wrong_value_says_what_it_takes_even_where_another_outranks_it() {
    let place = Place::new("[market]\nspeed = \"fast\"\n", "").flag("market.speed", "2");
    assert_eq!(
        place.complaint(),
        "config/desk.toml:2: market.speed cannot be \"fast\"; \
         it takes a whole number from 1 to 10000."
    );
    assert_eq!(
        Place::new("", "DESK_FLASH=\u{1b}[2Jmaybe").complaint(),
        ".env:1: DESK_FLASH cannot be \"[2Jmaybe\"; it takes on or off."
    );
    assert!(Place::new("theme = [1]", "").complaint().contains("cannot be \"[..]\""));
    assert!(
        Place::new("theme", "").complaint().starts_with("config/desk.toml:1: this is not TOML")
    );
}

#[test]
fn a_file_named_by_a_flag_has_to_be_there() {
    let mut place = Place::new("", "");
    place.surroundings.file = Some(place.path("other.toml"));
    assert!(place.complaint().starts_with("The configuration other.toml cannot be read: "));
    fs::write(place.path("other.toml"), "theme = \"light\"").expect("writable");
    assert_eq!(place.shown("theme").1, "other.toml:1");
}

#[test]
fn folders_follow_the_platform_or_the_person() {
    let place = Place::new("", "");
    assert_eq!(place.load().data_dir, place.path("data"));
    assert_eq!(place.load().state_dir, place.path("state"));
    let place = place.flag("data_dir", "~/desk");
    assert_eq!(place.load().data_dir, place.path("desk"));
    assert_eq!(place.load().state_dir, place.path("desk/state"));
    assert_eq!(place.shown("data_dir"), ("desk".to_owned(), "--set data_dir=~/desk".to_owned()));

    let mut homeless = Surroundings::default();
    assert!(file_path(&homeless).expect_err("no home").to_string().contains("--data-dir"));
    let place = Place::new("", "");
    homeless.file = Some(place.path("config/desk.toml"));
    assert!(Config::load(&homeless).is_err());
    homeless.flags = vec![set("data_dir", "/tmp/d")];
    let config = Config::load(&homeless).expect("both folders are named");
    assert_eq!(config.data_dir, Path::new("/tmp/d"));
}

#[test]
fn the_venue_follows_the_setting_then_use_alpaca_then_the_keys() {
    let venue = |toml: &str, dotenv: &str| Place::new(toml, dotenv).load().venue();
    let keys = "APCA_API_KEY_ID=PK1\nAPCA_API_SECRET_KEY=canary\n";
    assert_eq!(venue("", keys).0, VenueKind::Alpaca);
    assert!(venue("", keys).1.starts_with("APCA_API_KEY_ID is set ("));
    assert_eq!(venue("", "APCA_API_BASE_URL=https://a.example").0, VenueKind::Embedded);
    assert_eq!(venue("venue = \"embedded\"", keys).0, VenueKind::Embedded);
    assert_eq!(venue("", "USE_ALPACA=true").0, VenueKind::Alpaca);
    assert_eq!(venue("", "USE_ALPACA=false").0, VenueKind::Ledger);
    assert_eq!(venue("", "DESK_VENUE=embedded\nUSE_ALPACA=true").0, VenueKind::Embedded);
}

#[test]
fn secrets_are_masked_and_told_with_their_origin() {
    let place = Place::new("", "ALPACA_SECRET_KEY=canary-1").environment(&[("APCA_X", "canary-2")]);
    let config = place.load();
    let told = format!("{config:?} {:?}", config.shown());
    assert!(!told.contains("canary"), "{told}");
    assert_eq!(place.shown("ALPACA_SECRET_KEY"), ("********".to_owned(), ".env:1".to_owned()));
    assert_eq!(place.shown("APCA_X").1, "environment APCA_X");
}

#[test]
fn the_readme_lists_every_setting_as_it_is() {
    let readme = include_str!("../../README.md");
    let rows: Vec<String> = SETTINGS
        .iter()
        .map(|setting| {
            let default = match setting.default {
                "" => "the platform's".to_owned(),
                default => format!("`{default}`"),
            };
            let (name, takes) = (setting.name, setting.kind.takes());
            format!("| `{name}` | {default} | {takes} | {} |", setting.meaning)
        })
        .collect();
    let table = rows.join("\n");
    assert!(readme.contains(&table), "README.md should hold:\n{table}");
}

#[test]
fn the_themes_are_those_that_the_screen_has() {
    let theme = SETTINGS.iter().find(|setting| setting.name == "theme").expect("it is there");
    for name in Themes::ORDER {
        assert!(theme.kind.read(name).is_ok(), "{name}");
    }
    let count = theme.kind.takes().split(", ").count() + 1;
    assert_eq!(count, Themes::ORDER.len() + 1, "and auto");
}
