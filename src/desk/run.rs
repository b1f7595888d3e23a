//! The desk's task: inbox, alarm, venue errands and watchers around the engine's steps.
//! Must never decide anything; time is read once a step and travels on as a value.

use std::sync::Arc;

use futures::FutureExt;
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use tokio::sync::{Semaphore, mpsc};

use crate::bounds::{BATCH_MAX, FRAME_MS_MIN, SIGN_IN_AGE_MS_MAX, STOP_WAIT_MS_MAX};
use crate::domain::ids::{SignInId, UserId};
use crate::domain::lifecycle::Report;
use crate::domain::time::{DeskTime, Moment};
use crate::domain::users::Watchlist;

use super::actor::Actor;
use super::answer::answer;
use super::book::Book;
use super::command::{Answer, Chore, Outcome, Query};
use super::decide::users::must_wait;
use super::engine::{Engine, Input, Step, Told};
use super::entropy::Entropy;
use super::event::{Credential, EventKind};
use super::greeter::Greeter;
use super::lanes::Lanes;
use super::permit::{may_set_password, person};
use super::port::{Clock, Errand, Feed, Followed, Market, Store, Venue};
use super::prices::PriceWatch;
use super::refusal::{Fault, Refusal, Rejection};
use super::request::{Reply, Request, Watch};
use super::rolling::{Rolled, Rolling};
use super::watchers::Watchers;

type Flight = BoxFuture<'static, (String, Vec<Report>)>;

/// The desk's task before it runs.
pub struct Runner {
    pub(super) engine: Engine,
    pub(super) store: Arc<dyn Store>,
    pub(super) venue: Arc<dyn Venue>,
    pub(super) market: Arc<dyn Market>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Entropy,
    pub(super) prices: PriceWatch,
    pub(super) feed: mpsc::Receiver<Feed>,
    pub(super) requests: mpsc::Receiver<Request>,
    pub(super) lanes: Lanes,
    pub(super) flights: FuturesUnordered<Flight>,
    pub(super) rolling: Rolling,
    pub(super) watchers: Watchers,
    pub(super) greeter: Greeter,
    pub(super) answers: Arc<Semaphore>,
}

/// Who waits for the telling of an input.
enum Waiting {
    Outcome(Reply<Outcome>),
    Actor(Reply<Actor>),
    Nobody,
}

/// Whose prices the desk needs: of orders at work, of what is held, of what people watch.
fn followed(book: &Book) -> Followed {
    let working = book.working.ids().filter_map(|id| Some(book.orders.get(&id)?.draft.symbol));
    let held = book.positions.iter().filter(|(_, position)| !position.quantity.is_zero());
    let signed_in = |list: &&Watchlist| book.sign_ins.values().any(|open| open.user == list.user);
    let watched = book.watchlists.values().filter(signed_in);
    Followed {
        working: working.collect(),
        held: held.map(|((_, symbol), _)| *symbol).collect(),
        shown: watched.flat_map(|list| list.symbols.iter().copied()).collect(),
    }
}

/// What woke the desk.
#[derive(Default)]
struct Woken {
    feed: Vec<Feed>,
    requests: Vec<Request>,
    reports: Vec<Report>,
    rolled: Option<Rolled>,
    is_over: bool,
}

impl Runner {
    /// Runs until it is stopped or every handle is gone. A fault means that the store could not
    /// be written: nothing after it was answered, and a new start recovers.
    pub async fn run(mut self) -> Result<(), Fault> {
        self.lanes.push(Errand::Funds);
        self.market.follow(followed(&self.engine.book));
        let mut now = self.now();
        self.step(Vec::new(), Vec::new(), now).await?;
        loop {
            self.take_off();
            let woken = self.wait(now.desk).await;
            now = self.now();
            let (mut inputs, mut waiting) = (Vec::new(), Vec::new());
            let is_stream_news = self.take_feed(woken.feed, &mut inputs);
            inputs.extend(woken.reports.into_iter().map(Input::Report));
            if let Some(rolled) = woken.rolled {
                self.rolling.came(rolled, &self.lanes, now.desk);
            }
            // After the reports: what is still in the feed comes before it.
            let marking = self.rolling.ready(self.feed.is_empty(), &self.lanes, now.desk);
            inputs.extend(marking.map(Input::Chore));
            self.end_old_sign_ins(now, &mut inputs);
            waiting.resize_with(inputs.len(), || Waiting::Nobody);
            let mut is_stopping = woken.is_over;
            for request in woken.requests {
                if matches!(request, Request::Stop) {
                    is_stopping = true;
                } else if let Some((input, who)) = self.admit(request, now) {
                    inputs.push(input);
                    waiting.push(who);
                }
            }
            self.step(inputs, waiting, now).await?;
            if is_stream_news {
                self.watchers.tell_stream(&self.engine.book);
            }
            if is_stopping {
                return self.finish(now.desk.plus_ms(STOP_WAIT_MS_MAX)).await;
            }
        }
    }

