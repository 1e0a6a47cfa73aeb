use sqlx::PgPool;
use stet_core::search::Query;
use stet_core::{CheckOutcome, Kind};

use super::*;
use crate::MIGRATOR;
use crate::fixture::{Fixture, address, minute};

fn filter(tsquery: String, state: Option<PassageState>) -> SearchFilter {
    SearchFilter { tsquery, state, span: Span::default(), kinds: Kinds::new(), min_words: 0 }
}

impl Fixture {
    /// Another article of the same store.
    async fn another(&self, url: &str) -> Self {
        let added = self.store.add_article(&address(url), minute(0)).await.unwrap();
        Self { store: self.store.clone(), article: added.id }
    }

    async fn hits(&self, query: &str, state: Option<PassageState>) -> Vec<Hit> {
        let Some(tsquery) = Query::parse(query).tsquery(&[], &[]) else { return Vec::new() };
        let filter = filter(tsquery, state);
        match self.store.search(&filter, None, 100).await.unwrap() {
            Searched::Found(list) => list.hits,
            Searched::TooBroad => panic!("{query} took too long"),
        }
    }

    async fn texts(&self, query: &str, state: Option<PassageState>) -> Vec<String> {
        self.hits(query, state).await.into_iter().map(|hit| hit.text).collect()
    }
}

const STANDING: Option<PassageState> = Some(PassageState::Standing);
const GONE: Option<PassageState> = Some(PassageState::Gone);

