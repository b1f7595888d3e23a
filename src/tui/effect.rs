//! What a pane or a layer wants done after a message: asks, layers, choices, words to the person.
//! Must never be carried out here: the app does that, in order.

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::Frame;

use crate::domain::ids::{OrderId, PortfolioId};
use crate::domain::numbers::Qty;
use crate::domain::orders::{OrderType, Side, TimeInForce};
use crate::domain::special::Special;
use crate::domain::symbols::Symbol;

use super::action::Action;
use super::ask::{Replied, Want};
use super::ctx::{Ctx, Subject};
use super::keymap::Context;
use super::names::PaneId;

/// Mine (with what follows from it), or not mine: the next one below is asked.
pub enum Reaction {
    /// Not mine.
    NotMine,
    /// Mine; these follow, in order.
    Mine(Vec<Effect>),
}

impl Reaction {
    /// Mine, and nothing follows.
    pub const fn done() -> Self {
        Self::Mine(Vec::new())
    }
    /// Mine, and one thing follows.
    pub fn with(effect: Effect) -> Self {
        Self::Mine(vec![effect])
    }
    /// True for mine.
    pub const fn is_mine(&self) -> bool {
        matches!(self, Self::Mine(_))
    }
    /// What follows.
    pub fn effects(self) -> Vec<Effect> {
        match self {
            Self::NotMine => Vec::new(),
            Self::Mine(effects) => effects,
        }
    }
}

/// What may follow from a message.
pub enum Effect {
    /// Ask for something; the answer comes back to the asker with this tag.
    Ask(u32, Want),
    /// Put a layer above everything.
    Open(Box<dyn Layer>),
    /// Take the layer away that says so (from a pane: the topmost one).
    Close,
    /// Do an action as if its key had been pressed with nothing above the panes.
    Run(Action),
    /// Open a ticket, or whatever `action` opens, about this rather than about the cursor's row.
    RunAbout(Action, Subject),
    /// Open an order ticket that starts so (`Buy` and `Sell` open it about the cursor's row).
    Ticket(TicketStart),
    /// Say something for a moment.
    Toast(Toast),
    /// Show this symbol's chart.
    ChooseSymbol(Symbol),
    /// Show this portfolio's positions.
    ChoosePortfolio(PortfolioId),
    /// Give the keys to this pane, if the screen shows it.
    Focus(PaneId),
    /// Take all words away that are said for a moment.
    Hush,
    /// Keep this line in the history of the command line.
    Remember(String),
    /// Ask for the word that halts trading, with this reason.
    Halt(String),
    /// The password of a locked screen was right.
    Unlocked,
    /// Look like this theme from now on, and keep it as a setting.
    Theme(String),
}

impl Effect {
    /// Says something good or plain.
    pub fn say(text: impl Into<String>) -> Self {
        Self::Toast(Toast::new(Tone::Plain, text))
    }
    /// The same about one thing: the next word about it takes its place.
    pub fn say_about(about: About, text: impl Into<String>) -> Self {
        Self::Toast(Toast::new(Tone::Plain, text).about(about))
    }
    /// Says that something failed or was refused, and why.
    pub fn complain(text: impl Into<String>) -> Self {
        Self::Toast(Toast::new(Tone::Bad, text))
    }
}

/// What a ticket starts with; what is none is left to the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketStart {
    /// Which way.
    pub side: Side,
    /// For which book.
    pub portfolio: Option<PortfolioId>,
    /// What.
    pub symbol: Option<Symbol>,
    /// How many.
    pub quantity: Option<Qty>,
    /// Kind and its prices.
    pub order_type: Option<OrderType>,
    /// How long.
    pub time_in_force: Option<TimeInForce>,
    /// What it asks for beyond that.
    pub special: Special,
}

/// How a toast is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// For the record.
    Plain,
    /// Something went well.
    Good,
    /// Look here.
    Warning,
    /// Something failed or was refused; stays longer.
    Bad,
}

/// A few words for a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// How it is meant.
    pub tone: Tone,
    /// The words.
    pub text: String,
    /// What they are about; of each thing only the newest word stays.
    pub about: Option<About>,
}

/// A thing that words are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// An order, from its sending to its end.
    Order(OrderId),
    /// What the desk takes.
    Trading,
    /// Cancels that were asked for together.
    Cancels,
    /// Those of them that were refused.
    RefusedCancels,
}

impl Toast {
    /// Words about nothing that will be spoken of again.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into(), about: None }
    }
    /// The same about one thing.
    #[must_use]
    pub fn about(self, about: About) -> Self {
        Self { about: Some(about), ..self }
    }
}

/// Something above the panes: it sees every key first, and nothing below it sees one.
pub trait Layer: Send {
    /// Its contexts of the keymap, the most special first.
    fn contexts(&self) -> &'static [Context];
    /// True where plain characters are typed into a field, not looked up as keys.
    fn takes_text(&self) -> bool {
        false
    }
    /// The one line that help shows above this layer's keys.
    fn title(&self) -> String;
    /// Does an action whose key was pressed.
    fn act(&mut self, action: Action, ctx: &Ctx<'_>) -> Reaction;
    /// Takes a key that is no action here: a character, backspace, an arrow in a field.
    fn key(&mut self, key: KeyEvent, ctx: &Ctx<'_>) -> Reaction {
        let _ = (key, ctx);
        Reaction::NotMine
    }
    /// Takes a pasted text: into a field, never as a decision.
    fn paste(&mut self, text: &str, ctx: &Ctx<'_>) -> Reaction {
        let _ = (text, ctx);
        Reaction::NotMine
    }
    /// Takes a mouse event anywhere on the terminal.
    fn mouse(&mut self, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
        let _ = (mouse, ctx);
        Reaction::NotMine
    }
    /// Takes the answer to an ask of its own.
    fn reply(&mut self, tag: u32, replied: &Replied, ctx: &Ctx<'_>) -> Reaction {
        let _ = (tag, replied, ctx);
        Reaction::NotMine
    }
    /// Looks at what changed below it: prices, the view, time.
    fn refresh(&mut self, ctx: &Ctx<'_>) -> Vec<Effect> {
        let _ = ctx;
        Vec::new()
    }
    /// Why an action that has a key here cannot be done now; shown with it.
    fn refuses(&self, action: Action, ctx: &Ctx<'_>) -> Option<String> {
        let _ = (action, ctx);
        None
    }
    /// True where leaving would lose what somebody typed.
    fn is_dirty(&self) -> bool {
        false
    }
    /// Draws itself, ground and border included, somewhere in `ctx.area`.
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>);
}
