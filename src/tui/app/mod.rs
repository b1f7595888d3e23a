//! The screen as a pure thing: messages in, asks out, and a frame drawn from what it holds.
//! Must never do I/O, wait, or read a clock: time comes in as a message.

pub mod cancels;
pub mod chrome;
pub mod deeds;
pub mod flow;
pub mod index;
pub mod look;
pub mod needs;
pub mod notices;
pub mod openings;
pub mod route;
pub mod session;
pub mod toasts;
pub mod told;

#[cfg(test)]
mod tests;

use ratatui::Frame;

use crate::desk::view::{Update, View};
use crate::domain::time::{DeskTime, Moment};

use super::ask::{Ask, Asker, Want};
use super::effect::{Toast, Tone};
use super::msg::Msg;
use super::sign_in::SignIn;
use look::Look;
use session::{Session, is_too_small};
use toasts::Toasts;

/// The whole screen.
pub struct App {
    look: Look,
    stage: Stage,
    toasts: Toasts,
    dirty: bool,
}

enum Stage {
    /// Nobody is signed in.
    SignIn(Box<SignIn>),
    /// Somebody is.
    Desk(Box<Session>),
}

/// What came out of a message: asks for the run loop, words for the person.
#[derive(Default)]
pub struct Out {
    /// Asks, in order.
    pub asks: Vec<Ask>,
    /// Words, in order.
    pub toasts: Vec<Toast>,
    /// The words said before are to go.
    pub hush: bool,
}

impl Out {
    /// Takes in what came out of another step.
    pub fn append(&mut self, mut other: Self) {
        self.asks.append(&mut other.asks);
        self.toasts.append(&mut other.toasts);
        self.hush |= other.hush;
    }
    /// What the sign-in screen wants.
    fn wants(wants: Vec<Want>) -> Self {
        let ask = |want| Ask { from: Asker::SignIn, tag: 0, want };
        Self { asks: wants.into_iter().map(ask).collect(), ..Self::default() }
    }
}

impl App {
    /// A screen on which nobody is signed in; `wanted` is whom to sign in, if that was named.
    pub fn new(look: Look, wanted: Option<String>) -> Self {
        let stage = Stage::SignIn(Box::new(SignIn::new(wanted)));
        Self { look, stage, toasts: Toasts::default(), dirty: true }
    }

    /// Tells the time, without anything happening.
    pub const fn set_now(&mut self, now: Moment) {
        self.look.now = now;
    }

    /// Takes one message in; what it wants done comes out.
    pub fn update(&mut self, msg: Msg) -> Vec<Ask> {
        self.dirty = true;
        let out = match msg {
            Msg::Resize(width, height) => {
                self.look.resize(width, height);
                Out::default()
            }
            Msg::Focus(_) => Out::default(),
            Msg::Tick(now) => {
                self.look.now = now;
                self.toasts.expire(now.desk);
                if let Stage::Desk(session) = &mut self.stage {
                    flow::time_passed(session, &self.look);
                }
                Out::default()
            }
            Msg::Update(Update::View(view)) => {
                self.new_view(view);
                Out::default()
            }
            Msg::Update(Update::Ended(why)) => self.back_to_sign_in(Some(why.to_string())),
            Msg::SignedOut => self.back_to_sign_in(None),
            other => self.pass_on(other),
        };
        self.emit(out)
    }

    fn pass_on(&mut self, msg: Msg) -> Out {
        let look = &mut self.look;
        match (&mut self.stage, msg) {
            (Stage::SignIn(screen), Msg::Greeting(greeted)) => Out::wants(screen.greeted(greeted)),
            (Stage::SignIn(screen), Msg::Key(key)) => Out::wants(screen.key(key, look)),
            (Stage::SignIn(screen), Msg::Mouse(mouse)) => Out::wants(screen.mouse(mouse, look)),
            (Stage::SignIn(screen), Msg::Paste(text)) => {
                screen.paste(&text);
                Out::default()
            }
            (Stage::SignIn(screen), Msg::Reply { to: Asker::SignIn, result, .. }) => {
                screen.reply(&result);
                Out::default()
            }
            (Stage::SignIn(_), _) => Out::default(),
            (Stage::Desk(session), Msg::Key(key)) => route::key(session, key, look),
            (Stage::Desk(session), Msg::Mouse(mouse)) => route::mouse(session, mouse, look),
            (Stage::Desk(session), Msg::Paste(text)) => route::paste(session, &text, look),
            (Stage::Desk(session), other) => flow::take(session, other, look),
        }
    }

