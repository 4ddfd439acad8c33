//! A reader of deterministic CBOR (RFC 8949 §4.2) of the simulator's own, so that no oracle believes what the ledger's own
//! decoder says. It knows what the ledger's formats use and refuses everything else.

/// What stands in an encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A whole number.
    Number(i128),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// A map with ascending whole numbers as keys.
    Map(Vec<(u64, Value)>),
    /// Yes or no.
    Truth(bool),
    /// Nothing.
    Nothing,
}

const NOTHING: &Value = &Value::Nothing;

impl Value {
    /// Reads bytes that are one encoding and nothing else.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader { bytes };
        let value = reader.value(0)?;
        reader.bytes.is_empty().then_some(value)
    }

    /// What stands under a key of a map; nothing where it is not.
    pub fn at(&self, key: u64) -> &Self {
        match self {
            Self::Map(entries) => entries.iter().find(|(found, _)| *found == key).map_or(NOTHING, |(_, value)| value),
            _ => NOTHING,
        }
    }

    /// What stands at a place of a list; nothing where it is not.
    pub fn item(&self, place: usize) -> &Self {
        self.items().get(place).unwrap_or(NOTHING)
    }

    /// The items of a list; none of anything else.
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// A message of an application, or a value with variants: which variant, and its first part.
    pub fn variant(&self) -> Option<(i128, &Self)> {
        Some((self.item(0).number()?, self.item(1).item(0)))
    }

    /// A whole number.
    pub const fn number(&self) -> Option<i128> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// Bytes of a known length.
    pub fn bytes<const N: usize>(&self) -> Option<[u8; N]> {
        match self {
            Self::Bytes(bytes) => bytes.as_slice().try_into().ok(),
            _ => None,
        }
    }

    /// Text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The bytes of the value under the first key of a map, as they stand in it: a transaction's body in its envelope.
pub fn first_entry(bytes: &[u8]) -> Option<&[u8]> {
    let mut reader = Reader { bytes };
    let (5, 1..) = reader.head()? else { return None };
    let (0, 0) = reader.head()? else { return None };
    let before = reader.bytes;
    reader.value(0)?;
    before.get(..before.len().checked_sub(reader.bytes.len())?)
}

struct Reader<'a> {
    bytes: &'a [u8],
}

/// Lists and maps within one another, at most.
const DEPTH_MAX: usize = 16;

impl<'a> Reader<'a> {
    fn take(&mut self, count: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(usize::try_from(count).ok()?)?;
        self.bytes = rest;
        Some(taken)
    }

    /// The kind and the number of the next head, in its shortest form.
    fn head(&mut self) -> Option<(u8, u64)> {
        let first = *self.take(1)?.first()?;
        let (kind, short) = (first >> 5, first & 31);
        let wide = match short {
            0..=23 => return Some((kind, u64::from(short))),
            24..=27 => 1_u64 << (short - 24),
            _ => return None,
        };
        let number = self.take(wide)?.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        let least = [24, 1 << 8, 1 << 16, 1 << 32];
        (number >= *least.get(usize::from(short - 24))?).then_some((kind, number))
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > DEPTH_MAX {
            return None;
        }
        let (kind, number) = self.head()?;
        match kind {
            0 => Some(Value::Number(i128::from(number))),
            1 => Some(Value::Number(-1 - i128::from(number))),
            2 => Some(Value::Bytes(self.take(number)?.to_vec())),
            3 => Some(Value::Text(String::from_utf8(self.take(number)?.to_vec()).ok()?)),
            4 => (0..number).map(|_| self.value(depth + 1)).collect::<Option<_>>().map(Value::List),
            5 => {
                let mut entries: Vec<(u64, Value)> = Vec::new();
                for _ in 0..number {
                    let (0, key) = self.head()? else { return None };
                    if entries.last().is_some_and(|(last, _)| *last >= key) {
                        return None;
                    }
                    entries.push((key, self.value(depth + 1)?));
                }
                Some(Value::Map(entries))
            }
            7 => match number {
                20 => Some(Value::Truth(false)),
                21 => Some(Value::Truth(true)),
                22 => Some(Value::Nothing),
                _ => None,
            },
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard_are_read() {
        let check = |bytes: &[u8], expected| assert_eq!(Value::read(bytes), expected);
        check(&[0x19, 0x03, 0xe8], Some(Value::Number(1_000)));
        check(&[0x38, 0x63], Some(Value::Number(-100)));
        check(&[0x82, 0x01, 0xf6], Some(Value::List(vec![Value::Number(1), Value::Nothing])));
        check(&[0xa1, 0x02, 0xf5], Some(Value::Map(vec![(2, Value::Truth(true))])));
        check(&[0x61, 0x61], Some(Value::Text("a".to_owned())));
    }

    #[test]
    fn longer_forms_wrong_orders_and_remains_are_refused() {
        for bytes in [&[0x18, 5][..], &[0x19, 0, 5], &[5, 5], &[0xa2, 2, 1, 1, 1], &[0x9f, 0xff], &[0x42, 1], &[]] {
            assert_eq!(Value::read(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn the_first_entry_comes_as_it_stands() {
        assert_eq!(first_entry(&[0xa2, 0, 0x82, 1, 2, 1, 3]), Some(&[0x82, 1, 2][..]));
        assert_eq!(first_entry(&[0xa1, 1, 2]), None);
    }
}
