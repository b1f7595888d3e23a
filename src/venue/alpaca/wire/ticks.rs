//! Trades and quotes of a data frame, read where they lie: one pass, exact, nothing copied.
//! Must never guess: a message of any other shape is left to the readers of `feed`.
//!
//! Nearly all that comes on the stream are these two, and a busy list of symbols brings tens of
//! thousands a second. A message is taken here only where each member is one that a trade or a
//! quote has, once, and is written as Alpaca writes it; whitespace, exponents and escapes are
//! valid JSON and go the long way.

use jiff::civil::Date;

use super::data::{Quote, Trade};
use super::feed::Item;
use super::scan::{NoList, PLACES, POWERS, SECOND_NS, Scan, digit, tells_last};
use super::times::Stamp;
use crate::domain::numbers::{Price, Qty};
use crate::domain::symbols::Symbol;
use crate::domain::time::MarketTime;

/// What a trade means for a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TradeTick {
    /// Of what.
    pub symbol: Symbol,
    /// Price of a share.
    pub price: Price,
    /// Shares.
    pub size: Qty,
    /// When.
    pub at: MarketTime,
    /// Its id, where it has one.
    pub id: Option<u64>,
    /// True where its conditions let it tell the last price.
    pub tells_last: bool,
}

/// What a quote means for a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuoteTick {
    /// Of what.
    pub symbol: Symbol,
    /// Bid and its shares; zero where nobody buys.
    pub bid: (Price, Qty),
    /// Ask and its shares; zero where nobody sells.
    pub ask: (Price, Qty),
    /// When.
    pub at: MarketTime,
}

/// Either of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tick {
    /// A trade.
    Trade(TradeTick),
    /// A quote.
    Quote(QuoteTick),
}

fn moment(stamp: Stamp) -> MarketTime {
    MarketTime::from_timestamp(stamp.0)
}

impl TradeTick {
    /// A trade that was read the long way; none where a figure of it fits no type of ours.
    pub fn of(symbol: Symbol, trade: &Trade) -> Option<Self> {
        let conditions = trade.c.iter().flatten();
        Some(Self {
            symbol,
            price: trade.p.price().ok()?,
            size: trade.s.quantity().ok()?,
            at: moment(trade.t),
            id: trade.i.as_ref().and_then(|id| id.as_str().parse().ok()),
            tells_last: conditions.into_iter().all(|one| tells_last(one.as_bytes())),
        })
    }
}

impl QuoteTick {
    /// A quote that was read the long way; none where a figure of it fits no type of ours.
    pub fn of(symbol: Symbol, quote: &Quote) -> Option<Self> {
        Some(Self {
            symbol,
            bid: (quote.bp.price().ok()?, quote.bs.quantity().ok()?),
            ask: (quote.ap.price().ok()?, quote.ask_size.quantity().ok()?),
            at: moment(quote.t),
        })
    }
}

impl Tick {
    /// The tick that an item is, where it is one.
    pub fn of(item: &Item) -> Option<Self> {
        match item {
            Item::Trade(name, trade) => {
                Some(Self::Trade(TradeTick::of(Symbol::parse(name).ok()?, trade)?))
            }
            Item::Quote(name, quote) => {
                Some(Self::Quote(QuoteTick::of(Symbol::parse(name).ok()?, quote)?))
            }
            _ => None,
        }
    }
}

/// One message of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// A trade or a quote.
    Tick(Tick),
    /// Any other: its text, to be read the long way.
    Raw(&'a str),
}

/// Reads frames, and remembers the day of the last message: the next is of the same one.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    /// The first ten characters of a time, and when that day began in UTC.
    day: Option<([u8; 10], i64)>,
}

impl Reader {
    /// One that has read nothing.
    pub const fn new() -> Self {
        Self { day: None }
    }

    /// Hands each message of a frame on, in their order.
    ///
    /// # Errors
    /// Where the frame is no array of objects; the messages before that place were handed on.
    pub fn read<'a>(
        &mut self,
        frame: &'a str,
        mut take: impl FnMut(Message<'a>),
    ) -> Result<(), NoList> {
        let mut scan = Scan::new(frame);
        scan.skip_blanks();
        let is_list = scan.take(b'[').is_some();
        scan.skip_blanks();
        if is_list && scan.take(b']').is_some() {
            return scan.end();
        }
        loop {
            scan.skip_blanks();
            let start = scan.at;
            if let Some(tick) = self.tick(&mut scan) {
                take(Message::Tick(tick));
            } else {
                scan.at = start;
                take(Message::Raw(scan.object().ok_or(NoList)?));
            }
            scan.skip_blanks();
            match scan.next() {
                Some(b',') if is_list => {}
                Some(b']') if is_list => return scan.end(),
                None if !is_list => return Ok(()),
                _ => return Err(NoList),
            }
        }
    }

    /// The trade or quote that stands here, where it is one in its usual form.
    fn tick(&mut self, scan: &mut Scan<'_>) -> Option<Tick> {
        scan.take(b'{')?;
        let mut found = Found::default();
        let mut seen = 0_u32;
        loop {
            let name = scan.string()?;
            scan.take(b':')?;
            let member = Member::of(name)?;
            let bit = 1 << (member as u32);
            if seen & bit != 0 {
                return None;
            }
            seen |= bit;
            match member {
                Member::Kind => {
                    found.is_trade = match scan.string()? {
                        b"t" => true,
                        b"q" => false,
                        _ => return None,
                    };
                }
                Member::Symbol => {
                    let text = std::str::from_utf8(scan.string()?).ok()?;
                    found.symbol = Some(Symbol::parse(text).ok()?);
                }
                Member::Time => found.at = self.time(scan.string()?)?,
                Member::Id => found.id = Some(scan.count()?),
                Member::Conditions => found.tells_last = scan.conditions()?,
                Member::Exchange | Member::BidExchange | Member::AskExchange | Member::Tape => {
                    scan.string()?;
                }
                number => *found.number(number) = scan.number()?,
            }
            match scan.next()? {
                b',' => {}
                b'}' => return found.tick(seen),
                _ => return None,
            }
        }
    }

