//! The demo's past week: what people decided and what came of it, played through the desk's engine.
//! Must never write a row by itself: every order, fill and position is the desk's own doing.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::desk::actor::Actor;
use crate::desk::command::{AmendOrder, Chore, Command, PlaceOrder};
use crate::desk::engine::{Engine, Input, Step, Told};
use crate::desk::entropy::Entropy;
use crate::desk::event::Door;
use crate::desk::port::{Funds, Market};
use crate::desk::refusal::{Fault, Rejection};
use crate::domain::ids::{ClientOrderId, OrderId, SignInId, UserId};
use crate::domain::lifecycle::{Report, ReportKind};
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{Amendment, Draft, Shown, Side};
use crate::domain::quotes::{Bar, Ticker};
use crate::domain::symbols::Symbol;
use crate::domain::time::{DeskTime, MarketTime, Moment};

use super::figures::{on_grid, price_at};
use super::floor;
use super::mind::{Mind, Wish};

/// Something that is to happen at its time.
#[derive(Debug)]
pub(super) enum Happening {
    /// Somebody comes to the desk.
    SignIn(UserId),
    /// Somebody leaves it.
    SignOut(UserId),
    /// Somebody thinks of an order.
    Decide(UserId),
    /// Somebody places one of the orders that wait for a price the market has not seen since.
    Wait(UserId, usize),
    /// Somebody tries an order beyond their limit.
    Overreach(UserId),
    /// Somebody cancels what still works.
    Cancel(UserId, OrderId),
    /// Somebody moves the limit of what still works.
    Amend(UserId, OrderId),
    /// The venue says something.
    Report(Report),
    /// A trading day ends.
    DayEnd(Date),
}

/// A week in the making.
pub(super) struct Week {
    /// The desk's memory and rules.
    pub(super) engine: Engine,
    /// Bars by symbol, oldest first.
    pub(super) bars: BTreeMap<Symbol, Vec<Bar>>,
    /// When the week ends: now.
    pub(super) now: Moment,
    /// Cash the account began with.
    pub(super) cash: Money,
    market: Arc<dyn Market>,
    mind: Mind,
    ids: Entropy,
    luck: Entropy,
    queue: BTreeMap<(MarketTime, u32), Happening>,
    planned: u32,
    actors: BTreeMap<UserId, Actor>,
}

impl Week {
    /// A week before it begins.
    pub(super) fn new(
        engine: Engine,
        market: Arc<dyn Market>,
        bars: BTreeMap<Symbol, Vec<Bar>>,
        (now, cash): (Moment, Money),
        seed: &Entropy,
    ) -> Self {
        Self {
            engine,
            bars,
            now,
            cash,
            market,
            mind: Mind::new(seed.split("mind")),
            ids: seed.split("ids"),
            luck: seed.split("luck"),
            queue: BTreeMap::new(),
            planned: 0,
            actors: BTreeMap::new(),
        }
    }

    /// Lets something happen at its time.
    pub(super) fn plan(&mut self, at: MarketTime, what: Happening) {
        self.planned += 1;
        self.queue.insert((at, self.planned), what);
    }

    /// Plays everything that was planned up to now, in the order of time.
    pub(super) async fn play(&mut self) -> Result<(), Fault> {
        while let Some(((at, _), what)) = self.queue.pop_first() {
            if at > self.now.market {
                continue;
            }
            match what {
                Happening::SignIn(user) => self.sign_in(user, at).await?,
                Happening::SignOut(user) => self.sign_out(user, at).await?,
                Happening::Decide(user) => {
                    if let Some(wish) = self.mind.wish(&self.engine.book, &self.bars, user, at) {
                        self.place(user, wish, at).await?;
                    }
                }
                Happening::Wait(user, number) => {
                    if let Some(wish) = self.waiting(number, at) {
                        self.place(user, wish, at).await?;
                    }
                }
                Happening::Overreach(user) => {
                    if let Some(wish) = self.mind.overreach(&self.engine.book, &self.bars, at) {
                        self.place(user, wish, at).await?;
                    }
                }
                Happening::Cancel(user, order) => self.cancel(user, order, at).await?,
                Happening::Amend(user, order) => self.amend(user, order, at).await?,
                Happening::Report(report) => drop(self.step(Input::Report(report), at).await?),
                Happening::DayEnd(date) => self.end_day(date, at).await?,
            }
        }
        Ok(())
    }

    /// Both clocks at a market time of the week: people's own clocks ran at their usual pace.
    fn moment(&self, at: MarketTime) -> Moment {
        let ago_ns = self.now.market.ns() - at.ns();
        Moment { desk: DeskTime::from_ns(self.now.desk.ns() - ago_ns), market: at }
    }

