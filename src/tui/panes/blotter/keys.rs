//! What the blotter does with actions, keys, pastes and the mouse.
//! Must never send anything by itself: it opens the layer that asks.

use crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind};

use crate::tui::action::Action;
use crate::tui::ask::Want;
use crate::tui::ctx::Ctx;
use crate::tui::effect::{Effect, Reaction};
use crate::tui::layers::export::Export;
use crate::tui::panes::order_entry::cancel_many::{CancelMany, Scope};
use crate::tui::panes::orders::record;
use crate::tui::panes::orders::timeline::Timeline;
use crate::tui::widgets::list::Moved;
use crate::tui::widgets::pointer::{self, Target};
use crate::tui::widgets::table::rows_in;

use super::export::OrderPages;
use super::{BlotterPane, COPIED, Land, PAGE_ROWS, STAGES, view};

/// Why an action cannot be done now.
pub fn refuses(pane: &BlotterPane, action: Action, ctx: &Ctx<'_>) -> Option<String> {
    let selected = pane.selected(ctx);
    match action {
        Action::NextPage if !pane.has_next() => Some("This is the last page".to_owned()),
        Action::PreviousPage if pane.offset == 0 => Some("This is the first page".to_owned()),
        Action::Open | Action::Timeline | Action::Copy | Action::Mark if selected.is_none() => {
            Some("There is no row yet".to_owned())
        }
        Action::Export if pane.total.unwrap_or(0) == 0 => {
            Some("There is nothing to export".to_owned())
        }
        Action::Left | Action::Right => Some("Rows open with the timeline here".to_owned()),
        Action::Amend | Action::Cancel => {
            let ended = selected.filter(|order| order.state.is_final());
            ended.map(|order| format!("This order is {} already", order.state.word()))
        }
        _ => None,
    }
}

/// Does an action.
pub fn act(pane: &mut BlotterPane, action: Action, ctx: &Ctx<'_>) -> Reaction {
    match action {
        Action::NextStage => turn(pane, (pane.stage + 1) % STAGES.len(), ctx),
        Action::PreviousStage => turn(pane, (pane.stage + STAGES.len() - 1) % STAGES.len(), ctx),
        Action::NextPage => page(pane, true, Land::First, ctx),
        Action::PreviousPage => page(pane, false, Land::First, ctx),
        Action::Down if at_end(pane) && pane.has_next() => page(pane, true, Land::First, ctx),
        Action::Up if at_start(pane) && pane.offset > 0 => page(pane, false, Land::Last, ctx),
        Action::Open | Action::Timeline => {
            let order = pane.selected(ctx);
            let layer = order.map(|order| Timeline::with(order.id, Some(order)));
            let effects = layer.map(|layer| Effect::Open(Box::new(layer)));
            Reaction::Mine(effects.into_iter().collect())
        }
        Action::Copy => Reaction::with(Effect::Ask(COPIED, Want::Copy(copied(pane, ctx)))),
        Action::Export => {
            let total = pane.total.unwrap_or(0);
            let pages = OrderPages::new(pane.filter(), total);
            Reaction::with(Effect::Open(Box::new(Export::pages("blotter", Box::new(pages), ctx))))
        }
        Action::CancelMany if !pane.list.marks().is_empty() => {
            let marked = pane.list.marks().iter().copied().collect();
            let layer = CancelMany::new(&Scope::Marked(marked), None, ctx);
            Reaction::with(Effect::Open(Box::new(layer)))
        }
        _ => {
            let keys = pane.keys();
            let height = rows_in(ctx.area, &pane.list);
            let filtered = !pane.list.filter().is_empty();
            let moved = pane.list.act(action, &keys, height, &view::SORTABLE);
            after_filter(pane, moved, filtered, ctx)
        }
    }
}

/// Takes a typed key.
pub fn key(pane: &mut BlotterPane, key: KeyEvent, ctx: &Ctx<'_>) -> Reaction {
    let filtered = !pane.list.filter().is_empty();
    let moved = pane.list.key(key);
    after_filter(pane, moved, filtered, ctx)
}

/// Takes a paste into the filter that is open.
pub fn paste(pane: &mut BlotterPane, text: &str, ctx: &Ctx<'_>) -> Reaction {
    let moved = pane.list.paste(text);
    after(pane, moved, ctx)
}

/// Takes the mouse: a stage, a row, a title to sort by, the wheel.
pub fn mouse(pane: &mut BlotterPane, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
    let click = mouse.kind == MouseEventKind::Down(MouseButton::Left);
    if click && mouse.row + 1 == ctx.area.y {
        let stage = view::stage_at(mouse.column.saturating_sub(ctx.area.x));
        return stage.map_or_else(Reaction::done, |stage| turn(pane, stage, ctx));
    }
    let keys = pane.keys();
    let columns = view::columns_of(pane, ctx.area.width);
    let (sortable, area) = (&view::SORTABLE, ctx.area);
    let target = Target { columns: &columns, sortable, keys: &keys, area };
    let moved = pointer::take(&mut pane.list, &target, mouse);
    after(pane, moved, ctx)
}

fn turn(pane: &mut BlotterPane, stage: usize, ctx: &Ctx<'_>) -> Reaction {
    if stage == pane.stage {
        return Reaction::done();
    }
    pane.stage = stage;
    Reaction::with(pane.ask_anew(ctx))
}

fn page(pane: &mut BlotterPane, forward: bool, land: Land, ctx: &Ctx<'_>) -> Reaction {
    pane.wanted =
        if forward { pane.offset + PAGE_ROWS } else { pane.offset.saturating_sub(PAGE_ROWS) };
    pane.land = land;
    Reaction::with(pane.ask(ctx))
}

fn at_end(pane: &BlotterPane) -> bool {
    let keys = pane.keys();
    pane.list.position(&keys).is_some_and(|index| index + 1 == keys.len())
}

fn at_start(pane: &BlotterPane) -> bool {
    pane.list.position(&pane.keys()) == Some(0)
}

/// The marked rows, or the one under the cursor, as lines for the clipboard.
fn copied(pane: &BlotterPane, ctx: &Ctx<'_>) -> String {
    let marks = pane.list.marks();
    let wanted: Vec<_> = if marks.is_empty() {
        pane.selected(ctx).into_iter().collect()
    } else {
        marks.iter().filter_map(|id| pane.now(*id, ctx)).collect()
    };
    record::lines(&wanted.into_iter().map(|o| record::order(o, ctx)).collect::<Vec<_>>())
}

/// The same after a filter may have gone: the cursor stays on the order that was found with it.
fn after_filter(pane: &mut BlotterPane, moved: Moved, filtered: bool, ctx: &Ctx<'_>) -> Reaction {
    if moved == Moved::Rows && filtered && pane.list.filter().is_empty() {
        pane.wanted = 0;
        pane.land = Land::Stay;
        return Reaction::with(pane.ask(ctx));
    }
    after(pane, moved, ctx)
}

/// After the cursor moved its symbol is chosen; after filter or sort changed the store is asked.
fn after(pane: &mut BlotterPane, moved: Moved, ctx: &Ctx<'_>) -> Reaction {
    match moved {
        Moved::No => Reaction::NotMine,
        Moved::Yes => Reaction::done(),
        Moved::Cursor => {
            let symbol = pane.selected(ctx).map(|order| order.draft.symbol);
            Reaction::Mine(symbol.map(Effect::ChooseSymbol).into_iter().collect())
        }
        Moved::Rows => Reaction::with(pane.ask_anew(ctx)),
    }
}
