//! What goes wrong, by seed: lost, doubled and late messages, failed commits, deaths.
//! Must never be on in the second half of a world, in which everything has to come to rest.

use std::sync::Mutex;

use futures::FutureExt;
use futures::future::BoxFuture;
use trading_desk::desk::command::{EquityPoint, OrderFilter, Page, TimelineLine};
use trading_desk::desk::port::{Batch, FillsWanted, Loaded, Opening, Past, Store};
use trading_desk::desk::refusal::Fault;
use trading_desk::domain::ids::{OrderId, PortfolioId};
use trading_desk::domain::orders::{Fill, Order};
use trading_desk::store::SqliteStore;

/// The simulation's own chance: the same numbers on every machine.
#[derive(Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        for _ in 0..8 {
            dice.next();
        }
        dice
    }
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
    pub(super) fn below(&mut self, below: usize) -> usize {
        usize::try_from((self.next() >> 33) % below as u64).expect("small")
    }
    pub(super) fn one_in(&mut self, chances: usize) -> bool {
        chances > 0 && self.below(chances) == 0
    }
    pub(super) fn bytes(&mut self) -> [u8; 10] {
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&self.next().to_le_bytes());
        bytes
    }
}

/// How often what goes wrong; zero is never.
#[derive(Clone, Copy, Debug)]
pub(super) struct Faults {
    pub errand_lost: usize,
    pub reply_lost: usize,
    pub report_lost: usize,
    pub report_doubled: usize,
    pub delay_ms_max: usize,
    pub death_before_commit: usize,
    pub death_after_commit: usize,
    pub death_before_send: usize,
}

impl Faults {
    pub(super) fn drawn(dice: &mut Dice) -> Self {
        let mut often = |least: usize| if dice.one_in(3) { 0 } else { least + dice.below(40) };
        Self {
            errand_lost: often(6),
            reply_lost: often(6),
            report_lost: often(6),
            report_doubled: often(2),
            delay_ms_max: 1 + often(20) * 40,
            death_before_commit: often(30),
            death_after_commit: often(30),
            death_before_send: often(30),
        }
    }
    pub(super) const NONE: Self = Self {
        errand_lost: 0,
        reply_lost: 0,
        report_lost: 0,
        report_doubled: 0,
        delay_ms_max: 20,
        death_before_commit: 0,
        death_after_commit: 0,
        death_before_send: 0,
    };
}

/// What the next commit shall do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NextCommit {
    /// Work.
    Holds,
    /// Fail, with nothing written.
    Fails,
    /// Be written, and the answer lost.
    HoldsUnheard,
}

/// The real store with commits that can fail.
pub(super) struct FaultyStore {
    pub inner: SqliteStore,
    pub next: Mutex<NextCommit>,
}

impl Store for FaultyStore {
    fn load(&self, opening: Opening) -> BoxFuture<'_, Result<Loaded, Fault>> {
        self.inner.load(opening)
    }
    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<(), Fault>> {
        let next = *self.next.lock().expect("no holder panics");
        async move {
            if next == NextCommit::Fails {
                return Err(Fault::new("the disk failed"));
            }
            self.inner.commit(batch).await?;
            match next {
                NextCommit::HoldsUnheard => Err(Fault::new("the answer was lost")),
                _ => Ok(()),
            }
        }
        .boxed()
    }
    fn find_orders(
        &self,
        filter: OrderFilter,
        visible: Vec<PortfolioId>,
    ) -> BoxFuture<'_, Result<Page<Order>, Fault>> {
        self.inner.find_orders(filter, visible)
    }
    fn find_fills(&self, wanted: FillsWanted) -> BoxFuture<'_, Result<Page<Fill>, Fault>> {
        self.inner.find_fills(wanted)
    }
    fn find_order(&self, order: OrderId) -> BoxFuture<'_, Result<Option<Order>, Fault>> {
        self.inner.find_order(order)
    }
    fn find_past(&self, order: OrderId) -> BoxFuture<'_, Result<Option<Past>, Fault>> {
        self.inner.find_past(order)
    }
    fn find_timeline(&self, order: OrderId) -> BoxFuture<'_, Result<Vec<TimelineLine>, Fault>> {
        self.inner.find_timeline(order)
    }
    fn find_equity(
        &self,
        portfolio: PortfolioId,
    ) -> BoxFuture<'_, Result<Vec<EquityPoint>, Fault>> {
        self.inner.find_equity(portfolio)
    }
}
