//! What is folded and what is not in a list with groups.
//! Must never hold the rows: keys come in with their depth.

use std::collections::BTreeSet;

use super::super::action::Action;
use super::super::theme::Glyphs;

/// The groups that are folded; all are open at first.
#[derive(Clone, Debug)]
pub struct Folds<K> {
    folded: BTreeSet<K>,
}

impl<K> Default for Folds<K> {
    fn default() -> Self {
        Self { folded: BTreeSet::new() }
    }
}

impl<K: Ord + Clone> Folds<K> {
    /// True where a group shows what is in it.
    pub fn is_open(&self, group: &K) -> bool {
        !self.folded.contains(group)
    }
    /// `Left` folds a group, `Right` unfolds it, `Open` turns it; false where nothing changed.
    pub fn act(&mut self, action: Action, group: &K) -> bool {
        match action {
            Action::Left | Action::Open if self.is_open(group) => self.folded.insert(group.clone()),
            Action::Right | Action::Open => self.folded.remove(group),
            _ => false,
        }
    }
    /// What stands before a group's name: the sign for open or folded.
    pub fn group_sign(&self, group: &K, glyphs: &Glyphs) -> String {
        let sign = if self.is_open(group) { glyphs.open } else { glyphs.folded };
        format!("{sign} ")
    }
}

/// What stands before the name of a row inside a group.
pub const LEAF: &str = "  ";

#[cfg(test)]
mod tests {
    use super::Folds;
    use crate::tui::action::Action;

    #[test]
    fn groups_fold_and_unfold() {
        let mut folds = Folds::default();
        assert!(folds.is_open(&1));
        assert!(!folds.act(Action::Right, &1), "open already");
        assert!(folds.act(Action::Left, &1) && !folds.is_open(&1));
        assert!(!folds.act(Action::Left, &1), "folded already");
        assert!(folds.act(Action::Open, &1) && folds.is_open(&1));
        assert!(!folds.act(Action::Down, &1));
    }
}
