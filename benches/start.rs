//! How soon the desk is there, and what it holds and uses while nobody touches it.
//! Must never be read as a test: it prints, and a person compares.
//!
//! The release program itself runs in a pseudo-terminal of 200x60. Its yardstick is this program
//! started the same way with `--yardstick`: it opens the same libraries, draws one frame, and no
//! more. `cargo bench --bench start -- first` runs one part alone; parts: `first`, `idle`, `demo`,
//! `hour`, `size`.

#[allow(dead_code, reason = "another bench uses the rest of it")]
mod filling;
mod stage;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, enable_raw_mode};
use futures::FutureExt;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::widgets::Paragraph;
use sqlx::Connection;
use tokio::sync::mpsc;
use trading_desk::bounds::INBOX_REPORTS_MAX;
use trading_desk::clock::{ManualClock, SystemClock};
use trading_desk::desk::port::Clock;
use trading_desk::desk::prices::PriceBoard;
use trading_desk::domain::hours::{Phase, Schedule};
use trading_desk::domain::time::{MarketTime, new_york};
use trading_desk::store::SqliteStore;
use trading_desk::venue::simulator::{Listed, Options, Simulator};

use filling::{Course, Past};
use stage::pty::{FRAME_END, Program};
use stage::report::{against, bounded, figure, folder, heading, line, median, wants};
use stage::{DENSE, Stage, noon, proc};

const DESK: &str = env!("CARGO_BIN_EXE_desk");
const PAST_ORDERS: u64 = 100_000;
/// Orders of the past in a day, as a busy small team has them.
const ORDERS_A_DAY: i64 = 200;
const STARTS: usize = 15;
const IDLE: Duration = Duration::from_secs(20);
const READY: &str = "The stack is there";

fn main() {
    let asked = |flag: &str| std::env::args().any(|one| one == flag);
    if asked("--yardstick") {
        yardstick();
    } else if asked("--hour") {
        hour();
    } else {
        measure();
    }
}

fn measure() {
    let folder = folder("start");
    println!("folder: {}", folder.display());
    let home = Home::make(&folder);
    if wants("size") {
        size();
    }
    if wants("first") {
        first_frames(&home);
    }
    if wants("idle") {
        idle(&home);
    }
    if wants("demo") {
        demo(&home);
    }
    if wants("hour") {
        heading("An hour of the market, 500 symbols streaming to a screen");
        let itself = std::env::current_exe().expect("it is a file");
        let ended = std::process::Command::new(itself).arg("--hour").status().expect("it starts");
        assert!(ended.success());
    }
    fs::remove_dir_all(&folder).expect("the folder is ours");
}

/// A home with a kept desk: people without passwords, 100,000 orders behind them.
struct Home {
    folder: PathBuf,
    data: String,
}

impl Home {
    fn make(folder: &Path) -> Self {
        let home =
            Self { folder: folder.to_owned(), data: folder.join("data").display().to_string() };
        let runtime = runtime();
        runtime.block_on(home.fill());
        drop(runtime);
        // The first start pins the account and marks the day; those that are timed find it done.
        let mut program = home.desk(&[]);
        program.first_frame("Trader 1");
        program.end();
        home
    }

    async fn fill(&self) {
        let data = Path::new(&self.data);
        fs::create_dir_all(data).expect("the folder can be made");
        let clock = SystemClock::new();
        let now = clock.now();
        let (says, _feed) = mpsc::channel(INBOX_REPORTS_MAX);
        let options = Options { state_file: Some(data.join("market.state")), ..Options::default() };
        let market = Simulator::start(&options, Arc::new(clock), PriceBoard::new(), says);
        let market = market.expect("a market");
        let store = SqliteStore::open(&data.join("desk.db")).await.expect("a store");
        let step_ns = 86_400_000_000_000 / ORDERS_A_DAY;
        let orders = i64::try_from(PAST_ORDERS).expect("small");
        let course = Course {
            number: market.account_number().to_owned(),
            start_ns: now.ns() - (orders + 1) * step_ns,
            step_ns,
        };
        let mut past = Past::begin(&store, course).await;
        past.finished(&store, PAST_ORDERS).await;
        store.close().await.expect("it closes");
        market.stop().await;
    }

