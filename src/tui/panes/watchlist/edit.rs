//! The line in which a symbol to add, or a list's name, is typed.
//! Must never save anything: it says what is wanted, the pane asks for it.

use crossterm::event::{KeyCode, KeyEvent};

use crate::bounds::{NAME_CHARS_MAX, SYMBOL_BYTES_MAX, WATCHLIST_SYMBOLS_MAX};
use crate::domain::symbols::Symbol;
use crate::domain::users::{Watchlist, parse_name};

use super::super::super::ctx::Ctx;
use super::super::super::widgets::field::Field;

/// What is being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A symbol for the list.
    Add,
    /// The name of a new list.
    New,
    /// Another name for the list.
    Rename,
}

/// The line, its text, and what is wrong with it.
pub struct Edit {
    /// What for.
    pub purpose: Purpose,
    /// What was typed.
    pub field: Field,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// What came of a key.
pub enum Typed {
    /// Nothing that concerns the pane.
    Nothing,
    /// The line is to be closed.
    Close,
    /// This list is to be kept; the id is none for a new one.
    Save(Watchlist, bool),
    /// The key does not belong to a text.
    NotMine,
}

impl Edit {
    /// An open line.
    pub fn new(purpose: Purpose, text: &str) -> Self {
        let field = match purpose {
            Purpose::Add => Field::new("Add symbol", SYMBOL_BYTES_MAX),
            Purpose::New => Field::new("New list", NAME_CHARS_MAX),
            Purpose::Rename => Field::new("Name", NAME_CHARS_MAX),
        };
        Self { purpose, field: field.with(text), error: None }
    }
    /// Puts words beside the text.
    pub fn complain(&mut self, error: String) {
        self.error = Some(error);
    }
    /// The asset that what was typed begins, for the hint beside it and for `Tab`.
    pub fn completion<'v>(&self, ctx: &Ctx<'v>) -> Option<(&'v Symbol, &'v str)> {
        let typed = self.field.value().trim().to_ascii_uppercase();
        if self.purpose != Purpose::Add || typed.is_empty() {
            return None;
        }
        let begins = |symbol: &&Symbol| symbol.as_str().starts_with(&typed);
        let by_symbol = ctx.view.assets.keys().find(begins);
        let by_name = || {
            let assets = ctx.view.assets.iter();
            assets
                .filter(|(_, a)| a.name.to_ascii_uppercase().starts_with(&typed))
                .map(|a| a.0)
                .next()
        };
        let symbol = by_symbol.or_else(by_name)?;
        Some((symbol, ctx.view.assets.get(symbol)?.name.as_str()))
    }

    /// Takes a key: typing, `Tab` to complete, `Enter` to do it, `Esc` to leave it.
    pub fn key(&mut self, key: KeyEvent, list: Option<&Watchlist>, ctx: &Ctx<'_>) -> Typed {
        match key.code {
            KeyCode::Esc => Typed::Close,
            KeyCode::Tab => {
                if let Some((symbol, _)) = self.completion(ctx) {
                    self.field.set(symbol.as_str());
                }
                Typed::Nothing
            }
            KeyCode::Enter => match self.read(list, ctx) {
                Ok(Some((list, fresh))) => Typed::Save(list, fresh),
                Ok(None) => Typed::Close,
                Err(error) => {
                    self.error = Some(error);
                    Typed::Nothing
                }
            },
            _ if self.field.key(key) => {
                self.error = None;
                Typed::Nothing
            }
            _ => Typed::NotMine,
        }
    }

    /// The list as it is to be kept, and whether it is a new one; none where nothing changes.
    fn read(
        &self,
        list: Option<&Watchlist>,
        ctx: &Ctx<'_>,
    ) -> Result<Option<(Watchlist, bool)>, String> {
        let text = self.field.value().trim();
        let fresh = || Watchlist {
            id: crate::domain::ids::WatchlistId(0),
            user: ctx.view.me.id,
            name: "Watchlist".to_owned(),
            symbols: Vec::new(),
            version: 0,
        };
        match (self.purpose, list) {
            (Purpose::Add, list) => {
                let symbol = Symbol::parse(text).map_err(|error| error.to_string())?;
                if !ctx.view.assets.contains_key(&symbol) {
                    return Err(format!("{symbol} is not a symbol this market knows"));
                }
                let (mut wanted, new) =
                    list.map_or_else(|| (fresh(), true), |l| (l.clone(), false));
                if wanted.symbols.contains(&symbol) {
                    return Err(format!("{symbol} is on the list already"));
                }
                if wanted.symbols.len() >= WATCHLIST_SYMBOLS_MAX {
                    return Err(format!("a list holds at most {WATCHLIST_SYMBOLS_MAX} symbols"));
                }
                wanted.symbols.push(symbol);
                Ok(Some((wanted, new)))
            }
            (Purpose::Rename, Some(list)) => {
                let name = parse_name(text).map_err(|error| error.to_string())?;
                let wanted = Watchlist { name, ..list.clone() };
                Ok((wanted.name != list.name).then_some((wanted, false)))
            }
            (Purpose::New | Purpose::Rename, _) => {
                let name = parse_name(text).map_err(|error| error.to_string())?;
                Ok(Some((Watchlist { name, ..fresh() }, true)))
            }
        }
    }
}
