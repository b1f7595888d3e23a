//! What the watchlist does with actions, keys, pastes and the mouse.
//! Must never draw, nor keep a list by itself: it asks the desk to.

use crossterm::event::{KeyEvent, MouseEvent};

use crate::desk::command::Command;
use crate::domain::symbols::Symbol;
use crate::domain::users::Watchlist;

use super::super::super::action::Action;
use super::super::super::ask::Want;
use super::super::super::ctx::Ctx;
use super::super::super::effect::{Effect, Reaction};
use super::super::super::layers::confirm::Confirm;
use super::super::super::layers::export::Export;
use super::super::super::widgets::list::Moved;
use super::super::super::widgets::pointer::{self, Target};
use super::super::super::widgets::table::rows_in;
use super::edit::{Edit, Purpose, Typed};
use super::{COPIED, SAVED, WatchlistPane, view};

/// Why an action cannot be done now.
pub fn refuses(pane: &WatchlistPane, action: Action, ctx: &Ctx<'_>) -> Option<String> {
    let list = pane.watchlist(ctx);
    match action {
        Action::RenameList | Action::DropList if list.is_none() => {
            Some("There is no list yet".to_owned())
        }
        Action::RemoveSymbol
        | Action::MoveUp
        | Action::MoveDown
        | Action::Copy
        | Action::Export
        | Action::Open
            if pane.list.selected(&pane.keys(ctx)).is_none() =>
        {
            Some("There is no symbol on this list yet".to_owned())
        }
        Action::MoveUp | Action::MoveDown
            if pane.list.sort().is_some() || !pane.list.filter().is_empty() =>
        {
            Some("Rows move in the list's own order: no sort, no filter".to_owned())
        }
        Action::NextList | Action::PreviousList if ctx.view.watchlists.len() < 2 => {
            Some("There is no other list".to_owned())
        }
        _ => None,
    }
}

/// Does an action.
pub fn act(pane: &mut WatchlistPane, action: Action, ctx: &Ctx<'_>) -> Reaction {
    let keys = pane.keys(ctx);
    let selected = pane.list.selected(&keys).copied();
    match (action, selected) {
        (Action::AddSymbol, _) => open(pane, Purpose::Add, ""),
        (Action::NewList, _) => open(pane, Purpose::New, ""),
        (Action::RenameList, _) => {
            let name = pane.watchlist(ctx).map_or(String::new(), |list| list.name.clone());
            open(pane, Purpose::Rename, &name)
        }
        (Action::DropList, _) => drop_list(pane, ctx),
        (Action::NextList, _) => turn(pane, 1, ctx),
        (Action::PreviousList, _) => turn(pane, -1, ctx),
        (Action::RemoveSymbol, Some(symbol)) => {
            pane.removed = Some(symbol);
            edit_list(pane, ctx, |symbols| symbols.retain(|other| *other != symbol))
        }
        (Action::MoveUp, Some(symbol)) => {
            edit_list(pane, ctx, |symbols| shift(symbols, symbol, -1))
        }
        (Action::MoveDown, Some(symbol)) => {
            edit_list(pane, ctx, |symbols| shift(symbols, symbol, 1))
        }
        (Action::Copy, Some(_)) => {
            Reaction::with(Effect::Ask(COPIED, Want::Copy(copied(pane, &keys))))
        }
        (Action::Export, Some(_)) => {
            let sheet = view::sheet(&keys, ctx);
            Reaction::with(Effect::Open(Box::new(Export::of("watchlist", sheet, ctx))))
        }
        (Action::Open, Some(symbol)) => {
            Reaction::Mine(vec![Effect::ChooseSymbol(symbol), Effect::Run(Action::Screen4)])
        }
        _ => {
            let height = rows_in(ctx.area, &pane.list);
            let moved = pane.list.act(action, &keys, height, &view::SORTABLE);
            after(pane, moved, ctx)
        }
    }
}

/// Takes a typed key.
pub fn key(pane: &mut WatchlistPane, key: KeyEvent, ctx: &Ctx<'_>) -> Reaction {
    let list = pane.watchlist(ctx);
    let Some(edit) = &mut pane.edit else {
        let moved = pane.list.key(key);
        return after(pane, moved, ctx);
    };
    match edit.key(key, list, ctx) {
        Typed::Nothing => Reaction::done(),
        Typed::NotMine => Reaction::NotMine,
        Typed::Close => {
            pane.edit = None;
            Reaction::done()
        }
        Typed::Save(list, fresh) => Reaction::with(save(list, fresh)),
    }
}

