//! Who is watching: each gets what they may see, and a fresh view when that changed.
//! Must never wait for a slow watcher: one that falls behind is sent a fresh view later.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::bounds::{WATCHER_UPDATES_MAX, WATCHERS_MAX};
use crate::domain::ids::{OrderId, PortfolioId, UserId};
use crate::domain::numbers::Money;
use crate::domain::orders::Order;
use crate::domain::portfolios::Access;
use crate::domain::roles::Grant;
use crate::domain::time::Moment;
use crate::domain::users::User;

use super::actor::Actor;
use super::book::Book;
use super::event::Event;
use super::permit::{
    Sight, abilities, may_grant, may_reconcile, may_see, people, person, sight, visible,
};
use super::port::{Funds, Reconciled};
use super::refusal::Refusal;
use super::view::{Update, View};

/// Places in a watcher's queue that only the word that its sign-in has ended may take.
const LAST_WORDS: usize = 1;

#[derive(Debug)]
struct Watcher {
    actor: Actor,
    updates: mpsc::Sender<Update>,
    /// Fell behind, or sees other things now: a fresh view comes before anything else.
    wants_view: bool,
}

/// All watchers.
#[derive(Debug, Default)]
pub struct Watchers {
    all: Vec<Watcher>,
    told: Option<(Funds, Money)>,
}

impl Watchers {
    /// Adds a watcher, with a fresh view as the first update.
    pub fn add(
        &mut self,
        book: &Book,
        actor: Actor,
        now: Moment,
    ) -> Result<mpsc::Receiver<Update>, Refusal> {
        let user = person(book, actor, now.desk)?;
        self.all.retain(|watcher| !watcher.updates.is_closed());
        if self.all.len() >= WATCHERS_MAX {
            return Err(Refusal::TooMany { what: "open screens", max: WATCHERS_MAX });
        }
        let (updates, receiver) = mpsc::channel(WATCHER_UPDATES_MAX + LAST_WORDS);
        let first = Update::View(Box::new(view_of(book, user, now)));
        if updates.try_send(first).is_ok() {
            self.all.push(Watcher { actor, updates, wants_view: false });
        }
        Ok(receiver)
    }

    /// True while somebody waits for a fresh view.
    pub fn is_behind(&self) -> bool {
        self.all.iter().any(|watcher| watcher.wants_view)
    }

    /// Tells everybody what happened, each what they may see.
    pub fn announce(&mut self, book: &Book, events: &[Arc<Event>], now: Moment) {
        let funds = (book.funds, book.reserved(None));
        let news = (self.told != Some(funds)).then_some(funds);
        self.told = Some(funds);
        self.all.retain_mut(|watcher| {
            for event in events {
                match sight(book, watcher.actor, event) {
                    Sight::Show => watcher.send(Update::Event(Arc::clone(event))),
                    Sight::Hide => {}
                    Sight::Refresh => watcher.wants_view = true,
                    Sight::End => {
                        watcher.end(book, now);
                        return false;
                    }
                }
            }
            if let Some((funds, reserved)) = news {
                watcher.send(Update::Funds(funds, reserved));
            }
            watcher.catch_up(book, now)
        });
    }

    /// Tells those who may book a difference how the books stand against the venue's word.
    pub fn tell_reconciled(&mut self, book: &Book) {
        for watcher in &mut self.all {
            let user = book.users.get(&watcher.actor.user());
            if user.is_some_and(|user| may_reconcile(book, user)) {
                watcher.send(Update::Reconciled(book.reconciled.clone()));
            }
        }
    }

    /// Tells everybody how the line to the venue is.
    pub fn tell_stream(&mut self, book: &Book) {
        for watcher in &mut self.all {
            watcher.send(Update::Stream(book.stream));
        }
    }
}

impl Watcher {
    /// True while something else than the last word fits. Nobody but the desk puts anything in.
    fn has_room(&self) -> bool {
        self.updates.capacity() > LAST_WORDS
    }

    fn send(&mut self, update: Update) {
        if self.wants_view {
            return;
        }
        let is_sent = self.has_room() && self.updates.try_send(update).is_ok();
        self.wants_view = !is_sent;
    }

    /// False once the watcher is gone.
    fn catch_up(&mut self, book: &Book, now: Moment) -> bool {
        if !self.wants_view {
            return !self.updates.is_closed();
        }
        let Ok(user) = person(book, self.actor, now.desk) else {
            self.end(book, now);
            return false;
        };
        if self.updates.is_closed() {
            return false;
        }
        if self.has_room() {
            let view = Update::View(Box::new(view_of(book, user, now)));
            self.wants_view = self.updates.try_send(view).is_err();
        }
        true
    }

    fn end(&mut self, book: &Book, now: Moment) {
        let why = person(book, self.actor, now.desk).err().unwrap_or(Refusal::SignInEnded);
        // A place was kept for it: only a watcher that has gone does not hear it.
        let _ = self.updates.try_send(Update::Ended(why));
    }
}

/// Orders that work, and those that changed or were refused today, of the portfolios in sight.
fn current_orders(
    book: &Book,
    now: Moment,
    is_seen: impl Fn(PortfolioId) -> bool,
) -> BTreeMap<OrderId, Order> {
    let today = book.schedule.day_start(book.schedule.trading_day(now.market));
    book.orders
        .values()
        .chain(&book.refused)
        .filter(|order| is_seen(order.portfolio))
        .filter(|order| !order.state.is_final() || order.updated.market >= today)
        .map(|order| (order.id, order.clone()))
        .collect()
}

