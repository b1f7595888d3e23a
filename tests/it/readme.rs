//! The README against the program: its keys are the keymap's.
//! Must never be loosened: a stranger reads the README before anything else.

use std::collections::BTreeSet;

const README: &str = include_str!("../../README.md");
const KEYMAP: &str = include_str!("../../assets/keymap.toml");

/// The keys between backticks of the README's key table.
fn told() -> BTreeSet<&'static str> {
    let (_, after) = README.split_once("## Keys").expect("there is a chapter of keys");
    let (chapter, _) = after.split_once("\n## ").expect("it ends");
    let rows = chapter.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.filter_map(|row| row.split(" | ").next());
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect()
}

/// The keys of the keymap's groups with these names; of all groups where there are none.
fn mapped(groups: &[&str]) -> BTreeSet<&'static str> {
    let mut inside = false;
    let mut keys = BTreeSet::new();
    for line in KEYMAP.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            inside = groups.is_empty() || groups.contains(&name);
        } else if let Some((_, values)) = line.split_once(" = ").filter(|_| inside) {
            keys.extend(values.split('"').skip(1).step_by(2));
        }
    }
    keys
}

#[test]
fn every_key_of_the_readme_is_a_key_of_the_desk() {
    let (told, mapped) = (told(), mapped(&[]));
    assert!(told.len() > 40, "only {} keys were read", told.len());
    let wrong: Vec<&&str> = told.difference(&mapped).collect();
    assert!(wrong.is_empty(), "the keymap does not know {wrong:?}");
}

#[test]
fn every_key_that_works_everywhere_is_told() {
    let told = told();
    let aliases = ["f1", "up", "down", "left", "right"];
    let missing: Vec<&str> = mapped(&["global", "list"])
        .into_iter()
        .filter(|key| !told.contains(key) && !aliases.contains(key))
        .filter(|key| !README.contains(&format!("`{key}`")))
        .collect();
    assert!(missing.is_empty(), "the README does not tell of {missing:?}");
}
