//! A field above a list of things to choose from: what help and palette are made of.
//! Must never run what is refused: it says why instead.

use crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use crate::domain::ids::PortfolioId;
use crate::domain::symbols::Symbol;
use crate::domain::users::Login;

use super::super::action::Action;
use super::super::ctx::{Ctx, Subject};
use super::super::effect::{Effect, Layer, Reaction};
use super::super::keymap::Context;
use super::super::theme::Role;
use super::super::widgets::field::Field;
use super::super::widgets::list::List;
use super::super::widgets::popup;

const WIDTH: u16 = 92;
const HEIGHT: u16 = 30;
/// Cells of the column of keys.
const KEYS: u16 = 16;
/// Cells of the column of names.
const NAMES: u16 = 18;

/// One thing to choose.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Heading it stands under.
    pub group: &'static str,
    /// Its key, or what else stands before it.
    pub keys: String,
    /// Its name.
    pub name: String,
    /// One line about it.
    pub about: String,
    /// Why it cannot be chosen now.
    pub refused: Option<String>,
    /// What choosing it does.
    pub choice: Choice,
}

/// What choosing does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Runs an action.
    Action(Action),
    /// Shows a symbol.
    Symbol(Symbol),
    /// Shows a portfolio.
    Portfolio(PortfolioId),
    /// Says who somebody is.
    Person(Login),
}

/// The field and the list.
pub struct Finder {
    title: &'static str,
    subject: Subject,
    field: Field,
    entries: Vec<Entry>,
    found: Vec<usize>,
    list: List<usize>,
}

impl Finder {
    /// A finder over these entries; actions are run about `subject`.
    pub fn new(title: &'static str, entries: Vec<Entry>, subject: Subject) -> Self {
        let found = (0..entries.len()).collect();
        let field = Field::new("search", 64);
        Self { title, subject, field, entries, found, list: List::default() }
    }

