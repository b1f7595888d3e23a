//! The account: its money, its switches, its history and what happened on it.
//! Must never be booked from: money moves by fills and activities, this is what to check against.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::digits::{Decimal, Number};
use super::orders::{OrderSide, OrderStatus};
use super::times::{Day, Stamp};

words! {
    /// Whether an account may be traded on.
    AccountStatus {
        /// It may.
        Active = "ACTIVE",
        /// Not opened.
        Inactive = "INACTIVE",
        /// Paper trading only.
        PaperOnly = "PAPER_ONLY",
        /// Being opened.
        Onboarding = "ONBOARDING",
        /// Its opening failed.
        SubmissionFailed = "SUBMISSION_FAILED",
        /// Its opening was asked for.
        Submitted = "SUBMITTED",
        /// Its facts changed.
        AccountUpdated = "ACCOUNT_UPDATED",
        /// Waits for approval.
        ApprovalPending = "APPROVAL_PENDING",
        /// Approved, not yet active.
        Approved = "APPROVED",
        /// Refused.
        Rejected = "REJECTED",
        /// Closed.
        AccountClosed = "ACCOUNT_CLOSED",
        /// Being closed.
        AccountClosedPending = "ACCOUNT_CLOSED_PENDING",
        /// Its owner has to do something.
        ActionRequired = "ACTION_REQUIRED",
        /// Limited.
        Limited = "LIMITED",
    }
}

/// The account (section 3). Only id and status are sure to be there.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "switches of the broker that go any way")]
pub struct Account {
    /// Alpaca's id of it.
    pub id: String,
    /// Its number; a paper account's begins with `PA`.
    pub account_number: String,
    /// Whether it may be traded on.
    pub status: AccountStatus,
    /// The same for crypto.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crypto_status: Option<AccountStatus>,
    /// Fee tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crypto_tier: Option<i64>,
    /// `USD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Cash, settled or not; negative on a margin debit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cash: Option<Decimal>,
    /// Cash and the value of all positions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equity: Option<Decimal>,
    /// The same, by its older name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portfolio_value: Option<Decimal>,
    /// Equity at the close of `balance_asof`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_equity: Option<Decimal>,
    /// Value of the long positions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub long_market_value: Option<Decimal>,
    /// Value of the short positions, below zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short_market_value: Option<Decimal>,
    /// Both together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position_market_value: Option<Decimal>,
    /// What may be bought now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buying_power: Option<Decimal>,
    /// The same in every capture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_buying_power: Option<Decimal>,
    /// What may be bought and held over night.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regt_buying_power: Option<Decimal>,
    /// What may be bought without a loan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub non_marginable_buying_power: Option<Decimal>,
    /// What options may be bought for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options_buying_power: Option<Decimal>,
    /// Margin to open what is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_margin: Option<Decimal>,
    /// Margin to keep it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maintenance_margin: Option<Decimal>,
    /// The same at the last close.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_maintenance_margin: Option<Decimal>,
    /// Special memorandum account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sma: Option<Decimal>,
    /// 1, 2 or 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiplier: Option<Decimal>,
    /// True where it may sell short.
    #[serde(default)]
    pub shorting_enabled: bool,
    /// True where it may not trade.
    #[serde(default)]
    pub trading_blocked: bool,
    /// True where it may not move money.
    #[serde(default)]
    pub transfers_blocked: bool,
    /// True where it may do nothing.
    #[serde(default)]
    pub account_blocked: bool,
    /// True where its owner stopped trading.
    #[serde(default)]
    pub trade_suspended_by_user: bool,
    /// Fees not yet charged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accrued_fees: Option<Decimal>,
    /// Regulatory fees not yet charged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_reg_taf_fees: Option<Decimal>,
    /// Adjustments of the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intraday_adjustments: Option<Decimal>,
    /// Money on its way in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_transfer_in: Option<Decimal>,
    /// Money on its way out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_transfer_out: Option<Decimal>,
    /// Options level granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options_approved_level: Option<i64>,
    /// Options level in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options_trading_level: Option<i64>,
    /// When it was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Stamp>,
    /// Day of the `last_` figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance_asof: Option<Day>,
    /// What the broker's partners set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin_configurations: Option<serde_json::Value>,
    /// What its owner set; null in every capture.
    #[serde(default)]
    pub user_configurations: Option<serde_json::Value>,
    /// Day trades of the last days; gone since July 2026.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daytrade_count: Option<i64>,
    /// The same at the last close; gone since July 2026.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_daytrade_count: Option<i64>,
    /// Buying power of a day trader; gone since July 2026.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daytrading_buying_power: Option<Decimal>,
    /// The same at the last close; gone since July 2026.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_daytrading_buying_power: Option<Decimal>,
    /// True for a day trader; gone since July 2026.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern_day_trader: Option<bool>,
}

/// The account's switches (section 4); in a change, what is none stays.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Configurations {
    /// No trading over night.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disable_overnight_trading: Option<bool>,
    /// Fractions and dollar orders are taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fractional_trading: Option<bool>,
    /// 1, 2 or 4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_margin_multiplier: Option<Decimal>,
    /// 0 to 3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_options_trading_level: Option<i64>,
    /// Long only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_shorting: Option<bool>,
    /// Partnerships without an exception may be bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ptp_no_exception_entry: Option<bool>,
    /// New orders are refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspend_trade: Option<bool>,
    /// `all` or `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trade_confirm_email: Option<String>,
    /// Which day trades were checked; gone since June 2026.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dtbp_check: Option<String>,
    /// The same for the day trader's rule; gone since June 2026.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pdt_check: Option<String>,
}

/// Equity over time (section 9); JSON numbers, and never to be booked from.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct PortfolioHistory {
    /// Left edges, in Unix seconds.
    pub timestamp: Vec<i64>,
    /// Equity at each.
    pub equity: Vec<Option<Number>>,
    /// Profit since the base.
    pub profit_loss: Vec<Option<Number>>,
    /// The same as a ratio.
    pub profit_loss_pct: Vec<Option<Number>>,
    /// What profits are measured against.
    pub base_value: Option<Number>,
    /// Its day; once seen as `0000-00-00`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_value_asof: Option<String>,
    /// Distance of two points.
    pub timeframe: String,
    /// Money in and out, by kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cashflow: Option<BTreeMap<String, Vec<Option<Number>>>>,
}

/// Something that happened on the account (section 10): a fill, or a movement of another kind.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Activity {
    /// Its place in the list, and where the next page begins.
    pub id: String,
    /// `FILL`, `DIV`, `JNLC` and some forty others.
    pub activity_type: String,
    /// Finer kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity_sub_type: Option<String>,
    /// Shares filled of the order after it: with the order, the key of a fill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cum_qty: Option<Decimal>,
    /// Shares still to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaves_qty: Option<Decimal>,
    /// Alpaca's id of the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// Where the order stood after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_status: Option<OrderStatus>,
    /// Price of a share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Decimal>,
    /// Shares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qty: Option<Decimal>,
    /// Buy or sell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<OrderSide>,
    /// Of what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// When a fill happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_time: Option<Stamp>,
    /// `fill` or `partial_fill`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Day of a movement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Day>,
    /// When a movement was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Stamp>,
    /// Dollars moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net_amount: Option<Decimal>,
    /// Dollars for each share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_share_amount: Option<Decimal>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `executed`, `correct` or `canceled`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `USD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The security's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cusip: Option<String>,
    /// Movements that belong together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
}
