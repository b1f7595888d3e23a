//! The terminal front end: `run(desk, input, output, options)` waits, updates, draws.
//! Must never decide what a person may do, nor let a key wait for more than the frame before it.

pub mod action;
pub mod allocation;
pub mod app;
pub mod ask;
pub mod carry;
pub mod ctx;
pub mod effect;
#[cfg(test)]
pub mod fixture;
pub mod keymap;
pub mod layers;
pub mod local;
pub mod msg;
pub mod names;
pub mod pace;
pub mod panes;
pub mod pen;
pub mod quotes;
pub mod screens;
pub mod sheet;
pub mod sign_in;
pub mod theme;
pub mod widgets;
pub mod worth;

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::task::Poll;

use crossterm::event::{Event as Input, MouseEventKind};
use futures::future::BoxFuture;
use futures::{FutureExt, Stream, StreamExt};
use tokio::sync::mpsc;

use crate::bounds::SCREEN_MESSAGES_MAX;
use crate::desk::Desk;
use crate::desk::event::Door;
use crate::desk::port::Clock;
use crate::desk::prices::PriceWatch;
use crate::desk::refusal::{Fault, Refusal};
use crate::desk::view::Update;
use crate::domain::time::{DeskTime, MarketTime, Moment};

use app::App;
use app::look::Look;
use ask::{Ask, Asker, Reply, Want};
use carry::{Carried, Carrier, News};
use ctx::Prefs;
use keymap::Keymap;
use msg::Msg;
use pace::{Pace, Reason};
use pen::Pen;
use theme::Themes;

/// What a screen needs besides the desk, its keys and its terminal.
pub struct Options {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// The market's time at a desk time.
    pub market_time: Arc<dyn Fn(DeskTime) -> MarketTime + Send + Sync>,
    /// Which way in this terminal is.
    pub door: Door,
    /// Whom to sign in, if that was named at the start.
    pub user: Option<String>,
    /// Keys.
    pub keymap: Keymap,
    /// Themes.
    pub themes: Themes,
    /// What holds before anybody has signed in, and for whoever has not chosen otherwise.
    pub prefs: Prefs,
    /// True where the terminal has its mouse reported.
    pub mouse: bool,
    /// Least time between two frames drawn for data, in milliseconds.
    pub frame_ms: i64,
    /// The terminal's size: columns, rows.
    pub size: (u16, u16),
    /// Where exports are written.
    pub exports: PathBuf,
    /// Ends the screen when it is done: a signal, the end of the desk.
    pub stop: BoxFuture<'static, ()>,
}

/// Why a screen ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The person left.
    Left,
    /// It was stopped from outside.
    Stopped,
    /// Its terminal went away.
    TerminalGone,
    /// The desk has ended.
    DeskEnded,
}

/// Runs one screen until it ends: waits for whatever comes first, drains everything that waits,
/// then draws at most once.
pub async fn run<I, W>(
    desk: Desk,
    mut input: I,
    output: W,
    options: Options,
) -> Result<Ending, Fault>
where
    I: Stream<Item = io::Result<Input>> + Unpin,
    W: Write,
{
    let (clock, mut stop) = (options.clock, options.stop);
    let moment = |now: DeskTime| Moment { desk: now, market: (options.market_time)(now) };
    let mut look = Look::new(options.keymap, options.themes, moment(clock.now()));
    look.wear(options.prefs.theme.as_deref().unwrap_or_default());
    (look.configured, look.mouse) = (options.prefs, options.mouse);
    let (columns, rows) = options.size;
    let pen = Pen::new(output, columns, rows);
    let pen =
        pen.map_err(|error| Fault::new(format!("The terminal cannot be drawn on: {error}")))?;
    let (carrier, mut answers) = Carrier::new(desk, options.door, options.exports);
    let app = App::new(look, options.user);
    let pace = Pace::of(options.frame_ms);
    let mut screen = Screen { app, pen, pace, carrier, ending: None, wake: None };
    screen.take(Msg::Resize(columns, rows), Reason::Person);
    screen.carrier.carry(Asker::SignIn, 0, Want::Greet);
    loop {
        let now = clock.now();
        screen.tell_time(moment(now));
        screen.draw_if_due(now);
        if let Some(ending) = screen.ending {
            return Ok(ending);
        }
        screen.wake = screen.app.next_wake();
        let due = screen.pace.due(now);
        let first = [screen.wake, due].into_iter().flatten().min();
        let alarm = first.map_or_else(|| std::future::pending().boxed(), |at| clock.wait_until(at));
        let heard = tokio::select! { biased;
            () = &mut stop => Heard::Stop,
            event = input.next() => Heard::Input(event),
            Some(done) = answers.recv() => Heard::Carried(Box::new(done)),
            update = carry::update(&mut screen.carrier.updates) => {
                Heard::Update(update.map(Box::new))
            }
            // A frame that is due takes all prices at once: until it is drawn they may pile up.
            () = carry::prices_changed(&mut screen.carrier.prices), if due.is_none() => {
                Heard::Prices
            }
            () = alarm => Heard::Time,
        };
        screen.tell_time(moment(clock.now()));
        screen.hear(heard);
        screen.drain(&mut input, &mut answers).await;
    }
}

