//! How an exact number is written: its digits, and the separators that people read.
//! Must never round: a number that comes in is written out whole.

/// The digits of `units` with at least `least` decimal places, trailing zeros beyond them cut.
pub(super) fn plain_digits(units: i128, places: u32, least: usize) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let scale = 10_u128.pow(places);
    let whole = units.unsigned_abs() / scale;
    let fraction = format!("{:0width$}", units.unsigned_abs() % scale, width = places as usize);
    let kept = fraction.trim_end_matches('0').len().max(least);
    if kept == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{}", &fraction[..kept])
    }
}

/// Puts a comma between each three digits of the whole part.
pub(super) fn with_separators(plain: &str) -> String {
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let mut text = String::with_capacity(plain.len() + whole.len() / 3 + 1);
    text.push_str(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}
