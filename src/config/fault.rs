//! What can be wrong with the configuration, each as one sentence that names the place.
//! Must never repeat a secret: values are shown for settings of the table alone.

use std::path::PathBuf;

use super::origin::Origin;

/// Why the configuration cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigFault {
    /// No such setting.
    #[error("{place}: there is no setting \"{name}\"; the nearest is \"{nearest}\".")]
    Unknown {
        /// Where it was given.
        place: Origin,
        /// What was given.
        name: String,
        /// The nearest name, as it is written in the same place.
        nearest: String,
    },
    /// A value the setting does not take.
    #[error("{place}: {name} cannot be \"{value}\"; it takes {takes}.")]
    BadValue {
        /// Where it was given.
        place: Origin,
        /// The setting.
        name: String,
        /// The value.
        value: String,
        /// What would be right.
        takes: String,
    },
    /// A file that is not TOML.
    #[error("{place}: this is not TOML: {what}.")]
    NotToml {
        /// Line.
        place: Origin,
        /// The parser's words.
        what: String,
    },
    /// A file that cannot be read.
    #[error("The configuration {} cannot be read: {what}. Mend it, or name another by --config.",
        path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// The system's words.
        what: String,
    },
    /// No home folder.
    #[error("No home folder is known here. Name the folders yourself: --data-dir and --config.")]
    NoHome,
}