    /// The desk on this store.
    fn desk(&self, arguments: &[&str]) -> Program {
        let mut all = vec!["--data-dir", self.data.as_str()];
        all.extend(arguments);
        Program::start(DESK, &all, &self.folder, DENSE)
    }

    fn yardstick(&self) -> Program {
        let itself = std::env::current_exe().expect("it is a file").display().to_string();
        Program::start(&itself, &["--yardstick"], &self.folder, DENSE)
    }
}

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().expect("a runtime")
}

/// The program that only opens the same libraries: threads, log, SQLite, zones, one frame.
fn yardstick() {
    let log = fs::File::create("yardstick.log").expect("a log");
    let (writer, _guard) = tracing_appender::non_blocking(log);
    tracing_subscriber::fmt().with_writer(writer).with_ansi(false).init();
    runtime().block_on(async {
        let mut database =
            sqlx::SqliteConnection::connect("sqlite::memory:").await.expect("a database");
        sqlx::query("SELECT 1").execute(&mut database).await.expect("an answer");
        let hour = noon(true).timestamp().to_zoned(new_york().clone());
        tracing::info!(%hour, "opened");
        enable_raw_mode().expect("a terminal");
        let mut out = std::io::stdout();
        execute!(out, EnterAlternateScreen).expect("a terminal");
        let mut terminal = Terminal::new(CrosstermBackend::new(&mut out)).expect("a terminal");
        let draw = |frame: &mut ratatui::Frame<'_>| {
            frame.render_widget(Paragraph::new(READY), frame.area());
        };
        terminal.draw(draw).expect("drawn");
        drop(terminal);
        std::io::Write::write_all(&mut out, FRAME_END).expect("a terminal");
        std::io::Write::flush(&mut out).expect("a terminal");
        let terminate = tokio::signal::unix::SignalKind::terminate();
        let mut signal = tokio::signal::unix::signal(terminate).expect("a signal");
        signal.recv().await;
        execute!(out, LeaveAlternateScreen).expect("a terminal");
    });
}

fn size() {
    heading("The release program");
    let bytes = fs::metadata(DESK).expect("it is built").len();
    let mb = figure(bytes) / 1e6;
    bounded("size, stripped", mb, " MB", ("<= 16 MB", mb <= 16.0));
}

/// From the start to the first frame, turn by turn.
fn first_frames(home: &Home) {
    heading("From the start to the first frame, 100,000 past orders; yardstick: the libraries");
    let (mut stack, mut sign_in, mut desk, mut held) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let mut program = home.yardstick();
        stack.push(program.first_frame(READY));
        program.end();
        let mut program = home.desk(&[]);
        sign_in.push(program.first_frame("Trader 1"));
        program.listen(Duration::from_millis(500));
        held.push(proc::mib(program.process(), "VmRSS"));
        program.end();
        let mut program = home.desk(&["--user", "trader1"]);
        desk.push(program.first_frame("Watchlist"));
        program.end();
    }
    let stack = median(&mut stack);
    against("sign-in screen", median(&mut sign_in), stack, 3.0);
    against("Desk screen, signed in by --user", median(&mut desk), stack, 3.0);
    held.sort_by(f64::total_cmp);
    let held = held[held.len() / 2];
    bounded("resident memory at the sign-in screen", held, " MiB", ("<= 25 MiB", held <= 25.0));
}

