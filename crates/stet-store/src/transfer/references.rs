//! What was read so far, as far as what follows may refer to it.

use std::collections::{HashMap, HashSet};

use super::copy::Field;
use super::records::{COUNTERS, Record, Thing};

/// The text that an article's row says stands, of which sighting and version follow.
#[derive(Debug, Clone, Copy)]
struct Head {
    line: u64,
    sighting: Option<i64>,
    version: Option<i64>,
}

/// Identifiers of sources, hosts, feeds and editors; of articles only those of the last family, and
/// only what belongs to the last one.
#[derive(Debug, Default)]
pub(super) struct References {
    known: HashMap<Thing, HashSet<i64>>,
    head: Option<Head>,
    /// The highest identifier of each table that counts them.
    highest: HashMap<&'static str, i64>,
}

impl References {
    /// Checks what a record refers to, and remembers it.
    pub(super) fn add(
        &mut self,
        record: &'static Record,
        line: u64,
        fields: &[Field],
    ) -> Result<(), String> {
        let number = |name| {
            let field = record.place(name).and_then(|place| fields.get(place));
            field.and_then(|field| field.numbers.first()).copied()
        };
        if record.is == Some(Thing::Article) {
            let own = [Thing::Snapshot, Thing::Paragraph, Thing::Version, Thing::Sighting];
            for gone in own.into_iter().chain([Thing::Article]) {
                self.known.remove(&gone);
            }
            if number("merged_into").is_none() {
                self.known.remove(&Thing::Family);
            }
        }
        for (column, field) in record.columns.iter().zip(fields) {
            let Some(thing) = column.refers else { continue };
            let missing = field.numbers.iter().find(|number| !self.has(thing, **number));
            if let Some(missing) = missing {
                let name = column.name;
                return Err(format!("\"{name}\" refers to {}", absent(thing, *missing)));
            }
        }
        let Some(thing) = record.is else {
            self.count(record, number("id"));
            return Ok(());
        };
        let id = number("id");
        self.known.entry(thing).or_default().extend(id.or_else(|| number("number")));
        self.count(record, id);
        if thing == Thing::Article {
            self.known.entry(Thing::Family).or_default().extend(id);
            let (sighting, version) = (number("head_sighting"), number("head_version"));
            self.head = Some(Head { line, sighting, version });
        }
        Ok(())
    }

    fn has(&self, thing: Thing, number: i64) -> bool {
        self.known.get(&thing).is_some_and(|numbers| numbers.contains(&number))
    }

    fn count(&mut self, record: &Record, id: Option<i64>) {
        // What was deleted was an article.
        let table = if record.is == Some(Thing::Deleted) { "article" } else { record.name };
        let table = COUNTERS.into_iter().find(|counted| *counted == table);
        if let (Some(table), Some(id)) = (table, id) {
            let highest = self.highest.entry(table).or_default();
            *highest = id.max(*highest);
        }
    }

    /// Checks that the last article, of which nothing more follows, has the text that stands; else
    /// tells its line.
    pub(super) fn end_article(&mut self) -> Result<(), (u64, String)> {
        let Some(head) = self.head.take() else { return Ok(()) };
        for (thing, number) in [(Thing::Sighting, head.sighting), (Thing::Version, head.version)] {
            if let Some(number) = number.filter(|number| !self.has(thing, *number)) {
                return Err((head.line, format!("its head is {}", absent(thing, number))));
            }
        }
        Ok(())
    }

    /// The highest identifier in a table.
    pub(super) fn highest(&self, table: &str) -> i64 {
        self.highest.get(table).copied().unwrap_or_default()
    }
}

fn absent(thing: Thing, number: i64) -> String {
    match thing {
        Thing::Article => format!("article {number}, which is not the one before it"),
        Thing::Family => format!("article {number}, which is none of those before it"),
        other => format!("{} {number}, which is not there", format!("{other:?}").to_lowercase()),
    }
}
