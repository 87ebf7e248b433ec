//! Arithmetic on 128-bit integers.

use super::Translator;
use super::emit::Source;
use super::stack::Place;
use crate::ir::code::slots;
use crate::ir::{Class, Opcode, forms, layout};

impl Translator<'_> {
    /// An instruction whose operands have two halves, the upper one of the second often 0.
    pub(super) fn wide(&mut self, opcode: Opcode) {
        let [b_high, b_low, a_high, a_low] = [self.pop(), self.pop(), self.pop(), self.pop()];
        let (a_low, a_high) = (self.slot(a_low), self.slot(a_high));
        let (b_low, b_high) = match b_high.place {
            Place::Const(bits) => (self.source_not_const(b_low), Source::Const(bits)),
            _ => (Source::Slot(self.slot(b_low)), Source::Slot(self.slot(b_high))),
        };
        let form = forms::WIDE.number([b_low.loc(), b_high.loc()]);
        let [low, high] = self.next_slots();
        let (b_low, b_high, constant) = (b_low.slot(), b_high.slot(), b_high);
        let operands = layout::Wide { low, high, a_low, a_high, b_low, b_high };
        let at = self.emit(opcode, form, operands);
        if let Source::Const(bits) = constant {
            self.push_constant(Class::I64, bits);
        }
        self.push_wide_result(at);
    }

    /// An instruction whose operands have half the width of its result and may be exchanged.
    pub(super) fn widening(&mut self, opcode: Opcode) {
        let (a, b, _) = self.two();
        let (a, b) = match forms::COMMUTATIVE.has([a.loc(), b.loc()]) {
            true => (a, b),
            false => (b, a),
        };
        let form = forms::COMMUTATIVE.number([a.loc(), b.loc()]);
        let [low, high] = self.next_slots();
        let operands = layout::Widening { low, high, a: a.slot(), b: b.slot() };
        let at = self.emit(opcode, form, operands);
        if let Source::Const(bits) = b {
            self.push_constant(Class::I64, bits);
        }
        self.push_wide_result(at);
    }

    /// The slots of a result of two halves.
    fn next_slots(&self) -> [i32; 2] {
        let low = self.next_slot();
        [low, low + slots(1)]
    }
}
