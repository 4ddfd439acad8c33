//! Refusals of the interface itself: requests that never reach the ledger. They have stable numbers like all others;
//! no application has the number 90.

use axum::http::StatusCode;
use chancery_types::ids::ApplicationId;

/// The number under which the interface refuses.
pub const INTERFACE: ApplicationId = ApplicationId(90);

chancery_ledger::rejections! {
    /// Why a request is refused before it is anybody's business.
    pub enum InterfaceRejection of INTERFACE => {
        NotFound = 1, "There is nothing at this address.",
            "Look up the addresses in /openapi.json.";
        Absent = 2, "Nothing of this id is known here.",
            "Check the id. What was entered a moment ago appears when its block is final.";
        MethodNotAllowed = 3, "This address does not take this method.",
            "Use one of the methods that the Allow header names.";
        BadPath = 4, "A part of the address is not written as it must be.",
            "Write ids in lower-case hexadecimal, periods like 2016, 2016-Q1, 2016-03 or 2016-03-31, heights in digits.";
        BadQuery = 5, "A query parameter is unknown, given twice, or not written as it must be.",
            "Give only the parameters that /openapi.json lists for this address.";
        BadHeader = 6, "A header is not written as it must be.",
            "Correct the header that is named.";
        NotAcceptable = 7, "None of the accepted content types can be given here.",
            "Accept the content type that /openapi.json gives for this address.";
        UnsupportedMediaType = 8, "The body's content type is not taken here.",
            "Send the content type that /openapi.json gives for this address.";
        BodyTooLarge = 9, "The body is larger than this address takes.",
            "Send less at once; /openapi.json gives the bound.";
        BodyTooSlow = 10, "The body did not arrive in time.",
            "Send it again over a faster connection.";
        BadBody = 11, "The body is not the canonical encoding of what is asked for.",
            "Encode it as deterministic CBOR with integer keys.";
        TooManyRequests = 12, "Too many requests came from this address.",
            "Wait as long as the Retry-After header says.";
        TooManyStreams = 13, "As many streams are open as this node allows.",
            "Close a stream, try again later, or ask another node.";
        PoolFull = 14, "There is no room for another transaction now, or the sender's share of the room is used up.",
            "Wait as long as the Retry-After header says and send the same transaction again.";
        Unavailable = 15, "The node cannot answer this now.",
            "Try again in a moment, or ask another node.";
        TooSlow = 16, "The answer took too long.",
            "Try again in a moment, or ask another node.";
        NotReady = 17, "The node is not ready: it has not caught up, or the network stands still.",
            "Wait until it has caught up, or ask another node.";
        SessionNeeded = 18, "This is not public and needs a session.",
            "Open a session with POST /api/v1/sessions and send its token as a bearer token.";
        SessionUnknown = 19, "The session is unknown, has ended, or its key is no longer valid.",
            "Open a new session with POST /api/v1/sessions.";
        SessionWrongNode = 20, "The session's statement is meant for another network or node.",
            "Sign a statement that names this network and this node; /api/v1/network shows both.";
        SessionTime = 21, "The session's end has passed or lies too far ahead.",
            "Sign a statement that ends within 15 minutes by this node's clock.";
        SessionUsed = 22, "A session was opened with this very statement before.",
            "Sign a new statement with another nonce.";
        SessionsFull = 23, "As many sessions are open as this node allows.",
            "End a session that is no longer needed, or try again later.";
        BadSignature = 24, "The signature does not fit what it is for.",
            "Sign the canonical bytes with the right purpose, network and key.";
        KeyNotValid = 25, "The key is not a valid key of the member.",
            "Use a key that is bound to the member and has neither expired nor been revoked.";
        NotYours = 26, "This may be read by the supervising authority only.",
            "Open a session as the supervising authority of the register.";
        NotFiler = 27, "A sealed opening is handed over by its filer only.",
            "Open a session as the filer that the query names.";
        NotValidator = 28, "This node is no validator, so its word on a filing does not count.",
            "Ask a validator; /api/v1/network lists them.";
        NoVaultHere = 29, "This node keeps no vault for the supervising authority of that register.",
            "Hand the opening over to the authority's own node.";
        VaultFull = 30, "The vault has no room.",
            "Tell the authority; a filing's intake receipts keep its time meanwhile.";
        FilerShareUsed = 31, "The filer's share of the vault is used up.",
            "Wait until the authority has decided on what is there, or ask it for more room.";
        NotSealedHere = 32, "The record is not one that the filer files in this register.",
            "Give the register, the record and the filer of the return that the bytes open.";
        BatchUnfit = 33, "A batch has no transactions, or more than are taken in at once.",
            "Send 1 to 4096 transactions in a batch.";
        NotKept = 34, "This node keeps only the header of that block.",
            "Ask a node that keeps all blocks; /api/v1/network names those that this node knows under archives.";
    }
}

impl InterfaceRejection {
    /// The HTTP status that goes with the refusal.
    pub fn status(self) -> StatusCode {
        match self {
            Self::NotFound | Self::Absent => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::BadPath | Self::BadQuery | Self::BadHeader | Self::BadBody | Self::BatchUnfit => {
                StatusCode::BAD_REQUEST
            }
            Self::NotKept => StatusCode::GONE,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooManyRequests | Self::PoolFull => StatusCode::TOO_MANY_REQUESTS,
            Self::TooManyStreams
            | Self::Unavailable
            | Self::TooSlow
            | Self::NotReady
            | Self::SessionsFull
            | Self::VaultFull => StatusCode::SERVICE_UNAVAILABLE,
            Self::SessionNeeded | Self::SessionUnknown => StatusCode::UNAUTHORIZED,
            Self::NotYours | Self::NotFiler => StatusCode::FORBIDDEN,
            Self::SessionWrongNode
            | Self::SessionTime
            | Self::SessionUsed
            | Self::BadSignature
            | Self::KeyNotValid
            | Self::NotValidator
            | Self::NoVaultHere
            | Self::FilerShareUsed
            | Self::NotSealedHere => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}
