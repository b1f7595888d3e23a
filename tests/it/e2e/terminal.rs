//! The real binary in a pseudo-terminal, and the screen a person would see of it.
//! Must never sleep: it reads until a condition holds, and gives up after a deadline.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long a condition may take on a busy machine.
const DEADLINE: Duration = Duration::from_mins(1);

/// A program in a terminal.
pub(super) struct Terminal {
    parser: vt100::Parser,
    output: Receiver<Vec<u8>>,
    input: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
    /// Line modes of the terminal before the program had it.
    modes: String,
    child: Box<dyn Child + Send + Sync>,
}

fn size_of(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

/// Echo, line by line or raw, and the like, as text to be compared.
fn modes_of(master: &dyn MasterPty) -> String {
    let modes = format!("{:?}", master.get_termios());
    assert!(modes.contains("local_flags"), "the modes can be read: {modes}");
    modes
}

/// A screen here has a cell at least; the terminal itself may have none.
fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap_or(NonZero::<u16>::MIN)
}

impl Terminal {
    /// Starts the desk with these arguments, its home in `home`.
    pub(super) fn start(home: &Path, arguments: &[&str], (columns, rows): (u16, u16)) -> Self {
        let pair = native_pty_system().openpty(size_of(columns, rows)).expect("a terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_desk"));
        command.args(arguments);
        command.cwd(home);
        command.env_clear();
        for (name, value) in
            [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LANG", "C.UTF-8")]
        {
            command.env(name, value);
        }
        command.env("HOME", home);
        command.env("TMPDIR", home);
        let modes = modes_of(pair.master.as_ref());
        let child = pair.slave.spawn_command(command).expect("the desk starts");
        let mut reader = pair.master.try_clone_reader().expect("its output");
        let input = pair.master.take_writer().expect("its input");
        let (send, output) = channel();
        std::thread::spawn(move || {
            let mut bytes = vec![0; 65_536];
            while let Ok(count) = reader.read(&mut bytes) {
                if count == 0 || send.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let parser = vt100::Parser::new(cells(rows), cells(columns), 0);
        Self { parser, output, input, master: pair.master, modes, child }
    }

    /// Types bytes.
    pub(super) fn type_in(&mut self, text: &str) {
        self.input.write_all(text.as_bytes()).expect("the desk reads");
        self.input.flush().expect("the desk reads");
    }

    /// Pastes a text as a terminal does.
    pub(super) fn paste(&mut self, text: &str) {
        self.type_in(&format!("\u{1b}[200~{text}\u{1b}[201~"));
    }

    /// Gives the terminal another size.
    pub(super) fn resize(&mut self, columns: u16, rows: u16) {
        self.master.resize(size_of(columns, rows)).expect("a new size");
        self.parser.screen_mut().set_size(cells(rows), cells(columns));
    }

    /// What is on the screen.
    pub(super) fn screen(&self) -> String {
        self.parser.screen().contents()
    }

    /// True while the program draws on the alternate screen.
    pub(super) fn is_on_alternate_screen(&self) -> bool {
        self.parser.screen().alternate_screen()
    }

    /// True where line modes, mouse, pastes and cursor are as a shell wants them.
    pub(super) fn is_plain(&self) -> bool {
        let screen = self.parser.screen();
        modes_of(self.master.as_ref()) == self.modes
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
            && !screen.bracketed_paste()
            && !screen.hide_cursor()
    }

    /// Reads until `done` holds for the screen.
    #[expect(clippy::disallowed_methods, reason = "a real program is awaited, with a deadline")]
    pub(super) fn until(&mut self, what: &str, done: impl Fn(&str) -> bool) {
        let end = Instant::now() + DEADLINE;
        while !done(&self.screen()) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                // A screen that never rests must not put the end off.
                Ok(bytes) if !left.is_zero() => self.parser.process(&bytes),
                _ => panic!("never came: {what}\n{}", self.screen()),
            }
        }
    }

    /// Waits until a text is on the screen.
    pub(super) fn see(&mut self, text: &str) {
        self.until(text, |screen| screen.contains(text));
    }

    /// Waits until a text is gone from the screen.
    pub(super) fn lose(&mut self, text: &str) {
        self.until(&format!("the end of {text}"), |screen| !screen.contains(text));
    }

    /// Waits until the program ends; its exit code.
    #[expect(clippy::disallowed_methods, reason = "a real program is awaited, with a deadline")]
    pub(super) fn end(&mut self) -> u32 {
        let end = Instant::now() + DEADLINE;
        // The terminal's last holder is gone when its output ends, its last words drawn.
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) if !left.is_zero() => self.parser.process(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                _ => panic!("it never ended:\n{}", self.screen()),
            }
        }
        self.child.wait().expect("it ends").exit_code()
    }

    /// Sends a signal.
    pub(super) fn signal(&self, name: &str) {
        let id = self.child.process_id().expect("it runs");
        let sent = std::process::Command::new("kill")
            .args(["-s", name, &id.to_string()])
            .status()
            .expect("kill is there");
        assert!(sent.success(), "signal {name}");
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A test that failed half-way leaves no process behind.
        drop(self.child.kill());
    }
}
