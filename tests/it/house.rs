//! The house rules of the crate as tests: layering, cycles, sizes, headers, names, banned words.
//! Must never pass because it read nothing: it counts its sources, and its rules are proved below.

mod blank;
mod habits;
mod layers;
mod source;

use std::fs;
use std::path::{Path, PathBuf};

use source::Source;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Every Rust file under `folder`, in name order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("the entry is readable").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(path);
        }
    }
    found
}

fn sources(folder: &str) -> Vec<Source> {
    let folder = Path::new(ROOT).join(folder);
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a source is text");
        let name = path.strip_prefix(&folder).expect("it lies below").to_string_lossy();
        Source::read(&name.replace('\\', "/"), &text)
    };
    files(&folder).into_iter().map(read).collect()
}

/// The names of the crates that Cargo.toml asks for, as code writes them.
fn crates() -> Vec<String> {
    let manifest = fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).expect("it is text");
    let mut inside = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line == "[dependencies]";
        } else if let Some((name, _)) = line.split_once('=').filter(|_| inside) {
            names.push(name.trim().replace('-', "_"));
        }
    }
    names
}

fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn every_import_follows_the_table() {
    let (sources, crates) = (sources("src"), crates());
    assert!(sources.len() > 20 && crates.contains(&"ratatui".to_owned()), "the house was read");
    let references: usize = sources.iter().map(|source| source.references.len()).sum();
    assert!(references > 100, "only {references} paths were understood");
    assert_none(&layers::complaints(&sources, &crates));
}

#[test]
fn files_functions_and_lines_are_short() {
    for folder in ["src", "tests"] {
        let found: Vec<String> = sources(folder).iter().flat_map(habits::sizes).collect();
        assert_none(&found);
    }
}

#[test]
fn every_file_says_what_it_owns_and_what_it_must_never_do() {
    let found: Vec<String> = sources("src").iter().filter_map(habits::header).collect();
    assert_none(&found);
}

#[test]
fn names_say_what_a_thing_is() {
    let found: Vec<String> = sources("src").iter().flat_map(habits::names).collect();
    assert_none(&found);
}

#[test]
fn imports_name_each_thing_once() {
    let found: Vec<String> = sources("src").iter().flat_map(habits::imports).collect();
    assert_none(&found);
}

#[test]
fn banned_words_stay_out() {
    for folder in ["src", "tests"] {
        let found: Vec<String> = sources(folder).iter().flat_map(habits::words).collect();
        assert_none(&found);
    }
}

#[test]
fn permission_is_asked_in_one_place() {
    let found: Vec<String> = sources("src").iter().flat_map(habits::gate).collect();
    assert_none(&found);
}

/// The rules, proved on made-up sources: each broken one is found, each sound one passes.
mod proof {
    use super::source::Source;
    use super::{habits, layers};

    /// Complaints about imports in a house of the given files.
    fn layering(files: &[(&str, &str)]) -> Vec<String> {
        let mut sources: Vec<Source> =
            files.iter().map(|(path, text)| Source::read(path, text)).collect();
        for path in ["lib.rs", "bounds.rs", "domain/mod.rs", "domain/ids.rs", "desk/mod.rs"] {
            if !sources.iter().any(|source| source.path == path) {
                sources.push(Source::read(path, ""));
            }
        }
        let crates = ["sqlx", "ratatui", "tokio", "anyhow", "jiff"].map(str::to_owned);
        layers::complaints(&sources, &crates)
    }

    #[track_caller]
    fn finds(files: &[(&str, &str)], words: &str) {
        let found = layering(files);
        assert!(found.iter().any(|one| one.contains(words)), "{words:?} not in {found:?}");
    }

