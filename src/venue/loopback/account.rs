//! The account as Alpaca shows it, worked out from cash, holdings and open orders.
//! Must never round before a sum: only what is shown is rounded.

use crate::domain::numbers::Money;
use crate::venue::alpaca::wire::account::{Account as WireAccount, AccountStatus};
use crate::venue::alpaca::wire::digits::Decimal;
use crate::venue::alpaca::wire::times::Day;
use crate::venue::simulator::exchange::account::Account;

use super::answer::Answer;
use super::figures::cents;
use super::trading::Trading;
use super::written::micro_stamp;

/// `GET /v2/account`.
pub(super) fn show(trading: &mut Trading) -> Answer {
    let (closed, last_equity) = trading.last_close();
    let account = trading.exchange().account();
    let (long, short) = sides(account);
    let half = |money: Money| Money::from_units(money.units() / 2);
    let initial = half(long) + half(short).abs();
    let equity = account.equity();
    let free = |money: Money| (money - account.reserved).max(Money::ZERO);
    let buying_power = free(account.buying_power());
    let margin = (equity - initial).max(Money::ZERO);
    let regt = match account.multiplier() {
        1 => free(account.cash),
        _ => free(Money::from_units(margin.units() * 2)),
    };
    let cash_alone = free(account.cash);
    let zero = || Some(Decimal::of("0"));
    let suspended = trading.switches.suspend_trade == Some(true);
    let shorts = account.has_margin() && trading.switches.no_shorting != Some(true);
    Answer::json(&WireAccount {
        id: trading.identity.id.to_string(),
        account_number: trading.identity.number.clone(),
        status: AccountStatus::Active,
        crypto_status: Some(AccountStatus::Active),
        crypto_tier: Some(1),
        currency: Some("USD".to_owned()),
        cash: Some(cents(account.cash)),
        equity: Some(cents(equity)),
        portfolio_value: Some(cents(equity)),
        last_equity: Some(super::figures::amount(last_equity)),
        long_market_value: Some(cents(long)),
        short_market_value: Some(cents(short)),
        position_market_value: Some(cents(long + short.abs())),
        buying_power: Some(cents(buying_power)),
        effective_buying_power: Some(cents(buying_power)),
        regt_buying_power: Some(cents(regt)),
        non_marginable_buying_power: Some(cents(cash_alone)),
        options_buying_power: Some(cents(cash_alone)),
        initial_margin: Some(cents(initial)),
        maintenance_margin: Some(cents(account.maintenance())),
        last_maintenance_margin: zero(),
        sma: Some(cents(margin)),
        multiplier: Some(Decimal::of(&account.multiplier().to_string())),
        shorting_enabled: shorts,
        trading_blocked: false,
        transfers_blocked: false,
        account_blocked: false,
        trade_suspended_by_user: suspended,
        accrued_fees: zero(),
        pending_reg_taf_fees: zero(),
        intraday_adjustments: zero(),
        pending_transfer_in: None,
        pending_transfer_out: None,
        options_approved_level: Some(3),
        options_trading_level: trading.switches.max_options_trading_level,
        created_at: Some(micro_stamp(trading.identity.created)),
        balance_asof: Some(Day(closed)),
        admin_configurations: Some(serde_json::Value::Object(serde_json::Map::new())),
        user_configurations: None,
        daytrade_count: None,
        last_daytrade_count: None,
        daytrading_buying_power: None,
        last_daytrading_buying_power: None,
        pattern_day_trader: None,
    })
}

/// Value of the long positions and of the short ones, the latter below zero.
fn sides(account: &Account) -> (Money, Money) {
    let mut sides = (Money::ZERO, Money::ZERO);
    for (_, holding) in account.held() {
        let side = if holding.quantity.signum() > 0 { &mut sides.0 } else { &mut sides.1 };
        *side += holding.worth();
    }
    sides
}
