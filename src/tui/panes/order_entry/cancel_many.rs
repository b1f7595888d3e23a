//! Cancel of many orders: which ones, their list, then the question.
//! Must never cancel an order that was not in the list when the answer was given.

use crossterm::event::{MouseEvent, MouseEventKind};
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::desk::command::{Command, Outcome};
use crate::domain::ids::OrderId;
use crate::domain::orders::{Order, Side};
use crate::domain::roles::Act;
use crate::domain::symbols::Symbol;
use crate::tui::action::Action;
use crate::tui::ask::{Replied, Reply, Want};
use crate::tui::ctx::Ctx;
use crate::tui::effect::{About, Effect, Layer, Reaction};
use crate::tui::keymap::Context;
use crate::tui::panes::orders::columns::{self, OrderCell};
use crate::tui::panes::orders::words;
use crate::tui::theme::Role;
use crate::tui::widgets::list::List;
use crate::tui::widgets::popup;
use crate::tui::widgets::table::{Cell, Column, Row, Table};

const WIDTH: u16 = 78;

/// Which orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The ones that were marked.
    Marked(Vec<OrderId>),
    /// All that one may cancel.
    All,
    /// One's own.
    Mine,
    /// Those of a symbol.
    Symbol(Symbol),
    /// Those of a side.
    Side(Side),
}

impl Scope {
    fn holds(&self, order: &Order, ctx: &Ctx<'_>) -> bool {
        match self {
            Self::Marked(marked) => marked.contains(&order.id),
            Self::All => true,
            Self::Mine => order.user == ctx.view.me.id,
            Self::Symbol(symbol) => order.draft.symbol == *symbol,
            Self::Side(side) => order.draft.side == *side,
        }
    }
    fn words(&self) -> String {
        match self {
            Self::Marked(_) => "marked".to_owned(),
            Self::All => "all".to_owned(),
            Self::Mine => "mine".to_owned(),
            Self::Symbol(symbol) => symbol.to_string(),
            Self::Side(Side::Buy) => "buys".to_owned(),
            Self::Side(Side::Sell) => "sells".to_owned(),
        }
    }
}

/// Which orders are canceled, and the question.
pub struct CancelMany {
    scopes: Vec<Scope>,
    at: usize,
    /// The orders that are listed, and no others, are canceled.
    listed: Vec<OrderId>,
    /// Marked orders that are left alone, with the reason.
    left: Vec<(OrderId, String)>,
    list: List<OrderId>,
    stage: Stage,
}

enum Stage {
    Asking,
    Sent,
    /// These were left alone, with the reason.
    Answered {
        asked: usize,
        refused: Vec<(OrderId, String)>,
    },
    /// Nothing was done.
    Failed(String),
}

impl CancelMany {
    /// Starts with `scope`; the others are offered beside it.
    pub fn new(scope: &Scope, symbol: Option<Symbol>, ctx: &Ctx<'_>) -> Self {
        let sides = [Scope::Side(Side::Buy), Scope::Side(Side::Sell)];
        let others = [Scope::All, Scope::Mine]
            .into_iter()
            .chain(symbol.map(Scope::Symbol))
            .chain(sides)
            .filter(|other| other != scope);
        let scopes = [scope.clone()].into_iter().chain(others).collect();
        let mut layer = Self {
            scopes,
            at: 0,
            listed: Vec::new(),
            left: Vec::new(),
            list: List::default(),
            stage: Stage::Asking,
        };
        layer.choose(0, ctx);
        layer
    }

