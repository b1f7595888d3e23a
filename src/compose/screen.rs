//! Puts a desk on this process's terminal, and takes both down whatever ends them.
//! Must never leave the terminal taken or the store open, whichever of them failed first.

use std::io::IsTerminal;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::Arc;

use futures::FutureExt;
use tokio::sync::oneshot;

use crate::config::ScreenConfig;
use crate::desk::event::Door;
use crate::desk::refusal::Fault;
use crate::domain::time::new_york;
use crate::tui::ctx::Prefs;
use crate::tui::keymap::Keymap;
use crate::tui::local::LocalTerminal;
use crate::tui::theme::{Plain, Themes};
use crate::tui::{self, Ending, Options};

use super::open::{Opened, failed_inside};
use super::signals::Signals;

/// Who is to be signed in, how it looks, and where its exports go.
pub struct Wanted {
    /// Login that was named at the start.
    pub user: Option<String>,
    /// How it looks.
    pub screen: ScreenConfig,
    /// Where exports are written.
    pub exports: PathBuf,
}

/// Refuses to begin where there is no terminal, before anything is opened.
pub fn check() -> Result<(), Fault> {
    let is_there = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let words = "The desk needs a terminal: run it without pipes";
    if is_there { Ok(()) } else { Err(Fault::new(words)) }
}

/// Shows the desk until its person leaves, a signal comes, or something fails; then closes both.
/// What failed first is what is told.
pub async fn show(mut opened: Opened, mut signals: Signals, wanted: Wanted) -> Result<(), Fault> {
    let shown = match LocalTerminal::take(wanted.screen.mouse) {
        Ok(terminal) => on_terminal(&mut opened, &mut signals, wanted, terminal).await,
        Err(fault) => Err(fault),
    };
    let closed = opened.close().await;
    shown.and(closed)
}

/// Runs the screen; the terminal is given back before anything is told.
async fn on_terminal(
    opened: &mut Opened,
    signals: &mut Signals,
    wanted: Wanted,
    terminal: LocalTerminal,
) -> Result<(), Fault> {
    let (stop, stopped) = oneshot::channel::<()>();
    let options = options(opened, wanted, &terminal, stopped);
    let (input, output) = (terminal.input(), terminal.output()?);
    let screen = tui::run(opened.desk.clone(), input, output, options);
    let mut screen = std::pin::pin!(AssertUnwindSafe(screen).catch_unwind());
    let failed = tokio::select! {
        biased;
        ended = &mut screen => {
            drop(terminal);
            return match ended {
                Ok(Ok(Ending::DeskEnded)) => Err(tokio::select! {
                    biased;
                    fault = opened.failed() => fault,
                    _ = signals.next() => Fault::new("The desk ended. Start it again"),
                }),
                Ok(Ok(Ending::Left | Ending::Stopped | Ending::TerminalGone)) => Ok(()),
                Ok(Err(fault)) => Err(fault),
                Err(_) => Err(failed_inside()),
            };
        }
        name = signals.next() => {
            tracing::info!(name, "asked to end");
            None
        }
        fault = opened.failed() => Some(fault),
        () = terminal.panicked() => Some(failed_inside()),
    };
    drop(stop);
    // It ends at once: that it is asked to is looked at before anything else.
    let _ = screen.await;
    drop(terminal);
    failed.map_or(Ok(()), Err)
}

fn options(
    opened: &Opened,
    wanted: Wanted,
    terminal: &LocalTerminal,
    stopped: oneshot::Receiver<()>,
) -> Options {
    let market = Arc::clone(&opened.market);
    let look = wanted.screen;
    Options {
        clock: Arc::clone(&opened.clock),
        market_time: Arc::new(move |desk| market.time(desk)),
        door: Door::Terminal,
        user: wanted.user,
        keymap: Keymap::built_in(),
        themes: Themes::built_in(Plain { no_colour: look.no_colour, ascii: look.ascii }),
        prefs: Prefs {
            theme: look.theme.map(str::to_owned),
            own_zone: look.zone != *new_york(),
            zone: look.zone,
            confirm_above: look.confirm_above,
            flash: look.flash,
            lock_after_minutes: look.idle_lock_minutes,
        },
        mouse: look.mouse,
        frame_ms: 1_000 / look.frames_per_second,
        size: terminal.size(),
        exports: wanted.exports,
        stop: stopped.map(drop).boxed(),
    }
}
