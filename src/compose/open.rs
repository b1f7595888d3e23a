//! Opens a desk: store, market, desk, in this order, and closes them in reverse.
//! Must never know what is drawn: a screen is given the handle and nothing else.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::bounds::INBOX_REPORTS_MAX;
use crate::clock::{SystemClock, seed};
use crate::config::{Config, MarketConfig};
use crate::demo::Scene;
use crate::desk::entropy::Entropy;
use crate::desk::event::VenueKind;
use crate::desk::port::{Clock, Feed, Market, Store};
use crate::desk::prices::PriceBoard;
use crate::desk::refusal::Fault;
use crate::desk::{self, Desk, Parts};
use crate::domain::time::Moment;
use crate::store::SqliteStore;
use crate::venue::alpaca::{Alpaca, Options as AlpacaOptions};
use crate::venue::simulator::opening::{self, Seen};
use crate::venue::simulator::{Options, Simulator};

use super::broker::BrokerUnfit;
use super::ground::Ground;
use super::{NoClient, STORE_FILE, scratch, store_file, trading_venue};

/// The embedded market's state in the data folder, beside the store and unknown to it.
pub(super) const MARKET_FILE: &str = "market.state";

/// Alpaca's list of assets in the data folder.
const ASSETS_FILE: &str = "alpaca.assets";

/// A desk at work, with everything it stands on.
pub struct Opened {
    /// The handle.
    pub desk: Desk,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// The market, for its time and hours.
    pub market: Arc<dyn Market>,
    runner: JoinHandle<Result<(), Fault>>,
    ground: Ground,
    store: Arc<SqliteStore>,
    /// A demo's folder, gone when this is dropped.
    _scratch: Option<TempDir>,
}

/// Why a desk could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenFault {
    /// No client for the venue.
    #[error(transparent)]
    NoClient(#[from] NoClient),
    /// No account at the broker.
    #[error(transparent)]
    Broker(#[from] BrokerUnfit),
    /// The store.
    #[error(transparent)]
    Store(#[from] crate::store::open_error::OpenError),
    /// The market, or the desk itself.
    #[error(transparent)]
    Desk(#[from] Fault),
    /// No temporary folder.
    #[error(
        "a demo needs a temporary folder, and none can be made ({0}): \
         free some space, or set TMPDIR"
    )]
    NoScratch(std::io::Error),
    /// The market's file is gone, and the store knows an account of it.
    #[error(
        "the embedded market's file {} is gone, and this desk trades on its account {known}: put \
         the file back, name another folder with --data-dir, or start with --new-account to trade \
         on a new account",
        path.display()
    )]
    NoMarket {
        /// Where it was.
        path: PathBuf,
        /// The account.
        known: String,
    },
    /// The market's file holds an account that the store does not know.
    #[error(
        "the embedded market's file {} holds the account {found}, and this desk {}: put the right \
         file back, name another folder with --data-dir, or start with --new-account to trade on \
         {found} as a new account",
        path.display(),
        known.as_ref().map_or_else(
            || "knows nothing of the orders in it".to_owned(),
            |known| format!("trades on {known}")
        )
    )]
    OtherMarket {
        /// Where it is.
        path: PathBuf,
        /// The account in it.
        found: String,
        /// The account that the store knows, if any.
        known: Option<String>,
    },
    /// A kept market has another seed than the one that was asked for.
    #[error(
        "market.seed is {asked} ({origin}), and the market of this data folder was made with \
         {kept}: leave the setting out, or name another folder with --data-dir"
    )]
    OtherSeed {
        /// What was asked for.
        asked: u64,
        /// Where.
        origin: String,
        /// What is kept.
        kept: u64,
    },
}

/// Which account of the embedded market a desk may open on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accounts {
    /// One that its store knows; a store that is new takes what is there.
    Known,
    /// A new one too: whoever starts the desk said so.
    New,
}

/// Whether the market's file is that of an account the store knows: a desk that went on without it
/// would begin another account, and leave its books and working orders behind. A desk that ended
/// in the middle of its very first start leaves a file without orders, and a store that knows no
/// account yet.
pub(super) fn fits(path: &Path, seen: Option<&Seen>, known: &[String]) -> Result<(), OpenFault> {
    let newest = known.first().cloned();
    match (seen, newest) {
        (None, None) => Ok(()),
        (None, Some(known)) => Err(OpenFault::NoMarket { path: path.to_owned(), known }),
        (Some(seen), newest) => {
            let is_first = newest.is_none() && !seen.used;
            if is_first || known.contains(&seen.account) {
                return Ok(());
            }
            let found = seen.account.clone();
            Err(OpenFault::OtherMarket { path: path.to_owned(), found, known: newest })
        }
    }
}

