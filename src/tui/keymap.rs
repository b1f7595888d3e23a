//! Which key does what where, read from assets/keymap.toml; an unknown name is a start-up error.
//! Must never know what an action does or who may do it.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use toml::de::{DeTable, DeValue};

use super::action::Action;

/// The keymap that is built in.
pub const BUILT_IN: &str = include_str!("../../assets/keymap.toml");

/// A place with keys of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Context {
    /// Everywhere on the desk that has no layer above it.
    Global,
    /// Any list of rows.
    List,
    /// The watchlist.
    Watchlist,
    /// Portfolios, and what is in one.
    Portfolios,
    /// A chart.
    Chart,
    /// Lists of orders.
    Orders,
    /// Any form of fields.
    Form,
    /// The order ticket, above its form.
    Ticket,
    /// A question with yes and no.
    Confirm,
    /// Help, palette and command line: a text field above a list.
    Search,
}

impl Context {
    /// Every context.
    pub const ALL: [Self; 10] = [
        Self::Global,
        Self::List,
        Self::Watchlist,
        Self::Portfolios,
        Self::Chart,
        Self::Orders,
        Self::Form,
        Self::Ticket,
        Self::Confirm,
        Self::Search,
    ];
    /// The name in keymap.toml.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::List => "list",
            Self::Watchlist => "watchlist",
            Self::Portfolios => "portfolios",
            Self::Chart => "chart",
            Self::Orders => "orders",
            Self::Form => "form",
            Self::Ticket => "ticket",
            Self::Confirm => "confirm",
            Self::Search => "search",
        }
    }
}

/// One key with what is held down, in one spelling only: a character carries its own shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        let codes = self.code.partial_cmp(&other.code).expect("key codes have a derived order");
        codes.then(self.modifiers.bits().cmp(&other.modifiers.bits()))
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Key {
    /// From the terminal's report.
    pub fn of(event: &KeyEvent) -> Self {
        let mut modifiers =
            event.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        let code = match event.code {
            KeyCode::BackTab => {
                modifiers |= KeyModifiers::SHIFT;
                KeyCode::Tab
            }
            KeyCode::Char(character) => {
                let shifted = modifiers.contains(KeyModifiers::SHIFT);
                let plain = (modifiers - KeyModifiers::SHIFT).is_empty();
                modifiers -= KeyModifiers::SHIFT;
                match character {
                    c if shifted && plain && c.is_ascii_lowercase() => {
                        KeyCode::Char(c.to_ascii_uppercase())
                    }
                    c if !plain => KeyCode::Char(c.to_ascii_lowercase()),
                    c => KeyCode::Char(c),
                }
            }
            code => code,
        };
        Self { code, modifiers }
    }
    /// True for a character that a text field would type.
    pub fn is_text(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && self.modifiers.is_empty()
    }
    /// As a terminal would report it.
    pub const fn event(self) -> KeyEvent {
        KeyEvent::new(self.code, self.modifiers)
    }
    /// Reads `ctrl-p`, `shift-tab`, `g`, `f2`, `space`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut modifiers = KeyModifiers::NONE;
        let mut rest = text;
        for (prefix, modifier) in [
            ("ctrl-", KeyModifiers::CONTROL),
            ("alt-", KeyModifiers::ALT),
            ("shift-", KeyModifiers::SHIFT),
        ] {
            if let Some(after) = rest.strip_prefix(prefix).filter(|after| !after.is_empty()) {
                modifiers |= modifier;
                rest = after;
            }
        }
        let mut characters = rest.chars();
        let code = match (characters.next(), characters.next()) {
            (Some(character), None) => KeyCode::Char(character),
            _ => named(rest)?,
        };
        Some(Self { code, modifiers })
    }
}

const NAMES: [(&str, KeyCode); 15] = [
    ("space", KeyCode::Char(' ')),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pgup", KeyCode::PageUp),
    ("pgdn", KeyCode::PageDown),
];

