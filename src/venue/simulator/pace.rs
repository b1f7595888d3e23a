//! The market's pace: looks at the tape at a steady cadence and says what changed.
//! Must never look more often than something changes, nor decide anything itself.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::desk::port::{Feed, Funds, StreamState};
use crate::desk::prices::PriceBoard;
use crate::domain::time::DeskTime;

use super::Simulator;

/// While only prices move the account's value, it is told once in so many milliseconds.
const FUNDS_MS: i64 = 1_000;
/// Longest sleep, in milliseconds: a clock that was set is noticed after that.
const SLEEP_MS_MAX: i64 = 30_000;

/// The task that moves the market on.
pub(super) struct Pace {
    simulator: Arc<Simulator>,
    cadence_ms: i64,
    board: PriceBoard,
    feed: mpsc::Sender<Feed>,
    told: Option<(DeskTime, Funds)>,
}

impl Pace {
    pub(super) fn new(
        simulator: Arc<Simulator>,
        cadence_ms: i64,
        board: PriceBoard,
        feed: mpsc::Sender<Feed>,
    ) -> Self {
        Self { simulator, cadence_ms: cadence_ms.max(1), board, feed, told: None }
    }

    /// Runs until the market is stopped or nobody listens any more.
    pub(super) async fn run(mut self) {
        self.keep_on().await;
        self.simulator.outbox.end();
    }

    async fn keep_on(&mut self) {
        let mut stop = self.simulator.stop.subscribe();
        if self.feed.send(Feed::Stream(StreamState::Live)).await.is_err() {
            return;
        }
        loop {
            let now = self.simulator.clock.now();
            let next = self.look(now);
            // A desk that stopped listening must not keep the market from stopping.
            let told = tokio::select! {
                biased;
                _ = stop.wait_for(|&stop| stop) => return,
                told = self.tell(now) => told,
            };
            if told.is_err() {
                return;
            }
            if let Err(reason) = self.simulator.tidy().await {
                self.simulator.outbox.break_down(&reason);
            }
            if let Some(reason) = self.simulator.outbox.broken() {
                tracing::error!(reason, "the embedded market has stopped");
                // Whether somebody hears it or not, it is over.
                drop(self.feed.send(Feed::Stream(StreamState::Offline)).await);
                return;
            }
            let bell = self.simulator.bell.notified();
            let wait = self.simulator.clock.wait_until(next);
            tokio::select! {
                biased;
                _ = stop.wait_for(|&stop| stop) => return,
                () = bell => {}
                () = wait => {}
            }
        }
    }

    /// Moves the floor on to now and puts the new pictures up; says when to look next.
    fn look(&self, now: DeskTime) -> DeskTime {
        let simulator = &self.simulator;
        let mut floor = simulator.floor();
        floor.advance(simulator.timeline.market(now));
        let changed = floor.take_changed();
        simulator.say_events(&mut floor);
        let due = simulator.timeline.desk(floor.due());
        drop(floor);
        self.board.put(&changed);
        let longest = SLEEP_MS_MAX.max(self.cadence_ms);
        due.clamp(now.plus_ms(self.cadence_ms), now.plus_ms(longest))
    }

    /// Sends what is to be said. An error: nobody listens.
    async fn tell(&mut self, now: DeskTime) -> Result<(), mpsc::error::SendError<Feed>> {
        for letter in self.simulator.outbox.take() {
            if let Err(reason) = super::kept(letter.done).await {
                self.simulator.outbox.break_down(&reason);
                return Ok(());
            }
            for report in letter.reports {
                self.feed.send(Feed::Report(report)).await?;
            }
            self.simulator.outbox.note_said();
        }
        let asked = self.simulator.outbox.funds_asked();
        let funds = self.simulator.funds();
        let due = match self.told {
            None => true,
            Some(_) if asked => true,
            Some((_, told)) if told == funds => false,
            Some((_, told)) if told.cash != funds.cash => true,
            Some((when, _)) => now.ms_since(when) >= FUNDS_MS,
        };
        if due {
            self.told = Some((now, funds));
            self.feed.send(Feed::Funds(funds)).await?;
        }
        Ok(())
    }
}
