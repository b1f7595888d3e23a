//! The desk's memory: what the journal has told so far, indexed for decisions.
//! Must never decide anything, and changes only by `apply` and by what the venue reports of itself.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use jiff::civil::Date;

use crate::bounds::{
    LOOK_UP_WAITS_MS, RECENT_ORDERS_MAX, REFUSED_ORDERS_MAX, SILENCE_MS_MAX, TICKET_AGE_HOURS_MAX,
};
use crate::domain::breaks::Break;
use crate::domain::entries::{Entry, EntryKind};
use crate::domain::hours::Schedule;
use crate::domain::ids::{
    ClientOrderId, OrderId, PortfolioId, Sequence, SignInId, UserId, WatchlistId,
};
use crate::domain::lifecycle::{Pending, Status};
use crate::domain::marks::DailyMark;
use crate::domain::numbers::{Money, Qty};
use crate::domain::orders::{Fill, Order, Side, VenueOrder};
use crate::domain::portfolios::{Access, Portfolio};
use crate::domain::positions::Position;
use crate::domain::quotes::Ticker;
use crate::domain::roles::{Grant, Role, RoleName};
use crate::domain::symbols::{Asset, Symbol};
use crate::domain::time::{DeskTime, Moment};
use crate::domain::trading::TradingState;
use crate::domain::users::{User, Watchlist};

use super::event::{
    Account, Credential, Door, Event, EventKind, Filled, OrderStep, Setting, SignIn,
};
use super::port::{Errand, Funds, LargestIds, Loaded, Past, Reconciled, StreamState};
use super::unmarked::Unmarked;
use super::working::Working;

mod failures;

/// Everything the desk knows.
#[derive(Debug)]
pub struct Book {
    /// The active account.
    pub account: Account,
    /// True in a demo.
    pub demo: bool,
    /// Roles.
    pub roles: BTreeMap<RoleName, Role>,
    /// People.
    pub users: BTreeMap<UserId, User>,
    /// How each proves who they are.
    pub credentials: BTreeMap<UserId, Credential>,
    /// Open sign-ins.
    pub sign_ins: BTreeMap<SignInId, SignIn>,
    /// Portfolios of the account.
    pub portfolios: BTreeMap<PortfolioId, Portfolio>,
    /// What each person was given, and what was taken away again.
    pub grants: BTreeMap<(PortfolioId, UserId), Access>,
    /// Working orders and recent ones.
    pub orders: BTreeMap<OrderId, Order>,
    /// The newest orders that the desk refused: only to be shown, no rule looks at them.
    pub refused: VecDeque<Order>,
    /// Orders that are not final.
    pub working: Working,
    /// The newest orders by the time they were placed, for the rules on rate and repetition.
    pub recent: VecDeque<(DeskTime, UserId, OrderId)>,
    /// When orders and terms were refused, and whose.
    pub refusals: VecDeque<(DeskTime, UserId)>,
    /// Their venue orders.
    pub venue_orders: BTreeMap<ClientOrderId, VenueOrder>,
    /// Their fills.
    pub fills: BTreeMap<(ClientOrderId, Qty), Fill>,
    /// Positions.
    pub positions: BTreeMap<(PortfolioId, Symbol), Position>,
    /// Cash by portfolio, allocation aside.
    pub cash: BTreeMap<PortfolioId, Money>,
    /// The newest mark of each position.
    pub marks: BTreeMap<(PortfolioId, Symbol), DailyMark>,
    /// The mark of each position before the last marked day: while the market is closed, day P&L
    /// speaks of the session that ended, and starts from there.
    pub earlier_marks: BTreeMap<(PortfolioId, Symbol), DailyMark>,
    /// The last day that was marked.
    pub marked_through: Option<Date>,
    /// What was booked out of the order of days.
    pub unmarked: Unmarked,
    /// Watchlists.
    pub watchlists: BTreeMap<WatchlistId, Watchlist>,
    /// Settings.
    pub settings: BTreeMap<(UserId, String), Setting>,
    /// What the desk takes.
    pub trading: TradingState,
    /// The journal's last line.
    pub sequence: Sequence,
    /// The largest ids given.
    pub largest: LargestIds,
    /// How the account stands, as the venue says.
    pub funds: Funds,
    /// What fills took of the buying power: since the venue's newest word about it, and between
    /// that word and the one before. Both are off `funds` already.
    pub uncounted: [Money; 2],
    /// The line to the venue.
    pub stream: StreamState,
    /// The books against the venue's word.
    pub reconciled: Reconciled,
    /// What differed at the last word: a difference counts once it is found twice.
    pub differed: Vec<Break>,
    /// The market's hours.
    pub schedule: Schedule,
    /// Assets.
    pub assets: Arc<BTreeMap<Symbol, Asset>>,
    /// The newest price of each symbol, and the desk time at which it was so.
    pub prices: BTreeMap<Symbol, (Ticker, DeskTime)>,
    /// Failed sign-ins by login: how many, and until when the next has to wait.
    pub failures: BTreeMap<String, (u32, DeskTime)>,
    /// Failed sign-ins of logins of nobody, by door: how many, and since when, for a day.
    strangers: BTreeMap<Door, (u32, DeskTime)>,
}

