//! Blanks comments and the insides of texts, so that words in them are never taken for code.
//! Must never move a line: a complaint names the line where a person finds the thing.

/// The source with every comment and every text, byte text and character replaced by blanks.
pub(crate) fn blank(source: &str) -> String {
    let signs: Vec<char> = source.chars().collect();
    let mut code = String::with_capacity(source.len());
    let mut at = 0;
    while at < signs.len() {
        let end = comment(&signs, at)
            .or_else(|| raw_text(&signs, at))
            .or_else(|| text(&signs, at))
            .or_else(|| character(&signs, at));
        let Some(end) = end else {
            code.push(signs[at]);
            at += 1;
            continue;
        };
        code.extend(signs[at..end].iter().map(|&sign| if sign == '\n' { '\n' } else { ' ' }));
        at = end;
    }
    code
}

fn starts(signs: &[char], at: usize, with: &str) -> bool {
    with.chars().enumerate().all(|(offset, sign)| signs.get(at + offset) == Some(&sign))
}

/// The end of the comment that starts at `at`, if one does. Block comments nest.
fn comment(signs: &[char], at: usize) -> Option<usize> {
    if starts(signs, at, "//") {
        return Some((at..signs.len()).find(|&end| signs[end] == '\n').unwrap_or(signs.len()));
    }
    if !starts(signs, at, "/*") {
        return None;
    }
    let (mut depth, mut end) = (0, at);
    while end < signs.len() {
        if starts(signs, end, "/*") {
            (depth, end) = (depth + 1, end + 2);
        } else if starts(signs, end, "*/") {
            (depth, end) = (depth - 1, end + 2);
        } else {
            end += 1;
        }
        if depth == 0 {
            break;
        }
    }
    Some(end)
}

/// The end of a raw text (`r"..."`, `br#"..."#`), if one starts at `at`.
fn raw_text(signs: &[char], at: usize) -> Option<usize> {
    let inside_a_name = at > 0 && (signs[at - 1].is_alphanumeric() || signs[at - 1] == '_');
    if inside_a_name {
        return None;
    }
    let prefix = ["r", "br", "cr"].into_iter().find(|prefix| {
        starts(signs, at, prefix)
            && matches!(signs.get(at + prefix.len()).copied(), Some('#' | '"'))
    })?;
    let mut open = at + prefix.len();
    let hashes = signs[open..].iter().take_while(|&&sign| sign == '#').count();
    open += hashes;
    if signs.get(open) != Some(&'"') {
        return None;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let end = (open + 1..signs.len()).find(|&end| starts(signs, end, &close));
    Some(end.map_or(signs.len(), |end| end + close.len()))
}

/// The end of an ordinary text, if one starts at `at`.
fn text(signs: &[char], at: usize) -> Option<usize> {
    (signs[at] == '"').then(|| past_closing(signs, at, '"'))
}

/// The end of a character, if one starts at `at`; a lifetime is none.
fn character(signs: &[char], at: usize) -> Option<usize> {
    let is_one =
        signs[at] == '\'' && (signs.get(at + 1) == Some(&'\\') || signs.get(at + 2) == Some(&'\''));
    is_one.then(|| past_closing(signs, at, '\''))
}

fn past_closing(signs: &[char], at: usize, quote: char) -> usize {
    let mut end = at + 1;
    while end < signs.len() && signs[end] != quote {
        end += if signs[end] == '\\' { 2 } else { 1 };
    }
    (end + 1).min(signs.len())
}

#[cfg(test)]
mod tests {
    use super::blank;

    #[test]
    fn comments_and_texts_are_blanked_and_code_is_kept() {
        let cases = [
            ("a // b\nc", "a     \nc"),
            ("a /* b /* c */ d */ e", "a                   e"),
            ("f(\"use x\\\"y\", z)", "f(          , z)"),
            ("r#\"a\"b\"# c", "         c"),
            ("'a' 'b: &'c", "    'b: &'c"),
            ("'\\'' x", "     x"),
            ("bar\"x\"", "bar   "),
            ("\"two\nlines\" z", "    \n       z"),
        ];
        for (source, expected) in cases {
            assert_eq!(blank(source), expected, "{source:?}");
        }
    }
}
