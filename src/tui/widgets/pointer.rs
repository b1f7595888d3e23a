//! What the mouse does to tables and forms: a row, a title to sort by, a field, the wheel.
//! Must never decide what follows: the pane does.

use crossterm::event::{KeyCode, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::form::{Form, FormMove};
use super::list::{List, Moved};
use super::table::{Column, Spot, Table, rows_in};

/// Rows that one turn of the wheel moves.
const WHEEL_ROWS: isize = 3;

/// The table under the mouse.
pub struct Target<'a, K> {
    /// Its columns.
    pub columns: &'a [Column],
    /// Those that can be sorted by.
    pub sortable: &'a [usize],
    /// The keys of all its rows.
    pub keys: &'a [K],
    /// Its room.
    pub area: Rect,
}

/// Takes a mouse event.
pub fn take<K: Ord + Clone>(
    list: &mut List<K>,
    target: &Target<'_, K>,
    mouse: MouseEvent,
) -> Moved {
    let height = rows_in(target.area, list);
    match mouse.kind {
        MouseEventKind::ScrollDown => list.step(WHEEL_ROWS, target.keys, height),
        MouseEventKind::ScrollUp => list.step(-WHEEL_ROWS, target.keys, height),
        MouseEventKind::Down(MouseButton::Left) => {
            let table = Table { columns: target.columns, keys: target.keys, list, empty: "" };
            match table.spot(target.area, Position::new(mouse.column, mouse.row)) {
                Some(Spot::Row(index)) => {
                    list.select(target.keys[index].clone(), target.keys);
                    Moved::Cursor
                }
                Some(Spot::Title(column)) => list.sort_by(column, target.sortable),
                None => Moved::Yes,
            }
        }
        _ => Moved::No,
    }
}

/// Takes a mouse event on a form drawn in `room`: a click gives an entry the keys, presses a
/// button, and turns a choice that has the keys already.
pub fn on_form(form: &mut Form, room: Rect, mouse: MouseEvent) -> FormMove {
    let at = Position::new(mouse.column, mouse.row);
    if mouse.kind != MouseEventKind::Down(MouseButton::Left) || !room.contains(at) {
        return FormMove::No;
    }
    let Some(entry) = form.entry_at(at.y - room.y + form.offset(room), room.width) else {
        return FormMove::No;
    };
    let before = form.focus();
    form.focus_on(entry);
    if form.is_on_button() {
        FormMove::Pressed(entry)
    } else if before == entry && !form.is_on_text() {
        form.key(KeyCode::Right.into())
    } else {
        FormMove::Yes
    }
}
