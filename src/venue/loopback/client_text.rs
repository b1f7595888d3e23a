//! Client order ids as people choose them: any text, kept so that it comes back as it was.
//! Must never take two texts for one.

use crate::domain::ids::ClientOrderId;

use super::query::decoded;

/// An id of any text; signs that the exchange's ids do not hold are written in another way.
pub(super) fn kept(text: &str) -> ClientOrderId {
    if text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'%') {
        return ClientOrderId::from_outside(text);
    }
    let coded: String = text
        .bytes()
        .map(|byte| {
            let stays = byte.is_ascii_graphic() && byte != b'%';
            if stays { char::from(byte).to_string() } else { format!("%{byte:02X}") }
        })
        .collect();
    ClientOrderId::from_outside(&coded)
}

/// The text as it was given.
pub(super) fn read(id: &ClientOrderId) -> String {
    decoded(id.as_str(), false)
}

#[cfg(test)]
mod tests {
    use super::{kept, read};

    #[test]
    fn ids_come_back_as_they_were() {
        for text in ["plain-1", "a b/c", "100%", "100%25", "é", "a+b"] {
            assert_eq!(read(&kept(text)), text);
        }
        assert_ne!(kept("100%"), kept("100%25"));
    }
}
