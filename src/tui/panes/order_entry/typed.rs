//! Orders on the command line: `buy 100 AAPL @ 187.5 gtc`, `cancel all AAPL`, `flatten AAPL`.
//! Must never send: it opens the ticket, the list or the question with what was typed.

use crate::desk::refusal::Refusal;
use crate::desk::refusal::mismatch::Mismatch;
use crate::domain::ids::PortfolioId;
use crate::domain::numbers::Price;
use crate::domain::orders::{OrderType, Side, TimeInForce, Trail};
use crate::domain::roles::Act;
use crate::domain::special::{Group, OrderClass, Special, StopLoss};
use crate::domain::symbols::Symbol;
use crate::tui::action::Action;
use crate::tui::ctx::{Ctx, Subject};
use crate::tui::effect::{Effect, TicketStart};

use super::cancel_many::Scope;
use super::read::Amount;
use super::{cancel_many, read};

/// What a line opens, or words for what is wrong with it.
type Typed = Result<Vec<Effect>, String>;

/// The prices of a line as they are met; the kind of order follows from which there are.
#[derive(Default)]
struct Prices {
    limit: Option<Price>,
    stop: Option<Price>,
    trail: Option<Trail>,
    market: bool,
    profit: Option<Price>,
    loss: Option<Price>,
    oco: bool,
}

impl Prices {
    fn order_type(&self) -> Result<OrderType, String> {
        Ok(match (self.market, self.limit, self.stop, self.trail) {
            (_, None, None, None) => OrderType::Market,
            (true, ..) => return Err("A market order has no price".to_owned()),
            (_, Some(limit), None, None) => OrderType::Limit { limit },
            (_, None, Some(stop), None) => OrderType::Stop { stop },
            (_, Some(limit), Some(stop), None) => OrderType::StopLimit { stop, limit },
            (_, None, None, Some(trail)) => OrderType::TrailingStop { trail },
            _ => return Err("A trail stands alone: no limit and no stop beside it".to_owned()),
        })
    }

    /// The class follows from the exits: two are a bracket, one an oto; an oco says so.
    fn group(&self) -> Result<Group, String> {
        let class = match (self.oco, self.profit, self.loss) {
            (true, ..) => OrderClass::Oco,
            (false, None, None) => OrderClass::Simple,
            (false, Some(_), Some(_)) => OrderClass::Bracket,
            (false, ..) => OrderClass::Oto,
        };
        let loss = self.loss.map(|stop| StopLoss { stop, limit: None });
        let like = "Like this: sell 100 AAPL @ 195 oco loss 180";
        Group::of(class, self.profit, loss).ok_or_else(|| like.to_owned())
    }
}

/// `buy` and `sell`: a filled-in ticket. Quantity and symbol in any order, terms behind them; the
/// verb alone opens the ticket about the cursor's row.
pub fn ticket(side: Side, words: &[&str], ctx: &Ctx<'_>) -> Typed {
    if words.is_empty() {
        let action = if side == Side::Buy { Action::Buy } else { Action::Sell };
        return Ok(vec![Effect::Run(action)]);
    }
    let (portfolio, symbol) = (ctx.chosen.portfolio, None);
    let mut start = TicketStart {
        side,
        portfolio,
        symbol,
        quantity: None,
        order_type: None,
        time_in_force: None,
        special: Special::default(),
    };
    let mut prices = Prices::default();
    let mut rest = words.iter().copied();
    while let Some(word) = rest.next() {
        let mut value =
            |what| rest.next().ok_or_else(|| format!("{what} is missing behind '{word}'"));
        match word.to_lowercase().as_str() {
            "@" | "limit" => prices.limit = Some(price("limit", value("A price")?)?),
            "stop" => prices.stop = Some(price("stop", value("A price")?)?),
            "trail" => prices.trail = Some(trail(value("A distance")?)?),
            "market" => prices.market = true,
            "profit" => prices.profit = Some(price("take profit", value("A price")?)?),
            "loss" => prices.loss = Some(price("stop loss", value("A price")?)?),
            "oco" => prices.oco = true,
            "extended" => start.special.extended_hours = true,
            "in" => {
                let first = value("A portfolio")?;
                // A name of several words needs no quotes where it ends the line.
                let name = [first].into_iter().chain(rest.by_ref()).collect::<Vec<_>>().join(" ");
                start.portfolio = Some(book(&name, ctx)?);
            }
            lower => match lower.strip_prefix('@') {
                Some(text) => prices.limit = Some(price("limit", text)?),
                None => plain(word, &mut start, ctx)?,
            },
        }
    }
    if start.symbol.is_none() {
        return Err("Which symbol? Like this: buy 100 AAPL @ 187.5 gtc".to_owned());
    }
    let order_type = prices.order_type()?;
    if start.special.extended_hours && !matches!(order_type, OrderType::Limit { .. }) {
        return Err(Refusal::Mismatch(Mismatch::ExtendedHours).to_string());
    }
    start.special.group = prices.group()?;
    start.order_type = Some(order_type);
    Ok(vec![Effect::Ticket(start)])
}

