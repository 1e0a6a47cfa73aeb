//! Writing an export: everything as it stood at one moment, one row after the other.

use std::io::Write;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection, Row as _};

use super::extent::Needed;
use super::records::{COUNTERS, Extent, RECORDS, Record};
use super::shape::{hex, quoted};
use super::{
    End, ExportError, FORMAT, FORMAT_NAME, Header, MAX_LINE, PIECE, TransferScope, Transferred,
};
use crate::{Store, StoreError};

/// How many articles' identifiers are read at a time.
const PAGE: i64 = 500;

impl Store {
    /// Writes everything in `scope` as it stands now, whatever is written meanwhile, and tells
    /// `progress` of each article. What is held in memory is one row, or one piece of a body.
    pub async fn export(
        &self,
        scope: &TransferScope,
        out: impl Write,
        mut progress: impl FnMut(&Transferred),
    ) -> Result<Transferred, ExportError> {
        let mut scope = scope.clone();
        scope.sources.sort();
        scope.sources.dedup();
        scope.articles.sort();
        scope.articles.dedup();
        let mut transaction = self.pool.begin().await?;
        for setting in [
            "set transaction isolation level repeatable read, read only",
            // A great table takes its time, and so does whoever reads what is written.
            "set local statement_timeout = 0",
            "set local idle_in_transaction_session_timeout = 0",
        ] {
            sqlx::query(setting).execute(&mut *transaction).await?;
        }
        let needed = Needed::by(&mut transaction, &scope).await?;
        let mut lines = Lines::new(out);
        let header = Header {
            format: FORMAT_NAME.to_owned(),
            number: FORMAT,
            scope: (!scope.is_whole()).then_some(scope),
        };
        lines.put(&json(&header)?)?;
        for record in &RECORDS {
            if record.extent != Extent::OfArticle && record.extent != Extent::Article {
                let (condition, ids) = needed.condition(record);
                let rows = Rows::all(record, &condition);
                rows.write(&mut transaction, &ids, &mut lines).await?;
            }
        }
        articles(&mut transaction, &needed, &mut lines, &mut progress).await?;
        counters(&mut transaction, &mut lines).await?;
        transaction.commit().await?;
        lines.end()
    }
}

/// Writes the articles, each behind the one of which it is part.
async fn articles(
    connection: &mut PgConnection,
    needed: &Needed,
    lines: &mut Lines<impl Write>,
    progress: &mut impl FnMut(&Transferred),
) -> Result<(), ExportError> {
    let article = RECORDS.iter().filter(|record| record.extent == Extent::Article);
    let own = RECORDS.iter().filter(|record| record.extent == Extent::OfArticle);
    let rows: Vec<_> = article
        .map(|record| Rows::all(record, "id = any($1)"))
        .chain(own.map(|record| Rows::all(record, "article_id = any($1)")))
        .collect();
    let mut last = 0;
    loop {
        let page = sqlx::query!(
            r#"
            with recursive root as (
                select id
                from article
                where merged_into is null
                    and id > $1
                    and ($2 or source_id = any($3) or id = any($4))
                order by id
                limit $5
            ),
            part as (
                select id as root, id, 0 as depth from root
                union all
                select part.root, article.id, part.depth + 1
                from part
                join article on article.merged_into = part.id
            )
            select root as "root!", id as "id!" from part order by root, depth, id
            "#,
            last,
            needed.is_whole,
            &needed.asked_sources,
            &needed.asked_articles,
            PAGE,
        )
        .fetch_all(&mut *connection)
        .await?;
        let Some(end) = page.last() else { return Ok(()) };
        last = end.root;
        for part in page {
            for rows in &rows {
                rows.write(connection, &[part.id], lines).await?;
            }
            progress(&lines.written);
        }
    }
}

async fn counters(
    connection: &mut PgConnection,
    lines: &mut Lines<impl Write>,
) -> Result<(), ExportError> {
    for table in COUNTERS {
        let last = sqlx::query_scalar!(
            "select pg_sequence_last_value(pg_get_serial_sequence($1, 'id')::regclass)",
            table,
        )
        .fetch_one(&mut *connection)
        .await?;
        let last = last.unwrap_or_default();
        lines.record("counter", &format!("\"of\":\"{table}\",\"last\":{last}"))?;
    }
    Ok(())
}

