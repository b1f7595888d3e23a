//! Exact quantities, prices and money as integers, and the only products that mean something.
//! Must never hold a float; rounding happens where its rule is named, nowhere else.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Mul, Neg, Sub, SubAssign};

use super::digits::{plain_digits, with_separators};

const PLACES: u32 = 9;
const UNITS: i64 = 1_000_000_000;
const MONEY_PLACES: u32 = 18;
const MONEY_UNITS: i128 = 1_000_000_000_000_000_000;
const UNITS_PER_CENT: i128 = MONEY_UNITS / 100;

/// A quantity of shares in units of 1e-9 share; negative for a short position or a sale.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Qty(i64);

/// A price of one share in units of 1e-9 dollar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Price(i64);

/// An amount of dollars in units of 1e-18 dollar, so that quantity times price is always exact.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(i128);

/// A ratio for display and for thresholds, in millionths (1 % is 10,000).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Ratio(pub i64);

/// Why a text is not a number of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Nothing was typed.
    #[error("a number is needed")]
    Empty,
    /// A character that does not belong into a plain decimal (exponents, NaN, letters, blanks).
    #[error("digits and one point only")]
    NotPlain,
    /// A sign where none belongs.
    #[error("no sign here: use a number above zero")]
    Signed,
    /// More decimal places than the kind holds.
    #[error("at most {max} decimal places")]
    Places {
        /// Places the kind holds.
        max: u32,
    },
    /// Too large for the kind.
    #[error("the number is too large")]
    TooLarge,
}

fn parse_units(text: &str, places: u32, signed: bool) -> Result<i128, NumberError> {
    if text.is_empty() {
        return Err(NumberError::Empty);
    }
    let (negative, digits) = match text.as_bytes()[0] {
        b'-' | b'+' if !signed => return Err(NumberError::Signed),
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole) || !plain(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return Err(NumberError::NotPlain);
    }
    let fraction = fraction.trim_end_matches('0');
    let used = u32::try_from(fraction.len()).map_err(|_| NumberError::Places { max: places })?;
    if used > places {
        return Err(NumberError::Places { max: places });
    }
    let mut units: i128 = 0;
    for byte in whole.bytes().chain(fraction.bytes()) {
        units = units
            .checked_mul(10)
            .and_then(|units| units.checked_add(i128::from(byte - b'0')))
            .ok_or(NumberError::TooLarge)?;
    }
    for _ in used..places {
        units = units.checked_mul(10).ok_or(NumberError::TooLarge)?;
    }
    Ok(if negative { -units } else { units })
}

fn parse_small(text: &str, signed: bool) -> Result<i64, NumberError> {
    i64::try_from(parse_units(text, PLACES, signed)?).map_err(|_| NumberError::TooLarge)
}

/// Division rounded half to even, the rule of model.md for every rounded amount.
fn divide_half_even(dividend: u128, divisor: u128) -> u128 {
    let (quotient, rest) = (dividend / divisor, dividend % divisor);
    round_half_even(quotient, rest, divisor)
}

fn round_half_even(quotient: u128, rest: u128, divisor: u128) -> u128 {
    let up = rest > divisor - rest || (rest == divisor - rest && quotient % 2 == 1);
    quotient + u128::from(up)
}

impl Qty {
    /// No shares.
    pub const ZERO: Self = Self(0);
    /// The largest quantity the type holds.
    pub const MAX: Self = Self(i64::MAX);

    /// A whole number of shares.
    pub const fn shares(count: i64) -> Self {
        Self(count * UNITS)
    }
    /// From units of 1e-9 share, as stored.
    pub const fn from_units(units: i64) -> Self {
        Self(units)
    }
    /// Units of 1e-9 share, as stored.
    pub const fn units(self) -> i64 {
        self.0
    }
    /// Reads a quantity above or equal to zero, at most nine places, no sign, no exponent.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        parse_small(text, false).map(Self)
    }
    /// Reads a quantity that may carry a sign, as brokers report short positions.
    pub fn parse_signed(text: &str) -> Result<Self, NumberError> {
        parse_small(text, true).map(Self)
    }
    /// Digits without separators, for a field or a wire.
    pub fn plain(self) -> String {
        plain_digits(self.0.into(), PLACES, 0)
    }
    /// True where there is no part of a share.
    pub const fn is_whole(self) -> bool {
        self.0 % UNITS == 0
    }
    /// The quantity without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self(self.0.abs())
    }
    /// -1, 0 or 1.
    pub const fn signum(self) -> i64 {
        self.0.signum()
    }
    /// True for no shares.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
    /// Sum, or none where it does not fit.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }
}

