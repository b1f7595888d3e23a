//! A table: columns that fall away by priority, right-aligned numbers, cursor, marks, sort sign.
//! Must never build a row that is not drawn: rows are asked for one by one.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use unicode_width::UnicodeWidthStr;

use super::super::action::Action;
use super::super::ctx::Ctx;
use super::super::keymap::Context;
use super::super::theme::{Role, Theme};
use super::cells::shortened;
use super::list::{List, Sort};

/// Cells between two columns.
const GAP: u16 = 1;

/// One column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its title, short.
    pub title: &'static str,
    /// Cells it takes at least.
    pub width: u16,
    /// Cells it may take at most where there is room.
    pub width_max: u16,
    /// Numbers stand at the right.
    pub right: bool,
    /// When it falls away: the largest goes first, zero never goes.
    pub priority: u8,
    /// What room is left goes to it before the others.
    pub eager: bool,
}

impl Column {
    /// A column of text.
    pub const fn text(title: &'static str, width: u16, priority: u8) -> Self {
        Self { title, width, width_max: width, right: false, priority, eager: false }
    }
    /// A column of numbers.
    pub const fn number(title: &'static str, width: u16, priority: u8) -> Self {
        Self { title, width, width_max: width, right: true, priority, eager: false }
    }
    /// The same column, taking up to `width_max` cells where there is room.
    #[must_use]
    pub const fn up_to(self, width_max: u16) -> Self {
        Self { width_max, ..self }
    }
    /// The same column, growing before the others do.
    #[must_use]
    pub const fn eager(self) -> Self {
        Self { eager: true, ..self }
    }
}

/// One cell: a text and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    text: String,
    role: Role,
}

impl Cell {
    /// Plain text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), role: Role::Text }
    }
    /// Text with a meaning.
    pub fn of(text: impl Into<String>, role: Role) -> Self {
        Self { text: text.into(), role }
    }
    /// A missing value.
    pub fn missing(theme: &Theme) -> Self {
        Self { text: theme.glyphs.missing.to_owned(), role: Role::Faint }
    }
    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }
    /// The meaning.
    pub const fn role(&self) -> Role {
        self.role
    }
}

/// One row, as it is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Cells, one for each column.
    pub cells: Vec<Cell>,
    /// A role for the whole row (a muted, final order); its cells' own roles are overruled.
    pub role: Option<Role>,
    /// A text that runs across all columns instead of cells (a line that belongs to the row
    /// above); what is too long ends with an ellipsis.
    pub across: Option<Cell>,
}

impl Row {
    /// A text that runs across all columns.
    pub fn across(cell: Cell) -> Self {
        Self { across: Some(cell), ..Self::default() }
    }
}

impl From<Vec<Cell>> for Row {
    fn from(cells: Vec<Cell>) -> Self {
        Self { cells, ..Self::default() }
    }
}

/// A table ready to be drawn: what it is made of, borrowed.
pub struct Table<'a, K> {
    /// Columns.
    pub columns: &'a [Column],
    /// Keys of all rows, in order, filter and sort applied.
    pub keys: &'a [K],
    /// Its state.
    pub list: &'a List<K>,
    /// What stands there instead of rows: what would be here, and which key makes one.
    pub empty: &'a str,
}

/// Where in a table something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// On the row of this index.
    Row(usize),
    /// On the title of this column.
    Title(usize),
}

/// Says beside rows, in the border at their right, that there are more of them above or below.
pub fn draw_more(buffer: &mut Buffer, rows: Rect, (above, below): (bool, bool), theme: &Theme) {
    let signs = [
        (above, rows.y, theme.glyphs.up),
        (below, rows.bottom().saturating_sub(1), theme.glyphs.down),
    ];
    let style = theme.style(Role::Accent);
    for (_, y, sign) in signs.into_iter().filter(|(shown, ..)| *shown && rows.height > 0) {
        if buffer.area.contains(Position::new(rows.right(), y)) {
            buffer.set_stringn(rows.right(), y, sign, 1, style);
        }
    }
}

