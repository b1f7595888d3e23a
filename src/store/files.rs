//! The store's files: who may read them, whose turn it is, and whether they can be a store at all.
//! Must never change a file that is not the desk's.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::open_error::OpenError;

const FOLDER_RIGHTS: u32 = 0o700;
const FILE_RIGHTS: u32 = 0o600;
/// What every SQLite file begins with.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// Bytes of the header that are looked at.
const HEADER_BYTES: usize = 100;
/// The application id in a store's header: `DESK`.
pub(super) const APPLICATION_ID: u32 = 0x4445_534b;

/// The right to be the only process on a store, for as long as it lives.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

/// What is at a store's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing yet, or an empty file.
    Nothing,
    /// A file that begins like a store.
    Store,
}

/// What is done where there is no store yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Absent {
    /// It is made, its folder included.
    Make,
    /// It is told, and nothing is made.
    Refuse,
}

/// A file beside the store: its name with `suffix` at the end.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Makes the folder of the store, for its owner alone. A folder that was there before is left as
/// it is: it may hold other things.
pub(super) fn make_folder(path: &Path) -> Result<(), OpenError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => return Ok(()),
    };
    if folder.is_dir() {
        return Ok(());
    }
    let made = DirBuilder::new().recursive(true).mode(FOLDER_RIGHTS).create(folder);
    made.and_then(|()| fs::set_permissions(folder, Permissions::from_mode(FOLDER_RIGHTS)))
        .map_err(|error| OpenError::of_io(folder, &error))
}

impl Lock {
    /// Takes the lock file beside the store, and notes this process in it. It stays there when the
    /// process ends: to remove it would let two processes hold two files of one name.
    pub(super) fn take(path: &Path) -> Result<Self, OpenError> {
        let lock_path = beside(path, "-lock");
        refuse_special(&lock_path)?;
        let fail = |error: io::Error| OpenError::of_io(&lock_path, &error);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(FILE_RIGHTS)
            .open(&lock_path)
            .map_err(fail)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut note = String::new();
                let read = file.read_to_string(&mut note);
                let process = read.ok().and_then(|_| note.trim().parse().ok());
                return Err(OpenError::Held { path: path.to_owned(), process });
            }
            Err(TryLockError::Error(error)) => return Err(fail(error)),
        }
        restrict(&lock_path)?;
        let note = format!("{}\n", std::process::id());
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(note.as_bytes()))
            .map_err(fail)?;
        Ok(Self { _file: file })
    }
}

/// Looks at what is at `path` without changing it; makes an empty file where there is nothing.
/// SQLite gives its companions (`-wal`, `-shm`) the rights of the file itself.
pub(super) fn inspect(path: &Path) -> Result<Found, OpenError> {
    refuse_special(path)?;
    let fail = |error: io::Error| OpenError::of_io(path, &error);
    let made = OpenOptions::new().write(true).create_new(true).mode(FILE_RIGHTS).open(path);
    match made {
        Ok(_) => {
            restrict(path)?;
            return Ok(Found::Nothing);
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(fail(error)),
    }
    let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(fail)?;
    let bytes = file.metadata().map_err(fail)?.len();
    if bytes == 0 {
        restrict(path)?;
        return Ok(Found::Nothing);
    }
    let mut header = [0; HEADER_BYTES];
    if file.read_exact(&mut header).is_err() || &header[..16] != MAGIC {
        return Err(OpenError::NotADatabase { path: path.to_owned() });
    }
    let application = number(&header, 68);
    if application != 0 && application != APPLICATION_ID {
        return Err(OpenError::Foreign { path: path.to_owned() });
    }
    whole(path, &header, bytes)?;
    Ok(Found::Store)
}

/// Refuses a file that is shorter than its own header says. What a write-ahead log still holds may
/// rightly be missing, and a header of an older writer may not know.
fn whole(path: &Path, header: &[u8; HEADER_BYTES], bytes: u64) -> Result<(), OpenError> {
    let log_bytes = fs::metadata(beside(path, "-wal")).map_or(0, |log| log.len());
    let page_bytes = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    let expected = u64::from(number(header, 28)) * page_bytes;
    let header_knows = number(header, 24) == number(header, 92);
    if log_bytes == 0 && header_knows && bytes < expected {
        let what = format!("{bytes} bytes where {expected} belong");
        return Err(OpenError::Corrupt { path: path.to_owned(), what });
    }
    Ok(())
}

fn number(header: &[u8; HEADER_BYTES], at: usize) -> u32 {
    u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
}

/// Takes away everybody else's rights to the store's files, whatever they were before.
pub(super) fn restrict_all(path: &Path) -> Result<(), OpenError> {
    restrict(path)?;
    for suffix in ["-wal", "-shm"] {
        let companion = beside(path, suffix);
        if companion.exists() {
            restrict(&companion)?;
        }
    }
    Ok(())
}

fn restrict(path: &Path) -> Result<(), OpenError> {
    let fail = |error: io::Error| OpenError::of_io(path, &error);
    let rights = fs::metadata(path).map_err(fail)?.permissions().mode() & 0o777;
    if rights == FILE_RIGHTS {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(FILE_RIGHTS)).map_err(fail)
}

/// Links, folders and pipes are refused: following one could write anywhere, or wait for ever.
fn refuse_special(path: &Path) -> Result<(), OpenError> {
    match fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() => Err(OpenError::NotAFile { path: path.to_owned() }),
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(OpenError::of_io(path, &error))
        }
        _ => Ok(()),
    }
}
