//! Reads what is typed into a ticket: each field to its value, or to the words beside it.
//! Must never accept what the desk's grid and size rules would refuse, nor change what was typed.

use crate::bounds::{ORDER_DOLLARS_MAX, ORDER_DOLLARS_MIN, ORDER_SHARES_MAX};
use crate::desk::refusal::Refusal;
use crate::domain::numbers::{Money, NumberError, Price, Qty, Ratio};
use crate::domain::orders::Trail;
use crate::domain::symbols::{Symbol, SymbolError};

use crate::tui::ctx::Ctx;

/// Decimal places of a trail in percent: a millionth is the smallest ratio.
const PERCENT_PLACES: u32 = 4;

/// A symbol that this market trades.
pub fn symbol(text: &str, ctx: &Ctx<'_>) -> Result<Symbol, String> {
    let text = text.trim();
    let symbol = match Symbol::parse(text) {
        Ok(symbol) => symbol,
        Err(SymbolError::Empty) => return Err(SymbolError::Empty.to_string()),
        Err(_) if text.chars().count() <= 16 && !text.contains(' ') => {
            return Err(format!("{text} is not a tradable symbol"));
        }
        Err(error) => return Err(error.to_string()),
    };
    match ctx.view.assets.get(&symbol) {
        Some(asset) if asset.halted => Err(Refusal::SymbolHalted { symbol }.to_string()),
        Some(asset) if asset.tradable => Ok(symbol),
        _ => Err(Refusal::NotTradable { symbol }.to_string()),
    }
}

/// A quantity above zero and within the desk's bound.
pub fn quantity(text: &str) -> Result<Qty, String> {
    let quantity = Qty::parse(text.trim()).map_err(|error| error.to_string())?;
    if quantity.is_zero() {
        return Err(Refusal::NoQuantity.to_string());
    }
    if quantity > Qty::shares(ORDER_SHARES_MAX) {
        return Err(Refusal::TooManyShares { quantity }.to_string());
    }
    Ok(quantity)
}

/// How much is to be traded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// Shares.
    Shares(Qty),
    /// Dollars, whatever shares they come to.
    Dollars(Money),
}

/// Shares, or dollars behind their sign.
pub fn amount(text: &str) -> Result<Amount, String> {
    match text.trim().strip_prefix('$') {
        Some(digits) => dollars(digits).map(Amount::Dollars),
        None => quantity(text).map(Amount::Shares),
    }
}

/// Dollars to the cent, from the least that the venue takes to the most that the desk does.
fn dollars(digits: &str) -> Result<Money, String> {
    let dollars = Money::parse(digits.trim()).map_err(|error| error.to_string())?;
    if dollars.units() % Money::cents(1).units() != 0 {
        return Err(NumberError::Places { max: 2 }.to_string());
    }
    if dollars < Money::dollars(ORDER_DOLLARS_MIN) {
        return Err(Refusal::TooSmall.to_string());
    }
    if dollars > Money::dollars(ORDER_DOLLARS_MAX) {
        return Err(Refusal::TooLarge { value: dollars }.to_string());
    }
    Ok(dollars)
}

/// A price above zero on its grid; `which` is `limit` or `stop`.
pub fn price(which: &'static str, text: &str) -> Result<Price, String> {
    let price = Price::parse(text.trim()).map_err(|error| error.to_string())?;
    if price.is_zero() {
        return Err(Refusal::NoPrice { which }.to_string());
    }
    if !price.is_on_grid() {
        return Err(Refusal::OffGrid { price, tick: price.tick() }.to_string());
    }
    Ok(price)
}

/// A trail in dollars, on the grid of prices.
pub fn trail_amount(text: &str) -> Result<Trail, String> {
    let amount = Price::parse(text.trim()).map_err(|error| error.to_string())?;
    if amount.is_zero() {
        return Err(Refusal::NoPrice { which: "trail" }.to_string());
    }
    if !amount.is_on_grid() {
        return Err(Refusal::OffGrid { price: amount, tick: amount.tick() }.to_string());
    }
    Ok(Trail::Amount(amount))
}

