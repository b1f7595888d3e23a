//! What an order would do: its value, its distance from the market, and how much of each limit.
//! Must never decide, nor count by itself what the desk's rules count: they are asked (outlook).

use crate::bounds::OPEN_ORDERS_PER_PERSON_MAX;
use crate::desk::distance::collar_of;
use crate::desk::outlook::Outlook;
use crate::desk::refusal::Rejection;
use crate::domain::ids::{OrderId, PortfolioId};
use crate::domain::numbers::{Money, Price, Qty, Ratio};
use crate::domain::orders::{Draft, Order, Side};
use crate::domain::symbols::Symbol;

use crate::tui::ctx::Ctx;

/// What an order would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Its value as the limits count it; none without a price.
    pub value: Option<Money>,
    /// Its stop and limit, each with its distance from the last price.
    pub distances: Vec<Distance>,
    /// Buying power left after it.
    pub buying_power: Money,
    /// The portfolio's position before and after it is filled.
    pub position: (Qty, Qty),
    /// Every limit it counts against.
    pub limits: Vec<Limit>,
}

/// How far a price lies from the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distance {
    /// `Limit` or `Stop`.
    pub which: &'static str,
    /// As a ratio of the last price.
    pub ratio: Ratio,
    /// In dollars.
    pub amount: Price,
    /// The last price.
    pub last: Price,
    /// True where the desk's collar would refuse or ask.
    pub beyond: bool,
}

/// In what a limit is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 1e-18 dollars.
    Money,
    /// 1e-9 shares.
    Shares,
    /// One each.
    Count,
}

/// One limit: what is used, what this order adds, and what there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Its name.
    pub name: &'static str,
    /// The same in one word, where there is no room.
    pub short: &'static str,
    /// Used now.
    pub used: i128,
    /// Added by this order.
    pub added: i128,
    /// All there is.
    pub limit: i128,
    /// In what.
    pub unit: Unit,
}

impl Limit {
    /// Used once this order is in.
    pub const fn after(&self) -> i128 {
        self.used.saturating_add(self.added)
    }
    /// True where this order does not fit.
    pub const fn is_over(&self) -> bool {
        self.after() > self.limit
    }
}

/// One order to be looked at: a new one, or the new terms of a working one.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    /// For which book.
    pub portfolio: PortfolioId,
    /// Terms.
    pub draft: &'a Draft,
    /// The order whose terms change, for an amend.
    pub amends: Option<&'a Order>,
}

