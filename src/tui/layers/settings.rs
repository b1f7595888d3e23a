//! A person's settings as a form: what was changed is kept when it is left.
//! Must never keep a value that cannot be read: the words stand beside the field.

use std::collections::BTreeMap;

use crate::desk::command::Command;
use crate::desk::event::Setting;

use super::super::ask::Want;
use super::super::ctx::Prefs;
use super::super::effect::{Effect, Reaction};
use super::super::theme::Themes;
use super::super::widgets::field::Field;
use super::super::widgets::form::{Entry, Form};
use super::form_box::FormBox;

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

    fn changed(&self) -> impl Iterator<Item = usize> {
        (0..self.before.len()).filter(|index| self.form.value(*index) != self.before[*index])
    }
}

impl FormBox for SettingsForm {
    const WIDTH: u16 = 66;

    fn form(&self) -> &Form {
        &self.form
    }
    fn form_mut(&mut self) -> &mut Form {
        &mut self.form
    }
    fn heading(&self) -> String {
        "Settings".to_owned()
    }
    fn submit(&mut self) -> Reaction {
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
