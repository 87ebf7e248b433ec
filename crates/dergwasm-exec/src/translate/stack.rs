//! The operand stack as translation sees it: where each operand is, without moving it there.
//!
//! An operand is in its canonical slot, or is a copy of a local or a constant that was not moved
//! yet. Operands that copy the same local are linked, so that a write to the local finds them.

use super::lists::bytes;
use super::room;
use crate::ir::Class;
use alloc::vec::Vec;
use dergwasm_store::StoreError;

/// No operand: the end of a chain of copies.
const NONE: u32 = u32::MAX;

/// Where an operand is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In the canonical slot of its height.
    Slot,
    /// In a local.
    Local(u32),
    /// In the code; a vector is an index of the function's constant vectors.
    Const(u64),
}

#[derive(Clone, Copy, Debug)]
struct Operand {
    class: Class,
    place: Place,
    /// For a copy of a local: the next lower operand that copies it.
    next: u32,
}

/// The operand stack.
#[derive(Debug, Default)]
pub(super) struct Stack {
    operands: Vec<Operand>,
    /// For each local, the highest operand that copies it. Can be longer than there are locals.
    copies: Vec<u32>,
    /// Below this height no operand copies a local.
    settled: usize,
    /// The greatest height so far.
    highest: usize,
    /// The heights of references to objects and host values, lowest first.
    refs: Vec<u32>,
}

impl Stack {
    /// An empty stack with room for so many operands.
    pub(super) fn with_capacity(operands: usize) -> Self {
        Self { operands: Vec::with_capacity(operands), ..Self::default() }
    }

    /// How much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        bytes(&self.operands) + bytes(&self.copies) + bytes(&self.refs)
    }

    /// Empties the stack, for a function with so many parameters and locals.
    pub(super) fn reset(&mut self, locals: usize) {
        // Only what the function before has left is cleared: there can be many locals.
        for operand in self.operands.drain(..) {
            if let Place::Local(local) = operand.place {
                self.copies[local as usize] = NONE;
            }
        }
        if self.copies.len() < locals {
            self.copies.resize(locals, NONE);
        }
        self.settled = 0;
        self.highest = 0;
        self.refs.clear();
    }

    /// Makes room for more operands.
    pub(super) fn double(&mut self) -> Result<(), StoreError> {
        room::double(&mut self.operands)?;
        room::double(&mut self.refs)
    }

    pub(super) fn height(&self) -> usize {
        self.operands.len()
    }

    pub(super) fn highest(&self) -> usize {
        self.highest
    }

    /// Pushes an operand wherever it is.
    pub(super) fn push(&mut self, class: Class, place: Place) {
        match place {
            Place::Slot => self.push_slot(class),
            Place::Local(local) => self.push_local(class, local),
            Place::Const(bits) => self.push_const(class, bits),
        }
    }

    /// Pushes an operand that is in its slot.
    pub(super) fn push_slot(&mut self, class: Class) {
        self.push_linked(Operand { class, place: Place::Slot, next: NONE });
    }

    /// Pushes a copy of a local.
    pub(super) fn push_local(&mut self, class: Class, local: u32) {
        let height = u32::try_from(self.operands.len()).unwrap_or(NONE);
        let next = core::mem::replace(&mut self.copies[local as usize], height);
        self.push_linked(Operand { class, place: Place::Local(local), next });
    }

    /// Pushes a constant.
    pub(super) fn push_const(&mut self, class: Class, bits: u64) {
        self.push_linked(Operand { class, place: Place::Const(bits), next: NONE });
    }

    #[inline(always)]
    fn push_linked(&mut self, operand: Operand) {
        if operand.class == Class::Ref {
            self.refs.push(u32::try_from(self.operands.len()).unwrap_or(NONE));
        }
        self.operands.push(operand);
        self.highest = self.highest.max(self.operands.len());
    }

    /// Takes the top operand; validated code never underflows.
    #[inline]
    pub(super) fn pop(&mut self) -> (Class, Place) {
        let Some(Operand { class, place, next }) = self.operands.pop() else {
            return (Class::I64, Place::Const(0));
        };
        if let Place::Local(local) = place {
            self.copies[local as usize] = next;
        }
        if class == Class::Ref {
            self.refs.pop();
        }
        self.settled = self.settled.min(self.operands.len());
        (class, place)
    }

    pub(super) fn get(&self, height: usize) -> (Class, Place) {
        self.operands
            .get(height)
            .map_or((Class::I64, Place::Const(0)), |operand| (operand.class, operand.place))
    }

    /// The heights of references to objects and host values that are in their slots.
    pub(super) fn refs(&self) -> impl Iterator<Item = u32> {
        let in_slot = |height: &u32| self.operands[*height as usize].place == Place::Slot;
        self.refs.iter().copied().filter(in_slot)
    }

    pub(super) fn truncate(&mut self, height: usize) {
        while self.operands.len() > height {
            self.pop();
        }
    }

    /// Whether an operand copies the local.
    pub(super) fn is_copied(&self, local: u32) -> bool {
        self.copies[local as usize] != NONE
    }

    /// Marks the highest operand that copies a local as moved to its slot, if there is one.
    pub(super) fn settle_copy(&mut self, local: u32) -> Option<(usize, Class)> {
        let height = self.copies[local as usize] as usize;
        let operand = self.operands.get_mut(height)?;
        operand.place = Place::Slot;
        self.copies[local as usize] = operand.next;
        Some((height, operand.class))
    }

    /// Marks the lowest operand that copies a local as moved to its slot, if there is one, where all
    /// are going to be.
    pub(super) fn settle_lowest(&mut self) -> Option<(usize, Class, u32)> {
        while let Some(operand) = self.operands.get_mut(self.settled) {
            let height = self.settled;
            self.settled += 1;
            if let Place::Local(local) = operand.place {
                operand.place = Place::Slot;
                self.copies[local as usize] = NONE;
                return Some((height, operand.class, local));
            }
        }
        None
    }

    /// Marks the operand as moved to its slot; it must be the highest that copies its local.
    pub(super) fn settle(&mut self, height: usize) {
        let Some(operand) = self.operands.get(height).copied() else { return };
        if let Place::Local(local) = operand.place {
            // Operands above that copy the same local stay linked past this one.
            let mut link = self.copies[local as usize];
            if link as usize == height {
                self.copies[local as usize] = operand.next;
            } else {
                while link != NONE {
                    let above = &mut self.operands[link as usize];
                    if above.next as usize == height {
                        above.next = operand.next;
                        break;
                    }
                    link = above.next;
                }
            }
        }
        self.operands[height].place = Place::Slot;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_to_a_local_finds_its_copies() {
        let mut stack = Stack::default();
        stack.reset(2);
        for place in [Place::Local(0), Place::Local(1), Place::Local(0), Place::Const(7)] {
            stack.push(Class::I32, place);
        }
        let moved = core::iter::from_fn(|| Some(stack.settle_copy(0)?.0));
        assert!(moved.eq([2, 0]));
        assert_eq!(stack.get(0).1, Place::Slot);
        assert_eq!(stack.get(1).1, Place::Local(1));
        assert!(!stack.is_copied(0));
        assert!(stack.is_copied(1));
    }

    #[test]
    fn settling_one_keeps_the_chain() {
        let mut stack = Stack::default();
        stack.reset(1);
        for _ in 0..3 {
            stack.push(Class::I32, Place::Local(0));
        }
        stack.settle(1);
        let moved = core::iter::from_fn(|| Some(stack.settle_copy(0)?.0));
        assert!(moved.eq([2, 0]));
    }
}
