//! What a tape must be whatever the seed: one story, told the same from any moment.
//! Must never need the exchange: the tape stands alone.

use crate::domain::hours::Schedule;
use crate::domain::numbers::{Price, Qty};
use crate::domain::quotes::{Bar, Range, Ticker};
use crate::domain::symbols::Symbol;
use crate::domain::time::MarketTime;
use crate::venue::simulator::listing::table;

use super::cursor::Cursor;
use super::grid::{float, steps};
use super::{Slot, Tape};

fn tape(seed: u64, schedule: Schedule) -> Tape {
    Tape::new(seed, schedule, &table())
}

fn at(text: &str) -> MarketTime {
    MarketTime::from_new_york(text.parse().expect("a civil time"))
}

fn slot(tape: &Tape, symbol: &str) -> Slot {
    tape.slot(Symbol::parse(symbol).expect("plain")).expect("listed")
}

fn lively(tape: &Tape) -> impl Iterator<Item = Slot> {
    tape.all().filter(|&slot| !tape.is_still(slot))
}

fn check_picture(ticker: &Ticker) {
    let symbol = ticker.symbol;
    assert!(ticker.bid < ticker.ask, "{symbol}: crossed: {ticker:?}");
    assert!(ticker.bid <= ticker.last && ticker.last <= ticker.ask, "{symbol}: {ticker:?}");
    assert!(ticker.low <= ticker.last && ticker.last <= ticker.high, "{symbol}: {ticker:?}");
    assert!(ticker.low <= ticker.open && ticker.open <= ticker.high, "{symbol}: {ticker:?}");
    for price in [ticker.last, ticker.bid, ticker.ask, ticker.open, ticker.high, ticker.low] {
        assert!(price.is_on_grid() && price > Price::ZERO, "{symbol}: off the grid: {ticker:?}");
    }
    for size in [ticker.last_size, ticker.bid_size, ticker.ask_size, ticker.volume] {
        assert!(size > Qty::ZERO && size.is_whole(), "{symbol}: sizes: {ticker:?}");
    }
}

#[test]
fn every_picture_holds_together() {
    for seed in 0..3 {
        for schedule in [Schedule::Always, Schedule::Nyse] {
            let tape = tape(seed, schedule);
            for hour in 0..40 {
                let when = at("2026-11-01T00:00:00").plus_ms(hour * 13_700_000 + 17);
                for slot in lively(&tape) {
                    let ticker = tape.picture(slot, when);
                    check_picture(&ticker);
                    assert!(ticker.at <= when);
                }
            }
        }
    }
}

#[test]
fn stepping_and_jumping_show_the_same_pictures() {
    for (schedule, start) in [
        (Schedule::Always, "2026-11-20T19:50:00"),
        (Schedule::Always, "2026-03-08T01:50:00"),
        (Schedule::Nyse, "2026-11-20T15:50:00"),
        (Schedule::Nyse, "2026-11-25T15:58:00"),
    ] {
        let tape = tape(3, schedule);
        for symbol in ["SPY", "BKNG", "BURU", "TLRY", "FFAI", "X"] {
            let slot = slot(&tape, symbol);
            let from = at(start);
            let mut stepped = Cursor::new(&tape, slot, &tape.session_at(from), from);
            let mut jumped = stepped.clone();
            let mut when = from;
            // Uneven steps over the end of a day (and on the exchange, over a closed night).
            for index in 0..400_i64 {
                when = when.plus_ms(1 + index * index * 7 % 9_000);
                if index % 97 == 96 {
                    when = when.plus_ms(8 * 3_600_000);
                }
                stepped.step(&tape, when, |print| assert!(print.at <= when));
                jumped.jump(&tape, when);
                let fresh = tape.picture(slot, when);
                assert_eq!(*stepped.picture(), fresh, "{symbol} stepped to {when:?}");
                assert_eq!(*jumped.picture(), fresh, "{symbol} jumped to {when:?}");
                assert_eq!(stepped.due(), jumped.due());
                assert!(stepped.due() > when);
            }
        }
    }
}

