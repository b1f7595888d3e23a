//! Mishaps by seed, for people who want to see what their program does when the broker stumbles.
//! Must never happen unless asked for, nor touch the exchange: only what is heard of it suffers.
//!
//! The n-th call and the n-th socket meet the same fate each time the seed is the same, whatever
//! happened to the others.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::venue::simulator::tape::chance::Chance;

const LABEL_MISHAP: u64 = 1;
const LABEL_KIND: u64 = 2;
const LABEL_LATE: u64 = 3;
const LABEL_LATE_MS: u64 = 4;
const LABEL_TURNED_AWAY: u64 = 5;
const LABEL_END: u64 = 6;
const LABEL_END_MS: u64 = 7;
const LABEL_WORD: u64 = 8;

/// One answer in so many is late, by up to so many milliseconds.
const LATE_ONE_IN: u64 = 8;
const LATE_MS_MAX: u64 = 500;
/// One handshake in so many is refused.
const TURNED_AWAY_ONE_IN: u64 = 8;
/// A socket ends badly after so many milliseconds, and at most so many more.
const SOCKET_MS_MIN: i64 = 5_000;
const SOCKET_MS_MORE: u64 = 120_000;
/// Of so many messages of a stream this many are lost, and as many come twice.
const WORDS: u64 = 1_000;
const WORDS_DROPPED: u64 = 20;
const WORDS_DOUBLED: u64 = 20;

/// What befalls a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fate {
    /// How late its answer is, in milliseconds.
    pub late_ms: i64,
    /// What goes wrong, if anything.
    pub mishap: Option<Mishap>,
}

/// What goes wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mishap {
    /// It is refused as one too many; the headers say until when, or nothing does.
    Throttled { says_when: bool },
    /// It is answered by a failure, and was carried out all the same or was not.
    Failed { failure: Failure, carried_out: bool },
    /// It is carried out, and the connection breaks in the middle of the answer.
    BrokenOff,
    /// It is carried out and answered, and the connection is closed after it.
    HungUp,
}

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// 500, in the API's own words.
    Internal,
    /// 502, a page of the gate.
    BadGateway,
    /// 503, a page of the gate.
    Unavailable,
    /// 504, a page of the gate.
    Timeout,
}

/// How a socket ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It stays open, says nothing more and answers no ping.
    Mute,
    /// Its connection is gone without a word.
    Cut,
}

/// The mishaps of a seed; none where nobody asked for them.
#[derive(Debug)]
pub(super) struct Chaos {
    chance: Option<Chance>,
    calls: AtomicU64,
    sockets: AtomicU64,
}

impl Chaos {
    pub(super) fn new(seed: Option<u64>) -> Self {
        let chance = seed.map(|seed| Chance::new(seed).named("chaos"));
        Self { chance, calls: AtomicU64::new(0), sockets: AtomicU64::new(0) }
    }
    /// What befalls the next call.
    pub(super) fn next_call(&self) -> Fate {
        let Some(chance) = self.chance else { return Fate { late_ms: 0, mishap: None } };
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        let chance = chance.named("calls").at(number);
        let late = chance.draw(LABEL_LATE).one_in(LATE_ONE_IN);
        let late_ms = chance.draw(LABEL_LATE_MS).below(LATE_MS_MAX).cast_signed() + 1;
        Fate { late_ms: if late { late_ms } else { 0 }, mishap: mishap(chance) }
    }
    /// What befalls the next socket.
    pub(super) fn next_socket(&self) -> Spell {
        let number = self.sockets.fetch_add(1, Ordering::Relaxed);
        let chance = self.chance.map(|chance| chance.named("sockets").at(number));
        Spell { chance, told: 0 }
    }
}

fn mishap(chance: Chance) -> Option<Mishap> {
    let kind = chance.draw(LABEL_KIND);
    let failure = match kind.below(4) {
        0 => Failure::Internal,
        1 => Failure::BadGateway,
        2 => Failure::Unavailable,
        _ => Failure::Timeout,
    };
    match chance.draw(LABEL_MISHAP).below(100) {
        0..3 => Some(Mishap::Throttled { says_when: kind.one_in(2) }),
        3..6 => Some(Mishap::Failed { failure, carried_out: false }),
        6..9 => Some(Mishap::Failed { failure, carried_out: true }),
        9..11 => Some(Mishap::BrokenOff),
        11..13 => Some(Mishap::HungUp),
        _ => None,
    }
}

/// What befalls one socket.
#[derive(Debug)]
pub(super) struct Spell {
    chance: Option<Chance>,
    told: u64,
}

