//! Reading an export into an empty instance: all of it, or nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use sqlx::PgConnection;

use super::bodies::Unfinished;
use super::copy::{Batches, Field};
use super::destination::{finish, prepare};
use super::line::{Lines, Members};
use super::made::made_fields;
use super::records::{COUNTERS, Record, Thing};
use super::references::References;
use super::{End, FORMAT, FORMAT_NAME, Header, ImportError, Transferred, shape};
use crate::snapshot::unpacked;
use crate::{Store, check};

/// The most days of which there may be checks: they are kept for thirty, and a table is made for each.
const MAX_DAYS: usize = 400;

impl Store {
    /// Reads an export into this instance, which must be empty, and tells `progress` of each article.
    /// It is one transaction: what is broken or cut off leaves nothing. Nothing is fetched. What
    /// follows from what is read is counted with it, but for the search's passages:
    /// [`Store::index_waiting`] writes those.
    pub async fn import(
        &self,
        input: impl BufRead,
        now: DateTime<Utc>,
        progress: impl FnMut(&Transferred),
    ) -> Result<Transferred, ImportError> {
        let mut transaction = self.pool.begin().await?;
        prepare(&mut transaction).await?;
        let mut lines = Lines::new(input);
        let is_whole = header(&mut lines)?;
        let mut reading = Reading {
            is_whole,
            connection: &mut transaction,
            now,
            progress,
            batches: Batches::default(),
            references: References::default(),
            body: None,
            key_frame: None,
            days: BTreeSet::new(),
            counters: BTreeMap::new(),
            read: Transferred::default(),
        };
        while !reading.line(&mut lines).await? {}
        if !lines.is_at_end()? {
            let what = "something follows on the last line".to_owned();
            return Err(ImportError::Line { line: lines.number + 1, what });
        }
        let (counters, read) = (reading.counters, reading.read);
        finish(&mut transaction, &counters).await?;
        transaction.commit().await?;
        Ok(read)
    }
}

/// Reads the first line; says whether everything was asked for.
fn header(lines: &mut Lines<impl BufRead>) -> Result<bool, ImportError> {
    let (line, _) = lines.next()?;
    let wrong = |what: String| ImportError::Line { line: 1, what };
    let header: Header = shape::value(line)
        .map_err(|what| wrong(format!("is not the first one of an export: it {what}")))?;
    if header.format != FORMAT_NAME {
        return Err(wrong(format!("is not of the format {FORMAT_NAME}")));
    }
    if header.number != FORMAT {
        let number = header.number;
        return Err(wrong(format!(
            "the export is of format {number}, and this Stet reads format {FORMAT}"
        )));
    }
    Ok(header.scope.is_none())
}

struct Reading<'c, P> {
    /// Whether the export is of everything.
    is_whole: bool,
    connection: &'c mut PgConnection,
    now: DateTime<Utc>,
    progress: P,
    batches: Batches,
    references: References,
    /// A snapshot whose body follows.
    body: Option<Unfinished>,
    /// The last body that is whole by itself: its article, its number and its bytes.
    key_frame: Option<(i64, i64, Vec<u8>)>,
    /// Days for whose checks there is a table.
    days: BTreeSet<NaiveDate>,
    counters: BTreeMap<&'static str, i64>,
    read: Transferred,
}

