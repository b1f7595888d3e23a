//! The account's switches: read, changed, and what they forbid.
//! Must never change a switch that a call leaves out or sends as null.

use crate::venue::alpaca::wire::account::Configurations;
use crate::venue::alpaca::wire::digits::Decimal;

use super::answer::{Answer, Refused, object};
use super::trading::Trading;

/// `GET /v2/account/configurations`.
pub(super) fn show(trading: &Trading) -> Answer {
    Answer::json(&trading.switches)
}

/// `PATCH /v2/account/configurations`.
pub(super) fn change(trading: &mut Trading, body: &[u8]) -> Result<Answer, Refused> {
    let asked: Configurations = object(body)?;
    if let Some(multiplier) = &asked.max_margin_multiplier
        && !["1", "2", "4"].contains(&multiplier.as_str())
    {
        return Err(Refused::parameter("invalid max_margin_multiplier"));
    }
    if asked.max_options_trading_level.is_some_and(|level| !(0..=3).contains(&level)) {
        return Err(Refused::parameter("invalid max_options_trading_level"));
    }
    if let Some(email) = &asked.trade_confirm_email
        && !["all", "none"].contains(&email.as_str())
    {
        return Err(Refused::parameter("invalid trade_confirm_email"));
    }
    let now = &mut trading.switches;
    let keep = |new: Option<bool>, old: &mut Option<bool>| *old = new.or(*old);
    keep(asked.disable_overnight_trading, &mut now.disable_overnight_trading);
    keep(asked.fractional_trading, &mut now.fractional_trading);
    keep(asked.no_shorting, &mut now.no_shorting);
    keep(asked.ptp_no_exception_entry, &mut now.ptp_no_exception_entry);
    keep(asked.suspend_trade, &mut now.suspend_trade);
    if asked.max_margin_multiplier.is_some() {
        now.max_margin_multiplier = asked.max_margin_multiplier;
    }
    now.max_options_trading_level =
        asked.max_options_trading_level.or(now.max_options_trading_level);
    if asked.trade_confirm_email.is_some() {
        now.trade_confirm_email = asked.trade_confirm_email;
    }
    let multiplier = now.max_margin_multiplier.as_ref().map_or("4", Decimal::as_str);
    let multiplier = multiplier.parse().expect("one of three digits");
    trading.floor.exchange_mut().limit_margin(multiplier);
    Ok(show(trading))
}
