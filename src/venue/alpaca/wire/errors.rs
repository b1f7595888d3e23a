//! What Alpaca says where it does not do what was asked: code, text, and the figures beside them.
//! Must never be the only evidence: the HTTP status decides, and a body may be no JSON at all.

use serde::{Deserialize, Serialize};

use super::digits::Decimal;

/// The body of a refusal (section 2). Only the text is sure to be there.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct ErrorBody {
    /// HTTP status times 100,000 and a sub-code, mostly; the status of the answer may differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// Why not, in Alpaca's words.
    pub message: String,
    /// Shares that could be sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available: Option<Decimal>,
    /// Shares held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existing_qty: Option<Decimal>,
    /// Shares that open orders hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_for_orders: Option<Decimal>,
    /// Of what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// Orders that stand in the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub related_orders: Option<Vec<String>>,
    /// The opposite order of a wash trade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub existing_order_id: Option<String>,
    /// Which wash trade it would be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reject_reason: Option<String>,
    /// What may be bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buying_power: Option<Decimal>,
    /// What it would cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_basis: Option<Decimal>,
    /// The price that a leg was measured against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_price: Option<Decimal>,
    /// The market's price that a stop was measured against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub market_price: Option<Decimal>,
    /// The stop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_price: Option<Decimal>,
}
