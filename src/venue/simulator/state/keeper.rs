//! The writer of the state file: one thread that appends lines and sees them onto the disk, and
//! writes the file anew where it is told to.
//! Must never answer before the disk has what was asked to last, nor go on after a failed write.

use std::fs::File;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;

use tokio::sync::oneshot;

use super::image::Anew;
use super::{StateFile, size_of};
use crate::bounds::{KEEPER_JOBS_MAX, MARKET_FILE_BYTES_MIN, MARKET_FILE_GROWTH_MAX};

/// Told once what was asked is on the disk, or why it is not.
pub(in crate::venue::simulator) type Done = oneshot::Receiver<Result<(), String>>;

/// Hands lines to the writer. Lines handed over first are written first. Where the disk falls far
/// behind, whoever hands over waits for it: nothing may be dropped, and a thread of its own writes.
#[derive(Debug)]
pub(in crate::venue::simulator) struct Keeper {
    sender: mpsc::SyncSender<Job>,
    /// Bytes of the file once all that was handed over is in it.
    size: AtomicU64,
    /// Bytes that it had when it was written anew last.
    size_anew: AtomicU64,
}

#[derive(Debug)]
struct Job {
    lines: String,
    /// What the file says instead of all that was handed over before; `lines` come after it.
    anew: Option<Anew>,
    /// Somebody waits until the disk has it.
    lasting: Option<oneshot::Sender<Result<(), String>>>,
    /// Nothing comes after it: the writer ends, and gives the file free.
    last: bool,
}

impl Keeper {
    /// Starts the writer on a file opened for appending. It ends when the keeper is dropped.
    pub(super) fn start(file: File, state: StateFile, size: u64) -> io::Result<Self> {
        let (sender, jobs) = mpsc::sync_channel(KEEPER_JOBS_MAX);
        let writer = Writer { file, state, dirty: false, failed: None };
        std::thread::Builder::new()
            .name("market-writer".to_owned())
            .spawn(move || writer.run(&jobs))?;
        Ok(Self { sender, size: AtomicU64::new(size), size_anew: AtomicU64::new(size) })
    }

    /// True where the file has outgrown what it says.
    pub(in crate::venue::simulator) fn is_outgrown(&self) -> bool {
        let size = self.size.load(Ordering::Relaxed);
        let anew = self.size_anew.load(Ordering::Relaxed);
        size > MARKET_FILE_BYTES_MIN && size > anew.saturating_mul(MARKET_FILE_GROWTH_MAX)
    }

    /// Appends lines; nobody waits for the disk.
    pub(in crate::venue::simulator) fn append(&self, lines: String) {
        self.size.fetch_add(size_of(&lines), Ordering::Relaxed);
        // A writer that has ended answers whoever waits; nobody waits for these.
        drop(self.sender.send(Job { lines, anew: None, lasting: None, last: false }));
    }

    /// Writes the file anew: it says what all that was handed over before came to. The answer comes
    /// when the disk has it, and the archive what left the file.
    pub(in crate::venue::simulator) fn write_anew(&self, anew: Anew) -> Done {
        let size = size_of(&anew.lines);
        self.size.store(size, Ordering::Relaxed);
        self.size_anew.store(size, Ordering::Relaxed);
        self.wait_for(String::new(), Some(anew), false)
    }

    /// Appends lines; the answer comes when the disk has them and all before them.
    pub(in crate::venue::simulator) fn append_lasting(&self, lines: String) -> Done {
        self.size.fetch_add(size_of(&lines), Ordering::Relaxed);
        self.wait_for(lines, None, false)
    }

    /// Ends the writer; the answer comes when the disk has everything and the file is free.
    pub(in crate::venue::simulator) fn end(&self) -> Done {
        self.wait_for(String::new(), None, true)
    }

    fn wait_for(&self, lines: String, anew: Option<Anew>, last: bool) -> Done {
        let (sender, done) = oneshot::channel();
        // A writer that has ended drops the sender: that is the answer.
        drop(self.sender.send(Job { lines, anew, lasting: Some(sender), last }));
        done
    }
}

struct Writer {
    file: File,
    state: StateFile,
    /// Something was written that the disk may not have.
    dirty: bool,
    failed: Option<String>,
}

impl Writer {
    fn run(mut self, jobs: &mpsc::Receiver<Job>) {
        while let Ok(job) = jobs.recv() {
            let mut batch = vec![job];
            batch.extend(jobs.try_iter().take(KEEPER_JOBS_MAX));
            let result = self.write(&batch);
            if batch.iter().any(|job| job.last) {
                drop(self);
                answer(batch, &result);
                return;
            }
            answer(batch, &result);
        }
    }

    fn write(&mut self, batch: &[Job]) -> Result<(), String> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        self.try_write(batch).map_err(|error| {
            let path = self.state.path().display();
            let text = format!("the embedded market cannot write {path}: {error}");
            self.failed.insert(text).clone()
        })
    }

    fn try_write(&mut self, batch: &[Job]) -> io::Result<()> {
        let mut lines = String::new();
        for job in batch {
            if let Some(anew) = &job.anew {
                // What came before it is in it.
                lines.clear();
                self.file = self.state.write_anew(anew)?;
                self.dirty = false;
            }
            lines.push_str(&job.lines);
        }
        if !lines.is_empty() {
            self.dirty = true;
            self.file.write_all(lines.as_bytes())?;
        }
        if batch.iter().any(|job| job.lasting.is_some()) && self.dirty {
            self.file.sync_data()?;
            self.dirty = false;
        }
        Ok(())
    }
}

fn answer(batch: Vec<Job>, result: &Result<(), String>) {
    for waiting in batch.into_iter().filter_map(|job| job.lasting) {
        // Who asked may have gone; what is written stays written.
        drop(waiting.send(result.clone()));
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::{Keeper, StateFile};

    #[test]
    fn a_write_that_fails_is_told_and_nothing_is_written_after_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("embedded.market");
        let (state, _) = StateFile::open(&path, |_| None).expect("it opens");
        std::fs::write(&path, "").expect("made");
        let unwritable = File::open(&path).expect("for reading alone");
        let keeper = Keeper::start(unwritable, state, 0).expect("it starts");
        keeper.append("lost\n".to_owned());
        for _ in 0..2 {
            let told = keeper.append_lasting("lost too\n".to_owned()).blocking_recv();
            let reason = told.expect("answered").expect_err("it failed");
            assert!(reason.contains("embedded.market"), "{reason}");
        }
        assert!(keeper.end().blocking_recv().expect("answered").is_err());
        assert!(keeper.append_lasting(String::new()).blocking_recv().is_err(), "it has ended");
    }
}
