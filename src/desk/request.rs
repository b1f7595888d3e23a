//! What a handle sends to the desk's task, and what it gets back.
//! Must never leave the desk: doors call methods, not this.

use tokio::sync::{mpsc, oneshot};

use crate::domain::ids::UserId;
use crate::domain::users::Login;

use super::actor::Actor;
use super::command::{Answer, Command, Outcome, Query};
use super::decide::users::Founders;
use super::event::{Credential, Door};
use super::prices::PriceWatch;
use super::refusal::Rejection;
use super::view::{Greeting, Update};

/// Where an answer goes.
pub type Reply<T> = oneshot::Sender<Result<T, Rejection>>;

/// One request of a handle.
#[derive(Debug)]
pub enum Request {
    /// What a door may show before anybody has signed in.
    Greet(Reply<Greeting>),
    /// How a login has to prove itself; none for an unknown one.
    Challenge {
        /// Login, as typed.
        login: String,
        /// Answer.
        reply: Reply<Option<(UserId, Credential)>>,
    },
    /// A proof was checked.
    SignIn {
        /// Login, as typed.
        login: String,
        /// Who they proved to be, and by what: it may be another by now.
        proved: Option<(UserId, Option<Credential>)>,
        /// Through which door.
        door: Door,
        /// Answer.
        reply: Reply<Actor>,
    },
    /// Make the first admin.
    Found {
        /// Who and what.
        founders: Founders,
        /// Through which door.
        door: Door,
        /// Answer.
        reply: Reply<Actor>,
    },
    /// The hash of one's own password.
    OwnCredential {
        /// Who asks.
        actor: Actor,
        /// Answer.
        reply: Reply<Option<Credential>>,
    },
    /// Somebody's proof was checked again.
    Prove {
        /// Who.
        actor: Actor,
        /// What it was right for: it may be another by now. None where it was wrong.
        proved: Option<Credential>,
        /// Answer.
        reply: Reply<Outcome>,
    },
    /// May this password be set? Whose it is.
    MaySetPassword {
        /// Who asks.
        actor: Actor,
        /// Whose.
        login: Login,
        /// Answer.
        reply: Reply<UserId>,
    },
    /// Set a password.
    SetPassword {
        /// Who asks.
        actor: Actor,
        /// Whose.
        login: Login,
        /// The hash.
        hash: String,
        /// Answer.
        reply: Reply<Outcome>,
    },
    /// Do a command.
    Act {
        /// Who asks.
        actor: Actor,
        /// What.
        command: Command,
        /// Answer.
        reply: Reply<Outcome>,
    },
    /// Answer a query.
    Ask {
        /// Who asks.
        actor: Actor,
        /// What.
        query: Query,
        /// Answer.
        reply: Reply<Answer>,
    },
    /// A live view.
    Watch {
        /// Who asks.
        actor: Actor,
        /// Answer.
        reply: Reply<Watch>,
    },
    /// Finish what is begun, then end.
    Stop,
}

/// A signed-in person's live view.
#[derive(Debug)]
pub struct Watch {
    /// A fresh view first, then what happens. Closed when the desk ends.
    pub updates: mpsc::Receiver<Update>,
    /// Prices.
    pub prices: PriceWatch,
}
