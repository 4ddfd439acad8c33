//! Changing inputs. Most of ours are canonical CBOR, in which a changed byte is nearly always refused at once, so most
//! changes are made in the tree: what comes out is well-formed and wrong in its meaning.

use crate::cbor::{NULL, Value};
use crate::dice::Dice;

/// Numbers at which something may overflow, be cut or change its length.
const EDGES: [u64; 20] = [
    0,
    1,
    2,
    23,
    24,
    63,
    64,
    65,
    255,
    256,
    257,
    513,
    0xffff,
    0x1_0000,
    0xffff_ffff,
    0x1_0000_0000,
    (1 << 42) + 1,
    i64::MAX as u64,
    1 << 63,
    u64::MAX,
];

/// Texts that something may trip over.
const TEXTS: [&str; 14] =
    ["", " ", "0", "-1", "a", "A", "\0", "\n", "é", "\u{202e}", "\u{feff}", "𝟘", "<b>\"'&", "01001"];

/// The largest list that a change makes.
const LIST_MAX: usize = 600;

/// An input made out of another by one to four changes. `prefix` bytes at the front are no CBOR.
pub fn mutate(input: &[u8], prefix: usize, bytes_max: usize, dice: &mut Dice) -> Vec<u8> {
    let mut output = input.to_vec();
    for _ in 0..=dice.below(4) {
        let (front, tail) = output.split_at(prefix.min(output.len()));
        let tree = Value::read(tail).filter(|_| !dice.once_in(5));
        output = match tree {
            Some(mut tree) => {
                mutate_tree(&mut tree, dice, 0);
                let mut front = front.to_vec();
                if dice.once_in(20) {
                    mutate_bytes(&mut front, dice);
                }
                [front, tree.write()].concat()
            }
            None => {
                mutate_bytes(&mut output, dice);
                output
            }
        };
    }
    output.truncate(bytes_max);
    output
}

fn mutate_bytes(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let at = dice.below(bytes.len());
    let byte = u8::try_from(dice.below(256)).unwrap_or_default();
    match dice.below(6) {
        0 => bytes.insert(at.min(bytes.len()), byte),
        1 if at < bytes.len() => drop(bytes.remove(at)),
        2 => bytes.truncate(at),
        3 => {
            let part: Vec<u8> = bytes.iter().skip(at).take(dice.below(32)).copied().collect();
            let to = dice.below(bytes.len());
            bytes.splice(to..to, part);
        }
        4 => {
            if let Some(target) = bytes.get_mut(at) {
                *target ^= 1 << (byte % 8);
            }
        }
        _ => {
            if let Some(target) = bytes.get_mut(at) {
                *target = byte;
            }
        }
    }
}

fn mutate_tree(tree: &mut Value, dice: &mut Dice, depth: usize) {
    let count = size(tree);
    let elsewhere = nth(tree, &mut dice.below(count)).cloned().unwrap_or(NULL);
    let mut place = dice.below(count);
    let Some(node) = nth_mut(tree, &mut place) else { return };
    if dice.once_in(10) {
        *node = match dice.below(4) {
            0 => NULL,
            1 => Value::Array(vec![node.clone()]),
            _ => elsewhere,
        };
        return;
    }
    match node {
        Value::Unsigned(number) | Value::Negative(number) => *number = changed_number(*number, dice),
        Value::Bytes(bytes) => match Value::read(bytes) {
            // A payload within an envelope is a value of its own.
            Some(mut inner) if depth < 3 && !dice.once_in(4) => {
                mutate_tree(&mut inner, dice, depth + 1);
                *bytes = inner.write();
            }
            _ => mutate_bytes(bytes, dice),
        },
        Value::Text(text) => mutate_text(text, dice),
        Value::Array(items) => mutate_list(items, elsewhere, dice),
        Value::Map(entries) => {
            let at = dice.below(entries.len());
            match dice.below(3) {
                0 if at < entries.len() => drop(entries.remove(at)),
                1 => entries.push((Value::Unsigned(entries.len() as u64), elsewhere)),
                _ => {
                    if let Some((_, value)) = entries.get_mut(at) {
                        *value = elsewhere;
                    }
                }
            }
        }
        Value::Simple(number) => *number = 20 + u8::try_from(dice.below(3)).unwrap_or_default(),
    }
}

