//! The order ticket: fields with a live preview, sent by an explicit step and never by Enter.
//! Must never make two orders: its id is made when it opens, and every try sends that one.

pub mod exits;
pub mod fields;
pub mod kinds;
pub mod matches;
pub mod view;

#[cfg(test)]
mod tests;

use std::cell::Cell;

use crossterm::event::{KeyCode, KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::Frame;
use ratatui::layout::Position;

use crate::desk::command::{Attempt, PlaceOrder, Query};
use crate::desk::refusal::Rejection;
use crate::domain::ids::PortfolioId;
use crate::domain::numbers::{Money, Price};
use crate::domain::orders::{Draft, Shown};
use crate::domain::roles::Act;
use crate::domain::symbols::Symbol;

use super::preview::Plan;
use super::sending::Sending;
use super::{figures, nudge};
use crate::tui::action::Action;
use crate::tui::ask::{Replied, Want};
use crate::tui::ctx::Ctx;
use crate::tui::effect::{Effect, Layer, Reaction, TicketStart};
use crate::tui::keymap::{Context, Key, Meaning};
use crate::tui::layers::confirm::Confirm;
use crate::tui::panes::orders::words;
use crate::tui::widgets::form::FormMove;
use fields::Fields;
use kinds::SYMBOL;
use matches::matches;

/// The ticket.
pub struct Ticket {
    /// What is typed.
    pub fields: Fields,
    /// Where it stands.
    pub sending: Sending,
    /// The match that `Enter` takes, while a symbol is looked for.
    pub pick: usize,
    /// What it held when it opened.
    opened_with: Vec<String>,
    /// The last price as it was drawn: what a person decides on.
    drawn: Cell<Option<(Symbol, Price)>>,
    /// The symbol whose price was asked for because none was there.
    looked: Option<Symbol>,
}

/// The mark of a question whose answer is not waited for: a market that does not tell all prices
/// tells those of symbols that somebody looks at.
const LOOK: u32 = 1_000;

impl Ticket {
    /// A ticket that starts so, or why this person cannot have one.
    pub fn open(start: &TicketStart, ctx: &Ctx<'_>) -> Result<Self, String> {
        ctx.may(Act::Trade, None)?;
        Ok(Self::new(start, ctx))
    }

    fn new(start: &TicketStart, ctx: &Ctx<'_>) -> Self {
        let fields = Fields::of(start, ctx);
        Self {
            opened_with: fields.everything(),
            fields,
            sending: Sending::default(),
            pick: 0,
            drawn: Cell::new(None),
            looked: None,
        }
    }

    /// True while what is typed as a symbol is not one yet.
    pub fn is_searching(&self, ctx: &Ctx<'_>) -> bool {
        let typed = !self.fields.text(SYMBOL).trim().is_empty();
        self.fields.focus() == SYMBOL && typed && self.fields.symbol(ctx).is_none()
    }

    /// Remembers the last price as it is drawn now.
    pub fn note_drawn(&self, price: Option<(Symbol, Price)>) {
        self.drawn.set(price);
    }

    /// Why the desk would not take it as it stands, or what it would ask; none until it is read.
    pub fn objection(&self, ctx: &Ctx<'_>) -> Option<Rejection> {
        let (portfolio, draft) = self.fields.draft(ctx)?;
        Plan { portfolio, draft: &draft, amends: None }.objection(ctx)
    }

    fn send(&mut self, ctx: &Ctx<'_>) -> Reaction {
        if !self.sending.is_typing() {
            return Reaction::done();
        }
        self.sending.hush();
        if self.fields.portfolio().is_none() {
            let why = ctx.may(Act::Trade, None).err();
            self.sending.say(why.unwrap_or_else(|| "There is no portfolio to trade in".to_owned()));
            return Reaction::done();
        }
        let Some((portfolio, draft)) = self.fields.read(ctx) else {
            self.sending.say("Nothing was sent: see the words beside the fields");
            return Reaction::done();
        };
        let Some(id) = self.sending.id() else {
            self.sending.say("The ticket has no number yet. Nothing was sent; try again.");
            return Reaction::done();
        };
        let drawn = self.drawn.get().filter(|(symbol, _)| *symbol == draft.symbol);
        let last = drawn.map(|(_, price)| price).or(ctx.last(draft.symbol));
        let shown = Shown { last, version: None };
        let question = large(portfolio, &draft, last, ctx);
        let acknowledged = Vec::new();
        let place = PlaceOrder { id, portfolio, draft, shown, acknowledged };
        self.sending.propose(Attempt::Order(place), question)
    }

    fn nudge(&mut self, action: Action, ctx: &Ctx<'_>) -> Reaction {
        self.sending.hush();
        let up = matches!(action, Action::QuantityUp | Action::PriceUp);
        if matches!(action, Action::QuantityUp | Action::QuantityDown) {
            self.fields.nudge_quantity(up, ctx);
        } else if !self.fields.nudge_price(up, ctx) {
            return Reaction::with(Effect::say("A market order has no price: choose a type first"));
        }
        Reaction::done()
    }

    /// A key while a symbol is looked for: it walks through the matches and takes one.
    fn search_key(&mut self, key: KeyEvent, ctx: &Ctx<'_>) -> Option<Reaction> {
        if !self.is_searching(ctx) {
            return None;
        }
        let found = matches(self.fields.text(SYMBOL), ctx);
        let pick = self.pick.min(found.len().saturating_sub(1));
        match key.code {
            KeyCode::Down if !found.is_empty() => self.pick = (pick + 1) % found.len(),
            KeyCode::Up if !found.is_empty() => self.pick = (pick + found.len() - 1) % found.len(),
            KeyCode::Enter | KeyCode::Tab => {
                let (symbol, _) = *found.get(pick)?;
                self.fields.take_symbol(symbol, ctx);
                self.fields.act(Action::NextField, ctx);
            }
            _ => return None,
        }
        Some(Reaction::done())
    }

    /// A sign typed into a number nudges it; one at the start of an empty field is typed, and
    /// refused in words.
    fn nudge_key(&mut self, key: KeyEvent, ctx: &Ctx<'_>) -> Option<Reaction> {
        let sign = Key::of(&key);
        if !self.fields.is_on_number() || !sign.is_text() {
            return None;
        }
        let Meaning::Action(action) = ctx.keymap.meaning(&[Context::Ticket], &[sign]) else {
            return None;
        };
        let text = self.fields.text(self.fields.focus());
        nudge::applies(action, text).then(|| self.nudge(action, ctx))
    }

    fn typed(&mut self, moved: FormMove) -> Reaction {
        match moved {
            FormMove::No => Reaction::NotMine,
            FormMove::Changed(_) => {
                self.sending.hush();
                self.pick = 0;
                Reaction::done()
            }
            FormMove::Yes | FormMove::Pressed(_) => Reaction::done(),
        }
    }
}

/// The question before an order at or above the person's own threshold.
fn large(
    portfolio: PortfolioId,
    draft: &Draft,
    last: Option<Price>,
    ctx: &Ctx<'_>,
) -> Option<Confirm> {
    let value = Plan { portfolio, draft, amends: None }.value(ctx)?;
    if value < ctx.prefs.confirm_above {
        return None;
    }
    let words = vec![
        words::terms(draft),
        format!("for {}", ctx.portfolio_name(portfolio)),
        String::new(),
        format!(
            "Value {}, last {}",
            figures::value(value),
            last.map_or("–".to_owned(), words::price)
        ),
        format!("You are asked from {} up.", threshold(ctx)),
    ];
    Some(Confirm::yes_no("Send this order?", words, Vec::new()))
}

fn threshold(ctx: &Ctx<'_>) -> Money {
    ctx.prefs.confirm_above
}

impl Layer for Ticket {
    fn contexts(&self) -> &'static [Context] {
        if self.sending.question().is_some() {
            &[Context::Confirm]
        } else {
            &[Context::Ticket, Context::Form]
        }
    }
    fn takes_text(&self) -> bool {
        self.sending.is_typing() && self.fields.is_on_text()
    }
    fn title(&self) -> String {
        "Order ticket".to_owned()
    }
    fn act(&mut self, action: Action, ctx: &Ctx<'_>) -> Reaction {
        if let Some(reaction) = self.sending.answer(action) {
            return reaction;
        }
        match action {
            Action::Close => self.sending.leave(self.is_dirty(), "ticket"),
            _ if !self.sending.is_typing() => Reaction::done(),
            Action::Send => self.send(ctx),
            Action::QuantityUp | Action::QuantityDown | Action::PriceUp | Action::PriceDown => {
                self.nudge(action, ctx)
            }
            _ => {
                self.fields.act(action, ctx);
                Reaction::done()
            }
        }
    }
    fn key(&mut self, key: KeyEvent, ctx: &Ctx<'_>) -> Reaction {
        if !self.sending.is_typing() {
            return Reaction::NotMine;
        }
        let own = self.search_key(key, ctx).or_else(|| self.nudge_key(key, ctx));
        own.unwrap_or_else(|| {
            let moved = self.fields.key(key, ctx);
            self.typed(moved)
        })
    }
    fn paste(&mut self, text: &str, ctx: &Ctx<'_>) -> Reaction {
        if !self.sending.is_typing() {
            return Reaction::with(Effect::say("Nothing is pasted into a question"));
        }
        let moved = self.fields.paste(text, ctx);
        self.typed(moved)
    }
    fn mouse(&mut self, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
        if mouse.kind != MouseEventKind::Down(MouseButton::Left) || !self.sending.is_typing() {
            return Reaction::done();
        }
        match view::target(self, ctx, Position::new(mouse.column, mouse.row)) {
            Some(view::Target::Send) => self.send(ctx),
            Some(view::Target::Field(field)) if field == self.fields.focus() => {
                // A click on a choice that has the keys already turns it.
                if !self.fields.is_on_text() {
                    self.fields.key(KeyCode::Right.into(), ctx);
                }
                Reaction::done()
            }
            Some(view::Target::Field(field)) => {
                self.fields.focus_on(field);
                Reaction::done()
            }
            None => Reaction::done(),
        }
    }
    fn reply(&mut self, tag: u32, replied: &Replied, ctx: &Ctx<'_>) -> Reaction {
        let terms = self.fields.draft(ctx).map(|(_, draft)| words::terms(&draft));
        let terms = terms.unwrap_or_default();
        self.sending.reply(tag, replied, &terms, &format!("Sent: {terms}"))
    }
    fn refresh(&mut self, ctx: &Ctx<'_>) -> Vec<Effect> {
        self.fields.offer_books(ctx);
        let mut effects = self.sending.ask_id();
        let unpriced = self.fields.symbol(ctx).filter(|symbol| ctx.ticker(*symbol).is_none());
        if let Some(symbol) = unpriced.filter(|symbol| self.looked != Some(*symbol)) {
            self.looked = Some(symbol);
            effects.push(Effect::Ask(LOOK, Want::Query(Query::Trades(symbol))));
        }
        effects
    }
    fn refuses(&self, action: Action, _ctx: &Ctx<'_>) -> Option<String> {
        let sent = self.sending.is_sent() && action != Action::Close;
        sent.then(|| "The order is on its way to the desk".to_owned())
    }
    fn is_dirty(&self) -> bool {
        self.fields.everything() != self.opened_with
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        view::draw(self, frame, ctx);
        if let Some(question) = self.sending.question() {
            question.draw(frame, ctx);
        }
    }
}
