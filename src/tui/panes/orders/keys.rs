//! What the orders pane does with actions, keys, pastes and the mouse.
//! Must never send anything by itself: it opens the layer that asks.

use crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::super::order_entry::cancel_many::{CancelMany, Scope};
use super::timeline::Timeline;
use super::{COPIED, OrdersPane, RowKey, Tab, record, view};
use crate::tui::action::Action;
use crate::tui::ask::Want;
use crate::tui::ctx::Ctx;
use crate::tui::effect::{Effect, Reaction};
use crate::tui::layers::export::Export;
use crate::tui::sheet::Sheet;
use crate::tui::widgets::list::Moved;
use crate::tui::widgets::table::{Spot, rows_in};

/// Why an action cannot be done now.
pub fn refuses(pane: &OrdersPane, action: Action, ctx: &Ctx<'_>) -> Option<String> {
    match action {
        Action::NextPage | Action::PreviousPage => {
            Some("Today's orders are all here: screen 2 has the pages of history".to_owned())
        }
        Action::Open | Action::Timeline | Action::Copy if pane.selected(ctx).is_none() => {
            Some("There is no row yet".to_owned())
        }
        Action::Left | Action::Right | Action::Mark if pane.tab == Tab::Fills => {
            Some("Fills have nothing to unfold or mark".to_owned())
        }
        Action::Export if pane.keys(ctx).is_empty() && pane.tab != Tab::Fills => {
            Some("There is nothing to export".to_owned())
        }
        Action::Export if pane.tab == Tab::Fills && pane.fill_keys(ctx).is_empty() => {
            Some("There is nothing to export".to_owned())
        }
        _ => None,
    }
}

/// Does an action.
pub fn act(pane: &mut OrdersPane, action: Action, ctx: &Ctx<'_>) -> Reaction {
    match action {
        Action::NextStage => turn(pane, 1, ctx),
        Action::PreviousStage => turn(pane, Tab::ALL.len() - 1, ctx),
        Action::Open | Action::Timeline => {
            let order = pane.selected(ctx);
            let layers = order.map(|id| Effect::Open(Box::new(Timeline::of(id, ctx))));
            Reaction::Mine(layers.into_iter().collect())
        }
        Action::Right => unfold(pane, ctx),
        Action::Left => fold(pane, ctx),
        Action::Copy => Reaction::with(Effect::Ask(COPIED, Want::Copy(copied(pane, ctx)))),
        Action::Export => {
            let (name, sheet) = sheet(pane, ctx);
            Reaction::with(Effect::Open(Box::new(Export::of(name, sheet, ctx))))
        }
        Action::Mark => mark(pane, ctx),
        Action::CancelMany if !pane.marked().is_empty() => {
            let layer = CancelMany::new(&Scope::Marked(pane.marked()), None, ctx);
            Reaction::with(Effect::Open(Box::new(layer)))
        }
        _ => {
            let moved = travel(pane, action, ctx);
            after(pane, moved, ctx)
        }
    }
}

fn travel(pane: &mut OrdersPane, action: Action, ctx: &Ctx<'_>) -> Moved {
    if pane.tab == Tab::Fills {
        let keys = pane.fill_keys(ctx);
        let height = rows_in(ctx.area, &pane.fills);
        return pane.fills.act(action, &keys, height, &view::FILL_SORTABLE);
    }
    let keys = pane.keys(ctx);
    let height = rows_in(ctx.area, &pane.orders);
    pane.orders.act(action, &keys, height, &view::SORTABLE)
}

/// Takes a typed key.
pub fn key(pane: &mut OrdersPane, key: KeyEvent, ctx: &Ctx<'_>) -> Reaction {
    let moved = match pane.tab {
        Tab::Working | Tab::All => pane.orders.key(key),
        Tab::Fills => pane.fills.key(key),
    };
    after(pane, moved, ctx)
}

/// Takes a paste into the filter that is open.
pub fn paste(pane: &mut OrdersPane, text: &str, ctx: &Ctx<'_>) -> Reaction {
    let moved = match pane.tab {
        Tab::Working | Tab::All => pane.orders.paste(text),
        Tab::Fills => pane.fills.paste(text),
    };
    after(pane, moved, ctx)
}

/// Takes the mouse: a tab, a row, a title to sort by, the wheel.
pub fn mouse(pane: &mut OrdersPane, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
    let at = Position::new(mouse.column, mouse.row);
    let moved = match mouse.kind {
        MouseEventKind::ScrollDown => step(pane, 3, ctx),
        MouseEventKind::ScrollUp => step(pane, -3, ctx),
        MouseEventKind::Down(MouseButton::Left) if at.y + 1 == ctx.area.y => {
            let tab = view::own_tab_at(ctx, at.x.saturating_sub(ctx.area.x));
            pane.tab = tab.unwrap_or(pane.tab);
            Moved::Rows
        }
        MouseEventKind::Down(MouseButton::Left) => match view::spot(pane, ctx, at) {
            Some(Spot::Row(index)) => point(pane, index, ctx),
            Some(Spot::Title(column)) if pane.tab == Tab::Fills => {
                pane.fills.sort_by(column, &view::FILL_SORTABLE)
            }
            Some(Spot::Title(column)) => pane.orders.sort_by(column, &view::SORTABLE),
            None => Moved::Yes,
        },
        _ => Moved::No,
    };
    after(pane, moved, ctx)
}