/// Opens the kept desk of a data folder.
pub async fn kept(config: &Config, accounts: Accounts) -> Result<Opened, OpenFault> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    if trading_venue(config)? == VenueKind::Alpaca {
        return on_alpaca(config, clock).await;
    }
    let store = Arc::new(SqliteStore::open(&store_file(config)).await?);
    let market_file = config.data_dir.join(MARKET_FILE);
    if accounts == Accounts::Known {
        let known = store.accounts(VenueKind::Embedded).await?;
        fits(&market_file, opening::look(&market_file)?.as_ref(), &known)?;
    }
    let options = Options { state_file: Some(market_file), ..options(&config.market) };
    let floor = Floor::open(&options, &clock)?;
    let (asked, kept) = (config.market.seed, floor.simulator.seed());
    if let Some(origin) = config.given("market.seed").filter(|_| asked != kept) {
        floor.simulator.stop().await;
        return Err(OpenFault::OtherSeed { asked, origin: origin.to_string(), kept });
    }
    let Floor { simulator, board, feed } = floor;
    let ground = (Ground::Embedded(simulator), board, feed);
    open(store, clock, ground, Entropy::from_seed(seed()), None).await
}

/// Opens the kept desk on Alpaca's paper account. Only an account that nobody has seen yet is
/// asked for before the screen's first frame.
async fn on_alpaca(config: &Config, clock: Arc<dyn Clock>) -> Result<Opened, OpenFault> {
    let broker = config.broker().map_err(BrokerUnfit::from)?;
    let store = Arc::new(SqliteStore::open(&store_file(config)).await?);
    let found = super::broker::account(&broker, &config.data_dir, &clock).await?;
    let entropy = Entropy::from_seed(seed());
    let options = AlpacaOptions {
        keys: broker.keys,
        hosts: broker.hosts,
        account_number: found.number,
        assets_file: Some(config.data_dir.join(ASSETS_FILE)),
        chance: entropy.split("retry"),
    };
    let board = PriceBoard::new();
    let (says, feed) = mpsc::channel(INBOX_REPORTS_MAX);
    let alpaca = Alpaca::start(options, Arc::clone(&clock), board.clone(), says);
    open(store, clock, (Ground::Alpaca(alpaca), board, feed), entropy, None).await
}

/// Opens a demo: a made-up team with a week behind it, in a folder that is thrown away.
pub async fn demo(config: &Config) -> Result<Opened, OpenFault> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let scratch = scratch::make().map_err(OpenFault::NoScratch)?;
    let floor = Floor::open(&options(&config.market), &clock)?;
    let simulator = &floor.simulator;
    let desk_now = clock.now();
    let now = Moment { desk: desk_now, market: simulator.time(desk_now) };
    let MarketConfig { seed, cash, .. } = config.market;
    let market = Arc::clone(simulator) as Arc<dyn Market>;
    let number = simulator.account_number().to_owned();
    // The week is played while the new file is made: the one works, the other waits for the disk.
    let playing = tokio::spawn(Scene::play(market, number, now, (seed, cash)));
    let store = Arc::new(SqliteStore::open(&scratch.path().join(STORE_FILE)).await?);
    let scene = playing.await.map_err(|_| failed_inside())??;
    let holdings = scene.holdings();
    simulator.endow(holdings.cash, &holdings.positions);
    scene.write(simulator.as_ref(), store.as_ref()).await?;
    let entropy = Entropy::from_number(seed).split("desk");
    let Floor { simulator, board, feed } = floor;
    let ground = (Ground::Embedded(simulator), board, feed);
    open(store, clock, ground, entropy, Some(scratch)).await
}

/// The market before a desk listens to it.
struct Floor {
    simulator: Arc<Simulator>,
    board: PriceBoard,
    feed: mpsc::Receiver<Feed>,
}

impl Floor {
    fn open(options: &Options, clock: &Arc<dyn Clock>) -> Result<Self, Fault> {
        let board = PriceBoard::new();
        let (says, feed) = mpsc::channel(INBOX_REPORTS_MAX);
        let simulator = Simulator::start(options, Arc::clone(clock), board.clone(), says)?;
        Ok(Self { simulator, board, feed })
    }
}

fn options(market: &MarketConfig) -> Options {
    Options {
        seed: market.seed,
        speed: market.speed,
        schedule: market.schedule,
        starting_cash: market.cash,
        ..Options::default()
    }
}

