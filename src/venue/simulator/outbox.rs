//! What the market has to say on its feed, in order, each thing held back until it is kept.
//! Must never lose a report because somebody stopped waiting for an answer.

use std::sync::{Mutex, MutexGuard};

use tokio::sync::watch;

use crate::domain::lifecycle::Report;

use super::state::keeper::Done;
use crate::bounds::OUTBOX_LETTERS_MAX;

/// What waits to be said.
#[derive(Debug)]
pub(super) struct Outbox {
    inner: Mutex<Inner>,
    /// How many letters were said; none once nothing is said any more.
    said: watch::Sender<Option<u64>>,
}

impl Default for Outbox {
    fn default() -> Self {
        Self { inner: Mutex::default(), said: watch::Sender::new(Some(0)) }
    }
}

#[derive(Debug, Default)]
struct Inner {
    waiting: Vec<Letter>,
    /// How many letters were put in since ever.
    put: u64,
    funds: bool,
    broken: Option<String>,
}

/// Reports that may be said once the disk has what they tell of.
#[derive(Debug)]
pub(super) struct Letter {
    pub done: Option<Done>,
    pub reports: Vec<Report>,
}

impl Outbox {
    /// Puts reports at the end. Where so many wait that nobody can be listening, the market stops:
    /// none is dropped while it works, and a look-up tells of them at the next start.
    pub(super) fn put(&self, done: Option<Done>, reports: Vec<Report>) {
        let mut inner = self.lock();
        if inner.waiting.len() >= OUTBOX_LETTERS_MAX {
            let reason = "nobody listens to the embedded market's reports";
            inner.broken.get_or_insert_with(|| reason.to_owned());
            return;
        }
        inner.put += 1;
        inner.waiting.push(Letter { done, reports });
    }
    /// A letter was said.
    pub(super) fn note_said(&self) {
        self.said.send_modify(|said| *said = said.map(|said| said + 1));
    }
    /// Nothing is said any more.
    pub(super) fn end(&self) {
        self.said.send_replace(None);
    }
    /// Waits until all that was put in by now was said; false where it never will be.
    pub(super) async fn all_said(&self) -> bool {
        let put = self.lock().put;
        let mut said = self.said.subscribe();
        let heard = said.wait_for(|said| said.is_none_or(|said| said >= put)).await;
        heard.is_ok_and(|said| said.is_some())
    }
    /// Takes all that waits.
    pub(super) fn take(&self) -> Vec<Letter> {
        std::mem::take(&mut self.lock().waiting)
    }
    /// Somebody asked how the account stands.
    pub(super) fn ask_funds(&self) {
        self.lock().funds = true;
    }
    /// True once after somebody asked.
    pub(super) fn funds_asked(&self) -> bool {
        std::mem::take(&mut self.lock().funds)
    }
    /// Nothing can be kept any more: nothing is taken, nothing fills.
    pub(super) fn break_down(&self, reason: &str) {
        self.lock().broken.get_or_insert_with(|| reason.to_owned());
    }
    /// Why nothing can be kept any more, if so.
    pub(super) fn broken(&self) -> Option<String> {
        self.lock().broken.clone()
    }
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("nobody panics over the outbox")
    }
}
