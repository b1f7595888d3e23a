//! This process's own terminal: raw mode and its kin, restored on every way out, a panic included.
//! Must never leave a terminal that its person cannot type in.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::panic;
use std::sync::Arc;

use crossterm::cursor::Show;
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange, EventStream,
};
use crossterm::execute;
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode, size,
};
use tokio::sync::Notify;

use crate::desk::refusal::Fault;

use super::pen::{MOUSE_OFF, MOUSE_ON};

/// The terminal of this process while the desk has it; dropping it gives it back.
pub struct LocalTerminal {
    panicked: Arc<Notify>,
}

impl LocalTerminal {
    /// Takes the terminal: raw mode, alternate screen, bracketed paste, focus, and the mouse
    /// where it is wanted.
    pub fn take(mouse: bool) -> Result<Self, Fault> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return Err(Fault::new("The desk needs a terminal: run it without pipes"));
        }
        let panicked = Arc::new(Notify::new());
        let told = Arc::clone(&panicked);
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            give_back();
            before(panic);
            told.notify_one();
        }));
        let terminal = Self { panicked };
        let taken = enable_raw_mode().and_then(|()| {
            let mut out = io::stdout();
            execute!(out, EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange)?;
            if mouse {
                out.write_all(MOUSE_ON)?;
            }
            out.flush()
        });
        taken.map_err(|error| Fault::new(format!("The terminal cannot be used: {error}")))?;
        Ok(terminal)
    }

    /// Keys, mouse, pastes and sizes as they come.
    pub fn input(&self) -> EventStream {
        EventStream::new()
    }
    /// Where frames go: each write is one system call.
    pub fn output(&self) -> Result<File, Fault> {
        let copy = io::stdout().as_fd().try_clone_to_owned();
        let copy = copy.map_err(|error| Fault::new(format!("The terminal is gone: {error}")))?;
        Ok(File::from(copy))
    }
    /// Columns and rows; a terminal that does not say has 80 and 24.
    pub fn size(&self) -> (u16, u16) {
        size().unwrap_or((80, 24))
    }
    /// Resolves once something in this process has panicked: the screen is over then.
    pub fn panicked(&self) -> impl Future<Output = ()> + Send + 'static {
        let panicked = Arc::clone(&self.panicked);
        async move { panicked.notified().await }
    }
}

impl Drop for LocalTerminal {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back as it was; harmless where it was not taken, or was given back before.
fn give_back() {
    let mut out = io::stdout();
    // Nothing can be done where the terminal has gone away: the process is about to end.
    let _ = out.write_all(MOUSE_OFF);
    let _ = execute!(
        out,
        EndSynchronizedUpdate,
        DisableFocusChange,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    );
    let _ = disable_raw_mode();
}