async fn open(
    store: Arc<SqliteStore>,
    clock: Arc<dyn Clock>,
    (ground, board, feed): (Ground, PriceBoard, mpsc::Receiver<Feed>),
    entropy: Entropy,
    scratch: Option<TempDir>,
) -> Result<Opened, OpenFault> {
    let market = ground.market();
    let parts = Parts {
        store: Arc::clone(&store) as Arc<dyn Store>,
        venue: ground.venue(),
        market: Arc::clone(&market),
        clock: Arc::clone(&clock),
        entropy,
        board,
        feed,
        account: ground.account(),
        demo: scratch.is_some(),
    };
    let (desk, runner) = match desk::open(parts).await {
        Ok(opened) => opened,
        Err(fault) => {
            // The market's file is let go before anybody is told.
            ground.stop().await;
            return Err(fault.into());
        }
    };
    let runner = tokio::spawn(runner.run());
    Ok(Opened { desk, clock, market, runner, ground, store, _scratch: scratch })
}

impl Opened {
    /// Waits until the desk ends by itself: its store failed, and nothing after that was answered.
    pub async fn failed(&mut self) -> Fault {
        match (&mut self.runner).await {
            Ok(Err(fault)) => fault,
            Ok(Ok(())) => Fault::new("The desk ended. Start it again"),
            Err(_) => failed_inside(),
        }
    }

    /// Stops in reverse: the desk finishes what is begun, the market rests, the store is let go.
    pub async fn close(self) -> Result<(), Fault> {
        self.desk.stop().await;
        let ended = if self.runner.is_finished() { Ok(()) } else { finished(self.runner).await };
        self.ground.stop().await;
        if let Some(store) = Arc::into_inner(self.store) {
            store.close().await?;
        }
        ended
    }
}

async fn finished(runner: JoinHandle<Result<(), Fault>>) -> Result<(), Fault> {
    match runner.await {
        Ok(ended) => ended,
        Err(_) => Err(failed_inside()),
    }
}

