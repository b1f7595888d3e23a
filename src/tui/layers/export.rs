//! Export of what a pane shows as filtered: asks for CSV or JSON, gathers the rows, writes a file.
//! Must never leave out a row in silence: what does not fit is said.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::desk::command::{Answer, Query};

use super::super::action::Action;
use super::super::ask::{Replied, Reply, Want};
use super::super::ctx::Ctx;
use super::super::effect::{Effect, Layer, Reaction, Toast, Tone};
use super::super::keymap::Context;
use super::super::sheet::{Format, Sheet};
use super::super::theme::Role;
use super::super::widgets::form::{Entry, Form, FormMove};
use super::super::widgets::popup;

const WIDTH: u16 = 52;
const WRITTEN: u32 = 0;
const PAGE: u32 = 1;

/// Rows that come page by page.
pub trait Pages: Send {
    /// The query of the next page; none once all is here.
    fn next(&self) -> Option<Query>;
    /// Takes a page in.
    fn take(&mut self, answer: &Answer, ctx: &Ctx<'_>);
    /// Rows here, and rows there are.
    fn progress(&self) -> (usize, usize);
    /// The rows that are here.
    fn sheet(&self) -> &Sheet;
    /// What was left out, in words.
    fn left_out(&self) -> Option<String> {
        None
    }
}

/// Rows that are all here.
struct Whole(Sheet);

impl Pages for Whole {
    fn next(&self) -> Option<Query> {
        None
    }
    fn take(&mut self, _answer: &Answer, _ctx: &Ctx<'_>) {}
    fn progress(&self) -> (usize, usize) {
        (self.0.len(), self.0.len())
    }
    fn sheet(&self) -> &Sheet {
        &self.0
    }
}

/// The question CSV or JSON, and the work after it.
pub struct Export {
    name: String,
    rows: Box<dyn Pages>,
    form: Form,
    working: bool,
    error: Option<String>,
}

impl Export {
    /// Exports rows that are here; the file's name begins with `what`.
    pub fn of(what: &str, sheet: Sheet, ctx: &Ctx<'_>) -> Self {
        Self::pages(what, Box::new(Whole(sheet)), ctx)
    }
    /// Exports rows that come page by page.
    pub fn pages(what: &str, rows: Box<dyn Pages>, ctx: &Ctx<'_>) -> Self {
        let now = ctx.now.desk.timestamp().to_zoned(ctx.prefs.zone.clone());
        let name = format!("{what}-{}", now.strftime("%Y-%m-%d-%H%M%S"));
        let formats = Format::ALL.map(|format| format.as_str().to_owned()).into();
        let form = Form::new(vec![Entry::choice("Format", formats, 0)]);
        Self { name, rows, form, working: false, error: None }
    }

    fn format(&self) -> Format {
        Format::ALL[self.form.chosen(0).min(Format::ALL.len() - 1)]
    }

    /// Asks for the next page, or for the file once all rows are here.
    fn go(&mut self) -> Reaction {
        self.working = true;
        self.error = None;
        let ask = if let Some(query) = self.rows.next() {
            Effect::Ask(PAGE, Want::Query(query))
        } else {
            let format = self.format();
            let name = format!("{}.{}", self.name, format.extension());
            let text = self.rows.sheet().written(format);
            Effect::Ask(WRITTEN, Want::Export { name, text })
        };
        Reaction::with(ask)
    }

    fn words(&self, width: u16) -> Vec<(String, Role)> {
        let (here, all) = self.rows.progress();
        let count = match (self.working, here < all) {
            (true, true) => format!("{here} of {}", rows(all)),
            _ => rows(all),
        };
        let mut words = vec![(format!("{count}, as filtered"), Role::Text)];
        words.extend(self.rows.left_out().map(|words| (words, Role::Warn)));
        words.extend(self.error.clone().map(|words| (words, Role::Error)));
        let wrapped = words.into_iter().flat_map(|(words, role)| {
            let lines = popup::wrap(&words, width);
            lines.into_iter().map(move |line| (line, role))
        });
        wrapped.collect()
    }
}

/// `1 row`, `57 rows`.
fn rows(count: usize) -> String {
    format!("{count} {}", if count == 1 { "row" } else { "rows" })
}

impl Layer for Export {
    fn contexts(&self) -> &'static [Context] {
        &[Context::Form]
    }
    fn title(&self) -> String {
        "Export".to_owned()
    }
    fn act(&mut self, action: Action, _ctx: &Ctx<'_>) -> Reaction {
        if action == Action::Close {
            return Reaction::with(Effect::Close);
        }
        if self.working {
            return Reaction::done();
        }
        match self.form.act(action) {
            FormMove::Pressed(_) => self.go(),
            _ => Reaction::done(),
        }
    }
    fn key(&mut self, key: KeyEvent, _ctx: &Ctx<'_>) -> Reaction {
        if self.working || self.form.key(key) == FormMove::No {
            return Reaction::NotMine;
        }
        Reaction::done()
    }
    fn reply(&mut self, tag: u32, replied: &Replied, ctx: &Ctx<'_>) -> Reaction {
        match (tag, replied) {
            (PAGE, Ok(Reply::Answer(answer))) => {
                self.rows.take(answer, ctx);
                self.go()
            }
            (WRITTEN, Ok(Reply::Written(path))) => {
                let text = format!("{} written to {path}", rows(self.rows.sheet().len()));
                let toast = Toast::new(Tone::Good, text);
                Reaction::Mine(vec![Effect::Toast(toast), Effect::Close])
            }
            (_, Err(rejection)) => {
                self.working = false;
                self.error = Some(rejection.to_string());
                Reaction::done()
            }
            _ => Reaction::done(),
        }
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        let width = WIDTH.min(ctx.area.width);
        let words = self.words(width.saturating_sub(4));
        let height = u16::try_from(words.len()).unwrap_or(u16::MAX).saturating_add(5);
        let inner =
            popup::draw(frame, popup::centred(ctx.area, width, height), "Export", ctx.theme);
        for (line, (text, role)) in words.iter().take(inner.height.into()).enumerate() {
            let y = inner.y + u16::try_from(line).unwrap_or(0);
            let room = usize::from(inner.width);
            frame.buffer_mut().set_stringn(inner.x, y, text, room, ctx.style(*role));
        }
        let used = u16::try_from(words.len()).unwrap_or(u16::MAX).saturating_add(1);
        let rest = Rect {
            y: inner.y.saturating_add(used).min(inner.bottom()),
            height: inner.height.saturating_sub(used),
            ..inner
        };
        self.form.draw(frame, Rect { height: rest.height.min(1), ..rest }, ctx.theme);
        if rest.height > 1 {
            let (accept, close) = (
                ctx.key(&[Context::Form], Action::Accept),
                ctx.key(&[Context::Form], Action::Close),
            );
            let hint = if self.working {
                format!("{close} stops")
            } else {
                format!("{accept} writes the file, {close} leaves it")
            };
            let room = usize::from(rest.width);
            let style = ctx.style(Role::Hint);
            frame.buffer_mut().set_stringn(rest.x, rest.bottom() - 1, hint, room, style);
        }
    }
}
