//! The broker's keys and hosts out of the variables that were found, by either of their names.
//! Must never fall back in silence: half a pair, or a host that is not paper, is an error.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::fault::ConfigFault;
use super::keys::Key;
use super::origin::Origin;
use super::sources::{self, Variable};
use crate::venue::alpaca::keys::{Given, Hosts, Keys, Unfit};

/// The file beside the configuration that holds the keys, if they are kept there.
pub const SECRETS_FILE: &str = "secrets.env";

/// Both names of each variable, the desk's own first.
const ID: &[&str] = &["ALPACA_API_KEY_ID", "ALPACA_API_KEY", "APCA_API_KEY_ID"];
const SECRET: &[&str] = &["ALPACA_SECRET_KEY", "ALPACA_API_SECRET_KEY", "APCA_API_SECRET_KEY"];
const BASE: &[&str] = &["ALPACA_BASE_URL", "ALPACA_API_BASE_URL", "APCA_API_BASE_URL"];
const DATA: &[&str] = &["ALPACA_DATA_URL", "APCA_API_DATA_URL"];
const STREAM: &[&str] = &["ALPACA_STREAM_URL", "APCA_API_STREAM_URL"];

/// A broker that can be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broker {
    /// The keys.
    pub keys: Keys,
    /// Where calls go.
    pub hosts: Hosts,
    /// Where the keys came from.
    pub origin: Origin,
}

/// Why the broker cannot be called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrokerFault {
    /// No keys at all.
    #[error(
        "there are no keys for Alpaca: set ALPACA_API_KEY_ID and ALPACA_SECRET_KEY, or enter them \
         with `desk keys`; --set venue=embedded trades on the embedded market"
    )]
    None,
    /// Something about them is not fit.
    #[error("{origin}: {unfit}")]
    Unfit {
        /// Where it was given.
        origin: Origin,
        /// What is wrong.
        unfit: Unfit,
    },
}

fn find<'a>(keys: &'a [Key], names: &[&str]) -> Option<&'a Key> {
    let given = |name: &&str| keys.iter().find(|key| key.name == **name && !key.value.is_empty());
    names.iter().find_map(given)
}

/// The broker that these variables name.
///
/// # Errors
/// Where there are no keys, half of a pair, keys of a live account, or a host that is not paper.
pub fn read(keys: &[Key], feed: &str) -> Result<Broker, BrokerFault> {
    let (id, secret) = (find(keys, ID), find(keys, SECRET));
    let Some(any) = id.or(secret) else { return Err(BrokerFault::None) };
    let origin = any.origin.clone();
    let unfit = |origin: &Origin, unfit| BrokerFault::Unfit { origin: origin.clone(), unfit };
    let text = |key: Option<&Key>| key.map_or(String::new(), |key| key.value.clone());
    let pair = Keys::new(&text(id), &text(secret)).map_err(|error| unfit(&origin, error))?;
    let base = find(keys, BASE);
    let given = Given {
        base: base.map(|key| key.value.clone()),
        data: find(keys, DATA).map(|key| key.value.clone()),
        data_stream: find(keys, STREAM).map(|key| key.value.clone()),
        feed: Some(feed.to_owned()),
    };
    let place = base.map_or(&origin, |key| &key.origin);
    let hosts = Hosts::of(&given).map_err(|error| unfit(place, error))?;
    Ok(Broker { keys: pair, hosts, origin })
}

/// The secrets file's variables; none where there is no such file.
///
/// # Errors
/// Where it cannot be read, is a link, or is open to others.
pub fn read_secrets(path: &Path) -> Result<Vec<Variable>, ConfigFault> {
    let wrong = |what: String| ConfigFault::Unreadable { path: path.to_owned(), what };
    let found = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        found => found.map_err(|error| wrong(error.to_string()))?,
    };
    if !found.is_file() {
        return Err(wrong("it is no plain file".to_owned()));
    }
    let rights = found.permissions().mode() & 0o777;
    if rights & 0o077 != 0 {
        return Err(wrong(format!("it is open to others ({rights:o}): chmod 600 closes it")));
    }
    let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    Ok(sources::read_dotenv(path, &text))
}

