//! What the screen costs: frames and their bytes beside bare ratatui, and keys under a storm.
//! Must never be read as a test: it prints, and a person compares.
//!
//! `cargo bench --bench screen -- draw` runs one part alone; parts: `draw`, `frames`, `keys`,
//! `picture` (prints the dense screen that the others draw).

mod stage;

use std::sync::Arc;
use std::time::Duration;

use crossterm::event::Event as Input;
use futures::{FutureExt, Stream};
use ratatui::backend::{CrosstermBackend, TestBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal, TerminalOptions, Viewport};
use trading_desk::clock::{ManualClock, SystemClock};
use trading_desk::desk::port::Clock;
use trading_desk::desk::view::{Update, View};
use trading_desk::domain::hours::Schedule;
use trading_desk::domain::ids::OrderId;
use trading_desk::domain::numbers::{Money, Price};
use trading_desk::domain::quotes::Ticker;
use trading_desk::tui;
use trading_desk::tui::app::App;
use trading_desk::tui::app::look::Look;
use trading_desk::tui::ask::{Ask, Reply, Want};
use trading_desk::tui::keymap::Keymap;
use trading_desk::tui::msg::Msg;
use trading_desk::tui::pen::Pen;
use trading_desk::tui::theme::{Plain as PlainTheme, Themes};

use stage::plain::Plain;
use stage::report::{
    against, beside, bounded, figure, heading, hundredth, line, median, now, since, wants, word,
};
use stage::sink::{Sink, Tally, keyboard, press};
use stage::{DENSE, Stage, noon};

const ROUNDS: usize = 15;
const DRAWS_A_ROUND: u32 = 200;
/// Quotes of a storm, in a millisecond: 20,000 a second.
const QUOTES_A_MS: u32 = 20;
const KEYS: u32 = 1_000;
/// A key is to be on the screen within this time.
const KEY_LIMIT: Duration = Duration::from_millis(16);

fn main() {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let many = builder.worker_threads(2).enable_all().build().expect("a runtime");
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let one = builder.enable_all().build().expect("a runtime");
    if wants("draw") || std::env::args().any(|one| one == "picture") {
        one.block_on(draws());
    }
    if wants("frames") {
        one.block_on(frames());
    }
    if wants("keys") {
        many.block_on(keys());
    }
}

/// The app with a dense screen, without a loop around it.
struct Dense {
    stage: Stage,
    app: App,
}

impl Dense {
    async fn open() -> Self {
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(noon(true)));
        let stage = Stage::open(clock, Schedule::Always, 100).await;
        let actor = stage.sign_in().await;
        let mut watch = stage.desk.watch(actor).await.expect("a sign-in");
        let Some(Update::View(mut view)) = watch.updates.recv().await else {
            panic!("a view comes first")
        };
        fill(&mut view, &stage);
        let themes = Themes::built_in(PlainTheme::default());
        let look = Look::new(Keymap::built_in(), themes, stage.moment());
        let mut dense = Self { stage, app: App::new(look, None) };
        let mut asks = dense.app.update(Msg::Resize(DENSE.0, DENSE.1));
        asks.extend(dense.app.update(Msg::Update(Update::View(view))));
        asks.extend(dense.app.update(Msg::Prices(watch.prices.take())));
        asks.extend(dense.app.settle());
        while let Some(Ask { from, tag, want }) = asks.pop() {
            let Want::Query(query) = want else { continue };
            let answer = dense.stage.desk.ask(actor, query).await.map(Reply::Answer);
            let reply = Msg::Reply { to: from, tag, result: Box::new(answer) };
            asks.extend(dense.app.update(reply));
            asks.extend(dense.app.settle());
        }
        dense
    }

    /// Prices of the first symbols, moved by a cent or so.
    fn moved(&self, symbols: usize, step: u32) -> Vec<Ticker> {
        let symbols = self.stage.symbols().into_iter().take(symbols);
        let tickers = symbols.filter_map(|symbol| self.stage.board.get(symbol));
        tickers.map(|ticker| nudged(ticker, step)).collect()
    }

    fn see(&mut self, tickers: &[Ticker]) {
        self.app.update(Msg::Prices(tickers.to_vec()));
        self.app.settle();
    }
}

