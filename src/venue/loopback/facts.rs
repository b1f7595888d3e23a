//! The listed assets as Alpaca tells of them, each with its id.
//! Must never hold what moves: prices are the tape's.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use crate::domain::symbols::{Asset, Symbol};
use crate::venue::alpaca::wire::assets::{Asset as WireAsset, AssetStatus};
use crate::venue::alpaca::wire::digits::{Decimal, Number};
use crate::venue::simulator::tape::Slot;
use crate::venue::simulator::tape::chance::Chance;

use super::answer::{Answer, Refused};
use super::query::Query;

/// The class of everything that is listed here.
pub(super) const CLASS: &str = "us_equity";
/// Percent of a usual position's value that must stay behind it.
const MARGIN_PERCENT: &str = "30";

/// The assets in the order of their slots, and how they are found.
#[derive(Debug)]
pub(super) struct Facts {
    assets: Arc<[Asset]>,
    ids: Vec<Uuid>,
    by_id: BTreeMap<Uuid, Slot>,
    by_symbol: BTreeMap<Symbol, Slot>,
}

impl Facts {
    pub(super) fn new(assets: Arc<[Asset]>) -> Self {
        // An asset's id is the same on every market, whatever its seed: programs write ids down.
        let chance = Chance::new(0).named("assets");
        let ids: Vec<Uuid> =
            assets.iter().map(|asset| drawn_id(chance.named(asset.symbol.as_str()))).collect();
        let by_id = ids.iter().copied().zip((0..).map(Slot)).collect();
        let by_symbol = assets.iter().map(|asset| asset.symbol).zip((0..).map(Slot)).collect();
        Self { assets, ids, by_id, by_symbol }
    }
    /// All assets, in the order of their slots.
    pub(super) fn assets(&self) -> &Arc<[Asset]> {
        &self.assets
    }
    pub(super) fn asset(&self, slot: Slot) -> &Asset {
        &self.assets[usize::from(slot.0)]
    }
    pub(super) fn id(&self, slot: Slot) -> Uuid {
        self.ids[usize::from(slot.0)]
    }
    /// What a text names: a symbol as it is written, or an id with or without its dashes.
    pub(super) fn find(&self, text: &str) -> Option<Slot> {
        let by_id = || self.by_id.get(&Uuid::try_parse(text).ok()?).copied();
        self.symbol(text).or_else(by_id)
    }
    /// What a symbol names; lower case names nothing.
    pub(super) fn symbol(&self, text: &str) -> Option<Slot> {
        let symbol = Symbol::parse(text).ok().filter(|symbol| symbol.as_str() == text)?;
        self.by_symbol.get(&symbol).copied()
    }
    /// An asset as Alpaca writes it.
    pub(super) fn written(&self, slot: Slot) -> WireAsset {
        let asset = self.asset(slot);
        let mut attributes = vec!["has_options".to_owned(), "overnight_tradable".to_owned()];
        if asset.fractionable {
            attributes.insert(0, "fractional_eh_enabled".to_owned());
        }
        let borrow = if asset.shortable { "easy_to_borrow" } else { "hard_to_borrow" };
        WireAsset {
            id: self.id(slot).to_string(),
            class: CLASS.to_owned(),
            exchange: asset.exchange.clone(),
            symbol: asset.symbol.to_string(),
            name: asset.name.clone(),
            status: AssetStatus::Active,
            tradable: asset.tradable,
            marginable: true,
            shortable: asset.shortable,
            fractionable: asset.fractionable,
            easy_to_borrow: asset.shortable,
            borrow_status: Some(borrow.to_owned()),
            maintenance_margin_requirement: Some(Number::of(MARGIN_PERCENT)),
            margin_requirement_long: Some(Decimal::of(MARGIN_PERCENT)),
            margin_requirement_short: Some(Decimal::of(MARGIN_PERCENT)),
            attributes,
        }
    }

    /// `GET /v2/assets`.
    pub(super) fn list(&self, query: &Query) -> Answer {
        let wanted_attributes = query.list("attributes");
        let wanted = |asset: &WireAsset| {
            query.get("status").is_none_or(|status| status == asset.status.as_str())
                && query.get("asset_class").is_none_or(|class| class == asset.class)
                && query.get("exchange").is_none_or(|exchange| exchange == asset.exchange)
                && (wanted_attributes.is_empty()
                    || wanted_attributes.iter().any(|one| asset.attributes.contains(one)))
        };
        let slots = (0..).map(Slot).take(self.assets.len());
        let found: Vec<WireAsset> = slots.map(|slot| self.written(slot)).filter(wanted).collect();
        Answer::json(&found)
    }
    /// `GET /v2/assets/{symbol or id}`.
    pub(super) fn one(&self, text: &str) -> Result<Answer, Refused> {
        let slot = self.find(text);
        let slot = slot.ok_or_else(|| Refused::missing(format!("asset not found for {text}")))?;
        Ok(Answer::json(&self.written(slot)))
    }
}

/// An id drawn from a source: a random one in its form, the same each time.
pub(super) fn drawn_id(source: Chance) -> Uuid {
    let high = u128::from(source.draw(1).bits());
    let low = u128::from(source.draw(2).bits());
    uuid::Builder::from_random_bytes(((high << 64) | low).to_be_bytes()).into_uuid()
}
