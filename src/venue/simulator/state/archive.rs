//! Orders that ended long ago: kept for their ids, which are never given again, and their stories.
//! Must never be needed to trade on: it is read beside the market, and asked by id.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::domain::ids::ClientOrderId;
use crate::domain::symbols::Symbol;
use crate::venue::simulator::exchange::order::Order;
use crate::venue::simulator::tape::Slot;

use super::line::records;
use super::{beside, options, order_line};

/// The end of an archive is looked for in so many bytes: a line has far fewer.
const TAIL_BYTES: u64 = 64 * 1_024;

/// Where the archive of a state file lies.
pub(in crate::venue::simulator) fn path_of(state: &Path) -> PathBuf {
    beside(state, "-closed")
}

/// Appends lines and sees them onto the disk; a torn line of an earlier try is cut off first.
pub(super) fn append(path: &Path, lines: &str) -> io::Result<()> {
    let mut file = options().read(true).write(true).truncate(false).open(path)?;
    let whole = whole_bytes(&mut file)?;
    file.set_len(whole)?;
    file.seek(SeekFrom::Start(whole))?;
    file.write_all(lines.as_bytes())?;
    file.sync_all()
}

/// Bytes of the whole lines in a file.
fn whole_bytes(file: &mut File) -> io::Result<u64> {
    let size = file.metadata()?.len();
    // The tail says it, unless it is one torn line of nothing else: then the whole file does.
    for from in [size.saturating_sub(TAIL_BYTES), 0] {
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        if let Some(last) = bytes.iter().rposition(|&byte| byte == b'\n') {
            return Ok(from + u64::try_from(last + 1).expect("a file's size"));
        }
    }
    Ok(0)
}

/// The archive, by client order id: sixteen bytes of memory for an order, whatever its story.
#[derive(Debug)]
pub(in crate::venue::simulator) struct Archive {
    path: PathBuf,
    /// Where the line of each order begins, by its id's hash.
    places: Vec<(u64, u64)>,
    /// Bytes that were read.
    read: u64,
}

impl Archive {
    /// Reads where each order lies. A file that is not there is an empty archive.
    pub(in crate::venue::simulator) fn read(path: PathBuf) -> io::Result<Self> {
        let mut archive = Self { path, places: Vec::new(), read: 0 };
        archive.read_on()?;
        Ok(archive)
    }

    /// Reads what was added since.
    pub(in crate::venue::simulator) fn read_on(&mut self) -> io::Result<()> {
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        file.seek(SeekFrom::Start(self.read))?;
        let mut lines = BufReader::new(file);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
            let text = std::str::from_utf8(&line).unwrap_or_default();
            if let Some(id) = id_in(text) {
                self.places.push((hash(id), self.read));
            }
            self.read += u64::try_from(line.len()).expect("a line's size");
            line.clear();
        }
        self.places.sort_unstable();
        Ok(())
    }

    /// The order with an id, if it is here: as it was told last.
    pub(in crate::venue::simulator) fn find(
        &self,
        id: &ClientOrderId,
        slot: impl Fn(Symbol) -> Option<Slot>,
    ) -> Option<Order> {
        let wanted = hash(id.as_str());
        let first = self.places.partition_point(|(hash, _)| *hash < wanted);
        let alike = self.places[first..].iter().take_while(|(hash, _)| *hash == wanted);
        let lines = alike.filter_map(|(_, offset)| line_at(&self.path, *offset).ok());
        let line = lines.filter(|line| id_in(line) == Some(id.as_str())).last()?;
        let mut records = records(line.trim_end_matches('\n'))?;
        order_line::read(records.next()?.strip_prefix("O ")?, slot)
    }
}

/// The client order id in a line: after checksum, letter and number.
fn id_in(line: &str) -> Option<&str> {
    line.split_ascii_whitespace().nth(3)
}

/// Fowler, Noll and Vo's 64-bit hash. Two ids may share one: a line says whose it is.
fn hash(id: &str) -> u64 {
    let next = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
    id.bytes().fold(0xCBF2_9CE4_8422_2325, next)
}

fn line_at(path: &Path, offset: u64) -> io::Result<String> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    let mut line = String::new();
    BufReader::new(file).read_line(&mut line)?;
    Ok(line)
}
