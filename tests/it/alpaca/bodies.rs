//! Every sample with the shape it is read into, and written again.
//! Must never leave a sample out: the folder is listed, and an unknown file fails.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use trading_desk::venue::alpaca::wire::account::{
    Account, Activity, Configurations, PortfolioHistory,
};
use trading_desk::venue::alpaca::wire::assets::{
    Asset, CalendarDay, Clock, CloseStatus, Position, Watchlist,
};
use trading_desk::venue::alpaca::wire::data::{
    BarsPage, LatestQuotes, LatestTrade, QuotesPage, Snapshots, TradesPage,
};
use trading_desk::venue::alpaca::wire::errors::ErrorBody;
use trading_desk::venue::alpaca::wire::feed::Item;
use trading_desk::venue::alpaca::wire::orders::{CancelStatus, Order};
use trading_desk::venue::alpaca::wire::ticks::{Message as Told, Reader};
use trading_desk::venue::alpaca::wire::updates::Message;

/// How a body is read.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    /// Reads it into its shape; an error where it does not fit.
    pub fits: fn(&str) -> Result<(), String>,
    /// The same, and writes it again.
    pub again: fn(&str) -> Result<String, String>,
}

/// A body that was really sent, and what reads it.
pub(super) struct Sample {
    pub name: String,
    pub body: String,
    pub reading: Reading,
}

/// A body of one shape.
fn of<T: DeserializeOwned + Serialize>() -> Reading {
    fn read<T: DeserializeOwned>(body: &str) -> Result<T, String> {
        serde_json::from_str(body).map_err(|error| error.to_string())
    }
    Reading { fits: |body| read::<T>(body).map(drop), again: |body| Ok(written(&read::<T>(body)?)) }
}

fn written<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("what was read can be written")
}

fn trade_stream(body: &str) -> Result<String, String> {
    let message = Message::read(body.as_bytes()).map_err(|error| error.to_string())?;
    let (stream, data) = match &message {
        Message::Authorization(data) => ("authorization", written(data)),
        Message::Listening(data) => ("listening", written(data)),
        Message::TradeUpdate(data) => ("trade_updates", written(data)),
        Message::Empty | Message::Error(_) | Message::Other(_) => return Ok("{}".to_owned()),
    };
    Ok(format!("{{\"stream\":\"{stream}\",\"data\":{data}}}"))
}

/// An item as it came: its members behind `T` and `S`.
fn item(body: &str) -> Result<String, String> {
    let (kind, symbol, members) = match Item::read(body).map_err(|error| error.to_string())? {
        Item::Trade(symbol, trade) => ("t", symbol, written(&trade)),
        Item::Quote(symbol, quote) => ("q", symbol, written(&quote)),
        Item::MinuteBar(symbol, bar) => ("b", symbol, written(&bar)),
        Item::UpdatedBar(symbol, bar) => ("u", symbol, written(&bar)),
        Item::DailyBar(symbol, bar) => ("d", symbol, written(&bar)),
        Item::Status(symbol, status) => ("s", symbol, written(&status)),
        Item::Bands(symbol, bands) => ("l", symbol, written(&bands)),
        Item::Correction(symbol, correction) => ("c", symbol, written(&correction)),
        Item::CancelError(symbol, cancel) => ("x", symbol, written(&cancel)),
        Item::Subscription(set) => {
            let members = written(&set);
            return Ok(format!("{{\"T\":\"subscription\",{}", &members[1..]));
        }
        Item::Success(_) | Item::Error { .. } | Item::Other(_) => return Ok("{}".to_owned()),
    };
    let symbol = written(&symbol);
    Ok(format!("{{\"T\":\"{kind}\",\"S\":{symbol},{}", &members[1..]))
}

fn data_stream(body: &str) -> Result<String, String> {
    if !body.trim_start().starts_with('[') {
        return item(body);
    }
    let items = Item::split(body.as_bytes()).map_err(|error| error.to_string())?;
    let items: Result<Vec<String>, String> =
        items.into_iter().map(|raw: &RawValue| item(raw.get())).collect();
    Ok(format!("[{}]", items?.join(",")))
}

/// A message of the trade stream, as its own reader takes it.
fn fits_trade_stream(body: &str) -> Result<(), String> {
    Message::read(body.as_bytes()).map(drop).map_err(|error| error.to_string())
}

/// A frame of the data stream, as the client takes it: in ticks where they are plain, the long way
/// where not.
fn fits_data_stream(body: &str) -> Result<(), String> {
    let mut refused = None;
    let frame = Reader::default().read(body, |message| {
        if let Told::Raw(text) = message
            && let Err(error) = Item::read(text)
        {
            refused = Some(error.to_string());
        }
    });
    refused.map_or_else(|| frame.map_err(|error| error.to_string()), Err)
}

/// The samples, each with what reads it.
pub(super) fn all() -> Vec<Sample> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/alpaca/samples");
    let entries = std::fs::read_dir(folder).expect("the samples are there");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
        .collect();
    names.sort();
    let bodies = names.into_iter().map(|name| {
        let body = std::fs::read_to_string(format!("{folder}/{name}.json")).expect("readable");
        let reading = reading(&name);
        Sample { name, body, reading }
    });
    bodies.collect()
}

fn reading(name: &str) -> Reading {
    match name {
        "account_configurations" => of::<Configurations>(),
        "account_margin_long_legacy_fields" | "account_paper_current" => of::<Account>(),
        "activities_fill" => of::<Vec<Activity>>(),
        "activity_dividend" | "activity_jnlc_initial_funding" => of::<Activity>(),
        "assets_two_equities" => of::<Vec<Asset>>(),
        "calendar" => of::<Vec<CalendarDay>>(),
        "clock_open" => of::<Clock>(),
        "orders_cancel_all_207" => of::<Vec<CancelStatus>>(),
        "orders_list_canceled" => of::<Vec<Order>>(),
        "portfolio_history_15min" => of::<PortfolioHistory>(),
        "position_short" => of::<Position>(),
        "positions_close_all_207" => of::<Vec<CloseStatus>>(),
        "positions_list" => of::<Vec<Position>>(),
        "stock_bars_multi" => of::<BarsPage>(),
        "stock_latest_quotes" => of::<LatestQuotes>(),
        "stock_latest_trade_single" => of::<LatestTrade>(),
        "stock_quotes_page1" => of::<QuotesPage>(),
        "stock_snapshots" => of::<Snapshots>(),
        "stock_trades" => of::<TradesPage>(),
        "watchlist" => of::<Watchlist>(),
        name if name.starts_with("error_") => of::<ErrorBody>(),
        name if name.starts_with("order_") => of::<Order>(),
        name if name.starts_with("ws_trade_") => {
            Reading { fits: fits_trade_stream, again: trade_stream }
        }
        name if name.starts_with("ws_data_") => {
            Reading { fits: fits_data_stream, again: data_stream }
        }
        other => panic!("nothing reads the sample {other}"),
    }
}
