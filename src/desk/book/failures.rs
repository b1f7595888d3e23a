//! Failed sign-ins in the desk's memory: whose wait grows, and how many strangers tried.
//! Must never grow with what people make up.

use crate::bounds::{LOGIN_BYTES_MAX, UNKNOWN_LOGINS_KEPT_MAX};
use crate::domain::time::DeskTime;

use super::super::event::Door;
use super::Book;

impl Book {
    /// Notes a failed sign-in. Anybody may type anything: what nobody is called is forgotten once
    /// it is too much, the longest past first, and what cannot be a login is not kept at all.
    pub fn note_failure(&mut self, login: &str, failed: (u32, DeskTime)) {
        if login.len() > LOGIN_BYTES_MAX {
            return;
        }
        self.failures.insert(login.to_owned(), failed);
        let is_nobody = |login: &str| self.user_by_login(login).is_none();
        let unknown = self.failures.iter().filter(|(login, _)| is_nobody(login));
        let count = unknown.clone().count();
        let oldest = unknown.min_by_key(|(_, (_, until))| *until).map(|(login, _)| login.clone());
        if let Some(oldest) = oldest.filter(|_| count > UNKNOWN_LOGINS_KEPT_MAX) {
            self.failures.remove(&oldest);
        }
    }

    /// Counts a failed sign-in of a login of nobody: how many came through this door in this day.
    pub fn count_stranger(&mut self, door: Door, now: DeskTime) -> u32 {
        let (count, since) = self.strangers.entry(door).or_insert((0, now));
        if now.ms_since(*since) >= 24 * 3_600_000 {
            (*count, *since) = (0, now);
        }
        *count = count.saturating_add(1);
        *count
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{book, later};
    use crate::bounds::UNKNOWN_LOGINS_KEPT_MAX;

    #[test]
    fn failures_of_made_up_logins_are_bounded_and_those_of_people_stay() {
        let mut book = book();
        book.note_failure("trader", (9, later(-60_000).desk));
        for number in 0..3 * UNKNOWN_LOGINS_KEPT_MAX {
            let ms = i64::try_from(number).expect("few");
            book.note_failure(&format!("nobody{number}"), (1, later(ms).desk));
        }
        book.note_failure(&"x".repeat(10_000), (1, later(0).desk));
        assert_eq!(book.failures.len(), UNKNOWN_LOGINS_KEPT_MAX + 1);
        assert_eq!(book.failures["trader"].0, 9);
        let newest = format!("nobody{}", 3 * UNKNOWN_LOGINS_KEPT_MAX - 1);
        assert!(book.failures.contains_key(&newest) && !book.failures.contains_key("nobody0"));
    }
}