/// Marks by what they are of.
fn by_position(marks: Vec<DailyMark>) -> BTreeMap<(PortfolioId, Symbol), DailyMark> {
    marks.into_iter().map(|mark| ((mark.portfolio, mark.symbol), mark)).collect()
}

impl Book {
    /// The book as it was when the journal ended. Orders that wait for an answer are looked up
    /// at once: recovery and start-up are the same code.
    pub fn open(loaded: Loaded, account: Account, schedule: Schedule, demo: bool) -> Self {
        let mut book = Self {
            account,
            demo,
            roles: loaded.roles.into_iter().map(|role| (role.name, role)).collect(),
            users: loaded.users.into_iter().map(|user| (user.id, user)).collect(),
            credentials: loaded.credentials.into_iter().collect(),
            sign_ins: loaded.sign_ins.into_iter().map(|open| (open.id, open)).collect(),
            portfolios: loaded.portfolios.into_iter().map(|book| (book.id, book)).collect(),
            grants: loaded
                .grants
                .into_iter()
                .map(|access| ((access.portfolio, access.user), access))
                .collect(),
            orders: BTreeMap::new(),
            refused: VecDeque::new(),
            working: Working::default(),
            recent: VecDeque::new(),
            refusals: VecDeque::new(),
            venue_orders: BTreeMap::new(),
            fills: BTreeMap::new(),
            positions: loaded.positions.into_iter().map(|p| ((p.portfolio, p.symbol), p)).collect(),
            cash: loaded.balances.into_iter().map(|b| (b.portfolio, b.cash)).collect(),
            marks: by_position(loaded.marks),
            earlier_marks: by_position(loaded.earlier_marks),
            marked_through: loaded.marked_through,
            unmarked: Unmarked::default(),
            watchlists: loaded.watchlists.into_iter().map(|list| (list.id, list)).collect(),
            settings: loaded
                .settings
                .into_iter()
                .map(|setting| ((setting.user, setting.name.clone()), setting))
                .collect(),
            trading: loaded.trading,
            sequence: loaded.sequence,
            largest: loaded.largest,
            funds: Funds::default(),
            uncounted: [Money::ZERO; 2],
            stream: StreamState::Offline,
            reconciled: Reconciled::default(),
            differed: Vec::new(),
            schedule,
            assets: Arc::default(),
            prices: BTreeMap::new(),
            failures: BTreeMap::new(),
            strangers: BTreeMap::new(),
        };
        let days = book.marked_through.map(|day| (day, schedule.next_day(day)));
        book.unmarked = Unmarked::open(days, &book.positions, &book.marks, &loaded.unmarked);
        for venue_order in loaded.venue_orders {
            book.put_venue_order(&venue_order);
        }
        for fill in loaded.fills {
            book.put_fill(&fill);
        }
        let mut orders = loaded.orders;
        orders.sort_by_key(|order| (order.placed.desk, order.id));
        for mut order in orders {
            if order.was_never_sent() {
                book.put_refused(&order);
                continue;
            }
            if !order.state.is_final() {
                order.due = Some(DeskTime::default());
                order.look_ups = 0;
            }
            book.put_order(&order);
        }
        book
    }

