//! One step of the desk: decide, commit, apply, and only then answer, announce, send.
//! Awaits the store and nothing else; must never spawn, sleep, or read a clock.

use std::sync::Arc;

use crate::bounds::{LOGIN_BYTES_MAX, ORDERS_PER_MINUTE_MAX, STRANGERS_WRITTEN_MAX};
use crate::domain::ids::{CommandId, PortfolioId, SignInId, UserId};
use crate::domain::lifecycle::{Report, ReportKind};
use crate::domain::text::clean_line;
use crate::domain::time::{DeskTime, Moment};
use crate::domain::users::Login;

use super::actor::Actor;
use super::book::Book;
use super::command::{Attempt, Chore, Command, Outcome};
use super::decide::orders::{cleaned, ticket_of};
use super::decide::portfolios::unallocated;
use super::decide::users::{
    Founders, after_failure, end_sign_in, found, must_wait, open_sign_in, set_password,
};
use super::decide::{Decision, decide};
use super::entropy::Entropy;
use super::event::{Cause, Credential, Door, Event, EventKind, OrderStep};
use super::intake::take_in;
use super::marking::mark_day;
use super::permit::{may_set_password, permit, person};
use super::port::{Batch, Errand, Funds, Reconciled, Row, Standing, Store};
use super::refusal::{Fault, Refusal, Rejection};
use super::rows::rows_of;
use super::standing::{differences, opening};

/// Something the desk has to take in.
#[derive(Debug)]
pub enum Input {
    /// A person's command.
    Command(Actor, Command),
    /// A venue's report.
    Report(Report),
    /// A venue's word on how the account stands, in its place among the reports.
    Funds(Funds),
    /// A venue's word on what the account holds, in its place among the reports.
    Standing(Standing),
    /// The desk's own chore.
    Chore(Chore),
    /// Somebody's proof was checked: open a sign-in, or write the failure down.
    SignIn {
        /// The new sign-in.
        id: SignInId,
        /// Who they say they are.
        login: String,
        /// Who they proved to be, and by what: whoever has another credential by now did not.
        proved: Option<(UserId, Option<Credential>)>,
        /// Through which door.
        door: Door,
    },
    /// Make the first admin and the first portfolio, and sign the admin in.
    Found {
        /// The new sign-in.
        id: SignInId,
        /// Who and what.
        founders: Founders,
        /// Through which door.
        door: Door,
    },
    /// A signed-in person's proof was checked again: a locked screen, a new password.
    Prove {
        /// Who.
        actor: Actor,
        /// What it was right for; none where it was wrong.
        proved: Option<Credential>,
    },
    /// Set a password, hashed.
    SetPassword {
        /// Who sets it.
        actor: Actor,
        /// Whose.
        login: Login,
        /// The hash, as PHC text.
        hash: String,
    },
}

impl std::fmt::Debug for Founders {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Founders({})", self.login)
    }
}

/// What is told to whoever gave an input, after the commit.
#[derive(Debug)]
pub enum Told {
    /// A command's outcome.
    Outcome(Result<Outcome, Rejection>),
    /// A sign-in.
    Actor(Result<Actor, Rejection>),
    /// Nothing to tell.
    Nothing,
}

/// What a step leads to, after its commit.
#[derive(Debug, Default)]
pub struct Step {
    /// One for each input, in order.
    pub told: Vec<Told>,
    /// What happened, for the watchers.
    pub events: Vec<Arc<Event>>,
    /// What is asked of the venue.
    pub errands: Vec<Errand>,
}

/// The deciding part of the desk: its memory and its store.
pub struct Engine {
    /// The memory.
    pub book: Book,
    store: Arc<dyn Store>,
    /// Where the ids of commands come from.
    commands: Entropy,
}

/// What a step gathers until its commit.
struct Gathered {
    now: Moment,
    batch: Batch,
    errands: Vec<Errand>,
}

