//! New terms for a working order: typed beside the old ones, held to the row they were shown for.
//! Must never act on a newer row than the one on screen: a change in between is shown first.

use std::cell::Cell;

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::desk::command::{AmendOrder, Attempt};
use crate::desk::refusal::{Refusal, Rejection};
use crate::domain::ids::OrderId;
use crate::domain::numbers::{Price, Qty};
use crate::domain::orders::{Amendment, Draft, Order, OrderType, Shown, TimeInForce, Trail};
use crate::tui::action::Action;
use crate::tui::ask::Replied;
use crate::tui::ctx::Ctx;
use crate::tui::effect::{Effect, Layer, Reaction};
use crate::tui::keymap::{Context, Key, Meaning};
use crate::tui::layers::confirm::Confirm;
use crate::tui::panes::orders::words;
use crate::tui::theme::Role;
use crate::tui::widgets::field::Field;
use crate::tui::widgets::form::{Entry, Form, FormMove};
use crate::tui::widgets::{cells, popup};

use super::figures::{self, Hint, Line};
use super::nudge;
use super::preview::Plan;
use super::read;
use super::sending::Sending;

const QUANTITY: usize = 0;
const STOP: usize = 1;
const LIMIT: usize = 2;
const TRAIL: usize = 3;
const TIME: usize = 4;

const WIDTH: u16 = 68;
/// Cells of labels and fields; the old terms stand beside them.
const FIELDS: u16 = 40;
/// Longest text of a number field.
const NUMBER_CHARS_MAX: usize = 24;

/// New terms for one order.
pub struct Amend {
    order: OrderId,
    /// The row that was on screen.
    version: i64,
    form: Form,
    sending: Sending,
    opened_with: Vec<String>,
    drawn: Cell<Option<Price>>,
}

impl Amend {
    /// Fields that hold the terms in force.
    pub fn new(order: &Order) -> Self {
        let number = |label| Entry::text(Field::new(label, NUMBER_CHARS_MAX));
        let order_type = order.draft.order_type;
        let plain = matches!(order_type, OrderType::Market | OrderType::Limit { .. });
        let times = if plain { &TimeInForce::ALL[..] } else { &TimeInForce::ALL[..2] };
        let times = times.iter().map(|time| time.as_str().to_owned()).collect();
        let trail = match order_type {
            OrderType::TrailingStop { trail: Trail::Percent(_) } => "Trail %",
            _ => "Trail $",
        };
        let mut form = Form::new(vec![
            number("Quantity"),
            number("Stop"),
            number("Limit"),
            number(trail),
            Entry::choice("Time in force", times, 0),
        ]);
        for (field, text) in (QUANTITY..=TIME).zip(texts(&order.draft)) {
            form.set_hidden(field, text.is_none());
            form.set(field, &text.unwrap_or_default());
        }
        let focus = [LIMIT, STOP, TRAIL].into_iter().find(|field| !form.value(*field).is_empty());
        form.focus_on(focus.unwrap_or(QUANTITY));
        let mut amend = Self {
            order: order.id,
            version: order.version,
            form,
            sending: Sending::default(),
            opened_with: Vec::new(),
            drawn: Cell::new(None),
        };
        amend.opened_with = amend.typed();
        amend
    }

