//! When and how often a publisher changes its articles, from the tallies.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::{Store, StoreError, row};

/// Steps of the scale of delays in each doubling. The function `delay_step` of the schema has it too.
const STEPS_A_DOUBLING: f64 = 8.0;

/// Over how many weeks changes are counted by the hour of the week. The schema has it too.
const WEEKS_A_BLOCK: i32 = 4;

/// Hours in a week.
const HOURS: i32 = 168;

/// Of how many weeks, the present one included, the changes are given.
const WEEKS: i32 = 26;

/// For the hours of the week at least so many weeks count: enough for every hour to have its share,
/// few enough to show what a newsroom does now.
const LEAST_WEEKS_OF_HOURS: i32 = 12;

/// What is counted of a publisher's changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rhythm {
    /// Its articles that may be shown and have a text.
    pub articles: u32,
    /// How long those of them that changed had been watched by their first change, by steps, the
    /// shortest first.
    pub delays: Vec<Delay>,
    /// The last 26 weeks from Monday to Sunday, UTC, in order, the present one last; those before the
    /// publisher was known are left out.
    pub weeks: Vec<ChangeWeek>,
    /// Changes in each of the 168 hours of the week, from Monday's first, UTC.
    pub hours: Vec<u32>,
    /// The Monday since which the hours are counted: 12 to 16 weeks ago, or that of the first of the
    /// weeks.
    pub hours_since: NaiveDate,
}

/// A week's changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeWeek {
    /// Its Monday.
    pub begins_on: NaiveDate,
    /// The changes that readers are shown.
    pub changes: u32,
    /// Those of them that changed the headline.
    pub headlines: u32,
}

/// Articles that took about as long to change first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delay {
    /// So long at least; the next step is 9 % longer.
    pub at_least: TimeDelta,
    /// How many articles.
    pub articles: u32,
}

impl Rhythm {
    /// How many articles changed.
    #[must_use]
    pub fn changed(&self) -> u32 {
        self.delays.iter().map(|delay| delay.articles).sum()
    }

    /// Within how long half of those that changed had changed, if any did: to the nearest step.
    #[must_use]
    pub fn median_delay(&self) -> Option<TimeDelta> {
        let half = self.changed().div_ceil(2);
        let mut passed = 0;
        self.delays.iter().find_map(|delay| {
            passed += delay.articles;
            (half > 0 && passed >= half).then_some(delay.at_least)
        })
    }
}

impl Rhythm {
    /// Leaves out what lies before a week, as far as there are no changes: of what others had seen
    /// before, there may be.
    fn leave_out_before(&mut self, week: i32) {
        let is_before = |known: &ChangeWeek| known.begins_on < monday(week) && known.changes == 0;
        let unknown = self.weeks.iter().take_while(|known| is_before(known)).count();
        self.weeks.drain(..unknown);
        if let Some(first) = self.weeks.first() {
            self.hours_since = self.hours_since.max(first.begins_on);
        }
    }
}

/// How long a delay of a step is at least.
fn delay_of(step: i32) -> TimeDelta {
    if step <= 0 {
        return TimeDelta::zero();
    }
    let minutes = (f64::from(step) / STEPS_A_DOUBLING).exp2();
    #[expect(clippy::cast_possible_truncation, reason = "a step of a 32-bit scale, in seconds")]
    TimeDelta::try_seconds((minutes * 60.0).round() as i64).unwrap_or(TimeDelta::MAX)
}

/// The week of a moment, as the function `week_of` of the schema counts it.
fn week_of(at: DateTime<Utc>) -> i32 {
    row::capped((at.timestamp().div_euclid(86_400) + 3).div_euclid(7))
}

/// The first day of a week.
fn monday(week: i32) -> NaiveDate {
    NaiveDate::default() + TimeDelta::days(i64::from(week) * 7 - 3)
}

/// An empty rhythm of that time, and the first week of its weeks and of its hours.
fn frame(now: DateTime<Utc>) -> (Rhythm, i32, i32) {
    let this = week_of(now);
    let first = this - WEEKS + 1;
    let first_of_hours = (this - LEAST_WEEKS_OF_HOURS).div_euclid(WEEKS_A_BLOCK) * WEEKS_A_BLOCK;
    let weeks = (first..=this)
        .map(|week| ChangeWeek { begins_on: monday(week), changes: 0, headlines: 0 })
        .collect();
    let rhythm = Rhythm {
        articles: 0,
        delays: Vec::new(),
        weeks,
        hours: vec![0; 168],
        hours_since: monday(first_of_hours),
    };
    (rhythm, first, first_of_hours)
}

