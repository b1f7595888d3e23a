//! One order or amendment on its way to the desk: asked about first where that is due, sent once,
//! asked about again where the desk has concerns. Must never send other terms than were shown.

use crate::desk::command::{Attempt, Command};
use crate::desk::refusal::{Concern, Rejection};
use crate::domain::ids::OrderId;

use crate::tui::action::Action;
use crate::tui::ask::{Replied, Reply, Want};
use crate::tui::effect::{About, Effect, Reaction};
use crate::tui::layers::confirm::Confirm;

/// Tag of the ask for an order id.
pub const ORDER_ID: u32 = 1;
/// Tag of the order or amendment itself.
pub const SENT: u32 = 2;
/// Tag of the desk's judgement, asked for before the person is.
const JUDGED: u32 = 3;

/// Where it stands.
#[derive(Default)]
enum Stage {
    /// A person types.
    #[default]
    Typing,
    /// The desk is asked what it would say: nobody is asked about what will be refused.
    Judging(Confirm),
    /// A person is asked whether to send it, with these concerns of the desk.
    Asking(Confirm, Vec<Concern>),
    /// A person is asked whether to throw away what was typed.
    Leaving(Confirm),
    /// The desk has it.
    Sent,
}

/// One order or amendment on its way.
#[derive(Default)]
pub struct Sending {
    stage: Stage,
    attempt: Option<Attempt>,
    id: Option<OrderId>,
    id_asked: bool,
    words: Option<String>,
}

impl Sending {
    /// Asks for the order's id, the first time.
    pub fn ask_id(&mut self) -> Vec<Effect> {
        if std::mem::replace(&mut self.id_asked, true) {
            return Vec::new();
        }
        vec![Effect::Ask(ORDER_ID, Want::OrderId)]
    }
    /// The order's id, once it has come.
    pub const fn id(&self) -> Option<OrderId> {
        self.id
    }
    /// True while a person types.
    pub const fn is_typing(&self) -> bool {
        matches!(self.stage, Stage::Typing)
    }
    /// True while the desk has it and has not answered.
    pub const fn is_sent(&self) -> bool {
        matches!(self.stage, Stage::Judging(_) | Stage::Sent)
    }
    /// The question that is open.
    pub const fn question(&self) -> Option<&Confirm> {
        match &self.stage {
            Stage::Asking(question, _) | Stage::Leaving(question) => Some(question),
            Stage::Typing | Stage::Judging(_) | Stage::Sent => None,
        }
    }
    /// Why it was not sent, in the desk's words.
    pub fn words(&self) -> Option<&str> {
        self.words.as_deref()
    }
    /// Says why nothing was sent.
    pub fn say(&mut self, words: impl Into<String>) {
        self.words = Some(words.into());
    }
    /// Takes the words away: something was typed.
    pub fn hush(&mut self) {
        self.words = None;
    }

    /// Sends it, or asks first.
    pub fn propose(&mut self, attempt: Attempt, question: Option<Confirm>) -> Reaction {
        self.words = None;
        self.attempt = Some(attempt);
        match question {
            Some(question) => {
                self.stage = Stage::Judging(question);
                let command = self.attempt.clone().map(Command::Judge);
                let asks = command.map(|command| Effect::Ask(JUDGED, Want::Act(command)));
                Reaction::Mine(asks.into_iter().collect())
            }
            None => self.send(),
        }
    }

    fn send(&mut self) -> Reaction {
        self.stage = Stage::Sent;
        let command = self.attempt.as_ref().map(Attempt::command);
        let asks = command.map(|command| Effect::Ask(SENT, Want::Act(command)));
        Reaction::Mine(asks.into_iter().collect())
    }

    /// Closes the layer, or asks first where something would be lost.
    pub fn leave(&mut self, is_dirty: bool, what: &str) -> Reaction {
        if !is_dirty || self.is_sent() {
            return Reaction::with(Effect::Close);
        }
        let words = vec!["What was typed and not sent is lost.".to_owned()];
        let question = Confirm::yes_no(format!("Close the {what}?"), words, Vec::new());
        self.stage = Stage::Leaving(question);
        Reaction::done()
    }

    /// Answers the question that is open; none where there is none.
    pub fn answer(&mut self, action: Action) -> Option<Reaction> {
        self.question()?;
        let stage = std::mem::take(&mut self.stage);
        Some(match (action, stage) {
            (Action::Yes, Stage::Asking(_, concerns)) => {
                if let Some(attempt) = &mut self.attempt {
                    attempt.acknowledge(&concerns);
                }
                self.send()
            }
            (Action::Yes, Stage::Leaving(_)) => Reaction::with(Effect::Close),
            (Action::No | Action::Close, _) => Reaction::done(),
            (_, stage) => {
                self.stage = stage;
                Reaction::done()
            }
        })
    }

    /// Takes an answer of the desk. `what` names the order; `sent` is said once it is accepted.
    pub fn reply(&mut self, tag: u32, replied: &Replied, what: &str, sent: &str) -> Reaction {
        match (tag, replied) {
            (ORDER_ID, Ok(Reply::OrderId(id))) => self.id = Some(*id),
            (ORDER_ID, Err(rejection)) => self.words = Some(rejection.to_string()),
            (SENT, Ok(_)) => {
                let order = self.attempt.as_ref().map(Attempt::order);
                let said = order.map(|order| Effect::say_about(About::Order(order), sent));
                return Reaction::Mine([Effect::Close].into_iter().chain(said).collect());
            }
            (SENT, Err(Rejection::NeedsAcknowledgement(concerns))) => {
                let mut words = vec![what.to_owned(), String::new()];
                words.extend(concerns.iter().map(|concern| format!("{concern}.")));
                let question = Confirm::yes_no(question(concerns), words, Vec::new());
                self.stage = Stage::Asking(question, concerns.clone());
            }
            (JUDGED, Ok(_) | Err(Rejection::NeedsAcknowledgement(_))) => {
                if let Stage::Judging(question) = std::mem::take(&mut self.stage) {
                    self.stage = Stage::Asking(question, Vec::new());
                }
            }
            (SENT | JUDGED, Err(rejection)) => {
                self.stage = Stage::Typing;
                self.words = Some(rejection.to_string());
            }
            _ => {}
        }
        Reaction::done()
    }
}

/// What is asked before an order goes out all the same: a closed market is a reason to wait, not a
/// danger.
const fn question(concerns: &[Concern]) -> &'static str {
    match concerns {
        [Concern::WaitsForOpen] => "Send it to wait for the opening?",
        _ => "Send it all the same?",
    }
}
