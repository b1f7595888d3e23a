//! A terminal in memory: it counts what is written and can tell when a key's frame was written.
//! Must never hold up the writer for longer than a terminal would.

use std::io::{self, Write};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use futures::Stream;
use tokio::sync::mpsc;

use super::report::{now, since};

/// What was written so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) writes: u64,
    /// Writes that were one whole frame inside synchronized output.
    pub(crate) frames: u64,
    pub(crate) bytes: u64,
    pub(crate) flushes: u64,
}

/// The terminal; its copies are the same one.
#[derive(Clone, Default)]
pub(crate) struct Sink(Arc<Mutex<Inside>>);

#[derive(Default)]
struct Inside {
    tally: Tally,
    /// When the keys came that the next frame shows.
    taken: Vec<Instant>,
    latencies: Vec<Duration>,
}

impl Sink {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().expect("no holder of the sink panics")
    }
    pub(crate) fn tally(&self) -> Tally {
        self.lock().tally
    }
    /// From each key's arrival to its frame's last byte; forgets them.
    pub(crate) fn latencies(&self) -> Vec<Duration> {
        std::mem::take(&mut self.lock().latencies)
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut inside = self.lock();
        let tally = &mut inside.tally;
        tally.writes += 1;
        tally.bytes += bytes.len() as u64;
        if bytes.starts_with(b"\x1b[?2026h") && bytes.ends_with(b"\x1b[?2026l") {
            tally.frames += 1;
        }
        let shown = std::mem::take(&mut inside.taken);
        inside.latencies.extend(shown.into_iter().map(since));
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        self.lock().tally.flushes += 1;
        Ok(())
    }
}

/// The keys of a terminal, as they are sent; each is noted when the screen takes it.
pub(crate) struct Keys {
    sent: mpsc::UnboundedReceiver<(Instant, Event)>,
    sink: Sink,
}

/// Sends keys.
pub(crate) type Keyboard = mpsc::UnboundedSender<(Instant, Event)>;

/// A keyboard, and what the screen reads of it.
pub(crate) fn keyboard(sink: &Sink) -> (Keyboard, Keys) {
    let (keyboard, sent) = mpsc::unbounded_channel();
    (keyboard, Keys { sent, sink: sink.clone() })
}

/// Presses a character's key, now.
pub(crate) fn press(keyboard: &Keyboard, character: char) {
    let key = KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE);
    keyboard.send((now(), Event::Key(key))).expect("the screen reads");
}

impl Stream for Keys {
    type Item = io::Result<Event>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.sent.poll_recv(context);
        next.map(|sent| {
            let (at, event) = sent?;
            self.sink.lock().taken.push(at);
            Some(Ok(event))
        })
    }
}
