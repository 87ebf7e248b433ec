//! Which bytes of the heap are taken: a bit for each 8 bytes, a word for each line.
//!
//! A collection clears all words and sets the bits of what it reaches; allocation sets whole words.
//! A line is free while its word is 0.

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

    /// Sets the bit of a granule and returns whether it was clear; false where no granule is.
    #[inline]
    pub(super) fn mark(&mut self, granule: usize) -> bool {
        let Some(word) = self.lines.get_mut(granule / PER_LINE) else { return false };
        let bit = 1 << (granule % PER_LINE);
        let clear = *word & bit == 0;
        *word |= bit;
        clear
    }

    /// Sets the bits of `len` granules, as far as there are as many.
    #[inline]
    pub(super) fn mark_all(&mut self, granule: usize, len: usize) {
        let (line, bit) = (granule / PER_LINE, granule % PER_LINE);
        if bit + len <= PER_LINE {
            if let Some(word) = self.lines.get_mut(line) {
                *word |= ones(len) << bit;
            }
        } else {
            self.mark_lines(granule, len);
        }
    }

    fn mark_lines(&mut self, granule: usize, len: usize) {
        let end = granule.saturating_add(len).min(self.lines.len() * PER_LINE);
        if granule >= end {
            return;
        }
        let (first, last) = (granule / PER_LINE, (end - 1) / PER_LINE);
        let from_start = u32::MAX << (granule % PER_LINE);
        let to_end = ones((end - 1) % PER_LINE + 1);
        if first == last {
            self.lines[first] |= from_start & to_end;
        } else {
            self.lines[first] |= from_start;
            self.lines[first + 1..last].fill(u32::MAX);
            self.lines[last] |= to_end;
        }
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

/// The lowest `len` bits, at most 32.
const fn ones(len: usize) -> u32 {
    if len == 0 { 0 } else { u32::MAX >> (PER_LINE - len) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_of_an_object_are_set_wherever_it_lies() {
        for start in 32..100 {
            for len in 1..100 {
                let mut marks = Marks::default();
                assert!(marks.grow(6));
                marks.mark_all(start, len);
                for granule in 32..6 * PER_LINE {
                    let set = !marks.mark(granule);
                    assert_eq!(set, (start..start + len).contains(&granule), "{start} {len}");
                }
            }
        }
    }

    #[test]
    fn what_is_outside_is_ignored() {
        let mut marks = Marks::default();
        assert!(!marks.mark(0));
        marks.mark_all(5, 3);
        assert!(marks.grow(2));
        assert!(!marks.mark(64) && !marks.mark(usize::MAX));
        marks.mark_all(63, usize::MAX - 70);
        marks.mark_all(1 << 40, 1);
        marks.mark_all(1 << 40, 100);
        assert!(!marks.mark(63) && marks.mark(62));
    }

    #[test]
    fn free_lines_are_found_in_rows() {
        let free = |marks: &Marks| (0..10).filter(|&i| marks.free_line(i, i + 1).is_some()).count();
        let mut marks = Marks::default();
        assert!(marks.grow(10));
        marks.take(3..4);
        marks.mark(7 * PER_LINE + 9);
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
