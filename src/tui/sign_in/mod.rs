//! Who is asking: login and password, the list of a demo, the founding form of a first start.
//! Must never keep a password longer than it takes to ask the desk.

pub mod founding;
pub mod view;

#[cfg(test)]
mod tests;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use crate::bounds::{LOGIN_BYTES_MAX, PASSWORD_BYTES_MAX};
use crate::desk::Proof;
use crate::desk::refusal::Rejection;
use crate::desk::view::Greeting;
use crate::domain::roles::RoleName;
use crate::domain::users::Login;

use super::action::Action;
use super::app::look::Look;
use super::ask::{Replied, Secret, Want};
use super::keymap::{Context, Key, Meaning};
use super::widgets::field::Field;
use super::widgets::form::{Entry, Form, FormMove};
use super::widgets::list::List;
use founding::read_founding;

/// The sign-in screen.
pub struct SignIn {
    greeting: Option<Greeting>,
    mode: Mode,
    wanted: Option<String>,
    words: Option<Words>,
    busy: bool,
    /// The beginning of a login, typed on the list of people.
    typed: String,
}

/// What stands below the fields.
struct Words {
    text: String,
    bad: bool,
}

enum Mode {
    /// The desk has not said anything yet.
    Waiting,
    /// People who need no password: pick one.
    Pick(List<usize>),
    /// Login and password.
    Password(Form),
    /// First start: the first admin and the first portfolio.
    Found(Form),
}

/// Fields of the password form.
const LOGIN: usize = 0;
const PASSWORD: usize = 1;

impl SignIn {
    /// The screen before the desk has said anything; `wanted` is whom to sign in, if that was
    /// named at the start.
    pub const fn new(wanted: Option<String>) -> Self {
        Self {
            greeting: None,
            mode: Mode::Waiting,
            wanted,
            words: None,
            busy: false,
            typed: String::new(),
        }
    }

    /// Says why somebody is back here.
    pub fn say(&mut self, text: String) {
        self.words = Some(Words { text, bad: true });
    }

    /// The desk says what it is.
    pub fn greeted(&mut self, greeted: Result<Greeting, Rejection>) -> Vec<Want> {
        let greeting = match greeted {
            Ok(greeting) => greeting,
            Err(rejection) => {
                self.say(rejection.to_string());
                return Vec::new();
            }
        };
        let wanted = self.wanted.take();
        let open = |login: &String| greeting.open.iter().position(|(l, ..)| l.as_str() == login);
        let picked = wanted.as_ref().and_then(open);
        if let Some(login) = wanted.as_ref().filter(|_| picked.is_none() && greeting.demo) {
            self.say(format!("There is no '{login}' in this demo. Pick somebody."));
        }
        self.mode = if !greeting.founded {
            Mode::Found(founding::form(greeting.cash))
        } else if greeting.open.is_empty()
            || (wanted.is_some() && picked.is_none() && !greeting.demo)
        {
            Mode::Password(password_form(wanted.as_deref().unwrap_or_default()))
        } else {
            let mut list = List::default();
            list.keep(&(0..greeting.open.len()).collect::<Vec<_>>());
            Mode::Pick(list)
        };
        self.greeting = Some(greeting);
        picked.map(|index| self.pick(index)).into_iter().flatten().collect()
    }

    fn pick(&mut self, index: usize) -> Vec<Want> {
        let person = self.greeting.as_ref().and_then(|greeting| greeting.open.get(index));
        let Some((login, ..)) = person else { return Vec::new() };
        let login = login.to_string();
        self.ask(Want::SignIn { login, proof: Secret(Proof::Picked) })
    }

    fn ask(&mut self, want: Want) -> Vec<Want> {
        self.busy = true;
        self.words = None;
        vec![want]
    }

    /// What came of an ask.
    pub fn reply(&mut self, replied: &Replied) {
        self.busy = false;
        let Err(rejection) = replied else { return };
        self.say(rejection.to_string());
        if let Mode::Password(form) = &mut self.mode {
            form.set(PASSWORD, "");
            form.focus_on(PASSWORD);
        }
    }