    fn typed(&self) -> Vec<String> {
        (QUANTITY..=TIME).map(|field| self.form.value(field).to_owned()).collect()
    }
    fn row<'v>(&self, ctx: &Ctx<'v>) -> Option<&'v Order> {
        ctx.view.orders.get(&self.order)
    }

    /// What changes against the terms in force; the words beside wrong fields otherwise.
    fn read(&mut self, draft: &Draft) -> Option<Amendment> {
        let quantity = self.form.read(QUANTITY, read::quantity);
        let stop =
            draft.order_type.stop().map(|_| self.form.read(STOP, |text| read::price("stop", text)));
        let limit = draft
            .order_type
            .limit()
            .map(|_| self.form.read(LIMIT, |text| read::price("limit", text)));
        let trail = match draft.order_type {
            OrderType::TrailingStop { trail } => {
                Some(self.form.read(TRAIL, |text| read_trail(trail, text)))
            }
            _ => None,
        };
        if self.form.focus_error() {
            return None;
        }
        let time = TimeInForce::ALL[self.form.chosen(TIME)];
        let old = draft.order_type;
        let old_trail = match old {
            OrderType::TrailingStop { trail } => Some(trail),
            _ => None,
        };
        Some(Amendment {
            quantity: quantity.filter(|new| *new != draft.quantity),
            stop: stop.flatten().filter(|new| Some(*new) != old.stop()),
            limit: limit.flatten().filter(|new| Some(*new) != old.limit()),
            trail: trail.flatten().filter(|new| Some(*new) != old_trail),
            time_in_force: Some(time).filter(|new| *new != draft.time_in_force),
        })
    }

    /// The new terms as far as they can be read now, without a word.
    fn draft(&self, old: &Draft) -> Option<Draft> {
        let mut silent = Self {
            form: self.form.clone(),
            sending: Sending::default(),
            opened_with: Vec::new(),
            drawn: Cell::new(None),
            ..*self
        };
        silent.read(old).map(|amendment| amendment.applied_to(old))
    }

    /// Why the desk would not take the new terms, or what it would ask; none until they are other
    /// terms that can be read.
    fn objection(&self, ctx: &Ctx<'_>) -> Option<Rejection> {
        let order = self.row(ctx)?;
        let draft = self.draft(&order.draft).filter(|draft| *draft != order.draft)?;
        let (portfolio, amends) = (order.portfolio, Some(order));
        Plan { portfolio, draft: &draft, amends }.objection(ctx)
    }

    /// What the key of sending would do now.
    fn hint(&self, order: &Order, ctx: &Ctx<'_>) -> Hint {
        if self.sending.is_sent() {
            return Hint::Sent;
        }
        let Some(draft) = self.draft(&order.draft) else {
            let wrong = "sends it, once every field is right";
            return Hint::Key([format!(" {wrong}"), " waits for the fields".to_owned()]);
        };
        let plan = Plan { portfolio: order.portfolio, draft: &draft, amends: Some(order) };
        let above = ctx.prefs.confirm_above;
        let asks = plan.value(ctx).filter(|value| *value >= above).map(|_| above);
        Hint::of(self.objection(ctx).as_ref(), asks)
    }

    fn send(&mut self, ctx: &Ctx<'_>) -> Reaction {
        if !self.sending.is_typing() {
            return Reaction::done();
        }
        self.sending.hush();
        let Some(order) = self.row(ctx) else {
            self.sending.say(Refusal::NotFound { what: "order" }.to_string());
            return Reaction::done();
        };
        let Some(amendment) = self.read(&order.draft) else {
            self.sending.say("Nothing was sent: see the words beside the fields");
            return Reaction::done();
        };
        if amendment == Amendment::default() {
            self.sending.say(Refusal::NothingChanges.to_string());
            return Reaction::done();
        }
        let last = self.drawn.get().or(ctx.last(order.draft.symbol));
        let shown = Shown { last, version: Some(self.version) };
        let question = large(order, &amendment, ctx);
        let acknowledged = Vec::new();
        let amend = AmendOrder { order: self.order, amendment, shown, acknowledged };
        self.sending.propose(Attempt::Amend(amend), question)
    }

    fn nudge(&mut self, action: Action, ctx: &Ctx<'_>) -> Reaction {
        self.sending.hush();
        let up = matches!(action, Action::QuantityUp | Action::PriceUp);
        let shown = |field: usize| !self.form.value(field).is_empty();
        let field = match (action, self.form.focus()) {
            (Action::QuantityUp | Action::QuantityDown, _) => Some(QUANTITY),
            (_, focus @ (STOP | LIMIT | TRAIL)) => Some(focus),
            _ => [LIMIT, STOP, TRAIL].into_iter().find(|field| shown(*field)),
        };
        let Some(field) = field else {
            return Reaction::with(Effect::say("A market order has no price"));
        };
        let last = self.row(ctx).and_then(|order| ctx.last(order.draft.symbol));
        let text = if field == QUANTITY {
            nudge::quantity(self.form.value(field), up)
        } else {
            nudge::price(self.form.value(field), up, last.filter(|_| field != TRAIL))
        };
        self.form.set(field, &text);
        self.form.touch();
        self.form.set_error(field, None);
        Reaction::done()
    }
}

/// The terms as texts, one for each field; none for a field this kind of order has not.
fn texts(draft: &Draft) -> [Option<String>; 5] {
    let trail = match draft.order_type {
        OrderType::TrailingStop { trail: Trail::Amount(amount) } => Some(amount.plain()),
        OrderType::TrailingStop { trail } => {
            Some(words::trail(trail).trim_end_matches('%').to_owned())
        }
        _ => None,
    };
    [
        Some(draft.quantity.plain()),
        draft.order_type.stop().map(Price::plain),
        draft.order_type.limit().map(Price::plain),
        trail,
        Some(draft.time_in_force.to_string()),
    ]
}

fn read_trail(like: Trail, text: &str) -> Result<Trail, String> {
    match like {
        Trail::Amount(_) => read::trail_amount(text),
        Trail::Percent(_) => read::trail_percent(text),
    }
}

