//! What code executes, counted instruction after instruction; only in builds with the feature
//! `statistics`, whose loop of dispatch tells of every one.

use crate::ir::{OpWord, Opcode};
use std::cell::RefCell;
use std::collections::HashMap;

/// What an instruction does, and the number of the form that says where its operands are.
pub type Step = (Opcode, u8);

/// An instruction and up to two before it, executed one after another as they stand in code.
type Steps = [Option<Step>; 3];

std::thread_local! {
    static COUNTS: RefCell<HashMap<Steps, u64>> = RefCell::default();
}

/// What this thread executed since the last call: how often each instruction came after which two.
///
/// Where code jumped to the instruction, or to the one before it, the two or the first are `None`.
#[must_use]
pub fn executed() -> HashMap<[Option<Step>; 3], u64> {
    COUNTS.take()
}

/// The last instructions of a run.
#[derive(Debug, Default)]
pub(crate) struct Trail {
    last: [Option<Step>; 2],
    /// Where code goes on without a jump.
    next: usize,
}

impl Trail {
    /// Counts the instruction at `at`, behind which the next begins at `next`.
    pub(crate) fn step(&mut self, op: OpWord, at: usize, next: usize) {
        if at != self.next {
            self.last = [None; 2];
        }
        let [before, last] = self.last;
        let this = Some((op.opcode, op.form));
        COUNTS.with_borrow_mut(|counts| *counts.entry([before, last, this]).or_default() += 1);
        *self = Self { last: [last, this], next };
    }
}
