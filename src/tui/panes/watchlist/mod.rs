//! A watchlist: the person's own symbols with last, bid, ask, change, volume and the day's line.
//! Must never keep prices: it holds which list, the cursor, and the line of each symbol's day.

pub mod edit;
pub mod keys;
pub mod view;

use std::collections::BTreeMap;

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::Frame;
use ratatui::text::Line;

use crate::desk::command::{Answer, Query};
use crate::domain::ids::WatchlistId;
use crate::domain::numbers::Price;
use crate::domain::quotes::Range;
use crate::domain::symbols::Symbol;
use crate::domain::users::Watchlist;

use super::super::action::Action;
use super::super::ask::{Replied, Reply, Want};
use super::super::ctx::{Ctx, Subject};
use super::super::effect::{Effect, Reaction};
use super::super::keymap::Context;
use super::super::names::PaneId;
use super::super::widgets::list::List;
use super::{Change, Pane};
use edit::Edit;

#[cfg(test)]
mod tests;

/// Points of the day's line that are kept of each symbol.
const TREND_POINTS: usize = 48;
/// Minutes of market time between two points: a regular day has 390.
const TREND_STEP_MINUTES: i64 = 8;

/// The watchlist pane.
#[derive(Default)]
pub struct WatchlistPane {
    shown: Option<WatchlistId>,
    list: List<Symbol>,
    edit: Option<Edit>,
    trends: BTreeMap<Symbol, Vec<Price>>,
    /// Which step of market time the newest points of the lines belong to.
    step: Option<i64>,
    asked: Vec<Symbol>,
    /// A symbol that was taken off the list; it is gone once the desk says so.
    removed: Option<Symbol>,
}

/// Tags of this pane's asks: the symbol's place in `asked`, or these.
const SAVED: u32 = u32::MAX;
const COPIED: u32 = u32::MAX - 1;

impl WatchlistPane {
    /// The list that is shown: the one chosen, else the first there is.
    fn watchlist<'v>(&self, ctx: &Ctx<'v>) -> Option<&'v Watchlist> {
        let lists = &ctx.view.watchlists;
        self.shown.and_then(|id| lists.get(&id)).or_else(|| lists.values().next())
    }

    /// The symbols in sight, filtered and sorted.
    fn keys(&self, ctx: &Ctx<'_>) -> Vec<Symbol> {
        let symbols = self.watchlist(ctx).map_or(&[][..], |list| list.symbols.as_slice());
        let name = |symbol: &Symbol| {
            ctx.view.assets.get(symbol).map_or("", |asset| asset.name.as_str()).to_owned()
        };
        let kept = symbols.iter().filter(|s| self.list.keeps([s.as_str(), name(s).as_str()]));
        let mut keys: Vec<Symbol> = kept.copied().collect();
        view::sort(&mut keys, self.list.sort(), ctx);
        keys
    }

    /// The lines of the day go on with market time: one point for each step that went by.
    fn extend_trends(&mut self, ctx: &Ctx<'_>) {
        let step = ctx.now.market.ns() / (TREND_STEP_MINUTES * 60_000_000_000);
        if self.step.replace(step).is_none_or(|before| before == step) {
            return;
        }
        for (symbol, course) in &mut self.trends {
            if let Some(last) = ctx.last(*symbol) {
                course.push(last);
                course.drain(..course.len().saturating_sub(TREND_POINTS));
            }
        }
    }

    /// Asks for the day's line of every symbol that has none yet.
    fn ask_trends(&mut self, ctx: &Ctx<'_>) -> Vec<Effect> {
        let Some(list) = self.watchlist(ctx) else { return Vec::new() };
        let mut effects = Vec::new();
        for symbol in &list.symbols {
            if self.asked.contains(symbol) {
                continue;
            }
            let tag = u32::try_from(self.asked.len()).unwrap_or(SAVED);
            self.asked.push(*symbol);
            let query = Query::Bars { symbol: *symbol, range: Range::Day };
            effects.push(Effect::Ask(tag, Want::Query(query)));
        }
        effects
    }
}

