//! Everything out of one instance and into another, by the command line.

use std::fs;

use crate::archive::{NEW, STANDS, TITLE, path, said, watched};
use crate::news_site::NewsSite;
use crate::service::{Service, temp_dir};

const LATER: &str = "On Saturday both delegations left the city without a word to the reporters who \
    had waited for them at the doors of the hotel since the early hours of the morning.";
const OTHER_TITLE: &str = "The bridge is closed once more";
const COUNTS: &str = "select (select count(*) from article), (select count(*) from version)";

/// Lets another article be watched, which gets this identifier.
fn watch_bridge(service: &Service, site: &NewsSite, id: u32) {
    site.publish("/bridge", OTHER_TITLE, &[STANDS, LATER]);
    service.told(&["watch", &site.url("/bridge")]);
    let page = format!("/articles/{id}");
    service.visitor().get_until(&page, |page| page.body.contains(OTHER_TITLE));
}

/// The page of the change, wherever it is served.
fn comparison(service: &Service) -> String {
    let page = service.visitor().get("/articles/1/diff/0/1");
    page.body.replace(service.host(), "here.example")
}

#[test]
fn everything_moves_house_and_goes_on_there() {
    let (site, folder) = (NewsSite::start(), temp_dir());
    let (old, address) = watched(&site);
    let captured = folder.path().join("captured.warc.gz");
    old.told(&["warc", "export", path(&captured)]);
    old.told(&["warc", "import", "--observer", "The Library", path(&captured)]);
    watch_bridge(&old, &site, 3);
    old.query("update article set hidden_from = state, state = 'hidden' where id = 3");
    let moved = folder.path().join("stet.jsonl");
    old.told(&["export", path(&moved)]);
    let whole = fs::read(&moved).unwrap();
    assert_eq!(old.told(&["export", "-"]).as_bytes(), whole.trim_ascii_end());
    let again = old.command(&["export", path(&moved)]);
    assert!(said(&again).contains("exists already"), "{again:?}");
    let shown = comparison(&old);
    assert!(shown.contains("twelve"), "{shown}");
    drop(old);

    let new = Service::start(&["--fetch-allow", &site.pair(), "--host-gap", "0s"]);
    let cut = folder.path().join("cut.jsonl");
    fs::write(&cut, &whole[..whole.len() - 200]).unwrap();
    let refused = new.command(&["import", path(&cut)]);
    assert!(!refused.status.success());
    let last = whole.split(|byte| *byte == b'\n').count() - 1;
    let told = format!("nothing was imported: line {last}: the export ends here");
    assert!(said(&refused).contains(&told), "{refused:?}");
    assert_eq!(new.query(COUNTS), "0|0");

    new.told(&["import", path(&moved)]);
    let back = folder.path().join("again.jsonl");
    new.told(&["export", path(&back)]);
    assert!(fs::read(&back).unwrap() == whole, "it came out otherwise than it came in");
    let again = new.command(&["import", path(&moved)]);
    assert!(said(&again).contains("this instance is not empty: it has source (1)"), "{again:?}");

    assert_eq!(comparison(&new), shown);
    assert!(new.visitor().get("/articles/1").body.contains("Changes observed by The Library"));
    assert_eq!(new.visitor().get("/articles/3").status, 410);
    let found = new.visitor().get("/versions/search?q=speculation");
    assert!(found.body.contains(TITLE), "{found:?}");
    site.publish("/geneva", TITLE, &[STANDS, NEW, LATER]);
    let told = new.told(&["check", &address]);
    assert!(told.starts_with("status=changed article=1 version=2"), "{told}");
    site.publish("/bridge/again", OTHER_TITLE, &[LATER, STANDS]);
    new.told(&["watch", &site.url("/bridge/again")]);
    new.visitor().get_until("/articles/4", |page| page.body.contains(OTHER_TITLE));
}

#[test]
fn one_article_is_exported_and_what_is_not_there_leaves_no_file() {
    let (site, folder) = (NewsSite::start(), temp_dir());
    let (service, _) = watched(&site);
    watch_bridge(&service, &site, 2);
    let one = service.told(&["export", "--article", "2", "-"]);
    assert!(one.contains("/bridge") && !one.contains("/geneva"), "{one}");
    let file = folder.path().join("none.jsonl");
    for (option, of, what) in
        [("--source", "nobody", "no source 'nobody'"), ("--article", "9", "no article 9")]
    {
        let refused = service.command(&["export", option, of, path(&file)]);
        assert!(!refused.status.success());
        assert!(said(&refused).contains(what), "{refused:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
