//! A question before something is done: yes or no with *no* as the default, or a word to type; or
//! a few words that ask for nothing.
//! Must never be answered by a paste, nor by a bare Enter.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::action::Action;
use super::super::ctx::Ctx;
use super::super::effect::{Effect, Layer, Reaction};
use super::super::keymap::Context;
use super::super::theme::Role;
use super::super::widgets::field::Field;
use super::super::widgets::popup;

const WIDTH: u16 = 60;

/// A question.
pub struct Confirm {
    title: String,
    words: Vec<String>,
    word: Option<(&'static str, Field)>,
    wrong: bool,
    asks: bool,
    then: Vec<Effect>,
}

impl Confirm {
    /// `y` does it; `n`, `Enter` and `Esc` do not.
    pub fn yes_no(title: impl Into<String>, words: Vec<String>, then: Vec<Effect>) -> Self {
        Self { title: title.into(), words, word: None, wrong: false, asks: true, then }
    }
    /// Done once `word` was typed and `Enter` pressed.
    pub fn typed(
        title: impl Into<String>,
        words: Vec<String>,
        word: &'static str,
        then: Vec<Effect>,
    ) -> Self {
        let field = Field::new("word", 24);
        Self {
            title: title.into(),
            words,
            word: Some((word, field)),
            wrong: false,
            asks: true,
            then,
        }
    }

    /// Words to be read; nothing follows.
    pub fn notice(title: impl Into<String>, words: Vec<String>) -> Self {
        Self { asks: false, ..Self::yes_no(title, words, Vec::new()) }
    }

    fn close() -> Reaction {
        Reaction::with(Effect::Close)
    }
    fn go(&mut self) -> Reaction {
        let mut effects = vec![Effect::Close];
        effects.append(&mut self.then);
        Reaction::Mine(effects)
    }
}

impl Layer for Confirm {
    fn contexts(&self) -> &'static [Context] {
        if self.word.is_some() { &[Context::Form] } else { &[Context::Confirm] }
    }
    fn takes_text(&self) -> bool {
        self.word.is_some()
    }
    fn title(&self) -> String {
        self.title.clone()
    }
    fn act(&mut self, action: Action, _ctx: &Ctx<'_>) -> Reaction {
        match (action, &self.word) {
            (Action::Close | Action::No, _) => Self::close(),
            (Action::Yes, None) if self.asks => self.go(),
            (Action::Accept, Some((word, field))) if field.value().trim() == *word => self.go(),
            (Action::Accept, Some(_)) => {
                self.wrong = true;
                Reaction::done()
            }
            _ => Reaction::done(),
        }
    }
    fn key(&mut self, key: KeyEvent, _ctx: &Ctx<'_>) -> Reaction {
        let Some((_, field)) = &mut self.word else { return Reaction::NotMine };
        self.wrong = false;
        if field.key(key) { Reaction::done() } else { Reaction::NotMine }
    }
    fn paste(&mut self, _text: &str, _ctx: &Ctx<'_>) -> Reaction {
        Reaction::with(Effect::say("Nothing is pasted into a question: type the answer"))
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        let width = WIDTH.min(ctx.area.width);
        let lines: Vec<String> =
            self.words.iter().flat_map(|text| popup::wrap(text, width.saturating_sub(4))).collect();
        let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(4);
        let area = popup::centred(ctx.area, width, height);
        let inner = popup::draw(frame, area, &self.title, ctx.theme);
        let room = usize::from(inner.height.saturating_sub(1));
        for (line, text) in lines.iter().take(room).enumerate() {
            let y = inner.y + u16::try_from(line).unwrap_or(0);
            let style = ctx.style(Role::Text);
            frame.buffer_mut().set_stringn(inner.x, y, text, usize::from(inner.width), style);
        }
        if inner.height > 0 {
            self.draw_answer(frame, Rect { y: inner.bottom() - 1, height: 1, ..inner }, ctx);
        }
    }
}

impl Confirm {
    fn draw_answer(&self, frame: &mut Frame<'_>, area: Rect, ctx: &Ctx<'_>) {
        let Some((word, field)) = &self.word else {
            let key = |action| ctx.key(&[Context::Confirm], action);
            if !self.asks {
                let line = Line::from(vec![
                    Span::styled(key(Action::Close), ctx.style(Role::Key)),
                    Span::styled(" closes this", ctx.style(Role::Hint)),
                ]);
                frame.render_widget(line, area);
                return;
            }
            let line = Line::from(vec![
                Span::styled(format!(" {} ", key(Action::No)), ctx.style(Role::Selection)),
                Span::styled(" no, leave it    ", ctx.style(Role::Text)),
                Span::styled(key(Action::Yes), ctx.style(Role::Key)),
                Span::styled(" yes, do it", ctx.style(Role::Hint)),
            ]);
            frame.render_widget(line, area);
            return;
        };
        let label = if self.wrong {
            format!("Not '{word}'. Type {word} to do it: ")
        } else {
            format!("Type {word} to do it, esc leaves it: ")
        };
        let role = if self.wrong { Role::Error } else { Role::Text };
        let used = u16::try_from(label.chars().count()).unwrap_or(0).min(area.width);
        frame.buffer_mut().set_stringn(area.x, area.y, &label, usize::from(used), ctx.style(role));
        let rest = Rect { x: area.x + used, width: area.width - used, ..area };
        field.draw(frame, rest, ctx.style(Role::FieldFocus), true);
    }
}
