//! Arithmetic on 128-bit integers.

use super::Translator;
use super::emit::Source;
use super::numeric::commuted;
use super::stack::Place;
use crate::ir::code::slots;
use crate::ir::{Opcode, Pair, forms};

impl Translator<'_> {
    /// An instruction whose operands have two halves, the upper one of the second often 0.
    pub(super) fn wide(&mut self, opcode: Opcode) {
        let [b_high, b_low, a_high, a_low] = [self.pop(), self.pop(), self.pop(), self.pop()];
        let a = Pair(self.slot(a_low), self.slot(a_high)).encode();
        let (form, b, constant) = match b_high.place {
            Place::Const(bits) => match self.source_not_const(b_low) {
                Source::Slot(low) => (forms::WIDE_SK, Pair(low, 0), Some(bits)),
                _ => (forms::WIDE_AK, Pair(0, 0), Some(bits)),
            },
            _ => (forms::WIDE_SS, Pair(self.slot(b_low), self.slot(b_high)), None),
        };
        let at = self.emit_wide(opcode, form);
        self.code.extend([a, b.encode()]);
        self.code.extend(constant);
        self.push_wide_result(at);
    }

    /// An instruction whose operands have half the width of its result and may be exchanged.
    pub(super) fn widening(&mut self, opcode: Opcode) {
        let (a, b, _) = self.two();
        let (form, first, third) = commuted(a, b);
        let constant = matches!(form, forms::SK | forms::AK).then_some(third);
        let second = if form == forms::SS { third as i32 } else { 0 };
        let at = self.emit_wide(opcode, form / 2);
        self.code.push(Pair(first, second).encode());
        self.code.extend(constant);
        self.push_wide_result(at);
    }

    /// Starts an instruction whose result goes to the next two slots.
    fn emit_wide(&mut self, opcode: Opcode, form: u8) -> usize {
        let low = self.next_slot();
        self.emit_pair(opcode, form, low, low + slots(1))
    }
}
