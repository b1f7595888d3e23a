//! A crowd of past orders, for measuring how the desk behaves in a store that has grown.
//! Must never be mistaken for a believable past: prices stand still and everything fills.

use std::sync::Arc;

use jiff::civil::Date;

use crate::desk::actor::Actor;
use crate::desk::book::Book;
use crate::desk::command::{Chore, Command, PlaceOrder};
use crate::desk::engine::{Engine, Input, Told};
use crate::desk::entropy::Entropy;
use crate::desk::event::{Account, Door};
use crate::desk::port::{Funds, Loaded, Store};
use crate::desk::refusal::Fault;
use crate::domain::hours::Schedule;
use crate::domain::ids::{ClientOrderId, OrderId, SignInId};
use crate::domain::lifecycle::{Report, ReportKind};
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{Draft, OrderType, Shown, Side, TimeInForce};
use crate::domain::quotes::Ticker;
use crate::domain::special::Special;
use crate::domain::symbols::{Asset, AssetClass, Symbol};
use crate::domain::time::{MarketTime, Moment};

use super::gathering::Gathering;
use super::team::{GROWTH, TRADER_1};
use super::{ACCOUNT, found};

/// Time between two orders.
const STEP_MS: i64 = 50_000;
/// A sign-in ends before it is too old.
const ORDERS_A_SIGN_IN: usize = 700;
/// Orders written in one transaction.
const CHUNK: usize = 1_000;
const SYMBOLS: [&str; 8] = ["AAPL", "MSFT", "NVDA", "AMZN", "GOOGL", "META", "AVGO", "COST"];

/// Writes the demo's team and `count` filled orders into an empty store, the last one just before
/// `now`, for the account `account`.
pub async fn fill(
    store: &dyn Store,
    account: Account,
    now: Moment,
    count: usize,
) -> Result<(), Fault> {
    let mut crowd = Crowd::new(account, now, count);
    let founded = crowd.moment(count + 1);
    let account = crowd.engine.book.account.clone();
    let cash = Money::dollars(100_000_000);
    let team = found(&mut crowd.engine.book, account, cash, founded);
    store.commit(team).await?;
    for index in (0..count).rev() {
        crowd.order(index).await?;
        if index % CHUNK == 0 {
            store.commit(crowd.gathering.take()).await?;
        }
    }
    Ok(())
}

struct Crowd {
    engine: Engine,
    gathering: Arc<Gathering>,
    ids: Entropy,
    now: Moment,
    symbols: Vec<Symbol>,
    actor: Option<Actor>,
    /// Orders placed since the last sign-in.
    placed: usize,
    day: Option<Date>,
}

impl Crowd {
    fn new(account: Account, now: Moment, count: usize) -> Self {
        let symbols: Vec<Symbol> =
            SYMBOLS.iter().filter_map(|text| Symbol::parse(text).ok()).collect();
        let account = Account { id: ACCOUNT, ..account };
        let mut book = Book::open(Loaded::default(), account, Schedule::Always, true);
        book.assets = Arc::new(symbols.iter().map(|symbol| (*symbol, asset(*symbol))).collect());
        let gathering = Arc::new(Gathering::default());
        let seed = Entropy::from_number(u64::try_from(count).unwrap_or(0));
        let (ids, commands) = (seed.split("crowd"), seed.split("commands"));
        let engine = Engine::new(book, Arc::clone(&gathering) as Arc<dyn Store>, commands);
        Self { engine, gathering, ids, now, symbols, actor: None, placed: 0, day: None }
    }

    /// The moment of the order that is followed by `after` others.
    fn moment(&self, after: usize) -> Moment {
        let ago_ms = STEP_MS * i64::try_from(after).unwrap_or(0);
        let Moment { desk, market } = self.now;
        Moment { desk: desk.plus_ms(-ago_ms), market: market.plus_ms(-ago_ms) }
    }

    async fn step(&mut self, input: Input, at: Moment) -> Result<Option<Told>, Fault> {
        let power = Money::dollars(100_000_000);
        self.engine.book.funds = Funds { cash: power, equity: power, buying_power: power };
        Ok(self.engine.step(vec![input], at).await?.told.pop())
    }

