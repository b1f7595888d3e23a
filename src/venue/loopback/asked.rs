//! What a call asks to place, read from its body: each member as a string or a number, or absent.
//! Must never decide by the account or the market: only the shape of what was asked is looked at.

use serde::Deserialize;

use crate::desk::port::Ticket;
use crate::domain::numbers::{Money, Price, Qty, Ratio};
use crate::domain::orders::{OrderType, Side, TimeInForce, Trail};
use crate::domain::special::Special;
use crate::domain::symbols::Symbol;
use crate::venue::alpaca::wire::digits::Decimal;
use crate::venue::alpaca::wire::orders::{Kind, StopLoss, TakeProfit};
use crate::venue::simulator::exchange::order::{Class, Wishes};

use super::answer::{Refused, object};
use super::client_text;

/// Most characters of a client order id.
const CLIENT_ID_CHARS_MAX: usize = 128;

/// The body of a call that places an order; what is null is absent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub symbol: Option<String>,
    pub qty: Option<Decimal>,
    pub notional: Option<Decimal>,
    pub side: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub time_in_force: Option<String>,
    pub limit_price: Option<Decimal>,
    pub stop_price: Option<Decimal>,
    pub trail_price: Option<Decimal>,
    pub trail_percent: Option<Decimal>,
    pub extended_hours: Option<bool>,
    pub client_order_id: Option<String>,
    pub order_class: Option<String>,
    pub take_profit: Option<TakeProfit>,
    pub stop_loss: Option<StopLoss>,
    pub position_intent: Option<String>,
}

/// The body of a call that replaces an order.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Changes {
    pub qty: Option<Decimal>,
    pub notional: Option<Decimal>,
    pub time_in_force: Option<String>,
    pub limit_price: Option<Decimal>,
    pub stop_price: Option<Decimal>,
    pub trail: Option<Decimal>,
    pub client_order_id: Option<String>,
}

/// A price of a share; `name` says which.
fn price(name: &str, given: &Decimal) -> Result<Price, Refused> {
    if given.as_str().starts_with('-') {
        return Err(Refused::parameter(format!("{} must be > 0", name.replace('_', " "))));
    }
    given.price().map_err(|_| Refused::parameter(format!("invalid {name}")))
}

fn optional_price(name: &str, given: Option<&Decimal>) -> Result<Option<Price>, Refused> {
    given.map(|given| price(name, given)).transpose()
}

/// A quantity of shares above zero.
pub(super) fn quantity(given: &Decimal) -> Result<Qty, Refused> {
    let quantity = given.quantity().map_err(|_| Refused::parameter("invalid qty"))?;
    if quantity > Qty::ZERO { Ok(quantity) } else { Err(Refused::parameter("qty must be > 0")) }
}

/// Percent as millionths.
fn percent(given: &Decimal) -> Result<Ratio, Refused> {
    let wrong = || Refused::parameter("invalid trail_percent");
    let price = given.price().map_err(|_| wrong())?;
    // A price counts in 1e-9; a percent of 1e-4 is one millionth.
    if price.units() % 100_000 != 0 { Err(wrong()) } else { Ok(Ratio(price.units() / 100_000)) }
}

/// A time in force by its word.
pub(super) fn time_in_force(word: &str) -> Result<TimeInForce, Refused> {
    let found = TimeInForce::ALL.into_iter().find(|one| one.as_str() == word);
    found.ok_or_else(|| Refused::parameter("invalid time_in_force"))
}

/// A client order id, or the one drawn where none was given.
pub(super) fn client_id(
    given: Option<&str>,
    drawn: impl FnOnce() -> String,
) -> Result<crate::domain::ids::ClientOrderId, Refused> {
    let text = match given.filter(|given| !given.is_empty()) {
        Some(given) => given.to_owned(),
        None => drawn(),
    };
    if text.chars().count() > CLIENT_ID_CHARS_MAX {
        let text = "client_order_id must be no more than 128 characters";
        return Err(Refused::parameter(text));
    }
    Ok(client_text::kept(&text))
}

