//! Client order ids, each given once for ever, and the order each of them names.
//! Must never forget an id, nor take two different texts for one.

use std::collections::BTreeMap;

use crate::domain::ids::ClientOrderId;

use super::order::OrderKey;

/// Stands for every order that was forgotten.
pub(super) const FORGOTTEN: OrderKey = OrderKey(u32::MAX);

/// All ids ever given. The desk's own form (a uuid, or a uuid with `-N`) is kept as numbers:
/// a tenth of the room of a text, and compared in one go.
#[derive(Clone, Debug, Default)]
pub(super) struct Clients {
    numbered: BTreeMap<(u128, u32), OrderKey>,
    others: BTreeMap<String, OrderKey>,
}

/// An id as it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClientKey<'a> {
    /// The desk's own form.
    Numbered(u128, u32),
    /// Any other text.
    Other(&'a str),
}

impl<'a> ClientKey<'a> {
    pub(super) fn of(id: &'a ClientOrderId) -> Self {
        match numbers(id.as_str()) {
            Some((uuid, attempt)) => Self::Numbered(uuid, attempt),
            None => Self::Other(id.as_str()),
        }
    }
}

impl Clients {
    /// The order in memory that an id names.
    pub(super) fn find(&self, key: ClientKey<'_>) -> Option<OrderKey> {
        self.named(key).filter(|order| *order != FORGOTTEN)
    }
    /// True where an id was given, be its order in memory or not.
    pub(super) fn knows(&self, key: ClientKey<'_>) -> bool {
        self.named(key).is_some()
    }
    fn named(&self, key: ClientKey<'_>) -> Option<OrderKey> {
        match key {
            ClientKey::Numbered(uuid, attempt) => self.numbered.get(&(uuid, attempt)).copied(),
            ClientKey::Other(text) => self.others.get(text).copied(),
        }
    }
    pub(super) fn add(&mut self, key: ClientKey<'_>, order: OrderKey) {
        match key {
            ClientKey::Numbered(uuid, attempt) => self.numbered.insert((uuid, attempt), order),
            ClientKey::Other(text) => self.others.insert(text.to_owned(), order),
        };
    }
    /// Orders are named by other keys from now on.
    pub(super) fn rename(&mut self, rename: impl Fn(OrderKey) -> OrderKey) {
        let named = self.numbered.values_mut().chain(self.others.values_mut());
        for key in named.filter(|key| **key != FORGOTTEN) {
            *key = rename(*key);
        }
    }
}

/// A uuid in lower case with hyphens and an attempt above 1, as numbers; nothing else, so that
/// the way back is unique.
fn numbers(text: &str) -> Option<(u128, u32)> {
    let bytes = text.as_bytes();
    let (uuid, attempt) = bytes.split_at_checked(36)?;
    let mut number: u128 = 0;
    for (index, &byte) in uuid.iter().enumerate() {
        let digit = match byte {
            b'-' if matches!(index, 8 | 13 | 18 | 23) => continue,
            _ if matches!(index, 8 | 13 | 18 | 23) => return None,
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            _ => return None,
        };
        number = (number << 4) | u128::from(digit);
    }
    let attempt = match attempt {
        [] => 1,
        [b'-', first @ b'1'..=b'9', rest @ ..] if rest.len() < 9 => {
            let mut attempt = u32::from(first - b'0');
            for &byte in rest {
                if !byte.is_ascii_digit() {
                    return None;
                }
                attempt = attempt * 10 + u32::from(byte - b'0');
            }
            if attempt == 1 {
                return None;
            }
            attempt
        }
        _ => return None,
    };
    Some((number, attempt))
}

#[cfg(test)]
mod tests {
    use super::{ClientKey, ClientOrderId, Clients, OrderKey, numbers};

    #[test]
    fn different_texts_are_different_ids() {
        let uuid = "0199c0de-0000-7000-8000-00000000abcd";
        let texts = [
            uuid.to_owned(),
            format!("{uuid}-1"),
            format!("{uuid}-2"),
            format!("{uuid}-02"),
            format!("{uuid}-22"),
            format!("{uuid}-2222222222"),
            format!("{uuid}-"),
            format!("{uuid}x"),
            uuid.to_uppercase(),
            uuid.replace('-', ""),
            "mine".to_owned(),
        ];
        let mut clients = Clients::default();
        for (text, key) in texts.iter().zip(0..) {
            let id = ClientOrderId::from_outside(text);
            assert_eq!(clients.find(ClientKey::of(&id)), None, "{text} is new");
            clients.add(ClientKey::of(&id), OrderKey(key));
        }
        for (text, key) in texts.iter().zip(0..) {
            let id = ClientOrderId::from_outside(text);
            assert_eq!(clients.find(ClientKey::of(&id)), Some(OrderKey(key)));
        }
        assert_eq!(numbers(uuid).map(|(_, attempt)| attempt), Some(1));
        assert_eq!(clients.numbered.len(), 3);
    }
}
