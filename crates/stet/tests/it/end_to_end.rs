//! The main job, from an empty machine to a page that shows what a newspaper changed.

use crate::news_site::NewsSite;
use crate::service::{Page, Service, Visitor};

const TITLE: &str = "Ministers meet again in Geneva";
const STANDS: &str = "The talks are surrounded by speculation, since neither of the two ministers \
    has made an official statement after many hours of negotiations behind closed doors.";
const OLD: &str = "Officials said on Friday that the talks had lasted for more than eight hours and \
    that the delegations would go on through the night until they reached an agreement.";
const NEW: &str = "Officials said on Friday that the talks had lasted for more than twelve hours and \
    that the delegations would go on through the night until they reached an agreement.";

/// A site with one article, and a service that may visit it.
fn site_and_service() -> (NewsSite, Service) {
    let site = NewsSite::start();
    site.publish("/geneva", TITLE, &[STANDS, OLD]);
    let pair = site.pair();
    let service = Service::start(&["--fetch-allow", &pair, "--host-gap", "0s"]);
    (site, service)
}

/// Types an address into the form and waits until the poller has looked at it.
fn propose(editor: &mut Visitor<'_>, address: &str) -> (String, Page) {
    let form = editor.get("/watch");
    let token = form.hidden("form_token").to_owned();
    let sent = editor.post("/watch", &[("address", address), ("form_token", &token)]);
    assert_eq!(sent.status, 303, "{sent:?}");
    let proposal = sent.header("location").unwrap().to_owned();
    let page = editor.get_until(&proposal, |page| page.header("refresh").is_none());
    (proposal, page)
}

/// Confirms a proposal; returns where that leads.
fn confirm(editor: &mut Visitor<'_>, proposal: &str, preview: &Page) -> String {
    let token = preview.hidden("form_token").to_owned();
    let confirmed = editor.post(proposal, &[("form_token", &token)]);
    assert_eq!(confirmed.status, 303, "{confirmed:?}");
    confirmed.header("location").unwrap().to_owned()
}

#[test]
fn an_article_is_added_through_the_form_and_its_change_shown_on_page_feed_and_database() {
    let (site, service) = site_and_service();
    let mut editor = service.editor();
    let (proposal, preview) = propose(&mut editor, &site.url("/geneva"));
    assert!(preview.body.contains(TITLE) && preview.body.contains(OLD), "{preview:?}");
    assert!(!preview.body.contains("Politics"), "{preview:?}");
    let article = confirm(&mut editor, &proposal, &preview);
    assert_eq!(article, "/articles/1");
    // The poller was woken and has kept the first text by now, or will have in a moment.
    editor.get_until(&article, |page| page.body.contains("/articles/1/versions/0"));

    site.publish("/geneva", TITLE, &[STANDS, NEW]);
    let checked = service.told(&["check", &site.url("/geneva")]);
    assert!(checked.starts_with("status=changed article=1 version=1"), "{checked}");

    // A reader needs no login.
    let mut reader = service.visitor();
    let front = reader.get("/");
    assert!(front.body.contains("/articles/1/diff/0/1") && front.body.contains(TITLE), "{front:?}");
    let diff = reader.get("/articles/1/diff/0/1");
    assert!(diff.body.contains("more than <del>eight</del> hours"), "{diff:?}");
    assert!(diff.body.contains("more than <ins>twelve</ins> hours"), "{diff:?}");
    let feed = reader.get("/articles/1.rss");
    assert_eq!(feed.body.matches("<item>").count(), 1, "{feed:?}");
    assert!(feed.body.contains("twelve"), "{feed:?}");
    let link = format!("http://{}/articles/1/diff/0/1", service.host());
    assert!(feed.body.contains(&link), "{feed:?}");
    assert_eq!(
        service.query("select from_version, to_version, words_added, words_removed from change"),
        "0|1|1|1"
    );
    assert_eq!(service.query("select count(*) from version"), "2");
    assert_eq!(service.query("select count(*) from paragraph"), "3");
}

#[test]
fn a_feed_is_added_through_the_form_and_its_articles_are_watched() {
    let (site, service) = site_and_service();
    site.publish("/rates", "Bank raises rates", &[STANDS, OLD]);
    site.publish_feed("/feed.xml", &["/geneva", "/rates"]);
    let mut editor = service.editor();
    let (proposal, preview) = propose(&mut editor, &site.url("/feed.xml"));
    assert!(preview.body.contains("The Loopback Times"), "{preview:?}");
    confirm(&mut editor, &proposal, &preview);
    let articles = editor.get_until("/articles", |page| {
        page.body.contains("Bank raises rates") && page.body.contains(TITLE)
    });
    assert_eq!(articles.status, 200);
}

