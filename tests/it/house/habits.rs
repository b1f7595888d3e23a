//! The habits of the house: sizes, headers, names, and words that code may not hold.
//! Must never judge taste: each rule here is one that a person can check by counting.

use super::source::Source;

const FILE_LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;
const LINE_CHARS_MAX: usize = 100;

/// Names that say nothing of what a thing is.
const EMPTY_NAMES: &[&str] =
    &["util", "utils", "helper", "helpers", "common", "manager", "service", "misc"];

/// Words that no code may hold, each with its reason.
const BANNED_WORDS: &[(&str, &str)] = &[
    ("HashMap", "its order differs from run to run: `BTreeMap`"),
    ("HashSet", "its order differs from run to run: `BTreeSet`"),
    ("ignore", "a test that does not run proves nothing"),
    ("todo", "a stub is a defect"),
    ("unimplemented", "a stub is a defect"),
    ("unsafe", "the house has none"),
];

/// Rooms that may write to the terminal outside a frame.
const PRINTING_ROOMS: &[&str] = &["cli"];
const PRINTING: &[&str] = &["print", "println", "eprint", "eprintln", "dbg"];
/// Rooms where money is at home: a float there is money sooner or later.
const EXACT_ROOMS: &[&str] = &["bounds", "domain", "desk", "store"];

/// Files, functions and lines that are too long.
pub(crate) fn sizes(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let lines = source.text.lines().count();
    if lines > FILE_LINES_MAX {
        found.push(format!("{}: {lines} lines; {FILE_LINES_MAX} at most", source.path));
    }
    for function in source.functions.iter().filter(|one| one.lines > FUNCTION_LINES_MAX) {
        found.push(format!(
            "{}:{}: `{}` has {} lines; {FUNCTION_LINES_MAX} at most",
            source.path, function.line, function.name, function.lines
        ));
    }
    for (index, line) in source.text.lines().enumerate() {
        let width = line.chars().count();
        if width > LINE_CHARS_MAX {
            let place = format!("{}:{}", source.path, index + 1);
            found.push(format!("{place}: {width} columns; {LINE_CHARS_MAX} at most"));
        }
    }
    found
}

/// A file that does not open with two sentences: what it owns, what it must never do.
pub(crate) fn header(source: &Source) -> Option<String> {
    let header = source.header();
    let ends = header.split_whitespace().filter(|word| word.ends_with(['.', '!', '?'])).count();
    let says_never = header.split_whitespace().any(|word| word.eq_ignore_ascii_case("never"));
    (ends < 2 || !says_never).then(|| {
        format!("{}: opens with two `//!` sentences: what it owns, what it must never do", {
            &source.path
        })
    })
}

/// Modules and types whose name says nothing.
pub(crate) fn names(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let mut check = |place: String, name: &str| {
        if parts(name).iter().any(|part| EMPTY_NAMES.contains(&part.as_str())) {
            found.push(format!("{place}: `{name}` says nothing: name the thing itself"));
        }
    };
    for part in &source.module {
        check(source.path.clone(), part);
    }
    for pair in source.words.windows(2) {
        if matches!(pair[0].text.as_str(), "mod" | "struct" | "enum" | "trait" | "type") {
            check(format!("{}:{}", source.path, pair[1].line), &pair[1].text);
        }
    }
    found
}

/// `OrderManager` is `order`, `manager`; so is `order_manager`.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for sign in name.chars() {
        if sign == '_' || sign.is_uppercase() {
            parts.push(String::new());
        }
        if sign != '_' {
            parts.last_mut().expect("never empty").extend(sign.to_lowercase());
        }
    }
    parts
}

/// Glob imports, and re-exports of our own names.
pub(crate) fn imports(source: &Source) -> Vec<String> {
    let imports = source.references.iter().filter(|reference| reference.import);
    let mut found = Vec::new();
    for import in imports {
        let place = format!("{}:{}", source.path, import.line);
        if import.path.last().is_some_and(|last| last == "*") {
            found.push(format!("{place}: a glob import hides where a name comes from"));
        }
        if import.public {
            found.push(format!("{place}: a re-export gives a thing two names"));
        }
    }
    found
}

/// Words that may not stand in the code.
pub(crate) fn words(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for (index, word) in source.words.iter().enumerate() {
        let place = format!("{}:{}", source.path, word.line);
        let sign = |offset: usize| source.words.get(index + offset).map_or("", |word| &word.text);
        let before = index.checked_sub(1).map_or("", |before| &source.words[before].text);
        let macro_call = sign(1) == "!" && sign(2) != "=";
        let name = word.text.as_str();
        let banned = BANNED_WORDS.iter().find(|(text, _)| *text == name);
        if let Some((text, reason)) = banned {
            let applies = match *text {
                "todo" | "unimplemented" => macro_call,
                "ignore" => before == "[",
                _ => true,
            };
            if applies {
                found.push(format!("{place}: `{text}`: {reason}"));
            }
        }
        if macro_call && PRINTING.contains(&name) && !PRINTING_ROOMS.contains(&source.room()) {
            found.push(format!("{place}: `{name}!` would write into the screen"));
        }
        if matches!(name, "f32" | "f64") && EXACT_ROOMS.contains(&source.room()) {
            found.push(format!("{place}: no floats where money is at home"));
        }
    }
    found
}

/// A caller of `Role::allows` besides the one gate. Its own file may define and test it.
pub(crate) fn gate(source: &Source) -> Vec<String> {
    let gates = ["domain/roles.rs", "domain/roles/tests.rs", "desk/permit.rs"];
    if gates.contains(&source.path.as_str()) {
        return Vec::new();
    }
    let calls = source
        .words
        .windows(2)
        .filter(|pair| matches!(pair[0].text.as_str(), "." | "::") && pair[1].text == "allows");
    calls
        .map(|pair| {
            format!("{}:{}: permission is asked in desk/permit.rs alone", source.path, pair[1].line)
        })
        .collect()
}
