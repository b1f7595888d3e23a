//! The trade-update stream: signs in, listens, and tells what happened to orders.
//! Must never stop for one message: what cannot be read is told as a gap, and looked up.

use serde_json::json;

use super::super::keys::Keys;
use super::super::wire::updates::{Message, TradeUpdate};
use super::line::{Heard, Talk, Verdict};
use crate::bounds::BROKEN_LINE_WAIT_MS_MAX;

/// The stream's name on its own line.
const STREAM: &str = "trade_updates";

/// What the trade stream says.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// Something happened to an order.
    Update(Box<TradeUpdate>),
    /// Something happened, and nobody can read what: orders have to be asked for.
    Gap,
    /// It is live: what happened while it was not has to be asked for.
    Live,
}

/// The talk on the trade stream.
#[derive(Debug)]
pub struct Trades {
    keys: Keys,
    /// Oddities that were logged: each once.
    logged: Vec<String>,
}

impl Trades {
    /// Before anything was said.
    pub const fn new(keys: Keys) -> Self {
        Self { keys, logged: Vec::new() }
    }

    fn log_once(&mut self, what: &str) {
        if self.logged.len() < 64 && !self.logged.iter().any(|had| had == what) {
            tracing::warn!(what, "the trade stream said something unknown");
            self.logged.push(what.to_owned());
        }
    }
}

/// The verdict on the keys: whoever is let in listens.
fn authorized(status: &str) -> Heard<Said> {
    if status == "authorized" {
        let listen = json!({"action": "listen", "data": {"streams": [STREAM]}});
        return Heard { send: vec![listen.to_string()], ..Heard::default() };
    }
    let why = "Alpaca does not take these keys on the trade stream".to_owned();
    Heard { verdict: Verdict::Rest(2 * BROKEN_LINE_WAIT_MS_MAX, why), ..Heard::default() }
}

impl Talk for Trades {
    type Said = Said;

    fn opened(&mut self) -> Vec<String> {
        let data = json!({"key_id": self.keys.id(), "secret_key": self.keys.secret()});
        vec![json!({"action": "authenticate", "data": data}).to_string()]
    }

    fn heard(&mut self, message: &[u8]) -> Heard<Said> {
        let say = |said| Heard { said: vec![said], ..Heard::default() };
        match Message::read(message) {
            Ok(Message::Authorization(told)) => authorized(&told.status),
            Ok(Message::Listening(told)) if told.streams.iter().any(|name| name == STREAM) => {
                Heard { verdict: Verdict::Ready, ..say(Said::Live) }
            }
            Ok(Message::Listening(_)) => {
                let why = "Alpaca listens to another stream".to_owned();
                Heard { verdict: Verdict::Redial(why), ..Heard::default() }
            }
            Ok(Message::TradeUpdate(update)) => say(Said::Update(update)),
            Ok(Message::Empty) => say(Said::Gap),
            Ok(Message::Error(words)) => {
                let why = format!("Alpaca closes: {words}");
                Heard { verdict: Verdict::Redial(why), ..Heard::default() }
            }
            Ok(Message::Other(name)) => {
                self.log_once(&name);
                Heard::default()
            }
            Err(error) => {
                self.log_once(&error.to_string());
                say(Said::Gap)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::keys::Keys;
    use super::super::line::{Talk, Verdict};
    use super::{Said, Trades};

    fn talk() -> Trades {
        Trades::new(Keys::new("PKX", "canary").expect("a pair"))
    }

    #[test]
    fn it_signs_in_listens_and_is_ready() {
        let mut talk = talk();
        let first = talk.opened().remove(0);
        assert!(first.contains("\"key_id\":\"PKX\"") && first.contains("canary"), "{first}");
        let yes = b"{\"stream\":\"authorization\",\"data\":{\"status\":\"authorized\",\
                    \"action\":\"authenticate\"}}";
        let heard = talk.heard(yes);
        assert_eq!(
            heard.send,
            ["{\"action\":\"listen\",\"data\":{\"streams\":[\"trade_updates\"]}}"]
        );
        let heard =
            talk.heard(b"{\"stream\":\"listening\",\"data\":{\"streams\":[\"trade_updates\"]}}");
        assert_eq!((heard.verdict, heard.said), (Verdict::Ready, vec![Said::Live]));
    }

    #[test]
    fn wrong_keys_rest_and_a_closing_server_is_dialled_again() {
        let no = b"{\"stream\":\"authorization\",\"data\":{\"status\":\"unauthorized\",\
                   \"action\":\"authenticate\"}}";
        assert!(matches!(talk().heard(no).verdict, Verdict::Rest(..)));
        let bye = b"{\"action\":\"error\",\"data\":{\"error_message\":\"internal server error\"}}";
        assert!(matches!(talk().heard(bye).verdict, Verdict::Redial(_)));
        let other = b"{\"stream\":\"listening\",\"data\":{\"streams\":[]}}";
        assert!(matches!(talk().heard(other).verdict, Verdict::Redial(_)));
    }

    #[test]
    fn what_cannot_be_read_is_a_gap_and_never_an_end() {
        for odd in [
            &b"{\"stream\":\"trade_updates\",\"data\":null}"[..],
            b"{\"stream\":\"trade_updates\",\"data\":{\"event\":\"fill\"}}",
            b"not json",
            b"",
            b"\xff\xfe",
        ] {
            let heard = talk().heard(odd);
            assert_eq!((heard.verdict, heard.said), (Verdict::GoOn, vec![Said::Gap]));
        }
        let news = talk().heard(b"{\"stream\":\"weather\",\"data\":{}}");
        assert!(news.said.is_empty() && news.verdict == Verdict::GoOn);
    }
}
