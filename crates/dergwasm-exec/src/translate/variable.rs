//! Locals, globals, and what only moves values.

use super::emit::{Dst, Last, Source, Used};
use super::stack::Place;
use super::{Translator, narrow};
use crate::instance::InstanceBlock;
use crate::ir::code::slots;
use crate::ir::forms::{Loc, To};
use crate::ir::layout::{self, Layout};
use crate::ir::{Class, OpWord, Opcode, forms};
use dergwasm_types::GlobalIdx;
use wasmparser::Operator;

impl Translator<'_> {
    /// Pushes a copy of a local.
    #[inline]
    fn local_get(&mut self, local: u32) {
        let class = self.locals.class(local);
        self.stack.push_local(class, local);
    }

    /// Writes the top operand to a local and leaves a copy.
    fn local_tee(&mut self, local: u32) {
        let used = self.set_local(local);
        let place = match used.place {
            Place::Const(bits) => Place::Const(bits),
            _ => Place::Local(local),
        };
        self.stack.push(used.class, place);
    }

    /// Translates an instruction of these categories; says whether it was one.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn variable(&mut self, operator: &Operator<'_>) -> bool {
        match *operator {
            Operator::LocalGet { local_index } => self.local_get(local_index),
            Operator::LocalSet { local_index } => {
                self.set_local(local_index);
            }
            Operator::LocalTee { local_index } => self.local_tee(local_index),
            Operator::GlobalGet { global_index } => self.global_get(global_index),
            Operator::GlobalSet { global_index } => self.global_set(global_index),
            Operator::I32Const { value } => {
                self.constant(Class::I32, value.cast_unsigned().into());
            }
            Operator::I64Const { value } => self.constant(Class::I64, value.cast_unsigned()),
            Operator::F32Const { value } => self.constant(Class::F32, value.bits().into()),
            Operator::F64Const { value } => self.constant(Class::F64, value.bits()),
            Operator::V128Const { value } => {
                self.constant_vector(*value.bytes());
            }
            Operator::Drop => {
                self.pop();
            }
            Operator::Select | Operator::TypedSelect { .. } | Operator::TypedSelectMulti { .. } => {
                self.select();
            }
            _ => return false,
        }
        true
    }

    /// How far into the instance block a global of the instance's own is; of an imported one, its
    /// index.
    fn global_place(&self, index: u32) -> Result<i32, u64> {
        let imported = self.module.imported_global_count();
        match (index as usize).checked_sub(imported) {
            Some(own) => Ok(slots(narrow(own)) + narrow(InstanceBlock::SIZE).cast_signed()),
            None => Err(index.into()),
        }
    }

    fn global_get(&mut self, index: u32) {
        let class = self.class_of(self.module.global_type(GlobalIdx(index)).content);
        let place = self.global_place(index);
        let opcode = match (class, place.is_ok()) {
            (Class::I32 | Class::I64 | Class::Ref, true) => Opcode::GlobalGet64,
            (Class::F32, true) => Opcode::GlobalGetF32,
            (Class::F64, true) => Opcode::GlobalGetF64,
            (Class::V128, true) => Opcode::GlobalGetV128,
            (Class::I32 | Class::I64 | Class::Ref, false) => Opcode::GlobalGetImport64,
            (Class::F32, false) => Opcode::GlobalGetImportF32,
            (Class::F64, false) => Opcode::GlobalGetImportF64,
            (Class::V128, false) => Opcode::GlobalGetImportV128,
        };
        let before = self.accumulators();
        match place {
            Ok(own) => {
                let operands = layout::GlobalGet { global: own, dst: self.next_slot() };
                let at = self.emit(opcode, To::Slot as u8, operands);
                self.push_result(at, class, Dst::Half, before);
            }
            Err(index) => {
                let dst = Self::field(self.next_slot());
                let at = self.custom(opcode, &[dst, index]);
                self.push_result(at, class, Dst::Field, before);
            }
        }
    }

    /// Emits the sum of a global and a constant, of which the last instruction reads the global; says
    /// whether it is one.
    pub(super) fn global_sum(&mut self, opcode: Opcode, last: Last, [a, b]: [Used; 2]) -> bool {
        let (Opcode::GlobalGet64, Place::Const(bits)) = (last.op.opcode, b.place) else {
            return false;
        };
        let by = bits as u32 as i32;
        let by = match opcode {
            Opcode::I32Add => by,
            Opcode::I32Sub => by.wrapping_neg(),
            _ => return false,
        };
        if !last.made(a) {
            return false;
        }
        let layout::GlobalGet { global, .. } = Layout::decode(&self.code[last.at..]);
        self.take_back(last.at, last.accs_before);
        let before = self.accumulators();
        let (dst, by) = (self.next_slot(), by.cast_unsigned().into());
        let operands = layout::GlobalSum { global, dst, by };
        let at = self.emit(Opcode::GlobalSum, To::Slot as u8, operands);
        self.push_result(at, Class::I32, Dst::Half, before);
        true
    }

    fn global_set(&mut self, index: u32) {
        let class = self.class_of(self.module.global_type(GlobalIdx(index)).content);
        let place = self.global_place(index);
        let opcode = match (class, place.is_ok()) {
            (Class::I32 | Class::I64 | Class::Ref, true) => Opcode::GlobalSet64,
            (Class::F32, true) => Opcode::GlobalSetF32,
            (Class::F64, true) => Opcode::GlobalSetF64,
            (Class::V128, true) => Opcode::GlobalSetV128,
            (Class::I32 | Class::I64 | Class::Ref, false) => Opcode::GlobalSetImport64,
            (Class::F32, false) => Opcode::GlobalSetImportF32,
            (Class::F64, false) => Opcode::GlobalSetImportF64,
            (Class::V128, false) => Opcode::GlobalSetImportV128,
        };
        match place {
            Ok(own) => self.set_own_global(opcode, own),
            Err(index) => {
                let src = Self::field(self.pop_slot());
                self.custom(opcode, &[src, index]);
            }
        }
    }

    fn set_own_global(&mut self, opcode: Opcode, own: i32) {
        let last = self.last;
        let used = self.pop();
        if let Some(last) = last.filter(|last| last.made(used))
            && let Some((loc, src, by)) = Self::constant_sum(&self.code, last)
        {
            self.take_back(last.at, last.accs_before);
            let operands = layout::GlobalSetSum { src, global: own, by: by.cast_unsigned().into() };
            self.emit(Opcode::GlobalSetSum, forms::UNARY.number([loc]), operands);
            return;
        }
        let source = self.source(used);
        if source == Source::Acc && self.step_global(own) {
            return;
        }
        let operands = |src| layout::GlobalSet { src, global: own };
        self.emit_moving(opcode, used.class, source, operands);
    }

    /// Makes the newest instruction write the global back, if that read it and put its sum with a
    /// constant into the accumulator.
    fn step_global(&mut self, own: i32) -> bool {
        let Some(at) = self.newest else { return false };
        let op = OpWord::decode(self.code[at]);
        let layout::GlobalSum { global, .. } = Layout::decode(&self.code[at..]);
        let steps = op.opcode == Opcode::GlobalSum && global == own;
        if steps {
            self.code[at] = OpWord { opcode: Opcode::GlobalStep, ..op }.encode();
        }
        steps
    }

    /// Where the operand is of an instruction that adds a constant to an `i32`, its slot and the constant.
    fn constant_sum(code: &[u64], last: Last) -> Option<(Loc, i32, i32)> {
        let layout::Binary { slot, other, .. } = Layout::decode(&code[last.at..]);
        let by = other as u32 as i32;
        let by = match last.op.opcode {
            Opcode::I32Add => by,
            Opcode::I32Sub => by.wrapping_neg(),
            _ => return None,
        };
        match forms::BINARY.locs(last.op.form / 2) {
            [loc @ (Loc::Slot | Loc::Acc), Loc::Code] => Some((loc, slot, by)),
            _ => None,
        }
    }

    fn select(&mut self) {
        let cond = self.pop();
        let b = self.pop();
        let a = self.pop();
        let class = a.class;
        if class == Class::V128 {
            let [a, b, cond] = [a, b, cond].map(|used| Self::field(self.slot(used)));
            let dst = Self::field(self.next_slot());
            let at = self.custom(Opcode::SelectV128, &[dst, a, b, cond]);
            self.push_slot_result(at, class, Dst::Field);
            return;
        }
        let opcode = match class {
            Class::F32 => Opcode::SelectF32,
            Class::F64 => Opcode::SelectF64,
            _ => Opcode::Select64,
        };
        let value = |used: Used| match used.place {
            Place::Const(bits) => (Loc::Code, bits),
            _ => (Loc::Slot, Self::field(self.slot_of(used))),
        };
        let ((of_a, a), (of_b, b)) = (value(a), value(b));
        let cond = self.source_not_const(cond);
        let before = self.accumulators();
        let form = forms::SELECT.with_result([cond.loc(), of_a, of_b], To::Slot);
        let operands = layout::Select { cond: cond.slot(), dst: self.next_slot(), a, b };
        let at = self.emit(opcode, form, operands);
        self.push_result(at, class, Dst::Half, before);
    }
}
