//! All that the screen can want, and what comes of it; the screen never waits for an answer.
//! Must never do what it names: mod.rs carries asks out, as tasks beside the screen.

use crate::desk::command::{Answer, Command, Outcome, Query};
use crate::desk::refusal::Rejection;
use crate::desk::{Founding, Proof};
use crate::domain::ids::OrderId;
use crate::domain::users::Login;

use super::names::PaneId;

/// Who asked, so that the answer finds its way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asker {
    /// The app itself.
    App,
    /// The sign-in screen.
    SignIn,
    /// A pane.
    Pane(PaneId),
    /// A layer, by its number; it may be gone when the answer comes.
    Layer(u64),
}

/// One thing wanted, by whom; `tag` is the asker's own mark, handed back with the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Who wants it.
    pub from: Asker,
    /// The asker's own mark.
    pub tag: u32,
    /// What.
    pub want: Want,
}

/// What can be wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// Do this.
    Act(Command),
    /// Look this up.
    Query(Query),
    /// A new order id: a ticket opens. Answered before anything else is drawn.
    OrderId,
    /// Say what may be known before signing in; the answer is a message of its own.
    Greet,
    /// Sign in.
    SignIn {
        /// Who.
        login: String,
        /// The proof.
        proof: Secret<Proof>,
    },
    /// First start: make the first admin and the first portfolio.
    Found(Secret<Founding>),
    /// Prove again who it is.
    Unlock(Secret<String>),
    /// Set a password.
    SetPassword {
        /// Whose.
        login: Login,
        /// The one before it, where it is one's own; else nothing.
        before: Secret<String>,
        /// The password.
        password: Secret<String>,
    },
    /// Put a text on the terminal's clipboard (OSC 52).
    Copy(String),
    /// Write an export into a file in the folder for exports.
    Export {
        /// File name, without a folder.
        name: String,
        /// Content.
        text: String,
    },
    /// Report the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Draw everything anew.
    Redraw,
    /// End the sign-in and forget who it was.
    SignOut,
    /// Leave the desk.
    Leave,
}

/// What came of a want that was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A command was done.
    Outcome(Outcome),
    /// A query was answered.
    Answer(Answer),
    /// A new order id.
    OrderId(OrderId),
    /// Signed in, unlocked, set.
    Done,
    /// On the clipboard.
    Copied,
    /// Written to this file.
    Written(String),
}

/// What came of a want.
pub type Replied = Result<Reply, Rejection>;

/// The words for a rejection.
pub fn words(rejection: &Rejection) -> String {
    match rejection {
        Rejection::NeedsAcknowledgement(concerns) => {
            concerns.iter().map(ToString::to_string).collect::<Vec<_>>().join(". ")
        }
        other => other.to_string(),
    }
}

/// Something that must not be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(pub T);

impl<T> std::fmt::Debug for Secret<T> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Secret(..)")
    }
}
