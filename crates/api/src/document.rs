//! The OpenAPI document: what the handlers say of themselves, and what is true of all of them.

use crate::problem::{PROBLEM_JSON, Problem};
use crate::view::{BlockSummary, Event};
use std::collections::BTreeMap;
use utoipa::ToSchema;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, ObjectBuilder, OpenApi, Ref, RefOr, ResponseBuilder, ResponsesBuilder, Schema, Type,
};

const DESCRIPTION: &str = "\
Reads and writes of a ledger whose members are known by real name.

Everything that is signed or hashed travels as deterministic CBOR (RFC 8949 §4.2) with integer keys; JSON is for \
reading. What a citizen should be able to check alone comes as a receipt, which the offline verifier checks with the \
network's public identity and nothing else. State comes with a proof. Lists come from the node's read model and are \
not proved.

Every refusal is a problem document (RFC 9457) with a stable number, its cause and its remedy; GET /api/v1/refusals \
lists them all. A method that an address does not take gives 405 with the Allow header. A head with too many or too \
long headers gives 431 and nothing else, before any address is looked at. Nothing that writes is open: \
transactions and requests for a word of intake carry their sender's signature; sealed openings need a session, which \
a member opens with a signed statement.";

/// Completes the document that the routes made.
pub(crate) fn complete(mut document: OpenApi) -> serde_json::Value {
    document.info = InfoBuilder::new()
        .title("Chancery")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(DESCRIPTION))
        .license(Some(utoipa::openapi::LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build()))
        .build();
    let components = document.components.get_or_insert_default();
    add::<Problem>(&mut components.schemas);
    add::<Event>(&mut components.schemas);
    components.security_schemes.insert(
        "session".to_owned(),
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some("The token of a session, from POST /api/v1/sessions."))
                .build(),
        )
        .into(),
    );
    for item in document.paths.paths.values_mut() {
        for operation in [&mut item.get, &mut item.post, &mut item.delete].into_iter().flatten() {
            say_what_all_do(operation);
        }
    }
    // The document is made of literals; if it could not be written there would be nothing true to serve.
    let mut document = serde_json::to_value(document).unwrap_or_default();
    // What the data of a message is: JSON Schema has a word for it that utoipa does not know.
    for (message, content) in [("EventMessage", Event::name()), ("BlockMessage", BlockSummary::name())] {
        let data = document.pointer_mut(&format!("/components/schemas/{message}/properties/data"));
        if let Some(data) = data.and_then(serde_json::Value::as_object_mut) {
            let content = format!("#/components/schemas/{content}");
            data.insert("contentSchema".to_owned(), serde_json::json!({ "$ref": content }));
        }
    }
    document
}

/// Adds a schema that no operation names.
fn add<T: ToSchema>(schemas: &mut BTreeMap<String, RefOr<Schema>>) {
    schemas.insert(T::name().into_owned(), T::schema());
    let mut nested = Vec::new();
    T::schemas(&mut nested);
    schemas.extend(nested);
}

/// Statuses that any handler of this shape can give.
fn say_what_all_do(operation: &mut Operation) {
    let with_path = operation
        .parameters
        .iter()
        .flatten()
        .any(|parameter| matches!(parameter, RefOr::T(found) if found.parameter_in == ParameterIn::Path));
    let mut common = vec![
        ("400", "The request is not written as it must be; an unknown query parameter is refused."),
        ("406", "The content type that this address gives is not accepted."),
        ("429", "Too many requests came from the client's address, or there is no room in the pool."),
        ("503", "The node cannot answer now."),
    ];
    if with_path {
        common.push(("404", "There is no such thing."));
    }
    if operation.request_body.is_some() {
        common.push(("408", "The body did not arrive in time."));
        common.push(("413", "The body is too large."));
        common.push(("415", "The body is of another content type."));
    }
    let mut responses = ResponsesBuilder::new();
    for (status, response) in std::mem::take(&mut operation.responses.responses) {
        responses = responses.response(status, response);
    }
    let mut responses = responses.build();
    for (status, description) in common {
        let wait = matches!(status, "429" | "503");
        let problem = responses.responses.entry(status.to_owned()).or_insert_with(|| problem(description));
        if let (RefOr::T(response), true) = (problem, wait) {
            let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1)).build();
            let header = HeaderBuilder::new().schema(Some(seconds)).description(Some("Seconds to wait.")).build();
            response.headers.insert("Retry-After".to_owned(), header.into());
        }
    }
    operation.responses = responses;
}

fn problem(description: &str) -> RefOr<utoipa::openapi::Response> {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
    RefOr::T(ResponseBuilder::new().description(description).content(PROBLEM_JSON, content).build())
}
