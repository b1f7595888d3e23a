//! A storm of keys: nonsense typed into whatever is open, every key pressed, at every size.
//! Must never depend on chance: the same seed storms the same, and is named where it breaks.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::desk::entropy::Entropy;
use crate::desk::event::VenueKind;
use crate::desk::refusal::{Refusal, Rejection};
use crate::desk::view::Greeting;
use crate::domain::ids::OrderId;
use crate::domain::roles::RoleName;
use crate::tui::ask::{Reply, Want};
use crate::tui::fixture::market::{after_ms, tickers};
use crate::tui::fixture::{Fixture, TestApp};
use crate::tui::msg::Msg;

/// What somebody may type that is no order, and what is one of an absurd size.
const NONSENSE: [&str; 22] = [
    "9223372036",
    "9223372036.85",
    "9223372036.854775807",
    "9223372037",
    "99999999999999999999999",
    "1000000",
    "999999.999999999",
    "0.000000001",
    "0.0001",
    "0",
    "-5",
    "+",
    "1e9",
    "99.9999%",
    "NaN",
    "😀",
    "ﷺ\u{202e}\u{200d}",
    "\u{1b}[2J",
    "AAPL",
    "zzzz",
    "\"",
    "   ",
];

/// Keys that open a form, a list, a question or a screen.
const OPENERS: &[u8] = b"bsmcCF!:?/,aARexzt1234";

/// Lines for the command line, to be filled with nonsense.
const LINES: [&str; 12] = [
    "buy 9223372036 AAPL @ 9223372036.85",
    "sell 1000000 AAPL @ 9223372036.85 stop 9223372036.84",
    "buy 1 AAPL trail 9223372036.85",
    "set confirm_above 170141183460469231731",
    "set idle_lock_minutes 9223372036854775807",
    "flatten AAPL",
    "cancel all",
    "halt 9223372036",
    "user add x y z",
    "grant Growth ada all",
    "theme 😀",
    "portfolio new 9223372036",
];

const NAMED: [KeyCode; 16] = [
    KeyCode::Enter,
    KeyCode::Esc,
    KeyCode::Tab,
    KeyCode::BackTab,
    KeyCode::Backspace,
    KeyCode::Delete,
    KeyCode::Insert,
    KeyCode::Up,
    KeyCode::Down,
    KeyCode::Left,
    KeyCode::Right,
    KeyCode::Home,
    KeyCode::End,
    KeyCode::PageUp,
    KeyCode::PageDown,
    KeyCode::Null,
];

const SIZES: [(u16, u16); 8] =
    [(80, 24), (120, 40), (200, 60), (79, 23), (40, 10), (39, 9), (1, 1), (0, 0)];

struct Storm {
    app: TestApp,
    chance: Entropy,
    minutes: i64,
}

impl Storm {
    fn new(seed: u64) -> Self {
        let mut chance = Entropy::from_number(seed);
        let (width, height) = SIZES[below(&mut chance, 3)];
        let role = match seed % 8 {
            6 => RoleName::Viewer,
            1 | 4 => RoleName::Trader,
            _ => RoleName::Admin,
        };
        let mut app = Fixture::of(role).app(width, height);
        if seed % 8 == 7 {
            // Before anybody has signed in: the form for the first admin.
            app.send(Msg::SignedOut);
            app.send(Msg::Greeting(Ok(Greeting {
                venue: VenueKind::Embedded,
                demo: false,
                founded: false,
                cash: None,
                open: Vec::new(),
            })));
        }
        Self { app, chance, minutes: 1 }
    }

    fn below(&mut self, count: usize) -> usize {
        below(&mut self.chance, count)
    }

    fn press(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        self.app.send(Msg::Key(KeyEvent::new(code, modifiers)));
    }

    fn any_key(&mut self) {
        let modifiers = match self.below(8) {
            0 => KeyModifiers::CONTROL,
            1 => KeyModifiers::SHIFT,
            2 => KeyModifiers::ALT,
            _ => KeyModifiers::NONE,
        };
        let code = match self.below(4) {
            0 => NAMED[self.below(NAMED.len())],
            1 => KeyCode::F(u8::try_from(1 + self.below(12)).expect("small")),
            _ => {
                let sign = u8::try_from(33 + self.below(94)).expect("ASCII");
                KeyCode::Char(char::from(sign))
            }
        };
        self.press(code, modifiers);
    }