impl Store {
    /// A publisher's rhythm as it is now: its changes of the last weeks, its articles from the
    /// beginning.
    pub async fn rhythm(
        &self,
        source_slug: &str,
        now: DateTime<Utc>,
    ) -> Result<Rhythm, StoreError> {
        let (mut rhythm, first, first_of_hours) = frame(now);
        let rows = sqlx::query!(
            r#"
            select source.created_at, part.kind as "kind!", part.place as "place!",
                sum(part.amount)::bigint as "amount!"
            from source
            join lateral (
                select kind, place, amount
                from tally
                where source_id = source.id
                    and (kind in ('read', 'delay')
                        or (kind in ('changes', 'headlines') and place >= $2)
                        or (kind = 'hours' and place >= $3))
                union all
                select kind, place, amount
                from tally_delta
                where source_id = source.id
                    and (kind in ('read', 'delay')
                        or (kind in ('changes', 'headlines') and place >= $2)
                        or (kind = 'hours' and place >= $3))
            ) as part on true
            where source.slug = $1
            group by source.created_at, part.kind, part.place
            having sum(part.amount) > 0
            order by part.kind, part.place
            "#,
            source_slug,
            first,
            first_of_hours.div_euclid(WEEKS_A_BLOCK) * HOURS,
        )
        .fetch_all(&self.pool)
        .await?;
        let known_since = rows.first().map(|tally| week_of(tally.created_at));
        for tally in rows {
            let amount = row::count(tally.amount);
            let place = tally.place;
            // What lies behind this week was seen by a process whose clock is ahead.
            let week = usize::try_from(place - first).unwrap_or(usize::MAX);
            match tally.kind.as_str() {
                "read" => rhythm.articles = amount,
                "delay" => {
                    rhythm.delays.push(Delay { at_least: delay_of(place), articles: amount });
                }
                "hours" => {
                    let hour = usize::try_from(place.rem_euclid(HOURS)).unwrap_or_default();
                    rhythm.hours[hour] += amount;
                }
                "changes" => {
                    if let Some(week) = rhythm.weeks.get_mut(week) {
                        week.changes = amount;
                    }
                }
                _ => {
                    if let Some(week) = rhythm.weeks.get_mut(week) {
                        week.headlines = amount;
                    }
                }
            }
        }
        if let Some(known_since) = known_since {
            rhythm.leave_out_before(known_since);
        }
        Ok(rhythm)
    }
}

#[cfg(test)]
mod tests {
    use sqlx::PgPool;

    use super::*;
    use crate::MIGRATOR;
    use crate::fixture::{Fixture, minute};

    const SOURCE: &str = "examplecom";

    async fn fold(pool: &PgPool) {
        sqlx::query("select fold_tallies()").execute(pool).await.unwrap();
    }