impl Asked {
    /// Reads a body.
    pub(super) fn read(body: &[u8]) -> Result<Self, Refused> {
        object(body)
    }

    fn side(&self) -> Result<Side, Refused> {
        match self.side.as_deref() {
            Some("buy") => Ok(Side::Buy),
            Some("sell") => Ok(Side::Sell),
            None | Some("") => Err(Refused::parameter("side is required")),
            Some(_) => Err(Refused::parameter("invalid side")),
        }
    }

    /// Shares, or dollars where it is for those.
    fn size(&self) -> Result<(Qty, Option<Money>), Refused> {
        match (&self.qty, &self.notional) {
            (None, None) => Err(Refused::parameter("qty or notional is required")),
            (Some(_), Some(_)) => {
                Err(Refused::parameter("only one of qty or notional is accepted"))
            }
            (Some(given), None) => Ok((quantity(given)?, None)),
            (None, Some(given)) => {
                let wrong = |_| Refused::parameter("invalid notional");
                let dollars = given.money().map_err(wrong)?;
                if dollars < Money::dollars(1) {
                    return Err(Refused::parameter("notional must be >= 1.00"));
                }
                if given.price().is_err() {
                    return Err(Refused::parameter("notional is limited to 9 decimal places"));
                }
                Ok((Qty::ZERO, Some(dollars)))
            }
        }
    }

    /// The kind with its prices, and no others.
    fn order_type(&self, class: Class) -> Result<OrderType, Refused> {
        let parameter = |text: &str| Err(Refused::parameter(text));
        let profit = self.take_profit.as_ref().and_then(|profit| profit.limit_price.as_ref());
        let limit = match (class, &self.limit_price) {
            (Class::Oco, None) => optional_price("limit_price", profit)?,
            (_, given) => optional_price("limit_price", given.as_ref())?,
        };
        let stop = optional_price("stop_price", self.stop_price.as_ref())?;
        let kind = Kind::from(self.kind.as_deref().unwrap_or_default());
        match kind {
            Kind::Market if limit.is_some() || stop.is_some() => {
                parameter("market orders require no stop or limit price")
            }
            Kind::Market => Ok(OrderType::Market),
            Kind::Limit => match (limit, stop) {
                (Some(limit), None) => Ok(OrderType::Limit { limit }),
                (Some(_), Some(_)) => parameter("limit orders require only limit price"),
                (None, _) => parameter("limit orders require a limit price"),
            },
            Kind::Stop => match (limit, stop) {
                (None, Some(stop)) => Ok(OrderType::Stop { stop }),
                (Some(_), Some(_)) => parameter("stop orders require only stop price"),
                (_, None) => parameter("stop orders require a stop price"),
            },
            Kind::StopLimit => match (limit, stop) {
                (Some(limit), Some(stop)) => Ok(OrderType::StopLimit { stop, limit }),
                _ => parameter("stop limit orders require both stop and limit price"),
            },
            Kind::TrailingStop => self.trail().map(|trail| OrderType::TrailingStop { trail }),
            Kind::Other(_) => parameter("invalid order type"),
        }
    }

    fn trail(&self) -> Result<Trail, Refused> {
        match (&self.trail_price, &self.trail_percent) {
            (Some(amount), None) => Ok(Trail::Amount(price("trail_price", amount)?)),
            (None, Some(given)) => Ok(Trail::Percent(percent(given)?)),
            _ => Err(Refused::parameter(
                "trailing stop orders must specify one of trail_price or trail_percent",
            )),
        }
    }

    fn class(&self) -> Result<Class, Refused> {
        match self.order_class.as_deref() {
            None | Some("" | "simple") => Ok(Class::Simple),
            Some("bracket") => Ok(Class::Bracket),
            Some("oco") => Ok(Class::Oco),
            Some("oto") => Ok(Class::Oto),
            Some("mleg") => Err(Refused::parameter("symbol is not allowed for mleg order")),
            Some(_) => Err(Refused::parameter("invalid order_class")),
        }
    }

