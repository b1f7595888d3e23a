//! The embedded market: the exchange and its tape behind the desk's two ports, on market time.
//! Must never touch the desk's store, nor make a price or a fill outside tape and exchange.

mod errand;
pub mod exchange;
pub mod floor;
#[cfg(test)]
mod floor_tests;
pub mod listing;
pub mod opening;
mod outbox;
mod pace;
mod state;
pub mod tape;
#[cfg(test)]
mod tests;
pub mod timeline;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::civil::Date;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinHandle;

use crate::bounds::ENDED_ORDERS_KEPT;
use crate::desk::port::{Clock, Errand, Feed, Funds, Market, Venue};
use crate::desk::prices::PriceBoard;
use crate::desk::refusal::Fault;
use crate::domain::hours::Schedule;
use crate::domain::lifecycle::{Report, ReportKind};
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::quotes::{Bar, Range, Trade};
use crate::domain::symbols::{Asset, Symbol};
use crate::domain::time::{DeskTime, MarketTime};

use floor::Floor;
use outbox::Outbox;
use state::archive::Archive;
use state::image::{Header, Image, deed_line};
use state::keeper::{Done, Keeper};
use tape::{Slot, Tape};
use timeline::Timeline;

/// Trades answered at once.
const TRADES_SHOWN: usize = 100;

/// What is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// The real symbols of `assets/symbols.csv`.
    Table,
    /// So many made-up symbols.
    Generated(usize),
}

/// How the embedded market is to be.
#[derive(Clone, Debug)]
pub struct Options {
    /// Seed of tape and fills. A state file keeps the seed it was made with.
    pub seed: u64,
    /// Market seconds in a desk second, from 1.
    pub speed: u32,
    /// Its hours.
    pub schedule: Schedule,
    /// Cash of a new account.
    pub starting_cash: Money,
    /// What is listed.
    pub listed: Listed,
    /// Where orders, cash and positions are kept; none keeps nothing.
    pub state_file: Option<PathBuf>,
    /// Where a new market's time begins, if not at the desk's time.
    pub market_start: Option<MarketTime>,
    /// Time between two looks at the tape, in milliseconds of desk time.
    pub cadence_ms: i64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            speed: 1,
            schedule: Schedule::Always,
            starting_cash: Money::dollars(1_000_000),
            listed: Listed::Table,
            state_file: None,
            market_start: None,
            cadence_ms: 100,
        }
    }
}

/// The embedded market at work.
pub struct Simulator {
    clock: Arc<dyn Clock>,
    timeline: Timeline,
    tape: Arc<Tape>,
    assets: Arc<BTreeMap<Symbol, Asset>>,
    header: Header,
    floor: Mutex<Floor>,
    keeper: Option<Keeper>,
    /// Where orders that ended long ago are; none keeps none.
    archive_file: Option<PathBuf>,
    archive: tokio::sync::Mutex<Option<Archive>>,
    /// How many orders were in memory when old ones were let go last.
    tidied: AtomicUsize,
    outbox: Outbox,
    /// Rung when there is something to say before the next look at the tape.
    bell: Notify,
    stop: watch::Sender<bool>,
    pace: Mutex<Option<JoinHandle<()>>>,
}

impl Simulator {
    /// Starts it: the first pictures of all symbols are on the board when this returns. Wants a
    /// tokio runtime around it.
    ///
    /// # Errors
    /// When the state file cannot be read or written, is damaged, or is another process's.
    pub fn start(
        options: &Options,
        clock: Arc<dyn Clock>,
        board: PriceBoard,
        feed: mpsc::Sender<Feed>,
    ) -> Result<Arc<Self>, Fault> {
        let opened = opening::open(options, clock.now())?;
        let simulator = Arc::new(Self {
            clock,
            timeline: opened.timeline,
            tape: opened.tape,
            assets: opened.assets,
            header: opened.header,
            keeper: opened.keeper,
            archive_file: options.state_file.as_deref().map(state::archive::path_of),
            archive: tokio::sync::Mutex::default(),
            tidied: AtomicUsize::new(opened.floor.exchange().count()),
            floor: Mutex::new(opened.floor),
            outbox: Outbox::default(),
            bell: Notify::new(),
            stop: watch::Sender::new(false),
            pace: Mutex::new(None),
        });
        board.put(&simulator.floor().take_changed());
        let pace = pace::Pace::new(simulator.clone(), options.cadence_ms, board, feed);
        let task = tokio::spawn(pace.run());
        *simulator.pace.lock().expect("nobody panics over the pace") = Some(task);
        Ok(simulator)
    }

