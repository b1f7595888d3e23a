//! The second part of an order that crosses zero: the checks that may answer otherwise by then.
//! Must never ask a person: the order was accepted as a whole, and nobody is there to answer.

use super::super::refusal::Refusal;
use super::{Case, Finding, Rule, buying_power, desk_state, short, symbol, wash_trade};

/// What may have changed since the order was taken: the desk's state, the symbol, what may be
/// sold short, the means, and the other orders. Its terms are what they were.
const RULES_AGAIN: [Rule; 5] = [desk_state, symbol, short, buying_power, wash_trade];

/// May the rest of an order that was accepted be sent now?
pub fn may_follow(case: &Case<'_>) -> Result<(), Refusal> {
    for rule in RULES_AGAIN {
        if let Finding::Refuse(refusal) = rule(case) {
            return Err(refusal);
        }
    }
    Ok(())
}
