//! Structures and arrays.

use super::Translator;
use super::emit::{Dst, Source};
use super::numeric::{Operands, operands};
use super::stack::Place;
use crate::ir::code::slots;
use crate::ir::forms::To;
use crate::ir::{Class, FieldInit, Opcode, forms, layout};
use alloc::vec::Vec;
use dergwasm_store::StructLayout;
use dergwasm_types::{FieldType, StorageType, SubType, ValType};
use wasmparser::Operator;

/// How a field or element is stored: which of the instructions for it is meant.
#[derive(Clone, Copy, Debug)]
struct Storage {
    /// The class of the value on the stack.
    class: Class,
    /// Logarithm of the width in bytes.
    width_log2: u8,
}

impl Storage {
    fn get(self, signed: bool) -> (Opcode, Opcode) {
        use Opcode as O;
        match (self.class, self.width_log2) {
            (_, 0) if signed => (O::StructGet8S, O::ArrayGet8S),
            (_, 0) => (O::StructGet8U, O::ArrayGet8U),
            (_, 1) if signed => (O::StructGet16S, O::ArrayGet16S),
            (_, 1) => (O::StructGet16U, O::ArrayGet16U),
            (Class::F32, _) => (O::StructGetF32, O::ArrayGetF32),
            (Class::F64, _) => (O::StructGetF64, O::ArrayGetF64),
            (Class::V128, _) => (O::StructGetV128, O::ArrayGetV128),
            (_, 2) => (O::StructGet32, O::ArrayGet32),
            _ => (O::StructGet64, O::ArrayGet64),
        }
    }

    fn set(self) -> (Opcode, Opcode) {
        use Opcode as O;
        match (self.class, self.width_log2) {
            (_, 0) => (O::StructSet8, O::ArraySet8),
            (_, 1) => (O::StructSet16, O::ArraySet16),
            (Class::F32, _) => (O::StructSetF32, O::ArraySetF32),
            (Class::F64, _) => (O::StructSetF64, O::ArraySetF64),
            (Class::V128, _) => (O::StructSetV128, O::ArraySetV128),
            (_, 2) => (O::StructSet32, O::ArraySet32),
            _ => (O::StructSet64, O::ArraySet64),
        }
    }
}

