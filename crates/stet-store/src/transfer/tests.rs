//! What goes out comes in again, whole or not at all.

mod broken;
mod mutated;
mod rich;
mod round;

use std::io;

use sha2::{Digest as _, Sha256};
use sqlx::PgPool;

use super::shape::hex;
use super::{End, ImportError, TransferScope, Transferred};
use crate::fixture::minute;
use crate::{MIGRATOR, Store};

async fn export(store: &Store, scope: &TransferScope) -> String {
    let mut out = Vec::new();
    store.export(scope, &mut out, |_| {}).await.unwrap();
    String::from_utf8(out).unwrap()
}

/// When exports are read here, in minutes.
const NOW: i64 = 5_000;

async fn import(store: &Store, export: &[u8]) -> Result<Transferred, ImportError> {
    store.import(io::BufReader::new(export), minute(NOW), |_| {}).await
}

/// Makes an instance what it is before anything was done with it.
async fn empty(pool: &PgPool) {
    for sql in ["drop schema public cascade", "create schema public"] {
        sqlx::query(sql).execute(pool).await.unwrap();
    }
    MIGRATOR.run(pool).await.unwrap();
}

/// An export of these lines with a last line that fits, as somebody makes it who alters one by hand.
fn resealed(lines: &[impl AsRef<[u8]>]) -> Vec<u8> {
    let mut counted = Transferred::default();
    for line in lines.iter().skip(1) {
        let kind = line.as_ref().split(|byte| *byte == b'"').nth(3).unwrap_or_default();
        counted.add(&String::from_utf8_lossy(kind));
    }
    let mut bytes = joined(lines);
    let end = End {
        record: "end".to_owned(),
        records: counted.records,
        sha256: hex(&Sha256::digest(&bytes)),
    };
    bytes.extend(serde_json::to_vec(&end).unwrap());
    bytes.push(b'\n');
    bytes
}

fn joined(lines: &[impl AsRef<[u8]>]) -> Vec<u8> {
    lines.iter().flat_map(|line| [line.as_ref(), b"\n"].concat()).collect()
}

fn lines(export: &str) -> Vec<String> {
    export.lines().map(str::to_owned).collect()
}

async fn assert_empty(store: &Store, what: &str) {
    let whole = export(store, &TransferScope::default()).await;
    let records = whole.lines().filter(|line| !line.contains("\"record\":\"counter\"")).count();
    assert_eq!(records, 3, "{what} left something: {whole}");
}
