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
            Shape::VectorStore { .. } => self.store_lane(opcode, operator),
            Shape::Extract { r, .. } => self.extract(opcode, r, operator),
            _ => {}
        }
    }

    /// Pushes a constant vector.
    pub(super) fn constant_vector(&mut self, bytes: [u8; 16]) {
        let index = self.vectors.len() as u64;
        self.note_length(self.vectors.len());
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
            self.push_vector(*lanes);
        } else if lane {
            self.push_vector(lane_mask(operator));
        }
        if r == Class::V128 || places == Places::Slots {
            self.push_result_kept(at, r);
        } else {
            self.push_result(at, r, Dst::Pair, before);
        }
    }

    fn extract(&mut self, opcode: Opcode, class: Class, operator: &Operator<'_>) {
        let slot = self.pop_slot() + lane_offset(operator);
        let before = self.accumulators();
        let dst = self.next_slot();
        let at = self.emit_pair(opcode, 0, slot, dst);
        self.push_result(at, class, Dst::Pair, before);
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
            self.code.push(Pair(operand, 0).encode());
            self.push_vector(lane_mask(operator));
        }
        if access.far {
            self.code.push(access.memory.into());
        }
        self.push_result_kept(at, Class::V128);
    }

    fn store_lane(&mut self, opcode: Opcode, operator: &Operator<'_>) {
        let Some(arg) = memory_argument(operator) else { return };
        let access = self.access(arg);
        let value = self.pop_slot() + lane_offset(operator);
        let address = self.pop_slot();
        let form = if access.far { forms::VECTOR_FAR } else { 0 };
        self.emit_pair(opcode, form, address, value);
        self.code.push(access.offset);
        if access.far {
            self.code.push(access.memory.into());
        }
    }
}

/// The lane an instruction names, and how many bytes lanes have.
fn lane(operator: &Operator<'_>) -> (u8, u8) {
    use Operator as W;
    match *operator {
        W::I8x16ExtractLaneS { lane }
        | W::I8x16ExtractLaneU { lane }
        | W::I8x16ReplaceLane { lane }
        | W::V128Load8Lane { lane, .. }
        | W::V128Store8Lane { lane, .. } => (lane, 1),
        W::I16x8ExtractLaneS { lane }
        | W::I16x8ExtractLaneU { lane }
        | W::I16x8ReplaceLane { lane }
        | W::V128Load16Lane { lane, .. }
        | W::V128Store16Lane { lane, .. } => (lane, 2),
        W::I32x4ExtractLane { lane }
        | W::I32x4ReplaceLane { lane }
        | W::F32x4ExtractLane { lane }
        | W::F32x4ReplaceLane { lane }
        | W::V128Load32Lane { lane, .. }
        | W::V128Store32Lane { lane, .. } => (lane, 4),
        W::I64x2ExtractLane { lane }
        | W::I64x2ReplaceLane { lane }
        | W::F64x2ExtractLane { lane }
        | W::F64x2ReplaceLane { lane }
        | W::V128Load64Lane { lane, .. }
        | W::V128Store64Lane { lane, .. } => (lane, 8),
        _ => (0, 16),
    }
}

/// How far into a slot the lane is that an instruction names.
fn lane_offset(operator: &Operator<'_>) -> i32 {
    let (lane, width) = lane(operator);
    i32::from(lane) * i32::from(width)
}

/// Ones in the bytes of the lane an instruction names.
fn lane_mask(operator: &Operator<'_>) -> [u8; 16] {
    let (lane, width) = lane(operator);
    core::array::from_fn(|i| if i / usize::from(width) == usize::from(lane) { 0xff } else { 0 })
}
