//! How the chart of a symbol looks.
//! Must never change anything.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::domain::numbers::Price;
use crate::domain::orders::{Fill, Side};
use crate::domain::quotes::{Bar, Range};
use crate::domain::symbols::Symbol;

use super::super::super::action::Action;
use super::super::super::ctx::Ctx;
use super::super::super::keymap::Context;
use super::super::super::names::PaneId;
use super::super::super::theme::Role;
use super::super::super::widgets::cells;
use super::super::super::widgets::chart::{Chart, Cross, Mark};
use super::super::super::widgets::popup;
use super::course::Course;
use super::{ChartPane, axis, fills};

/// Rows of a plot that leaves room for volumes.
const ROWS_FOR_VOLUMES: u16 = 14;
/// Room in the border that price, change and ranges need beside the company's name.
const BESIDE_NAME: usize = 52;
/// Room in which the border says the change over the range.
const MIDDLE: u16 = 44;

/// `AAPL 187.52 ▲ +1.31%`, with the company's name where there is room.
pub fn title(ctx: &Ctx<'_>) -> Line<'static> {
    let Some(symbol) = ctx.chosen.symbol else { return Line::raw("Chart") };
    let mut spans = vec![Span::raw(symbol.to_string())];
    let fits = |name: &str| name.chars().count() + BESIDE_NAME <= usize::from(ctx.area.width);
    if let Some(asset) = ctx.view.assets.get(&symbol).filter(|asset| fits(&asset.name)) {
        spans.push(Span::styled(format!(" {}", asset.name), ctx.style(Role::Muted)));
    }
    if let Some(ticker) = ctx.ticker(symbol) {
        let (text, tone) = cells::day_change(ticker, &ctx.theme.glyphs);
        spans.push(Span::styled(format!(" {}", cells::price(ticker.last)), ctx.style(Role::Text)));
        spans.push(Span::styled(format!(" {text}"), ctx.style(tone)));
    }
    Line::from(spans)
}

/// The ranges, the one shown standing out, and the change over it.
pub fn title_right(pane: &ChartPane, ctx: &Ctx<'_>) -> Line<'static> {
    if ctx.chosen.symbol.is_none() {
        return Line::default();
    }
    let chosen = |range: Range| Span::styled(range.label(), ctx.style(Role::TabFocus));
    if ctx.area.width < MIDDLE {
        return Line::from(chosen(pane.range));
    }
    let mut spans = Vec::new();
    let bars = pane.course(ctx).map_or(&[][..], |course| course.bars.as_slice());
    let over = bars.first().zip(bars.last()).filter(|_| pane.range != Range::Day);
    if let Some(ratio) = over.and_then(|(first, last)| last.close.change_from(first.open)) {
        let tone = cells::tone(ratio.basis_points().into());
        let text = cells::percent_arrow(ratio, &ctx.theme.glyphs);
        spans.push(Span::styled(format!("{text}  "), ctx.style(tone)));
    }
    for range in Range::ALL {
        let gap = if range == Range::Day { "" } else { " " };
        spans.push(Span::raw(gap));
        spans.push(if range == pane.range {
            chosen(range)
        } else {
            Span::styled(range.label(), ctx.style(Role::Muted))
        });
    }
    Line::from(spans)
}

/// Draws readout and chart, or says why there is none.
pub fn draw(pane: &ChartPane, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
    let (Some(symbol), Some(course)) = (ctx.chosen.symbol, pane.course(ctx)) else {
        let palette = ctx.key(&[Context::Global], Action::Palette);
        say(frame, &format!("No symbol chosen yet. {palette} finds one."), ctx);
        return;
    };
    if course.bars.is_empty() {
        say(frame, &words(symbol, course), ctx);
        return;
    }
    let (readout, room) = rooms(pane, ctx);
    let own = pane.own_fills(symbol, ctx);
    let parts = Parts::of(pane, symbol, &own, ctx);
    parts.chart().draw(frame.buffer_mut(), room, ctx.theme);
    if let Some(index) = pane.crossed(ctx).filter(|_| readout.height > 0) {
        let line = readout_line(pane, index, &own, ctx);
        frame.render_widget(line, readout);
    }
}

/// The step under a column of the terminal.
pub fn step_at(pane: &ChartPane, column: u16, ctx: &Ctx<'_>) -> Option<usize> {
    let symbol = ctx.chosen.symbol?;
    let (_, room) = rooms(pane, ctx);
    let parts = Parts::of(pane, symbol, &[], ctx);
    parts.chart().step_at(room, column)
}

fn words(symbol: Symbol, course: &Course) -> String {
    match &course.failed {
        Some(why) => format!("No chart of {symbol}: {why}. It is asked for again."),
        None if course.is_unknown() => format!("The bars of {symbol} are on their way."),
        None => format!("{symbol} has not traded in this range."),
    }
}

fn say(frame: &mut Frame<'_>, text: &str, ctx: &Ctx<'_>) {
    let width = ctx.area.width.saturating_sub(2);
    for (y, line) in (ctx.area.y..ctx.area.bottom()).zip(popup::wrap(text, width)) {
        let style = ctx.style(Role::Muted);
        frame.buffer_mut().set_stringn(ctx.area.x + 1, y, line, usize::from(width), style);
    }
}

/// Room of the crosshair's readout, and of the chart.
fn rooms(pane: &ChartPane, ctx: &Ctx<'_>) -> (Rect, Rect) {
    let rows = u16::from(pane.cross.is_some() && ctx.area.height > 4);
    let readout = Rect { height: rows, ..ctx.area };
    let room = Rect { y: ctx.area.y + rows, height: ctx.area.height - rows, ..ctx.area };
    (readout, room)
}

/// What a chart borrows.
struct Parts {
    line: Vec<i64>,
    volumes: Vec<i64>,
    marks: Vec<Mark>,
    times: Vec<(usize, String)>,
    corner: String,
    cross: Option<Cross>,
    level: Option<i64>,
    like: Price,
    newest: Role,
}

impl Parts {
    fn of(pane: &ChartPane, symbol: Symbol, own: &[Fill], ctx: &Ctx<'_>) -> Self {
        let bars = pane.course(ctx).map_or(&[][..], |course| course.bars.as_slice());
        let clock = (&ctx.prefs.zone, ctx.view.schedule);
        let like = bars.last().map_or(Price::ONE_DOLLAR, |bar| bar.close);
        let ticker = ctx.ticker(symbol);
        let cross = pane
            .crossed(ctx)
            .map(|step| Cross { step, label: axis::bar_label(&bars[step], pane.range, clock) });
        let with_volumes = pane.id == PaneId::SymbolChart && ctx.area.height >= ROWS_FOR_VOLUMES;
        let volumes = bars.iter().filter(|_| with_volumes).map(|bar| bar.volume.units());
        let direction = ticker.map_or(0, |ticker| ticker.change().units().into());
        Self {
            line: bars.iter().map(|bar| bar.close.units()).collect(),
            volumes: volumes.collect(),
            marks: fills::marks(own, bars, &ctx.theme.glyphs),
            times: pane.labels.as_ref().map_or_else(Vec::new, |(_, labels)| labels.clone()),
            corner: ctx.zone_text(),
            cross,
            level: ticker
                .filter(|ticker| pane.range == Range::Day && !ticker.previous_close.is_zero())
                .map(|ticker| ticker.previous_close.units()),
            like,
            newest: cells::tone(direction),
        }
    }

    fn chart(&self) -> Chart<'_> {
        Chart {
            line: &self.line,
            role: Role::Line,
            newest: self.newest,
            level: self.level.map(|level| (level, "close before")),
            marks: &self.marks,
            volumes: &self.volumes,
            times: &self.times,
            corner: &self.corner,
            grain: self.like.tick().units(),
            label: if self.like < Price::ONE_DOLLAR { &in_mills } else { &in_cents },
            cross: self.cross.clone(),
        }
    }
}

fn in_cents(units: i64) -> String {
    cells::price_places(Price::from_units(units), 2)
}

fn in_mills(units: i64) -> String {
    cells::price_places(Price::from_units(units), 4)
}

/// `10:31 EST  O 187.10 H 187.60 L 187.00 C 187.52  vol 1.20k  ▲ bought 20 @ 186.95`, as much of
/// it as there is room for.
fn readout_line(pane: &ChartPane, index: usize, own: &[Fill], ctx: &Ctx<'_>) -> Line<'static> {
    let bars = pane.course(ctx).map_or(&[][..], |course| course.bars.as_slice());
    let Some(bar) = bars.get(index) else { return Line::default() };
    let here = own.iter().filter(|fill| fills::bar_of(fill, bars) == Some(index));
    let mut pieces = vec![(when(bar, pane.range, ctx), Role::Accent)];
    for (name, price) in [("O", bar.open), ("H", bar.high), ("L", bar.low), ("C", bar.close)] {
        pieces.push((format!("{name} {}", cells::price_like(price, bar.close)), Role::Text));
    }
    for fill in here {
        pieces.push(fill_piece(fill, ctx));
    }
    pieces.push((format!("vol {}", cells::short_quantity(bar.volume)), Role::Muted));
    let mut spans = Vec::new();
    let mut left = usize::from(ctx.area.width);
    for (text, role) in pieces {
        let cells = text.chars().count() + 2;
        if cells > left {
            break;
        }
        left -= cells;
        spans.push(Span::styled(format!(" {text} "), ctx.style(role)));
    }
    Line::from(spans)
}

fn when(bar: &Bar, range: Range, ctx: &Ctx<'_>) -> String {
    let label = axis::bar_label(bar, range, (&ctx.prefs.zone, ctx.view.schedule));
    if range == Range::Year { label } else { format!("{label} {}", ctx.zone_text()) }
}

fn fill_piece(fill: &Fill, ctx: &Ctx<'_>) -> (String, Role) {
    let glyphs = &ctx.theme.glyphs;
    let (sign, word, role) = match fill.side {
        Side::Buy => (glyphs.up, "bought", Role::Buy),
        Side::Sell => (glyphs.down, "sold", Role::Sell),
    };
    let (quantity, price) = (cells::quantity(fill.quantity), cells::price(fill.price));
    (format!("{sign} {word} {quantity} @ {price}"), role)
}
