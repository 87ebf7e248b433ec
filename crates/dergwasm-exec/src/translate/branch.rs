//! Labels and jumps.

use super::control::{Control, Kind};
use super::emit::{Copies, Negated, Source};
use super::numeric::{as_condition, operands};
use super::stack::Place;
use super::{Translator, narrow};
use crate::ir::{Class, OpWord, Opcode, Pair, Shape, forms};
use alloc::collections::BTreeMap;
use wasmparser::BrTable;

/// No reference: the end of a chain.
const NONE: u64 = u64::MAX;

/// A place in the code that may not be known yet.
#[derive(Clone, Copy, Debug)]
pub(super) enum Label {
    /// Not known: the last word that refers to it, which refers to the one before.
    Open(u64),
    /// The index of the word, and if a loop begins there, how it first tests whether to go on.
    Bound(u64, Option<LoopTest>),
}

/// A conditional branch that a loop begins with, or has right behind some calculations.
#[derive(Clone, Copy, Debug)]
pub(super) struct LoopTest {
    /// Where it is.
    at: usize,
    /// Where it leads.
    exit: LabelId,
}

impl LoopTest {
    /// How many words it has.
    const LEN: usize = 4;
    /// How many words may be before it in the loop.
    const MAX_BEFORE: usize = 8;
}

/// A label's number.
pub(super) type LabelId = usize;

/// A condition that a branch is about to test.
#[derive(Clone, Copy, Debug)]
pub(super) enum Condition {
    /// A comparison that was taken back: its opcode, form, second and third word, and whether it is
    /// to hold.
    Fused(OpWord, Pair, u64, bool),
    /// A truth value.
    Value(Source),
}

