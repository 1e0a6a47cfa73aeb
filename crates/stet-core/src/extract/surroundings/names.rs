//! What the class and id of an element say that it is.

use std::collections::HashMap;
use std::sync::LazyLock;

use dom_query::{Element, NodeRef, local_name};
use regex::Regex;

static COMMENTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"comments?|comment (?:list|section|thread|form)|commentlist|disqus|respond|discussion|livefyre|
          coral|talk ?back|kommentare?|comentarios|commentaires",
    )
});

static FURNITURE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"newsletters?|sign ?ups?|subscri(?:be|ption|ptions)|opt ?in|mailing ?list|
          related\w*|recirc\w*|recommend\w*|more (?:on|from|stories|news|like|in)|read (?:more|next|also)|
          see also|also (?:read|on|in)|up ?next|next up|most (?:read|viewed|popular|shared)|popular|trending|
          latest(?: news| stories)?|top stories|teasers?|
          shar(?:e|es|ing)|share ?(?:bar|tools?|buttons?)|social\w*|addthis\w*|sharedaddy|follow(?: us)?|
          ads?|adv|advert\w*|ad ?(?:slot|unit|box|label|container|wrapper|banner)|dfp|gpt|sponsor\w*|
          outbrain|taboola|zergnet|revcontent|promos?|promotions?|promoted|partners?|affiliate|
          sidebar|rail|widgets?|bread ?crumbs?|pagination|pager|tags?|tag ?list|topics?|keywords|
          cookies?|consent|gdpr|paywall|meta ?bar|tool ?bar|print|skip(?: link)?|menu|nav|navigation|
          pop ?ups?|pop ?overs?|tool ?tips?|roll ?over|fly ?out|drop ?down|modal|overlay|light ?box|
          (?:about|post|article|entry|story) ?(?:the )?author|bio|biography|copyright|disclaimer|
          author ?(?:bio|box|info|card|profile|content|description|details|block|about)|
          yarpp|slide ?show|carousel|
          counts?|ratings?|polls?|quiz|survey|donat(?:e|ion|ions)|membership|sprite|hidden|
          screen reader text|sr only|visually hidden",
    )
});

/// Lines under pictures, and sentences of the article that are set again in large type. They
/// need not look like anything.
static CAPTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"captions?|fig ?caption|(?:image|photo|picture|media) (?:credits?|description|source)|credits?|
          pull ?quotes?",
    )
});

fn pattern(words: &str) -> Regex {
    let words: String = words.split('\n').map(str::trim).collect();
    Regex::new(&format!(r"\b(?:{words})\b")).expect("the pattern is fixed")
}

/// What an element's names say that it is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Says {
    pub(super) comments: bool,
    pub(super) caption: bool,
    pub(super) furniture: bool,
}

impl Says {
    fn of(words: &str) -> Self {
        Self {
            comments: COMMENTS.is_match(words),
            caption: CAPTION.is_match(words),
            furniture: FURNITURE.is_match(words),
        }
    }
}

/// What no name has in it: the parser replaces it.
const NUL: char = '\0';

/// What the names on a page say. Each is read once: lists have the same on all their items.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: HashMap<String, Says>,
    /// The names of the element that is asked about, each with a [`NUL`] behind it.
    asked: String,
}

impl Names {
    pub(super) fn of(&mut self, element: &Element) -> Says {
        self.asked.clear();
        for name in names_of(element) {
            self.asked.push_str(name);
            self.asked.push(NUL);
        }
        if self.asked.is_empty() {
            return Says::default();
        }
        if let Some(says) = self.known.get(&self.asked) {
            return *says;
        }
        let says = Says::of(&words(names_of(element)));
        self.known.insert(self.asked.clone(), says);
        says
    }
}

/// The class and the id of an element.
fn names_of(element: &Element) -> impl Iterator<Item = &str> {
    let names = [local_name!("class"), local_name!("id")];
    names.into_iter().filter_map(|name| element.attr_ref(name))
}

/// The words of an element's class and id, in lower case, parted by single spaces:
/// `ArticleBody__read-more` is "article body read more".
pub(in super::super) fn words_of(node: &NodeRef) -> String {
    node.element_ref().map(|element| words(names_of(&element))).unwrap_or_default()
}

fn words<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut words = String::new();
    for name in names {
        let mut was_lower = false;
        for c in name.chars() {
            if c.is_alphanumeric() {
                if c.is_uppercase() && was_lower {
                    words.push(' ');
                }
                words.extend(c.to_lowercase());
            } else if !words.ends_with(' ') {
                words.push(' ');
            }
            was_lower = c.is_lowercase();
        }
        words.push(' ');
    }
    words
}

#[cfg(test)]
mod tests {
    use dom_query::Document;

    use super::*;

    #[test]
    fn class_names_are_read_as_words() {
        let document = Document::from("<p class='ArticleBody__read-more  x' id=adSlot>");
        assert_eq!(words_of(&document.select("p").nodes()[0]), "article body read more x ad slot ");
    }
}
