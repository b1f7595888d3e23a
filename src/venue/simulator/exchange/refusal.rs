//! Why the exchange says no, in Alpaca's words, codes and statuses (alpaca-api.md section 2).
//! Must never decide anything: rules.rs does.

use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::symbols::Symbol;

use super::order::{OrderKey, Status};

/// A refusal. Nothing was done, no order is left behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A parameter that is missing, superfluous or out of range.
    Parameter(&'static str),
    /// No such symbol.
    UnknownAsset(Symbol),
    /// Listed, not traded.
    NotTradable(Symbol),
    /// Halted: no market orders.
    Halted(Symbol),
    /// No parts of a share.
    NotFractionable(Symbol),
    /// What a fractional order may not be.
    Fractional(&'static str),
    /// Off the price grid.
    SubPenny {
        /// `limit_price` or `stop_price`.
        which: &'static str,
        /// As given.
        price: Price,
    },
    /// The client order id was used before.
    DuplicateClientId,
    /// Outside the hours of an auction order.
    Window(&'static str),
    /// A stop on the wrong side of the market.
    StopSide {
        /// `less` for a sale, `greater` for a buy.
        must_be: &'static str,
        /// Last trade.
        market: Price,
        /// As given.
        stop: Price,
    },
    /// Less than a dollar.
    TooSmall,
    /// More than is held and free.
    InsufficientQty {
        /// Symbol.
        symbol: Symbol,
        /// Asked.
        requested: Qty,
        /// Held, signs aside.
        existing: Qty,
        /// Of it held for open orders.
        held: Qty,
    },
    /// The symbol cannot be sold short.
    NotShortable(Symbol),
    /// The account cannot sell short.
    NoShorting,
    /// An opening order of the other side is open.
    OppositeOpening(&'static str),
    /// It could meet an own order.
    WashTrade {
        /// The order in the way.
        existing: OrderKey,
        /// Its kind.
        reason: &'static str,
    },
    /// Not enough.
    BuyingPower {
        /// What is left.
        available: Money,
        /// What it takes.
        needed: Money,
    },
    /// No such order.
    NotFound(String),
    /// The order has ended.
    AlreadyEnded(Status),
    /// A replacement that is not possible.
    Replace(&'static str),
    /// What orders that belong together may not be, or what may not work beside the session.
    Rule(&'static str),
    /// A leg on the wrong side of its entry.
    BasePrice {
        /// What it must be.
        text: &'static str,
        /// The entry's price.
        base: Price,
    },
}

impl Refusal {
    /// The HTTP status and the code of the body.
    pub const fn code(&self) -> (u16, u32) {
        match self {
            Self::Parameter(_) | Self::DuplicateClientId => (422, 40_010_001),
            Self::UnknownAsset(_)
            | Self::NotTradable(_)
            | Self::Halted(_)
            | Self::Fractional(_)
            | Self::SubPenny { .. }
            | Self::StopSide { .. }
            | Self::NotShortable(_)
            | Self::AlreadyEnded(_)
            | Self::Rule(_)
            | Self::BasePrice { .. }
            | Self::Replace(_) => (422, 42_210_000),
            Self::NotFractionable(_)
            | Self::Window(_)
            | Self::TooSmall
            | Self::InsufficientQty { .. }
            | Self::NoShorting
            | Self::OppositeOpening(_)
            | Self::WashTrade { .. }
            | Self::BuyingPower { .. } => (403, 40_310_000),
            Self::NotFound(_) => (404, 40_410_000),
        }
    }

    /// The further members of the body, as text.
    pub fn members(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::InsufficientQty { symbol, existing, held, .. } => vec![
                ("available", (*existing - *held).plain()),
                ("existing_qty", existing.plain()),
                ("held_for_orders", held.plain()),
                ("symbol", symbol.to_string()),
            ],
            Self::WashTrade { reason, .. } => vec![("reject_reason", (*reason).to_owned())],
            Self::BuyingPower { available, needed } => {
                vec![("buying_power", cents(*available)), ("cost_basis", cents(*needed))]
            }
            Self::StopSide { market, stop, .. } => {
                vec![("market_price", market.plain()), ("stop_price", stop.plain())]
            }
            Self::BasePrice { base, .. } => vec![("base_price", base.plain())],
            _ => Vec::new(),
        }
    }
}

/// The message, to the letter.
impl std::fmt::Display for Refusal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Parameter(text)
            | Self::Fractional(text)
            | Self::Window(text)
            | Self::OppositeOpening(text)
            | Self::Rule(text)
            | Self::BasePrice { text, .. }
            | Self::Replace(text) => out.write_str(text),
            Self::UnknownAsset(symbol) => write!(out, "asset \"{symbol}\" not found"),
            Self::NotTradable(symbol) => write!(out, "asset \"{symbol}\" is not tradable"),
            Self::Halted(symbol) => write!(
                out,
                "market order rejected due to trading halt on symbol: \"{symbol}\", \
                 please place a limit order instead"
            ),
            Self::NotFractionable(symbol) => write!(out, "asset \"{symbol}\" is not fractionable"),
            Self::SubPenny { which, price } => write!(
                out,
                "invalid {which} {}. sub-penny increment does not fulfill minimum pricing criteria",
                price.plain()
            ),
            Self::DuplicateClientId => out.write_str("client_order_id must be unique"),
            Self::StopSide { must_be, .. } => {
                write!(out, "stop price must be {must_be} than current price")
            }
            Self::TooSmall => out.write_str("cost basis must be >= minimal amount of order 1"),
            Self::InsufficientQty { requested, existing, held, .. } => write!(
                out,
                "insufficient qty available for order (requested: {}, available: {})",
                requested.plain(),
                (*existing - *held).plain()
            ),
            Self::NotShortable(symbol) => write!(out, "asset \"{symbol}\" cannot be sold short"),
            Self::NoShorting => out.write_str("account is not allowed to short"),
            Self::WashTrade { .. } => {
                out.write_str("potential wash trade detected. use complex orders")
            }
            Self::BuyingPower { .. } => out.write_str("insufficient buying power"),
            Self::NotFound(id) => write!(out, "order not found for {id}"),
            Self::AlreadyEnded(status) => {
                write!(out, "order is already in \"{}\" state", status.as_str())
            }
        }
    }
}

fn cents(money: Money) -> String {
    let cents = i64::try_from(money.to_cents()).unwrap_or(i64::MAX);
    Money::cents(cents).plain()
}
