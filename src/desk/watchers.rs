//! Who is watching: each gets what they may see, and a fresh view when that changed.
//! Must never wait for a slow watcher: one that falls behind is sent a fresh view later.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use crate::bounds::{WATCHER_UPDATES_MAX, WATCHERS_MAX};
use crate::domain::numbers::Money;
use crate::domain::time::Moment;
use crate::domain::users::User;

use super::actor::Actor;
use super::book::Book;
use super::event::Event;
use super::permit::{Sight, abilities, may_see, person, sight, visible};
use super::port::Funds;
use super::refusal::Refusal;
use super::view::{Update, View};

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
        let (updates, receiver) = mpsc::channel(WATCHER_UPDATES_MAX);
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

    /// Tells everybody how the line to the venue is.
    pub fn tell_stream(&mut self, book: &Book) {
        for watcher in &mut self.all {
            watcher.send(Update::Stream(book.stream));
        }
    }
}

impl Watcher {
    fn send(&mut self, update: Update) {
        if self.wants_view {
            return;
        }
        if let Err(TrySendError::Full(_)) = self.updates.try_send(update) {
            self.wants_view = true;
        }
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
        match self.updates.try_reserve() {
            Ok(place) => {
                place.send(Update::View(Box::new(view_of(book, user, now))));
                self.wants_view = false;
                true
            }
            Err(TrySendError::Full(())) => true,
            Err(TrySendError::Closed(())) => false,
        }
    }

    fn end(&mut self, book: &Book, now: Moment) {
        let why = person(book, self.actor, now.desk).err().unwrap_or(Refusal::SignInEnded);
        // A full queue needs no last word: the closed channel says it too.
        let _ = self.updates.try_send(Update::Ended(why));
    }
}

/// What this person may see now.
pub fn view_of(book: &Book, user: &User, now: Moment) -> View {
    let seen = visible(book, user);
    let today = book.schedule.day_start(book.schedule.trading_day(now.market));
    let is_current = |id| {
        book.orders.get(&id).is_some_and(|order| {
            seen.contains_key(&order.portfolio)
                && (!order.state.is_final() || order.updated.market >= today)
        })
    };
    View {
        me: user.clone(),
        role: book.roles[&user.role].clone(),
        abilities: abilities(book, user),
        account: book.account.clone(),
        demo: book.demo,
        halted: book.halted.clone(),
        funds: book.funds,
        reserved: book.reserved(None),
        stream: book.stream,
        schedule: book.schedule,
        assets: Arc::clone(&book.assets),
        people: book.users.clone(),
        portfolios: seen
            .iter()
            .map(|(id, grant)| (*id, (book.portfolios[id].clone(), *grant)))
            .collect(),
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
            .map(|(key, mark)| (*key, *mark))
            .collect(),
        orders: book
            .orders
            .iter()
            .filter(|(id, _)| is_current(**id))
            .map(|(id, order)| (*id, order.clone()))
            .collect(),
        fills: book
            .fills
            .values()
            .filter(|fill| is_current(fill.order) && may_see(book, user, fill.portfolio))
            .map(|fill| ((fill.client_id.as_str().to_owned(), fill.total), fill.clone()))
            .collect(),
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