    #[test]
    fn sound_edges_pass() {
        let found = layering(&[
            ("desk/view.rs", "use crate::domain::ids::UserId; use super::event::Event;"),
            ("desk/event.rs", "use jiff::civil::Date; #[cfg(test)] mod tests { use super::X; }"),
            ("desk/run.rs", "use tokio::sync::mpsc; use super::view::View;"),
            ("tui/mod.rs", "pub mod app; use crate::desk::view::View; use ratatui::Frame;"),
            ("tui/app.rs", "use super::Screen; #[cfg(test)] mod t { use crate::clock::Manual; }"),
            ("clock.rs", "use crate::desk::port::Clock;"),
            ("compose.rs", "use crate::{store, tui, venue}; use anyhow::Result;"),
            ("store/mod.rs", "// use crate::tui;\n const A: &str = \"crate::venue::x\";"),
            ("venue/mod.rs", ""),
        ]);
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn a_wrong_edge_between_rooms_is_found() {
        let tui = ("tui/mod.rs", "");
        finds(
            &[tui, ("domain/ids.rs", "use crate::desk::Desk;")],
            "`domain` may not import `desk`",
        );
        finds(&[tui, ("desk/run.rs", "use crate::tui::run;")], "`desk` may not import `tui`");
        finds(
            &[("venue/mod.rs", ""), ("store/mod.rs", "use crate::{domain::ids, venue::Tape};")],
            "`store` may not import `venue`",
        );
        finds(
            &[tui, ("cli/mod.rs", "fn f() { crate::tui::run(); }")],
            "`cli` may not import `tui`",
        );
        finds(
            &[("clock.rs", ""), ("tui/mod.rs", "use crate::clock::SystemClock;")],
            "`tui` may not import `clock`",
        );
        finds(
            &[("desk/permit.rs", ""), ("tui/mod.rs", "use crate::desk::permit::ask;")],
            "`tui` may not import `desk::permit`",
        );
        finds(&[("gui.rs", "use crate::domain::ids;")], "`gui` is not in the table");
        finds(&[tui, ("bounds.rs", "use super::tui;")], "`bounds` may not import `tui`");
    }

    #[test]
    fn a_wrong_crate_is_found() {
        finds(&[("desk/book.rs", "use sqlx::Row;")], "`desk` may not know `sqlx`");
        finds(&[("domain/ids.rs", "fn f() -> ratatui::Frame {}")], "`domain` may not know");
        finds(&[("desk/engine.rs", "use tokio::spawn;")], "only the shell of the desk");
        finds(&[("store/mod.rs", "use anyhow::Result;")], "errors are typed here");
    }

    #[test]
    fn the_order_inside_the_desk_is_kept() {
        let parts = [("desk/event.rs", ""), ("desk/book.rs", ""), ("desk/engine.rs", "")];
        let with = |path, text| [&parts[..], &[(path, text)]].concat();
        finds(&with("desk/view.rs", "use super::book::Book;"), "`view` stands left of `book`");
        finds(
            &with("desk/decide/orders.rs", "use crate::desk::engine::Engine;"),
            "`decide` stands",
        );
        finds(&with("desk/run.rs", "use super::Desk;"), "`run` stands left of `desk`");
        finds(&with("desk/extra.rs", "use super::book::Book;"), "`desk::extra` has no place");
        assert!(layering(&with("desk/permit.rs", "use super::book::Book;")).is_empty());
    }

    #[test]
    fn a_cycle_is_found() {
        finds(
            &[
                ("domain/ids.rs", "use super::text::clean;"),
                ("domain/text.rs", "use crate::domain::marks::Mark;"),
                ("domain/marks.rs", "use crate::domain::ids::UserId;"),
            ],
            "a cycle of imports: domain::ids -> domain::text -> domain::marks -> domain::ids",
        );
    }

    #[test]
    fn sizes_are_counted() {
        let long = format!("fn f() {{\n{}}}\n", "a();\n".repeat(69));
        assert_eq!(habits::sizes(&Source::read("a.rs", &long)).len(), 1);
        let fits = format!("fn f() {{\n{}}}\n", "a();\n".repeat(68));
        assert!(habits::sizes(&Source::read("a.rs", &fits)).is_empty());
        let wide = format!("// {}\n", "ä".repeat(98));
        assert_eq!(habits::sizes(&Source::read("a.rs", &wide)).len(), 1);
        assert_eq!(habits::sizes(&Source::read("a.rs", &"\n".repeat(501))).len(), 1);
        assert!(habits::sizes(&Source::read("a.rs", &"\n".repeat(500))).is_empty());
    }

    #[test]
    fn headers_need_two_sentences_and_a_never() {
        let header = |text| habits::header(&Source::read("a.rs", text)).is_some();
        assert!(header("use a::b;"));
        assert!(header("//! Owns one thing."));
        assert!(header("//! Owns one thing. And another."));
        assert!(!header("//! Owns one thing. Must\n//! never own two.\nuse a::b;"));
    }

    #[test]
    fn empty_names_globs_and_banned_words_are_found() {
        let read = |text| Source::read("desk/book.rs", text);
        assert_eq!(habits::names(&Source::read("desk/utils.rs", "")).len(), 1);
        assert_eq!(habits::names(&read("struct OrderManager; fn common() {}")).len(), 1);
        assert_eq!(habits::imports(&read("use super::*; use a::{b, c::*};")).len(), 2);
        assert_eq!(habits::imports(&read("pub use a::b; pub(crate) use c::d;")).len(), 2);
        for text in [
            "use std::collections::HashMap;",
            "#[ignore] fn f() {}",
            "fn f() { todo!() }",
            "fn f() { unimplemented!(\"later\") }",
            "#[ignore = \"slow\"] fn f() {}",
            "fn f() { println!(\"x\") }",
            "fn f(x: f64) {}",
        ] {
            assert_eq!(habits::words(&read(text)).len(), 1, "{text}");
        }
        assert!(
            habits::words(&read("// HashMap, todo!()\nfn todo() { ignore(\"f64\") }")).is_empty()
        );
        assert!(habits::words(&Source::read("cli/demo.rs", "fn f() { println!() }")).is_empty());
    }

    #[test]
    fn a_second_gate_is_found() {
        let text = "fn f(role: &Role) { role.allows(Act::Trade, None); }";
        assert_eq!(habits::gate(&Source::read("desk/risk.rs", text)).len(), 1);
        assert!(habits::gate(&Source::read("desk/permit.rs", text)).is_empty());
    }
}