#[test]
fn bars_are_made_of_the_trades() {
    for schedule in [Schedule::Always, Schedule::Nyse] {
        let tape = tape(11, schedule);
        for symbol in ["AAPL", "BRK.B", "IBIO", "SNDL"] {
            let slot = slot(&tape, symbol);
            let session = tape.session_at(at("2026-11-27T12:00:00"));
            let mut cursor = Cursor::new(&tape, slot, &session, session.open.plus_ms(-1));
            let mut made: Vec<Bar> = Vec::new();
            let end = session.close.plus_ms(-1);
            cursor.step(&tape, end, |print| {
                if !print.is_trade() {
                    return;
                }
                let minute = print.at.ms_since(session.open) / 60_000;
                let start = session.open.plus_ms(minute * 60_000);
                let (open, last, volume) = (print.last, print.last, print.traded);
                let (high, low, close) = (last, last, last);
                if made.last().is_none_or(|bar| bar.start != start) {
                    made.push(Bar { start, open, high, low, close, volume: Qty::ZERO });
                }
                let bar = made.last_mut().expect("just there");
                bar.high = bar.high.max(last);
                bar.low = bar.low.min(last);
                bar.close = last;
                bar.volume += volume;
            });
            assert_eq!(tape.session_bars(slot, &session, 1, end), made, "{symbol}");
            let picture = tape.picture(slot, end);
            let volume: Qty = made.iter().map(|bar| bar.volume).sum();
            assert_eq!(picture.volume, volume);
            assert_eq!(Some(picture.high), made.iter().map(|bar| bar.high).max());
            assert_eq!(Some(picture.low), made.iter().map(|bar| bar.low).min());
            assert_eq!(picture.open, made[0].open);
            assert_eq!(tape.close(slot, &session), picture.last);
            let next = tape.session_of(schedule.next_day(session.day));
            assert_eq!(tape.picture(slot, next.open).previous_close, picture.last);
        }
    }
}

#[test]
fn longer_bars_are_made_of_shorter_ones() {
    let tape = tape(2, Schedule::Nyse);
    let slot = slot(&tape, "MSFT");
    let session = tape.session_at(at("2026-11-20T12:00:00"));
    for when in [session.open.plus_ms(7_654_321), session.close] {
        let minutes = tape.session_bars(slot, &session, 1, when);
        for step in [15, 60, u32::MAX] {
            let bars = tape.session_bars(slot, &session, step, when);
            for bar in &bars {
                let span = i64::from(step).saturating_mul(60_000);
                let inside = |minute: &&Bar| {
                    minute.start >= bar.start && minute.start.ms_since(bar.start) < span
                };
                let parts: Vec<&Bar> = minutes.iter().filter(inside).collect();
                assert_eq!(bar.open, parts[0].open);
                assert_eq!(bar.close, parts[parts.len() - 1].close);
                assert_eq!(Some(bar.high), parts.iter().map(|part| part.high).max());
                assert_eq!(Some(bar.low), parts.iter().map(|part| part.low).min());
                assert_eq!(bar.volume, parts.iter().map(|part| part.volume).sum());
            }
            let volume: Qty = bars.iter().map(|bar| bar.volume).sum();
            assert_eq!(volume, minutes.iter().map(|bar| bar.volume).sum());
        }
    }
}

#[test]
fn ranges_reach_back_as_far_as_they_say() {
    for schedule in [Schedule::Always, Schedule::Nyse] {
        let tape = tape(2, schedule);
        let slot = slot(&tape, "QQQ");
        let now = at("2026-11-20T10:00:30");
        let bars = |range| tape.bars(slot, range, now);
        let day = bars(Range::Day);
        assert_eq!(day.len(), 390);
        assert_eq!(day[389].start, at("2026-11-20T10:00:00"));
        assert_eq!(bars(Range::Year).len(), 252);
        for range in Range::ALL {
            let bars = bars(range);
            assert!(bars.windows(2).all(|pair| pair[0].start < pair[1].start), "{range:?}");
            assert!(bars.iter().all(|bar| bar.low <= bar.open && bar.close <= bar.high));
            let last = bars[bars.len() - 1];
            assert_eq!(last.close, tape.picture(slot, now).last, "{range:?}");
        }
        assert!(tape.bars(slot, Range::Week, now).len() > 4 * 26);
        assert!(tape.bars(slot, Range::Month, now).len() > 20 * 6);
        let halted = super::tests::slot(&tape, "FFAI");
        assert!(tape.bars(halted, Range::Day, now).is_empty());
    }
}