/// Fills every pane: a position and a working order in most symbols.
fn fill(view: &mut View, stage: &Stage) {
    let portfolio = *view.portfolios.keys().next().expect("a portfolio");
    let position = *view.positions.values().next().expect("a position");
    let working = view.orders.values().find(|order| !order.state.is_final());
    let order = working.expect("an order that works").clone();
    for (index, symbol) in (0..40_u128).zip(stage.symbols()) {
        let mut held = trading_desk::domain::positions::Position { portfolio, symbol, ..position };
        held.realised = Money::cents(1_250);
        view.positions.insert((portfolio, symbol), held);
        let mut copy = order.clone();
        copy.id = OrderId(uuid::Uuid::from_u128(order.id.0.as_u128() + 1 + index));
        copy.draft.symbol = symbol;
        copy.portfolio = portfolio;
        view.orders.insert(copy.id, copy);
    }
}

fn nudged(ticker: Ticker, step: u32) -> Ticker {
    let ticks = [1, 2, 1, 3, 2][step as usize % 5];
    let by = Price::from_units(ticker.last.tick().units() * ticks);
    Ticker { last: ticker.last + by, bid: ticker.bid + by, ask: ticker.ask + by, ..ticker }
}

/// Times `DRAWS_A_ROUND` calls; what one of them takes.
fn round(mut call: impl FnMut(u32)) -> Duration {
    let start = now();
    for step in 0..DRAWS_A_ROUND {
        call(step);
    }
    since(start) / DRAWS_A_ROUND
}

fn bare(sink: &Sink) -> Terminal<CrosstermBackend<Sink>> {
    let viewport = Viewport::Fixed(Rect::new(0, 0, DENSE.0, DENSE.1));
    let terminal =
        Terminal::with_options(CrosstermBackend::new(sink.clone()), TerminalOptions { viewport });
    terminal.expect("a terminal")
}

/// One frame's cost beside bare ratatui's, nothing changed, and its bytes with ten rows changed.
async fn draws() {
    let mut dense = Dense::open().await;
    if std::env::args().any(|one| one == "picture") {
        let mut terminal = Terminal::new(TestBackend::new(DENSE.0, DENSE.1)).expect("a terminal");
        terminal.draw(|frame| dense.app.draw(frame)).expect("drawn");
        println!("{}", terminal.backend());
    }
    let plain = Plain::new();
    let sink = Sink::default();
    let mut pen = Pen::new(sink.clone(), DENSE.0, DENSE.1).expect("a pen");
    let (mut panes, mut four) = (bare(&Sink::default()), bare(&Sink::default()));
    let (mut ours, mut same, mut simple, mut lively, mut update) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(round(|_| pen.draw(|frame| dense.app.draw(frame)).expect("drawn")));
        same.push(round(|_| put(&mut panes, |frame| plain.same_panes(frame))));
        simple.push(round(|_| put(&mut four, |frame| plain.four_widgets(frame))));
        lively.push(round(|step| {
            let moved = dense.moved(10, step);
            dense.see(&moved);
            pen.draw(|frame| dense.app.draw(frame)).expect("drawn");
        }));
        update.push(round(|step| {
            let moved = dense.moved(50, step);
            dense.see(&moved);
        }));
    }
    let (ours, same, simple) = (median(&mut ours), median(&mut same), median(&mut simple));
    heading(&format!("A frame of {}x{} into a sink, nothing changed", DENSE.0, DENSE.1));
    against("draw, beside the same panes by bare ratatui", ours, same, 1.4);
    against("draw, beside ticker, 50x10, text, 2,000 points", ours, simple, 1.4);
    beside("update and draw, 10 symbols moved", median(&mut lively), Some(same));
    beside("update alone, 50 symbols moved", median(&mut update), Some(same));
    bytes(&mut dense, &mut pen, &sink);
    dense.stage.close().await;
}

fn put(terminal: &mut Terminal<CrosstermBackend<Sink>>, paint: impl FnOnce(&mut Frame<'_>)) {
    terminal.draw(paint).expect("drawn");
}

/// The bytes of frames in which some symbols moved, beside those that ratatui's own diff writes.
fn bytes(dense: &mut Dense, pen: &mut Pen<Sink>, sink: &Sink) {
    const FRAMES: u32 = 50;
    for symbols in [4, 10, 40] {
        let bare_sink = Sink::default();
        let mut terminal = bare(&bare_sink);
        put(&mut terminal, |frame| dense.app.draw(frame));
        pen.draw(|frame| dense.app.draw(frame)).expect("drawn");
        let (before, bare_before) = (sink.tally(), bare_sink.tally());
        let mut rows = 0;
        for step in 0..FRAMES {
            let was = picture(&dense.app);
            let moved = dense.moved(symbols, step);
            dense.see(&moved);
            rows += changed(&was, &picture(&dense.app));
            pen.draw(|frame| dense.app.draw(frame)).expect("drawn");
            put(&mut terminal, |frame| dense.app.draw(frame));
        }
        let tally = minus(sink.tally(), before);
        let bare = minus(bare_sink.tally(), bare_before);
        let (ours, theirs) = (tally.bytes / u64::from(FRAMES), bare.bytes / u64::from(FRAMES));
        let rows = rows / u64::from(FRAMES);
        heading(&format!("Bytes of a frame, {symbols} symbols moved, {rows} screen rows changed"));
        let met = ours <= 220 * rows && ours * 100 <= theirs * 115;
        let goal = format!("<= 220 a row, <= 1.15 x ratatui's diff: {}", word(met));
        let ratio = format!("{:.2}", figure(ours) / figure(theirs));
        line("bytes", (ours.to_string(), theirs.to_string()), &ratio, &goal);
        let met = tally.frames == u64::from(FRAMES) && tally.writes == u64::from(FRAMES);
        let writes = figure(tally.writes) / f64::from(FRAMES);
        bounded("writes, whole and synchronized", writes, "", ("1", met));
    }
}

/// The cells of a frame.
fn picture(app: &App) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(DENSE.0, DENSE.1)).expect("a terminal");
    terminal.draw(|frame| app.draw(frame)).expect("drawn");
    terminal.backend().buffer().clone()
}

