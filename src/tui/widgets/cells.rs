//! Numbers as people read them: fixed decimals, thousands separators, a sign on every change.
//! Must never use a float, nor show a missing value as zero.

use crate::domain::numbers::{Money, Price, Qty, Ratio};
use crate::domain::quotes::Ticker;

use unicode_width::UnicodeWidthStr;

use super::super::theme::{Glyphs, Role};

/// The role of a value by its sign: up, down, or plain.
pub fn tone(sign: i128) -> Role {
    match sign.signum() {
        1 => Role::Up,
        -1 => Role::Down,
        _ => Role::Text,
    }
}

/// ▲, ▼ or the sign for unchanged.
pub fn arrow(sign: i128, glyphs: &Glyphs) -> &'static str {
    match sign.signum() {
        1 => glyphs.up,
        -1 => glyphs.down,
        _ => glyphs.flat,
    }
}

/// A value, or the sign for a missing one.
pub fn or_missing<T>(value: Option<T>, glyphs: &Glyphs, show: impl FnOnce(T) -> String) -> String {
    value.map_or_else(|| glyphs.missing.to_owned(), show)
}

/// A price on its own grid: two places from one dollar up, four below (`1,187.50`, `0.8315`).
pub fn price(price: Price) -> String {
    price_places(price, if price.units().abs() >= Price::ONE_DOLLAR.units() { 2 } else { 4 })
}

/// A price with as many places as its neighbours have: those of `like`.
pub fn price_like(price: Price, like: Price) -> String {
    price_places(price, if like.units().abs() >= Price::ONE_DOLLAR.units() { 2 } else { 4 })
}

/// A price rounded half to even to `places` (at most nine).
pub fn price_places(price: Price, places: u32) -> String {
    let step = 10_i64.pow(9 - places);
    let (size, negative) = (price.units().unsigned_abs(), price.units() < 0);
    let step_size = step.unsigned_abs();
    let (quotient, rest) = (size / step_size, size % step_size);
    let half = step_size / 2;
    let up = rest > half || (rest == half && step_size > 1 && quotient % 2 == 1);
    let rounded = quotient + u64::from(up);
    let scale = 10_u64.pow(places);
    let whole = separated(u128::from(rounded / scale));
    let sign = if negative && rounded > 0 { "-" } else { "" };
    let places = places as usize;
    format!("{sign}{whole}.{:0places$}", rounded % scale)
}

/// A change of price with its sign (`+1.23`, `-0.0004`, `0.00`), on the grid of `like`.
pub fn change(change: Price, like: Price) -> String {
    let text = price_like(change, like);
    if change.units() > 0 { format!("+{text}") } else { text }
}

/// Money to the cent (`61,250.00`).
pub fn money(money: Money) -> String {
    money.to_string()
}

/// A change of money with its sign (`+61,250.00`).
pub fn money_change(money: Money) -> String {
    if money.to_cents() > 0 { format!("+{money}") } else { money.to_string() }
}

/// A change of money with its arrow and sign (`▲ +61,250.00`).
pub fn money_arrow(money: Money, glyphs: &Glyphs) -> String {
    format!("{} {}", arrow(money.to_cents(), glyphs), money_change(money))
}

/// Money in whole dollars, for narrow places (`61,250`).
pub fn money_whole(money: Money) -> String {
    let cents = money.to_cents();
    let dollars = (cents.unsigned_abs() + 50) / 100;
    let sign = if cents < 0 && dollars > 0 { "-" } else { "" };
    format!("{sign}{}", separated(dollars))
}

/// A change of money in whole dollars with its sign.
pub fn money_whole_change(money: Money) -> String {
    let text = money_whole(money);
    if money.signum() > 0 && text != "0" { format!("+{text}") } else { text }
}

/// A quantity (`1,500`, `0.25`).
pub fn quantity(quantity: Qty) -> String {
    quantity.to_string()
}

/// A quantity in three digits and a letter, for narrow places (`1.52M`, `820`, `12.3k`).
pub fn short_quantity(quantity: Qty) -> String {
    let whole = quantity.units() / 1_000_000_000;
    let sign = if whole < 0 { "-" } else { "" };
    format!("{sign}{}", short(whole.unsigned_abs().into()))
}

/// A ratio in percent with two places and its sign (`+1.23%`, `-0.40%`, `0.00%`).
pub fn percent_change(ratio: Ratio) -> String {
    let text = percent(ratio);
    if ratio.basis_points() > 0 { format!("+{text}") } else { text }
}

/// A ratio in percent with two places (`1.23%`).
pub fn percent(ratio: Ratio) -> String {
    let points = ratio.basis_points();
    let size = points.unsigned_abs();
    let sign = if points < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}%", separated(u128::from(size / 100)), size % 100)
}

/// A ratio in percent with its arrow (`▲ +1.23%`).
pub fn percent_arrow(ratio: Ratio, glyphs: &Glyphs) -> String {
    let arrow = arrow(ratio.basis_points().into(), glyphs);
    format!("{arrow} {}", percent_change(ratio))
}

/// Change since the previous close: the text and its role; missing without a previous close.
pub fn day_change(ticker: &Ticker, glyphs: &Glyphs) -> (String, Role) {
    match ticker.change_ratio() {
        Some(ratio) => (percent_arrow(ratio, glyphs), tone(ratio.basis_points().into())),
        None => (glyphs.missing.to_owned(), Role::Faint),
    }
}