    /// Takes in what happened.
    pub fn apply(&mut self, event: &Event) {
        self.sequence = event.sequence;
        self.note_refusal(event);
        match &event.kind {
            EventKind::AccountPinned(account) => self.account = account.clone(),
            EventKind::SignedIn(open) => {
                self.sign_ins.insert(open.id, open.clone());
            }
            EventKind::SignInEnded { sign_in, .. } => {
                self.sign_ins.remove(&sign_in.id);
            }
            EventKind::SignInFailed { .. }
            | EventKind::ProofFailed { .. }
            | EventKind::CredentialSet(_)
            | EventKind::OrderDenied { .. }
            | EventKind::AmendRefused { .. } => {}
            EventKind::OrderRefused { order, .. } => self.put_refused(order),
            EventKind::UserAdded(user) | EventKind::UserChanged(user) => {
                self.largest.user = self.largest.user.max(user.id.0);
                self.users.insert(user.id, user.clone());
            }
            EventKind::RoleChanged(role) => {
                self.roles.insert(role.name, role.clone());
            }
            EventKind::PortfolioCreated(portfolio) | EventKind::PortfolioChanged(portfolio) => {
                self.largest.portfolio = self.largest.portfolio.max(portfolio.id.0);
                self.portfolios.insert(portfolio.id, portfolio.clone());
            }
            EventKind::GrantSet(access) => {
                self.grants.insert((access.portfolio, access.user), *access);
            }
            EventKind::WatchlistSaved(list) => {
                self.largest.watchlist = self.largest.watchlist.max(list.id.0);
                self.watchlists.insert(list.id, list.clone());
            }
            EventKind::WatchlistDropped { id, .. } => {
                self.watchlists.remove(id);
            }
            EventKind::SettingSaved(setting) => {
                self.settings.insert((setting.user, setting.name.clone()), setting.clone());
            }
            EventKind::Order { order, venue_order, step } => {
                self.note_amend(event, order, step);
                self.put_venue_order(venue_order);
                self.put_order(order);
            }
            EventKind::VenueOrderChanged(sent) => self.put_venue_order(sent),
            EventKind::Filled(filled) => {
                self.spend(filled);
                self.put_venue_order(&filled.venue_order);
                self.put_order(&filled.order);
                self.put_fill(&filled.fill);
                self.put_position(&filled.entry, &filled.position);
                self.cash.insert(filled.balance.portfolio, filled.balance.cash);
            }
            EventKind::Booked { entry, position, balance } => {
                if let Some(position) = position {
                    self.put_position(entry, position);
                }
                self.cash.insert(balance.portfolio, balance.cash);
                // Until the venue's next word nothing more is known of a break, nor of the cash.
                if entry.kind == EntryKind::Break {
                    self.reconciled.breaks.clear();
                    self.differed.clear();
                }
            }
            EventKind::DayMarked { date, marks } => self.close_day(*date, marks, event.at),
            EventKind::TradingSet(state) => self.trading = state.clone(),
        }
    }

    fn close_day(&mut self, date: Date, marks: &[DailyMark], at: Moment) {
        self.marked_through = Some(date);
        self.unmarked.close_day(date, self.schedule.next_day(date));
        self.earlier_marks.clone_from(&self.marks);
        self.marks.extend(marks.iter().map(|mark| ((mark.portfolio, mark.symbol), *mark)));
        let oldest = at.desk.plus_ms(-TICKET_AGE_HOURS_MAX * 3_600_000);
        self.orders.retain(|_, order| !order.state.is_final() || order.placed.desk > oldest);
        let orders = &self.orders;
        self.venue_orders.retain(|_, sent| sent.order.is_none_or(|id| orders.contains_key(&id)));
        self.fills.retain(|_, fill| orders.contains_key(&fill.order));
        self.refused.clear();
    }

    /// Remembers whose order or terms were refused, if that is what happened.
    fn note_refusal(&mut self, event: &Event) {
        use EventKind::{AmendRefused, OrderDenied, OrderRefused};
        let kind = &event.kind;
        let is_refusal =
            matches!(kind, OrderRefused { .. } | OrderDenied { .. } | AmendRefused { .. });
        let Some(user) = event.cause.user.filter(|_| is_refusal) else { return };
        self.refusals.push_back((event.at.desk, user));
        if self.refusals.len() > RECENT_ORDERS_MAX {
            self.refusals.pop_front();
        }
    }

