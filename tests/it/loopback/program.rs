//! `desk market` as a shell sees it: the lines it prints, a port in use, and its end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

fn market(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_desk"));
    command.arg("market").args(arguments).env_clear();
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn it_prints_what_a_client_needs_then_serves_and_ends_when_asked() {
    for signal in ["TERM", "INT"] {
        let asked = ["--listen", "127.0.0.1:0", "--accounts", "2", "--hours", "nyse"];
        let mut program = market(&asked).spawn().expect("it starts");
        let mut lines = BufReader::new(program.stdout.take().expect("an output")).lines();
        let mut told = Vec::new();
        for _ in 0..7 {
            let line = lines.next().expect("a line").expect("text");
            let (name, value) = line.split_once('=').expect("NAME=value");
            told.push((name.to_owned(), value.to_owned()));
        }
        let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "APCA_API_BASE_URL",
                "APCA_API_DATA_URL",
                "APCA_API_STREAM_URL",
                "APCA_API_KEY_ID",
                "APCA_API_SECRET_KEY",
                "APCA_API_KEY_ID_2",
                "APCA_API_SECRET_KEY_2",
            ]
        );
        let address = told[0].1.strip_prefix("http://").expect("an address");
        assert_eq!(told[2].1, format!("ws://{address}"));
        let mut stream = TcpStream::connect(address).expect("it listens");
        let call = format!(
            "GET /v2/clock HTTP/1.0\r\nAPCA-API-KEY-ID: {}\r\nAPCA-API-SECRET-KEY: {}\r\n\r\n",
            told[5].1, told[6].1
        );
        stream.write_all(call.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        assert!(answer.contains("200 OK") && answer.contains("is_open"), "{answer}");
        let id = program.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &id]).status().expect("kill is there");
        assert!(sent.success());
        assert_eq!(program.wait().expect("it ends").code(), Some(0), "{signal}");
        assert!(lines.next().is_none(), "it says nothing more");
    }
}

#[test]
fn a_port_in_use_is_one_sentence() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let output = market(&["--listen", &address]).output().expect("it starts");
    let words = String::from_utf8(output.stderr).expect("text");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    let words = words.trim_end();
    assert_eq!(words.lines().count(), 1, "{words}");
    assert!(words.contains("is in use") && words.contains("--listen") && words.ends_with('.'));
}

/// Its one sentence where it does not even begin to serve.
fn refused(arguments: &[&str]) -> String {
    let output = market(arguments).output().expect("it starts");
    let words = String::from_utf8(output.stderr).expect("text");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{words}");
    let words = words.trim_end();
    assert!(words.lines().count() == 1 && words.ends_with('.'), "{words}");
    words.to_owned()
}

#[test]
fn an_address_that_is_none_is_one_sentence() {
    // An address for documents: no machine has it.
    let words = refused(&["--listen", "203.0.113.7:0"]);
    assert!(words.contains("no address 203.0.113.7: 127.0.0.1 is always there"), "{words}");
    for wrong in ["here", "localhost:80", "127.0.0.1", "127.0.0.1:99999"] {
        let output = market(&["--listen", wrong]).output().expect("it starts");
        let words = String::from_utf8(output.stderr).expect("text");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{words}");
        assert!(words.contains("such as 127.0.0.1:8765"), "{words}");
    }
}

#[test]
fn a_recording_that_cannot_be_read_or_begun_is_one_sentence() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let words = refused(&["--listen", "127.0.0.1:0", "--replay", &path("none.jsonl")]);
    assert!(words.contains("none.jsonl is not there"), "{words}");
    std::fs::write(path("bad.jsonl"), "{\"T\":\"t\"").expect("it is written");
    let words = refused(&["--listen", "127.0.0.1:0", "--replay", &path("bad.jsonl")]);
    assert!(words.contains("bad.jsonl, line 1: its JSON breaks off"), "{words}");
    let words = refused(&["--listen", "127.0.0.1:0", "--record", &path("bad.jsonl")]);
    assert!(words.contains("bad.jsonl is there already"), "{words}");
    let words = refused(&["--listen", "127.0.0.1:0", "--record", &path("none/day.jsonl")]);
    assert!(words.contains("day.jsonl cannot be recorded into"), "{words}");
}

#[test]
fn nonsense_is_refused_before_anything_listens() {
    for asked in [["--rate", "0"], ["--speed", "0"], ["--hours", "odd"], ["--listen", "here"]] {
        let output = market(&asked).output().expect("it starts");
        assert_eq!(output.status.code(), Some(2), "{asked:?}");
    }
}
