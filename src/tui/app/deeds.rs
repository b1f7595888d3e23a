//! What each action does where no layer and no pane claims it; and who is asked first.
//! Must never be reached by a key that a layer above the panes has taken.

use crate::desk::command::Command;

use super::super::action::Action;
use super::super::ask::{Asker, Want};
use super::super::ctx::Subject;
use super::super::effect::{Effect, Reaction};
use super::super::layers::command_line::CommandLine;
use super::super::layers::confirm::Confirm;
use super::super::layers::password::PasswordForm;
use super::super::layers::settings::SettingsForm;
use super::super::screens::ScreenId;
use super::index;
use super::look::Look;
use super::openings::open;
use super::session::Session;

/// Does an action: asks permission's hint, then the layer or pane that has the keys, then the app.
pub fn dispatch(
    session: &mut Session,
    action: Action,
    subject: Subject,
    look: &mut Look,
) -> Vec<(Asker, Effect)> {
    if let Some(why) = session.refuses(action, subject, look) {
        return vec![(Asker::App, Effect::complain(why))];
    }
    let Some((source, top, ctx)) = session.top(look) else { return Vec::new() };
    let reaction = top.act(action, &ctx);
    let (source, effects) = match reaction {
        Reaction::Mine(effects) => (source, effects),
        Reaction::NotMine => {
            let ctx = session.data.ctx(look, look.size, true);
            let opened = open(action, subject, &ctx);
            (Asker::App, opened.unwrap_or_else(|| global(session, action, look)))
        }
    };
    effects.into_iter().map(|effect| (source, effect)).collect()
}

/// What the app itself does.
pub fn global(session: &mut Session, action: Action, look: &mut Look) -> Vec<Effect> {
    let ask = |want| vec![Effect::Ask(0, want)];
    match action {
        Action::Quit if session.is_dirty() => {
            let words = vec!["What was typed and not sent is lost.".to_owned()];
            let leave = ask(Want::Leave);
            return vec![Effect::Open(Box::new(Confirm::yes_no("Leave the desk?", words, leave)))];
        }
        Action::Leave | Action::Quit => return ask(Want::Leave),
        Action::Redraw => return ask(Want::Redraw),
        Action::SignOut => return ask(Want::SignOut),
        Action::ReleaseMouse => {
            look.mouse = !look.mouse;
            let text = if look.mouse {
                "The desk has the mouse again"
            } else {
                "The terminal has the mouse: select text"
            };
            return vec![Effect::Ask(0, Want::Mouse(look.mouse)), Effect::say(text)];
        }
        Action::Help => {
            return vec![Effect::Open(Box::new(index::help(session, look)))];
        }
        Action::Palette => {
            return vec![Effect::Open(Box::new(index::palette(session, look)))];
        }
        Action::CommandLine => {
            let ctx = session.data.ctx(look, look.size, true);
            let line = CommandLine::new("", session.history.clone(), &ctx);
            return vec![Effect::Open(Box::new(line))];
        }
        Action::Password => {
            let login = session.data.view.me.login.clone();
            let ctx = session.data.ctx(look, look.size, true);
            return vec![Effect::Open(Box::new(PasswordForm::new(login, &ctx)))];
        }
        Action::Settings => {
            let form = SettingsForm::new(&session.data.prefs, &session.data.view.settings);
            return vec![Effect::Open(Box::new(form))];
        }
        Action::Lock => session.lock(),
        Action::NextPane => session.focus_step(true, look),
        Action::PreviousPane => session.focus_step(false, look),
        Action::Zoom => session.zoomed = !session.zoomed,
        Action::Close if session.zoomed => session.zoomed = false,
        Action::Close => return vec![Effect::Hush],
        Action::NextTheme => {
            let next = look.themes.after(&look.theme.name).name.clone();
            return wear(session, &next, look);
        }
        other => {
            let number = (1..=9).find(|number| Action::screen(*number) == Some(other));
            if let Some(screen) = number.and_then(ScreenId::numbered) {
                session.go_to(screen);
            } else {
                return vec![Effect::say(format!(
                    "There is nothing to {} here",
                    other.spec().label
                ))];
            }
        }
    }
    Vec::new()
}

/// Looks like another theme from now on, and keeps it for the next time.
pub fn wear(session: &Session, name: &str, look: &mut Look) -> Vec<Effect> {
    if !look.wear(name) {
        let names: Vec<&str> = look.themes.names().collect();
        let text = format!("There is no theme '{name}': {}", names.join(", "));
        return vec![Effect::complain(text)];
    }
    let mut effects = vec![Effect::say(format!("Theme: {name}"))];
    if session.data.prefs.theme.as_deref() != Some(name) {
        let (value, version) = (name.to_owned(), session.setting_version("theme"));
        let command = Command::SaveSetting { name: "theme".to_owned(), value, version };
        effects.push(Effect::Ask(0, Want::Act(command)));
    }
    effects
}