fn named(name: &str) -> Option<KeyCode> {
    if let Some((_, code)) = NAMES.iter().find(|(text, _)| *text == name) {
        return Some(*code);
    }
    let number: u8 = name.strip_prefix('f')?.parse().ok()?;
    (1..=12).contains(&number).then_some(KeyCode::F(number))
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (modifier, prefix) in [
            (KeyModifiers::CONTROL, "ctrl-"),
            (KeyModifiers::ALT, "alt-"),
            (KeyModifiers::SHIFT, "shift-"),
        ] {
            if self.modifiers.contains(modifier) {
                out.write_str(prefix)?;
            }
        }
        if let Some((name, _)) = NAMES.iter().find(|(_, code)| *code == self.code) {
            return out.write_str(name);
        }
        match self.code {
            KeyCode::Char(character) => write!(out, "{character}"),
            KeyCode::F(number) => write!(out, "f{number}"),
            other => write!(out, "{other}"),
        }
    }
}

/// What a key, or the second of two, means here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// This.
    Action(Action),
    /// The first of two keys: wait for the second.
    Prefix,
    /// Nothing.
    Nothing,
}

/// Why keymap.toml cannot be used, with its line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("keymap.toml line {line}: {what}")]
pub struct KeymapError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong, in words.
    pub what: String,
}

/// All keys.
#[derive(Clone, Debug, Default)]
pub struct Keymap {
    /// The action of a key, and its place among the keys of that action.
    keys: BTreeMap<(Context, Vec<Key>), (Action, usize)>,
}

impl Keymap {
    /// The keys that are built in.
    pub fn built_in() -> Self {
        Self::parse(BUILT_IN).expect("the built-in keymap is checked by a test")
    }

    /// Reads a keymap. Unknown contexts, actions and keys are errors, and so is a key given twice.
    pub fn parse(text: &str) -> Result<Self, KeymapError> {
        let at = |start: usize, what: String| KeymapError {
            line: text[..start.min(text.len())].matches('\n').count() + 1,
            what,
        };
        let table = DeTable::parse(text).map_err(|error| {
            at(error.span().map_or(0, |span| span.start), error.message().to_owned())
        })?;
        let mut keymap = Self::default();
        for (name, entries) in table.get_ref() {
            let place: &str = name.get_ref();
            let context = Context::ALL.into_iter().find(|context| context.as_str() == place);
            let context = context
                .ok_or_else(|| at(name.span().start, format!("there is no context '{place}'")))?;
            let entries = entries.get_ref().as_table().ok_or_else(|| {
                at(name.span().start, format!("'{place}' must be a table of actions"))
            })?;
            for (name, keys) in entries {
                let action: &str = name.get_ref();
                let action = Action::named(action).ok_or_else(|| {
                    at(name.span().start, format!("there is no action '{action}'"))
                })?;
                let start = keys.span().start;
                let keys = read_keys(keys.get_ref()).map_err(|what| at(start, what))?;
                for (place, sequence) in keys.into_iter().enumerate() {
                    let taken = keymap.keys.insert((context, sequence.clone()), (action, place));
                    if let Some((other, _)) = taken {
                        let keys = spell(&sequence);
                        let other = other.spec().name;
                        return Err(at(start, format!("'{keys}' already does '{other}' here")));
                    }
                }
            }
        }
        Ok(keymap)
    }

    /// What `typed` (one key, or a prefix and one key) means, the first context that knows it.
    pub fn meaning(&self, contexts: &[Context], typed: &[Key]) -> Meaning {
        for context in contexts {
            let mut from = self.keys.range((*context, typed.to_vec())..);
            match from.next() {
                Some(((found, keys), (action, _))) if found == context && keys == typed => {
                    return Meaning::Action(*action);
                }
                Some(((found, keys), _)) if found == context && keys.starts_with(typed) => {
                    return Meaning::Prefix;
                }
                _ => {}
            }
        }
        Meaning::Nothing
    }

    /// The first key of an action in these contexts, as text for a hint (`ctrl-p`, `g g`).
    pub fn key_of(&self, contexts: &[Context], action: Action) -> Option<String> {
        self.keys_of(contexts, action).into_iter().next()
    }

    /// All keys of an action in these contexts, as texts; those that another context hides are
    /// left out; they come in the keymap's own order.
    pub fn keys_of(&self, contexts: &[Context], action: Action) -> Vec<String> {
        let mut found: Vec<(usize, &Vec<Key>)> = Vec::new();
        for context in contexts {
            for ((place, keys), (does, order)) in &self.keys {
                let visible = || self.meaning(contexts, keys) == Meaning::Action(action);
                let known = || found.iter().any(|(_, other)| *other == keys);
                if place == context && *does == action && visible() && !known() {
                    found.push((*order, keys));
                }
            }
        }
        found.sort_by_key(|(order, _)| *order);
        found.into_iter().map(|(_, keys)| spell(keys)).collect()
    }

