//! Cleaning after: blocks that are not the article's, told by what they say and where.
//!
//! Inside a body there are lines that no class name gives away: "Read more: …", "Follow us on …",
//! a repeated headline, the byline and date above the first paragraph. They are short, and so the
//! rules here look at short blocks only: a paragraph of the article that begins with the same
//! words is longer. What a reader would miss if it were changed stays: corrections, editors'
//! notes, "This is a breaking news story".

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::fold::squash;
use super::furniture;
use super::lean_pattern::lean_pattern;
use super::walk::{Block, BlockKind};
use crate::ArticleText;

/// Above this many words nothing is a label or an invitation.
const SHORT_WORDS: usize = 40;

/// The same for the end, where authors and sites speak of themselves in several sentences.
const TAIL_WORDS: usize = 70;

/// How many blocks before the body may be lines of byline and date.
const LEAD_BLOCKS: usize = 8;

/// Labels: the whole block says no more than this.
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    whole(&[
        r"(?:paid |sponsored |partner )?(?:advertisement|advertising|advertorial|ads?|sponsored|promoted|adverts?)(?:\W.{0,40})?",
        r"(?:story|article|post) continues (?:below|after).*",
        r"(?:continue|keep) reading(?: the main story| below)?.*",
        r"scroll (?:down )?(?:to|for) .{0,60}",
        r"(?:share|save|print|email|tweet|comments?|reply|like|follow|copy link|view comments|show comments|\d+ comments?|\d+ shares?|leave a comment|add comment|report)(?: this(?: article| story| page| post)?| on \w+| via \w+)?",
        r"(?:click|tap) to (?:share|print|email|enlarge|expand|play|view)\b.*",
        r"(?:caption|loading|please wait|video|photos?|gallery|image \d+ of \d+|\d+ of \d+|\d+ / \d+|play video|watch|listen|close|menu|search|home|top|back to top|skip to .{0,30}|enlarge(?: this image)?|hide caption|toggle caption|slideshow)",
        r".{0,30}(?:getty images|shutterstock|afp via getty images|/ ?getty|/ ?reuters|/ ?afp|/ ?epa|/ ?ap)",
        r"(?:photo(?:graph)?|image|picture|foto|video)(?: credits?| source| by)? ?:.{0,100}",
        // What differs at each visit.
        r"(?:(?:last )?(?:updated|published|posted|modified|edited)\W*)?(?:an?|\d+) ?(?:s|sec|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?) ago",
        r"(?:actualisé |aktualisiert |actualizado |atualizado |обновлено )?(?:vor|il y a|hace|há|fa) \d+ \w+",
        r"(?:обновлено )?\d+ \w+ назад",
        r"[\d.,]+k? (?:views?|likes?|reactions?|readers?|retweets|votes?|people .{0,10}(?:reading|watching).{0,20})",
    ])
});

/// Invitations: a short block that begins so, or is mostly links, leads elsewhere.
static INVITATION: LazyLock<Regex> = LazyLock::new(|| {
    beginning(&[
        r"(?:read|see|watch|view|hear|listen|check out)(?: (?:more|also|next|too|this|on|all|our|related))+(?: (?:about|on|from|at|in|stories?|here))*\s*[:>»–—-]",
        r"(?:read|see) (?:more|also|next)\b",
        r"also (?:read|see|on|watch)\b",
        r"(?:more|related|recommended|similar|further)(?: (?:on|from|about|stories|story|articles?|news|coverage|reading|content|links?|topics?|posts?|video))*\s*(?:[:>»]|$)",
        r"don['’]?t miss\b",
        r"must[- ]read\b",
        r"trending(?: now)?\s*:",
        r"you (?:may|might) also (?:like|be interested)",
        r"most (?:read|popular|viewed)\b",
        r"up next\b",
        r"in case you missed it\b",
        r"what to read next",
        r"(?:sign|subscribe|register)(?: ?up)?\b.{0,60}\b(?:newsletters?|e?-?mails?|inbox|alerts?|updates|briefing|today|now|here|channel|podcast|free)\b",
        r"(?:get|receive)\b.{0,80}\b(?:newsletters?|inbox|by e-?mail|straight to|delivered|alerts?)\b",
        r"(?:follow|like|find|join|connect with|contact) (?:us|me|him|her|them|the author|@?\w+(?: \w+)?) (?:on|at|via|in)\b.{0,40}\b(?:twitter|facebook|instagram|telegram|whatsapp|linkedin|youtube|tiktok|mastodon|bluesky|google|discord|@\w+)",
        r"download (?:the|our) .{0,40}\bapp\b",
        r"click (?:here|on)\b",
        r"(?:tags?|topics?|filed under|categories|category|keywords|labels|posted in|schlagwörter|теги)\s*:",
        r"(?:share|save|tweet) (?:this|on)\b",
        r"leave a (?:comment|reply)\b",
        r"join the (?:conversation|discussion)\b",
        r"have your say\b",
    ])
});

