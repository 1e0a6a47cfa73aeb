//! The headlines that an article had: each with the time it stood, and alternation as the test of
//! variants that it is.

use askama::Template;
use askama::filters::HtmlSafe;
use chrono::TimeDelta;
use stet_core::ArticleId;
use stet_store::HeadlineRun;
use stet_words::say;

use crate::links;
use crate::wording::{self, Stamp};

/// After how many passages between the same two headlines their alternation is called a test.
/// Source: DESIGN §3.
const TEST_PASSAGES: usize = 3;

/// The picture shows at most so many runs, the last ones, and so many headlines: on a phone a step
/// then has eight pixels.
const MAX_STEPS: usize = 36;
const MAX_LANES: usize = 6;

/// So many headlines are in sight; those before them are folded.
const UNFOLDED: usize = 10;

/// The height of a lane, in pixels.
const LANE: usize = 26;

/// An article's headlines.
#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/headlines.html")]
pub(crate) struct Headlines {
    /// The last ones, the latest first, and those before them.
    latest: Vec<Headline>,
    earlier: Vec<Headline>,
    /// What is said of headlines that alternate.
    tests: Vec<Test>,
    picture: Option<Picture>,
    /// What is said where not all runs are given.
    note: Option<String>,
}

// Its template escapes what it prints.
impl HtmlSafe for Headlines {}

#[derive(Debug, Clone, PartialEq, Eq, Template)]
#[template(path = "parts/headline.html")]
struct Headline {
    letter: String,
    title: String,
    href: String,
    first_seen: Stamp,
    last_seen: Stamp,
    /// `4 times, 3 hours in all`; `2 hours`
    stood: String,
    is_standing: bool,
}

// Its template escapes what it prints.
impl HtmlSafe for Headline {}

/// What is said of headlines that alternate.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Test {
    /// `A and B took turns 6 times`
    what: String,
    from: Stamp,
    until: Stamp,
}

/// Which headline stood after which, a step each.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Picture {
    height: usize,
    alternative: String,
    lanes: Vec<Lane>,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Lane {
    letter: String,
    y: usize,
    text_y: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    x: String,
    end: String,
    width: String,
    y: usize,
    /// Where the next one stands, if there is one.
    from_y: usize,
    to_y: Option<usize>,
    label: String,
}

/// Two headlines that alternated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Alternation {
    first: usize,
    last: usize,
}

impl Headlines {
    /// `runs` are those of one article, in order; `limit` is how many were asked for. An article
    /// with one headline has no history of headlines.
    pub(crate) fn new(article: ArticleId, runs: &[HeadlineRun], limit: u32) -> Option<Self> {
        if runs.len() < 2 {
            return None;
        }
        let (titles, order) = distinct(runs);
        let mut latest: Vec<Headline> = titles
            .iter()
            .enumerate()
            .map(|(index, title)| headline(article, index, title, runs, &order))
            .rev()
            .collect();
        let earlier = latest.split_off(latest.len().min(UNFOLDED));
        let tests = alternations(&order)
            .into_iter()
            .map(|found| {
                let times = (found.last - found.first) as u64;
                Test {
                    what: say("headlines-took-turns")
                        .with("first", letter(order[found.first]))
                        .with("second", letter(order[found.first + 1]))
                        .with("times", wording::counted(times, "times"))
                        .to_string(),
                    from: Stamp::new(runs[found.first].first_seen_at),
                    until: Stamp::new(runs[found.last].last_seen_at),
                }
            })
            .collect();
        let has_returns = order.len() > titles.len();
        Some(Self {
            latest,
            earlier,
            tests,
            picture: (has_returns && titles.len() <= MAX_LANES)
                .then(|| Picture::new(runs, &order, titles.len())),
            note: (runs.len() >= limit as usize)
                .then(|| say("headlines-note").with("count", wording::grouped(limit)).to_string()),
        })
    }
}