    /// How many orders and terms of this person were refused after a moment.
    pub fn refusals_after(&self, user: UserId, from: DeskTime) -> usize {
        let recent = self.refusals.iter().rev().take_while(|(at, _)| *at > from);
        recent.filter(|(_, by)| *by == user).count()
    }

    fn put_refused(&mut self, order: &Order) {
        if self.refused.len() == REFUSED_ORDERS_MAX {
            self.refused.pop_front();
        }
        self.refused.push_back(order.clone());
    }

    /// Takes an order of the past back in, with what was sent and filled for it: a venue spoke of
    /// it when its day was long closed. The next close forgets it again.
    pub fn recall(&mut self, past: Past) {
        let is_ours = past.order.account == self.account.id && past.order.state.is_final();
        if !is_ours || self.orders.contains_key(&past.order.id) {
            return;
        }
        for venue_order in &past.venue_orders {
            self.put_venue_order(venue_order);
        }
        for fill in &past.fills {
            self.put_fill(fill);
        }
        // Neither working nor recent, so no index knows of it.
        self.orders.insert(past.order.id, past.order);
    }

    fn put_order(&mut self, order: &Order) {
        let old = self.orders.insert(order.id, order.clone());
        if let Some(old) = &old {
            self.working.remove(old);
        }
        self.working.put(order);
        if old.is_none() && order.parent.is_none() {
            self.note_recent(order.placed.desk, order.user, order.id);
        }
    }
    /// Remembers that a person placed an order, or asked for new terms of one.
    /// An amend counts as an order in what a person may do in a time.
    fn note_amend(&mut self, event: &Event, order: &Order, step: &OrderStep) {
        if matches!(step, OrderStep::AmendAsked(_)) {
            let by = event.cause.user.unwrap_or(order.user);
            self.note_recent(event.at.desk, by, order.id);
        }
    }

    fn note_recent(&mut self, at: DeskTime, user: UserId, order: OrderId) {
        self.recent.push_back((at, user, order));
        if self.recent.len() > RECENT_ORDERS_MAX {
            self.recent.pop_front();
        }
    }
    fn put_venue_order(&mut self, venue_order: &VenueOrder) {
        self.venue_orders.insert(venue_order.client_id.clone(), venue_order.clone());
    }
    fn put_fill(&mut self, fill: &Fill) {
        self.fills.insert((fill.client_id.clone(), fill.total), fill.clone());
    }
    fn put_position(&mut self, entry: &Entry, position: &Position) {
        self.unmarked.take(entry, self.position(position.portfolio, position.symbol));
        self.positions.insert((position.portfolio, position.symbol), *position);
    }

    /// Takes in how the account stands. The venue may have looked before it made the fills that
    /// are booked here: what a fill took stays off until the second word after it.
    pub fn take_funds(&mut self, told: Funds) {
        let [newest, _] = self.uncounted;
        self.uncounted = [Money::ZERO, newest];
        self.funds = Funds { buying_power: told.buying_power - newest, ..told };
    }

    /// True while the venue has yet to say how the account stands after the newest fills.
    pub fn awaits_funds(&self) -> bool {
        self.uncounted.iter().any(|taken| !taken.is_zero())
    }

    /// A fill that opens gives its reservation back, and its dollars are gone all the same: they
    /// are taken off at once, a short's with the broker's three percent. What a fill that closes
    /// brings in is the venue's to say.
    fn spend(&mut self, filled: &Filled) {
        let fill = &filled.fill;
        let after = fill.side.signed(filled.position.quantity);
        let opened = after.min(fill.quantity).max(Qty::ZERO);
        let taken = match fill.side {
            Side::Buy => opened * fill.price,
            Side::Sell => opened * fill.price.percent(103),
        };
        self.uncounted[0] += taken;
        self.funds.buying_power -= taken;
    }

    /// Working orders, oldest first.
    pub fn working_orders(&self) -> impl Iterator<Item = &Order> {
        self.working.ids().filter_map(|id| self.orders.get(&id))
    }

    /// Working orders of one side in one symbol.
    pub fn working_in(&self, symbol: Symbol, side: Side) -> impl Iterator<Item = &Order> {
        self.working.of_side(symbol, side).filter_map(|id| self.orders.get(&id))
    }

    /// Buying power that working orders reserve, those of `except` aside.
    pub fn reserved(&self, except: Option<OrderId>) -> Money {
        let of = except.and_then(|id| self.orders.get(&id)).filter(|order| !order.state.is_final());
        self.working.reserved() - of.map_or(Money::ZERO, |order| order.reserved)
    }

