//! Which rows the tree of portfolios has: groups and the books in them, filtered and sorted.
//! Must never decide who sees a book: the view holds those that are visible.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::domain::ids::PortfolioId;
use crate::domain::numbers::Money;
use crate::domain::portfolios::{Portfolio, PortfolioKind};
use crate::domain::roles::Grant;

use super::super::super::ctx::Ctx;
use super::super::super::widgets::list::{List, Sort};
use super::super::super::widgets::tree::Folds;
use super::super::super::worth::Worth;

/// Whose books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// The person's own.
    Mine,
    /// Given to the person by a grant.
    Shared,
    /// Seen because of the person's role.
    Others,
}

impl Group {
    /// All groups, in order.
    pub const ALL: [Self; 3] = [Self::Mine, Self::Shared, Self::Others];
    /// Its name in the tree.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Mine => "Mine",
            Self::Shared => "Shared",
            Self::Others => "Others",
        }
    }
    /// The group of a book.
    pub fn of(book: &Portfolio, grant: Option<Grant>, ctx: &Ctx<'_>) -> Self {
        if book.kind == PortfolioKind::Personal && book.owner == ctx.view.me.id {
            Self::Mine
        } else if grant.is_some() && book.kind != PortfolioKind::Unallocated {
            Self::Shared
        } else {
            Self::Others
        }
    }
}

/// A row of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    /// A group.
    Group(Group),
    /// A book.
    Book(PortfolioId),
}

/// The books of every group, by name; those put away come last.
pub fn groups(ctx: &Ctx<'_>) -> BTreeMap<Group, Vec<PortfolioId>> {
    let mut groups: BTreeMap<Group, Vec<PortfolioId>> = BTreeMap::new();
    for (id, (book, grant)) in &ctx.view.portfolios {
        groups.entry(Group::of(book, *grant, ctx)).or_default().push(*id);
    }
    for books in groups.values_mut() {
        books.sort_by_cached_key(|id| {
            let book = ctx.portfolio(*id);
            book.map(|book| (book.archived, book.name.to_lowercase(), *id))
        });
    }
    groups
}

/// All books in the order of the tree, folds and filter aside: what `[` and `]` walk through.
pub fn order(ctx: &Ctx<'_>) -> Vec<PortfolioId> {
    groups(ctx).into_values().flatten().collect()
}

/// The book that many steps from the chosen one, round and round; none where there is no other.
pub fn neighbour(by: isize, ctx: &Ctx<'_>) -> Option<PortfolioId> {
    let order = order(ctx);
    let here = order.iter().position(|id| ctx.chosen.portfolio == Some(*id));
    let next = match here {
        Some(here) => (here + order.len()).saturating_add_signed(by) % order.len(),
        None => 0,
    };
    order.get(next).copied().filter(|id| ctx.chosen.portfolio != Some(*id))
}

/// The rows in sight.
pub fn nodes(list: &List<Node>, folds: &Folds<Group>, ctx: &Ctx<'_>) -> Vec<Node> {
    let mut nodes = Vec::new();
    for (group, mut books) in groups(ctx) {
        books.retain(|id| {
            let book = ctx.portfolio(*id);
            book.is_some_and(|book| list.keeps([book.name.as_str()]))
        });
        if books.is_empty() {
            continue;
        }
        if let Some(sort) = list.sort() {
            sort_books(&mut books, sort, ctx);
        }
        nodes.push(Node::Group(group));
        // A filter looks into folded groups too.
        if folds.is_open(&group) || !list.filter().is_empty() {
            nodes.extend(books.into_iter().map(Node::Book));
        }
    }
    nodes
}

fn sort_books(books: &mut [PortfolioId], sort: Sort, ctx: &Ctx<'_>) {
    let worths: BTreeMap<PortfolioId, Worth> =
        books.iter().map(|id| (*id, Worth::of(*id, ctx))).collect();
    let name = |id| ctx.portfolio_name(id).to_lowercase();
    books.sort_by(|one, other| {
        let (a, b) = (worths[one], worths[other]);
        let figure = |worth: &Worth| match sort.column {
            1 => worth.day.amount().map(Money::units),
            2 => worth.value().amount().map(Money::units),
            3 => worth.total.amount().map(Money::units),
            4 => worth.day_ratio().map(|ratio| i128::from(ratio.0)),
            _ => Some(worth.cash.units()),
        };
        let order = match sort.column {
            0 => name(*one).cmp(&name(*other)),
            6 => a.open.cmp(&b.open),
            // What is not known comes last, whichever way it is sorted.
            _ => match (figure(&a), figure(&b)) {
                (Some(a), Some(b)) => a.cmp(&b),
                (None, Some(_)) => return Ordering::Greater,
                (Some(_), None) => return Ordering::Less,
                (None, None) => Ordering::Equal,
            },
        };
        let order = if sort.descending { order.reverse() } else { order };
        order.then(one.cmp(other))
    });
}
