//! The market-data stream: signs in, subscribes to what is wanted, tells what comes.
//! Must never lose count of what is subscribed: each answer names the complete set.

use std::collections::BTreeSet;

use serde_json::json;

use super::super::keys::Keys;
use super::super::wire::feed::Item;
use super::super::wire::ticks::{Message, Reader, Tick};
use super::line::{Heard, Talk, Verdict};
use super::msgpack;
use crate::bounds::{BROKEN_LINE_WAIT_MS_MAX, STREAMED_SYMBOLS_MAX};
use crate::domain::symbols::Symbol;

/// A message about a symbol.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// A trade or a quote: nearly all of them.
    Tick(Tick),
    /// Any other.
    Item(Box<Item>),
}

/// What the price stream says.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// Messages about symbols, in their order.
    News(Vec<News>),
    /// These are streamed now: everything else has to be polled.
    Streamed(BTreeSet<Symbol>),
    /// The plan carries no more than so many symbols.
    Room(usize),
}

/// Bytes of a short message: a frame holds no more of them than it has room for.
const MESSAGE_BYTES: usize = 100;

/// The talk on the price stream.
#[derive(Debug)]
pub struct Prices {
    keys: Keys,
    /// Symbols that are wanted, no more than there is room for.
    wanted: BTreeSet<Symbol>,
    /// Symbols that were asked for on this line.
    asked: BTreeSet<Symbol>,
    /// What the last answer named.
    streamed: BTreeSet<Symbol>,
    /// Questions that are not answered.
    open: usize,
    room: usize,
    /// False once the feed said that it has only trades and quotes.
    extras: bool,
    is_in: bool,
    unknown: u64,
    reader: Reader,
}

impl Prices {
    /// Before anything was said.
    pub const fn new(keys: Keys) -> Self {
        Self {
            keys,
            wanted: BTreeSet::new(),
            asked: BTreeSet::new(),
            streamed: BTreeSet::new(),
            open: 0,
            room: STREAMED_SYMBOLS_MAX,
            extras: true,
            is_in: false,
            unknown: 0,
            reader: Reader::new(),
        }
    }
    /// How many symbols it carries.
    pub const fn room(&self) -> usize {
        self.room
    }
    /// What is streamed now.
    pub const fn streamed(&self) -> &BTreeSet<Symbol> {
        &self.streamed
    }
    /// Messages that nobody here could read.
    pub const fn unknown(&self) -> u64 {
        self.unknown
    }

    /// Wants these symbols from now on; what has to be sent for it.
    pub fn want(&mut self, symbols: BTreeSet<Symbol>) -> Vec<String> {
        self.wanted = symbols.into_iter().take(self.room).collect();
        self.ask()
    }

    /// The difference between what is wanted and what was asked for. What goes makes room first.
    fn ask(&mut self) -> Vec<String> {
        let mut send = Vec::new();
        if !self.is_in || self.open > 0 {
            return send;
        }
        let gone: Vec<Symbol> = self.asked.difference(&self.wanted).copied().collect();
        let new: Vec<Symbol> = self.wanted.difference(&self.asked).copied().collect();
        for (action, symbols) in [("unsubscribe", gone), ("subscribe", new)] {
            if !symbols.is_empty() {
                send.push(self.request(action, &symbols));
            }
        }
        self.open = send.len();
        self.asked.clone_from(&self.wanted);
        send
    }

    fn request(&self, action: &str, symbols: &[Symbol]) -> String {
        let names: Vec<&str> = symbols.iter().map(Symbol::as_str).collect();
        let mut request = json!({"action": action, "trades": names, "quotes": names});
        if self.extras {
            request["dailyBars"] = json!(names);
            request["statuses"] = json!(names);
        }
        request.to_string()
    }

    fn control(&mut self, item: Item, heard: &mut Heard<Said>) {
        match item {
            Item::Success(words) if words == "connected" => {
                let auth = json!({
                    "action": "auth", "key": self.keys.id(), "secret": self.keys.secret()
                });
                heard.send.push(auth.to_string());
            }
            Item::Success(words) if words == "authenticated" => {
                self.is_in = true;
                heard.verdict = Verdict::Ready;
                heard.send.extend(self.ask());
            }
            Item::Subscription(told) => {
                let both = told.trades.iter().filter(|name| told.quotes.contains(name));
                self.streamed = both.filter_map(|name| Symbol::parse(name).ok()).collect();
                self.answered(heard);
            }
            Item::Error { code, message } => self.refused(code, &message, heard),
            _ => {}
        }
    }

