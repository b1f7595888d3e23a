//! The demo: a made-up team with a believable week behind it, on an embedded market.
//! Must never touch a store that is kept: it fills an empty one, which is thrown away.

pub mod crowd;
mod figures;
mod floor;
pub mod gathering;
mod mind;
pub mod team;
mod week;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::desk::book::Book;
use crate::desk::engine::{Engine, Input};
use crate::desk::entropy::Entropy;
use crate::desk::event::{Account, Cause, Door, Event, EventKind, VenueKind};
use crate::desk::port::{Batch, Errand, Loaded, Market, Row, Store, Ticket, Venue};
use crate::desk::refusal::Fault;
use crate::desk::rows::rows_of;
use crate::domain::ids::{AccountId, PortfolioId, Sequence, UserId};
use crate::domain::numbers::{Money, Qty};
use crate::domain::orders::{Order, Side};
use crate::domain::quotes::{Bar, Range};
use crate::domain::symbols::Symbol;
use crate::domain::time::{DeskTime, MarketTime, Moment};

use gathering::Gathering;
use mind::Mind;
use team::{ADMIN, GROWTH, INCOME, OWN_1, OWN_2, TASTES, TRADER_1, TRADER_2};
use week::{Happening, Week};

const ACCOUNT: AccountId = AccountId(1);
/// Full days before today.
const DAYS: usize = 5;
/// Orders each trader thinks of on a full day.
const IDEAS_A_DAY: u64 = 7;
const MINUTE_MS: i64 = 60_000;
/// Orders that still work when the demo opens, one placed on each of the days before: who, where,
/// what, which way, about how much.
const PATIENT: [(UserId, PortfolioId, &str, Side, i64); 5] = [
    (TRADER_1, GROWTH, "AAPL", Side::Buy, 18_000),
    (TRADER_1, OWN_1, "AMD", Side::Buy, 6_000),
    (TRADER_2, INCOME, "KO", Side::Buy, 9_000),
    (TRADER_2, INCOME, "JPM", Side::Buy, 12_000),
    (TRADER_2, OWN_2, "DIS", Side::Buy, 5_000),
];

/// What the account holds after the week, for the market to start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holdings {
    /// Cash.
    pub cash: Money,
    /// Shares and their cost by symbol, flat ones left out.
    pub positions: BTreeMap<Symbol, (Qty, Money)>,
}

/// A week that was played in memory, not yet written.
pub struct Scene {
    week: Week,
    gathering: Arc<Gathering>,
}

impl Scene {
    /// Plays the week before `now` on `market`, from `cash`; on one date the same seed plays the
    /// same past days, whatever the hour.
    pub async fn play(
        market: Arc<dyn Market>,
        number: String,
        now: Moment,
        (seed, cash): (u64, Money),
    ) -> Result<Self, Fault> {
        let seed = Entropy::from_number(seed).split("demo");
        let account = Account { id: ACCOUNT, venue: VenueKind::Embedded, number };
        let assets = market.assets();
        let mut bars = BTreeMap::new();
        for symbol in TASTES.iter().flat_map(|(_, taste)| team::symbols(taste, &assets)) {
            bars.insert(symbol, market.bars(symbol, Range::Week).await?);
        }
        let schedule = market.schedule();
        let mut book = Book::open(Loaded::default(), account.clone(), schedule, true);
        book.assets = assets;
        let gathering = Arc::new(Gathering::default());
        let days = days(&bars, now, |at| schedule.trading_day(at));
        let founded = days.first().map_or(now.market, |day| schedule.day_start(*day));
        let founded = Moment {
            desk: DeskTime::from_ns(now.desk.ns() - (now.market.ns() - founded.ns())),
            market: founded,
        };
        gathering.commit(found(&mut book, account, cash, founded)).await?;
        let commands = seed.split("commands");
        let engine = Engine::new(book, Arc::clone(&gathering) as Arc<dyn Store>, commands);
        let mut week = Week::new(engine, market, bars, (now, cash), &seed);
        let mut mind = Mind::new(seed.split("plan"));
        plan(&mut week, &mut mind, &days);
        week.play().await?;
        Ok(Self { week, gathering })
    }

    /// What the account holds after the week.
    pub fn holdings(&self) -> Holdings {
        let book = &self.week.engine.book;
        let mut positions: BTreeMap<Symbol, (Qty, Money)> = BTreeMap::new();
        for held in book.positions.values() {
            let net = positions.entry(held.symbol).or_default();
            net.0 += held.quantity;
            net.1 += held.cost;
        }
        positions.retain(|_, (quantity, _)| !quantity.is_zero());
        Holdings { cash: self.week.cash + book.cash.values().copied().sum(), positions }
    }