const BY_VENUE: Cause = Cause { user: None, sign_in: None, door: Door::Venue, command: None };
const BY_TIMER: Cause = Cause { user: None, sign_in: None, door: Door::Timer, command: None };

/// A sign-in is asked for by one command, which bears its id.
const fn command_of(sign_in: SignInId) -> CommandId {
    CommandId(sign_in.0)
}

/// The errand that sends an order's next part, where that is what happened.
fn next_part(kind: &EventKind) -> Option<Errand> {
    match kind {
        EventKind::Order { order, venue_order, step: OrderStep::Continued } => {
            Some(Errand::Submit(ticket_of(&order.draft, venue_order)))
        }
        _ => None,
    }
}

impl Engine {
    /// Over a book and the store it was loaded from; `commands` gives each command its id.
    pub fn new(book: Book, store: Arc<dyn Store>, commands: Entropy) -> Self {
        Self { book, store, commands }
    }

    /// Takes in a batch at one moment. Everything that can be refused is decided in memory first;
    /// then one transaction is committed. A fault means that the process must end: what was
    /// decided is in memory, and not on the disk.
    pub async fn step(&mut self, inputs: Vec<Input>, now: Moment) -> Result<Step, Fault> {
        let mut step = Step::default();
        self.recall(&inputs).await;
        let mut all = Gathered { now, batch: Batch::default(), errands: Vec::new() };
        for input in inputs {
            let told = self.take(input, &mut all);
            step.told.push(told);
        }
        let Gathered { batch, errands, .. } = all;
        step.errands = errands;
        step.errands.extend(self.book.due(now.desk));
        if !batch.events.is_empty() || !batch.rows.is_empty() {
            step.events = batch.events.iter().cloned().map(Arc::new).collect();
            self.store.commit(batch).await?;
        }
        Ok(step)
    }

    /// Brings back the orders that are done and forgotten and of which a venue tells a fill now.
    async fn recall(&mut self, inputs: &[Input]) {
        for input in inputs {
            let Input::Report(report) = input else { continue };
            let is_fill = matches!(report.kind, ReportKind::Filled { .. });
            if !is_fill || self.book.venue_orders.contains_key(&report.client_id) {
                continue;
            }
            let Some(order) = report.client_id.order() else { continue };
            match self.store.find_past(order).await {
                Ok(Some(past)) => self.book.recall(past),
                // A stranger's.
                Ok(None) => {}
                Err(fault) => tracing::error!(%order, %fault, "a fill of an order nobody can read"),
            }
        }
    }

    fn take(&mut self, input: Input, all: &mut Gathered) -> Told {
        match input {
            Input::Command(actor, command) => {
                let told = self.command(actor, command, all);
                Told::Outcome(told)
            }
            Input::Report(report) => {
                // A venue's words are outside text: this is where they enter.
                let events = take_in(&self.book, all.now, &report.cleaned());
                all.errands.extend(events.iter().filter_map(next_part));
                self.record(events, BY_VENUE, all);
                Told::Nothing
            }
            Input::Funds(funds) => {
                self.book.take_funds(funds);
                Told::Nothing
            }
            Input::Standing(said) => {
                let events = opening(&self.book, &said, all.now);
                self.record(events, BY_VENUE, all);
                let found = differences(&self.book, &said);
                // What is on its way differs for a moment; what differs twice is a break.
                let twice = found.iter().filter(|one| self.book.differed.contains(one));
                self.book.reconciled =
                    Reconciled { breaks: twice.copied().collect(), foreign: said.foreign };
                self.book.differed = found;
                Told::Nothing
            }
            Input::Chore(chore) => {
                let events = self.chore(chore, all.now);
                self.record(events, BY_TIMER, all);
                Told::Nothing
            }
            Input::SignIn { id, login, proved, door } => {
                Told::Actor(self.sign_in((id, door), &login, proved, all))
            }
            Input::Found { id, founders, door } => {
                Told::Actor(self.found((id, door), founders, all))
            }
            Input::Prove { actor, proved } => {
                Told::Outcome(self.prove(actor, proved.as_ref(), all))
            }
            Input::SetPassword { actor, login, hash } => {
                Told::Outcome(self.set_password(actor, &login, hash, all))
            }
        }
    }

