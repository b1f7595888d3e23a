//! Forms as scripts of keys.
//! Must never depend on what a form is used for.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::{Area, Entry, Field, Form, FormMove};
use crate::domain::numbers::Qty;
use crate::tui::action::Action;
use crate::tui::theme::{Plain, Themes};

fn form() -> Form {
    Form::new(vec![
        Entry::text(Field::new("Quantity", 20)),
        Entry::choice("Type", vec!["market".into(), "limit".into(), "stop".into()], 0),
        Entry::text(Field::new("Limit", 20)),
        Entry::button("Send"),
    ])
}

fn press(form: &mut Form, code: KeyCode) -> FormMove {
    form.key(KeyEvent::new(code, KeyModifiers::NONE))
}

#[test]
fn what_cannot_be_read_keeps_its_text_and_says_why() {
    for (text, error) in [
        ("-5", "no sign here: use a number above zero"),
        ("1e9", "digits and one point only"),
        ("", "a number is needed"),
        ("😀", "digits and one point only"),
        ("0.0000000001", "at most 9 decimal places"),
    ] {
        let mut form = form();
        form.set(0, text);
        assert_eq!(form.read(0, Qty::parse), None);
        assert_eq!(form.error(0), Some(error));
        assert_eq!(form.value(0), text);
        assert!(form.focus_error());
        press(&mut form, KeyCode::Char('1'));
        assert_eq!(form.error(0), None, "typing takes the words away");
    }
}

#[test]
fn enter_goes_on_and_presses_the_button_only() {
    let mut form = form();
    form.set_hidden(2, true);
    assert_eq!(form.act(Action::Accept), FormMove::Yes);
    assert_eq!(form.focus(), 1);
    assert_eq!(form.act(Action::Accept), FormMove::Yes);
    assert_eq!(form.focus(), 3, "a hidden entry is passed over");
    assert_eq!(form.act(Action::Accept), FormMove::Pressed(3));
    assert_eq!(form.act(Action::NextField), FormMove::Yes);
    assert_eq!(form.focus(), 0, "round and round");
    form.act(Action::PreviousField);
    assert_eq!(form.focus(), 3);
}

#[test]
fn choices_turn_and_take_first_letters() {
    let mut form = form();
    form.focus_on(1);
    assert_eq!(press(&mut form, KeyCode::Left), FormMove::Changed(1));
    assert_eq!(form.value(1), "stop");
    assert_eq!(press(&mut form, KeyCode::Char('l')), FormMove::Changed(1));
    assert_eq!(form.value(1), "limit");
    assert_eq!(press(&mut form, KeyCode::Char('x')), FormMove::Yes);
    form.set_options(1, vec!["limit".into(), "market".into()]);
    assert_eq!((form.value(1), form.chosen(1)), ("limit", 0));
}

#[test]
fn a_paste_with_newlines_presses_nothing() {
    let mut form = form();
    assert_eq!(form.paste("10\n\n\n"), FormMove::Changed(0));
    assert_eq!((form.value(0), form.focus()), ("10", 0));
    form.focus_on(3);
    assert_eq!(form.paste("\n"), FormMove::No);
}

#[test]
fn a_small_room_shows_the_entry_with_the_keys() {
    let themes = Themes::built_in(Plain { no_colour: true, ascii: true });
    let mut form = form();
    form.read(0, Qty::parse);
    let drawn = |form: &Form| {
        let mut terminal = Terminal::new(TestBackend::new(40, 2)).expect("a test terminal");
        let area = Rect::new(0, 0, 40, 2);
        terminal.draw(|frame| form.draw(frame, area, themes.first())).expect("drawn");
        let text = terminal.backend().to_string();
        text.lines().map(|l| l.trim_matches('"').trim_end().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(drawn(&form), ["Quantity", "              a number is needed"]);
    form.focus_on(2);
    assert_eq!(drawn(&form), ["Type          market", "Limit"]);
    form.focus_on(3);
    assert_eq!(drawn(&form), ["Limit", "               Send"]);
}

#[test]
fn enter_makes_a_line_in_a_text_of_several_and_tab_goes_on() {
    let mut form = Form::new(vec![
        Entry::area(Area::new("Note", 100)),
        Entry::text(Field::new("Quantity", 20)),
    ]);
    assert_eq!(press(&mut form, KeyCode::Char('a')), FormMove::Changed(0));
    assert_eq!(press(&mut form, KeyCode::Enter), FormMove::Changed(0));
    assert_eq!(form.lines_of(0), "a");
    assert_eq!(
        (form.height(60), form.entry_at(2, 60), form.entry_at(3, 60)),
        (4, Some(0), Some(1))
    );
    assert_eq!(press(&mut form, KeyCode::Tab), FormMove::No);
    form.act(Action::NextField);
    assert_eq!(form.focus(), 1);
}

#[test]
fn the_first_character_takes_the_place_of_what_a_field_holds_when_it_is_entered() {
    let filled = || {
        let mut form = form();
        form.set(0, "290.00");
        form.set(2, "187.50");
        form
    };
    let mut form = filled();
    press(&mut form, KeyCode::Char('9'));
    press(&mut form, KeyCode::Char('1'));
    assert_eq!(form.value(0), "91");
    form.act(Action::PreviousField);
    form.act(Action::PreviousField);
    press(&mut form, KeyCode::Char('8'));
    assert_eq!(form.value(2), "8", "entered by Tab");
    for key in [KeyCode::Left, KeyCode::Home, KeyCode::End, KeyCode::Backspace] {
        let mut form = filled();
        press(&mut form, key);
        press(&mut form, KeyCode::Char('9'));
        assert!(form.value(0).starts_with("290.0") || form.value(0) == "9290.00", "{key:?}");
    }
    let mut form = filled();
    form.paste("12");
    assert_eq!(form.value(0), "12");
}

#[test]
fn what_would_be_replaced_is_shown_as_selected() {
    let themes = Themes::built_in(Plain::default());
    let is_selected = |form: &Form| {
        let mut terminal = Terminal::new(TestBackend::new(40, 4)).expect("a terminal");
        let area = Rect::new(0, 0, 40, 4);
        terminal.draw(|frame| form.draw(frame, area, themes.first())).expect("drawn");
        let buffer = terminal.backend().buffer();
        let reversed = |x: u16| buffer[(x, 0)].modifier.contains(Modifier::REVERSED);
        [13, 14, 19, 20].map(reversed)
    };
    let mut form = form();
    form.set(0, "290.00");
    assert_eq!(is_selected(&form), [false, true, true, false]);
    press(&mut form, KeyCode::End);
    assert_eq!(is_selected(&form), [false; 4]);
}
