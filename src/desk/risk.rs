//! The checks before an order: an ordered list of small rules (model.md section 4), cheapest first.
//! Must never read a clock or change anything: each rule looks at one case and says what it finds.

use crate::bounds::{
    DUPLICATE_WINDOW_MS, OPEN_ORDERS_PER_PERSON_MAX, ORDER_DOLLARS_MAX, ORDER_DOLLARS_MIN,
    ORDER_SHARES_MAX, ORDERS_PER_MINUTE_MAX, ORDERS_PER_SECOND_MAX, QUOTE_AGE_MS_MAX,
};
use crate::domain::hours::Phase;
use crate::domain::ids::OrderId;
use crate::domain::numbers::{Money, Price, Qty, Ratio};
use crate::domain::orders::{Draft, Order, OrderType, Shown, Side, TimeInForce, Trail};
use crate::domain::portfolios::Portfolio;
use crate::domain::quotes::Ticker;
use crate::domain::symbols::Asset;
use crate::domain::time::{DeskTime, Moment};
use crate::domain::trading::TradingState;
use crate::domain::users::User;

use super::distance::{Distance, collar_of};
use super::ground::Ground;
use super::refusal::mismatch::Mismatch;
use super::refusal::{Concern, Refusal, Rejection};

pub mod following;
mod grouping;
mod wash_trade;

use grouping::grouping;
use wash_trade::wash_trade;

/// One order to be judged: a new one, or the new terms of a working one.
pub struct Case<'a> {
    /// What is known.
    pub book: &'a dyn Ground,
    /// Now.
    pub now: Moment,
    /// Who asks.
    pub user: &'a User,
    /// Book it is for.
    pub portfolio: &'a Portfolio,
    /// Terms (of an amend: the new ones).
    pub draft: &'a Draft,
    /// The order whose terms change, for an amend.
    pub amends: Option<&'a Order>,
    /// What was on screen.
    pub shown: Shown,
    /// Shares, with their sign, that this step books and the memory does not hold yet.
    pub booked: Qty,
}

/// What a rule finds.
#[derive(Debug, PartialEq, Eq)]
pub enum Finding {
    /// Nothing.
    Pass,
    /// No.
    Refuse(Refusal),
    /// A person has to say "yes, I know".
    Ask(Concern),
}

/// What an accepted order reserves and is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// Its value (GMV), as the limits count it.
    pub value: Money,
    /// Buying power it holds until it is done.
    pub reserve: Money,
    /// Shares sent first: all, or the part that closes where the account's net crosses zero.
    pub first: Qty,
}

/// Smallest trail, as a ratio of the price: a tenth of a percent.
const TRAIL_MIN: Ratio = Ratio(1_000);

