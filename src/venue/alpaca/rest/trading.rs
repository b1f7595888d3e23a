//! The calls of the trading side: account, orders, positions, assets, hours, activities.
//! Must never decide whether to call: each of these does exactly one thing, when told to.

use jiff::Timestamp;
use jiff::civil::Date;
use reqwest::Method;

use crate::bounds::{ASSETS_BYTES_MAX, BROKER_PAGES_MAX};

use super::super::budget::Lane;
use super::super::wire::account::{Account, Activity, Configurations, PortfolioHistory};
use super::super::wire::assets::{Asset, CalendarDay, Clock, CloseStatus, Position};
use super::super::wire::orders::{CancelStatus, Order, PlaceOrder, ReplaceOrder};
use super::trouble::{Kind, Trouble};
use super::{Call, Rest};

/// Orders of one page, and activities of one.
const ORDERS_PAGE: usize = 500;
const ACTIVITIES_PAGE: usize = 100;

/// Which orders are wanted (section 5.8); `Default` is the open ones, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrdersWanted {
    /// `open`, `closed` or `all`.
    pub status: Option<&'static str>,
    /// Submitted after this.
    pub after: Option<Timestamp>,
    /// Submitted before this.
    pub until: Option<Timestamp>,
    /// Oldest first.
    pub oldest_first: bool,
    /// Legs inside of their parents.
    pub nested: bool,
    /// Of these symbols alone.
    pub symbols: Vec<String>,
    /// `buy` or `sell` alone.
    pub side: Option<&'static str>,
    /// Of these classes alone (`us_equity`, ...).
    pub asset_class: Option<String>,
    /// Listed before this one.
    pub before_order_id: Option<String>,
    /// Listed after this one.
    pub after_order_id: Option<String>,
}

/// Which part of a position is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// So many shares.
    Shares(String),
    /// So many percent.
    Percent(String),
}

/// Which stretch of equity is wanted (section 9).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryWanted {
    /// `1D`, `1W`, `1M`, `1A`, ...
    pub period: Option<String>,
    /// `1Min`, `5Min`, `15Min`, `1H`, `1D`.
    pub timeframe: Option<String>,
    /// `market_hours`, `extended_hours` or `continuous`.
    pub intraday_reporting: Option<&'static str>,
}

fn joined(parts: &[String]) -> Option<String> {
    (!parts.is_empty()).then(|| parts.join(","))
}

impl Rest {
    /// The account.
    pub async fn account(&self, lane: Lane) -> Result<Account, Trouble> {
        self.call(Call::get(lane, &["v2", "account"])).await?.read()
    }
    /// The account's switches.
    pub async fn configurations(&self) -> Result<Configurations, Trouble> {
        self.call(Call::get(Lane::Poll, &["v2", "account", "configurations"])).await?.read()
    }
    /// Changes switches; those that are none stay.
    pub async fn configure(&self, changed: &Configurations) -> Result<Configurations, Trouble> {
        let path = ["v2", "account", "configurations"];
        self.call(Call::new(Method::PATCH, Lane::Submit, &path).body(changed)).await?.read()
    }

    /// Places an order. What is not clear has to be looked up by its client id.
    pub async fn place(&self, order: &PlaceOrder) -> Result<Order, Trouble> {
        let call = Call::new(Method::POST, Lane::Submit, &["v2", "orders"]);
        self.call(call.body(order)).await?.read()
    }
    /// Asks for a replacement; the answer is the new order, and not yet final.
    pub async fn replace(&self, id: &str, terms: &ReplaceOrder) -> Result<Order, Trouble> {
        let call = Call::new(Method::PATCH, Lane::Submit, &["v2", "orders", id]);
        self.call(call.body(terms)).await?.read()
    }
    /// Asks for a cancel; what comes of it is told later.
    pub async fn cancel(&self, id: &str) -> Result<(), Trouble> {
        let call = Call::new(Method::DELETE, Lane::Cancel, &["v2", "orders", id]);
        self.call(call).await.map(drop)
    }
    /// Asks for a cancel of every open order: one answer for each.
    pub async fn cancel_all(&self) -> Result<Vec<CancelStatus>, Trouble> {
        let call = Call::new(Method::DELETE, Lane::Cancel, &["v2", "orders"]);
        self.call(call).await?.read()
    }
    /// An order by Alpaca's id; none where it knows none.
    pub async fn order(&self, lane: Lane, id: &str) -> Result<Option<Order>, Trouble> {
        found(self.call(Call::get(lane, &["v2", "orders", id]).with("nested", "true")).await)
    }
    /// An order by our id; none where Alpaca knows none.
    pub async fn order_by_client_id(&self, lane: Lane, id: &str) -> Result<Option<Order>, Trouble> {
        let call = Call::get(lane, &["v2", "orders:by_client_order_id"]);
        found(self.call(call.with("client_order_id", id)).await)
    }
    /// One page of orders.
    pub async fn orders(&self, wanted: &OrdersWanted) -> Result<Vec<Order>, Trouble> {
        let call = Call::get(Lane::Poll, &["v2", "orders"])
            .with("limit", ORDERS_PAGE.to_string())
            .maybe("status", wanted.status)
            .maybe("after", wanted.after.map(|time| time.to_string()))
            .maybe("until", wanted.until.map(|time| time.to_string()))
            .maybe("direction", wanted.oldest_first.then_some("asc"))
            .maybe("nested", wanted.nested.then_some("true"))
            .maybe("symbols", joined(&wanted.symbols))
            .maybe("side", wanted.side)
            .maybe("asset_class", wanted.asset_class.clone())
            .maybe("before_order_id", wanted.before_order_id.clone())
            .maybe("after_order_id", wanted.after_order_id.clone());
        self.call(call).await?.read()
    }
    /// All orders that are wanted, page by page: there is no token, so `until` moves on.
    pub async fn all_orders(&self, mut wanted: OrdersWanted) -> Result<Vec<Order>, Trouble> {
        let mut all: Vec<Order> = Vec::new();
        for _ in 0..BROKER_PAGES_MAX {
            let page = self.orders(&wanted).await?;
            let (count, last) = (page.len(), page.last().map(|order| order.submitted_at.0));
            let fresh = page.into_iter().filter(|order| !all.iter().any(|had| had.id == order.id));
            let before = all.len();
            let fresh: Vec<Order> = fresh.collect();
            all.extend(fresh);
            if count < ORDERS_PAGE || all.len() == before {
                return Ok(all);
            }
            // Both ends are exclusive, and orders may share a moment: those are asked for again.
            let nudge = jiff::SignedDuration::from_micros(1);
            match (wanted.oldest_first, last) {
                (true, Some(last)) => wanted.after = last.checked_sub(nudge).ok(),
                (false, Some(last)) => wanted.until = last.checked_add(nudge).ok(),
                (_, None) => return Ok(all),
            }
        }
        Err(Trouble::Unclear("more orders than pages are read".to_owned()))
    }