    fn next_command(&mut self, now: Moment) -> CommandId {
        CommandId(self.commands.next_uuid(now.desk.ns() / 1_000_000))
    }

    fn command(
        &mut self,
        actor: Actor,
        command: Command,
        all: &mut Gathered,
    ) -> Result<Outcome, Rejection> {
        let command_id = self.next_command(all.now);
        let cause = actor.cause(command_id);
        // Cleaned before anything looks at it: a refused order is written down too.
        let command = match command {
            Command::PlaceOrder(place) => Command::PlaceOrder(cleaned(place)),
            Command::Judge(Attempt::Order(place)) => Command::Judge(Attempt::Order(cleaned(place))),
            other => other,
        };
        let attempt = Attempt::of(&command);
        let permitted = permit(&self.book, actor, command, all.now.desk);
        let may = permitted.is_ok();
        let decided = permitted
            .map_err(Rejection::from)
            .and_then(|permitted| decide(&self.book, all.now, permitted));
        let rejection = match decided {
            Ok(decision) => {
                all.errands.extend(decision.errands.iter().cloned());
                return Ok(self.enact(decision, cause, all));
            }
            Err(rejection) => rejection,
        };
        // What was refused changes nothing, and is written down all the same: as often as a person
        // may order, so that a key that is held fills no disk.
        if let (Some(attempt), Rejection::Refused(why)) = (attempt, &rejection) {
            let minute = all.now.desk.plus_ms(-60_000);
            let orders = self.book.refusals_after(actor.user(), minute);
            if orders >= ORDERS_PER_MINUTE_MAX {
                let (seconds, max) = (60, ORDERS_PER_MINUTE_MAX);
                return Err(Refusal::TooFast { orders, seconds, max }.into());
            }
            let by = (actor, command_id);
            let event = if may {
                attempt.refused(&self.book, all.now, by, why)
            } else {
                attempt.denied(&self.book, why)
            };
            self.record(event.into_iter().collect(), cause, all);
        }
        Err(rejection)
    }

    fn enact(&mut self, decision: Decision, cause: Cause, all: &mut Gathered) -> Outcome {
        for row in &decision.rows {
            if let Row::Credential(user, credential) = row {
                self.book.credentials.insert(*user, credential.clone());
            }
        }
        self.record(decision.events, cause, all);
        all.batch.rows.extend(decision.rows);
        decision.outcome
    }

    /// Numbers events, applies them to the book, and puts them and their rows into the batch.
    fn record(&mut self, kinds: Vec<EventKind>, cause: Cause, all: &mut Gathered) {
        for kind in kinds {
            let mut sequence = self.book.sequence;
            sequence.0 += 1;
            let (at, account) = (all.now, self.book.account.id);
            let event = Event { sequence, at, account, cause, kind };
            self.book.apply(&event);
            all.batch.rows.extend(rows_of(&event));
            all.batch.events.push(event);
        }
    }

    fn chore(&self, chore: Chore, now: Moment) -> Vec<EventKind> {
        match chore {
            Chore::Pin(account) => vec![EventKind::AccountPinned(account)],
            Chore::Seed(role) => vec![EventKind::RoleChanged(role)],
            Chore::OpenUnallocated { owner } => {
                let id = PortfolioId(self.book.largest.portfolio + 1);
                unallocated(&self.book, id, owner, "")
            }
            Chore::MarkDay { date, closes } => mark_day(&self.book, date, &closes),
            Chore::EndSignIn { sign_in, why } => end_sign_in(&self.book, now, sign_in, why).events,
        }
    }

