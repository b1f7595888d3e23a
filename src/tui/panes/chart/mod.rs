//! The chart of the chosen symbol: its course over a range, own fills, a crosshair.
//! Must never hold more than a few courses, nor ask while it is out of sight.

pub mod axis;
pub mod course;
pub mod fills;
pub mod keys;
pub mod view;

use std::collections::BTreeMap;

use crossterm::event::MouseEvent;
use jiff::tz::TimeZone;
use ratatui::Frame;
use ratatui::text::Line;

use crate::bounds::PAGE_ROWS_MAX;
use crate::desk::command::{Answer, Query};
use crate::domain::orders::Fill;
use crate::domain::quotes::Range;
use crate::domain::symbols::Symbol;
use crate::domain::time::{DeskTime, MarketTime};

use super::super::action::Action;

use super::super::ask::{Replied, Reply, Want, words};
use super::super::ctx::{Ctx, Subject};
use super::super::effect::{Effect, Reaction};
use super::super::keymap::Context;
use super::super::names::PaneId;
use super::{Change, Pane};
use course::Course;

#[cfg(test)]
mod tests;

/// Courses kept at once: one looks back and forth between a few symbols and ranges.
const COURSES_MAX: usize = 16;
/// Time between two asks for older fills, in milliseconds of desk time.
const FILLS_AGAIN_MS: i64 = 60_000;

/// What an ask was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Bars(Symbol, Range),
    Fills(Symbol),
}

/// What labels of the time axis were made for: they are the same until one of these changes.
#[derive(Clone, PartialEq, Eq)]
struct Labelled {
    symbol: Symbol,
    range: Range,
    bars: usize,
    first: Option<MarketTime>,
    cells: u16,
    zone: TimeZone,
}

/// The chart of the chosen symbol.
pub struct ChartPane {
    id: PaneId,
    range: Range,
    courses: BTreeMap<(Symbol, Range), Course>,
    history: Option<(Symbol, DeskTime, Vec<Fill>)>,
    cross: Option<MarketTime>,
    labels: Option<(Labelled, Vec<(usize, String)>)>,
    asked: BTreeMap<u32, Asked>,
    asks: u32,
}

impl ChartPane {
    /// A chart of the day.
    pub const fn new(id: PaneId) -> Self {
        Self {
            id,
            range: Range::Day,
            courses: BTreeMap::new(),
            history: None,
            cross: None,
            labels: None,
            asked: BTreeMap::new(),
            asks: 0,
        }
    }

    fn course(&self, ctx: &Ctx<'_>) -> Option<&Course> {
        self.courses.get(&(ctx.chosen.symbol?, self.range))
    }

    /// The index of the bar that the crosshair is on.
    fn crossed(&self, ctx: &Ctx<'_>) -> Option<usize> {
        let bars = &self.course(ctx)?.bars;
        let at = self.cross?;
        let index = bars.partition_point(|bar| bar.start <= at).saturating_sub(1);
        (!bars.is_empty()).then_some(index)
    }

    fn own_fills(&self, symbol: Symbol, ctx: &Ctx<'_>) -> Vec<Fill> {
        let history = self.history.as_ref().filter(|(of, _, _)| *of == symbol);
        fills::own(symbol, history.map_or(&[][..], |(_, _, fills)| fills), ctx)
    }

    /// Asks for the bars and fills that are lacking, or too old.
    fn ask(&mut self, ctx: &Ctx<'_>) -> Vec<Effect> {
        let Some(symbol) = ctx.chosen.symbol.filter(|_| !ctx.area.is_empty()) else {
            return Vec::new();
        };
        let now = ctx.now.desk;
        let mut effects = Vec::new();
        let key = (symbol, self.range);
        let due = self.courses.get(&key).is_none_or(|course| course.is_due(now));
        if due {
            self.courses.entry(key).or_insert_with(|| Course::asked(now)).ask(now);
            self.forget();
            let query = Query::Bars { symbol, range: self.range };
            effects.push(self.ask_for(Asked::Bars(symbol, self.range), query));
        }
        let known = self.history.as_ref().filter(|(of, _, _)| *of == symbol);
        if known.is_none_or(|(_, at, _)| due && now.ms_since(*at) >= FILLS_AGAIN_MS) {
            let fills = known.map_or_else(Vec::new, |(_, _, fills)| fills.clone());
            self.history = Some((symbol, now, fills));
            let limit = PAGE_ROWS_MAX;
            let query = Query::Fills { portfolio: None, symbol: Some(symbol), offset: 0, limit };
            effects.push(self.ask_for(Asked::Fills(symbol), query));
        }
        effects
    }

