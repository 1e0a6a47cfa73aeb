//! Histories out to web archives' formats and in from them, by the command line.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::news_site::NewsSite;
use crate::service::{Service, temp_dir};

const TITLE: &str = "Ministers meet again in Geneva";
const STANDS: &str = "The talks are surrounded by speculation, since neither of the two ministers \
    has made an official statement after many hours of negotiations behind closed doors.";
const OLD: &str = "Officials said on Friday that the talks had lasted for more than eight hours and \
    that the delegations would go on through the night until they reached an agreement.";
const NEW: &str = "Officials said on Friday that the talks had lasted for more than twelve hours and \
    that the delegations would go on through the night until they reached an agreement.";

/// A service that saw an article change, and the article's address.
fn watched(site: &NewsSite) -> (Service, String) {
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

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn path(file: &Path) -> &str {
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
