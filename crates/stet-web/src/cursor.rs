//! Places in lists, as addresses name them: `1473446640000000-7-3`. A page that begins at one stays
//! the same page whatever is added to the list's head.

use chrono::{DateTime, Utc};
use stet_core::ArticleId;
use stet_store::{ArticleCursor, ChangeCursor, HitCursor};
use stet_words::say;

use crate::error::PageError;

/// The name in a query.
pub(crate) const BEHIND: &str = "before";

pub(crate) fn of_change(cursor: &ChangeCursor) -> String {
    printed(&[cursor.latest_at.timestamp_micros(), cursor.article.get(), cursor.number.into()])
}

pub(crate) fn change(text: &str) -> Result<ChangeCursor, PageError> {
    let [at, article, number] = numbers(text)?;
    Ok(ChangeCursor { latest_at: moment(at)?, article: id(article)?, number: small(number)? })
}

pub(crate) fn of_hit(cursor: &HitCursor) -> String {
    let micros = cursor.moved_at.timestamp_micros();
    printed(&[micros, cursor.article.get(), cursor.field.into(), cursor.number.into()])
}

pub(crate) fn hit(text: &str) -> Result<HitCursor, PageError> {
    let [at, article, field, number] = numbers(text)?;
    Ok(HitCursor {
        moved_at: moment(at)?,
        article: id(article)?,
        field: small(field)?,
        number: small(number)?,
    })
}

pub(crate) fn of_article(cursor: &ArticleCursor) -> String {
    match cursor.changed_at {
        Some(at) => printed(&[at.timestamp_micros(), cursor.article.get()]),
        None => printed(&[cursor.article.get()]),
    }
}

pub(crate) fn article(text: &str) -> Result<ArticleCursor, PageError> {
    if let Ok([article]) = numbers(text) {
        return Ok(ArticleCursor { changed_at: None, article: id(article)? });
    }
    let [at, article] = numbers(text)?;
    Ok(ArticleCursor { changed_at: Some(moment(at)?), article: id(article)? })
}

fn printed(numbers: &[i64]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join("-")
}

/// Times before 1970 have no place in lists.
fn numbers<const N: usize>(text: &str) -> Result<[i64; N], PageError> {
    let numbers: Result<Vec<i64>, _> = text.split('-').map(str::parse).collect();
    numbers.ok().and_then(|numbers| numbers.try_into().ok()).ok_or_else(|| unlike(text))
}

fn unlike(text: &str) -> PageError {
    PageError::NotUnderstood(
        say("cursor-behind-cannot-be").with("name", BEHIND).with("text", text).to_string(),
    )
}

fn moment(micros: i64) -> Result<DateTime<Utc>, PageError> {
    /// Postgres knows no time after this year.
    const LAST: i64 = 200_000_000_000_000_000;
    let known = Some(micros).filter(|micros| *micros < LAST);
    known.and_then(DateTime::from_timestamp_micros).ok_or(PageError::Unreadable)
}

fn id(number: i64) -> Result<ArticleId, PageError> {
    number.try_into().map_err(|_| PageError::Unreadable)
}

fn small<T: TryFrom<i64>>(number: i64) -> Result<T, PageError> {
    number.try_into().map_err(|_| PageError::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_back_and_no_other_text_is_one() {
        for text in ["1473446640000001-7-3", "0-1-0"] {
            assert_eq!(of_change(&change(text).unwrap()), text);
        }
        assert_eq!(of_hit(&hit("1473446640000001-7-3-12").unwrap()), "1473446640000001-7-3-12");
        for text in ["7", "1473446640000001-7"] {
            assert_eq!(of_article(&article(text).unwrap()), text);
        }
        for odd in
            ["", "-", "1-0-0", "1--2-3", "1-2", "1-2-3-4", "x-1-1", "9223372036854775807-1-1"]
        {
            assert!(change(odd).is_err(), "{odd}");
        }
        assert!(hit("1-1-70000-1").is_err());
    }
}
