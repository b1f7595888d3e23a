//! Why a store could not be opened: each one sentence that says what to do.
//! Must never be raised after something was changed: what is refused is left as it was found.

use std::io;
use std::path::{Path, PathBuf};

use super::fault::Ailment;

/// Why a store could not be opened. Nothing of it was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error(
        "the store {} is in use by another desk{}: close that one, or name another folder with \
         --data-dir",
        path.display(),
        process.as_ref().map_or_else(String::new, |id| format!(" (process {id})"))
    )]
    Held {
        /// The store.
        path: PathBuf,
        /// The other process, as it noted itself.
        process: Option<u32>,
    },
    /// Written by a later program.
    #[error(
        "the store {} was written by a newer desk (schema {found}, this desk knows {known}): \
         start the newer desk",
        path.display()
    )]
    Newer {
        /// The store.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema known here.
        known: i64,
    },
    /// Somebody else's database.
    #[error(
        "{} belongs to another program: move it away, or name another folder with --data-dir",
        path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Not a database at all.
    #[error(
        "{} is not a store of the desk: move it away, or restore the store from a backup",
        path.display()
    )]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// A folder, a link, a pipe.
    #[error(
        "{} is not a plain file: move it away, or name another folder with --data-dir",
        path.display()
    )]
    NotAFile {
        /// What is there.
        path: PathBuf,
    },
    /// There is nothing in it, where a store was wanted.
    #[error("the store {} is empty: restore it from a backup", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// Damaged.
    #[error("the store {} is damaged ({what}): restore it from a backup", path.display())]
    Corrupt {
        /// The store.
        path: PathBuf,
        /// How it shows.
        what: String,
    },
    /// Its tables are not those this desk would have made.
    #[error(
        "the schema of the store {} was changed by other hands ({what}): restore it from a backup",
        path.display()
    )]
    Altered {
        /// The store.
        path: PathBuf,
        /// How it shows.
        what: String,
    },
    /// No right to write.
    #[error(
        "{} cannot be written to: give yourself the right to, or name another folder with \
         --data-dir",
        path.display()
    )]
    ReadOnly {
        /// The file or folder.
        path: PathBuf,
    },
    /// No room.
    #[error("the disk of {} is full: free some space and start again", path.display())]
    Full {
        /// The file or folder.
        path: PathBuf,
    },
    /// A SQLite with a known way to lose data.
    #[error("this desk was built with SQLite {found}: build it with {needed} or later")]
    OldSqlite {
        /// The one that is there.
        found: String,
        /// The oldest that is safe.
        needed: &'static str,
    },
    /// A connection that does not keep what the desk relies on.
    #[error("SQLite did not take the setting {name} ({found}): use a local disk for the store")]
    Setting {
        /// The setting.
        name: &'static str,
        /// What it is instead.
        found: String,
    },
    /// Anything else the disk or the database said.
    #[error(
        "the store {} cannot be opened ({what}): check the disk and the folder",
        path.display()
    )]
    Failed {
        /// The file or folder.
        path: PathBuf,
        /// What was said.
        what: String,
    },
}

impl OpenError {
    /// What an answer of the file system means for `path`.
    pub(super) fn of_io(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::ReadOnly { path }
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
            _ => Self::Failed { path, what: error.to_string() },
        }
    }

    /// What an answer of the database means for the store at `path`.
    pub(super) fn of_database(path: &Path, error: &sqlx::Error) -> Self {
        let (path, what) = (path.to_owned(), error.to_string());
        match Ailment::of(error) {
            Ailment::Full => Self::Full { path },
            Ailment::ReadOnly => Self::ReadOnly { path },
            Ailment::Busy => Self::Held { path, process: None },
            Ailment::Corrupt => Self::Corrupt { path, what },
            Ailment::NotADatabase => Self::NotADatabase { path },
            Ailment::CannotOpen | Ailment::Device | Ailment::Other => Self::Failed { path, what },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::Path;

    use super::OpenError;

    /// The numbers are Linux's: permission denied, no space, read-only file system, quota.
    #[test]
    fn answers_of_the_file_system_are_told_apart() {
        let of =
            |number| OpenError::of_io(Path::new("/data"), &io::Error::from_raw_os_error(number));
        assert!(matches!(of(13), OpenError::ReadOnly { .. }));
        assert!(matches!(of(28), OpenError::Full { .. }));
        assert!(matches!(of(30), OpenError::ReadOnly { .. }));
        assert!(matches!(of(122), OpenError::Full { .. }));
        assert!(matches!(of(5), OpenError::Failed { .. }));
        assert_eq!(
            of(28).to_string(),
            "the disk of /data is full: free some space and start again"
        );
    }
}
