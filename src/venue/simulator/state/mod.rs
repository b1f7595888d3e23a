//! The market's own file: cash, holdings and orders, beside the desk's store and apart from it.
//! Must never say that something is kept before the disk has it.
//!
//! The file is a row of lines (line.rs), each what one deed changed: the order, the cash and the
//! holding as they are after it. A later record takes the place of an earlier one of the same
//! thing, so reading is folding. A line torn by a sudden end is the last one and has no end: it
//! counts as not written, and nothing in it was acknowledged. A file that has outgrown what it
//! says is written anew, and orders that ended long ago move into an archive beside it: first the
//! archive has them, then a new file takes the old one's place in one go, so that a sudden end at
//! any moment leaves one of the two whole.

pub(super) mod archive;
pub(super) mod image;
pub(super) mod keeper;
mod line;
mod order_line;
#[cfg(test)]
mod tests;

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::bounds::{ENDED_ORDERS_KEPT, MARKET_FILE_BYTES_MIN};
use crate::desk::refusal::Fault;
use crate::domain::symbols::Symbol;
use crate::venue::simulator::tape::Slot;

use image::{Anew, Image};
use keeper::Keeper;

const FILE_RIGHTS: u32 = 0o600;
const FOLDER_RIGHTS: u32 = 0o700;

/// The state file of one market, and the right to be the only one on it.
#[derive(Debug)]
pub(super) struct StateFile {
    path: PathBuf,
    _lock: File,
    /// Bytes of whole lines.
    whole: u64,
}

impl StateFile {
    /// Takes the file, and reads what was kept, if anything was.
    pub(super) fn open(
        path: &Path,
        slot: impl Fn(Symbol) -> Option<Slot>,
    ) -> Result<(Self, Option<Image>), Fault> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            let made = DirBuilder::new().recursive(true).mode(FOLDER_RIGHTS).create(folder);
            made.map_err(|error| fault(folder, "cannot be made", &error))?;
        }
        let lock = lock(path)?;
        let (image, whole) = read(path, slot)?;
        Ok((Self { path: path.to_owned(), _lock: lock, whole }, image))
    }

    /// Reads what is kept at `path`, and changes nothing: no lock is taken, no torn line is cut.
    pub(super) fn look(
        path: &Path,
        slot: impl Fn(Symbol) -> Option<Slot>,
    ) -> Result<Option<Image>, Fault> {
        Ok(read(path, slot)?.0)
    }

    /// Makes the file say what `image` says, and keeps what follows.
    pub(super) fn keep(
        self,
        image: &Image,
        symbol: &dyn Fn(Slot) -> Symbol,
    ) -> Result<Keeper, Fault> {
        let (file, size) = if self.whole == 0 || self.whole > MARKET_FILE_BYTES_MIN {
            let anew = image.anew(&image.outlived(ENDED_ORDERS_KEPT), symbol);
            (self.write_anew(&anew), size_of(&anew.lines))
        } else {
            (self.go_on(), self.whole)
        };
        let file = file.map_err(|error| fault(&self.path, "cannot be written", &error))?;
        Keeper::start(file, self, size).map_err(|error| {
            Fault::new(format!("The embedded market cannot start its writer: {error}"))
        })
    }

    /// Cuts off a torn last line and appends from there.
    fn go_on(&self) -> io::Result<File> {
        let file = options().append(true).open(&self.path)?;
        file.set_permissions(Permissions::from_mode(FILE_RIGHTS))?;
        if file.metadata()?.len() > self.whole {
            file.set_len(self.whole)?;
        }
        Ok(file)
    }

    /// Writes the whole state into a new file and puts it in the place of the old one.
    fn write_anew(&self, anew: &Anew) -> io::Result<File> {
        if !anew.archived.is_empty() {
            archive::append(&archive::path_of(&self.path), &anew.archived)?;
        }
        let fresh = beside(&self.path, "-new");
        let mut file = options().write(true).truncate(true).open(&fresh)?;
        file.set_permissions(Permissions::from_mode(FILE_RIGHTS))?;
        file.write_all(anew.lines.as_bytes())?;
        file.sync_all()?;
        fs::rename(&fresh, &self.path)?;
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        options().append(true).open(&self.path)
    }

    /// Where it lies.
    fn path(&self) -> &Path {
        &self.path
    }
}

/// What a file says, and the bytes of its whole lines; nothing where there is none. A file that is
/// there says something: an empty one has lost an account.
fn read(path: &Path, slot: impl Fn(Symbol) -> Option<Slot>) -> Result<(Option<Image>, u64), Fault> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((None, 0)),
        Err(error) => return Err(fault(path, "cannot be read", &error)),
    };
    let (image, whole) = Image::read(&bytes, slot).map_err(|(line, why)| {
        let path = path.display();
        Fault::new(format!(
            "The embedded market's file {path} is damaged at line {line} ({why}): restore it from \
             a backup, or move it away and start with --new-account to trade on a new account."
        ))
    })?;
    Ok((Some(image), u64::try_from(whole).expect("a file's size")))
}

fn size_of(lines: &str) -> u64 {
    u64::try_from(lines.len()).expect("a file's size")
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).mode(FILE_RIGHTS);
    options
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn lock(path: &Path) -> Result<File, Fault> {
    let path_of_lock = beside(path, "-lock");
    let file = options().write(true).truncate(false).open(&path_of_lock);
    let file = file.map_err(|error| fault(&path_of_lock, "cannot be opened", &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Fault::new(format!(
            "Another process runs the embedded market of {}: end it first.",
            path.display()
        ))),
        Err(TryLockError::Error(error)) => Err(fault(&path_of_lock, "cannot be locked", &error)),
    }
}

fn fault(path: &Path, what: &str, error: &io::Error) -> Fault {
    Fault::new(format!("The embedded market's file {} {what}: {error}", path.display()))
}