    /// `2026-11-20T15:00:00.123456789Z` as nanoseconds since 1970.
    fn time(&mut self, text: &[u8]) -> Option<i64> {
        let (date, rest) = text.split_first_chunk::<10>()?;
        let midnight = match self.day {
            Some((known, midnight)) if known == *date => midnight,
            _ => {
                let text = std::str::from_utf8(date).ok()?;
                let day: Date = text.parse().ok()?;
                let zoned = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
                let midnight = i64::try_from(zoned.timestamp().as_nanosecond()).ok()?;
                self.day = Some((*date, midnight));
                midnight
            }
        };
        let (clock, rest) = rest.split_first_chunk::<9>()?;
        let [b'T', h1, h2, b':', m1, m2, b':', s1, s2] = clock else { return None };
        let two = |tens: u8, ones: u8, end: i64| {
            let value = i64::from(digit(tens)?) * 10 + i64::from(digit(ones)?);
            (value < end).then_some(value)
        };
        let seconds = two(*h1, *h2, 24)? * 3_600 + two(*m1, *m2, 60)? * 60 + two(*s1, *s2, 60)?;
        let fraction = match rest.strip_suffix(b"Z")? {
            [] => 0,
            [b'.', places @ ..] if (1..=PLACES).contains(&places.len()) => {
                let mut value = 0;
                for &place in places {
                    value = value * 10 + i64::from(digit(place)?);
                }
                value * POWERS[PLACES - places.len()]
            }
            _ => return None,
        };
        midnight.checked_add(seconds * SECOND_NS + fraction)
    }
}

/// The members that a trade or a quote has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Member {
    Kind,
    Symbol,
    Time,
    Conditions,
    Tape,
    Id,
    Exchange,
    Price,
    Size,
    BidExchange,
    Bid,
    BidSize,
    AskExchange,
    Ask,
    AskSize,
}

impl Member {
    const fn of(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"T" => Self::Kind,
            b"S" => Self::Symbol,
            b"t" => Self::Time,
            b"c" => Self::Conditions,
            b"z" => Self::Tape,
            b"i" => Self::Id,
            b"x" => Self::Exchange,
            b"p" => Self::Price,
            b"s" => Self::Size,
            b"bx" => Self::BidExchange,
            b"bp" => Self::Bid,
            b"bs" => Self::BidSize,
            b"ax" => Self::AskExchange,
            b"ap" => Self::Ask,
            b"as" => Self::AskSize,
            _ => return None,
        })
    }
}

const fn bits(members: &[Member]) -> u32 {
    let (mut bits, mut index) = (0, 0);
    while index < members.len() {
        bits |= 1 << (members[index] as u32);
        index += 1;
    }
    bits
}

/// What each kind has to have, and what the other alone has.
const BOTH: u32 = bits(&[Member::Kind, Member::Symbol, Member::Time]);
const OF_TRADE: u32 = BOTH | bits(&[Member::Price, Member::Size]);
const OF_QUOTE: u32 = BOTH | bits(&[Member::Bid, Member::BidSize, Member::Ask, Member::AskSize]);

/// What was found of a message so far.
struct Found {
    is_trade: bool,
    symbol: Option<Symbol>,
    at: i64,
    id: Option<u64>,
    tells_last: bool,
    price: i64,
    size: i64,
    bid: i64,
    bid_size: i64,
    ask: i64,
    ask_size: i64,
}

impl Default for Found {
    fn default() -> Self {
        Self {
            is_trade: false,
            symbol: None,
            at: 0,
            id: None,
            tells_last: true,
            price: 0,
            size: 0,
            bid: 0,
            bid_size: 0,
            ask: 0,
            ask_size: 0,
        }
    }
}

impl Found {
    const fn number(&mut self, member: Member) -> &mut i64 {
        match member {
            Member::Price => &mut self.price,
            Member::Size => &mut self.size,
            Member::Bid => &mut self.bid,
            Member::BidSize => &mut self.bid_size,
            Member::Ask => &mut self.ask,
            _ => &mut self.ask_size,
        }
    }

    fn tick(&self, seen: u32) -> Option<Tick> {
        let wanted = if self.is_trade { OF_TRADE } else { OF_QUOTE };
        if seen & wanted != wanted {
            return None;
        }
        let (symbol, at) = (self.symbol?, MarketTime::from_ns(self.at));
        Some(if self.is_trade {
            Tick::Trade(TradeTick {
                symbol,
                price: Price::from_units(self.price),
                size: Qty::from_units(self.size),
                at,
                id: self.id,
                tells_last: self.tells_last,
            })
        } else {
            Tick::Quote(QuoteTick {
                symbol,
                bid: (Price::from_units(self.bid), Qty::from_units(self.bid_size)),
                ask: (Price::from_units(self.ask), Qty::from_units(self.ask_size)),
                at,
            })
        })
    }
}

#[cfg(test)]
mod tests;
