//! Refusals with stable numbers, and the ledger's own.

use chancery_types::ids::ApplicationId;
use chancery_types::rejection::RejectionCode;

/// A refusal as people read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RejectionText {
    /// The stable number.
    pub code: RejectionCode,
    /// The name in code.
    pub name: &'static str,
    /// What was wrong, in English; other languages are in the portal's message files.
    pub cause: &'static str,
    /// What to do, in English.
    pub remedy: &'static str,
}

/// Defines an application's refusals: `Name = number, "what was wrong", "what to do";`. A number, once given, is
/// never given to another reason (`formats/rejections.txt` keeps the list; `cargo xtask tidy` compares).
#[macro_export]
macro_rules! rejections {
    (
        $(#[$meta:meta])*
        pub enum $type:ident of $application:expr => {
            $($name:ident = $number:literal, $cause:literal, $remedy:literal;)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $type {
            $(#[doc = $cause] $name = $number,)+
        }

        impl $type {
            /// Every refusal as a value, in the order of the list.
            pub const EVERY: &'static [Self] = &[$(Self::$name,)+];

            /// Every refusal in words, in the order of the list.
            pub const ALL: &'static [$crate::rejection::RejectionText] = &[
                $($crate::rejection::RejectionText {
                    code: chancery_types::rejection::RejectionCode { application: $application, number: $number },
                    name: stringify!($name),
                    cause: $cause,
                    remedy: $remedy,
                },)+
            ];
        }

        impl $crate::Refusal for $type {
            fn code(&self) -> chancery_types::rejection::RejectionCode {
                let number = match self {
                    $(Self::$name => $number,)+
                };
                chancery_types::rejection::RejectionCode { application: $application, number }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self {
                    $(Self::$name => $cause,)+
                })
            }
        }

        impl std::error::Error for $type {}
    };
}

/// The ledger's own number.
pub const LEDGER: ApplicationId = ApplicationId(0);

rejections! {
    /// Why a transaction never gets as far as an application. Numbers 1 to 8 keep it out of every block; from 9 on
    /// it stands in a block as rejected.
    pub enum LedgerRejection of LEDGER => {
        Malformed = 1, "The bytes are not a transaction in canonical encoding, or they are too many.",
            "Encode the envelope as deterministic CBOR with integer keys, at most 256 KiB.";
        WrongNetwork = 2, "The transaction is meant for another network.",
            "Sign for the network whose identity the node shows.";
        BadSignature = 3, "The signature does not fit the transaction and its key.",
            "Sign the body anew with the purpose 'transaction'.";
        Expired = 4, "The transaction's expiry lies before the block's time.",
            "Sign again with a later expiry.";
        ExpiresTooLate = 5, "The transaction's expiry lies more than 24 hours ahead.",
            "Sign again with an expiry at most 24 hours ahead of the last block's time.";
        AlreadyFinal = 6, "The transaction is final already.",
            "Ask for its outcome; nothing needs to be sent again.";
        UnknownSender = 7, "The sender is not a member.",
            "Register with the authority that is to vouch for you.";
        KeyNotValid = 8, "The key that signed is not a valid key of the sender at this height.",
            "Sign with a key that is bound to the member and has neither expired nor been revoked. An invitation works \
             once and until its end: ask the authority that sent it for another.";
        UnknownApplication = 9, "No application of this number is installed.",
            "Look up the installed applications.";
        EffectsTooLarge = 10, "The transaction would write a value larger than the state allows.",
            "Split it into smaller transactions.";
    }
}