/// The question before terms at or above the person's own threshold.
fn large(order: &Order, amendment: &Amendment, ctx: &Ctx<'_>) -> Option<Confirm> {
    let draft = amendment.applied_to(&order.draft);
    let plan = Plan { portfolio: order.portfolio, draft: &draft, amends: Some(order) };
    let value = plan.value(ctx)?;
    if value < ctx.prefs.confirm_above {
        return None;
    }
    let words = vec![
        format!("now  {}", words::terms(&order.draft)),
        format!("new  {}", words::terms(&draft)),
        String::new(),
        format!("Value {value}; you are asked from {} up.", ctx.prefs.confirm_above),
    ];
    Some(Confirm::yes_no("Send these terms?", words, Vec::new()))
}

impl Layer for Amend {
    fn contexts(&self) -> &'static [Context] {
        if self.sending.question().is_some() {
            &[Context::Confirm]
        } else {
            &[Context::Ticket, Context::Form]
        }
    }
    fn takes_text(&self) -> bool {
        self.sending.is_typing() && self.form.is_on_text()
    }
    fn title(&self) -> String {
        "Amend an order".to_owned()
    }
    fn act(&mut self, action: Action, ctx: &Ctx<'_>) -> Reaction {
        if let Some(reaction) = self.sending.answer(action) {
            return reaction;
        }
        match action {
            Action::Close => self.sending.leave(self.is_dirty(), "amendment"),
            _ if !self.sending.is_typing() => Reaction::done(),
            Action::Send => self.send(ctx),
            Action::QuantityUp | Action::QuantityDown | Action::PriceUp | Action::PriceDown => {
                self.nudge(action, ctx)
            }
            _ => {
                if let FormMove::Pressed(_) = self.form.act(action) {
                    self.form.act(Action::NextField);
                }
                Reaction::done()
            }
        }
    }
    fn key(&mut self, key: KeyEvent, ctx: &Ctx<'_>) -> Reaction {
        if !self.sending.is_typing() {
            return Reaction::NotMine;
        }
        let sign = Key::of(&key);
        if self.form.is_on_text()
            && sign.is_text()
            && let Meaning::Action(action) = ctx.keymap.meaning(&[Context::Ticket], &[sign])
            && nudge::applies(action, self.form.value(self.form.focus()))
        {
            return self.nudge(action, ctx);
        }
        match self.form.key(key) {
            FormMove::No => Reaction::NotMine,
            FormMove::Changed(_) => {
                self.sending.hush();
                Reaction::done()
            }
            FormMove::Yes | FormMove::Pressed(_) => Reaction::done(),
        }
    }
    fn paste(&mut self, text: &str, _ctx: &Ctx<'_>) -> Reaction {
        if self.sending.is_typing() && self.form.paste(text) != FormMove::No {
            self.sending.hush();
            return Reaction::done();
        }
        Reaction::with(Effect::say("Nothing is pasted into a question"))
    }
    fn reply(&mut self, tag: u32, replied: &Replied, ctx: &Ctx<'_>) -> Reaction {
        let order = self.row(ctx);
        let terms = order.map_or_else(String::new, |order| words::brief(&order.draft));
        if let (Err(Rejection::Refused(Refusal::Changed { .. })), Some(order)) = (replied, order) {
            // What is decided next is decided on the row as it is shown now.
            self.version = order.version;
        }
        self.sending.reply(tag, replied, &terms, &format!("Amendment sent: {terms}"))
    }
    fn refuses(&self, action: Action, _ctx: &Ctx<'_>) -> Option<String> {
        let sent = self.sending.is_sent() && action != Action::Close;
        sent.then(|| "The amendment is on its way to the desk".to_owned())
    }
    fn is_dirty(&self) -> bool {
        self.typed() != self.opened_with
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        self.draw_inside(frame, ctx);
        if let Some(question) = self.sending.question() {
            question.draw(frame, ctx);
        }
    }
}