    /// The ticket and what goes beyond it; `client` and `symbol` were found elsewhere.
    pub(super) fn terms(
        &self,
        client: crate::domain::ids::ClientOrderId,
        symbol: Symbol,
    ) -> Result<(Ticket, Wishes), Refused> {
        let (side, class) = (self.side()?, self.class()?);
        let order_type = self.order_type(class)?;
        let time = self.time_in_force.as_deref().unwrap_or_default();
        let time_in_force = time_in_force(time)?;
        let (quantity, notional) = self.size()?;
        if notional.is_some() && order_type != OrderType::Market {
            return Err(Refused::parameter("notional orders must be market orders"));
        }
        if notional.is_some() && time_in_force != TimeInForce::Day {
            return Err(Refused::rule("fractional orders must be DAY orders"));
        }
        let (profit, loss) = (self.take_profit.as_ref(), self.stop_loss.as_ref());
        if class == Class::Simple && (profit.is_some() || loss.is_some()) {
            let text = "simple orders accept neither take_profit nor stop_loss";
            return Err(Refused::parameter(text));
        }
        let profit = profit.and_then(|profit| profit.limit_price.as_ref());
        let stop = loss.and_then(|loss| loss.stop_price.as_ref());
        let stop = optional_price("stop_loss.stop_price", stop)?;
        let limit = loss.and_then(|loss| loss.limit_price.as_ref());
        let limit = optional_price("stop_loss.limit_price", limit)?;
        let wishes = Wishes {
            extended: self.extended_hours == Some(true),
            notional,
            class,
            take_profit: optional_price("take_profit.limit_price", profit)?,
            stop_loss: stop.map(|stop| (stop, limit)),
            named: None,
        };
        let ticket = Ticket {
            client_id: client,
            symbol,
            side,
            quantity,
            order_type,
            time_in_force,
            special: Special::default(),
        };
        Ok((ticket, wishes))
    }
}

impl Changes {
    /// Reads a body.
    pub(super) fn read(body: &[u8]) -> Result<Self, Refused> {
        object(body)
    }

    /// The kind with its new prices; a price that the kind does not have is refused.
    pub(super) fn applied_to(&self, order_type: OrderType) -> Result<OrderType, Refused> {
        let given_limit = optional_price("limit_price", self.limit_price.as_ref())?;
        let given_stop = optional_price("stop_price", self.stop_price.as_ref())?;
        let no_limit = given_limit.is_some() && order_type.limit().is_none();
        let no_stop = given_stop.is_some() && order_type.stop().is_none();
        let trails = matches!(order_type, OrderType::TrailingStop { .. });
        if no_limit || no_stop || (self.trail.is_some() && !trails) {
            let text = "order type does not have the price that is to be replaced";
            return Err(Refused::parameter(text));
        }
        Ok(match (order_type, &self.trail) {
            (OrderType::Limit { limit }, _) => {
                OrderType::Limit { limit: given_limit.unwrap_or(limit) }
            }
            (OrderType::Stop { stop }, _) => OrderType::Stop { stop: given_stop.unwrap_or(stop) },
            (OrderType::StopLimit { stop, limit }, _) => OrderType::StopLimit {
                stop: given_stop.unwrap_or(stop),
                limit: given_limit.unwrap_or(limit),
            },
            (OrderType::TrailingStop { trail: Trail::Amount(_) }, Some(given)) => {
                OrderType::TrailingStop { trail: Trail::Amount(price("trail", given)?) }
            }
            (OrderType::TrailingStop { trail: Trail::Percent(_) }, Some(given)) => {
                OrderType::TrailingStop { trail: Trail::Percent(percent(given)?) }
            }
            (unchanged, _) => unchanged,
        })
    }
}