fn changed_number(number: u64, dice: &mut Dice) -> u64 {
    match dice.below(4) {
        0 => number.wrapping_add(1),
        1 => number.wrapping_sub(1),
        2 => number ^ 1 << dice.below(64),
        _ => dice.one(&EDGES).copied().unwrap_or_default(),
    }
}

fn mutate_text(text: &mut String, dice: &mut Dice) {
    let piece = dice.one(&TEXTS).copied().unwrap_or_default();
    match dice.below(5) {
        0 => piece.clone_into(text),
        1 => text.push_str(piece),
        2 => text.insert_str(0, piece),
        3 => *text = text.chars().take(dice.below(text.len())).collect(),
        _ => *text = text.repeat(dice.below(40)).chars().take(LIST_MAX).collect(),
    }
}

fn mutate_list(items: &mut Vec<Value>, elsewhere: Value, dice: &mut Dice) {
    let (one, other) = (dice.below(items.len()), dice.below(items.len()));
    match dice.below(6) {
        0 if one < items.len() => drop(items.remove(one)),
        1 if one < items.len() => items.insert(other, items.get(one).cloned().unwrap_or(NULL)),
        2 if one < items.len() => items.swap(one, other),
        3 if one < items.len() => {
            let again = items.get(one).cloned().unwrap_or(NULL);
            let count = dice.below(LIST_MAX.saturating_sub(items.len()));
            items.extend(std::iter::repeat_n(again, count));
        }
        _ => items.push(elsewhere),
    }
}

/// How many values a tree holds, keys not counted.
fn size(tree: &Value) -> usize {
    1 + match tree {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Map(entries) => entries.iter().map(|(_, value)| size(value)).sum(),
        _ => 0,
    }
}

fn nth<'a>(tree: &'a Value, place: &mut usize) -> Option<&'a Value> {
    let Some(left) = place.checked_sub(1) else { return Some(tree) };
    *place = left;
    match tree {
        Value::Array(items) => items.iter().find_map(|item| nth(item, place)),
        Value::Map(entries) => entries.iter().find_map(|(_, value)| nth(value, place)),
        _ => None,
    }
}

fn nth_mut<'a>(tree: &'a mut Value, place: &mut usize) -> Option<&'a mut Value> {
    let Some(left) = place.checked_sub(1) else { return Some(tree) };
    *place = left;
    match tree {
        Value::Array(items) => items.iter_mut().find_map(|item| nth_mut(item, place)),
        Value::Map(entries) => entries.iter_mut().find_map(|(_, value)| nth_mut(value, place)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{mutate, nth, size};
    use crate::cbor::{NULL, Value};
    use crate::dice::Dice;

    #[test]
    fn every_value_of_a_tree_is_reached() {
        let tree = Value::Array(vec![
            Value::Unsigned(1),
            Value::Map(vec![(Value::Unsigned(0), Value::Array(vec![NULL]))]),
            Value::Text("x".to_owned()),
        ]);
        assert_eq!(size(&tree), 6);
        let all: Vec<_> = (0..7).map(|mut place| nth(&tree, &mut place).cloned()).collect();
        assert_eq!(all[0], Some(tree.clone()));
        assert_eq!((all[4].clone(), all[5].clone(), all[6].clone()), (Some(NULL), Some(Value::Text("x".into())), None));
    }

    #[test]
    fn most_changes_stay_well_formed_and_a_seed_repeats_them() {
        let input = [&[9][..], &Value::Array(vec![Value::Unsigned(7); 5]).write()].concat();
        let made = |seed: u64| mutate(&input, 1, 4096, &mut Dice::new(seed));
        let sound = (0..1000).filter(|seed| Value::read(&made(*seed)[1.min(made(*seed).len())..]).is_some()).count();
        assert!(sound > 500, "{sound} of a thousand");
        assert_eq!(made(5), made(5));
        assert!((0..20).any(|seed| made(seed) != input));
    }
}
