//! How the tree of portfolios looks.
//! Must never change anything.

use ratatui::Frame;
use ratatui::text::{Line, Span};

use crate::domain::ids::PortfolioId;
use crate::domain::portfolios::PortfolioKind;
use crate::domain::roles::Act;

use super::super::super::action::Action;
use super::super::super::ctx::Ctx;
use super::super::super::keymap::Context;
use super::super::super::theme::Role;
use super::super::super::widgets::cells;
use super::super::super::widgets::table::{Cell, Column, Row, Table};
use super::super::super::widgets::tree::LEAF;
use super::super::super::worth::{Worth, unpriced_words};
use super::PortfoliosPane;
use super::rows::{self, Group, Node};

/// Columns.
pub const COLUMNS: [Column; 8] = [
    Column::text("Portfolio", 13, 0).up_to(26),
    Column::number("Day P&L", 13, 1),
    Column::number("Value", 12, 2).up_to(14),
    Column::number("Total P&L", 13, 3).up_to(14),
    Column::number("Day %", 8, 4),
    Column::number("Cash", 13, 5).up_to(14),
    Column::number("Open", 5, 6),
    Column::text("Access", 6, 7),
];

/// Columns that can be sorted by.
pub const SORTABLE: [usize; 7] = [0, 1, 2, 3, 4, 5, 6];

/// Room in which the border's right end says more than the left.
const WIDE: u16 = 56;

/// `Portfolios`.
pub fn title() -> Line<'static> {
    Line::raw("Portfolios")
}

/// What all books in sight are worth together, or how many prices that lacks.
pub fn title_right(ctx: &Ctx<'_>) -> Line<'static> {
    if ctx.view.portfolios.is_empty() {
        return Line::default();
    }
    let all: Worth = ctx.view.portfolios.keys().map(|id| Worth::of(*id, ctx)).sum();
    if let Some(words) = unpriced_words(all.unpriced()) {
        return Line::styled(words, ctx.style(Role::Warn));
    }
    if ctx.area.width < WIDE || ctx.view.portfolios.len() < 2 {
        return Line::default();
    }
    let glyphs = &ctx.theme.glyphs;
    let value = all.value().text(glyphs, cells::money);
    let day = all.day.text(glyphs, |money| cells::money_arrow(money, glyphs));
    Line::from(vec![
        Span::styled(format!("{value}  "), ctx.style(Role::Text)),
        Span::styled(day, ctx.style(all.day.tone())),
    ])
}

/// Draws the tree.
pub fn draw(pane: &PortfoliosPane, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
    let keys = pane.keys(ctx);
    let empty = empty(ctx);
    let table = Table { columns: &COLUMNS, keys: &keys, list: &pane.list, empty: &empty };
    let groups = rows::groups(ctx);
    table.draw(frame, ctx, |node| match node {
        Node::Group(group) => group_row(pane, *group, &groups[group], ctx),
        Node::Book(id) => book_row(*id, ctx),
    });
}

fn empty(ctx: &Ctx<'_>) -> String {
    if ctx.may(Act::CreatePortfolio, None).is_ok() {
        let key = ctx.key(&[Context::Portfolios], Action::NewPortfolio);
        format!("No portfolio yet. {key} makes a first one.")
    } else {
        "No portfolio was given to you yet. An admin grants access.".to_owned()
    }
}

fn group_row(pane: &PortfoliosPane, group: Group, books: &[PortfolioId], ctx: &Ctx<'_>) -> Row {
    let glyphs = &ctx.theme.glyphs;
    let name = format!("{}{}", pane.folds.group_sign(&group, glyphs), group.title());
    // The sum of one book in sight says nothing new.
    if pane.folds.is_open(&group) && books.len() < 2 {
        return vec![Cell::of(name, Role::Header)].into();
    }
    let worth: Worth = books.iter().map(|id| Worth::of(*id, ctx)).sum();
    let mut cells = figures(&worth, ctx);
    cells.insert(0, Cell::of(name, Role::Header));
    Row { cells, role: Some(Role::Muted), ..Row::default() }
}

fn book_row(id: PortfolioId, ctx: &Ctx<'_>) -> Row {
    let Some((book, grant)) = ctx.view.portfolios.get(&id) else { return Row::default() };
    let chosen = ctx.chosen.portfolio == Some(id);
    let name = format!("{LEAF}{}", book.name);
    let role = if chosen { Role::Accent } else { Role::Text };
    let mut cells = figures(&Worth::of(id, ctx), ctx);
    cells.insert(0, Cell::of(name, role));
    let access = match (grant, book.kind) {
        _ if book.archived => "closed",
        (Some(grant), _) => grant.as_str(),
        (None, _) => "role",
    };
    cells.push(Cell::of(access, Role::Muted));
    let away = book.archived || book.kind == PortfolioKind::Unallocated;
    Row { cells, role: away.then_some(Role::Muted), ..Row::default() }
}

/// All columns with figures.
fn figures(worth: &Worth, ctx: &Ctx<'_>) -> Vec<Cell> {
    let glyphs = &ctx.theme.glyphs;
    let (value, day, total) = (worth.value(), worth.day, worth.total);
    let percent = match worth.day_ratio() {
        Some(ratio) => {
            let tone = cells::tone(ratio.basis_points().into());
            Cell::of(cells::percent_change(ratio), tone)
        }
        None => Cell::missing(ctx.theme),
    };
    vec![
        Cell::of(day.text(glyphs, |money| cells::money_arrow(money, glyphs)), day.tone()),
        Cell::of(value.text(glyphs, cells::money), value.plain_tone()),
        Cell::of(total.text(glyphs, cells::money_change), total.tone()),
        percent,
        Cell::of(cells::money(worth.cash), Role::Muted),
        Cell::of(worth.open.to_string(), Role::Muted),
    ]
}