impl Translator<'_> {
    /// Translates an instruction of this category; says whether it was one.
    pub(super) fn aggregate(&mut self, operator: &Operator<'_>) -> bool {
        self.structure(operator) || self.array(operator) || self.array_bulk(operator)
    }

    fn storage(&self, field: FieldType) -> Storage {
        let width_log2 = match field.storage {
            StorageType::I8 => 0,
            StorageType::I16 => 1,
            StorageType::Val(ValType::I32 | ValType::F32 | ValType::Ref(_)) => 2,
            StorageType::Val(ValType::I64 | ValType::F64) => 3,
            StorageType::Val(ValType::V128) => 4,
        };
        Storage { class: self.class_of(field.storage.unpacked()), width_log2 }
    }

    /// A field's storage and its offset in the object.
    fn field_of(&self, ty: u32, field: u32) -> Option<(Storage, u64)> {
        let found =
            *self.module.types().get(ty as usize)?.as_struct()?.fields.get(field as usize)?;
        let layout = self.facts.get(ty as usize)?.layout.as_ref()?;
        Some((self.storage(found), layout.field(field as usize).offset.into()))
    }

    /// How large a structure is, with its header.
    fn struct_size(&self, ty: u32) -> u32 {
        let layout = self.facts.get(ty as usize).and_then(|facts| facts.layout.as_ref());
        layout.map_or(8, StructLayout::size)
    }

    fn element_of(&self, ty: u32) -> Storage {
        let element = self.module.types().get(ty as usize).and_then(SubType::as_array);
        let bytes = FieldType { storage: StorageType::I8, mutable: false };
        self.storage(element.unwrap_or(bytes))
    }

    fn structure(&mut self, operator: &Operator<'_>) -> bool {
        match *operator {
            Operator::StructNew { struct_type_index } => self.struct_new(struct_type_index),
            Operator::StructNewDefault { struct_type_index: ty } => {
                let size = self.struct_size(ty);
                self.fuel += self.costs.of_bytes(size.into());
                self.allocates(Opcode::StructNewDefault, 0, &[ty.into(), size.into()]);
            }
            Operator::StructGet { struct_type_index, field_index }
            | Operator::StructGetU { struct_type_index, field_index } => {
                self.struct_get(struct_type_index, field_index, false);
            }
            Operator::StructGetS { struct_type_index, field_index } => {
                self.struct_get(struct_type_index, field_index, true);
            }
            Operator::StructSet { struct_type_index, field_index } => {
                self.struct_set(struct_type_index, field_index);
            }
            _ => return false,
        }
        true
    }

    fn struct_new(&mut self, ty: u32) {
        let Some(fields) = self.module.types().get(ty as usize).and_then(SubType::as_struct) else {
            return;
        };
        let count = fields.fields.len();
        // While the structure is made, the operands are what a collection finds them by.
        let roots = self.roots();
        let first = self.stack.height() - count;
        let mut inits = alloc::vec::Vec::with_capacity(count);
        for i in 0..count {
            let Some((storage, offset)) = self.field_of(ty, narrow_index(i)) else { return };
            inits.push(self.field_init(first + i, storage, offset));
        }
        self.stack.truncate(first);
        self.forget_accumulators();
        let size = self.struct_size(ty);
        self.fuel += self.costs.of_bytes(size.into());
        let (count, dst) = (narrow_index(count).cast_signed(), self.next_slot());
        let (ty, size) = (ty.cast_signed(), size.cast_signed());
        let at = self.emit(Opcode::StructNew, 0, layout::StructNew { count, dst, ty, size });
        self.code.extend(inits.into_iter().map(FieldInit::encode));
        self.add_roots(at, &roots);
        self.push_result_kept(at, Class::Ref);
    }

    /// How the operand of a height becomes a field.
    fn field_init(&mut self, height: usize, storage: Storage, offset: u64) -> FieldInit {
        let (class, place) = self.stack.get(height);
        let slot = self.layout.operand(super::narrow(height));
        let (source, constant) = match place {
            Place::Const(bits) if storage.width_log2 <= 2 => (bits as u32 as i32, true),
            Place::Const(bits) => {
                self.copy(class, Source::Const(bits), slot);
                (slot, false)
            }
            Place::Local(local) => (self.layout.local(local), false),
            Place::Slot => (slot, false),
        };
        FieldInit { source, constant, offset: offset as u32, width_log2: storage.width_log2 }
    }

    fn struct_get(&mut self, ty: u32, field: u32, signed: bool) {
        let Some((storage, offset)) = self.field_of(ty, field) else { return };
        self.read_field(storage.get(signed).0, storage.class, offset);
    }

    fn read_field(&mut self, opcode: Opcode, class: Class, offset: u64) {
        let object = self.pop();
        let before = self.accumulators();
        let object = self.source_not_const(object);
        let form = forms::UNARY.with_result([object.loc()], To::Slot);
        let (object, dst) = (object.slot(), self.next_slot());
        let at = self.emit(opcode, form, layout::FieldGet { object, dst, offset });
        self.push_result(at, class, Dst::Half, before);
    }

    fn struct_set(&mut self, ty: u32, field: u32) {
        let Some((storage, offset)) = self.field_of(ty, field) else { return };
        let value = self.pop();
        let object = self.pop_slot();
        let source = self.source(value);
        let operands = |value| layout::FieldSet { object, value, offset };
        self.emit_moving(storage.set().0, value.class, source, operands);
    }

    fn array(&mut self, operator: &Operator<'_>) -> bool {
        match *operator {
            Operator::ArrayNew { array_type_index: ty } => {
                self.array_new(ty);
            }
            Operator::ArrayNewDefault { array_type_index: ty } => {
                self.array_default(ty);
            }
            Operator::ArrayNewFixed { array_type_index: ty, array_size } => {
                self.array_fixed(ty, array_size);
            }
            Operator::ArrayNewData { array_type_index: ty, array_data_index: segment } => {
                self.array_of_segment(ty, segment, true);
            }
            Operator::ArrayNewElem { array_type_index: ty, array_elem_index: segment } => {
                self.array_of_segment(ty, segment, false);
            }
            Operator::ArrayLen => {
                self.read_field(Opcode::ArrayLen, Class::I32, crate::handler::aggregate::LENGTH);
            }
            Operator::ArrayGet { array_type_index: ty }
            | Operator::ArrayGetU { array_type_index: ty } => self.array_get(ty, false),
            Operator::ArrayGetS { array_type_index: ty } => self.array_get(ty, true),
            Operator::ArraySet { array_type_index: ty } => {
                let [value, index, array] = [self.pop_slot(), self.pop_slot(), self.pop_slot()];
                let opcode = self.element_of(ty).set().1;
                let operands = layout::ElementSet { array, index, value: Self::field(value) };
                self.emit(opcode, 0, operands);
            }
            _ => return false,
        }
        true
    }

    fn array_get(&mut self, ty: u32, signed: bool) {
        let storage = self.element_of(ty);
        let index = self.pop();
        let array = self.pop_slot();
        let before = self.accumulators();
        let index = self.source(index);
        let Operands { locs, slot, other } = operands(Source::Slot(array), index);
        let form = forms::ELEMENT.with_result(locs, To::Slot);
        let operands = layout::Binary { slot, dst: self.next_slot(), other };
        let at = self.emit(storage.get(signed).1, form, operands);
        self.push_result(at, storage.class, Dst::Half, before);
    }

    fn array_fixed(&mut self, ty: u32, count: u32) {
        self.settle_top(count as usize);
        let roots = self.roots();
        let first = self.stack.height() - count as usize;
        self.stack.truncate(first);
        self.forget_accumulators();
        let dst = Self::field(self.next_slot());
        let width = self.element_of(ty).width_log2;
        self.fuel += self.costs.of_bytes(8 + (u64::from(count) << width));
        let fields = [dst, dst, count.into(), ty.into(), width.into()];
        let at = self.custom(Opcode::ArrayNewFixed, &fields);
        self.add_roots(at, &roots);
        self.push_slot_result(at, Class::Ref, Dst::Field);
    }

    fn array_bulk(&mut self, operator: &Operator<'_>) -> bool {
        use Opcode as O;
        let (opcode, part, rest) = match *operator {
            Operator::ArrayFill { .. } => (O::ArrayFill, O::ArrayFillPart, [None, None]),
            Operator::ArrayCopy { .. } => (O::ArrayCopy, O::ArrayCopyPart, [None, None]),
            Operator::ArrayInitData { array_type_index, array_data_index } => {
                let width = self.element_of(array_type_index).width_log2;
                let rest = [Some(array_data_index), self.in_parts().then_some(width.into())];
                (O::ArrayInitData, O::ArrayInitDataPart, rest)
            }
            Operator::ArrayInitElem { array_elem_index, .. } => {
                (O::ArrayInitElem, O::ArrayInitElemPart, [Some(array_elem_index), None])
            }
            _ => return false,
        };
        let operands = if opcode == O::ArrayCopy { 5 } else { 4 };
        let rest: Vec<u64> = rest.into_iter().flatten().map(u64::from).collect();
        if self.in_parts() {
            let (first, roots) = self.begin_part(operands as usize);
            let slots: Vec<i32> = (0..operands).map(|i| first + slots(i)).collect();
            self.part(part, &slots, &rest, &roots);
            return true;
        }
        let mut fields = [0; 5];
        let fields = &mut fields[..operands as usize];
        for field in fields.iter_mut().rev() {
            *field = Self::field(self.pop_slot());
        }
        self.custom(opcode, fields);
        self.code.extend_from_slice(&rest);
        true
    }

    /// `array.new`. In code with fuel or interruption the array is made of zeros first and then
    /// filled in parts; nobody has it before it is complete.
    fn array_new(&mut self, ty: u32) {
        if !self.in_parts() {
            return self.allocates(Opcode::ArrayNew, 2, &[ty.into()]);
        }
        let (value, mut roots) = self.begin_part(2);
        let [len, array, index] = [1, 2, 3].map(|i| value + slots(i));
        self.reserve(self.layout.locals + super::narrow(self.stack.height()) + 4);
        let width = self.element_of(ty).width_log2.into();
        self.part(Opcode::ArrayNewDefaultPaid, &[array, len], &[ty.into(), width], &roots);
        self.copy(Class::I32, Source::Const(0), index);
        roots.push(array);
        self.part(Opcode::ArrayFillPart, &[array, index, value, len], &[], &roots);
        self.end_array(array);
    }

    /// `array.new_default`.
    fn array_default(&mut self, ty: u32) {
        let rest = [ty.into(), self.element_of(ty).width_log2.into()];
        if !self.in_parts() {
            return self.allocates(Opcode::ArrayNewDefault, 1, &rest);
        }
        let (len, roots) = self.begin_part(1);
        self.part(Opcode::ArrayNewDefaultPaid, &[len, len], &rest, &roots);
        self.stack.push_slot(Class::Ref);
    }

    /// `array.new_data` and `array.new_elem`: like `array.new`.
    fn array_of_segment(&mut self, ty: u32, segment: u32, data: bool) {
        use Opcode as O;
        if !self.in_parts() {
            let opcode = if data { O::ArrayNewData } else { O::ArrayNewElem };
            return self.allocates(opcode, 2, &[ty.into(), segment.into()]);
        }
        let (src, mut roots) = self.begin_part(2);
        let [len, array, index] = [1, 2, 3].map(|i| src + slots(i));
        self.reserve(self.layout.locals + super::narrow(self.stack.height()) + 4);
        let opcode = if data { O::ArrayForData } else { O::ArrayForElem };
        self.part(opcode, &[array, src, len], &[ty.into(), segment.into()], &roots);
        self.copy(Class::I32, Source::Const(0), index);
        roots.push(array);
        let width = self.element_of(ty).width_log2.into();
        let (opcode, rest) = match data {
            true => (O::ArrayInitDataPart, &[segment.into(), width][..]),
            false => (O::ArrayInitElemPart, &[segment.into()][..]),
        };
        self.part(opcode, &[array, index, src, len], rest, &roots);
        self.end_array(array);
    }

    /// Pushes an array that is complete.
    fn end_array(&mut self, array: i32) {
        let result = self.next_slot();
        self.copy(Class::Ref, Source::Slot(array), result);
        self.last = None;
        self.stack.push_slot(Class::Ref);
    }

    /// An instruction that makes an object out of some operands.
    pub(super) fn allocates(&mut self, opcode: Opcode, operands: usize, rest: &[u64]) {
        let roots = self.roots();
        let mut slots = [0; 2];
        for slot in slots[..operands].iter_mut().rev() {
            *slot = Self::field(self.pop_slot());
        }
        self.forget_accumulators();
        let dst = Self::field(self.next_slot());
        let at = self.custom(opcode, &[dst]);
        self.code.extend_from_slice(&slots[..operands]);
        self.code.extend_from_slice(rest);
        self.add_roots(at, &roots);
        self.push_slot_result(at, Class::Ref, Dst::Field);
    }
}

/// An index as the code holds it; structures have far fewer fields.
fn narrow_index(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