    /// All positions.
    pub async fn positions(&self) -> Result<Vec<Position>, Trouble> {
        self.call(Call::get(Lane::Poll, &["v2", "positions"])).await?.read()
    }
    /// One position; none where nothing is held.
    pub async fn position(&self, symbol: &str) -> Result<Option<Position>, Trouble> {
        found(self.call(Call::get(Lane::Poll, &["v2", "positions", symbol])).await)
    }
    /// Closes a position, or a part of it, with a market order.
    pub async fn close(&self, symbol: &str, part: &Part) -> Result<Order, Trouble> {
        let call = Call::new(Method::DELETE, Lane::Submit, &["v2", "positions", symbol]);
        let call = match part {
            Part::Whole => call,
            Part::Shares(shares) => call.with("qty", shares.as_str()),
            Part::Percent(percent) => call.with("percentage", percent.as_str()),
        };
        self.call(call).await?.read()
    }
    /// Closes every position: one answer for each.
    pub async fn close_all(&self, cancel_orders: bool) -> Result<Vec<CloseStatus>, Trouble> {
        let call = Call::new(Method::DELETE, Lane::Cancel, &["v2", "positions"]);
        self.call(call.with("cancel_orders", cancel_orders.to_string())).await?.read()
    }

    /// All assets that are listed: some 33,000.
    pub async fn assets(&self) -> Result<Vec<Asset>, Trouble> {
        let mut call = Call::get(Lane::Poll, &["v2", "assets"])
            .with("status", "active")
            .with("asset_class", "us_equity");
        call.bytes_max = ASSETS_BYTES_MAX;
        self.call(call).await?.read()
    }
    /// One asset; none where Alpaca knows none.
    pub async fn asset(&self, symbol: &str) -> Result<Option<Asset>, Trouble> {
        found(self.call(Call::get(Lane::Poll, &["v2", "assets", symbol])).await)
    }
    /// The market's clock.
    pub async fn market_clock(&self) -> Result<Clock, Trouble> {
        self.call(Call::get(Lane::Poll, &["v2", "clock"])).await?.read()
    }
    /// The trading days from `start` to `end`, both included.
    pub async fn calendar(&self, start: Date, end: Date) -> Result<Vec<CalendarDay>, Trouble> {
        let call = Call::get(Lane::Poll, &["v2", "calendar"])
            .with("start", start.to_string())
            .with("end", end.to_string());
        self.call(call).await?.read()
    }
    /// Equity over time: to look at, never to book from.
    pub async fn history(&self, wanted: &HistoryWanted) -> Result<PortfolioHistory, Trouble> {
        let call = Call::get(Lane::Poll, &["v2", "account", "portfolio", "history"])
            .maybe("period", wanted.period.as_deref())
            .maybe("timeframe", wanted.timeframe.as_deref())
            .maybe("intraday_reporting", wanted.intraday_reporting);
        self.call(call).await?.read()
    }

    /// All fills after a moment, oldest first; of one order where it is named. A broker that does
    /// not know that filter answers with more, so the caller looks at whose they are.
    pub async fn fills(
        &self,
        lane: Lane,
        after: Option<Timestamp>,
        order: Option<&str>,
    ) -> Result<Vec<Activity>, Trouble> {
        let mut all: Vec<Activity> = Vec::new();
        for _ in 0..BROKER_PAGES_MAX {
            let call = Call::get(lane, &["v2", "account", "activities", "FILL"])
                .with("direction", "asc")
                .with("page_size", ACTIVITIES_PAGE.to_string())
                .maybe("after", after.map(|time| time.to_string()))
                .maybe("order_id", order)
                .maybe("page_token", all.last().map(|last| last.id.clone()));
            let page: Vec<Activity> = self.call(call).await?.read()?;
            let count = page.len();
            let fresh: Vec<Activity> =
                page.into_iter().filter(|fill| !all.iter().any(|had| had.id == fill.id)).collect();
            let is_stuck = fresh.is_empty();
            all.extend(fresh);
            if count < ACTIVITIES_PAGE || is_stuck {
                return Ok(all);
            }
        }
        Err(Trouble::Unclear("more fills than pages are read".to_owned()))
    }
}

/// What was found; none where the broker says that there is none.
fn found<T: serde::de::DeserializeOwned>(
    answer: Result<super::Answer, Trouble>,
) -> Result<Option<T>, Trouble> {
    match answer {
        Ok(answer) => answer.read().map(Some),
        Err(trouble) if trouble.kind() == Some(Kind::NotFound) => Ok(None),
        Err(trouble) => Err(trouble),
    }
}
