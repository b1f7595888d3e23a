//! The calls of the market-data side: latest prices, snapshots, bars, trades, quotes, page by page.
//! Must never take a missing symbol for an error: where nothing is known, nothing is said.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::bounds::BROKER_PAGES_MAX;

use super::super::budget::Lane;
use super::super::wire::data::{
    Bar, BarsPage, Quote, QuotesPage, Snapshot, Snapshots, Trade, TradesPage,
};
use super::trouble::Trouble;
use super::{Call, Rest, Side};

/// Rows of one page.
const PAGE_ROWS: usize = 10_000;

/// Which stretch of history is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stretch {
    /// From, included.
    pub start: Option<Timestamp>,
    /// To, included.
    pub end: Option<Timestamp>,
    /// Newest first.
    pub newest_first: bool,
    /// No more rows than this; none is all.
    pub rows: Option<usize>,
}

/// Rows by symbol.
type Rows<T> = BTreeMap<String, Vec<T>>;

/// A page of rows by symbol, and where the next begins.
struct Page<T> {
    rows: Option<BTreeMap<String, Option<Vec<T>>>>,
    next: Option<String>,
}

impl From<BarsPage> for Page<Bar> {
    fn from(page: BarsPage) -> Self {
        Self { rows: page.bars, next: page.next_page_token }
    }
}
impl From<TradesPage> for Page<Trade> {
    fn from(page: TradesPage) -> Self {
        Self { rows: page.trades, next: page.next_page_token }
    }
}
impl From<QuotesPage> for Page<Quote> {
    fn from(page: QuotesPage) -> Self {
        Self { rows: page.quotes, next: page.next_page_token }
    }
}

/// The newest of each symbol, under whichever name.
#[derive(Deserialize)]
struct Latest<T> {
    #[serde(alias = "trades", alias = "quotes", alias = "bars")]
    newest: Option<BTreeMap<String, Option<T>>>,
}

impl Rest {
    fn stocks(&self, path: &[&str], symbols: &[String]) -> Call {
        let mut call = Call::get(Lane::Poll, &[&["v2", "stocks"], path].concat())
            .with("symbols", symbols.join(","))
            .with("feed", self.hosts().feed.clone());
        call.side = Side::Data;
        call
    }

    async fn newest<T: DeserializeOwned>(
        &self,
        what: &str,
        symbols: &[String],
    ) -> Result<BTreeMap<String, T>, Trouble> {
        let call = self.stocks(&[what, "latest"], symbols);
        let latest: Latest<T> = self.call(call).await?.read()?;
        let newest = latest.newest.unwrap_or_default().into_iter();
        Ok(newest.filter_map(|(symbol, one)| Some((symbol, one?))).collect())
    }
    /// The newest trade of each symbol.
    pub async fn latest_trades(&self, of: &[String]) -> Result<BTreeMap<String, Trade>, Trouble> {
        self.newest("trades", of).await
    }
    /// The newest quote of each symbol.
    pub async fn latest_quotes(&self, of: &[String]) -> Result<BTreeMap<String, Quote>, Trouble> {
        self.newest("quotes", of).await
    }
    /// The newest minute's bar of each symbol.
    pub async fn latest_bars(&self, of: &[String]) -> Result<BTreeMap<String, Bar>, Trouble> {
        self.newest("bars", of).await
    }
    /// All there is to know of each symbol at once.
    pub async fn snapshots(&self, of: &[String]) -> Result<BTreeMap<String, Snapshot>, Trouble> {
        let found: Snapshots = self.call(self.stocks(&["snapshots"], of)).await?.read()?;
        Ok(found.into_iter().filter_map(|(symbol, one)| Some((symbol, one?))).collect())
    }

    async fn rows<T, P>(&self, call: Call, stretch: &Stretch) -> Result<Rows<T>, Trouble>
    where
        P: DeserializeOwned + Into<Page<T>>,
    {
        let (path, query, side) = (call.path, call.query, call.side);
        let most = stretch.rows.unwrap_or(usize::MAX);
        let (mut rows, mut count, mut next) = (Rows::new(), 0, None);
        for _ in 0..BROKER_PAGES_MAX {
            let parts: Vec<&str> = path.iter().map(String::as_str).collect();
            let mut call = Call::get(Lane::Poll, &parts)
                .maybe("start", stretch.start.map(|time| time.to_string()))
                .maybe("end", stretch.end.map(|time| time.to_string()))
                .maybe("sort", stretch.newest_first.then_some("desc"))
                .with("limit", PAGE_ROWS.min(most - count).to_string())
                .maybe("page_token", next);
            call.query.extend(query.iter().cloned());
            call.side = side;
            let page: Page<T> = self.call(call).await?.read::<P>()?.into();
            for (symbol, more) in page.rows.unwrap_or_default() {
                let more = more.unwrap_or_default();
                count += more.len();
                rows.entry(symbol).or_default().extend(more);
            }
            next = page.next;
            if next.is_none() || count >= most {
                return Ok(rows);
            }
        }
        Err(Trouble::Unclear("more history than pages are read".to_owned()))
    }
    /// Bars of a time frame (`1Min`, `15Min`, `1Hour`, `1Day`), prices adjusted for splits.
    pub async fn bars(
        &self,
        symbols: &[String],
        timeframe: &str,
        stretch: &Stretch,
    ) -> Result<Rows<Bar>, Trouble> {
        let call = self.stocks(&["bars"], symbols);
        let call = call.with("timeframe", timeframe).with("adjustment", "split");
        self.rows::<Bar, BarsPage>(call, stretch).await
    }
    /// Trades.
    pub async fn trades(&self, of: &[String], stretch: &Stretch) -> Result<Rows<Trade>, Trouble> {
        self.rows::<Trade, TradesPage>(self.stocks(&["trades"], of), stretch).await
    }
    /// Quotes.
    pub async fn quotes(&self, of: &[String], stretch: &Stretch) -> Result<Rows<Quote>, Trouble> {
        self.rows::<Quote, QuotesPage>(self.stocks(&["quotes"], of), stretch).await
    }
}
