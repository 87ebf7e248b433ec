//! The bytes of a file in memory: pages, so that holes take no space.

use std::collections::BTreeMap;

/// The size of a page.
pub(super) const PAGE: usize = 4096;

/// The bytes of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    len: u64,
    /// Pages that are not all zero, by their number. No byte behind the end is other than zero.
    pages: BTreeMap<u64, Box<[u8; PAGE]>>,
}

/// Where in its page an offset is.
#[expect(clippy::cast_possible_truncation, reason = "it is less than a page")]
pub(super) const fn in_page(offset: u64) -> usize {
    (offset % PAGE as u64) as usize
}

/// Which part of which page `offset` and the `len` bytes after it begin with.
fn part(offset: u64, len: usize) -> (u64, std::ops::Range<usize>) {
    let start = in_page(offset);
    (offset / PAGE as u64, start..PAGE.min(start.saturating_add(len)))
}

impl Content {
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// How many bytes of memory it takes.
    pub(super) fn space(&self) -> u64 {
        self.pages.len() as u64 * PAGE as u64
    }

    /// How many bytes of memory it would take more to write `len` bytes at `offset`, which is
    /// checked to end below 2^63.
    pub(super) fn space_to_write(&self, offset: u64, len: usize) -> u64 {
        if len == 0 {
            return 0;
        }
        let (first, last) = (offset / PAGE as u64, (offset + len as u64 - 1) / PAGE as u64);
        let present = self.pages.range(first..=last).count() as u64;
        (last - first + 1 - present) * PAGE as u64
    }

    /// Reads what there is from `offset` on.
    pub(super) fn read(&self, mut offset: u64, buffer: &mut [u8]) -> usize {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let len = buffer.len().min(left);
        let mut rest = &mut buffer[..len];
        while !rest.is_empty() {
            let (page, range) = part(offset, rest.len());
            let (now, later) = rest.split_at_mut(range.len());
            offset += now.len() as u64;
            match self.pages.get(&page) {
                Some(page) => now.copy_from_slice(&page[range]),
                None => now.fill(0),
            }
            rest = later;
        }
        len
    }

    /// Writes all of `bytes`; the caller has checked space and that the end is below 2^63.
    pub(super) fn write(&mut self, mut offset: u64, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let (page, range) = part(offset, rest.len());
            let (now, later) = rest.split_at(range.len());
            offset += now.len() as u64;
            let page = self.pages.entry(page).or_insert_with(|| Box::new([0; PAGE]));
            page[range].copy_from_slice(now);
            rest = later;
        }
        if !bytes.is_empty() {
            self.len = self.len.max(offset);
        }
    }

    /// Cuts it or makes a hole at its end.
    pub(super) fn set_len(&mut self, len: u64) {
        if len < self.len {
            let keep = len.div_ceil(PAGE as u64);
            drop(self.pages.split_off(&keep));
            if let Some(page) = self.pages.get_mut(&(len / PAGE as u64)) {
                page[in_page(len)..].fill(0);
            }
        }
        self.len = len;
    }

    /// The pages, each with its offset.
    pub(super) fn pages(&self) -> impl ExactSizeIterator<Item = (u64, &[u8; PAGE])> {
        self.pages.iter().map(|(number, page)| (number * PAGE as u64, &**page))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_read_as_zeros_and_take_no_space() {
        let mut content = Content::default();
        assert_eq!(content.space_to_write(10 * PAGE as u64 - 1, 2), 2 * PAGE as u64);
        content.write(10 * PAGE as u64 - 1, b"ab");
        assert_eq!((content.len(), content.space()), (10 * PAGE as u64 + 1, 2 * PAGE as u64));
        let mut bytes = [7; 4];
        assert_eq!(content.read(10 * PAGE as u64 - 3, &mut bytes), 4);
        assert_eq!(bytes, *b"\0\0ab");
        assert_eq!(content.read(10 * PAGE as u64, &mut bytes), 1);
        assert_eq!(content.read(u64::MAX, &mut bytes), 0);
    }

    #[test]
    fn what_is_cut_off_does_not_come_back() {
        let mut content = Content::default();
        content.write(0, &[1; 3 * PAGE]);
        content.set_len(PAGE as u64 + 1);
        content.set_len(2 * PAGE as u64);
        let mut bytes = [9; 2 * PAGE];
        assert_eq!(content.read(0, &mut bytes), 2 * PAGE);
        assert_eq!(bytes.iter().map(|&byte| usize::from(byte)).sum::<usize>(), PAGE + 1);
        content.set_len(0);
        assert_eq!(content.space(), 0);
    }
}