    fn sign_in(
        &mut self,
        (id, door): (SignInId, Door),
        login: &str,
        proved: Option<(UserId, Option<Credential>)>,
        all: &mut Gathered,
    ) -> Result<Actor, Rejection> {
        must_wait(&self.book, login, all.now.desk)?;
        // The proof was checked apart from here, and takes its time: what it was checked against
        // may have been replaced meanwhile.
        let proved = proved.filter(|(user, by)| self.book.credentials.get(user) == by.as_ref());
        let user = proved.map(|(user, _)| user);
        self.count(login, user.is_some(), all.now);
        let told = match user {
            Some(user) => Ok(user),
            None => match self.failure_told(login, door, all.now.desk) {
                Some(told) => Err(told),
                None => return Err(Refusal::WrongCredentials.into()),
            },
        };
        let (events, answer) = open_sign_in(&self.book, all.now, id, told, door);
        let cause = Cause { user, sign_in: user.map(|_| id), door, command: Some(command_of(id)) };
        self.record(events, cause, all);
        Ok(answer?)
    }

    /// What the journal says of a failed sign-in. Logins of nobody are written down as they come
    /// only at first: whoever makes them up could fill the disk. From then on a line says how many
    /// there were, each time twice as many as the last.
    fn failure_told(&mut self, login: &str, door: Door, now: DeskTime) -> Option<String> {
        let told = || clean_line(login, LOGIN_BYTES_MAX);
        if self.book.user_by_login(login).is_some() {
            return Some(told());
        }
        match self.book.count_stranger(door, now) {
            count if count <= STRANGERS_WRITTEN_MAX => Some(told()),
            count
                if (count / STRANGERS_WRITTEN_MAX).is_power_of_two()
                    && count.is_multiple_of(STRANGERS_WRITTEN_MAX) =>
            {
                Some(format!("unknown logins ({count} by now)"))
            }
            _ => None,
        }
    }

    fn set_password(
        &mut self,
        actor: Actor,
        login: &Login,
        hash: String,
        all: &mut Gathered,
    ) -> Result<Outcome, Rejection> {
        let user = may_set_password(&self.book, actor, login, all.now.desk)?;
        let cause = actor.cause(self.next_command(all.now));
        let decision = set_password(&self.book, all.now, actor, (user, hash));
        Ok(self.enact(decision, cause, all))
    }

    /// Counts a proof that was wrong; a right one begins anew.
    fn count(&mut self, login: &str, right: bool, now: Moment) {
        if right {
            self.book.failures.remove(login);
        } else {
            let failed = after_failure(&self.book, login, now.desk);
            self.book.note_failure(login, failed);
        }
    }

    fn prove(
        &mut self,
        actor: Actor,
        proved: Option<&Credential>,
        all: &mut Gathered,
    ) -> Result<Outcome, Rejection> {
        let login = person(&self.book, actor, all.now.desk)?.login.to_string();
        must_wait(&self.book, &login, all.now.desk)?;
        let own = self.book.credentials.get(&actor.user());
        let right = proved.is_some() && proved == own;
        self.count(&login, right, all.now);
        if right {
            return Ok(Outcome::Done);
        }
        let cause = actor.cause(self.next_command(all.now));
        self.record(vec![EventKind::ProofFailed { user: actor.user() }], cause, all);
        Err(Refusal::WrongCredentials.into())
    }

    fn found(
        &mut self,
        (id, door): (SignInId, Door),
        founders: Founders,
        all: &mut Gathered,
    ) -> Result<Actor, Rejection> {
        let decision = found(&self.book, founders)?;
        let command = Some(command_of(id));
        let cause = Cause { user: None, sign_in: None, door, command };
        let Outcome::User(user) = self.enact(decision, cause, all) else {
            return Err(Fault::new("Founding the desk made nobody").into());
        };
        let (events, answer) = open_sign_in(&self.book, all.now, id, Ok(user), door);
        let cause = Cause { user: Some(user), sign_in: Some(id), door, command };
        self.record(events, cause, all);
        Ok(answer?)
    }
}

#[cfg(test)]
mod tests;
