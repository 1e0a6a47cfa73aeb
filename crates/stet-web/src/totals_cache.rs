//! How much is watched and kept, counted anew from time to time: counting reads every article.

use chrono::{DateTime, TimeDelta, Utc};
use stet_store::{StoreError, Totals};
use tokio::sync::Mutex;

use crate::Site;

/// For how long a count is good enough.
const LIFE: TimeDelta = TimeDelta::seconds(2);

/// The last count, and when it was made.
#[derive(Debug, Default)]
pub(crate) struct TotalsCache(Mutex<Option<(DateTime<Utc>, Totals)>>);

impl Site {
    /// How much is watched and kept, as of two seconds ago at most. Of those who ask together, one
    /// counts.
    pub(crate) async fn totals(&self) -> Result<Totals, StoreError> {
        let mut known = self.totals.0.lock().await;
        let now = self.now();
        if let Some((at, totals)) = *known
            && at <= now
            && now - at < LIFE
        {
            return Ok(totals);
        }
        let totals = self.store.totals().await?;
        *known = Some((now, totals));
        Ok(totals)
    }
}