impl Plan<'_> {
    fn except(&self) -> Option<OrderId> {
        self.amends.map(|order| order.id)
    }
    fn filled(&self) -> Qty {
        self.amends.map_or(Qty::ZERO, |order| order.filled)
    }
    fn leaves(&self) -> Qty {
        Qty::ZERO.max(self.draft.quantity - self.filled())
    }

    /// The order as the desk's rules see it, as far as is known here.
    fn outlook<'a>(&'a self, ctx: &'a Ctx<'_>) -> Outlook<'a> {
        Outlook {
            view: ctx.view,
            now: ctx.now,
            ticker: ctx.ticker(self.draft.symbol),
            portfolio: self.portfolio,
            draft: self.draft,
            amends: self.amends,
        }
    }

    /// Its value as the limits count it; none where the market's price is needed and not known.
    pub fn value(&self, ctx: &Ctx<'_>) -> Option<Money> {
        let value = self.outlook(ctx).value();
        (value != Money::ZERO).then_some(value)
    }

    /// Why the desk would not take it, or what it would ask, as far as is known here.
    pub fn objection(&self, ctx: &Ctx<'_>) -> Option<Rejection> {
        self.outlook(ctx).objection()
    }

    /// What the order would do.
    pub fn preview(&self, ctx: &Ctx<'_>) -> Preview {
        let reserve = self.outlook(ctx).reserve();
        let own = self.amends.map_or(Money::ZERO, |order| order.reserved);
        let reserved = ctx.view.reserved - own;
        let before = held(self.portfolio, self.draft.symbol, ctx);
        let after = before + self.draft.side.signed(self.leaves());
        Preview {
            value: self.value(ctx),
            distances: self.distances(ctx),
            buying_power: ctx.view.funds.buying_power - reserved - reserve,
            position: (before, after),
            limits: self.limits(ctx, (reserved, reserve)),
        }
    }

    fn distances(&self, ctx: &Ctx<'_>) -> Vec<Distance> {
        let Some(last) = ctx.last(self.draft.symbol) else { return Vec::new() };
        let order_type = self.draft.order_type;
        // The desk holds a limit behind a stop against the stop, any other against the last price.
        let base = order_type.stop().unwrap_or(last);
        let (allowed, _) = collar_of(base);
        let limit = order_type
            .limit()
            .map(|price| ("Limit from last", price, price.distance(base) > allowed));
        let stop = order_type.stop().map(|stop| {
            let wrong = match self.draft.side {
                Side::Buy => stop <= last,
                Side::Sell => stop >= last,
            };
            let far = stop.distance(last) > collar_of(last).0;
            ("Stop from last", stop, wrong || far)
        });
        let found = stop.into_iter().chain(limit).filter_map(|(which, price, beyond)| {
            let ratio = price.change_from(last)?;
            Some(Distance { which, ratio, amount: price - last, last, beyond })
        });
        found.collect()
    }

    fn limits(&self, ctx: &Ctx<'_>, (reserved, reserve): (Money, Money)) -> Vec<Limit> {
        let mut limits = Vec::new();
        let value = self.value(ctx).unwrap_or_default();
        // Orders that only reduce pass the value limit (model.md section 4).
        if let Some(limit) = ctx.view.role.max_trade_value
            && !self.outlook(ctx).only_reduces()
        {
            let (added, limit) = (value.units(), limit.units());
            let (name, short) = ("Your order limit", "Limit");
            limits.push(Limit { name, short, used: 0, added, limit, unit: Unit::Money });
        }
        limits.push(Limit {
            name: "Buying power",
            short: "Power",
            used: reserved.units(),
            added: reserve.units(),
            limit: ctx.view.funds.buying_power.units(),
            unit: Unit::Money,
        });
        let may_short = ctx.portfolio(self.portfolio).is_some_and(|found| found.may_short);
        if self.draft.side == Side::Sell && !may_short {
            let held = held(self.portfolio, self.draft.symbol, ctx);
            let own = self.amends.map_or(Qty::ZERO, Order::leaves_at_most);
            let working = working(self.portfolio, self.draft.symbol, Side::Sell, ctx) - own;
            limits.push(Limit {
                name: "Shares to sell",
                short: "Shares",
                used: working.units().into(),
                added: self.leaves().units().into(),
                limit: held.max(Qty::ZERO).units().into(),
                unit: Unit::Shares,
            });
        }
        if self.except().is_none() {
            let mine = |order: &&Order| order.user == ctx.view.me.id && !order.state.is_final();
            let open = ctx.view.orders.values().filter(mine).count();
            limits.push(Limit {
                name: "Working orders",
                short: "Orders",
                used: i128::try_from(open).unwrap_or(i128::MAX),
                added: 1,
                limit: i128::try_from(OPEN_ORDERS_PER_PERSON_MAX).unwrap_or(i128::MAX),
                unit: Unit::Count,
            });
        }
        limits
    }
}

/// The portfolio's shares of a symbol, negative for short.
pub fn held(portfolio: PortfolioId, symbol: Symbol, ctx: &Ctx<'_>) -> Qty {
    ctx.position(portfolio, symbol).map_or(Qty::ZERO, |position| position.quantity)
}

/// Shares that the portfolio's working orders of one side may still trade, as the desk counts them.
pub fn working(portfolio: PortfolioId, symbol: Symbol, side: Side, ctx: &Ctx<'_>) -> Qty {
    let is_one = |order: &&Order| {
        order.portfolio == portfolio
            && order.draft.symbol == symbol
            && order.draft.side == side
            && !order.state.is_final()
    };
    ctx.view.orders.values().filter(is_one).map(Order::leaves_at_most).sum()
}

#[cfg(test)]
mod tests {
    use super::{Limit, Plan, Preview};
    use crate::domain::ids::PortfolioId;
    use crate::domain::numbers::{Money, Qty, Ratio};
    use crate::domain::orders::{Amendment, Draft, OrderType, Side};
    use crate::tui::fixture::Fixture;
    use crate::tui::fixture::books::{GROWTH, OWN};
    use crate::tui::fixture::market::price;
    use crate::tui::fixture::orders::order;

    fn draft(side: Side, symbol: &str, shares: i64, order_type: OrderType) -> Draft {
        Draft { order_type, ..order(900, OWN, side, symbol, shares).draft }
    }

    fn preview(fixture: &Fixture, portfolio: PortfolioId, draft: &Draft) -> Preview {
        Plan { portfolio, draft, amends: None }.preview(&fixture.ctx())
    }

    fn limit(at: &str) -> OrderType {
        OrderType::Limit { limit: price(at) }
    }

    #[test]
    fn a_buy_counts_its_limit_and_takes_buying_power() {
        let fixture = Fixture::desk();
        let found = preview(&fixture, OWN, &draft(Side::Buy, "AAPL", 10, limit("187.50")));
        assert_eq!(found.value, Some(Money::dollars(1_875)));
        assert_eq!(found.buying_power, Money::dollars(424_800 - 18_650 - 1_875));
        assert_eq!(found.position, (Qty::shares(120), Qty::shares(130)));
        let names: Vec<&str> = found.limits.iter().map(|limit| limit.name).collect();
        assert_eq!(names, ["Your order limit", "Buying power", "Working orders"]);
        assert_eq!(found.distances[0].ratio, Ratio(-107));
        assert!(!found.distances[0].beyond);
    }