impl Pane for WatchlistPane {
    fn id(&self) -> PaneId {
        PaneId::Watchlist
    }
    fn title(&self, ctx: &Ctx<'_>) -> Line<'static> {
        view::title(self.watchlist(ctx), ctx)
    }
    fn title_right(&self, ctx: &Ctx<'_>) -> Line<'static> {
        view::title_right(self.watchlist(ctx), ctx)
    }
    fn contexts(&self) -> &'static [Context] {
        &[Context::Watchlist, Context::List]
    }
    fn takes_text(&self) -> bool {
        self.list.is_filtering() || self.edit.is_some()
    }
    fn subject(&self, ctx: &Ctx<'_>) -> Subject {
        let symbol = self.list.selected(&self.keys(ctx)).copied();
        Subject { symbol, ..Subject::default() }
    }
    fn refuses(&self, action: Action, ctx: &Ctx<'_>) -> Option<String> {
        keys::refuses(self, action, ctx)
    }
    fn act(&mut self, action: Action, ctx: &Ctx<'_>) -> Reaction {
        keys::act(self, action, ctx)
    }
    fn key(&mut self, key: KeyEvent, ctx: &Ctx<'_>) -> Reaction {
        keys::key(self, key, ctx)
    }
    fn paste(&mut self, text: &str, ctx: &Ctx<'_>) -> Reaction {
        keys::paste(self, text, ctx)
    }
    fn mouse(&mut self, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
        keys::mouse(self, mouse, ctx)
    }
    fn reply(&mut self, tag: u32, replied: &Replied, _ctx: &Ctx<'_>) -> Reaction {
        if tag == SAVED {
            return match (replied, &mut self.edit) {
                (Err(rejection), Some(edit)) => {
                    edit.complain(rejection.to_string());
                    Reaction::done()
                }
                (Ok(_), _) => {
                    self.edit = None;
                    Reaction::done()
                }
                (Err(_), None) => Reaction::NotMine,
            };
        }
        if tag == COPIED {
            return Reaction::NotMine;
        }
        // A day's line that cannot be had is simply not drawn.
        let symbol = usize::try_from(tag).ok().and_then(|index| self.asked.get(index));
        if let (Some(symbol), Ok(Reply::Answer(Answer::Bars(bars)))) = (symbol, replied) {
            let closes: Vec<Price> = bars.iter().map(|bar| bar.close).collect();
            self.trends.insert(*symbol, thin(&closes));
        }
        Reaction::done()
    }
    fn refresh(&mut self, change: Change, ctx: &Ctx<'_>) -> Vec<Effect> {
        let keys = self.keys(ctx);
        self.list.keep(&keys);
        if change == Change::Time {
            self.extend_trends(ctx);
        }
        let mut effects = match change {
            Change::Shown | Change::View => self.ask_trends(ctx),
            Change::Chosen | Change::Prices | Change::Time => Vec::new(),
        };
        // What is shown follows the cursor when the symbol under it went.
        if let Some(gone) = self.removed.filter(|gone| !keys.contains(gone)) {
            self.removed = None;
            if ctx.chosen.symbol == Some(gone) {
                effects.extend(self.list.selected(&keys).copied().map(Effect::ChooseSymbol));
            }
        }
        if change == Change::Shown && ctx.chosen.symbol.is_none() {
            effects.extend(self.list.selected(&keys).copied().map(Effect::ChooseSymbol));
        }
        effects
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        view::draw(self, frame, ctx);
    }
}

/// At most `TREND_POINTS` of many prices, evenly chosen, the last one among them.
fn thin(prices: &[Price]) -> Vec<Price> {
    if prices.len() <= TREND_POINTS {
        return prices.to_vec();
    }
    let step = |point: usize| (point + 1) * prices.len() / TREND_POINTS - 1;
    (0..TREND_POINTS).map(|point| prices[step(point)]).collect()
}