/// The kept desk, signed in, while the market is closed and nobody touches it.
fn idle(home: &Home) {
    heading(&format!("Left alone for {} s, market closed", IDLE.as_secs()));
    let now = MarketTime::from_ns(SystemClock::new().now().ns());
    if Schedule::Nyse.clock(now).phase == Phase::Open {
        println!("New York trades now: run this part when it does not");
        return;
    }
    for (what, user) in [("sign-in screen", &[][..]), ("Desk screen", &["--user", "trader1"])] {
        let mut arguments = vec!["--set", "market.hours=nyse"];
        arguments.extend(user);
        let mut program = home.desk(&arguments);
        program.first_frame(if user.is_empty() { "Trader 1" } else { "Watchlist" });
        program.listen(Duration::from_secs(3));
        let (used, bytes, reads) = watch(&mut program);
        bounded(&format!("{what}, CPU"), used, " %", ("< 0.3 %", used < 0.3));
        let goal = u8::from(!user.is_empty());
        let frames = figure(reads) / IDLE.as_secs_f64();
        let words = format!("{goal} a second");
        let met = frames <= f64::from(goal) * 1.1;
        bounded(&format!("{what}, frames a second"), frames, "", (&words, met));
        let bytes = figure(bytes) / IDLE.as_secs_f64();
        line(&format!("{what}, bytes a second"), (format!("{bytes:.0}"), String::new()), "", "");
        let held = proc::mib(program.process(), "VmRSS");
        line(&format!("{what}, resident"), (format!("{held:.1} MiB"), String::new()), "", "");
        program.end();
    }
}

/// Listens for a while: percent of a core, bytes, reads.
fn watch(program: &mut Program) -> (f64, u64, u64) {
    let before = proc::cpu(program.process());
    let (bytes, reads) = program.listen(IDLE);
    let worked = proc::cpu(program.process()).saturating_sub(before);
    (worked.as_secs_f64() / IDLE.as_secs_f64() * 100.0, bytes, reads)
}

/// A demo at work: 120 symbols at real time, and an hour of them at a hundred times that.
fn demo(home: &Home) {
    heading("A demo at work, 200x60");
    for (what, speed) in [("real time", "1"), ("an hour in 36 s", "100")] {
        let arguments = ["demo", "--user", "trader1", "--speed", speed];
        let mut program = Program::start(DESK, &arguments, &home.folder, DENSE);
        let first = program.first_frame("Watchlist");
        line(&format!("{what}, first frame"), (stage::report::time(first), String::new()), "", "");
        program.listen(Duration::from_secs(16));
        let (used, bytes, _) = watch(&mut program);
        line(&format!("{what}, CPU"), (format!("{used:.1} %"), String::new()), "", "");
        let rate = figure(bytes) / IDLE.as_secs_f64() / 1_024.0;
        line(&format!("{what}, KiB a second"), (format!("{rate:.1}"), String::new()), "", "");
        let held = proc::mib(program.process(), "VmRSS");
        bounded(&format!("{what}, resident"), held, " MiB", ("<= 60 MiB", held <= 60.0));
        program.end();
    }
}

/// An hour of market time on a clock moved by hand, in a process of its own.
fn hour() {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let clock = Arc::new(ManualClock::new(noon(true)));
        let options = Options { listed: Listed::Generated(500), ..Options::default() };
        let stage = Stage::bare(Arc::clone(&clock) as Arc<dyn Clock>, &options).await;
        let sink = stage::sink::Sink::default();
        let (keys, input) = stage::sink::keyboard(&sink);
        let screen = stage.screen(DENSE, futures::future::pending().boxed());
        let screen = trading_desk::tui::run(stage.desk.clone(), input, sink.clone(), screen);
        let screen = tokio::spawn(screen);
        let itself = std::process::id();
        let mut most: f64 = 0.0;
        for minute in 0..=60 {
            let held = proc::mib(itself, "VmRSS");
            most = most.max(held);
            if minute % 15 == 0 {
                let frames = sink.tally().frames;
                let figures = (format!("{held:.1} MiB"), format!("{frames} frames"));
                line(&format!("resident after {minute} minutes"), figures, "", "");
            }
            for _ in 0..if minute < 60 { 600 } else { 0 } {
                clock.advance_ms(100);
                for _ in 0..20 {
                    tokio::task::yield_now().await;
                }
            }
        }
        bounded("resident, at most", most, " MiB", ("<= 60 MiB", most <= 60.0));
        drop(keys);
        screen.await.expect("it ends").expect("and well");
        stage.close().await;
    });
}
