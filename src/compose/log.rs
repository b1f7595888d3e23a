//! The log: one file in the state folder, for its owner alone, bounded in size.
//! Must never write to the terminal: the screen belongs to the desk.

use std::backtrace::Backtrace;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::panic;
use std::path::{Path, PathBuf};

use crate::bounds::LOG_LINES_MAX;
use crate::cli::complain;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The name of the log in its folder; the one before it has `.1` behind it.
pub const FILE_NAME: &str = "desk.log";
/// Size at which a log makes room for the next, in bytes: two of them are all there ever is.
const BYTES_MAX: u64 = 8 << 20;

/// Why there is no log.
#[derive(Debug, thiserror::Error)]
pub enum LogFault {
    /// A file stands where a folder is needed.
    #[error("{} is no folder: move it away, or name another: --data-dir DIR, or \
        --set state_dir=DIR for the log alone.", path.display())]
    NoFolder {
        /// The file.
        path: PathBuf,
    },
    /// The log's file cannot be made, or not be written to.
    #[error("The log {} cannot be written: {cause}. Mend its folder, or name another: \
        --set state_dir=DIR; --set log_level=off does without a log.", path.display())]
    Unwritable {
        /// The log.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
}

/// Keeps the log open; what was logged is on its way to the file when this is dropped.
#[derive(Debug)]
pub struct Log {
    _guard: WorkerGuard,
}

/// The path of the log in its folder.
pub fn path_in(folder: &Path) -> PathBuf {
    folder.join(FILE_NAME)
}

/// Starts the log at `level`; none where it is `off`, and then no file is touched.
pub fn start(folder: &Path, level: &str) -> Result<Option<Log>, LogFault> {
    let level: LevelFilter = level.parse().unwrap_or(LevelFilter::OFF);
    if level == LevelFilter::OFF {
        return Ok(None);
    }
    let path = path_in(folder);
    let file = LogFile::open(&path).map_err(|cause| {
        let mut above = path.ancestors().skip(1);
        match above.find(|above| above.exists()).filter(|above| !above.is_dir()) {
            Some(file) => LogFault::NoFolder { path: file.to_owned() },
            None => LogFault::Unwritable { path: path.clone(), cause },
        }
    })?;
    let lines = NonBlockingBuilder::default().buffered_lines_limit(LOG_LINES_MAX);
    let (writer, guard) = lines.finish(file);
    // Other people's crates are told of only where something is wrong.
    let others = level.min(LevelFilter::WARN);
    let filter = Targets::new().with_default(others).with_target("trading_desk", level);
    let lines = tracing_subscriber::fmt::layer().with_writer(writer).with_ansi(false);
    // A second log in one process would be a second desk in it; the first stays.
    let _ = tracing_subscriber::registry().with(filter).with(lines).try_init();
    Ok(Some(Log { _guard: guard }))
}

/// Has panics told as one sentence, their cause in the log alone. The screen's own hook, set later,
/// gives the terminal back first.
pub fn catch_panics(path: Option<PathBuf>) {
    let advice = match path {
        Some(path) => format!("The cause is in {}.", path.display()),
        None => "Start it with --set log_level=error to have the cause kept.".to_owned(),
    };
    panic::set_hook(Box::new(move |panic| {
        tracing::error!(%panic, trace = %Backtrace::force_capture(), "the desk failed inside");
        complain(&format!("The desk failed inside. What was confirmed is kept. {advice}"));
    }));
}

/// Makes a folder, and those above it, for its owner alone; one that is there stays as it is.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// A file that moves aside when it has grown.
#[derive(Debug)]
struct LogFile {
    path: PathBuf,
    file: File,
    written: u64,
    bytes_max: u64,
}

impl LogFile {
    fn open(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            make_folder(folder)?;
        }
        let file = open_appending(path)?;
        let written = file.metadata()?.len();
        Ok(Self { path: path.to_owned(), file, written, bytes_max: BYTES_MAX })
    }

    fn make_room(&mut self) -> io::Result<()> {
        fs::rename(&self.path, self.path.with_extension("log.1"))?;
        self.file = open_appending(&self.path)?;
        self.written = 0;
        Ok(())
    }
}

impl Write for LogFile {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.written >= self.bytes_max {
            self.make_room()?;
        }
        let count = self.file.write(line)?;
        self.written += count as u64;
        Ok(count)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn open_appending(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;

    use tempfile::TempDir;

    use super::{LogFile, path_in, start};

    #[test]
    fn the_log_is_its_owners_alone_and_keeps_what_was_there() {
        let folder = TempDir::new().expect("a temporary folder");
        let path = path_in(&folder.path().join("state"));
        for text in ["one\n", "two\n"] {
            let mut log = LogFile::open(&path).expect("writable");
            log.write_all(text.as_bytes()).expect("writable");
        }
        assert_eq!(fs::read_to_string(&path).expect("text"), "one\ntwo\n");
        let mode = |path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(path.as_path()), 0o600);
        assert_eq!(mode(path.parent().expect("a folder")), 0o700);
    }

    #[test]
    fn a_grown_log_makes_room_for_the_next() {
        let folder = TempDir::new().expect("a temporary folder");
        let path = path_in(folder.path());
        let mut log = LogFile::open(&path).expect("writable");
        log.bytes_max = 8;
        for line in ["12345678\n", "abc\n"] {
            log.write_all(line.as_bytes()).expect("writable");
        }
        assert_eq!(fs::read_to_string(&path).expect("text"), "abc\n");
        let before = folder.path().join("desk.log.1");
        assert_eq!(fs::read_to_string(before).expect("text"), "12345678\n");
    }

    #[test]
    fn no_log_touches_no_file_and_no_folder_is_told_in_words() {
        let folder = TempDir::new().expect("a temporary folder");
        let state = folder.path().join("state");
        assert!(start(&state, "off").expect("nothing to do").is_none());
        assert!(!state.exists());
        fs::write(&state, "a file").expect("writable");
        let fault = start(&state, "warn").expect_err("no folder").to_string();
        assert!(fault.contains("is no folder") && fault.contains("--data-dir"), "{fault}");
        fs::remove_file(&state).expect("ours");
        fs::create_dir_all(state.join("desk.log")).expect("writable");
        let fault = start(&state, "warn").expect_err("no file").to_string();
        assert!(fault.contains("cannot be written") && fault.contains("log_level=off"), "{fault}");
    }
}