type Rule = fn(&Case<'_>) -> Finding;

/// The rules, in the order in which they are asked. Rule 2 (sign-in, role, grant) is permit.rs, and
/// is asked before all of them: who may not trade here learns nothing of the desk's state.
/// The limits per person and portfolio of rules 9 to 11 join the list at their place.
pub const RULES: [(&str, Rule); 16] = [
    ("1 desk state", desk_state),
    ("3 symbol", symbol),
    ("4 market phase and time in force", phase),
    ("4 orders that belong together", grouping),
    ("5 quantity", quantity),
    ("5 price grid", grid),
    ("6 fresh price", fresh_price),
    ("7 collar", collar),
    ("7 collar of the stop", stop_collar),
    ("7 price as shown", as_shown),
    ("8 duplicate", duplicate),
    ("9 order count and rate", rate),
    ("10 value", value_limit),
    ("12 short", short),
    ("13 buying power", buying_power),
    ("14 wash trade", wash_trade),
];

/// Runs every rule. The first refusal ends it; concerns that were not acknowledged are asked
/// together.
pub fn assess(case: &Case<'_>, acknowledged: &[Concern]) -> Result<Assessment, Rejection> {
    let mut concerns = Vec::new();
    for (_, rule) in RULES {
        match rule(case) {
            Finding::Pass => {}
            Finding::Refuse(refusal) => return Err(refusal.into()),
            Finding::Ask(concern) if acknowledged.iter().any(|seen| seen.covers(&concern)) => {}
            Finding::Ask(concern) => concerns.push(concern),
        }
    }
    if concerns.is_empty() {
        let first = case.closing_part().unwrap_or(case.draft.quantity);
        Ok(Assessment { value: case.value(), reserve: case.reserve(), first })
    } else {
        Err(Rejection::NeedsAcknowledgement(concerns))
    }
}

impl Case<'_> {
    fn asset(&self) -> Option<&Asset> {
        self.book.asset(self.draft.symbol)
    }
    fn price(&self) -> Option<&Ticker> {
        self.book.price(self.draft.symbol)
    }
    fn except(&self) -> Option<OrderId> {
        self.amends.map(|order| order.id)
    }
    /// Shares still to trade: the quantity less what an amended order has filled.
    fn leaves(&self) -> Qty {
        self.draft.quantity - self.amends.map_or(Qty::ZERO, |order| order.filled)
    }

    /// Shares the portfolio can still close with an order of this side.
    fn closable(&self) -> Qty {
        let held = self.book.held(self.portfolio.id, self.draft.symbol) + self.booked;
        let against = self.draft.side.signed(held);
        if against >= Qty::ZERO {
            return Qty::ZERO;
        }
        let of = Some(self.portfolio.id);
        let side = self.draft.side;
        let working = self.book.working_quantity(of, self.draft.symbol, side, self.except());
        Qty::ZERO.max(-against - working)
    }

    /// True where the order can only make the portfolio's position smaller.
    pub fn only_reduces(&self) -> bool {
        self.leaves() <= self.closable()
    }

    /// Where the order crosses the account's net position from long to short or back: the shares
    /// that close it, less those that other working orders will close, whoever's they are. The
    /// broker refuses such an order in one piece.
    fn closing_part(&self) -> Option<Qty> {
        let net = self.book.net_position(self.draft.symbol)? + self.booked;
        let against = -self.draft.side.signed(net);
        let free = Qty::ZERO.max(against - self.closed_by_others());
        (against > Qty::ZERO && self.leaves() > free).then_some(free)
    }

    /// Shares that other working orders of this side trade, in all portfolios of the account.
    fn closed_by_others(&self) -> Qty {
        let side = self.draft.side;
        self.book.working_quantity(None, self.draft.symbol, side, self.except())
    }

    /// True where the part that opens can follow the part that closes with the same terms: not
    /// for a stop (its price is passed by then), an auction, or all-at-once; not for an amend, and
    /// not while another order has yet to close some of the net position.
    fn can_go_in_two(&self) -> bool {
        let plain = matches!(self.draft.order_type, OrderType::Market | OrderType::Limit { .. });
        let lasting = matches!(self.draft.time_in_force, TimeInForce::Day | TimeInForce::Gtc);
        let in_shares = self.draft.special.dollars.is_none();
        plain && lasting && in_shares && self.amends.is_none() && self.closed_by_others().is_zero()
    }

    /// Value of the whole order as the limits count it.
    pub fn value(&self) -> Money {
        self.draft.value_at(self.draft.value_price(self.price(), self.only_reduces()))
    }

    /// Buying power the order holds: nothing for one that only reduces, the value of what is
    /// still to come for a buy, and max(limit, ask x 1.03) for a short (Alpaca's order check).
    pub fn reserve(&self) -> Money {
        let opening = self.leaves() - self.leaves().min(self.closable());
        if let Some(dollars) = self.draft.special.dollars.filter(|_| !opening.is_zero()) {
            return dollars;
        }
        let price = self.draft.reserve_price(self.price(), self.only_reduces());
        opening * price
    }
}

fn desk_state(case: &Case<'_>) -> Finding {
    match case.book.trading() {
        TradingState::Halted { reason } => {
            Finding::Refuse(Refusal::Halted { reason: reason.clone() })
        }
        TradingState::ClosingOnly { reason } if !case.only_reduces() => {
            Finding::Refuse(Refusal::ClosingOnly { reason: reason.clone() })
        }
        _ if case.portfolio.archived => Finding::Refuse(Refusal::Archived),
        _ => Finding::Pass,
    }
}

