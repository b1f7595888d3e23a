//! Which schema a store has, and how it gets the newest one.
//! Must never run a migration over a schema that is not one of this program's own.

use std::path::Path;

use sqlx::SqliteConnection;
use sqlx::migrate::Migrator;

use super::cells::Columns;
use super::fault::StoreError;
use super::files::{APPLICATION_ID, Absent, Found};
use super::open_error::OpenError;

static MIGRATOR: Migrator = sqlx::migrate!("./migrations");

/// The oldest SQLite without the race that could reset a write-ahead log (3.7.0 to 3.51.2).
const SQLITE_OLDEST: &str = "3.51.3";
const SQLITE_OLDEST_PARTS: [u32; 3] = [3, 51, 3];

const PICTURE: &str = "SELECT sqlite_version(),
    (SELECT application_id FROM pragma_application_id),
    (SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'),
    (SELECT coalesce(sum(length(sql)), 0) FROM sqlite_schema WHERE name NOT LIKE '\\_%' ESCAPE '\\'
        AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\')";
const APPLIED: &str = "SELECT version, checksum, success FROM _sqlx_migrations ORDER BY version";

/// Every statement of this file.
#[cfg(test)]
pub(super) const SQL: &[&str] = &[PICTURE, APPLIED];

/// Characters of all the definitions of the newest schema: a table, an index or a trigger that is
/// missing or was changed by hand shows here.
pub(super) const DEFINITIONS: i64 = 15_259;

/// What a database looks like before anything was done to it.
struct Picture {
    sqlite: String,
    application: i64,
    migrated: bool,
    definitions: i64,
}

/// Brings the schema to the newest one, or says why not. A current schema costs two statements.
pub(super) async fn bring_up(
    connection: &mut SqliteConnection,
    path: &Path,
    (found, absent): (Found, Absent),
) -> Result<(), OpenError> {
    let fail = |error: StoreError| match error {
        StoreError::Database(error) => OpenError::of_database(path, &error),
        other => OpenError::Corrupt { path: path.to_owned(), what: other.to_string() },
    };
    let picture = picture(connection).await.map_err(fail)?;
    if parts(&picture.sqlite) < SQLITE_OLDEST_PARTS {
        return Err(OpenError::OldSqlite { found: picture.sqlite, needed: SQLITE_OLDEST });
    }
    let ours = picture.application == i64::from(APPLICATION_ID);
    // A process that died while it made the store leaves nothing, or an empty list of migrations.
    let empty = picture.definitions == 0 && (ours || picture.application == 0);
    if found == Found::Nothing || empty {
        if absent == Absent::Refuse {
            return Err(OpenError::Empty { path: path.to_owned() });
        }
        return migrate(connection, path).await;
    }
    if !ours {
        return Err(OpenError::Foreign { path: path.to_owned() });
    }
    if !picture.migrated {
        let what = "its list of migrations is gone".to_owned();
        return Err(OpenError::Altered { path: path.to_owned(), what });
    }
    let current = is_current(&applied(connection).await.map_err(fail)?, path)?;
    if !current {
        return migrate(connection, path).await;
    }
    if picture.definitions != DEFINITIONS {
        let what = "a table, an index or a trigger is not as it was made".to_owned();
        return Err(OpenError::Altered { path: path.to_owned(), what });
    }
    Ok(())
}

async fn picture(connection: &mut SqliteConnection) -> Result<Picture, StoreError> {
    let row = sqlx::query(PICTURE).fetch_one(connection).await?;
    let mut columns = Columns::of(&row);
    Ok(Picture {
        sqlite: columns.text()?.to_owned(),
        application: columns.int()?,
        migrated: columns.int()? == 1,
        definitions: columns.int()?,
    })
}

/// A migration as the store noted it.
struct Applied {
    version: i64,
    checksum: Vec<u8>,
    success: bool,
}

async fn applied(connection: &mut SqliteConnection) -> Result<Vec<Applied>, StoreError> {
    let rows = sqlx::query(APPLIED).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            let mut columns = Columns::of(row);
            Ok(Applied {
                version: columns.int()?,
                checksum: columns.bytes()?.to_vec(),
                success: columns.truth()?,
            })
        })
        .collect()
}

/// True where nothing is left to do; an error where what was done is not what is known here.
fn is_current(applied: &[Applied], path: &Path) -> Result<bool, OpenError> {
    let known = MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or(0);
    if let Some(newer) = applied.iter().find(|found| found.version > known) {
        return Err(OpenError::Newer { path: path.to_owned(), found: newer.version, known });
    }
    let altered = |what: String| OpenError::Altered { path: path.to_owned(), what };
    for (index, found) in applied.iter().enumerate() {
        let Some(migration) = MIGRATOR.iter().nth(index) else {
            return Err(altered(format!("migration {} is unknown", found.version)));
        };
        if migration.version != found.version || *migration.checksum != *found.checksum {
            return Err(altered(format!("migration {} is not this desk's", found.version)));
        }
        if !found.success {
            return Err(altered(format!("migration {} was left half done", found.version)));
        }
    }
    Ok(applied.len() == MIGRATOR.iter().count())
}

async fn migrate(connection: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    use sqlx::migrate::MigrateError;
    MIGRATOR.run(connection).await.map_err(|error| match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            OpenError::of_database(path, &error)
        }
        other => OpenError::Failed { path: path.to_owned(), what: other.to_string() },
    })
}

/// The three numbers of a version; what is no number counts as 0.
fn parts(version: &str) -> [u32; 3] {
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    std::array::from_fn(|_| parts.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::{SQLITE_OLDEST, SQLITE_OLDEST_PARTS, parts};

    #[test]
    fn versions_compare_as_numbers() {
        assert_eq!(parts(SQLITE_OLDEST), SQLITE_OLDEST_PARTS);
        assert!(parts("3.51.2") < SQLITE_OLDEST_PARTS);
        assert!(parts("3.9.99") < SQLITE_OLDEST_PARTS);
        assert!(parts("3.100.0") > SQLITE_OLDEST_PARTS);
        assert!(parts("nonsense") < SQLITE_OLDEST_PARTS);
    }
}