/// A trail in percent of the price: from 0.1 to below 100, with or without its sign.
pub fn trail_percent(text: &str) -> Result<Trail, String> {
    let text = text.trim();
    let digits = text.strip_suffix('%').unwrap_or(text).trim_end();
    let percent = Price::parse(digits).map_err(|error| error.to_string())?;
    // A price is counted in 1e-9, a ratio of one percent is 10,000 millionths.
    let (ratio, rest) = (percent.units() / 100_000, percent.units() % 100_000);
    if rest != 0 {
        return Err(NumberError::Places { max: PERCENT_PLACES }.to_string());
    }
    if !(1_000..1_000_000).contains(&ratio) {
        return Err(Refusal::BadTrail.to_string());
    }
    Ok(Trail::Percent(Ratio(ratio)))
}

#[cfg(test)]
mod tests {
    use super::{Amount, amount, price, quantity, symbol, trail_amount, trail_percent};
    use crate::domain::numbers::{Money, Price, Qty, Ratio};
    use crate::domain::orders::Trail;
    use crate::tui::fixture::Fixture;

    #[test]
    fn symbols_are_those_this_market_trades() {
        let fixture = Fixture::desk();
        let read = |text: &str| symbol(text, &fixture.ctx()).map(|symbol| symbol.to_string());
        assert_eq!(read(" brk.b "), Ok("BRK.B".to_owned()));
        for (text, why) in [
            ("AAPLX", "AAPLX is not a tradable symbol"),
            ("HLTD", "HLTD is halted: orders are not taken until trading resumes"),
            ("", "a symbol is needed"),
            ("-5", "-5 is not a tradable symbol"),
            ("😀", "😀 is not a tradable symbol"),
            ("apple inc", "letters, digits and one dot only"),
        ] {
            assert_eq!(read(text), Err(why.to_owned()), "{text:?}");
        }
    }

    #[test]
    fn numbers_are_refused_in_words() {
        assert_eq!(quantity(" 1500.25 "), Ok(Qty::from_units(1_500_250_000_000)));
        for (text, why) in [
            ("", "a number is needed"),
            ("-5", "no sign here: use a number above zero"),
            ("1e9", "digits and one point only"),
            ("0", "The quantity must be above 0"),
            ("1000000.1", "1,000,000.1 shares exceed the desk's 1,000,000 per order"),
            ("0.0000000001", "at most 9 decimal places"),
        ] {
            assert_eq!(quantity(text), Err(why.to_owned()), "{text:?}");
        }
        assert_eq!(quantity(&"9".repeat(10_000)), Err("the number is too large".to_owned()));
    }

    #[test]
    fn prices_keep_to_their_grid() {
        assert_eq!(price("limit", "187.5"), Ok(Price::cents(18_750)));
        for (text, why) in [
            ("0.00", "The limit price must be above 0"),
            ("0.00001", "0.00001 is not on the price grid: steps of $0.0001 here"),
            ("187.505", "187.505 is not on the price grid: steps of $0.01 here"),
            ("one", "digits and one point only"),
        ] {
            assert_eq!(price("limit", text), Err(why.to_owned()), "{text:?}");
        }
    }

    #[test]
    fn trails_in_dollars_and_percent() {
        assert_eq!(trail_amount("0.05"), Ok(Trail::Amount(Price::cents(5))));
        assert_eq!(trail_amount("0"), Err("The trail price must be above 0".to_owned()));
        assert_eq!(trail_percent("1.5 %"), Ok(Trail::Percent(Ratio(15_000))));
        assert_eq!(trail_percent("0.1"), Ok(Trail::Percent(Ratio(1_000))));
        let bad = "The trail must be at least 0.1 % and below 100 % of the price";
        assert_eq!(trail_percent("100"), Err(bad.to_owned()));
        assert_eq!(trail_percent("0.0999"), Err(bad.to_owned()));
        assert_eq!(trail_percent("1.00001%"), Err("at most 4 decimal places".to_owned()));
    }

    #[test]
    fn an_amount_is_in_shares_or_in_dollars_to_the_cent() {
        assert_eq!(amount("2.5"), Ok(Amount::Shares(Qty::parse("2.5").expect("plain"))));
        assert_eq!(amount("$500"), Ok(Amount::Dollars(Money::dollars(500))));
        assert_eq!(amount(" $ 1.05 "), Ok(Amount::Dollars(Money::cents(105))));
        for wrong in ["$", "$0.99", "$1.005", "$-5", "$100000000.01", "5$"] {
            assert!(amount(wrong).is_err(), "{wrong}");
        }
    }
}
