//! The command line: typed words with completion and history, at the foot of the screen.
//! Must never run a line that it cannot read whole: it says what is wrong and keeps the text.

pub mod complete;
pub mod parse;
mod reconciling;
pub mod verbs;
pub mod words;

#[cfg(test)]
mod tests;

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::Clear;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::super::action::Action;
use super::super::ctx::Ctx;
use super::super::effect::{Effect, Layer, Reaction};
use super::super::keymap::Context;
use super::super::theme::Role;
use super::super::widgets::field::Field;
use complete::{Candidate, complete};
use parse::parse;
use verbs::verb;

/// Longest line, in characters.
const LINE_CHARS_MAX: usize = 200;
/// Candidates in sight.
const ROWS: u16 = 8;

/// The line being typed.
pub struct CommandLine {
    field: Field,
    history: Vec<String>,
    /// How far back in the history; zero is the line being typed.
    back: usize,
    draft: String,
    candidates: Vec<Candidate>,
    start: usize,
    chosen: Option<usize>,
    error: Option<String>,
}

impl CommandLine {
    /// An empty line, or one that begins with `text`; `history` is oldest first.
    pub fn new(text: &str, history: Vec<String>, ctx: &Ctx<'_>) -> Self {
        let mut line = Self {
            field: Field::new("command", LINE_CHARS_MAX),
            history,
            back: 0,
            draft: String::new(),
            candidates: Vec::new(),
            start: 0,
            chosen: None,
            error: None,
        };
        line.field.paste(text);
        line.look_up(ctx);
        line
    }

    fn look_up(&mut self, ctx: &Ctx<'_>) {
        self.error = None;
        self.chosen = None;
        (self.start, self.candidates) = complete(self.field.value(), ctx);
    }

    /// Puts the next candidate (or the one before) in the place of the word being typed.
    fn turn(&mut self, forward: bool, ctx: &Ctx<'_>) {
        let count = self.candidates.len();
        if count == 0 {
            return;
        }
        let next = match (self.chosen, forward) {
            (None, true) => 0,
            (None, false) => count - 1,
            (Some(now), true) => (now + 1) % count,
            (Some(now), false) => (now + count - 1) % count,
        };
        let front = self.field.value()[..self.start].to_owned();
        let alone = count == 1;
        let end = if alone { " " } else { "" };
        self.field.clear();
        self.field.type_text(&format!("{front}{}{end}", self.candidates[next].text));
        if alone {
            self.look_up(ctx);
        } else {
            self.chosen = Some(next);
        }
    }

    fn travel(&mut self, older: bool, ctx: &Ctx<'_>) {
        if self.back == 0 {
            self.field.value().clone_into(&mut self.draft);
        }
        let last = self.history.len();
        self.back = if older { (self.back + 1).min(last) } else { self.back.saturating_sub(1) };
        let text = match self.back {
            0 => self.draft.clone(),
            back => self.history[last - back].clone(),
        };
        self.field.clear();
        self.field.type_text(&text);
        self.look_up(ctx);
    }

    fn run(&mut self, ctx: &Ctx<'_>) -> Reaction {
        let line = self.field.value().trim().to_owned();
        match parse(&line, ctx) {
            Ok(follow) => {
                let mut effects = vec![Effect::Close];
                if !line.is_empty() {
                    effects.push(Effect::Remember(line));
                }
                effects.extend(follow);
                Reaction::Mine(effects)
            }
            Err(error) => {
                self.error = Some(error);
                Reaction::done()
            }
        }
    }
}

