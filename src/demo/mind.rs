//! What the demo's people think of: which book, which symbol, how much, at what price.
//! Must never know what will happen: only the book and the prices up to the moment.

use std::collections::BTreeMap;

use crate::desk::book::Book;
use crate::desk::entropy::Entropy;
use crate::domain::ids::{PortfolioId, UserId};
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::{Draft, OrderType, Side, TimeInForce};
use crate::domain::quotes::Bar;
use crate::domain::special::Special;
use crate::domain::symbols::Symbol;
use crate::domain::time::MarketTime;

use super::figures::{away, price_at, round, shares};
use super::team::{
    GROWTH, HEDGE, INCOME, OWN_1, OWN_2, TASTES, TRADER_1, TRADER_2, heads_a_list, symbols,
};

/// Where each of the people trades, the likeliest named most often.
const BOOKS: [(UserId, &[PortfolioId]); 2] = [
    (TRADER_1, &[GROWTH, GROWTH, GROWTH, HEDGE, HEDGE, OWN_1, OWN_1]),
    (TRADER_2, &[INCOME, INCOME, INCOME, GROWTH, GROWTH, OWN_2, OWN_2]),
];
/// Where somebody trades who is no trader.
const OTHER_BOOKS: &[PortfolioId] = &[INCOME, GROWTH];

/// Most that one of the demo's orders is worth, under a trader's limit.
const ORDER_DOLLARS_MAX: i64 = 46_000;
/// Worth of the order that is refused, over a trader's limit.
const OVERREACH_DOLLARS: i64 = 61_250;

/// Most of a book that one name makes up, in percent.
const PERCENT_OF_ONE_NAME: i64 = 17;

const NOTES: [&str; 8] = [
    "Half size before the earnings",
    "Trim after the run",
    "Adding on the dip",
    "As discussed in the morning call",
    "Back to target weight",
    "Hedge for the long book",
    "First part of three",
    "Takes the place of last month's position",
];

/// An order somebody thinks of, and what they will do if it still works later.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    /// For which book.
    pub(super) portfolio: PortfolioId,
    /// Its terms.
    pub(super) draft: Draft,
    /// Last price when they thought of it.
    pub(super) price: Price,
    /// They cancel it after so many milliseconds.
    pub(super) cancels_after_ms: Option<i64>,
    /// They move its limit after so many milliseconds.
    pub(super) amends_after_ms: Option<i64>,
}

/// A source of ideas.
pub(super) struct Mind {
    chance: Entropy,
}

impl Mind {
    /// With a source of chance.
    pub(super) const fn new(chance: Entropy) -> Self {
        Self { chance }
    }

