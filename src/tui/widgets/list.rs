//! The state of a list of rows: cursor on a key, scroll, sort, marks, filter text.
//! Must never hold the rows: they are handed in as keys, and may be others the next time.

use std::collections::BTreeSet;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::super::action::Action;
use super::field::Field;

/// A list's state; `K` is what tells rows apart, so that the cursor stays on its row when the
/// rows move.
#[derive(Clone, Debug)]
pub struct List<K> {
    cursor: Option<K>,
    index: usize,
    offset: usize,
    marks: BTreeSet<K>,
    sort: Option<Sort>,
    filter: Field,
    filtering: bool,
}

/// By which column, and which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// Index of the column.
    pub column: usize,
    /// Largest first.
    pub descending: bool,
}

/// What a list did with an action or a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// It was not for the list.
    No,
    /// Taken; the cursor is on another row now.
    Cursor,
    /// Taken; the filter text or the sort changed: the rows are others now.
    Rows,
    /// Taken.
    Yes,
}

impl<K> Default for List<K> {
    fn default() -> Self {
        Self {
            cursor: None,
            index: 0,
            offset: 0,
            marks: BTreeSet::new(),
            sort: None,
            filter: Field::new("filter", 64),
            filtering: false,
        }
    }
}

impl<K: Ord + Clone> List<K> {
    /// A list that is sorted from the start.
    pub fn sorted(column: usize, descending: bool) -> Self {
        Self { sort: Some(Sort { column, descending }), ..Self::default() }
    }
    /// The key under the cursor, if that row is still there.
    pub fn selected<'k>(&self, keys: &'k [K]) -> Option<&'k K> {
        keys.get(self.position(keys)?)
    }
    /// Index of the cursor's row among `keys`: its key's, else where it was; none without rows.
    pub fn position(&self, keys: &[K]) -> Option<usize> {
        if keys.is_empty() {
            return None;
        }
        let found = self.cursor.as_ref().and_then(|key| keys.iter().position(|k| k == key));
        Some(found.unwrap_or(self.index.min(keys.len() - 1)))
    }
    /// Puts the cursor on a key.
    pub fn select(&mut self, key: K, keys: &[K]) {
        if let Some(index) = keys.iter().position(|other| *other == key) {
            self.index = index;
        }
        self.cursor = Some(key);
    }
    /// After the rows changed: the cursor stays on its row, or on the nearest one left.
    pub fn keep(&mut self, keys: &[K]) {
        if let Some(index) = self.position(keys) {
            self.index = index;
            self.cursor = Some(keys[index].clone());
        }
        self.marks.retain(|mark| keys.contains(mark));
    }
    /// First row to draw, so that the cursor is among `height` rows.
    pub fn offset(&self, keys: &[K], height: usize) -> usize {
        let height = height.max(1);
        let cursor = self.position(keys).unwrap_or(0);
        let last = keys.len().saturating_sub(height);
        self.offset.clamp((cursor + 1).saturating_sub(height), cursor).min(last)
    }
    /// The marked keys.
    pub fn marks(&self) -> &BTreeSet<K> {
        &self.marks
    }
    /// Takes all marks away.
    pub fn unmark(&mut self) {
        self.marks.clear();
    }
    /// How it is sorted; none = in its own order.
    pub const fn sort(&self) -> Option<Sort> {
        self.sort
    }
    /// The filter text, trimmed.
    pub fn filter(&self) -> &str {
        self.filter.value().trim()
    }
    /// True while the filter is being typed: the pane `takes_text`.
    pub const fn is_filtering(&self) -> bool {
        self.filtering
    }
    /// The filter's field, to draw it.
    pub const fn filter_field(&self) -> &Field {
        &self.filter
    }
    /// True where one of `texts` holds the filter text, capitals aside.
    pub fn keeps<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> bool {
        let wanted = self.filter().to_lowercase();
        wanted.is_empty() || texts.into_iter().any(|text| text.to_lowercase().contains(&wanted))
    }

    /// Moves, marks, sorts (over `sortable` columns), opens and clears the filter.
    pub fn act(&mut self, action: Action, keys: &[K], height: usize, sortable: &[usize]) -> Moved {
        match action {
            Action::SortColumn => self.next_sort(sortable),
            Action::SortDirection => {
                let first =
                    sortable.first().map(|column| Sort { column: *column, descending: false });
                let Some(sort) = self.sort.or(first) else { return Moved::No };
                self.sort = Some(Sort { descending: !sort.descending, ..sort });
                Moved::Rows
            }
            Action::Filter => {
                self.filtering = true;
                Moved::Yes
            }
            Action::Close if !self.filter.value().is_empty() => {
                self.filter.clear();
                self.filtering = false;
                Moved::Rows
            }
            Action::Close if !self.marks.is_empty() => {
                self.marks.clear();
                Moved::Yes
            }
            Action::Mark => {
                let Some(key) = self.selected(keys).cloned() else { return Moved::Yes };
                if !self.marks.remove(&key) {
                    self.marks.insert(key);
                }
                self.step(1, keys, height)
            }
            _ => self.travel(action, keys, height),
        }
    }

    /// Sorts by a column that was clicked; once more turns the direction.
    pub fn sort_by(&mut self, column: usize, sortable: &[usize]) -> Moved {
        if !sortable.contains(&column) {
            return Moved::Yes;
        }
        let descending = self.sort.is_some_and(|sort| sort.column == column && !sort.descending);
        self.sort = Some(Sort { column, descending });
        Moved::Rows
    }

    fn next_sort(&mut self, sortable: &[usize]) -> Moved {
        if sortable.is_empty() {
            return Moved::No;
        }
        let now = self.sort.and_then(|sort| sortable.iter().position(|c| *c == sort.column));
        let next = now.map_or(Some(0), |index| (index + 1 < sortable.len()).then_some(index + 1));
        self.sort = next.map(|index| Sort { column: sortable[index], descending: false });
        Moved::Rows
    }

    fn travel(&mut self, action: Action, keys: &[K], height: usize) -> Moved {
        let page = isize::try_from(height.max(2) - 1).unwrap_or(isize::MAX);
        let steps = match action {
            Action::Up | Action::PreviousMatch => -1,
            Action::Down | Action::NextMatch => 1,
            Action::PageUp => -page,
            Action::PageDown => page,
            Action::HalfUp => -(page / 2).max(1),
            Action::HalfDown => (page / 2).max(1),
            Action::First => isize::MIN,
            Action::Last => isize::MAX,
            _ => return Moved::No,
        };
        self.step(steps, keys, height)
    }

    /// Moves the cursor by so many rows, and the rows so that it stays in sight.
    pub fn step(&mut self, steps: isize, keys: &[K], height: usize) -> Moved {
        let Some(position) = self.position(keys) else { return Moved::Yes };
        let offset = self.offset(keys, height);
        let target = position.saturating_add_signed(steps).min(keys.len() - 1);
        self.index = target;
        self.cursor = Some(keys[target].clone());
        self.offset = offset;
        self.offset = self.offset(keys, height);
        if target == position { Moved::Yes } else { Moved::Cursor }
    }

    /// Typing into the filter; `Enter` keeps it, `Esc` clears it.
    pub fn key(&mut self, key: KeyEvent) -> Moved {
        if !self.filtering {
            return Moved::No;
        }
        match (key.code, key.modifiers) {
            (KeyCode::Enter | KeyCode::Down, KeyModifiers::NONE) => {
                self.filtering = false;
                Moved::Yes
            }
            (KeyCode::Esc, _) => {
                self.filtering = false;
                self.filter.clear();
                Moved::Rows
            }
            _ if self.filter.key(key) => Moved::Rows,
            _ => Moved::No,
        }
    }

    /// Pastes into the filter while it is being typed.
    pub fn paste(&mut self, text: &str) -> Moved {
        if !self.filtering {
            return Moved::No;
        }
        self.filter.paste(text);
        Moved::Rows
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::{List, Moved, Sort};
    use crate::tui::action::Action;

    fn press(list: &mut List<u32>, code: KeyCode) -> Moved {
        list.key(KeyEvent::new(code, KeyModifiers::NONE))
    }

    #[test]
    fn the_cursor_stays_on_its_row_when_rows_move() {
        let mut list = List::default();
        list.keep(&[10, 20, 30]);
        list.act(Action::Down, &[10, 20, 30], 5, &[]);
        assert_eq!(list.selected(&[30, 20, 10]), Some(&20));
        list.keep(&[5, 6, 30, 20]);
        assert_eq!(list.position(&[5, 6, 30, 20]), Some(3));
        list.keep(&[5, 6, 30]);
        assert_eq!(list.selected(&[5, 6, 30]), Some(&30), "the nearest one left");
        list.keep(&[]);
        assert_eq!(list.selected(&[]), None);
    }

    #[test]
    fn pages_and_ends_keep_the_cursor_in_sight() {
        let keys: Vec<u32> = (0..100).collect();
        let mut list = List::default();
        list.keep(&keys);
        for (action, position, offset) in [
            (Action::PageDown, 9, 0),
            (Action::PageDown, 18, 9),
            (Action::Up, 17, 9),
            (Action::HalfDown, 21, 12),
            (Action::Last, 99, 90),
            (Action::PageUp, 90, 90),
            (Action::First, 0, 0),
            (Action::Up, 0, 0),
        ] {
            list.act(action, &keys, 10, &[]);
            assert_eq!(list.position(&keys), Some(position), "{action:?}");
            assert_eq!(list.offset(&keys, 10), offset, "{action:?}");
        }
        assert_eq!(list.offset(&keys, 0), 0, "no room at all");
    }

    #[test]
    fn sort_walks_through_the_columns_and_back_to_none() {
        let mut list = List::<u32>::default();
        for expected in [Some(1), Some(4), None, Some(1)] {
            list.act(Action::SortColumn, &[], 5, &[1, 4]);
            assert_eq!(list.sort().map(|sort| sort.column), expected);
        }
        list.act(Action::SortDirection, &[], 5, &[1, 4]);
        assert_eq!(list.sort(), Some(Sort { column: 1, descending: true }));
    }

    #[test]
    fn the_filter_is_typed_kept_and_cleared() {
        let mut list = List::default();
        assert_eq!(press(&mut list, KeyCode::Char('a')), Moved::No, "not open yet");
        list.act(Action::Filter, &[1], 5, &[]);
        assert_eq!(press(&mut list, KeyCode::Char('A')), Moved::Rows);
        assert!(list.keeps(["bank"]) && !list.keeps(["oil"]));
        assert_eq!(press(&mut list, KeyCode::Enter), Moved::Yes);
        assert!(!list.is_filtering());
        assert_eq!(list.filter(), "A");
        assert_eq!(list.act(Action::Close, &[1], 5, &[]), Moved::Rows);
        assert_eq!(list.filter(), "");
        assert_eq!(list.act(Action::Close, &[1], 5, &[]), Moved::No, "nothing left to close");
    }

    #[test]
    fn marks_go_with_their_rows() {
        let mut list = List::default();
        list.act(Action::Mark, &[1, 2, 3], 5, &[]);
        list.act(Action::Mark, &[1, 2, 3], 5, &[]);
        assert_eq!(list.marks().iter().copied().collect::<Vec<_>>(), [1, 2]);
        list.keep(&[2, 3]);
        assert_eq!(list.marks().iter().copied().collect::<Vec<_>>(), [2]);
        list.act(Action::Close, &[2, 3], 5, &[]);
        assert!(list.marks().is_empty());
    }
}
