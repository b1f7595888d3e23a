//! What only some orders ask for beside the terms that every order has.
//! Must never hold a rule: what goes with what is risk's to say.

use std::fmt;

use super::numbers::Money;

/// What only some orders ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Special {
    /// True to work before and after the regular session too.
    pub extended_hours: bool,
    /// Dollars to be traded: the quantity is then what they come to, as far as it is known.
    pub dollars: Option<Money>,
}

/// What is said behind an order's terms: ` extended`, or nothing.
impl fmt::Display for Special {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.extended_hours { out.write_str(" extended") } else { Ok(()) }
    }
}
