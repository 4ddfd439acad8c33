//! The engine's files as bytes: headers, pages and their checksums, without the engine.
//!
//! The engine repairs what it opens: it cuts off the damaged end of a journal and falls back to the older of two copies.
//! That is right after a crash and wrong for whoever looks for damage, so looking must not open. The layouts are those of
//! the engine's pinned version (`commonware-runtime`: blob header and pages; `commonware-storage`: metadata).
//!
//! ```text
//! file      = header (4,096 bytes, its own checksum, zeros) | data
//! pages     = (4,084 bytes | two checksums with their lengths, the longer one counts)*
//! metadata  = version | entries | checksum, in two copies, `left` and `right`
//! ```
//!
//! Does not promise: values of block archives, which have checksums but no lengths of their own; [`crate::scrub`] reads
//! them through the engine. What lies in a page behind its length, and the shorter of its two checksums, is not looked at
//! by anybody.

use crate::config::bounds;
use commonware_cryptography::Crc32;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

const HEADER_BYTES: usize = 4_096;
const HEADER_MAGIC: [u8; 4] = *b"CWIK";
/// Magic, version of the layout, version of the contents.
const HEADER_CHECKED: usize = 8;
const PAGE_BYTES: usize = bounds::PAGE_BYTES.get() as usize;
const RECORD_BYTES: usize = 12;

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is damaged.
    Damaged(&'static str),
    /// Its end is not whole: a crash cuts it like this, and so does damage.
    Torn(&'static str),
}

/// How a file is laid out behind its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    Pages,
    Metadata,
    Values,
}

/// By the name of the folder it is in.
fn layout(folder: &str) -> Layout {
    let metadata = ["-metadata", "_metadata", "-network", "-standing", "-pinned", "-grafted"];
    let values = ["-values", "-value"];
    if metadata.iter().any(|ending| folder.ends_with(ending)) {
        Layout::Metadata
    } else if values.iter().any(|ending| folder.ends_with(ending)) {
        Layout::Values
    } else {
        Layout::Pages
    }
}

/// Checks one file of a folder of the engine.
///
/// # Errors
/// It cannot be read.
pub fn check(folder: &str, path: &Path) -> io::Result<Option<Wrong>> {
    let mut file = File::open(path)?;
    let mut header = Vec::with_capacity(HEADER_BYTES);
    file.by_ref().take(HEADER_BYTES as u64).read_to_end(&mut header)?;
    if let Some(wrong) = check_header(&header) {
        return Ok(Some(wrong));
    }
    match layout(folder) {
        Layout::Pages => check_pages(&mut file),
        Layout::Metadata => check_metadata(&mut file),
        Layout::Values => Ok(None),
    }
}

fn check_header(header: &[u8]) -> Option<Wrong> {
    if header.len() < HEADER_BYTES {
        return Some(Wrong::Torn("its header is not whole"));
    }
    let (prelude, rest) = header.split_at_checked(HEADER_CHECKED)?;
    let (checksum, padding) = rest.split_first_chunk::<4>()?;
    let good = prelude.starts_with(&HEADER_MAGIC)
        && u32::from_be_bytes(*checksum) == Crc32::checksum(prelude)
        && padding.iter().all(|byte| *byte == 0);
    (!good).then_some(Wrong::Damaged("its header"))
}

fn check_pages(file: &mut File) -> io::Result<Option<Wrong>> {
    let mut page = Vec::with_capacity(PAGE_BYTES + RECORD_BYTES);
    let mut last = None;
    loop {
        page.clear();
        let read = file.by_ref().take((PAGE_BYTES + RECORD_BYTES) as u64).read_to_end(&mut page)?;
        if read == 0 {
            return Ok(last);
        }
        // Only the last page may be cut or half written; this is not the last.
        if last.is_some() {
            return Ok(Some(Wrong::Damaged("the checksum of one of its pages")));
        }
        last = match page_length(&page) {
            Some(PAGE_BYTES) => None,
            // A page that is not full is the last one.
            Some(_) if is_at_end(file)? => None,
            _ => Some(Wrong::Torn("the checksum of its last page")),
        };
    }
}

/// Whether nothing follows.
fn is_at_end(file: &File) -> io::Result<bool> {
    use std::io::Seek as _;
    let mut file = file;
    Ok(file.stream_position()? >= file.metadata()?.len())
}

