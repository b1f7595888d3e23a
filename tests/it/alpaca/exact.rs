//! What was read is what was sent: every member, and every digit of every number.
//! Must never compare numbers as floats.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::bodies::{self, Sample};

/// A JSON value with its numbers as text.
#[derive(Debug, PartialEq)]
enum Exact {
    Nothing,
    Text(String),
    Members(BTreeMap<String, Exact>),
    Items(Vec<Exact>),
}

fn exact(raw: &str) -> Exact {
    match raw.trim_start().as_bytes()[0] {
        b'n' => Exact::Nothing,
        b'{' => {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(raw).expect("JSON");
            let members = members.into_iter().map(|(name, value)| (name, exact(value.get())));
            Exact::Members(members.collect())
        }
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(raw).expect("JSON");
            Exact::Items(items.into_iter().map(|item| exact(item.get())).collect())
        }
        _ => Exact::Text(raw.to_owned()),
    }
}

/// The same moment may be written with another offset.
fn is_same_moment(one: &str, other: &str) -> bool {
    let moment = |text: &str| text.trim_matches('"').parse::<jiff::Timestamp>().ok();
    moment(one).is_some() && moment(one) == moment(other)
}

/// What of `sent` is missing or different in `read`; members without a value may be left out.
fn differences(path: &str, sent: &Exact, read: Option<&Exact>, found: &mut Vec<String>) {
    match (sent, read) {
        (Exact::Nothing, None | Some(Exact::Nothing)) => {}
        (Exact::Members(sent), Some(Exact::Members(read))) => {
            for (name, value) in sent {
                differences(&format!("{path}.{name}"), value, read.get(name), found);
            }
        }
        (Exact::Items(sent), Some(Exact::Items(read))) if sent.len() == read.len() => {
            for (index, (sent, read)) in sent.iter().zip(read).enumerate() {
                differences(&format!("{path}[{index}]"), sent, Some(read), found);
            }
        }
        (Exact::Text(sent), Some(Exact::Text(read)))
            if sent == read || is_same_moment(sent, read) => {}
        _ => found.push(format!("{path}: {sent:?} was read as {read:?}")),
    }
}

/// Members that stay unread on purpose: objects without a meaning for anybody here.
const UNREAD: [&str; 2] = [".admin_configurations", ".user_configurations"];

#[test]
fn every_sample_is_read_without_losing_a_digit() {
    let samples = bodies::all();
    assert!(samples.len() >= 40, "only {} samples", samples.len());
    for Sample { name, body, reading } in samples {
        let read = (reading.again)(&body).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut found = Vec::new();
        differences("", &exact(&body), Some(&exact(&read)), &mut found);
        found.retain(|line| !UNREAD.iter().any(|path| line.starts_with(&format!("{path}:"))));
        assert!(found.is_empty(), "{name}:\n{}", found.join("\n"));
    }
}

#[test]
fn what_is_written_is_read_again_the_same() {
    for Sample { name, body, reading } in bodies::all() {
        let once = (reading.again)(&body).expect("it was read above");
        let twice = (reading.again)(&once).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(once, twice, "{name}");
    }
}

#[test]
fn the_index_names_every_sample_and_its_origin() {
    let index = include_str!("samples/README.md");
    let rows = index.lines().filter_map(|line| line.strip_prefix("| `")?.split_once(".json` | "));
    let mut named: Vec<&str> = Vec::new();
    for (name, rest) in rows {
        let columns: Vec<&str> = rest.split(" | ").map(str::trim).collect();
        assert!(columns.len() == 3 && columns.iter().all(|one| one.len() > 4), "{name}: {rest}");
        named.push(name);
    }
    named.sort_unstable();
    let samples = bodies::all();
    let there: Vec<&str> = samples.iter().map(|sample| sample.name.as_str()).collect();
    assert_eq!(named, there);
}