impl Picture {
    fn new(runs: &[HeadlineRun], order: &[usize], lanes: usize) -> Self {
        let begin = order.len().saturating_sub(MAX_STEPS);
        let shown = &order[begin..];
        // The letters stand in the first six hundredths.
        let width = 93.0 / shown.len() as f64;
        let middle = |lane: usize| lane * LANE + LANE / 2;
        let steps = shown.iter().enumerate().map(|(step, &lane)| {
            let x = 6.0 + width * step as f64;
            let run = &runs[begin + step];
            Step {
                x: format!("{:.2}%", x + width * 0.06),
                end: format!("{:.2}%", x + width),
                width: format!("{:.2}%", width * 0.88),
                y: middle(lane) - 5,
                from_y: middle(lane),
                to_y: shown.get(step + 1).map(|&next| middle(next)),
                label: say("headlines-step")
                    .with("letter", letter(lane))
                    .with("from", wording::moment(run.first_seen_at))
                    .with("until", wording::moment(run.last_seen_at))
                    .to_string(),
            }
        });
        let letters: Vec<String> = shown.iter().map(|&lane| letter(lane)).collect();
        Self {
            height: lanes * LANE,
            alternative: say("headlines-alternative")
                .with("letters", letters.join(", "))
                .to_string(),
            lanes: (0..lanes)
                .map(|lane| Lane {
                    letter: letter(lane),
                    y: middle(lane),
                    text_y: middle(lane) + 5,
                })
                .collect(),
            steps: steps.collect(),
        }
    }
}

/// The headlines in the order of their first runs, and which of them each run has.
fn distinct(runs: &[HeadlineRun]) -> (Vec<&str>, Vec<usize>) {
    let mut titles: Vec<&str> = Vec::new();
    let mut order = Vec::new();
    for run in runs {
        let place = titles.iter().position(|title| *title == run.title).unwrap_or_else(|| {
            titles.push(&run.title);
            titles.len() - 1
        });
        order.push(place);
    }
    (titles, order)
}

/// Stretches in which two headlines took turns at least three times.
fn alternations(order: &[usize]) -> Vec<Alternation> {
    let mut found = Vec::new();
    let mut first = 0;
    for end in 1..=order.len() {
        let goes_on = end < order.len() && (end - first < 2 || order[end] == order[end - 2]);
        if goes_on {
            continue;
        }
        let last = end - 1;
        if last - first >= TEST_PASSAGES {
            found.push(Alternation { first, last });
        }
        // Where one stretch ends the next one may begin.
        first = last;
    }
    found
}

fn headline(
    article: ArticleId,
    index: usize,
    title: &str,
    runs: &[HeadlineRun],
    order: &[usize],
) -> Headline {
    let own: Vec<usize> = (0..runs.len()).filter(|&run| order[run] == index).collect();
    let (first, last) = (own[0], own[own.len() - 1]);
    let span = stood(runs, &own);
    Headline {
        letter: letter(index),
        title: title.to_owned(),
        href: links::version(article, runs[first].version),
        first_seen: Stamp::new(runs[first].first_seen_at),
        last_seen: Stamp::new(runs[last].last_seen_at),
        stood: if own.len() > 1 {
            say("headlines-stood-times")
                .with("count", wording::grouped(own.len() as u64))
                .with("span", &span)
                .to_string()
        } else {
            span
        },
        is_standing: last + 1 == runs.len(),
    }
}

/// How long a headline stood in these runs. It came and went between two checks, so there is a least
/// and a most: `2 hours`, `1 hour to 3 hours`, `up to 30 minutes`.
fn stood(runs: &[HeadlineRun], own: &[usize]) -> String {
    let least: TimeDelta =
        own.iter().map(|&run| runs[run].last_seen_at - runs[run].first_seen_at).sum();
    let came_after = |run: usize| {
        let before = run.checked_sub(1).and_then(|before| runs.get(before));
        before.map_or(runs[run].first_seen_at, |before| before.last_seen_at)
    };
    let went_before =
        |run: usize| runs.get(run + 1).map_or(runs[run].last_seen_at, |next| next.first_seen_at);
    let most: TimeDelta = own.iter().map(|&run| went_before(run) - came_after(run)).sum();
    let [shortest, longest] = [least, most].map(wording::span);
    if shortest == longest {
        longest
    } else if least < TimeDelta::minutes(1) {
        say("headlines-stood-at-most").with("most", longest).to_string()
    } else {
        say("headlines-stood-between").with("least", shortest).with("most", longest).to_string()
    }
}

