//! Checks: one visit each, kept for thirty days.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use sqlx::{AssertSqlSafe, PgConnection};
use stet_core::{ArticleId, CheckOutcome};

use crate::record::Visit;
use crate::{Store, StoreError, row};

/// How long checks are kept. Source: DESIGN §3.
const KEPT: TimeDelta = TimeDelta::days(30);

/// One visit to an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// When it began.
    pub at: DateTime<Utc>,
    /// What it came to.
    pub outcome: CheckOutcome,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// How long the answer took.
    pub took: Duration,
    /// How many bytes the body had, decoded.
    pub bytes: u32,
    /// What was wrong, in words.
    pub detail: Option<String>,
}

/// How often the visits to a publisher's articles came to one outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeCount {
    /// The publisher's name in addresses.
    pub source_slug: String,
    /// The outcome.
    pub outcome: CheckOutcome,
    /// How many visits came to it.
    pub visits: u32,
}

/// Days of which this process knows that their partition stands.
#[derive(Debug, Clone, Default)]
pub(crate) struct KnownDays(Arc<Mutex<BTreeSet<NaiveDate>>>);

impl KnownDays {
    fn contains(&self, day: NaiveDate) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&day)
    }

    fn partition_names(&self) -> Vec<String> {
        let days = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        days.iter().flat_map(|day| [*day, *day + Days::new(1)]).map(partition_name).collect()
    }

    fn insert(&self, day: NaiveDate) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(day);
    }
}

/// The table of one day; names sort as their days do.
fn partition_name(day: NaiveDate) -> String {
    format!("check_{}", day.format("%Y%m%d"))
}

/// Writes down a visit; [`Store::prepare_day`] has made the day's partition.
pub(crate) async fn insert(
    connection: &mut PgConnection,
    article: ArticleId,
    claim: i64,
    visit: &Visit<'_>,
    outcome: CheckOutcome,
    is_same_body: bool,
) -> Result<(), StoreError> {
    sqlx::query!(
        r#"
        insert into "check"
            (article_id, claim, checked_at, outcome, status, milliseconds, bytes, detail,
             is_same_body)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        "#,
        article.get(),
        claim,
        visit.at,
        outcome.as_str(),
        visit.status.and_then(|status| i16::try_from(status).ok()),
        row::capped(visit.took.as_millis()),
        row::capped(visit.bytes),
        visit.detail.map(row::without_nul),
        is_same_body,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes the table of a day and attaches it: unlike `partition of`, this waits for nobody who reads.
pub(crate) async fn make_partition(
    connection: &mut PgConnection,
    day: NaiveDate,
) -> Result<(), StoreError> {
    let start = day.and_time(NaiveTime::MIN).and_utc();
    let end = start + Days::new(1);
    let name = partition_name(day);
    // Two pollers at midnight: the second finds it done.
    sqlx::query!("select pg_advisory_xact_lock(hashtext('stet: days of checks'))")
        .execute(&mut *connection)
        .await?;
    let stands = sqlx::query_scalar!(r#"select to_regclass($1) is not null as "stands!""#, name)
        .fetch_one(&mut *connection)
        .await?;
    if !stands {
        // Names and bounds are made of a date alone: nothing in them comes from outside.
        let create = format!(r#"create table {name} (like "check" including all)"#);
        let attach = format!(
            r#"alter table "check" attach partition {name} for values from ('{}') to ('{}')"#,
            start.to_rfc3339(),
            end.to_rfc3339(),
        );
        for sql in [create, attach] {
            sqlx::query(AssertSqlSafe(sql)).execute(&mut *connection).await?;
        }
    }
    Ok(())
}

impl Store {
    /// Makes the partitions for the checks of a day and of the next one, and lets go of those that
    /// are too old. After the first time in a day this costs nothing.
    pub(crate) async fn prepare_day(&self, at: DateTime<Utc>) -> Result<(), StoreError> {
        let day = at.date_naive();
        if self.days.contains(day) {
            return Ok(());
        }
        for day in [day, day + Days::new(1)] {
            self.make_partition(day).await?;
        }
        self.days.insert(day);
        // What is too old does no harm for a day more: somebody may be reading it now.
        if let Err(error) = self.drop_expired_partitions().await {
            tracing::warn!(%error, "old checks could not be let go of");
        }
        Ok(())
    }

    /// Makes the table of a day.
    async fn make_partition(&self, day: NaiveDate) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        make_partition(&mut transaction, day).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Lets go of the days that are too old by the *database's* clock: a process with a wrong one
    /// must not empty the table.
    async fn drop_expired_partitions(&self) -> Result<(), StoreError> {
        let today = sqlx::query_scalar!(r#"select now() as "now!""#).fetch_one(&self.pool).await?;
        let expired = sqlx::query_scalar!(
            r#"
            select inhrelid::regclass::text as "name!"
            from pg_inherits
            where inhparent = '"check"'::regclass
                and inhrelid::regclass::text < $1
                and inhrelid::regclass::text <> all($2)
            "#,
            partition_name((today - KEPT).date_naive()),
            // Those that a process with another clock is writing to.
            &self.days.partition_names(),
        )
        .fetch_all(&self.pool)
        .await?;
        for partition in expired {
            sqlx::query(AssertSqlSafe(format!("drop table {partition}")))
                .execute(&self.pool)
                .await?;
        }
        Ok(())
    }

    /// The last visits to an article that may be shown, the latest first.
    pub async fn checks(&self, article: ArticleId, limit: u32) -> Result<Vec<Check>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select checked_at, outcome, status, milliseconds, bytes, detail
            from "check"
            join article on article.id = article_id
            where article_id = $1
                and article.state <> 'hidden'
            order by "check".claim desc
            limit $2
            "#,
            article.get(),
            i64::from(limit),
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|check| {
                Ok(Check {
                    at: check.checked_at,
                    outcome: row::outcome(&check.outcome)?,
                    status: check.status.and_then(|status| u16::try_from(status).ok()),
                    took: Duration::from_millis(row::count(check.milliseconds).into()),
                    bytes: row::count(check.bytes),
                    detail: check.detail,
                })
            })
            .collect()
    }

    /// What the visits since a moment came to, for each publisher or for the one of this slug: the
    /// most frequent first. Articles that may not be shown are left out.
    ///
    /// Reads every check since then: to be asked of days, not of months.
    pub async fn outcome_counts(
        &self,
        source_slug: Option<&str>,
        since: DateTime<Utc>,
    ) -> Result<Vec<OutcomeCount>, StoreError> {
        let rows = sqlx::query!(
            r#"
            select source.slug, counted.outcome as "outcome!", counted.visits as "visits!"
            from (
                select article.source_id, outcome, count(*) as visits
                from "check"
                join article on article.id = article_id
                where checked_at >= $1
                    and article.state <> 'hidden'
                    and ($2::text is null
                        or article.source_id = (select id from source where slug = $2))
                group by article.source_id, outcome
            ) as counted
            join source on source.id = counted.source_id
            order by source.slug, counted.visits desc, counted.outcome
            "#,
            since,
            source_slug,
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(OutcomeCount {
                    source_slug: row.slug,
                    outcome: row::outcome(&row.outcome)?,
                    visits: row::count(row.visits),
                })
            })
            .collect()
    }
}
