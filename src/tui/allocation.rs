//! The cash that a portfolio is given, as people type it and as a form shows it.
//! Must never take an empty field for zero: a portfolio without cash of its own is another thing.

use crate::bounds::ALLOCATION_DOLLARS_MAX;
use crate::domain::numbers::Money;

/// Characters of the longest amount.
pub const CHARS_MAX: usize = 24;

/// The amount that was typed; none where nothing was. Separators and a dollar sign are read over.
pub fn read(text: &str) -> Result<Option<Money>, String> {
    let digits: String = text.trim().trim_start_matches('$').replace(',', "");
    if digits.is_empty() {
        return Ok(None);
    }
    let cash = Money::parse(&digits).map_err(|error| format!("an amount in dollars: {error}"))?;
    let most = Money::dollars(ALLOCATION_DOLLARS_MAX);
    if cash < Money::ZERO || cash > most {
        return Err(format!("from 0.00 to {most}"));
    }
    Ok(Some(cash))
}

/// The amount as a field shows it: to the cent, or to its last digit; nothing where there is none.
pub fn text(cash: Option<Money>) -> String {
    cash.map_or_else(String::new, Money::in_full)
}

#[cfg(test)]
mod tests {
    use super::{read, text};
    use crate::domain::numbers::Money;

    #[test]
    fn cash_is_typed_as_it_is_shown() {
        let cash = Money::cents(125_000_050);
        assert_eq!(read(&text(Some(cash))), Ok(Some(cash)));
        assert_eq!(text(Some(cash)), "1,250,000.50");
        assert_eq!(read(" $250000 "), Ok(Some(Money::dollars(250_000))));
        assert_eq!((read("  "), text(None)), (Ok(None), String::new()));
        assert_eq!(read("0"), Ok(Some(Money::ZERO)));
        assert_eq!(read("-1").unwrap_err(), "from 0.00 to 1,000,000,000,000.00");
        assert!(read("1e6").is_err() && read("2000000000000").is_err());
    }
}