    /// Every order that can be canceled by this person, the newest first.
    pub fn cancelable<'v>(ctx: &Ctx<'v>) -> Vec<&'v Order> {
        let may = |order: &&Order| ctx.view.can(Act::Cancel, Some(order.portfolio)).is_ok();
        let working = ctx.view.orders.values().filter(|order| !order.state.is_final());
        let mut orders: Vec<&Order> = working.filter(may).collect();
        columns::sort(&mut orders, &[], None, ctx);
        orders
    }

    fn choose(&mut self, at: usize, ctx: &Ctx<'_>) {
        self.at = at;
        let scope = &self.scopes[at];
        let orders = Self::cancelable(ctx).into_iter().filter(|order| scope.holds(order, ctx));
        self.listed = orders.map(|order| order.id).collect();
        self.list.keep(&self.listed);
        self.left = match scope {
            Scope::Marked(marked) => marked.iter().filter_map(|id| left_alone(*id, ctx)).collect(),
            _ => Vec::new(),
        };
    }

    fn rows(ctx: &Ctx<'_>) -> usize {
        usize::from(popup::between_bars(ctx.area).height.saturating_sub(9).max(1))
    }

    fn go(&mut self) -> Reaction {
        if self.listed.is_empty() {
            return Reaction::with(Effect::Close);
        }
        self.stage = Stage::Sent;
        let command = Command::CancelOrders { orders: self.listed.clone() };
        Reaction::with(Effect::Ask(0, Want::Act(command)))
    }

    fn head(&self) -> String {
        let count = self.listed.len();
        match &self.stage {
            Stage::Asking if count == 0 && !self.left.is_empty() => {
                "None of the marked orders can be canceled:".to_owned()
            }
            Stage::Asking if count == 0 => "No working order of this kind.".to_owned(),
            Stage::Asking if count == 1 => "Cancel this order?".to_owned(),
            Stage::Asking => format!("Cancel these {count} orders?"),
            Stage::Sent => "Asking for the cancels.".to_owned(),
            Stage::Answered { asked, refused } => {
                format!("{} on their way, {} left alone:", asked, refused.len())
            }
            Stage::Failed(why) => why.clone(),
        }
    }
}