#[sqlx::test(migrator = "MIGRATOR")]
async fn inflected_forms_are_found_in_the_languages_of_newspapers(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    for (n, text, queries) in [
        (
            1,
            "The mayor denied that the contracts were signed before the elections.",
            ["mayors", "election signing"],
        ),
        (
            2,
            "Der Bürgermeister bestritt, dass die Verträge vor den Häusern unterschrieben wurden.",
            ["Haus", "vertrag bürgermeisters"],
        ),
        (
            3,
            "Le maire a nié que les contrats de l’État aient été signés avant les élections.",
            ["élection", "etat contrat"],
        ),
        (
            4,
            "Мэр отрицал, что договоры были подписаны ещё до выборов в городе.",
            ["выборы", "договора еще"],
        ),
        (
            5,
            "نفى رئيس البلدية أن تكون العقود قد وقعت قبل الانتخابات في المدينة.",
            ["مدينة", "العقود"],
        ),
        (
            6,
            "El alcalde negó que los contratos se firmaran antes de las elecciones.",
            ["elección", "contrato"],
        ),
        (
            7,
            "Il sindaco ha negato che i contratti siano stati firmati prima delle elezioni.",
            ["contratto", "sindaci"],
        ),
    ] {
        let article = fixture.another(&format!("https://news.example.com/l{n}")).await;
        article.see(0, &[text]).await;
        for query in queries {
            assert!(
                fixture.texts(query, None).await.contains(&text.to_owned()),
                "{query} in {text}"
            );
        }
    }
    assert_eq!(fixture.texts("\"the election\"", None).await.len(), 1);
    assert!(fixture.texts("\"elections the\"", None).await.is_empty(), "a phrase has an order");
    assert_eq!(fixture.texts("dies", None).await, [""; 0], "stems of one language find no other's");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn any_run_of_characters_is_found_where_no_spaces_part_words(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    for (n, text, found, not_found) in [
        (1, "市长否认在五月选举之前签署了合同。", ["选举", "签署了合同", "市"], "合签"),
        (
            2,
            "東京都の市長は、選挙の前に契約に署名したことを否定した。",
            ["東京", "京都", "ｼ市長".trim_start_matches('ｼ')],
            "都東",
        ),
        (3, "นายกเทศมนตรีปฏิเสธว่าไม่ได้ลงนามในสัญญาก่อนการเลือกตั้ง", ["เลือกตั้ง", "สัญญา", "นายก"], "ตั้งเลือก"),
        (4, "시장은 선거 전에 계약에 서명했다는 것을 부인했다.", ["선거", "시장", "계약"], "약계"),
    ] {
        let article = fixture.another(&format!("https://news.example.com/c{n}")).await;
        article.see(0, &[text]).await;
        for query in found {
            assert_eq!(fixture.texts(query, None).await, [text], "{query}");
        }
        assert_eq!(fixture.texts(not_found, None).await, [""; 0], "{not_found}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_removed_sentence_no_longer_stands_and_is_found_as_such(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["The mayor lied.", "She stays."]).await;
    fixture.see(60, &["The mayor erred.", "She stays."]).await;
    assert_eq!(fixture.texts("lied", STANDING).await, [""; 0]);
    let gone = fixture.hits("lied", GONE).await;
    assert_eq!(gone[0].text, "The mayor lied.");
    assert_eq!((gone[0].came_from, gone[0].came_in.get()), (None, 0));
    assert_eq!(gone[0].went_from.map(VersionNumber::get), Some(0));
    assert_eq!(gone[0].went_in.map(VersionNumber::get), Some(1));
    assert_eq!(gone[0].went_at, Some(minute(60)));
    let new = fixture.hits("erred", STANDING).await;
    assert_eq!(new[0].came_from.map(VersionNumber::get), Some(0));
    assert_eq!(fixture.texts("mayor", None).await, ["The mayor erred.", "The mayor lied."]);
    assert_eq!(fixture.texts("mayor -lied", None).await, ["The mayor erred."]);
    assert_eq!(fixture.texts("stays", GONE).await, [""; 0]);

    fixture.see(120, &["The mayor lied.", "She stays."]).await;
    assert_eq!(fixture.hits("lied", STANDING).await[0].came_at, minute(120));
    assert_eq!(fixture.texts("erred", GONE).await, ["The mayor erred."]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn nothing_of_an_article_stands_that_was_taken_away(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["The mayor lied."]).await;
    fixture.fail(60, CheckOutcome::NotFound, "404").await;
    assert_eq!(fixture.texts("mayor", GONE).await, [""; 0], "it is believed when it is seen twice");
    fixture.fail(600, CheckOutcome::NotFound, "404").await;
    let gone = fixture.hits("mayor", GONE).await;
    assert_eq!((gone[0].went_in, gone[0].went_at), (None, Some(minute(600))));
    assert_eq!(fixture.texts("title", STANDING).await, [""; 0]);
    fixture.see(700, &["The mayor lied."]).await;
    assert_eq!(fixture.texts("mayor", STANDING).await, ["The mayor lied."]);
    assert_eq!(fixture.texts("title", GONE).await, [""; 0]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_hidden_article_is_not_found(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["The mayor lied."]).await;
    assert_eq!(fixture.texts("mayor", None).await.len(), 1);
    fixture.store.hide_article(fixture.article).await.unwrap();
    assert_eq!(fixture.texts("mayor", None).await, [""; 0]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_was_written_by_an_earlier_revision_is_written_anew_and_the_same(pool: PgPool) {
    let fixture = Fixture::new(pool.clone()).await;
    fixture.see(0, &["The mayor lied.", "She stays."]).await;
    fixture.see(60, &["The mayor erred.", "She stays."]).await;
    fixture.see(90, &["The mayor lied.", "She goes."]).await;
    fixture.fail(100, CheckOutcome::Gone, "410").await;
    fixture.fail(600, CheckOutcome::Gone, "410").await;
    let before = fixture.hits("the -x", None).await;
    let all = fixture.hits("source:x she", None).await;
    assert_eq!((before.len(), all.len()), (2, 2));
    sqlx::query("delete from passage").execute(&pool).await.unwrap();
    sqlx::query("update article set search_revision = 0").execute(&pool).await.unwrap();
    assert_eq!(fixture.hits("the", None).await, []);
    assert_eq!(fixture.store.index_waiting(10).await.unwrap(), 1);
    assert_eq!(fixture.hits("the -x", None).await, before);
    assert_eq!(fixture.hits("source:x she", None).await, all);
    assert_eq!(fixture.store.index_waiting(10).await.unwrap(), 0);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn hits_are_paged_through_without_gap_or_repetition(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    let texts: Vec<String> = (0..25).map(|n| format!("Mayor number {n}.")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    fixture.see(0, &texts).await;
    fixture.see(30, &texts[..20]).await;
    let tsquery = Query::parse("mayor").tsquery(&[], &[]).unwrap();
    let filter = filter(tsquery, None);
    let (mut behind, mut seen) = (None, Vec::new());
    loop {
        let Searched::Found(list) = fixture.store.search(&filter, behind, 4).await.unwrap() else {
            panic!("too broad");
        };
        seen.extend(list.hits.into_iter().map(|hit| hit.text));
        behind = list.next;
        if behind.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 25);
    assert_eq!(&seen[..2], ["Mayor number 24.", "Mayor number 23."], "what went last is first");
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 25);
    let span = Span { since: Some(minute(30)), until: Some(minute(31)) };
    let filter = SearchFilter { span, ..filter };
    let Searched::Found(list) = fixture.store.search(&filter, None, 100).await.unwrap() else {
        panic!("too broad");
    };
    assert_eq!(list.hits.len(), 5);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn hits_are_filtered_by_the_change_that_moved_them(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["The mayor stays.", "A mayor of long ago."]).await;
    fixture.see(30, &["The mayor stays.", "One word of the mayor is new here today."]).await;
    let tsquery = Query::parse("mayor").tsquery(&[], &[]).unwrap();
    let found = async |kinds: &[Kind], min_words| {
        let kinds = kinds.iter().copied().collect();
        let filter = SearchFilter { kinds, min_words, ..filter(tsquery.clone(), None) };
        match fixture.store.search(&filter, None, 100).await.unwrap() {
            Searched::Found(list) => list.hits.len(),
            Searched::TooBroad => panic!("too broad"),
        }
    };
    let change = fixture.store.changes(fixture.article).await.unwrap().remove(0);
    let words = change.stats.words_added + change.stats.words_removed;
    let kinds: Vec<Kind> = change.kinds.into_iter().collect();
    assert_eq!(found(&[], 0).await, 3);
    assert_eq!(found(&kinds, 0).await, 2, "what came and what went");
    assert_eq!(found(&[Kind::Gone], 0).await, 0);
    assert_eq!((found(&[], words).await, found(&[], words + 1).await), (2, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn hostile_queries_are_answered(pool: PgPool) {
    let fixture = Fixture::new(pool).await;
    fixture.see(0, &["The mayor lied \\ 'quoted' <mark> a:b."]).await;
    let long = "mayor lied ".repeat(1_000);
    for query in [
        "& | ! <-> :* ()",
        "'",
        "\\",
        "''\\'",
        "mayor:*",
        "mayor & | !",
        "!mayor",
        "(mayor",
        "\0mayor\0",
        "<mark>",
        "a:b",
        "mayor <-> lied",
        long.as_str(),
        "\"",
        "-",
        "%_",
        "$1",
        "'; drop table passage",
        "\u{202e}mayor",
        "𝕞𝕒𝕪𝕠𝕣",
        "e\u{301}".repeat(3_000).as_str(),
        "東".repeat(600).as_str(),
        "source:' or 1=1",
    ] {
        fixture.hits(query, None).await;
    }
    assert_eq!(fixture.hits("𝕞𝕒𝕪𝕠𝕣", None).await.len(), 1, "compatibility forms are one");
    assert_eq!(fixture.hits("<mark>", None).await.len(), 1);
    assert_eq!(fixture.hits(&long, None).await.len(), 1);
}
