//! The desk: the only door to permission, risk, the order lifecycle and the books.
//! Must never know which venue, store or front end it has.

pub mod actor;
mod answer;
pub mod book;
pub mod command;
pub mod decide;
pub mod distance;
pub mod engine;
pub mod entropy;
pub mod event;
#[cfg(test)]
mod fixture;
mod greeter;
pub mod ground;
pub mod intake;
mod lanes;
mod marking;
pub mod outlook;
pub mod permit;
pub mod port;
pub mod prices;
pub mod refusal;
pub mod request;
pub mod risk;
mod rolling;
pub mod rows;
pub mod run;
mod secrets;
mod standing;
pub mod unmarked;
pub mod view;
pub mod waking;
pub mod watchers;
pub mod working;

use std::sync::{Arc, Mutex};

use futures::stream::FuturesUnordered;
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::bounds::{ANSWERS_AT_ONCE_MAX, INBOX_COMMANDS_MAX};
use crate::domain::ids::OrderId;
use crate::domain::numbers::Money;
use crate::domain::time::Moment;
use crate::domain::users::Login;

use actor::Actor;
use command::{Answer, Command, Outcome, Query};
use decide::passwords::check_password;
use decide::users::Founders;
use entropy::Entropy;
use event::{Credential, Door, VenueKind};
use greeter::Greeter;
use lanes::Lanes;
use port::{Clock, Feed, Market, Store, Venue};
use prices::PriceBoard;
use refusal::{Fault, Refusal, Rejection};
use request::{Reply, Request, Watch};
use rolling::Rolling;
use run::Runner;
use secrets::Hasher;
use view::Greeting;
use waking::wake;
use watchers::Watchers;

/// A cheap handle to the desk: clone it freely.
#[derive(Clone)]
pub struct Desk {
    requests: mpsc::Sender<Request>,
    hasher: Hasher,
    clock: Arc<dyn Clock>,
    chance: Arc<Mutex<Chance>>,
}

struct Chance {
    ids: Entropy,
    salts: Entropy,
}

/// How somebody proves who they are.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    /// A password.
    Password(String),
    /// Nothing: only for people whose credential is `Open`.
    Picked,
}

/// The first admin and the first portfolio.
#[derive(Clone, PartialEq, Eq)]
pub struct Founding {
    /// Login of the first admin.
    pub login: Login,
    /// Name for people.
    pub name: String,
    /// Password.
    pub password: String,
    /// Name of the first, shared portfolio.
    pub portfolio: String,
    /// Cash given to it, if any.
    pub allocation: Option<Money>,
}

/// Everything the desk meets the world through.
pub struct Parts {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// What it trades on.
    pub venue: Arc<dyn Venue>,
    /// Bars, assets, hours.
    pub market: Arc<dyn Market>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Entropy,
    /// Current prices.
    pub board: PriceBoard,
    /// What the venue says of its own accord.
    pub feed: mpsc::Receiver<Feed>,
    /// The active venue and its account number.
    pub account: (VenueKind, String),
    /// True in a demo: nothing is kept.
    pub demo: bool,
}

/// Loads the store and opens the desk: a handle, and the task to run.
pub async fn open(parts: Parts) -> Result<(Desk, Runner), Fault> {
    let desk_now = parts.clock.now();
    let now = Moment { desk: desk_now, market: parts.market.time(desk_now) };
    let schedule = parts.market.schedule();
    let commands = parts.entropy.split("commands");
    let (engine, first) =
        wake((Arc::clone(&parts.store), commands), parts.account, schedule, now, parts.demo)
            .await?;
    let mut lanes = Lanes::default();
    for errand in first {
        lanes.push(errand);
    }
    let (requests, inbox) = mpsc::channel(INBOX_COMMANDS_MAX);
    let ids = parts.entropy.split("ids");
    let desk = Desk {
        requests,
        hasher: Hasher::default(),
        clock: Arc::clone(&parts.clock),
        chance: Arc::new(Mutex::new(Chance {
            ids: parts.entropy.split("orders"),
            salts: parts.entropy.split("salts"),
        })),
    };
    let runner = Runner {
        engine,
        store: parts.store,
        venue: parts.venue,
        market: parts.market,
        clock: parts.clock,
        ids,
        prices: parts.board.watch(),
        feed: parts.feed,
        requests: inbox,
        lanes,
        flights: FuturesUnordered::new(),
        rolling: Rolling::default(),
        watchers: Watchers::default(),
        greeter: Greeter::default(),
        answers: Arc::new(Semaphore::new(ANSWERS_AT_ONCE_MAX)),
    };
    Ok((desk, runner))
}

