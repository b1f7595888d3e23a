//! How the desk meets the world: Store, Venue, Market, Clock. Adapters implement these.
//! Must never name an adapter, a file, a host or a database.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::future::BoxFuture;
use jiff::civil::Date;

use crate::domain::breaks::Break;
use crate::domain::entries::Entry;
use crate::domain::hours::Schedule;
use crate::domain::ids::{ClientOrderId, OrderId, PortfolioId, Sequence, UserId};
use crate::domain::lifecycle::Report;
use crate::domain::marks::DailyMark;
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{Fill, Order, OrderType, Side, TimeInForce, VenueOrder};
use crate::domain::portfolios::{Access, Portfolio};
use crate::domain::positions::Position;
use crate::domain::quotes::{Bar, Range, Trade};
use crate::domain::roles::Role;
use crate::domain::special::Special;
use crate::domain::symbols::{Asset, Symbol};
use crate::domain::time::{DeskTime, MarketTime};
use crate::domain::trading::TradingState;
use crate::domain::users::{User, Watchlist};

use super::command::{EquityPoint, OrderFilter, Page, TimelineLine};
use super::event::{Account, Balance, Credential, Event, Setting, SignIn, VenueKind};
use super::refusal::Fault;

/// Where everything is kept. Three verbs: load, commit, and history (the `find_*` reads).
pub trait Store: Send + Sync + 'static {
    /// Everything the desk holds in memory, at start.
    fn load(&self, opening: Opening) -> BoxFuture<'_, Result<Loaded, Fault>>;
    /// Writes a batch in one durable transaction; when this returns well, it is on the disk.
    /// A failure means that nothing of it may be relied on: the process ends and recovers.
    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<(), Fault>>;
    /// A page of orders of the given portfolios.
    fn find_orders(
        &self,
        filter: OrderFilter,
        visible: Vec<PortfolioId>,
    ) -> BoxFuture<'_, Result<Page<Order>, Fault>>;
    /// A page of fills of the given portfolios, newest first.
    fn find_fills(&self, wanted: FillsWanted) -> BoxFuture<'_, Result<Page<Fill>, Fault>>;
    /// One order, however old.
    fn find_order(&self, order: OrderId) -> BoxFuture<'_, Result<Option<Order>, Fault>>;
    /// One order, however old, with all that was sent and filled for it.
    fn find_past(&self, order: OrderId) -> BoxFuture<'_, Result<Option<Past>, Fault>>;
    /// The journal's lines about one order, oldest first.
    fn find_timeline(&self, order: OrderId) -> BoxFuture<'_, Result<Vec<TimelineLine>, Fault>>;
    /// A portfolio's profit and value at each day's end, oldest first.
    fn find_equity(&self, portfolio: PortfolioId)
    -> BoxFuture<'_, Result<Vec<EquityPoint>, Fault>>;
}

/// An order of the past, with what a report about it has to be read against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// The order.
    pub order: Order,
    /// Its venue orders, all attempts, by client id.
    pub venue_orders: Vec<VenueOrder>,
    /// Its fills, by client id and total.
    pub fills: Vec<Fill>,
}

/// Which fills are wanted.
#[derive(Clone, Debug)]
pub struct FillsWanted {
    /// Of these portfolios.
    pub visible: Vec<PortfolioId>,
    /// Only of this symbol.
    pub symbol: Option<Symbol>,
    /// Rows to skip.
    pub offset: u32,
    /// Rows wanted.
    pub limit: u32,
}

/// What the desk opens with.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The venue that is active.
    pub venue: VenueKind,
    /// Its account number.
    pub number: String,
    /// Start of the current trading day: finished orders and fills since then are loaded too.
    pub today_from: MarketTime,
    /// The market's hours: they say since when entries may be of days without marks.
    pub schedule: Schedule,
}

