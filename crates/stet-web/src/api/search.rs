//! Search: the passages in which a query is found, and what became of them.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use stet_core::search::{Language, Query};
use stet_core::{ArticleId, VersionNumber};
use stet_store::{Field, Hit, HitCursor, PassageState, SearchFilter, Searched};
use utoipa::{IntoParams, ToSchema};

use super::list::{Here, List};
use super::problem::Problem;
use super::query::{Day, KindData, KindList, Limit, Sought, Text, min_words, place};
use super::sources::SourceRef;
use crate::pages::search::named;
use crate::{Site, asked, cursor};

/// A passage that was found: a paragraph or a headline, with its life.
#[derive(Serialize, ToSchema)]
#[schema(as = Hit)]
pub(super) struct HitData {
    /// The article.
    #[schema(value_type = i64, minimum = 1, example = 7)]
    article: ArticleId,
    /// The article's latest headline.
    #[schema(required)]
    title: Option<String>,
    source: SourceRef,
    /// What part of the article it is.
    #[schema(value_type = String, pattern = "^(headline|standfirst|caption|paragraph)$")]
    field: &'static str,
    /// The language by whose forms it was found.
    #[schema(required, example = "en")]
    language: Option<&'static str>,
    /// The passage, whole.
    text: String,
    /// `standing`: it is in the text that stands; `gone`: the newspaper took it out; `unread`: Stet's
    /// own reading left it out.
    #[schema(value_type = String, pattern = "^(standing|gone|unread)$")]
    state: &'static str,
    came: Coming,
    /// Null where it stands.
    #[schema(value_type = Option<Going>, required)]
    went: Option<Going>,
}

/// When a passage came.
#[derive(Serialize, ToSchema)]
#[schema(as = HitCame)]
struct Coming {
    /// The version before it; null where it stood from the beginning.
    #[schema(value_type = Option<i32>, required, minimum = 0)]
    from: Option<VersionNumber>,
    /// The first version that has it.
    #[schema(value_type = i32, minimum = 0)]
    to: VersionNumber,
    /// When it was seen first.
    at: DateTime<Utc>,
}

/// When a passage went.
#[derive(Serialize, ToSchema)]
#[schema(as = HitWent)]
struct Going {
    /// The last version that had it.
    #[schema(value_type = i32, minimum = 0)]
    from: VersionNumber,
    /// The version without it; null where the article was taken away as a whole.
    #[schema(value_type = Option<i32>, required, minimum = 0)]
    to: Option<VersionNumber>,
    /// When it was first seen to be gone.
    at: DateTime<Utc>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchSought {
    /// Words in any of their forms, `"a phrase"`, `-without`, `source:slug`: all in one passage.
    #[param(value_type = String, min_length = 1, max_length = 4_096, example = "mayor \"no comment\" -deputy")]
    q: Text<4_096>,
    /// Whether it ever stood, stands now, or no longer does.
    #[param(value_type = String, required = false, pattern = "^(ever|standing|gone)$", default = "ever")]
    #[serde(default)]
    text: Became,
    /// What came or went with a change of any of these kinds.
    #[param(value_type = Vec<KindData>, min_items = 1, required = false, style = Form, explode = false, example = json!(["headline", "correction"]))]
    kinds: Option<KindList>,
    /// What came or went with a change that added and removed so many words together, or more.
    #[param(value_type = u32, required = false, minimum = 0, maximum = 1_000_000, example = 20)]
    #[serde(default, deserialize_with = "min_words")]
    min_words: Option<u32>,
    /// What came or went on this day or later, by UTC.
    #[param(value_type = String, format = Date, required = false, example = "2016-09-01")]
    since: Option<Day>,
    /// What came or went on this day or earlier, by UTC.
    #[param(value_type = String, format = Date, required = false, example = "2016-09-30")]
    until: Option<Day>,
    /// How many at most.
    #[serde(default)]
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100, default = 50)]
    limit: Limit,
    /// Those behind this place, as `next` has it.
    #[param(
        value_type = String, required = false,
        pattern = "^[0-9]{1,17}-[1-9][0-9]{0,17}-[0-3]-[0-9]{1,9}$",
        example = "1473446640000000-7-3-1"
    )]
    #[serde(default, deserialize_with = "before")]
    before: Option<HitCursor>,
}

/// What became of the passages that are asked for; all of them, if nothing is said.
#[derive(Debug, Clone, Copy, Default)]
struct Became(Option<PassageState>);

impl<'de> Deserialize<'de> for Became {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.as_str() {
            "ever" => Ok(Self(None)),
            "standing" => Ok(Self(Some(PassageState::Standing))),
            "gone" => Ok(Self(Some(PassageState::Gone))),
            _ => Err(D::Error::custom("it is ever, standing or gone")),
        }
    }
}

fn before<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<HitCursor>, D::Error> {
    place(deserializer, cursor::hit)
}

/// Search
///
/// Every headline and paragraph that any article ever had, what came or went last first.
#[utoipa::path(
    get,
    path = "/v1/search",
    operation_id = "search",
    tag = "Reading",
    params(SearchSought),
    responses(
        (status = 200, description = "A page of what was found.", body = List<HitData>),
        (
            status = 422,
            description = "There is no word in it that can be found, it names a publisher that there is \
                           not, or its words are so common that finding them together takes too \
                           long.",
        ),
    ),
)]
pub(super) async fn list(
    State(site): State<Site>,
    here: Here,
    Sought(sought): Sought<SearchSought>,
) -> Result<Response, Problem> {
    let query = Query::parse(&sought.q.0);
    let (within, without) = named(&site, &query).await?.map_err(|slug| {
        Problem::unprocessable("q", format!("There is no publisher of the name “{slug}”."))
    })?;
    let Some(tsquery) = query.tsquery(&within, &without) else {
        return Err(Problem::unprocessable("q", "Name at least one word to look for."));
    };
    let [since, until] = [sought.since, sought.until].map(|day| day.map(|Day(day)| day));
    let filter = SearchFilter {
        tsquery,
        state: sought.text.0,
        span: asked::span(since, until),
        kinds: sought.kinds.unwrap_or_default().0,
        min_words: sought.min_words.unwrap_or_default(),
    };
    match site.store.search(&filter, sought.before, sought.limit.get()).await? {
        Searched::Found(list) => {
            let place = list.next.as_ref().map(cursor::of_hit);
            let items = list.hits.into_iter().map(HitData::new).collect();
            Ok(here.answer::<HitData>(&site, items, place.as_deref()))
        }
        Searched::TooBroad => Err(Problem::unprocessable(
            "q",
            "These words are so common that finding them together takes too long. Add a rarer one, \
             or a span of time.",
        )),
    }
}

impl HitData {
    fn new(hit: Hit) -> Self {
        let went = hit.went_from.zip(hit.went_at);
        Self {
            article: hit.article,
            title: hit.title,
            source: SourceRef { slug: hit.source_slug, name: hit.source_name },
            field: match hit.field {
                Field::Headline => "headline",
                Field::Standfirst => "standfirst",
                Field::Caption => "caption",
                Field::Paragraph => "paragraph",
            },
            language: hit.language.map(Language::code),
            text: hit.text,
            state: match hit.state {
                PassageState::Standing => "standing",
                PassageState::Gone => "gone",
                PassageState::Unread => "unread",
            },
            came: Coming { from: hit.came_from, to: hit.came_in, at: hit.came_at },
            went: went.map(|(from, at)| Going { from, to: hit.went_in, at }),
        }
    }
}
