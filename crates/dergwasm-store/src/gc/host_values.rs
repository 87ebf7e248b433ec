//! Values of the host that guests hold references to.
//!
//! Knows nothing of what they are.

use crate::error::StoreError;
use alloc::{boxed::Box, vec::Vec};
use core::{any::Any, fmt, mem};

/// What errors call a host value.
const KIND: &str = "host value";

/// The largest number of host values: a reference holds a number of 30 bits.
const MAX_VALUES: usize = 1 << 30;

/// How many values are made at least between two collections.
const MIN_MADE: u64 = 1024;

/// How many bytes take about as long to look at as a value is worth waiting for: with a large heap a
/// collection waits for more values.
const BYTES_PER_VALUE: u64 = 8 << 10;

/// A value of the host.
pub(crate) type HostValue = Box<dyn Any + Send + Sync>;

/// The host values of a store, each at a number that a later one gets when it is collected.
#[derive(Default)]
pub(crate) struct HostValues {
    slots: Vec<Slot>,
    /// The first free slot.
    free: Option<u32>,
    /// How many were made since the last collection.
    made: u64,
    /// How many were alive after it.
    live: u64,
    /// How many bytes they take, as far as that is known.
    bytes: u64,
}

enum Slot {
    Used(HostValue),
    Free { next: Option<u32> },
}

/// Which host values a collection has reached.
#[derive(Debug, Default)]
pub(crate) struct HostMarks {
    bits: Vec<u64>,
}

impl HostMarks {
    #[inline(never)]
    pub(super) fn mark(&mut self, number: u32) {
        if let Some(bits) = self.bits.get_mut(number as usize / 64) {
            *bits |= 1 << (number % 64);
        }
    }

    fn has(&self, number: usize) -> bool {
        self.bits.get(number / 64).is_some_and(|bits| bits >> (number % 64) & 1 == 1)
    }
}

impl HostValues {
    /// Keeps a value and returns the reference to it.
    pub(crate) fn alloc(&mut self, value: HostValue) -> Result<u64, StoreError> {
        let number = match self.free {
            Some(number) => number,
            None => self.new_slot()?,
        };
        let slot = &mut self.slots[number as usize];
        self.bytes += Self::bytes_of(&*value);
        if let Slot::Free { next } = mem::replace(slot, Slot::Used(value)) {
            self.free = next;
        }
        self.made += 1;
        Ok(u64::from(number) * 4 + 2)
    }

    /// What a value takes: itself, and its place. What it points to is not known.
    pub(crate) fn bytes_of(value: &(dyn Any + Send + Sync)) -> u64 {
        (size_of_val(value) + size_of::<Slot>()) as u64
    }

    /// How many bytes all values take.
    pub(crate) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether so many were made since the last collection that it is time for one, which has to look
    /// at so many bytes.
    pub(crate) fn is_due(&self, work: u64) -> bool {
        self.made >= MIN_MADE.max(self.live).max(work / BYTES_PER_VALUE)
    }

    /// Whether a collection pays because there may be no more of them.
    pub(crate) fn is_due_when_full(&self, work: u64) -> bool {
        self.made >= self.live.max(work / BYTES_PER_VALUE) / 8
    }

    /// The number of a new free slot, while no other is free.
    fn new_slot(&mut self) -> Result<u32, StoreError> {
        let number = u32::try_from(self.slots.len()).ok().filter(|&n| (n as usize) < MAX_VALUES);
        let number = number.ok_or(StoreError::AddressesExhausted { kind: KIND })?;
        let bytes = size_of::<Slot>() as u64;
        self.slots.try_reserve(1).map_err(|_| StoreError::OutOfMemory { kind: KIND, bytes })?;
        self.slots.push(Slot::Free { next: None });
        Ok(number)
    }

    /// The value that a reference leads to, if it is one to a host value.
    pub(crate) fn get(&self, word: u64) -> Option<&(dyn Any + Send + Sync)> {
        match self.slots.get(number(word)?)? {
            Slot::Used(value) => Some(&**value),
            Slot::Free { .. } => None,
        }
    }

    /// As [`HostValues::get`], to change the value.
    pub(crate) fn get_mut(&mut self, word: u64) -> Option<&mut (dyn Any + Send + Sync)> {
        match self.slots.get_mut(number(word)?)? {
            Slot::Used(value) => Some(&mut **value),
            Slot::Free { .. } => None,
        }
    }

    /// No marks, with room for all values; or `None` if there is no memory.
    pub(crate) fn no_marks(&self) -> Option<HostMarks> {
        let mut bits = Vec::new();
        let len = self.slots.len().div_ceil(64);
        bits.try_reserve_exact(len).ok()?;
        bits.resize(len, 0);
        Some(HostMarks { bits })
    }

    /// Drops the values without marks.
    pub(crate) fn sweep(&mut self, marks: &HostMarks) {
        (self.made, self.live) = (0, 0);
        for (number, slot) in (0..).zip(&mut self.slots) {
            let Slot::Used(value) = slot else { continue };
            if marks.has(number as usize) {
                self.live += 1;
                continue;
            }
            self.bytes -= Self::bytes_of(&**value);
            let value = mem::replace(slot, Slot::Free { next: self.free });
            self.free = Some(number);
            drop(value);
        }
    }
}

/// The number in a reference to a host value.
fn number(word: u64) -> Option<usize> {
    let word = u32::try_from(word).ok()?;
    (word % 4 == 2).then_some(word as usize / 4)
}

impl fmt::Debug for HostValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HostValues").field("slots", &self.slots.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unmarked_values_are_dropped_and_their_numbers_reused() {
        let mut values = HostValues::default();
        let words: Vec<_> = (0..200u32).map(|i| values.alloc(Box::new(i)).unwrap()).collect();
        assert!(words.iter().all(|word| word % 4 == 2));
        let mut marks = values.no_marks().unwrap();
        marks.mark(u32::MAX);
        (0..200).step_by(2).for_each(|number| marks.mark(number));
        values.sweep(&marks);
        for (i, &word) in (0u32..).zip(&words) {
            let value = values.get(word).and_then(|value| value.downcast_ref::<u32>());
            assert_eq!(value, (i % 2 == 0).then_some(&i));
        }
        for _ in 0..100 {
            let word = values.alloc(Box::new("new")).unwrap();
            assert!(words.contains(&word));
            assert!(values.get_mut(word).unwrap().is::<&str>());
        }
        assert_eq!(values.alloc(Box::new(0u8)), Ok(802));
        for word in [0, 1, 3, 4, 806, u64::MAX, (1 << 32) + 2] {
            assert!(values.get(word).is_none() && values.get_mut(word).is_none());
        }
    }
}
