//! The equity curve of the chosen book: its value at each day's end, and now.
//! Must never draw a value that lacks a price: without one the curve ends with the last day.

use jiff::civil::Date;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::desk::command::{Answer, EquityPoint, Query};
use crate::domain::ids::PortfolioId;
use crate::domain::numbers::{Money, Ratio};

use super::super::action::Action;
use super::super::ask::{Replied, Reply, Want, words};
use super::super::ctx::{Ctx, Subject};
use super::super::effect::{Effect, Reaction};
use super::super::keymap::Context;
use super::super::names::PaneId;
use super::super::theme::Role;
use super::super::widgets::cells;
use super::super::widgets::chart::Chart;
use super::super::widgets::popup;
use super::super::worth::Worth;
use super::chart::axis;
use super::portfolios::keys;
use super::{Change, Pane};

#[cfg(test)]
mod tests;

/// The equity curve.
#[derive(Default)]
pub struct EquityPane {
    asked: Option<(PortfolioId, Date)>,
    tag: u32,
    points: Option<Vec<EquityPoint>>,
    failed: Option<String>,
}

impl EquityPane {
    /// Asks for another book's curve, or once more when a day is over.
    fn ask(&mut self, ctx: &Ctx<'_>) -> Vec<Effect> {
        let book = ctx.chosen.portfolio.filter(|_| !ctx.area.is_empty());
        let Some(book) = book else { return Vec::new() };
        let wanted = (book, ctx.view.schedule.trading_day(ctx.now.market));
        if self.asked == Some(wanted) {
            return Vec::new();
        }
        if self.asked.is_none_or(|(before, _)| before != book) {
            self.points = None;
        }
        self.failed = None;
        self.asked = Some(wanted);
        self.tag = self.tag.wrapping_add(1);
        vec![Effect::Ask(self.tag, Want::Query(Query::Equity(book)))]
    }

    /// The days and values of the curve, the newest last; today's only where it is whole.
    fn course(&self, ctx: &Ctx<'_>) -> Vec<(Date, Money)> {
        let Some((book, _)) = self.asked.filter(|(of, _)| ctx.chosen.portfolio == Some(*of)) else {
            return Vec::new();
        };
        let points = self.points.iter().flatten();
        let mut course: Vec<(Date, Money)> = points.map(|p| (p.date, p.value)).collect();
        if let Some(now) = Worth::of(book, ctx).value().exact() {
            let today = ctx.view.schedule.trading_day(ctx.now.market);
            course.retain(|(date, _)| *date < today);
            course.push((today, now));
        }
        course
    }
}

impl Pane for EquityPane {
    fn id(&self) -> PaneId {
        PaneId::Equity
    }
    fn title(&self, _ctx: &Ctx<'_>) -> Line<'static> {
        Line::raw("Equity")
    }
    fn title_right(&self, ctx: &Ctx<'_>) -> Line<'static> {
        let course = self.course(ctx);
        let (Some((_, first)), Some((_, last))) = (course.first(), course.last()) else {
            return Line::default();
        };
        if course.len() < 2 {
            return Line::default();
        }
        let (change, glyphs) = (*last - *first, &ctx.theme.glyphs);
        let ratio: Option<Ratio> = change.ratio_of(*first).filter(|_| first.signum() > 0);
        let percent = ratio.map(|ratio| format!(" {}", cells::percent_change(ratio)));
        let text = format!("{}{}", cells::money_arrow(change, glyphs), percent.unwrap_or_default());
        Line::from(vec![
            Span::styled(format!("{} days ", course.len()), ctx.style(Role::Muted)),
            Span::styled(text, ctx.style(cells::tone(change.to_cents()))),
        ])
    }
    fn contexts(&self) -> &'static [Context] {
        &[Context::Portfolios]
    }
    fn subject(&self, ctx: &Ctx<'_>) -> Subject {
        Subject { portfolio: ctx.chosen.portfolio, ..Subject::default() }
    }
    fn refuses(&self, action: Action, ctx: &Ctx<'_>) -> Option<String> {
        keys::refuses(action, ctx)
    }
    fn act(&mut self, action: Action, ctx: &Ctx<'_>) -> Reaction {
        keys::shared(action, ctx).unwrap_or(Reaction::NotMine)
    }
    fn reply(&mut self, tag: u32, replied: &Replied, _ctx: &Ctx<'_>) -> Reaction {
        if tag != self.tag {
            return Reaction::done();
        }
        match replied {
            Ok(Reply::Answer(Answer::Equity(points))) => self.points = Some(points.clone()),
            Ok(_) => {}
            Err(rejection) => self.failed = Some(words(rejection)),
        }
        Reaction::done()
    }
    fn refresh(&mut self, _change: Change, ctx: &Ctx<'_>) -> Vec<Effect> {
        self.ask(ctx)
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        let course = self.course(ctx);
        if course.len() < 2 {
            return say(frame, &self.empty(ctx), ctx);
        }
        let dates: Vec<Date> = course.iter().map(|(date, _)| *date).collect();
        let heights: Vec<i64> = course.iter().map(|(_, value)| in_cents(*value)).collect();
        let rises = heights.last() >= heights.first();
        let chart = Chart {
            line: &heights,
            role: Role::Line,
            newest: if rises { Role::Up } else { Role::Down },
            level: heights.first().map(|first| (*first, "at the start")),
            marks: &[],
            volumes: &[],
            times: &axis::dates(&dates, ctx.area.width),
            corner: "",
            grain: 100,
            label: &|cents| cells::money_whole(Money::cents(cents)),
            cross: None,
        };
        chart.draw(frame.buffer_mut(), ctx.area, ctx.theme);
    }
}

impl EquityPane {
    fn empty(&self, ctx: &Ctx<'_>) -> String {
        match (&self.failed, &self.points, ctx.chosen.portfolio) {
            (_, _, None) => "No portfolio is chosen yet.".to_owned(),
            (Some(why), _, _) => format!("No equity curve: {why}"),
            (None, None, _) => "The equity curve is on its way.".to_owned(),
            (None, Some(_), _) => {
                "The equity curve begins at the end of the first trading day.".to_owned()
            }
        }
    }
}

fn say(frame: &mut Frame<'_>, text: &str, ctx: &Ctx<'_>) {
    let area = Rect { x: ctx.area.x + 1, width: ctx.area.width.saturating_sub(2), ..ctx.area };
    for (y, line) in (area.y..area.bottom()).zip(popup::wrap(text, area.width)) {
        let style = ctx.style(Role::Muted);
        frame.buffer_mut().set_stringn(area.x, y, line, usize::from(area.width), style);
    }
}

/// For drawing only: a chart has no finer grain than a cent.
fn in_cents(money: Money) -> i64 {
    let cents = money.to_cents();
    i64::try_from(cents).unwrap_or(if cents < 0 { i64::MIN } else { i64::MAX })
}
