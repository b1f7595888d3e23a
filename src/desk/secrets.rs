//! Password hashing: argon2id at the OWASP floor (19 MiB, two passes), a few at once, apart.
//! Must never run on the desk's own task, and never says which part of a proof was wrong.

use std::sync::Arc;

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::bounds::HASHES_AT_ONCE_MAX;

use super::refusal::Fault;

const MEMORY_KIB: u32 = 19 * 1_024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Somebody who is not there: the same work is done for an unknown login.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LWlzLWhlcmU$\
                      6Qk5oY1pVvq1l1v2k0Jb4dXn3w0m3mJkz1yqf4oJb0E";

/// Hashes passwords, a few at once.
#[derive(Clone, Debug)]
pub(super) struct Hasher {
    places: Arc<Semaphore>,
}

impl Default for Hasher {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(HASHES_AT_ONCE_MAX)) }
    }
}

fn argon2id() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the floor is valid");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

impl Hasher {
    /// The PHC text of a password with this salt.
    pub(super) async fn hash(&self, password: String, salt: [u8; 16]) -> Result<String, Fault> {
        self.apart(move || {
            let salt = SaltString::encode_b64(&salt).map_err(|_| fault())?;
            let hash = argon2id().hash_password(password.as_bytes(), &salt);
            hash.map(|hash| hash.to_string()).map_err(|_| fault())
        })
        .await?
    }

    /// True where the password belongs to the hash. No hash (an unknown login) takes the same
    /// work and is never true.
    pub(super) async fn verify(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, Fault> {
        self.apart(move || {
            let known = hash.is_some();
            let text = hash.unwrap_or_else(|| NOBODY.to_owned());
            let Ok(parsed) = PasswordHash::new(&text) else { return false };
            argon2id().verify_password(password.as_bytes(), &parsed).is_ok() && known
        })
        .await
    }

    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Fault> {
        let place = self.places.acquire().await.map_err(|_| fault())?;
        let done = tokio::task::spawn_blocking(work).await.map_err(|_| fault());
        drop(place);
        done
    }
}

fn fault() -> Fault {
    Fault::new("The password could not be checked. Try again.")
}

#[cfg(test)]
mod tests {
    use super::{Hasher, NOBODY};

    #[tokio::test]
    async fn a_password_belongs_to_its_own_hash_only() {
        let hasher = Hasher::default();
        let hash = hasher.hash("correct horse battery".to_owned(), [7; 16]).await.expect("hashed");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let check = |word: &str, hash: Option<&String>| {
            let (hasher, word, hash) = (hasher.clone(), word.to_owned(), hash.cloned());
            async move { hasher.verify(word, hash).await.expect("checked") }
        };
        assert!(check("correct horse battery", Some(&hash)).await);
        assert!(!check("correct horse batterx", Some(&hash)).await);
        assert!(!check("correct horse battery", None).await);
        assert!(argon2::password_hash::PasswordHash::new(NOBODY).is_ok());
    }
}
