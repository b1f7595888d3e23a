//! The pen: one frame as one write, inside synchronized output, over whatever takes bytes.
//! Must never ask the terminal anything: it may be a socket, and the answer may never come.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard};

use crossterm::clipboard::CopyToClipboard;
use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Frame, Terminal, TerminalOptions, Viewport};

/// Bytes that a page has room for from the start: a full repaint of a large terminal.
const PAGE_BYTES: usize = 64 * 1024;

/// Has buttons, drags and the wheel reported, with large coordinates; not every motion: a mouse
/// that merely moves would wake the desk for nothing.
pub const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h";
/// Leaves the mouse to the terminal.
pub const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l\x1b[?1000l";

/// Draws frames on `W`, one write each.
pub struct Pen<W> {
    terminal: Terminal<CrosstermBackend<Page>>,
    page: Page,
    output: W,
    size: Rect,
    anew: bool,
    frames: u64,
}

/// The bytes of one frame, gathered before they go out.
#[derive(Clone)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Page {
    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().expect("no holder of the page panics")
    }
}

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<W: Write> Pen<W> {
    /// A pen on a terminal of this size.
    pub fn new(output: W, width: u16, height: u16) -> io::Result<Self> {
        let page = Page(Arc::new(Mutex::new(Vec::with_capacity(PAGE_BYTES))));
        let size = Rect::new(0, 0, width, height);
        let terminal = terminal(&page, size)?;
        Ok(Self { terminal, page, output, size, anew: true, frames: 0 })
    }
    /// The terminal has another size: the next frame is drawn whole.
    pub fn resize(&mut self, width: u16, height: u16) {
        self.size = Rect::new(0, 0, width, height);
        self.anew = true;
    }
    /// Frames drawn so far.
    pub const fn frames(&self) -> u64 {
        self.frames
    }
    /// The next frame is drawn whole.
    pub const fn redraw(&mut self) {
        self.anew = true;
    }

    /// Draws one frame: what differs from the last one, in one write.
    pub fn draw(&mut self, paint: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        if self.size.is_empty() {
            return Ok(());
        }
        queue!(self.page, BeginSynchronizedUpdate)?;
        if std::mem::take(&mut self.anew) {
            self.terminal = terminal(&self.page, self.size)?;
            queue!(self.page, Clear(ClearType::All))?;
        }
        self.terminal.draw(paint)?;
        queue!(self.page, EndSynchronizedUpdate)?;
        self.frames += 1;
        self.send()
    }
    /// Puts a text on the clipboard of the terminal, wherever that is (OSC 52).
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        queue!(self.page, CopyToClipboard::to_clipboard_from(text))?;
        self.send()
    }
    /// Has the mouse reported, or leaves it to the terminal.
    pub fn report_mouse(&mut self, report: bool) -> io::Result<()> {
        self.page.write_all(if report { MOUSE_ON } else { MOUSE_OFF })?;
        self.send()
    }

    fn send(&mut self) -> io::Result<()> {
        let mut bytes = self.page.lock();
        self.output.write_all(&bytes)?;
        bytes.clear();
        drop(bytes);
        self.output.flush()
    }
}

fn terminal(page: &Page, size: Rect) -> io::Result<Terminal<CrosstermBackend<Page>>> {
    let options = TerminalOptions { viewport: Viewport::Fixed(size) };
    Terminal::with_options(CrosstermBackend::new(page.clone()), options)
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};

    use super::Pen;

    /// Counts writes and keeps what was written last.
    #[derive(Default)]
    struct Tally {
        writes: Vec<Vec<u8>>,
    }

    impl Write for &mut Tally {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.writes.push(bytes.to_vec());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_frame_is_one_write_inside_synchronized_output() {
        let mut tally = Tally::default();
        let mut pen = Pen::new(&mut tally, 200, 60).expect("a pen");
        for text in ["first", "second"] {
            let full = text.repeat(30);
            pen.draw(|frame| {
                for y in 0..60 {
                    frame.buffer_mut().set_string(0, y, &full, ratatui::style::Style::new());
                }
            })
            .expect("drawn");
        }
        drop(pen);
        assert_eq!(tally.writes.len(), 2);
        for bytes in &tally.writes {
            assert!(bytes.starts_with(b"\x1b[?2026h") && bytes.ends_with(b"\x1b[?2026l"));
        }
        assert!(tally.writes[0].len() > 60 * 150, "a whole screen: {}", tally.writes[0].len());
    }

    #[test]
    fn a_resize_draws_everything_anew_and_nothing_is_drawn_on_nothing() {
        let cells = |count| std::num::NonZeroU16::new(count).expect("not zero");
        let mut parser = vt100::Parser::new(cells(5), cells(20), 0);
        let mut pen = Pen::new(&mut parser, 20, 5).expect("a pen");
        let paint = |frame: &mut ratatui::Frame<'_>| {
            let text = format!("{}x{}", frame.area().width, frame.area().height);
            frame.buffer_mut().set_string(0, 0, text, ratatui::style::Style::new());
        };
        pen.draw(paint).expect("drawn");
        for (width, height) in [(0, 0), (9, 0), (12, 3)] {
            pen.resize(width, height);
            pen.draw(paint).expect("drawn");
        }
        assert_eq!(pen.frames(), 2);
        drop(pen);
        assert_eq!(parser.screen().contents(), "12x3");
    }
}