/// Headings of lists that lead elsewhere.
static LIST_ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    whole(&[
        r"(?:more|other|related|recommended|popular|latest|recent|top)(?: \S+){0,3} (?:stories|articles|news|reading|coverage|posts|links|content|videos)",
        r"(?:recent|popular|latest|trending|most read)(?: \w+){0,4}",
        r"more (?:on|from|about|in)\b.{0,60}",
        r"(?:you (?:may|might) (?:also )?|also )(?:like|enjoy|be interested in)\b.{0,30}",
        r"(?:read|see) (?:more|also|next)\b.{0,40}",
    ])
});

/// Lines that stand between the headline and the body.
static LEAD: LazyLock<Regex> = LazyLock::new(|| {
    whole(&[
        r"by [\p{Lu}@]?.{2,80}",
        r"(?:written|posted|published|updated|last updated|last modified|first published|created|edited|modified|reported|story|words|text|von|por|par|di)\b(?:\s+(?:by|on|at|in))?\s*:?.{0,80}",
        r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\W.{0,60}",
        r"(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,4}\b.{0,40}",
        r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}.{0,30}",
        r"\d{1,2}:\d{2}.{0,30}",
        r"\d+\s*(?:min(?:ute)?s?|hours?|days?|weeks?|months?|years?)(?: ago| read)?.{0,20}",
        r"(?:estimated )?reading time.{0,30}",
        r"(?:tempo de leitura|lesezeit|temps de lecture|tiempo de lectura|leestijd|lästid|время чтения).{0,30}",
        r".{0,60}\b(?:correspondent|reporter|staff writer|contributor|editor)",
    ])
});

/// Sentences after the body that are about the site and not of the article.
static TAIL: LazyLock<Regex> = LazyLock::new(|| {
    whole(&[
        r"(?:©|\(c\)|copyright\b).{0,200}",
        r"all rights reserved\b.{0,100}",
        r"(?:additional |further )?(?:reporting|writing|editing)(?: and \w+)? by\b.{0,300}",
        r".{0,400}\bfollow (?:us|me|him|her|them|@\w+)\b.{0,60}\b(?:twitter|facebook|instagram|threads|mastodon|bluesky|linkedin)\b.{0,200}",
        r".{0,300}\b(?:news tip|let us know at|e-?mail us at)\b.{0,100}",
        r"more .{2,40}: https?://.{0,200}",
        r"(?:the )?(?:associated press|reuters|afp) contributed to this (?:report|story|article)\W*",
        r"have (?:a (?:story|tip)|you got|something)\b.{0,160}",
        r"(?:got|send us) (?:a )?(?:tip|story)\b.{0,160}",
        r"(?:e-?mail|contact|reach|write to|follow|tweet)\b.{0,60}(?:@|\bat\b).{0,120}",
        r"(?:for more|want more|looking for more)\b.{0,200}",
        r"(?:visit|go to|head to)\b.{0,80}\b(?:\.com|website|page|section)\b.{0,80}",
        r"(?:image|photo|main image|featured image|header image)s? (?:credits?|source|via|by|courtesy)\b.{0,120}",
    ])
});

/// A pattern for texts that are one of these from end to end, but for marks around it.
fn whole(alternatives: &[&str]) -> Regex {
    lean_pattern(&format!(r"^\W*(?:{})\W*$", alternatives.join("|")))
}

/// A pattern for texts that begin with one of these.
fn beginning(alternatives: &[&str]) -> Regex {
    lean_pattern(&format!(r"^\W*(?:{})", alternatives.join("|")))
}