    /// Ends it: when this returns no price and no report comes any more, everything is on the
    /// disk, and the state file is free.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        let pace = self.pace.lock().expect("nobody panics over the pace").take();
        if let Some(pace) = pace {
            // A pace that panicked has ended too.
            drop(pace.await);
        }
        if let Some(keeper) = &self.keeper
            && let Err(reason) = kept(Some(keeper.end())).await
        {
            tracing::error!(reason, "the embedded market could not keep its last deeds");
        }
    }
    /// The account's number, the same as long as its state is kept.
    pub fn account_number(&self) -> &str {
        &self.header.account_number
    }
    /// The seed of tape and fills.
    pub fn seed(&self) -> u64 {
        self.header.seed
    }
    /// How the account stands.
    pub fn funds(&self) -> Funds {
        self.floor().exchange().account().funds()
    }

    /// Gives the account cash and holdings (shares and cost) that it did not trade for here: what a
    /// demo starts with. Symbols that are not listed are left out. Only for a market that keeps
    /// nothing: what is kept is traded for.
    pub fn endow(&self, cash: Money, holdings: &BTreeMap<Symbol, (Qty, Money)>) {
        assert!(self.keeper.is_none(), "a kept account is not given anything");
        let listed: Vec<(Slot, Qty, Money)> = holdings
            .iter()
            .filter_map(|(symbol, (quantity, cost))| {
                Some((self.tape.slot(*symbol)?, *quantity, *cost))
            })
            .collect();
        self.floor().exchange_mut().endow(cash, &listed);
    }

    fn floor(&self) -> MutexGuard<'_, Floor> {
        self.floor.lock().expect("nobody panics on the floor")
    }
    fn now(&self) -> MarketTime {
        self.timeline.market(self.clock.now())
    }

    /// Does an errand: on the floor, then on the disk, then it is answered.
    async fn run(&self, errand: Errand) -> Vec<Report> {
        if let Some(reason) = self.outbox.broken() {
            return self.unclear(&errand, &reason);
        }
        match self.archived(&errand).await {
            Ok(None) => {}
            Ok(Some(story)) => return story,
            Err(reason) => return self.unclear(&errand, &reason),
        }
        let Some((reports, done)) = self.handle(&errand) else {
            // It was let go since it was looked for: by now the archive has it.
            let story = self.archived(&errand).await.and_then(|story| story.ok_or_else(lost));
            return story.unwrap_or_else(|reason| self.unclear(&errand, &reason));
        };
        match kept(done).await {
            Ok(()) => reports,
            Err(reason) => {
                self.outbox.break_down(&reason);
                self.bell.notify_one();
                self.unclear(&errand, &reason)
            }
        }
    }

    /// None where the order was let go, and the archive knows of it.
    fn handle(&self, errand: &Errand) -> Option<(Vec<Report>, Option<Done>)> {
        let mut floor = self.floor();
        let first = errand::asked(errand).into_iter().next();
        if self.archive_file.is_some()
            && first.is_some_and(|id| floor.exchange().has_forgotten(&id))
        {
            return None;
        }
        floor.advance(self.now());
        let now = floor.now();
        // What the market did by itself is said on the feed, whoever asks meanwhile: who waits
        // for the end of a day has heard all of it there.
        let mut others = self.keep_events(&mut floor);
        let asked = errand::asked(errand);
        let is_asked = |report: &Report| asked.contains(&report.client_id);
        let mut replies: Vec<Report> =
            others.iter().filter(|&report| is_asked(report)).cloned().collect();
        let mut said = errand::run(&mut floor, now, errand);
        let (answers, rest): (Vec<Report>, Vec<Report>) =
            self.keep_events(&mut floor).into_iter().partition(is_asked);
        replies.extend(answers);
        others.extend(rest);
        if *errand == Errand::Funds {
            self.outbox.ask_funds();
        }
        // Whoever asked may stop waiting: what others are to hear does not depend on it.
        if !others.is_empty() {
            self.outbox.put(self.barrier(), others);
        }
        let done = self.barrier();
        drop(floor);
        self.bell.notify_one();
        replies.append(&mut said);
        Some((replies, done))
    }

    /// Takes what happened on the floor, hands it to the writer, and says it as reports.
    fn keep_events(&self, floor: &mut Floor) -> Vec<Report> {
        let events = floor.exchange_mut().take_events();
        if let Some(keeper) = self.keeper.as_ref().filter(|_| !events.is_empty()) {
            let mut touched: Vec<_> = events.iter().map(|event| event.order).collect();
            touched.sort_unstable();
            touched.dedup();
            keeper.append(deed_line(floor.exchange(), &touched));
        }
        let exchange = floor.exchange();
        let said =
            events.iter().flat_map(|event| [exchange.report(event), exchange.completion(event)]);
        said.flatten().collect()
    }

    /// Has what happened on the floor kept, and said on the feed.
    fn say_events(&self, floor: &mut Floor) {
        let reports = self.keep_events(floor);
        if !reports.is_empty() {
            self.outbox.put(self.barrier(), reports);
        }
    }

    /// Comes to now, and waits until all that happened by then was said on the feed.
    async fn say_all(&self) -> Result<(), Fault> {
        {
            let mut floor = self.floor();
            floor.advance(self.now());
            self.say_events(&mut floor);
        }
        self.bell.notify_one();
        if self.outbox.all_said().await {
            return Ok(());
        }
        let ended = || "The embedded market has ended".to_owned();
        Err(Fault::new(self.outbox.broken().unwrap_or_else(ended)))
    }

    /// Answers once all that was handed to the writer is on the disk; none where nothing is kept.
    fn barrier(&self) -> Option<Done> {
        self.keeper.as_ref().map(|keeper| keeper.append_lasting(String::new()))
    }

    /// The story of an order that ended long ago, where an errand names one.
    async fn archived(&self, errand: &Errand) -> Result<Option<Vec<Report>>, String> {
        let (Some(path), Some(id)) = (&self.archive_file, errand::asked(errand).into_iter().next())
        else {
            return Ok(None);
        };
        if self.floor().exchange().find(&id).is_some() {
            return Ok(None);
        }
        let mut archive = self.archive.lock().await;
        if archive.is_none() {
            *archive = Some(read_archive(path, None).await?);
        }
        let found = archive.as_ref().and_then(|all| all.find(&id, |symbol| self.tape.slot(symbol)));
        Ok(found.map(|order| self.floor().exchange().story(&order)))
    }

    /// Lets go of orders that ended long ago where many have come since the last time, and has the
    /// file written anew where it has outgrown what it says. They leave memory once the archive has
    /// them; a market that keeps nothing forgets all but their ids.
    async fn tidy(&self) -> Result<(), String> {
        let (outlived, kept_count, done) = {
            let mut floor = self.floor();
            let count = floor.exchange().count();
            let many = count > self.tidied.load(Ordering::Relaxed) + ENDED_ORDERS_KEPT;
            if !many && !self.keeper.as_ref().is_some_and(Keeper::is_outgrown) {
                return Ok(());
            }
            self.say_events(&mut floor);
            let image = Image::of(self.header.clone(), self.timeline, floor.exchange());
            let outlived = image.outlived(ENDED_ORDERS_KEPT);
            let symbol = |slot| self.tape.symbol(slot);
            // Handed over before anything else can happen: what does comes after it in the file.
            let anew = |keeper: &Keeper| keeper.write_anew(image.anew(&outlived, &symbol));
            let done = self.keeper.as_ref().map(anew);
            let kept_count = floor.exchange().count() - outlived.len();
            (outlived, kept_count, done)
        };
        kept(done).await?;
        if let Some(path) = &self.archive_file {
            let mut archive = self.archive.lock().await;
            *archive = Some(read_archive(path, archive.take()).await?);
        }
        let mut floor = self.floor();
        self.say_events(&mut floor);
        floor.exchange_mut().forget(&outlived);
        // What came meanwhile counts for the next time.
        self.tidied.store(kept_count, Ordering::Relaxed);
        Ok(())
    }

    fn unclear(&self, errand: &Errand, reason: &str) -> Vec<Report> {
        let now = self.now();
        let unclear =
            |id| errand::about(&id, now, ReportKind::Unclear { reason: reason.to_owned() });
        errand::asked(errand).into_iter().map(unclear).collect()
    }
}