/// Keeps a pair of keys in the secrets file, for its owner alone. What else stood there stays.
///
/// # Errors
/// Where the file cannot be written.
pub fn keep(path: &Path, id: &str, secret: &str) -> Result<(), ConfigFault> {
    let wrong = |error: io::Error| ConfigFault::Unreadable {
        path: path.to_owned(),
        what: error.to_string(),
    };
    let ours = |line: &&str| {
        let name = line.split('=').next().unwrap_or_default().trim();
        !ID.contains(&name) && !SECRET.contains(&name)
    };
    let had = fs::read_to_string(path).unwrap_or_default();
    let mut text: String =
        had.lines().filter(ours).fold(String::new(), |text, line| text + line + "\n");
    for (name, value) in [(ID[0], id), (SECRET[0], secret)] {
        text.extend([name, "=", value, "\n"]);
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(wrong)?;
    }
    let beside: PathBuf = path.with_extension("new");
    let _ = fs::remove_file(&beside);
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(&beside).map_err(wrong)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(wrong)?;
    fs::rename(&beside, path).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use tempfile::TempDir;

    use super::{BrokerFault, keep, read, read_secrets};
    use crate::config::keys::Key;
    use crate::config::origin::Origin;

    fn keys(pairs: &[(&str, &str)]) -> Vec<Key> {
        let key = |(name, value): &(&str, &str)| Key {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
            origin: Origin::Environment((*name).to_owned()),
        };
        pairs.iter().map(key).collect()
    }

    #[test]
    fn both_families_of_names_are_understood_and_the_desks_own_comes_first() {
        let apca = [("APCA_API_KEY_ID", "PK2"), ("APCA_API_SECRET_KEY", "s")];
        assert!(read(&keys(&apca), "iex").is_ok());
        let both = [&apca[..], &[("ALPACA_API_KEY_ID", "PK1"), ("ALPACA_SECRET_KEY", "t")]];
        let broker = read(&keys(&both.concat()), "iex").expect("a pair");
        assert_eq!(broker.origin, Origin::Environment("ALPACA_API_KEY_ID".to_owned()));
        let local = [&apca[..], &[("APCA_API_BASE_URL", "http://127.0.0.1:9")]].concat();
        let broker = read(&keys(&local), "iex").expect("a pair");
        assert_eq!(broker.hosts.prices, "ws://127.0.0.1:9/v2/iex");
    }

    #[test]
    fn what_is_not_fit_names_its_place_and_no_secret() {
        let told = |pairs: &[(&str, &str)]| read(&keys(pairs), "iex").unwrap_err().to_string();
        assert_eq!(read(&keys(&[]), "iex"), Err(BrokerFault::None));
        let half = told(&[("ALPACA_API_KEY_ID", "PKcanary")]);
        assert!(
            half.contains("ALPACA_SECRET_KEY is missing") && !half.contains("canary"),
            "{half}"
        );
        let half = told(&[("ALPACA_SECRET_KEY", "canary")]);
        assert!(
            half.contains("ALPACA_API_KEY_ID is missing") && !half.contains("canary"),
            "{half}"
        );
        let live = told(&[("APCA_API_KEY_ID", "AKcanary"), ("APCA_API_SECRET_KEY", "canary")]);
        assert!(live.contains("live account") && !live.contains("canary"), "{live}");
        let pair = [("APCA_API_KEY_ID", "PK1"), ("APCA_API_SECRET_KEY", "canary")];
        let host = ("APCA_API_BASE_URL", "https://api.alpaca.markets");
        let live = told(&[&pair[..], &[host]].concat());
        assert!(live.starts_with("environment APCA_API_BASE_URL: the desk does not trade on"));
    }

    #[test]
    fn keys_are_kept_for_their_owner_alone_and_found_again() {
        let folder = TempDir::new().expect("a temporary folder");
        let path = folder.path().join("deep/secrets.env");
        assert_eq!(read_secrets(&path).expect("none").len(), 0);
        keep(&path, "PK1", "one").expect("kept");
        fs::write(&path, "OTHER=1\nALPACA_API_KEY_ID=PK0\nALPACA_SECRET_KEY=old\n")
            .expect("written");
        keep(&path, "PK2", "two").expect("kept again");
        let rights = fs::metadata(&path).expect("there").permissions().mode() & 0o777;
        assert_eq!(rights, 0o600);
        let found: Vec<String> = read_secrets(&path)
            .expect("read")
            .into_iter()
            .map(|variable| format!("{}={}", variable.name, variable.value))
            .collect();
        assert_eq!(found, ["OTHER=1", "ALPACA_API_KEY_ID=PK2", "ALPACA_SECRET_KEY=two"]);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("ours");
        let fault = read_secrets(&path).expect_err("open to others").to_string();
        assert!(fault.contains("chmod 600"), "{fault}");
        let link = folder.path().join("link.env");
        std::os::unix::fs::symlink(&path, &link).expect("a link");
        assert!(read_secrets(&link).is_err());
    }
}
