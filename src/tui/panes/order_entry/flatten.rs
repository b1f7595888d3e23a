//! Closes a position with one market order for exactly what is held; asks with the quantity.
//! Must never trade another quantity than the one on screen.

use std::cell::Cell;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::desk::command::{Attempt, PlaceOrder};
use crate::desk::refusal::Rejection;
use crate::domain::ids::PortfolioId;
use crate::domain::numbers::{Price, Qty};
use crate::domain::orders::{Draft, OrderType, Shown, Side, TimeInForce};
use crate::domain::special::Special;
use crate::domain::symbols::Symbol;
use crate::tui::action::Action;
use crate::tui::ask::Replied;
use crate::tui::ctx::Ctx;
use crate::tui::effect::{Effect, Layer, Reaction};
use crate::tui::keymap::Context;
use crate::tui::panes::orders::words;
use crate::tui::theme::Role;
use crate::tui::widgets::{cells, popup};

use super::figures::{self, Line};
use super::preview::{Plan, held, working};
use super::sending::Sending;

const WIDTH: u16 = 60;

/// The question before a position is closed.
pub struct Flatten {
    portfolio: PortfolioId,
    symbol: Symbol,
    sending: Sending,
    /// What was on screen: the shares held, and the last price.
    drawn: Cell<Option<(Qty, Option<Price>)>>,
}

impl Flatten {
    /// Asks about this position.
    pub fn new(portfolio: PortfolioId, symbol: Symbol) -> Self {
        Self { portfolio, symbol, sending: Sending::default(), drawn: Cell::new(None) }
    }

    /// The order that closes `held` shares.
    fn draft(&self, held: Qty) -> Draft {
        Draft {
            symbol: self.symbol,
            side: if held > Qty::ZERO { Side::Sell } else { Side::Buy },
            quantity: held.abs(),
            order_type: OrderType::Market,
            time_in_force: TimeInForce::Day,
            note: "flatten".to_owned(),
            special: Special::default(),
        }
    }

    fn go(&mut self, ctx: &Ctx<'_>) -> Reaction {
        let now = held(self.portfolio, self.symbol, ctx);
        let (seen, last) = self.drawn.get().unwrap_or((now, ctx.last(self.symbol)));
        if now.is_zero() {
            return Reaction::Mine(vec![
                Effect::Close,
                Effect::say("The position is flat already"),
            ]);
        }
        if seen != now {
            self.sending.say(format!("The position was {seen} and is {now} now: answer again"));
            return Reaction::done();
        }
        let Some(id) = self.sending.id() else {
            self.sending.say("The order has no number yet. Nothing was sent; try again.");
            return Reaction::done();
        };
        let place = PlaceOrder {
            id,
            portfolio: self.portfolio,
            draft: self.draft(now),
            shown: Shown { last, version: None },
            acknowledged: Vec::new(),
        };
        self.sending.propose(Attempt::Order(place), None)
    }

    /// Why the desk would not take it, as far as is known here: then there is nothing to answer.
    fn refusal(&self, ctx: &Ctx<'_>) -> Option<String> {
        let now = held(self.portfolio, self.symbol, ctx);
        if now.is_zero() || !self.sending.is_typing() {
            return None;
        }
        let plan = Plan { portfolio: self.portfolio, draft: &self.draft(now), amends: None };
        match plan.objection(ctx)? {
            Rejection::Refused(refusal) => Some(refusal.to_string()),
            _ => None,
        }
    }

