//! The screen's prices: the newest picture of each symbol, and which way it moved last.
//! Must never be written to by a pane, nor keep more than one picture of a symbol.

use std::collections::BTreeMap;

use crate::domain::numbers::Price;
use crate::domain::quotes::Ticker;
use crate::domain::symbols::Symbol;
use crate::domain::time::DeskTime;

/// How long a value stands out after it changed, in milliseconds.
pub const FLASH_MS: i64 = 350;

/// Which way a price went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Up.
    Up,
    /// Down.
    Down,
}

#[derive(Clone, Copy, Debug)]
struct Quote {
    ticker: Ticker,
    moved: Option<(Direction, DeskTime)>,
}

/// The newest picture of each symbol.
#[derive(Clone, Debug, Default)]
pub struct Quotes {
    latest: BTreeMap<Symbol, Quote>,
    newest_move: Option<DeskTime>,
}

impl Quotes {
    /// Takes new pictures in, seen at `now`.
    pub fn take(&mut self, tickers: &[Ticker], now: DeskTime) {
        for ticker in tickers {
            let before = self.latest.get(&ticker.symbol);
            let moved = match before.map(|quote| ticker.last.cmp(&quote.ticker.last)) {
                Some(std::cmp::Ordering::Greater) => Some((Direction::Up, now)),
                Some(std::cmp::Ordering::Less) => Some((Direction::Down, now)),
                _ => before.and_then(|quote| quote.moved),
            };
            if moved.is_some_and(|(_, at)| at == now) {
                self.newest_move = Some(now);
            }
            self.latest.insert(ticker.symbol, Quote { ticker: *ticker, moved });
        }
    }
    /// The newest picture of a symbol.
    pub fn get(&self, symbol: Symbol) -> Option<&Ticker> {
        self.latest.get(&symbol).map(|quote| &quote.ticker)
    }
    /// The last price of a symbol.
    pub fn last(&self, symbol: Symbol) -> Option<Price> {
        self.get(symbol).map(|ticker| ticker.last)
    }
    /// Which way the last price went, if that was a moment ago.
    pub fn flash(&self, symbol: Symbol, now: DeskTime) -> Option<Direction> {
        let (direction, at) = self.latest.get(&symbol)?.moved?;
        (now.ms_since(at) < FLASH_MS).then_some(direction)
    }
    /// When the last flash that still stands out ends.
    pub fn flashes_end(&self, now: DeskTime) -> Option<DeskTime> {
        let end = self.newest_move?.plus_ms(FLASH_MS);
        (end > now).then_some(end)
    }
}