/// Rows that a table of this room shows (titles and an open filter line taken off).
pub fn rows_in<K: Ord + Clone>(area: Rect, list: &List<K>) -> usize {
    usize::from(area.height.saturating_sub(1 + u16::from(has_filter_line(list))))
}

fn has_filter_line<K: Ord + Clone>(list: &List<K>) -> bool {
    list.is_filtering() || !list.filter().is_empty()
}

impl<K: Ord + Clone> Table<'_, K> {
    /// Draws titles, the rows in sight, and the filter line. `row` makes the row of a key.
    pub fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>, row: impl Fn(&K) -> Row) {
        let area = ctx.area;
        if area.is_empty() {
            return;
        }
        let places = fit(self.columns, area.width.saturating_sub(1));
        self.draw_titles(frame.buffer_mut(), ctx, &places);
        let height = rows_in(area, self.list);
        let offset = self.list.offset(self.keys, height);
        let position = self.list.position(self.keys);
        for (line, key) in self.keys.iter().skip(offset).take(height).enumerate() {
            let y = area.y + 1 + u16::try_from(line).unwrap_or(u16::MAX);
            let line_area = Rect { y, height: 1, ..area };
            let here = position == Some(offset + line);
            let marked = self.list.marks().contains(key);
            let line = Line { area: line_area, here, marked };
            draw_row(frame.buffer_mut(), &line, &row(key), &places, ctx);
        }
        let more = (offset > 0, offset + height < self.keys.len());
        let rows = Rect { y: area.y + 1, height: u16::try_from(height).unwrap_or(0), ..area };
        draw_more(frame.buffer_mut(), rows, more, ctx.theme);
        if self.keys.is_empty() && height > 0 {
            self.draw_empty(frame.buffer_mut(), ctx);
        }
        if has_filter_line(self.list) && area.height > 1 {
            self.draw_filter(frame, ctx);
        }
    }

    fn draw_titles(&self, buffer: &mut Buffer, ctx: &Ctx<'_>, places: &[Place]) {
        let (style, sorted) = (ctx.style(Role::Header), ctx.style(Role::HeaderSorted));
        for place in places {
            let column = &self.columns[place.column];
            let sort = self.list.sort().filter(|sort| sort.column == place.column);
            let title = match sort {
                Some(Sort { descending: true, .. }) => {
                    format!("{}{}", column.title, ctx.theme.glyphs.down)
                }
                Some(_) => format!("{}{}", column.title, ctx.theme.glyphs.up),
                None => column.title.to_owned(),
            };
            let x = ctx.area.x + 1 + place.x;
            let style = if sort.is_some() { sorted } else { style };
            let fit = Fit { right: column.right, ellipsis: ctx.theme.glyphs.ellipsis };
            put(buffer, Rect::new(x, ctx.area.y, place.width, 1), &title, style, fit);
        }
    }

    fn draw_empty(&self, buffer: &mut Buffer, ctx: &Ctx<'_>) {
        let text = if self.list.filter().is_empty() {
            self.empty.to_owned()
        } else {
            let close = ctx.key(&[Context::Global], Action::Close);
            format!("Nothing holds '{}'. {close} clears the filter.", self.list.filter())
        };
        let width = ctx.area.width.saturating_sub(2);
        let room = usize::from(ctx.area.height.saturating_sub(1));
        for (line, text) in super::popup::wrap(&text, width).iter().take(room).enumerate() {
            let y = ctx.area.y + 1 + u16::try_from(line).unwrap_or(0);
            let style = ctx.style(Role::Muted);
            buffer.set_stringn(ctx.area.x + 1, y, text, usize::from(width), style);
        }
    }

    fn draw_filter(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        let area = Rect { y: ctx.area.bottom() - 1, height: 1, ..ctx.area };
        let count = format!("{} ", self.keys.len());
        let style = ctx.style(Role::Key);
        frame.buffer_mut().set_stringn(area.x, area.y, "/", usize::from(area.width), style);
        let used = u16::try_from(count.width()).unwrap_or(0) + 2;
        let field = Rect { x: area.x + 1, width: area.width.saturating_sub(1 + used), ..area };
        let focused = ctx.focused && self.list.is_filtering();
        let role = if focused { Role::FieldFocus } else { Role::Field };
        self.list.filter_field().draw(frame, field, ctx.style(role), focused);
        let count_area = Rect { x: field.right() + 1, width: used.saturating_sub(1), ..area };
        let fit = Fit { right: true, ellipsis: ctx.theme.glyphs.ellipsis };
        let style = ctx.style(Role::Muted);
        put(frame.buffer_mut(), count_area.intersection(area), &count, style, fit);
    }

    /// Cells that a column has in a table of this room; none where it fell away.
    pub fn width_of(&self, area: Rect, column: usize) -> u16 {
        let places = fit(self.columns, area.width.saturating_sub(1));
        places.iter().find(|place| place.column == column).map_or(0, |place| place.width)
    }

    /// What is at a place of the terminal.
    pub fn spot(&self, area: Rect, at: Position) -> Option<Spot> {
        if !area.contains(at) {
            return None;
        }
        if at.y == area.y {
            let places = fit(self.columns, area.width.saturating_sub(1));
            let x = at.x - area.x;
            let hit = places.iter().find(|p| (p.x + 1..=p.x + p.width).contains(&x));
            return hit.map(|place| Spot::Title(place.column));
        }
        let height = rows_in(area, self.list);
        let line = usize::from(at.y - area.y - 1);
        let index = self.list.offset(self.keys, height) + line;
        (line < height && index < self.keys.len()).then_some(Spot::Row(index))
    }
}

