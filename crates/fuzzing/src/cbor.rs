//! A reader of canonical CBOR (RFC 8949 §4.2.1) that knows none of our types: the judge of what our decoders let in,
//! and the tree in which inputs are changed.
//!
//! It shares no code with `types::encoding`, which decides by encoding again; this one looks at the bytes.

/// How deep values may lie within each other. Our deepest format has ten levels.
const DEPTH_MAX: usize = 48;

/// A value of any format. There are no floating point numbers and no tags in ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Zero or above.
    Unsigned(u64),
    /// −1 − n.
    Negative(u64),
    /// A byte string.
    Bytes(Vec<u8>),
    /// A text.
    Text(String),
    /// A list.
    Array(Vec<Value>),
    /// Keys with values, in the order of the bytes.
    Map(Vec<(Value, Value)>),
    /// False, true, null.
    Simple(u8),
}

/// `null`.
pub const NULL: Value = Value::Simple(22);

impl Value {
    /// Reads bytes that are one canonical value and nothing else.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let value = item(&mut rest, 0)?;
        rest.is_empty().then_some(value)
    }

    /// The bytes of a value, with the shortest heads; keys in the order in which they stand.
    pub fn write(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write_into(&mut out);
        out
    }

    fn write_into(&self, out: &mut Vec<u8>) {
        match self {
            Self::Unsigned(number) => head(out, 0, *number),
            Self::Negative(number) => head(out, 1, *number),
            Self::Bytes(bytes) => {
                head(out, 2, bytes.len() as u64);
                out.extend(bytes);
            }
            Self::Text(text) => {
                head(out, 3, text.len() as u64);
                out.extend(text.as_bytes());
            }
            Self::Array(items) => {
                head(out, 4, items.len() as u64);
                items.iter().for_each(|item| item.write_into(out));
            }
            Self::Map(entries) => {
                head(out, 5, entries.len() as u64);
                for (key, value) in entries {
                    key.write_into(out);
                    value.write_into(out);
                }
            }
            Self::Simple(number) => head(out, 7, u64::from(*number)),
        }
    }

    /// The list, if it is one.
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    /// The number, if it is one from zero up.
    pub const fn as_number(&self) -> Option<u64> {
        if let Self::Unsigned(number) = self { Some(*number) } else { None }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The byte string, if it is one.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }
}

fn head(out: &mut Vec<u8>, major: u8, number: u64) {
    let first = major << 5;
    let big = number.to_be_bytes();
    let (mark, width) = match number {
        0..=23 => return out.push(first | big[7]),
        24..=0xff => (24, 1),
        0x100..=0xffff => (25, 2),
        0x1_0000..=0xffff_ffff => (26, 4),
        _ => (27, 8),
    };
    out.push(first | mark);
    out.extend(&big[8 - width..]);
}

fn item(rest: &mut &[u8], depth: usize) -> Option<Value> {
    if depth > DEPTH_MAX {
        return None;
    }
    let (first, after) = rest.split_first()?;
    *rest = after;
    let (major, mark) = (first >> 5, first & 0x1f);
    if major == 7 {
        return (20..=22).contains(&mark).then_some(Value::Simple(mark));
    }
    let number = number(rest, mark)?;
    Some(match major {
        0 => Value::Unsigned(number),
        1 => Value::Negative(number),
        2 => Value::Bytes(take(rest, number)?.to_vec()),
        3 => Value::Text(std::str::from_utf8(take(rest, number)?).ok()?.to_owned()),
        4 => Value::Array(counted(rest, number, |rest| item(rest, depth + 1))?),
        5 => Value::Map(entries(rest, number, depth)?),
        _ => return None,
    })
}

/// The number after a head: in its shortest form only.
fn number(rest: &mut &[u8], mark: u8) -> Option<u64> {
    let (width, least) = match mark {
        0..=23 => return Some(u64::from(mark)),
        24 => (1, 24),
        25 => (2, 0x100),
        26 => (4, 0x1_0000),
        27 => (8, 0x1_0000_0000),
        _ => return None,
    };
    let number = take(rest, width)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    (number >= least).then_some(number)
}

fn take<'a>(rest: &mut &'a [u8], length: u64) -> Option<&'a [u8]> {
    let (taken, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = after;
    Some(taken)
}

/// As many things as announced; a count that the bytes cannot hold is believed for no memory.
fn counted<T>(rest: &mut &[u8], count: u64, read: impl Fn(&mut &[u8]) -> Option<T>) -> Option<Vec<T>> {
    if count > rest.len() as u64 {
        return None;
    }
    (0..count).map(|_| read(rest)).collect()
}

fn entries(rest: &mut &[u8], count: u64, depth: usize) -> Option<Vec<(Value, Value)>> {
    let entries = counted(rest, count, |rest| {
        let before = *rest;
        let key = item(rest, depth + 1)?;
        let written = before.get(..before.len() - rest.len())?.to_vec();
        Some((written, key, item(rest, depth + 1)?))
    })?;
    let ascending = entries.is_sorted_by(|(one, ..), (next, ..)| one < next);
    ascending.then(|| entries.into_iter().map(|(_, key, value)| (key, value)).collect())
}

#[cfg(test)]
mod tests {
    use super::Value;

    #[test]
    fn one_form_is_canonical_and_no_other() {
        let check = |bytes: &[u8], canonical: bool| {
            let read = Value::read(bytes);
            assert_eq!(read.is_some(), canonical, "{bytes:02x?}");
            assert!(read.is_none_or(|value| value.write() == bytes), "{bytes:02x?}");
        };
        check(&[0x17], true);
        check(&[0x18, 0x17], false);
        check(&[0x18, 0x18], true);
        check(&[0x19, 0x00, 0xff], false);
        check(&[0x1b, 0, 0, 0, 1, 0, 0, 0, 0], true);
        check(&[0x1b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff], false);
        check(&[0x82, 0x01, 0x41, 0x02], true);
        check(&[0x82, 0x01], false);
        check(&[0x9f, 0xff], false);
        check(&[0x5f, 0xff], false);
        check(&[0xa2, 0x00, 0x01, 0x01, 0x02], true);
        check(&[0xa2, 0x01, 0x01, 0x00, 0x02], false);
        check(&[0xa2, 0x00, 0x01, 0x00, 0x02], false);
        check(&[0x61, 0xff], false);
        check(&[0xf6], true);
        check(&[0xf7], false);
        check(&[0xf9, 0, 0], false);
        check(&[0xc0, 0x00], false);
        check(&[0x01, 0x01], false);
        check(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], false);
        check(&[0x81; 100], false);
        check(&[], false);
    }
}
