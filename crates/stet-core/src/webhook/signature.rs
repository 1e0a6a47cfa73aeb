//! Signing a message, so that its receiver knows who sent it and when.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The lengths that a secret may have, in bytes.
/// Source: Standard Webhooks, "Signature scheme".
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;

/// What stands before a secret where people see it.
const PREFIX: &str = "whsec_";

/// What messages to one receiver are signed with.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningSecret(Vec<u8>);

/// The header fields by which a receiver tells messages apart and checks them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageHeaders {
    /// `webhook-id`: the same for all attempts at one message.
    pub id: String,
    /// `webhook-timestamp`: when this attempt was made, in seconds since 1970.
    pub timestamp: String,
    /// `webhook-signature`: one signature for each secret, with spaces between them.
    pub signature: String,
}

impl SigningSecret {
    /// A secret of these bytes; `None` unless they are 24 to 64.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        LENGTHS.contains(&bytes.len()).then_some(Self(bytes))
    }

    /// Its bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As receivers' programs take it: `whsec_` and its bytes in base64.
    #[must_use]
    pub fn expose(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    /// `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64.
    fn sign(&self, id: &str, timestamp: &str, body: &[u8]) -> String {
        // Longer keys than a block are hashed, shorter ones filled up: there is no wrong length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(…)")
    }
}

impl MessageHeaders {
    /// Those of an attempt at `at` to send this body, signed with each of the secrets. The name of
    /// a message holds no full stop.
    #[must_use]
    pub fn new(id: String, at: DateTime<Utc>, body: &[u8], secrets: &[SigningSecret]) -> Self {
        let timestamp = at.timestamp().to_string();
        let signatures: Vec<String> =
            secrets.iter().map(|secret| secret.sign(&id, &timestamp, body)).collect();
        Self { id, timestamp, signature: signatures.join(" ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the libraries of Standard Webhooks are tested with.
    const SECRET: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn headers(secrets: &[SigningSecret]) -> MessageHeaders {
        let at = DateTime::from_timestamp(1_614_265_330, 0).unwrap();
        MessageHeaders::new(ID.to_owned(), at, BODY, secrets)
    }

    #[test]
    fn the_published_example_has_the_published_signature() {
        let secret = SigningSecret::new(STANDARD.decode(SECRET).unwrap()).unwrap();
        assert_eq!(secret.expose(), format!("whsec_{SECRET}"));
        let headers = headers(&[secret]);
        assert_eq!((headers.id.as_str(), headers.timestamp.as_str()), (ID, "1614265330"));
        assert_eq!(headers.signature, SIGNATURE);
    }

    #[test]
    fn while_a_secret_is_being_replaced_both_sign() {
        let old = SigningSecret::new(STANDARD.decode(SECRET).unwrap()).unwrap();
        let new = SigningSecret::new(vec![7; 32]).unwrap();
        let both = headers(&[new.clone(), old]).signature;
        assert_eq!(both, format!("{} {SIGNATURE}", headers(&[new]).signature));
    }

    #[test]
    fn a_secret_has_24_to_64_bytes_and_is_not_printed() {
        let lengths = [23, 24, 64, 65].map(|length| SigningSecret::new(vec![0; length]).is_some());
        assert_eq!(lengths, [false, true, true, false]);
        assert_eq!(format!("{:?}", SigningSecret::new(vec![42; 24]).unwrap()), "SigningSecret(…)");
    }
}