    /// Sends what was committed to be sent, and books what the venue answers; new requests are no
    /// longer heard. What the venue does not take by `until` is in the store, and the next start
    /// asks about it.
    async fn finish(&mut self, until: DeskTime) -> Result<(), Fault> {
        let mut is_late = self.clock.wait_until(until);
        loop {
            self.take_off();
            let mut woken = Woken::default();
            if self.lanes.oldest().is_some() {
                tokio::select! {
                    biased;
                    Some((order, reports)) = self.flights.next(), if !self.flights.is_empty() => {
                        self.lanes.done(&order);
                        woken.reports = reports;
                    }
                    count = self.feed.recv_many(&mut woken.feed, BATCH_MAX),
                        if !self.feed.is_closed() => { let _ = count; }
                    () = &mut is_late => {
                        tracing::warn!("the venue did not answer all that was asked of it");
                        return Ok(());
                    }
                }
            }
            self.take_waiting(&mut woken);
            let mut inputs = Vec::new();
            self.take_feed(woken.feed, &mut inputs);
            inputs.extend(woken.reports.into_iter().map(Input::Report));
            let now = self.now();
            self.step(inputs, Vec::new(), now).await?;
            if self.lanes.oldest().is_none() {
                return Ok(());
            }
        }
    }

    fn now(&self) -> Moment {
        let desk = self.clock.now();
        Moment { desk, market: self.market.time(desk) }
    }

    async fn step(
        &mut self,
        inputs: Vec<Input>,
        waiting: Vec<Waiting>,
        now: Moment,
    ) -> Result<(), Fault> {
        self.look_at_prices();
        let reconciled = self.engine.book.reconciled.clone();
        let hears_funds = inputs.iter().any(|input| matches!(input, Input::Funds(_)));
        let Step { told, events, errands } = self.engine.step(inputs, now).await?;
        for errand in errands {
            self.lanes.push(errand);
        }
        let has_filled = events.iter().any(|event| matches!(event.kind, EventKind::Filled(_)));
        if hears_funds {
            self.greeter.heard_funds();
        }
        self.greeter.settle(&self.engine.book, now.desk);
        if (hears_funds || has_filled) && self.engine.book.awaits_funds() {
            self.lanes.push(Errand::Funds);
        }
        for (told, waiting) in told.into_iter().zip(waiting) {
            // A door that left before its answer misses nothing: what happened is in the book.
            match (told, waiting) {
                (Told::Outcome(outcome), Waiting::Outcome(reply)) => drop(reply.send(outcome)),
                (Told::Actor(actor), Waiting::Actor(reply)) => drop(reply.send(actor)),
                _ => {}
            }
        }
        self.watchers.announce(&self.engine.book, &events, now);
        if self.engine.book.reconciled != reconciled {
            self.watchers.tell_reconciled(&self.engine.book);
        }
        if self.market.follows() && !events.is_empty() {
            self.market.follow(followed(&self.engine.book));
        }
        self.rolling.begin(&self.engine.book, &self.market, now.desk);
        Ok(())
    }

    fn look_at_prices(&mut self) {
        let book = &mut self.engine.book;
        if book.assets.is_empty() {
            book.assets = self.market.assets();
        }
        for ticker in self.prices.take() {
            let seen = self.market.desk_time(ticker.at);
            book.prices.insert(ticker.symbol, (ticker, seen));
        }
    }

    /// Starts the errands that may start.
    fn take_off(&mut self) {
        while let Some((order, errand)) = self.lanes.start() {
            let venue = Arc::clone(&self.venue);
            self.flights.push(async move { (order, venue.send(errand).await) }.boxed());
        }
    }

    /// Waits for something to do; `now` is the moment of the last step.
    async fn wait(&mut self, now: DeskTime) -> Woken {
        let mut woken = Woken::default();
        let alarm = self.next_alarm(now).map(|at| self.clock.wait_until(at));
        let has_alarm = alarm.is_some();
        let alarm = async move {
            if let Some(alarm) = alarm {
                alarm.await;
            }
        };
        let rolling = self.rolling.asked();
        let is_rolling = rolling.is_some();
        let rolled = async move {
            match rolling {
                Some(rolling) => Some(rolling.await),
                None => None,
            }
        };
        tokio::select! {
            biased;
            count = self.feed.recv_many(&mut woken.feed, BATCH_MAX), if !self.feed.is_closed() => {
                let _ = count;
            }
            Some((order, reports)) = self.flights.next(), if !self.flights.is_empty() => {
                self.lanes.done(&order);
                woken.reports = reports;
            }
            count = self.requests.recv_many(&mut woken.requests, BATCH_MAX) => {
                woken.is_over = count == 0;
            }
            closes = rolled, if is_rolling => woken.rolled = closes,
            () = alarm, if has_alarm => {}
        }
        self.take_waiting(&mut woken);
        while woken.requests.len() < BATCH_MAX
            && let Ok(request) = self.requests.try_recv()
        {
            woken.requests.push(request);
        }
        woken
    }

    /// Whatever the venue has said already joins the same transaction.
    fn take_waiting(&mut self, woken: &mut Woken) {
        while woken.feed.len() < BATCH_MAX
            && let Ok(fed) = self.feed.try_recv()
        {
            woken.feed.push(fed);
        }
        while let Some(Some((order, reports))) = self.flights.next().now_or_never() {
            self.lanes.done(&order);
            woken.reports.extend(reports);
        }
    }

