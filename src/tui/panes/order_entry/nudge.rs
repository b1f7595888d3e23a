//! Small steps of a typed quantity or price, up and down.
//! Must never leave the price grid, nor step below one share or above what an order may hold.

use crate::bounds::{ORDER_DOLLARS_MAX, ORDER_SHARES_MAX};
use crate::domain::numbers::{Money, NumberError, Price, Qty};
use crate::tui::action::Action;

/// True where a sign typed into a number nudges it: always for brackets, for plus and minus once
/// something is typed (at the start they are typed, and refused in words).
pub fn applies(action: Action, text: &str) -> bool {
    match action {
        Action::QuantityUp | Action::QuantityDown => true,
        Action::PriceUp | Action::PriceDown => !text.is_empty(),
        _ => false,
    }
}

/// The next quantity as text: steps of 1 below 100, of 10 below 1,000, of 100 above. What is too
/// large already stays as it was typed, with its words beside it.
pub fn quantity(text: &str, up: bool) -> String {
    if let Some(digits) = text.trim().strip_prefix('$') {
        return dollars(digits, up);
    }
    let now = match Qty::parse(text.trim()) {
        Ok(now) => now,
        Err(NumberError::TooLarge) => return text.to_owned(),
        Err(_) => Qty::ZERO,
    };
    let most = Qty::shares(ORDER_SHARES_MAX);
    if up && now >= most { text.to_owned() } else { stepped(now, up).min(most).plain() }
}

/// The next amount of dollars as text, a hundred away; what cannot be read starts at a hundred.
fn dollars(digits: &str, up: bool) -> String {
    let step = Money::dollars(100);
    let now = Money::parse(digits.trim()).unwrap_or_default();
    let next = if up { now + step } else { now - step };
    let next = if next < step { step } else { next.min(Money::dollars(ORDER_DOLLARS_MAX)) };
    format!("${}", next.plain())
}

/// One step; `now` is small enough for it where the step goes up.
fn stepped(now: Qty, up: bool) -> Qty {
    let one = Qty::shares(1);
    // A step down is as wide as the step up that led here.
    let from = if up { now } else { now - one };
    let step = match from {
        from if from < Qty::shares(100) => 1,
        from if from < Qty::shares(1_000) => 10,
        _ => 100,
    };
    let step = Qty::shares(step);
    let next = if up { now + step } else { now - step };
    next.max(one)
}

/// The next price as text, one step of its grid away; what cannot be read starts at `start`, or
/// at a cent. What is too large for a price, or would be, stays as it was typed.
pub fn price(text: &str, up: bool, start: Option<Price>) -> String {
    let digits = text.trim().trim_end_matches('%').trim_end();
    let now = match Price::parse(digits) {
        Ok(now) => now,
        Err(NumberError::TooLarge) => return text.to_owned(),
        Err(_) => return start.unwrap_or(Price::CENT).plain(),
    };
    let next = if up { now.checked_add(now.tick()) } else { Some(below(now)) };
    next.filter(|next| !next.is_zero()).map_or_else(|| text.to_owned(), Price::plain)
}

/// One step of the grid down; through one dollar the steps are already the finer ones.
fn below(price: Price) -> Price {
    let under = Price::ZERO.max(price - Price::from_units(1));
    Price::ZERO.max(price - under.tick())
}

#[cfg(test)]
mod tests {
    use super::{applies, price, quantity};
    use crate::domain::numbers::Price;
    use crate::tui::action::Action;

    #[test]
    fn quantities_step_wider_as_they_grow() {
        for (low, high) in
            [("1", "2"), ("99", "100"), ("100", "110"), ("990", "1000"), ("1000", "1100")]
        {
            assert_eq!((quantity(low, true), quantity(high, false)), (high.into(), low.into()));
        }
        assert_eq!((quantity("", true), quantity("1", false)), ("1".into(), "1".into()));
        assert_eq!(quantity("-5", true), "1");
    }

    #[test]
    fn nothing_steps_beyond_what_a_number_or_an_order_can_hold() {
        assert_eq!(quantity("999950", true), "1000000");
        for large in ["1000000", "9223372036", "9223372036.854775807", "99999999999999999999"] {
            assert_eq!(quantity(large, true), large);
        }
        assert_eq!(quantity("9223372036.854775807", false), "1000000");
        for large in ["9223372036.85", "9223372036.854775807", "9223372037", "9e9"] {
            let next = price(large, true, None);
            assert_eq!(next, if large == "9e9" { "0.01" } else { large });
        }
        assert_eq!(price("9223372036.85", false, None), "9223372036.84");
        assert_eq!(price("0", false, None), "0");
    }

    #[test]
    fn dollars_step_by_a_hundred() {
        for (low, high) in [("$500.00", "$600.00"), ("$100.00", "$200.00")] {
            assert_eq!((quantity(low, true), quantity(high, false)), (high.into(), low.into()));
        }
        assert_eq!(
            (quantity("$", true), quantity("$50", false)),
            ("$100.00".into(), "$100.00".into())
        );
        assert_eq!(quantity("$100000000", true), "$100000000.00");
    }

    #[test]
    fn prices_step_on_their_grid() {
        for (low, high) in
            [("187.50", "187.51"), ("0.9999", "1.00"), ("1.00", "1.01"), ("0.83", "0.8301")]
        {
            assert_eq!(
                (price(low, true, None), price(high, false, None)),
                (high.into(), low.into())
            );
        }
        let last = Price::cents(18_752);
        assert_eq!(price("x", true, Some(last)), "187.52");
        assert_eq!(price("", false, None), "0.01");
        assert_eq!(price("0.0001", false, None), "0.0001", "never nothing");
        assert_eq!(price("1.5%", true, None), "1.51");
    }

    #[test]
    fn a_sign_at_the_start_is_typed() {
        assert!(!applies(Action::PriceDown, "") && applies(Action::PriceDown, "1"));
        assert!(applies(Action::QuantityUp, "") && !applies(Action::Send, "1"));
    }
}
