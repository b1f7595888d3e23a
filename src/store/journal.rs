//! The journal: every event a line, each line holding the hash of the one before.
//! Must never be rewritten; whoever changes, removes, inserts or swaps a line breaks the chain.
//!
//! The hash of a line is SHA-256 over the hash of the line before (32 zero bytes for the first) and
//! then each column in the order of the table, from `seq` to `payload`, as its stored bytes with a
//! mark in front: `i` and eight bytes, big end first, for an integer; `t`, the length as eight
//! bytes, and the UTF-8 bytes for a text; `n` for a null. This is encoding 1 (`meta`).

use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::desk::command::TimelineLine;
use crate::desk::event::Event;
use crate::domain::ids::{Sequence, UserId};

use super::cells::{Columns, Values};
use super::fault::StoreError;
use super::payload;
use super::statement::Statement;

pub(super) const APPEND: &str = "INSERT INTO journal (seq, desk_ns, market_ns, account_id, user_id,
        sign_in_id, door, command_id, kind, order_id, portfolio_id, payload_version, payload,
        previous_hash, hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
const LINES: &str = "SELECT seq, desk_ns, market_ns, account_id, user_id, sign_in_id, door,
        command_id, kind, order_id, portfolio_id, payload_version, payload, previous_hash, hash
    FROM journal WHERE seq >= $1 ORDER BY seq";
pub(super) const HEAD: &str = "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1";
pub(super) const TIMELINE: &str = "SELECT desk_ns, market_ns, user_id, door, payload FROM journal
    WHERE order_id = $1 ORDER BY seq";

/// Every statement of this file.
#[cfg(test)]
pub(super) const SQL: &[&str] = &[APPEND, LINES, HEAD, TIMELINE];

/// The journal's last line: what the next one follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its number; 0 for an empty journal.
    pub sequence: Sequence,
    /// Its hash; zeros for an empty journal.
    pub hash: [u8; 32],
}

impl Head {
    pub(super) const EMPTY: Self = Self { sequence: Sequence(0), hash: [0; 32] };
}

/// Where the chain breaks, and how it shows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    /// A number is missing or comes twice: lines were removed or inserted.
    #[error("journal line {expected} is missing: line {found} stands in its place")]
    Missing {
        /// The number that should come.
        expected: Sequence,
        /// The number that came.
        found: Sequence,
    },
    /// The line does not name the hash of the one before: one of the two was swapped or inserted.
    #[error("journal line {line} does not follow the line before it")]
    Unlinked {
        /// The line.
        line: Sequence,
    },
    /// The line's own hash is not that of its columns: it was changed.
    #[error("journal line {line} was changed after it was written")]
    Changed {
        /// The line.
        line: Sequence,
    },
    /// The journal ends before a line that is known to have been written.
    #[error("the journal ends at line {last}; line {known} was written and is gone")]
    CutOff {
        /// The last line there is.
        last: Sequence,
        /// The last line that is known.
        known: Sequence,
    },
    /// The journal holds another line where a known one was.
    #[error("journal line {line} is not the one that was written")]
    Replaced {
        /// The line.
        line: Sequence,
    },
}

/// A line on its way into the journal, or out of it.
struct Line {
    sequence: i64,
    desk_ns: i64,
    market_ns: i64,
    account: i64,
    user: Option<i64>,
    sign_in: Option<String>,
    door: String,
    command: Option<String>,
    kind: String,
    order: Option<String>,
    portfolio: Option<i64>,
    payload_version: i64,
    payload: String,
}

impl Line {
    fn of(event: &Event) -> Result<Self, StoreError> {
        let told = payload::told(&event.kind)?;
        Ok(Self {
            sequence: event.sequence.0,
            desk_ns: event.at.desk.ns(),
            market_ns: event.at.market.ns(),
            account: event.account.0,
            user: event.cause.user.map(|user| user.0),
            sign_in: event.cause.sign_in.map(|sign_in| sign_in.to_string()),
            door: event.cause.door.as_str().to_owned(),
            command: event.cause.command.map(|command| command.to_string()),
            kind: told.kind.to_owned(),
            order: told.order.map(|order| order.to_string()),
            portfolio: told.portfolio.map(|portfolio| portfolio.0),
            payload_version: payload::VERSION,
            payload: told.payload,
        })
    }

    fn read(columns: &mut Columns<'_>) -> Result<Self, StoreError> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Ok(Self {
            sequence: columns.int()?,
            desk_ns: columns.int()?,
            market_ns: columns.int()?,
            account: columns.int()?,
            user: columns.int_or_null()?,
            sign_in: owned(columns.text_or_null()?),
            door: columns.text()?.to_owned(),
            command: owned(columns.text_or_null()?),
            kind: columns.text()?.to_owned(),
            order: owned(columns.text_or_null()?),
            portfolio: columns.int_or_null()?,
            payload_version: columns.int()?,
            payload: columns.text()?.to_owned(),
        })
    }

    /// The hash of this line after `previous`: see the head of this file.
    fn hash(&self, previous: &[u8; 32]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(previous);
        integer(&mut hash, Some(self.sequence));
        integer(&mut hash, Some(self.desk_ns));
        integer(&mut hash, Some(self.market_ns));
        integer(&mut hash, Some(self.account));
        integer(&mut hash, self.user);
        text(&mut hash, self.sign_in.as_deref());
        text(&mut hash, Some(&self.door));
        text(&mut hash, self.command.as_deref());
        text(&mut hash, Some(&self.kind));
        text(&mut hash, self.order.as_deref());
        integer(&mut hash, self.portfolio);
        integer(&mut hash, Some(self.payload_version));
        text(&mut hash, Some(&self.payload));
        hash.finalize().into()
    }

    fn into_statement(self, previous: &[u8; 32], hash: &[u8; 32]) -> Statement {
        let values = Values::default()
            .int(self.sequence)
            .int(self.desk_ns)
            .int(self.market_ns)
            .int(self.account)
            .int_or_null(self.user)
            .text_or_null(self.sign_in)
            .text(self.door)
            .text_or_null(self.command)
            .text(self.kind)
            .text_or_null(self.order)
            .int_or_null(self.portfolio)
            .int(self.payload_version)
            .text(self.payload)
            .bytes(previous)
            .bytes(hash);
        Statement::new(APPEND, values)
    }
}

