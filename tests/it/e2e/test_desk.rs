//! A desk for tests: the real store in a folder, the real embedded market, a clock moved by hand.
//! Must never reach into the desk: it sees what a door sees.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use trading_desk::bounds::INBOX_REPORTS_MAX;
use trading_desk::clock::ManualClock;
use trading_desk::desk::actor::Actor;
use trading_desk::desk::command::{Command, Outcome, PlaceOrder};
use trading_desk::desk::entropy::Entropy;
use trading_desk::desk::event::{Door, VenueKind};
use trading_desk::desk::port::{Clock, Store};
use trading_desk::desk::prices::PriceBoard;
use trading_desk::desk::refusal::{Fault, Rejection};
use trading_desk::desk::view::{Update, View};
use trading_desk::desk::{self, Desk, Founding, Parts, Proof};
use trading_desk::domain::hours::Schedule;
use trading_desk::domain::ids::{OrderId, PortfolioId};
use trading_desk::domain::numbers::Qty;
use trading_desk::domain::orders::{Draft, OrderType, Shown, Side, TimeInForce};
use trading_desk::domain::special::Special;
use trading_desk::domain::symbols::Symbol;
use trading_desk::domain::time::DeskTime;
use trading_desk::domain::users::Login;
use trading_desk::store::SqliteStore;
use trading_desk::venue::simulator::{Options, Simulator};

pub(super) const PASSWORD: &str = "correct horse battery";

/// A desk at work. Dropping it without `kill` leaves its tasks behind.
#[must_use]
pub(super) struct TestDesk {
    pub desk: Desk,
    pub board: PriceBoard,
    pub clock: Arc<ManualClock>,
    folder: PathBuf,
    runner: JoinHandle<Result<(), Fault>>,
    pub simulator: Arc<Simulator>,
}

/// A signed-in person with a view that is kept up to date.
pub(super) struct Person {
    pub actor: Actor,
    pub view: View,
    updates: mpsc::Receiver<Update>,
    pub ended: bool,
}

impl TestDesk {
    /// Opens the desk kept in `folder`, or begins one there.
    pub(super) async fn open(folder: &Path) -> Self {
        Self::open_on(folder, Schedule::Always, DeskTime::from_ns(1_793_199_600_000_000_000)).await
    }

    /// The same on a market with these hours, at this time.
    pub(super) async fn open_on(folder: &Path, schedule: Schedule, now: DeskTime) -> Self {
        let clock = Arc::new(ManualClock::new(now));
        let store = SqliteStore::open(&folder.join("desk.db")).await.expect("the store opens");
        let board = PriceBoard::new();
        let (says, feed) = mpsc::channel(INBOX_REPORTS_MAX);
        let options = Options {
            seed: 7,
            schedule,
            state_file: Some(folder.join("market.state")),
            ..Options::default()
        };
        let dyn_clock: Arc<dyn Clock> = Arc::clone(&clock) as Arc<dyn Clock>;
        let simulator = Simulator::start(&options, Arc::clone(&dyn_clock), board.clone(), says)
            .expect("the market opens");
        let parts = Parts {
            store: Arc::new(store) as Arc<dyn Store>,
            venue: Arc::clone(&simulator) as _,
            market: Arc::clone(&simulator) as _,
            clock: dyn_clock,
            entropy: Entropy::from_number(11).split(&now.ns().to_string()),
            board: board.clone(),
            feed,
            account: (VenueKind::Embedded, simulator.account_number().to_owned()),
            demo: false,
        };
        let (desk, runner) = desk::open(parts).await.expect("the desk opens");
        let runner = tokio::spawn(runner.run());
        Self { desk, board, clock, folder: folder.to_owned(), runner, simulator }
    }

    /// The desk's task ends in the midst of whatever it does; the market it trades on comes to
    /// rest by itself. A whole process that is killed is the kept desk's test (kept.rs).
    pub(super) async fn kill_and_reopen(self) -> Self {
        let then = self.clock.now().plus_ms(1_000);
        self.kill_and_reopen_at(Schedule::Always, then).await
    }

    /// The same, and nobody starts it again before `then`.
    pub(super) async fn kill_and_reopen_at(self, schedule: Schedule, then: DeskTime) -> Self {
        let folder = self.folder.clone();
        self.runner.abort();
        // Cancelled is what it should be; the store's lock goes with the task.
        drop(self.runner.await);
        self.simulator.stop().await;
        drop((self.desk, self.simulator));
        Self::open_on(&folder, schedule, then).await
    }

    /// Asks the desk to stop, together with what `last` asks, and waits for its end.
    pub(super) async fn stop_with<T>(mut self, last: impl Future<Output = T>) -> (T, Self) {
        let (answer, ()) = tokio::join!(last, self.desk.stop());
        (&mut self.runner).await.expect("it does not panic").expect("it ends well");
        (answer, self)
    }

