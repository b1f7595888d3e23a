//! A form: fields in order, each with its words of error or hint beside it; what was typed stays.
//! Must never know what its fields are for: the owner reads each with a parser.

use std::fmt::Display;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use unicode_width::UnicodeWidthStr;

use super::super::action::Action;
use super::super::theme::{Role, Theme};
use super::area::Area;
use super::field::Field;
use super::popup::wrap;

/// One entry of a form.
#[derive(Clone, Debug)]
pub struct Entry {
    kind: Kind,
    error: Option<String>,
    hint: Option<String>,
    hidden: bool,
}

#[derive(Clone, Debug)]
enum Kind {
    Text(Field),
    Area(Box<Area>),
    Choice { label: &'static str, options: Vec<String>, chosen: usize },
    Button { label: &'static str },
}

impl Entry {
    const fn of(kind: Kind) -> Self {
        Self { kind, error: None, hint: None, hidden: false }
    }
    /// A line of text.
    pub const fn text(field: Field) -> Self {
        Self::of(Kind::Text(field))
    }
    /// Several lines of text: Enter is a new line in it.
    pub fn area(area: Area) -> Self {
        Self::of(Kind::Area(Box::new(area)))
    }
    /// One of several; arrows left and right (and a first letter) choose.
    pub const fn choice(label: &'static str, options: Vec<String>, chosen: usize) -> Self {
        Self::of(Kind::Choice { label, options, chosen })
    }
    /// Something to do.
    pub const fn button(label: &'static str) -> Self {
        Self::of(Kind::Button { label })
    }
    fn label(&self) -> &'static str {
        match &self.kind {
            Kind::Text(field) => field.label(),
            Kind::Area(area) => area.label(),
            Kind::Choice { label, .. } | Kind::Button { label } => label,
        }
    }
}

impl Entry {
    /// Lines it takes, its words aside.
    const fn height(&self) -> usize {
        match &self.kind {
            Kind::Area(_) => AREA_ROWS,
            _ => 1,
        }
    }
}

/// What a form did with an action or a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormMove {
    /// It was not for the form.
    No,
    /// Taken: another entry has the keys, or nothing changed.
    Yes,
    /// Taken: what this entry holds changed.
    Changed(usize),
    /// `Enter` on this button (or on the last entry).
    Pressed(usize),
}

/// Entries in order, one of which has the keys.
#[derive(Clone, Debug, Default)]
pub struct Form {
    entries: Vec<Entry>,
    focus: usize,
    /// True once the entry with the keys was typed into: until then what it holds is selected, and
    /// the first character typed takes its place.
    touched: bool,
}