/// Whatever came first.
enum Heard {
    Stop,
    Input(Option<io::Result<Input>>),
    Carried(Box<Carried>),
    Update(Option<Box<Update>>),
    Prices,
    Time,
}

/// The app, its pen and its carrier: what the loop above steps.
struct Screen<W> {
    app: App,
    pen: Pen<W>,
    pace: Pace,
    carrier: Carrier,
    ending: Option<Ending>,
    wake: Option<DeskTime>,
}

impl<W: Write> Screen<W> {
    /// Tells the app the time; where a second of a clock went by meanwhile, that is a message.
    fn tell_time(&mut self, now: Moment) {
        self.app.set_now(now);
        if self.wake.is_some_and(|wake| wake <= now.desk) {
            self.wake = None;
            self.take(Msg::Tick(now), Reason::Data);
        }
    }

    fn take(&mut self, msg: Msg, reason: Reason) {
        let asks = self.app.update(msg);
        self.carry(asks);
        if self.app.is_dirty() {
            self.pace.want(reason);
        }
    }

    fn carry(&mut self, asks: Vec<Ask>) {
        for Ask { from, tag, want } in asks {
            let drawn = match want {
                Want::Leave => {
                    self.ending = Some(Ending::Left);
                    Ok(())
                }
                Want::Redraw => {
                    self.pen.redraw();
                    Ok(())
                }
                Want::Mouse(report) => self.pen.report_mouse(report),
                Want::Copy(text) => {
                    let copied = self.pen.copy(&text);
                    self.answer(from, tag, Reply::Copied);
                    copied
                }
                Want::OrderId => {
                    let id = self.carrier.order_id();
                    self.answer(from, tag, id);
                    Ok(())
                }
                other => {
                    self.carrier.carry(from, tag, other);
                    Ok(())
                }
            };
            self.check(drawn);
        }
    }

    fn answer(&mut self, to: Asker, tag: u32, reply: Reply) {
        self.take(Msg::Reply { to, tag, result: Box::new(Ok(reply)) }, Reason::Person);
    }

