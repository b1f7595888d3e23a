//! Carries asks to the desk as tasks beside the screen, and brings the answers back.
//! Must never make the screen wait, nor forget that an answer is owed.

use std::io;
use std::path::{Path, PathBuf};

use tokio::sync::mpsc;

use crate::bounds::SCREEN_MESSAGES_MAX;
use crate::desk::Desk;
use crate::desk::actor::Actor;
use crate::desk::command::Command;
use crate::desk::event::Door;
use crate::desk::prices::PriceWatch;
use crate::desk::refusal::{Fault, Refusal, Rejection};
use crate::desk::view::{Greeting, Update};

use super::ask::{Asker, Replied, Reply, Want};

/// Files of one name that an export tries before it gives up.
const EXPORT_TRIES: u32 = 100;

/// What comes back, and under which sign-in it was asked for.
pub struct Carried {
    /// The sign-in, as the carrier counts them.
    turn: u64,
    /// What came of it.
    pub news: News,
}

/// What comes back.
pub enum News {
    /// What the desk says before signing in.
    Greeting(Result<Greeting, Rejection>),
    /// Somebody is signed in, and watched for.
    SignedIn(Actor, Watched),
    /// The sign-in was ended on purpose.
    SignedOut,
    /// What came of an ask.
    Reply {
        /// Who asked.
        to: Asker,
        /// The asker's mark.
        tag: u32,
        /// What came of it.
        result: Replied,
    },
}

/// A signed-in person's live view.
pub struct Watched {
    /// A fresh view first, then what happens.
    pub updates: mpsc::Receiver<Update>,
    /// Prices.
    pub prices: PriceWatch,
}

/// Carries asks out.
pub struct Carrier {
    /// What happens, for whoever is signed in.
    pub updates: Option<mpsc::Receiver<Update>>,
    /// Prices, for whoever is signed in.
    pub prices: Option<PriceWatch>,
    desk: Desk,
    door: Door,
    exports: PathBuf,
    actor: Option<Actor>,
    /// Counts sign-ins and their ends: what was asked in one turn is never told in another.
    turn: u64,
    done: mpsc::Sender<Carried>,
}

impl Carrier {
    /// A carrier, and where the answers come out.
    pub fn new(desk: Desk, door: Door, exports: PathBuf) -> (Self, mpsc::Receiver<Carried>) {
        let (done, answers) = mpsc::channel(SCREEN_MESSAGES_MAX);
        let carrier =
            Self { updates: None, prices: None, desk, door, exports, actor: None, turn: 0, done };
        (carrier, answers)
    }

    /// Somebody is signed in: their asks go out in their name from now on.
    pub fn signed_in(&mut self, actor: Actor, watched: Watched) {
        self.turn += 1;
        self.actor = Some(actor);
        self.updates = Some(watched.updates);
        self.prices = Some(watched.prices);
    }
    /// Nobody is signed in any more.
    pub fn signed_out(&mut self) {
        self.turn += 1;
        self.actor = None;
        self.updates = None;
        self.prices = None;
    }

    /// What came back, if it was asked for by whoever is at the screen now.
    pub fn own(&self, carried: Carried) -> Option<News> {
        if carried.turn == self.turn {
            return Some(carried.news);
        }
        if let News::SignedIn(actor, _) = carried.news {
            // Nobody waits for this sign-in any more: it must not stay open.
            let desk = self.desk.clone();
            tokio::spawn(async move { drop(desk.act(actor, Command::SignOut).await) });
        }
        None
    }
    /// True once the desk itself has ended.
    pub fn has_desk_ended(&self) -> bool {
        self.desk.has_ended()
    }

    /// A new order id, at once.
    pub fn order_id(&self) -> Reply {
        Reply::OrderId(self.desk.new_order_id())
    }

    /// Carries one ask out; what comes of it comes back by the channel.
    pub fn carry(&self, to: Asker, tag: u32, want: Want) {
        let (desk, door, actor) = (self.desk.clone(), self.door, self.actor);
        let (done, exports) = (self.done.clone(), self.exports.clone());
        let turn = self.turn;
        tokio::spawn(async move {
            let news = match want {
                Want::Greet => News::Greeting(desk.greet().await),
                Want::SignIn { .. } | Want::Found(_) => sign_in(&desk, door, want)
                    .await
                    .unwrap_or_else(|rejection| News::Reply { to, tag, result: Err(rejection) }),
                Want::SignOut => {
                    if let Some(actor) = actor {
                        // A desk that cannot end the sign-in now ends it by its age.
                        let _ = desk.act(actor, Command::SignOut).await;
                    }
                    News::SignedOut
                }
                Want::Export { name, text } => {
                    News::Reply { to, tag, result: export(exports, name, text).await }
                }
                other => News::Reply { to, tag, result: act(&desk, actor, other).await },
            };
            // A screen that has ended needs no answer; what was asked is done all the same.
            let _ = done.send(Carried { turn, news }).await;
        });
    }
}