    fn search(&mut self) {
        let text = self.field.value().trim();
        self.list = List::default();
        if text.is_empty() {
            self.found = (0..self.entries.len()).collect();
            return;
        }
        let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut characters = Vec::new();
        let mut score = |text: &str| {
            pattern.score(Utf32Str::new(text, &mut characters), &mut matcher).unwrap_or(0)
        };
        let mut scored: Vec<(u32, usize)> = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            // A name counts more than the words about it; a whole name most of all.
            let whole = u32::from(entry.name.eq_ignore_ascii_case(text)) * 1_000;
            let best = (score(&entry.name) * 2).max(score(&entry.about)) + whole;
            let best = best.max(u32::from(entry.keys == text) * 900);
            if best > 0 {
                scored.push((best, index));
            }
        }
        scored.sort_by_key(|(score, index)| (std::cmp::Reverse(*score), *index));
        self.found = scored.into_iter().map(|(_, index)| index).collect();
    }

    fn choose(&self) -> Reaction {
        let chosen = self.list.position(&self.found).and_then(|row| self.found.get(row));
        let Some(entry) = chosen.and_then(|index| self.entries.get(*index)) else {
            return Reaction::done();
        };
        if let Some(why) = &entry.refused {
            return Reaction::with(Effect::complain(why.clone()));
        }
        let mut effects = vec![Effect::Close];
        match &entry.choice {
            Choice::Action(action) => effects.push(Effect::RunAbout(*action, self.subject)),
            Choice::Symbol(symbol) => {
                effects.push(Effect::ChooseSymbol(*symbol));
                effects.push(Effect::Run(Action::Screen4));
            }
            Choice::Portfolio(portfolio) => {
                effects.push(Effect::ChoosePortfolio(*portfolio));
                effects.push(Effect::Run(Action::Screen3));
            }
            Choice::Person(_) => effects.push(Effect::say(entry.about.clone())),
        }
        Reaction::Mine(effects)
    }

    /// All lines: headings while nothing is searched for, entries by their row, and what of an
    /// entry's words goes on below it.
    fn lines(&self, area: Rect) -> Vec<Line> {
        let [_, _, room] = self.columns(popup::inside(popup::centred(area, WIDTH, HEIGHT)).width);
        let searching = !self.field.value().trim().is_empty();
        let mut lines = Vec::new();
        let mut group = "";
        for (row, index) in self.found.iter().enumerate() {
            let entry = &self.entries[*index];
            if !searching && entry.group != group {
                group = entry.group;
                lines.push(Line::Heading(group));
            }
            lines.push(Line::Entry(row));
            if words_width(entry) > usize::from(room) {
                let more = popup::wrap(&words(entry), room).len();
                lines.extend((1..more).map(|line| Line::More(row, line)));
            }
        }
        lines
    }

    /// Cells of keys, names and words: keys and names take what the longest of them needs.
    fn columns(&self, width: u16) -> [u16; 3] {
        let widest = |text: fn(&Entry) -> &str, most: u16| {
            let widths = self.entries.iter().map(|entry| text(entry).width());
            u16::try_from(widths.max().unwrap_or(0)).unwrap_or(most).min(most)
        };
        let keys = widest(|entry| &entry.keys, KEYS).min(width / 4);
        let names = widest(|entry| &entry.name, NAMES).min(width / 3);
        [keys, names, width.saturating_sub(keys + names + 2)]
    }

    /// Its room: the top stays where it is while the list below gets longer and shorter.
    fn room(&self, area: Rect) -> Rect {
        let most = popup::centred(area, WIDTH, HEIGHT);
        let lines = u16::try_from(self.lines(area).len()).unwrap_or(u16::MAX);
        Rect { height: lines.max(1).saturating_add(4).min(most.height), ..most }
    }

    /// The room of the lines, and the first line in sight.
    fn sight(&self, area: Rect) -> (Rect, usize) {
        let inner = popup::inside(self.room(area));
        let rows = Rect {
            y: inner.y + 2.min(inner.height),
            height: inner.height.saturating_sub(2),
            ..inner
        };
        let cursor = self.list.position(&self.found).unwrap_or(0);
        let lines = self.lines(area);
        let line = lines.iter().position(|line| *line == Line::Entry(cursor)).unwrap_or(0);
        let height = usize::from(rows.height.max(1));
        let first = (line + 1 + height / 3).saturating_sub(height);
        (rows, first.min(lines.len().saturating_sub(height)))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    Heading(&'static str),
    Entry(usize),
    /// The words of this row go on: which line of them.
    More(usize, usize),
}

impl Layer for Finder {
    fn contexts(&self) -> &'static [Context] {
        &[Context::Search]
    }
    fn takes_text(&self) -> bool {
        true
    }
    fn title(&self) -> String {
        self.title.to_owned()
    }
    fn act(&mut self, action: Action, ctx: &Ctx<'_>) -> Reaction {
        match action {
            Action::Close => Reaction::with(Effect::Close),
            Action::Accept => self.choose(),
            other => {
                let height = usize::from(self.sight(ctx.area).0.height);
                self.list.act(other, &self.found, height, &[]);
                Reaction::done()
            }
        }
    }
    fn key(&mut self, key: KeyEvent, _ctx: &Ctx<'_>) -> Reaction {
        if self.field.key(key) {
            self.search();
            return Reaction::done();
        }
        Reaction::NotMine
    }
    fn paste(&mut self, text: &str, _ctx: &Ctx<'_>) -> Reaction {
        self.field.paste(text);
        self.search();
        Reaction::done()
    }
    fn mouse(&mut self, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
        let (rows, first) = self.sight(ctx.area);
        match mouse.kind {
            MouseEventKind::ScrollDown => {
                self.list.step(3, &self.found, usize::from(rows.height));
            }
            MouseEventKind::ScrollUp => {
                self.list.step(-3, &self.found, usize::from(rows.height));
            }
            MouseEventKind::Down(MouseButton::Left) => {
                let at = Position::new(mouse.column, mouse.row);
                if !self.room(ctx.area).contains(at) {
                    return Reaction::with(Effect::Close);
                }
                let line = rows.contains(at).then(|| first + usize::from(at.y - rows.y));
                if let Some(Line::Entry(row) | Line::More(row, _)) =
                    line.and_then(|line| self.lines(ctx.area).get(line).copied())
                {
                    self.list.select(self.found[row], &self.found);
                    return self.choose();
                }
            }
            _ => {}
        }
        Reaction::done()
    }
    fn refuses(&self, action: Action, _ctx: &Ctx<'_>) -> Option<String> {
        (action == Action::Complete).then(|| "There is nothing to complete".to_owned())
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        let inner = popup::draw(frame, self.room(ctx.area), self.title, ctx.theme);
        if inner.is_empty() {
            return;
        }
        let buffer = frame.buffer_mut();
        buffer.set_stringn(inner.x, inner.y, "/", 1, ctx.style(Role::Key));
        let hint = "enter runs, esc leaves";
        let hint_width = u16::try_from(hint.len()).unwrap_or(0);
        let wide = inner.width > hint_width + 20;
        let used = if wide { hint_width + 3 } else { 2 };
        let field = Rect {
            x: inner.x + 2.min(inner.width),
            width: inner.width.saturating_sub(used),
            height: 1,
            ..inner
        };
        if wide {
            let x = inner.right() - hint_width;
            buffer.set_stringn(x, inner.y, hint, hint.len(), ctx.style(Role::Hint));
        }
        self.field.draw(frame, field, ctx.style(Role::FieldFocus), true);
        let (rows, first) = self.sight(ctx.area);
        let cursor = self.list.position(&self.found);
        let lines = self.lines(ctx.area);
        let columns = self.columns(rows.width);
        for (offset, line) in lines.iter().skip(first).take(rows.height.into()).enumerate() {
            let y = rows.y + u16::try_from(offset).unwrap_or(0);
            let room = Rect { y, height: 1, ..rows };
            match line {
                Line::Heading(group) => {
                    let style = ctx.style(Role::Title);
                    frame.buffer_mut().set_stringn(room.x, y, group, room.width.into(), style);
                }
                Line::Entry(row) => {
                    let entry = &self.entries[self.found[*row]];
                    let style = Look::of(entry, cursor == Some(*row), ctx);
                    draw_entry(frame.buffer_mut(), (room, columns), entry, &style);
                }
                Line::More(row, line) => {
                    let entry = &self.entries[self.found[*row]];
                    let style = Look::of(entry, cursor == Some(*row), ctx);
                    draw_more(frame.buffer_mut(), (room, columns), (entry, *line), &style);
                }
            }
        }
        if self.found.is_empty() {
            let text = format!("Nothing is called '{}'", self.field.value().trim());
            let style = ctx.style(Role::Muted);
            frame.buffer_mut().set_stringn(rows.x, rows.y, text, rows.width.into(), style);
        }
    }
}

