//! Where a value came from, in the words that people see.
//! Must never hold the value itself: an origin is shown even where its value is a secret.

use std::fmt;
use std::path::PathBuf;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nowhere: it is the default.
    Default,
    /// A line of a file (the configuration, or `.env`).
    Line(PathBuf, usize),
    /// A variable of the environment.
    Environment(String),
    /// A flag, as it was typed.
    Flag(String),
    /// Typed in answer to a question.
    Typed,
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => out.write_str("default"),
            Self::Line(path, line) => write!(out, "{}:{line}", path.display()),
            Self::Environment(name) => write!(out, "environment {name}"),
            Self::Flag(flag) => out.write_str(flag),
            Self::Typed => out.write_str("typed"),
        }
    }
}
