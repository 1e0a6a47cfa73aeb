//! Passwords of editors: hashed with Argon2id, on threads of their own, few at once.

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::Site;
use crate::error::PageError;

/// Memory of one hash in KiB, passes over it, and lanes.
/// Source: OWASP Password Storage Cheat Sheet, Argon2id.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// Hashes that are made at once: 38 MiB at most, and never all cores.
pub(crate) const AT_ONCE: usize = 2;

/// The fewest characters of a password. Source: NIST SP 800-63B §5.1.1.2, for memorised secrets
/// that are the only factor, as in its fourth revision.
pub(crate) const MIN_CHARS: usize = 15;

/// The longest password, in bytes: hashing more would let a stranger choose how long it takes.
pub(crate) const MAX_BYTES: usize = 1_024;

/// What is verified for names that nobody has: it costs what a real hash does, and no password
/// is known to fit.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c3RldDogbm9ib2R5IHNhbHQ$\
                      AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Whether a password may be set.
pub(crate) fn is_fit(password: &str) -> bool {
    password.chars().count() >= MIN_CHARS && password.len() <= MAX_BYTES
}

/// Hashes a password, with a salt of its own, as a PHC string.
pub(crate) async fn hash(site: &Site, password: String) -> Result<String, PageError> {
    aside(site, move || {
        let hash = hasher()?.hash_password(password.as_bytes());
        Ok(hash.map_err(broken)?.to_string())
    })
    .await
}

/// Whether a password fits a hash. Without a hash it takes as long, and fits none.
pub(crate) async fn fits(
    site: &Site,
    password: String,
    hash: Option<String>,
) -> Result<bool, PageError> {
    if password.len() > MAX_BYTES {
        return Ok(false);
    }
    aside(site, move || {
        let is_known = hash.is_some();
        let hash = hash.as_deref().unwrap_or(NOBODY);
        let fits = hasher()?.verify_password(password.as_bytes(), hash).is_ok();
        Ok(fits && is_known)
    })
    .await
}

fn hasher() -> Result<Argon2<'static>, anyhow::Error> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(broken)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

async fn aside<T: Send + 'static>(
    site: &Site,
    work: impl FnOnce() -> Result<T, anyhow::Error> + Send + 'static,
) -> Result<T, PageError> {
    let internal = |error: anyhow::Error| PageError::Internal(error);
    let place =
        site.passwords.clone().acquire_owned().await.map_err(|error| internal(error.into()))?;
    // The place is held by the work, not by the request: who leaves frees no memory.
    let done = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(place);
        done
    });
    done.await.map_err(|error| internal(error.into()))?.map_err(internal)
}

fn broken(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow::anyhow!("a password could not be hashed: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_unknown_costs_as_much_as_an_editor() {
        let real = hasher().unwrap().hash_password(b"correct horse battery").unwrap().to_string();
        let cost = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(cost(&real), "$argon2id$v=19$m=19456,t=2,p=1");
        assert_eq!(cost(NOBODY), cost(&real));
        assert!(hasher().unwrap().verify_password(b"correct horse battery", real.as_str()).is_ok());
        let refused = hasher().unwrap().verify_password(b"x", NOBODY).unwrap_err();
        // It was computed and compared, not refused for its form.
        assert_eq!(refused, argon2::password_hash::Error::PasswordInvalid);
    }
}
