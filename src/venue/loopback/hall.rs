//! The hall of the embedded Alpaca: its market, its accounts, and who may come in.
//! Must never hold two accounts' locks at once.

use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::watch;

use crate::desk::port::Clock;
use crate::desk::refusal::Fault;
use crate::domain::hours::Schedule;
use crate::domain::symbols::{Asset, Symbol};
use crate::domain::time::{DeskTime, MarketTime};
use crate::venue::simulator::Listed;
use crate::venue::simulator::exchange::Exchange;
use crate::venue::simulator::floor::Floor;
use crate::venue::simulator::listing::{self, Listing};
use crate::venue::simulator::tape::Tape;
use crate::venue::simulator::tape::chance::Chance;
use crate::venue::simulator::timeline::Timeline;

use super::Options;
use super::chaos::Chaos;
use super::facts::{Facts, drawn_id};
use super::keys::{KeyPair, Keys};
use super::rate::Limiter;
use super::replay;
use super::seats::Seats;
use super::trading::Trading;

/// Accounts trade by one tape, and each draws its own partial fills.
const SEED_STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// All that the calls share.
pub(super) struct Hall {
    /// The source of time.
    pub clock: Arc<dyn Clock>,
    /// How market time runs.
    pub timeline: Timeline,
    /// Prices.
    pub tape: Arc<Tape>,
    /// What is listed.
    pub facts: Arc<Facts>,
    /// Who may come in.
    pub keys: Keys,
    /// How it was asked to be.
    pub options: Options,
    /// Prices of the symbol that the test feed tells of.
    pub test_tape: Arc<Tape>,
    /// That symbol.
    pub test_facts: Arc<Facts>,
    /// Who listens to market data where.
    pub seats: Seats,
    /// What befalls calls and sockets.
    pub chaos: Chaos,
    /// Turns true when it ends.
    pub stop: watch::Sender<bool>,
    accounts: Vec<Mutex<Trading>>,
    limiter: Mutex<Limiter>,
    requests: AtomicU64,
}

impl Hall {
    pub(super) fn new(options: Options, clock: Arc<dyn Clock>) -> Result<Self, Fault> {
        let listings = match options.listed {
            Listed::Table => listing::table(),
            Listed::Generated(count) => listing::generated(count),
        };
        let tape = match &options.replay {
            None => Tape::new(options.seed, options.schedule, &listings),
            Some(path) => {
                let heard = replay::read(path, &listings)?;
                Tape::recorded(options.schedule, &listings, heard)
            }
        };
        let desk = clock.now();
        let begin = options.replay.as_ref().map(|_| tape.begin());
        let market = options.market_start.or(begin);
        let market = market.unwrap_or(MarketTime::from_ns(desk.ns()));
        let timeline = Timeline { desk, market, speed: options.speed.max(1) };
        let tape = Arc::new(tape);
        let assets: Arc<[Asset]> = listings.into_iter().map(|listing| listing.asset).collect();
        let facts = Arc::new(Facts::new(assets));
        let account = |number: usize| {
            let seed = options.seed.wrapping_add(SEED_STEP.wrapping_mul(number as u64));
            let assets = facts.assets().clone();
            let exchange = Exchange::new(seed, options.schedule, assets, options.starting_cash);
            let floor = Floor::open(tape.clone(), exchange, market);
            let cash = options.starting_cash;
            let identity = Trading::identity(options.seed, number, market, cash);
            Mutex::new(Trading::new(identity, floor, facts.clone()))
        };
        let made_up = [made_up()];
        let test_tape = Tape::new(options.seed, Schedule::Always, &made_up);
        let test_facts = Facts::new(made_up.into_iter().map(|listing| listing.asset).collect());
        let count = usize::from(options.accounts.max(1));
        let pairs = (0..count).map(|number| KeyPair::of(options.seed, number)).collect();
        Ok(Self {
            accounts: (0..count).map(account).collect(),
            limiter: Mutex::new(Limiter::new(options.rate)),
            keys: Keys::new(pairs),
            clock,
            timeline,
            tape,
            facts,
            test_tape: Arc::new(test_tape),
            test_facts: Arc::new(test_facts),
            seats: Seats::default(),
            chaos: Chaos::new(options.chaos),
            options,
            stop: watch::Sender::new(false),
            requests: AtomicU64::new(0),
        })
    }

    /// The desk's time, and the market's at it.
    pub(super) fn now(&self) -> (DeskTime, MarketTime) {
        let desk = self.clock.now();
        (desk, self.timeline.market(desk))
    }
    pub(super) fn schedule(&self) -> Schedule {
        self.tape.schedule()
    }
    /// An account, its market moved on to now.
    pub(super) fn account(&self, number: usize) -> MutexGuard<'_, Trading> {
        let (_, now) = self.now();
        let mut trading = self.accounts[number].lock().expect("nobody panics over an account");
        trading.come_to(now);
        trading
    }
    /// Waits until it is to end.
    pub(super) fn ending(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut stop = self.stop.subscribe();
        async move {
            // An error means that the hall is gone, which ends it as well.
            drop(stop.wait_for(|&stop| stop).await);
        }
    }
    /// How many accounts there are.
    pub(super) fn count(&self) -> usize {
        self.accounts.len()
    }
    pub(super) fn limiter(&self) -> MutexGuard<'_, Limiter> {
        self.limiter.lock().expect("nobody panics over the counts")
    }
    /// The id of the next answer.
    pub(super) fn request_id(&self) -> String {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let source = Chance::new(self.options.seed).named("requests");
        drawn_id(source.at(number)).simple().to_string()
    }

    /// Moves every account on, and says when to look again.
    pub(super) fn look(&self) -> DeskTime {
        let mut due = self.clock.now().plus_ms(SLEEP_MS_MAX);
        for number in 0..self.count() {
            let account = self.account(number);
            due = due.min(self.timeline.desk(account.floor.due()));
        }
        due.max(self.clock.now().plus_ms(self.options.cadence_ms.max(1)))
    }
    /// Keeps the market moving until it ends.
    pub(super) async fn keep_on(self: Arc<Self>) {
        let mut ending = pin!(self.ending());
        loop {
            let next = self.look();
            tokio::select! {
                biased;
                () = &mut ending => return,
                () = self.clock.wait_until(next) => {}
            }
        }
    }
}

/// The symbol of the test feed: like the first of the table, by another name.
fn made_up() -> Listing {
    let mut listing = listing::table().into_iter().next().expect("the table is not empty");
    listing.asset.symbol = Symbol::parse(MADE_UP).expect("it is plain");
    "Made-up Company".clone_into(&mut listing.asset.name);
    listing
}

/// The one symbol of the test feed.
const MADE_UP: &str = "FAKEPACA";
/// Longest sleep, in milliseconds: a clock that was set is noticed after that.
const SLEEP_MS_MAX: i64 = 30_000;
