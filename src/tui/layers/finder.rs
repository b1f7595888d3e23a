//! A field above a list of things to choose from: what help and palette are made of.
//! Must never run what is refused: it says why instead.

use crossterm::event::{KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
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

    /// The lines in sight: headings while nothing is searched for, entries by their row.
    fn lines(&self) -> Vec<Line> {
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
        }
        lines
    }

    /// Its room: the top stays where it is while the list below gets longer and shorter.
    fn room(&self, area: Rect) -> Rect {
        let most = popup::centred(area, WIDTH, HEIGHT);
        let lines = u16::try_from(self.lines().len()).unwrap_or(u16::MAX);
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
        let lines = self.lines();
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
                if let Some(Line::Entry(row)) =
                    line.and_then(|line| self.lines().get(line).copied())
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
        let lines = self.lines();
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
                    draw_entry(frame.buffer_mut(), room, entry, cursor == Some(*row), ctx);
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

fn draw_entry(buffer: &mut Buffer, room: Rect, entry: &Entry, here: bool, ctx: &Ctx<'_>) {
    let refused = entry.refused.is_some();
    let ground = if here { ctx.style(Role::Selection) } else { ratatui::style::Style::new() };
    buffer.set_style(room, ground);
    let style =
        |role| if here { ground } else { ctx.style(if refused { Role::Faint } else { role }) };
    let about = match &entry.refused {
        Some(why) => format!("{} {why}", ctx.theme.glyphs.cross),
        None => entry.about.clone(),
    };
    let keys = KEYS.min(room.width / 4);
    let names = NAMES.min(room.width / 3);
    let columns = [
        (room.x, keys, entry.keys.as_str(), Role::Key),
        (room.x + keys + 1, names, entry.name.as_str(), Role::Text),
        (room.x + keys + names + 2, room.width, about.as_str(), Role::Muted),
    ];
    for (x, width, text, role) in columns {
        let width = usize::from(width.min(room.right().saturating_sub(x)));
        if text.width() <= width {
            buffer.set_stringn(x, room.y, text, width, style(role));
        } else if width > 0 {
            let (end, _) = buffer.set_stringn(x, room.y, text, width - 1, style(role));
            buffer.set_stringn(end, room.y, ctx.theme.glyphs.ellipsis, 1, style(role));
        }
    }
}
