//! Several statements read in one trip to the connection's thread, and their rows one by one.
//! Must never know what is read: the script says that, and whoever takes the rows.

use futures::TryStreamExt;
use sqlx::sqlite::SqliteRow;
use sqlx::{Either, Executor, SqliteConnection};

use super::cells::Values;
use super::fault::StoreError;

/// Several statements that are read in one trip, each with what is being done by it.
pub(super) struct Reading {
    pub(super) doing: &'static [&'static str],
    pub(super) text: &'static str,
}

/// The rows of each statement of a reading, one after the other.
pub(super) struct Sections {
    left: std::iter::Zip<std::slice::Iter<'static, &'static str>, std::vec::IntoIter<Rows>>,
}

type Rows = Vec<SqliteRow>;

impl Sections {
    /// Reads all of it in one trip to the connection's thread.
    pub(super) async fn of(
        connection: &mut SqliteConnection,
        reading: &Reading,
        values: Values,
    ) -> Result<Self, StoreError> {
        let (mut whole, mut rows) = (Vec::new(), Rows::new());
        let query = sqlx::query_with(reading.text, values.into_arguments());
        let mut found = Executor::fetch_many(connection, query);
        loop {
            let next = found.try_next().await.map_err(|error| {
                // The statement that failed is the one whose end has not come.
                let doing = reading.doing.get(whole.len()).copied().unwrap_or("loading");
                StoreError::from(error).during(doing)
            })?;
            match next {
                Some(Either::Right(row)) => rows.push(row),
                Some(Either::Left(_)) => whole.push(std::mem::take(&mut rows)),
                None => return Ok(Self { left: reading.doing.iter().zip(whole) }),
            }
        }
    }

    /// The rows of the next statement, each read by `read`.
    pub(super) fn next<T>(
        &mut self,
        read: fn(&SqliteRow) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let (doing, rows) = self.left.next().expect("each statement of a reading has its rows");
        let read: Result<_, StoreError> = rows.iter().map(read).collect();
        read.map_err(|error| error.during(doing))
    }
}
