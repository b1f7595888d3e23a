//! What the desk would say to an order, as far as one person's view tells: its own rules, asked
//! before anything is sent. Must never be the decision: what a view does not hold passes here.

use std::cmp::Reverse;

use crate::domain::hours::Schedule;
use crate::domain::ids::{OrderId, PortfolioId, UserId};
use crate::domain::numbers::{Money, Qty};
use crate::domain::orders::{Draft, Order, Shown, Side};
use crate::domain::quotes::Ticker;
use crate::domain::roles::Act;
use crate::domain::symbols::{Asset, Symbol};
use crate::domain::time::{DeskTime, Moment};
use crate::domain::trading::TradingState;
use crate::domain::users::User;

use super::ground::Ground;
use super::refusal::{Refusal, Rejection};
use super::risk::{Case, assess};
use super::view::View;

/// An order as it stands on a screen.
#[derive(Clone, Copy)]
pub struct Outlook<'a> {
    /// What its person sees.
    pub view: &'a View,
    /// Now.
    pub now: Moment,
    /// The newest price of its symbol.
    pub ticker: Option<&'a Ticker>,
    /// Book it is for.
    pub portfolio: PortfolioId,
    /// Terms (of an amend: the new ones).
    pub draft: &'a Draft,
    /// The order whose terms change, for an amend.
    pub amends: Option<&'a Order>,
}

impl Outlook<'_> {
    /// Why the desk would not take it, or what it would ask; none where nothing is known against
    /// it.
    pub fn objection(&self) -> Option<Rejection> {
        if let Err(refusal) = self.view.can(Act::Trade, Some(self.portfolio)) {
            return Some(refusal.into());
        }
        let case = self.case()?;
        // A screen that has no price of a symbol yet cannot tell that the desk has none either.
        let known = |found: &Rejection| {
            self.ticker.is_some()
                || !matches!(found, Rejection::Refused(Refusal::NoMarketPrice { .. }))
        };
        assess(&case, &[]).err().filter(known)
    }

    /// Its value as the limits count it; zero where the market's price is needed and not known.
    pub fn value(&self) -> Money {
        self.case().map_or(Money::ZERO, |case| case.value())
    }
    /// Buying power it would hold until it is done.
    pub fn reserve(&self) -> Money {
        self.case().map_or(Money::ZERO, |case| case.reserve())
    }
    /// True where it can only make the portfolio's position smaller.
    pub fn only_reduces(&self) -> bool {
        self.case().is_some_and(|case| case.only_reduces())
    }

    /// The order as the rules look at it; none for a portfolio that its person does not see.
    fn case(&self) -> Option<Case<'_>> {
        let (portfolio, _) = self.view.portfolios.get(&self.portfolio)?;
        Some(Case {
            booked: Qty::ZERO,
            book: self,
            now: self.now,
            user: &self.view.me,
            portfolio,
            draft: self.draft,
            amends: self.amends,
            shown: Shown::default(),
        })
    }

    fn working(&self) -> impl Iterator<Item = &Order> {
        self.view.orders.values().filter(|order| !order.state.is_final())
    }
}

impl Ground for Outlook<'_> {
    fn trading(&self) -> &TradingState {
        &self.view.trading
    }
    fn schedule(&self) -> &Schedule {
        &self.view.schedule
    }
    fn asset(&self, symbol: Symbol) -> Option<&Asset> {
        self.view.assets.get(&symbol)
    }
    fn price(&self, symbol: Symbol) -> Option<&Ticker> {
        self.ticker.filter(|ticker| ticker.symbol == symbol)
    }
    fn price_seen(&self, _symbol: Symbol) -> Option<DeskTime> {
        None
    }
    fn held(&self, portfolio: PortfolioId, symbol: Symbol) -> Qty {
        self.view.positions.get(&(portfolio, symbol)).map_or(Qty::ZERO, |held| held.quantity)
    }
    fn net_position(&self, symbol: Symbol) -> Option<Qty> {
        let held = self.view.positions.values().filter(|held| held.symbol == symbol);
        self.view.role.can_view_all_trades.then(|| held.map(|held| held.quantity).sum())
    }
    fn working_quantity(
        &self,
        portfolio: Option<PortfolioId>,
        symbol: Symbol,
        side: Side,
        except: Option<OrderId>,
    ) -> Qty {
        let is_counted = |order: &&Order| {
            Some(order.id) != except && portfolio.is_none_or(|wanted| order.portfolio == wanted)
        };
        self.working_in(symbol, side).filter(is_counted).map(Order::leaves_at_most).sum()
    }
    fn working_in(&self, symbol: Symbol, side: Side) -> Box<dyn Iterator<Item = &Order> + '_> {
        let wanted = move |order: &&Order| (order.draft.symbol, order.draft.side) == (symbol, side);
        Box::new(self.working().filter(wanted))
    }
    fn open_count(&self, user: UserId) -> usize {
        self.working().filter(|order| order.user == user && order.parent.is_none()).count()
    }
    fn placed_after(&self, user: UserId, from: DeskTime) -> Box<dyn Iterator<Item = &Order> + '_> {
        let is_one = |order: &&Order| {
            let is_own = order.user == user && order.parent.is_none();
            is_own && order.placed.desk > from && !order.was_never_sent()
        };
        let mut found: Vec<&Order> = self.view.orders.values().filter(is_one).collect();
        found.sort_unstable_by_key(|order| Reverse((order.placed.desk, order.id)));
        Box::new(found.into_iter())
    }
    fn value_limit(&self, _user: &User) -> Option<Money> {
        self.view.role.max_trade_value
    }
    fn available(&self, except: Option<OrderId>) -> Money {
        let own = except.and_then(|id| self.view.orders.get(&id));
        let own = own.filter(|order| !order.state.is_final());
        let reserved = self.view.reserved - own.map_or(Money::ZERO, |order| order.reserved);
        self.view.funds.buying_power - reserved
    }
    fn user(&self, id: UserId) -> Option<&User> {
        self.view.people.get(&id)
    }
}
