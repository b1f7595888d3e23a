//! What can be looked up from here: the actions of help, and all that the palette finds.
//! Must never offer a key that does nothing here.

use super::super::action::{Action, Spec};
use super::super::keymap::Context;
use super::super::layers::finder::{Choice, Entry, Finder};
use super::super::widgets::cells;
use super::look::Look;
use super::session::Session;

/// Help for whoever has the keys: every action with its keys, greyed with the reason where it
/// cannot be done.
pub fn help(session: &Session, look: &Look) -> Finder {
    let mut entries = actions(session, look);
    entries.sort_by_key(|entry| {
        GROUPS.iter().position(|group| *group == entry.group).unwrap_or(GROUPS.len())
    });
    Finder::new("Help", entries, session.subject(look))
}

/// Everything that has a name: actions, symbols, portfolios, people.
pub fn palette(session: &Session, look: &Look) -> Finder {
    let mut entries = actions(session, look);
    for entry in &mut entries {
        entry.group = "Actions";
    }
    let view = &session.data.view;
    for (id, (portfolio, _)) in &view.portfolios {
        entries.push(Entry {
            group: "Portfolios",
            keys: portfolio.kind.as_str().to_owned(),
            name: portfolio.name.clone(),
            about: "Show this portfolio".to_owned(),
            refused: None,
            choice: Choice::Portfolio(*id),
        });
    }
    for (symbol, asset) in view.assets.iter() {
        let last = session.data.quotes.last(*symbol);
        entries.push(Entry {
            group: "Symbols",
            keys: last.map_or_else(|| look.theme.glyphs.missing.to_owned(), cells::price),
            name: symbol.to_string(),
            about: asset.name.clone(),
            refused: None,
            choice: Choice::Symbol(*symbol),
        });
    }
    for user in view.people.values() {
        let state = if user.active { "active" } else { "switched off" };
        entries.push(Entry {
            group: "People",
            keys: user.role.to_string(),
            name: user.login.to_string(),
            about: format!("{} ({}), {}, {state}", user.name, user.login, user.role),
            refused: None,
            choice: Choice::Person(user.login.clone()),
        });
    }
    Finder::new("Find anything", entries, session.subject(look))
}

/// Headings of help, in order.
const GROUPS: [&str; 4] = ["Here", "In lists", "Everywhere", "By name"];

fn actions(session: &Session, look: &Look) -> Vec<Entry> {
    let contexts = session.contexts();
    let subject = session.subject(look);
    let entry = |spec: &Spec| {
        let keys = look.keymap.keys_of(&contexts, spec.action);
        let group = group(&contexts, spec.action, look)?;
        let keys = if keys.is_empty() { format!(":{}", spec.name) } else { keys.join(" or ") };
        Some(Entry {
            group,
            keys,
            name: spec.label.to_owned(),
            about: spec.help.to_owned(),
            refused: session.refuses(spec.action, subject, look),
            choice: Choice::Action(spec.action),
        })
    };
    let listed = Action::TABLE.iter().filter(|spec| spec.listed && spec.action != Action::Close);
    listed.filter_map(entry).collect()
}

/// The heading of an action: where its key is; none where it has one, but not here.
fn group(contexts: &[Context], action: Action, look: &Look) -> Option<&'static str> {
    let has = |context: &&Context| look.keymap.actions_in(**context).any(|found| found == action);
    match contexts.iter().find(has) {
        Some(Context::Global) => Some("Everywhere"),
        Some(Context::List) => Some("In lists"),
        Some(_) => Some("Here"),
        None if Context::ALL.iter().any(|context| has(&context)) => None,
        None => Some("By name"),
    }
}
