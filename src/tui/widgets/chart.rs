//! A chart: a line over steps of time with axes, a level, marks, columns at its foot, a crosshair.
//! Must never know what its heights are (prices, money) nor use a float: they are whole numbers.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use unicode_width::UnicodeWidthStr;

use super::super::theme::{Role, Theme};
use super::dots::Dots;

/// Cells of plot below which there is no price axis.
const PLOT_COLUMNS_MIN: u16 = 16;
/// Labels of the height axis at most, and rows of plot that each one needs.
const LABELS_MAX: i64 = 7;
const ROWS_PER_LABEL: i64 = 2;
/// Rows of the whole for one row of volumes.
const ROWS_PER_BASE_ROW: u16 = 7;
/// Blank cells between two labels of the time axis.
const LABEL_GAP: u16 = 2;

/// Something that happened at a step: a sign on the plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// At which step.
    pub step: usize,
    /// At which height.
    pub height: i64,
    /// The sign.
    pub sign: &'static str,
    /// What it means.
    pub role: Role,
}

/// A step that a person looks at closely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cross {
    /// Which step.
    pub step: usize,
    /// Its label on the time axis.
    pub label: String,
}

/// A chart ready to be drawn; heights are whole numbers of any unit.
pub struct Chart<'a> {
    /// The line: a height for each step, oldest first.
    pub line: &'a [i64],
    /// What the line means.
    pub role: Role,
    /// The role of the newest height's label on the axis.
    pub newest: Role,
    /// A height worth comparing with, and its name: a dotted line. It doubles the reach of the
    /// scale at most; farther away it has no place on the axis, and is named with an arrow.
    pub level: Option<(i64, &'a str)>,
    /// Signs on the plot.
    pub marks: &'a [Mark],
    /// Sizes at the foot of the plot, one for each step; empty for none.
    pub volumes: &'a [i64],
    /// Labels of the time axis by step, in order; those without room are left out.
    pub times: &'a [(usize, String)],
    /// Stands in the corner of both axes: the zone of the times.
    pub corner: &'a str,
    /// The smallest distance between two labels of the height axis that makes sense.
    pub grain: i64,
    /// The label of a height.
    pub label: &'a dyn Fn(i64) -> String,
    /// Where the crosshair stands.
    pub cross: Option<Cross>,
}

/// Where the parts of a chart stand, and which heights they show.
struct Frame {
    plot: Rect,
    base: Rect,
    axis: Rect,
    foot: Rect,
    steps: usize,
    low: i64,
    high: i64,
}