/// A word without one before it that says what it is: a time in force, the quantity, the symbol.
fn plain(word: &str, start: &mut TicketStart, ctx: &Ctx<'_>) -> Result<(), String> {
    let time = TimeInForce::ALL.into_iter().find(|time| word.eq_ignore_ascii_case(time.as_str()));
    let is_number = word.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first));
    if let Some(time) = time {
        start.time_in_force = Some(time);
    } else if word.starts_with('$') && start.special.dollars.is_none() {
        match read::amount(word).map_err(|why| format!("'{word}': {why}"))? {
            Amount::Dollars(dollars) => start.special.dollars = Some(dollars),
            Amount::Shares(quantity) => start.quantity = Some(quantity),
        }
    } else if is_number && start.quantity.is_none() {
        let quantity = read::quantity(word).map_err(|why| format!("'{word}': {why}"))?;
        start.quantity = Some(quantity);
    } else if is_number {
        return Err(format!("'{word}': a price comes behind @, stop or trail"));
    } else if start.symbol.is_none() {
        start.symbol = Some(read::symbol(word, ctx)?);
    } else {
        return Err(format!("'{word}' is no term of an order"));
    }
    Ok(())
}

fn price(which: &'static str, word: &str) -> Result<Price, String> {
    read::price(which, word).map_err(|why| format!("'{word}': {why}"))
}

fn trail(word: &str) -> Result<Trail, String> {
    let read =
        if word.ends_with('%') { read::trail_percent(word) } else { read::trail_amount(word) };
    read.map_err(|why| format!("'{word}': {why}"))
}

/// A portfolio in which this person may trade: its name, or a beginning that only one has.
fn book(name: &str, ctx: &Ctx<'_>) -> Result<PortfolioId, String> {
    let wanted = name.to_lowercase();
    let all =
        || ctx.view.portfolios.iter().map(|(id, (found, _))| (*id, found.name.to_lowercase()));
    let exact = all().find(|(_, found)| *found == wanted);
    let mut begins = all().filter(|(_, found)| found.starts_with(&wanted));
    let id = match (exact, begins.next(), begins.next()) {
        (Some((id, _)), ..) | (None, Some((id, _)), None) => id,
        (None, Some(_), Some(_)) => return Err(format!("Several portfolios begin with '{name}'")),
        (None, None, _) => return Err(format!("There is no portfolio '{name}'")),
    };
    ctx.may(Act::Trade, Some(id))?;
    Ok(id)
}

/// `cancel`: the selected order; `cancel all`, `mine`, `buys`, `sells`, `AAPL`: a list first.
pub fn cancel(words: &[&str], ctx: &Ctx<'_>) -> Typed {
    let scope = match words {
        [] => return Ok(vec![Effect::Run(Action::Cancel)]),
        [word] | ["all", word] => match word.to_lowercase().as_str() {
            "all" => Scope::All,
            "mine" => Scope::Mine,
            "buys" | "buy" => Scope::Side(Side::Buy),
            "sells" | "sell" => Scope::Side(Side::Sell),
            _ => Scope::Symbol(known(word, ctx)?),
        },
        _ => return Err("Like this: cancel all AAPL".to_owned()),
    };
    ctx.may(Act::Cancel, None)?;
    let symbol = match scope {
        Scope::Symbol(symbol) => Some(symbol),
        _ => ctx.chosen.symbol,
    };
    Ok(cancel_many(&scope, Subject { symbol, ..Subject::default() }, ctx))
}

/// `flatten AAPL`, `flatten AAPL in Growth`; alone the position under the cursor.
pub fn flatten(words: &[&str], ctx: &Ctx<'_>) -> Typed {
    let (symbol, portfolio) = match words {
        [] => return Ok(vec![Effect::Run(Action::Flatten)]),
        [symbol] => (known(symbol, ctx)?, ctx.chosen.portfolio),
        [symbol, "in", name @ ..] if !name.is_empty() => {
            (known(symbol, ctx)?, Some(book(&name.join(" "), ctx)?))
        }
        _ => return Err("Like this: flatten AAPL in Growth".to_owned()),
    };
    let subject = Subject { portfolio, symbol: Some(symbol), order: None };
    Ok(vec![Effect::RunAbout(Action::Flatten, subject)])
}

/// A symbol that this market knows, tradable now or not.
fn known(word: &str, ctx: &Ctx<'_>) -> Result<Symbol, String> {
    let symbol = Symbol::parse(word).ok().filter(|symbol| ctx.view.assets.contains_key(symbol));
    symbol.ok_or_else(|| format!("{} is not a tradable symbol", word.to_uppercase()))
}

#[cfg(test)]
mod tests;
