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

/// What comes back.
pub enum Carried {
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
    done: mpsc::Sender<Carried>,
}

impl Carrier {
    /// A carrier, and where the answers come out.
    pub fn new(desk: Desk, door: Door, exports: PathBuf) -> (Self, mpsc::Receiver<Carried>) {
        let (done, answers) = mpsc::channel(SCREEN_MESSAGES_MAX);
        (Self { updates: None, prices: None, desk, door, exports, actor: None, done }, answers)
    }

    /// Somebody is signed in: their asks go out in their name from now on.
    pub fn signed_in(&mut self, actor: Actor, watched: Watched) {
        self.actor = Some(actor);
        self.updates = Some(watched.updates);
        self.prices = Some(watched.prices);
    }
    /// Nobody is signed in any more.
    pub fn signed_out(&mut self) {
        self.actor = None;
        self.updates = None;
        self.prices = None;
    }

    /// A new order id, at once.
    pub fn order_id(&self) -> Reply {
        Reply::OrderId(self.desk.new_order_id())
    }

    /// Carries one ask out; what comes of it comes back by the channel.
    pub fn carry(&self, to: Asker, tag: u32, want: Want) {
        let (desk, door, actor) = (self.desk.clone(), self.door, self.actor);
        let (done, exports) = (self.done.clone(), self.exports.clone());
        tokio::spawn(async move {
            let carried = match want {
                Want::Greet => Carried::Greeting(desk.greet().await),
                Want::SignIn { .. } | Want::Found(_) => sign_in(&desk, door, want)
                    .await
                    .unwrap_or_else(|rejection| Carried::Reply { to, tag, result: Err(rejection) }),
                Want::SignOut => {
                    if let Some(actor) = actor {
                        // A desk that cannot end the sign-in now ends it by its age.
                        let _ = desk.act(actor, Command::SignOut).await;
                    }
                    Carried::SignedOut
                }
                Want::Export { name, text } => {
                    Carried::Reply { to, tag, result: export(exports, name, text).await }
                }
                other => Carried::Reply { to, tag, result: act(&desk, actor, other).await },
            };
            // A screen that has ended needs no answer; what was asked is done all the same.
            let _ = done.send(carried).await;
        });
    }
}

async fn sign_in(desk: &Desk, door: Door, want: Want) -> Result<Carried, Rejection> {
    let actor = match want {
        Want::SignIn { login, proof } => desk.sign_in(&login, proof.0, door).await?,
        Want::Found(founding) => desk.found(founding.0, door).await?,
        _ => return Err(Refusal::NotSignedIn.into()),
    };
    let watch = desk.watch(actor).await?;
    Ok(Carried::SignedIn(actor, Watched { updates: watch.updates, prices: watch.prices }))
}

async fn act(desk: &Desk, actor: Option<Actor>, want: Want) -> Replied {
    let actor = actor.ok_or(Refusal::SignInEnded)?;
    match want {
        Want::Act(command) => desk.act(actor, command).await.map(Reply::Outcome),
        Want::Query(query) => desk.ask(actor, query).await.map(Reply::Answer),
        Want::Unlock(password) => desk.unlock(actor, password.0).await.map(|()| Reply::Done),
        Want::SetPassword { login, password } => {
            desk.set_password(actor, &login, password.0).await.map(|()| Reply::Done)
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
    std::fs::create_dir_all(folder)?;
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, "txt"));
    for number in 1..=EXPORT_TRIES {
        let name =
            if number == 1 { format!("{stem}.{end}") } else { format!("{stem}-{number}.{end}") };
        let path = folder.join(name);
        match std::fs::File::create_new(&path) {
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
    use super::write_new;

    #[test]
    fn an_export_never_writes_over_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path().join("deep");
        let first = write_new(&folder, "orders.csv", "one").expect("written");
        let second = write_new(&folder, "orders.csv", "two").expect("written");
        assert_eq!(first, folder.join("orders.csv"));
        assert_eq!(second, folder.join("orders-2.csv"));
        assert_eq!(std::fs::read_to_string(first).expect("there"), "one");
    }
}