fn symbol(case: &Case<'_>) -> Finding {
    let symbol = case.draft.symbol;
    match case.asset() {
        Some(asset) if asset.halted => Finding::Refuse(Refusal::SymbolHalted { symbol }),
        Some(asset) if asset.tradable => Finding::Pass,
        _ => Finding::Refuse(Refusal::NotTradable { symbol }),
    }
}

fn phase(case: &Case<'_>) -> Finding {
    let time_in_force = case.draft.time_in_force;
    let order_type = case.draft.order_type;
    let is_plain = matches!(order_type, OrderType::Market | OrderType::Limit { .. });
    if !is_plain && !matches!(time_in_force, TimeInForce::Day | TimeInForce::Gtc) {
        let order_type = order_type.as_str();
        return Finding::Refuse(Refusal::TypeAndTime { order_type, time_in_force });
    }
    let extended = case.draft.special.extended_hours;
    let lasts = matches!(time_in_force, TimeInForce::Day | TimeInForce::Gtc);
    if extended && !(lasts && matches!(order_type, OrderType::Limit { .. })) {
        return Finding::Refuse(Refusal::Mismatch(Mismatch::ExtendedHours));
    }
    let schedule = case.book.schedule();
    let is_open = schedule.clock(case.now.market).phase == Phase::Open;
    if is_open || (extended && schedule.is_extended(case.now.market)) {
        return Finding::Pass;
    }
    match time_in_force {
        TimeInForce::Ioc | TimeInForce::Fok => {
            Finding::Refuse(Refusal::MarketClosed { time_in_force })
        }
        _ => Finding::Ask(Concern::WaitsForOpen),
    }
}

fn quantity(case: &Case<'_>) -> Finding {
    let quantity = case.draft.quantity;
    let symbol = case.draft.symbol;
    let in_dollars = case.draft.special.dollars.is_some();
    let terms = (case.draft.order_type, case.draft.time_in_force);
    if in_dollars && terms != (OrderType::Market, TimeInForce::Day) {
        return Finding::Refuse(Refusal::Mismatch(Mismatch::DollarsAtMarket));
    }
    if in_dollars && case.price().is_none_or(|price| price.last <= Price::ZERO) {
        return Finding::Refuse(Refusal::NoMarketPrice { symbol });
    }
    if quantity <= Qty::ZERO {
        return Finding::Refuse(Refusal::NoQuantity);
    }
    if quantity > Qty::shares(ORDER_SHARES_MAX) {
        return Finding::Refuse(Refusal::TooManyShares { quantity });
    }
    let value = case.value();
    if value > Money::dollars(ORDER_DOLLARS_MAX) {
        return Finding::Refuse(Refusal::TooLarge { value });
    }
    // Without a price nothing is worth anything yet: that is rule 6's to say.
    let least = Money::dollars(ORDER_DOLLARS_MIN);
    if value > Money::ZERO && value < least && !case.only_reduces() {
        return Finding::Refuse(Refusal::TooSmall);
    }
    if quantity.is_whole() && !in_dollars {
        return Finding::Pass;
    }
    let why = match case.asset() {
        Some(asset) if !asset.fractionable => "the venue does not split it",
        _ if case.draft.time_in_force != TimeInForce::Day => "parts of a share are 'day' only",
        _ if case.draft.special.extended_hours => "parts of a share trade in regular hours only",
        _ if case.draft.side == Side::Sell && !case.only_reduces() => "parts are not sold short",
        _ => return Finding::Pass,
    };
    Finding::Refuse(Refusal::WholeSharesOnly { symbol, why })
}

