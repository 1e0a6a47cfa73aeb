//! What webhooks post, as the document of the API describes it.

use utoipa::openapi::path::{OperationBuilder, Parameter, ParameterBuilder, ParameterIn, Paths};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{Components, ObjectBuilder, Type};
use utoipa::openapi::{
    ContentBuilder, HttpMethod, PathItem, PathsBuilder, Ref, Required, ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};

use super::ChangeData;
use crate::webhook_body::{ChangeMessage, PostedChange, Test, TestMessage};

/// What each message carries in its header. Source: Standard Webhooks.
const HEADERS: [(&str, &str); 3] = [
    ("webhook-id", "The message's name: the same for all attempts to send it."),
    ("webhook-timestamp", "When this attempt was made, in seconds since 1970."),
    (
        "webhook-signature",
        "`v1,` and the HMAC-SHA256 of `{webhook-id}.{webhook-timestamp}.{body}` in base64; while a \
         secret is being replaced, one of each with a space between them.",
    ),
];

/// The messages; what they are made of is added to the components.
pub(super) fn describe(components: &mut Components) -> Paths {
    for (name, schema) in [
        (ChangeMessage::name(), ChangeMessage::schema()),
        (PostedChange::name(), PostedChange::schema()),
        (ChangeData::name(), ChangeData::schema()),
        (TestMessage::name(), TestMessage::schema()),
        (Test::name(), Test::schema()),
    ] {
        components.schemas.insert(name.into_owned(), schema);
    }
    PathsBuilder::new()
        .path("change", message("An article changed", ChangeMessage::name().as_ref()))
        .path("test", message("An editor asked for a test", TestMessage::name().as_ref()))
        .build()
}

/// A message with a body of this schema.
fn message(summary: &str, schema: &str) -> PathItem {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(schema))).build();
    let body = RequestBodyBuilder::new()
        .content("application/json", content)
        .required(Some(Required::True))
        .build();
    let taken = ResponseBuilder::new().description("It is taken.").build();
    let refused = ResponseBuilder::new().description("Nothing more is wanted.").build();
    let other = ResponseBuilder::new().description("It is sent again later.").build();
    let operation = OperationBuilder::new()
        .summary(Some(summary))
        .parameters(Some(HEADERS.map(header)))
        .request_body(Some(body))
        .response("2XX", taken)
        .response("410", refused)
        .response("default", other)
        .build();
    PathItem::new(HttpMethod::Post, operation)
}

fn header((name, what): (&str, &str)) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some(what))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}
