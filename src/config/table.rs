//! The table of settings: every name, what it takes, its default, what it means.
//! Must never hold a secret: keys are named in keys.rs, and never have a default.

use super::kinds::Kind;

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Name in a file and after `--set`; a dot parts group and name.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// The value without any other; empty where the platform decides.
    pub default: &'static str,
    /// What it means, in a few words.
    pub meaning: &'static str,
}

/// The names of the themes, `auto` first.
const THEMES: &[&str] =
    &["auto", "terminal", "dark", "light", "high-contrast", "colour-blind", "mono"];

/// Every setting, in the order in which people are shown them.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "data_dir",
        kind: Kind::Folder,
        default: "",
        meaning: "folder of the store and of the embedded market's state",
    },
    Setting {
        name: "state_dir",
        kind: Kind::Folder,
        default: "",
        meaning: "folder of the log; `state` beside the data where data_dir was chosen",
    },
    Setting {
        name: "log_level",
        kind: Kind::Word(&["off", "error", "warn", "info", "debug", "trace"]),
        default: "warn",
        meaning: "how much goes to the log file",
    },
    Setting {
        name: "venue",
        kind: Kind::Word(&["auto", "embedded", "alpaca", "ledger"]),
        default: "auto",
        meaning: "what the desk trades on; auto is alpaca where its keys are set, else embedded",
    },
    Setting {
        name: "alpaca.feed",
        kind: Kind::Word(&["iex", "sip", "delayed_sip", "test"]),
        default: "iex",
        meaning: "which of Alpaca's market-data feeds is read; the free plan has iex",
    },
    Setting {
        name: "market.seed",
        kind: Kind::Count { least: 0, most: i64::MAX },
        default: "1",
        meaning: "seed of the embedded market's prices",
    },
    Setting {
        name: "market.speed",
        kind: Kind::Count { least: 1, most: 10_000 },
        default: "1",
        meaning: "seconds of the embedded market in a real second",
    },
    Setting {
        name: "market.hours",
        kind: Kind::Word(&["always", "nyse"]),
        default: "always",
        meaning: "hours of the embedded market: around the clock, or the exchange's calendar",
    },
    Setting {
        name: "market.cash",
        kind: Kind::Dollars { least: 1, most: 1_000_000_000 },
        default: "1000000.00",
        meaning: "cash that a new embedded account starts with",
    },
    Setting {
        name: "theme",
        kind: Kind::Word(THEMES),
        default: "auto",
        meaning: "colours; auto is the terminal's own, or none where NO_COLOR is set",
    },
    Setting {
        name: "glyphs",
        kind: Kind::Word(&["unicode", "ascii"]),
        default: "unicode",
        meaning: "signs and lines; ascii for plain consoles",
    },
    Setting {
        name: "time_zone",
        kind: Kind::Zone,
        default: "exchange",
        meaning: "zone in which times are shown",
    },
    Setting {
        name: "flash",
        kind: Kind::Switch,
        default: "on",
        meaning: "a changed price stands out for a moment",
    },
    Setting {
        name: "mouse",
        kind: Kind::Switch,
        default: "on",
        meaning: "the desk takes the mouse; off leaves it to the terminal",
    },
    Setting {
        name: "confirm_above",
        kind: Kind::Dollars { least: 0, most: 100_000_000 },
        default: "10000.00",
        meaning: "orders of this value or more ask once more before they are sent",
    },
    Setting {
        name: "idle_lock_minutes",
        kind: Kind::Count { least: 0, most: 720 },
        default: "10",
        meaning: "minutes without a key before the screen locks, an admin's after 5; 0 is never",
    },
    Setting {
        name: "frames_per_second",
        kind: Kind::Count { least: 1, most: 30 },
        default: "30",
        meaning: "most frames drawn for new data in a second; keys are drawn at once",
    },
];

/// The setting of this name.
pub fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// The known name that is nearest to one that is not.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // A beginning that is right counts most: people stop typing, or leave out the group.
    known.max_by(|left, right| {
        let alike = |other: &str| {
            let last = other.rsplit('.').next().unwrap_or(other);
            strsim::jaro_winkler(name, other).max(strsim::jaro_winkler(name, last))
        };
        alike(left).total_cmp(&alike(right))
    })
}

/// The variable that carries a setting in the environment: `market.seed` is `DESK_MARKET_SEED`.
pub fn variable(name: &str) -> String {
    format!("DESK_{}", name.replace('.', "_").to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{SETTINGS, nearest, variable};

    #[test]
    fn names_and_variables_are_unique_and_defaults_are_valid() {
        let names: BTreeSet<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
        let variables: BTreeSet<String> = names.iter().map(|name| variable(name)).collect();
        assert_eq!((names.len(), variables.len()), (SETTINGS.len(), SETTINGS.len()));
        for setting in SETTINGS.iter().filter(|setting| !setting.default.is_empty()) {
            setting.kind.read(setting.default).unwrap_or_else(|takes| {
                panic!("{} = {}: takes {takes}", setting.name, setting.default)
            });
        }
    }

    #[test]
    fn the_nearest_name_is_the_one_that_was_meant() {
        let near = |name| nearest(name, SETTINGS.iter().map(|setting| setting.name));
        for (typed, meant) in [
            ("them", "theme"),
            ("tehme", "theme"),
            ("market.sed", "market.seed"),
            ("confirm_abov", "confirm_above"),
            ("timezone", "time_zone"),
            ("datadir", "data_dir"),
            ("idle_lock", "idle_lock_minutes"),
            ("frames", "frames_per_second"),
            ("mous", "mouse"),
            ("seed", "market.seed"),
        ] {
            assert_eq!(near(typed), Some(meant), "{typed}");
        }
        assert_eq!(nearest("x", std::iter::empty()), None);
    }
}
