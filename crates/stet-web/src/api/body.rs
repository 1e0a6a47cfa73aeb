//! What a request sends, as JSON.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::problem::Problem;
use super::query::missing;

/// What was sent. A member that is not described, or that has a value which it cannot have, is
/// refused by name.
pub(super) struct Sent<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| Problem::of_status(rejection.status()))?;
        read(&bytes).map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let sent = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = sent.unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let read: T = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let why = error.inner().to_string();
        match error.inner().classify() {
            Category::Data => {
                let path = error.path().to_string();
                let name = missing(&why).unwrap_or(&path);
                Problem::unprocessable(name, format!("“{name}” cannot be this: {why}."))
            }
            Category::Syntax | Category::Eof | Category::Io => Problem::not_json(&why),
        }
    })?;
    deserializer.end().map_err(|error| Problem::not_json(&error.to_string()))?;
    Ok(read)
}
