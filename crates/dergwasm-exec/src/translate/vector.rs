//! Vector instructions.

use super::Translator;
use super::access::memory_argument;
use super::emit::Dst;
use crate::ir::{Class, Opcode, Pair, Shape, forms};
use wasmparser::Operator;

impl Translator<'_> {
    pub(super) fn vector(&mut self, opcode: Opcode, operator: &Operator<'_>) {
        match opcode.shape() {
            Shape::Slots { operands, r, lane } => self.lanes(opcode, operands, r, lane, operator),
            Shape::VectorLoad { lane } => self.vector_load(opcode, lane, operator),
            Shape::VectorStore { lane } => self.vector_store(opcode, lane, operator),
            _ => {}
        }
    }

    /// Emits a constant vector.
    pub(super) fn constant_vector(&mut self, bits: u128) {
        let dst = i64::from(self.next_slot()).cast_unsigned();
        let [low, high] = halves(bits);
        let at = self.custom(Opcode::ConstV128, &[dst, low, high]);
        self.push_slot_result(at, Class::V128, Dst::Word);
    }

    fn lanes(&mut self, opcode: Opcode, count: u8, r: Class, lane: bool, operator: &Operator<'_>) {
        let mut slots = [0; 3];
        for slot in slots[..usize::from(count)].iter_mut().rev() {
            *slot = self.pop_slot();
        }
        let dst = self.next_slot();
        let at = self.emit_pair(opcode, 0, slots[0], dst);
        if count > 1 {
            self.code.push(Pair(slots[1], slots[2]).encode());
        }
        if let Operator::I8x16Shuffle { lanes } = operator {
            self.code.extend(halves(u128::from_le_bytes(*lanes)));
        } else if lane {
            self.code.push(lane_index(operator).into());
        }
        self.push_slot_result(at, r, Dst::Pair);
    }

    fn vector_load(&mut self, opcode: Opcode, lane: bool, operator: &Operator<'_>) {
        let Some(arg) = memory_argument(operator) else { return };
        let access = self.access(arg);
        let operand = if lane { self.pop_slot() } else { 0 };
        let address = self.pop_slot();
        let dst = self.next_slot();
        let form = if access.far { forms::VECTOR_FAR } else { 0 };
        let at = self.emit_pair(opcode, form, address, dst);
        self.code.push(access.offset);
        if lane {
            self.code.push(Pair(operand, lane_index(operator).into()).encode());
        }
        if access.far {
            self.code.push(access.memory.into());
        }
        self.push_slot_result(at, Class::V128, Dst::Pair);
    }

    fn vector_store(&mut self, opcode: Opcode, lane: bool, operator: &Operator<'_>) {
        let Some(arg) = memory_argument(operator) else { return };
        let access = self.access(arg);
        let value = self.pop_slot();
        let address = self.pop_slot();
        let form = if access.far { forms::VECTOR_FAR } else { 0 };
        self.emit_pair(opcode, form, address, value);
        self.code.push(access.offset);
        if lane {
            self.code.push(lane_index(operator).into());
        }
        if access.far {
            self.code.push(access.memory.into());
        }
    }
}

/// The halves of a constant, low one first.
#[expect(clippy::cast_possible_truncation, reason = "the halves")]
fn halves(bits: u128) -> [u64; 2] {
    [bits as u64, (bits >> 64) as u64]
}

/// The lane an instruction names.
fn lane_index(operator: &Operator<'_>) -> u8 {
    use Operator as W;
    match *operator {
        W::I8x16ExtractLaneS { lane }
        | W::I8x16ExtractLaneU { lane }
        | W::I8x16ReplaceLane { lane }
        | W::I16x8ExtractLaneS { lane }
        | W::I16x8ExtractLaneU { lane }
        | W::I16x8ReplaceLane { lane }
        | W::I32x4ExtractLane { lane }
        | W::I32x4ReplaceLane { lane }
        | W::I64x2ExtractLane { lane }
        | W::I64x2ReplaceLane { lane }
        | W::F32x4ExtractLane { lane }
        | W::F32x4ReplaceLane { lane }
        | W::F64x2ExtractLane { lane }
        | W::F64x2ReplaceLane { lane }
        | W::V128Load8Lane { lane, .. }
        | W::V128Load16Lane { lane, .. }
        | W::V128Load32Lane { lane, .. }
        | W::V128Load64Lane { lane, .. }
        | W::V128Store8Lane { lane, .. }
        | W::V128Store16Lane { lane, .. }
        | W::V128Store32Lane { lane, .. }
        | W::V128Store64Lane { lane, .. } => lane,
        _ => 0,
    }
}