impl Form {
    /// A form of these entries; the first one has the keys.
    pub const fn new(entries: Vec<Entry>) -> Self {
        Self { entries, focus: 0, touched: false }
    }
    /// Which entry has the keys.
    pub const fn focus(&self) -> usize {
        self.focus
    }
    /// Gives the keys to an entry.
    pub fn focus_on(&mut self, index: usize) {
        if index < self.entries.len() && index != self.focus {
            self.focus = index;
            self.touched = false;
        }
    }
    /// What the entry with the keys holds is not selected any more: something changed it.
    pub const fn touch(&mut self) {
        self.touched = true;
    }
    /// The label of an entry.
    pub fn label(&self, index: usize) -> &'static str {
        self.entries.get(index).map_or("", Entry::label)
    }
    /// How many entries.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }
    /// True without an entry.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
    /// The text of an entry: as typed, or the chosen option.
    pub fn value(&self, index: usize) -> &str {
        match self.entries.get(index).map(|entry| &entry.kind) {
            Some(Kind::Text(field)) => field.value(),
            Some(Kind::Choice { options, chosen, .. }) => {
                options.get(*chosen).map_or("", String::as_str)
            }
            _ => "",
        }
    }
    /// The lines of an entry of several lines, cleaned.
    pub fn lines_of(&self, index: usize) -> String {
        match self.entries.get(index).map(|entry| &entry.kind) {
            Some(Kind::Area(area)) => area.value(),
            _ => String::new(),
        }
    }
    /// The index of the chosen option.
    pub fn chosen(&self, index: usize) -> usize {
        match self.entries.get(index).map(|entry| &entry.kind) {
            Some(Kind::Choice { chosen, .. }) => *chosen,
            _ => 0,
        }
    }
    /// Puts a text into an entry, or chooses the option of that text.
    pub fn set(&mut self, index: usize, value: &str) {
        match self.entries.get_mut(index).map(|entry| &mut entry.kind) {
            Some(Kind::Text(field)) => field.set(value),
            Some(Kind::Area(area)) => area.set(value),
            Some(Kind::Choice { options, chosen, .. }) => {
                *chosen = options.iter().position(|option| option == value).unwrap_or(*chosen);
            }
            _ => {}
        }
    }
    /// Gives a choice other options; what was chosen stays chosen if it is still there.
    pub fn set_options(&mut self, index: usize, fresh: Vec<String>) {
        let before = self.value(index).to_owned();
        if let Some(Kind::Choice { options, chosen, .. }) =
            self.entries.get_mut(index).map(|entry| &mut entry.kind)
        {
            *chosen = fresh.iter().position(|option| *option == before).unwrap_or(0);
            *options = fresh;
        }
    }
    /// Reads an entry with a parser; what it refuses stands beside the field, in its own words.
    pub fn read<T, E: Display>(
        &mut self,
        index: usize,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let parsed = parse(self.value(index));
        let entry = self.entries.get_mut(index)?;
        match parsed {
            Ok(value) => {
                entry.error = None;
                Some(value)
            }
            Err(error) => {
                entry.error = Some(error.to_string());
                None
            }
        }
    }
    /// Puts an error beside a field, or takes it away.
    pub fn set_error(&mut self, index: usize, error: Option<String>) {
        if let Some(entry) = self.entries.get_mut(index) {
            entry.error = error;
        }
    }
    /// The error beside a field.
    pub fn error(&self, index: usize) -> Option<&str> {
        self.entries.get(index)?.error.as_deref()
    }
    /// Takes all errors away.
    pub fn clear_errors(&mut self) {
        for entry in &mut self.entries {
            entry.error = None;
        }
    }
    /// Gives the keys to the first field with an error; false where there is none.
    pub fn focus_error(&mut self) -> bool {
        let first = self.entries.iter().position(|entry| entry.error.is_some() && !entry.hidden);
        // What is wrong is mended in place, not typed anew.
        self.touched = true;
        self.focus = first.unwrap_or(self.focus);
        first.is_some()
    }
    /// Puts a hint beside a field (shown while there is no error), or takes it away.
    pub fn set_hint(&mut self, index: usize, hint: Option<String>) {
        if let Some(entry) = self.entries.get_mut(index) {
            entry.hint = hint;
        }
    }
    /// Hides an entry that means nothing now (a limit price of a market order), or shows it.
    pub fn set_hidden(&mut self, index: usize, hidden: bool) {
        if let Some(entry) = self.entries.get_mut(index) {
            entry.hidden = hidden;
        }
        if self.entries.get(self.focus).is_some_and(|entry| entry.hidden) {
            self.step(1);
        }
    }
    /// True where an entry is hidden.
    pub fn is_hidden(&self, index: usize) -> bool {
        self.entries.get(index).is_some_and(|entry| entry.hidden)
    }
    /// True where the entry with the keys is text, of one line or several.
    pub fn is_on_text(&self) -> bool {
        let kind = self.entries.get(self.focus).map(|entry| &entry.kind);
        matches!(kind, Some(Kind::Text(_) | Kind::Area(_)))
    }

    /// True where the entry with the keys is something to do.
    pub fn is_on_button(&self) -> bool {
        let kind = self.entries.get(self.focus).map(|entry| &entry.kind);
        matches!(kind, Some(Kind::Button { .. }))
    }

    /// Goes from field to field; `Accept` goes on, and presses a button.
    pub fn act(&mut self, action: Action) -> FormMove {
        match action {
            Action::NextField => self.step(1),
            Action::PreviousField => self.step(-1),
            Action::Accept => {
                let button = matches!(
                    self.entries.get(self.focus).map(|entry| &entry.kind),
                    Some(Kind::Button { .. })
                );
                let last = self.entries.iter().rposition(|entry| !entry.hidden);
                if button || last == Some(self.focus) {
                    return FormMove::Pressed(self.focus);
                }
                self.step(1);
            }
            // The key that sends presses the last button, wherever in the form it is pressed.
            Action::Send => {
                let is_button = |entry: &Entry| matches!(entry.kind, Kind::Button { .. });
                let button = self.entries.iter().rposition(|e| is_button(e) && !e.hidden);
                return button.map_or(FormMove::No, FormMove::Pressed);
            }
            _ => return FormMove::No,
        }
        FormMove::Yes
    }

    /// Types into the field that has the keys, or chooses.
    pub fn key(&mut self, key: KeyEvent) -> FormMove {
        let focus = self.focus;
        let Some(entry) = self.entries.get_mut(focus) else { return FormMove::No };
        match &mut entry.kind {
            Kind::Text(field) => {
                let before = field.value().to_owned();
                let is_typed = matches!(key.code, KeyCode::Char(_))
                    && key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
                if !self.touched && is_typed {
                    field.clear();
                }
                if !field.key(key) {
                    return FormMove::No;
                }
                self.touched = true;
                if field.value() == before {
                    return FormMove::Yes;
                }
            }
            Kind::Area(area) => {
                if !area.key(key) {
                    return FormMove::No;
                }
            }
            Kind::Choice { options, chosen, .. } => {
                let before = *chosen;
                let plain = key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
                match key.code {
                    KeyCode::Right | KeyCode::Char(' ') => {
                        *chosen = (*chosen + 1) % options.len().max(1);
                    }
                    KeyCode::Left => {
                        *chosen = chosen.checked_sub(1).unwrap_or(options.len().max(1) - 1);
                    }
                    KeyCode::Char(letter) if plain => {
                        let starts = |option: &String| {
                            option.to_lowercase().starts_with(letter.to_ascii_lowercase())
                        };
                        let after = options.iter().skip(*chosen + 1).position(starts);
                        let any = || options.iter().position(starts);
                        *chosen = after.map(|n| n + *chosen + 1).or_else(any).unwrap_or(*chosen);
                    }
                    _ => return FormMove::No,
                }
                if *chosen == before {
                    return FormMove::Yes;
                }
            }
            Kind::Button { .. } => return FormMove::No,
        }
        self.entries[focus].error = None;
        FormMove::Changed(focus)
    }

    /// Pastes into the field that has the keys; a paste never presses anything.
    pub fn paste(&mut self, text: &str) -> FormMove {
        let focus = self.focus;
        match self.entries.get_mut(focus).map(|entry| &mut entry.kind) {
            Some(Kind::Text(field)) => {
                if !std::mem::replace(&mut self.touched, true) {
                    field.clear();
                }
                field.paste(text);
            }
            Some(Kind::Area(area)) => area.paste(text),
            _ => return FormMove::No,
        }
        self.entries[focus].error = None;
        FormMove::Changed(focus)
    }

    fn step(&mut self, by: isize) {
        let count = self.entries.len();
        for _ in 0..count {
            self.focus = match by {
                1 => (self.focus + 1) % count,
                _ => self.focus.checked_sub(1).unwrap_or(count - 1),
            };
            if !self.entries[self.focus].hidden {
                self.touched = false;
                return;
            }
        }
    }

    /// Lines it takes in this width, error and hint lines included.
    pub fn height(&self, width: u16) -> u16 {
        let lines: usize =
            self.entries.iter().filter(|entry| !entry.hidden).map(|e| Self::lines(e, width)).sum();
        u16::try_from(lines).unwrap_or(u16::MAX)
    }

    fn lines(entry: &Entry, width: u16) -> usize {
        let words = entry.error.as_ref().or(entry.hint.as_ref());
        entry.height() + words.map_or(0, |words| wrap(words, words_width(width)).len())
    }

    /// Lines scrolled away at the top of this room, so that the entry with the keys is in sight.
    pub fn offset(&self, area: Rect) -> u16 {
        let mut passed = 0;
        for (index, entry) in self.entries.iter().enumerate().filter(|(_, entry)| !entry.hidden) {
            let lines = Self::lines(entry, area.width);
            if index == self.focus {
                let beyond = (passed + lines).saturating_sub(area.height.into());
                return u16::try_from(beyond.min(passed)).unwrap_or(u16::MAX);
            }
            passed += lines;
        }
        0
    }

    /// Draws it: labels at the left, fields beside them, words of error or hint below.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let mut pen = Pen { area, skip: self.offset(area), y: area.y };
        for (index, entry) in self.entries.iter().enumerate().filter(|(_, entry)| !entry.hidden) {
            let height = u16::try_from(entry.height()).unwrap_or(u16::MAX);
            if let Some(room) = pen.room(height) {
                draw_entry(frame, room, entry, index == self.focus, theme);
                if index == self.focus && !self.touched {
                    draw_selected(frame, room, entry);
                }
            }
            let words = entry.error.as_ref().map(|error| (error, Role::Error));
            let words = words.or(entry.hint.as_ref().map(|hint| (hint, Role::Muted)));
            let Some((words, role)) = words else { continue };
            for text in wrap(words, words_width(area.width)) {
                let Some(line) = pen.room(1) else { continue };
                let width = usize::from(area.width.saturating_sub(LABEL + 1));
                let x = area.x + (LABEL + 1).min(area.width);
                frame.buffer_mut().set_stringn(x, line.y, &text, width, theme.style(role));
            }
        }
    }

    /// The entry at a line of the form, counted from 0 with those scrolled away, for the mouse.
    pub fn entry_at(&self, line: u16, width: u16) -> Option<usize> {
        let mut passed = 0;
        for (index, entry) in self.entries.iter().enumerate().filter(|(_, entry)| !entry.hidden) {
            passed += Self::lines(entry, width);
            if usize::from(line) < passed {
                return Some(index);
            }
        }
        None
    }
}