async fn sign_in(desk: &Desk, door: Door, want: Want) -> Result<News, Rejection> {
    let actor = match want {
        Want::SignIn { login, proof } => desk.sign_in(&login, proof.0, door).await?,
        Want::Found(founding) => desk.found(founding.0, door).await?,
        _ => return Err(Refusal::NotSignedIn.into()),
    };
    let watch = desk.watch(actor).await?;
    Ok(News::SignedIn(actor, Watched { updates: watch.updates, prices: watch.prices }))
}

async fn act(desk: &Desk, actor: Option<Actor>, want: Want) -> Replied {
    let actor = actor.ok_or(Refusal::SignInEnded)?;
    match want {
        Want::Act(command) => desk.act(actor, command).await.map(Reply::Outcome),
        Want::Query(query) => desk.ask(actor, query).await.map(Reply::Answer),
        Want::Unlock(password) => desk.unlock(actor, password.0).await.map(|()| Reply::Done),
        Want::SetPassword { login, before, password } => {
            desk.set_password(actor, &login, before.0, password.0).await.map(|()| Reply::Done)
        }
        _ => Ok(Reply::Done),
    }
}

async fn export(folder: PathBuf, name: String, text: String) -> Replied {
    let written = tokio::task::spawn_blocking(move || write_new(&folder, &name, &text)).await;
    let written = written.unwrap_or_else(|_| Err(io::Error::other("the writer stopped")));
    match written {
        Ok(path) => Ok(Reply::Written(path.display().to_string())),
        Err(error) => Err(Fault::new(format!("The export was not written: {error}")).into()),
    }
}

/// Writes a file that was not there before: `name`, or `name` with a number before its end.
fn write_new(folder: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::create_dir_all(folder)?;
    // It holds what the desk keeps from others: its owner alone may read it.
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, "txt"));
    for number in 1..=EXPORT_TRIES {
        let name =
            if number == 1 { format!("{stem}.{end}") } else { format!("{stem}-{number}.{end}") };
        let path = folder.join(name);
        match options.open(&path) {
            Ok(mut file) => {
                file.write_all(text.as_bytes())?;
                return Ok(path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::other(format!("there are {EXPORT_TRIES} files of this name already")))
}

/// The next update; never, where nobody is signed in.
pub async fn update(updates: &mut Option<mpsc::Receiver<Update>>) -> Option<Update> {
    match updates {
        Some(updates) => updates.recv().await,
        None => std::future::pending().await,
    }
}

/// Waits for new prices; for ever, where nobody is signed in.
pub async fn prices_changed(prices: &mut Option<PriceWatch>) {
    match prices {
        Some(prices) => prices.changed().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use tokio::sync::mpsc;

    use super::super::ask::{Asker, Reply, Want};
    use super::{Carrier, News, Watched, write_new};
    use crate::desk::Desk;
    use crate::desk::actor::Actor;
    use crate::desk::command::{Answer, Query};
    use crate::desk::event::Door;
    use crate::desk::prices::PriceBoard;
    use crate::domain::ids::UserId;
    use crate::domain::symbols::Symbol;

    fn watched() -> Watched {
        Watched { updates: mpsc::channel(1).1, prices: PriceBoard::new().watch() }
    }

    #[tokio::test]
    async fn an_answer_never_crosses_from_one_sign_in_to_the_next() {
        let (desk, mut requests) = Desk::by_hand();
        let (mut carrier, mut answers) = Carrier::new(desk, Door::Terminal, PathBuf::new());
        let want = || Want::Query(Query::Trades(Symbol::parse("AAPL").expect("a symbol")));
        let mut asked = Vec::new();
        for user in [1, 2] {
            carrier.signed_in(Actor::by_hand(UserId(user)), watched());
            carrier.carry(Asker::Layer(1), 0, want());
            asked.push(requests.query().await);
            if user == 1 {
                carrier.signed_out();
            }
        }
        let mut told = Vec::new();
        for reply in asked {
            assert!(reply.send(Ok(Answer::Trades(Vec::new()))).is_ok(), "still waited for");
            let done = answers.recv().await.expect("carried back");
            told.push(carrier.own(done));
        }
        assert!(told[0].is_none(), "the first person's answer came after the second signed in");
        let own = matches!(&told[1], Some(News::Reply { result: Ok(Reply::Answer(_)), .. }));
        assert!(own, "the second person's own answer is told");
    }

    #[test]
    fn an_export_never_writes_over_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path().join("deep");
        let first = write_new(&folder, "orders.csv", "one").expect("written");
        let second = write_new(&folder, "orders.csv", "two").expect("written");
        let rights = std::fs::metadata(&first).expect("there").permissions();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&rights) & 0o777, 0o600);
        assert_eq!(first, folder.join("orders.csv"));
        assert_eq!(second, folder.join("orders-2.csv"));
        assert_eq!(std::fs::read_to_string(first).expect("there"), "one");
    }
}
