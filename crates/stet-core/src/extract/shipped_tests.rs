//! The shipped rules over pages of our own making that imitate the publishers' markup.
//!
//! A page `fixtures/sites/NAME.html` names its address as canonical; beside it, in `NAME.txt`, is
//! its text as a reader would tell it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use dom_query::Matcher;
use sha2::{Digest, Sha256};

use super::*;

/// SHA-256 over the files of `data/sites`, at the present [`EXTRACTOR_REVISION`].
const DIGEST: &str = "d2d3c5fd970505ec7b56f408bb5dba9083d5a080a732dfc81c048a701a593249";

struct Sample {
    name: String,
    address: Address,
    html: String,
    expected: String,
}

impl Sample {
    fn read(path: &Path) -> Self {
        let read = |path: &Path| fs::read_to_string(path).expect("the page and its text");
        let html = read(path);
        let canonical = Document::from(html.as_str()).select("link[rel=canonical]").attr("href");
        Self {
            name: path.file_stem().expect("a name").to_string_lossy().into_owned(),
            address: Address::parse(&canonical.expect("a canonical address")).expect("an address"),
            expected: read(&path.with_extension("txt")),
            html,
        }
    }

    fn publisher(&self) -> &'static Publisher {
        shipped::publisher(&self.address).expect("the page of a publisher with rules")
    }

    fn text(&self, publisher: Option<&Publisher>) -> String {
        let page = Page { address: &self.address, content_type: None, bytes: self.html.as_bytes() };
        let run = || extract_by(page, &SiteRules::default(), publisher);
        let text = std::thread::scope(|scope| {
            let thread =
                std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, run);
            thread.expect("a thread can be started").join().expect("extraction does not panic")
        });
        text.map_or_else(|error| error.to_string() + "\n", |text| shown(&text))
    }
}