/// Reads an archive, or what was added to it since it was read.
async fn read_archive(path: &Path, archive: Option<Archive>) -> Result<Archive, String> {
    let from = path.to_owned();
    let read = move || match archive {
        None => Archive::read(from),
        Some(mut archive) => archive.read_on().map(|()| archive),
    };
    let read = match tokio::task::spawn_blocking(read).await {
        Ok(read) => read.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    read.map_err(|error| format!("the embedded market cannot read {}: {error}", path.display()))
}

fn lost() -> String {
    "the embedded market's archive has lost the order".to_owned()
}

/// Waits until the disk has what was handed over.
async fn kept(done: Option<Done>) -> Result<(), String> {
    match done {
        None => Ok(()),
        Some(done) => {
            done.await.unwrap_or_else(|_| Err("the market's writer has ended".to_owned()))
        }
    }
}

impl Venue for Simulator {
    fn send(&self, errand: Errand) -> BoxFuture<'_, Vec<Report>> {
        self.run(errand).boxed()
    }
}

impl Market for Simulator {
    fn time(&self, desk: DeskTime) -> MarketTime {
        self.timeline.market(desk)
    }
    fn desk_time(&self, market: MarketTime) -> DeskTime {
        self.timeline.desk(market)
    }
    fn schedule(&self) -> Schedule {
        self.tape.schedule()
    }
    fn assets(&self) -> Arc<BTreeMap<Symbol, Asset>> {
        self.assets.clone()
    }
    fn bars(&self, symbol: Symbol, range: Range) -> BoxFuture<'_, Result<Vec<Bar>, Fault>> {
        async move {
            let slot = self.tape.slot(symbol).ok_or_else(|| unknown(symbol))?;
            Ok(self.tape.bars(slot, range, self.now()))
        }
        .boxed()
    }
    fn trades(&self, symbol: Symbol) -> BoxFuture<'_, Result<Vec<Trade>, Fault>> {
        async move {
            let slot = self.tape.slot(symbol).ok_or_else(|| unknown(symbol))?;
            Ok(self.tape.trades(slot, self.now(), TRADES_SHOWN))
        }
        .boxed()
    }
    fn closes(
        &self,
        date: Date,
        symbols: Vec<Symbol>,
    ) -> BoxFuture<'_, Result<Vec<(Symbol, Price)>, Fault>> {
        async move {
            if self.tape.schedule().session(date).is_none() {
                return Err(Fault::new(format!(
                    "The market was closed on {date}: no closing price"
                )));
            }
            let session = self.tape.session_of(date);
            if session.close > self.now() {
                return Err(Fault::new(format!("{date} has not ended: no closing price yet")));
            }
            self.say_all().await?;
            let listed = symbols.into_iter().filter_map(|symbol| {
                let slot = self.tape.slot(symbol)?;
                Some((symbol, self.tape.close(slot, &session)))
            });
            Ok(listed.collect())
        }
        .boxed()
    }
}

fn unknown(symbol: Symbol) -> Fault {
    Fault::new(format!("{symbol} is not listed on the embedded market"))
}