impl Chart<'_> {
    /// Draws it into `area`.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, theme: &Theme) {
        let area = area.intersection(buffer.area);
        let Some(frame) = self.frame(area) else { return };
        let labels = self.height_labels(&frame);
        self.draw_grid(buffer, &frame, &labels, theme);
        self.draw_volumes(buffer, &frame, theme);
        self.draw_line(buffer, &frame, theme);
        self.draw_cross(buffer, &frame, theme);
        self.name_level(buffer, &frame, theme);
        self.draw_marks(buffer, &frame, theme);
        self.draw_heights(buffer, &frame, &labels, theme);
        self.draw_times(buffer, &frame, theme);
    }

    /// The step under a cell of the terminal, for the mouse; none beside the plot.
    pub fn step_at(&self, area: Rect, column: u16) -> Option<usize> {
        let frame = self.frame(area)?;
        let inside = (frame.plot.x..frame.plot.right()).contains(&column);
        inside.then(|| frame.step_of(column))
    }

    fn frame(&self, area: Rect) -> Option<Frame> {
        let (low, high) = self.scale()?;
        let foot_rows = u16::from(area.height >= 4 && !self.times.is_empty());
        let rows = area.height - foot_rows;
        let heights = [Some(low), Some(high), self.line.last().copied(), self.level()];
        let widths = heights.into_iter().flatten().map(|height| (self.label)(height).width());
        let widest = widths.max().unwrap_or(0).max(self.corner.width());
        let axis_columns = u16::try_from(widest).unwrap_or(u16::MAX).saturating_add(1);
        let has_axis = area.width >= axis_columns.saturating_add(PLOT_COLUMNS_MIN);
        let axis_columns = if has_axis { axis_columns } else { 0 };
        let base_rows = if self.volumes.is_empty() { 0 } else { rows / ROWS_PER_BASE_ROW };
        let width = area.width - axis_columns;
        let plot = Rect { width, height: rows - base_rows, ..area };
        let base = Rect { y: plot.bottom(), height: base_rows, ..plot };
        let axis = Rect { x: plot.right(), width: axis_columns, ..plot };
        let foot = Rect { y: base.bottom(), height: foot_rows, ..area };
        let frame = Frame { plot, base, axis, foot, steps: self.line.len(), low, high };
        (!plot.is_empty()).then_some(frame)
    }

    /// The heights shown: line and marks, the level where it is near, and a little air.
    fn scale(&self) -> Option<(i64, i64)> {
        let marks = self.marks.iter().map(|mark| mark.height);
        let heights = || self.line.iter().copied().chain(marks.clone());
        let (mut low, mut high) = (heights().min()?, heights().max()?);
        let reach = (high - low).max(self.grain);
        if let Some(level) = self.near_level(low, high) {
            (low, high) = (low.min(level), high.max(level));
        }
        let air = (reach / 24).max(self.grain);
        Some((low.saturating_sub(air), high.saturating_add(air)))
    }

    fn near_level(&self, low: i64, high: i64) -> Option<i64> {
        let reach = (high - low).max(self.grain.saturating_mul(4));
        self.level().filter(|level| {
            (low.saturating_sub(reach)..=high.saturating_add(reach)).contains(level)
        })
    }

    /// Round heights that deserve a label, lowest first.
    fn height_labels(&self, frame: &Frame) -> Vec<i64> {
        let rows = i64::from(frame.plot.height);
        let wanted = (rows / ROWS_PER_LABEL).clamp(1, LABELS_MAX);
        let distance = round_up(frame.high.saturating_sub(frame.low) / wanted, self.grain);
        let first = frame.low.div_euclid(distance) + 1;
        let last = frame.high.saturating_sub(1).div_euclid(distance);
        (first..=last).map(|n| n.saturating_mul(distance)).collect()
    }

    fn draw_grid(&self, buffer: &mut Buffer, frame: &Frame, labels: &[i64], theme: &Theme) {
        let style = theme.style(Role::Grid);
        let (dot, apart) = if theme.glyphs.braille { ("·", 4) } else { (".", 8) };
        for height in labels {
            let y = frame.row_of(*height);
            for x in (frame.plot.x..frame.plot.right()).step_by(apart) {
                buffer.set_stringn(x, y, dot, 1, style);
            }
        }
        let Some(level) = self.level().filter(|level| frame.shows(*level)) else { return };
        let (y, style) = (frame.row_of(level), theme.style(Role::Muted));
        for x in frame.plot.x..frame.plot.right() {
            buffer.set_stringn(x, y, level_dash(theme), 1, style);
        }
    }

    /// Names the level where the line leaves room for it: on its dots, or at the edge beyond which
    /// it lies.
    fn name_level(&self, buffer: &mut Buffer, frame: &Frame, theme: &Theme) {
        let Some((level, name)) = self.level else { return };
        let y = frame.row_of(level);
        let text = if frame.shows(level) {
            format!("{name} ")
        } else {
            let arrow = if level < frame.low { theme.glyphs.down } else { theme.glyphs.up };
            format!(" {name} {} {arrow}", (self.label)(level))
        };
        let width = u16::try_from(text.width()).unwrap_or(u16::MAX);
        if width > frame.plot.width {
            return;
        }
        let ground = [" ", "·", ".", level_dash(theme)];
        let places = [frame.plot.right() - width, frame.plot.x];
        let is_free = |x: &u16| (*x..*x + width).all(|x| ground.contains(&buffer[(x, y)].symbol()));
        if let Some(x) = places.into_iter().find(is_free) {
            buffer.set_stringn(x, y, text, usize::from(width), theme.style(Role::Muted));
        }
    }

    const fn level(&self) -> Option<i64> {
        match self.level {
            Some((level, _)) => Some(level),
            None => None,
        }
    }

    fn draw_volumes(&self, buffer: &mut Buffer, frame: &Frame, theme: &Theme) {
        let rows = frame.base.height;
        let columns = usize::from(frame.plot.width);
        let mut sizes = vec![0_i128; columns];
        for (step, volume) in self.volumes.iter().enumerate().take(frame.steps) {
            let column = usize::from(frame.column_of(step) - frame.plot.x);
            sizes[column] = sizes[column].max(i128::from(*volume));
        }
        let most = sizes.iter().copied().max().unwrap_or(0);
        if most <= 0 {
            return;
        }
        let style = theme.style(Role::Grid);
        for (x, size) in (frame.plot.x..).zip(sizes) {
            let eighths = size * i128::from(rows) * 8 / most;
            let mut left = usize::try_from(eighths).unwrap_or(0);
            let mut y = frame.base.bottom();
            while left > 0 {
                y -= 1;
                buffer.set_stringn(x, y, theme.glyphs.heights[left.min(8) - 1], 1, style);
                left = left.saturating_sub(8);
            }
        }
    }

    fn draw_line(&self, buffer: &mut Buffer, frame: &Frame, theme: &Theme) {
        let mut dots = Dots::new(frame.plot.width, frame.plot.height);
        let at = |(step, height): (usize, &i64)| {
            (frame.across(step, dots.width()), frame.down(*height, dots.height()))
        };
        // Where several steps share a column of dots, the newest of them stands for all: drawing
        // each would fill the column and hide the course behind its noise.
        let mut course: Vec<(usize, usize)> = Vec::with_capacity(dots.width());
        for place in self.line.iter().enumerate().map(at) {
            match course.last_mut().filter(|before| before.0 == place.0) {
                Some(before) => *before = place,
                None => course.push(place),
            }
        }
        match course.as_slice() {
            [only] => dots.line(*only, (dots.width() - 1, only.1)),
            course => course.windows(2).for_each(|ends| dots.line(ends[0], ends[1])),
        }
        let style = theme.style(self.role);
        let (columns, rows) = (usize::from(frame.plot.width), usize::from(frame.plot.height));
        for row in 0..rows {
            for column in 0..columns {
                let Some(sign) = dots.sign(column, row, theme.glyphs.braille) else { continue };
                let place = (frame.plot.x + cells(column), frame.plot.y + cells(row));
                buffer[place].set_char(sign).set_style(style);
            }
        }
    }

    fn draw_marks(&self, buffer: &mut Buffer, frame: &Frame, theme: &Theme) {
        for mark in self.marks.iter().filter(|mark| mark.step < frame.steps) {
            let (x, y) = (frame.column_of(mark.step), frame.row_of(mark.height));
            buffer.set_stringn(x, y, mark.sign, 1, theme.style(mark.role));
        }
    }

    fn draw_cross(&self, buffer: &mut Buffer, frame: &Frame, theme: &Theme) {
        let Some((cross, height)) = self.crossed() else { return };
        let style = theme.style(Role::Accent);
        let (across, down) = if theme.glyphs.braille { ("─", "│") } else { ("-", "|") };
        let (x, y) = (frame.column_of(cross.step), frame.row_of(height));
        for row in frame.plot.y..frame.base.bottom() {
            buffer.set_stringn(x, row, down, 1, style);
        }
        for column in frame.plot.x..frame.plot.right() {
            if buffer[(column, y)].symbol() == " " {
                buffer.set_stringn(column, y, across, 1, style);
            }
        }
        let sign = if theme.glyphs.braille { "┼" } else { "+" };
        buffer.set_stringn(x, y, sign, 1, style.add_modifier(Modifier::BOLD));
    }

    fn crossed(&self) -> Option<(&Cross, i64)> {
        let cross = self.cross.as_ref()?;
        self.line.get(cross.step).map(|height| (cross, *height))
    }

    /// Labels of the height axis: the crosshair's and the newest stand out and win over others.
    fn draw_heights(&self, buffer: &mut Buffer, frame: &Frame, labels: &[i64], theme: &Theme) {
        if frame.axis.is_empty() {
            return;
        }
        let mut taken: Vec<u16> = Vec::new();
        let mut put = |height: i64, style: Style| {
            let y = frame.row_of(height);
            if taken.contains(&y) {
                return;
            }
            taken.push(y);
            let text = (self.label)(height);
            let width = usize::from(frame.axis.width);
            let text = format!("{text:>width$}", width = width - 1);
            let x = frame.axis.x + 1;
            buffer.set_stringn(x, y, &text, width - 1, style);
        };
        if let Some((_, height)) = self.crossed() {
            put(height, theme.style(Role::Selection));
        }
        if let Some(newest) = self.line.last() {
            put(*newest, theme.style(self.newest).add_modifier(Modifier::BOLD));
        }
        if let Some(level) = self.level().filter(|level| frame.shows(*level)) {
            put(level, theme.style(Role::Muted));
        }
        for height in labels {
            put(*height, theme.style(Role::Header));
        }
    }

    fn draw_times(&self, buffer: &mut Buffer, frame: &Frame, theme: &Theme) {
        if frame.foot.is_empty() {
            return;
        }
        let style = theme.style(Role::Header);
        let (plot, y) = (frame.plot, frame.foot.y);
        let cross = self.crossed().map(|(cross, _)| cross);
        let span = |step: usize, label: &str| {
            let width = u16::try_from(label.width()).unwrap_or(u16::MAX).min(plot.width);
            let middle = frame.column_of(step).saturating_sub(width / 2);
            let x = middle.clamp(plot.x, plot.right() - width);
            (x, x + width)
        };
        let kept = cross.map(|cross| span(cross.step, &cross.label));
        let mut free_from = plot.x;
        for (step, label) in self.times.iter().filter(|(step, _)| *step < frame.steps) {
            let (from, to) = span(*step, label);
            let is_free = kept
                .is_none_or(|(left, right)| to + LABEL_GAP <= left || right + LABEL_GAP <= from);
            if from >= free_from && is_free {
                buffer.set_stringn(from, y, label, usize::from(to - from), style);
                free_from = to + LABEL_GAP;
            }
        }
        if let (Some(cross), Some((from, to))) = (cross, kept) {
            let style = theme.style(Role::Selection);
            buffer.set_stringn(from, y, &cross.label, usize::from(to - from), style);
        }
        if !frame.axis.is_empty() {
            let width = usize::from(frame.axis.width - 1);
            let text = format!("{:>width$}", self.corner);
            buffer.set_stringn(frame.axis.x + 1, y, text, width, style);
        }
    }
}

