//! One world: people who trade, a line that fails, a broker, a store, and a clock moved by hand.
//! Must never look into the desk for what it should do: people act on what they were told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tokio::runtime::Runtime;
use trading_desk::desk::actor::Actor;
use trading_desk::desk::command::{Command, Outcome};
use trading_desk::desk::decide::users::Founders;
use trading_desk::desk::engine::{Engine, Input, Step, Told};
use trading_desk::desk::entropy::Entropy;
use trading_desk::desk::event::{Door, VenueKind};
use trading_desk::desk::port::{Errand, Funds, Store};
use trading_desk::desk::refusal::Rejection;
use trading_desk::desk::waking::wake;
use trading_desk::domain::hours::Schedule;
use trading_desk::domain::ids::{OrderId, PortfolioId, SignInId, UserId};
use trading_desk::domain::lifecycle::{Certainty, Pending, Report, ReportKind, Status};
use trading_desk::domain::numbers::{Money, Price, Qty};
use trading_desk::domain::quotes::Ticker;
use trading_desk::domain::roles::{Grant, RoleName};
use trading_desk::domain::symbols::{Asset, AssetClass, Symbol};
use trading_desk::domain::time::{DeskTime, MarketTime, Moment};
use trading_desk::domain::users::Login;
use trading_desk::store::SqliteStore;

use super::broker::Broker;
use super::checkers;
use super::faults::{Dice, Faults, FaultyStore, NextCommit};

pub(super) const SYMBOLS: [&str; 3] = ["AAPL", "MSFT", "SPY"];
const ACTIONS: usize = 120;

/// What happened in a world, counted.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub orders: u64,
    pub fills: u64,
    pub refused: u64,
    pub amended: u64,
    pub canceled: u64,
    pub deaths: u64,
    pub lost: u64,
    pub doubled: u64,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Self) {
        self.orders += other.orders;
        self.fills += other.fills;
        self.refused += other.refused;
        self.amended += other.amended;
        self.canceled += other.canceled;
        self.deaths += other.deaths;
        self.lost += other.lost;
        self.doubled += other.doubled;
    }
}

enum Coming {
    /// An errand reaches the broker; its reply belongs to this life of the desk.
    Errand(Errand, u64),
    /// Reports reach the desk; replies die with the life that asked, the stream does not.
    Reports(Vec<Report>, Option<u64>),
}

pub(super) struct World {
    pub dice: Dice,
    faults: Faults,
    pub now: Moment,
    folder: tempfile::TempDir,
    pub store: Arc<FaultyStore>,
    pub engine: Engine,
    pub broker: Broker,
    coming: BTreeMap<(DeskTime, u64), Coming>,
    order_lines: BTreeMap<String, DeskTime>,
    next: u64,
    life: u64,
    pub actors: Vec<Actor>,
    pub portfolios: Vec<PortfolioId>,
    /// Where an amend has just asked to sell all that is held: whoever comes next tries to sell
    /// the same shares once more.
    pub tempted: Option<(PortfolioId, Symbol)>,
    /// Orders somebody was told are durably written down.
    pub told: Vec<OrderId>,
    pub tally: Tally,
}

fn moment(ns: i64) -> Moment {
    Moment { desk: DeskTime::from_ns(ns), market: MarketTime::from_ns(ns) }
}

fn assets() -> Arc<BTreeMap<Symbol, Asset>> {
    let asset = |name: &str| Asset {
        symbol: Symbol::parse(name).expect("plain"),
        name: name.to_owned(),
        exchange: "NASDAQ".to_owned(),
        class: AssetClass::Stock,
        tradable: true,
        halted: false,
        fractionable: true,
        shortable: true,
    };
    Arc::new(SYMBOLS.map(asset).into_iter().map(|asset| (asset.symbol, asset)).collect())
}

async fn open_store(folder: &std::path::Path) -> Arc<FaultyStore> {
    let inner = SqliteStore::open(&folder.join("desk.sqlite")).await.expect("the store opens");
    Arc::new(FaultyStore { inner, next: Mutex::new(NextCommit::Holds) })
}

async fn wake_engine(store: &Arc<FaultyStore>, now: Moment, life: u64) -> (Engine, Vec<Errand>) {
    let store: Arc<dyn Store> = Arc::clone(store) as Arc<dyn Store>;
    let account = (VenueKind::Embedded, "SIM-1".to_owned());
    let (mut engine, errands) =
        wake((store, Entropy::from_number(life)), account, Schedule::Always, now, false)
            .await
            .expect("the desk wakes");
    engine.book.assets = assets();
    let_short(&mut engine);
    engine.book.funds = funds();
    (engine, errands)
}