fn integer(hash: &mut Sha256, value: Option<i64>) {
    match value {
        Some(value) => {
            hash.update(b"i");
            hash.update(value.to_be_bytes());
        }
        None => hash.update(b"n"),
    }
}

fn text(hash: &mut Sha256, value: Option<&str>) {
    match value {
        Some(value) => {
            hash.update(b"t");
            hash.update((value.len() as u64).to_be_bytes());
            hash.update(value.as_bytes());
        }
        None => hash.update(b"n"),
    }
}

/// The statement that appends `event` after `head`, and the head after it.
pub(super) fn append(event: &Event, head: &Head) -> Result<(Statement, Head), StoreError> {
    if event.sequence.0 != head.sequence.0 + 1 {
        return Err(StoreError::Gap { last: head.sequence.0, found: event.sequence.0 });
    }
    let line = Line::of(event)?;
    let hash = line.hash(&head.hash);
    let statement = line.into_statement(&head.hash, &hash);
    Ok((statement, Head { sequence: event.sequence, hash }))
}

/// The journal's end.
pub(super) async fn head(connection: &mut SqliteConnection) -> Result<Head, StoreError> {
    let row = sqlx::query(HEAD).fetch_optional(connection).await?;
    row.map_or(Ok(Head::EMPTY), |row| read_head(&row))
}

pub(super) fn read_head(row: &SqliteRow) -> Result<Head, StoreError> {
    let mut columns = Columns::of(row);
    let sequence = Sequence(columns.int()?);
    Ok(Head { sequence, hash: read_hash(&mut columns)? })
}

/// The journal's end, its last line read back and found whole.
pub(super) async fn last(connection: &mut SqliteConnection) -> Result<Head, StoreError> {
    let head = head(&mut *connection).await?;
    let Some(row) =
        sqlx::query(LINES).bind(head.sequence.0).fetch_optional(&mut *connection).await?
    else {
        return Ok(head);
    };
    let mut columns = Columns::of(&row);
    let line = Line::read(&mut columns)?;
    if line.hash(&read_hash(&mut columns)?) != head.hash {
        let broken = Break::Changed { line: head.sequence };
        return Err(StoreError::Broken(broken.to_string()));
    }
    Ok(head)
}

/// Follows the chain from the first line to the last. Where `known` is an end of the journal that
/// was noted outside the store, a journal that was cut off or written anew is found too.
pub(super) async fn verify(
    connection: &mut SqliteConnection,
    known: Option<Head>,
) -> Result<Result<Head, Break>, StoreError> {
    let mut last = Head::EMPTY;
    let mut lines = sqlx::query(LINES).bind(1_i64).fetch(connection);
    while let Some(row) = lines.try_next().await? {
        match follow(&row, &last)? {
            Ok(head) => last = head,
            Err(broken) => return Ok(Err(broken)),
        }
        if known.is_some_and(|known| known.sequence == last.sequence && known.hash != last.hash) {
            return Ok(Err(Break::Replaced { line: last.sequence }));
        }
    }
    match known {
        Some(known) if known.sequence > last.sequence => {
            Ok(Err(Break::CutOff { last: last.sequence, known: known.sequence }))
        }
        _ => Ok(Ok(last)),
    }
}

/// The head after the line in `row`, if it follows `last` unchanged.
fn follow(row: &SqliteRow, last: &Head) -> Result<Result<Head, Break>, StoreError> {
    let mut columns = Columns::of(row);
    let line = Line::read(&mut columns)?;
    let (previous, hash) = (read_hash(&mut columns)?, read_hash(&mut columns)?);
    let sequence = Sequence(line.sequence);
    let expected = Sequence(last.sequence.0 + 1);
    Ok(if sequence != expected {
        Err(Break::Missing { expected, found: sequence })
    } else if previous != last.hash {
        Err(Break::Unlinked { line: sequence })
    } else if line.hash(&previous) != hash {
        Err(Break::Changed { line: sequence })
    } else {
        Ok(Head { sequence, hash })
    })
}

fn read_hash(columns: &mut Columns<'_>) -> Result<[u8; 32], StoreError> {
    let bytes = columns.bytes()?;
    bytes.try_into().map_err(|_| StoreError::Unreadable {
        column: "hash".to_owned(),
        text: format!("{} bytes", bytes.len()),
    })
}

pub(super) fn read_timeline_line(row: &SqliteRow) -> Result<TimelineLine, StoreError> {
    let mut columns = Columns::of(row);
    Ok(TimelineLine {
        at: columns.moment()?,
        user: columns.int_or_null()?.map(UserId),
        door: columns.text()?.to_owned(),
        text: payload::sentence(columns.text()?)?,
    })
}