impl Layer for CommandLine {
    fn contexts(&self) -> &'static [Context] {
        &[Context::Search]
    }
    fn takes_text(&self) -> bool {
        true
    }
    fn title(&self) -> String {
        "Command line".to_owned()
    }
    fn act(&mut self, action: Action, ctx: &Ctx<'_>) -> Reaction {
        match action {
            Action::Close => return Reaction::with(Effect::Close),
            Action::Accept => return self.run(ctx),
            Action::Complete => self.turn(true, ctx),
            Action::PreviousField => self.turn(false, ctx),
            Action::Up => self.travel(true, ctx),
            Action::Down => self.travel(false, ctx),
            _ => {}
        }
        Reaction::done()
    }
    fn key(&mut self, key: KeyEvent, ctx: &Ctx<'_>) -> Reaction {
        if self.field.value().is_empty() && key.code == crossterm::event::KeyCode::Backspace {
            return Reaction::with(Effect::Close);
        }
        if !self.field.key(key) {
            return Reaction::NotMine;
        }
        self.back = 0;
        self.look_up(ctx);
        Reaction::done()
    }
    fn paste(&mut self, text: &str, ctx: &Ctx<'_>) -> Reaction {
        self.field.paste(text);
        self.look_up(ctx);
        Reaction::done()
    }
    fn mouse(&mut self, _mouse: MouseEvent, _ctx: &Ctx<'_>) -> Reaction {
        // The line stands where the hints are: a click there must not reach them.
        Reaction::done()
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        if ctx.area.is_empty() {
            return;
        }
        let bottom = ctx.area.bottom() - 1;
        let line = Rect { y: bottom, height: 1, ..ctx.area };
        frame.render_widget(Clear, line);
        let buffer = frame.buffer_mut();
        buffer.set_style(line, ctx.style(Role::Overlay));
        buffer.set_stringn(line.x, line.y, ":", 1, ctx.style(Role::Key));
        let field = Rect { x: line.x + 1, width: line.width - 1, ..line };
        self.field.draw(frame, field, ctx.style(Role::Overlay), true);
        self.draw_above(frame, bottom, ctx);
    }
}

impl CommandLine {
    /// Above the line: what is wrong with it, else what could stand there, else how it is written.
    fn draw_above(&self, frame: &mut Frame<'_>, bottom: u16, ctx: &Ctx<'_>) {
        let width = ctx.area.width;
        let usage = verb(self.field.value().split(' ').next().unwrap_or_default());
        let mut lines: Vec<(String, Role, bool)> = Vec::new();
        if let Some(error) = &self.error {
            lines.push((format!("{} {error}", ctx.theme.glyphs.cross), Role::Error, false));
        } else {
            let chosen = self.chosen.unwrap_or(0);
            let first = (chosen + 1).saturating_sub(usize::from(ROWS));
            let shown = self.candidates.iter().enumerate().skip(first).take(ROWS.into());
            for (index, candidate) in shown {
                let text = format!("{:<16} {}", candidate.text, candidate.about);
                lines.push((text, Role::Text, self.chosen == Some(index)));
            }
            if let Some(verb) = usage {
                lines.push((format!("{}: {}", verb.usage, verb.help), Role::Muted, false));
            }
        }
        let count = u16::try_from(lines.len()).unwrap_or(0).min(bottom.saturating_sub(ctx.area.y));
        let top = bottom - count;
        let area = Rect { y: top, height: count, ..ctx.area };
        frame.render_widget(Clear, area);
        frame.buffer_mut().set_style(area, ctx.style(Role::Overlay));
        for (y, (text, role, here)) in (top..bottom).zip(&lines) {
            let style = ctx.style(if *here { Role::Selection } else { *role });
            let line = Rect { y, height: 1, ..area };
            frame
                .buffer_mut()
                .set_style(line, if *here { style } else { ctx.style(Role::Overlay) });
            let room = usize::from(width.saturating_sub(2));
            let text = ended(text, room, ctx.theme.glyphs.ellipsis);
            frame.buffer_mut().set_stringn(ctx.area.x + 1, y, text, room, style);
        }
    }
}

/// The text, cut with an ellipsis where it is wider than its room.
fn ended(text: &str, room: usize, ellipsis: &str) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let mut cut = String::new();
    for character in text.chars() {
        if cut.width() + character.width().unwrap_or(0) + ellipsis.width() > room {
            break;
        }
        cut.push(character);
    }
    format!("{}{ellipsis}", cut.trim_end())
}
