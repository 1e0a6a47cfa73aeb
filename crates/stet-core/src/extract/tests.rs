//! Whole pages, from bytes to text: what a reader of the page would say it says, and hostile
//! pages, which must end in an answer.

use std::fmt::Write;

use insta::assert_snapshot;

use super::*;

const FIRST: &str = "The council of York voted on Tuesday to close the old bridge over the Ouse \
    for repairs that are expected to last, its engineers said, until the spring of next year.";
const SECOND: &str = "“We have no choice,” said Ann Lee, who leads the council. “The piers have \
    been crumbling since the flood of 2015, and nobody has looked after them.”";
const LAST: &str = "Shops on both sides of the river fear for their trade, and some have asked \
    the council for help, which it will discuss on Friday, a spokesman said.";

fn extracted(html: &[u8]) -> Result<ArticleText, ExtractError> {
    extracted_with(html, &SiteRules::default())
}

/// Extracts on a thread of its own, as callers do.
fn extracted_with(html: &[u8], rules: &SiteRules) -> Result<ArticleText, ExtractError> {
    std::thread::scope(|scope| {
        let run = || {
            let address =
                Address::parse("https://www.example-news.org/york/bridge").expect("an address");
            let page = Page { address: &address, content_type: Some("text/html"), bytes: html };
            extract_with_rules(page, rules)
        };
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, run);
        thread.expect("a thread can be started").join().expect("extraction does not panic")
    })
}

fn shown(text: &ArticleText) -> String {
    let mut shown = format!("title: {}\n", text.title);
    let byline = text.byline.as_deref().unwrap_or("-");
    let published = text.published.map_or_else(|| "-".to_owned(), |time| time.to_rfc3339());
    let canonical = text.canonical.as_ref().map_or("-", Address::as_str);
    let language = text.language.as_deref().unwrap_or("-");
    let standfirst = text.standfirst.as_deref().unwrap_or("-");
    let caption = text.lead_caption.as_deref().unwrap_or("-");
    writeln!(
        shown,
        "standfirst: {standfirst}\ncaption: {caption}\nbyline: {byline}\npublished: {published}"
    )
    .expect("a string");
    writeln!(shown, "language: {language}\ncanonical: {canonical}").expect("a string");
    for paragraph in &text.paragraphs {
        writeln!(shown, "| {paragraph}").expect("a string");
    }
    shown
}

/// A page as newspapers make them, with noise that differs by `salt`.
fn page(salt: u32) -> String {
    format!(
        r#"<!DOCTYPE html><html lang="en-gb"><head><meta charset=utf-8>
        <title>Old bridge to close | Example News</title><link rel=canonical href="/york/bridge?a={salt}">
        <script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Bridge shock!",
        "datePublished": "2020-05-01T08:00:00+01:00", "author": [{{"name": "Bo Chan"}}],
        "publisher": {{"name": "Example News"}}}}</script></head><body class="page-{salt}">
        <header><a href="/">Example News</a><nav><ul><li><a href=1>York</a><li><a href=2>Leeds</a></ul></nav></header>
        <div class="share-bar">{salt} comments <span>Updated {salt} minutes ago</span></div>
        <article><header><h1>Old <span>bridge</span> to close</h1><p class="sub-headline">Repairs will last until spring.</p>
        <p class=byline>By <a rel=author>Bo Chan</a> <time datetime="2020-05-02">2 May</time></p></header>
        <figure><img src=x><figcaption>The bridge in May</figcaption></figure>
        <div class=body><p>{FIRST}</p><div class=ad id="ad-{salt}">Advertisement</div><p>{SECOND}</p>
        <aside class=promo>Read more <a href="/{salt}">Story {salt}</a></aside>
        <h2>What comes next</h2><ul><li>Buses will stop.<li>Boats will not.</ul>
        <table><tr><th>Year<th>Cost<tr><td>2020<td>£3m</table>
        <blockquote><p>It will be done.</p></blockquote>{LAST}</div>
        <div class=newsletter><h3>Sign up</h3><form><input name=csrf value="{salt}"></form></div></article>
        <section class=related><h2>Related</h2><ul><li><a href=a>Story {salt}</a><li><a href=b>Another</a></ul></section>
        <section id=comments><h2>Comments</h2><p>I have lived here for {salt} years and never saw the like of it.</p></section>
        <footer>© Example News</footer></body></html>"#
    )
}

