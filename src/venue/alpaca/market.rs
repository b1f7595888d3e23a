//! Alpaca as a market: hours, assets, bars, trades, and the closing prices of a day.
//! Must never answer for a day before its last executions were asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::civil::Date;

use crate::bounds::{BARS_MAX, LOOKS_KEPT_MAX};
use crate::desk::port::{Followed, Market};
use crate::desk::refusal::Fault;
use crate::domain::hours::Schedule;
use crate::domain::numbers::Price;
use crate::domain::quotes::{Bar, Range, Trade};
use crate::domain::symbols::{Asset, Symbol};
use crate::domain::time::{DeskTime, MarketTime};

use super::rest::data::Stretch;
use super::rest::trouble::Trouble;
use super::wire::data;
use super::{Alpaca, market_time};

/// Trades answered at once.
const TRADES_SHOWN: usize = 100;

/// Time frame, bars shown, calendar days that hold as many, and whether they are of a session.
const fn shape(range: Range) -> (&'static str, usize, i64, bool) {
    match range {
        Range::Day => ("1Min", 390, 6, true),
        Range::Week => ("15Min", 130, 10, true),
        Range::Month => ("1Hour", 154, 33, true),
        Range::Year => ("1Day", 252, 368, false),
    }
}

fn fault(trouble: &Trouble) -> Fault {
    Fault::new(trouble.to_string())
}

fn bar(bar: &data::Bar) -> Option<Bar> {
    Some(Bar {
        start: MarketTime::from_timestamp(bar.t.0),
        open: bar.o.price().ok()?,
        high: bar.h.price().ok()?,
        low: bar.l.price().ok()?,
        close: bar.c.price().ok()?,
        volume: bar.v.quantity().ok()?,
    })
}

impl Alpaca {
    /// Somebody looks at a symbol: its price is wanted for a while.
    fn look(&self, symbol: Symbol) {
        self.interest.send_if_modified(|interest| {
            let is_new = interest.looks.last() != Some(&symbol);
            interest.look(symbol, LOOKS_KEPT_MAX);
            is_new
        });
    }

    async fn read_bars(&self, symbol: Symbol, range: Range) -> Result<Vec<Bar>, Fault> {
        self.look(symbol);
        let (timeframe, count, days, of_session) = shape(range);
        let now = self.market_now();
        let start = now.plus_ms(-days * 86_400_000).timestamp();
        let stretch = Stretch {
            start: Some(start),
            newest_first: true,
            rows: Some(BARS_MAX),
            ..Stretch::default()
        };
        let names = [symbol.to_string()];
        let found = self.rest.bars(&names, timeframe, &stretch).await;
        let rows = found.map_err(|trouble| fault(&trouble))?;
        let rows = rows.into_values().next().unwrap_or_default();
        let in_session = |bar: &Bar| {
            let session = Schedule::Nyse.session(bar.start.date());
            !of_session || session.is_some_and(|(open, close)| (open..close).contains(&bar.start))
        };
        let mut bars: Vec<Bar> =
            rows.iter().filter_map(bar).filter(in_session).take(count).collect();
        bars.reverse();
        Ok(bars)
    }

    async fn read_trades(&self, symbol: Symbol) -> Result<Vec<Trade>, Fault> {
        self.look(symbol);
        let start = self.market_now().plus_ms(-5 * 86_400_000).timestamp();
        let stretch = Stretch {
            start: Some(start),
            newest_first: true,
            rows: Some(TRADES_SHOWN),
            ..Stretch::default()
        };
        let found = self.rest.trades(&[symbol.to_string()], &stretch).await;
        let rows = found.map_err(|trouble| fault(&trouble))?.into_values().next();
        let trade = |trade: &data::Trade| {
            Some(Trade {
                price: trade.p.price().ok()?,
                size: trade.s.quantity().ok()?,
                at: MarketTime::from_timestamp(trade.t.0),
            })
        };
        Ok(rows.unwrap_or_default().iter().filter_map(trade).collect())
    }

    async fn read_closes(
        &self,
        date: Date,
        symbols: &[Symbol],
    ) -> Result<Vec<(Symbol, Price)>, Fault> {
        let Some((open, close)) = Schedule::Nyse.session(date) else {
            return Err(Fault::new(format!("The market was closed on {date}: no closing price")));
        };
        if close > self.market_now() {
            return Err(Fault::new(format!("{date} has not ended: no closing price yet")));
        }
        // All that is known of the day's executions goes into the feed first.
        let asked = self.reconcile(open.timestamp()).await;
        asked.map_err(|trouble| fault(&trouble))?;
        if symbols.is_empty() {
            return Ok(Vec::new());
        }
        let names: Vec<String> = symbols.iter().map(ToString::to_string).collect();
        let day = Stretch {
            start: Some(open.plus_ms(-10 * 3_600_000).timestamp()),
            end: Some(close.timestamp()),
            ..Stretch::default()
        };
        let rows = self.rest.bars(&names, "1Day", &day).await.map_err(|trouble| fault(&trouble))?;
        let close = |(name, bars): (&String, &Vec<data::Bar>)| {
            Some((Symbol::parse(name).ok()?, bars.last()?.c.price().ok()?))
        };
        Ok(rows.iter().filter_map(close).collect())
    }
}

impl Market for Alpaca {
    fn time(&self, desk: DeskTime) -> MarketTime {
        market_time(desk)
    }
    fn desk_time(&self, market: MarketTime) -> DeskTime {
        DeskTime::from_ns(market.ns())
    }
    fn schedule(&self) -> Schedule {
        Schedule::Nyse
    }
    fn assets(&self) -> Arc<BTreeMap<Symbol, Asset>> {
        Arc::clone(&self.assets.lock().expect("nobody panics over the assets"))
    }
    fn follows(&self) -> bool {
        true
    }
    fn follow(&self, followed: Followed) {
        self.interest.send_if_modified(|interest| {
            let before = interest.clone();
            interest.working = followed.working;
            interest.held = followed.held;
            interest.watched = followed.shown;
            *interest != before
        });
    }
    fn bars(&self, symbol: Symbol, range: Range) -> BoxFuture<'_, Result<Vec<Bar>, Fault>> {
        self.read_bars(symbol, range).boxed()
    }
    fn trades(&self, symbol: Symbol) -> BoxFuture<'_, Result<Vec<Trade>, Fault>> {
        self.read_trades(symbol).boxed()
    }
    fn closes(
        &self,
        date: Date,
        symbols: Vec<Symbol>,
    ) -> BoxFuture<'_, Result<Vec<(Symbol, Price)>, Fault>> {
        async move { self.read_closes(date, &symbols).await }.boxed()
    }
}