/// What is known of the article besides its body, so that its repetition can be dropped.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) title: &'a str,
    pub(super) standfirst: Option<&'a str>,
    pub(super) byline: Option<&'a str>,
}

impl<'a> Known<'a> {
    pub(super) fn of(text: &'a ArticleText) -> Self {
        Self {
            title: &text.title,
            standfirst: text.standfirst.as_deref(),
            byline: text.byline.as_deref(),
        }
    }
}

/// Drops what is not the article's from its blocks.
pub(super) fn tidy(mut blocks: Vec<Block>, known: Known<'_>) -> Vec<Block> {
    drop_below_the_end(&mut blocks);
    let mut blocks = drop_furniture(blocks);
    drop_lists_elsewhere(&mut blocks);
    drop_lead(&mut blocks, known);
    drop_tail(&mut blocks);
    blocks
}

/// Drops blocks that are furniture by themselves, and headings of lists of links with the lists.
/// A heading that was left alone by the newspaper stays.
fn drop_furniture(blocks: Vec<Block>) -> Vec<Block> {
    let mut kept: Vec<Block> = Vec::with_capacity(blocks.len());
    let mut links = 0;
    let drop_heading = |kept: &mut Vec<Block>, links: usize| {
        if links >= 2 && kept.last().is_some_and(|block| block.kind == BlockKind::Heading) {
            kept.pop();
        }
    };
    for block in blocks {
        if is_furniture(&block) {
            links += usize::from(block.is_link());
            continue;
        }
        if block.kind == BlockKind::Heading {
            drop_heading(&mut kept, links);
        }
        links = 0;
        kept.push(block);
    }
    drop_heading(&mut kept, links);
    kept
}

/// Drops lists that lead elsewhere: the heading that says so and the list items below it.
fn drop_lists_elsewhere(blocks: &mut Vec<Block>) {
    let mut inside = false;
    blocks.retain(|block| {
        let is_item = block.kind == BlockKind::ListItem;
        inside = (inside && is_item)
            || (!is_item && block.words() <= 8 && heads_list_elsewhere(&block.text));
        !inside
    });
}

fn heads_list_elsewhere(text: &str) -> bool {
    LIST_ELSEWHERE.is_match(text.as_bytes()) || furniture::is_label_or_invitation(text)
}

/// Drops what stands below the heading of comments or of other articles, if that is less than
/// what stands above it.
fn drop_below_the_end(blocks: &mut Vec<Block>) {
    let letters = |blocks: &[Block]| blocks.iter().map(|block| block.letters).sum::<usize>();
    let is_end = |at: &usize| {
        let (above, below) = blocks.split_at(*at);
        blocks[*at].words() <= 4
            && furniture::is_end(&blocks[*at].text)
            && letters(below) < letters(above)
    };
    if let Some(end) = (1..blocks.len()).find(is_end) {
        blocks.truncate(end);
    }
}

fn is_furniture(block: &Block) -> bool {
    if block.kind == BlockKind::Caption || block.letters == 0 {
        return true;
    }
    if block.is_link() {
        return true;
    }
    let words = block.words();
    words <= SHORT_WORDS
        && (LABEL.is_match(block.text.as_bytes())
            || furniture::is_label_or_invitation(&block.text)
            || (INVITATION.is_match(block.text.as_bytes())
                && (words <= 25 || block.linked * 3 >= block.letters)))
}

/// Drops what repeats the headline or standfirst, and lines of byline and date, before the first
/// block that is none of these.
fn drop_lead(blocks: &mut Vec<Block>, known: Known<'_>) {
    let title = squash(known.title);
    let standfirst = known.standfirst.map(squash);
    let byline = known.byline.map(squash).filter(|byline| !byline.is_empty());
    let mut at = 0;
    for _ in 0..LEAD_BLOCKS {
        let Some(block) = blocks.get(at) else { return };
        let text = squash(&block.text);
        let is_repeated = text == title || Some(&text) == standfirst.as_ref();
        let is_line = block.words() <= 16
            && !block.text.ends_with(['.', '?', '!', '”', '"'])
            && (LEAD.is_match(block.text.as_bytes())
                || byline.as_ref().is_some_and(|byline| text.contains(byline.as_str())));
        if is_repeated || is_line {
            blocks.remove(at);
        } else if block.words() >= 16 {
            return;
        } else {
            at += 1;
        }
    }
}

