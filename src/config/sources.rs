//! Where settings come from: a TOML file, `.env`, the environment, flags; each with its place.
//! Must never judge a value: it says what was given, and where, in the order of rank.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::fault::ConfigFault;
use super::keys::{Key, is_key_name};
use super::origin::Origin;

/// A value that was given for a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The setting as it was called there.
    pub name: String,
    /// Its name in the table, if it has one.
    pub setting: Option<&'static str>,
    /// Text of the value.
    pub value: String,
    /// Where.
    pub origin: Origin,
}

/// What a set of variables gives.
#[derive(Debug, Default)]
pub struct FromVariables {
    /// Settings, in order of rank: `NO_COLOR`, `USE_ALPACA`, then `DESK_*`.
    pub given: Vec<Given>,
    /// The broker's keys.
    pub keys: Vec<Key>,
}

/// One variable and where it stands.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
    /// Where.
    pub origin: Origin,
}

/// Reads a TOML file: groups are flattened into dotted names.
pub fn read_toml(path: &Path, text: &str) -> Result<Vec<Given>, ConfigFault> {
    let line_of = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
    let table = DeTable::parse(text).map_err(|error| ConfigFault::NotToml {
        place: Origin::Line(path.to_owned(), error.span().map_or(1, |span| line_of(span.start))),
        what: error.message().to_owned(),
    })?;
    let mut given = Vec::new();
    flatten(table.get_ref(), "", &mut |name, value, at| {
        given.push(Given {
            setting: super::table::find(&name).map(|setting| setting.name),
            name,
            value,
            origin: Origin::Line(path.to_owned(), line_of(at)),
        });
    });
    Ok(given)
}

fn flatten(table: &DeTable<'_>, group: &str, found: &mut dyn FnMut(String, String, usize)) {
    for (key, value) in table {
        let dot = if group.is_empty() { "" } else { "." };
        let name = format!("{group}{dot}{}", key.get_ref());
        match value.get_ref() {
            DeValue::Table(inner) => flatten(inner, &name, found),
            value => found(name, text_of(value), key.span().start),
        }
    }
}

/// A value as a person would write it after `--set`.
fn text_of(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(yes) => if *yes { "on" } else { "off" }.to_owned(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(_) => "[..]".to_owned(),
        DeValue::Table(_) => "{..}".to_owned(),
    }
}

/// Reads the `NAME=value` lines of a `.env` file. It may belong to other programs too, so lines
/// that nobody here understands are left alone.
pub fn read_dotenv(path: &Path, text: &str) -> Vec<Variable> {
    let lines = text.lines().enumerate().filter_map(|(index, line)| {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        let (name, value) = line.split_once('=').filter(|_| !line.starts_with('#'))?;
        let origin = Origin::Line(path.to_owned(), index + 1);
        Some(Variable { name: name.trim().to_owned(), value: unquote(value.trim()), origin })
    });
    lines.collect()
}

/// Takes the quotes off a value; an unquoted one ends at a ` #`.
fn unquote(value: &str) -> String {
    for quote in ['"', '\''] {
        let inner = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote));
        if let Some((inner, _)) = inner {
            return inner.to_owned();
        }
    }
    value.split_once(" #").map_or(value, |(value, _)| value.trim_end()).to_owned()
}

/// Sorts variables: settings, keys, and all the others, which are none of ours.
pub fn sort_variables(variables: Vec<Variable>) -> Result<FromVariables, ConfigFault> {
    let mut sorted = FromVariables::default();
    let mut settings = Vec::new();
    for Variable { name, value, origin } in variables {
        let give = |setting: Option<&'static str>, value: &str| Given {
            name: name.clone(),
            setting,
            value: value.to_owned(),
            origin: origin.clone(),
        };
        if name == "NO_COLOR" && !value.is_empty() {
            sorted.given.push(give(Some("theme"), "mono"));
        } else if name == "USE_ALPACA" {
            let venue = match value.to_ascii_lowercase().as_str() {
                "true" | "1" | "yes" | "on" => "alpaca",
                "false" | "0" | "no" | "off" => "ledger",
                _ => {
                    let takes = "true or false".to_owned();
                    return Err(ConfigFault::BadValue { place: origin, name, value, takes });
                }
            };
            sorted.given.push(give(Some("venue"), venue));
        } else if is_key_name(&name) {
            sorted.keys.push(Key { name, value, origin });
        } else if name.starts_with("DESK_") {
            let known = super::table::SETTINGS
                .iter()
                .find(|setting| super::table::variable(setting.name) == name);
            settings.push(give(known.map(|setting| setting.name), &value));
        }
    }
    sorted.given.extend(settings);
    Ok(sorted)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::origin::Origin;
    use super::{Variable, read_dotenv, read_toml, sort_variables};

    #[test]
    fn a_toml_file_is_flattened_with_its_lines() {
        let text = "# desk\ntheme = \"dark\"\nflash = false\n\n[market]\nseed = 7\nspeed = 25\n";
        let given = read_toml(Path::new("d.toml"), text).expect("toml");
        let found: Vec<String> =
            given.iter().map(|one| format!("{}={} {}", one.name, one.value, one.origin)).collect();
        assert_eq!(
            found,
            [
                "flash=off d.toml:3",
                "market.seed=7 d.toml:6",
                "market.speed=25 d.toml:7",
                "theme=dark d.toml:2"
            ]
        );
        assert_eq!(given[1].setting, Some("market.seed"));
    }

    #[test]
    fn a_damaged_toml_file_names_its_line() {
        let fault = read_toml(Path::new("d.toml"), "theme = \"dark\"\nflash = \n").unwrap_err();
        assert!(fault.to_string().starts_with("d.toml:2: "), "{fault}");
    }

    #[test]
    fn a_dotenv_file_is_read_as_shells_write_it() {
        let text = "# keys\n\nexport DESK_THEME=dark\nA='b # c'\nC = \"d\" \nE=f # g\nnonsense\n";
        let found: Vec<String> = read_dotenv(Path::new(".env"), text)
            .into_iter()
            .map(|one| format!("{}={} {}", one.name, one.value, one.origin))
            .collect();
        assert_eq!(found, ["DESK_THEME=dark .env:3", "A=b # c .env:4", "C=d .env:5", "E=f .env:6"]);
    }

    #[test]
    fn variables_are_sorted_by_whose_they_are() {
        let variable = |name: &str, value: &str| Variable {
            name: name.to_owned(),
            value: value.to_owned(),
            origin: Origin::Environment(name.to_owned()),
        };
        let sorted = sort_variables(vec![
            variable("DESK_VENUE", "embedded"),
            variable("PATH", "/bin"),
            variable("USE_ALPACA", "True"),
            variable("APCA_API_KEY_ID", "PK1"),
            variable("NO_COLOR", ""),
            variable("DESK_THEM", "x"),
        ])
        .expect("all are understood");
        let given: Vec<_> =
            sorted.given.iter().map(|one| (one.setting, one.value.as_str())).collect();
        assert_eq!(
            given,
            [(Some("venue"), "alpaca"), (Some("venue"), "embedded"), (None, "x")],
            "the setting's own name outranks USE_ALPACA"
        );
        assert_eq!(sorted.keys.len(), 1);
        let fault = sort_variables(vec![variable("USE_ALPACA", "maybe")]).unwrap_err();
        assert_eq!(
            fault.to_string(),
            "environment USE_ALPACA: USE_ALPACA cannot be \"maybe\"; it takes true or false."
        );
    }
}
