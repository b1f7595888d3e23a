//! Charts as text, at sizes from nothing to large, and the cells where things stand.
//! Must never be judged by colour: signs and labels say it all.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Chart, Cross, Mark, round_up};
use crate::tui::theme::{Plain, Role, Theme, Themes};

fn theme(ascii: bool) -> Theme {
    Themes::built_in(Plain { no_colour: false, ascii }).first().clone()
}

fn cents(height: i64) -> String {
    format!("{}.{:02}", height / 100, height % 100)
}

fn chart<'a>(line: &'a [i64], marks: &'a [Mark], times: &'a [(usize, String)]) -> Chart<'a> {
    Chart {
        line,
        role: Role::Line,
        newest: Role::Up,
        level: None,
        marks,
        volumes: &[],
        times,
        corner: "EST",
        grain: 1,
        label: &cents,
        cross: None,
    }
}

fn text(chart: &Chart<'_>, width: u16, height: u16, ascii: bool) -> String {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    chart.draw(&mut buffer, area, &theme(ascii));
    let lines = buffer.content().chunks(usize::from(width.max(1)));
    let line = |cells: &[ratatui::buffer::Cell]| {
        cells.iter().map(ratatui::buffer::Cell::symbol).collect::<String>().trim_end().to_owned()
    };
    lines.map(line).collect::<Vec<_>>().join("\n")
}

/// A hill and a valley, 61 steps.
fn course() -> Vec<i64> {
    let up = (0..20).map(|n| 18_500 + n * 12);
    let down = (0..25).map(|n| 18_728 - n * 20);
    up.chain(down).chain((0..16).map(|n| 18_248 + n * 30)).collect()
}

fn hours() -> Vec<(usize, String)> {
    (0..=60).step_by(10).map(|step| (step, format!("{}:30", 9 + step / 10))).collect()
}

#[test]
fn a_whole_chart_in_braille_and_in_plain_characters() {
    let (line, times) = (course(), hours());
    let marks = [
        Mark { step: 10, height: 18_620, sign: "▲", role: Role::Buy },
        Mark { step: 40, height: 18_300, sign: "▼", role: Role::Sell },
    ];
    let volumes: Vec<i64> = (0..61).map(|n| (n % 7) * 100).collect();
    let mut chart = chart(&line, &marks, &times);
    chart.level = Some((18_510, "before"));
    chart.volumes = &volumes;
    let whole = text(&chart, 60, 16, false);
    let plain = text(&chart, 60, 16, true);
    chart.cross = Some(Cross { step: 52, label: "14:42".to_owned() });
    let crossed = text(&chart, 60, 16, false);
    insta::assert_snapshot!([whole, plain, crossed].join("\n\n"));
}

#[test]
fn ends_and_extremes_stand_at_the_edges() {
    let (line, times) = (course(), hours());
    let chart = chart(&line, &[], &times);
    let area = Rect::new(3, 2, 60, 12);
    assert_eq!(chart.step_at(area, 3), Some(0));
    assert_eq!(chart.step_at(area, 55), Some(60), "the last column of the plot");
    assert_eq!(chart.step_at(area, 56), None, "the axis");
    assert_eq!(chart.step_at(area, 2), None);
    let frame = chart.frame(area).expect("room");
    assert_eq!(frame.column_of(0), 3);
    assert_eq!(frame.column_of(60), 55);
    for step in 0..61 {
        let back = frame.step_of(frame.column_of(step));
        assert!(back.abs_diff(step) <= 1, "{step} came back as {back}");
    }
    assert!(frame.row_of(18_728) < frame.row_of(18_500));
    assert!(frame.row_of(18_728) <= frame.plot.y + 1, "the highest is at the top");
    assert!(frame.row_of(18_248) >= frame.plot.bottom() - 2, "the lowest is at the bottom");
}

#[test]
fn a_level_far_away_does_not_flatten_the_line() {
    let line = [10_000, 10_010, 10_005];
    let mut chart = chart(&line, &[], &[]);
    chart.level = Some((10_015, "before"));
    assert!(chart.scale().expect("heights").1 > 10_015);
    chart.level = Some((20_000, "before"));
    assert!(chart.scale().expect("heights").1 < 10_100);
    let above = text(&chart, 40, 10, false);
    let first = above.lines().next().expect("a line");
    assert!(!above.contains('╌') && first.contains("before 200.00 ▲"), "{above}");
    assert!(!first.ends_with("200.00"), "it has no place on the axis: {above}");
    chart.level = Some((5_000, "before"));
    let below = text(&chart, 40, 10, false);
    let last = below.lines().last().expect("a line");
    assert!(!below.contains('╌') && last.contains("before 50.00 ▼"), "{below}");
}

#[test]
fn every_size_and_every_line_is_survived() {
    let (long, times) = (course(), hours());
    let marks = [Mark { step: 99, height: 1, sign: "▲", role: Role::Buy }];
    let lines: [&[i64]; 6] =
        [&[], &[5], &[0, 0, 0], &[-7, 7], &long, &[i64::MIN / 4, i64::MAX / 4]];
    for line in lines {
        let mut chart = chart(line, &marks, &times);
        chart.volumes = &[1, 0, 3];
        for cross in [None, Some(Cross { step: 1, label: "14:42".to_owned() })] {
            chart.cross = cross;
            for (width, height) in [(0, 0), (1, 1), (3, 40), (22, 4), (23, 5), (80, 1), (300, 90)] {
                text(&chart, width, height, false);
                text(&chart, width, height, true);
            }
        }
    }
}

#[test]
fn labels_are_round() {
    for (distance, grain, round) in
        [(0, 1, 1), (3, 1, 5), (7, 1, 10), (11, 10, 20), (51, 1, 100), (201, 100, 500)]
    {
        assert_eq!(round_up(distance, grain), round, "{distance} in {grain}");
    }
    assert_eq!(round_up(i64::MAX, 1), i64::MAX);
}