/// What was in the store.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The active account; none before its first use.
    pub account: Option<Account>,
    /// All roles.
    pub roles: Vec<Role>,
    /// All people.
    pub users: Vec<User>,
    /// How each proves who they are.
    pub credentials: Vec<(UserId, Credential)>,
    /// Sign-ins that have not ended (left over by a process that died).
    pub sign_ins: Vec<SignIn>,
    /// The active account's portfolios.
    pub portfolios: Vec<Portfolio>,
    /// Their grants.
    pub grants: Vec<Access>,
    /// Orders that are not final, and those that changed today.
    pub orders: Vec<Order>,
    /// Their venue orders, all attempts.
    pub venue_orders: Vec<VenueOrder>,
    /// Their fills, and all of today's.
    pub fills: Vec<Fill>,
    /// Position rows.
    pub positions: Vec<Position>,
    /// Cash rows.
    pub balances: Vec<Balance>,
    /// The newest mark of each position.
    pub marks: Vec<DailyMark>,
    /// The mark before the newest of each position that was marked on the last marked day.
    pub earlier_marks: Vec<DailyMark>,
    /// The last day that was marked.
    pub marked_through: Option<Date>,
    /// Entries of days after that one, in the order in which they were booked.
    pub unmarked: Vec<Entry>,
    /// All watchlists.
    pub watchlists: Vec<Watchlist>,
    /// All people's settings.
    pub settings: Vec<Setting>,
    /// What the desk takes.
    pub trading: TradingState,
    /// The journal's last line.
    pub sequence: Sequence,
    /// Largest ids in use, over all accounts: user, portfolio, watchlist, account.
    pub largest: LargestIds,
}

/// The largest numbers in use, so that the next one can be given in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LargestIds {
    /// Of users.
    pub user: i64,
    /// Of portfolios.
    pub portfolio: i64,
    /// Of watchlists.
    pub watchlist: i64,
    /// Of accounts.
    pub account: i64,
}

/// What one transaction writes: journal lines, and the rows as they are after them.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Journal lines, in order.
    pub events: Vec<Event>,
    /// Rows, in order; a later row of the same key replaces an earlier one.
    pub rows: Vec<Row>,
}

/// One row as it is after the batch: written over the row of the same key, or added. Fills,
/// entries and marks are only ever added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// Account.
    Account(Account),
    /// Role.
    Role(Role),
    /// Person.
    User(User),
    /// Way to prove who they are.
    Credential(UserId, Credential),
    /// Sign-in.
    SignIn(SignIn),
    /// Portfolio.
    Portfolio(Portfolio),
    /// Access.
    Grant(Access),
    /// Order.
    Order(Box<Order>),
    /// Venue order.
    VenueOrder(Box<VenueOrder>),
    /// Execution.
    Fill(Box<Fill>),
    /// Line of a book.
    Entry(Box<Entry>),
    /// Position.
    Position(Position),
    /// Cash.
    Balance(Balance),
    /// Daily mark.
    Mark(DailyMark),
    /// The last day that was marked, of the active account.
    MarkedThrough(Date),
    /// Watchlist.
    Watchlist(Watchlist),
    /// A watchlist that is gone.
    WatchlistDropped(crate::domain::ids::WatchlistId),
    /// Setting.
    Setting(Setting),
    /// What the desk takes.
    Trading(TradingState),
}

/// What the desk trades on.
pub trait Venue: Send + Sync + 'static {
    /// Does an errand and says what came of it. Never fails: what is not known is `Unclear`.
    /// The same reports may also come by the feed, in any order and more than once.
    fn send(&self, errand: Errand) -> BoxFuture<'_, Vec<Report>>;
}

/// What the desk asks of a venue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand {
    /// Place an order. The same client id is the same order.
    Submit(Ticket),
    /// Ask for a cancel.
    Cancel {
        /// Which.
        client_id: ClientOrderId,
    },
    /// Ask for a replacement: `old` ends, `new` takes its place.
    Replace {
        /// Which.
        old: ClientOrderId,
        /// Shares of `old` the desk knows to be filled. A venue that finds more filled refuses the
        /// replacement, so that a fill on the way can never make the total too large.
        filled: Qty,
        /// The replacement, with its new client id and terms.
        new: Ticket,
    },
    /// Say all there is to know of an order: its state and each of its fills.
    LookUp {
        /// Which.
        client_id: ClientOrderId,
    },
    /// Say how the account stands; the answer comes by the feed.
    Funds,
}

