//! Which lines of the heap are taken: a word for each, a bit for each 8 bytes.
//!
//! A collection clears all words and sets the bit where an object begins that it reaches, and some
//! bit in each line that the object goes on in; allocation sets whole words. A line is free while
//! its word is 0.

use alloc::vec::Vec;
use core::ops::Range;

/// The bytes of a line.
pub(super) const LINE: usize = 256;

/// The bytes of a granule, the unit of objects' places and sizes.
pub(super) const GRANULE: usize = 8;

/// The granules of a line: the bits of its word.
const PER_LINE: usize = LINE / GRANULE;

/// Line 0 is never free, so that no object is where null points.
const NULL_LINE: u32 = u32::MAX;

/// The words of all lines.
#[derive(Debug, Default)]
pub(super) struct Marks {
    lines: Vec<u32>,
}

impl Marks {
    /// How many lines there are.
    pub(super) const fn len(&self) -> usize {
        self.lines.len()
    }

    /// Adds free lines up to the number of `lines`, or returns false.
    pub(super) fn grow(&mut self, lines: usize) -> bool {
        let additional = lines.saturating_sub(self.lines.len());
        if self.lines.try_reserve(additional).is_err() {
            return false;
        }
        self.lines.resize(self.lines.len() + additional, 0);
        if let Some(first) = self.lines.first_mut() {
            *first = NULL_LINE;
        }
        true
    }

    /// Frees all lines but that of null.
    pub(super) fn clear(&mut self) {
        self.lines.fill(0);
        if let Some(first) = self.lines.first_mut() {
            *first = NULL_LINE;
        }
    }

    /// Takes all of these lines.
    pub(super) fn take(&mut self, lines: Range<usize>) {
        self.lines[lines].fill(u32::MAX);
    }

    /// Whether an object that begins with this granule was reached.
    pub(super) fn is_taken(&self, granule: usize) -> bool {
        let word = self.lines.get(granule / PER_LINE);
        word.is_some_and(|word| word >> (granule % PER_LINE) & 1 == 1)
    }

    /// The bits, to set them.
    pub(super) const fn bits(&mut self) -> MarkBits<'_> {
        MarkBits(self.lines.as_mut_slice())
    }

    /// The first free line from `from` on and before `end`.
    pub(super) fn free_line(&self, from: usize, end: usize) -> Option<usize> {
        let lines = self.lines.get(from..end)?;
        Some(from + lines.iter().position(|&word| word == 0)?)
    }

    /// How many lines from the free line `first` on are free, at most `most`, before `end`.
    pub(super) fn free_len(&self, first: usize, most: usize, end: usize) -> usize {
        let lines = &self.lines[first..end.min(first.saturating_add(most))];
        lines.iter().position(|&word| word != 0).unwrap_or(lines.len())
    }

    /// The first `len` free lines in a row from `from` on and before `end`.
    pub(super) fn free_lines(&self, mut from: usize, len: usize, end: usize) -> Option<usize> {
        loop {
            from = self.free_line(from, end)?;
            let free = self.free_len(from, len, end);
            if free == len {
                return Some(from);
            }
            from += free;
        }
    }
}

/// The bits of all granules, for a marker.
#[derive(Debug)]
pub(super) struct MarkBits<'a>(&'a mut [u32]);

