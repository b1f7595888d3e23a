//! A command line cut into words: blanks part them, double quotes hold them together.
//! Must never know what a word means.

/// One word and where it begins, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word, without quotes.
    pub text: String,
    /// Where it begins in the line, its quote included.
    pub start: usize,
}

/// The words of a line. An open quote holds up to the end.
pub fn words(line: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut quoted = false;
    for (index, character) in line.char_indices() {
        if character == '"' {
            quoted = !quoted;
            word.get_or_insert_with(|| Word { text: String::new(), start: index });
        } else if character.is_whitespace() && !quoted {
            words.extend(word.take());
        } else {
            let word = word.get_or_insert_with(|| Word { text: String::new(), start: index });
            word.text.push(character);
        }
    }
    words.extend(word);
    words
}

/// The word as it is typed: in quotes where it has a blank.
pub fn quoted(word: &str) -> String {
    if word.contains(char::is_whitespace) { format!("\"{word}\"") } else { word.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{quoted, words};

    #[test]
    fn quotes_hold_words_together() {
        let texts = |line| words(line).into_iter().map(|w| (w.text, w.start)).collect::<Vec<_>>();
        let word = |text: &str, start| (text.to_owned(), start);
        assert_eq!(texts("buy 10  AAPL "), [word("buy", 0), word("10", 4), word("AAPL", 8)]);
        assert_eq!(
            texts("grant \"Tara's book\" x"),
            [word("grant", 0), word("Tara's book", 6), word("x", 20)]
        );
        assert_eq!(texts("in \"Tara's b"), [word("in", 0), word("Tara's b", 3)]);
        assert_eq!(texts("\"\""), [word("", 0)]);
        assert_eq!(texts("  "), []);
        assert_eq!(quoted("Tara's book"), "\"Tara's book\"");
    }
}
