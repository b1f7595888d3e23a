//! What a state file says when it is folded, and the lines that say it.
//! Must never guess: a line it cannot read is damage, unless it is a last one without its end.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::numbers::{Money, Qty};
use crate::domain::symbols::Symbol;
use crate::domain::time::{DeskTime, MarketTime};
use crate::venue::simulator::exchange::order::{Order, OrderKey};
use crate::venue::simulator::exchange::{Exchange, Kept};
use crate::venue::simulator::tape::Slot;
use crate::venue::simulator::timeline::Timeline;

use super::line::{LineWriter, records};
use super::order_line::{self, Fields};

/// What the first line says; it never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::venue::simulator) struct Header {
    /// Seed of tape and fills.
    pub seed: u64,
    /// The account's number.
    pub account_number: String,
}

/// A state file written anew.
#[derive(Debug)]
pub(in crate::venue::simulator) struct Anew {
    /// Its lines.
    pub lines: String,
    /// The lines of the orders that go to the archive before.
    pub archived: String,
}

/// Names the format and its version.
const FORMAT: &str = "embedded-market-1";

/// A folded state file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::venue::simulator) struct Image {
    pub header: Header,
    pub timeline: Timeline,
    cash: Money,
    holdings: BTreeMap<Slot, (Qty, Money)>,
    orders: BTreeMap<u64, Order>,
    next_order: u64,
    next_execution: u64,
}

impl Image {
    /// Folds a file's bytes: the image, and the bytes of its whole lines. A last line without its
    /// end was torn before anybody was answered, and counts as not written; everything else that
    /// cannot be read is damage. An error names the line, from 1, and what is wrong with it.
    pub(super) fn read(
        bytes: &[u8],
        slot: impl Fn(Symbol) -> Option<Slot>,
    ) -> Result<(Self, usize), (usize, &'static str)> {
        let mut image: Option<Self> = None;
        let mut whole = 0;
        for (index, line) in bytes.split_inclusive(|&byte| byte == b'\n').enumerate() {
            let number = index + 1;
            let Some(text) = line.strip_suffix(b"\n") else { break };
            let records = std::str::from_utf8(text).ok().and_then(records);
            for record in records.ok_or((number, "its checksum is wrong"))? {
                let fold = match &mut image {
                    Some(image) => image.fold(record, &slot),
                    None => Self::begin(record).map(|begun| image = Some(begun)),
                };
                fold.ok_or((number, "it makes no sense, or names a symbol that is not listed"))?;
            }
            whole += line.len();
        }
        // The file comes into being with its first line whole, so one without it lost it.
        Ok((image.ok_or((1, "the line that names the account is gone"))?, whole))
    }

    /// The image of a market that begins.
    pub(in crate::venue::simulator) fn of(
        header: Header,
        timeline: Timeline,
        exchange: &Exchange,
    ) -> Self {
        let account = exchange.account();
        let (next_order, next_execution) = exchange.next_numbers();
        let held = account.held().map(|(slot, held)| (slot, (held.quantity, held.cost)));
        let orders = exchange.orders().map(|(_, order)| (order.number, order.clone()));
        Self {
            header,
            timeline,
            cash: account.cash,
            holdings: held.collect(),
            orders: orders.collect(),
            next_order,
            next_execution,
        }
    }

    /// What the exchange takes back.
    pub(in crate::venue::simulator) fn kept(&self) -> Kept {
        let held = self.holdings.iter().map(|(slot, (quantity, cost))| (*slot, *quantity, *cost));
        Kept {
            cash: self.cash,
            holdings: held.collect(),
            orders: self.orders.values().cloned().collect(),
            next_order: self.next_order,
            next_execution: self.next_execution,
        }
    }

    /// The last moment of market time at which something is known to have happened.
    pub(in crate::venue::simulator) fn latest(&self) -> MarketTime {
        self.orders.values().map(|order| order.updated).max().unwrap_or(self.timeline.market)
    }

    /// True once an order was taken.
    pub(in crate::venue::simulator) fn has_had_orders(&self) -> bool {
        self.next_order > 1
    }

    /// The numbers of the orders that go when the newest `count` ended ones stay. One that is not
    /// over stays whatever its number, and so does the one that it belongs to.
    pub(in crate::venue::simulator) fn outlived(&self, count: usize) -> BTreeSet<u64> {
        let alive = self.orders.values().filter(|order| !order.status.is_final());
        let needed: BTreeSet<u64> = alive.filter_map(Order::parent).collect();
        let ended = self.orders.values().rev().filter(|order| order.status.is_final());
        let old = ended.skip(count).map(|order| order.number);
        old.filter(|number| !needed.contains(number)).collect()
    }

