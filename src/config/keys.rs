//! The broker's keys as the environment has them: named, masked, told where they came from.
//! Must never show a secret: no text made here holds any part of one.

use std::fmt;

use super::origin::Origin;

/// A variable that belongs to the broker.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// Name of the variable.
    pub name: String,
    /// Its value.
    pub(super) value: String,
    /// Where it stands.
    pub origin: Origin,
}

impl Key {
    /// A variable with its value.
    pub const fn new(name: String, value: String, origin: Origin) -> Self {
        Self { name, value, origin }
    }
    /// The value as people may see it: addresses as they are, everything else as stars.
    pub fn masked(&self) -> String {
        let open = self.name.ends_with("_URL") && !self.value.contains('@');
        if open || self.value.is_empty() { self.value.clone() } else { "********".to_owned() }
    }
    /// True for the name or the secret of a key, and not for an address.
    pub fn is_credential(&self) -> bool {
        !self.value.is_empty() && !self.name.ends_with("_URL")
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Key({}, ..)", self.name)
    }
}

/// True for the broker's variables: `ALPACA_*`, and the `APCA_*` that its own programs read.
pub fn is_key_name(name: &str) -> bool {
    name.starts_with("ALPACA_") || name.starts_with("APCA_")
}

#[cfg(test)]
mod tests {
    use super::{Key, is_key_name};
    use crate::config::origin::Origin;

    fn key(name: &str, value: &str) -> Key {
        Key { name: name.to_owned(), value: value.to_owned(), origin: Origin::Default }
    }

    #[test]
    fn no_part_of_a_secret_is_shown() {
        let secret = key("ALPACA_SECRET_KEY", "canary-5f2a");
        assert_eq!(secret.masked(), "********");
        assert!(!format!("{secret:?}").contains("canary"));
        assert_eq!(key("APCA_API_BASE_URL", "https://a.example").masked(), "https://a.example");
        assert_eq!(key("APCA_API_BASE_URL", "https://u:canary@a").masked(), "********");
    }

    #[test]
    fn the_brokers_names_are_known() {
        assert!(is_key_name("ALPACA_API_KEY_ID") && is_key_name("APCA_API_SECRET_KEY"));
        assert!(!is_key_name("USE_ALPACA") && !is_key_name("DESK_THEME"));
        assert!(key("APCA_API_KEY_ID", "x").is_credential());
        assert!(!key("APCA_API_BASE_URL", "x").is_credential());
        assert!(!key("APCA_API_KEY_ID", "").is_credential());
    }
}
