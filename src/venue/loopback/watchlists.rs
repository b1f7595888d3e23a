//! The account's watchlists: kept in the order they were made, each with a name of its own.
//! Must never hold a symbol that is not listed.

use serde::Deserialize;
use uuid::Uuid;

use crate::venue::alpaca::wire::assets::Watchlist;
use crate::venue::simulator::tape::Slot;

use super::answer::{Answer, Refused, object};
use super::shelf::Kept;
use super::trading::Trading;
use super::written::micro_stamp;

const NAME_CHARS_MAX: usize = 64;

/// Which watchlist a call is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Named<'a> {
    /// By its id.
    Id(&'a str),
    /// By its name.
    Name(&'a str),
}

/// What a call says of a watchlist.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    name: Option<String>,
    symbols: Option<Vec<String>>,
    symbol: Option<String>,
}

fn said(body: &[u8]) -> Result<Said, Refused> {
    object(body)
}

fn slots(trading: &Trading, symbols: &[String]) -> Result<Vec<Slot>, Refused> {
    let mut found: Vec<Slot> = Vec::with_capacity(symbols.len());
    for symbol in symbols {
        let slot = trading.facts.find(symbol);
        let slot = slot.ok_or_else(|| Refused::missing(format!("asset not found for {symbol}")))?;
        if !found.contains(&slot) {
            found.push(slot);
        }
    }
    Ok(found)
}

fn check_name(trading: &Trading, name: &str, own: Option<Uuid>) -> Result<(), Refused> {
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        return Err(Refused::parameter("watchlist name must be 1 to 64 characters"));
    }
    let mut others = trading.watchlists.0.iter().filter(|list| Some(list.id) != own);
    if others.any(|list| list.name == name) {
        return Err(Refused::parameter("watchlist name must be unique"));
    }
    Ok(())
}

fn written(trading: &Trading, list: &Kept, with_assets: bool) -> Watchlist {
    let assets = list.slots.iter().map(|slot| trading.facts.written(*slot));
    Watchlist {
        id: list.id.to_string(),
        account_id: trading.identity.id.to_string(),
        name: list.name.clone(),
        created_at: micro_stamp(list.created),
        updated_at: micro_stamp(list.updated),
        assets: with_assets.then(|| assets.collect()),
    }
}

fn place(trading: &Trading, named: Named<'_>) -> Result<usize, Refused> {
    let lists = &trading.watchlists.0;
    let (at, text) = match named {
        Named::Id(id) => {
            let wanted = Uuid::try_parse(id).ok();
            (lists.iter().position(|list| Some(list.id) == wanted), id)
        }
        Named::Name(name) => (lists.iter().position(|list| list.name == name), name),
    };
    at.ok_or_else(|| Refused::missing(format!("watchlist not found for {text}")))
}

/// `GET /v2/watchlists`.
pub(super) fn list(trading: &Trading) -> Answer {
    let lists = trading.watchlists.0.iter().map(|list| written(trading, list, false));
    Answer::json(&lists.collect::<Vec<_>>())
}

/// `POST /v2/watchlists`.
pub(super) fn create(trading: &mut Trading, body: &[u8]) -> Result<Answer, Refused> {
    let said = said(body)?;
    let name = said.name.unwrap_or_default();
    check_name(trading, &name, None)?;
    let slots = slots(trading, &said.symbols.unwrap_or_default())?;
    let now = trading.now();
    let id = trading.draw_id();
    let list = Kept { id, name, created: now, updated: now, slots };
    let answer = Answer::json(&written(trading, &list, true));
    trading.watchlists.0.push(list);
    Ok(answer)
}

/// `GET /v2/watchlists/{id}`.
pub(super) fn one(trading: &Trading, named: Named<'_>) -> Result<Answer, Refused> {
    let at = place(trading, named)?;
    Ok(Answer::json(&written(trading, &trading.watchlists.0[at], true)))
}

/// Changes a watchlist and shows it.
fn change(trading: &mut Trading, at: usize, change: impl FnOnce(&mut Kept)) -> Answer {
    let now = trading.now();
    let list = &mut trading.watchlists.0[at];
    change(list);
    list.updated = now;
    Answer::json(&written(trading, &trading.watchlists.0[at], true))
}

/// `PUT /v2/watchlists/{id}`: a new name, other symbols, or both.
pub(super) fn update(
    trading: &mut Trading,
    named: Named<'_>,
    body: &[u8],
) -> Result<Answer, Refused> {
    let at = place(trading, named)?;
    let said = said(body)?;
    if let Some(name) = &said.name {
        check_name(trading, name, Some(trading.watchlists.0[at].id))?;
    }
    let slots = said.symbols.map(|symbols| slots(trading, &symbols)).transpose()?;
    Ok(change(trading, at, |list| {
        list.name = said.name.unwrap_or_else(|| list.name.clone());
        list.slots = slots.unwrap_or_else(|| list.slots.clone());
    }))
}

/// `POST /v2/watchlists/{id}`: one more symbol.
pub(super) fn append(
    trading: &mut Trading,
    named: Named<'_>,
    body: &[u8],
) -> Result<Answer, Refused> {
    let at = place(trading, named)?;
    let symbol = said(body)?.symbol.unwrap_or_default();
    let found = slots(trading, &[symbol])?;
    if trading.watchlists.0[at].slots.contains(&found[0]) {
        return Err(Refused::parameter("duplicate symbol found in watchlist"));
    }
    Ok(change(trading, at, |list| list.slots.extend(found)))
}

/// `DELETE /v2/watchlists/{id}`.
pub(super) fn delete(trading: &mut Trading, named: Named<'_>) -> Result<Answer, Refused> {
    let at = place(trading, named)?;
    trading.watchlists.0.remove(at);
    Ok(Answer::done())
}

/// `DELETE /v2/watchlists/{id}/{symbol}`.
pub(super) fn remove(
    trading: &mut Trading,
    named: Named<'_>,
    symbol: &str,
) -> Result<Answer, Refused> {
    let at = place(trading, named)?;
    let slot = trading.facts.find(symbol);
    let held = slot.filter(|slot| trading.watchlists.0[at].slots.contains(slot));
    let slot = held.ok_or_else(|| Refused::missing(format!("symbol not found: {symbol}")))?;
    Ok(change(trading, at, |list| list.slots.retain(|other| *other != slot)))
}
