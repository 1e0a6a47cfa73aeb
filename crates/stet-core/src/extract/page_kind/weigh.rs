//! How much the signs of each kind of page weigh, in points; see [`NEEDED`](super::NEEDED).
//!
//! A point is a sign that some articles have too; two are a sign that few have; three are one that
//! next to none has.

use super::gather::{PaidPart, ShortBlock};
use super::phrases::{BOT_BLOCK, CONSENT, CONSENT_BUTTONS, ERROR, LOGIN, PAYWALL, Phrases, Said};
use super::{Challenge, Found, MIN_WORDS, PageKind, Signs};

/// A video with at least so many words is read as their article.
const WORDS_BESIDE_VIDEO: usize = 80;

/// A text with at least so many words is read as the article although it ends at a wall.
/// Source: of 60 news pages whose text people noted, one ends at a wall, and its 88 words were
/// noted as the article's.
const STUB_WORDS: usize = 80;

/// So many teasers are a list of articles, if they are nearly all of the text.
const MIN_TEASERS: usize = 5;

/// So many headlines that lead elsewhere, where there is no text, are a list of articles.
const MIN_HEADLINES: usize = 20;

/// Parts of addresses, between slashes, by which pages are known that readers are sent to.
const CONSENT_PATHS: &[&str] = &[
    "consent",
    "privacy-gate",
    "privacygate",
    "cookiewall",
    "cookie-wall",
    "zustimmung",
    "collectconsent",
    "cmp",
];
const CONSENT_HOSTS: &[&str] = &["consent.", "myprivacy.", "privacy-gate.", "cmp.", "cookiewall."];
const LOGIN_PATHS: &[&str] =
    &["login", "log-in", "signin", "sign-in", "anmelden", "inloggen", "connexion", "accedi"];
const LOGIN_HOSTS: &[&str] = &["login.", "auth.", "accounts.", "sso.", "id."];
const ERROR_PATHS: &[&str] =
    &["404", "404.html", "error", "error404", "not-found", "notfound", "page-not-found"];
const VIDEO_PATHS: &[&str] = &["video", "videos", "watch", "mediathek", "mediatheque", "tv", "av"];
const FRONT_PATHS: &[&str] = &[
    "tag", "tags", "topic", "topics", "category", "section", "author", "authors", "archive",
    "rubrik", "thema", "themen", "tema", "temas", "rubrique", "search",
];

