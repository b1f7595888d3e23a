//! Decides about a person's own lists and settings: nobody else's are reachable from here.
//! Must never overwrite silently: the loser of a race is told how it is, and what they wanted.

use crate::bounds::{NOTE_CHARS_MAX, WATCHLIST_SYMBOLS_MAX, WATCHLISTS_PER_PERSON_MAX};
use crate::domain::ids::{UserId, WatchlistId};
use crate::domain::symbols::Symbol;
use crate::domain::text::clean_line;
use crate::domain::users::{Watchlist, parse_name};

use super::super::actor::Actor;
use super::super::book::Book;
use super::super::command::Outcome;
use super::super::event::{EventKind, Setting};
use super::super::refusal::{Refusal, Rejection};
use super::Decision;

/// Funds on the large indices, gold and bonds, and large companies.
const FIRST_SYMBOLS: &str = "SPY QQQ IWM DIA GLD TLT AAPL MSFT NVDA AMZN JPM XOM";

/// A watchlist as somebody wants it.
pub struct Wanted {
    /// Which; none makes one.
    pub id: Option<WatchlistId>,
    /// Name.
    pub name: String,
    /// Symbols, in order.
    pub symbols: Vec<Symbol>,
    /// Version of the row acted upon.
    pub version: i64,
}

/// The list that a new person finds: the market as a whole, and what is traded most.
pub(super) fn first_watchlist(book: &Book, user: UserId) -> EventKind {
    let is_listed = |symbol: &Symbol| book.assets.is_empty() || book.assets.contains_key(symbol);
    let symbols = FIRST_SYMBOLS.split(' ').filter_map(|text| text.parse().ok()).filter(is_listed);
    EventKind::WatchlistSaved(Watchlist {
        id: WatchlistId(book.largest.watchlist + 1),
        user,
        name: "Overview".to_owned(),
        symbols: symbols.collect(),
        version: 1,
    })
}

/// Keeps a watchlist: a new one, or new content of one's own.
pub fn save_watchlist(book: &Book, actor: Actor, wanted: Wanted) -> Result<Decision, Rejection> {
    let name = parse_name(&wanted.name)
        .map_err(|why| Refusal::BadName { what: "watchlist name", why: why.to_string() })?;
    if wanted.symbols.len() > WATCHLIST_SYMBOLS_MAX {
        let max = WATCHLIST_SYMBOLS_MAX;
        return Err(Refusal::TooMany { what: "symbols in a watchlist", max }.into());
    }
    for symbol in &wanted.symbols {
        if !book.assets.is_empty() && !book.assets.contains_key(symbol) {
            return Err(Refusal::NotTradable { symbol: *symbol }.into());
        }
    }
    let mut own = book.watchlists.values().filter(|list| list.user == actor.user());
    if own.clone().any(|list| list.name == name && Some(list.id) != wanted.id) {
        return Err(Refusal::NameTaken { name }.into());
    }
    let (id, version) = match wanted.id {
        None if own.clone().count() >= WATCHLISTS_PER_PERSON_MAX => {
            let max = WATCHLISTS_PER_PERSON_MAX;
            return Err(Refusal::TooMany { what: "watchlists", max }.into());
        }
        None => (WatchlistId(book.largest.watchlist + 1), 1),
        Some(id) => {
            let missing = Refusal::NotFound { what: "watchlist" };
            let list = own.find(|list| list.id == id).ok_or(missing)?;
            let names: Vec<&str> = wanted.symbols.iter().map(Symbol::as_str).collect();
            unchanged(list, wanted.version, format!("{name} with {}", names.join(" ")))?;
            (id, list.version + 1)
        }
    };
    let mut symbols: Vec<Symbol> = Vec::with_capacity(wanted.symbols.len());
    for symbol in wanted.symbols {
        if !symbols.contains(&symbol) {
            symbols.push(symbol);
        }
    }
    let list = Watchlist { id, user: actor.user(), name, symbols, version };
    Ok(Decision::of(vec![EventKind::WatchlistSaved(list)], Outcome::Watchlist(id)))
}

fn unchanged(list: &Watchlist, seen: i64, wanted: String) -> Result<(), Refusal> {
    if list.version == seen {
        return Ok(());
    }
    let symbols: Vec<&str> = list.symbols.iter().map(Symbol::as_str).collect();
    let now = format!("{} holds {}", list.name, symbols.join(" "));
    Err(Refusal::Changed { what: "watchlist", now, wanted })
}

/// Drops one of one's own watchlists.
pub fn drop_watchlist(
    book: &Book,
    actor: Actor,
    id: WatchlistId,
    version: i64,
) -> Result<Decision, Rejection> {
    let list = book.watchlists.get(&id).filter(|list| list.user == actor.user());
    let list = list.ok_or(Refusal::NotFound { what: "watchlist" })?;
    unchanged(list, version, format!("{} dropped", list.name))?;
    let user = actor.user();
    Ok(Decision::of(vec![EventKind::WatchlistDropped { user, id }], Outcome::Done))
}

/// Keeps a setting of one's own; `seen` is the version acted upon.
pub fn save_setting(
    book: &Book,
    actor: Actor,
    (name, value): (&str, &str),
    seen: i64,
) -> Result<Decision, Rejection> {
    let plain = |c: char| c.is_ascii_lowercase() || c == '_';
    if name.is_empty() || name.len() > 40 || !name.chars().all(plain) {
        let why = "use a-z and underscore".to_owned();
        return Err(Refusal::BadName { what: "setting", why }.into());
    }
    let user = actor.user();
    let value = clean_line(value, NOTE_CHARS_MAX);
    let old = book.settings.get(&(user, name.to_owned()));
    let version = old.map_or(0, |old| old.version);
    if version != seen {
        let now = match old {
            Some(old) if old.value == value => return Ok(Decision::nothing(Outcome::Done)),
            Some(old) => format!("{name} is '{}'", old.value),
            None => format!("{name} was never set"),
        };
        let wanted = format!("'{value}'");
        return Err(Refusal::Changed { what: "setting", now, wanted }.into());
    }
    // The same value again is a change as well: whoever made it counts on the next version.
    let setting = Setting { user, name: name.to_owned(), value, version: version + 1 };
    Ok(Decision::of(vec![EventKind::SettingSaved(setting)], Outcome::Done))
}

#[cfg(test)]
mod tests {
    use super::super::users::create;
    use crate::desk::event::EventKind;
    use crate::desk::fixture::book;
    use crate::domain::roles::RoleName;
    use crate::domain::users::Login;

    #[test]
    fn a_new_person_finds_a_list_of_what_the_venue_has() {
        let book = book();
        let login = Login::parse("ada").unwrap();
        let decision = create(&book, login, "Ada", RoleName::Trader).unwrap();
        let [EventKind::UserAdded(user), EventKind::WatchlistSaved(list)] = &decision.events[..]
        else {
            panic!("{:?}", decision.events)
        };
        assert_eq!((list.user, list.version, list.symbols.is_empty()), (user.id, 1, false));
        assert!(list.symbols.iter().all(|symbol| book.assets.contains_key(symbol)));
        assert!(!book.assets.keys().any(|symbol| symbol.as_str() == "GLD"), "some are left out");
        assert!(!book.watchlists.contains_key(&list.id), "a new one");
    }
}