/// A, B, …, Z, A2, B2, …
fn letter(index: usize) -> String {
    let letter = char::from(b'A' + u8::try_from(index % 26).unwrap_or_default());
    match index / 26 {
        0 => letter.to_string(),
        round => format!("{letter}{}", round + 1),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use stet_core::VersionNumber;

    use super::*;

    fn runs(titles: &[&str]) -> Vec<HeadlineRun> {
        (0..)
            .zip(titles)
            .map(|(hour, title)| {
                let at = DateTime::UNIX_EPOCH + TimeDelta::hours(hour);
                HeadlineRun {
                    title: (*title).to_owned(),
                    version: VersionNumber::FIRST,
                    first_seen_at: at,
                    last_seen_at: at + TimeDelta::minutes(30),
                }
            })
            .collect()
    }

    fn found(order: &[usize]) -> Vec<(usize, usize)> {
        alternations(order).into_iter().map(|found| (found.first, found.last)).collect()
    }

    #[test]
    fn headlines_that_take_turns_three_times_are_a_test() {
        assert_eq!(found(&[0, 1, 0]), []);
        assert_eq!(found(&[0, 1, 0, 1]), [(0, 3)]);
        assert_eq!(found(&[0, 1, 2, 1, 2, 1, 3]), [(1, 5)]);
        assert_eq!(found(&[0, 1, 0, 1, 2, 1, 2, 1]), [(0, 3), (3, 7)]);
        assert_eq!(found(&[0, 1, 2, 3]), []);
        assert_eq!(found(&[]), []);
    }

    #[test]
    fn a_test_is_said_in_words_and_drawn() {
        let runs =
            runs(&["Mayor quits", "Why the mayor quit", "Mayor quits", "Why the mayor quit"]);
        let headlines = Headlines::new("1".parse().unwrap(), &runs, 200).unwrap();
        let [test] = &headlines.tests[..] else { panic!("one test") };
        assert_eq!(test.what, "A and B took turns 3 times");
        assert_eq!(
            [&test.from, &test.until].map(|stamp| stamp.shown.as_str()),
            ["1 Jan 1970, 00:00 UTC", "1 Jan 1970, 03:30 UTC"]
        );
        let picture = headlines.picture.unwrap();
        assert_eq!(picture.alternative, "Headlines one after another: A, B, A, B");
        assert_eq!((picture.lanes.len(), picture.steps.len(), picture.height), (2, 4, 52));
        let [b, a] = &headlines.latest[..] else { panic!("two headlines") };
        assert_eq!((b.letter.as_str(), b.is_standing), ("B", true), "the latest is first");
        assert_eq!((a.stood.as_str(), a.is_standing), ("2 times, 1 hour to 2 hours in all", false));
    }

    #[test]
    fn headlines_that_never_return_are_a_list_and_one_is_no_history() {
        let headlines =
            Headlines::new("1".parse().unwrap(), &runs(&["One", "Two", "Three"]), 200).unwrap();
        assert_eq!((headlines.latest.len(), headlines.picture), (3, None));
        assert!(Headlines::new("1".parse().unwrap(), &runs(&["One"]), 200).is_none());
        let titles: Vec<String> = (0..12).map(|number| number.to_string()).collect();
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        let long = Headlines::new("1".parse().unwrap(), &runs(&titles), 12).unwrap();
        assert_eq!((long.latest.len(), long.earlier.len()), (10, 2));
        assert_eq!(long.note.as_deref(), Some("The last 12 headlines in the order of time."));
    }

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!([0, 25, 26, 53].map(letter), ["A", "Z", "A2", "B3"]);
    }
}
