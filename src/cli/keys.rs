//! `desk keys`: asks for the broker's keys and says what came of them.
//! Must never print a key, nor take one from the command line, where others can read it.

use std::io::{self, Write};

use super::say;

/// Asks for one thing, on the same line.
pub fn ask(what: &str) {
    say(&format!("{what}: "));
}

/// Ends the line of a question whose answer was not shown.
pub fn next_line() {
    say("\n");
}

/// Says a sentence.
pub fn tell(sentence: &str) {
    say(&format!("{sentence}\n"));
}

/// Reads one line; none where there is nothing more to read.
pub fn read_line() -> io::Result<Option<String>> {
    io::stdout().flush()?;
    let mut line = String::new();
    let count = io::stdin().read_line(&mut line)?;
    Ok((count > 0).then(|| line.trim().to_owned()))
}
