//! Text from outside, cleaned once at the border: no control, escape, bidi or invisible characters.
//! Must never let a raw string through unchanged because it "looks fine".

use unicode_normalization::UnicodeNormalization;

/// One line of outside text: NFC, control, escape, bidirectional, invisible and private-use
/// characters dropped, blanks folded to one, cut after `chars_max` characters.
pub fn clean_line(text: &str, chars_max: usize) -> String {
    let mut line = String::with_capacity(text.len().min(chars_max * 4));
    let mut kept = 0;
    let mut blank = true;
    for character in text.nfc() {
        if kept == chars_max {
            break;
        }
        if character.is_whitespace() {
            if !blank {
                line.push(' ');
                kept += 1;
            }
            blank = true;
        } else if !is_harmful(character) {
            line.push(character);
            kept += 1;
            blank = false;
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// Several lines of outside text (an order's note): each cleaned as a line, empty ones at the end
/// dropped, cut after `chars_max` characters in all.
pub fn clean_lines(text: &str, chars_max: usize) -> String {
    let mut left = chars_max;
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let line = clean_line(line, left);
        left = left.saturating_sub(line.chars().count() + 1);
        lines.push(line);
        if left == 0 {
            break;
        }
    }
    lines.join("\n").trim_end().to_owned()
}

/// True for characters that could steer a terminal, hide, or turn the reading direction.
pub fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{E000}'..='\u{F8FF}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{10FFFF}')
}

#[cfg(test)]
mod tests {
    use super::{clean_line, clean_lines};

    #[test]
    fn harmful_characters_are_dropped() {
        assert_eq!(clean_line("a\u{1b}[31mred\u{7}", 40), "a[31mred");
        assert_eq!(clean_line("pay\u{202e}lla", 40), "paylla");
        assert_eq!(clean_line("  two \t\r\n words  ", 40), "two words");
        assert_eq!(clean_line("abcdef", 3), "abc");
        assert_eq!(clean_line("é", 4), "é");
        assert_eq!(clean_line("\u{200b}\u{feff}", 4), "");
    }

    #[test]
    fn a_note_keeps_its_lines() {
        assert_eq!(clean_lines("one\r\n two\u{1b}c\n\n", 40), "one\ntwoc");
        assert_eq!(clean_lines("abc\ndef", 5), "abc\nd");
    }
}