    async fn order(&mut self, after: usize) -> Result<(), Fault> {
        let at = self.moment(after);
        self.turn_day(at).await?;
        let ms = at.desk.ns() / 1_000_000;
        let id = OrderId(self.ids.next_uuid(ms));
        let Some(actor) = self.signed_in(at).await? else {
            return Err(Fault::new("The crowd's trader cannot sign in"));
        };
        let index = after / 2 % self.symbols.len();
        let (symbol, price) = (self.symbols[index], Price::cents(10_000));
        // Each buy is followed by the sale of the same shares.
        let side = if after % 2 == 1 { Side::Buy } else { Side::Sell };
        self.engine.book.prices.insert(symbol, (ticker(symbol, price, at.market), at.desk));
        let quantity = Qty::shares(1 + i64::try_from(index).unwrap_or(0));
        let place = PlaceOrder {
            id,
            portfolio: GROWTH,
            draft: Draft {
                symbol,
                side,
                quantity,
                order_type: OrderType::Limit { limit: price },
                time_in_force: TimeInForce::Day,
                note: String::new(),
                special: Special::default(),
            },
            shown: Shown { last: Some(price), version: None },
            acknowledged: Vec::new(),
        };
        let told = self.step(Input::Command(actor, Command::PlaceOrder(place)), at).await?;
        if let Some(Told::Outcome(Err(rejection))) = told {
            return Err(Fault::new(format!("The crowd's order was refused: {rejection}")));
        }
        self.placed += 1;
        let execution = format!("{:016x}", self.ids.next_u64());
        let kind = ReportKind::Filled { quantity, price, total: quantity, execution };
        let (client_id, venue_id) = (ClientOrderId::of(id, 1), Some(id.to_string()));
        let report = Report { client_id, venue_id, at: at.market, kind };
        self.step(Input::Report(report), at).await?;
        Ok(())
    }

    /// A sign-in that is not too old.
    async fn signed_in(&mut self, at: Moment) -> Result<Option<Actor>, Fault> {
        if self.placed >= ORDERS_A_SIGN_IN
            && let Some(actor) = self.actor.take()
        {
            self.step(Input::Command(actor, Command::SignOut), at).await?;
        }
        if self.actor.is_none() {
            let id = SignInId(self.ids.next_uuid(at.desk.ns() / 1_000_000));
            let by = self.engine.book.credentials.get(&TRADER_1).cloned();
            let (login, proved) = ("trader1".to_owned(), Some((TRADER_1, by)));
            let input = Input::SignIn { id, login, proved, door: Door::Terminal };
            if let Some(Told::Actor(Ok(actor))) = self.step(input, at).await? {
                self.actor = Some(actor);
                self.placed = 0;
            }
        }
        Ok(self.actor)
    }

    /// Writes the marks of a day that is over.
    async fn turn_day(&mut self, at: Moment) -> Result<(), Fault> {
        let today = Schedule::Always.trading_day(at.market);
        if let Some(date) = self.day.replace(today).filter(|day| *day < today) {
            let closes = self.symbols.iter().map(|symbol| (*symbol, Price::cents(10_000)));
            let chore = Chore::MarkDay { date, closes: closes.collect() };
            self.step(Input::Chore(chore), at).await?;
        }
        Ok(())
    }
}

fn asset(symbol: Symbol) -> Asset {
    Asset {
        symbol,
        name: symbol.to_string(),
        exchange: "NASDAQ".to_owned(),
        class: AssetClass::Stock,
        tradable: true,
        halted: false,
        fractionable: true,
        shortable: true,
    }
}

fn ticker(symbol: Symbol, price: Price, at: MarketTime) -> Ticker {
    let lot = Qty::shares(100);
    Ticker {
        symbol,
        last: price,
        last_size: lot,
        bid: price,
        bid_size: lot,
        ask: price,
        ask_size: lot,
        open: price,
        high: price,
        low: price,
        previous_close: price,
        volume: lot,
        at,
        polled: false,
    }
}
