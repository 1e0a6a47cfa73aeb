//! How long comparisons take, beside `similar`'s plain diff of the same paragraphs as lines.
//!
//! ```text
//! cargo bench -p stet-core --bench compare              # all
//! cargo bench -p stet-core --bench compare live_blog    # one family
//! ```
//!
//! Each family is made at two lengths, the second twice the first, so that growth can be read off
//! the table. The texts come from a small generator with a fixed seed: the same on every run.

mod chance;

use std::fmt::{self, Display};

use chance::Chance;
use divan::{Bencher, black_box};
use similar::{Algorithm, capture_diff_slices};
use stet_core::ArticleText;
use stet_core::compare::compare;

fn main() {
    divan::main();
}

/// A family of texts, of so many paragraphs.
#[derive(Debug, Clone, Copy)]
struct Family {
    name: &'static str,
    make: fn(&mut Chance, usize) -> Pair,
    size: usize,
}

/// The paragraphs of an old and a new text.
type Pair = (Vec<String>, Vec<String>);

impl Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.name, self.size)
    }
}

impl Family {
    fn texts(&self) -> (ArticleText, ArticleText) {
        let (old, new) = (self.make)(&mut Chance::new(), self.size);
        (ArticleText::new("Headline", old), ArticleText::new("Headline", new))
    }
}

fn families() -> impl Iterator<Item = Family> {
    type Maker = fn(&mut Chance, usize) -> Pair;
    let families: [(&'static str, Maker, usize); 7] = [
        ("article", article, 40),
        ("live_blog", live_blog, 5_000),
        ("long_article", article, 5_000),
        ("near_identical", near_identical, 5_000),
        ("few_distinct", few_distinct, 5_000),
        ("disjoint", disjoint, 5_000),
        ("words_in_one", words_in_one, 40_000),
    ];
    families
        .into_iter()
        .flat_map(|(name, make, size)| [size / 2, size].map(|size| Family { name, make, size }))
}

#[divan::bench(args = families(), sample_count = 10)]
fn comparison(bencher: Bencher<'_, '_>, family: &Family) {
    let (old, new) = family.texts();
    bencher.bench_local(|| compare(black_box(&old), black_box(&new)));
}

#[divan::bench(args = families(), sample_count = 10)]
fn plain_lines(bencher: Bencher<'_, '_>, family: &Family) {
    let (old, new) = family.texts();
    bencher.bench_local(|| {
        capture_diff_slices(Algorithm::Myers, black_box(&old.paragraphs), &new.paragraphs)
    });
}

/// Every other paragraph edited, one in twenty moved, one in forty new.
fn article(chance: &mut Chance, size: usize) -> Pair {
    let old: Vec<String> = (0..size).map(|_| chance.paragraph()).collect();
    let mut new: Vec<String> = old.clone();
    for at in (0..size).step_by(2) {
        new[at] = edit(chance, &old[at]);
    }
    for _ in 0..size / 20 {
        let moved = new.remove(chance.below(new.len()));
        new.insert(chance.below(new.len()), moved);
    }
    for _ in 0..size / 40 {
        let added = chance.paragraph();
        new.insert(chance.below(new.len()), added);
    }
    (old, new)
}

/// Posts of a time, two paragraphs and boilerplate; new ones on top, every other one edited.
fn live_blog(chance: &mut Chance, size: usize) -> Pair {
    let posts: Vec<[String; 4]> = (0..size / 4 + size / 80)
        .map(|at| {
            let time = format!("{:02}:{:02} GMT", 23 - at / 60 % 24, 59 - at % 60);
            [time, chance.paragraph(), chance.paragraph(), "Share".to_owned()]
        })
        .collect();
    let old = posts[size / 80..].concat();
    let edit = |(at, mut post): (usize, [String; 4])| {
        if at % 2 == 0 {
            post[1] = edit(chance, &post[1]);
        }
        post
    };
    (old, posts.into_iter().enumerate().flat_map(edit).collect())
}

/// Paragraphs that differ by one figure, shuffled, every one edited alike.
fn near_identical(_: &mut Chance, size: usize) -> Pair {
    let line = |day: &str, number: usize| {
        format!(
            "Rescue workers said on {day} that at least {number} people were missing after the \
             storm, and officials warned that the number could rise as teams reach the villages."
        )
    };
    let old = (0..size).map(|at| line("Monday", at)).collect();
    (old, (0..size).map(|at| line("Tuesday", at * 7919 % size)).collect())
}

/// A handful of paragraphs over and over, in another order.
fn few_distinct(chance: &mut Chance, size: usize) -> Pair {
    let known: Vec<String> = (0..4).map(|_| chance.paragraph()).collect();
    let share = vec!["Share".to_owned(); size / 2];
    let repeated =
        |kinds: usize| (0..size / 2).map(|at| known[at % kinds].clone()).collect::<Vec<_>>();
    ([share.clone(), repeated(3)].concat(), [repeated(4), share].concat())
}

/// Nothing in common but common words.
fn disjoint(chance: &mut Chance, size: usize) -> Pair {
    let mut text = || (0..size).map(|_| chance.paragraph()).collect();
    (text(), text())
}

/// One paragraph of so many words against another.
fn words_in_one(chance: &mut Chance, size: usize) -> Pair {
    let mut text = || vec![chance.words(size)];
    (text(), text())
}

/// One word in five replaced.
fn edit(chance: &mut Chance, paragraph: &str) -> String {
    let words = paragraph.split(' ');
    let edited =
        words.map(|word| if chance.below(5) == 0 { chance.word() } else { word.to_owned() });
    edited.collect::<Vec<_>>().join(" ")
}
