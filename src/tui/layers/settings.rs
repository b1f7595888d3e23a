//! A person's settings as a form: what was changed is kept when it is left.
//! Must never keep a value that cannot be read: the words stand beside the field.

use std::collections::BTreeMap;

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::desk::command::Command;
use crate::desk::event::Setting;

use super::super::action::Action;
use super::super::ask::Want;
use super::super::ctx::{Ctx, Prefs};
use super::super::effect::{Effect, Layer, Reaction};
use super::super::keymap::Context;
use super::super::theme::Themes;
use super::super::widgets::field::Field;
use super::super::widgets::form::{Entry, Form, FormMove};
use super::super::widgets::{pointer, popup};

const WIDTH: u16 = 66;

/// The form; its entries stand in the order of `Prefs::NAMES`.
pub struct SettingsForm {
    form: Form,
    before: Vec<String>,
    /// The version of each as it was shown.
    versions: Vec<i64>,
}

impl SettingsForm {
    /// The settings as they are; `kept` are those that the person has set.
    pub fn new(prefs: &Prefs, kept: &BTreeMap<String, Setting>) -> Self {
        let version = |name: &str| kept.get(name).map_or(0, |setting| setting.version);
        let versions = Prefs::NAMES.iter().map(|(name, _)| version(name)).collect();
        let before: Vec<String> = Prefs::NAMES.iter().map(|(name, _)| prefs.value(name)).collect();
        let themes: Vec<String> = Themes::ORDER.iter().map(|name| (*name).to_owned()).collect();
        let on_off = vec!["on".to_owned(), "off".to_owned()];
        let text = |label, value: &str| Entry::text(Field::new(label, 40).with(value));
        let mut form = Form::new(vec![
            Entry::choice(Prefs::LABELS[0], themes, 0),
            text(Prefs::LABELS[1], &before[1]),
            text(Prefs::LABELS[2], &before[2]),
            Entry::choice(Prefs::LABELS[3], on_off, 0),
            text(Prefs::LABELS[4], &before[4]),
            Entry::button("Keep"),
        ]);
        for (index, (_, about)) in Prefs::NAMES.iter().enumerate() {
            form.set(index, &before[index]);
            form.set_hint(index, Some((*about).to_owned()));
        }
        Self { form, before, versions }
    }

    fn room(&self, area: Rect) -> Rect {
        let width = WIDTH.min(area.width);
        popup::centred(area, width, self.form.height(width.saturating_sub(4)).saturating_add(2))
    }

    fn changed(&self) -> impl Iterator<Item = usize> {
        (0..self.before.len()).filter(|index| self.form.value(*index) != self.before[*index])
    }

    fn keep(&mut self) -> Reaction {
        for (index, (name, _)) in Prefs::NAMES.iter().enumerate() {
            self.form.read(index, |text| Prefs::check(name, text));
        }
        if self.form.focus_error() {
            return Reaction::done();
        }
        let mut effects = vec![Effect::Close];
        for index in self.changed() {
            let (name, value) = (Prefs::NAMES[index].0, self.form.value(index).to_owned());
            if name == "theme" {
                effects.push(Effect::Theme(value));
            } else {
                let (name, version) = (name.to_owned(), self.versions[index]);
                let command = Command::SaveSetting { name, value, version };
                effects.push(Effect::Ask(0, Want::Act(command)));
            }
        }
        Reaction::Mine(effects)
    }
}

impl Layer for SettingsForm {
    fn contexts(&self) -> &'static [Context] {
        &[Context::Form]
    }
    fn takes_text(&self) -> bool {
        self.form.is_on_text()
    }
    fn title(&self) -> String {
        "Settings".to_owned()
    }
    fn act(&mut self, action: Action, _ctx: &Ctx<'_>) -> Reaction {
        if action == Action::Close {
            return Reaction::with(Effect::Close);
        }
        match self.form.act(action) {
            FormMove::Pressed(_) => self.keep(),
            _ => Reaction::done(),
        }
    }
    fn key(&mut self, key: KeyEvent, _ctx: &Ctx<'_>) -> Reaction {
        if self.form.key(key) == FormMove::No { Reaction::NotMine } else { Reaction::done() }
    }
    fn mouse(&mut self, mouse: MouseEvent, ctx: &Ctx<'_>) -> Reaction {
        let room = popup::inside(self.room(ctx.area));
        match pointer::on_form(&mut self.form, room, mouse) {
            FormMove::No => Reaction::NotMine,
            FormMove::Pressed(_) => self.keep(),
            _ => Reaction::done(),
        }
    }
    fn paste(&mut self, text: &str, _ctx: &Ctx<'_>) -> Reaction {
        self.form.paste(text);
        Reaction::done()
    }
    fn draw(&self, frame: &mut Frame<'_>, ctx: &Ctx<'_>) {
        let inner = popup::draw(frame, self.room(ctx.area), "Settings", ctx.theme);
        self.form.draw(frame, inner, ctx.theme);
    }
}
