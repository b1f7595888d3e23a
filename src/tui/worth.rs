//! What books are worth at the newest prices, to the last digit, and what is missing to say it.
//! Must never take a missing price for zero: a sum that lacks a part says so.

use std::iter::Sum;
use std::ops::Add;

use crate::bounds::QUOTE_AGE_MS_MAX;
use crate::domain::hours::Phase;
use crate::domain::ids::PortfolioId;
use crate::domain::numbers::{Money, Price, Ratio};
use crate::domain::positions::Position;
use crate::domain::symbols::Symbol;

use super::ctx::Ctx;
use super::theme::{Glyphs, Role};
use super::widgets::cells;

/// Stands before a sum that lacks a part.
const ABOUT: &str = "~";

/// A sum of money, and how many parts of it are not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    known: Money,
    counted: usize,
    missing: usize,
}

impl Tally {
    /// One part: known, or not.
    pub fn part(amount: Option<Money>) -> Self {
        Self {
            known: amount.unwrap_or_default(),
            counted: usize::from(amount.is_some()),
            missing: usize::from(amount.is_none()),
        }
    }
    /// The sum of the known parts; none where parts are missing and none is known.
    pub fn amount(self) -> Option<Money> {
        (self.missing == 0 || self.counted > 0).then_some(self.known)
    }
    /// The sum, where nothing is missing from it.
    pub fn exact(self) -> Option<Money> {
        (self.missing == 0).then_some(self.known)
    }
    /// True where a part is missing.
    pub const fn is_partial(self) -> bool {
        self.missing > 0
    }
    /// The same parts and an amount that is known anyway (cash): it does not make up for a part
    /// that is missing.
    #[must_use]
    pub fn beside(self, known: Money) -> Self {
        Self { known: self.known + known, ..self }
    }
    /// As text: a sum that lacks a part has a sign before it, one that lacks all is missing.
    pub fn text(self, glyphs: &Glyphs, show: impl FnOnce(Money) -> String) -> String {
        match self.amount() {
            None => glyphs.missing.to_owned(),
            Some(amount) if self.is_partial() => format!("{ABOUT}{}", show(amount)),
            Some(amount) => show(amount),
        }
    }
    /// The role of the text where it is a change.
    pub fn tone(self) -> Role {
        self.amount().map_or(Role::Faint, |amount| cells::tone(amount.to_cents()))
    }
    /// The role of the text where it is an amount.
    pub fn plain_tone(self) -> Role {
        if self.amount().is_some() { Role::Text } else { Role::Faint }
    }
}

impl Add for Tally {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            known: self.known + other.known,
            counted: self.counted + other.counted,
            missing: self.missing + other.missing,
        }
    }
}

/// One position at the newest price. A flat one needs no price: it is worth nothing, surely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    /// The newest price.
    pub last: Option<Price>,
    /// Value of what is held; negative for short.
    pub value: Option<Money>,
    /// Profit of the session under way, or of the one that ended.
    pub day: Option<Money>,
    /// Profit not yet taken.
    pub unrealised: Option<Money>,
    /// Profit taken, since ever.
    pub realised: Money,
    /// Both, since ever.
    pub total: Option<Money>,
}

impl Figures {
    /// The figures of a position.
    pub fn of(position: &Position, ctx: &Ctx<'_>) -> Self {
        let last = ctx.last(position.symbol);
        let counts = if position.quantity.is_zero() { Some(Price::ZERO) } else { last };
        Self {
            last,
            value: counts.map(|last| position.market_value(last)),
            day: counts.map(|last| ctx.view.day_profit(position, last, ctx.now.market)),
            unrealised: counts.map(|last| position.unrealised(last)),
            realised: position.realised,
            total: counts.map(|last| position.total(last)),
        }
    }
    /// Profit not yet taken as a ratio of what the position cost; none for a flat one.
    pub fn unrealised_ratio(&self, position: &Position) -> Option<Ratio> {
        self.unrealised?.ratio_of(position.cost.abs())
    }
}

