//! The `OpenAPI` document: what each handler says of itself, and what is true of all of them.

use std::collections::BTreeMap;

use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    ContentBuilder, Header, HeaderBuilder, InfoBuilder, LicenseBuilder, OpenApi, Ref, RefOr,
    ResponseBuilder, ServerBuilder,
};
use utoipa::{PartialSchema, ToSchema};

use super::problem::{PROBLEM_JSON, ProblemDetails};
use super::webhooks;
use crate::cursor;

/// What the API is, in short.
const ABOUT: &str = "Newspapers change articles after they are published. Stet keeps every text that \
    a watched article has had. This is what its pages show, for programs.\n\n\
    Anybody reads, from any page; hidden articles appear nowhere. Lists are read a page at a time: \
    `next` (and the header `Link`) is the address of the next page, and null on the last. Times are \
    RFC 3339, in UTC. Whoever has an answer already asks with `If-None-Match`. What goes wrong is \
    told as RFC 9457 has it.";

/// The document, as JSON.
pub(super) fn of(mut document: OpenApi) -> String {
    document.info = InfoBuilder::new()
        .title("Stet")
        .version("1")
        .description(Some(ABOUT))
        .license(Some(
            LicenseBuilder::new()
                .name("MIT OR Apache-2.0")
                .identifier(Some("MIT OR Apache-2.0"))
                .build(),
        ))
        .build();
    document.servers = Some(vec![ServerBuilder::new().url("/").build()]);
    document.tags = Some(
        [
            ("Reading", "What is kept. For anybody."),
            ("Adding", "Getting articles and feeds watched, with a token."),
            ("Withdrawing", "Hiding articles and bringing them back, with a token."),
        ]
        .map(|(name, what)| TagBuilder::new().name(name).description(Some(what)).build())
        .into(),
    );
    let components = document.components.get_or_insert_default();
    components.schemas.insert(ProblemDetails::name().into_owned(), ProblemDetails::schema());
    components.security_schemes.insert("token".to_owned(), token().into());
    document.webhooks = Some(webhooks::describe(components));
    for (path, item) in &mut document.paths.paths {
        for operation in operations(item) {
            complete(path, operation);
        }
        if let Some(operation) = &mut item.get {
            revalidate(operation);
        }
    }
    document.to_json().unwrap_or_default()
}

/// How a token is sent.
fn token() -> SecurityScheme {
    let mut scheme = Http::new(HttpAuthScheme::Bearer);
    scheme.description =
        Some("A token that an editor made under “Your account”: `stet_` and 64 digits.".to_owned());
    SecurityScheme::Http(scheme)
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.delete].into_iter().flatten()
}

fn parameters(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    })
}

/// Adds the problems that an operation may answer with, as its parameters, body and guard make them
/// possible.
fn complete(path: &str, operation: &mut Operation) {
    let takes = |place| parameters(operation).any(|parameter| parameter.parameter_in == place);
    let is_of_article = path.contains("/articles/");
    let has_body = operation.request_body.is_some();
    let is_guarded = operation.security.is_some();
    let possible = [
        (
            takes(ParameterIn::Query) || has_body,
            400,
            "It is not understood; `parameter` is to blame.",
        ),
        (is_guarded, 401, "There is no token, or none that works."),
        (takes(ParameterIn::Path) || is_of_article, 404, "There is nothing at this address."),
        (is_of_article, 410, "This article cannot be shown for legal reasons, or was deleted."),
        (has_body, 413, "The body is longer than 16 KiB."),
        (has_body, 415, "The body is not sent as JSON."),
        (has_body, 422, "The body has a member that it cannot have; `parameter` is its name."),
        (is_guarded, 429, "Wrong tokens were tried too often."),
        (true, 500, "Something went wrong here."),
        (true, 503, "The site is too busy, or its database away."),
    ];
    let responses = &mut operation.responses.responses;
    for (_, status, what) in possible.into_iter().filter(|(is_possible, ..)| *is_possible) {
        responses
            .entry(status.to_string())
            .or_insert_with(|| ResponseBuilder::new().description(what).build().into());
    }
    for (status, response) in responses {
        let (true, RefOr::T(response)) = (status.as_str() >= "400", response) else { continue };
        let content = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name(ProblemDetails::name())))
            .build();
        response.content.insert(PROBLEM_JSON.to_owned(), content.into());
        let header = match status.as_str() {
            "401" => ("WWW-Authenticate", "How to say who asks.", Type::String),
            "429" | "503" => ("Retry-After", "Seconds after which to try again.", Type::Integer),
            _ => continue,
        };
        add_header(&mut response.headers, header);
    }
}

/// Says of what anybody may read that whoever has it already need not get it again.
fn revalidate(operation: &mut Operation) {
    if operation.security.is_some() {
        return;
    }
    let is_list = parameters(operation).any(|parameter| parameter.name == cursor::BEHIND);
    let responses = &mut operation.responses.responses;
    if let Some(RefOr::T(found)) = responses.get_mut("200") {
        add_header(&mut found.headers, ("ETag", "For `If-None-Match`.", Type::String));
        if is_list {
            add_header(
                &mut found.headers,
                ("Link", "The next page: `rel=\"next\"`.", Type::String),
            );
        }
    }
    let unchanged = ResponseBuilder::new().description("As `If-None-Match` has it.").build();
    responses.insert("304".to_owned(), unchanged.into());
}

fn add_header(
    headers: &mut BTreeMap<String, RefOr<Header>>,
    (name, what, kind): (&str, &str, Type),
) {
    let format =
        matches!(kind, Type::Integer).then_some(SchemaFormat::KnownFormat(KnownFormat::Int64));
    let schema = ObjectBuilder::new().schema_type(kind).format(format);
    let header = HeaderBuilder::new().schema(Some(schema)).description(Some(what)).build();
    headers.insert(name.to_owned(), header.into());
}