impl Frame {
    /// True for a height within the scale.
    fn shows(&self, height: i64) -> bool {
        (self.low..=self.high).contains(&height)
    }
    /// Dots from the left, of a plot that is `width` dots wide.
    fn across(&self, step: usize, width: usize) -> usize {
        let last = self.steps.saturating_sub(1);
        (step.min(last) * (width - 1) + last / 2).checked_div(last).unwrap_or(0)
    }
    /// Dots from the top, of a plot that is `height` dots high.
    fn down(&self, at: i64, height: usize) -> usize {
        let reach = i128::from(self.high) - i128::from(self.low);
        let below = (i128::from(self.high) - i128::from(at)).clamp(0, reach);
        let dots = i128::try_from(height.saturating_sub(1)).unwrap_or(0);
        usize::try_from((below * dots + reach / 2) / reach.max(1)).unwrap_or(0)
    }
    fn column_of(&self, step: usize) -> u16 {
        self.plot.x + cells(self.across(step, usize::from(self.plot.width) * 2) / 2)
    }
    fn row_of(&self, at: i64) -> u16 {
        self.plot.y + cells(self.down(at, usize::from(self.plot.height) * 4) / 4)
    }
    fn step_of(&self, column: u16) -> usize {
        let last = self.steps.saturating_sub(1);
        let columns = usize::from(self.plot.width.saturating_sub(1)).max(1);
        (usize::from(column - self.plot.x) * last + columns / 2) / columns
    }
}

const fn level_dash(theme: &Theme) -> &'static str {
    if theme.glyphs.braille { "╌" } else { "." }
}

fn cells(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// The smallest of 1, 2, 5, 10, 20, ... times `grain` that is at least `distance`.
fn round_up(distance: i64, grain: i64) -> i64 {
    let grain = grain.max(1);
    let mut unit = grain;
    loop {
        for factor in [1, 2, 5] {
            let round = unit.saturating_mul(factor);
            if round >= distance {
                return round;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests;
