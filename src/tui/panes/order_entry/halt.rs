//! The kill switch: says what it stops, wants a reason and the typed word; closing only; the way
//! back.
//! Must never be done by a paste, nor be out of reach on a small terminal.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::bounds::NOTE_CHARS_MAX;
use crate::desk::command::{Command, Outcome};
use crate::domain::orders::Order;
use crate::domain::trading::TradingState;
use crate::tui::action::Action;
use crate::tui::ask::{Replied, Reply, Want};
use crate::tui::ctx::Ctx;
use crate::tui::effect::{About, Effect, Layer, Reaction, Toast, Tone};
use crate::tui::keymap::Context;
use crate::tui::layers::confirm::Confirm;
use crate::tui::panes::orders::words;
use crate::tui::theme::Role;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::form::{Entry, Form, FormMove};
use crate::tui::widgets::popup;

/// The word to type.
const WORD: &str = "HALT";
const WIDTH: u16 = 66;
/// Orders listed by name.
const LISTED_MAX: usize = 8;

const TYPED: usize = 0;
const REASON: usize = 1;

/// The kill switch.
pub struct Halt {
    form: Form,
    sent: bool,
    error: Option<String>,
}

impl Halt {
    /// Asks; the reason starts with who halts.
    pub fn by(ctx: &Ctx<'_>) -> Self {
        Self::new(&format!("halted by {}", ctx.view.me.login))
    }
    /// Asks; the reason starts like this.
    pub fn new(reason: &str) -> Self {
        let form = Form::new(vec![
            Entry::text(Field::new("Type HALT", 12)),
            Entry::text(Field::new("Reason", NOTE_CHARS_MAX).with(reason)),
        ]);
        Self { form, sent: false, error: None }
    }

    fn go(&mut self) -> Reaction {
        self.error = None;
        if self.form.value(REASON).trim().is_empty() {
            self.form.set_error(REASON, Some("say why in a few words".to_owned()));
            self.form.focus_on(REASON);
            return Reaction::done();
        }
        if !self.form.value(TYPED).trim().eq_ignore_ascii_case(WORD) {
            self.form.set_error(TYPED, Some(format!("type the word {WORD}, then enter")));
            self.form.focus_on(TYPED);
            return Reaction::done();
        }
        self.sent = true;
        let reason = self.form.value(REASON).trim().to_owned();
        Reaction::with(Effect::Ask(0, Want::Act(Command::Halt { reason })))
    }

    fn lines(ctx: &Ctx<'_>, width: u16) -> Vec<(String, Role)> {
        let working: Vec<&Order> =
            ctx.view.orders.values().filter(|order| !order.state.is_final()).collect();
        let what = match working.len() {
            0 => "No order works now.".to_owned(),
            1 => "Cancels the 1 working order:".to_owned(),
            count => format!("Cancels all {count} working orders:"),
        };
        let stays = "Stops trading for everyone, closing included. Cancels stay possible.";
        let mut lines: Vec<(String, Role)> =
            popup::wrap(stays, width).into_iter().map(|line| (line, Role::Text)).collect();
        lines.push((what, Role::Warn));
        let brief = |order: &&Order| {
            let who = ctx.login(order.user);
            (format!("  {}  {who}", words::brief(&order.draft)), Role::Muted)
        };
        lines.extend(working.iter().take(LISTED_MAX).map(brief));
        if let Some(more) = working.len().checked_sub(LISTED_MAX).filter(|more| *more > 0) {
            lines.push((format!("  and {more} more"), Role::Muted));
        }
        lines
    }
}

