//! One line of typed text: capped, cleaned of control characters, with a cursor that scrolls.
//! Must never decide what the text means: its owner parses it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use tui_input::{Input, InputRequest};
use unicode_width::UnicodeWidthChar;

use crate::bounds::PASTE_BYTES_MAX;
use crate::domain::text::{clean_line, is_harmful};

/// One line of typed text.
#[derive(Clone, Debug)]
pub struct Field {
    input: Input,
    label: &'static str,
    chars_max: usize,
    secret: bool,
}

impl Field {
    /// An empty field.
    pub fn new(label: &'static str, chars_max: usize) -> Self {
        Self { input: Input::default(), label, chars_max, secret: false }
    }
    /// A field whose text is shown as dots.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }
    /// The same field with a text in it.
    #[must_use]
    pub fn with(mut self, value: &str) -> Self {
        self.set(value);
        self
    }
    /// Its label.
    pub const fn label(&self) -> &'static str {
        self.label
    }
    /// What was typed, as it was typed.
    pub fn value(&self) -> &str {
        self.input.value()
    }
    /// Puts another text in, the cursor behind it.
    pub fn set(&mut self, value: &str) {
        self.input = Input::new(clean_line(value, self.chars_max));
    }
    /// Types a text at the cursor as it is, blanks at its ends included; cut at the cap.
    pub fn type_text(&mut self, text: &str) {
        for character in text.chars().filter(|character| !is_harmful(*character)) {
            if self.value().chars().count() < self.chars_max {
                self.input.handle(InputRequest::InsertChar(character));
            }
        }
    }
    /// Empties it.
    pub fn clear(&mut self) {
        self.input.reset();
    }
    /// True where the cursor stands behind the last character.
    pub fn at_end(&self) -> bool {
        self.input.cursor() == self.value().chars().count()
    }
    /// Takes a key; false where it does not belong to a text.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let plain = key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
        let control = key.modifiers == KeyModifiers::CONTROL;
        let word = control || key.modifiers == KeyModifiers::ALT;
        let request = match key.code {
            KeyCode::Char(character) if plain => {
                let full = self.value().chars().count() >= self.chars_max;
                if full || is_harmful(character) {
                    return true;
                }
                InputRequest::InsertChar(character)
            }
            KeyCode::Backspace if plain => InputRequest::DeletePrevChar,
            KeyCode::Backspace if word => InputRequest::DeletePrevWord,
            KeyCode::Delete if plain => InputRequest::DeleteNextChar,
            KeyCode::Left if plain => InputRequest::GoToPrevChar,
            KeyCode::Left if word => InputRequest::GoToPrevWord,
            KeyCode::Right if plain => InputRequest::GoToNextChar,
            KeyCode::Right if word => InputRequest::GoToNextWord,
            KeyCode::Home => InputRequest::GoToStart,
            KeyCode::End => InputRequest::GoToEnd,
            KeyCode::Char('a') if control => InputRequest::GoToStart,
            KeyCode::Char('e') if control => InputRequest::GoToEnd,
            KeyCode::Char('w') if control => InputRequest::DeletePrevWord,
            KeyCode::Char('u') if control => InputRequest::DeleteLine,
            KeyCode::Char('h') if control => InputRequest::DeletePrevChar,
            _ => return false,
        };
        self.input.handle(request);
        true
    }
    /// Takes a pasted text: cut at the cap, newlines and controls cleaned away.
    pub fn paste(&mut self, text: &str) {
        let mut end = text.len().min(PASTE_BYTES_MAX);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let room = self.chars_max.saturating_sub(self.value().chars().count());
        let clean = if self.secret {
            text[..end].chars().filter(|c| !is_harmful(*c)).take(room).collect()
        } else {
            clean_line(&text[..end], room)
        };
        for character in clean.chars() {
            self.input.handle(InputRequest::InsertChar(character));
        }
    }
    /// Draws the text into one line, scrolled so that the cursor is in it; with the keys, it shows
    /// the terminal's cursor.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, style: Style, focused: bool) {
        if area.is_empty() {
            return;
        }
        let width = usize::from(area.width);
        let shown: String = if self.secret {
            "•".repeat(self.value().chars().count())
        } else {
            self.value().to_owned()
        };
        let before: usize =
            shown.chars().take(self.input.cursor()).map(|c| c.width().unwrap_or(0)).sum();
        let skip = (before + 1).saturating_sub(width);
        let (mut passed, mut text) = (0, String::new());
        for character in shown.chars() {
            let cells = character.width().unwrap_or(0);
            if passed >= skip && passed + cells <= skip + width {
                text.push(character);
            }
            passed += cells;
        }
        let line = Rect { height: 1, ..area };
        frame.buffer_mut().set_style(line, style);
        frame.buffer_mut().set_stringn(area.x, area.y, &text, width, style);
        if focused {
            let column = u16::try_from(before - skip.min(before)).unwrap_or(u16::MAX);
            let x = area.x.saturating_add(column).min(area.right().saturating_sub(1));
            frame.set_cursor_position(Position { x, y: area.y });
        }
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::Field;

    fn typed(field: &mut Field, text: &str) {
        for character in text.chars() {
            field.key(KeyEvent::new(KeyCode::Char(character), KeyModifiers::NONE));
        }
    }

    #[test]
    fn a_paste_is_one_clean_capped_line() {
        let mut field = Field::new("symbol", 8);
        field.paste("AA\nPL\r\n\u{1b}[31m\u{202e}");
        assert_eq!(field.value(), "AA PL [3");
        let mut field = Field::new("note", 10_000);
        field.paste(&"é".repeat(10_000));
        assert!(field.value().len() <= crate::bounds::PASTE_BYTES_MAX);
    }

    #[test]
    fn typing_stops_at_the_cap_and_drops_harmful_characters() {
        let mut field = Field::new("quantity", 5);
        typed(&mut field, "12\u{200b}3456789");
        assert_eq!(field.value(), "12345");
        assert!(field.key(KeyEvent::new(KeyCode::Char('w'), KeyModifiers::CONTROL)));
        assert_eq!(field.value(), "");
        assert!(!field.key(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE)));
    }

    #[test]
    fn a_password_keeps_its_blanks_and_is_never_printed() {
        let mut field = Field::new("password", 100).secret();
        field.paste("  two  words\n");
        assert_eq!(field.value(), "  two  words");
    }
}