impl MarkBits<'_> {
    pub(super) const fn reborrow(&mut self) -> MarkBits<'_> {
        MarkBits(self.0)
    }

    /// Sets the bit of a granule and returns whether it was clear; nothing where no granule is.
    /// Without branches but one that is never taken: which bits are set is random.
    #[inline]
    pub(super) fn mark(&mut self, granule: u32) -> Option<bool> {
        let word = self.0.get_mut(granule as usize / PER_LINE)?;
        let before = *word;
        *word = before | 1 << (granule % u32::BITS);
        Some(before >> (granule % u32::BITS) & 1 == 0)
    }

    /// Keeps the line behind that of granule `first` from being free, if the object that begins
    /// there and is not larger than a line ends in it.
    #[inline]
    pub(super) fn mark_end(&mut self, first: u32, granules: u32) {
        if first % u32::BITS + granules > u32::BITS {
            // Where the next line begins no other object can.
            self.mark((first | (u32::BITS - 1)).saturating_add(1));
        }
    }

    /// Sets the bits of `len` granules, as far as there are as many.
    pub(super) fn mark_all(&mut self, granule: usize, len: usize) {
        let end = granule.saturating_add(len).min(self.0.len() * PER_LINE);
        if granule >= end {
            return;
        }
        let (first, last) = (granule / PER_LINE, (end - 1) / PER_LINE);
        let from_start = u32::MAX << (granule % PER_LINE);
        let to_end = ones((end - 1) % PER_LINE + 1);
        if first == last {
            self.0[first] |= from_start & to_end;
        } else {
            self.0[first] |= from_start;
            self.0[first + 1..last].fill(u32::MAX);
            self.0[last] |= to_end;
        }
    }
}

/// The lowest `len` bits, at most 32.
const fn ones(len: usize) -> u32 {
    if len == 0 { 0 } else { u32::MAX >> (PER_LINE - len) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_an_object_are_taken_wherever_it_lies() {
        for start in 33..100_u32 {
            for len in 1..100 {
                let mut marks = Marks::default();
                assert!(marks.grow(8));
                let mut bits = marks.bits();
                assert_eq!(bits.mark(start), Some(true));
                if len <= 32 && start % 2 == 0 {
                    bits.mark_end(start, len);
                } else {
                    bits.mark_all(start as usize, len as usize);
                }
                let (first, last) = (start / 32, (start + len - 1) / 32);
                for line in 1..8 {
                    let free = marks.free_line(line as usize, line as usize + 1).is_some();
                    assert_eq!(free, !(first..=last).contains(&line), "{start} {len} {line}");
                }
                assert!(marks.is_taken(start as usize), "{start} {len}");
                let next = (start + len) as usize;
                assert!(!marks.is_taken(next) && !marks.is_taken(start as usize - 1));
            }
        }
    }

    #[test]
    fn what_is_outside_is_ignored() {
        let mut marks = Marks::default();
        assert_eq!(marks.bits().mark(0), None);
        marks.bits().mark_all(5, 3);
        assert!(marks.grow(2));
        assert_eq!((marks.bits().mark(64), marks.bits().mark(u32::MAX)), (None, None));
        marks.bits().mark_end(63, 32);
        marks.bits().mark_end(u32::MAX, 32);
        marks.bits().mark_all(63, usize::MAX - 70);
        marks.bits().mark_all(1 << 40, 1);
        marks.bits().mark_all(1 << 40, 100);
        assert_eq!(marks.bits().mark(63), Some(false));
        assert_eq!((marks.bits().mark(62), marks.bits().mark(62)), (Some(true), Some(false)));
    }

    #[test]
    fn free_lines_are_found_in_rows() {
        let free = |marks: &Marks| (0..10).filter(|&i| marks.free_line(i, i + 1).is_some()).count();
        let mut marks = Marks::default();
        assert!(marks.grow(10));
        marks.take(3..4);
        marks.bits().mark(7 * 32 + 9);
        assert_eq!(marks.free_line(0, 10), Some(1));
        assert_eq!((marks.free_len(1, 9, 10), marks.free_len(8, 9, 10)), (2, 2));
        assert_eq!(marks.free_len(4, 2, 10), 2);
        assert_eq!(marks.free_lines(0, 3, 10), Some(4));
        assert_eq!(marks.free_lines(0, 4, 10), None);
        assert_eq!(marks.free_lines(5, 2, 7), Some(5));
        assert_eq!(marks.free_lines(6, 2, 7), None);
        assert_eq!(free(&marks), 7);
        marks.clear();
        assert_eq!(free(&marks), 9);
    }
}
