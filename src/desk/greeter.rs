//! What a door is told before anybody has signed in, and the doors that wait for it.
//! Must never keep a door waiting where people can sign in, nor one longer than its bound.

use crate::bounds::{FUNDS_WAIT_MS_MAX, WATCHERS_MAX};
use crate::domain::time::DeskTime;

use super::book::Book;
use super::event::Credential;
use super::request::Reply;
use super::view::Greeting;

/// Who asked for a greeting and waits. At a first start the account's cash belongs to it, and the
/// venue says that a moment after the desk runs.
#[derive(Default)]
pub(super) struct Greeter {
    waiting: Vec<Reply<Greeting>>,
    /// When doors stop waiting; set as the first one asks.
    until: Option<DeskTime>,
    /// True once the venue has said how the account stands.
    hears_funds: bool,
}

impl Greeter {
    /// A door asks. It is answered now, or by `settle`.
    pub(super) fn greet(&mut self, book: &Book, reply: Reply<Greeting>, now: DeskTime) {
        let until = *self.until.get_or_insert(now.plus_ms(FUNDS_WAIT_MS_MAX));
        let waits = book.users.is_empty() && !self.hears_funds && now < until;
        if waits && self.waiting.len() < WATCHERS_MAX {
            self.waiting.push(reply);
        } else {
            drop(reply.send(Ok(self.greeting(book))));
        }
    }

    /// The venue said how the account stands.
    pub(super) const fn heard_funds(&mut self) {
        self.hears_funds = true;
    }

    /// Answers the doors that have waited for long enough, or have nothing more to wait for.
    pub(super) fn settle(&mut self, book: &Book, now: DeskTime) {
        let is_late = self.until.is_some_and(|until| until <= now);
        if self.hears_funds || is_late || !book.users.is_empty() {
            for reply in std::mem::take(&mut self.waiting) {
                drop(reply.send(Ok(self.greeting(book))));
            }
        }
    }

    /// When the doors that wait are to be answered whatever has come.
    pub(super) fn alarm(&self) -> Option<DeskTime> {
        self.until.filter(|_| !self.waiting.is_empty())
    }

    fn greeting(&self, book: &Book) -> Greeting {
        let open = book.users.values().filter(|user| {
            user.active && book.credentials.get(&user.id) == Some(&Credential::Open)
        });
        let founded = !book.users.is_empty();
        Greeting {
            venue: book.account.venue,
            demo: book.demo,
            founded,
            cash: Some(book.funds.cash).filter(|_| self.hears_funds && !founded),
            open: open.map(|user| (user.login.clone(), user.name.clone(), user.role)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::Greeter;
    use crate::bounds::FUNDS_WAIT_MS_MAX;
    use crate::desk::book::Book;
    use crate::desk::fixture::book;
    use crate::desk::request::Reply;
    use crate::desk::view::Greeting;
    use crate::domain::numbers::Money;
    use crate::domain::time::DeskTime;

    const NOW: DeskTime = DeskTime::from_ns(1_000_000_000);

    type Answer = oneshot::Receiver<Result<Greeting, crate::desk::refusal::Rejection>>;

    fn asked() -> (Reply<Greeting>, Answer) {
        oneshot::channel()
    }

    /// What was answered, if anything was.
    fn told(answer: &mut Answer) -> Option<Greeting> {
        answer.try_recv().ok().map(|greeted| greeted.expect("a greeting"))
    }

    #[track_caller]
    fn assert_told(answer: &mut Answer, cash: Option<Money>) {
        assert_eq!(told(answer).expect("an answer").cash, cash);
    }

    /// A desk where nobody can sign in yet.
    fn unfounded() -> Book {
        let mut book = book();
        book.users.clear();
        book.funds.cash = Money::dollars(7);
        book
    }

    #[test]
    fn a_first_start_waits_for_what_there_is_to_give() {
        let (book, mut greeter) = (unfounded(), Greeter::default());
        let (reply, mut early) = asked();
        greeter.greet(&book, reply, NOW);
        greeter.settle(&book, NOW);
        assert_eq!(told(&mut early), None, "the account has not said");
        assert_eq!(greeter.alarm(), Some(NOW.plus_ms(FUNDS_WAIT_MS_MAX)));
        greeter.heard_funds();
        greeter.settle(&book, NOW);
        assert_told(&mut early, Some(Money::dollars(7)));
        assert_eq!(greeter.alarm(), None);
        let (reply, mut later) = asked();
        greeter.greet(&book, reply, NOW);
        assert_told(&mut later, Some(Money::dollars(7)));
    }

    #[test]
    fn an_account_that_says_nothing_is_not_waited_for_for_ever() {
        let (book, mut greeter) = (unfounded(), Greeter::default());
        let (reply, mut early) = asked();
        greeter.greet(&book, reply, NOW);
        let late = NOW.plus_ms(FUNDS_WAIT_MS_MAX);
        greeter.settle(&book, late);
        assert_told(&mut early, None);
        let (reply, mut later) = asked();
        greeter.greet(&book, reply, late);
        // The wait is the desk's, not each door's.
        assert_told(&mut later, None);
    }

    #[test]
    fn a_desk_with_people_answers_at_once_and_tells_strangers_no_cash() {
        let (book, mut greeter) = (book(), Greeter::default());
        for _ in 0..2 {
            let (reply, mut answer) = asked();
            greeter.greet(&book, reply, NOW);
            assert_told(&mut answer, None);
            greeter.heard_funds();
        }
    }
}
