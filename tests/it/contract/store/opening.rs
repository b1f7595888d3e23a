//! Opening a SQLite store: what is refused, in which words, and that it is left as it was found.
//! Must never need more rights than a person has.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use trading_desk::desk::port::Store;
use trading_desk::store::SqliteStore;
use trading_desk::store::open_error::OpenError;

use super::samples::foundation;
use super::{Home, Sqlite, load};

/// Runs SQL on a file, from outside the desk; makes it where it is missing.
async fn sql(path: &Path, sql: &str) {
    let address = format!("sqlite://{}?mode=rwc", path.display());
    let mut file = SqliteConnection::connect(&address).await.expect("it opens");
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut file).await.expect("it runs");
    file.close().await.expect("it closes");
}

/// A store that was used and left.
async fn left(home: &Sqlite) {
    let store = home.open().await;
    store.commit(foundation()).await.expect("the foundation is written");
    home.leave(store).await;
}

/// Expects a refusal that leaves the file as it is to the byte, and gives its words.
async fn refused(path: &Path) -> (OpenError, String) {
    let before = fs::read(path).expect("a file");
    let error = SqliteStore::open(path).await.expect_err("it must be refused");
    assert!(fs::read(path).expect("a file") == before, "{error}: the file was changed");
    let words = error.to_string();
    assert!(words.contains(&path.display().to_string()), "{words}");
    (error, words)
}

fn rights(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").permissions().mode() & 0o777
}

#[tokio::test]
async fn folder_and_files_are_for_their_owner_alone() {
    let home = Sqlite::new();
    let store = home.open().await;
    store.commit(foundation()).await.expect("the foundation is written");
    let folder = home.path().parent().expect("a folder").to_owned();
    assert_eq!(rights(&folder), 0o700);
    let mut names: Vec<String> = fs::read_dir(&folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["desk.db", "desk.db-lock", "desk.db-shm", "desk.db-wal"]);
    for name in names {
        assert_eq!(rights(&folder.join(&name)), 0o600, "{name}");
    }
    home.leave(store).await;
    // Whoever gave others a right to it meanwhile has it taken back; a folder is left alone.
    fs::set_permissions(home.path(), Permissions::from_mode(0o644)).expect("it is ours");
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).expect("it is ours");
    let store = home.open().await;
    assert_eq!((rights(&home.path()), rights(&folder)), (0o600, 0o755));
    home.leave(store).await;
}

#[tokio::test]
async fn a_store_that_is_held_is_refused_until_it_is_let_go() {
    let home = Sqlite::new();
    let store = home.open().await;
    let held = SqliteStore::open(&home.path()).await.expect_err("it is held");
    let words = held.to_string();
    let own = std::process::id();
    assert!(matches!(held, OpenError::Held { process: Some(id), .. } if id == own), "{words}");
    assert!(words.contains("in use by another desk"), "{words}");
    assert!(words.contains("close that one") && words.contains("--data-dir"), "{words}");
    store.commit(foundation()).await.expect("the holder is not disturbed");
    home.leave(store).await;
    assert_eq!(load(&home.open().await).await.users.len(), 3);
}

#[tokio::test]
async fn a_newer_store_is_refused() {
    let home = Sqlite::new();
    left(&home).await;
    let newer = "INSERT INTO _sqlx_migrations
        (version, description, success, checksum, execution_time)
        VALUES (9999, 'later', 1, x'00', 0)";
    sql(&home.path(), newer).await;
    let (error, words) = refused(&home.path()).await;
    assert!(matches!(error, OpenError::Newer { found: 9999, .. }), "{words}");
    assert!(words.contains("start the newer desk"), "{words}");
}

#[tokio::test]
async fn a_schema_changed_by_other_hands_is_refused() {
    for change in [
        "DROP TRIGGER journal_never_updated",
        "DROP INDEX orders_open",
        "DROP TABLE settings",
        "ALTER TABLE users ADD COLUMN nickname TEXT",
        "CREATE TABLE extra (id INTEGER)",
        "UPDATE _sqlx_migrations SET checksum = x'00'",
        "UPDATE _sqlx_migrations SET success = 0",
        "UPDATE _sqlx_migrations SET version = 0",
        "DROP TABLE _sqlx_migrations",
    ] {
        let home = Sqlite::new();
        left(&home).await;
        sql(&home.path(), change).await;
        let (error, words) = refused(&home.path()).await;
        assert!(matches!(error, OpenError::Altered { .. }), "{change}: {words}");
    }
}

