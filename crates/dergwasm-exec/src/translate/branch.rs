//! Labels and jumps.

use super::control::{Control, Kind};
use super::emit::{Copies, Negated, Source};
use super::numeric::{Operands, as_condition, operands};
use super::stack::Place;
use super::{Translator, narrow};
use crate::ir::forms::Loc;
use crate::ir::layout::{self, Layout};
use crate::ir::{Class, OpWord, Opcode, Shape, forms};
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
    /// How many words it has; the last is the target.
    const LEN: usize = {
        assert!(layout::Branch::AT.target.0 == layout::Branch::LEN - 1);
        layout::Branch::LEN
    };
    /// How many words may be before it in the loop.
    const MAX_BEFORE: usize = 8;
}

/// A label's number.
pub(super) type LabelId = usize;

/// A condition that a branch is about to test.
#[derive(Clone, Copy, Debug)]
pub(super) enum Condition {
    /// A comparison that was taken back: its opcode, its operands, and whether it is to hold.
    Fused(Opcode, Operands, bool),
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
            if !op.opcode.is_repeatable() {
                return;
            }
            before += op.len(|i| self.code[before + i]);
        }
        *test = Some(LoopTest { at, exit });
    }

    /// Emits a word that refers to the label.
    pub(super) fn refer(&mut self, label: LabelId) {
        let word = self.refer_from(self.code.len(), label);
        self.code.push(word);
    }

    /// What the word at `from` is to be that refers to the label.
    fn refer_from(&mut self, from: usize, label: LabelId) -> u64 {
        self.targets.push(narrow(from));
        match &mut self.labels[label] {
            Label::Bound(target, _) => *target,
            Label::Open(last) => core::mem::replace(last, from as u64),
        }
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
            self.custom(Opcode::Br, &[]);
            self.push_target(behind as u64);
        } else {
            let at = from + test.at - begin;
            self.code[at] = OpWord::decode(self.code[at]).negated().encode();
            self.push_target(behind as u64);
            self.custom(Opcode::Br, &[]);
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
            let layout::Binary { slot, other, .. } = Layout::decode(&self.code[at..]);
            let locs = forms::COMMUTATIVE.locs(op.form / 2);
            self.take_back(at, accs);
            return Condition::Fused(op.opcode, Operands { locs, slot, other }, holds);
        }
        Condition::Value(self.source_not_const(used))
    }

    /// Jumps to the label if the condition is true, or with `unless` if it is false.
    pub(super) fn branch(&mut self, condition: Condition, unless: bool, label: LabelId) {
        let (opcode, Operands { locs, mut slot, mut other }, holds) = match condition {
            Condition::Fused(opcode, operands, holds) => (opcode, operands, holds),
            Condition::Value(source) => (Opcode::I32Ne, operands(source, Source::Const(0)), true),
        };
        let unless = unless == holds;
        let steps =
            matches!(opcode.shape(), Shape::Compare { a: Class::I32 }) && locs.contains(&Loc::Acc);
        let (form, local) = if let Some(step) = steps.then(|| self.take_step()).flatten() {
            // The last instruction made what the accumulator is compared for.
            match locs[0] {
                Loc::Slot => other = Self::field(step.by),
                _ => slot = step.by,
            }
            (forms::compare(forms::Condition::StepBranch { unless }, locs), step.slot)
        } else if let Shape::Test { .. } = opcode.shape() {
            (forms::test(unless, locs), 0)
        } else {
            (forms::compare(forms::Condition::Branch { unless }, locs), 0)
        };
        let at = self.code.len();
        let target = self.refer_from(at + layout::Branch::AT.target.0, label);
        self.emit(opcode, form, layout::Branch { slot, local, other, target });
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
        let len = targets.len() as usize + 1;
        if !self.has_room_for(len) {
            self.reachable = false;
            return Ok(());
        }
        let count = i32::try_from(len).unwrap_or(i32::MAX);
        let operands = layout::TableBranch { index: index.slot(), count };
        self.emit(Opcode::BrTable, forms::UNARY.number([index.loc()]), operands);
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
