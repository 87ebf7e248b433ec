//! Vector instructions.

use super::Translator;
use super::access::memory_argument;
use super::emit::{Dst, Source};
use super::stack::Place;
use crate::ir::{Class, Opcode, Pair, Places, Shape, forms};
use wasmparser::Operator;

impl Translator<'_> {
    pub(super) fn vector(&mut self, opcode: Opcode, operator: &Operator<'_>) {
        match opcode.shape() {
            Shape::Lanes { .. } => self.lanes(opcode, operator),
            Shape::VectorLoad { lane } => self.vector_load(opcode, lane, operator),
            Shape::VectorStore { lane } => self.vector_store(opcode, lane, operator),
            _ => {}
        }
    }

    /// Pushes a constant vector.
    pub(super) fn constant_vector(&mut self, bytes: [u8; 16]) {
        let index = self.vectors.len() as u64;
        self.vectors.push(bytes);
        self.constant(Class::V128, index);
    }

    fn lanes(&mut self, opcode: Opcode, operator: &Operator<'_>) {
        let Shape::Lanes { operands, r, lane, places, .. } = opcode.shape() else { return };
        let before;
        let at = match places {
            Places::First => {
                let a = self.pop();
                before = self.accumulators();
                let (form, slot) = match self.source_not_const(a) {
                    Source::Slot(slot) => (0, slot),
                    _ if r == Class::V128 => (forms::LANES_AS, 0),
                    _ => (forms::UNARY_A, 0),
                };
                let dst = self.next_slot();
                self.emit_pair(opcode, form, slot, dst)
            }
            Places::Two { commutative } => {
                before = self.accumulators();
                self.two_vectors(opcode, commutative)
            }
            Places::Slots => {
                before = self.accumulators();
                let mut slots = [0; 3];
                for slot in slots[..usize::from(operands)].iter_mut().rev() {
                    *slot = self.pop_slot();
                }
                let dst = self.next_slot();
                let at = self.emit_pair(opcode, 0, slots[0], dst);
                self.code.push(Pair(slots[1], slots[2]).encode());
                at
            }
        };
        if let Operator::I8x16Shuffle { lanes } = operator {
            let (halves, _) = lanes.as_chunks();
            self.code.extend(halves.iter().map(|&half| u64::from_le_bytes(half)));
        } else if lane {
            self.code.push(lane_index(operator).into());
        }
        if r == Class::V128 || places == Places::Slots {
            self.push_result_kept(at, r);
        } else {
            self.push_result(at, r, Dst::Pair, before);
        }
    }

    /// Emits an instruction with two operands, of which the first is a vector.
    fn two_vectors(&mut self, opcode: Opcode, commutative: bool) -> usize {
        let b = self.pop();
        let a = self.pop();
        // A constant can only be the second operand.
        let (a, b) = match (a.place, b.place) {
            (Place::Const(_), Place::Slot | Place::Local(_)) if commutative => (b, a),
            _ => (a, b),
        };
        if let Place::Const(bits) = b.place {
            let (form, slot) = match self.source(a) {
                Source::Acc => (forms::LANES_AK, 0),
                _ => (forms::LANES_SK, self.slot(a)),
            };
            let dst = self.next_slot();
            let at = self.emit_pair(opcode, form, slot, dst);
            self.push_constant(b.class, bits);
            return at;
        }
        let (form, a, b) = match self.source_not_const(a) {
            Source::Slot(a) if b.class == Class::V128 => match self.source(b) {
                Source::Slot(b) => (forms::LANES_SS, a, b),
                _ if commutative => (forms::LANES_AS, 0, a),
                _ => (forms::LANES_SA, a, 0),
            },
            Source::Slot(a) => (forms::LANES_SS, a, self.slot(b)),
            _ => (forms::LANES_AS, 0, self.slot(b)),
        };
        let dst = self.next_slot();
        let at = self.emit_pair(opcode, form, a, dst);
        self.code.push(Pair(b, 0).encode());
        at
    }

    fn vector_load(&mut self, opcode: Opcode, lane: bool, operator: &Operator<'_>) {
        let Some(arg) = memory_argument(operator) else { return };
        let access = self.access(arg);
        let operand = if lane { self.pop_slot() } else { 0 };
        let address = self.pop();
        let (form, address) = match access.far || lane {
            true => (u8::from(access.far) * forms::VECTOR_FAR, self.slot(address)),
            false => match self.source_not_const(address) {
                Source::Slot(slot) => (0, slot),
                _ => (forms::VECTOR_A, 0),
            },
        };
        let dst = self.next_slot();
        let at = self.emit_pair(opcode, form, address, dst);
        self.code.push(access.offset);
        if lane {
            self.code.push(Pair(operand, lane_index(operator).into()).encode());
        }
        if access.far {
            self.code.push(access.memory.into());
        }
        self.push_result_kept(at, Class::V128);
    }

    fn vector_store(&mut self, opcode: Opcode, lane: bool, operator: &Operator<'_>) {
        let Some(arg) = memory_argument(operator) else { return };
        let access = self.access(arg);
        let value = self.pop();
        let address = self.pop();
        let (form, address, value) = match access.far || lane {
            true => {
                let value = self.slot(value);
                (u8::from(access.far) * forms::VECTOR_FAR, self.slot(address), value)
            }
            false => match (self.source_not_const(address), self.source_not_const(value)) {
                (Source::Slot(address), Source::Slot(value)) => (0, address, value),
                (Source::Slot(address), _) => (forms::VECTOR_VALUE, address, 0),
                (_, Source::Slot(value)) => (forms::VECTOR_A, 0, value),
                _ => (forms::VECTOR_A_VALUE, 0, 0),
            },
        };
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
