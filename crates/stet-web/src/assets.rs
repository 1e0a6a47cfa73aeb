//! Static files, in the binary, under names that change with their content.

use std::borrow::Cow;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use rust_embed::RustEmbed;

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

static STYLESHEET: LazyLock<Asset> = LazyLock::new(|| asset("stet.css", "text/css; charset=utf-8"));
static TIME_SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| asset("time.js", "text/javascript; charset=utf-8"));
static ICON: LazyLock<Asset> = LazyLock::new(|| asset("icon.svg", "image/svg+xml"));
static READING: LazyLock<Asset> =
    LazyLock::new(|| asset("reading.js", "text/javascript; charset=utf-8"));

/// `stet.css` becomes `stet-0123456789ab.css`.
fn asset(name: &str, media_type: &'static str) -> Asset {
    let Some(file) = Files::get(name) else {
        return Asset { hashed_name: name.to_owned(), media_type, bytes: Cow::default() };
    };
    let hash = file.metadata.sha256_hash();
    let hash = hex(&hash[..6]);
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    Asset { hashed_name: format!("{stem}-{hash}.{extension}"), media_type, bytes: file.data }
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
