//! The command line: what may be typed, one file per noun, and how answers are printed.
//! Must never do what it was asked: it says what was meant, and compose does it.

pub mod config;
pub mod demo;
pub mod doctor;
pub mod keys;
pub mod market;
pub mod store;

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Version and commit, as `desk --version` tells them.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (", env!("DESK_COMMIT"), ")");

/// A trading desk in the terminal for a small team that shares one paper-trading account.
///
/// Without a command it opens the desk.
#[derive(Debug, Parser)]
#[command(name = "desk", version = VERSION, disable_help_subcommand = true)]
pub struct Arguments {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// Trade on a new account where the embedded market's file is gone or is another's
    #[arg(long)]
    pub new_account: bool,
    /// What to do; nothing opens the desk.
    #[command(subcommand)]
    pub noun: Option<Noun>,
}

/// What holds for every command.
#[derive(Args, Debug, Default)]
pub struct Global {
    /// Folder of the store; another folder is another desk
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Configuration file, instead of the platform's
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Set any setting; `desk config show` lists them
    #[arg(long, global = true, value_name = "NAME=VALUE", value_parser = pair)]
    pub set: Vec<(String, String)>,
    /// Who you are: fills in the login, and in a demo signs you in
    #[arg(long, global = true, value_name = "LOGIN")]
    pub user: Option<String>,
}

/// A setting given by a flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// The flag as it was typed.
    pub flag: String,
    /// The setting.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Noun {
    /// Try the desk with a made-up team on the embedded market; nothing is kept
    Demo(demo::Demo),
    /// Serve an embedded Alpaca on a local port, for programs that speak to Alpaca
    Market(market::Market),
    /// Look at everything the desk needs, and say what is wrong
    Doctor,
    /// Enter the keys of an Alpaca paper account; they are checked before they are kept
    Keys,
    /// Show the settings and where each came from
    #[command(subcommand)]
    Config(config::Config),
    /// Look after the store
    #[command(subcommand)]
    Store(store::Store),
}

/// What the command line means; the words to print and the exit code where it means nothing.
pub fn read() -> Result<Arguments, (String, u8)> {
    Arguments::try_parse().map_err(|error| {
        let code = u8::try_from(error.exit_code()).unwrap_or(2);
        (error.render().to_string(), code)
    })
}

/// Prints an answer. A reader that left (`| head`) has read what it wanted.
fn say(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints what `read` had to say instead: help on the standard output, complaints beside it.
pub fn tell(words: &str, code: u8) {
    if code == 0 {
        say(words);
    } else {
        complain(words);
    }
}

/// Prints a complaint on the standard error. Nobody is left to hear of one that cannot be printed.
pub fn complain(words: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", words.trim_end());
}

impl Arguments {
    /// The settings that its flags give, in the order of rank.
    pub fn overrides(&self) -> Vec<Override> {
        let pair = |flag: &str, name: &str, value: String| Override {
            flag: format!("{flag} {value}"),
            name: name.to_owned(),
            value,
        };
        let mut found = Vec::new();
        for (name, value) in &self.global.set {
            let flag = format!("--set {name}={value}");
            found.push(Override { flag, name: name.clone(), value: value.clone() });
        }
        if let Some(folder) = &self.global.data_dir {
            found.push(pair("--data-dir", "data_dir", folder.to_string_lossy().into_owned()));
        }
        if let Some(Noun::Demo(demo)) = &self.noun {
            for (flag, name, value) in demo.settings() {
                found.push(pair(flag, name, value));
            }
        }
        found
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

/// Lines of two or more columns, each as wide as its widest cell; the last one runs free.
fn columns(rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..rows.iter().map(Vec::len).max().unwrap_or(0))
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| unicode_width::UnicodeWidthStr::width(cell.as_str())).max()
        })
        .map(|width| width.unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let used = unicode_width::UnicodeWidthStr::width(cell.as_str());
            line.push_str(cell);
            line.push_str(&" ".repeat(width - used + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::{Arguments, Noun, columns};

    fn parse(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn flags_become_settings_with_the_flag_as_typed() {
        let arguments = parse("desk demo --seed 7 --speed 25 --hours nyse --set theme=dark")
            .expect("it is well typed");
        assert!(matches!(arguments.noun, Some(Noun::Demo(_))));
        let found: Vec<String> = arguments
            .overrides()
            .into_iter()
            .map(|one| format!("{}={} ({})", one.name, one.value, one.flag))
            .collect();
        assert_eq!(
            found,
            [
                "theme=dark (--set theme=dark)",
                "market.seed=7 (--seed 7)",
                "market.speed=25 (--speed 25)",
                "market.hours=nyse (--hours nyse)",
            ]
        );
    }

    #[test]
    fn global_flags_stand_on_either_side_of_the_command() {
        for line in ["desk --user ada --data-dir d doctor", "desk doctor --user ada --data-dir d"] {
            let arguments = parse(line).expect("it is well typed");
            assert_eq!(arguments.global.user.as_deref(), Some("ada"));
            assert_eq!(arguments.overrides().len(), 1, "{line}");
        }
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for line in ["desk trade", "desk demo extra", "desk --set theme", "desk config", "desk -x"]
        {
            assert_eq!(parse(line).expect_err(line).exit_code(), 2);
        }
    }

    #[test]
    fn the_version_names_the_commit() {
        let error = parse("desk --version").expect_err("it is told, not done");
        let words = error.to_string();
        assert!(words.starts_with("desk 0."), "{words}");
        assert!(words.trim_end().ends_with(')'), "{words}");
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect();
        let text = columns(&[row(&["a", "bb", "c"]), row(&["é日", "b", ""])]);
        assert_eq!(text, "a    bb  c\né日  b\n");
    }
}