/// The terms a venue needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The id we give it.
    pub client_id: ClientOrderId,
    /// What.
    pub symbol: Symbol,
    /// Which way.
    pub side: Side,
    /// Shares (for a replacement: of the new venue order, what is still to come).
    pub quantity: Qty,
    /// Kind and prices.
    pub order_type: OrderType,
    /// How long.
    pub time_in_force: TimeInForce,
    /// What only some orders ask for.
    pub special: Special,
}

/// What a venue says of its own accord.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Feed {
    /// About an order.
    Report(Report),
    /// About the account.
    Funds(Funds),
    /// About what the account holds: the books are held against it.
    Standing(Standing),
    /// About the line to it.
    Stream(StreamState),
}

/// What the venue says the account holds, in one moment.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Standing {
    /// Cash; negative on a margin debit.
    pub cash: Money,
    /// Holdings by symbol.
    pub holdings: BTreeMap<Symbol, Holding>,
    /// Open orders that were made elsewhere: shown, never touched.
    pub foreign: Vec<Foreign>,
}

/// What an account holds of one symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Holding {
    /// Shares, negative for short.
    pub quantity: Qty,
    /// What they cost, negative for short.
    pub cost: Money,
}

/// An open order that was made elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// The venue's id of it.
    pub venue_id: String,
    /// What.
    pub symbol: Symbol,
    /// Which way.
    pub side: Side,
    /// Shares.
    pub quantity: Qty,
    /// Shares filled.
    pub filled: Qty,
}

/// How the books stand against the venue's word: for those who may book a difference.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Reconciled {
    /// Differences that were found twice in a row.
    pub breaks: Vec<Break>,
    /// Open orders that were made elsewhere.
    pub foreign: Vec<Foreign>,
}

/// How the account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Funds {
    /// Cash; negative on a margin debit.
    pub cash: Money,
    /// Cash and the value of all positions.
    pub equity: Money,
    /// What may be bought, before what open orders hold is taken off.
    pub buying_power: Money,
}

/// The line to the venue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamState {
    /// Data flows.
    Live,
    /// Lost; the n-th try is under way.
    Reconnecting(u32),
    /// Given up, or not started.
    Offline,
}

/// Whose prices are wanted, and what for: a market that does not tell them all tells these first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// There is an order at work in it.
    pub working: BTreeSet<Symbol>,
    /// A portfolio holds it.
    pub held: BTreeSet<Symbol>,
    /// It stands on a list of somebody who is signed in.
    pub shown: Vec<Symbol>,
}

/// Prices, bars, assets and hours. Current prices come by the price board (prices.rs).
pub trait Market: Send + Sync + 'static {
    /// The market's time at a desk time.
    fn time(&self, desk: DeskTime) -> MarketTime;
    /// The desk time at which the market's clock will show `market` (for alarms).
    fn desk_time(&self, market: MarketTime) -> DeskTime;
    /// Its hours.
    fn schedule(&self) -> Schedule;
    /// All assets known now.
    fn assets(&self) -> Arc<BTreeMap<Symbol, Asset>>;
    /// True where it does not tell all prices by itself, and wants to hear whose are wanted.
    fn follows(&self) -> bool {
        false
    }
    /// Says whose prices are wanted from now on.
    fn follow(&self, followed: Followed) {
        drop(followed);
    }
    /// Bars, oldest first, up to now.
    fn bars(&self, symbol: Symbol, range: Range) -> BoxFuture<'_, Result<Vec<Bar>, Fault>>;
    /// The newest trades, newest first.
    fn trades(&self, symbol: Symbol) -> BoxFuture<'_, Result<Vec<Trade>, Fault>>;
    /// The closing price of each symbol on a day that has ended. Answered only once all that the
    /// venue knows of that day's executions is in the feed, as far as that is the venue's to say.
    fn closes(
        &self,
        date: Date,
        symbols: Vec<Symbol>,
    ) -> BoxFuture<'_, Result<Vec<(Symbol, Price)>, Fault>>;
}

/// The only source of time.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> DeskTime;
    /// Waits until then; at once if it is past.
    fn wait_until(&self, then: DeskTime) -> BoxFuture<'static, ()>;
}