#[tokio::test]
async fn somebody_else_s_file_is_refused() {
    let home = Sqlite::new();
    let folder = home.folder.path();
    let foreign = folder.join("foreign.db");
    sql(&foreign, "PRAGMA application_id = 42; CREATE TABLE cats (name TEXT)").await;
    let (error, words) = refused(&foreign).await;
    assert!(matches!(error, OpenError::Foreign { .. }), "{words}");
    let unnamed = folder.join("unnamed.db");
    sql(&unnamed, "CREATE TABLE cats (name TEXT)").await;
    let (error, words) = refused(&unnamed).await;
    assert!(matches!(error, OpenError::Foreign { .. }), "{words}");
    assert!(words.contains("belongs to another program"), "{words}");
    let text = folder.join("notes.txt");
    fs::write(&text, "milk, bread\n".repeat(1_000)).expect("it is written");
    let (error, words) = refused(&text).await;
    assert!(matches!(error, OpenError::NotADatabase { .. }), "{words}");
    let short = folder.join("short.db");
    fs::write(&short, "SQLite format 3\0").expect("it is written");
    let (error, words) = refused(&short).await;
    assert!(matches!(error, OpenError::NotADatabase { .. }), "{words}");
}

#[tokio::test]
async fn what_is_no_plain_file_is_refused() {
    let home = Sqlite::new();
    let folder = home.folder.path();
    fs::create_dir(folder.join("folder.db")).expect("a folder");
    fs::write(folder.join("target.db"), "").expect("a file");
    symlink(folder.join("target.db"), folder.join("link.db")).expect("a link");
    for name in ["folder.db", "link.db"] {
        let error = SqliteStore::open(&folder.join(name)).await.expect_err("it is refused");
        assert!(matches!(error, OpenError::NotAFile { .. }), "{error}");
    }
    assert_eq!(fs::metadata(folder.join("target.db")).expect("it is there").len(), 0);
    fs::write(folder.join("file"), "").expect("a file");
    let below = SqliteStore::open(&folder.join("file").join("desk.db")).await;
    let words = below.expect_err("a file is no folder").to_string();
    assert!(words.contains("check the disk and the folder"), "{words}");
}

#[tokio::test]
async fn a_damaged_store_is_refused() {
    // Cut off in the middle.
    let home = Sqlite::new();
    left(&home).await;
    let whole = fs::read(home.path()).expect("a file");
    fs::write(home.path(), &whole[..whole.len() / 2]).expect("it is written");
    let (error, words) = refused(&home.path()).await;
    assert!(matches!(error, OpenError::Corrupt { .. }), "{words}");
    assert!(words.contains("restore it from a backup"), "{words}");
    // The page that says what tables there are overwritten, the header aside.
    let mut scratched = whole.clone();
    scratched[100..4_096].fill(0xA5);
    fs::write(home.path(), &scratched).expect("it is written");
    let (error, words) = refused(&home.path()).await;
    assert!(matches!(error, OpenError::Corrupt { .. }), "{words}");
    // Mended, it opens as it was.
    fs::write(home.path(), &whole).expect("it is written");
    assert_eq!(load(&home.open().await).await.users.len(), 3);
}

/// A process that died between making the file and the end of the first migration.
#[tokio::test]
async fn a_store_that_was_never_finished_is_made_anew() {
    let home = Sqlite::new();
    let path = home.path();
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(&path, "").expect("an empty file");
    let store = home.open().await;
    home.leave(store).await;
    fs::remove_file(&path).expect("it is ours");
    let begun = "PRAGMA journal_mode = WAL; CREATE TABLE _sqlx_migrations (
        version BIGINT PRIMARY KEY, description TEXT NOT NULL,
        installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL,
        checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)";
    sql(&path, begun).await;
    let store = home.open().await;
    store.commit(foundation()).await.expect("the foundation is written");
    assert_eq!(load(&home.reopen(store).await).await.users.len(), 3);
}

/// A process that was killed leaves its write-ahead log: all that was committed is in there.
#[tokio::test]
async fn what_a_killed_process_committed_is_there() {
    let home = Sqlite::new();
    let store = home.open().await;
    store.commit(foundation()).await.expect("the foundation is written");
    let copy = Sqlite::new();
    fs::create_dir_all(copy.path().parent().expect("a folder")).expect("a folder");
    for suffix in ["", "-wal"] {
        let (from, to) = (home.path(), copy.path());
        let name = |path: &Path| format!("{}{suffix}", path.display());
        fs::copy(name(&from), name(&to)).expect("a copy of what is on the disk");
    }
    assert_eq!(load(&copy.open().await).await.users.len(), 3);
    home.leave(store).await;
}
