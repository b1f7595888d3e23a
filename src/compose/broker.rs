//! The broker before a desk trades on it: its keys checked, its account found and remembered.
//! Must never be asked before the screen's first frame, but for an account nobody has seen yet.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::config::broker::{Broker, BrokerFault};
use crate::desk::port::Clock;
use crate::domain::numbers::Money;
use crate::domain::text::clean_line;
use crate::venue::alpaca::budget::Lane;
use crate::venue::alpaca::rest::Rest;
use crate::venue::alpaca::rest::trouble::{Kind, Trouble};
use crate::venue::alpaca::wire::account::AccountStatus;

/// Which account the keys are for, in the data folder: so that a start needs no network.
const ACCOUNTS_FILE: &str = "alpaca.accounts";

/// An account that answers to the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its number.
    pub number: String,
    /// Its cash; none where it was remembered and not asked for.
    pub cash: Option<Money>,
}

/// Why an account cannot be traded on.
#[derive(Debug, thiserror::Error)]
pub enum BrokerUnfit {
    /// Keys or hosts.
    #[error(transparent)]
    Keys(#[from] BrokerFault),
    /// The broker does not take the keys.
    #[error("{host} does not take these keys ({words}): are they for paper, and typed in full?")]
    Refused {
        /// Which host.
        host: String,
        /// Its words.
        words: String,
    },
    /// It does not answer.
    #[error("{host} could not be asked about the account: {trouble}")]
    Silent {
        /// Which host.
        host: String,
        /// Why.
        trouble: String,
    },
    /// The account may not trade.
    #[error("the account {number} is {status}, not ACTIVE: look at it on Alpaca's page")]
    NotActive {
        /// Its number.
        number: String,
        /// What it is.
        status: String,
    },
}

/// Asks the broker which account the keys are for.
///
/// # Errors
/// Where the keys do not open an active account.
pub async fn check(broker: &Broker, clock: &Arc<dyn Clock>) -> Result<Found, BrokerUnfit> {
    let rest = Rest::new(broker.keys.clone(), broker.hosts.clone(), Arc::clone(clock));
    let host = broker.hosts.name();
    let account = rest.account(Lane::Submit).await.map_err(|trouble| match trouble.kind() {
        Some(Kind::Keys) => {
            let words = match &trouble {
                Trouble::Refused(refused) => clean_line(&refused.body.message, 80),
                other => other.to_string(),
            };
            BrokerUnfit::Refused { host: host.clone(), words }
        }
        _ => BrokerUnfit::Silent { host: host.clone(), trouble: trouble.to_string() },
    })?;
    let number = clean_line(&account.account_number, 40);
    if account.status != AccountStatus::Active {
        let status = clean_line(account.status.as_str(), 40);
        return Err(BrokerUnfit::NotActive { number, status });
    }
    let cash = account.cash.and_then(|cash| cash.money().ok());
    Ok(Found { number, cash })
}

/// The account of the keys: as it is remembered, else as the broker tells it now.
///
/// # Errors
/// Where it is not remembered, and cannot be asked for.
pub async fn account(
    broker: &Broker,
    data_dir: &Path,
    clock: &Arc<dyn Clock>,
) -> Result<Found, BrokerUnfit> {
    // A market of this machine is asked at once, and may be another one behind the same keys.
    let is_local = broker.hosts.is_local();
    if let Some(number) = remembered(broker, data_dir).filter(|_| !is_local) {
        return Ok(Found { number, cash: None });
    }
    let found = check(broker, clock).await?;
    if !is_local {
        remember(broker, data_dir, &found.number);
    }
    Ok(found)
}

/// What names a pair of keys without telling it.
fn mark(broker: &Broker) -> String {
    let digest = Sha256::digest(broker.keys.mark(&broker.hosts.name()));
    digest[..12].iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn remembered(broker: &Broker, data_dir: &Path) -> Option<String> {
    let text = fs::read_to_string(data_dir.join(ACCOUNTS_FILE)).ok()?;
    let mark = mark(broker);
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{mark} ")))?;
    Some(line.trim().to_owned()).filter(|number| !number.is_empty())
}

fn remember(broker: &Broker, data_dir: &Path, number: &str) {
    let path = data_dir.join(ACCOUNTS_FILE);
    let had = fs::read_to_string(&path).unwrap_or_default();
    // Where it cannot be kept, the next start asks again.
    if let Err(error) = fs::write(&path, format!("{had}{} {number}\n", mark(broker))) {
        tracing::warn!(%error, "the account's number is not kept");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tempfile::TempDir;

    use super::{BrokerUnfit, account, remember, remembered};
    use crate::clock::SystemClock;
    use crate::config::broker::Broker;
    use crate::config::origin::Origin;
    use crate::desk::port::Clock;
    use crate::venue::alpaca::keys::{Given, Hosts, Keys};

    /// Nobody listens on the discard port of this machine.
    const NOBODY: &str = "http://127.0.0.1:9";

    fn broker(id: &str, base: &str) -> Broker {
        let given = Given { base: Some(base.to_owned()), ..Given::default() };
        Broker {
            keys: Keys::new(id, "canary").expect("a pair"),
            hosts: Hosts::of(&given).expect("this machine"),
            origin: Origin::Default,
        }
    }

    #[tokio::test]
    async fn an_account_is_remembered_by_its_keys_and_asked_for_otherwise() {
        let folder = TempDir::new().expect("a temporary folder");
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let silent = account(&broker("PK1", NOBODY), folder.path(), &clock).await;
        let silent = silent.expect_err("nobody");
        assert!(matches!(silent, BrokerUnfit::Silent { .. }), "{silent}");
        assert!(silent.to_string().starts_with("127.0.0.1:9 could not be asked"), "{silent}");
        let paper = |id| broker(id, "https://paper-api.alpaca.markets");
        remember(&paper("PK1"), folder.path(), "PA1");
        remember(&paper("PK2"), folder.path(), "PA2");
        let found = account(&paper("PK2"), folder.path(), &clock).await.expect("remembered");
        assert_eq!((found.number.as_str(), found.cash), ("PA2", None));
        assert_eq!(remembered(&paper("PK1"), folder.path()).as_deref(), Some("PA1"));
        assert_eq!(remembered(&paper("PK3"), folder.path()), None);
        let kept = std::fs::read_to_string(folder.path().join("alpaca.accounts")).expect("kept");
        assert!(!kept.contains("PK1") && !kept.contains("canary"), "{kept}");
    }
}