    fn next_alarm(&self, now: DeskTime) -> Option<DeskTime> {
        let book = &self.engine.book;
        let oldest = book.sign_ins.values().map(|open| open.opened.desk).min();
        let roll = self.rolling.alarm(book, self.market.as_ref());
        let behind = self.watchers.is_behind().then(|| now.plus_ms(FRAME_MS_MIN));
        let greeting = self.greeter.alarm();
        [book.next_due(), oldest.map(|at| at.plus_ms(SIGN_IN_AGE_MS_MAX)), roll, behind, greeting]
            .into_iter()
            .flatten()
            .min()
    }

    /// Takes in what the venue says; true where the state of its line changed.
    fn take_feed(&mut self, feed: Vec<Feed>, inputs: &mut Vec<Input>) -> bool {
        let book = &mut self.engine.book;
        let before = book.stream;
        for fed in feed {
            match fed {
                Feed::Report(report) => inputs.push(Input::Report(report)),
                Feed::Funds(funds) => inputs.push(Input::Funds(funds)),
                Feed::Standing(standing) => inputs.push(Input::Standing(standing)),
                Feed::Stream(stream) => book.stream = stream,
            }
        }
        book.stream != before
    }

    fn end_old_sign_ins(&self, now: Moment, inputs: &mut Vec<Input>) {
        let old = self
            .engine
            .book
            .sign_ins
            .values()
            .filter(|open| now.desk.ms_since(open.opened.desk) >= SIGN_IN_AGE_MS_MAX);
        inputs.extend(
            old.map(|open| Input::Chore(Chore::EndSignIn { sign_in: open.id, why: "too old" })),
        );
    }

    /// Turns a request into an input, or answers it at once.
    fn admit(&mut self, request: Request, now: Moment) -> Option<(Input, Waiting)> {
        match request {
            Request::Act { actor, command, reply } => {
                return Some((Input::Command(actor, command), Waiting::Outcome(reply)));
            }
            Request::SignIn { login, proved, door, reply } => {
                let id = SignInId(self.next_uuid(now));
                return Some((Input::SignIn { id, login, proved, door }, Waiting::Actor(reply)));
            }
            Request::Found { founders, door, reply } => {
                let id = SignInId(self.next_uuid(now));
                return Some((Input::Found { id, founders, door }, Waiting::Actor(reply)));
            }
            Request::SetPassword { actor, login, hash, reply } => {
                let input = Input::SetPassword { actor, login, hash };
                return Some((input, Waiting::Outcome(reply)));
            }
            Request::Ask { actor, query, reply } => self.ask(actor, query, now, reply),
            Request::Watch { actor, reply } => {
                let updates = self.watchers.add(&self.engine.book, actor, now);
                let watch = updates.map(|updates| Watch { updates, prices: self.prices.fresh() });
                drop(reply.send(watch.map_err(Rejection::from)));
            }
            Request::Greet(reply) => self.greeter.greet(&self.engine.book, reply, now.desk),
            Request::Challenge { login, reply } => {
                drop(reply.send(self.challenge(&login, now).map_err(Rejection::from)));
            }
            Request::OwnCredential { actor, reply } => {
                let book = &self.engine.book;
                let own = person(book, actor, now.desk).and_then(|user| {
                    must_wait(book, user.login.as_str(), now.desk)?;
                    Ok(book.credentials.get(&user.id).cloned())
                });
                drop(reply.send(own.map_err(Rejection::from)));
            }
            Request::Prove { actor, proved, reply } => {
                return Some((Input::Prove { actor, proved }, Waiting::Outcome(reply)));
            }
            Request::MaySetPassword { actor, login, reply } => {
                let may = may_set_password(&self.engine.book, actor, &login, now.desk);
                drop(reply.send(may.map_err(Rejection::from)));
            }
            Request::Stop => {}
        }
        None
    }

    fn next_uuid(&mut self, now: Moment) -> uuid::Uuid {
        self.ids.next_uuid(now.desk.ns() / 1_000_000)
    }

    fn ask(&self, actor: Actor, query: Query, now: Moment, reply: Reply<Answer>) {
        let Ok(place) = Arc::clone(&self.answers).try_acquire_owned() else {
            return drop(reply.send(Err(Refusal::Busy.into())));
        };
        let sources = (Arc::clone(&self.store), Arc::clone(&self.market));
        match answer(&self.engine.book, actor, query, now.desk, sources) {
            Ok(reading) => {
                tokio::spawn(async move {
                    drop(reply.send(reading.await));
                    drop(place);
                });
            }
            Err(refusal) => drop(reply.send(Err(refusal.into()))),
        }
    }

    fn challenge(&self, login: &str, now: Moment) -> Result<Option<(UserId, Credential)>, Refusal> {
        let book = &self.engine.book;
        must_wait(book, login, now.desk)?;
        let user = book.user_by_login(login);
        Ok(user.and_then(|user| {
            book.credentials.get(&user.id).map(|credential| (user.id, credential.clone()))
        }))
    }
}