impl Price {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One dollar: the border between the two price grids.
    pub const ONE_DOLLAR: Self = Self(UNITS);
    /// One cent.
    pub const CENT: Self = Self(UNITS / 100);

    /// From units of 1e-9 dollar, as stored.
    pub const fn from_units(units: i64) -> Self {
        Self(units)
    }
    /// A whole number of cents.
    pub const fn cents(count: i64) -> Self {
        Self(count * (UNITS / 100))
    }
    /// Units of 1e-9 dollar, as stored.
    pub const fn units(self) -> i64 {
        self.0
    }
    /// Reads a price above or equal to zero, at most nine places, no sign, no exponent.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        parse_small(text, false).map(Self)
    }
    /// Digits without separators, at least two places, for a field or a wire.
    pub fn plain(self) -> String {
        plain_digits(self.0.into(), PLACES, 2)
    }
    /// True for nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
    /// Sum, or none where it does not fit.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }
    /// The smallest step of a price here: a cent from one dollar, a hundredth of a cent below
    /// (SEC rule 612; Alpaca refuses the rest as sub-penny).
    #[must_use]
    pub const fn tick(self) -> Self {
        if self.0 >= UNITS { Self::CENT } else { Self(UNITS / 10_000) }
    }
    /// True where the price lies on its grid.
    pub const fn is_on_grid(self) -> bool {
        self.0 % self.tick().0 == 0
    }
    /// The distance between two prices, never negative.
    #[must_use]
    pub const fn distance(self, other: Self) -> Self {
        Self((self.0 - other.0).abs())
    }
    /// How far this price lies from `base`, as a ratio of `base`; none where `base` is zero.
    pub fn change_from(self, base: Self) -> Option<Ratio> {
        Ratio::of(i128::from(self.0) - i128::from(base.0), i128::from(base.0))
    }
    /// The price times `percent` hundredths, rounded half to even at 1e-9.
    #[must_use]
    pub fn percent(self, percent: i64) -> Self {
        let product = i128::from(self.0) * i128::from(percent);
        let size = divide_half_even(product.unsigned_abs(), 100);
        let units = i64::try_from(size).expect("a percentage of a price fits a price");
        Self(if product < 0 { -units } else { units })
    }
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// A whole number of dollars.
    pub const fn dollars(count: i64) -> Self {
        Self(count as i128 * MONEY_UNITS)
    }
    /// A whole number of cents.
    pub const fn cents(count: i64) -> Self {
        Self(count as i128 * UNITS_PER_CENT)
    }
    /// From units of 1e-18 dollar.
    pub const fn from_units(units: i128) -> Self {
        Self(units)
    }
    /// Units of 1e-18 dollar.
    pub const fn units(self) -> i128 {
        self.0
    }
    /// Reads an amount with an optional sign and at most eighteen places.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        parse_units(text, MONEY_PLACES, true).map(Self)
    }
    /// All digits, with separators: where cents would hide a difference.
    pub fn in_full(self) -> String {
        with_separators(&self.plain())
    }
    /// All digits, without separators: what the store keeps.
    pub fn plain(self) -> String {
        plain_digits(self.0, MONEY_PLACES, 2)
    }
    /// Rounded half to even to whole cents.
    pub fn to_cents(self) -> i128 {
        let size = divide_half_even(self.0.unsigned_abs(), UNITS_PER_CENT.unsigned_abs());
        let cents = i128::try_from(size).expect("cents fit where units fit");
        if self.0 < 0 { -cents } else { cents }
    }
    /// The amount without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self(self.0.abs())
    }
    /// -1, 0 or 1.
    pub const fn signum(self) -> i128 {
        self.0.signum()
    }
    /// True for nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
    /// This amount as a ratio of `base`; none where `base` is zero.
    pub fn ratio_of(self, base: Self) -> Option<Ratio> {
        Ratio::of(self.0, base.0)
    }
    /// The shares that so many dollars buy at a price, cut at nine places; zero without a price.
    pub fn shares_at(self, price: Price) -> Qty {
        if price <= Price::ZERO || self <= Self::ZERO {
            return Qty::ZERO;
        }
        // Money counts in 1e-18, prices in 1e-9: the quotient counts in 1e-9 shares, cut.
        let units = self.units() / i128::from(price.units());
        Qty::from_units(i64::try_from(units).unwrap_or(i64::MAX))
    }
    /// The part of this amount that belongs to `part` of `whole` shares, rounded half to even at
    /// 1e-18 (model.md section 1). `part` lies between zero and `whole`, signs aside.
    #[must_use]
    pub fn share(self, part: Qty, whole: Qty) -> Self {
        assert!(!whole.is_zero() && part.0.unsigned_abs() <= whole.0.unsigned_abs());
        let size =
            multiply_divide(self.0.unsigned_abs(), part.0.unsigned_abs(), whole.0.unsigned_abs());
        let units = i128::try_from(size).expect("a part is not larger than its whole");
        Self(if self.0 < 0 { -units } else { units })
    }
    /// The average price of `quantity` shares that cost this much, signs aside, rounded half to
    /// even at 1e-9; none for no shares or a price too large to hold. For display only.
    pub fn per_share(self, quantity: Qty) -> Option<Price> {
        if quantity.is_zero() {
            return None;
        }
        let divisor = u128::from(quantity.0.unsigned_abs());
        let size = divide_half_even(self.0.unsigned_abs(), divisor);
        i64::try_from(size).ok().map(Price)
    }
}

