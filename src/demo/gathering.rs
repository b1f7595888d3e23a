//! A store that only gathers what is committed to it: a week becomes one transaction.
//! Must never be given to a desk that people use: nothing in it can be looked up.

use std::sync::{Mutex, PoisonError};

use futures::FutureExt;
use futures::future::{BoxFuture, ready};

use crate::desk::command::{EquityPoint, OrderFilter, Page, TimelineLine};
use crate::desk::port::{Batch, FillsWanted, Loaded, Opening, Past, Row, Store};
use crate::desk::refusal::Fault;
use crate::domain::ids::{OrderId, PortfolioId};
use crate::domain::orders::{Fill, Order};

/// Gathers batches.
#[derive(Debug, Default)]
pub struct Gathering {
    gathered: Mutex<Batch>,
}

impl Gathering {
    /// Everything gathered since the last time, the rows that were overwritten left out.
    pub fn take(&self) -> Batch {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        let Batch { events, rows } = std::mem::take(&mut *gathered);
        drop(gathered);
        Batch { events, rows: last_of_each(rows) }
    }
}

/// The last row of each order, venue order, position and cash balance, at the place of the first:
/// rows refer to what stands before them.
fn last_of_each(rows: Vec<Row>) -> Vec<Row> {
    let mut kept: Vec<Row> = Vec::with_capacity(rows.len());
    let mut places = std::collections::BTreeMap::new();
    for row in rows {
        match key(&row) {
            None => kept.push(row),
            Some(key) => match places.entry(key) {
                std::collections::btree_map::Entry::Occupied(place) => kept[*place.get()] = row,
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(kept.len());
                    kept.push(row);
                }
            },
        }
    }
    kept
}

/// What a row overwrites; none for what is only ever added, and for what is rare.
fn key(row: &Row) -> Option<(u8, String)> {
    match row {
        Row::Order(order) => Some((0, order.id.to_string())),
        Row::VenueOrder(sent) => Some((1, sent.client_id.to_string())),
        Row::Position(position) => Some((2, format!("{} {}", position.portfolio, position.symbol))),
        Row::Balance(balance) => Some((3, balance.portfolio.to_string())),
        _ => None,
    }
}

fn nothing<T>() -> BoxFuture<'static, Result<T, Fault>>
where
    T: Send + 'static,
{
    ready(Err(Fault::new("Nothing is kept here yet"))).boxed()
}

impl Store for Gathering {
    fn load(&self, _: Opening) -> BoxFuture<'_, Result<Loaded, Fault>> {
        ready(Ok(Loaded::default())).boxed()
    }
    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<(), Fault>> {
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        gathered.events.extend(batch.events);
        gathered.rows.extend(batch.rows);
        ready(Ok(())).boxed()
    }
    fn find_orders(
        &self,
        _: OrderFilter,
        _: Vec<PortfolioId>,
    ) -> BoxFuture<'_, Result<Page<Order>, Fault>> {
        nothing()
    }
    fn find_fills(&self, _: FillsWanted) -> BoxFuture<'_, Result<Page<Fill>, Fault>> {
        nothing()
    }
    fn find_order(&self, _: OrderId) -> BoxFuture<'_, Result<Option<Order>, Fault>> {
        nothing()
    }
    fn find_past(&self, _: OrderId) -> BoxFuture<'_, Result<Option<Past>, Fault>> {
        nothing()
    }
    fn find_timeline(&self, _: OrderId) -> BoxFuture<'_, Result<Vec<TimelineLine>, Fault>> {
        nothing()
    }
    fn find_equity(&self, _: PortfolioId) -> BoxFuture<'_, Result<Vec<EquityPoint>, Fault>> {
        nothing()
    }
}
