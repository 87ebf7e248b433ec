//! Vector instructions.

use super::Translator;
use super::access::Access;
use super::emit::{Dst, Source};
use super::immediates::{lane, memory_argument};
use super::stack::Place;
use crate::ir::forms::{Loc, Reach, To};
use crate::ir::{Class, Opcode, Places, Shape, forms, layout};
use wasmparser::Operator;

impl Translator<'_> {
    pub(super) fn vector(&mut self, opcode: Opcode, operator: &Operator<'_>) {
        match opcode.shape() {
            Shape::Lanes { .. } => self.lanes(opcode, operator),
            Shape::VectorLoad { lane } => self.vector_load(opcode, lane, operator),
            Shape::VectorStore { .. } => self.store_lane(opcode, operator),
            Shape::Extract { r, .. } => self.extract(opcode, r, operator),
            _ => self.untranslated(operator),
        }
    }

    /// Pushes a constant vector.
    pub(super) fn constant_vector(&mut self, bytes: [u8; 16]) {
        let index = self.vectors.len() as u64;
        self.note_length(self.vectors.len());
        self.vectors.push(bytes);
        self.constant(Class::V128, index);
    }

    /// The lane that an instruction names, and how many bytes it has.
    fn lane(&mut self, opcode: Opcode, operator: &Operator<'_>) -> (u8, u8) {
        let Some(lane) = lane(operator) else {
            self.untranslated(operator);
            return (0, 1);
        };
        (lane, opcode.attributes().lane)
    }

    /// How far into a slot it is.
    fn lane_offset(&mut self, opcode: Opcode, operator: &Operator<'_>) -> i32 {
        let (lane, width) = self.lane(opcode, operator);
        i32::from(lane) * i32::from(width)
    }

    /// Ones in its bytes.
    fn lane_mask(&mut self, opcode: Opcode, operator: &Operator<'_>) -> [u8; 16] {
        let (lane, width) = self.lane(opcode, operator);
        let bytes = lane * width..(lane + 1) * width;
        core::array::from_fn(|i| if bytes.contains(&(i as u8)) { 0xff } else { 0 })
    }

    fn lanes(&mut self, opcode: Opcode, operator: &Operator<'_>) {
        let Shape::Lanes { operands, r, lane, places, .. } = opcode.shape() else { return };
        let before;
        let at = match places {
            Places::First => {
                let a = self.pop();
                before = self.accumulators();
                let a = self.source_not_const(a);
                let form = match r {
                    Class::V128 => forms::LANES.number([a.loc(), Loc::Slot]),
                    _ => forms::UNARY.with_result([a.loc()], To::Slot),
                };
                let operands = layout::Lanes { a: a.slot(), dst: self.next_slot() };
                self.emit(opcode, form, operands)
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
                let [a, b, c] = slots;
                self.emit(opcode, 0, layout::MoreLanes { a, dst: self.next_slot(), b, c })
            }
        };
        if let Operator::I8x16Shuffle { lanes } = operator {
            self.push_vector(*lanes);
        } else if lane {
            let mask = self.lane_mask(opcode, operator);
            self.push_vector(mask);
        }
        if r == Class::V128 || places == Places::Slots {
            self.push_result_kept(at, r);
        } else {
            self.push_result(at, r, Dst::Half, before);
        }
    }

    fn extract(&mut self, opcode: Opcode, class: Class, operator: &Operator<'_>) {
        let lane = self.pop_slot() + self.lane_offset(opcode, operator);
        let before = self.accumulators();
        let operands = layout::Extract { lane, dst: self.next_slot() };
        let at = self.emit(opcode, To::Slot as u8, operands);
        self.push_result(at, class, Dst::Half, before);
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
            let (loc, slot) = match self.source(a) {
                Source::Acc => (Loc::Acc, 0),
                _ => (Loc::Slot, self.slot(a)),
            };
            let form = forms::LANES.number([loc, Loc::Code]);
            let at = self.emit(opcode, form, layout::Lanes { a: slot, dst: self.next_slot() });
            self.push_constant(b.class, bits);
            return at;
        }
        let (a, b) = match self.source_not_const(a) {
            a @ Source::Slot(_) if b.class == Class::V128 => match (a, self.source(b)) {
                (a, Source::Acc) if commutative => (Source::Acc, a),
                two => two,
            },
            a => (a, Source::Slot(self.slot(b))),
        };
        let form = forms::LANES.number([a.loc(), b.loc()]);
        let dst = self.next_slot();
        self.emit(opcode, form, layout::MoreLanes { a: a.slot(), dst, b: b.slot(), c: 0 })
    }

    fn vector_load(&mut self, opcode: Opcode, lane: bool, operator: &Operator<'_>) {
        let Some(arg) = memory_argument(operator) else { return self.untranslated(operator) };
        let access = self.access(arg);
        if lane {
            return self.lane_load(opcode, access, operator);
        }
        let address = self.pop();
        let at = if access.reach == Reach::Near {
            let address = self.source_not_const(address);
            let form = forms::vector_access(Reach::Near, address.loc());
            let (address, dst) = (address.slot(), self.next_slot());
            self.emit(opcode, form, layout::Load { address, dst, offset: access.offset })
        } else {
            let (address, dst) = (self.slot(address), self.next_slot());
            let form = forms::vector_access(Reach::Far, Loc::Slot);
            self.emit(opcode, form, access.far_load(address, dst))
        };
        self.push_result_kept(at, Class::V128);
    }

    /// Emits a load into a lane of the top operand.
    fn lane_load(&mut self, opcode: Opcode, access: Access, operator: &Operator<'_>) {
        let [vector, address] = [self.pop_slot(), self.pop_slot()];
        let (dst, offset, memory) = (self.next_slot(), access.offset, access.memory.cast_signed());
        let form = forms::vector_access(far_unless_near(access.reach), Loc::Slot);
        let operands = layout::LaneLoad { address, dst, offset, vector, memory };
        let at = self.emit(opcode, form, operands);
        let mask = self.lane_mask(opcode, operator);
        self.push_vector(mask);
        self.push_result_kept(at, Class::V128);
    }

    fn store_lane(&mut self, opcode: Opcode, operator: &Operator<'_>) {
        let Some(arg) = memory_argument(operator) else { return self.untranslated(operator) };
        let access = self.access(arg);
        let value = self.pop_slot() + self.lane_offset(opcode, operator);
        let address = self.pop_slot();
        let form = forms::vector_access(far_unless_near(access.reach), Loc::Slot);
        match access.reach {
            Reach::Near => {
                let operands = layout::Store { address, value, offset: access.offset };
                self.emit(opcode, form, operands);
            }
            _ => {
                self.emit(opcode, form, access.far_store(address, value));
            }
        }
    }
}

/// How a vector instruction reaches memory, which has no forms for 64-bit addresses of their own.
fn far_unless_near(reach: Reach) -> Reach {
    if reach == Reach::Near { Reach::Near } else { Reach::Far }
}
