//! What can go wrong while the store is open, and the words people see for it.
//! Must never show SQL, a value of a row or a trace on a screen: causes go to the log.

use std::path::Path;

use crate::desk::refusal::Fault;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum StoreError {
    /// The database said no.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// A stored cell does not hold what its column promises.
    #[error("column {column} holds {text:?}, which means nothing there")]
    Unreadable {
        /// The column's name.
        column: String,
        /// What it holds, shortened.
        text: String,
    },
    /// An event that does not follow the journal's last line.
    #[error("journal line {found} does not follow line {last}")]
    Gap {
        /// The journal's last line.
        last: i64,
        /// The line that came.
        found: i64,
    },
    /// A journal that was tampered with, or damaged.
    #[error("{0}")]
    Broken(String),
    /// A row that means something only beside an event, and came without one.
    #[error("a row came without the event that it belongs to")]
    Alone,
    /// A payload that could not be written as JSON.
    #[error("an event could not be written as JSON: {0}")]
    Payload(#[from] serde_json::Error),
    /// Something went wrong in one part of a longer work.
    #[error("{doing}: {cause}")]
    During {
        /// Which part.
        doing: &'static str,
        /// What went wrong.
        cause: Box<StoreError>,
    },
}

/// `SQLITE_IOERR_SHMSIZE`: the file beside the log could not grow, and a full disk is why.
const SHARED_MEMORY_SIZE: i32 = 4_874;

/// What SQLite's result codes mean for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ailment {
    Full,
    ReadOnly,
    Busy,
    Corrupt,
    NotADatabase,
    CannotOpen,
    Device,
    Other,
}

impl Ailment {
    /// From a result code, extended or not (SQLite's "Result and Error Codes").
    pub(super) const fn of_code(code: i32) -> Self {
        if code == SHARED_MEMORY_SIZE {
            return Self::Full;
        }
        match code & 0xff {
            5 | 6 => Self::Busy,
            8 => Self::ReadOnly,
            10 => Self::Device,
            11 => Self::Corrupt,
            13 => Self::Full,
            14 => Self::CannotOpen,
            26 => Self::NotADatabase,
            _ => Self::Other,
        }
    }

    pub(super) fn of(error: &sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|error| error.code()?.parse().ok());
        code.map_or(Self::Other, Self::of_code)
    }
}

impl StoreError {
    /// The same, as what went wrong while `doing`.
    pub(super) fn during(self, doing: &'static str) -> Self {
        Self::During { doing, cause: Box::new(self) }
    }

    /// Logs the cause and gives the words for a screen; `path` is the store's.
    pub(super) fn into_fault(self, path: &Path, while_doing: &'static str) -> Fault {
        if let Self::During { doing, cause } = self {
            return cause.into_fault(path, doing);
        }
        tracing::error!(error = %self, "the store failed while {while_doing}");
        let words = match &self {
            Self::Database(error) => match Ailment::of(error) {
                Ailment::Full => "The disk is full. Free some space and start the desk again.",
                Ailment::ReadOnly => {
                    "The store cannot be written to. Check the rights of the data folder."
                }
                Ailment::Busy => {
                    "The store is locked by another program. Close it and start the desk again."
                }
                Ailment::Corrupt | Ailment::NotADatabase => {
                    return Fault::new(format!(
                        "The store {} is damaged, which showed while {while_doing}: stop the desk \
                         and restore the store from a backup.",
                        path.display()
                    ));
                }
                Ailment::CannotOpen | Ailment::Device => {
                    "The store cannot be read or written. Check the disk and the data folder."
                }
                Ailment::Other => "The store failed. Start the desk again; the log has the cause.",
            },
            Self::Unreadable { .. } | Self::Broken(_) => {
                return Fault::new(format!(
                    "The store {} holds something this desk cannot read, which showed while \
                     {while_doing}: restore it from a backup.",
                    path.display()
                ));
            }
            Self::Gap { .. } | Self::Alone | Self::Payload(_) | Self::During { .. } => {
                "The store refused what the desk wanted to write. Start the desk again."
            }
        };
        Fault::new(words)
    }
}

#[cfg(test)]
mod tests {
    use super::Ailment;

    #[test]
    fn extended_codes_mean_what_their_base_means() {
        for (code, ailment) in [
            (13, Ailment::Full),
            (4_874, Ailment::Full),
            (5, Ailment::Busy),
            (517, Ailment::Busy),
            (1544, Ailment::ReadOnly),
            (11, Ailment::Corrupt),
            (26, Ailment::NotADatabase),
            (778, Ailment::Device),
            (14, Ailment::CannotOpen),
            (19, Ailment::Other),
        ] {
            assert_eq!(Ailment::of_code(code), ailment, "{code}");
        }
    }
}
