//! Writes down the market data that is served: one message of the stream on each line.
//! Must never skip a print, however far the market leapt, nor write over a file that is there.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;

use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use crate::desk::refusal::Fault;
use crate::domain::time::MarketTime;

use super::feed::{Feed, Subscription};
use super::frame;
use super::hall::Hall;
use super::reel::Reels;

/// So much of the market is written at a time, in milliseconds: a leap takes no more room.
const SLICE_MS: i64 = 600_000;
/// Longest wait between two looks, in milliseconds.
const WAIT_MS_MAX: i64 = 30_000;

/// A recording being written.
pub(super) struct Recorder {
    path: PathBuf,
    file: File,
    hall: Arc<Hall>,
    wanted: Subscription,
    reels: Reels,
    at: MarketTime,
}

impl Recorder {
    /// Begins a recording; the file must not be there.
    pub(super) fn begin(path: &Path, hall: Arc<Hall>) -> Result<Self, Fault> {
        let mut options = OpenOptions::new();
        let made = options.write(true).create_new(true).mode(0o600).open(path);
        let file = made.map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => Fault::new(format!(
                "{} is there already: name another file to record into, or remove that one",
                path.display()
            )),
            _ => Fault::new(format!("{} cannot be recorded into: {error}", path.display())),
        })?;
        let (_, at) = hall.now();
        let mut reels = Reels::new(hall.tape.clone(), hall.facts.clone(), (Feed::Sip, at));
        let wanted = Subscription::to_prices_of_all();
        reels.follow(&wanted, at);
        Ok(Self { path: path.to_owned(), file: File::from_std(file), hall, wanted, reels, at })
    }

    /// Writes until the market ends, and all that happened by then.
    pub(super) async fn keep_on(mut self) -> Result<(), Fault> {
        let ending = self.hall.ending();
        let mut ending = pin!(ending);
        loop {
            let desk = self.hall.clock.now();
            let due = self.hall.timeline.desk(self.reels.due());
            let soonest = desk.plus_ms(self.hall.options.cadence_ms.max(1));
            let next = due.clamp(soonest, desk.plus_ms(WAIT_MS_MAX).max(soonest));
            let ends = tokio::select! {
                biased;
                () = &mut ending => true,
                () = self.hall.clock.wait_until(next) => false,
            };
            self.come_to(self.hall.now().1).await.map_err(|error| {
                Fault::new(format!("{} cannot be written any more: {error}", self.path.display()))
            })?;
            if ends {
                return Ok(());
            }
        }
    }

    async fn come_to(&mut self, now: MarketTime) -> std::io::Result<()> {
        let mut lines = Vec::new();
        while self.at < now {
            self.at = self.at.plus_ms(SLICE_MS).min(now);
            for message in self.reels.turn(&self.wanted, self.at) {
                frame::json(&mut lines, &message);
                lines.push(b'\n');
            }
            self.file.write_all(&lines).await?;
            lines.clear();
        }
        self.file.flush().await
    }
}
