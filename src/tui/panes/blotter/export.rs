//! The blotter's rows for an export, page by page, as filtered and sorted on screen.
//! Must never write an order twice because rows moved between two pages.

use std::collections::BTreeSet;

use crate::bounds::{EXPORT_ROWS_MAX, PAGE_ROWS_MAX};
use crate::desk::command::{Answer, OrderFilter, Query};
use crate::domain::ids::OrderId;
use crate::tui::ctx::Ctx;
use crate::tui::layers::export::Pages;
use crate::tui::panes::orders::record;
use crate::tui::sheet::Sheet;

/// Orders as they come from the store.
pub struct OrderPages {
    filter: OrderFilter,
    sheet: Sheet,
    seen: BTreeSet<OrderId>,
    offset: u32,
    total: u32,
    done: bool,
}

impl OrderPages {
    /// All orders that `filter` finds; `total` is how many those were a moment ago.
    pub fn new(filter: OrderFilter, total: u32) -> Self {
        let sheet = Sheet::new(&record::ORDER_TITLES);
        Self { filter, sheet, seen: BTreeSet::new(), offset: 0, total, done: false }
    }

    fn is_full(&self) -> bool {
        self.sheet.len() >= EXPORT_ROWS_MAX
    }
}

impl Pages for OrderPages {
    fn next(&self) -> Option<Query> {
        let filter =
            OrderFilter { offset: self.offset, limit: PAGE_ROWS_MAX, ..self.filter.clone() };
        (!self.done).then_some(Query::Orders(filter))
    }
    fn take(&mut self, answer: &Answer, ctx: &Ctx<'_>) {
        let Answer::Orders(page) = answer else { return };
        let rows = u32::try_from(page.rows.len()).unwrap_or(u32::MAX);
        for order in &page.rows {
            if !self.is_full() && self.seen.insert(order.id) {
                self.sheet.push(record::order(order, ctx));
            }
        }
        self.offset = page.offset.saturating_add(rows);
        self.total = page.total;
        self.done = rows == 0 || self.offset >= page.total || self.is_full();
    }
    fn progress(&self) -> (usize, usize) {
        let total = usize::try_from(self.total).unwrap_or(usize::MAX);
        (self.sheet.len(), if self.done { self.sheet.len() } else { total })
    }
    fn sheet(&self) -> &Sheet {
        &self.sheet
    }
    fn left_out(&self) -> Option<String> {
        let total = usize::try_from(self.total).unwrap_or(usize::MAX);
        let over = total.saturating_sub(EXPORT_ROWS_MAX);
        (over > 0).then(|| {
            format!("{over} rows beyond the first {EXPORT_ROWS_MAX} are left out: filter first")
        })
    }
}