    /// One step of the desk at a market time.
    pub(super) async fn step(&mut self, input: Input, at: MarketTime) -> Result<Step, Fault> {
        let cash = self.cash + self.engine.book.cash.values().copied().sum();
        self.engine.book.funds = Funds { cash, equity: self.cash, buying_power: cash + cash };
        self.engine.step(vec![input], self.moment(at)).await
    }

    async fn sign_in(&mut self, user: UserId, at: MarketTime) -> Result<(), Fault> {
        let id = SignInId(self.next_id(at));
        let Some(login) = self.engine.book.users.get(&user).map(|user| user.login.to_string())
        else {
            return Ok(());
        };
        let by = self.engine.book.credentials.get(&user).cloned();
        let proved = Some((user, by));
        let input = Input::SignIn { id, login, proved, door: Door::Terminal };
        let step = self.step(input, at).await?;
        if let Some(Told::Actor(Ok(actor))) = step.told.into_iter().next() {
            self.actors.insert(user, actor);
        }
        Ok(())
    }

    async fn sign_out(&mut self, user: UserId, at: MarketTime) -> Result<(), Fault> {
        if let Some(actor) = self.actors.remove(&user) {
            self.step(Input::Command(actor, Command::SignOut), at).await?;
        }
        Ok(())
    }

    fn next_id(&mut self, at: MarketTime) -> uuid::Uuid {
        let ms = self.moment(at).desk.ns() / 1_000_000;
        self.ids.next_uuid(ms)
    }

