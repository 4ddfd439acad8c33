//! Short names chosen by people for machines: register, cell, structure, domain, region codes.

use std::fmt;

/// The longest code, in bytes.
pub const CODE_BYTES_MAX: usize = 32;

/// An ASCII name of 1 to [`CODE_BYTES_MAX`] letters, digits, `-`, `_` or `.`, beginning with a letter or digit.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(String);

/// The text is not a code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a code has 1 to {CODE_BYTES_MAX} ASCII letters, digits, '-', '_' or '.', and begins with a letter or digit")]
pub struct InvalidCode;

impl Code {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Code {
    type Err = InvalidCode;

    fn from_str(text: &str) -> Result<Self, InvalidCode> {
        let begins_well = text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric());
        let all_allowed = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        if begins_well && all_allowed && text.len() <= CODE_BYTES_MAX {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidCode)
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl<C> minicbor::Encode<C> for Code {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(&self.0)?;
        Ok(())
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Code {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        d.str()?.parse().map_err(|_| minicbor::decode::Error::message("not a code"))
    }
}

/// Defines a newtype over [`Code`].
macro_rules! code_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, minicbor::Encode, minicbor::Decode)]
        #[cbor(transparent)]
        pub struct $name(pub Code);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidCode;

            fn from_str(text: &str) -> Result<Self, InvalidCode> {
                text.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

code_type!(
    /// A register: where records of one kind stand ("labour-force").
    RegisterId
);
code_type!(
    /// A cell of a return ("employed").
    CellId
);
code_type!(
    /// A subject domain of a jurisdiction ("statistics.labour"). A dot narrows: `a.b` lies within `a`.
    Domain
);
code_type!(
    /// A region, with its leading zeros ("01", "01001").
    RegionCode
);

impl Domain {
    /// Whether `inner` is this domain or lies within it.
    pub fn contains(&self, inner: &Self) -> bool {
        inner.as_str().strip_prefix(self.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_keep_leading_zeros_and_refuse_the_rest() {
        assert_eq!("01001".parse::<RegionCode>().map(|c| c.to_string()), Ok("01001".to_owned()));
        for bad in ["", "-a", "a b", "é", &"x".repeat(33)] {
            assert_eq!(bad.parse::<Code>(), Err(InvalidCode), "{bad}");
        }
    }

    #[test]
    fn domains_narrow_at_dots_only() {
        let outer: Domain = "statistics".parse().unwrap();
        assert!(outer.contains(&outer));
        assert!(outer.contains(&"statistics.labour".parse().unwrap()));
        assert!(!outer.contains(&"statisticsx".parse().unwrap()));
        assert!(!outer.contains(&"finance".parse().unwrap()));
    }
}