    /// A question was answered, well or not; what it left to be asked is asked now.
    fn answered(&mut self, heard: &mut Heard<Said>) {
        self.open = self.open.saturating_sub(1);
        heard.said.push(Said::Streamed(self.streamed.clone()));
        heard.send.extend(self.ask());
    }

    fn refused(&mut self, code: i64, message: &str, heard: &mut Heard<Said>) {
        tracing::warn!(code, message, "the price stream refuses");
        let why = format!("Alpaca says {code}: {message}");
        let long = 10 * BROKEN_LINE_WAIT_MS_MAX;
        heard.verdict = match code {
            // A message of ours was bad: the line stays, the answer counts as one.
            400 => {
                self.answered(heard);
                return;
            }
            403 => return,
            405 => {
                self.room = self.room.saturating_sub(1).min(self.streamed.len().max(1));
                self.asked.clone_from(&self.streamed);
                self.wanted =
                    std::mem::take(&mut self.wanted).into_iter().take(self.room).collect();
                heard.said.push(Said::Room(self.room));
                self.answered(heard);
                return;
            }
            410 => {
                self.extras = false;
                self.asked.clear();
                self.answered(heard);
                return;
            }
            402 => Verdict::Rest(2 * BROKEN_LINE_WAIT_MS_MAX, why),
            406 => Verdict::Crowded(why),
            408 | 409 => Verdict::Rest(long, why),
            _ => Verdict::Redial(why),
        };
    }
}

impl Talk for Prices {
    type Said = Said;

    fn opened(&mut self) -> Vec<String> {
        (self.asked, self.streamed) = (BTreeSet::new(), BTreeSet::new());
        (self.open, self.is_in) = (0, false);
        Vec::new()
    }

    fn heard(&mut self, message: &[u8]) -> Heard<Said> {
        let mut heard = Heard::default();
        let text;
        let frame = match message.first() {
            Some(b'[' | b'{') => message,
            _ => match msgpack::to_json(message) {
                Ok(json) => {
                    text = json;
                    text.as_bytes()
                }
                Err(error) => {
                    self.note(&error);
                    return heard;
                }
            },
        };
        match std::str::from_utf8(frame) {
            Ok(frame) => self.hear(frame, &mut heard),
            Err(error) => self.note(&error),
        }
        heard
    }
}

