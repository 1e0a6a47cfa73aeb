//! What waits to be claimed, and for how long.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{Store, StoreError};

/// A kind of work that falls due on hosts, in the order in which they are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DueKind {
    /// An address that somebody proposed and waits for.
    Proposal,
    /// A feed to be read.
    Feed,
    /// An article to be checked.
    Article,
}

impl Store {
    /// The kinds of which something may be due at `now`, on hosts that are free or not: what to claim,
    /// since a claim in vain costs several times this question.
    pub async fn due_kinds(&self, now: DateTime<Utc>) -> Result<Vec<DueKind>, StoreError> {
        let due = sqlx::query!(
            r#"
            select exists (
                    select from host_due where kind = 'proposal' and due_at < 'infinity'
                ) as "proposal!",
                exists (select from host_due where kind = 'feed' and due_at <= $1) as "feed!",
                exists (select from host_due where kind = 'article' and due_at <= $1) as "article!"
            "#,
            now,
        )
        .fetch_one(&self.pool)
        .await?;
        let kinds = [
            (due.proposal, DueKind::Proposal),
            (due.feed, DueKind::Feed),
            (due.article, DueKind::Article),
        ];
        Ok(kinds.into_iter().filter_map(|(is_due, kind)| is_due.then_some(kind)).collect())
    }

    /// How many articles, feeds and proposals are due at `now`, claimed or not, without those that
    /// are paused. It reads them all:
    /// for people, not for loops.
    pub async fn count_due(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let count = sqlx::query_scalar!(
            r#"
            with visited as (
                select host.id
                from host
                left join source on source.id = host.source_id
                where source.paused_at is null
            )
            select (
                    select count(*)
                    from article
                    join visited on visited.id = host_id
                    where state = 'watched'
                        and next_check_at <= $1
                ) + (
                    select count(*)
                    from feed
                    join visited on visited.id = host_id
                    where next_check_at <= $1
                        and paused_at is null
                ) + (
                    select count(*)
                    from proposal
                    join visited on visited.id = host_id
                    where looked_at is null
                ) as "count!"
            "#,
            now,
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// How long until something can be claimed, by what is known now: nothing if at once, `None`
    /// if nothing is due at `now`.
    ///
    /// Only the thousand hosts that are longest overdue are asked: with so many busy ones the
    /// answer is a moment whatever the others would say.
    pub async fn time_until_claimable(
        &self,
        now: DateTime<Utc>,
    ) -> Result<Option<TimeDelta>, StoreError> {
        let seconds = sqlx::query_scalar!(
            r#"
            select min(extract(epoch from
                greatest(host.next_visit_at, host.lease_until, first.lease_until, now()) - now()
            ))::double precision
            from (
                (
                    select host_id, kind
                    from host_due
                    where kind = 'article'
                        and due_at <= $1
                    order by due_at
                    limit 1000
                )
                union all
                (
                    select host_id, kind
                    from host_due
                    where kind = 'feed'
                        and due_at <= $1
                    order by due_at
                    limit 1000
                )
                union all
                (
                    select host_id, kind
                    from host_due
                    where kind = 'proposal'
                        and due_at < 'infinity'
                    order by due_at
                    limit 1000
                )
            ) as due
            join host on host.id = due.host_id
            left join source on source.id = host.source_id
            -- An article that is being read anew is leased without its host.
            left join lateral (
                select article.lease_until
                from article
                where due.kind = 'article'
                    and article.host_id = due.host_id
                    and article.state = 'watched'
                    and article.next_check_at <= $1
                order by article.next_check_at
                limit 1
            ) as first on true
            where source.paused_at is null
            "#,
            now,
        )
        .fetch_one(&self.pool)
        .await?;
        #[expect(clippy::cast_possible_truncation, reason = "a wait, far below 2^63 milliseconds")]
        let wait =
            seconds.map(|seconds| TimeDelta::milliseconds((seconds * 1_000.0).ceil() as i64));
        Ok(wait)
    }
}
