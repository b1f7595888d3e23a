//! Alpaca: the real venue and market behind the desk's two ports, by REST and two streams.
//! Must never know the embedded market: both speak to the desk by the same two ports.

pub mod asking;
pub mod budget;
mod errands;
mod hearing;
pub mod keys;
pub mod known;
mod listing;
mod market;
mod polling;
pub mod reading;
pub mod rest;
pub mod stream;
pub mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;

use crate::desk::entropy::Entropy;
use crate::desk::port::{Clock, Errand, Feed, StreamState, Venue};
use crate::desk::prices::PriceBoard;
use crate::domain::lifecycle::Report;
use crate::domain::symbols::{Asset, Symbol};
use crate::domain::time::{DeskTime, MarketTime};

use keys::{Hosts, Keys};
use known::Known;
use rest::Rest;
use stream::choice::Interest;
use stream::pictures::Pictures;

/// How the client is to be.
#[derive(Debug)]
pub struct Options {
    /// The keys.
    pub keys: Keys,
    /// Where calls go.
    pub hosts: Hosts,
    /// The account that the keys are for, as it was found when they were checked.
    pub account_number: String,
    /// Where the list of assets is kept between starts; none keeps none.
    pub assets_file: Option<PathBuf>,
    /// Chance, for waits.
    pub chance: Entropy,
}

/// Alpaca at work.
pub struct Alpaca {
    rest: Rest,
    keys: Keys,
    account_number: String,
    assets_file: Option<PathBuf>,
    clock: Arc<dyn Clock>,
    board: PriceBoard,
    feed: mpsc::Sender<Feed>,
    known: Mutex<Known>,
    pictures: Mutex<Pictures>,
    assets: Mutex<Arc<BTreeMap<Symbol, Asset>>>,
    interest: watch::Sender<Interest>,
    /// What the price stream carries now; the rest is polled.
    streamed: watch::Sender<BTreeSet<Symbol>>,
    /// How many symbols it carries at most.
    room: watch::Sender<usize>,
    /// The two lines, trades first.
    lines: Mutex<[StreamState; 2]>,
    /// Rung when orders and fills have to be asked for at once.
    bell: Notify,
    /// How often orders and fills were asked for with success.
    polls: watch::Sender<u64>,
    stop: watch::Sender<bool>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    /// Why nothing is placed any more: the keys turned out to be for another account.
    barred: OnceLock<String>,
}

impl Alpaca {
    /// Starts it. Nothing touches the network before the tasks that it starts do. Wants a tokio
    /// runtime around it.
    pub fn start(
        options: Options,
        clock: Arc<dyn Clock>,
        board: PriceBoard,
        feed: mpsc::Sender<Feed>,
    ) -> Arc<Self> {
        let Options { keys, hosts, account_number, assets_file, chance } = options;
        let alpaca = Arc::new(Self {
            rest: Rest::new(keys.clone(), hosts, Arc::clone(&clock)),
            keys,
            account_number,
            assets_file,
            clock,
            board,
            feed,
            known: Mutex::default(),
            pictures: Mutex::default(),
            assets: Mutex::default(),
            interest: watch::Sender::default(),
            streamed: watch::Sender::default(),
            room: watch::Sender::new(crate::bounds::STREAMED_SYMBOLS_MAX),
            lines: Mutex::new([StreamState::Offline; 2]),
            bell: Notify::new(),
            polls: watch::Sender::default(),
            stop: watch::Sender::new(false),
            tasks: Mutex::default(),
            barred: OnceLock::new(),
        });
        let mut tasks = hearing::begin(&alpaca, &chance);
        tasks.extend(polling::begin(&alpaca));
        *alpaca.tasks.lock().expect("nobody panics over the tasks") = tasks;
        alpaca
    }

    /// Ends it: when this returns nothing is asked and nothing is said any more.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        let tasks = std::mem::take(&mut *self.tasks.lock().expect("nobody panics over the tasks"));
        for task in tasks {
            // A task that waits for a desk that no longer listens has nothing left to do.
            task.abort();
            drop(task.await);
        }
    }

    /// The account's number.
    pub fn account_number(&self) -> &str {
        &self.account_number
    }
    /// The client, for what the desk's ports do not ask.
    pub const fn rest(&self) -> &Rest {
        &self.rest
    }

    fn known<T>(&self, act: impl FnOnce(&mut Known) -> T) -> T {
        act(&mut self.known.lock().expect("nobody panics over what is known"))
    }
    fn pictures(&self) -> MutexGuard<'_, Pictures> {
        self.pictures.lock().expect("nobody panics over the pictures")
    }
    fn market_now(&self) -> MarketTime {
        market_time(self.clock.now())
    }

    /// Tells the state of a line: the desk hears of the worse of the two.
    async fn tell_line(&self, index: usize, state: StreamState) {
        let worse = {
            let mut lines = self.lines.lock().expect("nobody panics over the lines");
            lines[index] = state;
            worse(lines[0], lines[1])
        };
        self.tell(Feed::Stream(worse)).await;
    }
    /// True while executions come by themselves.
    fn hears_trades(&self) -> bool {
        self.lines.lock().expect("nobody panics over the lines")[0] == StreamState::Live
    }
    async fn tell(&self, feed: Feed) {
        // A desk that has ended hears nothing, and asks again at its next start.
        let _ = self.feed.send(feed).await;
    }
}

/// On a real venue market time is desk time.
const fn market_time(desk: DeskTime) -> MarketTime {
    MarketTime::from_ns(desk.ns())
}

fn worse(one: StreamState, other: StreamState) -> StreamState {
    let rank = |state: &StreamState| match state {
        StreamState::Live => (0, 0),
        StreamState::Reconnecting(attempt) => (1, *attempt),
        StreamState::Offline => (2, 0),
    };
    if rank(&one) >= rank(&other) { one } else { other }
}

impl Venue for Alpaca {
    fn send(&self, errand: Errand) -> BoxFuture<'_, Vec<Report>> {
        self.run(errand).boxed()
    }
}
