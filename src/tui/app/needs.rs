//! What an action needs before it can be done at all, in words for whoever tries without it.
//! Must never decide on permission: that is the desk's, and the view's hint of it.

use crate::domain::trading::TradingState;

use super::super::action::Action;
use super::super::ctx::{Ctx, Subject};
use super::super::screens::ScreenId;

/// What an action needs and does not have: the words for that.
pub fn lacks(action: Action, subject: Subject, ctx: &Ctx<'_>) -> Option<String> {
    let needs = match action {
        Action::Buy | Action::Sell if subject.symbol.is_none() => "Choose a symbol first",
        Action::Buy | Action::Sell if subject.portfolio.is_none() => {
            "You have no portfolio to trade in yet"
        }
        Action::EditPortfolio if subject.portfolio.is_none() => "Choose a portfolio first",
        Action::Amend | Action::Cancel | Action::Timeline if subject.order.is_none() => {
            "Choose an order first"
        }
        Action::Amend | Action::Cancel => {
            let order = subject.order.and_then(|id| ctx.view.orders.get(&id));
            match order.map(|order| order.state) {
                Some(state) if state.is_final() => {
                    return Some(format!("This order is {} already", state.word()));
                }
                _ => return None,
            }
        }
        Action::Flatten => {
            let position = subject.portfolio.zip(subject.symbol);
            let position = position.and_then(|(book, symbol)| ctx.position(book, symbol));
            match position {
                Some(position) if !position.quantity.is_zero() => return None,
                _ => "Choose an open position first",
            }
        }
        Action::Lift if ctx.view.trading.is_active() => "Trading is not halted",
        Action::Halt if ctx.view.trading.is_halted() => "Trading is halted already",
        Action::CloseOnly if matches!(ctx.view.trading, TradingState::ClosingOnly { .. }) => {
            "The desk is closing only already"
        }
        _ => {
            let number = (1..=9).find(|number| Action::screen(*number) == Some(action));
            match number {
                Some(number) if ScreenId::numbered(number).is_none() => {
                    "There is no such screen yet"
                }
                _ => return None,
            }
        }
    };
    Some(needs.to_owned())
}