    /// One thing that opens a form, a list or a question; what was open before is left.
    fn open(&mut self) {
        for code in [KeyCode::Esc, KeyCode::Char('y'), KeyCode::Esc] {
            self.press(code, KeyModifiers::NONE);
        }
        let sign = OPENERS[self.below(OPENERS.len())];
        self.press(KeyCode::Char(char::from(sign)), KeyModifiers::NONE);
        if sign == b':' && self.below(2) == 0 {
            let line = LINES[self.below(LINES.len())];
            self.app.type_text(line);
            self.press(KeyCode::Enter, KeyModifiers::NONE);
        }
    }

    fn nudge(&mut self) {
        for _ in 0..=self.below(4) {
            let sign = [']', '[', '+', '-'][self.below(4)];
            self.press(KeyCode::Char(sign), KeyModifiers::NONE);
        }
    }

    fn talk_nonsense(&mut self) {
        let text = NONSENSE[self.below(NONSENSE.len())];
        self.app.type_text(text);
        self.nudge();
    }

    fn point(&mut self) {
        let kinds = [
            MouseEventKind::Down(MouseButton::Left),
            MouseEventKind::Drag(MouseButton::Left),
            MouseEventKind::ScrollUp,
            MouseEventKind::ScrollDown,
        ];
        let kind = kinds[self.below(kinds.len())];
        let column = u16::try_from(self.below(200)).expect("small");
        let row = u16::try_from(self.below(60)).expect("small");
        let mouse = MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE };
        self.app.send(Msg::Mouse(mouse));
    }

    /// Answers what was asked: markets and ids well, everything else with a refusal.
    fn answer(&mut self) {
        self.app.answer();
        for ask in self.app.take_asks() {
            let result = match ask.want {
                Want::OrderId => Ok(Reply::OrderId(OrderId(self.chance.next_uuid(1)))),
                Want::Unlock(_) => Ok(Reply::Done),
                Want::Leave | Want::SignOut => continue,
                _ => Err(Rejection::Refused(Refusal::Busy)),
            };
            self.app.send(Msg::Reply { to: ask.from, tag: ask.tag, result: Box::new(result) });
        }
    }

    fn step(&mut self) {
        match self.below(20) {
            0..=2 => {
                self.open();
                self.talk_nonsense();
            }
            3..=6 => self.talk_nonsense(),
            7 => {
                let text = NONSENSE[self.below(NONSENSE.len())].repeat(3);
                self.app.send(Msg::Paste(text));
            }
            8 | 9 => self.press(KeyCode::Tab, KeyModifiers::NONE),
            10 => self.press(KeyCode::Char('u'), KeyModifiers::CONTROL),
            11 => self.nudge(),
            12 => self.point(),
            13 => {
                let (width, height) = SIZES[self.below(SIZES.len())];
                self.app.send(Msg::Resize(width, height));
            }
            14 => {
                self.minutes += 1;
                self.app.send(Msg::Tick(after_ms(self.minutes * 60_000)));
                self.app.send(Msg::Prices(tickers()));
            }
            _ => self.any_key(),
        }
        self.answer();
        self.app.text();
    }
}

fn below(chance: &mut Entropy, count: usize) -> usize {
    let drawn = chance.next_u64() % u64::try_from(count).expect("small");
    usize::try_from(drawn).expect("small")
}

#[test]
fn no_key_and_no_text_anywhere_breaks_the_screen() {
    for seed in 0..16 {
        let stormed = std::panic::catch_unwind(|| {
            let mut storm = Storm::new(seed);
            for _ in 0..60 {
                storm.step();
            }
        });
        assert!(stormed.is_ok(), "seed {seed}");
    }
}

/// Every kind of order, each number in each field, each key that steps it, and what it is sent as.
#[test]
fn every_number_in_every_field_of_a_ticket_is_survived() {
    for (side, kind) in ["b", "s"].into_iter().flat_map(|side| (0..6).map(move |kind| (side, kind)))
    {
        let mut app = Fixture::of(RoleName::Admin).app(80, 24);
        app.press(&[side]);
        app.type_text("5");
        app.press(&["tab"]);
        app.press(&vec!["right"; kind]);
        app.press(&["shift-tab"]);
        for text in &NONSENSE[..5] {
            for _ in 0..4 {
                app.press(&["ctrl-u"]);
                app.type_text(text);
                app.press(&["]", "+", "f2", "-", "["]);
                assert!(app.text().contains("Time in force"), "{}", app.text());
                app.press(&["tab"]);
            }
        }
    }
}
