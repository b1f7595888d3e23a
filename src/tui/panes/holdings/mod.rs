//! Who holds the chosen symbol: its position in every portfolio this person sees.
//! Must never hide a book that is flat but made a profit in it: realised profit counts.

pub mod view;

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::Frame;
use ratatui::text::Line;

use crate::domain::ids::PortfolioId;
use crate::domain::positions::Position;

use super::super::action::Action;
use super::super::ask::Replied;
use super::super::ctx::{Ctx, Subject};
use super::super::effect::{Effect, Reaction};
use super::super::keymap::Context;
use super::super::names::PaneId;
use super::super::sheet::Value;
use super::super::widgets::list::{List, Moved};
use super::super::widgets::pointer::{self, Target};
use super::super::widgets::table::rows_in;
use super::positions::keys::{copied, copy, export};
use super::positions::record;
use super::{Change, Pane};

#[cfg(test)]
mod tests;

/// The chosen symbol's positions by portfolio.
#[derive(Default)]
pub struct HoldingsPane {
    list: List<PortfolioId>,
}

impl HoldingsPane {
    fn positions(&self, ctx: &Ctx<'_>) -> Vec<Position> {
        let Some(symbol) = ctx.chosen.symbol else { return Vec::new() };
        let all = ctx.view.positions.values().filter(|position| position.symbol == symbol);
        let kept = all.filter(|p| self.list.keeps([ctx.portfolio_name(p.portfolio).as_str()]));
        let mut positions: Vec<Position> = kept.copied().collect();
        view::sort(&mut positions, self.list.sort(), ctx);
        positions
    }
    fn keys(&self, ctx: &Ctx<'_>) -> Vec<PortfolioId> {
        self.positions(ctx).into_iter().map(|position| position.portfolio).collect()
    }
    fn after(&mut self, moved: Moved, ctx: &Ctx<'_>) -> Reaction {
        match moved {
            Moved::No => Reaction::NotMine,
            Moved::Yes => Reaction::done(),
            Moved::Cursor | Moved::Rows => {
                self.list.keep(&self.keys(ctx));
                Reaction::done()
            }
        }
    }
}

impl Pane for HoldingsPane {
    fn id(&self) -> PaneId {
        PaneId::Holdings
    }
    fn title(&self, ctx: &Ctx<'_>) -> Line<'static> {
        view::title(ctx)
    }
    fn title_right(&self, ctx: &Ctx<'_>) -> Line<'static> {
        view::title_right(ctx)
    }
    fn contexts(&self) -> &'static [Context] {
        &[Context::List]
    }
    fn takes_text(&self) -> bool {
        self.list.is_filtering()
    }
    fn subject(&self, ctx: &Ctx<'_>) -> Subject {
        let portfolio = self.list.selected(&self.keys(ctx)).copied();
        Subject { portfolio, symbol: ctx.chosen.symbol, order: None }
    }
    fn refuses(&self, action: Action, ctx: &Ctx<'_>) -> Option<String> {
        match action {
            Action::Mark => Some("Rows are not marked here".to_owned()),
            Action::Copy | Action::Export if self.keys(ctx).is_empty() => {
                Some("There is no position to take along".to_owned())
            }
            _ => None,
        }
    }
    fn reply(&mut self, _tag: u32, replied: &Replied, _ctx: &Ctx<'_>) -> Reaction {
        copied(replied)
    }
    fn act(&mut self, action: Action, ctx: &Ctx<'_>) -> Reaction {
        let keys = self.keys(ctx);
        if let (Action::Open, Some(id)) = (action, self.list.selected(&keys)) {
            let screen = Effect::Run(Action::Screen3);
            return Reaction::Mine(vec![Effect::ChoosePortfolio(*id), screen]);
        }
        let records = |only: Option<&PortfolioId>| -> Vec<Vec<Value>> {
            let all = self.positions(ctx).into_iter();
            let wanted = all.filter(|position| only.is_none_or(|id| position.portfolio == *id));
            wanted.map(|position| record::position(&position, ctx)).collect()
        };
        match action {
            Action::Copy => return copy(&records(self.list.selected(&keys))),
            Action::Export => return export("holdings", &record::TITLES, records(None), ctx),
            _ => {}
        }
        let height = rows_in(ctx.area, &self.list);
        let moved = self.list.act(action, &keys, height, &view::SORTABLE);
        self.after(moved, ctx)
    }
    fn key(&mut self, key: KeyEvent, ctx: &Ctx<'_>) -> Reaction {
        let moved = self.list.key(key);
        self.after(moved, ctx)
    }
    fn paste(&mut self, text: &str, ctx: &Ctx<'_>) -> Reaction {
        let moved = self.list.paste(text);
        self.after(moved, ctx)
    }
    fn mouse(&mut self, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
        let keys = self.keys(ctx);
        let (columns, sortable) = (&view::COLUMNS, &view::SORTABLE);
        let target = Target { columns, sortable, keys: &keys, area: ctx.area };
        let moved = pointer::take(&mut self.list, &target, mouse);
        self.after(moved, ctx)
    }
    fn refresh(&mut self, change: Change, ctx: &Ctx<'_>) -> Vec<Effect> {
        if matches!(change, Change::Shown | Change::View | Change::Chosen) {
            self.list.keep(&self.keys(ctx));
        }
        Vec::new()
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        view::draw(self, frame, ctx);
    }
}
