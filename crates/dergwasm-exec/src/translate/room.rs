//! Room for what translation writes: a function that finds no memory is an error.
//!
//! Nothing is asked at each instruction that is not asked anyway. Up to a constant size the lists
//! grow on their own; beyond, room for many instructions is made at a time, before they need it.

use super::{MAX_OPERANDS, Translator};
use crate::Error;
use alloc::vec::Vec;
use dergwasm_store::StoreError;

/// How many words of code, and how many operands, are written before room is made for more.
pub(super) const STEP: usize = 4096;

/// How many there are before room is made for the first time: 64 KiB of code, which most functions
/// stay below.
const FIRST: usize = 2 * STEP;

/// How many items more there is room for than were asked for: one instruction can write as many.
const SLACK: usize = 4 * STEP;

/// How many blocks, labels or vectors come between two looks whether there is room for more.
const LOOK_EVERY: usize = 1024;

/// What room is made for.
const CODE: &str = "function's code";

/// Makes room for this number of items more.
pub(crate) fn make<T>(
    list: &mut Vec<T>,
    more: usize,
    kind: &'static str,
) -> Result<(), StoreError> {
    let bytes = (list.len() as u64 + more as u64).saturating_mul(size_of::<T>() as u64);
    list.try_reserve(more).map_err(|_| StoreError::OutOfMemory { kind, bytes })
}

/// Makes room for twice as many items as there are.
pub(crate) fn double<T>(list: &mut Vec<T>) -> Result<(), StoreError> {
    if list.capacity() - list.len() >= SLACK + STEP {
        return Ok(());
    }
    make(list, list.len().max(STEP) + SLACK, CODE)
}

/// A list of this length, with room for no more.
pub(crate) fn list<T>(count: usize, kind: &'static str) -> Result<Vec<T>, StoreError> {
    let mut list = Vec::new();
    let bytes = (count as u64).saturating_mul(size_of::<T>() as u64);
    list.try_reserve_exact(count).map_err(|_| StoreError::OutOfMemory { kind, bytes })?;
    Ok(list)
}

impl Translator<'_> {
    /// Begins a function with a body of so many bytes.
    pub(super) fn begin_room(&mut self, body: usize) -> Result<(), Error> {
        // What most code needs: growing by doubling would copy a large function several times.
        make(&mut self.code, body / 8 * 5, CODE)?;
        self.failure = None;
        self.room = FIRST;
        self.operand_room = STEP;
        self.wait_for_attention();
        Ok(())
    }

    /// Lets instructions be translated without [`attend`](Self::attend) until there is no more room.
    fn wait_for_attention(&mut self) {
        let attends = self.options.unfused || self.interrupt.is_some();
        self.attend_beyond = if attends { 0 } else { self.room.min(self.max_words) };
    }

    /// Makes room for the next instructions.
    pub(super) fn make_room(&mut self) -> Result<(), Error> {
        if let Some(error) = self.failure.take() {
            return Err(error);
        }
        if self.size() > self.room {
            double(&mut self.code)?;
            double(&mut self.offsets)?;
            double(&mut self.targets)?;
            self.side.maps.double()?;
            self.room = self.size() + STEP;
        }
        if self.stack.height() > self.operand_room {
            self.stack.double()?;
            self.operand_room = (self.stack.height() + STEP).min(MAX_OPERANDS);
        }
        if self.looks_at_lists {
            self.looks_at_lists = false;
            double(&mut self.labels)?;
            double(&mut self.controls)?;
            double(&mut self.vectors)?;
        }
        self.wait_for_attention();
        Ok(())
    }

    /// Before a block, label or vector is added, when there are so many: sees to it that there is
    /// room after this instruction.
    #[inline]
    pub(super) fn note_length(&mut self, len: usize) {
        if len % LOOK_EVERY == LOOK_EVERY - 1 {
            self.looks_at_lists = true;
            self.attend_beyond = 0;
        }
    }

    /// Makes room for an instruction that writes this number of words and labels; without room, the
    /// translation ends after the instruction, which is not to write them.
    pub(super) fn has_room_for(&mut self, words: usize) -> bool {
        let made = make(&mut self.code, words, CODE)
            .and_then(|()| make(&mut self.targets, words, CODE))
            .and_then(|()| make(&mut self.labels, words, CODE));
        if let Err(error) = made {
            self.fail(error.into());
            return false;
        }
        true
    }
}
