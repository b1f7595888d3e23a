//! The head of the portfolio screen: what the chosen book is worth, and the facts about it.
//! Must never keep figures: they are worked out when drawn.

use crossterm::event::{MouseEvent, MouseEventKind};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::domain::ids::PortfolioId;
use crate::domain::numbers::Ratio;

use super::super::action::Action;
use super::super::ctx::{Ctx, Subject};
use super::super::effect::{Effect, Reaction};
use super::super::keymap::Context;
use super::super::names::PaneId;
use super::super::theme::Role;
use super::super::widgets::cells;
use super::super::widgets::figures::{self, Figure};
use super::super::widgets::popup;
use super::super::worth::{Tally, Worth, unpriced_words};
use super::Pane;
use super::portfolios::{keys, rows};

#[cfg(test)]
mod tests;

/// The head of the portfolio screen.
pub struct Book;

impl Pane for Book {
    fn id(&self) -> PaneId {
        PaneId::Book
    }
    fn title(&self, ctx: &Ctx<'_>) -> Line<'static> {
        let Some(id) = ctx.chosen.portfolio else { return Line::raw("Portfolio") };
        let name = Span::styled(format!(" {}", ctx.portfolio_name(id)), ctx.style(Role::Accent));
        Line::from(vec![Span::raw("Portfolio"), name])
    }
    fn title_right(&self, ctx: &Ctx<'_>) -> Line<'static> {
        let Some(id) = ctx.chosen.portfolio else { return Line::default() };
        if let Some(words) = unpriced_words(Worth::of(id, ctx).unpriced()) {
            return Line::styled(words, ctx.style(Role::Warn));
        }
        let order = rows::order(ctx);
        match order.iter().position(|other| *other == id) {
            Some(index) if order.len() > 1 => {
                Line::raw(format!("{} of {}", index + 1, order.len()))
            }
            _ => Line::default(),
        }
    }
    fn contexts(&self) -> &'static [Context] {
        &[Context::Portfolios]
    }
    fn subject(&self, ctx: &Ctx<'_>) -> Subject {
        Subject { portfolio: ctx.chosen.portfolio, ..Subject::default() }
    }
    fn refuses(&self, action: Action, ctx: &Ctx<'_>) -> Option<String> {
        keys::refuses(action, ctx)
    }
    fn act(&mut self, action: Action, ctx: &Ctx<'_>) -> Reaction {
        keys::shared(action, ctx).unwrap_or(Reaction::NotMine)
    }
    fn mouse(&mut self, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
        let by = match mouse.kind {
            MouseEventKind::ScrollDown => 1,
            MouseEventKind::ScrollUp => -1,
            _ => return Reaction::NotMine,
        };
        let next = rows::neighbour(by, ctx);
        Reaction::Mine(next.map(Effect::ChoosePortfolio).into_iter().collect())
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        let area = Rect { x: ctx.area.x + 1, width: ctx.area.width.saturating_sub(2), ..ctx.area };
        let Some(id) = ctx.chosen.portfolio else {
            return lines(frame, area, &["No portfolio is chosen yet.".to_owned()], ctx);
        };
        let figures = all_figures(&Worth::of(id, ctx), ctx);
        // The facts have the last row, the figures those above it; these come first.
        let above = Rect { height: area.height.saturating_sub(1).max(2), ..area };
        let above = above.intersection(area);
        let used = figures::draw_blocks(&figures, frame.buffer_mut(), above, ctx.theme);
        let below = Rect { y: area.y + used, height: area.height - used, ..area };
        let texts = popup::wrap(&facts(id, below.width, ctx), below.width);
        lines(frame, below, &texts, ctx);
    }
}

fn lines(frame: &mut Frame<'_>, area: Rect, texts: &[String], ctx: &Ctx<'_>) {
    for (y, text) in (area.y..area.bottom()).zip(texts) {
        let width = usize::from(area.width);
        frame.buffer_mut().set_stringn(area.x, y, text, width, ctx.style(Role::Muted));
    }
}

/// The figures, the most important first.
fn all_figures(worth: &Worth, ctx: &Ctx<'_>) -> Vec<Figure> {
    let glyphs = &ctx.theme.glyphs;
    let change = |name, tally: Tally| {
        Figure::new(name, tally.text(glyphs, cells::money_change), tally.tone())
    };
    let value = worth.value();
    let ratio = worth.day_ratio().map(|ratio: Ratio| format!(" {}", cells::percent_change(ratio)));
    let day = worth.day.text(glyphs, |money| cells::money_arrow(money, glyphs));
    let realised = cells::money_change(worth.realised);
    vec![
        Figure::new("Value", value.text(glyphs, cells::money), value.plain_tone()),
        Figure::new("Day P&L", format!("{day}{}", ratio.unwrap_or_default()), worth.day.tone()),
        change("Total P&L", worth.total),
        change("Unrealised", worth.unrealised),
        Figure::new("Realised", realised, cells::tone(worth.realised.to_cents())),
        Figure::new("Cash", cells::money(worth.cash), Role::Text),
        Figure::new(
            "Market value",
            worth.market.text(glyphs, cells::money),
            worth.market.plain_tone(),
        ),
        Figure::new("Open", format!("{} positions", worth.open), Role::Text),
    ]
}

/// `personal · owner trader1 · your access admin · long only · 100,000.00 allocated`, and the
/// description.
fn facts(id: PortfolioId, width: u16, ctx: &Ctx<'_>) -> String {
    let Some((book, grant)) = ctx.view.portfolios.get(&id) else { return String::new() };
    let access = match grant {
        Some(grant) => format!("your access {grant}"),
        None => format!("seen as {}", ctx.view.role.name),
    };
    let mut facts = vec![
        book.kind.as_str().to_owned(),
        format!("owner {}", ctx.login(book.owner)),
        access,
        if book.may_short { "may go short" } else { "long only" }.to_owned(),
    ];
    facts.extend(book.allocation.map(|money| format!("{} allocated", cells::money(money))));
    if book.archived {
        facts.insert(0, "put away: nothing trades in it".to_owned());
    }
    if !book.description.is_empty() {
        facts.push(book.description.clone());
    }
    let between = format!(" {} ", ctx.theme.glyphs.separator);
    let mut line = String::new();
    for fact in facts {
        let more = if line.is_empty() { fact } else { format!("{between}{fact}") };
        // A fact is said whole or not at all, as long as one row is all there is.
        if line.width() + more.width() > usize::from(width) && ctx.area.height <= 3 {
            break;
        }
        line.push_str(&more);
    }
    line
}
