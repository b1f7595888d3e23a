//! What may be asked of the desk: commands (imperative, may be refused) and queries.
//! Must never say who asks: that is the actor's part, given beside it.

use jiff::civil::Date;

use crate::domain::breaks::Break;
use crate::domain::ids::{OrderId, PortfolioId, SignInId, UserId, WatchlistId};
use crate::domain::numbers::{Money, Price};
use crate::domain::orders::{Amendment, Draft, Fill, Order, Shown};
use crate::domain::quotes::{Bar, Range, Trade};
use crate::domain::roles::{Grant, Role, RoleName};
use crate::domain::symbols::Symbol;
use crate::domain::time::Moment;
use crate::domain::users::Login;

use super::event::Account;
use super::refusal::Concern;

/// Everything a person may ask the desk to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Place an order.
    PlaceOrder(PlaceOrder),
    /// Change a working order's terms.
    AmendOrder(AmendOrder),
    /// Judge an order, or new terms for one, as if it were asked for now: what is refused is
    /// written down, and nothing else happens. For a door that asks its person before it sends.
    Judge(Attempt),
    /// Cancel one order.
    CancelOrder {
        /// Which.
        order: OrderId,
    },
    /// Cancel several orders: each is decided on its own.
    CancelOrders {
        /// Which.
        orders: Vec<OrderId>,
    },
    /// Stop trading altogether, and cancel what works. Cancels stay possible.
    Halt {
        /// Why, in words.
        reason: String,
    },
    /// From now on take only orders that reduce a position. What works goes on working.
    CloseOnly {
        /// Why, in words.
        reason: String,
    },
    /// Trade again.
    Lift,
    /// Make a portfolio.
    CreatePortfolio {
        /// Unique name.
        name: String,
        /// True for the asker's own, false for a shared one.
        personal: bool,
        /// What it is for.
        description: String,
        /// Cash given to it, if any.
        allocation: Option<Money>,
    },
    /// Give a portfolio another amount of cash, or let it go short.
    EditPortfolio {
        /// Which.
        portfolio: PortfolioId,
        /// Cash given to it, if any.
        allocation: Option<Money>,
        /// True where its positions may go below zero.
        may_short: bool,
        /// Version of the portfolio acted upon.
        version: i64,
    },
    /// Give, change or take away (none) a person's access to a portfolio.
    SetGrant {
        /// Which portfolio.
        portfolio: PortfolioId,
        /// Whom.
        user: UserId,
        /// What; none takes it away.
        grant: Option<Grant>,
        /// Version of the access acted upon (0 where there never was any).
        version: i64,
    },
    /// Add a person. The password is set with `SetPassword`.
    CreateUser {
        /// Unique login.
        login: Login,
        /// Name for people.
        name: String,
        /// Role.
        role: RoleName,
    },
    /// Switch a person on or off; off ends all their sign-ins at once.
    SetActive {
        /// Whom.
        user: UserId,
        /// On or off.
        active: bool,
        /// Version of the row acted upon.
        version: i64,
    },
    /// Keep a watchlist: a new one (no id), or new content of one's own.
    SaveWatchlist {
        /// Which; none makes one.
        id: Option<WatchlistId>,
        /// Name.
        name: String,
        /// Symbols, in order.
        symbols: Vec<Symbol>,
        /// Version of the row acted upon (0 for a new one).
        version: i64,
    },
    /// Drop one of one's own watchlists.
    DropWatchlist {
        /// Which.
        id: WatchlistId,
        /// Version of the row acted upon.
        version: i64,
    },
    /// Keep a setting of one's own (`theme`, `time_zone`, `confirm_above`, ...).
    SaveSetting {
        /// Name.
        name: String,
        /// Value, as text.
        value: String,
        /// Version of the setting acted upon (0 for one that was never kept).
        version: i64,
    },
    /// Book a difference with the venue to a portfolio, with a reason.
    BookBreak {
        /// The difference as it was shown.
        shown: Break,
        /// Which book takes it.
        portfolio: PortfolioId,
        /// Why.
        reason: String,
    },
    /// End one's own sign-in.
    SignOut,
}

/// A new order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceOrder {
    /// Made when the ticket opened: the same id is the same order, however often it is sent.
    pub id: OrderId,
    /// Book it trades for.
    pub portfolio: PortfolioId,
    /// Terms.
    pub draft: Draft,
    /// What was on screen.
    pub shown: Shown,
    /// Concerns the person has seen and overrides.
    pub acknowledged: Vec<Concern>,
}

/// New terms for a working order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AmendOrder {
    /// Which.
    pub order: OrderId,
    /// What changes.
    pub amendment: Amendment,
    /// What was on screen, the row's version included.
    pub shown: Shown,
    /// Concerns the person has seen and overrides.
    pub acknowledged: Vec<Concern>,
}

/// What somebody tries: a new order, or new terms for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// A new order.
    Order(PlaceOrder),
    /// New terms for a working one.
    Amend(AmendOrder),
}

impl Attempt {
    /// The attempt that a command makes, if it makes one.
    pub fn of(command: &Command) -> Option<Self> {
        match command {
            Command::PlaceOrder(place) => Some(Self::Order(place.clone())),
            Command::AmendOrder(amend) => Some(Self::Amend(amend.clone())),
            Command::Judge(attempt) => Some(attempt.clone()),
            _ => None,
        }
    }
    /// Which order it is about.
    pub const fn order(&self) -> OrderId {
        match self {
            Self::Order(place) => place.id,
            Self::Amend(amend) => amend.order,
        }
    }
    /// The command that does it.
    pub fn command(&self) -> Command {
        match self {
            Self::Order(place) => Command::PlaceOrder(place.clone()),
            Self::Amend(amend) => Command::AmendOrder(amend.clone()),
        }
    }
    /// Its person has seen these and wants it all the same; a price that moved is the one shown
    /// from now on.
    pub fn acknowledge(&mut self, concerns: &[Concern]) {
        let (shown, acknowledged) = match self {
            Self::Order(place) => (&mut place.shown, &mut place.acknowledged),
            Self::Amend(amend) => (&mut amend.shown, &mut amend.acknowledged),
        };
        for concern in concerns {
            if let Concern::PriceMoved { now, .. } = concern {
                shown.last = Some(*now);
            }
            if !acknowledged.contains(concern) {
                acknowledged.push(concern.clone());
            }
        }
    }
}

