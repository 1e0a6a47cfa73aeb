//! Rows on their way to Postgres: gathered by their tables, and written with `copy`.

use std::fmt::Write as _;

use sqlx::PgConnection;
use sqlx::postgres::PgDatabaseError;

use super::ImportError;
use super::made::made_columns;
use super::records::{RECORDS, Record};
use crate::StoreError;

/// How many bytes are gathered before they are written.
const ENOUGH: usize = 4 * 1024 * 1024;

/// A row that a check of its table refuses, in Postgres' codes.
const CHECK_VIOLATION: &str = "23514";

/// A value, as `copy` reads it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Field {
    /// Without tabs and line ends of its own.
    pub(super) copied: String,
    /// The number that it is, or those in it.
    pub(super) numbers: Vec<i64>,
}

impl Field {
    pub(super) fn null() -> Self {
        Self::plain("\\N".to_owned())
    }

    pub(super) fn plain(copied: String) -> Self {
        Self { copied, numbers: Vec::new() }
    }

    pub(super) fn number(number: i64) -> Self {
        Self { copied: number.to_string(), numbers: vec![number] }
    }

    pub(super) fn text(text: &str) -> Self {
        let mut copied = String::with_capacity(text.len());
        for char in text.chars() {
            match char {
                '\\' => copied.push_str("\\\\"),
                '\n' => copied.push_str("\\n"),
                '\r' => copied.push_str("\\r"),
                '\t' => copied.push_str("\\t"),
                other => copied.push(other),
            }
        }
        Self::plain(copied)
    }

    pub(super) fn bytes(bytes: &[u8]) -> Self {
        let mut copied = String::with_capacity(3 + 2 * bytes.len());
        copied.push_str("\\\\x");
        for byte in bytes {
            // Writing to a string does not fail.
            let _ = write!(copied, "{byte:02x}");
        }
        Self::plain(copied)
    }
}

/// An array of these.
pub(super) fn array(items: impl Iterator<Item = String>) -> Field {
    let quoted =
        items.map(|item| format!("\"{}\"", item.replace('\\', "\\\\").replace('"', "\\\"")));
    Field::text(&format!("{{{}}}", quoted.collect::<Vec<_>>().join(",")))
}

#[derive(Debug, Default)]
struct Batch {
    rows: String,
    /// Which line of the export each row was.
    lines: Vec<u64>,
}

/// Rows that are not written yet.
#[derive(Debug)]
pub(super) struct Batches([Batch; RECORDS.len()]);

impl Default for Batches {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Batch::default()))
    }
}

impl Batches {
    pub(super) fn add(&mut self, record: &Record, line: u64, fields: &[Field]) {
        let kind = RECORDS.iter().position(|known| known.name == record.name);
        let Some(batch) = kind.and_then(|kind| self.0.get_mut(kind)) else { return };
        let fields: Vec<_> = fields.iter().map(|field| field.copied.as_str()).collect();
        batch.rows.push_str(&fields.join("\t"));
        batch.rows.push('\n');
        batch.lines.push(line);
    }

    pub(super) fn are_full(&self) -> bool {
        self.0.iter().map(|batch| batch.rows.len()).sum::<usize>() >= ENOUGH
    }

    /// Writes all, those first that others refer to.
    pub(super) async fn write(&mut self, connection: &mut PgConnection) -> Result<(), ImportError> {
        for (record, batch) in RECORDS.iter().zip(&mut self.0) {
            if !batch.lines.is_empty() {
                let batch = std::mem::take(batch);
                copy(connection, record, &batch).await.map_err(|error| refused(error, &batch))?;
            }
        }
        Ok(())
    }
}

async fn copy(
    connection: &mut PgConnection,
    record: &Record,
    batch: &Batch,
) -> Result<(), sqlx::Error> {
    if record.name == "instance" {
        // It has one from the beginning, which gives way.
        sqlx::query!("delete from instance").execute(&mut *connection).await?;
    }
    let columns = record.columns.iter().map(|column| column.name).chain(made_columns(record));
    let columns: Vec<_> = columns.map(|column| format!("\"{column}\"")).collect();
    // Made of names in this program alone.
    let copy = format!("copy \"{}\" ({}) from stdin", record.name, columns.join(", "));
    let mut sink = connection.copy_in_raw(&copy).await?;
    sink.send(batch.rows.as_bytes()).await?;
    sink.finish().await?;
    Ok(())
}

/// Which line was refused, and why.
fn refused(error: sqlx::Error, batch: &Batch) -> ImportError {
    let told =
        error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>());
    let (Some(told), Some(&first)) = (told, batch.lines.first()) else {
        return StoreError::from(error).into();
    };
    // Classes 22 and 23: what the data are. All else is no fault of theirs.
    if !["22", "23"].iter().any(|class| told.code().starts_with(class)) {
        return StoreError::from(error).into();
    }
    // "COPY article, line 3, column url: …"; of what refers to nothing only the value is told.
    let row = told.r#where().and_then(|place| {
        let number = place.split(", line ").nth(1)?.split([',', ':']).next()?;
        number.trim().parse::<usize>().ok()?.checked_sub(1)
    });
    let line = row.and_then(|row| batch.lines.get(row)).copied();
    // Of a check the detail is the whole row.
    let detail = told.detail().filter(|_| told.code() != CHECK_VIOLATION);
    let detail = detail.map(|detail| format!(": {detail}")).unwrap_or_default();
    let what = format!("{}{detail}", told.message());
    if let Some(line) = line {
        return ImportError::Line { line, what };
    }
    let last = batch.lines.last().copied().unwrap_or(first);
    ImportError::Line { line: first, what: format!("or one up to line {last}: {what}") }
}
