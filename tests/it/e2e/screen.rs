//! The screen on a terminal in memory, over a whole desk: keys, a flood of prices, every ending.
//! Must never measure time: frames and turns of the loop are counted.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::num::NonZeroU16;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use futures::{FutureExt, Stream};
use tokio::sync::oneshot;
use trading_desk::desk::command::Command;
use trading_desk::desk::event::Door;
use trading_desk::desk::port::{Clock, Market};
use trading_desk::domain::numbers::Price;
use trading_desk::domain::quotes::Ticker;
use trading_desk::domain::roles::{Grant, RoleName};
use trading_desk::domain::symbols::Symbol;
use trading_desk::tui::ctx::Prefs;
use trading_desk::tui::keymap::Keymap;
use trading_desk::tui::theme::{Plain, Themes};
use trading_desk::tui::{self, Ending, Options};

use super::test_desk::{PASSWORD, TestDesk, login};

/// Turns of the loop that a script waits at most.
const TURNS_MAX: u32 = 2_000_000;

/// A terminal in memory: what is typed, what is shown, how often it was written to.
#[derive(Clone)]
struct Memory(Arc<Mutex<Inside>>);

struct Inside {
    typed: VecDeque<Event>,
    /// As the terminal's own stream does, it keeps the first waker until something comes.
    waker: Option<Waker>,
    screen: vt100::Parser,
    writes: u32,
    gone: bool,
}

impl Memory {
    fn new(columns: u16, rows: u16) -> Self {
        let cells = |count| NonZeroU16::new(count).expect("not zero");
        let screen = vt100::Parser::new(cells(rows), cells(columns), 0);
        let inside = Inside { typed: VecDeque::new(), waker: None, screen, writes: 0, gone: false };
        Self(Arc::new(Mutex::new(inside)))
    }
    fn inside(&self) -> std::sync::MutexGuard<'_, Inside> {
        self.0.lock().expect("no holder of the terminal panics")
    }
    fn send(&self, event: Event) {
        let mut inside = self.inside();
        inside.typed.push_back(event);
        if let Some(waker) = inside.waker.take() {
            waker.wake();
        }
    }
    fn key(&self, code: KeyCode) {
        self.send(Event::Key(KeyEvent::new(code, KeyModifiers::NONE)));
    }
    fn type_text(&self, text: &str) {
        text.chars().for_each(|character| self.key(KeyCode::Char(character)));
    }
    fn text(&self) -> String {
        self.inside().screen.screen().contents()
    }
    fn writes(&self) -> u32 {
        self.inside().writes
    }
    async fn until(&self, what: &str) {
        for _ in 0..TURNS_MAX / 100 {
            if self.text().contains(what) {
                return;
            }
            turns(100).await;
        }
        panic!("never shown: {what}\n{}", self.text());
    }
}

/// Lets everything else go on for so many turns.
async fn turns(count: u32) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}

