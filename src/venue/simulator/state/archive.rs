//! Orders that ended long ago: kept for their ids, which are never given again, and their stories.
//! Must never be needed to trade on: it is read once, beside the market, and asked by id.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::domain::ids::ClientOrderId;
use crate::domain::symbols::Symbol;
use crate::venue::simulator::exchange::order::Order;
use crate::venue::simulator::tape::Slot;

use super::line::records;
use super::{beside, options, order_line};

/// Where the archive of a state file lies.
pub(in crate::venue::simulator) fn path_of(state: &Path) -> PathBuf {
    beside(state, "-closed")
}

/// Appends lines and sees them onto the disk; a torn line of an earlier try is cut off first.
pub(super) fn append(path: &Path, lines: &str) -> io::Result<()> {
    let mut file = options().read(true).write(true).truncate(false).open(path)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
    let whole = u64::try_from(whole).expect("a file's size");
    file.set_len(whole)?;
    file.seek(SeekFrom::Start(whole))?;
    file.write_all(lines.as_bytes())?;
    file.sync_all()
}

/// The archive, by client order id.
#[derive(Debug, Default)]
pub(in crate::venue::simulator) struct Archive {
    path: PathBuf,
    /// Where each order's line lies: offset and length.
    places: BTreeMap<ClientOrderId, (u64, usize)>,
}

impl Archive {
    /// Reads where each order lies. A file that is not there is an empty archive.
    pub(in crate::venue::simulator) fn read(path: PathBuf) -> io::Result<Self> {
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let mut places = BTreeMap::new();
        let mut offset = 0;
        for line in bytes.split_inclusive(|&byte| byte == b'\n') {
            // Checksum, letter, number, client order id.
            let text = std::str::from_utf8(line).unwrap_or_default();
            if let Some(id) = text.split_ascii_whitespace().nth(3) {
                places.insert(ClientOrderId::from_outside(id), (offset, line.len()));
            }
            offset += u64::try_from(line.len()).expect("a file's size");
        }
        Ok(Self { path, places })
    }

    /// The order with an id, if it is here.
    pub(in crate::venue::simulator) fn find(
        &self,
        id: &ClientOrderId,
        slot: impl Fn(Symbol) -> Option<Slot>,
    ) -> Option<Order> {
        let (offset, length) = *self.places.get(id)?;
        let line = read_at(&self.path, offset, length).ok()?;
        let mut records = records(line.trim_end_matches('\n'))?;
        order_line::read(records.next()?.strip_prefix("O ")?, slot)
    }
}

fn read_at(path: &Path, offset: u64, length: usize) -> io::Result<String> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = vec![0; length];
    file.read_exact(&mut bytes)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}
