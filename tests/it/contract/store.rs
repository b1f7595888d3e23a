//! One story that every store must live through: written to, read back, refused, looked into.
//! SQLite tells it here; another database would tell the same one.

mod chain;
mod looking;
mod opening;
mod samples;
mod written;

use std::path::PathBuf;

use tempfile::TempDir;
use trading_desk::desk::port::{Loaded, Store};
use trading_desk::store::SqliteStore;

/// Where a store lives, so that it can be left and opened again.
trait Home {
    type Store: Store;
    async fn open(&self) -> Self::Store;
    /// Leaves the store, so that all of it is where it will be found again.
    async fn leave(&self, store: Self::Store);
    /// What in the store does not agree with the rest of it, in words.
    async fn findings(&self, store: &Self::Store) -> Vec<String>;

    /// Leaves the store and opens it again: what is read now was on the disk.
    async fn reopen(&self, store: Self::Store) -> Self::Store {
        self.leave(store).await;
        self.open().await
    }
}

struct Sqlite {
    folder: TempDir,
}

impl Sqlite {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }
    fn path(&self) -> PathBuf {
        self.folder.path().join("data").join("desk.db")
    }
}

impl Home for Sqlite {
    type Store = SqliteStore;

    async fn open(&self) -> SqliteStore {
        SqliteStore::open(&self.path()).await.expect("the store opens")
    }
    async fn leave(&self, store: SqliteStore) {
        store.close().await.expect("the store closes");
    }
    async fn findings(&self, store: &SqliteStore) -> Vec<String> {
        let findings = store.check().await.expect("the store is checked");
        findings.iter().map(ToString::to_string).collect()
    }
}

async fn load(store: &impl Store) -> Loaded {
    store.load(samples::opening()).await.expect("the store loads")
}

/// Each chapter of the story, told on SQLite.
macro_rules! told_on_sqlite {
    ($($module:ident::$chapter:ident),+ $(,)?) => {
        $(
            #[tokio::test]
            async fn $chapter() {
                $module::$chapter(&Sqlite::new()).await;
            }
        )+
    };
}

told_on_sqlite!(
    written::an_empty_store_holds_the_four_roles_and_nothing_else,
    written::what_was_committed_is_there_after_a_restart,
    written::orders_of_every_kind_come_back_as_they_were,
    written::a_later_row_replaces_an_earlier_one,
    written::the_past_is_left_where_it_is,
    written::accounts_stay_apart,
    written::a_fill_is_booked_once,
    written::an_older_version_never_wins,
    written::a_batch_is_written_whole_or_not_at_all,
    written::a_large_batch_is_written_in_its_order,
    looking::pages_are_what_a_list_in_memory_gives,
    looking::text_is_found_wherever_it_stands,
    looking::only_visible_portfolios_are_looked_at,
    looking::fills_come_newest_first,
    looking::a_timeline_tells_an_order_s_story,
    looking::a_curve_follows_marks_and_cash,
);
