//! Static files, in the binary, under names that change with their content.

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use stet_words::text;

use crate::cache::CachePolicy;
use crate::error::PageError;
use crate::hex::hex;
use crate::links;

#[derive(RustEmbed)]
#[folder = "../../static"]
struct Files;

struct Asset {
    hashed_name: String,
    media_type: &'static str,
    bytes: Cow<'static, [u8]>,
}

static STYLESHEET: LazyLock<Asset> = LazyLock::new(|| {
    let sheet = Files::get("stet.css").map_or_else(Cow::default, |file| file.data);
    named("stet.css", "text/css; charset=utf-8", [&sheet, spoken_marks().as_bytes()].concat())
});
static TIME_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| asset("time.js", "text/javascript; charset=utf-8"));
static ICON: LazyLock<Asset> = LazyLock::new(|| asset("icon.svg", "image/svg+xml"));
static READING: LazyLock<Asset> =
    LazyLock::new(|| asset("reading.js", "text/javascript; charset=utf-8"));

fn asset(name: &str, media_type: &'static str) -> Asset {
    named(name, media_type, Files::get(name).map_or_else(Cow::default, |file| file.data))
}

/// `stet.css` becomes `stet-0123456789ab.css`.
fn named(name: &str, media_type: &'static str, bytes: impl Into<Cow<'static, [u8]>>) -> Asset {
    let bytes = bytes.into();
    let hash = hex(&Sha256::digest(&bytes)[..6]);
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    Asset { hashed_name: format!("{stem}-{hash}.{extension}"), media_type, bytes }
}

/// What the marks in a text are called, for those who do not see them: the stylesheet puts it
/// around each, so that no page has to repeat it.
fn spoken_marks() -> String {
    let string = |said: &str| said.replace('\\', r"\\").replace('"', "\\\"");
    format!(
        "\nins::before {{ content: \"{}\" }} ins::after {{ content: \"{}\" }}\
         \ndel::before {{ content: \"{}\" }} del::after {{ content: \"{}\" }}\n",
        string(text("mark-inserted")),
        string(text("mark-insertion-ends")),
        string(text("mark-removed")),
        string(text("mark-removal-ends")),
    )
}

/// The address of the stylesheet.
pub(crate) fn stylesheet() -> String {
    links::asset(&STYLESHEET.hashed_name)
}

/// The address of the script that shows times in the reader's zone.
pub(crate) fn time_script() -> String {
    links::asset(&TIME_SCRIPT.hashed_name)
}

/// The address of the icon.
pub(crate) fn icon() -> String {
    links::asset(&ICON.hashed_name)
}

/// The address of the script of the pages that compare and show versions.
pub(crate) fn reading_script() -> String {
    links::asset(&READING.hashed_name)
}

/// `/static/{name}`
pub(crate) async fn show(Path(name): Path<String>) -> Result<impl IntoResponse, PageError> {
    let asset = [&*STYLESHEET, &*TIME_SCRIPT, &*READING, &*ICON]
        .into_iter()
        .find(|asset| asset.hashed_name == name)
        .ok_or(PageError::NotFound)?;
    let content_type = [(header::CONTENT_TYPE, asset.media_type)];
    Ok((CachePolicy::Forever, content_type, asset.bytes.clone()))
}