    pub(super) async fn found(&self) -> Actor {
        let founding = Founding {
            login: login("ada"),
            name: "Ada Lovelace".to_owned(),
            password: PASSWORD.to_owned(),
            portfolio: "Growth".to_owned(),
            allocation: None,
        };
        self.desk.found(founding, Door::Terminal).await.expect("the first admin is made")
    }

    pub(super) async fn sign_in(&self, name: &str) -> Result<Actor, Rejection> {
        self.desk.sign_in(name, Proof::Password(PASSWORD.to_owned()), Door::Terminal).await
    }

    pub(super) async fn watch(&self, actor: Actor) -> Person {
        let mut watch = self.desk.watch(actor).await.expect("a sign-in may watch");
        match watch.updates.recv().await {
            Some(Update::View(view)) => {
                Person { actor, view: *view, updates: watch.updates, ended: false }
            }
            other => panic!("a view comes first, not {other:?}"),
        }
    }

    /// Adds a person with a password.
    pub(super) async fn add(
        &self,
        admin: Actor,
        name: &str,
        role: trading_desk::domain::roles::RoleName,
    ) {
        let create = Command::CreateUser { login: login(name), name: name.to_owned(), role };
        self.desk.act(admin, create).await.expect("a person is added");
        self.add_password(admin, name).await;
    }

    /// Sets the password of somebody else.
    pub(super) async fn add_password(&self, admin: Actor, name: &str) {
        let password = PASSWORD.to_owned();
        let set = self.desk.set_password(admin, &login(name), String::new(), password).await;
        set.expect("a password is set");
    }

    /// Lets time pass until `done` holds for what this person sees.
    pub(super) async fn until(
        &self,
        person: &mut Person,
        what: &str,
        done: impl Fn(&View) -> bool,
    ) {
        for _ in 0..50_000 {
            person.catch_up();
            if done(&person.view) {
                return;
            }
            self.clock.advance_ms(20);
            tokio::task::yield_now().await;
        }
        panic!("never came: {what}; orders: {:#?}", person.view.orders);
    }

    /// Lets all tasks run, while the clock stands, until `done` holds for what this person sees.
    pub(super) async fn settled(
        &self,
        person: &mut Person,
        what: &str,
        done: impl Fn(&View) -> bool,
    ) {
        for _ in 0..2_000_000 {
            person.catch_up();
            if done(&person.view) {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("never came: {what}; orders: {:#?}", person.view.orders);
    }

    pub(super) fn last(&self, symbol: &str) -> trading_desk::domain::numbers::Price {
        self.board.get(Symbol::parse(symbol).expect("plain")).expect("a price").last
    }

    pub(super) async fn place(
        &self,
        actor: Actor,
        place: PlaceOrder,
    ) -> Result<OrderId, Rejection> {
        match self.desk.act(actor, Command::PlaceOrder(place)).await? {
            Outcome::OrderIntended(id) => Ok(id),
            other => panic!("an order is intended, not {other:?}"),
        }
    }

    pub(super) fn order(
        &self,
        portfolio: PortfolioId,
        side: Side,
        shares: i64,
        order_type: OrderType,
    ) -> PlaceOrder {
        PlaceOrder {
            id: self.desk.new_order_id(),
            portfolio,
            draft: Draft {
                symbol: Symbol::parse("AAPL").expect("plain"),
                side,
                quantity: Qty::shares(shares),
                order_type,
                time_in_force: TimeInForce::Gtc,
                note: String::new(),
                special: Special::default(),
            },
            shown: Shown { last: Some(self.last("AAPL")), version: None },
            acknowledged: Vec::new(),
        }
    }
}

pub(super) fn login(name: &str) -> Login {
    Login::parse(name).expect("plain")
}

impl Person {
    /// Takes in all updates that wait.
    pub(super) fn catch_up(&mut self) {
        while let Ok(update) = self.updates.try_recv() {
            match update {
                Update::View(view) => self.view = *view,
                Update::Event(event) => self.view.apply(&event),
                Update::Funds(funds, reserved) => {
                    self.view.funds = funds;
                    self.view.reserved = reserved;
                }
                Update::Stream(stream) => self.view.stream = stream,
                Update::Reconciled(reconciled) => self.view.reconciled = reconciled,
                Update::Ended(_) => self.ended = true,
            }
        }
    }

    pub(super) fn portfolio(&self) -> PortfolioId {
        *self.view.portfolios.keys().next().expect("a portfolio")
    }

    pub(super) fn shares(&self, symbol: &str) -> Qty {
        let key = (self.portfolio(), Symbol::parse(symbol).expect("plain"));
        self.view.positions.get(&key).map(|held| held.quantity).unwrap_or_default()
    }
}
