//! What a message does to a signed-in person's screen, and what follows from it, in order.
//! Must never draw, nor do what is asked for: asks go out to the run loop.

use std::collections::VecDeque;

use ratatui::layout::Rect;

use crate::desk::command::Outcome;
use crate::desk::view::Update;
use crate::domain::ids::OrderId;

use super::super::action::Action;
use super::super::ask::{Ask, Asker, Replied, Reply, words};
use super::super::ctx::{Prefs, Subject};
use super::super::effect::{About, Effect, Reaction, Toast, Tone};
use super::super::msg::Msg;
use super::super::panes::Change;
use super::look::Look;
use super::notices::{broken, notice};
use super::session::{Session, inside};
use super::told::Told;
use super::{Out, deeds, openings};

/// Effects carried out for one message at most: a pane that asks itself for ever is stopped.
const EFFECTS_MAX: usize = 256;

/// Does an action, and all that follows.
pub fn run(session: &mut Session, action: Action, subject: Subject, look: &mut Look) -> Out {
    let mut effects = VecDeque::new();
    // Who goes to the symbol's screen from a row wants to see the symbol of that row.
    if action == Action::Screen4
        && session.layers.is_empty()
        && let Some(symbol) = subject.symbol
    {
        effects.push_back((Asker::App, Effect::ChooseSymbol(symbol)));
    }
    effects.extend(deeds::dispatch(session, action, subject, look));
    carry_out(session, effects, look)
}

/// A second went by: panes look at it, and a screen that nobody touched for long locks.
pub fn time_passed(session: &mut Session, look: &Look) {
    session.changes.insert(Change::Time);
    let minutes = session.data.prefs.lock_after_minutes;
    let idle_ms = look.now.desk.ms_since(session.last_touch);
    if minutes > 0 && idle_ms >= minutes.saturating_mul(60_000) {
        session.lock();
    }
}

/// Takes one message in.
pub fn take(session: &mut Session, msg: Msg, look: &mut Look) -> Out {
    match msg {
        Msg::Reply { to, tag, result } => reply(session, (to, tag), &result, look),
        Msg::Update(news) => update(session, news, look),
        Msg::Prices(tickers) => {
            session.data.quotes.take(&tickers, look.now.desk);
            session.changes.insert(Change::Prices);
            Out::default()
        }
        _ => Out::default(),
    }
}

fn update(session: &mut Session, update: Update, look: &mut Look) -> Out {
    let mut out = Out::default();
    match update {
        Update::Event(event) => {
            let together = session.cancels.notice(&event);
            out.toasts.extend(together.or_else(|| notice(&event, &session.data.view)));
            session.data.view.apply(&event);
            let prefs = Prefs::of(&session.data.view, &look.configured);
            if prefs != session.data.prefs {
                session.data.prefs = prefs;
                session.wear(look);
            }
        }
        Update::Funds(funds, reserved) => {
            session.data.view.funds = funds;
            session.data.view.reserved = reserved;
        }
        Update::Stream(state) => session.data.view.stream = state,
        Update::Reconciled(reconciled) => {
            let before = session.data.view.reconciled.breaks.len();
            if reconciled.breaks.len() > before {
                out.toasts.push(broken(&reconciled));
            }
            session.data.view.reconciled = reconciled;
        }
        Update::View(view) => {
            session.cancels.look(&view);
            session.new_view(*view, look);
        }
        Update::Ended(_) => {}
    }
    session.changes.insert(Change::View);
    out
}

/// Lets panes and layers look at what changed since the last time: once, however much it was.
pub fn settle(session: &mut Session, look: &mut Look) -> Out {
    let mut out = Out::default();
    // What panes choose when they look around may itself be a change; two rounds are enough,
    // because the second one chooses nothing.
    for _ in 0..2 {
        let changes = std::mem::take(&mut session.changes);
        if changes.is_empty() {
            break;
        }
        let mut effects = VecDeque::new();
        let rooms = session.rooms(look);
        let focus = session.focus();
        for (id, pane) in &mut session.panes {
            let area = rooms.iter().find(|(place, _)| place == id).map(|(_, room)| *room);
            let ctx = session.data.ctx(look, area.map_or(Rect::ZERO, inside), *id == focus);
            for change in &changes {
                let follow = pane.refresh(*change, &ctx);
                effects.extend(follow.into_iter().map(|effect| (Asker::Pane(*id), effect)));
            }
        }
        for (number, layer) in &mut session.layers {
            let ctx = session.data.ctx(look, look.size, true);
            let follow = layer.refresh(&ctx);
            effects.extend(follow.into_iter().map(|effect| (Asker::Layer(*number), effect)));
        }
        out.append(carry_out(session, effects, look));
    }
    out
}

