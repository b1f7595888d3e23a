//! What the tree of portfolios does with actions, keys, pastes and the mouse.
//! Must never draw, nor make a portfolio by itself: a form asks the desk to.

use crossterm::event::{KeyEvent, MouseEvent};

use crate::domain::ids::PortfolioId;

use super::super::super::action::Action;
use super::super::super::ctx::Ctx;
use super::super::super::effect::{Effect, Reaction};
use super::super::super::sheet::Value;
use super::super::super::widgets::list::Moved;
use super::super::super::widgets::pointer::{self, Target};
use super::super::super::widgets::table::rows_in;
use super::super::positions::keys::{copy, export};
use super::create::Create;
use super::rows::{self, Group, Node};
use super::{PortfoliosPane, record, view};

/// Why an action of books cannot be done now; shared by all panes about one book.
pub fn refuses(action: Action, ctx: &Ctx<'_>) -> Option<String> {
    let turns = matches!(action, Action::NextPortfolio | Action::PreviousPortfolio);
    (turns && rows::neighbour(1, ctx).is_none()).then(|| "There is no other portfolio".to_owned())
}

/// Does an action of books, whichever pane about one book has the keys.
pub fn shared(action: Action, ctx: &Ctx<'_>) -> Option<Reaction> {
    let by = match action {
        Action::NextPortfolio => 1,
        Action::PreviousPortfolio => -1,
        Action::NewPortfolio => {
            return Some(Reaction::with(Effect::Open(Box::new(Create::default()))));
        }
        _ => return None,
    };
    let next = rows::neighbour(by, ctx);
    Some(Reaction::Mine(next.map(Effect::ChoosePortfolio).into_iter().collect()))
}

/// Does an action.
pub fn act(pane: &mut PortfoliosPane, action: Action, ctx: &Ctx<'_>) -> Reaction {
    if let Some(reaction) = shared(action, ctx) {
        return reaction;
    }
    let keys = pane.keys(ctx);
    match (action, pane.list.selected(&keys).copied()) {
        (Action::Copy, _) => copy(&records(&taken(pane, &keys), ctx)),
        (Action::Export, _) => export("portfolios", &record::TITLES, records(&keys, ctx), ctx),
        (Action::Open, Some(Node::Book(id))) => {
            Reaction::Mine(vec![Effect::ChoosePortfolio(id), Effect::Run(Action::Screen3)])
        }
        (Action::Left | Action::Right | Action::Open, Some(Node::Group(group))) => {
            if !pane.folds.act(action, &group) && action == Action::Right {
                return travel(pane, Action::Down, ctx);
            }
            after(pane, Moved::Rows, ctx)
        }
        (Action::Left, Some(Node::Book(id))) => {
            if let Some(group) = group_of(id, ctx) {
                pane.list.select(Node::Group(group), &keys);
            }
            Reaction::done()
        }
        (Action::Right, Some(Node::Book(_))) => Reaction::done(),
        _ => travel(pane, action, ctx),
    }
}

/// Records of the books among these rows.
fn records(nodes: &[Node], ctx: &Ctx<'_>) -> Vec<Vec<Value>> {
    let record = |node: &Node| match node {
        Node::Book(id) => record::portfolio(*id, ctx),
        Node::Group(_) => None,
    };
    nodes.iter().filter_map(record).collect()
}

/// The marked rows, or the one under the cursor; of a group, the books in it.
fn taken(pane: &PortfoliosPane, keys: &[Node]) -> Vec<Node> {
    let marks = pane.list.marks();
    if !marks.is_empty() {
        return keys.iter().filter(|node| marks.contains(node)).copied().collect();
    }
    let Some(here) = pane.list.position(keys) else { return Vec::new() };
    match keys[here] {
        book @ Node::Book(_) => vec![book],
        Node::Group(_) => {
            let books = keys[here + 1..].iter().take_while(|node| matches!(node, Node::Book(_)));
            books.copied().collect()
        }
    }
}

fn travel(pane: &mut PortfoliosPane, action: Action, ctx: &Ctx<'_>) -> Reaction {
    let keys = pane.keys(ctx);
    let height = rows_in(ctx.area, &pane.list);
    let moved = pane.list.act(action, &keys, height, &view::SORTABLE);
    after(pane, moved, ctx)
}

fn group_of(id: PortfolioId, ctx: &Ctx<'_>) -> Option<Group> {
    let (book, grant) = ctx.view.portfolios.get(&id)?;
    Some(Group::of(book, *grant, ctx))
}

/// Takes a typed key: into the filter, while it is open.
pub fn key(pane: &mut PortfoliosPane, key: KeyEvent, ctx: &Ctx<'_>) -> Reaction {
    let moved = pane.list.key(key);
    after(pane, moved, ctx)
}

/// Takes a paste into the filter.
pub fn paste(pane: &mut PortfoliosPane, text: &str, ctx: &Ctx<'_>) -> Reaction {
    let moved = pane.list.paste(text);
    after(pane, moved, ctx)
}

/// Takes the mouse; a click on a group folds it.
pub fn mouse(pane: &mut PortfoliosPane, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
    let keys = pane.keys(ctx);
    let (columns, sortable) = (&view::COLUMNS, &view::SORTABLE);
    let target = Target { columns, sortable, keys: &keys, area: ctx.area };
    let moved = pointer::take(&mut pane.list, &target, mouse);
    let clicked = matches!(mouse.kind, crossterm::event::MouseEventKind::Down(_));
    if let (Moved::Cursor, true, Some(Node::Group(group))) =
        (moved, clicked, pane.list.selected(&keys).copied())
    {
        pane.folds.act(Action::Open, &group);
    }
    after(pane, moved, ctx)
}

/// The cursor's book is the chosen one; on a group it stays what it was.
fn after(pane: &mut PortfoliosPane, moved: Moved, ctx: &Ctx<'_>) -> Reaction {
    match moved {
        Moved::No => Reaction::NotMine,
        Moved::Yes => Reaction::done(),
        Moved::Cursor | Moved::Rows => {
            let keys = pane.keys(ctx);
            pane.list.keep(&keys);
            match pane.list.selected(&keys).copied() {
                Some(Node::Book(id)) => Reaction::with(Effect::ChoosePortfolio(id)),
                _ => Reaction::done(),
            }
        }
    }
}
