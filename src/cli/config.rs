//! `desk config`: shows every setting with its value and origin, and names the file.
//! Must never print a secret: values come in masked.

use clap::Subcommand;

use super::{columns, say};

/// What may be asked about the configuration.
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Every setting, its value, and where the value came from
    Show,
    /// The configuration file that is read, whether it is there or not
    Path,
}

/// One setting as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Setting or variable.
    pub name: String,
    /// Value; secrets masked.
    pub value: String,
    /// Where it came from.
    pub origin: String,
    /// What it means.
    pub meaning: String,
}

/// Prints the settings.
pub fn show(file: &str, is_there: bool, lines: &[Line]) {
    say(&page(file, is_there, lines));
}

/// Prints the path of the configuration file.
pub fn path(file: &str) {
    say(&format!("{file}\n"));
}

fn page(file: &str, is_there: bool, lines: &[Line]) -> String {
    let head = ["setting", "value", "from", "meaning"].map(str::to_owned).to_vec();
    let rows = lines.iter().map(|line| {
        let Line { name, value, origin, meaning } = line.clone();
        vec![name, value, origin, meaning]
    });
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).collect();
    let note = if is_there { "" } else { " (not there: defaults hold)" };
    format!("file: {file}{note}\n\n{}", columns(&rows))
}

#[cfg(test)]
mod tests {
    use super::{Line, page};

    #[test]
    fn the_page_lines_up() {
        let line = |name: &str, value: &str, origin: &str, meaning: &str| Line {
            name: name.to_owned(),
            value: value.to_owned(),
            origin: origin.to_owned(),
            meaning: meaning.to_owned(),
        };
        let lines = [
            line("theme", "dark", "/c/desk.toml:2", "colours"),
            line("market.seed", "1", "default", "seed of the prices"),
        ];
        let expected = "\
file: /c/desk.toml

setting      value  from            meaning
theme        dark   /c/desk.toml:2  colours
market.seed  1      default         seed of the prices
";
        assert_eq!(page("/c/desk.toml", true, &lines), expected);
        assert!(page("/c/desk.toml", false, &[]).starts_with("file: /c/desk.toml (not there"));
    }
}