#[test]
fn the_article_comes_out_whole_and_nothing_else_with_it() {
    let text = extracted(page(7).as_bytes()).expect("an article");
    assert_snapshot!(shown(&text), @r"
    title: Old bridge to close
    standfirst: Repairs will last until spring.
    caption: The bridge in May
    byline: Bo Chan
    published: 2020-05-01T07:00:00+00:00
    language: en-GB
    canonical: https://www.example-news.org/york/bridge?a=7
    | The council of York voted on Tuesday to close the old bridge over the Ouse for repairs that are expected to last, its engineers said, until the spring of next year.
    | “We have no choice,” said Ann Lee, who leads the council. “The piers have been crumbling since the flood of 2015, and nobody has looked after them.”
    | What comes next
    | Buses will stop.
    | Boats will not.
    | Year Cost
    | 2020 £3m
    | It will be done.
    | Shops on both sides of the river fear for their trade, and some have asked the council for help, which it will discuss on Friday, a spokesman said.
    ");
}

#[test]
fn what_differs_between_two_visits_does_not_show() {
    let one = extracted(page(7).as_bytes()).expect("an article");
    let other = extracted(page(4_321).as_bytes()).expect("an article");
    assert_eq!(one.digest(), other.digest());
}

#[test]
fn every_true_edit_shows() {
    let page = page(7);
    let digest = |html: &str| extracted(html.as_bytes()).expect("an article").digest();
    let before = digest(&page);
    for (old, new) in [
        ("<span>bridge</span> to close", "<span>bridge</span> to reopen"),
        ("until spring.</p>", "until summer.</p>"),
        ("Bo Chan", "Bo Chen"),
        ("2015", "2016"),
        ("The bridge in May", "The bridge in June"),
        ("Boats will not.", "Boats will too."),
        ("£3m", "£4m"),
        ("It will be done.", "It will not be done."),
        ("on Friday", "on Monday"),
        ("<h2>What comes next", "<p>Correction: it was 2015.</p><h2>What comes next"),
    ] {
        assert!(page.contains(old), "{old}");
        assert_ne!(digest(&page.replace(old, new)), before, "{old}");
    }
}

#[test]
fn a_short_report_is_an_article() {
    let html =
        format!("<title>Bridge closes</title><h1>Bridge closes</h1><p>{FIRST}</p><p>{LAST}</p>");
    let text = extracted(html.as_bytes()).expect("an article");
    assert_eq!(text.paragraphs, [FIRST, LAST]);
}

#[test]
fn text_after_double_line_breaks_and_in_plain_divs_is_paragraphs() {
    let html = format!(
        "<title>Bridge closes</title><h1>Bridge closes</h1><div class=text>{FIRST}<br><br>{SECOND}<div>{LAST}</div></div>"
    );
    let text = extracted(html.as_bytes()).expect("an article");
    assert_eq!(text.paragraphs, [FIRST, SECOND, LAST]);
}

#[test]
fn rules_come_before_guesses() {
    let rules = SiteRules {
        title: Some(".t".into()),
        body: Some(".odd p".into()),
        drop: Some(".odd .x".into()),
        date: Some("time".into()),
        ..SiteRules::default()
    };
    let html = format!(
        "<h1>Wrong</h1><p class=t>Right</p><time>1 May 2020</time><div class=odd><p>{FIRST}</p><p class=x>No</p></div>{SECOND}"
    );
    let text = extracted_with(html.as_bytes(), &rules).expect("an article");
    assert_eq!((text.title.as_str(), &text.paragraphs[..]), ("Right", &[FIRST.to_owned()][..]));
    assert!(text.published.is_some());
}

#[test]
fn a_page_that_a_rule_knows_as_a_notice_is_no_article() {
    let rules = SiteRules {
        notice: Some(r#".wall, p:contains("Read on with a subscription")"#.into()),
        ..SiteRules::default()
    };
    let page = |last: &str| {
        let html = format!("<h1>Bridge closes</h1><p>{FIRST}</p><p>{SECOND}</p>{last}");
        extracted_with(html.as_bytes(), &rules)
    };
    for wall in ["<div class=wall>Log in</div>", "<p>Read on with a subscription from today.</p>"] {
        assert_eq!(page(wall), Err(ExtractError::Notice), "{wall}");
    }
    assert!(page("<p>Subscriptions to the bridge fund are open.</p>").is_ok());
}

#[test]
fn what_a_rule_finds_as_a_field_is_no_paragraph_too() {
    let rules = SiteRules {
        standfirst: Some(".short".into()),
        lead_caption: Some(".under".into()),
        byline: Some(".who".into()),
        date: Some(".when".into()),
        body: Some(".odd".into()),
        ..SiteRules::default()
    };
    let html = format!(
        "<title>T</title><h1>T</h1><i class=who>By Ann Lee</i><i class=who>Bo Chan</i>
         <p class=when>Published: 1 May 2020</p>
         <div class=odd><p class=short>In short.</p><p class=under>The bridge</p><p>{FIRST}</p></div>"
    );
    let text = extracted_with(html.as_bytes(), &rules).expect("an article");
    assert_eq!(text.standfirst.as_deref(), Some("In short."));
    assert_eq!(text.lead_caption.as_deref(), Some("The bridge"));
    assert_eq!(text.byline.as_deref(), Some("Ann Lee, Bo Chan"));
    assert!(text.published.is_some());
    assert_eq!(text.paragraphs, [FIRST]);
}

#[test]
fn where_the_page_has_no_text_that_of_json_ld_is_taken() {
    let html = format!(
        r#"<title>Bridge closes</title><script type="application/ld+json">{{"@type": "NewsArticle",
        "headline": "Bridge closes", "articleBody": "{FIRST}\n\n{LAST}"}}</script><div id=app></div>"#
    );
    let text = extracted(html.as_bytes()).expect("an article");
    assert_eq!(text.paragraphs, [FIRST, LAST]);
}

