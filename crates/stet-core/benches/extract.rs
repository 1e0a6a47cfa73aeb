//! How long extraction takes, beside one parse of the same page by html5ever.
//!
//! ```text
//! cargo bench -p stet-core --bench extract
//! ```
//!
//! The pages have the proportions of a newspaper's: of 20, 80 and 320 KB, a tenth is the article,
//! and the rest navigation, teasers, scripts and comments. They come from a small generator with
//! a fixed seed: the same on every run.

mod chance;

use std::fmt::{self, Display, Write};

use chance::Chance;
use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use dom_query::Document;
use stet_core::Address;
use stet_core::extract::{Page, STACK_BYTES, extract};

/// Extraction needs a deep stack for pages that are nested as deeply as is allowed.
fn main() {
    let run = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(divan::main);
    run.expect("a thread can be started").join().expect("the benches do not panic");
}

/// A page of about so many KB.
#[derive(Debug, Clone, Copy)]
struct Size(usize);

impl Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} KB", self.0)
    }
}

const SIZES: [Size; 3] = [Size(20), Size(80), Size(320)];

#[divan::bench(args = SIZES)]
fn extraction(bencher: Bencher<'_, '_>, size: Size) {
    let html = page(size.0 * 1024);
    let address: Address = "https://paper.example/news/1".parse().expect("it is an address");
    let page = Page { address: &address, content_type: Some("text/html"), bytes: html.as_bytes() };
    assert!(extract(page).is_ok_and(|text| text.paragraphs.len() > 1), "the page is an article");
    bencher.counter(BytesCount::of_str(&html)).bench_local(|| extract(black_box(page)));
}

#[divan::bench(args = SIZES)]
fn one_parse(bencher: Bencher<'_, '_>, size: Size) {
    let html = page(size.0 * 1024);
    bencher
        .counter(BytesCount::of_str(&html))
        .bench_local(|| Document::from(black_box(html.as_str())));
}

/// A page of about so many bytes.
fn page(bytes: usize) -> String {
    let mut chance = Chance::new();
    let mut html = format!(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>{} - The Paper</title>\
         <script type=application/ld+json>{{\"@type\":\"NewsArticle\",\"headline\":\"{}\",\
         \"datePublished\":\"2024-05-03T10:00:00Z\",\"author\":{{\"name\":\"Ann Lee\"}}}}</script>\
         </head><body><header><nav>",
        chance.words(8),
        chance.words(8),
    );
    fill(&mut html, bytes / 5, || {
        format!(
            "<li class=nav-{}><a href=/{}>{}</a></li>",
            chance.below(9),
            chance.word(),
            chance.words(2)
        )
    });
    html.push_str("</nav></header><script>");
    fill(&mut html, bytes * 2 / 5, || format!("window.{}={};", chance.word(), chance.below(9_999)));
    html.push_str(
        "</script><main><article><h1>Council closes bridge</h1><div class=byline>By Ann Lee</div>",
    );
    fill(&mut html, bytes / 2, || {
        format!(
            "<p>{} <a href=/x>{}</a> {}</p>",
            chance.words(20),
            chance.words(2),
            chance.paragraph()
        )
    });
    html.push_str("</article></main><aside><h2>Most read</h2>");
    fill(&mut html, bytes, || {
        format!(
            "<div class=\"teaser card-{}\"><a href=/{}><img src=/x.jpg alt><h3>{}</h3></a></div>",
            chance.below(99),
            chance.word(),
            chance.words(6)
        )
    });
    html.push_str("</aside></body></html>");
    html
}

/// Adds pieces until the page has so many bytes.
fn fill(html: &mut String, bytes: usize, mut piece: impl FnMut() -> String) {
    while html.len() < bytes {
        html.write_str(&piece()).expect("a string takes what is written");
    }
}
