//! `desk keys`: the broker's keys are typed, checked with the broker, and only then kept.
//! Must never keep keys that do not open an account, nor show a secret while it is typed.

use std::io::IsTerminal;
use std::sync::Arc;

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use crate::cli::keys::{ask, next_line, read_line, tell};
use crate::clock::SystemClock;
use crate::config::broker::{self, Broker};
use crate::config::keys::Key;
use crate::config::origin::Origin;
use crate::config::{Config, Surroundings};
use crate::desk::port::Clock;

use super::broker::check;

/// Asks for a pair of keys, checks it, and keeps it where the person agrees; true where it is kept.
pub async fn enter(surroundings: &Surroundings) -> anyhow::Result<bool> {
    let config = Config::load(surroundings)?;
    tell("Keys of an Alpaca paper account: https://app.alpaca.markets makes them.");
    ask("Key id (begins with PK; nothing leaves all as it is)");
    let Some(id) = read_line()?.filter(|id| !id.is_empty()) else {
        tell("Nothing was changed.");
        return Ok(false);
    };
    ask("Secret");
    let Some(secret) = read_secret()?.filter(|secret| !secret.is_empty()) else {
        tell("Nothing was changed.");
        return Ok(false);
    };
    let broker = broker_of(&config, &id, &secret)?;
    tell(&format!("Asking {} about the account...", broker.hosts.name()));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let found = check(&broker, &clock).await?;
    let cash = found.cash.map_or_else(|| "not told".to_owned(), |cash| format!("${cash}"));
    tell(&format!("Account {} is ACTIVE; cash {cash}.", found.number));
    let file = config.secrets_file();
    ask(&format!("Keep the keys in {} (readable by you alone)? [Y/n]", file.display()));
    let answer = read_line()?.unwrap_or_default().to_ascii_lowercase();
    if !matches!(answer.as_str(), "" | "y" | "yes") {
        tell("They are not kept.");
        return Ok(false);
    }
    broker::keep(&file, &id, &secret)?;
    tell("They are kept: `desk` trades on this paper account from now on.");
    Ok(true)
}

/// The broker of a pair that was typed, at the hosts that are configured.
fn broker_of(config: &Config, id: &str, secret: &str) -> anyhow::Result<Broker> {
    let typed =
        |name: &str, value: &str| Key::new(name.to_owned(), value.to_owned(), Origin::Typed);
    let hosts = config.keys.iter().filter(|key| !key.is_credential()).cloned();
    let pair = [typed("ALPACA_API_KEY_ID", id), typed("ALPACA_SECRET_KEY", secret)];
    Ok(broker::read(&pair.into_iter().chain(hosts).collect::<Vec<_>>(), config.feed())?)
}

/// Reads a line that is not shown; a pipe has nothing to show.
fn read_secret() -> anyhow::Result<Option<String>> {
    if !std::io::stdin().is_terminal() {
        return Ok(read_line()?);
    }
    enable_raw_mode()?;
    let typed = read_hidden();
    disable_raw_mode()?;
    next_line();
    Ok(typed?)
}

fn read_hidden() -> std::io::Result<Option<String>> {
    let mut typed = String::new();
    loop {
        let Event::Key(key) = read()? else { continue };
        if key.kind != KeyEventKind::Press {
            continue;
        }
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Enter => return Ok(Some(typed)),
            KeyCode::Esc => return Ok(None),
            KeyCode::Char('c' | 'd') if is_control => return Ok(None),
            KeyCode::Char('u') if is_control => typed.clear(),
            KeyCode::Backspace => drop(typed.pop()),
            KeyCode::Char(letter) if !is_control && typed.len() < 256 => typed.push(letter),
            _ => {}
        }
    }
}
