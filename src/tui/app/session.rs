//! A signed-in person's screen: what they see, their panes and layers, and who has the keys.
//! Must never carry anything out: that is flow.rs; here it is only known and told.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crossterm::event::KeyEvent;
use ratatui::layout::Rect;

use crate::bounds::{SCREEN_COLUMNS_MIN, SCREEN_ROWS_MIN};
use crate::desk::command::Command;
use crate::desk::view::View;
use crate::domain::time::DeskTime;

use super::super::action::Action;
use super::super::ask::{Asker, Want};
use super::super::ctx::{Chosen, Ctx, Prefs, Subject};
use super::super::effect::{Layer, Reaction};
use super::super::keymap::{Context, Key};
use super::super::layers::lock::Lock;
use super::super::names::PaneId;
use super::super::panes::{self, Change, Pane};
use super::super::quotes::Quotes;
use super::super::screens::ScreenId;
use super::cancels::Cancels;
use super::look::Look;
use super::needs;
use super::told::Told;

/// Lines of the command line that are kept.
const HISTORY_MAX: usize = 100;

/// A signed-in person's screen.
pub struct Session {
    /// What panes read.
    pub data: Data,
    /// Every pane.
    pub panes: BTreeMap<PaneId, Box<dyn Pane>>,
    /// Layers, the topmost last, by number.
    pub layers: Vec<(u64, Box<dyn Layer>)>,
    /// The screen that is shown.
    pub screen: ScreenId,
    /// True where the pane with the keys has the whole room.
    pub zoomed: bool,
    /// When a key, the mouse or a paste came last.
    pub last_touch: DeskTime,
    /// Keys typed so far of a sequence of two.
    pub typed: Vec<Key>,
    focus: BTreeMap<ScreenId, PaneId>,
    /// Lines of the command line, oldest first.
    pub history: Vec<String>,
    /// The versions that settings have once what was asked of the desk is done.
    pub settings_asked: BTreeMap<String, i64>,
    /// What is said of commands that wait for their answers, in the order in which they were asked.
    told: BTreeMap<(Asker, u32), VecDeque<Option<Told>>>,
    /// Cancels that were asked for together.
    pub cancels: Cancels,
    layers_made: u64,
    /// The number of the lock, while there is one: it stays on top.
    locked: Option<u64>,
    /// What changed since panes looked around last.
    pub changes: BTreeSet<Change>,
}

/// What panes read.
pub struct Data {
    /// What this person may see.
    pub view: View,
    /// Prices.
    pub quotes: Quotes,
    /// The person's settings.
    pub prefs: Prefs,
    /// What the screens show.
    pub chosen: Chosen,
}

impl Data {
    /// What a pane or a layer in `area` reads.
    pub const fn ctx<'a>(&'a self, look: &'a Look, area: Rect, focused: bool) -> Ctx<'a> {
        Ctx {
            view: &self.view,
            quotes: &self.quotes,
            now: look.now,
            theme: &look.theme,
            prefs: &self.prefs,
            keymap: &look.keymap,
            chosen: &self.chosen,
            area,
            focused,
        }
    }
}

/// Whoever has the keys: the topmost layer, else the focused pane.
pub enum Top<'a> {
    /// A layer.
    Layer(&'a mut dyn Layer),
    /// A pane.
    Pane(&'a mut dyn Pane),
}

impl Top<'_> {
    /// Does an action.
    pub fn act(self, action: Action, ctx: &Ctx<'_>) -> Reaction {
        match self {
            Self::Layer(layer) => layer.act(action, ctx),
            Self::Pane(pane) => pane.act(action, ctx),
        }
    }
    /// Takes a key as it is.
    pub fn key(self, key: KeyEvent, ctx: &Ctx<'_>) -> Reaction {
        match self {
            Self::Layer(layer) => layer.key(key, ctx),
            Self::Pane(pane) => pane.key(key, ctx),
        }
    }
    /// Takes a paste.
    pub fn paste(self, text: &str, ctx: &Ctx<'_>) -> Reaction {
        match self {
            Self::Layer(layer) => layer.paste(text, ctx),
            Self::Pane(pane) => pane.paste(text, ctx),
        }
    }
}

impl Session {
    /// The screen of the person this view belongs to.
    pub fn new(view: View, look: &Look) -> Self {
        let prefs = Prefs::of(&view, &look.configured);
        let chosen = Chosen { portfolio: view.portfolios.keys().next().copied(), symbol: None };
        Self {
            data: Data { view, quotes: Quotes::default(), prefs, chosen },
            panes: PaneId::ALL.iter().map(|id| (*id, panes::make(*id))).collect(),
            layers: Vec::new(),
            screen: ScreenId::Desk,
            zoomed: false,
            last_touch: look.now.desk,
            typed: Vec::new(),
            focus: BTreeMap::new(),
            history: Vec::new(),
            settings_asked: BTreeMap::new(),
            told: BTreeMap::new(),
            cancels: Cancels::default(),
            layers_made: 0,
            locked: None,
            changes: BTreeSet::new(),
        }
    }