/// amount x part / whole with a 192-bit product, rounded half to even.
fn multiply_divide(amount: u128, part: u64, whole: u64) -> u128 {
    let (part, whole) = (u128::from(part), u128::from(whole));
    let low = (amount & u128::from(u64::MAX)) * part;
    let high = (amount >> 64) * part + (low >> 64);
    let low = low & u128::from(u64::MAX);
    let (top, rest) = (high / whole, high % whole);
    let next = (rest << 64) | low;
    let quotient = (top << 64) + next / whole;
    round_half_even(quotient, next % whole, whole)
}

impl Ratio {
    /// `part` divided by `whole`, rounded half to even at a millionth; none where `whole` is zero
    /// or the ratio is too large to hold.
    pub fn of(part: i128, whole: i128) -> Option<Self> {
        if whole == 0 {
            return None;
        }
        let (mut size, mut base) = (part.unsigned_abs(), whole.unsigned_abs());
        while size > u128::MAX / 1_000_000 {
            size >>= 1;
            base >>= 1;
        }
        if base == 0 {
            return None;
        }
        let ratio = i64::try_from(divide_half_even(size * 1_000_000, base)).ok()?;
        Some(Self(if (part < 0) == (whole < 0) { ratio } else { -ratio }))
    }
    /// Hundredths of a percent, rounded half to even: what a screen shows as `1.23 %`.
    pub fn basis_points(self) -> i64 {
        let size = divide_half_even(u128::from(self.0.unsigned_abs()), 100);
        let points = i64::try_from(size).expect("a hundredth fits");
        if self.0 < 0 { -points } else { points }
    }
}

impl Mul<Price> for Qty {
    type Output = Money;
    fn mul(self, price: Price) -> Money {
        Money(i128::from(self.0) * i128::from(price.0))
    }
}

macro_rules! sums {
    ($kind:ident) => {
        impl Add for $kind {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0.checked_add(other.0).expect("sums stay within the bounds"))
            }
        }
        impl Sub for $kind {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0.checked_sub(other.0).expect("sums stay within the bounds"))
            }
        }
        impl Neg for $kind {
            type Output = Self;
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }
        impl AddAssign for $kind {
            fn add_assign(&mut self, other: Self) {
                *self = *self + other;
            }
        }
        impl SubAssign for $kind {
            fn sub_assign(&mut self, other: Self) {
                *self = *self - other;
            }
        }
        impl Sum for $kind {
            fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
                items.fold(Self(0), |sum, item| sum + item)
            }
        }
        impl fmt::Debug for $kind {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{}({})", stringify!($kind), self.plain())
            }
        }
    };
}
sums!(Qty);
sums!(Price);
sums!(Money);

/// For people: thousands separators, no needless zeros (`1,500`, `0.25`).
impl fmt::Display for Qty {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&with_separators(&self.plain()))
    }
}