fn grid(case: &Case<'_>) -> Finding {
    let order_type = case.draft.order_type;
    let prices = [("limit", order_type.limit()), ("stop", order_type.stop())];
    for (which, price) in prices.into_iter().filter_map(|(which, price)| Some((which, price?))) {
        if price <= Price::ZERO {
            return Finding::Refuse(Refusal::NoPrice { which });
        }
        if !price.is_on_grid() {
            return Finding::Refuse(Refusal::OffGrid { price, tick: price.tick() });
        }
    }
    match order_type {
        OrderType::TrailingStop { trail: Trail::Amount(trail) } if trail <= Price::ZERO => {
            Finding::Refuse(Refusal::NoPrice { which: "trail" })
        }
        OrderType::TrailingStop { trail: Trail::Amount(trail) }
            if case.price().is_some_and(|price| trail >= price.last) =>
        {
            Finding::Refuse(Refusal::BadTrail)
        }
        OrderType::TrailingStop { trail: Trail::Amount(trail) } => {
            let last = case.price().map_or(trail, |price| price.last);
            trail_amount(trail, last)
        }
        OrderType::TrailingStop { trail: Trail::Percent(trail) }
            if trail < TRAIL_MIN || trail >= Ratio(1_000_000) =>
        {
            Finding::Refuse(Refusal::BadTrail)
        }
        _ => Finding::Pass,
    }
}

/// A trail in dollars moves the stop on the grid of the stock's price, and is held to the same
/// least distance as one in percent.
fn trail_amount(trail: Price, last: Price) -> Finding {
    let tick = last.tick();
    if trail.units() % tick.units() != 0 {
        return Finding::Refuse(Refusal::OffGrid { price: trail, tick });
    }
    match Ratio::of(trail.units().into(), last.units().into()) {
        Some(ratio) if ratio < TRAIL_MIN => Finding::Refuse(Refusal::BadTrail),
        _ => Finding::Pass,
    }
}

fn fresh_price(case: &Case<'_>) -> Finding {
    let symbol = case.draft.symbol;
    if matches!(case.draft.order_type, OrderType::Limit { .. }) {
        return Finding::Pass;
    }
    let Some(ticker) = case.price() else {
        return Finding::Refuse(Refusal::NoMarketPrice { symbol });
    };
    if ticker.last <= Price::ZERO {
        return Finding::Refuse(Refusal::NoMarketPrice { symbol });
    }
    let age = case.book.price_seen(symbol).map_or(0, |seen| case.now.desk.ms_since(seen));
    let in_session = case.book.schedule().clock(case.now.market).phase == Phase::Open;
    if in_session && age > QUOTE_AGE_MS_MAX && case.draft.order_type == OrderType::Market {
        return Finding::Refuse(Refusal::StalePrice { symbol, seconds: age / 1_000 });
    }
    Finding::Pass
}

/// A limit through the market beyond the collar is a slip and refused; one as far on the safe
/// side only may never fill, so a person may insist. A stop must lie on its side of the market.
fn collar(case: &Case<'_>) -> Finding {
    let Some(last) = case.price().map(|price| price.last).filter(|last| *last > Price::ZERO) else {
        return Finding::Pass;
    };
    let side = case.draft.side;
    let through = |price: Price, base: Price| match side {
        Side::Buy => price > base,
        Side::Sell => price < base,
    };
    if new_stop(case).is_some_and(|stop| !through(stop, last)) {
        return Finding::Refuse(Refusal::StopSide { side, last });
    }
    let stop = case.draft.order_type.stop();
    let (of, base) = stop.map_or(("last", last), |stop| ("stop", stop));
    let (distance, allowed) = collar_of(base);
    let Some(limit) = case.draft.order_type.limit().filter(|limit| limit.distance(base) > distance)
    else {
        return Finding::Pass;
    };
    let beyond = limit.change_from(base).unwrap_or_default();
    let off = Distance { what: "limit", of, base, beyond, allowed };
    if through(limit, base) {
        Finding::Refuse(Refusal::OutsideCollar { which: "limit", price: limit, off })
    } else {
        Finding::Ask(Concern::FarFromMarket(off))
    }
}

/// The stop, where it is not one that an amend leaves as it was.
fn new_stop(case: &Case<'_>) -> Option<Price> {
    let before = case.amends.and_then(|order| order.draft.order_type.stop());
    case.draft.order_type.stop().filter(|stop| before != Some(*stop))
}

/// A stop beyond the collar may be a slip, a figure too few; a person may insist.
fn stop_collar(case: &Case<'_>) -> Finding {
    let last = case.price().map(|price| price.last).filter(|last| *last > Price::ZERO);
    let (Some(last), Some(stop)) = (last, new_stop(case)) else { return Finding::Pass };
    let (distance, allowed) = collar_of(last);
    match stop.change_from(last) {
        Some(beyond) if stop.distance(last) > distance => {
            let off = Distance { what: "stop", of: "last", base: last, beyond, allowed };
            Finding::Ask(Concern::FarFromMarket(off))
        }
        _ => Finding::Pass,
    }
}

