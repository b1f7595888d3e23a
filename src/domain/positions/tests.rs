//! Positions against an independent oracle that works in lots of exact fractions.
//! Must never reuse the code it checks: the oracle keeps cost as a fraction and never rounds.

use super::Position;
use crate::domain::ids::PortfolioId;
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::symbols::Symbol;

fn flat() -> Position {
    Position::flat(PortfolioId(1), Symbol::parse("AAPL").unwrap())
}

fn trade(position: Position, shares: i64, cents: i64) -> Position {
    let quantity = Qty::shares(shares);
    position.with(quantity, -(quantity * Price::cents(cents)))
}

#[test]
fn long_short_and_across_zero() {
    let long = trade(trade(flat(), 10, 10_000), 10, 11_000);
    assert_eq!(long.average().unwrap(), Price::cents(10_500));
    let part = trade(long, -5, 12_000);
    assert_eq!((part.cost, part.realised), (Money::cents(157_500), Money::cents(7_500)));
    let short = trade(part, -25, 12_000);
    assert_eq!(short.quantity, Qty::shares(-10));
    assert_eq!(short.cost, Money::cents(-120_000));
    assert_eq!(short.realised, Money::cents(30_000));
    assert_eq!(short.unrealised(Price::cents(11_000)), Money::cents(10_000));
    let closed = trade(short, 10, 11_500);
    assert_eq!((closed.quantity, closed.cost), (Qty::ZERO, Money::ZERO));
    assert_eq!(closed.realised, Money::cents(35_000));
    assert_eq!(closed.total(Price::cents(99_999)), closed.realised);
}

#[test]
fn cash_alone_is_profit() {
    let paid = flat().with(Qty::ZERO, Money::cents(250));
    assert_eq!((paid.realised, paid.quantity), (Money::cents(250), Qty::ZERO));
}

/// A small generator of the test's own: the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 % below).unwrap()
    }
}

/// What was paid and got, all told: no averages, no rounding, in integers of 1e-18 dollar.
#[derive(Default)]
struct Oracle {
    shares: i64,
    cash: i128,
}

#[test]
fn a_million_random_fills_end_exactly_flat() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let symbols = 50;
    let mut positions = vec![flat(); symbols];
    let mut oracles: Vec<Oracle> = (0..symbols).map(|_| Oracle::default()).collect();
    for _ in 0..1_000_000 {
        let at = usize::try_from(dice.roll(symbols as u64)).unwrap();
        let mut units = dice.roll(2_000_000_000_000) - 1_000_000_000_000;
        if dice.roll(10) == 0 {
            units = -oracles[at].shares;
        }
        let price = 100_000 + dice.roll(1_000) * dice.roll(1_000_000_000);
        fill(&mut positions[at], &mut oracles[at], units, price);
    }
    for (position, oracle) in positions.iter_mut().zip(&mut oracles) {
        // Profit and cost always sum to the cash that moved, whatever was rounded on the way.
        assert_eq!((position.realised - position.cost).units(), oracle.cash);
        let left = -oracle.shares;
        fill(position, oracle, left, 123_456_789_000);
        assert_eq!((position.quantity, position.cost), (Qty::ZERO, Money::ZERO));
        assert_eq!(position.realised.units(), oracle.cash);
    }
}

fn fill(position: &mut Position, oracle: &mut Oracle, units: i64, price: i64) {
    let quantity = Qty::from_units(units);
    let cash = -(quantity * Price::from_units(price));
    *position = position.with(quantity, cash);
    oracle.shares += units;
    oracle.cash -= i128::from(units) * i128::from(price);
    assert_eq!(position.quantity.units(), oracle.shares);
    if position.quantity.is_zero() {
        assert_eq!(position.cost, Money::ZERO);
    }
}

#[test]
fn averages_match_a_ledger_of_fractions() {
    // Cost of a part sold is cost x part / whole: checked against the fraction itself.
    let mut position = flat();
    position = position.with(Qty::shares(3), -Money::from_units(10));
    position = position.with(Qty::shares(-1), Money::from_units(4));
    assert_eq!((position.cost.units(), position.realised.units()), (7, 1));
    position = position.with(Qty::shares(-1), Money::from_units(4));
    assert_eq!((position.cost.units(), position.realised.units()), (3, 1));
    position = position.with(Qty::shares(-1), Money::from_units(4));
    assert_eq!((position.cost.units(), position.realised.units()), (0, 2));
}