    #[test]
    fn a_market_buy_counts_the_last_price_and_reserves_the_ask() {
        let fixture = Fixture::desk();
        let found = preview(&fixture, OWN, &draft(Side::Buy, "AAPL", 100, OrderType::Market));
        assert_eq!(found.value, Some(Money::dollars(18_752)));
        let after = Money::dollars(424_800 - 18_650) - Money::cents(18_753 * 100);
        assert_eq!(found.buying_power, after);
    }

    #[test]
    fn a_sale_that_reduces_passes_the_value_limit_and_counts_free_shares() {
        let fixture = Fixture::desk();
        // 120 held, 20 of them in a working sale.
        let found = preview(&fixture, OWN, &draft(Side::Sell, "AAPL", 100, limit("187")));
        let names: Vec<&str> = found.limits.iter().map(|limit| limit.name).collect();
        assert_eq!(names, ["Buying power", "Shares to sell", "Working orders"]);
        assert!(!found.limits[1].is_over());
        assert_eq!(found.buying_power, Money::dollars(424_800 - 18_650), "nothing is reserved");
        let found = preview(&fixture, OWN, &draft(Side::Sell, "AAPL", 101, limit("187")));
        let over: Vec<&str> =
            found.limits.iter().filter(|limit| limit.is_over()).map(|limit| limit.name).collect();
        assert_eq!(over, ["Shares to sell"]);
    }

    #[test]
    fn shares_of_a_replace_on_its_way_are_not_free() {
        let mut fixture = Fixture::desk();
        let sale =
            fixture.view.orders.values_mut().find(|order| {
                order.draft.symbol.as_str() == "AAPL" && order.draft.side == Side::Sell
            });
        let quantity = Some(Qty::shares(50));
        sale.expect("the fixture's working sale").asked =
            Some(Amendment { quantity, ..Amendment::default() });
        let over = |shares| {
            let found = preview(&fixture, OWN, &draft(Side::Sell, "AAPL", shares, limit("187")));
            found.limits.iter().any(Limit::is_over)
        };
        assert!(!over(70));
        assert!(over(71));
    }

    #[test]
    fn a_short_reserves_at_the_ask_and_three_percent() {
        let fixture = Fixture::desk();
        let found = preview(&fixture, GROWTH, &draft(Side::Sell, "MSFT", 10, limit("412")));
        let ask = price("412.08").percent(103);
        let after = Money::dollars(424_800 - 18_650) - Qty::shares(10) * ask;
        assert_eq!(found.buying_power, after);
        assert_eq!(found.position.1, Qty::shares(-10));
    }

    #[test]
    fn an_amend_counts_what_is_left_and_not_itself_twice() {
        let fixture = Fixture::desk();
        let working =
            fixture.view.orders.values().find(|order| order.draft.symbol.as_str() == "MSFT");
        let order = working.expect("the fixture's working buy");
        let new = Draft { quantity: Qty::shares(30), ..order.draft.clone() };
        let plan = Plan { portfolio: OWN, draft: &new, amends: Some(order) };
        let found = plan.preview(&fixture.ctx());
        let reserved = Money::dollars(18_650) - Money::dollars(25 * 405);
        let after = Money::dollars(424_800) - reserved - Money::dollars(30 * 405);
        assert_eq!(found.buying_power, after);
    }

    #[test]
    fn distances_warn_beyond_the_collar_and_on_the_wrong_side() {
        let fixture = Fixture::desk();
        let beyond = |side, order_type| {
            let found = preview(&fixture, OWN, &draft(side, "AAPL", 1, order_type));
            found.distances.iter().map(|distance| distance.beyond).collect::<Vec<_>>()
        };
        assert_eq!(beyond(Side::Buy, limit("196.89")), [false]);
        assert_eq!(beyond(Side::Buy, limit("196.90")), [true]);
        let stop = |stop: &str| OrderType::Stop { stop: price(stop) };
        assert_eq!(beyond(Side::Sell, stop("180")), [false]);
        assert_eq!(beyond(Side::Sell, stop("190")), [true]);
        assert_eq!(beyond(Side::Sell, stop("178")), [true], "far below");
        let both = OrderType::StopLimit { stop: price("195"), limit: price("204") };
        assert_eq!(beyond(Side::Buy, both), [false, false]);
    }

    #[test]
    fn without_a_price_there_is_no_value() {
        let mut fixture = Fixture::desk();
        fixture.quotes = crate::tui::quotes::Quotes::default();
        let found = preview(&fixture, OWN, &draft(Side::Buy, "AAPL", 10, OrderType::Market));
        assert_eq!((found.value, found.distances.len()), (None, 0));
    }
}
