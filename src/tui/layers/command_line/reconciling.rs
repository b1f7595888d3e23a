//! The books against the broker's word: what differs is shown, and one difference is booked.
//! Must never book without the question that shows both figures.

use crate::desk::command::Command;
use crate::desk::port::Foreign;
use crate::domain::ids::PortfolioId;
use crate::domain::roles::Act;
use crate::domain::text::clean_line;
use crate::tui::ask::Want;
use crate::tui::ctx::Ctx;
use crate::tui::effect::Effect;
use crate::tui::layers::confirm::Confirm;

/// Orders made elsewhere that are listed at once.
const FOREIGN_SHOWN: usize = 8;

/// What differs, with both figures, and the open orders that were made elsewhere.
pub(super) fn show(ctx: &Ctx<'_>) -> Effect {
    if let Err(why) = ctx.may(Act::BookBreak, None) {
        return Effect::say(why);
    }
    let reconciled = &ctx.view.reconciled;
    if reconciled.breaks.is_empty() && reconciled.foreign.is_empty() {
        return Effect::say("The books and the broker agree");
    }
    let mut words: Vec<String> = reconciled.breaks.iter().map(|one| format!("{one}.")).collect();
    if words.is_empty() {
        words.push("Every quantity and the cash agree.".to_owned());
    } else {
        words.push("`:book SYMBOL PORTFOLIO reason` books one (`cash` for cash).".to_owned());
    }
    if !reconciled.foreign.is_empty() {
        words.push(String::new());
        words.push("Open orders made elsewhere; the desk leaves them alone:".to_owned());
        words.extend(reconciled.foreign.iter().take(FOREIGN_SHOWN).map(foreign));
        let more = reconciled.foreign.len().saturating_sub(FOREIGN_SHOWN);
        if more > 0 {
            words.push(format!("and {more} more"));
        }
    }
    Effect::Open(Box::new(Confirm::notice("Books and broker", words)))
}

fn foreign(order: &Foreign) -> String {
    let Foreign { side, quantity, symbol, filled, venue_id } = order;
    format!("{side} {quantity} {symbol}, {filled} filled ({})", clean_line(venue_id, 40))
}

/// The question before a difference is booked.
pub(super) fn book(
    which: &str,
    portfolio: PortfolioId,
    reason: String,
    ctx: &Ctx<'_>,
) -> Result<Effect, String> {
    ctx.may(Act::BookBreak, None)?;
    if reason.is_empty() {
        return Err("A reason is needed, behind the portfolio".to_owned());
    }
    let is_meant = |symbol: Option<crate::domain::symbols::Symbol>| match symbol {
        Some(symbol) => symbol.as_str().eq_ignore_ascii_case(which),
        None => which.eq_ignore_ascii_case("cash"),
    };
    let mut breaks = ctx.view.reconciled.breaks.iter();
    let shown = *breaks
        .find(|one| is_meant(one.symbol()))
        .ok_or_else(|| format!("There is no difference in '{which}'"))?;
    let words = vec![
        format!("{shown}."),
        format!("An entry makes it even, for {}.", ctx.portfolio_name(portfolio)),
        format!("Reason: {reason}"),
    ];
    let ask = Effect::Ask(0, Want::Act(Command::BookBreak { shown, portfolio, reason }));
    Ok(Effect::Open(Box::new(Confirm::yes_no("Book this difference?", words, vec![ask]))))
}