/// Takes a paste into the line that is open.
pub fn paste(pane: &mut WatchlistPane, text: &str, ctx: &Ctx<'_>) -> Reaction {
    if let Some(edit) = &mut pane.edit {
        edit.field.paste(text);
        edit.error = None;
        return Reaction::done();
    }
    let moved = pane.list.paste(text);
    after(pane, moved, ctx)
}

/// Takes the mouse: a row, a title to sort by, the wheel.
pub fn mouse(pane: &mut WatchlistPane, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
    let keys = pane.keys(ctx);
    let (columns, sortable) = (&view::COLUMNS, &view::SORTABLE);
    let target = Target { columns, sortable, keys: &keys, area: ctx.area };
    let moved = pointer::take(&mut pane.list, &target, mouse);
    after(pane, moved, ctx)
}

/// The symbol under the cursor, or those that are marked, one a line.
fn copied(pane: &WatchlistPane, keys: &[Symbol]) -> String {
    let marks = pane.list.marks();
    let cursor = pane.list.selected(keys);
    let wanted = |symbol: &&Symbol| {
        if marks.is_empty() { Some(*symbol) == cursor } else { marks.contains(symbol) }
    };
    keys.iter().filter(wanted).map(Symbol::as_str).collect::<Vec<_>>().join("\n")
}

fn after(pane: &mut WatchlistPane, moved: Moved, ctx: &Ctx<'_>) -> Reaction {
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

fn open(pane: &mut WatchlistPane, purpose: Purpose, text: &str) -> Reaction {
    pane.edit = Some(Edit::new(purpose, text));
    Reaction::done()
}

fn turn(pane: &mut WatchlistPane, by: isize, ctx: &Ctx<'_>) -> Reaction {
    let ids: Vec<_> = ctx.view.watchlists.keys().copied().collect();
    let now = pane.watchlist(ctx).and_then(|list| ids.iter().position(|id| *id == list.id));
    let Some(now) = now else { return Reaction::done() };
    let next = (now + ids.len()).saturating_add_signed(by) % ids.len();
    pane.shown = Some(ids[next]);
    let effects = pane.ask_trends(ctx);
    let mut reaction = after(pane, Moved::Rows, ctx);
    if let Reaction::Mine(follow) = &mut reaction {
        follow.extend(effects);
    }
    reaction
}

fn drop_list(pane: &WatchlistPane, ctx: &Ctx<'_>) -> Reaction {
    let Some(list) = pane.watchlist(ctx) else { return Reaction::done() };
    let words = vec![format!("'{}' with its {} symbols goes.", list.name, list.symbols.len())];
    let command = Command::DropWatchlist { id: list.id, version: list.version };
    let drop = Effect::Ask(SAVED, Want::Act(command));
    Reaction::with(Effect::Open(Box::new(Confirm::yes_no(
        "Drop this watchlist?",
        words,
        vec![drop],
    ))))
}

fn edit_list(
    pane: &WatchlistPane,
    ctx: &Ctx<'_>,
    change: impl FnOnce(&mut Vec<Symbol>),
) -> Reaction {
    let Some(list) = pane.watchlist(ctx) else { return Reaction::done() };
    let mut wanted = list.clone();
    change(&mut wanted.symbols);
    if wanted.symbols == list.symbols {
        return Reaction::done();
    }
    Reaction::with(save(wanted, false))
}

fn shift(symbols: &mut [Symbol], symbol: Symbol, by: isize) {
    let Some(from) = symbols.iter().position(|other| *other == symbol) else { return };
    let to = from.saturating_add_signed(by).min(symbols.len() - 1);
    symbols.swap(from, to);
}

fn save(list: Watchlist, fresh: bool) -> Effect {
    let command = Command::SaveWatchlist {
        id: (!fresh).then_some(list.id),
        name: list.name,
        symbols: list.symbols,
        version: list.version,
    };
    Effect::Ask(SAVED, Want::Act(command))
}