    /// Places an order as a person does: concerns are read and overridden. What the desk refuses
    /// stays refused. The answer is the order, and what the venue is asked.
    pub(super) async fn ask(
        &mut self,
        user: UserId,
        wish: Wish,
        at: MarketTime,
    ) -> Result<Option<(OrderId, Step)>, Fault> {
        let Some(actor) = self.actors.get(&user).copied() else { return Ok(None) };
        self.show(&wish.draft, wish.price, at);
        let id = OrderId(self.next_id(at));
        let shown = Shown { last: Some(wish.price), version: None };
        let (portfolio, draft) = (wish.portfolio, wish.draft);
        let mut place = PlaceOrder { id, portfolio, draft, shown, acknowledged: Vec::new() };
        for _ in 0..2 {
            let command = Command::PlaceOrder(place.clone());
            let step = self.step(Input::Command(actor, command), at).await?;
            match step.told.first() {
                Some(Told::Outcome(Err(Rejection::NeedsAcknowledgement(concerns)))) => {
                    place.acknowledged.clone_from(concerns);
                }
                Some(Told::Outcome(Ok(_))) => return Ok(Some((id, step))),
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Puts the price of the moment where the desk's rules look for it.
    fn show(&mut self, draft: &Draft, price: Price, at: MarketTime) {
        let (lot, tick) = (Qty::shares(100), price.tick());
        let ticker = Ticker {
            symbol: draft.symbol,
            last: price,
            last_size: lot,
            bid: price - tick,
            bid_size: lot,
            ask: price + tick,
            ask_size: lot,
            open: price,
            high: price,
            low: price,
            previous_close: price,
            volume: lot,
            at,
            polled: false,
        };
        let seen = self.moment(at).desk;
        self.engine.book.prices.insert(draft.symbol, (ticker, seen));
    }

    async fn place(&mut self, user: UserId, wish: Wish, at: MarketTime) -> Result<(), Fault> {
        let (change, amends) = (wish.cancels_after_ms, wish.amends_after_ms);
        if let Some((order, _)) = self.ask(user, wish, at).await? {
            self.answer(order, 1, at);
            if let Some(ms) = change {
                self.plan(at.plus_ms(ms), Happening::Cancel(user, order));
            } else if let Some(ms) = amends {
                self.plan(at.plus_ms(ms), Happening::Amend(user, order));
            }
        }
        Ok(())
    }

    /// Plans what the venue will say about an order's newest venue order.
    fn answer(&mut self, id: OrderId, attempt: u32, at: MarketTime) {
        let Some(order) = self.engine.book.orders.get(&id) else { return };
        let mut draft = order.draft.clone();
        draft.quantity -= order.filled;
        let day = self.engine.book.schedule.trading_day(at);
        let close = self.engine.book.schedule.day_end(day);
        let bars = self.bars.get(&draft.symbol).map_or(&[][..], Vec::as_slice);
        let from = bars.partition_point(|bar| bar.start <= at).saturating_sub(1);
        let to = bars.partition_point(|bar| bar.start < close);
        let said = floor::reports(&draft, at, (&bars[from..to], close), &mut self.luck);
        let client_id = ClientOrderId::of(id, attempt);
        let venue_id = self.next_id(at).hyphenated().to_string();
        for (at, kind) in said {
            let (client_id, venue_id) = (client_id.clone(), Some(venue_id.clone()));
            let report = Report { client_id, venue_id, at, kind };
            self.plan(at, Happening::Report(report));
        }
    }

    /// An order that waits for a price which the week does not bring. Today's prices do not count,
    /// so that the past days are the same at every hour of today.
    fn waiting(&mut self, number: usize, at: MarketTime) -> Option<Wish> {
        let (_, portfolio, symbol, side, dollars) = *super::PATIENT.get(number)?;
        let symbol = Symbol::parse(symbol).ok()?;
        let price = price_at(&self.bars, symbol, at)?;
        let schedule = self.engine.book.schedule;
        let today = schedule.day_start(schedule.trading_day(self.now.market));
        let bars = self.bars.get(&symbol)?;
        let from = bars.partition_point(|bar| bar.start <= at).saturating_sub(1);
        let later = bars[from..].iter().filter(|bar| bar.start < today);
        let level = match side {
            Side::Buy => later.map(|bar| bar.low).min()?.min(price),
            Side::Sell => later.map(|bar| bar.high).max()?.max(price),
        };
        self.mind.patient((portfolio, symbol), side, (price, level), dollars)
    }

    /// Forgets what the venue would have said about an order.
    fn silence(&mut self, client_id: &ClientOrderId) {
        self.queue.retain(
            |_, what| !matches!(what, Happening::Report(report) if report.client_id == *client_id),
        );
    }

    async fn cancel(&mut self, user: UserId, id: OrderId, at: MarketTime) -> Result<(), Fault> {
        let Some((actor, client_id, total)) = self.still_working(user, id) else { return Ok(()) };
        self.step(Input::Command(actor, Command::CancelOrder { order: id }), at).await?;
        self.silence(&client_id);
        let at = at.plus_ms(95);
        let kind = ReportKind::Canceled { total };
        self.plan(at, Happening::Report(Report { client_id, venue_id: None, at, kind }));
        Ok(())
    }

    async fn amend(&mut self, user: UserId, id: OrderId, at: MarketTime) -> Result<(), Fault> {
        let Some((actor, client_id, total)) = self.still_working(user, id) else { return Ok(()) };
        let order = &self.engine.book.orders[&id];
        let (draft, version) = (order.draft.clone(), order.version);
        let price = price_at(&self.bars, draft.symbol, at);
        let Some((price, limit)) = price.zip(draft.order_type.limit()) else { return Ok(()) };
        self.show(&draft, price, at);
        // Half of the way to the market.
        let moved = Price::from_units(i64::midpoint(limit.units(), price.units()));
        let limit = Some(on_grid(moved));
        let amend = AmendOrder {
            order: id,
            amendment: Amendment { limit, ..Amendment::default() },
            shown: Shown { last: Some(price), version: Some(version) },
            acknowledged: Vec::new(),
        };
        let step = self.step(Input::Command(actor, Command::AmendOrder(amend)), at).await?;
        if matches!(step.told.first(), Some(Told::Outcome(Ok(_)))) {
            self.silence(&client_id);
            let (by, at) = (ClientOrderId::of(id, 2), at.plus_ms(110));
            let kind = ReportKind::Replaced { by, total };
            let report = Report { client_id, venue_id: None, at, kind };
            self.step(Input::Report(report), at).await?;
            self.answer(id, 2, at);
        }
        Ok(())
    }

    /// The person, the venue order and its fills, where the order still works and nothing of it
    /// was filled.
    fn still_working(&self, user: UserId, id: OrderId) -> Option<(Actor, ClientOrderId, Qty)> {
        let actor = self.actors.get(&user).copied()?;
        let order = self.engine.book.orders.get(&id)?;
        let untouched = !order.state.is_final() && order.filled.is_zero();
        untouched.then(|| (actor, order.client_id(), order.filled))
    }

    async fn end_day(&mut self, date: Date, at: MarketTime) -> Result<(), Fault> {
        let held = self.engine.book.positions.values();
        let mut symbols: Vec<Symbol> =
            held.filter(|held| !held.quantity.is_zero()).map(|held| held.symbol).collect();
        symbols.sort_unstable();
        symbols.dedup();
        let closes = self.market.closes(date, symbols).await?;
        self.step(Input::Chore(Chore::MarkDay { date, closes }), at).await?;
        Ok(())
    }
}