/// A column that is drawn, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    column: usize,
    x: u16,
    width: u16,
    right: bool,
}

/// Which columns fit into `width` cells, and where they stand. The rest of the room goes to those
/// that may grow: the eager ones, then the others, from the left.
fn fit(columns: &[Column], width: u16) -> Vec<Place> {
    let mut kept: Vec<usize> = (0..columns.len()).collect();
    let needed = |kept: &[usize]| -> u16 {
        let cells: u16 = kept.iter().map(|index| columns[*index].width).sum();
        cells + GAP * u16::try_from(kept.len().saturating_sub(1)).unwrap_or(0)
    };
    while needed(&kept) > width {
        let last = kept.iter().rposition(|index| {
            let priority = columns[*index].priority;
            priority > 0 && kept.iter().all(|other| columns[*other].priority <= priority)
        });
        let Some(last) = last else { break };
        kept.remove(last);
    }
    let mut spare = width.saturating_sub(needed(&kept));
    let mut widths: Vec<u16> = kept.iter().map(|index| columns[*index].width).collect();
    for eager in [true, false] {
        for (index, width) in kept.iter().zip(&mut widths) {
            let column = &columns[*index];
            if column.eager == eager {
                let more = spare.min(column.width_max.saturating_sub(column.width));
                spare -= more;
                *width += more;
            }
        }
    }
    let mut places = Vec::with_capacity(kept.len());
    let mut x = 0;
    for (index, wanted) in kept.into_iter().zip(widths) {
        let width = wanted.min(width.saturating_sub(x));
        places.push(Place { column: index, x, width, right: columns[index].right });
        x += width + GAP;
    }
    places
}

/// One line of a table on the screen: where, and whether cursor or mark is on it.
struct Line {
    area: Rect,
    here: bool,
    marked: bool,
}

