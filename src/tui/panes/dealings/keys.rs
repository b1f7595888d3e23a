//! What orders and fills of one book or symbol do with actions, keys, pastes and the mouse.
//! Must never send anything by itself.

use crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind};

use super::super::super::action::Action;
use super::super::super::ask::Want;
use super::super::super::ctx::Ctx;
use super::super::super::effect::{Effect, Reaction};
use super::super::super::layers::export::Export;
use super::super::super::sheet::Sheet;
use super::super::super::widgets::list::Moved;
use super::super::super::widgets::pointer::{self, Target};
use super::super::super::widgets::table::rows_in;
use super::super::orders::timeline::Timeline;
use super::super::orders::{Tab, record};
use super::view::{self, Scope};
use super::{COPIED, DealingsPane};

/// Why an action cannot be done now.
pub fn refuses(pane: &DealingsPane, action: Action, ctx: &Ctx<'_>) -> Option<String> {
    match action {
        Action::NextPage | Action::PreviousPage => {
            Some("The newest are all here: screen 2 has the pages of history".to_owned())
        }
        Action::Open | Action::Timeline | Action::Copy if pane.selected(ctx).is_none() => {
            Some("There is no row yet".to_owned())
        }
        Action::Export if is_empty(pane, ctx) => Some("There is nothing to export".to_owned()),
        Action::Left | Action::Right => Some("Rows do not unfold here: open one".to_owned()),
        Action::Mark => Some("Rows are not marked here: the blotter marks".to_owned()),
        Action::Amend | Action::Cancel => {
            let order = pane.selected(ctx).and_then(|id| pane.order(id, ctx));
            let done = order.map(|order| order.state).filter(|state| state.is_final());
            done.map(|state| format!("This order is {} already", state.word()))
        }
        _ => None,
    }
}

fn is_empty(pane: &DealingsPane, ctx: &Ctx<'_>) -> bool {
    match pane.tab {
        Tab::Fills => pane.shown_fills(ctx).is_empty(),
        Tab::Working | Tab::All => pane.shown(ctx).is_empty(),
    }
}

/// Does an action.
pub fn act(pane: &mut DealingsPane, action: Action, ctx: &Ctx<'_>) -> Reaction {
    match action {
        Action::NextStage => turn(pane, 1, ctx),
        Action::PreviousStage => turn(pane, Tab::ALL.len() - 1, ctx),
        Action::Open | Action::Timeline => {
            let order = pane.selected(ctx);
            let layer = order.map(|id| Timeline::with(id, pane.order(id, ctx)));
            let open = layer.map(|layer| Effect::Open(Box::new(layer)));
            Reaction::Mine(open.into_iter().collect())
        }
        Action::Copy => Reaction::with(Effect::Ask(COPIED, Want::Copy(copied(pane, ctx)))),
        Action::Export => {
            let (name, sheet) = sheet(pane, ctx);
            Reaction::with(Effect::Open(Box::new(Export::of(name, sheet, ctx))))
        }
        _ => {
            let moved = travel(pane, action, ctx);
            after(pane, moved, ctx)
        }
    }
}

fn travel(pane: &mut DealingsPane, action: Action, ctx: &Ctx<'_>) -> Moved {
    if pane.tab == Tab::Fills {
        let keys = pane.fill_keys(ctx);
        let height = rows_in(ctx.area, &pane.fills);
        return pane.fills.act(action, &keys, height, &view::FILL_SORTABLE);
    }
    let keys = pane.order_keys(ctx);
    let height = rows_in(ctx.area, &pane.orders);
    pane.orders.act(action, &keys, height, &view::SORTABLE)
}

fn turn(pane: &mut DealingsPane, by: usize, ctx: &Ctx<'_>) -> Reaction {
    let now = Tab::ALL.iter().position(|tab| *tab == pane.tab).unwrap_or(0);
    pane.tab = Tab::ALL[(now + by) % Tab::ALL.len()];
    pane.keep(ctx);
    Reaction::done()
}