    /// A terminal that cannot be written to has gone away.
    fn check(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            tracing::warn!(%error, "the terminal went away");
            self.ending = self.ending.or(Some(Ending::TerminalGone));
        }
    }

    fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Stop => self.ending = Some(Ending::Stopped),
            Heard::Input(Some(Ok(input))) => self.input(input),
            Heard::Input(Some(Err(_)) | None) => self.ending = Some(Ending::TerminalGone),
            Heard::Carried(carried) => self.carried(*carried),
            Heard::Update(Some(update)) => self.update(*update),
            Heard::Update(None) => self.nothing_follows(),
            Heard::Prices => self.pace.want(Reason::Data),
            Heard::Time => {}
        }
    }

    fn input(&mut self, input: Input) {
        let msg = match input {
            Input::Key(key) => Msg::Key(key),
            Input::Mouse(mouse) if mouse.kind == MouseEventKind::Moved => return,
            Input::Mouse(mouse) => Msg::Mouse(mouse),
            Input::Paste(text) => Msg::Paste(text),
            Input::Resize(columns, rows) => {
                self.pen.resize(columns, rows);
                Msg::Resize(columns, rows)
            }
            Input::FocusGained | Input::FocusLost => return,
        };
        self.take(msg, Reason::Person);
    }

    fn carried(&mut self, carried: Carried) {
        let Some(news) = self.carrier.own(carried) else { return };
        // What a query found is data like any other: a list that is walked through asks for a
        // chart with every row, and each would be a frame.
        let found = matches!(&news, News::Reply { result: Ok(Reply::Answer(_)), .. });
        let reason = if found { Reason::Data } else { Reason::Person };
        let msg = match news {
            News::Greeting(greeting) => Msg::Greeting(greeting),
            News::SignedIn(actor, watched) => {
                self.carrier.signed_in(actor, watched);
                Msg::Reply { to: Asker::SignIn, tag: 0, result: Box::new(Ok(Reply::Done)) }
            }
            News::SignedOut => {
                self.carrier.signed_out();
                Msg::SignedOut
            }
            News::Reply { to, tag, result } => Msg::Reply { to, tag, result: Box::new(result) },
        };
        self.take(msg, reason);
    }

    /// No update follows: the desk has ended, or has let go of this screen alone.
    fn nothing_follows(&mut self) {
        if self.carrier.has_desk_ended() {
            self.ending = Some(Ending::DeskEnded);
        } else {
            self.update(Update::Ended(Refusal::SignInEnded));
        }
    }

    fn update(&mut self, update: Update) {
        if matches!(update, Update::Ended(_)) {
            self.carrier.signed_out();
        }
        self.take(Msg::Update(update), Reason::Data);
    }

    /// Takes in everything else that waits, keys first, so that one frame shows it all.
    async fn drain<I>(&mut self, input: &mut I, answers: &mut mpsc::Receiver<Carried>)
    where
        I: Stream<Item = io::Result<Input>> + Unpin,
    {
        for _ in 0..SCREEN_MESSAGES_MAX {
            if self.ending.is_some() {
                return;
            }
            if let Poll::Ready(event) = peek(input).await {
                self.hear(Heard::Input(event));
            } else if let Ok(done) = answers.try_recv() {
                self.carried(done);
            } else if let Some(Ok(update)) =
                self.carrier.updates.as_mut().map(mpsc::Receiver::try_recv)
            {
                self.update(update);
            } else {
                return;
            }
        }
    }

    fn draw_if_due(&mut self, now: DeskTime) {
        if self.ending.is_some() || !self.pace.is_due(now) {
            return;
        }
        let fresh = self.carrier.prices.as_mut().map(PriceWatch::take);
        if let Some(tickers) = fresh.filter(|tickers| !tickers.is_empty()) {
            self.take(Msg::Prices(tickers), Reason::Data);
        }
        let asks = self.app.settle();
        self.carry(asks);
        self.pace.drawn(now);
        if self.app.is_dirty() {
            self.app.drawn();
            let app = &self.app;
            let drawn = self.pen.draw(|frame| app.draw(frame));
            self.check(drawn);
        }
    }
}

/// What waits in a stream, without waiting for it. It is asked with the task's own waker: a stream
/// may keep the first waker that it is given (the terminal's does), and that one must wake us.
async fn peek<I: Stream + Unpin>(input: &mut I) -> Poll<Option<I::Item>> {
    std::future::poll_fn(|context| Poll::Ready(input.poll_next_unpin(context))).await
}

#[cfg(test)]
mod tests {
    use super::{App, Carrier, Ending, Heard, Look, Pace, Pen, Screen};
    use crate::desk::Desk;
    use crate::desk::actor::Actor;
    use crate::desk::event::Door;
    use crate::desk::prices::PriceBoard;
    use crate::desk::view::Update;
    use crate::domain::ids::UserId;
    use crate::domain::roles::RoleName;
    use crate::tui::carry::Watched;
    use crate::tui::fixture::books::view;
    use crate::tui::fixture::market::now;
    use crate::tui::keymap::Keymap;
    use crate::tui::theme::{Plain, Themes};

    #[tokio::test]
    async fn a_screen_that_is_let_go_of_signs_in_again_and_ends_with_the_desk_only() {
        let (desk, requests) = Desk::by_hand();
        let look = Look::new(Keymap::built_in(), Themes::built_in(Plain::default()), now());
        let (carrier, _answers) = Carrier::new(desk, Door::Terminal, "exports".into());
        let mut screen = Screen {
            app: App::new(look, None),
            pen: Pen::new(Vec::new(), 80, 24).expect("drawn on"),
            pace: Pace::of(33),
            carrier,
            ending: None,
            wake: None,
        };
        let (_, updates) = tokio::sync::mpsc::channel(1);
        let watched = Watched { updates, prices: PriceBoard::new().watch() };
        screen.carrier.signed_in(Actor::by_hand(UserId(1)), watched);
        screen.update(Update::View(Box::new(view(RoleName::Trader))));
        assert!(screen.app.next_wake().is_some(), "a desk has a clock");
        screen.hear(Heard::Update(None));
        assert_eq!(screen.ending, None, "the desk is alive");
        assert!(screen.carrier.updates.is_none() && screen.app.next_wake().is_none());
        drop(requests);
        screen.hear(Heard::Update(None));
        assert_eq!(screen.ending, Some(Ending::DeskEnded));
    }
}
