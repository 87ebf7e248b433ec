//! Locals, globals, and what only moves values.

use super::Translator;
use super::emit::{Dst, Source};
use super::stack::Place;
use crate::instance::InstanceBlock;
use crate::ir::{Class, Opcode, forms};
use dergwasm_types::GlobalIdx;
use wasmparser::Operator;

impl Translator<'_> {
    /// Translates an instruction of these categories; says whether it was one.
    pub(super) fn variable(&mut self, operator: &Operator<'_>) -> bool {
        match *operator {
            Operator::LocalGet { local_index } => {
                let class = self.locals[local_index as usize];
                self.stack.push(class, Place::Local(local_index));
            }
            Operator::LocalSet { local_index } => {
                self.set_local(local_index);
            }
            Operator::LocalTee { local_index } => {
                let used = self.set_local(local_index);
                let place = match used.place {
                    Place::Const(bits) => Place::Const(bits),
                    _ => Place::Local(local_index),
                };
                self.stack.push(used.class, place);
            }
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

    /// Where a global of the instance's own is, or the index of an imported one.
    fn global_place(&self, index: u32) -> Result<u64, u64> {
        let imported = self.module.imported_global_count();
        match (index as usize).checked_sub(imported) {
            Some(own) => Ok((InstanceBlock::SIZE + 16 * own) as u64),
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
        let (Ok(place) | Err(place)) = place;
        let dst = i64::from(self.next_slot()).cast_unsigned();
        let before = self.accumulators();
        let at = self.custom(opcode, &[dst, place]);
        self.push_result(at, class, Dst::Word, before);
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
        let (Ok(place) | Err(place)) = place;
        let src = i64::from(self.pop_slot()).cast_unsigned();
        self.custom(opcode, &[src, place]);
    }

    fn select(&mut self) {
        let cond = self.pop();
        let b = self.pop();
        let a = self.pop();
        let class = a.class;
        let wide = |slot: i32| i64::from(slot).cast_unsigned();
        if class == Class::V128 {
            let [a, b, cond] = [a, b, cond].map(|used| wide(self.slot(used)));
            let dst = wide(self.next_slot());
            let at = self.custom(Opcode::SelectV128, &[dst, a, b, cond]);
            self.push_slot_result(at, class, Dst::Word);
            return;
        }
        let opcode = match class {
            Class::F32 => Opcode::SelectF32,
            Class::F64 => Opcode::SelectF64,
            _ => Opcode::Select64,
        };
        let mut form = 0;
        let mut word = |used: super::emit::Used, constant: u8, this: &Self| match used.place {
            Place::Const(bits) => {
                form += constant;
                bits
            }
            _ => wide(this.slot_of(used)),
        };
        let a = word(a, forms::SELECT_A_K, self);
        let b = word(b, forms::SELECT_B_K, self);
        let cond = match self.source_not_const(cond) {
            Source::Slot(slot) => slot,
            _ => {
                form += forms::SELECT_COND_A;
                0
            }
        };
        let before = self.accumulators();
        let dst = self.next_slot();
        let at = self.emit_pair(opcode, form, cond, dst);
        self.code.extend([a, b]);
        self.push_result(at, class, Dst::Pair, before);
    }
}
