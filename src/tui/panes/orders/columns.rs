//! The columns that lists of orders are made of: title, cell, order of rows, text to filter by.
//! Must never know which list shows them.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::desk::command::OrderColumn;
use crate::domain::ids::OrderId;
use crate::domain::numbers::Price;
use crate::domain::orders::Order;

use super::words;
use crate::tui::ctx::Ctx;
use crate::tui::theme::Role;
use crate::tui::widgets::cells;
use crate::tui::widgets::list::Sort;
use crate::tui::widgets::table::{Cell, Column, Row};

/// One column of orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderCell {
    /// When it was placed.
    Placed,
    /// Symbol.
    Symbol,
    /// Buy or sell.
    Side,
    /// Shares.
    Quantity,
    /// Shares filled.
    Filled,
    /// Kind of order.
    Kind,
    /// Limit, else stop, else trail.
    Price,
    /// Average price of the fills.
    Average,
    /// Status in one word, with its sign.
    Status,
    /// Time in force.
    Time,
    /// How long ago it was placed.
    Age,
    /// Portfolio's name.
    Portfolio,
    /// Who placed it.
    By,
    /// Note.
    Note,
    /// Why it was refused or ended, in the words of whoever said so.
    Reason,
}

impl OrderCell {
    /// How it stands in a table; `priority` says when it falls away.
    pub const fn column(self, priority: u8) -> Column {
        match self {
            Self::Placed => Column::text("Placed", 12, priority),
            Self::Symbol => Column::text("Symbol", 6, priority).up_to(8),
            Self::Side => Column::text("Side", 4, priority),
            Self::Quantity => Column::number("Qty", 9, priority).up_to(10),
            Self::Filled => Column::number("Filled", 9, priority).up_to(10),
            Self::Kind => Column::text("Type", 13, priority),
            Self::Price => Column::number("Price", 11, priority),
            Self::Average => Column::number("Average", 9, priority).up_to(10),
            Self::Status => Column::text("Status", 18, priority),
            Self::Time => Column::text("TIF", 3, priority),
            Self::Age => Column::number("Age", 4, priority),
            Self::Portfolio => Column::text("Portfolio", 12, priority).up_to(24),
            Self::By => Column::text("By", 8, priority).up_to(16),
            Self::Note => Column::text("Note", 12, priority).up_to(60),
            Self::Reason => Column::text("Reason", 24, priority).up_to(100),
        }
    }

    /// What the store calls it when it sorts; none where it cannot sort by it.
    pub const fn sorted_as(self) -> Option<OrderColumn> {
        Some(match self {
            Self::Placed | Self::Age => OrderColumn::Placed,
            Self::Symbol => OrderColumn::Symbol,
            Self::Side => OrderColumn::Side,
            Self::Quantity => OrderColumn::Quantity,
            Self::Filled => OrderColumn::Filled,
            Self::Kind => OrderColumn::Type,
            Self::Price => OrderColumn::Limit,
            Self::Status => OrderColumn::Status,
            Self::Portfolio => OrderColumn::Portfolio,
            Self::By => OrderColumn::User,
            Self::Average | Self::Time | Self::Note | Self::Reason => return None,
        })
    }

    fn cell(self, order: &Order, ctx: &Ctx<'_>) -> Cell {
        let draft = &order.draft;
        match self {
            Self::Placed => Cell::of(ctx.moment_text(order.placed.market), Role::Muted),
            // A leg stands below the order whose leg it is.
            Self::Symbol if order.parent.is_some() => {
                let branch = if ctx.theme.glyphs.braille { "└" } else { "+" };
                Cell::new(format!("{branch} {}", draft.symbol))
            }
            Self::Symbol => Cell::new(draft.symbol.as_str()),
            Self::Side => Cell::of(draft.side.as_str(), words::side_role(draft.side)),
            // What dollars come to is sure once they are spent.
            Self::Quantity if draft.special.dollars.is_some() && !order.state.is_final() => {
                Cell::new(draft.amount())
            }
            Self::Quantity => Cell::new(cells::quantity(draft.quantity)),
            Self::Filled if order.filled.is_zero() => Cell::missing(ctx.theme),
            Self::Filled => Cell::new(cells::quantity(order.filled)),
            Self::Kind => Cell::of(words::kind_in_group(order), Role::Muted),
            Self::Price => Cell::new(words::short_price(draft.order_type)),
            Self::Average => match order.average() {
                Some(average) => Cell::new(cells::price(average)),
                None => Cell::missing(ctx.theme),
            },
            Self::Status => {
                let (text, role) = words::status(order, &ctx.theme.glyphs);
                Cell::of(text, role)
            }
            Self::Time => Cell::of(draft.time_in_force.as_str(), Role::Muted),
            Self::Age => Cell::of(words::age(order.placed.market, ctx.now.market), Role::Muted),
            Self::Portfolio => Cell::of(ctx.portfolio_name(order.portfolio), Role::Muted),
            Self::By => Cell::of(ctx.login(order.user), Role::Muted),
            Self::Note => Cell::of(draft.note.replace('\n', " "), Role::Muted),
            Self::Reason => Cell::of(order.reason.clone().unwrap_or_default(), Role::Warn),
        }
    }