/// Drops sentences about the site from the end, with the headings above them.
fn drop_tail(blocks: &mut Vec<Block>) {
    let mut has_dropped = false;
    while let Some(last) = blocks.last() {
        let is_tail = last.words() <= TAIL_WORDS && TAIL.is_match(last.text.as_bytes());
        let is_left_over = has_dropped && last.kind == BlockKind::Heading;
        if !is_tail && !is_left_over {
            return;
        }
        blocks.pop();
        has_dropped = true;
    }
}

#[cfg(test)]
mod tests {
    use dom_query::Document;
    use insta::assert_snapshot;

    use super::super::walk;
    use super::*;

    const PROSE: &str = "The council voted on Tuesday to close the old bridge for repairs that are \
        expected to last until the spring.";

    fn tidied(html: &str) -> String {
        let document = Document::from(html);
        let blocks = walk::blocks(&document.body().expect("the parser makes a body"));
        let known = Known { title: "Bridge closed", standfirst: None, byline: Some("Ann Lee") };
        tidy(blocks, known).into_iter().map(|block| block.text + "\n").collect()
    }

    #[test]
    fn lines_before_the_body_go() {
        let html = format!(
            "<h2>Bridge closed</h2><p>By Ann Lee, York</p><p>18 November 2019</p><p>3 min read</p>
             <p>YORK, Tuesday.</p><p>{PROSE}</p><p>May 2020</p>"
        );
        assert_snapshot!(tidied(&html), @r"
        YORK, Tuesday.
        The council voted on Tuesday to close the old bridge for repairs that are expected to last until the spring.
        May 2020
        ");
    }

    #[test]
    fn invitations_labels_and_captions_go() {
        assert_snapshot!(tidied("
            <p>Advertisement</p><p>Story continues below advertisement</p>
            <p>Read more: <a>Bridge opened</a></p><p><a href=x>Mayor resigns</a></p>
            <p>Updated 39 minutes ago</p><p>1,204 people are reading this now</p>
            <p>Sign up for our daily newsletter</p><p>Follow us on Twitter</p><p>LIRE AUSSI : x</p>
            <figure><figcaption>A bridge</figcaption></figure><p>***</p>
            <p>Kept.</p>"), @"Kept.");
    }

    #[test]
    fn what_stands_below_the_end_goes_unless_it_is_the_greater_part() {
        let tail = "<h3>Комментарии (2)</h3><p>Мост нужен.</p><p>Не согласен.</p>";
        assert_eq!(tidied(&format!("<p>{PROSE}</p>{tail}")), format!("{PROSE}\n"));
        let beginning = tidied(&format!("<p>Отзывы.</p><h3>Отзывы</h3><p>{PROSE}</p>"));
        assert!(beginning.ends_with(&format!("{PROSE}\n")));
    }

    #[test]
    fn what_a_reader_would_miss_stays() {
        let html = "<p>This is a breaking news story.</p>
            <p>Correction: an earlier version gave the wrong year.</p>
            <p>Read more than one book a week and you will remember none of them, a study of two \
            thousand students in York has found, and nobody there was surprised by it at all, \
            since they had said so for years.</p>
            <p>Share prices fell.</p><p>More than ten people came.</p><p>Videos were shown.</p>";
        assert_eq!(tidied(html).lines().count(), 6);
    }

    #[test]
    fn a_heading_goes_with_what_stood_below_it() {
        let html = format!(
            "<h2>How</h2><p>{PROSE}</p><h3>Elsewhere</h3><ul><li><a>One</a><li><a>Two</a></ul>
             <h2>The site</h2><p>© 2020 The Paper</p>"
        );
        assert_eq!(tidied(&html), format!("How\n{PROSE}\n"));
    }

    #[test]
    fn a_heading_that_the_newspaper_left_alone_stays() {
        let html = format!("<p>{PROSE}</p><h2>What comes next</h2>");
        assert!(tidied(&html).ends_with("What comes next\n"));
    }
}
