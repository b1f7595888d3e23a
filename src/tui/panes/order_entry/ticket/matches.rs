//! The symbols that what was typed may mean: by symbol first, then by a word of the name.
//! Must never choose by itself: a person takes one.

use crate::domain::symbols::{Asset, Symbol};

use crate::tui::ctx::Ctx;

/// Matches shown at once.
pub const MATCHES_MAX: usize = 8;

/// The matches of a text, best first; none where it is empty.
pub fn matches<'v>(text: &str, ctx: &Ctx<'v>) -> Vec<(Symbol, &'v str)> {
    let typed = text.trim().to_uppercase();
    if typed.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(u8, Symbol, &str)> = ctx
        .view
        .assets
        .values()
        .filter_map(|asset| Some((rank(&typed, asset)?, asset.symbol, asset.name.as_str())))
        .collect();
    found.sort_unstable();
    found.truncate(MATCHES_MAX);
    found.into_iter().map(|(_, symbol, name)| (symbol, name)).collect()
}

/// How well an asset fits, 0 best; none where it does not.
fn rank(typed: &str, asset: &Asset) -> Option<u8> {
    let (symbol, name) = (asset.symbol.as_str(), asset.name.to_uppercase());
    let fits = if symbol == typed {
        0
    } else if symbol.starts_with(typed) {
        1
    } else if name.split(' ').any(|word| word.starts_with(typed)) || name.starts_with(typed) {
        2
    } else if name.contains(typed) {
        3
    } else {
        return None;
    };
    Some(fits)
}

#[cfg(test)]
mod tests {
    use super::matches;
    use crate::tui::fixture::Fixture;

    #[test]
    fn symbols_come_before_names() {
        let fixture = Fixture::desk();
        let found = |text: &str| {
            let found = matches(text, &fixture.ctx());
            found.iter().map(|(symbol, _)| symbol.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(found("ma"), ["AMZN"], "within a name");
        assert_eq!(found("a")[..2], ["AAPL", "AMZN"]);
        assert_eq!(found("aapl"), ["AAPL"]);
        assert_eq!(found("trust"), ["QQQ", "SPY"]);
        assert_eq!(found("hathaway inc"), ["BRK.B"]);
        assert_eq!(found(" "), Vec::<String>::new());
        assert_eq!(found("zzz"), Vec::<String>::new());
    }
}
