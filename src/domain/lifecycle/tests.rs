//! The lifecycle table written out in full beside the code, and what must hold in all its rows.
//! Must never be regenerated without reading the difference row by row.

use std::fmt::Write;

use super::{Certainty, Pending, Report, ReportKind, State, Status, next};
use crate::bounds::REASON_CHARS_MAX;
use crate::domain::ids::{ClientOrderId, OrderId};
use crate::domain::numbers::{Price, Qty};
use crate::domain::time::MarketTime;

fn reports() -> Vec<(&'static str, ReportKind)> {
    let total = Qty::shares(5);
    let reason = String::new;
    let by = ClientOrderId::of(OrderId(uuid::Uuid::from_u128(1)), 2);
    let price = Price::cents(100);
    vec![
        ("acked", ReportKind::Acked),
        ("working", ReportKind::Working),
        ("filled", ReportKind::Filled { quantity: total, price, total, execution: reason() }),
        ("canceled", ReportKind::Canceled { total }),
        ("expired", ReportKind::Expired { total }),
        ("complete", ReportKind::Complete { total }),
        ("done_for_day", ReportKind::DoneForDay),
        ("rejected", ReportKind::Rejected { reason: reason() }),
        ("replaced", ReportKind::Replaced { by, total }),
        ("cancel_rejected", ReportKind::CancelRejected { reason: reason() }),
        ("replace_rejected", ReportKind::ReplaceRejected { reason: reason() }),
        ("unclear", ReportKind::Unclear { reason: reason() }),
        ("not_found", ReportKind::NotFound),
    ]
}

fn states() -> impl Iterator<Item = State> {
    Status::ALL.into_iter().flat_map(|status| {
        [Pending::None, Pending::Cancel, Pending::Replace].into_iter().flat_map(move |pending| {
            [Certainty::Sure, Certainty::Unknown].into_iter().map(move |certainty| State {
                status,
                pending,
                certainty,
            })
        })
    })
}

fn short(state: State) -> String {
    let mut text = state.status.as_str().to_owned();
    match state.pending {
        Pending::None => {}
        Pending::Cancel => text.push_str("+cancel"),
        Pending::Replace => text.push_str("+replace"),
    }
    if state.certainty == Certainty::Unknown {
        text.push('?');
    }
    text
}

#[test]
fn every_state_and_report_goes_where_the_table_says() {
    let mut table = String::new();
    for state in states() {
        for (name, report) in reports() {
            let open = next(state, &report, false, false);
            let covered = next(state, &report, true, false);
            let whole = next(state, &report, true, true);
            let (open, covered, whole) = (short(open), short(covered), short(whole));
            let line = if open == covered && covered == whole {
                open
            } else {
                format!("{open} | covered: {covered} | whole: {whole}")
            };
            writeln!(table, "{:<22} {name:<17} {line}", short(state)).unwrap();
        }
    }
    let expected = include_str!("table.txt");
    for (line, (now, then)) in table.lines().zip(expected.lines()).enumerate() {
        assert_eq!(now, then, "line {} of table.txt", line + 1);
    }
    assert_eq!(table.lines().count(), expected.lines().count());
}

#[test]
fn what_is_final_stays_final_and_only_a_whole_fill_changes_it() {
    for state in states().filter(|state| state.is_final()) {
        for (name, report) in reports() {
            for covers in [false, true] {
                assert_eq!(next(state, &report, covers, false), state, "{} {name}", short(state));
            }
            let whole = next(state, &report, true, true);
            let is_fill = matches!(report, ReportKind::Filled { .. });
            let expected = if is_fill { State::sure(Status::Filled) } else { state };
            assert_eq!(whole, expected, "{} {name}", short(state));
        }
    }
}

#[test]
fn an_order_closes_only_when_its_fills_cover_the_total() {
    for state in states().filter(|state| !state.is_final()) {
        for report in [
            ReportKind::Canceled { total: Qty::shares(5) },
            ReportKind::Expired { total: Qty::shares(5) },
        ] {
            let open = next(state, &report, false, false);
            assert!(!open.is_final(), "{} closed with fills missing", short(state));
            assert_eq!(open.certainty, Certainty::Unknown);
            assert!(next(state, &report, true, false).is_final());
        }
    }
}

#[test]
fn what_is_not_known_is_never_shown_as_rejected_or_canceled() {
    let unclear = ReportKind::Unclear { reason: String::new() };
    for state in states().filter(|state| !state.is_final()) {
        for report in [&unclear, &ReportKind::NotFound] {
            let to = next(state, report, true, false);
            assert_eq!(to.word(), "unknown", "{}", short(state));
            assert_eq!((to.status, to.pending), (state.status, state.pending));
        }
    }
}

#[test]
fn a_request_stays_pending_until_it_is_answered() {
    for state in states().filter(|state| !state.is_final() && state.pending != Pending::None) {
        for (name, report) in reports() {
            let to = next(state, &report, true, false);
            let may_answer = match report {
                ReportKind::Canceled { .. }
                | ReportKind::Expired { .. }
                | ReportKind::Complete { .. }
                | ReportKind::Rejected { .. } => true,
                ReportKind::CancelRejected { .. } => state.pending == Pending::Cancel,
                ReportKind::Replaced { .. } | ReportKind::ReplaceRejected { .. } => {
                    state.pending == Pending::Replace
                }
                _ => false,
            };
            assert!(may_answer || to.pending == state.pending, "{} {name}", short(state));
        }
    }
}

#[test]
fn a_venue_s_words_are_cleaned_and_cut() {
    let rude = || format!("\u{1b}[2Jno \u{202e}{}", "!".repeat(1_000));
    let said = |kind| {
        let report = Report {
            client_id: ClientOrderId::from_outside("a"),
            venue_id: Some(rude()),
            at: MarketTime::default(),
            kind,
        };
        let Report { venue_id, kind, .. } = report.cleaned();
        let words = match kind {
            ReportKind::Rejected { reason }
            | ReportKind::CancelRejected { reason }
            | ReportKind::ReplaceRejected { reason }
            | ReportKind::Unclear { reason } => reason,
            ReportKind::Filled { execution, .. } => execution,
            other => panic!("no words in {other:?}"),
        };
        [venue_id.unwrap(), words]
    };
    let (quantity, price) = (Qty::shares(1), Price::cents(100));
    for kind in [
        ReportKind::Rejected { reason: rude() },
        ReportKind::CancelRejected { reason: rude() },
        ReportKind::ReplaceRejected { reason: rude() },
        ReportKind::Unclear { reason: rude() },
        ReportKind::Filled { quantity, price, total: quantity, execution: rude() },
    ] {
        for words in said(kind) {
            assert!(words.starts_with("[2Jno !!!"), "{words}");
            assert_eq!(words.chars().count(), REASON_CHARS_MAX);
        }
    }
}