fn shown(text: &ArticleText) -> String {
    let published = text.published.map(|time| time.format("%Y-%m-%dT%H:%MZ").to_string());
    let mut shown = String::new();
    for (name, field) in [
        ("title", Some(&text.title)),
        ("standfirst", text.standfirst.as_ref()),
        ("caption", text.lead_caption.as_ref()),
        ("byline", text.byline.as_ref()),
        ("published", published.as_ref()),
        ("section", text.section.as_ref()),
    ] {
        if let Some(field) = field {
            writeln!(shown, "{name}: {field}").expect("a string");
        }
    }
    for paragraph in &text.paragraphs {
        writeln!(shown, "| {paragraph}").expect("a string");
    }
    shown
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The names of a folder's files with an extension, in order.
fn names(of: &str, extension: &str) -> BTreeSet<String> {
    let files =
        fs::read_dir(folder(of)).expect("the folder").map(|file| file.expect("a file").path());
    files
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect()
}

fn samples() -> Vec<Sample> {
    let of = "fixtures/sites";
    names(of, "html")
        .iter()
        .map(|name| Sample::read(&folder(of).join(format!("{name}.html"))))
        .collect()
}

#[test]
fn by_the_shipped_rules_a_page_has_the_text_that_a_reader_sees() {
    let mut wrong = String::new();
    for sample in samples() {
        let text = sample.text(Some(sample.publisher()));
        if text != sample.expected {
            writeln!(wrong, "=== {}\n{text}", sample.name).expect("a string");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn without_the_shipped_rules_every_one_of_these_pages_goes_wrong() {
    let samples = samples();
    let right = samples.iter().filter(|sample| sample.text(None) == sample.expected);
    let right: Vec<&str> = right.map(|sample| sample.name.as_str()).collect();
    assert_eq!(right, [""; 0], "these need no rules");
}

#[test]
fn no_part_of_the_shipped_rules_could_go() {
    let samples = samples();
    let mut needless = Vec::new();
    for (name, file) in shipped::FILES {
        let publisher = Publisher::parse(file).expect("well-formed");
        let own: Vec<&Sample> = samples
            .iter()
            .filter(|sample| sample.publisher().domains == publisher.domains)
            .collect();
        for (part, shorter) in shortened(&publisher) {
            if own.iter().all(|sample| sample.text(Some(&shorter)) == sample.expected) {
                needless.push(format!("{name}: {part}"));
            }
        }
    }
    assert!(needless.is_empty(), "{}", needless.join("\n"));
}

type Part = fn(&mut SiteRules) -> &mut Option<String>;

/// A publisher's rules with one part or one selector less, in every way.
fn shortened(publisher: &Publisher) -> Vec<(String, Publisher)> {
    let mut all = Vec::new();
    for (at, layout) in publisher.layouts.iter().enumerate() {
        let mut without = |part: &str, shorter: shipped::Layout| {
            let mut publisher = publisher.clone();
            publisher.layouts[at] = shorter;
            all.push((format!("layout {at}, {part}"), publisher));
        };
        for (nth, selector) in layout.drop.iter().enumerate() {
            let mut drop = layout.drop.clone();
            drop.remove(nth);
            without(selector, layout.clone().with_drop(drop));
        }
        let parts: [(&str, Part); 6] = [
            ("title", |rules| &mut rules.title),
            ("standfirst", |rules| &mut rules.standfirst),
            ("lead_caption", |rules| &mut rules.lead_caption),
            ("byline", |rules| &mut rules.byline),
            ("date", |rules| &mut rules.date),
            ("body", |rules| &mut rules.body),
        ];
        for (name, part) in parts {
            let mut shorter = layout.clone();
            if part(&mut shorter.rules).take().is_some() {
                without(name, shorter);
            }
        }
    }
    all
}

#[test]
fn every_file_of_rules_is_compiled_in_and_is_well_formed() {
    let listed: Vec<&str> = shipped::FILES.iter().map(|(name, _)| *name).collect();
    let found = names("data/sites", "toml");
    assert_eq!(listed, found.iter().map(String::as_str).collect::<Vec<_>>());
    let mut domains = BTreeSet::new();
    for (name, file) in shipped::FILES {
        let publisher = Publisher::parse(file).unwrap_or_else(|error| panic!("{name}: {error}"));
        for layout in &publisher.layouts {
            layout.rules.check().unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(layout.when.as_ref().is_none_or(|when| Matcher::new(when).is_ok()), "{name}");
        }
        for domain in publisher.domains {
            assert!(domains.insert(domain.clone()), "{domain} is in two files");
        }
    }
}

#[test]
fn rules_are_for_a_domain_and_all_hosts_below_it() {
    let has_rules =
        |address: &str| shipped::publisher(&Address::parse(address).expect("an address")).is_some();
    assert!(has_rules("https://bbc.co.uk/news/1") && has_rules("https://www.bbc.co.uk/news/1"));
    assert!(!has_rules("https://notbbc.co.uk/news/1") && !has_rules("https://co.uk/"));
}

#[test]
fn a_sources_own_rules_come_before_the_shipped_ones_part_by_part() {
    let publisher = Publisher::parse(
        "domains = ['example.org']\n[[layout]]\nwhen = '.other'\ntitle = '.no'\n
         [[layout]]\ntitle = '.shipped'\nbody = '.text'\ndrop = ['.own', '.noise']",
    );
    let own = SiteRules { title: Some(".own".into()), ..SiteRules::default() };
    let body = "The council voted to close the bridge. ".repeat(6);
    let html = format!(
        "<h1>General</h1><p class=shipped>Shipped</p><p class=own>Own</p>
         <div class=text>{body}<p class=noise>Noise</p></div>"
    );
    let address = Address::parse("https://example.org/1").expect("an address");
    let page = Page { address: &address, content_type: None, bytes: html.as_bytes() };
    let publisher = publisher.expect("well-formed");
    let text = extract_by(page, &own, Some(&publisher)).expect("an article");
    assert_eq!((text.title.as_str(), &text.paragraphs[..]), ("Own", &[body.trim().to_owned()][..]));
    let text = extract_by(page, &SiteRules::default(), Some(&publisher)).expect("an article");
    assert_eq!(text.title, "Shipped");
}

#[test]
fn a_change_of_the_shipped_rules_is_a_revision_of_the_extractor() {
    let mut hasher = Sha256::new();
    for (name, file) in shipped::FILES {
        hasher.update(format!("{name}\n{file}"));
    }
    let digest = hasher.finalize();
    let digest = digest.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    assert_eq!(
        digest, DIGEST,
        "the shipped rules have changed: raise EXTRACTOR_REVISION and put the new digest here"
    );
}