fn draw_row(buffer: &mut Buffer, line: &Line, row: &Row, places: &[Place], ctx: &Ctx<'_>) {
    let area = line.area;
    let ground = match (line.here, ctx.focused) {
        (true, true) => ctx.style(Role::Selection),
        (true, false) => ctx.style(Role::SelectionBlurred),
        (false, _) => Style::new(),
    };
    buffer.set_style(area, ground);
    let sign = match (line.marked, line.here && ctx.focused) {
        (true, _) => ctx.theme.glyphs.mark,
        (false, true) => ctx.theme.glyphs.cursor,
        (false, false) => " ",
    };
    let style = on_ground(ctx.style(Role::Accent), ground);
    buffer.set_stringn(area.x, area.y, sign, 1, style);
    let whole = Place { column: 0, x: 0, width: area.width.saturating_sub(1), right: false };
    let across = row.across.as_ref().map(|cell| (&whole, cell));
    let cells = places.iter().filter_map(|place| Some((place, row.cells.get(place.column)?)));
    for (place, cell) in across.into_iter().chain(cells) {
        let role = row.role.unwrap_or(cell.role);
        let plain = matches!(role, Role::Text | Role::Muted | Role::Faint);
        let style = match role {
            Role::FlashUp | Role::FlashDown => ctx.style(role),
            _ if plain && ground.fg.is_some() => ground,
            _ => on_ground(ctx.style(role), ground),
        };
        let room = Rect::new(area.x + 1 + place.x, area.y, place.width, 1);
        let ellipsis = ctx.theme.glyphs.ellipsis;
        put(buffer, room, &cell.text, style, Fit { right: place.right, ellipsis });
    }
}

/// A style on a row's ground: colours stay, unless the ground turns them round.
fn on_ground(style: Style, ground: Style) -> Style {
    if ground.add_modifier.contains(Modifier::REVERSED) {
        return ground;
    }
    Style { bg: ground.bg.or(style.bg), ..style }.add_modifier(ground.add_modifier)
}

/// How a text stands in its room.
#[derive(Clone, Copy)]
struct Fit {
    right: bool,
    ellipsis: &'static str,
}

/// Writes one cell. A text that is too long is cut with an ellipsis; a number never loses digits
/// unseen: it takes a shorter form.
fn put(buffer: &mut Buffer, room: Rect, text: &str, style: Style, fit: Fit) {
    let room = room.intersection(buffer.area);
    if room.is_empty() {
        return;
    }
    let (width, needed) = (usize::from(room.width), text.width());
    if needed <= width {
        let indent = if fit.right { width - needed } else { 0 };
        let x = room.x + u16::try_from(indent).unwrap_or(0);
        buffer.set_stringn(x, room.y, text, width, style);
    } else if let Some(short) = shortened(text, width).filter(|_| fit.right) {
        let x = room.x + room.width - u16::try_from(short.width()).unwrap_or(room.width);
        buffer.set_stringn(x, room.y, short, width, style);
    } else {
        let (end, _) = buffer.set_stringn(room.x, room.y, text, width - 1, style);
        buffer.set_stringn(end, room.y, fit.ellipsis, 1, style);
    }
}

#[cfg(test)]
mod tests {
    use super::{Column, fit};

    const COLUMNS: [Column; 4] = [
        Column::text("Symbol", 6, 0).up_to(12),
        Column::number("Last", 9, 1),
        Column::number("Volume", 7, 3),
        Column::number("Change", 8, 2),
    ];

    fn shown(width: u16) -> Vec<(usize, u16, u16)> {
        fit(&COLUMNS, width).iter().map(|place| (place.column, place.x, place.width)).collect()
    }

    #[test]
    fn what_is_left_goes_to_the_eager_column_first() {
        let columns =
            [Column::text("Name", 4, 1).up_to(9), Column::text("Why", 5, 0).up_to(12).eager()];
        let widths = |width| fit(&columns, width).iter().map(|p| p.width).collect::<Vec<_>>();
        assert_eq!(widths(10), [4, 5]);
        assert_eq!(widths(14), [4, 9]);
        assert_eq!(widths(19), [6, 12]);
        assert_eq!(widths(80), [9, 12]);
    }

    #[test]
    fn columns_fall_away_by_priority() {
        assert_eq!(shown(33), [(0, 0, 6), (1, 7, 9), (2, 17, 7), (3, 25, 8)]);
        assert_eq!(shown(32), [(0, 0, 12), (1, 13, 9), (3, 23, 8)].map(|(c, x, w)| (c, x, w)));
        assert_eq!(shown(24), [(0, 0, 12), (1, 13, 9)].map(|(c, x, w)| (c, x, w)));
        assert_eq!(shown(15), [(0, 0, 12)]);
        assert_eq!(shown(3), [(0, 0, 3)]);
        assert_eq!(shown(0), [(0, 0, 0)]);
    }
}