/// What came of a command that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done; nothing more to say.
    Done,
    /// What the desk takes was set; everybody hears it by its event.
    TradingSet,
    /// What was asked for was so already: nothing changed.
    Unchanged,
    /// The order is durably written down and on its way.
    OrderIntended(OrderId),
    /// How many cancels are on their way, and which orders could not be canceled, with the reason.
    Canceling {
        /// Cancels on their way.
        asked: usize,
        /// Orders left alone, with the reason in words.
        refused: Vec<(OrderId, String)>,
    },
    /// A portfolio was made.
    Portfolio(PortfolioId),
    /// A person was added.
    User(UserId),
    /// A watchlist was kept.
    Watchlist(WatchlistId),
}

/// What may be looked up: history and market data that the view does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// A page of orders, newest first unless sorted otherwise.
    Orders(OrderFilter),
    /// A page of fills, newest first.
    Fills {
        /// Only of this portfolio.
        portfolio: Option<PortfolioId>,
        /// Only of this symbol.
        symbol: Option<Symbol>,
        /// Rows to skip.
        offset: u32,
        /// Rows wanted.
        limit: u32,
    },
    /// Everything that happened to one order.
    Timeline(OrderId),
    /// A portfolio's value at each day's end.
    Equity(PortfolioId),
    /// Bars of a symbol.
    Bars {
        /// Which.
        symbol: Symbol,
        /// How far back.
        range: Range,
    },
    /// The newest trades of a symbol, newest first.
    Trades(Symbol),
}

/// Which orders, in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderFilter {
    /// Only of this portfolio; none = every one the asker may see.
    pub portfolio: Option<PortfolioId>,
    /// Only of this symbol.
    pub symbol: Option<Symbol>,
    /// Only of this person.
    pub user: Option<UserId>,
    /// Which stage of life.
    pub stage: Stage,
    /// Only where symbol, side, type, portfolio, person, note or status holds this text.
    pub text: String,
    /// Sorted by.
    pub sort: OrderColumn,
    /// Largest (newest) first.
    pub descending: bool,
    /// Rows to skip.
    pub offset: u32,
    /// Rows wanted, at most `PAGE_ROWS_MAX`.
    pub limit: u32,
}

impl Default for OrderFilter {
    fn default() -> Self {
        Self {
            portfolio: None,
            symbol: None,
            user: None,
            stage: Stage::All,
            text: String::new(),
            sort: OrderColumn::Placed,
            descending: true,
            offset: 0,
            limit: 100,
        }
    }
}

/// The blotter's stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// All orders.
    All,
    /// Not final yet.
    Working,
    /// Filled.
    Filled,
    /// Canceled, expired.
    Canceled,
    /// Refused, by the desk or by the venue.
    Refused,
}

/// The columns orders can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrderColumn {
    /// When it was placed.
    Placed,
    /// Symbol.
    Symbol,
    /// Side.
    Side,
    /// Quantity.
    Quantity,
    /// Kind of order.
    Type,
    /// Limit price.
    Limit,
    /// Shares filled.
    Filled,
    /// Status.
    Status,
    /// Portfolio's name.
    Portfolio,
    /// Person's login.
    User,
}

/// What a query found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A page of orders.
    Orders(Page<Order>),
    /// A page of fills.
    Fills(Page<Fill>),
    /// A timeline, oldest first.
    Timeline(Vec<TimelineLine>),
    /// Value at each day's end, oldest first.
    Equity(Vec<EquityPoint>),
    /// Bars, oldest first.
    Bars(Vec<Bar>),
    /// Trades, newest first.
    Trades(Vec<Trade>),
}

/// One page of a longer list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
    /// Rows skipped before them.
    pub offset: u32,
    /// Rows there are in all.
    pub total: u32,
}

/// One thing that happened to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineLine {
    /// When.
    pub at: Moment,
    /// Who, where it was a person.
    pub user: Option<UserId>,
    /// Through which door (or `venue`, `timer`).
    pub door: String,
    /// What, in words.
    pub text: String,
}

/// A portfolio's worth at one day's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EquityPoint {
    /// Trading day.
    pub date: Date,
    /// Realised and unrealised profit since ever, at the close.
    pub profit: Money,
    /// Cash and market value at the close.
    pub value: Money,
}

/// What the desk asks of itself: timers and the end of a day. Not open to any door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chore {
    /// Use an account for the first time.
    Pin(Account),
    /// Write down one of the four roles as it is seeded.
    Seed(Role),
    /// Make the account's unallocated book.
    OpenUnallocated {
        /// Who owns it.
        owner: UserId,
    },
    /// Write the daily marks of `date` at these closing prices.
    MarkDay {
        /// Trading day that ended.
        date: Date,
        /// Closing price of each symbol held.
        closes: Vec<(Symbol, Price)>,
    },
    /// End a sign-in that is too old, or was left over.
    EndSignIn {
        /// Which.
        sign_in: SignInId,
        /// Why, in words.
        why: &'static str,
    },
}