/// A length of time in whole units (`5h 28m`, `12m 04s`, `38s`, `2d 3h`); never negative.
pub fn span(ms: i64) -> String {
    let seconds = ms.max(0) / 1_000;
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    if days > 0 {
        format!("{days}d {}h", hours % 24)
    } else if hours > 0 {
        format!("{hours}h {:02}m", minutes % 60)
    } else if minutes > 0 {
        format!("{minutes}m {:02}s", seconds % 60)
    } else {
        format!("{seconds}s")
    }
}

/// A countdown to the second (`5:28:53`).
pub fn countdown(ms: i64) -> String {
    let seconds = (ms.max(0) + 999) / 1_000;
    format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// A figure in a narrower form: without its arrow, then without its places, then in three digits
/// and a letter (`-1,684.45`, `-1,684`, `-1.68k`). None where it is no figure, or fits in no form.
pub fn shortened(text: &str, width: usize) -> Option<String> {
    let bare = text.split_whitespace().next_back()?;
    let digit = bare.find(|character: char| character.is_ascii_digit())?;
    let (sign, rest) = bare.split_at(digit);
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.');
    let (figure, unit) = rest.split_at(end.unwrap_or(rest.len()));
    let whole = figure.split('.').next()?;
    let number: u128 = whole.replace(',', "").parse().ok()?;
    let letter = short(number);
    let forms = [bare.to_owned(), format!("{sign}{whole}{unit}"), format!("{sign}{letter}{unit}")];
    forms.into_iter().find(|form| form.width() <= width)
}

/// Three digits and a letter (`1.52M`, `820`, `12.3k`).
fn short(size: u128) -> String {
    let (unit, letter) = match size {
        0..1_000 => return size.to_string(),
        1_000..1_000_000 => (1_000, 'k'),
        1_000_000..1_000_000_000 => (1_000_000, 'M'),
        1_000_000_000..1_000_000_000_000 => (1_000_000_000, 'B'),
        _ => (1_000_000_000_000, 'T'),
    };
    let (front, hundredths) = (size / unit, size % unit * 100 / unit);
    match front {
        0..10 => format!("{front}.{hundredths:02}{letter}"),
        10..100 => format!("{front}.{}{letter}", hundredths / 10),
        _ => format!("{front}{letter}"),
    }
}

fn separated(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{
        change, countdown, money_change, money_whole_change, percent_change, price, price_places,
        short_quantity, shortened, span,
    };
    use crate::domain::numbers::{Money, Price, Qty, Ratio};

    fn dollars(text: &str) -> Price {
        Price::parse(text).expect("a price")
    }

    #[test]
    fn prices_have_the_places_of_their_grid() {
        assert_eq!(price(dollars("1187.5")), "1,187.50");
        assert_eq!(price(dollars("0.8315")), "0.8315");
        assert_eq!(price(dollars("187.504999999")), "187.50");
        assert_eq!(price_places(dollars("2.675"), 2), "2.68");
        assert_eq!(price_places(dollars("2.665"), 2), "2.66");
        assert_eq!(price_places(-dollars("0.001"), 2), "0.00");
        assert_eq!(price_places(dollars("33.333333333"), 9), "33.333333333");
    }

    #[test]
    fn every_change_has_its_sign() {
        assert_eq!(change(dollars("1.2"), dollars("187")), "+1.20");
        assert_eq!(change(-dollars("0.0004"), dollars("0.83")), "-0.0004");
        assert_eq!(change(Price::ZERO, dollars("187")), "0.00");
        assert_eq!(money_change(Money::cents(6_125_001)), "+61,250.01");
        assert_eq!(money_change(Money::cents(-1)), "-0.01");
        assert_eq!(money_whole_change(Money::cents(123_456)), "+1,235");
        assert_eq!(money_whole_change(Money::cents(-40)), "0");
        assert_eq!(percent_change(Ratio(12_345)), "+1.23%");
        assert_eq!(percent_change(Ratio(-4_000)), "-0.40%");
        assert_eq!(percent_change(Ratio(0)), "0.00%");
    }

    #[test]
    fn a_figure_that_is_too_wide_takes_a_shorter_form() {
        for (text, width, short) in [
            ("▲ +61,250.00", 10, Some("+61,250.00")),
            ("-1,684.45", 8, Some("-1,684")),
            ("-1,684.45", 5, None),
            ("-1,684.45", 6, Some("-1,684")),
            ("~+1,684.45", 7, Some("~+1,684")),
            ("1684550.00%", 8, Some("1684550%")),
            ("1684550.00%", 7, Some("1.68M%")),
            ("1,000,000,000,000.00", 6, Some("1.00T")),
            ("999,999.00", 4, Some("999k")),
            ("word", 2, None),
        ] {
            assert_eq!(shortened(text, width).as_deref(), short, "{text} in {width}");
        }
    }

    #[test]
    fn narrow_places_get_short_numbers() {
        assert_eq!(short_quantity(Qty::shares(820)), "820");
        assert_eq!(short_quantity(Qty::shares(1_000)), "1.00k");
        assert_eq!(short_quantity(Qty::shares(12_345)), "12.3k");
        assert_eq!(short_quantity(Qty::shares(152_000_000)), "152M");
        assert_eq!(span(19_733_000), "5h 28m");
        assert_eq!(span(724_000), "12m 04s");
        assert_eq!(span(-5), "0s");
        assert_eq!(countdown(19_732_100), "5:28:53");
    }
}
