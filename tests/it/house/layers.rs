//! Who may import whom: the table of rooms, the order inside the desk, and the ban on cycles.
//! Must never be loosened to let a change through: move the code, or change the table on purpose.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Reference, Source};

/// One room: the rooms and the crates that it may import. Its own modules are always allowed.
struct Room {
    name: &'static str,
    rooms: &'static [&'static str],
    /// Modules of the desk that it may import; empty for all. `desk` is `desk/mod.rs` itself.
    desk: &'static [&'static str],
    crates: &'static [&'static str],
}

/// What adapters implement and what they are told.
const PORTS: &[&str] = &["command", "entropy", "event", "port", "prices", "refusal"];
/// What a door asks with, and what it is shown.
const DOOR: &[&str] = &[
    "desk", "actor", "command", "distance", "entropy", "event", "outlook", "port", "prices",
    "refusal", "view",
];
const VALUES: &[&str] = &["domain", "bounds"];
const EDGE: &[&str] = &["domain", "bounds", "desk"];
/// Names every concrete type and wires them: nothing imports these but each other.
const WIRING: &[&str] = &["lib", "main", "compose", "config", "clock", "demo"];

const ROOMS: &[Room] = &[
    Room { name: "bounds", rooms: &[], desk: &[], crates: &[] },
    Room {
        name: "domain",
        rooms: &["bounds"],
        desk: &[],
        crates: &["jiff", "uuid", "thiserror", "unicode_normalization"],
    },
    Room {
        name: "desk",
        rooms: VALUES,
        desk: &[],
        crates: &[
            "argon2",
            "futures",
            "jiff",
            "rand_chacha",
            "sha2",
            "thiserror",
            "tokio",
            "tracing",
            "uuid",
        ],
    },
    Room {
        name: "store",
        rooms: EDGE,
        desk: PORTS,
        crates: &[
            "futures",
            "jiff",
            "serde",
            "serde_json",
            "sha2",
            "sqlx",
            "thiserror",
            "tokio",
            "tracing",
            "uuid",
        ],
    },
    Room {
        name: "venue",
        rooms: EDGE,
        desk: PORTS,
        crates: &[
            "axum",
            "futures",
            "jiff",
            "libm",
            "reqwest",
            "rustls",
            "rmp_serde",
            "serde",
            "serde_json",
            "sha2",
            "thiserror",
            "tokio",
            "tokio_tungstenite",
            "tracing",
            "uuid",
        ],
    },
    Room {
        name: "tui",
        rooms: EDGE,
        desk: DOOR,
        crates: &[
            "crossterm",
            "futures",
            "jiff",
            "nucleo_matcher",
            "ratatui",
            "ratatui_textarea",
            "serde",
            "serde_json",
            "strsim",
            "thiserror",
            "tokio",
            "toml",
            "tracing",
            "tui_input",
            "unicode_normalization",
            "unicode_width",
            "uuid",
        ],
    },
    Room {
        name: "cli",
        rooms: EDGE,
        desk: DOOR,
        crates: &["clap", "jiff", "serde", "serde_json", "strsim", "thiserror", "unicode_width"],
    },
];

/// The order inside the desk: import to the left only, or beside.
const DESK_ORDER: &[&[&str]] = &[
    &["actor", "command", "distance", "entropy", "event", "port", "prices", "refusal"],
    &["lanes", "rows", "secrets", "unmarked", "working"],
    &["view"],
    &["book"],
    &["ground"],
    &["marking", "permit", "risk", "standing"],
    &["answer", "decide", "outlook", "rolling", "watchers"],
    &["intake", "request"],
    &["greeter"],
    &["engine"],
    &["waking"],
    &["run"],
    &["desk"],
];

/// The only parts of the desk that may name tokio: the rest awaits the store and nothing else.
const DESK_ASYNC: &[&str] = &["desk", "prices", "request", "run", "secrets", "view", "watchers"];

/// What test code may import besides: a clock that is moved by hand.
const TEST_ROOMS: &[&str] = &["clock"];

/// Every import that the table forbids, every import to the right inside the desk, every cycle.
pub(crate) fn complaints(sources: &[Source], crates: &[String]) -> Vec<String> {
    let modules: BTreeSet<Vec<String>> =
        sources.iter().map(|source| source.module.clone()).collect();
    let tests = test_modules(sources);
    let mut found = Vec::new();
    let mut edges = BTreeMap::new();
    for source in sources {
        let all_tests = tests.iter().any(|module| source.module.starts_with(module));
        for reference in &source.references {
            let test = reference.test || all_tests;
            match target(source, reference, &modules) {
                Target::Module(to) => {
                    found.extend(judge(source, reference, &to, test));
                    if !test && to != source.module && !source.module.starts_with(&to) {
                        let outgoing: &mut BTreeSet<_> =
                            edges.entry(source.module.clone()).or_default();
                        outgoing.insert(to);
                    }
                }
                Target::Crate(name) if crates.contains(&name) && !test => {
                    found.extend(judge_crate(source, reference, &name));
                }
                Target::Crate(_) => {}
            }
        }
    }
    found.extend(cycle(&edges));
    found
}

