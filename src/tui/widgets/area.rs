//! Several lines of typed text: an order's note. Capped, and cleaned when it is read.
//! Must never press anything: Enter is a new line here, Tab goes on.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui_textarea::{TextArea, WrapMode};

use crate::bounds::PASTE_BYTES_MAX;
use crate::domain::text::{clean_lines, is_harmful};

/// Several lines of typed text.
#[derive(Clone, Debug)]
pub struct Area {
    text: TextArea<'static>,
    label: &'static str,
    chars_max: usize,
}

impl Area {
    /// An empty one.
    pub fn new(label: &'static str, chars_max: usize) -> Self {
        let mut text = TextArea::default();
        text.set_wrap_mode(WrapMode::WordOrGlyph);
        text.set_max_histories(50);
        Self { text, label, chars_max }
    }
    /// Its label.
    pub const fn label(&self) -> &'static str {
        self.label
    }
    /// What was typed, cleaned.
    pub fn value(&self) -> String {
        clean_lines(&self.text.lines().join("\n"), self.chars_max)
    }
    /// Puts another text in, the cursor behind it.
    pub fn set(&mut self, value: &str) {
        *self = Self::new(self.label, self.chars_max);
        self.paste(value);
    }
    fn chars(&self) -> usize {
        self.text.lines().iter().map(|line| line.chars().count() + 1).sum::<usize>() - 1
    }
    /// Takes a key; false where it does not belong to a text (Tab, Esc, function keys).
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let full = self.chars() >= self.chars_max;
        match key.code {
            KeyCode::Char('c') if control => return false,
            KeyCode::Char(typed) if !control && (full || is_harmful(typed)) => return true,
            KeyCode::Enter if full => return true,
            KeyCode::Char(_)
            | KeyCode::Enter
            | KeyCode::Backspace
            | KeyCode::Delete
            | KeyCode::Left
            | KeyCode::Right
            | KeyCode::Up
            | KeyCode::Down
            | KeyCode::Home
            | KeyCode::End => {}
            _ => return false,
        }
        self.text.input(key);
        true
    }
    /// Takes a pasted text with its lines, cut at the cap.
    pub fn paste(&mut self, text: &str) {
        let mut end = text.len().min(PASTE_BYTES_MAX);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let room = self.chars_max.saturating_sub(self.chars());
        let text = text[..end].replace("\r\n", "\n").replace('\r', "\n");
        let text: String = text.chars().take(room).collect();
        self.text.insert_str(clean_lines(&text, room));
    }
    /// Draws the lines, wrapped; with the keys, it shows the terminal's cursor.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, style: Style, focused: bool) {
        if area.is_empty() {
            return;
        }
        let mut text = self.text.clone();
        text.set_style(style);
        text.set_cursor_line_style(style);
        text.set_cursor_style(style);
        frame.buffer_mut().set_style(area, style);
        frame.render_widget(&text, area);
        if focused {
            let (top, left) = text.scroll_offset();
            let cursor = text.screen_cursor();
            let row = u16::try_from(cursor.row).unwrap_or(u16::MAX).saturating_sub(top);
            let column = u16::try_from(cursor.col).unwrap_or(u16::MAX).saturating_sub(left);
            let x = area.x.saturating_add(column).min(area.right() - 1);
            let y = area.y.saturating_add(row).min(area.bottom() - 1);
            frame.set_cursor_position(Position { x, y });
        }
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::Area;

    #[test]
    fn long_lines_are_wrapped_and_the_cursor_is_in_sight() {
        let mut note = Area::new("Note", 200);
        note.set("one two three four five six");
        let mut terminal = Terminal::new(TestBackend::new(10, 2)).expect("a test terminal");
        let area = Rect::new(0, 0, 10, 2);
        terminal.draw(|frame| note.draw(frame, area, Style::new(), true)).expect("drawn");
        terminal.backend().assert_buffer_lines(["three four", " five six "]);
        terminal.backend_mut().assert_cursor_position((9, 1));
    }

    #[test]
    fn enter_is_a_new_line_and_the_cap_holds() {
        let mut area = Area::new("Note", 12);
        for code in [KeyCode::Char('a'), KeyCode::Enter, KeyCode::Char('b')] {
            assert!(area.key(KeyEvent::new(code, KeyModifiers::NONE)));
        }
        assert_eq!(area.value(), "a\nb");
        area.paste("cdefgh\r\nij\u{1b}kl mno");
        assert_eq!(area.value(), "a\nbcdefgh\nij");
        assert!(!area.key(KeyEvent::new(KeyCode::Tab, KeyModifiers::NONE)));
        assert!(!area.key(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL)));
    }
}
