//! A line of prices in one row of small bars.
//! Must never use a float: heights are whole eighths.

use crate::domain::numbers::Price;

use super::super::theme::Glyphs;

/// The course of `prices` up to `last`, in `width` cells of eight heights; as many cells as there
/// are points where there are fewer.
pub fn text(prices: &[Price], last: Price, width: usize, glyphs: &Glyphs) -> String {
    if prices.is_empty() || width == 0 {
        return String::new();
    }
    let points = prices.len().min(width - 1);
    let mut course: Vec<Price> =
        (0..points).map(|point| prices[(point + 1) * prices.len() / points - 1]).collect();
    course.push(last);
    let low = course.iter().copied().min().unwrap_or_default();
    let high = course.iter().copied().max().unwrap_or_default();
    let reach = i128::from(high.units()) - i128::from(low.units());
    let height = |price: &Price| {
        let above = i128::from(price.units()) - i128::from(low.units());
        let eighth = if reach == 0 { 3 } else { above * 7 / reach };
        glyphs.heights[usize::try_from(eighth).unwrap_or(0).min(7)]
    };
    course.iter().map(height).collect()
}

#[cfg(test)]
mod tests {
    use super::text;
    use crate::domain::numbers::Price;
    use crate::tui::theme::Glyphs;

    #[test]
    fn the_lowest_and_the_highest_fill_the_height() {
        let prices: Vec<Price> = [100, 101, 102, 103, 104, 105, 106].map(Price::cents).into();
        assert_eq!(text(&prices, Price::cents(107), 8, &Glyphs::UNICODE), "▁▂▃▄▅▆▇█");
        assert_eq!(text(&prices, Price::cents(107), 3, &Glyphs::UNICODE), "▁▆█");
        assert_eq!(text(&prices[..1], Price::cents(100), 8, &Glyphs::UNICODE), "▄▄");
        assert_eq!(text(&[], Price::cents(100), 8, &Glyphs::UNICODE), "");
        assert_eq!(text(&prices, Price::cents(107), 1, &Glyphs::UNICODE), "▄");
    }
}