impl Prices {
    /// Hears the messages of a frame; one that is broken costs itself alone.
    fn hear(&mut self, frame: &str, heard: &mut Heard<Said>) {
        let mut news = Vec::with_capacity(frame.len() / MESSAGE_BYTES);
        let mut reader = std::mem::take(&mut self.reader);
        let read = reader.read(frame, |message| match message {
            Message::Tick(tick) => news.push(News::Tick(tick)),
            Message::Raw(text) => match Item::read(text) {
                Ok(Item::Other(kind)) => self.note(&format!("the kind {kind}")),
                Ok(item @ (Item::Success(_) | Item::Error { .. } | Item::Subscription(_))) => {
                    self.control(item, heard);
                }
                Ok(item) => news.push(News::Item(Box::new(item))),
                Err(error) => self.note(&error),
            },
        });
        self.reader = reader;
        if let Err(error) = read {
            self.note(&error);
        }
        if !news.is_empty() {
            heard.said.push(Said::News(news));
        }
    }
    /// Counts what cannot be read; the first is logged, and then one of each thousand.
    fn note(&mut self, what: &dyn std::fmt::Display) {
        if self.unknown.is_multiple_of(1_000) {
            tracing::warn!(%what, count = self.unknown, "the price stream said something unknown");
        }
        self.unknown += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::super::keys::Keys;
    use super::super::line::{Heard, Talk, Verdict};
    use super::{Prices, Said};
    use crate::domain::symbols::Symbol;

    fn talk() -> Prices {
        Prices::new(Keys::new("PKX", "canary").expect("a pair"))
    }
    fn set(names: &[&str]) -> BTreeSet<Symbol> {
        names.iter().map(|name| Symbol::parse(name).expect("plain")).collect()
    }
    fn hear(talk: &mut Prices, text: &str) -> Heard<Said> {
        talk.heard(text.as_bytes())
    }
    fn ack(names: &str) -> String {
        format!("[{{\"T\":\"subscription\",\"trades\":[{names}],\"quotes\":[{names}]}}]")
    }
    fn error(code: i64) -> String {
        format!("[{{\"T\":\"error\",\"code\":{code},\"msg\":\"words\"}}]")
    }
    /// Signed in, with nothing wanted.
    fn signed_in() -> Prices {
        let mut talk = talk();
        assert!(talk.opened().is_empty(), "the server greets first");
        let heard = hear(&mut talk, "[{\"T\":\"success\",\"msg\":\"connected\"}]");
        assert_eq!(heard.send, ["{\"action\":\"auth\",\"key\":\"PKX\",\"secret\":\"canary\"}"]);
        let heard = hear(&mut talk, "[{\"T\":\"success\",\"msg\":\"authenticated\"}]");
        assert_eq!(heard.verdict, Verdict::Ready);
        talk
    }

    #[test]
    fn it_subscribes_by_difference_and_knows_what_is_streamed() {
        let mut talk = signed_in();
        let sent = talk.want(set(&["AAPL", "MSFT"]));
        assert_eq!(sent.len(), 1);
        assert!(sent[0].contains("\"action\":\"subscribe\"") && sent[0].contains("dailyBars"));
        assert!(talk.want(set(&["MSFT", "SPY"])).is_empty(), "one question at a time");
        let heard = hear(&mut talk, &ack("\"AAPL\",\"MSFT\""));
        assert_eq!(heard.said, [Said::Streamed(set(&["AAPL", "MSFT"]))]);
        assert_eq!(heard.send.len(), 2);
        assert!(heard.send[0].contains("unsubscribe") && heard.send[0].contains("[\"AAPL\"]"));
        assert!(heard.send[1].contains("[\"SPY\"]"));
        hear(&mut talk, &ack("\"MSFT\""));
        let heard = hear(&mut talk, &ack("\"MSFT\",\"SPY\""));
        assert!(heard.send.is_empty() && *talk.streamed() == set(&["MSFT", "SPY"]));
    }

    #[test]
    fn after_a_new_line_everything_is_asked_for_again() {
        let mut talk = signed_in();
        talk.want(set(&["AAPL"]));
        hear(&mut talk, &ack("\"AAPL\""));
        talk.opened();
        assert!(talk.streamed().is_empty());
        hear(&mut talk, "[{\"T\":\"success\",\"msg\":\"connected\"}]");
        let heard = hear(&mut talk, "[{\"T\":\"success\",\"msg\":\"authenticated\"}]");
        assert!(heard.send[0].contains("[\"AAPL\"]"), "{heard:?}");
    }

    #[test]
    fn a_plan_with_less_room_is_believed() {
        let mut talk = signed_in();
        talk.want(set(&["A", "B", "C"]));
        hear(&mut talk, &ack("\"A\",\"B\",\"C\""));
        assert_eq!(talk.want(set(&["A", "B", "C", "D", "E"])).len(), 1);
        let heard = hear(&mut talk, &error(405));
        assert_eq!(heard.said[0], Said::Room(3));
        assert!(heard.send.is_empty(), "what is streamed stays: {heard:?}");
        assert_eq!((talk.room(), talk.streamed().len()), (3, 3));
        let mut small = signed_in();
        small.want(set(&["A", "B"]));
        let heard = hear(&mut small, &error(405));
        assert_eq!((small.room(), heard.send.len()), (1, 1), "one is asked for, {heard:?}");
    }

    #[test]
    fn each_refusal_has_its_consequence() {
        for (code, expected) in [
            (401, "redial"),
            (402, "rest"),
            (403, "go on"),
            (404, "redial"),
            (406, "crowded"),
            (407, "redial"),
            (408, "rest"),
            (409, "rest"),
            (410, "go on"),
            (400, "go on"),
            (500, "redial"),
        ] {
            let verdict = match hear(&mut signed_in(), &error(code)).verdict {
                Verdict::GoOn => "go on",
                Verdict::Ready => "ready",
                Verdict::Redial(_) => "redial",
                Verdict::Crowded(_) => "crowded",
                Verdict::Rest(..) => "rest",
            };
            assert_eq!(verdict, expected, "{code}");
        }
    }

    #[test]
    fn a_broken_message_costs_itself_alone() {
        let mut talk = signed_in();
        let quote = "{\"T\":\"q\",\"S\":\"A\",\"bp\":1.10,\"bs\":1,\"ap\":2,\"as\":1,\
                     \"t\":\"2026-11-20T15:00:00Z\"}";
        let heard = hear(&mut talk, &format!("[{{\"T\":\"q\"}},{{\"T\":\"zz\"}},{quote},7]"));
        let [Said::News(news)] = &heard.said[..] else { panic!("{heard:?}") };
        assert_eq!((news.len(), talk.unknown()), (1, 3));
        for odd in [&b""[..], b"[", b"{}", b"\xff\xfe", b"\x91"] {
            assert_eq!(talk.heard(odd).verdict, Verdict::GoOn);
        }
    }
}
