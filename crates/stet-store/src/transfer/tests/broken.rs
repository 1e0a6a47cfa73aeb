//! Exports that are cut off, altered or made up: an error with the line, and nothing is left.

use sqlx::PgPool;

use super::{assert_empty, empty, export, import, joined, lines, resealed};
use crate::fixture::Fixture;
use crate::transfer::{ImportError, TransferScope};
use crate::{MIGRATOR, Store};

/// A small export.
async fn small(pool: &PgPool) -> (Store, Vec<String>) {
    let fixture = Fixture::new(pool.clone()).await;
    fixture.see(0, &["a", "b"]).await;
    fixture.see(30, &["a", "c"]).await;
    let exported = export(&fixture.store, &TransferScope::default()).await;
    empty(pool).await;
    (fixture.store, lines(&exported))
}

/// The line and what is wrong.
async fn refused(store: &Store, export: &[u8], what: &str) -> (u64, String) {
    match import(store, export).await {
        Err(ImportError::Line { line, what }) => (line, what),
        other => panic!("{what}: {other:?}"),
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_export_that_is_cut_off_anywhere_leaves_nothing(pool: PgPool) {
    let (store, lines) = small(&pool).await;
    let whole = joined(&lines);
    let mut end = 0;
    for line in &lines {
        for cut in [end, end + line.len() / 2, end + line.len()] {
            if cut < whole.len() {
                refused(&store, &whole[..cut], &format!("cut at {cut}")).await;
            }
        }
        end += line.len() + 1;
    }
    assert_empty(&store, "a cut").await;
    import(&store, &whole).await.unwrap();
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn an_export_in_which_a_line_was_altered_doubled_or_lost_leaves_nothing(pool: PgPool) {
    let (store, lines) = small(&pool).await;
    for place in 0..lines.len() {
        let mut altered = Vec::new();
        let mut flipped = joined(&lines[place..=place]);
        let middle = flipped.len() / 2;
        flipped[middle] ^= 1;
        altered.push([joined(&lines[..place]), flipped, joined(&lines[place + 1..])].concat());
        altered.push([joined(&lines[..place]), joined(&lines[place + 1..])].concat());
        altered.push([joined(&lines[..=place]), joined(&lines[place..])].concat());
        altered
            .push([joined(&lines[..place]), vec![0xff, b'\n'], joined(&lines[place..])].concat());
        for (way, bytes) in altered.iter().enumerate() {
            let what = format!("line {} in way {way}", place + 1);
            refused(&store, bytes, &what).await;
        }
    }
    assert_empty(&store, "an altered line").await;
    import(&store, &joined(&lines)).await.unwrap();
}

/// Replaces the first occurrence in the first line that has it, and makes the last line fit.
fn forged(lines: &[String], from: &str, to: &str) -> Vec<u8> {
    let mut lines = lines.to_vec();
    let line =
        lines.iter_mut().find(|line| line.contains(from)).unwrap_or_else(|| panic!("{from}"));
    *line = line.replacen(from, to, 1);
    resealed(&lines[..lines.len() - 1])
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn each_wrong_value_is_told_with_its_line(pool: PgPool) {
    let (store, lines) = small(&pool).await;
    import(&store, &forged(&lines, "a", "a")).await.unwrap();
    empty(&pool).await;
    let article = "\"record\":\"article\",\"id\":1";
    let mut told = Vec::new();
    for (from, to) in [
        ("\"number\":1,\"scope\"", "\"number\":2,\"scope\""),
        ("stet-export", "other"),
        ("\"record\":\"host\"", "\"record\":\"hosts\""),
        ("\"record\":\"host\"", "\"recording\":\"host\""),
        (article, "\"record\":\"article\",\"id\":0"),
        (article, "\"record\":\"article\",\"id\":99999999999999999999"),
        (article, "\"record\":\"article\",\"id\":\"1\""),
        (article, "\"record\":\"article\",\"id\":1,\"id\":1"),
        ("\"is_gone\":false,", ""),
        ("\"is_gone\":false", "\"is_gone\":null"),
        ("\"source_id\":1,\"host_id\":1", "\"source_id\":7,\"host_id\":1"),
        ("\"merged_into\":null", "\"merged_into\":1"),
        ("\"head_version\":1", "\"head_version\":5"),
        ("\"state\":\"watched\"", "\"state\":\"odd\""),
        ("\"title\":\"Title\"", "\"title\":\"Ti\\u0000tle\""),
        ("\"title\":\"Title\"", "\"title\":\"\\ud800\""),
        ("https://news.example.com/1", "nowhere"),
        ("2016-09-09T17:44:00.000000Z", "2016-09-09T17:44:00Z"),
        ("2016-09-09T17:44:00.000000Z", "2016-02-30T17:44:00.000000Z"),
        ("\"period\":", "\"period\":-"),
        ("\"record\":\"snapshot\",\"article_id\":1", "\"record\":\"snapshot\",\"article_id\":2"),
        ("\"headers\":[[", "\"headers\":[[[],"),
        ("\"body_length\":3", "\"body_length\":4"),
        ("\"body_length\":3", "\"body_length\":2000000000"),
        ("\"piece\":0", "\"piece\":1"),
        ("\"base64\":\"", "\"base64\":\"!"),
        ("\"base64\":\"", "\"base64\":\"AAAA"),
        (
            "\"record\":\"paragraph\",\"article_id\":1,\"number\":1",
            "\"record\":\"paragraph\",\"article_id\":1,\"number\":0",
        ),
        ("\"paragraphs\":[0,1]", "\"paragraphs\":[0,9]"),
        ("\"paragraphs\":[0,1]", "\"paragraphs\":[0,-1]"),
        ("\"digest\":\"", "\"digest\":\"g"),
        ("\"kinds\":[\"edited\"]", "\"kinds\":[\"odd\"]"),
        ("\"outcome\":\"new\"", "\"outcome\":\"odd\""),
        ("\"of\":\"article\",\"last\":1", "\"of\":\"article\",\"last\":0"),
        ("\"of\":\"article\"", "\"of\":\"session\""),
        ("\"of\":\"host\"", "\"of\":\"article\""),
    ] {
        let (line, what) = refused(&store, &forged(&lines, from, to), to).await;
        told.push(format!("{line}: {what}"));
    }
    let more = [joined(&lines), b"{}\n".to_vec()].concat();
    let (line, what) = refused(&store, &more, "more").await;
    told.push(format!("{line}: {what}"));
    assert_empty(&store, "a wrong value").await;
    insta::assert_snapshot!(told.join("\n"), @r#"
    1: the export is of format 2, and this Stet reads format 1
    1: is not of the format stet-export
    4: is of an unknown kind, "hosts"
    4: the line does not begin with "record"
    5: of this article, "id" is out of range: 0
    5: of this article, "id" cannot be read: invalid type: floating point `1e+20`, expected i64
    5: of this article, "id" cannot be read: invalid type: string "1", expected i64
    5: of this article, has "id" where "source_id" belongs
    5: of this article, has "title" where "is_gone" belongs
    5: of this article, "is_gone" is null
    5: of this article, "source_id" refers to source 7, which is not there
    5: of this article, "merged_into" refers to article 1, which is none of those before it
    5: its head is version 5, which is not there
    5: new row for relation "article" violates check constraint "article_state"
    5: of this article, "title" holds a NUL
    5: of this article, "title" cannot be read: unexpected end of hex escape
    5: of this article, "url" is nothing that is known: "nowhere"
    3: of this source, "created_at" is not a time like 2016-09-09T17:44:00.123456Z
    3: of this source, "created_at" is not a time like 2016-09-09T17:44:00.123456Z
    5: of this article, "period" is out of range: -1800000000
    7: of this snapshot, "article_id" refers to article 2, which is not the one before it
    7: of this snapshot, "headers" has not the form of its kind
    8: the bytes are no packed body of 4 bytes
    7: "body_length" is more than 67108864 bytes
    8: is not piece 0 of the body of snapshot 0 of article 1
    8: "base64" cannot be read: Invalid symbol 33, offset 0.
    8: "base64" has 15 bytes instead of 12
    14: of this version, "paragraphs" refers to paragraph 1, which is not there
    14: of this version, "paragraphs" refers to paragraph 9, which is not there
    14: of this version, "paragraphs" holds a negative number
    11: of this paragraph, "digest" has an odd number of hexadecimal digits
    18: of this change, "kinds" is nothing that is known: "odd"
    19: of this check, "outcome" is nothing that is known: "odd"
    27: the last article is 0, but there is article 1
    27: counts what is not counted, "session"
    27: counts the same as another: article
    29: something follows on the last line
    "#);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_body_rests_on_one_that_is_whole_also_where_another_came_since(pool: PgPool) {
    let fixture = Fixture::new(pool.clone()).await;
    let page = |seed: u64| {
        let words = (1..300_u64).map(|n| (n * seed).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        words.map(|word| format!("{word:x}")).collect::<Vec<_>>().join(" ")
    };
    let (one, other) = (page(1), page(2));
    for (minutes, paragraphs) in [(0, vec![&*one]), (30, vec![&*one, "b"]), (60, vec![&*other])] {
        fixture.see(minutes, &paragraphs).await;
    }
    // As it is stored when a page is compressed while another is recorded.
    let late = "insert into snapshot
        select article_id, 3, fetched_at, url, redirects, status, headers, body, body_length, base
        from snapshot where number = 1";
    sqlx::query(late).execute(&pool).await.unwrap();
    let exported = export(&fixture.store, &TransferScope::default()).await;
    empty(&pool).await;
    import(&fixture.store, exported.as_bytes()).await.unwrap();
    assert_eq!(export(&fixture.store, &TransferScope::default()).await, exported);

    empty(&pool).await;
    let lines = lines(&exported);
    for (from, to, what) in [
        ("\"base\":0", "\"base\":null", "the bytes are no packed body of "),
        ("\"base\":null", "\"base\":0", "refers to snapshot 0, which is not there"),
    ] {
        let (_, told) = refused(&fixture.store, &forged(&lines, from, to), to).await;
        assert!(told.contains(what), "{told}");
    }
    // On one that rests on another itself.
    let mut chained = lines;
    let last = chained.iter_mut().rfind(|line| line.contains("\"base\":0")).unwrap();
    *last = last.replace("\"base\":0", "\"base\":1");
    let (_, told) =
        refused(&fixture.store, &resealed(&chained[..chained.len() - 1]), "chained").await;
    assert_eq!(told, "snapshot 1, on which its body rests, is not whole by itself");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_is_no_export_is_refused_at_once(pool: PgPool) {
    let store = Store::new(pool);
    for bytes in [&b""[..], b"\n", b"{}\n", b"null\n", b"[[[[\n", &[0; 9]] {
        let (line, _) = refused(&store, bytes, "nothing").await;
        assert_eq!(line, 1);
    }
    let deep = ["{\"record\":".repeat(100_000), "\n".to_owned()].concat();
    let header = "{\"format\":\"stet-export\",\"number\":1,\"scope\":null}\n";
    let (line, _) = refused(&store, [header, &deep].concat().as_bytes(), "deep").await;
    assert_eq!(line, 2);
}