/// Rows of one kind, as they are selected.
struct Rows {
    record: &'static Record,
    select: String,
}

impl Rows {
    /// Those that fit a condition on `$1`. It is made of names in this program alone; a test compares
    /// them with the schema.
    fn all(record: &'static Record, condition: &str) -> Self {
        let columns: Vec<_> =
            record.columns.iter().map(|column| column.shape.selected(column.name)).collect();
        let columns = columns.join(", ");
        let name = record.name;
        // By the columns and not by what is selected of them, so that the key's index has the order.
        let key: Vec<_> = record.key.split(", ").map(|column| format!("t.\"{column}\"")).collect();
        let key = key.join(", ");
        let select = if record.has_body() {
            // Each piece is a row: what is cut out is all that is read of it.
            format!(
                "select {columns}, piece::bigint, \
                     substring(body from piece * {PIECE} + 1 for {PIECE}) as piece_bytes \
                 from \"{name}\" as t \
                 cross join generate_series(0, greatest(octet_length(body) - 1, 0) / {PIECE}) as piece \
                 where {condition} order by {key}, piece"
            )
        } else {
            format!("select {columns} from \"{name}\" as t where {condition} order by {key}")
        };
        Self { record, select }
    }

    async fn write(
        &self,
        connection: &mut PgConnection,
        ids: &[i64],
        lines: &mut Lines<impl Write>,
    ) -> Result<(), ExportError> {
        let mut rows = sqlx::query(AssertSqlSafe(self.select.as_str())).bind(ids).fetch(connection);
        while let Some(row) = rows.try_next().await? {
            if !self.record.has_body() {
                lines.row(self.record, &row)?;
                continue;
            }
            let piece: i64 = row.try_get("piece")?;
            if piece == 0 {
                lines.row(self.record, &row)?;
            }
            let article: i64 = row.try_get("article_id")?;
            let number: i64 = row.try_get("number")?;
            let bytes: &[u8] = row.try_get("piece_bytes")?;
            let base64 = BASE64_STANDARD.encode(bytes);
            let members = format!(
                "\"article_id\":{article},\"snapshot\":{number},\"piece\":{piece},\
                 \"base64\":\"{base64}\""
            );
            lines.record("body", &members)?;
        }
        Ok(())
    }
}

/// The lines of an export, counted and digested as they are written.
struct Lines<W> {
    out: W,
    digest: Sha256,
    written: Transferred,
    line: String,
}

impl<W: Write> Lines<W> {
    fn new(out: W) -> Self {
        Self { out, digest: Sha256::new(), written: Transferred::default(), line: String::new() }
    }

    fn put(&mut self, line: &str) -> Result<(), ExportError> {
        if line.len() > MAX_LINE {
            let start: String = line.chars().take(100).collect();
            return Err(StoreError::corrupt("record of too many bytes", start).into());
        }
        for bytes in [line.as_bytes(), b"\n"] {
            self.digest.update(bytes);
            self.out.write_all(bytes)?;
        }
        Ok(())
    }

    fn record(&mut self, kind: &str, members: &str) -> Result<(), ExportError> {
        self.put(&format!("{{\"record\":\"{kind}\",{members}}}"))?;
        self.written.add(kind);
        Ok(())
    }

    fn row(&mut self, record: &Record, row: &PgRow) -> Result<(), ExportError> {
        let mut members = std::mem::take(&mut self.line);
        members.clear();
        for (place, column) in record.columns.iter().enumerate() {
            if place > 0 {
                members.push(',');
            }
            members.push_str(&quoted(column.name)?);
            members.push(':');
            column.shape.write(row, place, &mut members)?;
        }
        self.record(record.name, &members)?;
        self.line = members;
        Ok(())
    }

    fn end(mut self) -> Result<Transferred, ExportError> {
        let sha256 = hex(&self.digest.clone().finalize());
        let records = self.written.records.clone();
        self.put(&json(&End { record: "end".to_owned(), records, sha256 })?)?;
        self.out.flush()?;
        Ok(self.written)
    }
}

fn json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::corrupt("line", error))
}
