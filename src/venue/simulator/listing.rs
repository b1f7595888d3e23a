//! What the embedded market lists: the table in `assets/symbols.csv`, or made-up symbols for load.
//! Must never know a current price: the tape makes those from the reference here.

use crate::domain::numbers::Price;
use crate::domain::symbols::{Asset, AssetClass, Symbol};

const TABLE: &str = include_str!("../../../assets/symbols.csv");
const FIELDS: usize = 11;

/// One listed symbol: its standing facts and how its tape behaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// Standing facts.
    pub asset: Asset,
    /// The price its tape swings around.
    pub reference: Price,
    /// Usual distance from bid to ask, as a part of the price.
    pub spread: f64,
    /// Usual size at the best bid and ask, in shares.
    pub displayed: u32,
    /// Shares traded on a usual day.
    pub daily_volume: u32,
    /// Deviation of a year's return, as a part of the price.
    pub volatility: f64,
    /// How much of the market's move it follows.
    pub beta: f64,
}

/// The symbols of the table, in its order.
pub fn table() -> Vec<Listing> {
    TABLE
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| parse(line).expect("a test reads the built-in table"))
        .collect()
}

/// `count` made-up symbols (`ZAAA`, `ZAAB`, ...) that behave like those of the table.
pub fn generated(count: usize) -> Vec<Listing> {
    let models = table();
    let mut models = models.iter().filter(|model| model.asset.tradable).cycle();
    (0..count)
        .map(|index| {
            let mut listing = models.next().expect("the table is not empty").clone();
            let letter = |place: u32| {
                let digit = index / 26_usize.pow(place) % 26;
                char::from(b'A' + u8::try_from(digit).expect("one of 26"))
            };
            let text = format!("Z{}{}{}", letter(2), letter(1), letter(0));
            listing.asset.symbol = Symbol::parse(&text).expect("four letters");
            listing.asset.name = format!("Made-up Company {}", index + 1);
            listing
        })
        .collect()
}

fn parse(line: &str) -> Option<Listing> {
    let fields: Vec<&str> = line.split(';').collect();
    let [symbol, name, exchange, class, price, spread, displayed, volume, volatility, beta, marks] =
        <[&str; FIELDS]>::try_from(fields).ok()?;
    let class = match class {
        "stock" => AssetClass::Stock,
        "fund" => AssetClass::Fund,
        _ => return None,
    };
    if !marks.bytes().all(|mark| b"THFS".contains(&mark)) {
        return None;
    }
    let asset = Asset {
        symbol: Symbol::parse(symbol).ok()?,
        name: name.to_owned(),
        exchange: exchange.to_owned(),
        class,
        tradable: marks.contains('T'),
        halted: marks.contains('H'),
        fractionable: marks.contains('F'),
        shortable: marks.contains('S'),
    };
    Some(Listing {
        asset,
        reference: Price::parse(price).ok()?,
        spread: spread.parse::<f64>().ok()? / 10_000.0,
        displayed: displayed.parse().ok()?,
        daily_volume: volume.parse().ok()?,
        volatility: volatility.parse::<f64>().ok()? / 100.0,
        beta: beta.parse::<f64>().ok()? / 100.0,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{generated, table};
    use crate::domain::numbers::Price;
    use crate::domain::symbols::AssetClass;
    use crate::domain::text::clean_line;

    #[test]
    fn the_table_holds_what_the_desk_promises() {
        let table = table();
        assert!(table.len() >= 120, "{} symbols", table.len());
        let symbols: BTreeSet<_> = table.iter().map(|listing| listing.asset.symbol).collect();
        assert_eq!(symbols.len(), table.len(), "each symbol once");
        let count = |test: fn(&super::Listing) -> bool| table.iter().filter(|l| test(l)).count();
        assert_eq!(count(|listing| listing.asset.halted), 1);
        assert_eq!(count(|listing| !listing.asset.tradable), 1);
        assert!(count(|listing| listing.reference < Price::ONE_DOLLAR) >= 3);
        assert!(count(|listing| !listing.asset.shortable) >= 5);
        assert!(count(|listing| !listing.asset.fractionable) >= 3);
        assert!(count(|listing| listing.asset.class == AssetClass::Fund) >= 20);
        for wanted in ["AAPL", "SPY", "QQQ", "BRK.B"] {
            assert!(symbols.iter().any(|symbol| symbol.as_str() == wanted), "{wanted}");
        }
    }

    #[test]
    fn every_row_is_plausible() {
        for listing in table() {
            let symbol = listing.asset.symbol;
            assert!(listing.reference.is_on_grid(), "{symbol}: reference off the grid");
            assert_eq!(clean_line(&listing.asset.name, 100), listing.asset.name, "{symbol}");
            assert!((0.000_01..0.01).contains(&listing.spread), "{symbol}: spread");
            assert!((0.05..1.5).contains(&listing.volatility), "{symbol}: volatility");
            assert!(listing.beta.abs() <= 4.0, "{symbol}: beta");
            assert!(listing.displayed >= 10, "{symbol}: size");
            assert!(listing.daily_volume >= 100_000, "{symbol}: volume");
            let exchanges = ["NYSE", "NASDAQ", "ARCA", "BATS", "AMEX"];
            assert!(exchanges.contains(&listing.asset.exchange.as_str()), "{symbol}: exchange");
        }
    }

    #[test]
    fn made_up_symbols_are_all_different() {
        let symbols: BTreeSet<_> =
            generated(500).iter().map(|listing| listing.asset.symbol).collect();
        assert_eq!(symbols.len(), 500);
    }
}
