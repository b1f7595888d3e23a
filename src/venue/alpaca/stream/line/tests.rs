//! A line through its life: greeted, silent, refused, dead, crowded.
//! Must never open anything: events are made by hand.

use super::{Effect, Event, Heard, Line, Talk, Verdict};
use crate::desk::entropy::Entropy;
use crate::desk::port::StreamState;
use crate::domain::time::DeskTime;

/// Says hello, and takes each message for a verdict.
#[derive(Debug)]
struct Echo;

impl Talk for Echo {
    type Said = String;
    fn opened(&mut self) -> Vec<String> {
        vec!["hello".to_owned()]
    }
    fn heard(&mut self, message: &[u8]) -> Heard<String> {
        let verdict = match message {
            b"ready" => Verdict::Ready,
            b"crowded" => Verdict::Crowded("one more".to_owned()),
            b"keys" => Verdict::Rest(60_000, "wrong keys".to_owned()),
            other => {
                let said = vec![String::from_utf8_lossy(other).into_owned()];
                return Heard { said, ..Heard::default() };
            }
        };
        Heard { verdict, ..Heard::default() }
    }
}

fn at(ms: i64) -> DeskTime {
    DeskTime::from_ns(0).plus_ms(ms)
}

fn line() -> Line<Echo> {
    Line::new("test", Echo, Entropy::from_number(7), at(0))
}

fn state(state: StreamState) -> Effect<String> {
    Effect::State(state)
}

/// Dials and comes up; the moment at which it did.
fn up(line: &mut Line<Echo>) -> i64 {
    let now = line.alarm();
    assert!(line.handle(Event::Alarm, now).contains(&Effect::Dial));
    assert_eq!(line.handle(Event::Opened, now), [Effect::Send("hello".to_owned())]);
    assert_eq!(line.handle(Event::Heard(b"ready"), now), [state(StreamState::Live)]);
    now.ms_since(at(0))
}

/// The wait until the next dial, in milliseconds.
fn wait(line: &Line<Echo>, now: i64) -> i64 {
    line.alarm().ms_since(at(now))
}

#[test]
fn it_dials_greets_and_is_live() {
    let mut line = line();
    let dialled = line.handle(Event::Alarm, at(0));
    assert_eq!(dialled, [state(StreamState::Reconnecting(1)), Effect::Dial]);
    assert!(!line.is_live());
    line.handle(Event::Opened, at(10));
    assert_eq!(line.handle(Event::Heard(b"ready"), at(20)), [state(StreamState::Live)]);
    assert!(line.is_live());
    let said = Effect::Said("fill".to_owned());
    assert_eq!(line.handle(Event::Heard(b"fill"), at(30)), [said]);
}

#[test]
fn waits_double_to_their_bound_and_have_chance_in_them() {
    let mut line = line();
    let mut waits = Vec::new();
    for attempt in 1..=9 {
        let now = line.alarm();
        line.handle(Event::Alarm, now);
        let effects = line.handle(Event::Broken("no route".to_owned()), now);
        let next = state(StreamState::Reconnecting(attempt + 1));
        assert_eq!(effects, [Effect::HangUp, next]);
        waits.push(wait(&line, now.ms_since(at(0))));
    }
    for (wait, most) in waits.iter().zip([1, 2, 4, 8, 16, 30, 30, 30, 30]) {
        assert!((most * 500..most * 1_000).contains(wait), "{waits:?}");
    }
    let late: std::collections::BTreeSet<_> = waits[5..].iter().collect();
    assert!(late.len() > 1, "two desks do not come back at the same moment: {waits:?}");
}

#[test]
fn a_line_that_was_up_for_a_while_comes_back_at_once_and_one_that_flaps_does_not() {
    let mut line = line();
    for _ in 0..6 {
        let now = line.alarm();
        line.handle(Event::Alarm, now);
        line.handle(Event::Broken("no".to_owned()), now);
    }
    let since = up(&mut line);
    line.handle(Event::Broken("closed".to_owned()), at(since + 100));
    assert!(wait(&line, since + 100) >= 15_000, "it flaps");
    let since = up(&mut line);
    let mut now = since;
    while now < since + 10_000 {
        now += 1_000;
        line.handle(Event::Alive, at(now));
    }
    line.handle(Event::Broken("closed".to_owned()), at(now));
    assert!(wait(&line, now) < 1_000, "it was steady");
}

#[test]
fn silence_is_pinged_and_a_ping_unanswered_for_fifteen_seconds_is_death() {
    let mut line = line();
    let since = up(&mut line);
    assert_eq!(line.handle(Event::Alarm, at(since + 4_999)), []);
    assert_eq!(line.handle(Event::Alarm, at(since + 5_000)), [Effect::Ping]);
    assert_eq!(line.handle(Event::Alive, at(since + 5_100)), []);
    assert_eq!(line.handle(Event::Alarm, at(since + 10_100)), [Effect::Ping]);
    assert_eq!(line.handle(Event::Alarm, at(since + 25_099)), []);
    let dead = line.handle(Event::Alarm, at(since + 25_100));
    assert_eq!(dead[0], Effect::HangUp);
    assert!(!line.is_live());
    let late = line.handle(Event::Heard(b"late words"), at(since + 25_101));
    assert_eq!(late, [], "a line that was let go says nothing any more");
}

#[test]
fn whoever_does_not_greet_is_let_go() {
    let mut line = line();
    line.handle(Event::Alarm, at(0));
    line.handle(Event::Opened, at(100));
    assert_eq!(line.handle(Event::Alarm, at(10_099)), []);
    assert_eq!(line.handle(Event::Alarm, at(10_100))[0], Effect::HangUp);
}

#[test]
fn a_crowded_stream_is_tried_slowly_until_the_dead_socket_is_gone() {
    for refused in [Event::Refused(429), Event::Refused(406), Event::Heard(b"crowded")] {
        let mut line = line();
        line.handle(Event::Alarm, at(0));
        line.handle(refused, at(0));
        assert!(wait(&line, 0) >= 2_500, "not at once");
        let mut tries = 1;
        while line.alarm() < at(90_000) {
            let now = line.alarm();
            tries += usize::from(line.handle(Event::Alarm, now).contains(&Effect::Dial));
            line.handle(Event::Refused(429), now);
        }
        assert!((4..=14).contains(&tries), "{tries} tries in the 90 s of a dead socket");
        assert!(line.alarm() <= at(120_000));
    }
}

#[test]
fn wrong_keys_are_not_hammered_and_said_to_be_offline() {
    let mut line = line();
    line.handle(Event::Alarm, at(0));
    line.handle(Event::Opened, at(0));
    let effects = line.handle(Event::Heard(b"keys"), at(0));
    assert_eq!(effects, [Effect::HangUp, state(StreamState::Offline)]);
    assert!(wait(&line, 0) >= 30_000);
}