    fn lines(&self, ctx: &Ctx<'_>, width: u16) -> Vec<Line> {
        let glyphs = &ctx.theme.glyphs;
        let now = held(self.portfolio, self.symbol, ctx);
        let draft = self.draft(now);
        let position = ctx.position(self.portfolio, self.symbol);
        let last = ctx.last(self.symbol);
        let money = |value| cells::or_missing(value, glyphs, cells::money);
        let value = last.map(|last| draft.quantity * last);
        let average = position.and_then(crate::domain::positions::Position::average);
        let profit = position.zip(last).map(|(position, last)| position.unrealised(last));
        let mut lines = vec![
            Line::Text(words::brief(&draft), words::side_role(draft.side)),
            Line::Text(format!("in {}", ctx.portfolio_name(self.portfolio)), Role::Text),
            Line::Blank,
            Line::Pair("Position".to_owned(), now.to_string(), Role::Text),
            Line::Pair(
                "Average price".to_owned(),
                cells::or_missing(average, glyphs, cells::price),
                Role::Text,
            ),
            Line::Pair(
                "Last price".to_owned(),
                cells::or_missing(last, glyphs, cells::price),
                Role::Text,
            ),
            Line::Pair("Value".to_owned(), money(value), Role::Text),
            Line::Pair(
                "Unrealised profit".to_owned(),
                cells::or_missing(profit, glyphs, cells::money_change),
                cells::tone(profit.map_or(0, crate::domain::numbers::Money::signum)),
            ),
        ];
        let held_back = working(self.portfolio, self.symbol, draft.side, ctx);
        let warning = (!held_back.is_zero()).then(|| {
            let side = draft.side;
            (
                format!("Working {side} orders hold {held_back} of these: cancel them first."),
                Role::Warn,
            )
        });
        let foreseen = || self.refusal(ctx).filter(|_| warning.is_none());
        let words = self.sending.words().map(str::to_owned).or_else(foreseen);
        let refused = words.map(|words| (words, Role::Error));
        for (text, role) in warning.iter().cloned().chain(refused) {
            lines.push(Line::Blank);
            let wrapped = popup::wrap(&text, width);
            lines.extend(wrapped.into_iter().map(|line| Line::Text(line, role)));
        }
        lines
    }
}

impl Layer for Flatten {
    fn contexts(&self) -> &'static [Context] {
        &[Context::Confirm]
    }
    fn title(&self) -> String {
        "Flatten a position".to_owned()
    }
    fn act(&mut self, action: Action, ctx: &Ctx<'_>) -> Reaction {
        if let Some(reaction) = self.sending.answer(action) {
            return reaction;
        }
        match action {
            Action::Close | Action::No => Reaction::with(Effect::Close),
            Action::Yes if self.refusal(ctx).is_some() => Reaction::done(),
            Action::Yes if self.sending.is_typing() => self.go(ctx),
            _ => Reaction::done(),
        }
    }
    fn paste(&mut self, _text: &str, _ctx: &Ctx<'_>) -> Reaction {
        Reaction::with(Effect::say("Nothing is pasted into a question: type the answer"))
    }
    fn reply(&mut self, tag: u32, replied: &Replied, ctx: &Ctx<'_>) -> Reaction {
        let terms = words::brief(&self.draft(held(self.portfolio, self.symbol, ctx)));
        self.sending.reply(tag, replied, &terms, &format!("Sent: {terms}"))
    }
    fn refresh(&mut self, _ctx: &Ctx<'_>) -> Vec<Effect> {
        self.sending.ask_id()
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        let body = popup::between_bars(ctx.area);
        let width = WIDTH.min(body.width);
        let lines = self.lines(ctx, width.saturating_sub(4));
        let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(4);
        let title = format!("Flatten {}?", self.symbol);
        let inner = popup::draw(frame, popup::centred(body, width, height), &title, ctx.theme);
        let above = Rect { height: inner.height.saturating_sub(2), ..inner };
        figures::draw(&lines, frame, above, ctx);
        self.drawn.set(Some((held(self.portfolio, self.symbol, ctx), ctx.last(self.symbol))));
        if !inner.is_empty() {
            let foot = Rect { y: inner.bottom() - 1, height: 1, ..inner };
            let yes = if self.sending.is_sent() { "sending" } else { "yes, send it" };
            if self.refusal(ctx).is_some() {
                figures::draw_close(frame, foot, ctx);
            } else {
                figures::draw_answer(("no, leave it", yes), frame, foot, ctx);
            }
        }
        if let Some(question) = self.sending.question() {
            question.draw(frame, ctx);
        }
    }
}