    /// A whole number from 0, below `end`.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.chance.next_u64() % end
    }

    /// Some milliseconds, below `end_ms`.
    pub(super) fn some_ms(&mut self, end_ms: i64) -> i64 {
        let end = u64::try_from(end_ms).unwrap_or(0).max(1);
        i64::try_from(self.below(end)).unwrap_or(0)
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> Option<T> {
        let count = u64::try_from(choices.len()).ok().filter(|&count| count > 0)?;
        let index = usize::try_from(self.below(count)).ok()?;
        choices.get(index).copied()
    }

    /// What a person wants to do now, if anything.
    pub(super) fn wish(
        &mut self,
        book: &Book,
        bars: &BTreeMap<Symbol, Vec<Bar>>,
        user: UserId,
        at: MarketTime,
    ) -> Option<Wish> {
        let books =
            BOOKS.iter().find(|(id, _)| *id == user).map_or(OTHER_BOOKS, |(_, books)| books);
        let portfolio = self.one_of(books)?;
        let symbol = self.symbol_for(book, portfolio)?;
        let price = price_at(bars, symbol, at)?;
        let held = book.position(portfolio, symbol).quantity;
        let side = self.side(portfolio, held);
        let quantity = self.quantity(book, (portfolio, symbol, side), held, price)?;
        // Whoever buys the first name of their list meets no sale of a colleague's: no broker would
        // take that, and it would be the first thing they see.
        let (order_type, time_in_force) = match self.terms(side, held, price) {
            _ if side == Side::Sell && heads_a_list(symbol) => {
                (OrderType::Market, TimeInForce::Day)
            }
            terms => terms,
        };
        let note = if self.below(4) == 0 { self.one_of(&NOTES)? } else { "" };
        let draft = Draft {
            symbol,
            side,
            quantity,
            order_type,
            time_in_force,
            note: note.to_owned(),
            special: Special::default(),
        };
        let rests = order_type.limit().is_some();
        let fate = self.below(100);
        let later = 600_000 + self.some_ms(3_000_000);
        let cancels_after_ms = (rests && fate < 25).then_some(later);
        let amends_after_ms = (rests && (25..45).contains(&fate)).then_some(later);
        Some(Wish { portfolio, draft, price, cancels_after_ms, amends_after_ms })
    }

    /// An order over a trader's limit.
    pub(super) fn overreach(
        &mut self,
        book: &Book,
        bars: &BTreeMap<Symbol, Vec<Bar>>,
        at: MarketTime,
    ) -> Option<Wish> {
        let symbol = self.symbol_for(book, GROWTH)?;
        let price = price_at(bars, symbol, at)?;
        Some(Wish {
            portfolio: GROWTH,
            draft: Draft {
                symbol,
                side: Side::Buy,
                quantity: shares(Money::dollars(OVERREACH_DOLLARS), price)?,
                order_type: OrderType::Limit { limit: price },
                time_in_force: TimeInForce::Day,
                note: String::new(),
                special: Special::default(),
            },
            price,
            cancels_after_ms: None,
            amends_after_ms: None,
        })
    }

    /// A limit order a little way off `level` that will not trade soon; the market is at `price`.
    pub(super) fn patient(
        &mut self,
        (portfolio, symbol): (PortfolioId, Symbol),
        side: Side,
        (price, level): (Price, Price),
        dollars: i64,
    ) -> Option<Wish> {
        let permille = 24 + self.below(12);
        let limit = away(level, side, permille);
        let draft = Draft {
            symbol,
            side,
            quantity: shares(Money::dollars(dollars), price)?,
            order_type: OrderType::Limit { limit },
            time_in_force: TimeInForce::Gtc,
            note: String::new(),
            special: Special::default(),
        };
        Some(Wish { portfolio, draft, price, cancels_after_ms: None, amends_after_ms: None })
    }

    fn symbol_for(&mut self, book: &Book, portfolio: PortfolioId) -> Option<Symbol> {
        let (_, taste) = TASTES.iter().find(|(of, _)| *of == portfolio)?;
        self.one_of(&symbols(taste, &book.assets))
    }

    /// Mostly they build up; what is held is sometimes sold; the hedge is short.
    fn side(&mut self, portfolio: PortfolioId, held: Qty) -> Side {
        let roll = self.below(100);
        if portfolio == HEDGE {
            let closes = held.signum() < 0 && roll < 35;
            return if closes || (held.signum() > 0 && roll < 60) { Side::Buy } else { Side::Sell };
        }
        if held.signum() > 0 && roll < 40 { Side::Sell } else { Side::Buy }
    }

    fn quantity(
        &mut self,
        book: &Book,
        (portfolio, symbol, side): (PortfolioId, Symbol, Side),
        held: Qty,
        price: Price,
    ) -> Option<Qty> {
        if side.signed(held).signum() < 0 {
            // Closes what is held: all of it, or about half.
            let half = Qty::from_units(held.abs().units() / 2);
            let part = if self.below(2) == 0 { held.abs() } else { half };
            return round(part);
        }
        let allocation = book.portfolios.get(&portfolio)?.allocation?;
        let percent = i64::try_from(4 + self.below(9)).ok()?;
        let wanted = of_hundred(allocation, percent).min(Money::dollars(ORDER_DOLLARS_MAX));
        // Nobody puts more than so much into one name, or spends what the book does not have.
        let most = of_hundred(allocation, PERCENT_OF_ONE_NAME) - (held * price).abs();
        let most = most - waiting(book, (portfolio, symbol));
        let left = allocation + book.cash.get(&portfolio).copied().unwrap_or_default();
        let left = if side == Side::Buy { left - reserved(book, portfolio) } else { wanted };
        round(shares(wanted.min(most).min(left), price)?)
    }

    fn terms(&mut self, side: Side, held: Qty, price: Price) -> (OrderType, TimeInForce) {
        let roll = self.below(100);
        if side == Side::Sell && held.signum() > 0 && roll < 15 {
            let permille = 6 + self.below(10);
            let stop = away(price, Side::Buy, permille);
            return (OrderType::Stop { stop }, TimeInForce::Day);
        }
        if roll < 50 {
            return (OrderType::Market, TimeInForce::Day);
        }
        let permille = 1 + self.below(9);
        (OrderType::Limit { limit: away(price, side, permille) }, TimeInForce::Day)
    }
}

/// So many hundredths of an amount.
fn of_hundred(amount: Money, percent: i64) -> Money {
    amount.share(Qty::shares(percent), Qty::shares(100))
}

/// What the working orders of a book hold.
fn reserved(book: &Book, portfolio: PortfolioId) -> Money {
    let working = book.working_orders().filter(|order| order.portfolio == portfolio);
    working.map(|order| order.reserved).sum()
}

/// What the working orders of a book hold for one name.
fn waiting(book: &Book, (portfolio, symbol): (PortfolioId, Symbol)) -> Money {
    let working = book
        .working_orders()
        .filter(|order| order.portfolio == portfolio && order.draft.symbol == symbol);
    working.map(|order| order.reserved).sum()
}
