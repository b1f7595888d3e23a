//! The account: cash, holdings, margin and buying power (alpaca-api.md section 16).
//! Must never know an order: what open orders reserve is told to it as one sum.

use crate::desk::port::Funds;
use crate::domain::numbers::{Money, Price, Qty};
use crate::domain::orders::Side;
use crate::venue::simulator::tape::Slot;

/// Equity from which an account may borrow and sell short.
const MARGIN_EQUITY: Money = Money::dollars(2_000);
/// Buying power is this many times the equity that maintenance leaves, unless its owner wants
/// less.
const MULTIPLIER: u8 = 4;

/// What is held of one symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Holding {
    /// Shares, negative for short.
    pub quantity: Qty,
    /// What they cost: negative for short.
    pub cost: Money,
    /// Last trade.
    last: Price,
    worth: Money,
    maintenance: Money,
}

impl Holding {
    /// Price of the last trade.
    pub const fn last(&self) -> Price {
        self.last
    }
    /// Value at the last trade: negative for short.
    pub const fn worth(&self) -> Money {
        self.worth
    }
}

/// The account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Cash, exact.
    pub cash: Money,
    holdings: Vec<Holding>,
    worth: Money,
    maintenance: Money,
    /// What open orders reserve.
    pub reserved: Money,
    multiplier: u8,
}

impl Account {
    /// An account with cash and nothing held.
    pub fn new(cash: Money, slots: usize) -> Self {
        Self {
            cash,
            holdings: vec![Holding::default(); slots],
            worth: Money::ZERO,
            maintenance: Money::ZERO,
            reserved: Money::ZERO,
            multiplier: MULTIPLIER,
        }
    }
    /// What is held of a symbol.
    pub fn holding(&self, slot: Slot) -> &Holding {
        &self.holdings[usize::from(slot.0)]
    }
    /// Everything held, flat ones left out.
    pub fn held(&self) -> impl Iterator<Item = (Slot, &Holding)> {
        let slots = (0..).map(Slot);
        slots.zip(&self.holdings).filter(|(_, holding)| !holding.quantity.is_zero())
    }
    /// Cash and the value of all holdings.
    pub fn equity(&self) -> Money {
        self.cash + self.worth
    }
    /// What must stay behind all holdings.
    pub const fn maintenance(&self) -> Money {
        self.maintenance
    }
    /// True where the account may borrow and sell short.
    pub fn has_margin(&self) -> bool {
        self.equity() >= MARGIN_EQUITY
    }
    /// What may be bought, before what open orders reserve: four times what equity leaves above
    /// maintenance; cash alone for a small account.
    pub fn buying_power(&self) -> Money {
        let multiplier = self.multiplier();
        if multiplier == 1 {
            return self.cash.max(Money::ZERO);
        }
        let free = (self.equity() - self.maintenance).max(Money::ZERO);
        Money::from_units(free.units() * i128::from(multiplier))
    }
    /// How many times its equity the account may buy: once where it is small.
    pub fn multiplier(&self) -> u8 {
        if self.has_margin() { self.multiplier } else { 1 }
    }
    /// Sets how many times its equity the account may buy at most.
    pub fn limit_margin(&mut self, multiplier: u8) {
        self.multiplier = multiplier.clamp(1, MULTIPLIER);
    }
    /// How the account stands.
    pub fn funds(&self) -> Funds {
        Funds { cash: self.cash, equity: self.equity(), buying_power: self.buying_power() }
    }

    /// Notes a symbol's last trade.
    pub fn mark(&mut self, slot: Slot, last: Price) {
        let holding = &mut self.holdings[usize::from(slot.0)];
        if holding.last != last {
            holding.last = last;
            if !holding.quantity.is_zero() {
                self.value(slot);
            }
        }
    }
    /// Books an execution.
    pub fn book(&mut self, slot: Slot, side: Side, quantity: Qty, price: Price) {
        let amount = quantity * price;
        let signed = side.signed(quantity);
        let holding = &mut self.holdings[usize::from(slot.0)];
        if holding.quantity.signum() * signed.signum() >= 0 {
            holding.cost += if side == Side::Buy { amount } else { -amount };
        } else {
            let gone = holding.cost.share(quantity, holding.quantity);
            holding.cost -= gone;
        }
        holding.quantity += signed;
        self.cash += if side == Side::Buy { -amount } else { amount };
        self.value(slot);
    }
    /// Puts a holding as it was kept.
    pub fn restore(&mut self, slot: Slot, quantity: Qty, cost: Money) {
        let holding = &mut self.holdings[usize::from(slot.0)];
        holding.quantity = quantity;
        holding.cost = cost;
        self.value(slot);
    }