fn test_modules(sources: &[Source]) -> BTreeSet<Vec<String>> {
    let declared = sources.iter().flat_map(|source| {
        source.test_modules.iter().map(|name| {
            let mut module = source.module.clone();
            module.push(name.clone());
            module
        })
    });
    declared.collect()
}

enum Target {
    Module(Vec<String>),
    Crate(String),
}

/// Where a path leads: to a module of ours, or into some crate.
fn target(source: &Source, reference: &Reference, modules: &BTreeSet<Vec<String>>) -> Target {
    let mut at = reference.scope.clone();
    let mut rest = reference.path.as_slice();
    match rest[0].as_str() {
        "crate" => at.clear(),
        "trading_desk" if source.room() == "main" => at.clear(),
        "self" => {}
        "super" => {
            at.pop();
        }
        first => {
            at.push(first.to_owned());
            if !(reference.import && modules.contains(&at)) {
                return Target::Crate(first.to_owned());
            }
        }
    }
    rest = &rest[1..];
    while let Some((first, after)) = rest.split_first() {
        match first.as_str() {
            "super" => {
                at.pop();
            }
            name => at.push(name.to_owned()),
        }
        rest = after;
    }
    while !modules.contains(&at) && at.pop().is_some() {}
    Target::Module(at)
}

fn room_of(module: &[String]) -> &str {
    module.first().map_or("lib", String::as_str)
}

/// The part of the desk that a module belongs to; `desk` for `desk/mod.rs`.
fn part_of(module: &[String]) -> &str {
    module.get(1).map_or("desk", String::as_str)
}

fn judge(source: &Source, reference: &Reference, to: &[String], test: bool) -> Option<String> {
    let (from, to_room) = (source.room(), room_of(to));
    let place = format!("{}:{}", source.path, reference.line);
    if from == "desk" && to_room == "desk" && !test {
        return judge_desk(&place, &source.module, to);
    }
    if from == to_room || WIRING.contains(&from) || (test && TEST_ROOMS.contains(&to_room)) {
        return None;
    }
    let Some(room) = ROOMS.iter().find(|room| room.name == from) else {
        return Some(format!("{place}: the room `{from}` is not in the table of layers.rs"));
    };
    if !room.rooms.contains(&to_room) {
        return Some(format!("{place}: `{from}` may not import `{to_room}`"));
    }
    let part = part_of(to);
    let closed = to_room == "desk" && !room.desk.is_empty() && !room.desk.contains(&part);
    closed.then(|| format!("{place}: `{from}` may not import `desk::{part}`"))
}

fn judge_desk(place: &str, from: &[String], to: &[String]) -> Option<String> {
    let rank = |part: &str| DESK_ORDER.iter().position(|parts| parts.contains(&part));
    let (from, to) = (part_of(from), part_of(to));
    if from == to {
        return None;
    }
    match (rank(from), rank(to)) {
        (Some(left), Some(right)) if right <= left => None,
        (Some(_), Some(_)) => {
            Some(format!("{place}: inside the desk `{from}` stands left of `{to}`"))
        }
        (None, _) => Some(format!("{place}: `desk::{from}` has no place in the desk's order")),
        (_, None) => Some(format!("{place}: `desk::{to}` has no place in the desk's order")),
    }
}

fn judge_crate(source: &Source, reference: &Reference, name: &str) -> Option<String> {
    let from = source.room();
    let place = format!("{}:{}", source.path, reference.line);
    if name == "anyhow" && !["main", "compose"].contains(&from) {
        return Some(format!("{place}: errors are typed here; `anyhow` is main's and compose's"));
    }
    if from == "desk" && name == "tokio" && !DESK_ASYNC.contains(&part_of(&source.module)) {
        return Some(format!("{place}: only the shell of the desk may name tokio"));
    }
    let room = ROOMS.iter().find(|room| room.name == from)?;
    (!room.crates.contains(&name)).then(|| format!("{place}: `{from}` may not know `{name}`"))
}

/// One cycle among modules, if there is one. A child that names its own parent makes none.
fn cycle(edges: &BTreeMap<Vec<String>, BTreeSet<Vec<String>>>) -> Option<String> {
    let mut done = BTreeSet::new();
    edges.keys().find_map(|start| visit(start, edges, &mut Vec::new(), &mut done))
}

fn visit(
    module: &Vec<String>,
    edges: &BTreeMap<Vec<String>, BTreeSet<Vec<String>>>,
    path: &mut Vec<Vec<String>>,
    done: &mut BTreeSet<Vec<String>>,
) -> Option<String> {
    if let Some(first) = path.iter().position(|seen| seen == module) {
        let names: Vec<String> =
            path[first..].iter().chain([module]).map(|module| module.join("::")).collect();
        return Some(format!("a cycle of imports: {}", names.join(" -> ")));
    }
    if !done.insert(module.clone()) {
        return None;
    }
    path.push(module.clone());
    let targets = edges.get(module).into_iter().flatten();
    let found = targets.into_iter().find_map(|next| visit(next, edges, path, done));
    path.pop();
    found
}
