//! Names that stay: of a feed and of its items, the same in all formats.

use sha2::{Digest, Sha256};

/// The name of a thing of an installation: a UUID made of both their names (version 8, RFC 9562).
/// It holds no address, so it outlives a move of the site to another host.
pub(crate) fn urn(instance: &str, thing: &str) -> String {
    let digest = Sha256::new().chain_update(instance).chain_update([0]).chain_update(thing);
    let digest = digest.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = crate::hex::hex(&bytes);
    let part = |from, to| hex.get(from..to).unwrap_or_default();
    format!(
        "urn:uuid:{}-{}-{}-{}-{}",
        part(0, 8),
        part(8, 12),
        part(12, 16),
        part(16, 20),
        part(20, 32),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_uuid_of_version_8_and_never_changes() {
        // A reader's program takes whatever has another name for news: this one must stay.
        assert_eq!(
            urn("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "articles/7/changes/3"),
            "urn:uuid:f71a88ec-6796-82c5-8672-0a801446152d"
        );
        assert_ne!(urn("a", "b"), urn("ab", ""));
    }
}
