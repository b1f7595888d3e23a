//! The price board: the newest picture of each symbol, overwritten, never queued.
//! Must never hold up a writer for a reader: a slow watcher sees fewer pictures, not older ones.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::watch;

use crate::domain::quotes::Ticker;
use crate::domain::symbols::Symbol;

/// Shared by the market (writes), the desk and the screens (read).
#[derive(Clone, Debug)]
pub struct PriceBoard {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    latest: Mutex<BTreeMap<Symbol, (u64, Ticker)>>,
    generation: watch::Sender<u64>,
}

/// One reader's place on the board.
#[derive(Clone, Debug)]
pub struct PriceWatch {
    board: PriceBoard,
    seen: u64,
    changes: watch::Receiver<u64>,
}

impl Default for PriceBoard {
    fn default() -> Self {
        Self::new()
    }
}

impl PriceBoard {
    /// An empty board.
    pub fn new() -> Self {
        let (generation, _) = watch::channel(0);
        Self { shared: Arc::new(Shared { latest: Mutex::new(BTreeMap::new()), generation }) }
    }
    /// Puts pictures up, each over the one before.
    pub fn put(&self, tickers: &[Ticker]) {
        if tickers.is_empty() {
            return;
        }
        let mut latest = self.lock();
        let generation = *self.shared.generation.borrow() + 1;
        for ticker in tickers {
            latest.insert(ticker.symbol, (generation, *ticker));
        }
        drop(latest);
        self.shared.generation.send_replace(generation);
    }
    /// The newest picture of a symbol.
    pub fn get(&self, symbol: Symbol) -> Option<Ticker> {
        self.lock().get(&symbol).map(|(_, ticker)| *ticker)
    }
    /// A reader that has seen nothing yet.
    pub fn watch(&self) -> PriceWatch {
        PriceWatch { board: self.clone(), seen: 0, changes: self.shared.generation.subscribe() }
    }
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Symbol, (u64, Ticker)>> {
        self.shared.latest.lock().expect("no holder of the board panics")
    }
}

impl PriceWatch {
    /// Another reader of the same board that has seen nothing yet.
    #[must_use]
    pub fn fresh(&self) -> Self {
        self.board.watch()
    }
    /// Waits until there is something new; never returns once the board is gone.
    pub async fn changed(&mut self) {
        if self.changes.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
    /// All pictures that are new since the last call, in symbol order.
    pub fn take(&mut self) -> Vec<Ticker> {
        self.changes.borrow_and_update();
        let latest = self.board.lock();
        let fresh: Vec<(u64, Ticker)> =
            latest.values().filter(|(generation, _)| *generation > self.seen).copied().collect();
        drop(latest);
        self.seen = fresh.iter().map(|(generation, _)| *generation).max().unwrap_or(self.seen);
        fresh.into_iter().map(|(_, ticker)| ticker).collect()
    }
}