impl Layer for Halt {
    fn contexts(&self) -> &'static [Context] {
        &[Context::Form]
    }
    fn takes_text(&self) -> bool {
        !self.sent
    }
    fn title(&self) -> String {
        "Kill switch".to_owned()
    }
    fn act(&mut self, action: Action, _ctx: &Ctx<'_>) -> Reaction {
        match action {
            Action::Close => Reaction::with(Effect::Close),
            _ if self.sent => Reaction::done(),
            Action::Accept => self.go(),
            _ => {
                self.form.act(action);
                Reaction::done()
            }
        }
    }
    fn key(&mut self, key: KeyEvent, _ctx: &Ctx<'_>) -> Reaction {
        match self.form.key(key) {
            FormMove::No => Reaction::NotMine,
            _ => Reaction::done(),
        }
    }
    fn paste(&mut self, text: &str, _ctx: &Ctx<'_>) -> Reaction {
        if self.form.focus() == REASON && !self.sent {
            self.form.paste(text);
            return Reaction::done();
        }
        Reaction::with(Effect::say("Nothing is pasted into a question: type the word"))
    }
    fn reply(&mut self, _tag: u32, replied: &Replied, _ctx: &Ctx<'_>) -> Reaction {
        match replied {
            Ok(Reply::Outcome(Outcome::Canceling { asked, .. })) => {
                let cancels = if *asked == 1 { "cancel" } else { "cancels" };
                let text = format!("Trading is halted. {asked} {cancels} on the way.");
                let toast = Toast::new(Tone::Warning, text).about(About::Trading);
                Reaction::Mine(vec![Effect::Close, Effect::Toast(toast)])
            }
            Ok(_) => Reaction::with(Effect::Close),
            Err(rejection) => {
                self.sent = false;
                self.error = Some(rejection.to_string());
                Reaction::done()
            }
        }
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        let body = popup::between_bars(ctx.area);
        let width = WIDTH.min(body.width);
        let inner_width = width.saturating_sub(4);
        let mut lines = Self::lines(ctx, inner_width);
        if let Some(error) = &self.error {
            let error = popup::wrap(error, inner_width);
            lines.splice(0..0, error.into_iter().map(|line| (line, Role::Error)));
        }
        let form = self.form.height(inner_width);
        let wanted = u16::try_from(lines.len()).unwrap_or(u16::MAX);
        let height = wanted.saturating_add(form).saturating_add(5);
        let area = popup::centred(body, width, height);
        let inner = popup::draw(frame, area, "Kill switch", ctx.theme);
        // The word comes before everything else where there is little room.
        let form = form.min(inner.height);
        let above = inner.height - form;
        let text = above.saturating_sub(if above > 3 { 3 } else { 0 });
        for (row, (words, role)) in lines.iter().take(text.into()).enumerate() {
            let y = inner.y + u16::try_from(row).unwrap_or(0);
            let style = ctx.style(*role);
            frame.buffer_mut().set_stringn(inner.x, y, words, inner.width.into(), style);
        }
        let fields = Rect { y: inner.y + text + u16::from(above > 3), height: form, ..inner };
        self.form.draw(frame, fields, ctx.theme);
        if above > 3 {
            let key = |action| ctx.key(&[Context::Form], action);
            let (accept, close) = (key(Action::Accept), key(Action::Close));
            let hint = if self.sent {
                format!("Halting{}", ctx.theme.glyphs.ellipsis)
            } else {
                format!("{accept} halts once the word is typed, {close} leaves it")
            };
            let y = inner.bottom() - 1;
            let style = ctx.style(Role::Hint);
            frame.buffer_mut().set_stringn(inner.x, y, hint, inner.width.into(), style);
        }
    }
}

/// The question before the desk takes only what closes; the reason is said by whoever asks, or is
/// that they do.
pub fn close_only(reason: Option<String>, ctx: &Ctx<'_>) -> Effect {
    let reason = reason.unwrap_or_else(|| format!("set by {}", ctx.view.me.login));
    let words = vec![
        "Only orders that reduce a position are taken, from everyone.".to_owned(),
        "Working orders stay, and cancels stay possible.".to_owned(),
        String::new(),
        format!("Reason: {reason}"),
    ];
    let set = Effect::Ask(0, Want::Act(Command::CloseOnly { reason }));
    Effect::Open(Box::new(Confirm::yes_no("Closing only?", words, vec![set])))
}

/// The question before trading goes on.
pub fn lift(ctx: &Ctx<'_>) -> Effect {
    let (title, now) = match &ctx.view.trading {
        TradingState::ClosingOnly { reason } => {
            ("Take every order again?", format!("The desk is closing only: {reason}."))
        }
        state => {
            let reason = state.reason().unwrap_or_default();
            ("Lift the halt?", format!("Trading is halted: {reason}."))
        }
    };
    let words = vec![now, "Everyone may trade again.".to_owned()];
    let lift = Effect::Ask(0, Want::Act(Command::Lift));
    Effect::Open(Box::new(Confirm::yes_no(title, words, vec![lift])))
}
