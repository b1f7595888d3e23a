//! The switches of a new account: everything that paper trading lets an account do.
//! Must never change a switch: that is its owner's to do.

use crate::venue::alpaca::wire::account::Configurations;
use crate::venue::alpaca::wire::digits::Decimal;

/// The switches of a new account.
pub(super) fn fresh() -> Configurations {
    Configurations {
        disable_overnight_trading: Some(false),
        fractional_trading: Some(true),
        max_margin_multiplier: Some(Decimal::of("4")),
        max_options_trading_level: Some(3),
        no_shorting: Some(false),
        ptp_no_exception_entry: Some(false),
        suspend_trade: Some(false),
        trade_confirm_email: Some("all".to_owned()),
        dtbp_check: None,
        pdt_check: None,
    }
}
