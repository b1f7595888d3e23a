//! A demo's desk for the benches: its people and their week, on a clock and a board of theirs.
//! Must never be timed itself: what it takes to open is start.rs's affair.

// Each bench is a program of its own and uses its part of this.
#![allow(dead_code)]

pub(crate) mod plain;
pub(crate) mod proc;
pub(crate) mod pty;
pub(crate) mod report;
pub(crate) mod sink;

use std::path::PathBuf;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use trading_desk::bounds::{FRAME_MS_MIN, INBOX_REPORTS_MAX};
use trading_desk::demo::Scene;
use trading_desk::desk::actor::Actor;
use trading_desk::desk::command::Command;
use trading_desk::desk::entropy::Entropy;
use trading_desk::desk::event::{Account, Cause, Credential, Door, Event, EventKind, VenueKind};
use trading_desk::desk::port::{Batch, Clock, Feed, Market, Row, Store, Venue};
use trading_desk::desk::prices::PriceBoard;
use trading_desk::desk::refusal::Fault;
use trading_desk::desk::view::Update;
use trading_desk::desk::{self, Desk, Parts, Proof};
use trading_desk::domain::hours::Schedule;
use trading_desk::domain::ids::{AccountId, PortfolioId, Sequence, UserId};
use trading_desk::domain::numbers::Money;
use trading_desk::domain::portfolios::{Access, Portfolio, PortfolioKind};
use trading_desk::domain::roles::{Grant, RoleName};
use trading_desk::domain::symbols::Symbol;
use trading_desk::domain::time::{DeskTime, MarketTime, Moment};
use trading_desk::domain::users::{Login, User};
use trading_desk::store::SqliteStore;
use trading_desk::tui::Options as ScreenOptions;
use trading_desk::tui::ctx::Prefs;
use trading_desk::tui::keymap::Keymap;
use trading_desk::tui::theme::{Plain, Themes};
use trading_desk::venue::simulator::{Options, Simulator};

/// The size of a dense screen.
pub(crate) const DENSE: (u16, u16) = (200, 60);
/// Symbols of the watchlist that fills a dense screen.
const WATCHED: usize = 50;
/// Whose screen it is.
const WHO: &str = "trader1";

/// A demo's desk at work.
pub(crate) struct Stage {
    pub(crate) desk: Desk,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) market: Arc<Simulator>,
    pub(crate) board: PriceBoard,
    runner: JoinHandle<Result<(), Fault>>,
    _scratch: TempDir,
}

impl Stage {
    /// A demo's desk and its week; `cadence_ms` is how often its market looks for prices.
    pub(crate) async fn open(clock: Arc<dyn Clock>, schedule: Schedule, cadence_ms: i64) -> Self {
        let options = Options { schedule, cadence_ms, ..Options::default() };
        let base = Base::open(clock, &options).await;
        let now = base.moment();
        let number = base.market.account_number().to_owned();
        let market = Arc::clone(&base.market) as Arc<dyn Market>;
        let of = (options.seed, Money::dollars(1_000_000));
        let scene = Scene::play(market, number, now, of).await.expect("a week");
        let holdings = scene.holdings();
        base.market.endow(holdings.cash, &holdings.positions);
        scene.write(base.market.as_ref(), base.store.as_ref()).await.expect("it is written");
        let stage = base.stage().await;
        stage.watch_many().await;
        stage
    }

    /// A desk with one person and no past, on whatever market this is.
    pub(crate) async fn bare(clock: Arc<dyn Clock>, options: &Options) -> Self {
        let base = Base::open(clock, options).await;
        base.store.commit(base.somebody()).await.expect("it is written");
        let stage = base.stage().await;
        stage.watch_many().await;
        stage
    }

    /// Signs the trader in.
    pub(crate) async fn sign_in(&self) -> Actor {
        let signed_in = self.desk.sign_in(WHO, Proof::Picked, Door::Terminal).await;
        signed_in.expect("people of a demo are picked")
    }

    /// A watchlist that fills its pane.
    async fn watch_many(&self) {
        let actor = self.sign_in().await;
        let mut symbols = self.symbols();
        symbols.truncate(WATCHED);
        let mut watch = self.desk.watch(actor).await.expect("a sign-in");
        let Some(Update::View(view)) = watch.updates.recv().await else {
            panic!("a view comes first")
        };
        // The first list is the one that is shown.
        let list = view.watchlists.values().next();
        let (id, version) = list.map_or((None, 0), |list| (Some(list.id), list.version));
        let name = "All".to_owned();
        let save = Command::SaveWatchlist { id, name, symbols, version };
        self.desk.act(actor, save).await.expect("a watchlist");
    }

