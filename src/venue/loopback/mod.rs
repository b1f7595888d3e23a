//! The embedded Alpaca: the simulator on a local port, speaking Alpaca's wire to the letter.
//! Must never reach beyond this machine, nor know the client that calls it.
//!
//! | file | what |
//! |---|---|
//! | `hall` | the market, the accounts, who may come in |
//! | `serve`, `route` | HTTP; which call goes where |
//! | `chaos` | what befalls calls and sockets, where that was asked for |
//! | `trading`, `written`, `updates` | one account; its orders and updates as Alpaca writes them |
//! | `data`, `paging`, `pieces` | market data of the past and of now |
//! | `feed`, `feed_socket`, `reel`, `frame` | the data stream |
//! | `record`, `replay` | market data written down, and read again |
//! | `asked`, `placing`, `orders`, `positions`, ... | the calls, one file for each noun |

mod account;
mod activities;
mod answer;
mod asked;
mod chaos;
mod client_text;
mod configurations;
mod data;
mod facts;
mod feed;
mod feed_socket;
mod figures;
mod frame;
mod hall;
mod history;
mod hours;
pub mod keys;
mod orders;
mod paging;
mod pieces;
mod placing;
pub mod plan;
mod positions;
mod query;
mod rate;
mod record;
mod reel;
mod replay;
mod route;
mod seats;
mod serve;
mod shelf;
mod span;
mod switches;
mod timeframe;
mod trade_socket;
mod trading;
mod updates;
mod watchlists;
mod written;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::desk::port::Clock;
use crate::desk::refusal::Fault;
use crate::domain::hours::Schedule;
use crate::domain::numbers::Money;
use crate::domain::time::MarketTime;
use crate::venue::simulator::Listed;

use hall::Hall;
use keys::KeyPair;
use plan::Plan;
use record::Recorder;

/// Longest wait for calls under way when it ends, in milliseconds.
const FAREWELL_MS_MAX: i64 = 1_000;

/// How the embedded Alpaca is to be.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where it listens; port 0 takes any that is free.
    pub listen: SocketAddr,
    /// Seed of tape, fills, ids and keys.
    pub seed: u64,
    /// Market seconds in a real second, from 1.
    pub speed: u32,
    /// Its hours.
    pub schedule: Schedule,
    /// Calls a minute for each key; none for as many as they like.
    pub rate: Option<u32>,
    /// Accounts, each with a key pair of its own.
    pub accounts: u16,
    /// Cash of each account.
    pub starting_cash: Money,
    /// What of market data the accounts may see.
    pub plan: Plan,
    /// What is listed.
    pub listed: Listed,
    /// Where market time begins, if not at the clock's time.
    pub market_start: Option<MarketTime>,
    /// Time between two looks at the tape, in milliseconds.
    pub cadence_ms: i64,
    /// Seed of what goes wrong between it and its clients; none for nothing.
    pub chaos: Option<u64>,
    /// Where the market data that it serves is written down, if anywhere.
    pub record: Option<PathBuf>,
    /// Where its prices come from, if not from the seed; its time begins with the first of them.
    pub replay: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            seed: 1,
            speed: 1,
            schedule: Schedule::Always,
            rate: Some(200),
            accounts: 1,
            starting_cash: Money::dollars(100_000),
            plan: Plan::Plus,
            listed: Listed::Table,
            market_start: None,
            cadence_ms: 100,
            chaos: None,
            record: None,
            replay: None,
        }
    }
}

/// The embedded Alpaca at work.
pub struct Loopback {
    hall: Arc<Hall>,
    address: SocketAddr,
    tasks: Vec<JoinHandle<()>>,
    trouble: watch::Sender<Option<Fault>>,
}

impl Loopback {
    /// Opens it: calls are answered when this returns. Wants a tokio runtime around it.
    ///
    /// # Errors
    /// When the port is in use or may not be listened on, when a recording cannot be read, or not
    /// be begun.
    pub async fn start(options: Options, clock: Arc<dyn Clock>) -> Result<Self, Fault> {
        let (asked, record) = (options.listen, options.record.clone());
        let listener = TcpListener::bind(asked).await;
        let listener = listener.map_err(|error| Fault::new(unheard(asked, &error)))?;
        let address = listener.local_addr().map_err(|error| Fault::new(error.to_string()))?;
        let hall = Arc::new(Hall::new(options, clock)?);
        let recorder = record.map(|path| Recorder::begin(&path, hall.clone())).transpose()?;
        let router = Router::new().fallback(serve::serve).with_state(hall.clone());
        // An answer is one small packet: holding it back for more only delays it.
        let listener = listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "a connection keeps its packets back");
            }
        });
        let ended = hall.ending();
        let serving = async move {
            let served = axum::serve(listener, router).with_graceful_shutdown(ended).await;
            if let Err(error) = served {
                tracing::error!(%error, "the embedded Alpaca stopped listening");
            }
        };
        let mut tasks = vec![tokio::spawn(serving), tokio::spawn(hall.clone().keep_on())];
        let trouble = watch::Sender::new(None);
        let tell = trouble.clone();
        tasks.extend(recorder.map(|recorder| {
            tokio::spawn(async move {
                if let Err(fault) = recorder.keep_on().await {
                    tell.send_replace(Some(fault));
                }
            })
        }));
        Ok(Self { hall, address, tasks, trouble })
    }
    /// Tells when it can no longer do what it was asked to, and why; none as long as it can.
    pub fn trouble(&self) -> watch::Receiver<Option<Fault>> {
        self.trouble.subscribe()
    }
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
    /// The key pairs, one for each account.
    pub fn keys(&self) -> &[KeyPair] {
        self.hall.keys.all()
    }
    /// Ends it: nothing listens any more when this returns.
    pub async fn stop(self) {
        self.hall.stop.send_replace(true);
        let clock = &self.hall.clock;
        let latest = clock.wait_until(clock.now().plus_ms(FAREWELL_MS_MAX));
        let aborts: Vec<_> = self.tasks.iter().map(JoinHandle::abort_handle).collect();
        tokio::select! {
            biased;
            // A task that panicked has ended too.
            _ = futures::future::join_all(self.tasks) => {}
            () = latest => aborts.iter().for_each(tokio::task::AbortHandle::abort),
        }
    }
}

/// Why a port cannot be listened on, and what to do.
fn unheard(asked: SocketAddr, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => format!(
            "port {} of {} is in use by another program: end that, or choose another port with \
             --listen (port 0 takes any that is free)",
            asked.port(),
            asked.ip()
        ),
        std::io::ErrorKind::PermissionDenied => {
            format!("this user may not listen on {asked}: choose a port from 1024 up")
        }
        std::io::ErrorKind::AddrNotAvailable => {
            format!("this machine has no address {}: 127.0.0.1 is always there", asked.ip())
        }
        _ => format!("cannot listen on {asked}: {error}"),
    }
}
