//! Every answer against the tables of the reference: each member there, of its type and form.
//! Must never accept a member that the tables do not name.

use std::collections::BTreeSet;

use serde_json::Value;

use super::stand::{Stand, id};

/// Sections 3 to 11: a member, its form, and `?` where it may be null.
const ACCOUNT: &str = "id uuid, account_number text, status word, crypto_status word, \
    crypto_tier integer, currency text, cash decimal, equity decimal, portfolio_value decimal, \
    last_equity decimal, long_market_value decimal, short_market_value decimal, \
    position_market_value decimal, buying_power decimal, effective_buying_power decimal, \
    regt_buying_power decimal, non_marginable_buying_power decimal, options_buying_power decimal, \
    initial_margin decimal, maintenance_margin decimal, last_maintenance_margin decimal, \
    sma decimal, multiplier decimal, shorting_enabled bool, trading_blocked bool, \
    transfers_blocked bool, account_blocked bool, trade_suspended_by_user bool, \
    accrued_fees decimal, pending_reg_taf_fees decimal, intraday_adjustments decimal, \
    options_approved_level integer, options_trading_level integer, created_at time, \
    balance_asof date, admin_configurations object, user_configurations object?";
const SWITCHES: &str = "disable_overnight_trading bool, fractional_trading bool, \
    max_margin_multiplier decimal, max_options_trading_level integer?, no_shorting bool, \
    ptp_no_exception_entry bool, suspend_trade bool, trade_confirm_email text";
pub(crate) const ORDER: &str = "id uuid, client_order_id text, created_at time, updated_at time, \
    submitted_at time, filled_at time?, expired_at time?, canceled_at time?, failed_at time?, \
    replaced_at time?, expires_at time, replaced_by uuid?, replaces uuid?, asset_id uuid, \
    symbol text, asset_class text, notional decimal?, qty decimal?, filled_qty decimal, \
    filled_avg_price decimal?, order_class text, order_type text, type text, side text, \
    position_intent text, time_in_force text, limit_price decimal?, stop_price decimal?, \
    trail_price decimal?, trail_percent decimal?, hwm decimal?, status text, \
    extended_hours bool, legs list?, subtag text?, source text?";
const POSITION: &str = "asset_id uuid, symbol text, exchange text, asset_class text, \
    asset_marginable bool, qty decimal, qty_available decimal, avg_entry_price decimal, \
    side text, market_value decimal, cost_basis decimal, unrealized_pl decimal, \
    unrealized_plpc decimal, unrealized_intraday_pl decimal, unrealized_intraday_plpc decimal, \
    current_price decimal, lastday_price decimal, change_today decimal";
const ASSET: &str = "id uuid, class text, exchange text, symbol text, name text, status text, \
    tradable bool, marginable bool, shortable bool, fractionable bool, easy_to_borrow bool, \
    borrow_status text, maintenance_margin_requirement number, margin_requirement_long decimal, \
    margin_requirement_short decimal, attributes list";
const CLOCK: &str = "timestamp time, is_open bool, next_open time, next_close time";
const DAY: &str = "date date, open text, close text, session_open text, session_close text, \
    settlement_date date";
const HISTORY: &str = "timestamp list, equity list, profit_loss list, profit_loss_pct list, \
    base_value number, base_value_asof date, timeframe text";
const FILL: &str = "activity_type word, id text, cum_qty decimal, leaves_qty decimal, \
    order_id uuid, order_status text, price decimal, qty decimal, side text, symbol text, \
    transaction_time time, type text";
const MOVEMENT: &str = "id text, activity_type word, date date, created_at time, \
    net_amount decimal, description text, status text, currency text";
const WATCHLIST: &str =
    "id uuid, account_id uuid, name text, created_at time, updated_at time, assets list";

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    plain(whole) && plain(fraction) && (whole == "0" || !whole.starts_with('0'))
}

