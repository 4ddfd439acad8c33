//! Lines of bounded length.

use super::refusal::RowRefusal;
use std::io::{BufRead, Result};

/// The longest line that is read; the rest of a longer one is passed over.
pub const LINE_BYTES_MAX: usize = 4 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A line without its end.
#[derive(Debug)]
pub(super) struct Line {
    bytes: Vec<u8>,
    cut: bool,
}

impl Line {
    pub(super) fn utf8(&self) -> std::result::Result<&str, RowRefusal> {
        if self.cut {
            return Err(RowRefusal::TooLong);
        }
        std::str::from_utf8(&self.bytes).map_err(|_| RowRefusal::NotText)
    }
}

/// The lines of a file with their numbers, from 1. Empty lines are counted and passed over.
pub(super) struct Lines<R> {
    input: R,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) const fn new(input: R) -> Self {
        Self { input, number: 0 }
    }

    /// One line, or nothing at the end.
    fn read(&mut self) -> Result<Option<Line>> {
        let mut line = Line { bytes: Vec::new(), cut: false };
        let mut any = false;
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                break;
            }
            any = true;
            let end = memchr::memchr(b'\n', buffer);
            let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
            let room = LINE_BYTES_MAX.saturating_sub(line.bytes.len());
            line.cut |= part.len() > room;
            line.bytes.extend_from_slice(part.get(..room).unwrap_or(part));
            let used = part.len() + usize::from(end.is_some());
            self.input.consume(used);
            if end.is_some() {
                break;
            }
        }
        if line.bytes.last() == Some(&b'\r') {
            line.bytes.pop();
        }
        Ok(any.then_some(line))
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = Result<(u64, Line)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut line = match self.read() {
                Ok(line) => line?,
                Err(error) => return Some(Err(error)),
            };
            self.number += 1;
            if self.number == 1 && line.bytes.starts_with(BYTE_ORDER_MARK) {
                line.bytes.drain(..BYTE_ORDER_MARK.len());
            }
            if !line.bytes.is_empty() || line.cut {
                return Some(Ok((self.number, line)));
            }
        }
    }
}
