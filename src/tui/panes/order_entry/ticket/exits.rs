//! The exits of a ticket: the class that is chosen, and the orders that belong to it.
//! Must never judge a price against the market: the desk does, and says so beside the field.

use crate::domain::numbers::Price;
use crate::domain::special::{Group, OrderClass, StopLoss};

use super::super::read;
use super::kinds::{CLASS, Kind, LOSS, LOSS_LIMIT, PROFIT};
use crate::tui::widgets::form::Form;

/// The fields that only some classes have.
pub const FIELDS: [usize; 3] = [PROFIT, LOSS, LOSS_LIMIT];

/// A field with what is wrong with it; no words where it is only open.
pub type Wrong = (usize, Option<String>);

/// The class that is chosen; a kind of order that goes with none is on its own.
pub fn class(form: &Form, kind: Kind) -> OrderClass {
    let chosen = if kind.needs(CLASS) { form.chosen(CLASS) } else { 0 };
    OrderClass::ALL[chosen.min(OrderClass::ALL.len() - 1)]
}

/// True where a ticket of this class shows one of the fields.
pub const fn needs(class: OrderClass, field: usize) -> bool {
    match field {
        PROFIT => matches!(class, OrderClass::Bracket | OrderClass::Oto),
        _ => !matches!(class, OrderClass::Simple),
    }
}

/// Fills in the fields of a group.
pub fn fill(form: &mut Form, group: Group) {
    form.set(CLASS, group.class().as_str());
    let text = |price: Option<Price>| price.map_or_else(String::new, Price::plain);
    let loss = group.stop_loss();
    form.set(PROFIT, &text(group.take_profit()));
    form.set(LOSS, &text(loss.map(|loss| loss.stop)));
    form.set(LOSS_LIMIT, &text(loss.and_then(|loss| loss.limit)));
}

/// The group as typed, or the field that is open or wrong.
pub fn group(form: &Form, kind: Kind) -> Result<Group, Wrong> {
    let class = class(form, kind);
    let price = |field: usize, which| match form.value(field).trim() {
        "" => Ok(None),
        _ if !needs(class, field) => Ok(None),
        text => read::price(which, text).map(Some).map_err(|words| (field, Some(words))),
    };
    let profit = price(PROFIT, "take profit")?;
    let (stop, limit) = (price(LOSS, "stop loss")?, price(LOSS_LIMIT, "limit")?);
    if class == OrderClass::Oto && profit.is_some() && stop.is_some() {
        return Err((LOSS, Some("An oto has one exit: empty one of the two".to_owned())));
    }
    let loss = stop.map(|stop| StopLoss { stop, limit });
    let open = if profit.is_none() && needs(class, PROFIT) { PROFIT } else { LOSS };
    Group::of(class, profit, loss).ok_or((open, None))
}