impl Layer for CancelMany {
    fn contexts(&self) -> &'static [Context] {
        &[Context::Confirm, Context::List]
    }
    fn title(&self) -> String {
        "Cancel many orders".to_owned()
    }
    fn act(&mut self, action: Action, ctx: &Ctx<'_>) -> Reaction {
        let count = self.scopes.len();
        match action {
            Action::Close | Action::No => return Reaction::with(Effect::Close),
            Action::Yes if matches!(self.stage, Stage::Asking) => return self.go(),
            Action::Right if matches!(self.stage, Stage::Asking) => {
                self.choose((self.at + 1) % count, ctx);
            }
            Action::Left if matches!(self.stage, Stage::Asking) => {
                self.choose((self.at + count - 1) % count, ctx);
            }
            _ => _ = self.list.act(action, &self.listed, Self::rows(ctx), &[]),
        }
        Reaction::done()
    }
    fn paste(&mut self, _text: &str, _ctx: &Ctx<'_>) -> Reaction {
        Reaction::with(Effect::say("Nothing is pasted into a question: type the answer"))
    }
    fn mouse(&mut self, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
        match mouse.kind {
            MouseEventKind::ScrollDown => _ = self.list.step(3, &self.listed, Self::rows(ctx)),
            MouseEventKind::ScrollUp => _ = self.list.step(-3, &self.listed, Self::rows(ctx)),
            _ => {}
        }
        Reaction::done()
    }
    fn refuses(&self, action: Action, _ctx: &Ctx<'_>) -> Option<String> {
        let known = matches!(
            action,
            Action::Up
                | Action::Down
                | Action::Left
                | Action::Right
                | Action::PageUp
                | Action::PageDown
                | Action::HalfUp
                | Action::HalfDown
                | Action::First
                | Action::Last
                | Action::Yes
                | Action::No
                | Action::Close
        );
        (!known).then(|| "Answer the question first".to_owned())
    }
    fn reply(&mut self, _tag: u32, replied: &Replied, _ctx: &Ctx<'_>) -> Reaction {
        match replied {
            Ok(Reply::Outcome(Outcome::Canceling { asked, refused })) if refused.is_empty() => {
                let text = match asked {
                    1 => "1 cancel on its way".to_owned(),
                    asked => format!("{asked} cancels on their way"),
                };
                let about = match self.listed.as_slice() {
                    [order] => About::Order(*order),
                    _ => About::Cancels,
                };
                return Reaction::Mine(vec![Effect::Close, Effect::say_about(about, text)]);
            }
            Ok(Reply::Outcome(Outcome::Canceling { asked, refused })) => {
                self.stage = Stage::Answered { asked: *asked, refused: refused.clone() };
            }
            Ok(_) => return Reaction::with(Effect::Close),
            Err(rejection) => self.stage = Stage::Failed(rejection.to_string()),
        }
        Reaction::done()
    }
    fn refresh(&mut self, ctx: &Ctx<'_>) -> Vec<Effect> {
        if matches!(self.stage, Stage::Asking) {
            let working =
                |id: &OrderId| ctx.view.orders.get(id).is_some_and(|order| !order.state.is_final());
            self.listed.retain(working);
            self.list.keep(&self.listed);
        }
        Vec::new()
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        let body = popup::between_bars(ctx.area);
        let rows = match &self.stage {
            Stage::Answered { refused, .. } => refused.len(),
            _ => self.listed.len() + self.left_lines(WIDTH.min(body.width), ctx).len(),
        };
        let rows = u16::try_from(rows).unwrap_or(u16::MAX);
        let area = popup::centred(body, WIDTH.min(body.width), rows.max(1).saturating_add(9));
        let inner = popup::draw(frame, area, "Cancel many", ctx.theme);
        let line = |y: u16| Rect { y: (inner.y + y).min(inner.bottom()), ..inner };
        self.draw_scopes(frame, inner, ctx);
        let head = popup::wrap(&self.head(), inner.width);
        let role = if matches!(self.stage, Stage::Failed(_)) { Role::Error } else { Role::Text };
        for (row, text) in head.iter().enumerate() {
            let y = inner.y + 2 + u16::try_from(row).unwrap_or(0);
            if y < inner.bottom() {
                let style = ctx.style(role);
                frame.buffer_mut().set_stringn(inner.x, y, text, inner.width.into(), style);
            }
        }
        let top = 3 + u16::try_from(head.len()).unwrap_or(1);
        let list = Rect { height: inner.height.saturating_sub(top + 2), ..line(top) };
        let left = self.left_lines(inner.width.saturating_add(4), ctx);
        let kept = u16::try_from(left.len()).unwrap_or(u16::MAX).min(list.height / 2);
        let rows = Rect { height: list.height - kept, ..list };
        self.draw_list(frame, rows, ctx);
        let below = u16::try_from(self.listed.len()).unwrap_or(u16::MAX).saturating_add(1);
        let below = if self.listed.is_empty() { 0 } else { below.min(rows.height) };
        let room = Rect { y: list.y + below, height: list.height - below, ..list };
        for (y, text) in (room.y..room.bottom()).zip(&left) {
            let style = ctx.style(Role::Warn);
            frame.buffer_mut().set_stringn(room.x, y, text, room.width.into(), style);
        }
        if inner.height > 0 {
            let foot = Rect { y: inner.bottom() - 1, height: 1, ..inner };
            self.draw_answer(frame, foot, ctx);
        }
    }
}

/// Why a marked order is not canceled; none for one that is.
fn left_alone(id: OrderId, ctx: &Ctx<'_>) -> Option<(OrderId, String)> {
    let Some(order) = ctx.view.orders.get(&id) else {
        return Some((id, "It is over already".to_owned()));
    };
    if order.state.is_final() {
        return Some((id, format!("It is {} already", order.state.word())));
    }
    let denied = ctx.view.can(Act::Cancel, Some(order.portfolio)).err()?;
    Some((id, denied.to_string()))
}