    fn contexts(&self) -> &'static [Context] {
        match self.mode {
            Mode::Waiting | Mode::Pick(_) => &[Context::List, Context::Global],
            Mode::Password(_) | Mode::Found(_) => &[Context::Form],
        }
    }

    /// A key went down.
    pub fn key(&mut self, event: KeyEvent, look: &Look) -> Vec<Want> {
        let key = Key::of(&event);
        let always = look.keymap.meaning(&[Context::Global], &[key]);
        match always {
            Meaning::Action(Action::Leave) => return vec![Want::Leave],
            Meaning::Action(Action::Redraw) => return vec![Want::Redraw],
            _ if self.busy => return Vec::new(),
            _ => {}
        }
        let typed = match &mut self.mode {
            Mode::Password(form) | Mode::Found(form) => form.key(event) != FormMove::No,
            Mode::Waiting => false,
            Mode::Pick(_) => self.spell(event),
        };
        if typed {
            self.words = None;
            return Vec::new();
        }
        match look.keymap.meaning(self.contexts(), &[key]) {
            Meaning::Action(action) => self.act(action),
            _ => Vec::new(),
        }
    }

    /// Goes to the person whose login begins with what was typed; false where nobody's does, and
    /// the key is one like any other.
    fn spell(&mut self, event: KeyEvent) -> bool {
        let KeyCode::Char(letter) = event.code else {
            self.typed.clear();
            return false;
        };
        let plain = event.modifiers.difference(KeyModifiers::SHIFT).is_empty();
        let (Mode::Pick(list), Some(greeting)) = (&mut self.mode, &self.greeting) else {
            return false;
        };
        let typed = format!("{}{}", self.typed, letter.to_ascii_lowercase());
        let begins = |person: &(Login, String, RoleName)| person.0.as_str().starts_with(&typed);
        let Some(index) = greeting.open.iter().position(begins).filter(|_| plain) else {
            self.typed.clear();
            return false;
        };
        list.select(index, &(0..greeting.open.len()).collect::<Vec<_>>());
        self.typed = typed;
        true
    }

    fn act(&mut self, action: Action) -> Vec<Want> {
        match &mut self.mode {
            Mode::Waiting => match action {
                Action::Quit => vec![Want::Leave],
                _ => Vec::new(),
            },
            Mode::Pick(list) => {
                let people = self.greeting.as_ref().map_or(0, |greeting| greeting.open.len());
                let keys: Vec<usize> = (0..people).collect();
                match action {
                    Action::Quit => vec![Want::Leave],
                    Action::Open => {
                        let index = list.position(&keys).unwrap_or(0);
                        self.pick(index)
                    }
                    Action::Filter | Action::Mark => Vec::new(),
                    other => {
                        list.act(other, &keys, people, &[]);
                        Vec::new()
                    }
                }
            }
            Mode::Password(form) => {
                // Enter behind the password is the same as the button.
                let behind = action == Action::Accept && form.focus() == PASSWORD;
                let sends = behind || matches!(form.act(action), FormMove::Pressed(_));
                if sends { self.send_password() } else { Vec::new() }
            }
            Mode::Found(form) => match form.act(action) {
                FormMove::Pressed(_) => match read_founding(form) {
                    Some(founding) => self.ask(Want::Found(Secret(founding))),
                    None => Vec::new(),
                },
                _ => Vec::new(),
            },
        }
    }

    fn send_password(&mut self) -> Vec<Want> {
        let Mode::Password(form) = &mut self.mode else { return Vec::new() };
        let needed = |what: &'static str| {
            move |text: &str| {
                if text.is_empty() { Err(format!("{what} is needed")) } else { Ok(text.to_owned()) }
            }
        };
        let login = form.read(LOGIN, |text| needed("a login")(text.trim()));
        let password = form.read(PASSWORD, needed("a password"));
        let (Some(login), Some(password)) = (login, password) else {
            form.focus_error();
            return Vec::new();
        };
        self.ask(Want::SignIn { login, proof: Secret(Proof::Password(password)) })
    }

    /// A text was pasted: into the field that has the keys.
    pub fn paste(&mut self, text: &str) {
        if let Mode::Password(form) | Mode::Found(form) = &mut self.mode
            && !self.busy
        {
            form.paste(text);
        }
    }

    /// The mouse did something: a click on a person picks them, a click on a field goes there.
    pub fn mouse(&mut self, event: MouseEvent, look: &Look) -> Vec<Want> {
        if event.kind != MouseEventKind::Down(MouseButton::Left) || self.busy {
            return Vec::new();
        }
        let room = view::room(self, look);
        if !room.contains(Position::new(event.column, event.row)) {
            return Vec::new();
        }
        let line = event.row - room.y;
        match &mut self.mode {
            Mode::Waiting => Vec::new(),
            Mode::Pick(list) => {
                let people = self.greeting.as_ref().map_or(0, |greeting| greeting.open.len());
                let index = usize::from(line);
                if index >= people {
                    return Vec::new();
                }
                list.select(index, &(0..people).collect::<Vec<_>>());
                self.pick(index)
            }
            Mode::Password(form) | Mode::Found(form) => {
                let Some(index) = form.entry_at(line, room.width) else { return Vec::new() };
                form.focus_on(index);
                if index + 1 == form.len() { self.key(ENTER, look) } else { Vec::new() }
            }
        }
    }
}

const ENTER: KeyEvent = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);

fn password_form(login: &str) -> Form {
    let mut form = Form::new(vec![
        Entry::text(Field::new("Login", LOGIN_BYTES_MAX).with(login)),
        Entry::text(Field::new("Password", PASSWORD_BYTES_MAX).secret()),
        Entry::button("Sign in"),
    ]);
    if !login.is_empty() {
        form.focus_on(PASSWORD);
    }
    form
}