/// How the books stand against the venue's word, for who may book a difference.
fn reconciled(book: &Book, user: &User) -> Reconciled {
    if may_reconcile(book, user) { book.reconciled.clone() } else { Reconciled::default() }
}

/// Who has access to the portfolios that this person may give access to.
fn grants(
    book: &Book,
    user: &User,
    seen: &BTreeMap<PortfolioId, Option<Grant>>,
) -> BTreeMap<(PortfolioId, UserId), Access> {
    let shown =
        |(of, _): &(PortfolioId, UserId)| seen.contains_key(of) && may_grant(book, user, *of);
    let all = book.grants.iter().filter(|(key, _)| shown(key));
    all.map(|(key, access)| (*key, *access)).collect()
}

/// What this person may see now.
pub fn view_of(book: &Book, user: &User, now: Moment) -> View {
    let seen = visible(book, user);
    let orders = current_orders(book, now, |portfolio| seen.contains_key(&portfolio));
    let fills = book
        .fills
        .values()
        .filter(|fill| orders.contains_key(&fill.order) && may_see(book, user, fill.portfolio))
        .map(|fill| ((fill.client_id.as_str().to_owned(), fill.total), fill.clone()))
        .collect();
    View {
        me: user.clone(),
        role: book.roles[&user.role].clone(),
        abilities: abilities(book, user),
        account: book.account.clone(),
        demo: book.demo,
        trading: book.trading.clone(),
        funds: book.funds,
        reserved: book.reserved(None),
        stream: book.stream,
        reconciled: reconciled(book, user),
        schedule: book.schedule,
        assets: Arc::clone(&book.assets),
        people: people(book, user),
        portfolios: seen
            .iter()
            .map(|(id, grant)| (*id, (book.portfolios[id].clone(), *grant)))
            .collect(),
        grants: grants(book, user, &seen),
        positions: book
            .positions
            .iter()
            .filter(|((of, _), _)| seen.contains_key(of))
            .map(|(key, position)| (*key, *position))
            .collect(),
        cash: book
            .cash
            .iter()
            .filter(|(of, _)| seen.contains_key(of))
            .map(|(of, cash)| (*of, *cash))
            .collect(),
        marks: book
            .marks
            .iter()
            .filter(|((of, _), _)| seen.contains_key(of))
            .map(|(key, mark)| (*key, book.unmarked.opening(mark)))
            .collect(),
        earlier_marks: book
            .earlier_marks
            .iter()
            .filter(|((of, _), _)| seen.contains_key(of))
            .map(|(key, mark)| (*key, *mark))
            .collect(),
        orders,
        fills,
        watchlists: book
            .watchlists
            .iter()
            .filter(|(_, list)| list.user == user.id)
            .map(|(id, list)| (*id, list.clone()))
            .collect(),
        settings: book
            .settings
            .iter()
            .filter(|((of, _), _)| *of == user.id)
            .map(|((_, name), setting)| (name.clone(), setting.clone()))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Watchers;
    use crate::bounds::WATCHER_UPDATES_MAX;
    use crate::desk::actor::Actor;
    use crate::desk::event::{Cause, Door, Event, EventKind};
    use crate::desk::fixture::{actor, apply, book, now};
    use crate::desk::refusal::Refusal;
    use crate::desk::view::Update;
    use crate::domain::ids::{AccountId, Sequence};
    use crate::domain::trading::TradingState;
    use crate::domain::users::User;

    fn event(kind: EventKind) -> Arc<Event> {
        let cause = Cause { user: None, sign_in: None, door: Door::Timer, command: None };
        Arc::new(Event { sequence: Sequence(1), at: now(), account: AccountId(1), cause, kind })
    }

    #[test]
    fn a_watcher_that_takes_nothing_hears_the_last_word_all_the_same() {
        let mut book = book();
        let user = book.users.values().find(|user| user.active).expect("somebody").clone();
        let who: Actor = actor(user.id);
        let mut watchers = Watchers::default();
        let mut updates = watchers.add(&book, who, now()).expect("may watch");
        let halted = event(EventKind::TradingSet(TradingState::Active));
        let flood = vec![halted; WATCHER_UPDATES_MAX * 2];
        watchers.announce(&book, &flood, now());
        assert!(watchers.is_behind());
        let off = EventKind::UserChanged(User { active: false, ..user });
        apply(&mut book, off.clone());
        watchers.announce(&book, &[event(off)], now());
        let mut heard = Vec::new();
        while let Ok(update) = updates.try_recv() {
            heard.push(update);
        }
        assert_eq!(heard.len(), WATCHER_UPDATES_MAX + 1);
        assert!(
            matches!(heard.last(), Some(Update::Ended(Refusal::NotSignedIn))),
            "{:?}",
            heard.last()
        );
    }

    #[test]
    fn a_watcher_that_fell_behind_gets_a_fresh_view_once_there_is_room() {
        let book = book();
        let user = book.users.values().find(|user| user.active).expect("somebody").id;
        let mut watchers = Watchers::default();
        let mut updates = watchers.add(&book, actor(user), now()).expect("may watch");
        let halted = event(EventKind::TradingSet(TradingState::Active));
        watchers.announce(&book, &vec![halted; WATCHER_UPDATES_MAX * 2], now());
        watchers.announce(&book, &[], now());
        assert!(watchers.is_behind(), "there is no room yet");
        while updates.try_recv().is_ok() {}
        watchers.announce(&book, &[], now());
        assert!(matches!(updates.try_recv(), Ok(Update::View(_))) && !watchers.is_behind());
    }
}
