//! TimeMaps as JSON: RFC 7089 defines none, so what archives write is read.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{Listed, TimeMap, TimeMapError, from_digits};

/// The object that MemGator and Stet write.
#[derive(Deserialize)]
struct Object {
    original_uri: String,
    #[serde(default)]
    mementos: Mementos,
    #[serde(default)]
    pages: Pages,
    #[serde(default)]
    timemap_index: Vec<Place>,
}

#[derive(Default, Deserialize)]
struct Mementos {
    #[serde(default)]
    list: Vec<Memento>,
}

#[derive(Deserialize)]
struct Memento {
    datetime: DateTime<Utc>,
    uri: String,
}

#[derive(Default, Deserialize)]
struct Pages {
    next: Option<Place>,
}

#[derive(Deserialize)]
struct Place {
    uri: String,
}

pub(super) fn read(text: &str, address: &str) -> Result<TimeMap, TimeMapError> {
    let malformed = |error: serde_json::Error| TimeMapError::Malformed(error.to_string());
    if text.starts_with('[') {
        let rows: Vec<Vec<Option<String>>> = serde_json::from_str(text).map_err(malformed)?;
        return of_table(&rows, address);
    }
    let object: Object = serde_json::from_str(text).map_err(malformed)?;
    let listed = |memento: Memento| Listed { address: memento.uri, captured_at: memento.datetime };
    let pages = object.pages.next.into_iter().chain(object.timemap_index);
    Ok(TimeMap {
        original: Some(object.original_uri),
        mementos: object.mementos.list.into_iter().map(listed).collect(),
        pages: pages.map(|page| page.uri).filter(|page| page != address).collect(),
    })
}

/// The Wayback Machine's table: its first row names the columns, and where a capture is to be had
/// follows from where the table was found.
fn of_table(rows: &[Vec<Option<String>>], address: &str) -> Result<TimeMap, TimeMapError> {
    let malformed = |words: &str| TimeMapError::Malformed(words.to_owned());
    let Some((names, rows)) = rows.split_first() else { return Ok(TimeMap::default()) };
    let column = |name: &str| names.iter().position(|known| known.as_deref() == Some(name));
    let (Some(timestamp), Some(original)) = (column("timestamp"), column("original")) else {
        return Err(malformed("its first row names no 'timestamp' or no 'original'"));
    };
    let (collection, _) = address
        .split_once("timemap/")
        .ok_or_else(|| malformed("a table does not say where its captures are"))?;
    let status = column("statuscode");
    let mut map = TimeMap::default();
    for row in rows {
        let cell = |index: usize| row.get(index).and_then(Option::as_deref);
        let status = status.and_then(cell).unwrap_or("-");
        // Of a capture that repeats an earlier one the status is not told.
        if !status.starts_with('2') && status != "-" {
            continue;
        }
        let (Some(stamp), Some(original)) = (cell(timestamp), cell(original)) else {
            return Err(malformed("a row is too short"));
        };
        let captured_at =
            from_digits(stamp).ok_or_else(|| malformed("a timestamp has no 14 digits"))?;
        map.original.get_or_insert_with(|| original.to_owned());
        let address = format!("{collection}{stamp}/{original}");
        map.mementos.push(Listed { address, captured_at });
    }
    Ok(map)
}
