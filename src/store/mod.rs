//! The desk's store over SQLite: load at start, commit a batch, look into the past.
//! Must never know permissions, venues or front ends, nor decide anything.

#[macro_use]
mod sql;

pub mod about;
mod blotter;
mod cells;
pub mod check;
mod commit;
mod entries;
mod fault;
mod files;
mod fills;
pub mod journal;
mod lists;
mod load;
mod open;
pub mod open_error;
mod orders;
mod payload;
mod portfolios;
mod reading;
mod schema;
mod script;
mod sentences;
mod shapes;
mod statement;
#[cfg(test)]
mod tests;
mod users;
mod visible;
mod words;

use std::path::{Path, PathBuf};

use futures::FutureExt;
use futures::future::BoxFuture;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::SqlitePool;
use sqlx::{Connection, Sqlite};
use tokio::sync::Mutex;

use crate::desk::command::{EquityPoint, OrderFilter, Page, TimelineLine};
use crate::desk::event::VenueKind;
use crate::desk::port::{Batch, FillsWanted, Loaded, Opening, Past, Store};
use crate::desk::refusal::Fault;
use crate::domain::ids::{OrderId, PortfolioId};
use crate::domain::orders::{Fill, Order};
use crate::domain::positions::Position;

use about::About;
use cells::Values;
use check::Finding;
use commit::Writer;
use fault::StoreError;
use files::{Absent, Lock};
use journal::{Break, Head};
use open_error::OpenError;
use statement::all;

/// A store in one SQLite file, held by this process alone.
pub struct SqliteStore {
    path: PathBuf,
    writer: Mutex<Writer>,
    readers: SqlitePool,
    // Dropped last: nobody else may have the file before the connections have let it go.
    lock: Lock,
}

impl SqliteStore {
    /// Opens the store in the file `path`, or makes it, its folder included; both are for their
    /// owner alone. Whatever is refused is left as it was found.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        Self::open_or(Absent::Make, path).await
    }

    /// Opens the store in the file `path`, and makes none: where nothing is, or an empty file, that
    /// is an error, and stays as it is.
    pub async fn open_kept(path: &Path) -> Result<Self, OpenError> {
        Self::open_or(Absent::Refuse, path).await
    }

    async fn open_or(absent: Absent, path: &Path) -> Result<Self, OpenError> {
        let open::Opened { writer, readers, lock } = open::open(path, absent).await?;
        Ok(Self { path: path.to_owned(), writer: Mutex::new(writer), readers, lock })
    }

    /// The store's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Lets the file go: what is in the write-ahead log is moved into it first.
    pub async fn close(self) -> Result<(), Fault> {
        let Self { path, writer, readers, lock } = self;
        readers.close().await;
        let closed = writer.into_inner().connection.close().await;
        drop(lock);
        closed.map_err(|error| StoreError::from(error).into_fault(&path, "closing"))
    }

    /// The rows of one portfolio's positions, as kept.
    pub async fn positions_of(&self, portfolio: PortfolioId) -> Result<Vec<Position>, Fault> {
        let found = async {
            let values = Values::default().int(portfolio.0);
            let reader = &mut *self.reader().await?;
            all(reader, portfolios::POSITIONS_OF, values, portfolios::read_position).await
        };
        found.await.map_err(|error| error.into_fault(&self.path, "reading positions"))
    }

    /// Everything in the store that does not agree with the rest of it; reads all of it, on the
    /// connection that writes: one that only reads does not know the tables' own checks.
    pub async fn check(&self) -> Result<Vec<Finding>, Fault> {
        let found = async {
            let mut writer = self.writer.lock().await;
            writer.settle().await?;
            check::check(&mut writer.connection).await
        };
        found.await.map_err(|error| error.into_fault(&self.path, "checking"))
    }

    /// The numbers of the venue's accounts that the store knows, the newest first.
    pub async fn accounts(&self, venue: VenueKind) -> Result<Vec<String>, Fault> {
        let found = async {
            let values = Values::default().text(venue.as_str());
            let reader = &mut *self.reader().await?;
            all(reader, portfolios::NUMBERS, values, portfolios::read_number).await
        };
        found.await.map_err(|error| error.into_fault(&self.path, "loading the account"))
    }

    /// What the store says of itself.
    pub async fn about(&self) -> Result<About, Fault> {
        let found = async { about::about(&mut *self.reader().await?).await };
        found.await.map_err(|error| error.into_fault(&self.path, "looking at the store"))
    }

    /// Follows the journal's chain from the first line to the last, and says where it breaks.
    /// `known` is an end of the journal that was noted elsewhere, if there is one.
    pub async fn verify(&self, known: Option<Head>) -> Result<Result<Head, Break>, Fault> {
        let found = async { journal::verify(&mut *self.reader().await?, known).await };
        found.await.map_err(|error| error.into_fault(&self.path, "verifying the journal"))
    }

    /// The same on a store that nobody has open, even on one that would not be opened because its
    /// last line was changed.
    pub async fn verify_file(
        path: &Path,
        known: Option<Head>,
    ) -> Result<Result<Head, Break>, OpenError> {
        open::verify(path, known).await
    }

    async fn reader(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        Ok(self.readers.acquire().await?)
    }
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "SqliteStore({})", self.path.display())
    }
}