#[test]
fn the_newest_trades_end_with_the_last_price() {
    let tape = tape(9, Schedule::Always);
    let now = at("2026-11-20T20:01:10");
    for slot in lively(&tape) {
        let trades = tape.trades(slot, now, 50);
        assert_eq!(trades[0].price, tape.picture(slot, now).last);
        assert_eq!(trades[0].size, tape.picture(slot, now).last_size);
        assert!(trades.windows(2).all(|pair| pair[0].at > pair[1].at));
        assert!(trades.iter().all(|trade| trade.at <= now));
    }
    let later = at("2026-11-20T23:00:10");
    assert!(lively(&tape).all(|slot| tape.trades(slot, later, 50).len() == 50));
}

#[test]
fn a_halted_symbol_stands_still_and_nobody_quotes_it() {
    let tape = tape(1, Schedule::Always);
    let slot = slot(&tape, "FFAI");
    let now = at("2026-11-20T12:00:00");
    let mut cursor = Cursor::new(&tape, slot, &tape.session_at(now), now);
    cursor.step(&tape, now.plus_ms(86_400_000), |_| panic!("nothing is printed"));
    let picture = *cursor.picture();
    assert_eq!((picture.bid, picture.ask, picture.volume), (Price::ZERO, Price::ZERO, Qty::ZERO));
    assert_eq!(picture.last, picture.previous_close);
    assert!(tape.trades(slot, now, 9).is_empty());
}

#[test]
fn on_the_exchange_nothing_moves_while_it_is_closed() {
    let tape = tape(4, Schedule::Nyse);
    let slot = slot(&tape, "SPY");
    let friday = at("2026-11-20T16:00:00");
    let standing = tape.picture(slot, friday);
    for hours in [1, 20, 40, 65] {
        assert_eq!(tape.picture(slot, friday.plus_ms(hours * 3_600_000)), standing);
    }
    let monday = tape.picture(slot, at("2026-11-23T09:30:00"));
    assert_eq!(monday.at, at("2026-11-23T09:30:00"));
    assert_eq!(monday.previous_close, standing.last);
    assert_ne!(monday.open, standing.last, "the night moved it");
}

/// Close-to-close returns of one symbol over `days` trading days.
fn daily_returns(tape: &Tape, symbol: &str, days: usize) -> Vec<f64> {
    let slot = slot(tape, symbol);
    let mut session = tape.session_at(at("2026-11-20T12:00:00"));
    let mut closes = Vec::new();
    for _ in 0..=days {
        closes.push(float(steps(tape.close(slot, &session))));
        session = tape.session_of(tape.schedule().previous_day(session.day));
    }
    closes.windows(2).map(|pair| libm::log(pair[0] / pair[1])).collect()
}

fn correlation(left: &[f64], right: &[f64]) -> f64 {
    let count = float(i64::try_from(left.len()).expect("few"));
    let mean = |values: &[f64]| values.iter().sum::<f64>() / count;
    let (left_mean, right_mean) = (mean(left), mean(right));
    let product = |a: &[f64], am: f64, b: &[f64], bm: f64| {
        a.iter().zip(b).map(|(x, y)| (x - am) * (y - bm)).sum::<f64>() / count
    };
    product(left, left_mean, right, right_mean)
        / libm::sqrt(
            product(left, left_mean, left, left_mean)
                * product(right, right_mean, right, right_mean),
        )
}

fn deviation(values: &[f64]) -> f64 {
    let count = float(i64::try_from(values.len()).expect("few"));
    libm::sqrt(values.iter().map(|value| value * value).sum::<f64>() / count)
}

/// Returns of the minutes of one session.
fn minute_returns(tape: &Tape, symbol: &str, day: &str) -> Vec<f64> {
    let session = tape.session_at(at(day));
    let bars = tape.session_bars(slot(tape, symbol), &session, 1, session.close);
    let closes = bars.iter().map(|bar| float(steps(bar.close)));
    let closes: Vec<f64> = closes.collect();
    closes.windows(2).map(|pair| libm::log(pair[1] / pair[0])).collect()
}