impl Translator<'_> {
    pub(super) fn new_label(&mut self) -> LabelId {
        self.note_length(self.labels.len());
        self.labels.push(Label::Open(NONE));
        self.labels.len() - 1
    }

    /// Whether a jump to the label was emitted.
    pub(super) fn is_used(&self, label: LabelId) -> bool {
        !matches!(self.labels[label], Label::Open(NONE))
    }

    /// Puts the label here.
    pub(super) fn bind(&mut self, label: LabelId) {
        let here = self.code.len() as u64;
        if let Label::Open(mut at) = self.labels[label] {
            while at != NONE {
                at = core::mem::replace(&mut self.code[at as usize], here);
            }
        }
        self.labels[label] = Label::Bound(here, None);
        self.header = None;
        self.forget_accumulators();
    }

    /// Puts the label of a loop here.
    pub(super) fn bind_loop(&mut self, label: LabelId) {
        self.bind(label);
        self.header = Some(label);
    }

    /// Keeps the conditional branch at `at` for the jumps back to the loop, if it is among what the
    /// loop begins with.
    fn note_test(&mut self, at: usize, exit: LabelId) {
        let Some(header) = self.header.take() else { return };
        let Label::Bound(begin, test) = &mut self.labels[header] else { return };
        let mut before = *begin as usize;
        if at - before > LoopTest::MAX_BEFORE {
            return;
        }
        while before < at {
            let op = OpWord::decode(self.code[before]);
            let may_be_repeated = match op.opcode.shape() {
                Shape::Unary { .. }
                | Shape::Binary { .. }
                | Shape::Compare { .. }
                | Shape::Load { .. }
                | Shape::Copy { .. }
                | Shape::GlobalGet { .. }
                | Shape::Fused { .. } => true,
                _ => matches!(op.opcode, Opcode::CopyTwo | Opcode::CopyThree | Opcode::CopyFour),
            };
            if !may_be_repeated {
                return;
            }
            before += op.len(|i| self.code[before + i]);
        }
        *test = Some(LoopTest { at, exit });
    }

    /// Emits a word that refers to the label.
    pub(super) fn refer(&mut self, label: LabelId) {
        let here = self.code.len() as u64;
        let word = match &mut self.labels[label] {
            Label::Bound(target, _) => *target,
            Label::Open(last) => core::mem::replace(last, here),
        };
        self.push_target(word);
    }

    fn push_target(&mut self, word: u64) {
        self.targets.push(narrow(self.code.len()));
        self.code.push(word);
    }

    pub(super) fn jump(&mut self, label: LabelId) {
        if let Label::Bound(begin, Some(test)) = self.labels[label] {
            return self.test_again(begin as usize, test);
        }
        match self.take_copies() {
            Copies::None => self.custom(Opcode::Br, &[]),
            Copies::One(fields) => self.custom(Opcode::BrCopy, &fields),
            Copies::Two(fields) => self.custom(Opcode::BrCopyTwo, &fields),
        };
        self.refer(label);
    }

    /// Emits what a loop begins with up to its first test once more, instead of a jump to it: if
    /// the loop goes on, it does so behind the test. Accumulators hold there what they did.
    fn test_again(&mut self, begin: usize, test: LoopTest) {
        let (from, behind) = (self.code.len(), test.at + LoopTest::LEN);
        let first = self.offsets.partition_point(|&(word, _)| (word as usize) < begin);
        let end = self.offsets.partition_point(|&(word, _)| (word as usize) < behind);
        for i in first..end {
            let (word, offset) = self.offsets[i];
            self.offsets.push((word + narrow(from - begin), offset));
        }
        self.code.extend_from_within(begin..behind);
        self.code.pop();
        self.last = None;
        // A test that leads further into the loop keeps its sense.
        if matches!(self.labels[test.exit], Label::Bound(exit, _) if exit as usize > test.at) {
            self.refer(test.exit);
            self.emit(Opcode::Br, 0);
            self.push_target(behind as u64);
        } else {
            let at = from + test.at - begin;
            self.code[at] = OpWord::decode(self.code[at]).negated().encode();
            self.push_target(behind as u64);
            self.emit(Opcode::Br, 0);
            self.refer(test.exit);
        }
    }

    /// Pops a condition; takes a comparison that made it back.
    pub(super) fn pop_condition(&mut self) -> Condition {
        let last = self.last;
        let used = self.pop();
        if let Some(last) = last
            && last.made(used)
            && let Some(op) = as_condition(last.op)
        {
            let (at, op, accs, holds) = match self.negated.filter(|_| last.negates) {
                Some(Negated { at, op, accs_before }) => (at, op, accs_before, false),
                None => (last.at, op, last.accs_before, true),
            };
            let pair = Pair::decode(self.code[at + 1]);
            let third = self.code[at + 2];
            self.take_back(at, accs);
            return Condition::Fused(op, pair, third, holds);
        }
        Condition::Value(self.source_not_const(used))
    }

    /// Jumps to the label if the condition is true, or with `unless` if it is false.
    pub(super) fn branch(&mut self, condition: Condition, unless: bool, label: LabelId) {
        let (opcode, form, first, mut third, holds) = match condition {
            Condition::Fused(op, Pair(first, _), third, holds) => {
                (op.opcode, op.form & !forms::TO_ACC, first, third, holds)
            }
            Condition::Value(source) => {
                let (form, first, third) = operands(source, Source::Const(0));
                (Opcode::I32Ne, form, first, third, true)
            }
        };
        let negated = unless == holds;
        let steps = matches!(opcode.shape(), Shape::Compare { a: Class::I32 })
            && matches!(form, forms::SA | forms::AK);
        let at = if let Some(step) = steps.then(|| self.take_step()).flatten() {
            // The last instruction made what the accumulator is compared for.
            let base = if negated { forms::STEP_BRANCH_UNLESS } else { forms::STEP_BRANCH_IF };
            let by = i64::from(step.by).cast_unsigned();
            let (form, first) = if form == forms::SA {
                third = by;
                (base, first)
            } else {
                (base + 1, step.by)
            };
            self.emit_pair(opcode, form, first, step.slot)
        } else {
            let base = if negated { forms::BRANCH_UNLESS } else { forms::BRANCH_IF };
            let tests = matches!(opcode.shape(), Shape::Test { .. });
            let base = if tests { base - forms::BRANCH_IF } else { base };
            self.emit_pair(opcode, base + form / 2, first, 0)
        };
        self.code.push(third);
        self.refer(label);
        self.note_test(at, label);
        // Branches do not write accumulators, but what they held may be on the other path only.
        self.last = None;
    }

    /// The block a branch of this depth leaves or repeats.
    pub(super) fn target(&self, depth: u32) -> Control {
        self.controls[self.controls.len() - 1 - depth as usize]
    }

    /// Whether the operands a branch carries are where its target expects them.
    fn in_place(&self, target: &Control) -> bool {
        let count = target.branch_operands();
        let height = self.stack.height();
        count == 0
            || height - count == target.height
                && (target.height..height).all(|h| self.stack.get(h).1 == Place::Slot)
    }

    /// Moves the operands a branch carries to where its target expects them, and jumps there.
    pub(super) fn leave_to(&mut self, target: &Control) {
        if target.kind == Kind::Function {
            return self.return_top();
        }
        self.carry(target);
        self.jump(target.label);
    }

    pub(super) fn carry(&mut self, target: &Control) {
        let count = target.branch_operands();
        let from = self.stack.height() - count;
        for i in 0..count {
            let (class, place) = self.stack.get(from + i);
            let source = match place {
                Place::Slot => Source::Slot(self.layout.operand(narrow(from + i))),
                Place::Local(local) => Source::Slot(self.layout.local(local)),
                Place::Const(bits) => Source::Const(bits),
            };
            // Upwards: no move overwrites an operand that is still to be moved.
            self.copy(class, source, self.layout.operand(narrow(target.height + i)));
        }
    }

    pub(super) fn br(&mut self, depth: u32) {
        let target = self.target(depth);
        if target.kind == Kind::Function {
            return self.return_();
        }
        self.leave_to(&target);
        self.reachable = false;
    }

    pub(super) fn br_if(&mut self, depth: u32) {
        let condition = self.pop_condition();
        self.branch_to(depth, |this, unless, label| this.branch(condition, unless, label));
    }

    /// Branches out of blocks on a condition: `jump` emits a jump to a label that is taken if it
    /// holds, or if told so unless it does.
    pub(super) fn branch_to(&mut self, depth: u32, jump: impl FnOnce(&mut Self, bool, LabelId)) {
        let target = self.target(depth);
        if target.branch_operands() > 0 {
            // The target reads the operands from their slots.
            self.keep_slots();
        }
        if target.kind != Kind::Function && self.in_place(&target) {
            jump(self, false, target.label);
            return;
        }
        let past = self.new_label();
        jump(self, true, past);
        // The moves are on the path of the jump only: what holds after them does not hold here.
        let accs = self.accumulators();
        self.leave_to(&target);
        self.bind(past);
        self.restore_accumulators(accs);
    }

    pub(super) fn br_table(
        &mut self,
        targets: &BrTable<'_>,
    ) -> Result<(), wasmparser::BinaryReaderError> {
        let index = self.pop();
        let index = self.source_not_const(index);
        let (form, slot) = match index {
            Source::Slot(slot) => (forms::S, slot),
            _ => (forms::A, 0),
        };
        let len = targets.len() as usize + 1;
        if !self.has_room_for(len) {
            self.reachable = false;
            return Ok(());
        }
        let count = i32::try_from(len).unwrap_or(i32::MAX);
        self.emit_pair(Opcode::BrTable, form, slot, count);
        // Targets that need moves or a return are reached through a detour behind the table.
        let mut detours = BTreeMap::new();
        let default = core::iter::once(Ok(targets.default()));
        for (i, depth) in targets.targets().chain(default).enumerate() {
            let depth = depth?;
            if i % super::LOOK_EVERY == 0 && self.is_interrupted() {
                // The translation ends after this instruction.
                self.until_look = 0;
                break;
            }
            let target = self.target(depth);
            let label = if target.kind != Kind::Function && self.in_place(&target) {
                target.label
            } else if let Some(&label) = detours.get(&depth) {
                label
            } else {
                let label = self.new_label();
                detours.insert(depth, label);
                label
            };
            self.refer(label);
        }
        for (depth, label) in detours {
            self.bind(label);
            let target = self.target(depth);
            self.leave_to(&target);
            if self.is_too_long() {
                // The function is refused after this instruction.
                break;
            }
        }
        self.reachable = false;
        Ok(())
    }
}