/// What one book is worth, or several together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worth {
    /// Allocation and entries.
    pub cash: Money,
    /// Value of what is held.
    pub market: Tally,
    /// Profit since the trading day began.
    pub day: Tally,
    /// Profit not yet taken.
    pub unrealised: Tally,
    /// Profit taken, since ever.
    pub realised: Money,
    /// Both, since ever.
    pub total: Tally,
    /// Positions that are not flat.
    pub open: usize,
}

impl Worth {
    /// What a book is worth.
    pub fn of(portfolio: PortfolioId, ctx: &Ctx<'_>) -> Self {
        let cash = ctx.view.cash_of(portfolio);
        let positions = ctx.view.positions_of(portfolio);
        positions.fold(Self { cash, ..Self::default() }, |sum, position| {
            let figures = Figures::of(position, ctx);
            // What is flat is worth nothing: it must not stand in for a part that is missing.
            let is_open = !position.quantity.is_zero();
            let held = |part| if is_open { Tally::part(part) } else { Tally::default() };
            Self {
                cash: sum.cash,
                market: sum.market + held(figures.value),
                day: sum.day + Tally::part(figures.day),
                unrealised: sum.unrealised + held(figures.unrealised),
                realised: sum.realised + figures.realised,
                total: sum.total + Tally::part(figures.total),
                open: sum.open + usize::from(is_open),
            }
        })
    }
    /// Cash and market value.
    pub fn value(&self) -> Tally {
        self.market.beside(self.cash)
    }
    /// What the weights of a book's positions are parts of: its value, where all of it is known,
    /// it was given cash, and it is worth something. Without cash of its own a book's value says
    /// nothing about what was put into it.
    pub fn whole(portfolio: PortfolioId, ctx: &Ctx<'_>) -> Option<Money> {
        ctx.portfolio(portfolio)?.allocation?;
        Self::of(portfolio, ctx).value().exact().filter(|value| value.signum() > 0)
    }
    /// Profit of the day as a ratio of what the book was worth before it; none where a price is
    /// missing, or the book was worth nothing.
    pub fn day_ratio(&self) -> Option<Ratio> {
        let day = self.day.exact()?;
        let before = self.value().exact()? - day;
        day.ratio_of(before).filter(|_| before.signum() > 0)
    }
    /// Positions whose price is not known.
    pub const fn unpriced(&self) -> usize {
        self.market.missing
    }
}

impl Sum for Worth {
    fn sum<I: Iterator<Item = Self>>(books: I) -> Self {
        books.fold(Self::default(), |sum, book| Self {
            cash: sum.cash + book.cash,
            market: sum.market + book.market,
            day: sum.day + book.day,
            unrealised: sum.unrealised + book.unrealised,
            realised: sum.realised + book.realised,
            total: sum.total + book.total,
            open: sum.open + book.open,
        })
    }
}

/// `~ 2 without a price`: what the sign before a sum means; nothing where none is missing.
pub fn unpriced_words(unpriced: usize) -> Option<String> {
    (unpriced > 0).then(|| format!("{ABOUT} {unpriced} without a price"))
}

/// Age of a price that ought to be fresh and is not, in milliseconds of market time; none while
/// the market is closed, when every price is old.
pub fn stale_ms(symbol: Symbol, ctx: &Ctx<'_>) -> Option<i64> {
    let at = ctx.ticker(symbol)?.at;
    let age = ctx.now.market.ms_since(at);
    let stale = age > QUOTE_AGE_MS_MAX;
    (stale && ctx.view.schedule.clock(ctx.now.market).phase == Phase::Open).then_some(age)
}