/// What is said about an entry: what it is, or why it cannot be done.
fn words(entry: &Entry) -> String {
    match &entry.refused {
        Some(why) => format!("{CROSS} {why}"),
        None => entry.about.clone(),
    }
}

fn words_width(entry: &Entry) -> usize {
    entry.refused.as_ref().map_or_else(|| entry.about.width(), |why| why.width() + 2)
}

/// Stands for the theme's own cross while words are measured: every theme's takes one cell.
const CROSS: char = '\u{2717}';

/// How the lines of one entry look.
struct Look<'c> {
    here: bool,
    refused: bool,
    ctx: &'c Ctx<'c>,
}

impl<'c> Look<'c> {
    const fn of(entry: &Entry, here: bool, ctx: &'c Ctx<'c>) -> Self {
        Self { here, refused: entry.refused.is_some(), ctx }
    }
    fn ground(&self) -> Style {
        if self.here { self.ctx.style(Role::Selection) } else { Style::new() }
    }
    fn style(&self, role: Role) -> Style {
        if self.here {
            self.ground()
        } else {
            self.ctx.style(if self.refused { Role::Faint } else { role })
        }
    }
}

fn draw_entry(
    buffer: &mut Buffer,
    (room, columns): (Rect, [u16; 3]),
    entry: &Entry,
    look: &Look<'_>,
) {
    let [keys, names, _] = columns;
    let places = [
        (room.x, keys, entry.keys.as_str(), Role::Key),
        (room.x + keys + 1, names, entry.name.as_str(), Role::Text),
    ];
    draw_more(buffer, (room, columns), (entry, 0), look);
    for (x, width, text, role) in places {
        let width = usize::from(width.min(room.right().saturating_sub(x)));
        if text.width() <= width {
            buffer.set_stringn(x, room.y, text, width, look.style(role));
        } else if width > 0 {
            let (end, _) = buffer.set_stringn(x, room.y, text, width - 1, look.style(role));
            buffer.set_stringn(end, room.y, look.ctx.theme.glyphs.ellipsis, 1, look.style(role));
        }
    }
}

/// Draws one line of an entry's words.
fn draw_more(
    buffer: &mut Buffer,
    (room, [keys, names, width]): (Rect, [u16; 3]),
    (entry, line): (&Entry, usize),
    look: &Look<'_>,
) {
    buffer.set_style(room, look.ground());
    let lines = popup::wrap(&words(entry), width);
    let Some(text) = lines.get(line) else { return };
    let text = text.replace(CROSS, look.ctx.theme.glyphs.cross);
    let x = room.x + (keys + names + 2).min(room.width);
    let style = look.style(Role::Muted);
    buffer.set_stringn(x, room.y, text, usize::from(room.right().saturating_sub(x)), style);
}

#[cfg(test)]
mod tests {
    use crate::domain::roles::RoleName;
    use crate::tui::action::Action;
    use crate::tui::fixture::Fixture;

    #[test]
    fn no_sentence_of_help_is_cut_at_80x24() {
        let mut app = Fixture::of(RoleName::Viewer).app(80, 24);
        app.press(&["?"]);
        let mut seen = String::new();
        for _ in 0..Action::TABLE.len() {
            let words = app
                .text()
                .lines()
                .map(|line| {
                    let inside = line.trim_matches(|c| c == ' ' || c == '│');
                    inside.to_owned()
                })
                .collect::<Vec<_>>()
                .join(" ");
            seen.push_str(&words.split_whitespace().collect::<Vec<_>>().join(" "));
            app.press(&["down"]);
        }
        for words in [
            "Help for this place: type to search, Enter runs",
            "Find any action, symbol, portfolio or person",
            "Your role 'viewer' cannot execute trades",
        ] {
            assert!(seen.contains(words), "{words}: {}", app.text());
        }
        assert!(!app.text().contains('…'), "{}", app.text());
    }
}