/// The broker's word on the account: this much, whatever was traded.
pub(super) fn funds() -> Funds {
    Funds {
        cash: Money::dollars(1_000_000),
        equity: Money::dollars(1_000_000),
        buying_power: Money::dollars(40_000),
    }
}

/// The first portfolio may go short, the second may not.
fn let_short(engine: &mut Engine) {
    for portfolio in engine.book.portfolios.values_mut().take(1) {
        portfolio.may_short = true;
    }
}

impl World {
    pub(super) async fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let faults = Faults::drawn(&mut dice);
        // In memory where the machine has such a place: the commits are real, the disk is not ours.
        let memory = std::path::Path::new("/dev/shm");
        let folder =
            if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let folder = folder.expect("a folder");
        let now = moment(1_793_199_600_000_000_000);
        let store = open_store(folder.path()).await;
        let (engine, _) = wake_engine(&store, now, 0).await;
        let mut world = Self {
            dice,
            faults,
            now,
            folder,
            store,
            engine,
            broker: Broker::default(),
            coming: BTreeMap::new(),
            order_lines: BTreeMap::new(),
            next: 0,
            life: 0,
            actors: Vec::new(),
            portfolios: Vec::new(),
            tempted: None,
            told: Vec::new(),
            tally: Tally::default(),
        };
        world.found().await;
        world
    }

    /// An admin, two traders and two shared portfolios.
    async fn found(&mut self) {
        let founders = Founders {
            login: Login::parse("admin").expect("plain"),
            name: "Admin".to_owned(),
            hash: "none".to_owned(),
            portfolio: "Growth".to_owned(),
            allocation: None,
        };
        let id = SignInId(uuid::Uuid::from_u128(1));
        self.must(Input::Found { id, founders, door: Door::Terminal }).await;
        let admin = self.sign_in(UserId(1)).await;
        for login in ["ann", "bob"] {
            let login = Login::parse(login).expect("plain");
            let name = login.to_string();
            self.command(admin, Command::CreateUser { login, name, role: RoleName::Trader }).await;
        }
        let second = Command::CreatePortfolio {
            name: "Income".to_owned(),
            personal: false,
            description: String::new(),
            allocation: None,
        };
        self.command(admin, second).await;
        let_short(&mut self.engine);
        self.portfolios = self.engine.book.portfolios.keys().copied().collect();
        for portfolio in self.portfolios.clone() {
            for user in [UserId(2), UserId(3)] {
                let grant = Some(Grant::Trade);
                self.command(admin, Command::SetGrant { portfolio, user, grant, version: 0 }).await;
            }
        }
        self.sign_in_all().await;
    }

    async fn sign_in_all(&mut self) {
        self.actors.clear();
        for user in 1..=3 {
            let actor = self.sign_in(UserId(user)).await;
            self.actors.push(actor);
        }
    }

    async fn sign_in(&mut self, user: UserId) -> Actor {
        let uuid = uuid::Builder::from_unix_timestamp_millis(1, &self.dice.bytes()).into_uuid();
        let login = self.engine.book.users[&user].login.to_string();
        let (id, door) = (SignInId(uuid), Door::Terminal);
        let proved = Some((user, self.engine.book.credentials.get(&user).cloned()));
        match self.must(Input::SignIn { id, login, proved, door }).await {
            Told::Actor(Ok(actor)) => actor,
            other => panic!("no sign-in: {other:?}"),
        }
    }

    async fn must(&mut self, input: Input) -> Told {
        *self.store.next.lock().expect("no holder panics") = NextCommit::Holds;
        let mut step = self.engine.step(vec![input], self.now).await.expect("the commit holds");
        self.send(&mut step);
        step.told.pop().expect("one input, one answer")
    }

    async fn command(&mut self, actor: Actor, command: Command) {
        match self.must(Input::Command(actor, command)).await {
            Told::Outcome(Ok(_)) => {}
            other => panic!("refused: {other:?}"),
        }
    }

    pub(super) fn run(mut self, runtime: &Runtime) -> Tally {
        for _ in 0..ACTIONS {
            let ms = i64::try_from(self.dice.below(1_500)).expect("small");
            self.advance(runtime, ms);
            let inputs: Vec<Input> =
                (0..=self.dice.below(3)).map(|_| self.somebody_acts()).collect();
            self.take(runtime, inputs);
            if self.dice.one_in(2) {
                let reports = self.broker.trade(self.now.market, &mut self.dice);
                self.stream(reports);
            }
            checkers::always(&self);
        }
        self.settle(runtime);
        checkers::at_rest(&self);
        let restarted = self.restart_quietly(runtime);
        checkers::reloaded(&self, &restarted);
        let fills = self.broker.orders.values().map(|held| held.fills.len() as u64).sum();
        self.tally.fills = fills;
        self.tally
    }

    /// Lets time pass, with everything that arrives in it.
    fn advance(&mut self, runtime: &Runtime, ms: i64) {
        let until = self.now.desk.plus_ms(ms);
        while let Some(((at, _), _)) = self.coming.first_key_value()
            && *at <= until
        {
            let ((at, _), coming) = self.coming.pop_first().expect("just seen");
            self.now = moment(at.ns().max(self.now.desk.ns()));
            match coming {
                Coming::Errand(errand, life) => self.arrive(&errand, life),
                Coming::Reports(reports, of) if of.is_none_or(|life| life == self.life) => {
                    let inputs = reports.into_iter().map(Input::Report).collect();
                    self.take(runtime, inputs);
                }
                Coming::Reports(..) => {}
            }
        }
        self.now = moment(until.ns());
        // Due look-ups are asked whenever the desk steps; an empty step is its alarm.
        self.take(runtime, Vec::new());
    }

    fn arrive(&mut self, errand: &Errand, life: u64) {
        let lost = |world: &mut Self| {
            world.tally.lost += 1;
            let about = match errand {
                Errand::Submit(ticket) => ticket.client_id.clone(),
                Errand::Cancel { client_id } | Errand::LookUp { client_id } => client_id.clone(),
                Errand::Replace { new, .. } => new.client_id.clone(),
                Errand::Funds => return,
            };
            let kind = ReportKind::Unclear { reason: "no answer in time".to_owned() };
            let at = world.now.market;
            let report = Report { client_id: about, venue_id: None, at, kind };
            world.later(2_000, Coming::Reports(vec![report], Some(life)));
        };
        if self.dice.one_in(self.faults.errand_lost) {
            return lost(self);
        }
        let reports = self.broker.receive(errand, self.now.market, &mut self.dice);
        if !matches!(errand, Errand::LookUp { .. }) {
            self.stream(reports.clone());
        }
        if self.dice.one_in(self.faults.reply_lost) {
            return lost(self);
        }
        let delay = self.delay();
        self.later(delay, Coming::Reports(reports, Some(life)));
    }

    /// Reports on the broker's stream: each on its own, late, lost or doubled.
    fn stream(&mut self, reports: Vec<Report>) {
        for report in reports {
            if self.dice.one_in(self.faults.report_lost) {
                self.tally.lost += 1;
                continue;
            }
            let copies = 1 + usize::from(self.dice.one_in(self.faults.report_doubled));
            self.tally.doubled += copies as u64 - 1;
            for _ in 0..copies {
                let delay = self.delay();
                self.later(delay, Coming::Reports(vec![report.clone()], None));
            }
        }
    }

    fn delay(&mut self) -> i64 {
        i64::try_from(self.dice.below(self.faults.delay_ms_max.max(1))).expect("small")
    }

    fn later(&mut self, ms: i64, coming: Coming) {
        self.next += 1;
        self.coming.insert((self.now.desk.plus_ms(ms), self.next), coming);
    }

    /// Puts a step's errands on their way, those of one order one after another.
    fn send(&mut self, step: &mut Step) {
        for errand in step.errands.drain(..) {
            let line = match &errand {
                Errand::Submit(ticket) => ticket.client_id.as_str()[..36].to_owned(),
                Errand::Cancel { client_id } | Errand::LookUp { client_id } => {
                    client_id.as_str()[..36].to_owned()
                }
                Errand::Replace { old, .. } => old.as_str()[..36].to_owned(),
                Errand::Funds => continue,
            };
            let delay = self.delay();
            let wanted = self.now.desk.plus_ms(delay);
            let after = self.order_lines.get(&line).copied().unwrap_or_default();
            let at = wanted.max(after);
            self.order_lines.insert(line, at);
            self.next += 1;
            self.coming.insert((at, self.next), Coming::Errand(errand, self.life));
        }
    }

    /// One step of the desk, with whatever goes wrong in it.
    fn take(&mut self, runtime: &Runtime, inputs: Vec<Input>) {
        self.show_prices();
        let next = if self.dice.one_in(self.faults.death_before_commit) {
            NextCommit::Fails
        } else if self.dice.one_in(self.faults.death_after_commit) {
            NextCommit::HoldsUnheard
        } else {
            NextCommit::Holds
        };
        *self.store.next.lock().expect("no holder panics") = next;
        let before = checkers::state_of(&self.engine.book);
        let is_alone = inputs.len() == 1;
        match runtime.block_on(self.engine.step(inputs, self.now)) {
            Ok(mut step) => {
                let refused = matches!(
                    step.told.first(),
                    Some(Told::Outcome(Err(
                        Rejection::Refused(_) | Rejection::NeedsAcknowledgement(_)
                    )))
                );
                if is_alone && refused {
                    let after = checkers::state_of(&self.engine.book);
                    assert_eq!(before, after, "a refused command changes nothing");
                }
                self.listen(&step);
                if self.dice.one_in(self.faults.death_before_send) && !step.errands.is_empty() {
                    return self.die(runtime);
                }
                self.send(&mut step);
            }
            Err(_) => self.die(runtime),
        }
    }

    /// What people were told.
    fn listen(&mut self, step: &Step) {
        for told in &step.told {
            match told {
                Told::Outcome(Ok(Outcome::OrderIntended(id))) => {
                    self.tally.orders += 1;
                    self.told.push(*id);
                }
                Told::Outcome(Ok(Outcome::Canceling { .. })) => self.tally.canceled += 1,
                Told::Outcome(Err(_)) => self.tally.refused += 1,
                _ => {}
            }
        }
    }

    /// The process dies; a new one wakes over the same store.
    fn die(&mut self, runtime: &Runtime) {
        self.tally.deaths += 1;
        self.life += 1;
        let now = self.now;
        *self.store.next.lock().expect("no holder panics") = NextCommit::Holds;
        let (engine, errands) = runtime.block_on(wake_engine(&self.store, now, self.life));
        self.engine = engine;
        let mut step = Step { errands, ..Step::default() };
        self.send(&mut step);
        runtime.block_on(self.sign_in_all());
    }

    fn restart_quietly(&self, runtime: &Runtime) -> Engine {
        *self.store.next.lock().expect("no holder panics") = NextCommit::Holds;
        assert!(self.folder.path().join("desk.sqlite").exists());
        runtime.block_on(wake_engine(&self.store, self.now, self.life + 1)).0
    }

    fn show_prices(&mut self) {
        self.engine.book.funds = funds();
        for name in SYMBOLS {
            let last = Price::cents(10_000);
            let ticker = Ticker {
                symbol: Symbol::parse(name).expect("plain"),
                last,
                last_size: Qty::shares(100),
                bid: Price::cents(9_999),
                bid_size: Qty::shares(100),
                ask: Price::cents(10_001),
                ask_size: Qty::shares(100),
                open: last,
                high: last,
                low: last,
                previous_close: last,
                volume: Qty::shares(1),
                at: self.now.market,
                polled: false,
            };
            self.engine.book.prices.insert(ticker.symbol, (ticker, self.now.desk));
        }
    }

    /// Faults off: everything comes to rest, and a person settles what only a person may.
    fn settle(&mut self, runtime: &Runtime) {
        self.faults = Faults::NONE;
        let mut quiet = 0;
        for round in 0..60 {
            self.advance(runtime, 10_000);
            let book = &self.engine.book;
            let waiting: Vec<OrderId> = book
                .working_orders()
                .filter(|order| {
                    order.state.certainty == Certainty::Unknown
                        || order.state.pending != Pending::None
                        || order.state.status == Status::Intended
                })
                .map(|order| order.id)
                .collect();
            // Long enough for every silent order to have been looked up.
            quiet = if waiting.is_empty() { quiet + 1 } else { 0 };
            if quiet == 5 {
                return;
            }
            if round > 10 {
                // What the broker never had is written off by a person, with a cancel.
                for order in waiting {
                    let actor = self.actors[0];
                    let cancel = Input::Command(actor, Command::CancelOrder { order });
                    self.take(runtime, vec![cancel]);
                }
            }
        }
        let left: Vec<_> = self.engine.book.working_orders().collect();
        panic!("the world does not come to rest: {left:#?}");
    }
}