impl Desk {
    async fn request<T>(&self, make: impl FnOnce(Reply<T>) -> Request) -> Result<T, Rejection> {
        let (reply, answer) = oneshot::channel();
        match self.requests.try_send(make(reply)) {
            Ok(()) => answer.await.map_err(|_| Refusal::Closing)?,
            Err(mpsc::error::TrySendError::Full(_)) => Err(Refusal::Busy.into()),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(Refusal::Closing.into()),
        }
    }

    /// What a door may show before anybody has signed in.
    pub async fn greet(&self) -> Result<Greeting, Rejection> {
        self.request(Request::Greet).await
    }

    /// Makes the first admin and the first portfolio, and signs the admin in; once only.
    pub async fn found(&self, founding: Founding, door: Door) -> Result<Actor, Rejection> {
        if self.greet().await?.founded {
            return Err(Refusal::AlreadyFounded.into());
        }
        check_password(&founding.password, &founding.login)?;
        let hash = self.hash(founding.password).await?;
        let Founding { login, name, portfolio, allocation, .. } = founding;
        let founders = Founders { login, name, hash, portfolio, allocation };
        self.request(|reply| Request::Found { founders, door, reply }).await
    }

    /// Proves who somebody is. What they may do is decided at each act.
    pub async fn sign_in(&self, login: &str, proof: Proof, door: Door) -> Result<Actor, Rejection> {
        let login = login.trim().to_ascii_lowercase();
        let asked = login.clone();
        let challenge = self.request(|reply| Request::Challenge { login: asked, reply }).await?;
        let proved = match (challenge, proof) {
            (Some((user, Credential::Open)), Proof::Picked) => Some((user, Some(Credential::Open))),
            (Some((user, Credential::Password(hash))), Proof::Password(password)) => {
                let right = self.hasher.verify(password, Some(hash.clone())).await?;
                right.then_some((user, Some(Credential::Password(hash))))
            }
            (_, Proof::Password(password)) => {
                self.hasher.verify(password, None).await?;
                None
            }
            (_, Proof::Picked) => None,
        };
        self.request(|reply| Request::SignIn { login, proved, door, reply }).await
    }

    /// Proves again who a signed-in person is (a locked screen). Failures are written down, and
    /// wait, as those of signing in. People of a demo need no proof.
    pub async fn unlock(&self, actor: Actor, password: String) -> Result<(), Rejection> {
        let own = self.request(|reply| Request::OwnCredential { actor, reply }).await?;
        let right = match &own {
            Some(Credential::Open) => true,
            Some(Credential::Password(hash)) => {
                self.hasher.verify(password, Some(hash.clone())).await?
            }
            None => self.hasher.verify(password, None).await?,
        };
        let proved = own.filter(|_| right);
        self.request(|reply| Request::Prove { actor, proved, reply }).await?;
        Ok(())
    }

    /// Sets one's own password, which takes the one before it, or, as an admin, another's. Every
    /// other open sign-in of that person ends.
    pub async fn set_password(
        &self,
        actor: Actor,
        login: &Login,
        before: String,
        password: String,
    ) -> Result<(), Rejection> {
        let whose = login.clone();
        let user =
            self.request(|reply| Request::MaySetPassword { actor, login: whose, reply }).await?;
        check_password(&password, login)?;
        if user == actor.user() {
            self.unlock(actor, before).await?;
        }
        let hash = self.hash(password).await?;
        let login = login.clone();
        self.request(|reply| Request::SetPassword { actor, login, hash, reply }).await?;
        Ok(())
    }

    /// Does a command: durable before this returns well.
    pub async fn act(&self, actor: Actor, command: Command) -> Result<Outcome, Rejection> {
        self.request(|reply| Request::Act { actor, command, reply }).await
    }

    /// Answers a query.
    pub async fn ask(&self, actor: Actor, query: Query) -> Result<Answer, Rejection> {
        self.request(|reply| Request::Ask { actor, query, reply }).await
    }

    /// A live view for a signed-in person.
    pub async fn watch(&self, actor: Actor) -> Result<Watch, Rejection> {
        self.request(|reply| Request::Watch { actor, reply }).await
    }

    /// Asks the desk to finish what is begun and to end.
    pub async fn stop(&self) {
        // A desk that has ended already needs no stop.
        let _ = self.requests.send(Request::Stop).await;
    }

    /// True once the desk's task has ended: nothing that is asked from now on is answered.
    pub fn has_ended(&self) -> bool {
        self.requests.is_closed()
    }

    /// A new order id: made when a ticket opens.
    pub fn new_order_id(&self) -> OrderId {
        let ms = self.clock.now().ns() / 1_000_000;
        let mut chance = self.chance.lock().expect("no holder of the chance panics");
        OrderId(chance.ids.next_uuid(ms))
    }

    async fn hash(&self, password: String) -> Result<String, Fault> {
        let mut salt = [0; 16];
        self.chance.lock().expect("no holder of the chance panics").salts.fill(&mut salt);
        self.hasher.hash(password, salt).await
    }
}