#[test]
fn what_is_no_article_is_refused_by_name() {
    for (bytes, message) in [
        (&b"%PDF-1.4"[..], "this is a PDF document, not a web page"),
        (b"", "this is an empty answer, not a web page"),
        (b"<p>Hello", "the page has no headline"),
        (
            b"<title>Page not found</title><h1>Page not found</h1><p>Sorry, it is gone.</p>",
            "this is an error page, not an article",
        ),
        (
            b"<title>Bridge closes</title><h1>Bridge closes</h1><p>Sorry, it is gone.</p>",
            "the page has only 4 words of body text, so it does not look like an article",
        ),
    ] {
        assert_eq!(extracted(bytes).expect_err("no article").to_string(), message);
    }
    let long = vec![b' '; caps::MAX_BYTES];
    let error = extracted(&[b"<html>", &long[..]].concat()).expect_err("too long");
    assert!(matches!(error, ExtractError::TooLarge { .. }));
}

#[test]
fn a_page_that_no_tree_can_be_built_of_in_time_is_refused() {
    let attributes = (0..100_000).fold(String::new(), |all, n| all + " a" + &n.to_string());
    let bold = (0..100_000).fold(String::new(), |all, n| all + "<p><b id=" + &n.to_string() + ">");
    for html in [
        "<div>".repeat(100_000),
        "<b>".repeat(100_000),
        "<ul><li>".repeat(32 * 1024),
        format!("<p{attributes}>"),
        bold,
    ] {
        let html = format!("<title>T</title><h1>T</h1>{html}{FIRST}");
        assert_eq!(extracted(html.as_bytes()), Err(ExtractError::TooComplex));
    }
}

#[test]
fn a_page_as_deep_as_is_allowed_is_read() {
    let depth = 240;
    let (open, close) = ("<div>".repeat(depth), "</div>".repeat(depth));
    let html = format!("<title>Bridge</title><h1>Bridge</h1>{open}<p>{FIRST}<p>{LAST}{close}");
    assert_eq!(extracted(html.as_bytes()).map(|text| text.paragraphs.len()), Ok(2));
}

#[test]
fn a_page_cut_off_anywhere_gets_an_answer() {
    let page = page(7);
    for end in (0..page.len()).step_by(97) {
        // Any answer is right; a panic is not.
        drop(extracted(&page.as_bytes()[..end]));
    }
}

#[test]
fn nul_and_bytes_of_another_encoding_do_not_reach_the_text() {
    let mut html =
        b"<meta charset=utf-8><title>Caf\xe9 closes</title><h1>Caf\xe9\0 closes</h1><p>".to_vec();
    html.extend(FIRST.as_bytes());
    html.extend(b"</p><p>The caf\xe9\x92s own\0er said \x93it is over\x94 on Tuesday.</p>");
    let text = extracted(&html).expect("an article");
    assert_eq!(text.title, "Café closes");
    assert_eq!(text.paragraphs[1], "The café’s owner said “it is over” on Tuesday.");
}
