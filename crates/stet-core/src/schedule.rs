//! When to look at an article or a feed again (DESIGN §3).
//!
//! Times are arguments and jitter is drawn from an identifier, so a schedule of forty days is
//! tested in milliseconds.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// The time between two checks of an article that is new or has just changed.
/// Source: DESIGN §3, as News Sniffer does.
pub const FIRST_PERIOD: TimeDelta = TimeDelta::minutes(30);

/// By how much the period grows with each check that finds nothing changed.
/// Source: DESIGN §3.
pub const GROWTH: f64 = 1.2;

/// How long an article may stay without a change before it becomes dormant.
/// Source: News Sniffer stops after 40 days without a change.
pub const DORMANT_AFTER: TimeDelta = TimeDelta::days(40);

/// The wait after a first failure; it doubles with each further one.
pub const FIRST_RETRY: TimeDelta = TimeDelta::minutes(10);

/// The longest wait between two attempts at something that goes on failing.
pub const MAX_RETRY: TimeDelta = TimeDelta::days(1);

/// The least and the most that `Retry-After` is believed.
/// Source: DESIGN §3 and FAULTS §2; a site must not stop its history with one header.
pub const RETRY_AFTER_RANGE: (TimeDelta, TimeDelta) = (TimeDelta::minutes(1), TimeDelta::days(7));

/// The time between two readings of a feed that brings new articles.
pub const FEED_PERIOD: TimeDelta = TimeDelta::minutes(5);

/// The longest time between two readings of a quiet feed.
pub const MAX_FEED_PERIOD: TimeDelta = TimeDelta::hours(1);

/// The longest gap that a slow host or its robots.txt brings about by itself.
/// Source: DESIGN §3; an operator may set longer ones.
pub const MAX_HOST_GAP: TimeDelta = TimeDelta::seconds(30);

/// How long after the first 404 or 410 another one shows that a page is gone: hours, since sites
/// lose pages for a while when they are moved or mended.
pub const GONE_AFTER: TimeDelta = TimeDelta::hours(3);

/// The wait before a text that lost most of its length is looked at again; with its jitter less
/// than half an hour.
pub const HELD_RETRY: TimeDelta = TimeDelta::minutes(20);

/// When to check next, and the period that the next growth starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextCheck {
    /// The time of the next check.
    pub at: DateTime<Utc>,
    /// The period without jitter.
    pub period: TimeDelta,
}

/// What has been observed so far, as far as the schedule needs it.
#[derive(Debug, Clone, Copy)]
pub struct Rhythm {
    /// Now.
    pub now: DateTime<Utc>,
    /// The period that led to this check.
    pub period: TimeDelta,
    /// Any number that differs between articles and checks: the source of jitter.
    pub seed: u64,
}

impl Rhythm {
    /// After a check that found another text, or the first one.
    #[must_use]
    pub fn after_change(self) -> NextCheck {
        self.next(FIRST_PERIOD)
    }

    /// After a check that found nothing changed; `None` where the article has been without a
    /// change for [`DORMANT_AFTER`] and falls dormant.
    #[must_use]
    pub fn after_no_change(self, last_changed: DateTime<Utc>) -> Option<NextCheck> {
        if self.now - last_changed >= DORMANT_AFTER {
            return None;
        }
        Some(self.next(grown(self.period.max(FIRST_PERIOD)).min(DORMANT_AFTER)))
    }

    /// After `failures` failed checks in a row (1 or more); the period is kept for the time when
    /// the site answers again.
    #[must_use]
    pub fn after_failure(self, failures: u32, retry_after: Option<TimeDelta>) -> NextCheck {
        let wait = match retry_after {
            Some(wait) => wait.clamp(RETRY_AFTER_RANGE.0, RETRY_AFTER_RANGE.1),
            None => (FIRST_RETRY * 2_i32.pow(failures.saturating_sub(1).min(10))).min(MAX_RETRY),
        };
        // Never before the time that the site asked for: jitter only adds.
        NextCheck { at: self.now + wait + jitter(wait, self.seed), period: self.period }
    }

