//! Which symbols the stream carries where it does not carry all, and which are polled instead.
//! Must never leave a position or a working order to the polls while a mere look is streamed.

use std::collections::BTreeSet;

use crate::domain::symbols::Symbol;

/// Who wants a symbol's price, most urgent first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interest {
    /// There is an order at work in it.
    pub working: BTreeSet<Symbol>,
    /// Somebody holds it.
    pub held: BTreeSet<Symbol>,
    /// Somebody looked at it; the newest look last.
    pub looks: Vec<Symbol>,
    /// It stands on a list that somebody watches.
    pub watched: Vec<Symbol>,
}

/// Looks that come before what is merely on a list.
const NEW_LOOKS: usize = 8;

impl Interest {
    /// What is streamed, at most `most` of it, and what is polled.
    pub fn split(&self, most: usize) -> (BTreeSet<Symbol>, BTreeSet<Symbol>) {
        let (old, new) = self.looks.split_at(self.looks.len().saturating_sub(NEW_LOOKS));
        let shown = new.iter().rev().chain(&self.watched).chain(old.iter().rev());
        let wanted = self.working.iter().chain(&self.held).chain(shown);
        let (mut streamed, mut polled) = (BTreeSet::new(), BTreeSet::new());
        for symbol in wanted {
            if streamed.len() < most {
                streamed.insert(*symbol);
            } else if !streamed.contains(symbol) {
                polled.insert(*symbol);
            }
        }
        (streamed, polled)
    }

    /// A look at a symbol; no more are kept than `most`.
    pub fn look(&mut self, symbol: Symbol, most: usize) {
        self.looks.retain(|had| *had != symbol);
        self.looks.push(symbol);
        let old = self.looks.len().saturating_sub(most);
        self.looks.drain(..old);
    }
}

#[cfg(test)]
mod tests {
    use super::Interest;
    use crate::domain::symbols::Symbol;

    fn symbols(names: &[&str]) -> Vec<Symbol> {
        names.iter().map(|name| Symbol::parse(name).expect("plain")).collect()
    }
    fn names<'a>(of: impl IntoIterator<Item = &'a Symbol>) -> Vec<&'a str> {
        of.into_iter().map(Symbol::as_str).collect()
    }

    #[test]
    fn orders_come_before_positions_and_positions_before_looks() {
        let mut interest = Interest {
            working: symbols(&["W1", "W2"]).into_iter().collect(),
            held: symbols(&["H1", "H2", "W1"]).into_iter().collect(),
            looks: Vec::new(),
            watched: symbols(&["L1", "S1"]),
        };
        for symbol in symbols(&["S1", "S2", "H1", "S3", "S1"]) {
            interest.look(symbol, 10);
        }
        let (streamed, polled) = interest.split(6);
        assert_eq!(names(&streamed), ["H1", "H2", "S1", "S3", "W1", "W2"]);
        assert_eq!(names(&polled), ["L1", "S2"]);
        let (streamed, polled) = interest.split(3);
        assert_eq!(names(&streamed), ["H1", "W1", "W2"]);
        assert_eq!(names(&polled), ["H2", "L1", "S1", "S2", "S3"]);
        assert!(interest.split(0).0.is_empty() && interest.split(100).1.is_empty());
    }

    #[test]
    fn a_list_that_is_watched_comes_before_old_looks_and_those_are_forgotten() {
        let mut interest = Interest { watched: symbols(&["LIST"]), ..Interest::default() };
        for number in 0..20 {
            interest.look(symbols(&[&format!("S{number}")])[0], 12);
        }
        assert_eq!(interest.looks.len(), 12);
        let (streamed, _) = interest.split(9);
        assert!(streamed.contains(&symbols(&["LIST"])[0]));
        assert!(!streamed.contains(&symbols(&["S11"])[0]), "{streamed:?}");
    }
}