#[test]
fn what_cannot_be_watched_is_refused_by_name_beside_the_form() {
    let (site, service) = site_and_service();
    site.answer("/paper.pdf", 200, "application/pdf", "%PDF-1.7 …");
    site.answer("/empty", 200, "text/html", "<title>Hm</title><h1>Hm</h1><p>Soon.</p>");
    let mut editor = service.editor();
    for (address, reason) in [
        (site.url("/paper.pdf"), "PDF"),
        (site.url("/empty"), "words of body text"),
        (site.url("/nowhere"), "404"),
        ("http://127.0.0.1:1/".to_owned(), "not allowed"),
        ("http://[::ffff:10.0.0.1]/".to_owned(), "not allowed"),
        ("http://no-such-host.invalid/".to_owned(), "no-such-host.invalid"),
    ] {
        let (_, page) = propose(&mut editor, &address);
        assert!(page.body.contains(reason), "{address}: {page:?}");
        assert!(page.body.contains("name=\"address\""), "{address}: {page:?}");
    }
    let token = editor.get("/watch").hidden("form_token").to_owned();
    for (address, reason) in [("", "no address"), ("ftp://a.example/", "only http and https")] {
        let page = editor.post("/watch", &[("address", address), ("form_token", &token)]);
        assert!(page.status == 422 && page.body.contains(reason), "{address}: {page:?}");
    }
    let page = editor.post("/watch", &[("address", &site.url("/geneva"))]);
    assert_eq!(page.status, 403, "a form without its token: {page:?}");
    assert_eq!(service.query("select count(*) from article"), "0");
}

#[test]
fn the_same_can_be_done_on_the_command_line_beside_the_service() {
    let (site, service) = site_and_service();
    site.publish_feed("/feed.xml", &["/geneva"]);
    let added = service.told(&["feed", "add", &site.url("/feed.xml")]);
    assert!(added.starts_with("status=watched feed=1 articles=1"), "{added}");
    let known = service.told(&["watch", &site.url("/feed.xml")]);
    assert!(known.starts_with("status=known feed=1"), "{known}");
    let mut reader = service.visitor();
    reader.get_until("/articles/1", |page| page.body.contains("/articles/1/versions/0"));
    let checked = service.told(&["check", "--all"]);
    assert!(checked.contains("status=unchanged article=1 version=0"), "{checked}");
    let refused = service.command(&["watch", &site.url("/nowhere")]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("404"), "{refused:?}");
    let doctor = service.told(&["doctor"]);
    assert!(doctor.contains("schema: up to date"), "{doctor}");
    let link = service.told(&["token"]);
    assert!(link.contains("/login?token="), "{link}");
}

#[test]
fn a_host_that_rests_is_not_waited_for_and_an_operator_wakes_it() {
    let (site, service) = site_and_service();
    site.ask_for_rest("/thai", 2 * 24 * 60 * 60);
    service.told(&["watch", &site.url("/geneva")]);
    let slug = service.query("select slug from source");
    let busy = service.command(&["watch", &site.url("/thai")]);
    assert!(String::from_utf8_lossy(&busy.stderr).contains("429"), "{busy:?}");
    site.publish("/thai", "นายกฯ พูดถึงท่าเรือ", &[STANDS, OLD]);
    let refused = service.command(&["watch", &site.url("/thai")]);
    let stderr = String::from_utf8_lossy(&refused.stderr);
    assert!(stderr.contains(&format!("{} asked to be left alone until", site.pair())), "{stderr}");
    let unchecked = service.command(&["check", &site.url("/geneva")]);
    assert!(String::from_utf8_lossy(&unchecked.stderr).contains("left alone"), "{unchecked:?}");
    let rests = service.told(&["pace", &slug]);
    assert!(rests.contains(&format!("host={} left_alone_until=", site.pair())), "{rests}");
    let woken = service.told(&["pace", &slug, "--wake"]);
    assert_eq!(woken, format!("woken={}\ngap=usual robots=obey", site.pair()));
    let watched = service.told(&["watch", &site.url("/thai")]);
    assert!(watched.ends_with("title=\"นายกฯ พูดถึงท่าเรือ\""), "{watched}");
}

#[test]
fn nothing_is_lost_when_the_service_is_killed_or_stopped() {
    let (site, service) = site_and_service();
    service.told(&["watch", &site.url("/geneva")]);
    let mut reader = service.visitor();
    reader.get_until("/articles/1", |page| page.body.contains("/articles/1/versions/0"));
    let data = service.kill();
    let pair = site.pair();
    let service = Service::start_in(data, &["--fetch-allow", &pair, "--host-gap", "0s"]);
    assert!(service.visitor().get("/articles/1/versions/0").body.contains(OLD));
    let (ended_well, data) = service.interrupt();
    assert!(ended_well);
    let service = Service::start_in(data, &[]);
    assert!(service.visitor().get("/articles/1/versions/0").body.contains(OLD));
}

#[test]
fn a_second_service_on_the_same_data_is_told_that_it_is_in_use() {
    let service = Service::start(&[]);
    let second = service.command(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(1));
    let stderr = String::from_utf8_lossy(&second.stderr);
    assert!(stderr.contains("in use"), "{stderr}");
}