/// Goes down the lines of a form: those at the top that are scrolled away take no room.
struct Pen {
    area: Rect,
    skip: u16,
    y: u16,
}

impl Pen {
    /// The room of the next `height` lines, as much of it as is in sight.
    fn room(&mut self, height: u16) -> Option<Rect> {
        let hidden = height.min(self.skip);
        self.skip -= hidden;
        let left = self.area.bottom().saturating_sub(self.y).min(height - hidden);
        let room = Rect { y: self.y, height: left, ..self.area };
        self.y += left;
        (left > 0).then_some(room)
    }
}

/// Rows of an entry of several lines.
const AREA_ROWS: usize = 3;
/// Cells of the label column.
pub const LABEL: u16 = 13;

const fn words_width(width: u16) -> u16 {
    let room = width.saturating_sub(LABEL + 1);
    if room == 0 { 1 } else { room }
}

fn draw_entry(frame: &mut Frame<'_>, area: Rect, entry: &Entry, focused: bool, theme: &Theme) {
    let label_role = if focused { Role::Text } else { Role::Muted };
    let role = if focused { Role::FieldFocus } else { Role::Field };
    let field = Rect {
        x: area.x + (LABEL + 1).min(area.width),
        width: area.width.saturating_sub(LABEL + 1),
        ..area
    };
    if let Kind::Button { label } = entry.kind {
        let text = format!(" {label} ");
        let style = theme.style(if focused { Role::Selection } else { Role::Field });
        frame.buffer_mut().set_stringn(field.x, area.y, &text, usize::from(field.width), style);
        return;
    }
    let width = usize::from(LABEL.min(area.width));
    let buffer = frame.buffer_mut();
    buffer.set_stringn(area.x, area.y, entry.label(), width, theme.style(label_role));
    match &entry.kind {
        Kind::Text(text) => text.draw(frame, field, theme.style(role), focused),
        Kind::Choice { options, chosen, .. } => {
            let text = options.get(*chosen).map_or("", String::as_str);
            let room = usize::from(field.width);
            let (x, _) = buffer.set_stringn(field.x, area.y, text, room, theme.style(role));
            if focused && options.len() > 1 {
                let left = usize::from(field.right().saturating_sub(x));
                buffer.set_stringn(x, area.y, "  < >", left, theme.style(Role::Hint));
            }
        }
        Kind::Area(text) => text.draw(frame, field, theme.style(role), focused),
        Kind::Button { .. } => {}
    }
}

/// Shows that what a field holds is selected.
fn draw_selected(frame: &mut Frame<'_>, area: Rect, entry: &Entry) {
    let Kind::Text(field) = &entry.kind else { return };
    let left = area.width.saturating_sub(LABEL + 1);
    let cells = u16::try_from(field.value().width()).unwrap_or(u16::MAX).min(left);
    let text = Rect { x: area.x + (LABEL + 1).min(area.width), width: cells, height: 1, ..area };
    frame.buffer_mut().set_style(text, Modifier::REVERSED);
}

#[cfg(test)]
mod tests;