    /// What a file that says all of this holds, and what the archive takes of it.
    pub(in crate::venue::simulator) fn anew(
        &self,
        outlived: &BTreeSet<u64>,
        symbol: &dyn Fn(Slot) -> Symbol,
    ) -> Anew {
        let lines_of = |goes: bool| -> String {
            let orders = self.orders.values();
            let orders = orders.filter(|order| outlived.contains(&order.number) == goes);
            orders.map(|order| order_line::whole(symbol(order.slot), order)).collect()
        };
        Anew { archived: lines_of(true), lines: self.head(symbol) + &lines_of(false) }
    }

    /// The first line of a file that says all of this: everything but the orders.
    fn head(&self, symbol: &dyn Fn(Slot) -> Symbol) -> String {
        let mut line = LineWriter::default();
        line.record('H', &[&FORMAT, &self.header.seed, &self.header.account_number]);
        write_timeline(&mut line, &self.timeline);
        line.record('C', &[&self.cash.units()]);
        line.record('N', &[&self.next_order, &self.next_execution]);
        for (slot, (quantity, cost)) in &self.holdings {
            line.record('P', &[&symbol(*slot), &quantity.units(), &cost.units()]);
        }
        line.finish()
    }

    fn begin(record: &str) -> Option<Self> {
        let mut fields = Fields { fields: record.strip_prefix("H ")?.split_ascii_whitespace() };
        (fields.text()? == FORMAT).then_some(())?;
        let header = Header { seed: fields.next()?, account_number: fields.next()? };
        Some(Self {
            header,
            timeline: Timeline {
                desk: DeskTime::default(),
                market: MarketTime::default(),
                speed: 1,
            },
            cash: Money::ZERO,
            holdings: BTreeMap::new(),
            orders: BTreeMap::new(),
            next_order: 1,
            next_execution: 1,
        })
    }

    fn fold(&mut self, record: &str, slot: impl Fn(Symbol) -> Option<Slot>) -> Option<()> {
        let (letter, rest) = record.split_once(' ')?;
        let mut fields = Fields { fields: rest.split_ascii_whitespace() };
        match letter {
            "O" => {
                let order = order_line::read(rest, slot)?;
                self.orders.insert(order.number, order);
            }
            "C" => self.cash = Money::from_units(fields.next()?),
            "P" => {
                let slot = slot(fields.next()?)?;
                let quantity = Qty::from_units(fields.next()?);
                let cost = Money::from_units(fields.next()?);
                self.holdings.insert(slot, (quantity, cost));
            }
            "N" => (self.next_order, self.next_execution) = (fields.next()?, fields.next()?),
            "T" => {
                self.timeline = Timeline {
                    desk: DeskTime::from_ns(fields.next()?),
                    market: MarketTime::from_ns(fields.next()?),
                    speed: fields.next::<u32>().filter(|&speed| speed > 0)?,
                };
            }
            _ => return None,
        }
        Some(())
    }
}

fn write_timeline(line: &mut LineWriter, timeline: &Timeline) {
    line.record('T', &[&timeline.desk.ns(), &timeline.market.ns(), &timeline.speed]);
}

/// The line that says how market time runs from now on.
pub(in crate::venue::simulator) fn timeline_line(timeline: &Timeline) -> String {
    let mut line = LineWriter::default();
    write_timeline(&mut line, timeline);
    line.finish()
}

/// The line that says what a deed changed: these orders, the holdings of their symbols, the cash.
pub(in crate::venue::simulator) fn deed_line(exchange: &Exchange, touched: &[OrderKey]) -> String {
    let mut line = LineWriter::default();
    for &key in touched {
        let order = exchange.order(key);
        let symbol = exchange.asset(order.slot).symbol;
        order_line::write(&mut line, symbol, order);
        if !order.filled.is_zero() {
            let held = exchange.account().holding(order.slot);
            line.record('P', &[&symbol, &held.quantity.units(), &held.cost.units()]);
        }
    }
    let (order, execution) = exchange.next_numbers();
    line.record('C', &[&exchange.account().cash.units()]);
    line.record('N', &[&order, &execution]);
    line.finish()
}
