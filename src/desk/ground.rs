//! What the rules before an order stand on: the desk knows all of it, one person's view a part.
//! Must never judge: each answer is a fact, and a fact that is not known is said to be none.

use crate::domain::hours::Schedule;
use crate::domain::ids::{OrderId, PortfolioId, UserId};
use crate::domain::numbers::{Money, Qty};
use crate::domain::orders::{Order, Side};
use crate::domain::quotes::Ticker;
use crate::domain::symbols::{Asset, Symbol};
use crate::domain::time::DeskTime;
use crate::domain::trading::TradingState;
use crate::domain::users::User;

use super::book::Book;

/// The facts that the rules ask for.
pub trait Ground {
    /// What the desk takes.
    fn trading(&self) -> &TradingState;
    /// The market's hours.
    fn schedule(&self) -> &Schedule;
    /// What the venue says of a symbol.
    fn asset(&self, symbol: Symbol) -> Option<&Asset>;
    /// The newest price of a symbol.
    fn price(&self, symbol: Symbol) -> Option<&Ticker>;
    /// When that price was seen, where that is known.
    fn price_seen(&self, symbol: Symbol) -> Option<DeskTime>;
    /// Shares of a portfolio.
    fn held(&self, portfolio: PortfolioId, symbol: Symbol) -> Qty;
    /// Shares of the whole account, where all of them are known.
    fn net_position(&self, symbol: Symbol) -> Option<Qty>;
    /// Shares that working orders of one side may still trade, in one portfolio or in all.
    fn working_quantity(
        &self,
        portfolio: Option<PortfolioId>,
        symbol: Symbol,
        side: Side,
        except: Option<OrderId>,
    ) -> Qty;
    /// Working orders of one side in one symbol, as far as they are known.
    fn working_in(&self, symbol: Symbol, side: Side) -> Box<dyn Iterator<Item = &Order> + '_>;
    /// How many orders of a person work.
    fn open_count(&self, user: UserId) -> usize;
    /// The orders that a person placed after `from`, the newest first.
    fn placed_after(&self, user: UserId, from: DeskTime) -> Box<dyn Iterator<Item = &Order> + '_>;
    /// What one order of a person may be worth; none where there is no limit.
    fn value_limit(&self, user: &User) -> Option<Money>;
    /// Buying power that nothing has reserved, the order `except` aside.
    fn available(&self, except: Option<OrderId>) -> Money;
    /// A person, where they are known.
    fn user(&self, id: UserId) -> Option<&User>;
}

impl Ground for Book {
    fn trading(&self) -> &TradingState {
        &self.trading
    }
    fn schedule(&self) -> &Schedule {
        &self.schedule
    }
    fn asset(&self, symbol: Symbol) -> Option<&Asset> {
        self.assets.get(&symbol)
    }
    fn price(&self, symbol: Symbol) -> Option<&Ticker> {
        self.price(symbol)
    }
    fn price_seen(&self, symbol: Symbol) -> Option<DeskTime> {
        self.prices.get(&symbol).map(|(_, seen)| *seen)
    }
    fn held(&self, portfolio: PortfolioId, symbol: Symbol) -> Qty {
        self.position(portfolio, symbol).quantity
    }
    fn net_position(&self, symbol: Symbol) -> Option<Qty> {
        Some(self.net_position(symbol))
    }
    fn working_quantity(
        &self,
        portfolio: Option<PortfolioId>,
        symbol: Symbol,
        side: Side,
        except: Option<OrderId>,
    ) -> Qty {
        self.working_quantity(portfolio, symbol, side, except)
    }
    fn working_in(&self, symbol: Symbol, side: Side) -> Box<dyn Iterator<Item = &Order> + '_> {
        Box::new(self.working_in(symbol, side))
    }
    fn open_count(&self, user: UserId) -> usize {
        self.working.count_of(user)
    }
    fn placed_after(&self, user: UserId, from: DeskTime) -> Box<dyn Iterator<Item = &Order> + '_> {
        let recent = self.recent.iter().rev().take_while(move |(placed, ..)| *placed > from);
        let theirs = recent.filter(move |(_, by, _)| *by == user);
        Box::new(theirs.filter_map(|(.., id)| self.orders.get(id)))
    }
    fn value_limit(&self, user: &User) -> Option<Money> {
        self.roles.get(&user.role).and_then(|role| role.max_trade_value)
    }
    fn available(&self, except: Option<OrderId>) -> Money {
        self.funds.buying_power - self.reserved(except)
    }
    fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(&id)
    }
}