    /// True for an order that has no value here: it stands last, whichever way the rows are sorted.
    fn is_missing(self, order: &Order) -> bool {
        match self {
            Self::Price => price_of(order).is_none(),
            Self::Average => order.average().is_none(),
            _ => false,
        }
    }

    fn compare(self, a: &Order, b: &Order, ctx: &Ctx<'_>) -> Ordering {
        let name = |order: &Order| ctx.portfolio_name(order.portfolio);
        match self {
            Self::Placed => a.placed.cmp(&b.placed),
            Self::Age => b.placed.cmp(&a.placed),
            Self::Symbol => a.draft.symbol.cmp(&b.draft.symbol),
            Self::Side => a.draft.side.cmp(&b.draft.side),
            Self::Quantity => a.draft.quantity.cmp(&b.draft.quantity),
            Self::Filled => a.filled.cmp(&b.filled),
            Self::Kind => words::kind_in_group(a).cmp(words::kind_in_group(b)),
            Self::Price => price_of(a).cmp(&price_of(b)),
            Self::Average => a.average().cmp(&b.average()),
            Self::Status => a.state.word().cmp(b.state.word()),
            Self::Time => a.draft.time_in_force.cmp(&b.draft.time_in_force),
            Self::Portfolio => name(a).cmp(&name(b)),
            Self::By => ctx.login(a.user).cmp(&ctx.login(b.user)),
            Self::Note => a.draft.note.cmp(&b.draft.note),
            Self::Reason => a.reason.cmp(&b.reason),
        }
    }
}

fn price_of(order: &Order) -> Option<Price> {
    let order_type = order.draft.order_type;
    order_type.limit().or(order_type.stop())
}

/// One row of a list that has these columns.
pub fn row(shown: &[OrderCell], order: &Order, ctx: &Ctx<'_>) -> Row {
    let cells = shown.iter().map(|cell| cell.cell(order, ctx)).collect();
    let role = words::is_faded(order).then_some(Role::Muted);
    Row { cells, role, across: None }
}

/// Sorts orders by one of these columns, the newest first among equals and where none is chosen.
pub fn sort(orders: &mut [&Order], shown: &[OrderCell], sort: Option<Sort>, ctx: &Ctx<'_>) {
    orders.sort_by(|a, b| {
        let newest = || b.placed.cmp(&a.placed).then_with(|| b.id.cmp(&a.id));
        let Some((cell, sort)) = sort.and_then(|sort| Some((shown.get(sort.column)?, sort))) else {
            return newest();
        };
        let order = cell.compare(a, b, ctx);
        let order = if sort.descending { order.reverse() } else { order };
        let missing = cell.is_missing(a).cmp(&cell.is_missing(b));
        missing.then(order).then_with(newest)
    });
    gather(orders);
}

/// Puts each leg below the order whose leg it is, where that stands in the list too.
fn gather(orders: &mut [&Order]) {
    if orders.iter().all(|order| order.parent.is_none()) {
        return;
    }
    let mut legs: BTreeMap<OrderId, Vec<&Order>> = BTreeMap::new();
    let listed: BTreeSet<OrderId> = orders.iter().map(|order| order.id).collect();
    let (below, mut rows): (Vec<&Order>, Vec<&Order>) =
        orders.iter().partition(|order| order.parent.is_some_and(|id| listed.contains(&id)));
    for leg in below {
        legs.entry(leg.parent.unwrap_or(leg.id)).or_default().push(leg);
    }
    for found in legs.values_mut() {
        found.sort_by_key(|leg| leg.id);
    }
    rows = rows
        .into_iter()
        .flat_map(|row| std::iter::once(row).chain(legs.remove(&row.id).unwrap_or_default()))
        .collect();
    orders.copy_from_slice(&rows);
}

/// The texts a filter looks into.
pub fn texts(order: &Order, ctx: &Ctx<'_>) -> [String; 7] {
    let draft = &order.draft;
    [
        draft.symbol.to_string(),
        draft.side.to_string(),
        words::kind_in_group(order).to_owned(),
        order.state.word().to_owned(),
        ctx.portfolio_name(order.portfolio),
        ctx.login(order.user),
        draft.note.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use super::{OrderCell, price_of, sort};
    use crate::domain::orders::Order;
    use crate::tui::fixture::Fixture;
    use crate::tui::widgets::list::Sort;

    #[test]
    fn orders_without_a_price_stand_last_whichever_way_prices_are_sorted() {
        let fixture = Fixture::desk();
        for descending in [false, true] {
            let mut orders: Vec<&Order> = fixture.view.orders.values().collect();
            let by = Some(Sort { column: 0, descending });
            sort(&mut orders, &[OrderCell::Price], by, &fixture.ctx());
            let priced = orders.iter().take_while(|order| price_of(order).is_some()).count();
            assert!(priced > 3);
            assert!(orders[priced..].iter().all(|order| price_of(order).is_none()));
        }
    }
}
