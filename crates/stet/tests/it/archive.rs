//! Histories out to web archives' formats and in from them, by the command line.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use crate::news_site::NewsSite;
use crate::service::{Service, temp_dir};

pub(crate) const TITLE: &str = "Ministers meet again in Geneva";
pub(crate) const STANDS: &str = "The talks are surrounded by speculation, since neither of the two ministers \
    has made an official statement after many hours of negotiations behind closed doors.";
const OLD: &str = "Officials said on Friday that the talks had lasted for more than eight hours and \
    that the delegations would go on through the night until they reached an agreement.";
pub(crate) const NEW: &str = "Officials said on Friday that the talks had lasted for more than twelve hours and \
    that the delegations would go on through the night until they reached an agreement.";

/// A service that saw an article change, and the article's address.
pub(crate) fn watched(site: &NewsSite) -> (Service, String) {
    site.publish("/geneva", TITLE, &[STANDS, OLD]);
    let service = Service::start(&["--fetch-allow", &site.pair(), "--host-gap", "0s"]);
    let address = site.url("/geneva");
    service.told(&["watch", &address]);
    service.visitor().get_until("/articles/1", |page| page.body.contains("versions/0"));
    site.publish("/geneva", TITLE, &[STANDS, NEW]);
    // A second later: addresses tell mementos apart by the second.
    service.query("update snapshot set fetched_at = fetched_at - interval '1 minute'");
    service.told(&["check", &address]);
    (service, address)
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(crate) fn path(file: &Path) -> &str {
    file.to_str().unwrap()
}

const HISTORY: &str = "select from_version, to_version, words_added from change \
    join article on id = article_id where observer is not null";

#[test]
fn what_one_stet_exports_another_takes_in_as_what_somebody_else_saw() {
    let (site, folder) = (NewsSite::start(), temp_dir());
    let (service, address) = watched(&site);
    let file = folder.path().join("talks.warc.gz");
    service.told(&["warc", "export", "--article", "1", path(&file)]);
    let again = service.command(&["warc", "export", path(&file)]);
    assert!(said(&again).contains("exists already"), "{again:?}");

    let other = Service::start(&["--fetch-allow", &site.pair()]);
    let told = other.told(&["warc", "import", "--observer", "The Library", path(&file)]);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 2, "{told}");
    assert!(lines[1].starts_with("status=noted article=1 history=2 version=1"), "{told}");
    assert!(lines[1].ends_with(&address), "{told}");
    assert_eq!(other.query(HISTORY), "0|1|1");
    assert_eq!(other.told(&["warc", "import", "--observer", "The Library", path(&file)]), "");
    let page = other.visitor().get("/articles/1");
    assert!(page.body.contains("Changes observed by The Library"), "{page:?}");
    assert!(page.body.contains("It is not watched"), "{page:?}");
}

#[test]
fn a_file_that_breaks_off_names_the_record_and_what_stood_before_is_kept() {
    let (site, folder) = (NewsSite::start(), temp_dir());
    let (service, _) = watched(&site);
    let file = folder.path().join("talks.warc.gz");
    service.told(&["warc", "export", path(&file)]);
    let whole = fs::read(&file).unwrap();
    let cut = folder.path().join("cut.warc.gz");
    fs::write(&cut, &whole[..whole.len() - 200]).unwrap();
    let output = service.command(&["warc", "import", path(&cut)]);
    assert!(!output.status.success());
    assert!(said(&output).contains("cut.warc.gz: record 5"), "{output:?}");
    assert!(said(&output).contains("1 captures noted"), "{output:?}");
    assert_eq!(service.query("select count(*) from version where article_id = 1"), "2");
}

#[test]
fn an_archive_is_asked_for_what_it_has_by_its_timemap() {
    let site = NewsSite::start();
    let (archive, address) = watched(&site);
    let allowed = format!("{},{}", site.pair(), archive.host());
    let other = Service::start(&["--fetch-allow", &allowed, "--host-gap", "0s"]);
    let timemap = format!("http://{}/timemap/link/{address}", archive.host());
    let backfill = ["backfill", &address, "--from", &timemap, "--observer", "stet.one"];
    let told = other.told(&backfill);
    assert_eq!(told.matches("status=noted article=1 history=2").count(), 2, "{told}");
    assert_eq!(other.query(HISTORY), "0|1|1");
    assert_eq!(other.told(&backfill).matches("status=known history=2").count(), 2);
    let elsewhere = ["backfill", &site.url("/other"), "--from", &timemap];
    let refused = other.command(&elsewhere);
    assert!(said(&refused).contains("the TimeMap is of"), "{refused:?}");
}

#[test]
fn histories_are_written_for_studies_whole_or_not_at_all() {
    let (site, folder) = (NewsSite::start(), temp_dir());
    let (service, address) = watched(&site);
    let lines = folder.path().join("lines");
    service.told(&["research", "jsonl", path(&lines)]);
    let read = |name: &str| -> Vec<Value> {
        let file = fs::read_to_string(lines.join(name)).unwrap();
        file.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    assert_eq!(read("articles.jsonl")[0]["url"], address.as_str());
    let versions = read("versions.jsonl");
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[1]["paragraphs"][1], NEW);
    let changes = read("changes.jsonl");
    assert_eq!((&changes[0]["id"], &changes[0]["to"]), (&json!("1-0"), &json!(1)));
    assert_eq!(changes[0]["stats"]["words_added"], 1);

    let file = folder.path().join("study.db");
    service.told(&["research", "newsedits", "--from", "2016-09-09", path(&file)]);
    assert!(fs::read(&file).unwrap().starts_with(b"SQLite format 3"));
    let again = service.command(&["research", "newsedits", path(&file)]);
    assert!(said(&again).contains("exists already"), "{again:?}");
    let elsewhere = service.command(&["research", "jsonl", "--source", "nobody", "unwritten"]);
    assert!(said(&elsewhere).contains("there is no source 'nobody'"), "{elsewhere:?}");
    let left: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}
