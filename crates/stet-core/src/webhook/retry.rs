//! When a message that was not taken is sent again, and when its receiver is given up.

use chrono::TimeDelta;

/// The waits after the first, second … failed attempt.
/// Source: Standard Webhooks, "Deliverability and reliability".
const WAITS: [TimeDelta; 9] = [
    TimeDelta::seconds(5),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(5),
    TimeDelta::hours(10),
    TimeDelta::hours(14),
    TimeDelta::hours(20),
    TimeDelta::hours(24),
];

/// How often one message is sent at most: three days and four hours after the first attempt, the
/// last one is made.
pub const MAX_ATTEMPTS: u32 = 10;

/// How long a receiver may do nothing but fail before nothing more is sent to it. Source: more than
/// all attempts at one message take; Svix, who wrote the standard, wait as long.
pub const PAUSE_AFTER: TimeDelta = TimeDelta::days(5);

/// The least and the longest that a receiver is left alone after it failed, whatever messages wait
/// for it.
const REST: (TimeDelta, TimeDelta) = (TimeDelta::seconds(5), TimeDelta::minutes(5));

/// The longest that `Retry-After` puts a message off: its next attempt is no later than the longest
/// wait would let it be.
const MAX_RETRY_AFTER: TimeDelta = TimeDelta::hours(24);

/// By how much waits are made longer at most, so that messages that failed together do not come
/// back together: a tenth.
const JITTER: i32 = 10;

/// How long after a failed attempt the next one is made; `None` after the last. `attempts` counts
/// those that were made; `seed` differs between messages.
#[must_use]
pub fn wait(attempts: u32, seed: u64, retry_after: Option<TimeDelta>) -> Option<TimeDelta> {
    let index = usize::try_from(attempts.max(1) - 1).ok()?;
    let wait = *WAITS.get(index)?;
    // 0 to 999 thousandths of a tenth.
    let share = i32::try_from((seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) % 1_000).ok()?;
    let wait = wait + wait * share / (1_000 * JITTER);
    Some(wait.max(believed(retry_after)))
}

/// How long a receiver that failed so often without a success in between is left alone.
#[must_use]
pub fn rest(failures: u32, retry_after: Option<TimeDelta>) -> TimeDelta {
    let doublings = failures.saturating_sub(1).min(10);
    (REST.0 * 2_i32.pow(doublings)).min(REST.1).max(believed(retry_after))
}

fn believed(retry_after: Option<TimeDelta>) -> TimeDelta {
    retry_after.unwrap_or_default().min(MAX_RETRY_AFTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waits_are_those_of_the_standard_and_end_after_ten_attempts() {
        let waits: Vec<i64> =
            (1..=MAX_ATTEMPTS).map_while(|made| Some(wait(made, 0, None)?.num_seconds())).collect();
        assert_eq!(waits, [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
        assert_eq!(wait(MAX_ATTEMPTS, 0, Some(TimeDelta::hours(1))), None);
    }

    #[test]
    fn jitter_spreads_messages_over_a_tenth_and_never_hurries_them() {
        let waits: Vec<i64> =
            (0..1_000).map(|seed| wait(4, seed, None).unwrap().num_seconds()).collect();
        let (least, most) = (waits.iter().min().unwrap(), waits.iter().max().unwrap());
        assert!((7_200..7_210).contains(least), "{least}");
        assert!((7_900..=7_920).contains(most), "{most}");
    }

    #[test]
    fn retry_after_makes_a_wait_longer_and_never_shorter() {
        let wait = |seconds| wait(2, 0, Some(TimeDelta::seconds(seconds))).unwrap().num_seconds();
        assert_eq!((wait(1), wait(900), wait(i64::from(u32::MAX))), (300, 900, 86_400));
    }

    #[test]
    fn a_receiver_that_goes_on_failing_is_left_alone_longer_and_longer() {
        let rests = [1, 2, 3, 7, 1_000].map(|failures| rest(failures, None).num_seconds());
        assert_eq!(rests, [5, 10, 20, 300, 300]);
        assert_eq!(rest(1, Some(TimeDelta::minutes(20))).num_minutes(), 20);
    }
}