    /// The version that a change of this setting names: that of what the person sees, or of what
    /// they asked for a moment ago and the desk has not answered yet.
    pub fn setting_version(&self, name: &str) -> i64 {
        let seen = self.data.view.settings.get(name).map_or(0, |setting| setting.version);
        self.settings_asked.get(name).map_or(seen, |asked| seen.max(*asked))
    }

    /// Remembers what is asked of the desk, where a later wish builds on it.
    pub fn note_asked(&mut self, source: Asker, tag: u32, want: &Want) {
        let by_layer = matches!(source, Asker::Layer(_));
        if let (Want::Act(command), true) = (want, by_layer) {
            let told = Told::of(command, &self.data.view);
            self.told.entry((source, tag)).or_default().push_back(told);
        }
        if let Want::Act(command) = want {
            self.cancels.propose((source, tag), command, &self.data.view);
        }
        if let Want::Act(Command::SaveSetting { name, version, .. }) = want {
            self.settings_asked.insert(name.clone(), version + 1);
        }
    }

    /// The words for what this asker asked first and has no answer to yet.
    pub fn told(&mut self, source: Asker, tag: u32) -> Option<Told> {
        let waiting = self.told.get_mut(&(source, tag))?;
        let first = waiting.pop_front().flatten();
        if waiting.is_empty() {
            self.told.remove(&(source, tag));
        }
        first
    }

    /// Comes up: every pane looks around.
    pub fn open(&mut self, look: &mut Look) {
        self.wear(look);
        self.changes.insert(Change::Shown);
    }

    /// A fresh view: a change of rights, or the watcher had fallen behind.
    pub fn new_view(&mut self, view: View, look: &mut Look) {
        self.data.view = view;
        self.data.prefs = Prefs::of(&self.data.view, &look.configured);
        let gone = |id| !self.data.view.portfolios.contains_key(&id);
        if self.data.chosen.portfolio.is_none_or(gone) {
            self.data.chosen.portfolio = self.data.view.portfolios.keys().next().copied();
        }
        self.wear(look);
        self.changes.insert(Change::View);
    }

    /// Puts the person's theme on.
    pub fn wear(&self, look: &mut Look) {
        if let Some(name) = &self.data.prefs.theme {
            look.wear(name);
        }
    }

    /// Asks for the password again before anything else; once.
    pub fn lock(&mut self) {
        if self.locked.is_none() {
            self.push(Box::new(Lock::default()));
            self.locked = Some(self.layers_made);
        }
    }
    /// True while nothing but the password is heard.
    pub const fn is_locked(&self) -> bool {
        self.locked.is_some()
    }
    /// Keeps a line of the command line, the newest last, each once.
    pub fn remember(&mut self, line: String) {
        self.history.retain(|other| *other != line);
        self.history.push(line);
        if self.history.len() > HISTORY_MAX {
            self.history.remove(0);
        }
    }
    /// The password was right.
    pub const fn unlock(&mut self) {
        self.locked = None;
    }
    /// Puts a layer on top; where the screen is locked, right below the lock.
    pub fn push(&mut self, layer: Box<dyn Layer>) {
        self.layers_made += 1;
        let top = self.layers.len() - usize::from(self.is_locked());
        self.layers.insert(top, (self.layers_made, layer));
        self.changes.insert(Change::Time);
    }
    /// Takes the topmost layer away; a lock stays.
    pub fn pop(&mut self) {
        let top = self.layers.iter().rposition(|(number, _)| Some(*number) != self.locked);
        if let Some(top) = top {
            self.layers.remove(top);
        }
    }
    /// The pane that has the keys.
    pub fn focus(&self) -> PaneId {
        self.focus.get(&self.screen).copied().unwrap_or(self.screen.first())
    }
    /// The panes of this screen that can have the keys, in the order that `Tab` walks.
    fn takers(&self, look: &Look) -> Vec<PaneId> {
        let takes = |id: &PaneId| self.panes.get(id).is_some_and(|p| !p.contexts().is_empty());
        let places = self.screen.places(body(look.size));
        places.into_iter().map(|(id, _)| id).filter(takes).collect()
    }
    /// Gives the keys to a pane, if this screen shows it and it takes any.
    pub fn focus_on(&mut self, pane: PaneId, look: &Look) {
        if self.takers(look).contains(&pane) {
            self.focus.insert(self.screen, pane);
        }
    }
    /// Gives the keys to the next pane in the screen's order, or the one before.
    pub fn focus_step(&mut self, forward: bool, look: &Look) {
        let order = self.takers(look);
        let now = order.iter().position(|id| *id == self.focus()).unwrap_or(0);
        let next = if forward { now + 1 } else { now + order.len().max(1) - 1 };
        if let Some(pane) = order.get(next % order.len().max(1)) {
            self.focus.insert(self.screen, *pane);
        }
    }
    /// Shows a screen.
    pub fn go_to(&mut self, screen: ScreenId) {
        self.screen = screen;
        self.zoomed = false;
        self.changes.insert(Change::Shown);
    }

