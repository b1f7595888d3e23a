//! What the positions do with actions, keys, pastes and the mouse.
//! Must never draw, nor send an order: a ticket does.

use crossterm::event::{KeyEvent, MouseEvent};

use crate::domain::symbols::Symbol;

use super::super::super::action::Action;
use super::super::super::ask::{Replied, Want};
use super::super::super::ctx::Ctx;
use super::super::super::effect::{Effect, Reaction};
use super::super::super::layers::export::Export;
use super::super::super::sheet::{Sheet, Value};
use super::super::super::widgets::list::Moved;
use super::super::super::widgets::pointer::{self, Target};
use super::super::super::widgets::table::rows_in;
use super::super::orders::record::lines;
use super::super::portfolios;
use super::{PositionsPane, record, view};

/// Tag of what is copied.
const COPIED: u32 = 0;

/// Why an action cannot be done now.
pub fn refuses(pane: &PositionsPane, action: Action, ctx: &Ctx<'_>) -> Option<String> {
    if matches!(action, Action::Copy | Action::Export) && pane.keys(ctx).is_empty() {
        return Some("There is no position to take along".to_owned());
    }
    portfolios::keys::refuses(action, ctx)
}

/// What came of a copy.
pub fn copied(replied: &Replied) -> Reaction {
    match replied {
        Ok(_) => Reaction::with(Effect::say("Copied")),
        Err(_) => Reaction::NotMine,
    }
}

/// Puts records on the clipboard.
pub fn copy(records: &[Vec<Value>]) -> Reaction {
    Reaction::with(Effect::Ask(COPIED, Want::Copy(lines(records))))
}

/// Asks for CSV or JSON of records.
pub fn export(
    name: &'static str,
    titles: &[&'static str],
    records: Vec<Vec<Value>>,
    ctx: &Ctx<'_>,
) -> Reaction {
    let mut sheet = Sheet::new(titles);
    for record in records {
        sheet.push(record);
    }
    Reaction::with(Effect::Open(Box::new(Export::of(name, sheet, ctx))))
}

/// Records of these positions.
fn records(symbols: &[Symbol], ctx: &Ctx<'_>) -> Vec<Vec<Value>> {
    let Some(book) = ctx.chosen.portfolio else { return Vec::new() };
    let positions = symbols.iter().filter_map(|symbol| ctx.position(book, *symbol));
    positions.map(|position| record::position(position, ctx)).collect()
}

/// The marked rows in their order, or the one under the cursor.
fn taken(pane: &PositionsPane, keys: &[Symbol]) -> Vec<Symbol> {
    let marks = pane.list.marks();
    if marks.is_empty() {
        return pane.list.selected(keys).copied().into_iter().collect();
    }
    keys.iter().filter(|symbol| marks.contains(symbol)).copied().collect()
}

/// Does an action.
pub fn act(pane: &mut PositionsPane, action: Action, ctx: &Ctx<'_>) -> Reaction {
    if let Some(reaction) = portfolios::keys::shared(action, ctx) {
        return reaction;
    }
    let keys = pane.keys(ctx);
    if let (Action::Open, Some(symbol)) = (action, pane.list.selected(&keys)) {
        let screen = Effect::Run(Action::Screen4);
        return Reaction::Mine(vec![Effect::ChooseSymbol(*symbol), screen]);
    }
    match action {
        Action::Copy => return copy(&records(&taken(pane, &keys), ctx)),
        Action::Export => return export("positions", &record::TITLES, records(&keys, ctx), ctx),
        _ => {}
    }
    let height = rows_in(ctx.area, &pane.list);
    let moved = pane.list.act(action, &keys, height, &view::SORTABLE);
    after(pane, moved, ctx)
}

/// Takes a typed key: into the filter, while it is open.
pub fn key(pane: &mut PositionsPane, key: KeyEvent, ctx: &Ctx<'_>) -> Reaction {
    let moved = pane.list.key(key);
    after(pane, moved, ctx)
}

/// Takes a paste into the filter.
pub fn paste(pane: &mut PositionsPane, text: &str, ctx: &Ctx<'_>) -> Reaction {
    let moved = pane.list.paste(text);
    after(pane, moved, ctx)
}

/// Takes the mouse.
pub fn mouse(pane: &mut PositionsPane, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
    let keys = pane.keys(ctx);
    let (columns, sortable) = (&view::COLUMNS, &view::SORTABLE);
    let target = Target { columns, sortable, keys: &keys, area: ctx.area };
    let moved = pointer::take(&mut pane.list, &target, mouse);
    after(pane, moved, ctx)
}

/// The cursor's symbol is the chosen one: chart and quote follow it.
fn after(pane: &mut PositionsPane, moved: Moved, ctx: &Ctx<'_>) -> Reaction {
    match moved {
        Moved::No => Reaction::NotMine,
        Moved::Yes => Reaction::done(),
        Moved::Cursor | Moved::Rows => {
            let keys = pane.keys(ctx);
            pane.list.keep(&keys);
            let symbol = pane.list.selected(&keys).copied();
            Reaction::Mine(symbol.map(Effect::ChooseSymbol).into_iter().collect())
        }
    }
}
