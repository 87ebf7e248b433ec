//! Instructions with a shape, and constants.

use super::Translator;
use super::emit::{Dst, Negated, Source, Used};
use super::stack::Place;
use crate::ir::forms::{Condition, Loc, To};
use crate::ir::{Class, OpWord, Opcode, Shape, forms, layout};
use wasmparser::Operator;

impl Translator<'_> {
    /// Translates an instruction that the table gives a shape.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn shaped(&mut self, opcode: Opcode, operator: &Operator<'_>) {
        match opcode.shape() {
            Shape::Unary { .. } if opcode == Opcode::I32Eqz => self.is_zero(Opcode::I32Eq),
            Shape::Unary { .. } if opcode == Opcode::I64Eqz => self.is_zero(Opcode::I64Eq),
            Shape::Unary { r, .. } => self.unary(opcode, r),
            Shape::Binary { r, commutative, .. } => self.binary(opcode, r, commutative),
            Shape::Compare { .. } => self.compare(opcode),
            Shape::Wide => self.wide(opcode),
            Shape::Widening => self.widening(opcode),
            Shape::Load { r } => self.load(opcode, r, operator),
            Shape::Atomic { operands, r } => self.atomic(opcode, operands, r, operator),
            Shape::Store { v } => self.store(opcode, v, operator),
            _ => self.vector(opcode, operator),
        }
    }

    /// Pushes a constant.
    pub(super) fn constant(&mut self, class: Class, bits: u64) {
        self.stack.push_const(class, bits);
    }

    /// Compares the top operand with zero, so that a branch can be fused with it.
    pub(super) fn is_zero(&mut self, equal: Opcode) {
        let last = self.last;
        let used = self.pop();
        let condition = last.filter(|last| last.made(used) && !last.negates);
        let condition = condition.and_then(|last| Some((last, as_condition(last.op)?)));
        if let Some((last, _)) = condition
            && let Some(inverse) = last.op.opcode.attributes().inverse
        {
            self.code[last.at] = OpWord { opcode: inverse, ..last.op }.encode();
            self.push_result(last.at, Class::I32, Dst::Half, last.accs_before);
            return;
        }
        let a = self.source_not_const(used);
        self.comparison(equal, a, Source::Const(0));
        if let (Some((made, op)), Some(last)) = (condition, &mut self.last) {
            last.negates = true;
            self.negated = Some(Negated { at: made.at, op, accs_before: made.accs_before });
        }
    }

    pub(super) fn unary(&mut self, opcode: Opcode, class: Class) {
        let used = self.pop();
        let before = self.accumulators();
        let a = self.source_not_const(used);
        let form = forms::UNARY.with_result([a.loc()], To::Slot);
        let operands = layout::Unary { a: a.slot(), dst: self.next_slot() };
        let at = self.emit(opcode, form, operands);
        self.push_result(at, class, Dst::Half, before);
    }

    /// Pops two operands; at most one is a constant, and not both are in an accumulator.
    pub(super) fn two(&mut self) -> (Source, Source, [Used; 2]) {
        let b = self.pop();
        let a = self.pop();
        self.sources(a, b)
    }

    /// Where two operands are that were popped.
    fn sources(&mut self, a: Used, b: Used) -> (Source, Source, [Used; 2]) {
        let both_const = matches!((a.place, b.place), (Place::Const(_), Place::Const(_)));
        let first = if both_const { Source::Slot(self.slot(a)) } else { self.source(a) };
        let second = match (first, self.source(b)) {
            // The same local twice.
            (Source::Acc, Source::Acc) => Source::Slot(self.slot(b)),
            (_, second) => second,
        };
        (first, second, [a, b])
    }

    fn binary(&mut self, opcode: Opcode, class: Class, commutative: bool) {
        let last = self.last;
        let (b, a) = (self.pop(), self.pop());
        if self.fuse(opcode, class, last, [a, b]) {
            return;
        }
        let (a, b, _) = self.sources(a, b);
        let before = self.accumulators();
        let Operands { locs, slot, other } =
            if commutative { commuted(a, b) } else { operands(a, b) };
        let form = forms::BINARY.with_result(locs, To::Slot);
        let at = self.emit(opcode, form, layout::Binary { slot, dst: self.next_slot(), other });
        self.push_result(at, class, Dst::Half, before);
    }

    pub(super) fn compare(&mut self, opcode: Opcode) {
        let (a, b, [used, _]) = self.two();
        match a {
            Source::Const(bits) => match opcode.attributes().swapped {
                Some(opcode) => self.comparison(opcode, b, Source::Const(bits)),
                None => {
                    let slot = self.slot(used);
                    self.comparison(opcode, Source::Slot(slot), b);
                }
            },
            a => self.comparison(opcode, a, b),
        }
    }

    /// Emits a comparison whose first operand is not a constant.
    fn comparison(&mut self, opcode: Opcode, a: Source, b: Source) {
        let before = self.accumulators();
        // There is no form for an accumulator before a slot.
        let (opcode, a, b) = match (a, b, opcode.attributes().swapped) {
            (Source::Acc, Source::Slot(_), Some(swapped)) => (swapped, b, a),
            _ => (opcode, a, b),
        };
        let Operands { locs, slot, other } = operands(a, b);
        let form = forms::compare(Condition::Value(To::Slot), locs);
        let at = self.emit(opcode, form, layout::Binary { slot, dst: self.next_slot(), other });
        self.push_result(at, Class::I32, Dst::Half, before);
    }
}

/// Two operands as [`layout::Binary`] has them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operands {
    pub(super) locs: [Loc; 2],
    pub(super) slot: i32,
    pub(super) other: u64,
}

/// The operands of an instruction; at most one is a constant, and not both are in an accumulator.
#[inline]
pub(super) fn operands(a: Source, b: Source) -> Operands {
    let (slot, other) = match (a, b) {
        (Source::Const(bits), b) => (b.slot(), bits),
        (a, Source::Const(bits)) => (a.slot(), bits),
        (a, b) => (a.slot(), Translator::field(b.slot())),
    };
    Operands { locs: [a.loc(), b.loc()], slot, other }
}

/// The same for operands that may be exchanged, which have fewer forms.
#[inline]
pub(super) fn commuted(a: Source, b: Source) -> Operands {
    if forms::COMMUTATIVE.has([a.loc(), b.loc()]) { operands(a, b) } else { operands(b, a) }
}

/// The instruction as one that a branch can be fused with: a comparison, or a test of bits.
pub(super) fn as_condition(op: OpWord) -> Option<OpWord> {
    let opcode = match op.opcode {
        Opcode::I32And => Opcode::I32Test,
        Opcode::I64And => Opcode::I64Test,
        opcode => matches!(opcode.shape(), Shape::Compare { .. }).then_some(opcode)?,
    };
    Some(OpWord { opcode, ..op })
}