impl<P: FnMut(&Transferred)> Reading<'_, P> {
    /// Reads one line; says whether it was the last.
    async fn line(&mut self, lines: &mut Lines<impl BufRead>) -> Result<bool, ImportError> {
        let number = lines.number + 1;
        let (line, digest) = lines.next()?;
        let wrong = |what: String| ImportError::Line { line: number, what };
        let (kind, members) = Members::of(line).map_err(wrong)?;
        if let Some(body) = self.body.as_ref().filter(|_| kind != "body") {
            let what =
                format!("stands where the body of the snapshot in line {} belongs", body.line);
            return Err(wrong(what));
        }
        match kind.as_str() {
            "end" => {
                self.end_article()?;
                let end: End = shape::value(line).map_err(wrong)?;
                self.check_end(&end, &digest.hex()).map_err(wrong)?;
                self.batches.write(self.connection).await?;
                return Ok(true);
            }
            "body" => self.piece(&members, number).await?,
            "counter" => {
                self.end_article()?;
                self.counter(&members).map_err(wrong)?;
            }
            name => match Record::named(name) {
                Some(record) => self.record(record, &members, number).await?,
                None => return Err(wrong(format!("is of an unknown kind, {name:.80?}"))),
            },
        }
        self.read.add(&kind);
        if self.batches.are_full() {
            self.batches.write(self.connection).await?;
        }
        Ok(false)
    }

    async fn record(
        &mut self,
        record: &'static Record,
        members: &Members<'_>,
        line: u64,
    ) -> Result<(), ImportError> {
        let wrong = |what: String| ImportError::Line { line, what };
        let name = record.name;
        let mut fields =
            members.fields(record).map_err(|what| wrong(format!("of this {name}, {what}")))?;
        if record.is == Some(Thing::Article) {
            self.end_article()?;
            (self.progress)(&self.read);
        }
        let known = self.references.add(record, line, &fields);
        known.map_err(|what| wrong(format!("of this {name}, {what}")))?;
        self.body = Unfinished::of(record, line, &fields).map_err(wrong)?;
        if self.body.is_some() {
            return Ok(());
        }
        if name == "check" {
            self.make_room(record, &fields, line).await?;
        }
        fields.extend(made_fields(record, self.now)?);
        self.batches.add(record, line, &fields);
        Ok(())
    }

    /// Makes the table for the checks of a day.
    async fn make_room(
        &mut self,
        record: &Record,
        fields: &[Field],
        line: u64,
    ) -> Result<(), ImportError> {
        let at = record.place("checked_at").and_then(|place| fields.get(place));
        let day = at.and_then(|at| at.copied.get(..10)?.parse::<NaiveDate>().ok());
        let wrong = |what: String| ImportError::Line { line, what };
        let day = day
            .filter(|day| (1970..9999).contains(&day.year()))
            .ok_or_else(|| wrong("\"checked_at\" is on no day of Stet's".to_owned()))?;
        if self.days.insert(day) {
            if self.days.len() > MAX_DAYS {
                return Err(wrong(format!("there are checks of more than {MAX_DAYS} days")));
            }
            check::make_partition(self.connection, day).await?;
        }
        Ok(())
    }

    async fn piece(&mut self, members: &Members<'_>, line: u64) -> Result<(), ImportError> {
        let wrong = |what: String| ImportError::Line { line, what };
        let Some(mut body) = self.body.take() else {
            return Err(wrong("no snapshot comes before this body".to_owned()));
        };
        if !body.take(members).map_err(wrong)? {
            self.body = Some(body);
            return Ok(());
        }
        let earlier = match body.base {
            Some(base) => Some(self.key_frame(body.article, base).await?.ok_or_else(|| {
                wrong(format!("snapshot {base}, on which its body rests, is not whole by itself"))
            })?),
            None => None,
        };
        let unpacked = body.finish(earlier).map_err(wrong)?;
        if body.base.is_none() {
            self.key_frame = Some((body.article, body.number, unpacked));
        }
        if let Some(record) = Record::named("snapshot") {
            self.batches.add(record, body.line, &body.fields);
        }
        Ok(())
    }

    /// A body that is whole by itself; one of those before the last is read from the database.
    async fn key_frame(&mut self, article: i64, base: i64) -> Result<Option<&[u8]>, ImportError> {
        let is_last = self
            .key_frame
            .as_ref()
            .is_some_and(|(of, number, _)| (*of, *number) == (article, base));
        if !is_last {
            self.batches.write(self.connection).await?;
            let found = sqlx::query!(
                r#"
                select body, body_length
                from snapshot
                where article_id = $1
                    and number = $2
                    and base is null
                "#,
                article,
                i32::try_from(base).unwrap_or_default(),
            )
            .fetch_optional(&mut *self.connection)
            .await?;
            let Some(found) = found else { return Ok(None) };
            let body = unpacked(&found.body, found.body_length, None)?;
            self.key_frame = Some((article, base, body));
        }
        Ok(self.key_frame.as_ref().map(|(_, _, body)| body.as_slice()))
    }

    fn end_article(&mut self) -> Result<(), ImportError> {
        self.references.end_article().map_err(|(line, what)| ImportError::Line { line, what })
    }

    fn counter(&mut self, members: &Members<'_>) -> Result<(), String> {
        let [of, last] = members.named(["of", "last"])?;
        let (of, last): (String, i64) = (shape::value(of)?, shape::value(last)?);
        let table = COUNTERS.into_iter().find(|table| *table == of);
        let table = table.ok_or_else(|| format!("counts what is not counted, {of:.80?}"))?;
        let highest = self.references.highest(table);
        if last < highest {
            return Err(format!("the last {table} is {last}, but there is {table} {highest}"));
        }
        match self.counters.insert(table, last) {
            Some(_) => Err(format!("counts the same as another: {table}")),
            None => Ok(()),
        }
    }

    /// Checks that all that was written was read.
    fn check_end(&self, end: &End, digest: &str) -> Result<(), String> {
        if end.sha256 != digest {
            return Err(
                "the SHA-256 of the lines before it is another: something was altered".to_owned()
            );
        }
        if end.records != self.read.records {
            return Err("the numbers of records are others: something was altered".to_owned());
        }
        if self.read.count("instance") != u64::from(self.is_whole)
            || self.counters.len() != COUNTERS.len()
        {
            return Err(
                "the export lacks its instance or a counter, or has one too many".to_owned()
            );
        }
        Ok(())
    }
}