/// Takes a typed key: into the filter, while it is open.
pub fn key(pane: &mut DealingsPane, key: KeyEvent, ctx: &Ctx<'_>) -> Reaction {
    let moved = match pane.tab {
        Tab::Working | Tab::All => pane.orders.key(key),
        Tab::Fills => pane.fills.key(key),
    };
    after(pane, moved, ctx)
}

/// Takes a paste into the filter.
pub fn paste(pane: &mut DealingsPane, text: &str, ctx: &Ctx<'_>) -> Reaction {
    let moved = match pane.tab {
        Tab::Working | Tab::All => pane.orders.paste(text),
        Tab::Fills => pane.fills.paste(text),
    };
    after(pane, moved, ctx)
}

/// Takes the mouse: a tab, a row, a title to sort by, the wheel.
pub fn mouse(pane: &mut DealingsPane, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
    let down = mouse.kind == MouseEventKind::Down(MouseButton::Left);
    if down && mouse.row + 1 == ctx.area.y {
        let tab = view::tab_at(pane, mouse.column.saturating_sub(ctx.area.x), ctx);
        pane.tab = tab.unwrap_or(pane.tab);
        pane.keep(ctx);
        return Reaction::done();
    }
    let (columns, area) = (pane.scope.columns(pane.tab), ctx.area);
    let moved = if pane.tab == Tab::Fills {
        let (keys, sortable) = (pane.fill_keys(ctx), &view::FILL_SORTABLE);
        pointer::take(&mut pane.fills, &Target { columns, sortable, keys: &keys, area }, mouse)
    } else {
        let (keys, sortable) = (pane.order_keys(ctx), &view::SORTABLE);
        pointer::take(&mut pane.orders, &Target { columns, sortable, keys: &keys, area }, mouse)
    };
    after(pane, moved, ctx)
}

/// The row under the cursor as a line for the clipboard.
fn copied(pane: &DealingsPane, ctx: &Ctx<'_>) -> String {
    let Some(id) = pane.selected(ctx) else { return String::new() };
    if pane.tab == Tab::Fills {
        let keys = pane.fill_keys(ctx);
        let here = pane.fills.selected(&keys);
        let all = pane.all_fills(ctx);
        let fill = all.into_iter().find(|(key, _)| Some(*key) == here);
        return fill
            .map_or_else(String::new, |(_, fill)| record::lines(&[record::fill(fill, ctx)]));
    }
    let order = pane.order(id, ctx);
    order.map_or_else(String::new, |order| record::lines(&[record::order(order, ctx)]))
}

fn sheet(pane: &DealingsPane, ctx: &Ctx<'_>) -> (&'static str, Sheet) {
    if pane.tab == Tab::Fills {
        let mut sheet = Sheet::new(&record::FILL_TITLES);
        pane.shown_fills(ctx).iter().for_each(|(_, fill)| sheet.push(record::fill(fill, ctx)));
        return ("fills", sheet);
    }
    let mut sheet = Sheet::new(&record::ORDER_TITLES);
    pane.shown(ctx).iter().for_each(|order| sheet.push(record::order(order, ctx)));
    ("orders", sheet)
}

/// In a book the cursor's symbol is the chosen one.
fn after(pane: &mut DealingsPane, moved: Moved, ctx: &Ctx<'_>) -> Reaction {
    match moved {
        Moved::No => Reaction::NotMine,
        Moved::Yes => Reaction::done(),
        Moved::Cursor | Moved::Rows => {
            pane.keep(ctx);
            let wanted = moved == Moved::Cursor && pane.scope == Scope::Book;
            let order = pane.selected(ctx).and_then(|id| pane.order(id, ctx));
            let symbol = order.filter(|_| wanted).map(|order| order.draft.symbol);
            Reaction::Mine(symbol.map(Effect::ChooseSymbol).into_iter().collect())
        }
    }
}
