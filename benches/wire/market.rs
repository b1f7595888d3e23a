//! `desk market` as a program of its own, with a plain client of its calls.
//! Must never outlive its bench: it is ended when it is dropped.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// The program.
pub(crate) struct Market {
    child: Child,
    told: BTreeMap<String, String>,
}

impl Market {
    pub(crate) fn start(arguments: &[&str], accounts: usize) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_desk"));
        command.args(["market", "--listen", "127.0.0.1:0", "--rate", "none"]);
        command.args(["--accounts", &accounts.to_string()]).args(arguments).env_clear();
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("an output")).lines();
        let told = lines.take(3 + 2 * accounts).map(|line| {
            let line = line.expect("text");
            let (name, value) = line.split_once('=').expect("NAME=value");
            (name.to_owned(), value.to_owned())
        });
        Self { told: told.collect(), child }
    }
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }
    pub(crate) fn address(&self) -> &str {
        self.told["APCA_API_BASE_URL"].strip_prefix("http://").expect("an address")
    }
    /// The key pair of an account, counted from 1.
    pub(crate) fn key(&self, account: usize) -> (&str, &str) {
        let end = if account == 1 { String::new() } else { format!("_{account}") };
        let of = |name: &str| self.told[&format!("{name}{end}")].as_str();
        (of("APCA_API_KEY_ID"), of("APCA_API_SECRET_KEY"))
    }
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address()).expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        stream
    }
}

impl Drop for Market {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection that is kept, and what was read of it too far.
pub(crate) struct Caller {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Caller {
    pub(crate) const fn new(stream: TcpStream) -> Self {
        Self { stream, read: Vec::new() }
    }
    /// A call as bytes.
    pub(crate) fn call(
        method: &str,
        path: &str,
        (id, secret): (&str, &str),
        body: &str,
    ) -> Vec<u8> {
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAPCA-API-KEY-ID: {id}\r\n\
             APCA-API-SECRET-KEY: {secret}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        head.into_bytes()
    }
    /// Sends a call and waits for its answer: true where it is a 200.
    pub(crate) fn ask(&mut self, call: &[u8]) -> bool {
        self.stream.write_all(call).expect("it reads");
        let mut bytes = [0; 16_384];
        loop {
            if let Some((length, is_fine)) = whole(&self.read) {
                self.read.drain(..length);
                return is_fine;
            }
            let count = self.stream.read(&mut bytes).expect("it answers");
            assert!(count > 0, "the line stays");
            self.read.extend_from_slice(&bytes[..count]);
        }
    }
}

/// The length of the answer that was read, and whether it is a 200; none while some is missing.
fn whole(read: &[u8]) -> Option<(usize, bool)> {
    let head = read.windows(4).position(|four| four == b"\r\n\r\n")?;
    let text = std::str::from_utf8(&read[..head]).expect("a head is text").to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.map_or(0, |length| length.parse().expect("a number"));
    let end = head + 4 + length;
    (read.len() >= end).then(|| (end, text.starts_with("http/1.1 200")))
}