    /// After a text that is to be seen once more before it is believed.
    #[must_use]
    pub fn after_doubt(self) -> NextCheck {
        NextCheck { at: self.now + HELD_RETRY + jitter(HELD_RETRY, self.seed), period: self.period }
    }

    /// After a feed was read: [`FEED_PERIOD`] when it had new articles, longer while it is quiet.
    #[must_use]
    pub fn after_feed(self, new_articles: bool) -> NextCheck {
        self.next(if new_articles {
            FEED_PERIOD
        } else {
            grown(self.period.max(FEED_PERIOD)).min(MAX_FEED_PERIOD)
        })
    }

    /// After a check of what has a period of its own.
    #[must_use]
    pub fn every(self, period: TimeDelta) -> NextCheck {
        self.next(period)
    }

    fn next(self, period: TimeDelta) -> NextCheck {
        NextCheck { at: self.now + period + jitter(period, self.seed), period }
    }
}

/// The gap between the end of one request to a host and the next one: `least`, or twice the time
/// that the host took to answer, or what its robots.txt asks for, whichever is longest; the latter
/// two up to [`MAX_HOST_GAP`]. Where `least` is nothing, as one may set it for one's own site, how
/// long the answer took does not matter.
#[must_use]
pub fn host_gap(least: TimeDelta, took: Duration, crawl_delay: Option<TimeDelta>) -> TimeDelta {
    let by_answer = if least <= TimeDelta::zero() {
        TimeDelta::zero()
    } else {
        TimeDelta::from_std(took.saturating_mul(2)).unwrap_or(MAX_HOST_GAP).min(MAX_HOST_GAP)
    };
    least.max(by_answer).max(crawl_delay.unwrap_or_default().min(MAX_HOST_GAP))
}

/// How long a whole host is left alone that asked for it with 429 or 503.
#[must_use]
pub fn host_rest(retry_after: Option<TimeDelta>) -> TimeDelta {
    let (least, most) = RETRY_AFTER_RANGE;
    retry_after.unwrap_or(least).clamp(least, most)
}

fn grown(period: TimeDelta) -> TimeDelta {
    #[expect(clippy::cast_possible_truncation, reason = "at most 40 days in seconds")]
    let seconds = (period.num_seconds() as f64 * GROWTH).round() as i64;
    TimeDelta::seconds(seconds)
}