impl Signs<'_> {
    /// The kind that enough points speak for, except a list of articles.
    pub(super) fn weigh(&self, found: &Found<'_>, needed: u32) -> Option<PageKind> {
        let has_text = found.words >= MIN_WORDS;
        let article = u32::from(self.says_article && has_text);
        let error = self.error(found);
        let video = self.video();
        let stands = [
            (PageKind::BotBlock, self.bot_block(found) >= needed + article),
            (PageKind::ErrorPage, error >= needed + article),
            (PageKind::ConsentWall, self.consent(found) >= needed + article),
            (PageKind::Paywall, found.words < STUB_WORDS && self.paywall(found) >= needed),
            (PageKind::VideoPage, found.words < WORDS_BESIDE_VIDEO && video >= 3 + article),
            (PageKind::LoginPage, self.login(found) >= needed.max(3) + article),
        ];
        stands.into_iter().find(|(_, stands)| *stands).map(|(kind, _)| kind)
    }

    /// Whether nearly all that was found are teasers, on a page that does not say it is an article.
    pub(super) fn is_section_front(&self, found: &Found<'_>) -> bool {
        if self.says_article {
            return false;
        }
        let teased = found.words - found.prose;
        let is_teasers = found.teasers >= MIN_TEASERS && teased * 10 >= found.words * 7;
        let is_links = found.words < MIN_WORDS
            && self.gathered.headline_links >= MIN_HEADLINES
            && self.gathered.linked * 10 >= self.gathered.letters * 4;
        let mut points = if is_teasers || is_links { 4 } else { return false };
        let url = self.address.url();
        let segments: Vec<&str> =
            url.path().split('/').filter(|segment| !segment.is_empty()).collect();
        if segments.is_empty() || self.has_path(FRONT_PATHS) || self.statements.is_collection {
            points += 2;
        } else if segments.last().is_some_and(|last| is_slug(last)) {
            points -= 2;
        }
        points >= 4
    }

    fn bot_block(&self, found: &Found<'_>) -> u32 {
        let titles = self.titles_say(&BOT_BLOCK);
        let challenge = match self.challenge {
            Challenge::None => 0,
            // Under a text it is the form of a newsletter or of comments.
            Challenge::Weak => u32::from(found.words < MIN_WORDS),
            Challenge::Fair => 2,
            Challenge::Strong => 4,
        };
        // Without a title that says nothing else, or markup, its words are those of an article.
        if challenge < 2 && titles < least(found) {
            return 0;
        }
        titles + challenge + points(self.main_blocks_say(&BOT_BLOCK))
    }

    fn error(&self, found: &Found<'_>) -> u32 {
        let titles = self.titles_say(&ERROR);
        let named =
            2 * u32::from(self.gathered.is_named_error) + 2 * u32::from(self.has_path(ERROR_PATHS));
        let noindex = u32::from(self.is_noindex);
        if titles + named == 0 || titles + named + noindex < least(found) {
            return 0;
        }
        titles + named + noindex + points(self.main_blocks_say(&ERROR)).min(2)
    }

    fn consent(&self, found: &Found<'_>) -> u32 {
        let titles = self.titles_say(&CONSENT);
        let is_sent_there = self.has_host(CONSENT_HOSTS) || self.has_path(CONSENT_PATHS);
        let address = 2 * u32::from(is_sent_there);
        let button = u32::from(self.gathered.buttons.iter().any(|text| CONSENT_BUTTONS.are(text)));
        if titles + address + button == 0 {
            return 0;
        }
        let words = |text: &String| text.split(' ').count();
        let all: usize = found.paragraphs.iter().map(words).sum();
        let about = found.paragraphs.iter().filter(|text| CONSENT.occur_in(text));
        let about: usize = about.map(words).sum();
        let text = u32::from(about > 0) + u32::from(about * 5 >= all * 4 && about > 0);
        let said = self.main_blocks_say(&CONSENT) + self.blocks_beside_say(&CONSENT);
        let blocks = u32::from(said.plainly > 0);
        // Under a banner, too, there may be a text that talks about it.
        match titles + address {
            0 if text < 2 || button == 0 => 0,
            0 => button + text + blocks - 1,
            stated => stated + button + text + blocks,
        }
    }

    fn paywall(&self, found: &Found<'_>) -> u32 {
        let is_cut = found
            .paragraphs
            .last()
            .is_some_and(|last| last.ends_with('…') || last.ends_with("..."));
        let main = self.main_blocks_say(&PAYWALL);
        let said = main + self.blocks_beside_say(&PAYWALL);
        let stated = match (self.statements.is_free, self.gathered.paid) {
            (Some(true), _) | (_, PaidPart::Sent) => return 0,
            (Some(false), PaidPart::Withheld) => 3,
            // Metered articles say so too, and are sent whole.
            (Some(false), PaidPart::Unnamed) => 1,
            (None, _) => 2 * u32::from(self.is_locked),
        };
        let wall = (2 * said.plainly).min(3)
            + u32::from(main.weakly > 0)
            + u32::from(self.gathered.has_wall);
        // That a text is not free, or short, or by a site with a paywall, does not yet say that it
        // is cut off: that is said in words, or by the part that is missing.
        let is_said =
            said.plainly > 0 || self.is_locked || self.gathered.paid == PaidPart::Withheld;
        if !is_said || (found.words == 0 && wall == 0) {
            return 0;
        }
        stated + wall + u32::from(is_cut)
    }

    fn video(&self) -> u32 {
        let is_video = self.statements.is_video && !self.statements.is_article;
        let og = self.og_type.is_some_and(|kind| kind.starts_with("video"));
        (3 * u32::from(is_video)).max(2 * u32::from(og))
            + u32::from(self.has_path(VIDEO_PATHS))
            + u32::from(self.gathered.has_player)
    }

    fn login(&self, found: &Found<'_>) -> u32 {
        let titles = self.titles_say(&LOGIN);
        let is_sent_there = self.has_path(LOGIN_PATHS) || self.has_host(LOGIN_HOSTS);
        if titles < least(found) && !is_sent_there {
            return 0;
        }
        let password = 2 * u32::from(self.gathered.asks_password);
        let said = points(self.main_blocks_say(&LOGIN)).min(2);
        titles + u32::from(is_sent_there) + password + said
    }

    /// What titles and headlines say: two points for one that says nothing else, a third where
    /// several do.
    fn titles_say(&self, phrases: &Phrases) -> u32 {
        let points = self.titles.iter().map(|title| phrases.of_title(title));
        let (mut most, mut whole) = (0, 0);
        for points in points {
            most = points.max(most);
            whole += u32::from(points == 2);
        }
        most + u32::from(whole > 1)
    }

    fn main_blocks_say(&self, phrases: &Phrases) -> Said {
        let blocks = self.gathered.blocks.iter().filter(|block| !block.is_beside);
        phrases.of_blocks(blocks.filter_map(ShortBlock::plain))
    }

    fn blocks_beside_say(&self, phrases: &Phrases) -> Said {
        let blocks = self.gathered.blocks.iter().filter(|block| block.is_beside);
        phrases.of_blocks(blocks.filter_map(ShortBlock::plain))
    }

    fn has_path(&self, names: &[&str]) -> bool {
        let path = self.address.url().path().to_ascii_lowercase();
        path.split('/').any(|segment| names.contains(&segment))
    }

    fn has_host(&self, names: &[&str]) -> bool {
        let host = self.address.host();
        names.iter().any(|name| host.starts_with(name))
    }
}

/// What a title must say, where there is a text: that, and nothing else.
fn least(found: &Found<'_>) -> u32 {
    if found.words >= MIN_WORDS { 2 } else { 1 }
}

/// What blocks say, in points.
fn points(said: Said) -> u32 {
    (2 * said.plainly + said.weakly).min(3)
}

/// Whether the last part of an address is made of a headline, or has a number as articles do.
fn is_slug(segment: &str) -> bool {
    let digits = segment.chars().filter(char::is_ascii_digit).count();
    segment.matches(['-', '_']).count() >= 3 || digits >= 5
}
