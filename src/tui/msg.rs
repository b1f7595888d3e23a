//! All that can reach the screen, as one closed list: whatever can wake it is a line here.
//! Must never carry a clock: time comes in as `Tick`.

use crossterm::event::{KeyEvent, MouseEvent};

use crate::desk::refusal::Rejection;
use crate::desk::view::Greeting;
use crate::desk::view::Update;
use crate::domain::quotes::Ticker;
use crate::domain::time::Moment;

use super::ask::{Asker, Replied};

/// What can reach the screen.
#[derive(Debug)]
pub enum Msg {
    /// The desk says what may be known before signing in.
    Greeting(Result<Greeting, Rejection>),
    /// A key went down.
    Key(KeyEvent),
    /// The mouse did something.
    Mouse(MouseEvent),
    /// A text was pasted.
    Paste(String),
    /// The terminal has a new size: columns, rows.
    Resize(u16, u16),
    /// The terminal got or lost the keys of its window.
    Focus(bool),
    /// What came of an ask.
    Reply {
        /// Who asked.
        to: Asker,
        /// The asker's mark.
        tag: u32,
        /// What came of it.
        result: Box<Replied>,
    },
    /// Something changed that this person may see.
    Update(Update),
    /// Prices that are new.
    Prices(Vec<Ticker>),
    /// Time goes on: what it is now.
    Tick(Moment),
    /// The sign-in was ended on purpose.
    SignedOut,
}