    /// Where the panes in sight stand, borders included: all of the screen's, or the one with the
    /// keys where it is zoomed or the terminal is small.
    pub fn rooms(&self, look: &Look) -> Vec<(PaneId, Rect)> {
        let area = body(look.size);
        if is_too_small(look.size) {
            Vec::new()
        } else if self.zoomed || is_narrow(look.size) {
            vec![(self.focus(), area)]
        } else {
            self.screen.places(area)
        }
    }
    /// The room inside a pane's border; nothing where it is out of sight.
    pub fn room_of(&self, pane: PaneId, look: &Look) -> Rect {
        let rooms = self.rooms(look);
        let room = rooms.iter().find(|(id, _)| *id == pane).map(|(_, room)| *room);
        room.map_or(Rect::ZERO, inside)
    }

    /// What the focused pane's cursor is on; what it leaves open is what is chosen.
    pub fn subject(&self, look: &Look) -> Subject {
        let id = self.focus();
        let ctx = self.data.ctx(look, self.room_of(id, look), true);
        let own = self.panes.get(&id).map(|pane| pane.subject(&ctx)).unwrap_or_default();
        Subject {
            portfolio: own.portfolio.or(self.data.chosen.portfolio),
            symbol: own.symbol.or(self.data.chosen.symbol),
            order: own.order,
        }
    }

    /// The contexts of whoever has the keys, the most special first.
    pub fn contexts(&self) -> Vec<Context> {
        if let Some((_, layer)) = self.layers.last() {
            return layer.contexts().to_vec();
        }
        let own = self.panes.get(&self.focus()).map_or(&[][..], |pane| pane.contexts());
        own.iter().copied().chain([Context::Global]).collect()
    }

    /// Whoever has the keys, with what it reads; none where the pane is not there.
    pub fn top<'a>(&'a mut self, look: &'a Look) -> Option<(Asker, Top<'a>, Ctx<'a>)> {
        let focus = self.focus();
        let area = self.room_of(focus, look);
        if let Some((number, layer)) = self.layers.last_mut() {
            let ctx = self.data.ctx(look, look.size, true);
            return Some((Asker::Layer(*number), Top::Layer(layer.as_mut()), ctx));
        }
        let pane = self.panes.get_mut(&focus)?;
        Some((Asker::Pane(focus), Top::Pane(pane.as_mut()), self.data.ctx(look, area, true)))
    }

    /// Why an action cannot be done by this person, or not now; `None` where it can.
    pub fn refuses(&self, action: Action, subject: Subject, look: &Look) -> Option<String> {
        let ctx = self.data.ctx(look, look.size, true);
        let permission = action.spec().permission;
        // Many orders lie in many books, and a ticket about a row that is only looked at opens in
        // a book that may be traded: one that allows it is enough to begin.
        let any = matches!(action, Action::CancelMany | Action::Buy | Action::Sell);
        let book = subject.portfolio.filter(|_| !any);
        let denied = permission.and_then(|act| ctx.may(act, book).err());
        let in_place = || {
            if let Some((_, layer)) = self.layers.last() {
                return layer.refuses(action, &ctx);
            }
            let id = self.focus();
            let ctx = self.data.ctx(look, self.room_of(id, look), true);
            self.panes.get(&id).and_then(|pane| pane.refuses(action, &ctx))
        };
        denied.or_else(in_place).or_else(|| needs::lacks(action, subject, &ctx))
    }

    /// True where leaving would lose what somebody typed.
    pub fn is_dirty(&self) -> bool {
        self.layers.iter().any(|(_, layer)| layer.is_dirty())
    }
}

/// True where panes cannot be shown at all.
pub const fn is_too_small(size: Rect) -> bool {
    size.width < SCREEN_COLUMNS_MIN || size.height < SCREEN_ROWS_MIN
}

/// True where only one pane at a time is shown.
pub const fn is_narrow(size: Rect) -> bool {
    size.width < 80 || size.height < 24
}

/// The room for panes: all but the bars at the top and the bottom.
pub const fn body(size: Rect) -> Rect {
    Rect { x: 0, y: 1, width: size.width, height: size.height.saturating_sub(3) }
}

/// True for a room of a row or two: a strip, which has no border.
pub const fn is_strip(room: Rect) -> bool {
    room.height < 3
}

/// The room inside a border; a strip has none.
pub const fn inside(room: Rect) -> Rect {
    if is_strip(room) {
        return room;
    }
    Rect {
        x: room.x.saturating_add(1),
        y: room.y.saturating_add(1),
        width: room.width.saturating_sub(2),
        height: room.height.saturating_sub(2),
    }
}