#[test]
fn symbols_follow_the_market_as_their_beta_says() {
    let tape = tape(21, Schedule::Nyse);
    let market = daily_returns(&tape, "SPY", 1_000);
    let expected =
        [("QQQ", 0.6, 1.0), ("AAPL", 0.45, 0.85), ("KO", 0.2, 0.65), ("SH", -1.0, -0.85)];
    for (symbol, least, most) in expected {
        let found = correlation(&market, &daily_returns(&tape, symbol, 1_000));
        assert!((least..most).contains(&found), "{symbol}: {found}");
    }
    let within = minute_returns(&tape, "SPY", "2026-11-20T12:00:00");
    let found = correlation(&within, &minute_returns(&tape, "QQQ", "2026-11-20T12:00:00"));
    assert!(found > 0.4, "minutes too: {found}");
    let other = correlation(&within, &minute_returns(&tape, "QQQ", "2026-11-19T12:00:00"));
    assert!(other.abs() < 0.25, "and not by construction: {other}");
}

#[test]
fn returns_are_as_wild_as_the_table_says() {
    let tape = tape(8, Schedule::Nyse);
    for (symbol, yearly) in [("SPY", 0.16), ("TSLA", 0.58), ("KO", 0.15), ("BURU", 1.2)] {
        let found = deviation(&daily_returns(&tape, symbol, 2_000)) * libm::sqrt(252.0);
        assert!((0.75 * yearly..1.3 * yearly).contains(&found), "{symbol}: {found}");
    }
}

#[test]
fn wild_and_calm_times_come_in_clusters() {
    let size = |returns: Vec<f64>| returns.iter().map(|value| value.abs()).collect::<Vec<_>>();
    let (mut days, mut minutes, mut signs) = (0.0, 0.0, 0.0);
    let seeds = 12;
    for seed in 0..seeds {
        let tape = tape(seed, Schedule::Nyse);
        let returns = daily_returns(&tape, "AAPL", 1_000);
        signs += correlation(&returns[1..], &returns[..returns.len() - 1]);
        let sizes = size(returns);
        days += correlation(&sizes[1..], &sizes[..sizes.len() - 1]);
        let sizes = size(minute_returns(&tape, "AAPL", "2026-11-20T12:00:00"));
        minutes += correlation(&sizes[1..], &sizes[..sizes.len() - 1]);
    }
    let mean = |sum: f64| sum / float(i64::try_from(seeds).expect("few"));
    assert!(mean(days) > 0.08, "days: {}", mean(days));
    assert!(mean(minutes) > 0.08, "minutes: {}", mean(minutes));
    assert!(mean(signs).abs() < 0.06, "but the direction is not told: {}", mean(signs));
}

#[test]
fn no_price_drifts_away_over_years() {
    for seed in 0..3 {
        let tape = tape(seed, Schedule::Always);
        let listings = table();
        let mut session = tape.session_at(at("2026-11-20T12:00:00"));
        for _ in 0..500 {
            for slot in lively(&tape) {
                let listing = &listings[usize::from(slot.0)];
                let close = float(steps(tape.close(slot, &session)));
                let part = close / float(steps(listing.reference));
                let wild = listing.volatility;
                let swing = libm::exp(2.5 * wild);
                assert!(
                    (1.0 / swing..swing).contains(&part),
                    "{} at {part} of its reference on {}",
                    listing.asset.symbol,
                    session.day
                );
            }
            session = tape.session_of(tape.schedule().previous_day(session.day));
        }
    }
}

#[test]
fn the_tape_is_the_same_to_the_byte() {
    use sha2::{Digest, Sha256};
    let digest = |seed| {
        let tape = tape(seed, Schedule::Always);
        let mut hash = Sha256::new();
        let now = at("2026-11-20T12:34:56");
        for slot in tape.all() {
            let ticker = tape.picture(slot, now);
            for price in [ticker.last, ticker.bid, ticker.ask, ticker.high, ticker.low] {
                hash.update(price.units().to_le_bytes());
            }
            hash.update(ticker.volume.units().to_le_bytes());
            for bar in tape.bars(slot, Range::Week, now) {
                hash.update(bar.close.units().to_le_bytes());
                hash.update(bar.volume.units().to_le_bytes());
            }
        }
        hash.finalize().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
    };
    assert_eq!(digest(7), "1cc608a0316d205f0a44b77bf29c7138c7239fd70f9569b0e699ae911866548d");
    assert_ne!(digest(7), digest(8));
}
