//! The end of a trading day as it comes about: closing prices are asked for, then waited with.
//! Must never let a day be marked before what was said about it by its end was taken in.

use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::civil::Date;

use crate::bounds::{ANSWER_WAIT_MS, MARK_WAIT_MS_MAX};
use crate::domain::numbers::Price;
use crate::domain::symbols::Symbol;
use crate::domain::time::DeskTime;

use super::book::Book;
use super::command::Chore;
use super::lanes::Lanes;
use super::marking::symbols_to_price;
use super::port::Market;
use super::refusal::Fault;

/// The closing prices of a day, as the market answered.
pub(super) type Rolled = (Date, Result<Vec<(Symbol, Price)>, Fault>);
type Asked = BoxFuture<'static, Rolled>;

/// How far the next day's marks have come.
#[derive(Default)]
pub(super) struct Rolling {
    /// The question under way.
    asked: Option<Asked>,
    /// Not before then is it asked again.
    again: Option<DeskTime>,
    closed: Option<Closed>,
}

/// Closing prices that wait for what is still to be heard of their day.
struct Closed {
    date: Date,
    closes: Vec<(Symbol, Price)>,
    /// Errands up to this number may still bring something.
    errands: u64,
    /// After that nothing is waited for any more.
    until: DeskTime,
}

/// The first trading day without marks, and the desk time at which it ends.
fn day_to_mark(book: &Book, market: &dyn Market) -> Option<(Date, DeskTime)> {
    let day = book.schedule.next_day(book.marked_through?);
    Some((day, market.desk_time(book.schedule.day_end(day))))
}

impl Rolling {
    /// When there is something to do next, if nothing comes before.
    pub(super) fn alarm(&self, book: &Book, market: &dyn Market) -> Option<DeskTime> {
        match (&self.asked, &self.closed) {
            (Some(_), _) => None,
            (None, Some(closed)) => Some(closed.until),
            (None, None) => self.again.or_else(|| day_to_mark(book, market).map(|(_, at)| at)),
        }
    }

    /// Asks for the closing prices of a day that has ended.
    pub(super) fn begin(&mut self, book: &Book, market: &Arc<dyn Market>, now: DeskTime) {
        let must_wait = self.again.is_some_and(|again| now < again);
        if self.asked.is_some() || self.closed.is_some() || must_wait {
            return;
        }
        self.again = None;
        if let Some((day, at)) = day_to_mark(book, market.as_ref())
            && at <= now
        {
            let market = Arc::clone(market);
            let symbols = symbols_to_price(book);
            // Also where nothing is held: the answer says that the day's reports were said.
            self.asked = Some(async move { (day, market.closes(day, symbols).await) }.boxed());
        }
    }

    /// The question under way, to wait for its answer.
    pub(super) fn asked(&mut self) -> Option<&mut Asked> {
        self.asked.as_mut()
    }

    /// Takes the answer. What the venue was asked by now may still tell of the day.
    pub(super) fn came(&mut self, (date, closes): Rolled, lanes: &Lanes, now: DeskTime) {
        self.asked = None;
        match closes {
            Ok(closes) => {
                let (errands, until) = (lanes.newest(), now.plus_ms(MARK_WAIT_MS_MAX));
                self.closed = Some(Closed { date, closes, errands, until });
            }
            Err(fault) => {
                tracing::warn!(%date, %fault, "no closing prices; asking again");
                self.again = Some(now.plus_ms(ANSWER_WAIT_MS));
            }
        }
    }

    /// The marking, once nothing of the day is on its way any more. `is_heard`: the feed is empty.
    pub(super) fn ready(&mut self, is_heard: bool, lanes: &Lanes, now: DeskTime) -> Option<Chore> {
        let closed = self.closed.as_ref()?;
        let is_answered = lanes.oldest().is_none_or(|oldest| oldest > closed.errands);
        if !(is_heard && is_answered) && now < closed.until {
            return None;
        }
        let Closed { date, closes, .. } = self.closed.take()?;
        Some(Chore::MarkDay { date, closes })
    }
}