/// `3m`: an age in one unit, for a narrow column.
pub fn age_text(ms: i64) -> String {
    let seconds = ms.max(0) / 1_000;
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3_600 => format!("{}m", seconds / 60),
        3_600..86_400 => format!("{}h", seconds / 3_600),
        _ => format!("{}d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::{Figures, Tally, Worth, age_text, stale_ms, unpriced_words};
    use crate::domain::ids::PortfolioId;
    use crate::domain::marks::DailyMark;
    use crate::domain::numbers::{Money, Qty};
    use crate::tui::fixture::Fixture;
    use crate::tui::fixture::books::{GROWTH, INCOME, OWN};
    use crate::tui::fixture::market::{after_ms, symbol, tickers};
    use crate::tui::quotes::Quotes;
    use crate::tui::theme::Glyphs;
    use crate::tui::widgets::cells;

    fn money(text: &str) -> Money {
        Money::parse(text).expect("an amount")
    }

    fn without(texts: &[&str]) -> Fixture {
        let mut fixture = Fixture::desk();
        let gone = |text: &str| texts.contains(&text);
        let mut left = tickers();
        left.retain(|ticker| !gone(ticker.symbol.as_str()));
        fixture.quotes = Quotes::default();
        fixture.quotes.take(&left, after_ms(-60_000).desk);
        fixture
    }

    /// AAPL 120 at 187.52 (cost 21,984.00, close 185.10, realised 312.50), MSFT 40 at 412.07 (cost
    /// 16,680.00, close 415.60), PLUG 5,000 at 0.8315 (cost 3,925.00, close 0.8102, realised
    /// -120.75), XOM flat (realised 84.40); cash 100,000.00 - 21,384.50. Worked out by hand.
    #[test]
    fn a_book_is_worth_what_a_pencil_says() {
        let fixture = Fixture::desk();
        let worth = Worth::of(OWN, &fixture.ctx());
        assert_eq!(worth.cash, money("78615.50"));
        assert_eq!(worth.market.exact(), Some(money("43142.70")));
        assert_eq!(worth.value().exact(), Some(money("121758.20")));
        assert_eq!(worth.day.exact(), Some(money("255.70")), "290.40 - 141.20 + 106.50");
        assert_eq!(worth.unrealised.exact(), Some(money("553.70")), "518.40 - 197.20 + 232.50");
        assert_eq!(worth.realised, money("276.15"));
        assert_eq!(worth.total.exact(), Some(money("829.85")));
        assert_eq!((worth.open, worth.unpriced()), (3, 0));
        let ratio = worth.day_ratio().expect("known");
        assert_eq!(cells::percent_change(ratio), "+0.21%", "255.70 of 121,502.50");
    }

    #[test]
    fn a_short_position_gains_when_the_price_falls() {
        let fixture = Fixture::desk();
        let ctx = fixture.ctx();
        let tesla = ctx.position(GROWTH, symbol("TSLA")).expect("held short");
        let figures = Figures::of(tesla, &ctx);
        assert_eq!(figures.value, Some(money("-19454.40")), "-80 at 243.18");
        assert_eq!(figures.unrealised, Some(money("673.60")), "sold for 20,128.00");
        assert_eq!(figures.day, Some(money("629.60")), "80 x 7.87");
        let ratio = figures.unrealised_ratio(tesla).expect("a cost");
        assert_eq!(cells::percent_change(ratio), "+3.35%");
    }

    #[test]
    fn books_add_up() {
        let fixture = Fixture::desk();
        let each = [OWN, GROWTH, INCOME].map(|id| Worth::of(id, &fixture.ctx()));
        let all: Worth = each.into_iter().sum();
        assert_eq!(all.value().exact(), Some(money("306012.00")));
        assert_eq!(all.day.exact(), Some(money("1853.25")));
        assert_eq!(all.open, 7);
        let none = Worth::of(PortfolioId(99), &fixture.ctx());
        assert_eq!((none.value().exact(), none.day_ratio()), (Some(Money::ZERO), None));
    }

    #[test]
    fn a_missing_price_is_never_zero() {
        let fixture = without(&["PLUG"]);
        let worth = Worth::of(OWN, &fixture.ctx());
        assert_eq!((worth.value().exact(), worth.day.exact()), (None, None));
        assert_eq!(worth.value().text(&Glyphs::UNICODE, cells::money), "~117,600.70");
        assert_eq!(worth.day.text(&Glyphs::UNICODE, cells::money_change), "~+149.20");
        assert_eq!(worth.day_ratio(), None);
        assert_eq!(unpriced_words(worth.unpriced()).as_deref(), Some("~ 1 without a price"));
        let fixture = without(&["PLUG", "AAPL", "MSFT"]);
        let worth = Worth::of(OWN, &fixture.ctx());
        assert_eq!(
            worth.value().text(&Glyphs::UNICODE, cells::money),
            "–",
            "cash alone is no value"
        );
        assert_eq!(worth.unrealised.amount(), None);
        assert_eq!(worth.realised, money("276.15"), "what was taken is known");
        let flat = fixture.view.positions[&(OWN, symbol("XOM"))];
        let figures = Figures::of(&flat, &without(&["XOM"]).ctx());
        assert_eq!((figures.last, figures.total), (None, Some(money("84.40"))));
    }

    #[test]
    fn what_was_sold_today_counts_for_the_day() {
        let mut fixture = Fixture::desk();
        let key = (OWN, symbol("AAPL"));
        let before = fixture.view.positions[&key];
        let sold = before.with(Qty::shares(-120), money("22440.00"));
        fixture.view.positions.insert(key, sold);
        let figures = Figures::of(&sold, &fixture.ctx());
        assert_eq!(figures.value, Some(Money::ZERO));
        assert_eq!(figures.day, Some(money("228.00")), "187.00 - 185.10, 120 times");
        assert_eq!(figures.total, Some(money("768.50")), "312.50 + 22,440.00 - 21,984.00");
    }

    /// AAPL 120, close before 185.10, last 187.52: the day is worth 290.40 while traded, after
    /// the close, once the day was marked, and the next morning; then a new day begins.
    #[test]
    fn after_the_close_the_day_is_the_session_that_ended() {
        let mut fixture = Fixture::desk();
        let key = (OWN, symbol("AAPL"));
        let held = fixture.view.positions[&key];
        let day = |fixture: &Fixture| Figures::of(&held, &fixture.ctx()).day;
        let whole = Some(money("290.40"));
        assert_eq!(day(&fixture), whole);
        fixture.look.now = after_ms(6 * 3_600_000);
        assert_eq!(day(&fixture), whole, "after the close");
        let last = fixture.ctx().last(key.1).expect("known");
        let before = fixture.view.marks[&key];
        fixture.view.earlier_marks.insert(key, before);
        let date = jiff::civil::date(2026, 11, 24);
        fixture.view.marks.insert(key, DailyMark { date, close: last, ..before });
        assert_eq!(day(&fixture), whole, "once it was marked");
        fixture.look.now = after_ms(22 * 3_600_000);
        assert_eq!(day(&fixture), whole, "the next morning");
        fixture.look.now = after_ms(23 * 3_600_000 + 1_000_000);
        assert_eq!(day(&fixture), Some(Money::ZERO), "the next opening");
        fixture.view.earlier_marks.clear();
        fixture.look.now = after_ms(6 * 3_600_000);
        let total = held.total(last);
        assert_eq!(day(&fixture), Some(total), "what was opened that day has no mark before it");
    }

    #[test]
    fn age_shows_while_the_market_is_open_only() {
        let mut fixture = Fixture::desk();
        let aapl = symbol("AAPL");
        assert_eq!(stale_ms(aapl, &fixture.ctx()), None);
        fixture.look.now = after_ms(60_000);
        assert_eq!(stale_ms(aapl, &fixture.ctx()), None, "a minute is not old");
        fixture.look.now = after_ms(60_001);
        assert_eq!(stale_ms(aapl, &fixture.ctx()), Some(60_001));
        fixture.look.now = after_ms(8 * 3_600_000);
        assert_eq!(stale_ms(aapl, &fixture.ctx()), None, "after the close every price is old");
        let ages = [0, 59_999, 60_000, 3_599_999, 3_600_000, 86_400_000].map(age_text);
        assert_eq!(ages, ["0s", "59s", "1m", "59m", "1h", "1d"]);
    }

    #[test]
    fn tallies_say_what_they_lack() {
        let (known, missing) = (Tally::part(Some(money("5"))), Tally::part(None));
        assert_eq!(Tally::default().amount(), Some(Money::ZERO), "nothing lacks nothing");
        assert_eq!((missing.amount(), missing.is_partial()), (None, true));
        assert_eq!((known + missing).amount(), Some(money("5")));
        assert_eq!((known + missing).exact(), None);
        assert_eq!(missing.beside(money("7")).amount(), None);
    }
}
