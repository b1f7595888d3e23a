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
pub fn print_check(file: &str, counted: &[String], wrong: &[String]) -> bool {
    say(&page(file, counted, wrong));
    wrong.is_empty()
}

fn page(file: &str, counted: &[String], wrong: &[String]) -> String {
    let mut lines = vec![format!("checked the file {file}")];
    lines.extend(counted.iter().map(|line| format!("checked {line}")));
    lines.extend(wrong.iter().map(|line| format!("WRONG   {line}")));
    let closing = if wrong.is_empty() {
        "The store is whole.".to_owned()
    } else {
        format!(
            "The store {file} is damaged: stop the desk, keep a copy of the data folder, restore \
             a backup."
        )
    };
    lines.push(closing);
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn a_check_says_what_it_counted_and_what_is_wrong() {
        let counted = ["12 positions".to_owned()];
        let whole = page("desk.db", &counted, &[]);
        assert_eq!(whole, "checked the file desk.db\nchecked 12 positions\nThe store is whole.\n");
        let damaged =
            page("desk.db", &counted, &["journal line 7: its hash does not fit".to_owned()]);
        assert!(damaged.contains("WRONG   journal line 7"), "{damaged}");
        assert!(damaged.contains("The store desk.db is damaged"), "{damaged}");
        assert!(!damaged.contains("is whole"), "{damaged}");
    }
}
