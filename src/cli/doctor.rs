//! `desk doctor`: prints what was found, one line a finding, and what it means for the exit code.
//! Must never look itself: findings come in as values.

use super::{columns, say};

/// How a finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As it should be.
    Good,
    /// The desk runs, but somebody should know.
    Warn,
    /// The desk does not run like this.
    Bad,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub subject: &'static str,
    /// How it stands.
    pub verdict: Verdict,
    /// What was found; where it is not good, what to do.
    pub words: String,
}

impl Finding {
    /// As it should be.
    pub fn good(subject: &'static str, words: impl Into<String>) -> Self {
        Self { subject, verdict: Verdict::Good, words: words.into() }
    }
    /// Somebody should know.
    pub fn warn(subject: &'static str, words: impl Into<String>) -> Self {
        Self { subject, verdict: Verdict::Warn, words: words.into() }
    }
    /// The desk does not run like this.
    pub fn bad(subject: &'static str, words: impl Into<String>) -> Self {
        Self { subject, verdict: Verdict::Bad, words: words.into() }
    }
}

/// Prints the findings; true where the desk would run.
pub fn print(findings: &[Finding]) -> bool {
    say(&page(findings));
    findings.iter().all(|finding| finding.verdict != Verdict::Bad)
}

fn page(findings: &[Finding]) -> String {
    let row = |finding: &Finding| {
        let mark = match finding.verdict {
            Verdict::Good => "ok",
            Verdict::Warn => "note",
            Verdict::Bad => "BAD",
        };
        vec![mark.to_owned(), finding.subject.to_owned(), finding.words.clone()]
    };
    let rows: Vec<Vec<String>> = findings.iter().map(row).collect();
    let count = |verdict| findings.iter().filter(|finding| finding.verdict == verdict).count();
    let closing = match (count(Verdict::Bad), count(Verdict::Warn)) {
        (0, 0) => "All is well.".to_owned(),
        (0, notes) => format!("The desk runs; {notes} to know of."),
        (bad, _) => format!("The desk does not run like this: {bad} to mend."),
    };
    format!("{}\n{closing}\n", columns(&rows))
}

#[cfg(test)]
mod tests {
    use super::{Finding, page};

    #[test]
    fn the_closing_line_says_whether_the_desk_runs() {
        let good = Finding::good("clock", "2026-11-22 10:00 in New York");
        let note = Finding::warn("terminal", "70x20: panes are shown one at a time");
        let bad = Finding::bad("store", "the folder is read-only");
        assert_eq!(
            page(std::slice::from_ref(&good)),
            "ok  clock  2026-11-22 10:00 in New York\n\nAll is well.\n"
        );
        assert!(page(&[good.clone(), note.clone()]).ends_with("The desk runs; 1 to know of.\n"));
        assert!(page(&[good, note, bad]).ends_with("does not run like this: 1 to mend.\n"));
    }
}
