//! A program in a pseudo-terminal, its output taken down with the time at which it came.
//! Must never slow the program: a thread of its own reads, and what was read is looked at later.

use std::io::Read;
use std::num::NonZero;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use super::report::{now, since};

/// How long a screen may take on a busy machine.
const DEADLINE: Duration = Duration::from_mins(1);
/// The end of a frame in synchronized output.
pub(crate) const FRAME_END: &[u8] = b"\x1b[?2026l";

/// A program in a terminal.
pub(crate) struct Program {
    parser: vt100::Parser,
    output: Receiver<(Instant, Vec<u8>)>,
    child: Box<dyn Child + Send + Sync>,
    started: Instant,
    tail: Vec<u8>,
    // Closing it hangs the program up.
    _master: Box<dyn MasterPty + Send>,
}

impl Program {
    /// Starts a program with its home in `home`.
    pub(crate) fn start(
        program: &str,
        arguments: &[&str],
        home: &Path,
        (columns, rows): (u16, u16),
    ) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a terminal");
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.cwd(home);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        command.env("LANG", "C.UTF-8");
        command.env("HOME", home);
        command.env("TMPDIR", home);
        let mut reader = pair.master.try_clone_reader().expect("its output");
        let (send, output) = channel();
        std::thread::spawn(move || {
            let mut bytes = vec![0; 65_536];
            while let Ok(count) = reader.read(&mut bytes) {
                if count == 0 || send.send((now(), bytes[..count].to_vec())).is_err() {
                    break;
                }
            }
        });
        let cells = |count| NonZero::new(count).expect("not zero");
        let parser = vt100::Parser::new(cells(rows), cells(columns), 0);
        let started = now();
        let child = pair.slave.spawn_command(command).expect("it starts");
        Self { parser, output, child, started, tail: Vec::new(), _master: pair.master }
    }

    /// From the start to the last byte of the frame on which `text` stands first.
    pub(crate) fn first_frame(&mut self, text: &str) -> Duration {
        loop {
            let left = DEADLINE.saturating_sub(since(self.started));
            match self.output.recv_timeout(left) {
                Ok((at, bytes)) => {
                    self.parser.process(&bytes);
                    let kept = self.tail.len().saturating_sub(FRAME_END.len());
                    self.tail.drain(..kept);
                    self.tail.extend(bytes);
                    let is_whole = self.tail.ends_with(FRAME_END);
                    if is_whole && self.screen().contains(text) {
                        return at.duration_since(self.started);
                    }
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("never came: {text}\n{}", self.screen());
                }
            }
        }
    }

    /// Reads for so long; how many bytes and reads came.
    pub(crate) fn listen(&mut self, time: Duration) -> (u64, u64) {
        let start = now();
        let (mut bytes, mut reads) = (0, 0);
        while let Some(left) = time.checked_sub(since(start)) {
            match self.output.recv_timeout(left) {
                Ok((_, read)) => {
                    bytes += read.len() as u64;
                    reads += 1;
                    self.parser.process(&read);
                }
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => panic!("it ended\n{}", self.screen()),
            }
        }
        (bytes, reads)
    }

    /// What is on its screen.
    pub(crate) fn screen(&self) -> String {
        self.parser.screen().contents()
    }

    /// Its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.process_id().expect("it runs")
    }

    /// Asks it to end, and waits for that.
    pub(crate) fn end(mut self) {
        let process = self.process().to_string();
        let asked = std::process::Command::new("kill").args(["-s", "TERM", &process]).status();
        assert!(asked.expect("kill is there").success());
        self.child.wait().expect("it ends");
    }
}