fn is_of(form: &str, value: &Value) -> bool {
    let text = value.as_str();
    match form {
        "uuid" => text.is_some_and(|text| {
            text.len() == 36 && text == text.to_lowercase() && uuid::Uuid::parse_str(text).is_ok()
        }),
        "text" => text.is_some(),
        "ulid" => text.is_some_and(|text| {
            let sign = |sign: char| sign.is_ascii_digit() || sign.is_ascii_uppercase();
            text.len() == 26 && text.chars().all(sign)
        }),
        "texts" => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
        "word" => text.is_some_and(|text| text == text.to_uppercase()),
        "decimal" => text.is_some_and(is_decimal),
        "time" => text.is_some_and(|text| {
            let offset = text.ends_with('Z') || text.ends_with("-05:00");
            let needless_zeros = text.contains('.') && text.ends_with("0Z");
            offset && !needless_zeros && text.parse::<jiff::Timestamp>().is_ok()
        }),
        "date" => text.is_some_and(|text| text.parse::<jiff::civil::Date>().is_ok()),
        "bool" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "object" => value.is_object(),
        "list" => value.is_array(),
        other => panic!("no such form: {other}"),
    }
}

/// What is wrong with an answer against a table.
pub(crate) fn differences(table: &str, value: &Value) -> Vec<String> {
    let members = value.as_object().expect("an object");
    let mut wanted = BTreeSet::new();
    let mut found = Vec::new();
    for line in table.split(", ") {
        let (name, form) = line.trim().split_once(' ').expect("a member and its form");
        wanted.insert(name);
        let (form, may_be_null) = form.strip_suffix('?').map_or((form, false), |f| (f, true));
        match members.get(name) {
            None => found.push(format!("{name} is missing")),
            Some(Value::Null) if may_be_null => {}
            Some(value) if is_of(form, value) => {}
            Some(value) => found.push(format!("{name} is no {form}: {value}")),
        }
    }
    let extra = members.keys().filter(|name| !wanted.contains(name.as_str()));
    found.extend(extra.map(|name| format!("{name} is in no table")));
    found
}

#[track_caller]
pub(crate) fn check(table: &str, value: &Value) {
    let found = differences(table, value);
    assert!(found.is_empty(), "{found:?} in {value}");
}

#[tokio::test]
async fn every_answer_has_the_members_of_its_table() {
    let stand = Stand::at("2026-11-20T10:00").await;
    let buy = r#"{"symbol":"AAPL","qty":5,"side":"buy","type":"market","time_in_force":"day"}"#;
    let order = stand.place(buy).await;
    check(ORDER, &order);
    stand.move_to("2026-11-20T10:10");
    for rest in [
        r#""notional":"55.5","side":"buy","type":"market""#,
        r#""qty":2,"side":"buy","type":"limit","limit_price":"9.5""#,
        r#""qty":2,"side":"buy","type":"stop_limit","stop_price":900,"limit_price":901"#,
        r#""qty":2,"side":"sell","type":"trailing_stop","trail_price":2.5"#,
    ] {
        let placed = format!(r#"{{"symbol":"AAPL","time_in_force":"day",{rest}}}"#);
        check(ORDER, &stand.place(&placed).await);
        stand.clock.advance_ms(1_000);
    }
    for one in stand.get("/v2/orders?status=all").await.as_array().expect("a list") {
        check(ORDER, one);
    }
    check(ORDER, &stand.get(&format!("/v2/orders/{}", id(&order))).await);
    check(ACCOUNT, &stand.get("/v2/account").await);
    check(SWITCHES, &stand.get("/v2/account/configurations").await);
    check(POSITION, &stand.get("/v2/positions/AAPL").await);
    for asset in stand.get("/v2/assets").await.as_array().expect("a list") {
        check(ASSET, asset);
    }
    check(CLOCK, &stand.get("/v2/clock").await);
    check(DAY, &stand.get("/v2/calendar?start=2026-11-20").await[0]);
    check(HISTORY, &stand.get("/v2/account/portfolio/history").await);
    for one in stand.get("/v2/account/activities").await.as_array().expect("a list") {
        check(if one["activity_type"] == "FILL" { FILL } else { MOVEMENT }, one);
    }
    let body = r#"{"name":"mine","symbols":["KO"]}"#;
    check(WATCHLIST, &stand.call("POST", "/v2/watchlists", body).await.ok());
}

#[test]
fn a_wrong_member_is_found() {
    let value = serde_json::json!({"a": "1.50", "b": 2, "d": null});
    assert_eq!(differences("a decimal, b integer, d text?", &value), Vec::<String>::new());
    assert_eq!(differences("a decimal, b decimal, c text", &value).len(), 3);
}
