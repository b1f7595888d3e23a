//! A box above the panes: cleared ground, border, title, and the room inside.
//! Must never be larger than the terminal.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear};

use super::super::theme::{Role, Theme};

/// A centred room of at most this size inside `area`.
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    }
}

/// Clears `area`, draws ground, border and title, and gives the room inside, with a blank column
/// at each side.
pub fn draw(frame: &mut Frame<'_>, area: Rect, title: &str, theme: &Theme) -> Rect {
    frame.render_widget(Clear, area);
    let block = Block::bordered()
        .border_set(theme.glyphs.border)
        .border_style(theme.style(Role::BorderFocus))
        .style(theme.style(Role::Overlay))
        .title(Line::styled(format!(" {title} "), theme.style(Role::TitleFocus)));
    frame.render_widget(block, area);
    inside(area)
}

/// The room inside a popup's border, with a blank column at each side.
pub const fn inside(area: Rect) -> Rect {
    let (width, height) = (area.width.saturating_sub(2), area.height.saturating_sub(2));
    let margin = if width > 4 { 1 } else { 0 };
    Rect { x: area.x + 1 + margin, y: area.y + 1, width: width - 2 * margin, height }
}

/// The room between the bars at the top and the bottom of a terminal, so that badge, stream and
/// clock stay in sight; all of it where that would leave next to nothing.
pub const fn between_bars(area: Rect) -> Rect {
    if area.height < 12 {
        return area;
    }
    Rect { y: area.y + 1, height: area.height - 3, ..area }
}

/// Cuts a text into lines of at most `width` cells, at blanks where there are any.
pub fn wrap(text: &str, width: u16) -> Vec<String> {
    use unicode_width::UnicodeWidthStr;
    let width = usize::from(width.max(1));
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            let mut word = word.to_owned();
            if !line.is_empty() && line.width() + 1 + word.width() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            while line.is_empty() && word.width() > width && word.chars().nth(1).is_some() {
                let (cut, rest) = cut_at(&word, width);
                lines.push(cut);
                word = rest;
            }
            line.push_str(&word);
        }
        lines.push(line);
    }
    lines
}

fn cut_at(word: &str, width: usize) -> (String, String) {
    use unicode_width::UnicodeWidthChar;
    let mut cells = 0;
    let mut end = word.len();
    for (index, character) in word.char_indices() {
        cells += character.width().unwrap_or(0);
        if cells > width && index > 0 {
            end = index;
            break;
        }
    }
    (word[..end].to_owned(), word[end..].to_owned())
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::{centred, wrap};

    #[test]
    fn a_popup_fits_its_terminal() {
        assert_eq!(centred(Rect::new(0, 0, 80, 24), 40, 10), Rect::new(20, 7, 40, 10));
        assert_eq!(centred(Rect::new(0, 0, 10, 3), 40, 10), Rect::new(0, 0, 10, 3));
        assert_eq!(centred(Rect::ZERO, 40, 10), Rect::ZERO);
    }

    #[test]
    fn words_are_not_clipped() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrap("a\n\nb", 9), ["a", "", "b"]);
        assert_eq!(wrap("日本語", 1), ["日", "本", "語"]);
    }
}
