//! The three stands that the cards are played on: the bare exchange, the client over the embedded
//! Alpaca, and the client on Alpaca paper. Must never trade where no key was given for it.

use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::mpsc;
use trading_desk::clock::{ManualClock, SystemClock};
use trading_desk::desk::entropy::Entropy;
use trading_desk::desk::port::{Clock, Feed, Market, Venue};
use trading_desk::desk::prices::PriceBoard;
use trading_desk::domain::hours::Schedule;
use trading_desk::domain::numbers::Money;
use trading_desk::domain::symbols::{Asset, Symbol};
use trading_desk::domain::time::{DeskTime, MarketTime};
use trading_desk::venue::alpaca::budget::Lane;
use trading_desk::venue::alpaca::keys::{Given, Hosts, Keys};
use trading_desk::venue::alpaca::rest::Rest;
use trading_desk::venue::alpaca::{Alpaca, Options as ClientOptions};
use trading_desk::venue::loopback::{Loopback, Options as LoopbackOptions};
use trading_desk::venue::simulator::{Options, Simulator};

use super::table::{TRADED, Table, Time};

/// Words of a venue that may wait: more than any card hears between two looks.
const WORDS: usize = 65_536;

/// The middle of a trading day.
fn noon() -> DeskTime {
    let noon = MarketTime::from_new_york("2026-11-20T12:00:00".parse().expect("civil"));
    DeskTime::from_ns(noon.ns())
}

fn cash() -> Money {
    Money::dollars(1_000_000)
}

/// The venue's two ports, its board and its feed.
type Ports = (Arc<dyn Venue>, Arc<dyn Market>, PriceBoard, mpsc::Receiver<Feed>);

fn table((venue, market, board, feed): Ports, time: Time, end: BoxFuture<'static, ()>) -> Table {
    Table {
        venue,
        market,
        board,
        feed,
        time,
        end,
        next: 0,
        heard: Vec::new(),
        funds: None,
        standing: None,
        is_live: false,
        sent: Vec::new(),
    }
}

/// The embedded market behind the desk's ports, without a wire.
pub(crate) async fn exchange() -> Table {
    let clock = ManualClock::new(noon());
    let board = PriceBoard::new();
    let (says, feed) = mpsc::channel(WORDS);
    let options = Options { schedule: Schedule::Nyse, starting_cash: cash(), ..Options::default() };
    let simulator = Simulator::start(&options, Arc::new(clock.clone()), board.clone(), says);
    let simulator = simulator.expect("it starts");
    let ports: Ports = (simulator.clone(), simulator.clone(), board, feed);
    let end = async move { simulator.stop().await }.boxed();
    table(ports, Time::ByHand(clock), end).ready().await
}

/// The client, at addresses that were given.
async fn client(keys: Keys, given: &Given, clock: Arc<dyn Clock>) -> (Ports, Arc<Alpaca>) {
    let hosts = Hosts::of(given).expect("addresses that may be used");
    let rest = Rest::new(keys.clone(), hosts.clone(), clock.clone());
    let account = rest.account(Lane::LookUp).await.expect("the keys are good");
    let options = ClientOptions {
        keys,
        hosts,
        account_number: account.account_number,
        assets_file: None,
        chance: Entropy::from_number(1),
    };
    let (says, feed) = mpsc::channel(WORDS);
    let board = PriceBoard::new();
    let alpaca = Alpaca::start(options, clock, board.clone(), says);
    ((alpaca.clone(), alpaca.clone(), board, feed), alpaca)
}

/// The client over the embedded Alpaca on a local port, both on one clock.
pub(crate) async fn loopback() -> Table {
    let clock = ManualClock::new(noon());
    let options = LoopbackOptions {
        schedule: Schedule::Nyse,
        rate: None,
        starting_cash: cash(),
        ..LoopbackOptions::default()
    };
    let loopback = Loopback::start(options, Arc::new(clock.clone())).await.expect("it opens");
    let address = format!("http://{}", loopback.address());
    let given = Given { base: Some(address), ..Given::default() };
    let pair = &loopback.keys()[0];
    let keys = Keys::new(&pair.id, &pair.secret).expect("a pair");
    let (ports, alpaca) = client(keys, &given, Arc::new(clock.clone())).await;
    let still = clock.clone();
    let end = async move {
        alpaca.stop().await;
        let farewell = loopback.stop();
        // Whoever does not leave is not waited for.
        still.advance_ms(10_000);
        farewell.await;
    };
    table(ports, Time::ByHand(clock), end.boxed()).ready().await
}

/// Where Alpaca paper is, and who may trade there.
pub(crate) struct Paper {
    keys: Keys,
    given: Given,
}

impl Paper {
    /// What the environment gives; in words why there is no paper stand.
    pub(crate) fn of_environment() -> Result<Self, String> {
        #[expect(
            clippy::disallowed_methods,
            reason = "keys are given to the tests by their caller"
        )]
        let read = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let (Some(id), Some(secret)) = (read("ALPACA_API_KEY_ID"), read("ALPACA_SECRET_KEY"))
        else {
            return Err("ALPACA_API_KEY_ID and ALPACA_SECRET_KEY are not set".to_owned());
        };
        let keys = Keys::new(&id, &secret).map_err(|unfit| unfit.to_string())?;
        let given = Given { base: read("ALPACA_BASE_URL"), ..Given::default() };
        Ok(Self { keys, given })
    }

    /// True while orders are filled there; in words why it cannot be used.
    pub(crate) async fn look(&self) -> Result<bool, String> {
        let hosts = Hosts::of(&self.given).map_err(|unfit| unfit.to_string())?;
        let rest = Rest::new(self.keys.clone(), hosts, Arc::new(SystemClock::new()));
        let held = rest.positions().await.map_err(|trouble| trouble.to_string())?;
        if let Some(one) = held.iter().find(|one| TRADED.contains(&one.symbol.as_str())) {
            return Err(format!("the account holds {}, which the cards trade", one.symbol));
        }
        let clock = rest.market_clock().await.map_err(|trouble| trouble.to_string())?;
        Ok(clock.is_open)
    }

    /// The client there, on the system's clock.
    pub(crate) async fn table(&self) -> Table {
        let clock = SystemClock::new();
        let (ports, alpaca) = client(self.keys.clone(), &self.given, Arc::new(clock.clone())).await;
        let end = async move { alpaca.stop().await }.boxed();
        let mut table = table(ports, Time::Real(clock), end);
        // Ids are never used twice at a broker.
        let seed = trading_desk::clock::seed();
        table.next = u128::from_le_bytes(seed[..16].try_into().expect("sixteen bytes"));
        table.ready().await
    }
}

/// True for assets that the venue lists with this quality.
pub(crate) fn listed(table: &Table, wanted: impl Fn(&Asset) -> bool) -> Option<Symbol> {
    let assets = table.market.assets();
    assets.values().find(|asset| wanted(asset)).map(|asset| asset.symbol)
}