/// Rows in which two frames differ.
fn changed(one: &Buffer, other: &Buffer) -> u64 {
    let width = usize::from(DENSE.0);
    let rows = one.content().chunks(width).zip(other.content().chunks(width));
    rows.map(|(one, other)| u64::from(one != other)).sum()
}

fn minus(one: Tally, other: Tally) -> Tally {
    Tally {
        writes: one.writes - other.writes,
        frames: one.frames - other.frames,
        bytes: one.bytes - other.bytes,
        flushes: one.flushes - other.flushes,
    }
}

/// A screen that runs its loop on a sink; the future ends when the keyboard is dropped.
fn running<I>(stage: &Stage, input: I, sink: &Sink) -> tokio::task::JoinHandle<()>
where
    I: Stream<Item = std::io::Result<Input>> + Unpin + Send + 'static,
{
    let options = stage.screen(DENSE, futures::future::pending().boxed());
    let screen = tui::run(stage.desk.clone(), input, sink.clone(), options);
    tokio::spawn(async move {
        screen.await.expect("a terminal in memory does not go away");
    })
}

/// Waits until nothing has been written for a while.
async fn rest(sink: &Sink) -> Tally {
    loop {
        let before = sink.tally();
        for _ in 0..100 {
            pause(Duration::from_millis(1)).await;
        }
        if sink.tally() == before {
            return before;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the desk's other threads need real time to rest")]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}

/// Lets every task that can go on do so.
async fn turn() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

/// How many frames are drawn: for nothing, for a clock, for a storm. The clock is moved by hand.
async fn frames() {
    heading("Frames of the running screen, time moved by hand");
    let clock = Arc::new(ManualClock::new(noon(false)));
    let stage = Stage::open(Arc::clone(&clock) as Arc<dyn Clock>, Schedule::Nyse, 100).await;
    let sink = Sink::default();
    let (keys, input) = keyboard(&sink);
    let screen = running(&stage, input, &sink);
    let before = rest(&sink).await;
    pause(Duration::from_secs(2)).await;
    let none = minus(sink.tally(), before);
    bounded("frames while nothing happens, 2 s", figure(none.frames), "", ("0", none.writes == 0));
    let before = sink.tally();
    for _ in 0..600 {
        clock.advance_ms(100);
        turn().await;
    }
    let idle = minus(rest(&sink).await, before);
    let per_second = figure(idle.frames) / 60.0;
    bounded("frames a second, market closed", per_second, "", ("1", idle.frames <= 60));
    let bytes = idle.bytes / idle.frames.max(1);
    line("  bytes of such a frame", (bytes.to_string(), String::new()), "", "");
    drop(keys);
    screen.await.expect("it ends");
    stage.close().await;
    storm_by_hand().await;
}

/// Twenty quotes each millisecond for ten seconds of a clock that is moved by hand.
async fn storm_by_hand() {
    const SECONDS: u32 = 10;
    let clock = Arc::new(ManualClock::new(noon(true)));
    let stage = Stage::open(Arc::clone(&clock) as Arc<dyn Clock>, Schedule::Always, 60_000).await;
    let sink = Sink::default();
    let (keys, input) = keyboard(&sink);
    let screen = running(&stage, input, &sink);
    rest(&sink).await;
    let mut quotes = Quotes::of(&stage);
    clock.advance_ms(1_000);
    let before = rest(&sink).await;
    for _ in 0..SECONDS * 1_000 {
        clock.advance_ms(1);
        stage.board.put(&quotes.next(QUOTES_A_MS));
        turn().await;
    }
    let storm = minus(sink.tally(), before);
    let per_second = figure(storm.frames) / f64::from(SECONDS);
    let few = per_second <= 30.0;
    bounded("frames a second, 20,000 quotes a second", per_second, "", ("<= 30", few));
    let whole = storm.frames == storm.writes;
    let a_frame = figure(storm.writes) / figure(storm.frames.max(1));
    bounded("  writes a frame", a_frame, "", ("1", whole));
    drop(keys);
    screen.await.expect("it ends");
    stage.close().await;
}

/// Quotes without end: every symbol in turn, each a little off its own price.
struct Quotes {
    tickers: Vec<Ticker>,
    next: u32,
}

impl Quotes {
    fn of(stage: &Stage) -> Self {
        let tickers = stage.symbols().into_iter().filter_map(|symbol| stage.board.get(symbol));
        Self { tickers: tickers.collect(), next: 0 }
    }

    fn next(&mut self, count: u32) -> Vec<Ticker> {
        let all = u32::try_from(self.tickers.len()).expect("some hundred");
        let first = self.next;
        self.next += count;
        let quote = |step: u32| nudged(self.tickers[(step % all) as usize], step / all);
        (first..self.next).map(quote).collect()
    }
}

/// From a key's arrival to its frame's last byte, in real time: in quiet, and under a storm.
async fn keys() {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let stage = Stage::open(clock, Schedule::Always, 100).await;
    let sink = Sink::default();
    let (keyboard, input) = keyboard(&sink);
    let screen = running(&stage, input, &sink);
    rest_of_opening(&sink).await;
    heading(&format!("A key on the screen, {KEYS} keys in real time"));
    let mut quiet = type_keys(&keyboard, &sink).await;
    let storm = tokio::spawn(blow(Quotes::of(&stage), stage.board.clone()));
    pause(Duration::from_millis(500)).await;
    let (before, start, worked) = (sink.tally(), now(), cpu());
    let mut stormy = type_keys(&keyboard, &sink).await;
    let passed = since(start);
    let busy = cpu().saturating_sub(worked);
    let frames = figure(minus(sink.tally(), before).frames) - f64::from(KEYS);
    storm.abort();
    beside("p50 in quiet", median(&mut quiet), None);
    let calm = hundredth(&mut quiet, 99);
    beside("p99 in quiet", calm, None);
    beside("p50 under 20,000 quotes a second", median(&mut stormy), None);
    against("p99 under 20,000 quotes a second; 16 ms", hundredth(&mut stormy, 99), KEY_LIMIT, 1.0);
    beside("longest", hundredth(&mut stormy, 100), None);
    let seconds = passed.as_secs_f64();
    bounded(
        "frames a second beside the keys'",
        frames / seconds,
        "",
        ("<= 30", frames / seconds <= 30.0),
    );
    let share = busy.as_secs_f64() / seconds * 100.0;
    line("CPU of all of it, keys and quotes too", (format!("{share:.1} %"), String::new()), "", "");
    drop(keyboard);
    screen.await.expect("it ends");
    stage.close().await;
}

/// The demo's market never rests: its first second is over.
async fn rest_of_opening(sink: &Sink) {
    while sink.tally().frames < 3 {
        pause(Duration::from_millis(10)).await;
    }
    pause(Duration::from_secs(1)).await;
}

/// Presses `KEYS` keys at uneven times; what each took to the screen.
async fn type_keys(keyboard: &stage::sink::Keyboard, sink: &Sink) -> Vec<Duration> {
    drop(sink.latencies());
    for step in 0..KEYS {
        press(keyboard, if step % 2 == 0 { 'j' } else { 'k' });
        pause(Duration::from_micros(9_000 + 977 * (u64::from(step) * 7 % 11))).await;
    }
    pause(Duration::from_millis(200)).await;
    let latencies = sink.latencies();
    assert_eq!(latencies.len(), KEYS as usize, "each key was shown");
    latencies
}

/// Puts 20,000 quotes a second up, in steps of a millisecond or as many as went by.
async fn blow(mut quotes: Quotes, board: trading_desk::desk::prices::PriceBoard) {
    let start = now();
    let mut sent = 0;
    loop {
        let due = u32::try_from(since(start).as_millis()).expect("minutes") * QUOTES_A_MS;
        if due > sent {
            board.put(&quotes.next(due - sent));
            sent = due;
        }
        pause(Duration::from_millis(1)).await;
    }
}

/// The time this process has worked, from `/proc`.
fn cpu() -> Duration {
    stage::proc::cpu(std::process::id())
}