/// Something panicked; its words are in the log.
pub fn failed_inside() -> Fault {
    Fault::new("The desk failed inside. Start it again; the log has the cause")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use tempfile::TempDir;

    use super::{Accounts, Opened, demo, kept};
    use crate::cli::Override;
    use crate::config::{Config, Surroundings};
    use crate::desk::actor::Actor;
    use crate::desk::command::{Command, Outcome, PlaceOrder};
    use crate::desk::event::Door;
    use crate::desk::refusal::Rejection;
    use crate::desk::view::{Update, View};
    use crate::desk::{Founding, Proof};
    use crate::domain::ids::PortfolioId;
    use crate::domain::numbers::Qty;
    use crate::domain::orders::{Draft, OrderType, Shown, Side, TimeInForce};
    use crate::domain::special::Special;
    use crate::domain::symbols::Symbol;
    use crate::domain::users::Login;

    fn config(folder: &Path) -> Config {
        configured(folder, "")
    }

    fn configured(folder: &Path, toml: &str) -> Config {
        std::fs::write(folder.join("desk.toml"), toml).expect("writable");
        let data_dir = folder.join("data").display().to_string();
        let flag = String::new();
        let surroundings = Surroundings {
            file: Some(folder.join("desk.toml")),
            flags: vec![Override { flag, name: "data_dir".to_owned(), value: data_dir }],
            ..Surroundings::default()
        };
        Config::load(&surroundings).expect("a good configuration")
    }

    async fn view(opened: &Opened, actor: Actor) -> View {
        let mut watch = opened.desk.watch(actor).await.expect("a sign-in");
        match watch.updates.recv().await {
            Some(Update::View(view)) => *view,
            other => panic!("a view comes first, not {other:?}"),
        }
    }

    /// Buys ten at the market and waits for the fill; gives the position after it.
    async fn buy_ten(opened: &Opened, actor: Actor, portfolio: PortfolioId) -> Qty {
        let symbol = Symbol::parse("AAPL").expect("plain");
        let mut watch = opened.desk.watch(actor).await.expect("a sign-in");
        let mut place = PlaceOrder {
            id: opened.desk.new_order_id(),
            portfolio,
            draft: Draft {
                symbol,
                side: Side::Buy,
                quantity: Qty::shares(10),
                order_type: OrderType::Market,
                time_in_force: TimeInForce::Day,
                note: String::new(),
                special: Special::default(),
            },
            shown: Shown::default(),
            acknowledged: Vec::new(),
        };
        let mut placed = opened.desk.act(actor, Command::PlaceOrder(place.clone())).await;
        if let Err(Rejection::NeedsAcknowledgement(concerns)) = placed {
            place.acknowledged = concerns;
            placed = opened.desk.act(actor, Command::PlaceOrder(place.clone())).await;
        }
        assert_eq!(placed, Ok(Outcome::OrderIntended(place.id)));
        let mut view: Option<View> = None;
        loop {
            match watch.updates.recv().await.expect("the desk goes on") {
                Update::View(fresh) => view = Some(*fresh),
                Update::Event(event) => {
                    if let Some(view) = &mut view {
                        view.apply(&event);
                    }
                }
                _ => {}
            }
            let Some(view) = &view else { continue };
            if view.orders.get(&place.id).is_some_and(|order| order.leaves().is_zero()) {
                return view.positions[&(portfolio, symbol)].quantity;
            }
        }
    }

    #[tokio::test]
    async fn a_demo_is_signed_in_to_traded_in_and_thrown_away() {
        let place = TempDir::new().expect("a temporary folder");
        let opened = demo(&config(place.path())).await.expect("it opens");
        let scratch = opened.store.path().to_owned();
        assert!(scratch.exists() && !place.path().join("data").exists());
        let greeting = opened.desk.greet().await.expect("it greets");
        assert!(greeting.demo && greeting.founded);
        assert_eq!(greeting.open.len(), 5);
        let actor = opened.desk.sign_in("trader1", Proof::Picked, Door::Terminal).await;
        let actor = actor.expect("people of a demo are picked");
        let before = view(&opened, actor).await;
        assert!(before.positions.len() > 3 && before.orders.len() > 3 && before.demo);
        let held = before.positions.get(&(PortfolioId(1), Symbol::parse("AAPL").expect("plain")));
        let held = held.map_or(Qty::ZERO, |held| held.quantity);
        assert_eq!(buy_ten(&opened, actor, PortfolioId(1)).await, held + Qty::shares(10));
        opened.close().await.expect("it closes");
        assert!(!scratch.exists());
    }

    #[tokio::test]
    async fn a_kept_desk_is_founded_once_and_is_there_again() {
        let place = TempDir::new().expect("a temporary folder");
        let config = config(place.path());
        let opened = kept(&config, Accounts::Known).await.expect("it opens");
        let founding = Founding {
            login: Login::parse("ada").expect("plain"),
            name: "Ada Lovelace".to_owned(),
            password: "correct horse battery".to_owned(),
            portfolio: "Main".to_owned(),
            allocation: None,
        };
        let actor = opened.desk.found(founding, Door::Terminal).await.expect("it is the first");
        let portfolio = *view(&opened, actor).await.portfolios.keys().next().expect("the first");
        assert_eq!(buy_ten(&opened, actor, portfolio).await, Qty::shares(10));
        opened.close().await.expect("it closes");

        let opened = kept(&config, Accounts::Known).await.expect("it opens again");
        assert!(opened.desk.greet().await.expect("it greets").founded);
        let proof = Proof::Password("correct horse battery".to_owned());
        let actor = opened.desk.sign_in("ada", proof, Door::Terminal).await.expect("known");
        let after = view(&opened, actor).await;
        let held: Vec<Qty> = after.positions.values().map(|held| held.quantity).collect();
        assert_eq!(held, [Qty::shares(10)]);
        let second = kept(&config, Accounts::Known).await;
        assert!(second.err().expect("it is held").to_string().contains("in use"));
        opened.close().await.expect("it closes");

        let market = config.data_dir.join("market.state");
        std::fs::rename(&market, place.path().join("mine")).expect("moved away");
        let gone = kept(&config, Accounts::Known).await.err().expect("gone").to_string();
        assert!(gone.contains("market.state is gone") && gone.contains("--new-account"), "{gone}");
        assert!(!market.exists(), "nothing was made in its place");
        let elsewhere = configured(&place.path().join("data"), "");
        kept(&elsewhere, Accounts::Known).await.expect("a desk").close().await.expect("it closes");
        let others = elsewhere.data_dir.join("market.state");
        std::fs::copy(&others, &market).expect("copied");
        let other = kept(&config, Accounts::Known).await.err().expect("another's").to_string();
        assert!(other.contains("holds the account EMBEDDED-"), "{other}");
        let opened = kept(&config, Accounts::New).await.expect("it was asked for");
        opened.close().await.expect("it closes");
        kept(&config, Accounts::Known)
            .await
            .expect("it is known")
            .close()
            .await
            .expect("it closes");
        // A store that was lost, and founded anew beside a market that was traded on.
        std::fs::rename(place.path().join("mine"), &market).expect("moved back");
        std::fs::rename(config.data_dir.join("desk.db"), place.path().join("db")).expect("moved");
        let lost = kept(&config, Accounts::Known).await.err().expect("it is new").to_string();
        assert!(lost.contains("knows nothing of the orders in it"), "{lost}");
        std::fs::rename(place.path().join("db"), config.data_dir.join("desk.db")).expect("moved");

        let other = configured(place.path(), "[market]\nseed = 9\n");
        let refused =
            kept(&other, Accounts::Known).await.err().expect("another market").to_string();
        assert!(
            refused.contains("market.seed is 9") && refused.contains("made with 1"),
            "{refused}"
        );
        let same = configured(place.path(), "[market]\nseed = 1\n");
        kept(&same, Accounts::Known)
            .await
            .expect("the same market")
            .close()
            .await
            .expect("it closes");
    }
}
