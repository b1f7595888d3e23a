//! `desk store`: what may be asked of the store from the shell, and how the answer is printed.
//! Must never open the store: what was found comes in as values.

use clap::Subcommand;

use super::say;

/// What may be asked of the store.
#[derive(Debug, Subcommand)]
pub enum Store {
    /// Check that every position is the sum of its entries and that the journal's chain holds
    Check,
}

/// Prints what a check found; true where it found nothing wrong.
pub fn print_check(counted: &[String], wrong: &[String]) -> bool {
    say(&page(counted, wrong));
    wrong.is_empty()
}

fn page(counted: &[String], wrong: &[String]) -> String {
    let mut lines: Vec<String> = counted.iter().map(|line| format!("checked {line}")).collect();
    lines.extend(wrong.iter().map(|line| format!("WRONG   {line}")));
    let closing = if wrong.is_empty() {
        "The store is whole."
    } else {
        "The store is damaged: stop the desk, keep a copy of the data folder, restore a backup."
    };
    lines.push(closing.to_owned());
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn a_check_says_what_it_counted_and_what_is_wrong() {
        let counted = ["12 positions".to_owned()];
        assert_eq!(page(&counted, &[]), "checked 12 positions\nThe store is whole.\n");
        let damaged = page(&counted, &["journal line 7: its hash does not fit".to_owned()]);
        assert!(damaged.contains("WRONG   journal line 7"), "{damaged}");
        assert!(!damaged.contains("is whole"), "{damaged}");
    }
}
