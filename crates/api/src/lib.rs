//! The HTTP interface: REST, OpenAPI, server-sent events, problem details.
