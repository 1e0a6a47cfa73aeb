//! The installation itself.

use chrono::{DateTime, Utc};

use crate::{Store, StoreError};

impl Store {
    /// The identifier of this installation: it stays with its data.
    pub async fn instance(&self) -> Result<String, StoreError> {
        Ok(sqlx::query_scalar!(r#"select id::text as "id!" from instance"#)
            .fetch_one(&self.pool)
            .await?)
    }

    /// When somebody last looked for what a hub was not told, and told it of all of it; `None` if there
    /// never was a hub.
    pub async fn hub_told_at(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(sqlx::query_scalar!("select hub_told_at from instance").fetch_one(&self.pool).await?)
    }

    /// Notes that a hub was told of all that a look found at this moment.
    pub async fn note_hub_told(&self, at: DateTime<Utc>) -> Result<(), StoreError> {
        sqlx::query!("update instance set hub_told_at = greatest(hub_told_at, $1)", at)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
