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

/// A value of the host.
pub(crate) type HostValue = Box<dyn Any + Send + Sync>;

/// The host values of a store, each at a number that a later one gets when it is collected.
#[derive(Default)]
pub(crate) struct HostValues {
    slots: Vec<Slot>,
    /// The first free slot.
    free: Option<u32>,
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
        if let Slot::Free { next } = mem::replace(slot, Slot::Used(value)) {
            self.free = next;
        }
        Ok(u64::from(number) * 4 + 2)
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
        for (number, slot) in (0..).zip(&mut self.slots) {
            if matches!(slot, Slot::Used(_)) && !marks.has(number as usize) {
                let value = mem::replace(slot, Slot::Free { next: self.free });
                self.free = Some(number);
                drop(value);
            }
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
