//! What the market has to say on its feed, in order, each thing held back until it is kept.
//! Must never lose a report because somebody stopped waiting for an answer.

use std::sync::{Mutex, MutexGuard};

use crate::domain::lifecycle::Report;

use super::state::keeper::Done;

/// What waits to be said.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    waiting: Vec<Letter>,
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
    /// Puts reports at the end.
    pub(super) fn put(&self, done: Option<Done>, reports: Vec<Report>) {
        self.lock().waiting.push(Letter { done, reports });
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
