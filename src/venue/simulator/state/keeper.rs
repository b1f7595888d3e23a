//! The writer of the state file: one thread that appends lines and sees them onto the disk.
//! Must never answer before the disk has what was asked to last, nor go on after a failed write.

use std::fs::File;
use std::io::{self, Write};
use std::sync::mpsc;

use tokio::sync::oneshot;

use super::StateFile;
use crate::bounds::KEEPER_JOBS_MAX;

/// Told once what was asked is on the disk, or why it is not.
pub(in crate::venue::simulator) type Done = oneshot::Receiver<Result<(), String>>;

/// Hands lines to the writer. Lines handed over first are written first. Where the disk falls far
/// behind, whoever hands over waits for it: nothing may be dropped, and a thread of its own writes.
#[derive(Debug)]
pub(in crate::venue::simulator) struct Keeper {
    sender: mpsc::SyncSender<Job>,
}

#[derive(Debug)]
struct Job {
    lines: String,
    /// Somebody waits until the disk has it.
    lasting: Option<oneshot::Sender<Result<(), String>>>,
    /// Nothing comes after it: the writer ends, and gives the file free.
    last: bool,
}

impl Keeper {
    /// Starts the writer on a file opened for appending. It ends when the keeper is dropped.
    pub(super) fn start(file: File, state: StateFile) -> io::Result<Self> {
        let (sender, jobs) = mpsc::sync_channel(KEEPER_JOBS_MAX);
        let writer = Writer { file, state, dirty: false, failed: None };
        std::thread::Builder::new()
            .name("market-writer".to_owned())
            .spawn(move || writer.run(&jobs))?;
        Ok(Self { sender })
    }

    /// Appends lines; nobody waits for the disk.
    pub(in crate::venue::simulator) fn append(&self, lines: String) {
        // A writer that has ended answers whoever waits; nobody waits for these.
        drop(self.sender.send(Job { lines, lasting: None, last: false }));
    }

    /// Appends lines; the answer comes when the disk has them and all before them.
    pub(in crate::venue::simulator) fn append_lasting(&self, lines: String) -> Done {
        self.wait_for(lines, false)
    }

    /// Ends the writer; the answer comes when the disk has everything and the file is free.
    pub(in crate::venue::simulator) fn end(&self) -> Done {
        self.wait_for(String::new(), true)
    }

    fn wait_for(&self, lines: String, last: bool) -> Done {
        let (sender, done) = oneshot::channel();
        // A writer that has ended drops the sender: that is the answer.
        drop(self.sender.send(Job { lines, lasting: Some(sender), last }));
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
            let lines: String = batch.iter().map(|job| job.lines.as_str()).collect();
            let lasting = batch.iter().any(|job| job.lasting.is_some());
            let result = self.write(&lines, lasting);
            if batch.iter().any(|job| job.last) {
                drop(self);
                answer(batch, &result);
                return;
            }
            answer(batch, &result);
        }
    }

    fn write(&mut self, lines: &str, lasting: bool) -> Result<(), String> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        self.try_write(lines, lasting).map_err(|error| {
            let path = self.state.path().display();
            let text = format!("the embedded market cannot write {path}: {error}");
            self.failed.insert(text).clone()
        })
    }

    fn try_write(&mut self, lines: &str, lasting: bool) -> io::Result<()> {
        if !lines.is_empty() {
            self.dirty = true;
            self.file.write_all(lines.as_bytes())?;
        }
        if lasting && self.dirty {
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
        let keeper = Keeper::start(unwritable, state).expect("it starts");
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