/// How many bytes of a page count, if they are what the longer of its checksums says.
fn page_length(page: &[u8]) -> Option<usize> {
    let (data, record) = page.split_at_checked(PAGE_BYTES)?;
    let record: &[u8; RECORD_BYTES] = record.try_into().ok()?;
    let [a0, a1, a2, a3, a4, a5, b0, b1, b2, b3, b4, b5] = *record;
    let slot = |length: [u8; 2], checksum: [u8; 4]| (u16::from_be_bytes(length), u32::from_be_bytes(checksum));
    let (first, second) = (slot([a0, a1], [a2, a3, a4, a5]), slot([b0, b1], [b2, b3, b4, b5]));
    let (length, checksum) = if second.0 > first.0 { second } else { first };
    let length = usize::from(length);
    let counted = data.get(..length).filter(|_| length > 0)?;
    (Crc32::checksum(counted) == checksum).then_some(length)
}

fn check_metadata(file: &mut File) -> io::Result<Option<Wrong>> {
    let mut data = Vec::new();
    file.read_to_end(&mut data)?;
    if data.is_empty() {
        return Ok(None);
    }
    let good = data
        .split_last_chunk::<4>()
        .is_some_and(|(data, checksum)| data.len() >= 8 && u32::from_be_bytes(*checksum) == Crc32::checksum(data));
    // One of the two copies may be in the middle of being written when the power goes.
    Ok((!good).then_some(Wrong::Torn("its checksum")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Vec<u8> {
        let mut header = b"CWIK\0\x01\0\0".to_vec();
        header.extend(Crc32::checksum(&header).to_be_bytes());
        header.resize(HEADER_BYTES, 0);
        header
    }

    fn page(length: usize) -> Vec<u8> {
        let mut page = vec![7; length];
        let checksum = Crc32::checksum(&page);
        page.resize(PAGE_BYTES, 0);
        page.extend(u16::try_from(length).unwrap().to_be_bytes());
        page.extend(checksum.to_be_bytes());
        page.extend([0; 6]);
        page
    }

    fn checked(folder: &str, parts: &[Vec<u8>]) -> Option<Wrong> {
        let path = std::env::temp_dir().join(format!("chancery-raw-{}-{folder}", std::process::id()));
        std::fs::write(&path, parts.concat()).unwrap();
        let wrong = check(folder, &path).unwrap();
        std::fs::remove_file(&path).unwrap();
        wrong
    }

    /// A byte flipped anywhere that counts is found.
    fn flipped_is_found(folder: &str, parts: &[Vec<u8>], at: &[usize]) {
        assert_eq!(checked(folder, parts), None, "{folder} is whole");
        for place in at {
            let mut bytes = parts.concat();
            bytes[*place] ^= 0x40;
            assert!(checked(folder, &[bytes]).is_some(), "{folder}, byte {place}");
        }
    }

    #[test]
    fn a_flipped_byte_is_found_in_headers_pages_and_metadata() {
        let full = PAGE_BYTES;
        let second = HEADER_BYTES + PAGE_BYTES + RECORD_BYTES;
        let pages = [HEADER_BYTES, second - 10, second - 12, second, second + 99, second + PAGE_BYTES + 3];
        flipped_is_found("node-simplex-0", &[header(), page(full), page(100)], &[0, 9, 50, HEADER_BYTES - 1]);
        flipped_is_found("node-state-log-blobs", &[header(), page(full), page(100)], &pages);
        let mut metadata = b"\0\0\0\0\0\0\0\x01entries".to_vec();
        metadata.extend(Crc32::checksum(&metadata).to_be_bytes());
        let places = [HEADER_BYTES, HEADER_BYTES + 9, HEADER_BYTES + metadata.len() - 1];
        flipped_is_found("node-network", &[header(), metadata], &places);
        assert_eq!(checked("node-network", &[header()]), None, "an empty copy");
    }

    #[test]
    fn damage_inside_is_told_from_a_cut_end() {
        let mut bad = page(PAGE_BYTES);
        bad[0] ^= 1;
        assert!(matches!(checked("x", &[header(), bad.clone(), page(5)]), Some(Wrong::Damaged(_))));
        assert!(matches!(checked("x", &[header(), page(PAGE_BYTES), bad]), Some(Wrong::Torn(_))));
        assert!(matches!(checked("x", &[header(), page(PAGE_BYTES), vec![1; 10]]), Some(Wrong::Torn(_))));
        assert!(matches!(checked("x", &[header(), page(5), page(PAGE_BYTES)]), Some(Wrong::Damaged(_))));
        assert!(matches!(checked("x", &[vec![1; 10]]), Some(Wrong::Torn(_))));
    }
}