impl Store for SqliteStore {
    fn load(&self, opening: Opening) -> BoxFuture<'_, Result<Loaded, Fault>> {
        async move {
            // The writer is open already; a reader would first have to connect.
            let mut writer = self.writer.lock().await;
            let loaded = async {
                writer.settle().await?;
                load::load(&mut writer.connection, &opening).await
            };
            loaded.await.map_err(|error| error.into_fault(&self.path, "loading"))
        }
        .boxed()
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<(), Fault>> {
        async move {
            let committed = self.writer.lock().await.commit(&batch).await;
            committed.map_err(|error| error.into_fault(&self.path, "committing a batch"))
        }
        .boxed()
    }

    fn find_orders(
        &self,
        filter: OrderFilter,
        visible: Vec<PortfolioId>,
    ) -> BoxFuture<'_, Result<Page<Order>, Fault>> {
        async move {
            let found = async {
                let reader = &mut *self.reader().await?;
                blotter::orders(reader, &filter, &visible).await
            };
            found.await.map_err(|error| error.into_fault(&self.path, "looking up orders"))
        }
        .boxed()
    }

    fn find_fills(&self, wanted: FillsWanted) -> BoxFuture<'_, Result<Page<Fill>, Fault>> {
        async move {
            let found = async {
                let reader = &mut *self.reader().await?;
                blotter::fills(reader, &wanted).await
            };
            found.await.map_err(|error| error.into_fault(&self.path, "looking up fills"))
        }
        .boxed()
    }

    fn find_order(&self, order: OrderId) -> BoxFuture<'_, Result<Option<Order>, Fault>> {
        async move {
            let found = async {
                let values = Values::default().text(order.to_string());
                let reader = &mut *self.reader().await?;
                Ok(all(reader, orders::ORDER, values, orders::read_order).await?.pop())
            };
            found
                .await
                .map_err(|error: StoreError| error.into_fault(&self.path, "looking up an order"))
        }
        .boxed()
    }

    fn find_past(&self, order: OrderId) -> BoxFuture<'_, Result<Option<Past>, Fault>> {
        async move {
            let found = async { load::past(&mut *self.reader().await?, order).await };
            found
                .await
                .map_err(|error: StoreError| error.into_fault(&self.path, "looking up the past"))
        }
        .boxed()
    }

    fn find_timeline(&self, order: OrderId) -> BoxFuture<'_, Result<Vec<TimelineLine>, Fault>> {
        async move {
            let found = async {
                let values = Values::default().text(order.to_string());
                let reader = &mut *self.reader().await?;
                all(reader, journal::TIMELINE, values, journal::read_timeline_line).await
            };
            found.await.map_err(|error| error.into_fault(&self.path, "looking up a timeline"))
        }
        .boxed()
    }

    fn find_equity(
        &self,
        portfolio: PortfolioId,
    ) -> BoxFuture<'_, Result<Vec<EquityPoint>, Fault>> {
        async move {
            let found = async {
                let reader = &mut *self.reader().await?;
                entries::equity(reader, portfolio).await
            };
            found.await.map_err(|error| error.into_fault(&self.path, "looking up a curve"))
        }
        .boxed()
    }
}