impl Spell {
    /// True where the handshake is refused as one too many.
    pub(super) fn turns_away(&self) -> bool {
        let refused = |chance: Chance| chance.draw(LABEL_TURNED_AWAY).one_in(TURNED_AWAY_ONE_IN);
        self.chance.is_some_and(refused)
    }
    /// After how many milliseconds the socket ends, and how; none where it ends by itself.
    pub(super) fn end(&self) -> Option<(i64, End)> {
        let chance = self.chance?;
        let more = chance.draw(LABEL_END_MS).below(SOCKET_MS_MORE).cast_signed();
        let end = if chance.draw(LABEL_END).one_in(2) { End::Mute } else { End::Cut };
        Some((SOCKET_MS_MIN + more, end))
    }
    /// What of the next messages is heard: some not at all, some twice.
    pub(super) fn heard<M: Clone>(&mut self, messages: Vec<M>) -> Vec<M> {
        let Some(chance) = self.chance else { return messages };
        let mut heard = Vec::with_capacity(messages.len() + 1);
        for message in messages {
            self.told += 1;
            match chance.at(self.told).draw(LABEL_WORD).below(WORDS) {
                0..WORDS_DROPPED => {}
                drawn if drawn < WORDS_DROPPED + WORDS_DOUBLED => {
                    heard.extend([message.clone(), message]);
                }
                _ => heard.push(message),
            }
        }
        heard
    }
}

#[cfg(test)]
mod tests {
    use super::{Chaos, End, Failure, Fate, Mishap};

    fn fates(seed: u64) -> Vec<Fate> {
        let chaos = Chaos::new(Some(seed));
        (0..10_000).map(|_| chaos.next_call()).collect()
    }

    #[test]
    fn nothing_happens_unless_it_was_asked_for() {
        let calm = Chaos::new(None);
        let messages: Vec<u32> = (0..10_000).collect();
        for _ in 0..1_000 {
            assert_eq!(calm.next_call(), Fate { late_ms: 0, mishap: None });
            let mut spell = calm.next_socket();
            assert!(!spell.turns_away() && spell.end().is_none());
            assert_eq!(spell.heard(messages.clone()), messages);
        }
    }

    #[test]
    fn every_mishap_of_a_call_happens_now_and_then_and_the_same_for_a_seed() {
        let found = fates(7);
        assert_eq!(found, fates(7));
        assert_ne!(found, fates(8));
        let failures =
            [Failure::Internal, Failure::BadGateway, Failure::Unavailable, Failure::Timeout];
        let mut wanted = vec![Mishap::BrokenOff, Mishap::HungUp];
        for one in [true, false] {
            wanted.push(Mishap::Throttled { says_when: one });
            wanted.extend(failures.map(|failure| Mishap::Failed { failure, carried_out: one }));
        }
        for mishap in wanted {
            let count = found.iter().filter(|fate| fate.mishap == Some(mishap)).count();
            assert!((30..300).contains(&count), "{mishap:?}: {count}");
        }
        let well = found.iter().filter(|fate| fate.mishap.is_none()).count();
        assert!((8_500..8_900).contains(&well), "{well}");
        assert!(found.iter().all(|fate| (0..=500).contains(&fate.late_ms)));
        let late = found.iter().filter(|fate| fate.late_ms > 0).count();
        assert!((1_000..1_500).contains(&late), "{late}");
    }

    #[test]
    fn every_mishap_of_a_socket_happens_and_the_same_for_a_seed() {
        let messages: Vec<u32> = (0..1_000).collect();
        let sockets = || {
            let chaos = Chaos::new(Some(7));
            let seen = (0..200).map(|_| {
                let mut spell = chaos.next_socket();
                (spell.turns_away(), spell.end(), spell.heard(messages.clone()))
            });
            seen.collect::<Vec<_>>()
        };
        let found = sockets();
        assert_eq!(found, sockets());
        assert!(found.iter().any(|one| one.0) && found.iter().any(|one| !one.0));
        for end in [End::Mute, End::Cut] {
            let ends = found.iter().filter_map(|one| one.1).filter(|one| one.1 == end);
            assert!(ends.clone().all(|(ms, _)| (5_000..125_000).contains(&ms)));
            assert!(ends.count() > 50, "{end:?}");
        }
        for (_, _, heard) in &found {
            assert!(heard.is_sorted(), "nothing changes places");
            let doubled = heard.windows(2).filter(|pair| pair[0] == pair[1]).count();
            assert!((1..60).contains(&doubled) && heard.len() < 1_000 + doubled, "{doubled}");
        }
    }
}
