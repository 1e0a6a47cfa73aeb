//! Webhooks as [Standard Webhooks](https://github.com/standard-webhooks/standard-webhooks) 1.0.0
//! has them: how a message is signed, and when one that was not taken is sent again.

mod retry;
mod signature;

pub use retry::{MAX_ATTEMPTS, PAUSE_AFTER, rest, wait};
pub use signature::{MessageHeaders, SigningSecret};
