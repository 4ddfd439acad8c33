//! How ids and codes look in JSON, exactly: what the interface accepts and gives is what these patterns say.

use utoipa::ToSchema;

/// Declares text with a pattern. The types exist for the OpenAPI document only.
macro_rules! texts {
    ($($(#[doc = $doc:literal])+ $name:ident = $pattern:literal, $example:literal;)+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Debug, ToSchema)]
            #[schema(value_type = String, pattern = $pattern, example = $example)]
            pub struct $name(#[expect(dead_code, reason = "stands for text in the OpenAPI document")] String);
        )+
    };
}

texts! {
    /// 16 bytes in lower-case hexadecimal: a member's or a record's id.
    ShortId = "^[0-9a-f]{32}$", "00112233445566778899aabbccddeeff";
    /// 32 bytes in lower-case hexadecimal: a digest, a transaction's id, a public key, a point.
    LongId = "^[0-9a-f]{64}$", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    /// The network's finality key: 96 bytes in lower-case hexadecimal.
    FinalityKeyText = "^[0-9a-f]{192}$", "";
    /// Bytes in lower-case hexadecimal.
    Bytes = "^([0-9a-f]{2})*$", "a0";
    /// A short name of letters, digits, `-`, `_` and `.`: a register, a cell, a region, a domain.
    CodeText = "^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$", "labour-force";
    /// A year, quarter, month or day of the calendar.
    PeriodText = "^([1-9][0-9]{3}(-Q[1-4]|-(0[1-9]|1[0-2])|-(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|-(0[469]|11)-(0[1-9]|[12][0-9]|30)|-02-(0[1-9]|1[0-9]|2[0-8]))?|([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)-02-29)$", "2016";
    /// A figure in a list: register, period and region.
    FigurePlaceText = "^[A-Za-z0-9][A-Za-z0-9._-]{0,31}/([1-9][0-9]{3}(-Q[1-4]|-(0[1-9]|1[0-2])|-(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|-(0[469]|11)-(0[1-9]|[12][0-9]|30)|-02-(0[1-9]|1[0-9]|2[0-8]))?|([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)-02-29)/[A-Za-z0-9][A-Za-z0-9._-]{0,31}$", "labour-force/2016/01";
    /// The stable number of a refusal: application and reason.
    RefusalNumber = "^(0|[1-9][0-9]{0,4})-[0-9]{3,5}$", "16-007";
    /// A place in the stream of events: height, entry in the block, event of the entry.
    EventPlace = "^(0|[1-9][0-9]{0,15})\\.(0|[1-9][0-9]{0,8})\\.(0|[1-9][0-9]{0,8})$", "120.0.3";
}

/// Canonical CBOR: deterministic (RFC 8949 §4.2), with integer keys. JSON Schema has no words for it; the description
/// of the address gives the shape.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct CborBody(#[expect(dead_code, reason = "stands for bytes in the OpenAPI document")] Vec<u8>);

/// Bytes that nobody but their addressee can read.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, format = Binary, min_length = 1)]
pub struct OctetBody(#[expect(dead_code, reason = "stands for bytes in the OpenAPI document")] Vec<u8>);

/// A message of the stream of events.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "stands for a message in the OpenAPI document")]
pub struct EventMessage {
    /// The place of the event.
    #[schema(value_type = EventPlace)]
    id: String,
    /// An Event, in JSON.
    #[schema(content_media_type = "application/json")]
    data: String,
}

/// A message of the stream of final blocks.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "stands for a message in the OpenAPI document")]
pub struct BlockMessage {
    /// The height, in digits.
    #[schema(pattern = "^(0|[1-9][0-9]{0,15})$")]
    id: String,
    /// A BlockSummary, in JSON.
    #[schema(content_media_type = "application/json")]
    data: String,
}

/// Declares a choice of words. The types exist for the OpenAPI document only.
macro_rules! choices {
    ($($(#[doc = $doc:literal])+ $name:ident: $($word:ident)+;)+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Debug, ToSchema)]
            #[schema(rename_all = "snake_case")]
            #[expect(missing_docs, reason = "the words are those of the type that this one stands for")]
            pub enum $name { $($word),+ }
        )+
    };
}

choices! {
    /// What kind of party a member is.
    MemberKindText: Authority Organisation Person Device Node;
    /// What a key may sign.
    KeyPurposeText: Business Invitation;
    /// What a member may do beyond what its kind implies.
    RoleText: Filer Checker Approver Inspector Adjudicator Auditor Operator Witness;
    /// How well a legal identity was checked (Regulation (EU) No 910/2014, Article 8).
    IdentityLevelText: Low Substantial High;
    /// Whether values stand in clear or as commitments.
    RegisterClassText: Open Confidential;
    /// How well a record is known to be true.
    AssuranceText: Filed Accepted Refused;
}