    fn value(&mut self, slot: Slot) {
        let holding = &mut self.holdings[usize::from(slot.0)];
        self.worth -= holding.worth;
        self.maintenance -= holding.maintenance;
        holding.worth = holding.quantity * holding.last;
        holding.maintenance = maintenance(holding.quantity, holding.last);
        self.worth += holding.worth;
        self.maintenance += holding.maintenance;
    }
}

/// What must stay behind a holding. Long: 30 % from $6, 50 % from $2.50, all below. Short: from $5
/// the larger of $5 a share and 30 %, below it the larger of $2.50 a share and all.
fn maintenance(quantity: Qty, last: Price) -> Money {
    let worth = (quantity * last).abs();
    let percent = |percent: i128| Money::from_units(worth.units() * percent / 100);
    if quantity.signum() >= 0 {
        match last {
            last if last >= Price::cents(600) => percent(30),
            last if last >= Price::cents(250) => percent(50),
            _ => worth,
        }
    } else if last >= Price::cents(500) {
        percent(30).max(quantity.abs() * Price::cents(500))
    } else {
        worth.max(quantity.abs() * Price::cents(250))
    }
}

#[cfg(test)]
mod tests {
    use super::{Account, Money, Price, Qty, Side, Slot, maintenance};

    #[test]
    fn maintenance_follows_the_table() {
        let cases = [
            (100, 600, 18_000),
            (100, 599, 29_950),
            (100, 250, 12_500),
            (100, 249, 24_900),
            (-100, 10_000, 300_000),
            (-100, 500, 50_000),
            (-100, 499, 49_900),
            (-100, 100, 25_000),
        ];
        for (shares, cents, expected) in cases {
            let found = maintenance(Qty::shares(shares), Price::cents(cents));
            assert_eq!(found, Money::cents(expected), "{shares} at {cents}");
        }
    }

    #[test]
    fn money_moves_between_cash_and_holdings_and_nowhere_else() {
        let mut account = Account::new(Money::dollars(100_000), 2);
        let slot = Slot(1);
        account.mark(slot, Price::cents(10_000));
        assert_eq!(account.buying_power(), Money::dollars(400_000));
        account.book(slot, Side::Buy, Qty::shares(300), Price::cents(10_000));
        assert_eq!(account.cash, Money::dollars(70_000));
        assert_eq!(account.equity(), Money::dollars(100_000));
        assert_eq!(account.buying_power(), Money::dollars(4 * (100_000 - 9_000)));
        account.mark(slot, Price::cents(11_000));
        assert_eq!(account.equity(), Money::dollars(103_000));
        account.book(slot, Side::Sell, Qty::shares(300), Price::cents(11_000));
        assert_eq!((account.cash, account.equity()), (Money::dollars(103_000), account.cash));
        assert_eq!(account.holding(slot).cost, Money::ZERO);
        account.book(slot, Side::Sell, Qty::shares(100), Price::cents(11_000));
        account.mark(slot, Price::cents(10_000));
        assert_eq!(account.equity(), Money::dollars(104_000));
        assert_eq!(account.held().count(), 1);
    }

    #[test]
    fn a_small_account_has_its_cash_and_no_more() {
        let mut account = Account::new(Money::cents(199_999), 1);
        assert_eq!(account.buying_power(), Money::cents(199_999));
        assert!(!account.has_margin());
        account.cash = Money::dollars(2_000);
        assert!(account.has_margin());
        assert_eq!(account.buying_power(), Money::dollars(8_000));
    }
}