fn as_shown(case: &Case<'_>) -> Finding {
    match (case.shown.last, case.price()) {
        (Some(shown), Some(price)) if price.last.distance(shown) > collar_of(shown).0 => {
            Finding::Ask(Concern::PriceMoved { shown, now: price.last })
        }
        _ => Finding::Pass,
    }
}

fn duplicate(case: &Case<'_>) -> Finding {
    if case.amends.is_some() {
        return Finding::Pass;
    }
    let like = recent_orders(case, DUPLICATE_WINDOW_MS).find(|order| {
        // One that was placed before and amended since is no second one.
        case.now.desk.ms_since(order.placed.desk) < DUPLICATE_WINDOW_MS
            && order.draft.symbol == case.draft.symbol
            && order.draft.side == case.draft.side
            && (order.draft.quantity == case.draft.quantity
                || order.draft.special.dollars.is_some())
            && order.draft.special == case.draft.special
            && order.draft.order_type == case.draft.order_type
    });
    like.map_or(Finding::Pass, |order| {
        let seconds = case.now.desk.ms_since(order.placed.desk) / 1_000;
        Finding::Ask(Concern::Duplicate { seconds })
    })
}

/// This person's orders of the last `ms` milliseconds, newest first, and those they amended.
fn recent_orders<'a>(case: &Case<'a>, ms: i64) -> impl Iterator<Item = &'a Order> {
    let from: DeskTime = case.now.desk.plus_ms(-ms);
    case.book.placed_after(case.user.id, from)
}

fn rate(case: &Case<'_>) -> Finding {
    let open = case.book.open_count(case.user.id);
    if case.amends.is_none() && open >= OPEN_ORDERS_PER_PERSON_MAX {
        return Finding::Refuse(Refusal::TooManyOpen { open, max: OPEN_ORDERS_PER_PERSON_MAX });
    }
    for (seconds, max) in [(1, ORDERS_PER_SECOND_MAX), (60, ORDERS_PER_MINUTE_MAX)] {
        let orders = recent_orders(case, seconds * 1_000).count();
        if orders >= max {
            return Finding::Refuse(Refusal::TooFast { orders, seconds, max });
        }
    }
    Finding::Pass
}

fn value_limit(case: &Case<'_>) -> Finding {
    let limit = case.book.value_limit(case.user);
    let value = case.value();
    match limit {
        Some(limit) if value > limit && !case.only_reduces() => {
            Finding::Refuse(Refusal::OverLimit { value, limit })
        }
        _ => Finding::Pass,
    }
}

/// Selling beyond the portfolio's free shares needs leave to go short. An order that crosses the
/// account's net position goes in two parts, the one that closes first, where its terms allow.
fn short(case: &Case<'_>) -> Finding {
    let symbol = case.draft.symbol;
    let leaves = case.leaves();
    if case.draft.side == Side::Sell && !case.only_reduces() {
        if !case.portfolio.may_short {
            let (quantity, free) = (leaves, case.closable());
            return Finding::Refuse(Refusal::WouldGoShort { symbol, quantity, free });
        }
        if case.asset().is_some_and(|asset| !asset.shortable) {
            return Finding::Refuse(Refusal::NotShortable { symbol });
        }
    }
    match case.closing_part() {
        Some(held) if !case.can_go_in_two() => {
            Finding::Refuse(Refusal::CrossesZero { side: case.draft.side, held })
        }
        _ => Finding::Pass,
    }
}

fn buying_power(case: &Case<'_>) -> Finding {
    let value = case.reserve();
    if value <= Money::ZERO {
        return Finding::Pass;
    }
    let available = case.book.available(case.except());
    if value > available {
        let available = Money::ZERO.max(available);
        return Finding::Refuse(Refusal::BuyingPower { value, available });
    }
    Finding::Pass
}

#[cfg(test)]
mod tests;