    /// Lets panes and layers look at all that changed, once; before a frame is drawn.
    pub fn settle(&mut self) -> Vec<Ask> {
        let Stage::Desk(session) = &mut self.stage else { return Vec::new() };
        let out = flow::settle(session, &mut self.look);
        self.emit(out)
    }

    fn emit(&mut self, out: Out) -> Vec<Ask> {
        if out.hush {
            self.toasts.clear();
        }
        for toast in out.toasts {
            self.toasts.say(toast, self.look.now.desk);
        }
        out.asks
    }

    fn new_view(&mut self, view: Box<View>) {
        if let Stage::Desk(session) = &mut self.stage {
            session.new_view(*view, &mut self.look);
        } else {
            let mut session = Box::new(Session::new(*view, &self.look));
            session.open(&mut self.look);
            self.stage = Stage::Desk(session);
        }
    }

    fn back_to_sign_in(&mut self, why: Option<String>) -> Out {
        if let Stage::Desk(_) = &self.stage {
            let mut screen = SignIn::new(None);
            self.toasts.clear();
            if let Some(why) = why {
                screen.say(why);
            }
            self.stage = Stage::SignIn(Box::new(screen));
        }
        Out::wants(vec![Want::Greet])
    }

    /// Says something that came from outside the desk (an export was written, a file was not).
    pub fn say(&mut self, tone: Tone, text: String) {
        self.dirty = true;
        self.toasts.say(Toast::new(tone, text), self.look.now.desk);
    }

    /// When time itself changes what is shown: the next full second of a clock, the end of a
    /// flash or of a toast. None where time changes nothing.
    pub fn next_wake(&self) -> Option<DeskTime> {
        let now = self.look.now.desk;
        let (second, flash) = match &self.stage {
            Stage::SignIn(_) => (None, None),
            Stage::Desk(session) => {
                let flash = session.data.quotes.flashes_end(now);
                (Some(next_second(self.look.now)), flash.filter(|_| session.data.prefs.flash))
            }
        };
        [second, flash, self.toasts.next_end()].into_iter().flatten().min()
    }

    /// True where a frame would look different from the last one drawn.
    pub const fn is_dirty(&self) -> bool {
        self.dirty
    }
    /// A frame was drawn.
    pub const fn drawn(&mut self) {
        self.dirty = false;
    }

    /// Draws the frame.
    pub fn draw(&self, frame: &mut Frame<'_>) {
        match &self.stage {
            Stage::SignIn(screen) => screen.draw(frame, &self.look),
            Stage::Desk(session) => session.draw(frame, &self.look),
        }
        // Over a lock nothing is read; over the one line of a terminal that is too small neither.
        if let Stage::Desk(session) = &self.stage
            && (session.is_locked() || is_too_small(self.look.size))
        {
            return;
        }
        let covered = matches!(&self.stage, Stage::Desk(session) if !session.layers.is_empty());
        self.toasts.draw(frame, &self.look, covered);
    }
}

/// When the market's clock shows the next second, where it runs with the desk's; an accelerated
/// market's seconds are not drawn one by one.
const fn next_second(now: Moment) -> DeskTime {
    const SECOND_NS: i64 = 1_000_000_000;
    let left_ms = (SECOND_NS - now.market.ns().rem_euclid(SECOND_NS)) / 1_000_000;
    now.desk.plus_ms(left_ms + 1)
}