    /// What a person was given in a portfolio.
    pub fn grant(&self, portfolio: PortfolioId, user: UserId) -> Option<Grant> {
        self.grants.get(&(portfolio, user)).and_then(|access| access.grant)
    }

    /// A portfolio's holding of a symbol.
    pub fn position(&self, portfolio: PortfolioId, symbol: Symbol) -> Position {
        let found = self.positions.get(&(portfolio, symbol)).copied();
        found.unwrap_or_else(|| Position::flat(portfolio, symbol))
    }

    /// The account's net holding of a symbol over all its portfolios.
    pub fn net_position(&self, symbol: Symbol) -> Qty {
        self.positions.values().filter(|held| held.symbol == symbol).map(|held| held.quantity).sum()
    }

    /// Shares that working orders of one side may still trade, in one portfolio or in all: a
    /// replace on its way counts with the larger of old and new.
    pub fn working_quantity(
        &self,
        portfolio: Option<PortfolioId>,
        symbol: Symbol,
        side: Side,
        except: Option<OrderId>,
    ) -> Qty {
        let is_counted = |order: &&Order| {
            (order.draft.symbol, order.draft.side) == (symbol, side)
                && portfolio.is_none_or(|wanted| order.portfolio == wanted)
        };
        let own = except.and_then(|id| self.orders.get(&id)).filter(is_counted);
        self.working.coming(symbol, side, portfolio) - own.map_or(Qty::ZERO, Order::leaves_at_most)
    }

    /// The highest attempt among an order's venue orders: a client order id is used once for ever,
    /// also by a replacement that was refused.
    pub fn attempts_of(&self, order: OrderId) -> u32 {
        let sent = (1..).map_while(|attempt| {
            let key = ClientOrderId::of(order, attempt);
            self.venue_orders.get(&key).map(|sent| sent.attempt)
        });
        sent.max().unwrap_or(0)
    }

    /// The newest price of a symbol.
    pub fn price(&self, symbol: Symbol) -> Option<&Ticker> {
        self.prices.get(&symbol).map(|(ticker, _)| ticker)
    }

    /// The user with this login.
    pub fn user_by_login(&self, login: &str) -> Option<&User> {
        self.users.values().find(|user| user.login.as_str() == login)
    }

    /// What somebody has to be asked about now, and each order's next wait, longer each time
    /// (bounds.rs): a look-up of what waited long enough or was not spoken of for long (a stream
    /// may lose a message and stay silent), and a cancel once more where one waits at the venue.
    pub fn due(&mut self, now: DeskTime) -> Vec<Errand> {
        let mut errands = Vec::new();
        for id in self.working.due(now) {
            let mut order = self.orders[&id].clone();
            if order.waits_for_answer() {
                let step = (order.look_ups as usize).min(LOOK_UP_WAITS_MS.len() - 1);
                order.due = Some(now.plus_ms(LOOK_UP_WAITS_MS[step]));
                order.look_ups += 1;
            } else {
                order.due = Some(now.plus_ms(SILENCE_MS_MAX));
            }
            let sent = (1..=self.attempts_of(id)).map(|attempt| ClientOrderId::of(id, attempt));
            let sent: Vec<&VenueOrder> =
                sent.filter_map(|client_id| self.venue_orders.get(&client_id)).collect();
            let is_there = |sent: &&&VenueOrder| {
                sent.attempt == order.attempt && sent.status != Status::Intended
            };
            if order.state.pending == Pending::Cancel && sent.iter().any(|sent| is_there(&sent)) {
                errands.push(Errand::Cancel { client_id: order.client_id() });
            }
            errands.extend(
                sent.into_iter()
                    .filter(|sent| !Self::is_settled(sent))
                    .map(|sent| Errand::LookUp { client_id: sent.client_id.clone() }),
            );
            self.put_order(&order);
        }
        errands
    }

    fn is_settled(sent: &VenueOrder) -> bool {
        sent.status.is_final() && sent.closing_total.is_none_or(|total| sent.filled >= total)
    }

    /// When `due` has something to say next.
    pub fn next_due(&self) -> Option<DeskTime> {
        self.working.next_due()
    }
}