/// Cells of an order's row here.
const CELLS: [OrderCell; 7] = [
    OrderCell::Symbol,
    OrderCell::Side,
    OrderCell::Status,
    OrderCell::Quantity,
    OrderCell::Price,
    OrderCell::Portfolio,
    OrderCell::By,
];

const COLUMNS: [Column; 7] = [
    CELLS[0].column(0),
    CELLS[1].column(0),
    CELLS[2].column(0),
    CELLS[3].column(1),
    CELLS[4].column(2),
    CELLS[5].column(3),
    CELLS[6].column(4),
];

impl CancelMany {
    fn draw_scopes(&self, frame: &mut Frame<'_>, area: Rect, ctx: &Ctx<'_>) {
        if area.is_empty() {
            return;
        }
        let mut x = area.x;
        for (index, scope) in self.scopes.iter().enumerate() {
            let here = index == self.at;
            let text =
                if here { format!("[{}]", scope.words()) } else { format!(" {} ", scope.words()) };
            let role = if here { Role::TabFocus } else { Role::Tab };
            let left = usize::from(area.right().saturating_sub(x));
            let (end, _) = frame.buffer_mut().set_stringn(x, area.y, text, left, ctx.style(role));
            x = end + 1;
        }
    }

    /// The marked orders that are left alone, each with its reason, wrapped to a box of this width.
    fn left_lines(&self, width: u16, ctx: &Ctx<'_>) -> Vec<String> {
        if !matches!(self.stage, Stage::Asking) {
            return Vec::new();
        }
        let line = |(id, why): &(OrderId, String)| {
            let order = ctx.view.orders.get(id);
            let brief = order.map_or_else(|| id.short(), |order| words::brief(&order.draft));
            popup::wrap(&format!("Left alone: {brief}. {why}"), width.saturating_sub(4))
        };
        self.left.iter().flat_map(line).collect()
    }

    fn draw_list(&self, frame: &mut Frame<'_>, area: Rect, ctx: &Ctx<'_>) {
        if let Stage::Answered { refused, .. } = &self.stage {
            for (row, (id, why)) in refused.iter().take(area.height.into()).enumerate() {
                let order = ctx.view.orders.get(id);
                let brief = order.map_or_else(|| id.short(), |order| words::brief(&order.draft));
                let y = area.y + u16::try_from(row).unwrap_or(0);
                let text = format!("{brief}: {why}");
                let style = ctx.style(Role::Warn);
                frame.buffer_mut().set_stringn(area.x, y, text, area.width.into(), style);
            }
            return;
        }
        if self.listed.is_empty() {
            return;
        }
        let table = Table { columns: &COLUMNS, keys: &self.listed, list: &self.list, empty: "" };
        let ctx = Ctx { area, ..*ctx };
        table.draw(frame, &ctx, |id| match ctx.view.orders.get(id) {
            Some(order) => columns::row(&CELLS, order, &ctx),
            None => Row::across(Cell::missing(ctx.theme)),
        });
    }

    fn draw_answer(&self, frame: &mut Frame<'_>, area: Rect, ctx: &Ctx<'_>) {
        let key = |action| ctx.key(&[Context::Confirm, Context::List], action);
        let asks = matches!(self.stage, Stage::Asking) && !self.listed.is_empty();
        let mut parts = vec![
            (format!(" {} ", key(Action::No)), Role::Selection),
            (if asks { " no, leave them   " } else { " close" }.to_owned(), Role::Text),
        ];
        if asks {
            parts.push((key(Action::Yes), Role::Key));
            parts.push((format!(" yes, cancel {}   ", self.listed.len()), Role::Hint));
            parts.push((format!("{} {}", key(Action::Left), key(Action::Right)), Role::Key));
            parts.push((" others".to_owned(), Role::Hint));
        }
        let mut x = area.x;
        for (text, role) in parts {
            let left = usize::from(area.right().saturating_sub(x));
            (x, _) = frame.buffer_mut().set_stringn(x, area.y, text, left, ctx.style(role));
        }
    }
}
