//! Who listens to market data where: one socket for each account and feed.
//! Must never keep a seat for a socket that is gone.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use super::feed::Feed;

/// A place to listen: an account on a feed.
type Place = (usize, Feed);

/// The seats that are taken.
#[derive(Clone, Debug, Default)]
pub(super) struct Seats(Arc<Mutex<BTreeSet<Place>>>);

/// A seat that is free again when it is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    seats: Seats,
    place: Place,
}

impl Seats {
    /// Takes a seat; none where somebody sits there.
    pub(super) fn take(&self, place: Place) -> Option<Seat> {
        let mut taken = self.0.lock().expect("nobody panics over the seats");
        taken.insert(place).then(|| Seat { seats: self.clone(), place })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Ok(mut taken) = self.seats.0.lock() {
            taken.remove(&self.place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Feed, Seats};

    #[test]
    fn a_seat_is_one_sockets_until_it_is_gone() {
        let seats = Seats::default();
        let first = seats.take((0, Feed::Iex)).expect("it is free");
        assert!(seats.take((0, Feed::Iex)).is_none());
        assert!(seats.take((0, Feed::Sip)).is_some() && seats.take((1, Feed::Iex)).is_some());
        drop(first);
        assert!(seats.take((0, Feed::Iex)).is_some());
    }
}