impl Stream for Memory {
    type Item = io::Result<Event>;
    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut inside = self.inside();
        if let Some(event) = inside.typed.pop_front() {
            return Poll::Ready(Some(Ok(event)));
        }
        if inside.waker.is_none() {
            inside.waker = Some(context.waker().clone());
        }
        Poll::Pending
    }
}

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut inside = self.inside();
        if inside.gone {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        inside.screen.process(bytes);
        inside.writes += 1;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn options(desk: &TestDesk, stop: oneshot::Receiver<()>, exports: &std::path::Path) -> Options {
    let market = Arc::clone(&desk.simulator);
    Options {
        clock: Arc::clone(&desk.clock) as Arc<dyn Clock>,
        market_time: Arc::new(move |now| market.time(now)),
        door: Door::Terminal,
        user: None,
        keymap: Keymap::built_in(),
        themes: Themes::built_in(Plain::default()),
        prefs: Prefs::default(),
        mouse: true,
        frame_ms: 33,
        size: (120, 40),
        exports: exports.to_owned(),
        stop: stop.map(drop).boxed(),
    }
}

/// Plays a script on the screen of a desk with one admin, `ada`, and says how the screen ended.
fn play<F>(script: impl FnOnce(TestDesk, Memory, oneshot::Sender<()>) -> F) -> Ending
where
    F: Future<Output = (TestDesk, oneshot::Sender<()>)>,
{
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let tasks = tokio::task::LocalSet::new();
    tasks.block_on(&runtime.expect("a runtime"), async {
        let desk = TestDesk::open(folder.path()).await;
        desk.found().await;
        let terminal = Memory::new(120, 40);
        let (stop, stopped) = oneshot::channel();
        let options = options(&desk, stopped, folder.path());
        // A task of its own, so that nothing but its own wakers makes it go on.
        let screen = tui::run(desk.desk.clone(), terminal.clone(), terminal.clone(), options);
        let screen = tokio::task::spawn_local(screen);
        let _kept = script(desk, terminal, stop).await;
        screen.await.expect("it does not panic").expect("it ends well")
    })
}

async fn sign_in(terminal: &Memory) {
    sign_in_as(terminal, "ada").await;
    terminal.until("Watchlist").await;
}

async fn sign_in_as(terminal: &Memory, login: &str) {
    terminal.until("Sign in to the desk").await;
    terminal.type_text(login);
    terminal.key(KeyCode::Tab);
    terminal.type_text(PASSWORD);
    terminal.key(KeyCode::Enter);
}

#[test]
fn somebody_switched_off_in_the_midst_of_a_ticket_is_out_at_once_and_told_why() {
    let ending = play(|desk, terminal, stop| async move {
        let ada = desk.sign_in("ada").await.expect("ada signs in");
        desk.add(ada, "tom", RoleName::Trader).await;
        let admin = desk.watch(ada).await;
        let tom = admin.view.people.values().find(|user| user.login == login("tom"));
        let (user, version) = tom.map(|tom| (tom.id, tom.version)).expect("tom is known");
        let (portfolio, grant) = (admin.portfolio(), Some(Grant::Trade));
        let grant = Command::SetGrant { portfolio, user, grant, version: 0 };
        desk.desk.act(ada, grant).await.expect("granted");
        sign_in_as(&terminal, "tom").await;
        terminal.until("Watchlist").await;
        terminal.type_text(":buy 10 AAPL");
        terminal.key(KeyCode::Enter);
        terminal.until("Time in force").await;
        let off = Command::SetActive { user, active: false, version };
        desk.desk.act(ada, off).await.expect("switched off");
        terminal.until("User not found or inactive. Contact admin.").await;
        let shown = terminal.text();
        assert!(shown.contains("Sign in to the desk") && !shown.contains("Time in force"));
        drop(stop);
        (desk, oneshot::channel().0)
    });
    assert_eq!(ending, Ending::Stopped);
}

#[test]
fn a_person_signs_in_is_refused_in_words_and_leaves() {
    let ending = play(|desk, terminal, stop| async move {
        terminal.until("Sign in to the desk").await;
        terminal.type_text("ada");
        terminal.key(KeyCode::Tab);
        terminal.type_text("not the password");
        terminal.key(KeyCode::Enter);
        terminal.until("Login or password is wrong").await;
        terminal.type_text(PASSWORD);
        terminal.key(KeyCode::Enter);
        terminal.until("Ada Lovelace (ada)").await;
        terminal.key(KeyCode::Char('q'));
        (desk, stop)
    });
    assert_eq!(ending, Ending::Left);
}

#[test]
fn a_flood_of_prices_delays_no_key_and_draws_thirty_frames_a_second() {
    let ending = play(|desk, terminal, stop| async move {
        sign_in(&terminal).await;
        let symbols: Vec<Ticker> =
            ["AAPL", "MSFT"].iter().filter_map(|text| quote(&desk, text)).collect();
        assert_eq!(symbols.len(), 2, "the market has them");
        turns(1_000).await;
        let before = terminal.writes();
        let mut keys = 0;
        // Twenty thousand prices in one second of the desk's time, and a key each tenth.
        for ms in 0..1_000_i64 {
            desk.clock.advance_ms(1);
            for step in 0..20 {
                let cents = Price::cents(ms * 20 + step);
                let moved =
                    symbols.iter().map(|ticker| Ticker { last: ticker.last + cents, ..*ticker });
                desk.board.put(&moved.collect::<Vec<_>>());
                turns(1).await;
            }
            if ms % 100 == 50 {
                keys += 1;
                let shown = if keys % 2 == 1 { "Help" } else { "Watchlist" };
                terminal.key(if keys % 2 == 1 { KeyCode::Char('?') } else { KeyCode::Esc });
                // No time passes: a frame for data is not due, the key's is drawn all the same.
                let mut seen = false;
                for _ in 0..50 {
                    desk.board.put(&symbols);
                    turns(1).await;
                    let help = terminal.text().contains("enter runs");
                    seen = seen || help == (keys % 2 == 1);
                }
                assert!(seen, "the key was not heard: {shown}\n{}", terminal.text());
            }
        }
        let frames = terminal.writes() - before;
        // Thirty of data, ten of keys, one or two of the clock's second.
        assert!((20..=44).contains(&frames), "{frames} frames");
        drop(stop);
        let (stop, _) = oneshot::channel();
        (desk, stop)
    });
    assert_eq!(ending, Ending::Stopped);
}

fn quote(desk: &TestDesk, text: &str) -> Option<Ticker> {
    desk.board.get(Symbol::parse(text).expect("a symbol"))
}

#[test]
fn nothing_is_drawn_while_nothing_changes() {
    play(|desk, terminal, stop| async move {
        sign_in(&terminal).await;
        turns(2_000).await;
        let before = terminal.writes();
        turns(5_000).await;
        assert_eq!(terminal.writes(), before, "no time, no price, no key: no frame");
        drop(stop);
        let (stop, _) = oneshot::channel();
        (desk, stop)
    });
}

#[test]
fn a_terminal_that_goes_away_ends_its_screen() {
    let ending = play(|desk, terminal, stop| async move {
        sign_in(&terminal).await;
        terminal.inside().gone = true;
        terminal.key(KeyCode::Char('j'));
        (desk, stop)
    });
    assert_eq!(ending, Ending::TerminalGone);
}

#[test]
fn after_a_storm_of_sizes_the_screen_is_as_if_drawn_anew() {
    play(|desk, terminal, stop| async move {
        sign_in(&terminal).await;
        for (columns, rows) in [(40, 10), (0, 0), (80, 24), (39, 9), (119, 39), (120, 40)] {
            terminal.send(Event::Resize(columns, rows));
            turns(3).await;
        }
        turns(1_000).await;
        let after = terminal.text();
        terminal.send(Event::Key(KeyEvent::new(KeyCode::Char('l'), KeyModifiers::CONTROL)));
        turns(1_000).await;
        assert_eq!(terminal.text(), after);
        assert!(after.contains("Watchlist"), "{after}");
        drop(stop);
        let (stop, _) = oneshot::channel();
        (desk, stop)
    });
}