    /// Places what still works on the real venue, and writes everything down.
    pub async fn write(mut self, venue: &dyn Venue, store: &dyn Store) -> Result<(), Fault> {
        let left: Vec<Ticket> = self.week.engine.book.working_orders().map(ticket_of).collect();
        for ticket in left {
            self.send(venue, Errand::Submit(ticket)).await?;
        }
        store.commit(self.gathering.take()).await
    }

    /// Asks the venue and takes in what it says.
    async fn send(&mut self, venue: &dyn Venue, errand: Errand) -> Result<(), Fault> {
        let at = self.week.now.market;
        for report in venue.send(errand).await {
            self.week.step(Input::Report(report), at).await?;
        }
        Ok(())
    }
}

/// What a venue has to know of an order that still works.
fn ticket_of(order: &Order) -> Ticket {
    Ticket {
        client_id: order.client_id(),
        symbol: order.draft.symbol,
        side: order.draft.side,
        quantity: order.leaves(),
        order_type: order.draft.order_type,
        time_in_force: order.draft.time_in_force,
        special: order.draft.special,
    }
}

/// The trading days that the bars cover, today last.
fn days(
    bars: &BTreeMap<Symbol, Vec<Bar>>,
    now: Moment,
    day_of: impl Fn(MarketTime) -> Date,
) -> Vec<Date> {
    let longest = bars.values().max_by_key(|bars| bars.len());
    let mut days: Vec<Date> = longest.into_iter().flatten().map(|bar| day_of(bar.start)).collect();
    days.push(day_of(now.market));
    days.dedup();
    let skipped = days.len().saturating_sub(DAYS + 1);
    days.split_off(skipped)
}

/// The team, written down before the first day.
fn found(book: &mut Book, account: Account, cash: Money, at: Moment) -> Batch {
    let mut batch = Batch::default();
    let mut kinds = vec![EventKind::AccountPinned(account)];
    kinds.extend(team::founding(ACCOUNT, cash, &book.assets));
    let cause = Cause { user: None, sign_in: None, door: Door::Timer, command: None };
    for kind in kinds {
        let sequence = Sequence(book.sequence.0 + 1);
        let event = Event { sequence, at, account: ACCOUNT, cause, kind };
        book.apply(&event);
        batch.rows.extend(rows_of(&event));
        batch.events.push(event);
    }
    for (user, credential) in team::credentials() {
        book.credentials.insert(user, credential.clone());
        batch.rows.push(Row::Credential(user, credential));
    }
    batch
}

/// Who comes when, and how many ideas they have.
fn plan(week: &mut Week, mind: &mut Mind, days: &[Date]) {
    let schedule = week.engine.book.schedule;
    let now = week.now.market;
    for (index, day) in days.iter().enumerate() {
        let Some((open, close)) = schedule.session(*day) else { continue };
        let is_today = index + 1 == days.len();
        // Today people came some hours ago, whatever the hour: the embedded market may never close.
        // Before the opening nobody came yet: the week ends with the last session.
        let (from, to) = if is_today {
            (open.max(now.plus_ms(-300 * MINUTE_MS)), close.min(now))
        } else {
            working_hours(open, close, *day)
        };
        let minutes = to.ms_since(from) / MINUTE_MS;
        if minutes < 30 {
            continue;
        }
        for user in [ADMIN, TRADER_1, TRADER_2] {
            let from = from.plus_ms(mind.some_ms(4 * MINUTE_MS));
            week.plan(from, Happening::SignIn(user));
            let ideas = if user == ADMIN { mind.below(2) } else { IDEAS_A_DAY };
            for _ in 0..ideas {
                let at = from.plus_ms(MINUTE_MS + mind.some_ms((minutes - 10) * MINUTE_MS));
                week.plan(at, Happening::Decide(user));
            }
            week.plan(to.plus_ms(-MINUTE_MS - mind.some_ms(MINUTE_MS)), Happening::SignOut(user));
        }
        if let Some(patient) = PATIENT.get(index).filter(|_| !is_today) {
            let at = from.plus_ms(10 * MINUTE_MS + mind.some_ms((minutes - 20) * MINUTE_MS));
            week.plan(at, Happening::Wait(patient.0, index));
        }
        if index == DAYS / 2 {
            week.plan(from.plus_ms(45 * MINUTE_MS), Happening::Overreach(TRADER_1));
        }
        if !is_today {
            week.plan(schedule.day_end(*day).plus_ms(1_000), Happening::DayEnd(*day));
        }
    }
}

/// When people are at their desks: the exchange's hours, within the trading day.
fn working_hours(start: MarketTime, end: MarketTime, day: Date) -> (MarketTime, MarketTime) {
    let open = MarketTime::from_new_york(day.at(9, 32, 0, 0));
    let close = MarketTime::from_new_york(day.at(15, 58, 0, 0));
    (open.max(start), close.min(end))
}

#[cfg(test)]
mod tests;
