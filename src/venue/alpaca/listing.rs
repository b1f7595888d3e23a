//! The assets that Alpaca lists, as the desk knows assets, kept in a file between starts.
//! Must never stand in the way of a start: a file that cannot be read is fetched anew.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bounds::NAME_CHARS_MAX;
use crate::domain::symbols::{Asset, AssetClass, Symbol};
use crate::domain::text::clean_line;

use super::Alpaca;
use super::rest::trouble::Trouble;
use super::wire::assets::{Asset as Listed, AssetStatus};

/// Exchanges that list funds and nothing else.
const FUNDS_ONLY: [&str; 3] = ["ARCA", "NYSEARCA", "BATS"];

/// What the desk takes of the list: active assets with a plain symbol.
pub(super) fn read(listed: &[Listed]) -> BTreeMap<Symbol, Asset> {
    let active = listed.iter().filter(|asset| asset.status == AssetStatus::Active);
    active.filter_map(|asset| Some((Symbol::parse(&asset.symbol).ok()?, one(asset)?))).collect()
}

fn one(listed: &Listed) -> Option<Asset> {
    let is_fund = FUNDS_ONLY.contains(&listed.exchange.as_str()) || listed.name.contains("ETF");
    Some(Asset {
        symbol: Symbol::parse(&listed.symbol).ok()?,
        name: clean_line(&listed.name, NAME_CHARS_MAX),
        exchange: clean_line(&listed.exchange, NAME_CHARS_MAX),
        class: if is_fund { AssetClass::Fund } else { AssetClass::Stock },
        tradable: listed.tradable,
        halted: false,
        fractionable: listed.fractionable,
        shortable: listed.shortable,
    })
}

impl Alpaca {
    /// Takes the list that was kept, where there is one.
    pub(super) async fn read_assets(&self) {
        let Some(path) = self.assets_file.clone() else { return };
        let kept = tokio::task::spawn_blocking(move || {
            let bytes = std::fs::read(path).ok()?;
            serde_json::from_slice::<Vec<Listed>>(&bytes).ok()
        });
        if let Ok(Some(listed)) = kept.await {
            self.take_assets(&listed);
        }
    }

    /// Asks for the list, and keeps it.
    pub(super) async fn ask_assets(&self) -> Result<(), Trouble> {
        let listed = self.rest.assets().await?;
        self.take_assets(&listed);
        let Some(path) = self.assets_file.clone() else { return Ok(()) };
        let kept = tokio::task::spawn_blocking(move || {
            let text = serde_json::to_vec(&listed).map_err(std::io::Error::from)?;
            let beside = path.with_extension("new");
            std::fs::write(&beside, text)?;
            std::fs::rename(beside, path)
        });
        if let Ok(Err(error)) = kept.await {
            tracing::warn!(%error, "the list of assets is not kept");
        }
        Ok(())
    }

    fn take_assets(&self, listed: &[Listed]) {
        *self.assets.lock().expect("nobody panics over the assets") = Arc::new(read(listed));
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::domain::symbols::{AssetClass, Symbol};
    use crate::venue::alpaca::wire::assets::Asset as Listed;

    fn listed(symbol: &str, status: &str, exchange: &str) -> Listed {
        let text = format!(
            "{{\"id\":\"x\",\"class\":\"us_equity\",\"exchange\":\"{exchange}\",\
             \"symbol\":\"{symbol}\",\"name\":\"A\\u001b[2J name\",\"status\":\"{status}\",\
             \"tradable\":true,\"shortable\":true}}"
        );
        serde_json::from_str(&text).expect("an asset")
    }

    #[test]
    fn an_inactive_twin_and_odd_symbols_are_left_out() {
        let found = read(&[
            listed("ABC", "active", "NYSE"),
            listed("ABC", "inactive", "OTC"),
            listed("SPY", "active", "ARCA"),
            listed("A/B C", "active", "NYSE"),
            listed("OLD", "inactive", "NYSE"),
        ]);
        let symbol = |text| Symbol::parse(text).expect("plain");
        assert_eq!(found.len(), 2);
        assert_eq!(found[&symbol("ABC")].exchange, "NYSE");
        assert_eq!(found[&symbol("SPY")].class, AssetClass::Fund);
        assert!(!found[&symbol("ABC")].name.contains('\u{1b}'));
        assert!(found[&symbol("ABC")].shortable && !found[&symbol("ABC")].fractionable);
    }
}