    fn ask_for(&mut self, what: Asked, query: Query) -> Effect {
        self.asks = self.asks.wrapping_add(1);
        self.asked.insert(self.asks, what);
        Effect::Ask(self.asks, Want::Query(query))
    }

    /// Lets the courses go that were asked for longest ago.
    fn forget(&mut self) {
        while self.courses.len() > COURSES_MAX {
            let oldest = self.courses.iter().min_by_key(|(_, course)| course.asked_at());
            let Some(key) = oldest.map(|(key, _)| *key) else { return };
            self.courses.remove(&key);
        }
    }

    /// Makes the labels of the time axis anew where they are of something else: each one is a
    /// date to be worked out, too much to do for every frame.
    fn label(&mut self, ctx: &Ctx<'_>) {
        let Some(symbol) = ctx.chosen.symbol.filter(|_| !ctx.area.is_empty()) else { return };
        let Some(course) = self.courses.get(&(symbol, self.range)) else { return };
        let wanted = Labelled {
            symbol,
            range: self.range,
            bars: course.bars.len(),
            first: course.bars.first().map(|bar| bar.start),
            cells: ctx.area.width,
            zone: ctx.prefs.zone.clone(),
        };
        if self.labels.as_ref().is_none_or(|(made, _)| *made != wanted) {
            let clock = (&ctx.prefs.zone, ctx.view.schedule);
            let labels = axis::labels(&course.bars, self.range, ctx.area.width, clock);
            self.labels = Some((wanted, labels));
        }
    }

    fn follow(&mut self, ctx: &Ctx<'_>) {
        let Some(ticker) = ctx.chosen.symbol.and_then(|symbol| ctx.ticker(symbol)) else { return };
        let key = (ticker.symbol, self.range);
        if let Some(course) = self.courses.get_mut(&key) {
            course.follow(ticker, self.range, ctx.view.schedule);
        }
    }
}

impl Pane for ChartPane {
    fn id(&self) -> PaneId {
        self.id
    }
    fn title(&self, ctx: &Ctx<'_>) -> Line<'static> {
        view::title(ctx)
    }
    fn title_right(&self, ctx: &Ctx<'_>) -> Line<'static> {
        view::title_right(self, ctx)
    }
    fn contexts(&self) -> &'static [Context] {
        &[Context::Chart]
    }
    fn refuses(&self, action: Action, ctx: &Ctx<'_>) -> Option<String> {
        keys::refuses(self, action, ctx)
    }
    fn act(&mut self, action: Action, ctx: &Ctx<'_>) -> Reaction {
        keys::act(self, action, ctx)
    }
    fn mouse(&mut self, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
        keys::mouse(self, mouse, ctx)
    }
    fn subject(&self, ctx: &Ctx<'_>) -> Subject {
        Subject { symbol: ctx.chosen.symbol, ..Subject::default() }
    }
    fn reply(&mut self, tag: u32, replied: &Replied, ctx: &Ctx<'_>) -> Reaction {
        match (self.asked.remove(&tag), replied) {
            (Some(Asked::Bars(symbol, range)), replied) => {
                if let Some(course) = self.courses.get_mut(&(symbol, range)) {
                    match replied {
                        Ok(Reply::Answer(Answer::Bars(bars))) => course.answer(bars.clone()),
                        Ok(_) => {}
                        Err(rejection) => course.fail(words(rejection)),
                    }
                }
                self.follow(ctx);
                self.label(ctx);
            }
            (Some(Asked::Fills(symbol)), Ok(Reply::Answer(Answer::Fills(page)))) => {
                if let Some((of, _, fills)) = self.history.as_mut().filter(|(of, ..)| *of == symbol)
                {
                    *of = symbol;
                    fills.clone_from(&page.rows);
                }
            }
            // Without older fills the chart shows those of today.
            _ => {}
        }
        Reaction::done()
    }
    fn refresh(&mut self, change: Change, ctx: &Ctx<'_>) -> Vec<Effect> {
        if change == Change::Chosen {
            self.cross = None;
        }
        self.follow(ctx);
        self.label(ctx);
        self.ask(ctx)
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        view::draw(self, frame, ctx);
    }
}