/// Between nothing and a tenth of the period, so that articles added together drift apart.
fn jitter(period: TimeDelta, seed: u64) -> TimeDelta {
    // SplitMix64's finaliser (Steele, Lea and Flood 2014): neighbouring seeds give unrelated numbers.
    let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    let permille = i32::try_from(mixed % 101).unwrap_or_default();
    period / 1_000 * permille
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> DateTime<Utc> {
        DateTime::from_timestamp(1_473_443_040, 0).unwrap()
    }

    fn rhythm(period: TimeDelta) -> Rhythm {
        Rhythm { now: start(), period, seed: 7 }
    }

    #[test]
    fn the_period_grows_by_a_fifth_and_falls_back_on_a_change() {
        let next = rhythm(FIRST_PERIOD).after_no_change(start()).unwrap();
        assert_eq!(next.period, TimeDelta::minutes(36));
        assert_eq!(rhythm(TimeDelta::days(2)).after_change().period, FIRST_PERIOD);
    }

    #[test]
    fn an_article_without_a_change_is_checked_some_thirty_times_and_falls_dormant_after_40_days() {
        let mut now = start();
        let mut period = FIRST_PERIOD;
        let mut checks = 0;
        while let Some(next) = (Rhythm { now, period, seed: checks }).after_no_change(start()) {
            assert!(next.at > now);
            (now, period, checks) = (next.at, next.period, checks + 1);
        }
        assert!(now - start() >= DORMANT_AFTER);
        assert!((30..40).contains(&checks), "{checks}");
    }

    #[test]
    fn jitter_is_at_most_a_tenth_and_differs_between_neighbours() {
        let waits: Vec<TimeDelta> =
            (0..1_000).map(|seed| jitter(TimeDelta::minutes(30), seed)).collect();
        assert!(
            waits.iter().all(|wait| (TimeDelta::zero()..=TimeDelta::minutes(3)).contains(wait))
        );
        let distinct: std::collections::HashSet<_> = waits.iter().collect();
        assert!(distinct.len() > 90, "{}", distinct.len());
    }

    #[test]
    fn failures_back_off_up_to_a_day_and_keep_the_period() {
        let wait = |failures| {
            let next = rhythm(TimeDelta::hours(5)).after_failure(failures, None);
            assert_eq!(next.period, TimeDelta::hours(5));
            next.at - start()
        };
        assert!(wait(1) >= FIRST_RETRY && wait(1) <= FIRST_RETRY * 11 / 10);
        assert!(wait(2) >= FIRST_RETRY * 2);
        assert!(wait(u32::MAX) >= MAX_RETRY && wait(u32::MAX) <= MAX_RETRY * 11 / 10);
    }

    #[test]
    fn retry_after_is_honoured_within_bounds() {
        let wait = |asked| rhythm(FIRST_PERIOD).after_failure(1, Some(asked)).at - start();
        assert!(wait(TimeDelta::seconds(0)) >= TimeDelta::minutes(1));
        assert!(wait(TimeDelta::hours(3)) >= TimeDelta::hours(3));
        assert!(wait(TimeDelta::days(400)) <= TimeDelta::days(8));
    }

    #[test]
    fn the_gap_is_a_second_or_twice_the_answers_time_up_to_half_a_minute() {
        let gap = |least, took| {
            host_gap(TimeDelta::seconds(least), Duration::from_millis(took), None)
                .num_milliseconds()
        };
        assert_eq!(gap(1, 80), 1_000);
        assert_eq!(gap(1, 700), 1_400);
        assert_eq!(gap(1, 29_000), 30_000);
        assert_eq!(gap(120, 29_000), 120_000);
        assert_eq!(gap(0, 29_000), 0, "one's own site");
    }

    #[test]
    fn a_delay_that_a_site_asks_for_is_kept_up_to_half_a_minute() {
        let gap = |least, delay| {
            let delay = Some(TimeDelta::seconds(delay));
            host_gap(TimeDelta::seconds(least), Duration::ZERO, delay).num_seconds()
        };
        assert_eq!(gap(1, 10), 10);
        assert_eq!(gap(0, 10), 10);
        assert_eq!(gap(1, 600), 30);
        assert_eq!(gap(60, 10), 60);
    }

    #[test]
    fn a_host_that_asks_for_rest_gets_it_within_bounds() {
        assert_eq!(host_rest(None), TimeDelta::minutes(1));
        assert_eq!(host_rest(Some(TimeDelta::zero())), TimeDelta::minutes(1));
        assert_eq!(host_rest(Some(TimeDelta::hours(2))), TimeDelta::hours(2));
        assert_eq!(host_rest(Some(TimeDelta::days(365))), TimeDelta::days(7));
    }

    #[test]
    fn a_doubtful_text_is_looked_at_again_within_half_an_hour_and_the_period_stays() {
        let next = rhythm(TimeDelta::days(9)).after_doubt();
        assert!(next.at > start() && next.at <= start() + TimeDelta::minutes(30));
        assert_eq!(next.period, TimeDelta::days(9));
    }

    #[test]
    fn a_quiet_feed_is_read_less_often_and_a_busy_one_every_five_minutes() {
        assert_eq!(rhythm(MAX_FEED_PERIOD).after_feed(true).period, FEED_PERIOD);
        assert_eq!(rhythm(FEED_PERIOD).after_feed(false).period, TimeDelta::minutes(6));
        assert_eq!(rhythm(MAX_FEED_PERIOD).after_feed(false).period, MAX_FEED_PERIOD);
    }
}