    /// The actions that have a key in a context.
    pub fn actions_in(&self, context: Context) -> impl Iterator<Item = Action> {
        let here = move |entry: &(&(Context, Vec<Key>), &(Action, usize))| entry.0.0 == context;
        self.keys.iter().filter(here).map(|(_, (action, _))| *action)
    }
}

fn spell(keys: &[Key]) -> String {
    keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn read_keys(value: &DeValue<'_>) -> Result<Vec<Vec<Key>>, String> {
    let wanted = || "keys are a list of texts, like [\"q\", \"ctrl-p\"]".to_owned();
    let list = value.as_array().ok_or_else(wanted)?;
    let mut keys = Vec::new();
    for item in list {
        let text = item.get_ref().as_str().ok_or_else(wanted)?;
        let parsed: Option<Vec<Key>> = text.split(' ').map(Key::parse).collect();
        let sequence = parsed.filter(|sequence| (1..=2).contains(&sequence.len()));
        keys.push(sequence.ok_or_else(|| format!("there is no key '{text}'"))?);
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::{BUILT_IN, Context, Key, Keymap, Meaning};
    use crate::tui::action::Action;

    fn key(text: &str) -> Key {
        Key::parse(text).expect("a key")
    }

    #[test]
    fn the_built_in_keymap_is_sound() {
        let keymap = Keymap::parse(BUILT_IN).expect("sound");
        let here = [Context::Watchlist, Context::List, Context::Global];
        assert_eq!(keymap.meaning(&here, &[key("j")]), Meaning::Action(Action::Down));
        assert_eq!(keymap.meaning(&here, &[key("g")]), Meaning::Prefix);
        assert_eq!(keymap.meaning(&here, &[key("g"), key("g")]), Meaning::Action(Action::First));
        assert_eq!(keymap.meaning(&here, &[key("g"), key("x")]), Meaning::Nothing);
        assert_eq!(keymap.meaning(&here, &[key("b")]), Meaning::Action(Action::Buy));
        assert_eq!(keymap.key_of(&here, Action::Palette).as_deref(), Some("ctrl-p"));
        assert_eq!(keymap.keys_of(&here, Action::First), ["g g", "home"]);
    }

    #[test]
    fn a_mistake_is_named_with_its_line() {
        let cases = [
            ("[global]\nquit = [\"q\"]\nfly = [\"f\"]", 3, "there is no action 'fly'"),
            ("\n[moon]\nquit = [\"q\"]", 2, "there is no context 'moon'"),
            ("[global]\nquit = [\"hyper-q\"]", 2, "there is no key 'hyper-q'"),
            ("[global]\nhelp = [\"q\"]\nquit = [\"q\"]", 3, "'q' already does 'help' here"),
            ("[global]\nquit = \"q\"", 2, "keys are a list of texts, like [\"q\", \"ctrl-p\"]"),
        ];
        for (text, line, what) in cases {
            let error = Keymap::parse(text).expect_err(text);
            assert_eq!((error.line, error.what.as_str()), (line, what), "{text}");
        }
        assert_eq!(Keymap::parse("[global]\nquit = [").expect_err("cut off").line, 2);
    }

    #[test]
    fn terminals_spell_shift_in_several_ways() {
        let of = |code, modifiers| Key::of(&KeyEvent::new(code, modifiers));
        assert_eq!(of(KeyCode::Char('G'), KeyModifiers::NONE), key("G"));
        assert_eq!(of(KeyCode::Char('G'), KeyModifiers::SHIFT), key("G"));
        assert_eq!(of(KeyCode::Char('g'), KeyModifiers::SHIFT), key("G"));
        assert_eq!(of(KeyCode::Char('?'), KeyModifiers::SHIFT), key("?"));
        assert_eq!(of(KeyCode::BackTab, KeyModifiers::NONE), key("shift-tab"));
        assert_eq!(of(KeyCode::BackTab, KeyModifiers::SHIFT), key("shift-tab"));
        assert_eq!(of(KeyCode::Char('P'), KeyModifiers::CONTROL), key("ctrl-p"));
        assert_eq!(key("-").to_string(), "-");
        assert_eq!(key("ctrl-d").to_string(), "ctrl-d");
    }
}