    /// What the market trades.
    pub(crate) fn symbols(&self) -> Vec<Symbol> {
        let assets = self.market.assets();
        let traded = assets.values().filter(|asset| asset.tradable && !asset.halted);
        traded.map(|asset| asset.symbol).collect()
    }

    /// Now, on both clocks.
    pub(crate) fn moment(&self) -> Moment {
        let now = self.clock.now();
        Moment { desk: now, market: self.market.time(now) }
    }

    /// What the trader's screen on a terminal of this size is given.
    pub(crate) fn screen(&self, size: (u16, u16), stop: BoxFuture<'static, ()>) -> ScreenOptions {
        let market = Arc::clone(&self.market);
        ScreenOptions {
            clock: Arc::clone(&self.clock),
            market_time: Arc::new(move |desk| market.time(desk)),
            door: Door::Terminal,
            user: Some(WHO.to_owned()),
            keymap: Keymap::built_in(),
            themes: Themes::built_in(Plain::default()),
            prefs: Prefs::default(),
            mouse: true,
            frame_ms: FRAME_MS_MIN,
            size,
            exports: PathBuf::new(),
            stop: stop.boxed(),
        }
    }

    /// Ends it.
    pub(crate) async fn close(self) {
        self.desk.stop().await;
        self.runner.await.expect("it ends").expect("and well");
        self.market.stop().await;
    }
}

/// What a stage stands on, before its desk is opened.
struct Base {
    clock: Arc<dyn Clock>,
    store: Arc<SqliteStore>,
    market: Arc<Simulator>,
    board: PriceBoard,
    feed: mpsc::Receiver<Feed>,
    scratch: TempDir,
}

impl Base {
    async fn open(clock: Arc<dyn Clock>, options: &Options) -> Self {
        let scratch = TempDir::new().expect("a temporary folder");
        let path = scratch.path().join("desk.db");
        let store = Arc::new(SqliteStore::open(&path).await.expect("a store"));
        let board = PriceBoard::new();
        let (says, feed) = mpsc::channel(INBOX_REPORTS_MAX);
        let market = Simulator::start(options, Arc::clone(&clock), board.clone(), says);
        Self { clock, store, market: market.expect("a market"), board, feed, scratch }
    }

    fn moment(&self) -> Moment {
        let now = self.clock.now();
        Moment { desk: now, market: self.market.time(now) }
    }

    /// A trader without a password and a portfolio of theirs.
    fn somebody(&self) -> Batch {
        let number = self.market.account_number().to_owned();
        let account = Account { id: AccountId(1), venue: VenueKind::Embedded, number };
        let cause = Cause { user: None, sign_in: None, door: Door::Timer, command: None };
        let kind = EventKind::AccountPinned(account.clone());
        let (sequence, at) = (Sequence(1), self.moment());
        let pinned = Event { sequence, at, account: account.id, cause, kind };
        let user = User {
            id: UserId(1),
            login: Login::parse(WHO).expect("a login"),
            name: "Marcus Oyelaran".to_owned(),
            email: None,
            slack_id: None,
            role: RoleName::Trader,
            active: true,
            version: 1,
        };
        let portfolio = Portfolio {
            id: PortfolioId(1),
            account: account.id,
            name: "Marcus".to_owned(),
            kind: PortfolioKind::Personal,
            owner: user.id,
            description: String::new(),
            may_short: false,
            allocation: Some(Money::dollars(1_000_000)),
            archived: false,
            version: 1,
        };
        let rows = vec![
            Row::Account(account),
            Row::User(user.clone()),
            Row::Credential(user.id, Credential::Open),
            Row::Portfolio(portfolio.clone()),
            Row::Grant(Access::given(portfolio.id, user.id, Grant::Admin)),
        ];
        Batch { events: vec![pinned], rows }
    }

    async fn stage(self) -> Stage {
        let Self { clock, store, market, board, feed, scratch } = self;
        let parts = Parts {
            store: store as Arc<dyn Store>,
            venue: Arc::clone(&market) as Arc<dyn Venue>,
            market: Arc::clone(&market) as Arc<dyn Market>,
            clock: Arc::clone(&clock),
            entropy: Entropy::from_number(1),
            board: board.clone(),
            feed,
            account: (VenueKind::Embedded, market.account_number().to_owned()),
            demo: true,
        };
        let (desk, runner) = desk::open(parts).await.expect("it opens");
        let runner = tokio::spawn(runner.run());
        Stage { desk, clock, market, board, runner, _scratch: scratch }
    }
}

/// 12:00 in New York on a Sunday (closed) or the Tuesday after (open), on both clocks.
pub(crate) fn noon(open: bool) -> DeskTime {
    let day = if open { "2026-11-24T12:00:00" } else { "2026-11-22T12:00:00" };
    let market = MarketTime::from_new_york(day.parse().expect("a civil time"));
    DeskTime::from_ns(market.ns())
}