fn reply(session: &mut Session, to: (Asker, u32), replied: &Replied, look: &mut Look) -> Out {
    let (to, tag) = to;
    let told = session.told(to, tag);
    session.cancels.answered((to, tag), replied);
    if replied.is_err() {
        session.settings_asked.clear();
    }
    let reaction = match to {
        Asker::Pane(id) => {
            let area = session.room_of(id, look);
            let ctx = session.data.ctx(look, area, session.focus() == id);
            session.panes.get_mut(&id).map(|pane| pane.reply(tag, replied, &ctx))
        }
        Asker::Layer(number) => {
            let ctx = session.data.ctx(look, look.size, true);
            let layer = session.layers.iter_mut().find(|(other, _)| *other == number);
            layer.map(|(_, layer)| layer.reply(tag, replied, &ctx))
        }
        Asker::App | Asker::SignIn => None,
    };
    let said = match (reaction, replied) {
        (Some(Reaction::Mine(mut effects)), _) => {
            if let (Some(told), Ok(Reply::Outcome(outcome))) = (told, replied) {
                effects.push(Effect::say(told.words(outcome)));
            }
            return follow(session, to, effects, look);
        }
        (_, Err(rejection)) => Some(Toast::new(Tone::Bad, words(rejection))),
        (_, Ok(Reply::Copied)) => Some(Toast::new(Tone::Plain, "Copied")),
        (_, Ok(Reply::Written(file))) => Some(Toast::new(Tone::Good, format!("Written to {file}"))),
        (_, Ok(Reply::Outcome(outcome))) => done(told, outcome),
        _ => None,
    };
    Out { toasts: said.into_iter().collect(), ..Out::default() }
}

/// What to say of a command that was done and that nobody waits for any more.
fn done(told: Option<Told>, outcome: &Outcome) -> Option<Toast> {
    match outcome {
        // The cancel of one order was said when it was sent; the venue's answer takes its place.
        Outcome::Canceling { asked: 1, refused } if refused.is_empty() => None,
        Outcome::Canceling { asked, refused } => Some(canceling(*asked, refused)),
        // What an order does is told by its events; what the app keeps for itself is not told.
        Outcome::TradingSet | Outcome::OrderIntended(_) | Outcome::Watchlist(_) => None,
        Outcome::Unchanged => told.map(|told| Toast::new(Tone::Plain, told.words(outcome))),
        Outcome::Done | Outcome::Portfolio(_) | Outcome::User(_) => {
            told.map(|told| Toast::new(Tone::Good, told.words(outcome)))
        }
    }
}

/// What came of cancelling several orders.
fn canceling(asked: usize, refused: &[(OrderId, String)]) -> Toast {
    let sent = match asked {
        1 => "1 cancel on its way".to_owned(),
        asked => format!("{asked} cancels on their way"),
    };
    let toast = match refused.first() {
        None => Toast::new(Tone::Plain, sent),
        Some((_, why)) => {
            let text = format!("{sent}, {} left alone: {why}", refused.len());
            Toast::new(Tone::Warning, text)
        }
    };
    toast.about(About::Cancels)
}

/// Carries out what follows from a reaction of `source`.
pub fn follow(session: &mut Session, source: Asker, effects: Vec<Effect>, look: &mut Look) -> Out {
    let effects = effects.into_iter().map(|effect| (source, effect)).collect();
    carry_out(session, effects, look)
}

fn carry_out(
    session: &mut Session,
    mut effects: VecDeque<(Asker, Effect)>,
    look: &mut Look,
) -> Out {
    let mut out = Out::default();
    for _ in 0..EFFECTS_MAX {
        let Some((source, effect)) = effects.pop_front() else { break };
        match effect {
            Effect::Ask(tag, want) => {
                session.note_asked(source, tag, &want);
                out.asks.push(Ask { from: source, tag, want });
            }
            Effect::Toast(toast) => out.toasts.push(toast),
            Effect::Open(layer) => session.push(layer),
            Effect::Ticket(start) => {
                let ctx = session.data.ctx(look, look.size, true);
                match openings::ticket(&start, &ctx) {
                    Ok(ticket) => session.push(ticket),
                    Err(why) => effects.push_back((source, Effect::complain(why))),
                }
            }
            Effect::Close => close(session, source),
            Effect::ChooseSymbol(symbol) => {
                if session.data.chosen.symbol.replace(symbol) != Some(symbol) {
                    session.changes.insert(Change::Chosen);
                }
            }
            Effect::ChoosePortfolio(portfolio) => {
                if session.data.chosen.portfolio.replace(portfolio) != Some(portfolio) {
                    session.changes.insert(Change::Chosen);
                }
            }
            Effect::Hush => out.hush = true,
            Effect::Unlocked => session.unlock(),
            Effect::Remember(line) => session.remember(line),
            Effect::Halt(reason) => effects.push_back((source, openings::halt(&reason))),
            Effect::Focus(pane) => session.focus_on(pane, look),
            Effect::Theme(name) => {
                let follow = deeds::wear(session, &name, look);
                effects.extend(follow.into_iter().map(|effect| (Asker::App, effect)));
            }
            Effect::Run(action) => {
                let subject = session.subject(look);
                effects.extend(deeds::dispatch(session, action, subject, look));
            }
            Effect::RunAbout(action, subject) => {
                effects.extend(deeds::dispatch(session, action, subject, look));
            }
        }
    }
    out
}

fn close(session: &mut Session, source: Asker) {
    match source {
        Asker::Layer(number) => session.layers.retain(|(other, _)| *other != number),
        _ => session.pop(),
    }
}