impl Amend {
    fn draw_inside(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        let body = popup::between_bars(ctx.area);
        let width = WIDTH.min(body.width);
        let Some(order) = self.row(ctx) else {
            let inner = popup::draw(frame, popup::centred(body, width, 3), "Amend", ctx.theme);
            let gone = Line::Text(Refusal::NotFound { what: "order" }.to_string(), Role::Error);
            return figures::draw(&[gone], frame, inner, ctx);
        };
        self.drawn.set(ctx.last(order.draft.symbol));
        let form_width = FIELDS.min(width.saturating_sub(4));
        let form_height = self.form.height(form_width);
        let lines = self.lines(order, ctx);
        let said = self.said(width.saturating_sub(4), ctx);
        let wanted = usize::from(form_height) + lines.len() + said.len() + 8;
        let height = u16::try_from(wanted).unwrap_or(u16::MAX);
        let title = format!("Amend {} {}", order.draft.side, order.draft.symbol);
        let inner = popup::draw(frame, popup::centred(body, width, height), &title, ctx.theme);
        let row = |y: u16, height: u16| {
            let y = (inner.y + y).min(inner.bottom());
            Rect { y, height: height.min(inner.bottom() - y), ..inner }
        };
        let (status, role) = words::status(order, &ctx.theme.glyphs);
        let filled = format!("{} of {} filled", order.filled, order.draft.quantity);
        let book = ctx.portfolio_name(order.portfolio);
        let head = Line::Text(format!("{status}   {filled}   {book}"), role);
        figures::draw(&[head], frame, row(0, 1), ctx);
        let titles = row(2, 1);
        self.draw_old(order, frame, titles, ctx);
        let fields = Rect { width: form_width.min(inner.width), ..row(3, form_height) };
        self.form.draw(frame, fields, ctx.theme);
        let rest = row(4 + form_height, u16::MAX);
        let below = u16::try_from(said.len()).unwrap_or(u16::MAX).saturating_add(2);
        let room = rest.height.saturating_sub(below);
        figures::draw(&lines, frame, Rect { height: room, ..rest }, ctx);
        let foot = Rect { y: rest.y + room, height: rest.height - room, ..rest };
        figures::draw(&said, frame, Rect { height: foot.height.saturating_sub(1), ..foot }, ctx);
        if !inner.is_empty() {
            let hint = Rect { y: inner.bottom() - 1, height: 1, ..inner };
            figures::draw_hint(&self.hint(order, ctx), frame, hint, ctx);
        }
    }

    /// The terms in force, each beside its field.
    fn draw_old(&self, order: &Order, frame: &mut Frame<'_>, titles: Rect, ctx: &Ctx<'_>) {
        let x = titles.x + FIELDS + 2;
        let room = usize::from(titles.right().saturating_sub(x));
        if room == 0 || titles.is_empty() {
            return;
        }
        let form_x = titles.x + crate::tui::widgets::form::LABEL + 1;
        let style = ctx.style(Role::Header);
        frame.buffer_mut().set_stringn(form_x, titles.y, "new", 3, style);
        frame.buffer_mut().set_stringn(x, titles.y, "now", room, style);
        let old = texts(&order.draft);
        let mut seen = None;
        for line in 0..self.form.height(FIELDS) {
            let field = self.form.entry_at(line, FIELDS);
            let y = titles.y + 1 + line;
            if field == seen || y >= frame.area().height {
                continue;
            }
            seen = field;
            let text = field.and_then(|field| old.get(field)?.as_deref()).unwrap_or_default();
            let changed = field.is_some_and(|field| self.form.value(field) != text);
            let style = ctx.style(if changed { Role::Accent } else { Role::Muted });
            frame.buffer_mut().set_stringn(x, y, text, room, style);
        }
    }

    /// What the new terms would do, beside what the old ones do.
    fn lines(&self, order: &Order, ctx: &Ctx<'_>) -> Vec<Line> {
        let Some(draft) = self.draft(&order.draft) else { return Vec::new() };
        let plan = |draft| Plan { portfolio: order.portfolio, draft, amends: Some(order) };
        let (old, new) = (plan(&order.draft).value(ctx), plan(&draft).value(ctx));
        let glyphs = &ctx.theme.glyphs;
        let show = |value| cells::or_missing(value, glyphs, figures::value);
        let value = format!("{} {} {}", show(old), figures::arrow(ctx), show(new));
        let mut lines = vec![Line::Pair("Value".to_owned(), value, Role::Text)];
        let left = Qty::ZERO.max(draft.quantity - order.filled);
        let left = format!("{} {} {left}", order.leaves(), figures::arrow(ctx));
        lines.push(Line::Pair("Left to fill".to_owned(), left, Role::Text));
        let preview = plan(&draft).preview(ctx);
        lines.extend(figures::distances(&preview));
        lines.push(figures::buying_power(&preview));
        lines
    }

    fn said(&self, width: u16, ctx: &Ctx<'_>) -> Vec<Line> {
        let foreseen = || match self.objection(ctx)? {
            Rejection::Refused(refusal) => Some(refusal.to_string()),
            _ => None,
        };
        let words = self.sending.words().map(str::to_owned).or_else(foreseen);
        let lines = words.map_or_else(Vec::new, |words| popup::wrap(&words, width));
        lines.into_iter().map(|line| Line::Text(line, Role::Error)).collect()
    }
}