/// For people: thousands separators, two places or as many as the price has (`1,187.50`, `0.8315`).
impl fmt::Display for Price {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&with_separators(&self.plain()))
    }
}

/// For people: to the cent, thousands separators (`61,250.00`, `-12.30`); no currency sign.
impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&with_separators(&plain_digits(self.to_cents(), 2, 2)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Money, NumberError, Price, Qty, Ratio};

    #[test]
    fn parse_takes_plain_decimals_and_nothing_else() {
        let cases: [(&str, Result<i64, NumberError>); 14] = [
            ("187.5", Ok(187_500_000_000)),
            ("0.000000001", Ok(1)),
            ("1.0000000000", Ok(1_000_000_000)),
            (".5", Ok(500_000_000)),
            ("5.", Ok(5_000_000_000)),
            ("", Err(NumberError::Empty)),
            (".", Err(NumberError::NotPlain)),
            ("-5", Err(NumberError::Signed)),
            ("+5", Err(NumberError::Signed)),
            ("1e9", Err(NumberError::NotPlain)),
            ("NaN", Err(NumberError::NotPlain)),
            ("1 0", Err(NumberError::NotPlain)),
            ("0.0000000001", Err(NumberError::Places { max: 9 })),
            ("9223372037", Err(NumberError::TooLarge)),
        ];
        for (text, expected) in cases {
            assert_eq!(Price::parse(text).map(Price::units), expected, "{text:?}");
        }
        assert_eq!(Qty::parse_signed("-5"), Ok(Qty::shares(-5)));
        assert!(Qty::parse(&"9".repeat(10_000)).is_err());
    }

    #[test]
    fn people_see_separators_and_cents() {
        assert_eq!(Money::cents(6_125_000).to_string(), "61,250.00");
        assert_eq!(Money::parse("-1234.565").expect("plain").to_string(), "-1,234.56");
        assert_eq!(Price::parse("0.8315").expect("plain").to_string(), "0.8315");
        assert_eq!(Price::parse("1187.5").expect("plain").to_string(), "1,187.50");
        assert_eq!(Qty::parse("1500.250").expect("plain").to_string(), "1,500.25");
        assert_eq!(format!("{:>9}", Qty::shares(1_500)), "    1,500");
    }

    #[test]
    fn quantity_times_price_is_exact() {
        let quantity = Qty::parse("0.000000001").expect("plain");
        let price = Price::parse("0.000000001").expect("plain");
        assert_eq!((quantity * price).plain(), "0.000000000000000001");
        assert_eq!(Qty::shares(1_000_000) * Price::cents(10_000), Money::dollars(100_000_000));
    }

    #[test]
    fn a_share_is_rounded_half_to_even_and_never_overflows() {
        let share = |units, part, whole| {
            Money::from_units(units).share(Qty::from_units(part), Qty::from_units(whole)).units()
        };
        assert_eq!(share(1, 1, 2), 0);
        assert_eq!(share(3, 1, 2), 2);
        assert_eq!(share(-3, 1, 2), -2);
        assert_eq!(share(10, 1, 3), 3);
        let huge = Money::dollars(9_000_000_000_000);
        let whole = Qty::shares(9_000_000_000);
        assert_eq!(huge.share(whole, whole), huge);
        assert_eq!(
            huge.share(Qty::shares(3_000_000_000), whole),
            Money::dollars(3_000_000_000_000)
        );
    }

    #[test]
    fn ratios_and_grids() {
        assert_eq!(Price::cents(10_500).change_from(Price::cents(10_000)), Some(Ratio(50_000)));
        assert_eq!(Price::cents(9_900).change_from(Price::cents(10_000)), Some(Ratio(-10_000)));
        assert_eq!(Price::cents(1).change_from(Price::ZERO), None);
        assert_eq!(Ratio(-12_345).basis_points(), -123);
        assert!(Price::parse("1.01").expect("plain").is_on_grid());
        assert!(!Price::parse("1.005").expect("plain").is_on_grid());
        assert!(Price::parse("0.9999").expect("plain").is_on_grid());
        assert!(!Price::parse("0.00001").expect("plain").is_on_grid());
        assert_eq!(
            Money::dollars(100).per_share(Qty::shares(-3)).expect("some").plain(),
            "33.333333333"
        );
    }
}