fn step(pane: &mut OrdersPane, steps: isize, ctx: &Ctx<'_>) -> Moved {
    if pane.tab == Tab::Fills {
        let keys = pane.fill_keys(ctx);
        return pane.fills.step(steps, &keys, rows_in(ctx.area, &pane.fills));
    }
    let keys = pane.keys(ctx);
    pane.orders.step(steps, &keys, rows_in(ctx.area, &pane.orders))
}

fn point(pane: &mut OrdersPane, index: usize, ctx: &Ctx<'_>) -> Moved {
    if pane.tab == Tab::Fills {
        let keys = pane.fill_keys(ctx);
        pane.fills.select(keys[index].clone(), &keys);
    } else {
        let keys = pane.keys(ctx);
        pane.orders.select(keys[index], &keys);
    }
    Moved::Cursor
}

fn turn(pane: &mut OrdersPane, by: usize, ctx: &Ctx<'_>) -> Reaction {
    let now = Tab::ALL.iter().position(|tab| *tab == pane.tab).unwrap_or(0);
    pane.tab = Tab::ALL[(now + by) % Tab::ALL.len()];
    after(pane, Moved::Rows, ctx)
}

/// The order under the cursor, if it is on an order's row or a line below one.
fn here(pane: &OrdersPane, ctx: &Ctx<'_>) -> Option<RowKey> {
    pane.orders.selected(&pane.keys(ctx)).copied()
}

fn unfold(pane: &mut OrdersPane, ctx: &Ctx<'_>) -> Reaction {
    let Some(key) = here(pane, ctx) else { return Reaction::done() };
    Reaction::Mine(pane.unfolded.unfold(key.order(), ctx))
}

/// Folds the timeline away; the cursor goes up to the order it belongs to.
fn fold(pane: &mut OrdersPane, ctx: &Ctx<'_>) -> Reaction {
    let Some(key) = here(pane, ctx) else { return Reaction::done() };
    pane.unfolded.fold(key.order());
    let keys = pane.keys(ctx);
    pane.orders.select(RowKey::Order(key.order()), &keys);
    Reaction::done()
}

/// Marks the order, or takes its mark away; lines below one are passed over.
fn mark(pane: &mut OrdersPane, ctx: &Ctx<'_>) -> Reaction {
    let on_order = matches!(here(pane, ctx), Some(RowKey::Order(_)));
    let moved = travel(pane, if on_order { Action::Mark } else { Action::Down }, ctx);
    after(pane, moved, ctx)
}

/// The marked rows, or the one under the cursor, as lines for the clipboard.
fn copied(pane: &OrdersPane, ctx: &Ctx<'_>) -> String {
    if pane.tab == Tab::Fills {
        let keys = pane.fill_keys(ctx);
        let fill = pane.fills.selected(&keys).and_then(|key| ctx.view.fills.get(key));
        return record::lines(
            &fill.map(|fill| record::fill(fill, ctx)).into_iter().collect::<Vec<_>>(),
        );
    }
    let marked = pane.marked();
    let wanted = if marked.is_empty() { pane.selected(ctx).into_iter().collect() } else { marked };
    let shown = pane.shown(ctx).into_iter().filter(|order| wanted.contains(&order.id));
    record::lines(&shown.map(|order| record::order(order, ctx)).collect::<Vec<_>>())
}

fn sheet(pane: &OrdersPane, ctx: &Ctx<'_>) -> (&'static str, Sheet) {
    if pane.tab == Tab::Fills {
        let mut sheet = Sheet::new(&record::FILL_TITLES);
        for (_, fill) in pane.shown_fills(ctx) {
            sheet.push(record::fill(fill, ctx));
        }
        return ("fills", sheet);
    }
    let mut sheet = Sheet::new(&record::ORDER_TITLES);
    for order in pane.shown(ctx) {
        sheet.push(record::order(order, ctx));
    }
    ("orders", sheet)
}

/// After the cursor or the rows moved: it stays on a row, and its symbol is chosen.
fn after(pane: &mut OrdersPane, moved: Moved, ctx: &Ctx<'_>) -> Reaction {
    match moved {
        Moved::No => Reaction::NotMine,
        Moved::Yes => Reaction::done(),
        Moved::Cursor | Moved::Rows => {
            pane.orders.keep(&pane.keys(ctx));
            pane.fills.keep(&pane.fill_keys(ctx));
            let order = pane.selected(ctx).and_then(|id| ctx.view.orders.get(&id));
            let symbol = order.map(|order| Effect::ChooseSymbol(order.draft.symbol));
            let moved_on = moved == Moved::Cursor;
            Reaction::Mine(symbol.filter(|_| moved_on).into_iter().collect())
        }
    }
}
