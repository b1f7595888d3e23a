//! Who gets a key, a paste, a mouse event: the topmost layer, else the focused pane, else the app.
//! Must never let anything below a layer hear a key.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::super::action::Action;
use super::super::ask::Asker;
use super::super::effect::{Effect, Reaction};
use super::super::keymap::{Context, Key, Meaning};
use super::super::screens::ScreenId;
use super::look::Look;
use super::session::{Session, inside};
use super::{Out, chrome, deeds, flow};

/// Actions that work whatever is on top.
const ALWAYS: &[Action] = &[Action::Leave, Action::Redraw, Action::ReleaseMouse, Action::Help];
/// Actions that work above a lock.
const LOCKED: &[Action] = &[Action::Leave];

/// A key went down.
pub fn key(session: &mut Session, event: KeyEvent, look: &mut Look) -> Out {
    if event.kind == KeyEventKind::Release {
        return Out::default();
    }
    session.last_touch = look.now.desk;
    let mut out = flow::settle(session, look);
    let key = Key::of(&event);
    let takes_text = takes_text(session);
    if takes_text {
        if let Some((source, effects)) = raw(session, event, look) {
            out.append(flow::follow(session, source, effects, look));
            return out;
        }
        if key.is_text() {
            return out;
        }
    }
    session.typed.push(key);
    let contexts = session.contexts();
    let mut meaning = look.keymap.meaning(&contexts, &session.typed);
    if meaning == Meaning::Nothing && session.typed.len() > 1 {
        // The second key of a sequence that is none counts by itself.
        session.typed = vec![key];
        meaning = look.keymap.meaning(&contexts, &session.typed);
    }
    match meaning {
        Meaning::Prefix => return out,
        Meaning::Action(action) => {
            session.typed.clear();
            let subject = session.subject(look);
            out.append(flow::run(session, action, subject, look));
            return out;
        }
        Meaning::Nothing => session.typed.clear(),
    }
    let always = look.keymap.meaning(&[Context::Global], &[key]);
    if let Meaning::Action(action) = always
        && (if session.is_locked() { LOCKED } else { ALWAYS }).contains(&action)
        && !key.is_text()
    {
        let effects = deeds::global(session, action, look);
        out.append(flow::follow(session, Asker::App, effects, look));
    } else if !takes_text && let Some((source, effects)) = raw(session, event, look) {
        out.append(flow::follow(session, source, effects, look));
    } else if let Some(words) = no_screen(session, event) {
        out.append(flow::follow(session, Asker::App, vec![Effect::say(words)], look));
    }
    out
}

/// What to say of a digit that stands for no screen yet; nothing where it is not for a screen.
fn no_screen(session: &Session, event: KeyEvent) -> Option<String> {
    let KeyCode::Char(digit @ '1'..='9') = event.code else { return None };
    let number = usize::try_from(digit.to_digit(10)?).ok()?;
    if !session.layers.is_empty() || ScreenId::numbered(number).is_some() {
        return None;
    }
    let last = ScreenId::ALL.len();
    Some(match number {
        5 => format!("Screen 5 will be Admin. It is not there yet: 1 to {last} are"),
        6 => format!("Screen 6 will be the Journal. It is not there yet: 1 to {last} are"),
        _ => format!("There is no screen {number}: 1 to {last} are there"),
    })
}

fn takes_text(session: &Session) -> bool {
    match session.layers.last() {
        Some((_, layer)) => layer.takes_text(),
        None => session.panes.get(&session.focus()).is_some_and(|pane| pane.takes_text()),
    }
}

/// Hands a key to whoever is on top, as it is.
fn raw(session: &mut Session, event: KeyEvent, look: &Look) -> Option<(Asker, Vec<Effect>)> {
    let (source, top, ctx) = session.top(look)?;
    let reaction = top.key(event, &ctx);
    reaction.is_mine().then(|| (source, reaction.effects()))
}

/// A text was pasted: it goes to the field that is open, if one is, and nowhere else.
pub fn paste(session: &mut Session, text: &str, look: &mut Look) -> Out {
    session.last_touch = look.now.desk;
    let mut out = flow::settle(session, look);
    let Some((source, top, ctx)) = session.top(look) else { return out };
    let reaction = top.paste(text, &ctx);
    let effects = match reaction {
        Reaction::NotMine => vec![Effect::say("Nothing here takes a paste: open a field first")],
        Reaction::Mine(effects) => effects,
    };
    out.append(flow::follow(session, source, effects, look));
    out
}

/// The mouse did something.
pub fn mouse(session: &mut Session, event: MouseEvent, look: &mut Look) -> Out {
    session.last_touch = look.now.desk;
    let mut out = flow::settle(session, look);
    let is_idle = matches!(event.kind, MouseEventKind::Moved | MouseEventKind::Up(_));
    if is_idle || session.is_locked() {
        return out;
    }
    let at = Position::new(event.column, event.row);
    let click = event.kind == MouseEventKind::Down(MouseButton::Left);
    if let Some((number, layer)) = session.layers.last_mut() {
        let source = Asker::Layer(*number);
        let ctx = session.data.ctx(look, look.size, true);
        if let Reaction::Mine(effects) = layer.mouse(event, &ctx) {
            out.append(flow::follow(session, source, effects, look));
            return out;
        }
    }
    if click && let Some(action) = chrome::action_at(session, look, at) {
        let subject = session.subject(look);
        out.append(flow::run(session, action, subject, look));
        return out;
    }
    if !session.layers.is_empty() {
        return out;
    }
    let rooms = session.rooms(look);
    let Some((pane, room)) = rooms.into_iter().find(|(_, room)| room.contains(at)) else {
        return out;
    };
    if click {
        session.focus_on(pane, look);
    }
    let focused = session.focus() == pane;
    let ctx = session.data.ctx(look, inside(room), focused);
    let reaction = session.panes.get_mut(&pane).map(|found| found.mouse(event, &ctx));
    let effects = reaction.map(Reaction::effects).unwrap_or_default();
    out.append(flow::follow(session, Asker::Pane(pane), effects, look));
    out
}