    /// The totals and the rhythm, which must be the same before and after folding.
    async fn counted(fixture: &Fixture, pool: &PgPool) -> (crate::Totals, Rhythm) {
        let of = async || {
            let rhythm = fixture.store.rhythm(SOURCE, minute(120)).await.unwrap();
            (fixture.store.totals().await.unwrap(), rhythm)
        };
        let before = of().await;
        fold(pool).await;
        assert_eq!(of().await, before);
        before
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn changes_are_counted_by_their_hour_and_articles_by_their_first_change(pool: PgPool) {
        let fixture = Fixture::new(pool.clone()).await;
        let (totals, rhythm) = counted(&fixture, &pool).await;
        assert_eq!((totals.sources, totals.articles, totals.versions), (1, 1, 0));
        assert_eq!(rhythm.articles, 0, "it has no text yet");
        for (minutes, paragraph) in [(0, "a"), (30, "b"), (45, "c"), (120, "a")] {
            fixture.see(minutes, &[paragraph]).await;
        }
        let (totals, rhythm) = counted(&fixture, &pool).await;
        assert_eq!((totals.sources, totals.articles, totals.versions), (1, 1, 3));
        assert_eq!((rhythm.articles, rhythm.changed()), (1, 1));
        let delay = rhythm.median_delay().unwrap();
        assert!((27..=30).contains(&delay.num_minutes()), "{delay}");
        // The first check was on a Friday at 17:44: its hour is the 113th of the week.
        let by_hour = |rhythm: &Rhythm| -> Vec<(usize, u32)> {
            rhythm.hours.iter().copied().enumerate().filter(|&(_, changes)| changes > 0).collect()
        };
        assert_eq!(by_hour(&rhythm), [(114, 2), (115, 1)]);
        let week = rhythm.weeks.last().unwrap();
        assert_eq!(week.begins_on.to_string(), "2016-09-05");
        assert_eq!((rhythm.weeks.len(), week.changes, week.headlines), (1, 3, 0));
        assert_eq!(rhythm.hours_since, week.begins_on, "nobody watched before");
        let days = |days: i64| minute(days * 24 * 60);
        let later = fixture.store.rhythm(SOURCE, days(25 * 7)).await.unwrap();
        assert_eq!((later.weeks[0].changes, by_hour(&later).len()), (3, 0));
        assert_eq!(later.weeks.len(), 26);
        let later = fixture.store.rhythm(SOURCE, days(26 * 7)).await.unwrap();
        assert_eq!(later.weeks.iter().map(|week| week.changes).sum::<u32>(), 0);
        assert_eq!(by_hour(&fixture.store.rhythm(SOURCE, days(12 * 7)).await.unwrap()).len(), 2);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn what_is_hidden_or_deleted_is_not_counted_and_counts_again_when_it_is_back(
        pool: PgPool,
    ) {
        let fixture = Fixture::new(pool.clone()).await;
        fixture.see(0, &["a"]).await;
        fixture.see(30, &["b"]).await;
        let shown = counted(&fixture, &pool).await;
        fixture.store.hide_article(fixture.article).await.unwrap();
        let (totals, rhythm) = counted(&fixture, &pool).await;
        assert_eq!((totals.sources, totals.articles, totals.versions), (0, 0, 0));
        assert_eq!(rhythm, frame(minute(120)).0);
        sqlx::query("update article set state = 'watched', hidden_from = null")
            .execute(&pool)
            .await
            .unwrap();
        assert_eq!(counted(&fixture, &pool).await, shown);
        for table in
            ["passage", "\"check\"", "change", "sighting", "version", "snapshot", "paragraph"]
        {
            let delete = format!("delete from {table}");
            sqlx::query(sqlx::AssertSqlSafe(delete)).execute(&pool).await.unwrap();
        }
        sqlx::query("delete from address").execute(&pool).await.unwrap();
        sqlx::query("delete from article").execute(&pool).await.unwrap();
        counted(&fixture, &pool).await;
        let left: Vec<(String, i64)> =
            sqlx::query_as("select kind, amount from tally where amount <> 0")
                .fetch_all(&pool)
                .await
                .unwrap();
        assert_eq!(left, []);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn a_change_that_turns_out_technical_is_counted_no_more(pool: PgPool) {
        let fixture = Fixture::new(pool.clone()).await;
        fixture.see(0, &["a"]).await;
        fixture.see(30, &["b"]).await;
        sqlx::query("update change set is_technical = true").execute(&pool).await.unwrap();
        sqlx::query("update article set changes = 0").execute(&pool).await.unwrap();
        let (_, rhythm) = counted(&fixture, &pool).await;
        assert_eq!((rhythm.articles, rhythm.changed()), (1, 0));
        assert_eq!(rhythm.hours.iter().sum::<u32>(), 0);
    }

    #[sqlx::test(migrator = "MIGRATOR")]
    async fn who_counts_waits_for_nobody_who_counts(pool: PgPool) {
        let fixture = Fixture::new(pool.clone()).await;
        fixture.see(0, &["a"]).await;
        let mut slow = pool.begin().await.unwrap();
        sqlx::query("update article set versions = versions + 1")
            .execute(&mut *slow)
            .await
            .unwrap();
        sqlx::query("select fold_tallies()").execute(&mut *slow).await.unwrap();
        let second = crate::fixture::address("https://news.example.com/2");
        fixture.store.add_article(&second, minute(0)).await.unwrap();
        // Another one folds meanwhile, and leaves it to the first.
        fold(&pool).await;
        assert_eq!(fixture.store.totals().await.unwrap().articles, 2);
        slow.commit().await.unwrap();
        let (totals, _) = counted(&fixture, &pool).await;
        assert_eq!((totals.articles, totals.versions), (2, 2));
    }

    #[test]
    fn a_step_is_an_eighth_of_a_doubling_from_a_minute() {
        assert_eq!(delay_of(-1), TimeDelta::zero());
        assert_eq!(delay_of(8), TimeDelta::minutes(2));
        assert_eq!(delay_of(80), TimeDelta::minutes(1_024));
        assert_eq!(delay_of(i32::MAX), TimeDelta::MAX);
    }
}
