//! Memories, tables and segments: instructions whose operands are in slots.

use super::Translator;
use super::emit::Dst;
use crate::ir::{Class, Opcode};
use dergwasm_types::{MemIdx, TableIdx, ValType};
use wasmparser::Operator;

impl Translator<'_> {
    /// Translates an instruction of these categories; says whether it was one.
    pub(super) fn bulk(&mut self, operator: &Operator<'_>) -> bool {
        self.memory(operator) || self.table(operator)
    }

    /// The class of addresses and sizes of a memory.
    fn memory_class(&self, memory: u32) -> Class {
        let memory64 = self.module.memory_type(MemIdx(memory)).memory64;
        if memory64 { Class::I64 } else { Class::I32 }
    }

    /// The class of indices and sizes of a table.
    fn table_class(&self, table: u32) -> Class {
        let table64 = self.module.table_type(TableIdx(table)).table64;
        if table64 { Class::I64 } else { Class::I32 }
    }

    fn memory(&mut self, operator: &Operator<'_>) -> bool {
        match *operator {
            Operator::MemorySize { mem } => {
                self.yields(Opcode::MemorySize, self.memory_class(mem), 0, &[mem]);
            }
            Operator::MemoryGrow { mem } => {
                // The slot must be the operand's own: the result takes its place.
                self.yields(Opcode::MemoryGrow, self.memory_class(mem), 1, &[mem]);
            }
            Operator::MemoryCopy { dst_mem, src_mem } => {
                self.takes_three(Opcode::MemoryCopy, &[dst_mem, src_mem]);
            }
            Operator::MemoryFill { mem } => self.takes_three(Opcode::MemoryFill, &[mem]),
            Operator::MemoryInit { data_index, mem } => {
                self.takes_three(Opcode::MemoryInit, &[data_index, mem]);
            }
            Operator::DataDrop { data_index } => {
                self.custom(Opcode::DataDrop, &[data_index.into()]);
            }
            _ => return false,
        }
        true
    }

    fn table(&mut self, operator: &Operator<'_>) -> bool {
        match *operator {
            Operator::TableGet { table } => {
                let element = self.module.table_type(TableIdx(table)).element;
                let class = self.class_of(ValType::Ref(element));
                self.yields(Opcode::TableGet, class, 1, &[table]);
            }
            Operator::TableSet { table } => {
                let value = self.pop_slot();
                let index = self.pop_slot();
                let fields = [Self::field(index), Self::field(value), table.into()];
                self.custom(Opcode::TableSet, &fields);
            }
            Operator::TableSize { table } => {
                self.yields(Opcode::TableSize, self.table_class(table), 0, &[table]);
            }
            Operator::TableGrow { table } => {
                self.yields(Opcode::TableGrow, self.table_class(table), 2, &[table]);
            }
            Operator::TableFill { table } => self.takes_three(Opcode::TableFill, &[table]),
            Operator::TableCopy { dst_table, src_table } => {
                self.takes_three(Opcode::TableCopy, &[dst_table, src_table]);
            }
            Operator::TableInit { elem_index, table } => {
                self.takes_three(Opcode::TableInit, &[elem_index, table]);
            }
            Operator::ElemDrop { elem_index } => {
                self.custom(Opcode::ElemDrop, &[elem_index.into()]);
            }
            _ => return false,
        }
        true
    }

    /// An instruction with a result, some operands and indices.
    pub(super) fn yields(
        &mut self,
        opcode: Opcode,
        class: Class,
        operands: usize,
        indices: &[u32],
    ) {
        let mut slots = [0; 2];
        for slot in slots[..operands].iter_mut().rev() {
            *slot = Self::field(self.pop_slot());
        }
        let dst = Self::field(self.next_slot());
        let at = self.custom(opcode, &[dst]);
        self.code.extend_from_slice(&slots[..operands]);
        self.code.extend(indices.iter().map(|&index| u64::from(index)));
        self.push_slot_result(at, class, Dst::Word);
    }

    /// An instruction with three operands, the last of them a length, and indices.
    fn takes_three(&mut self, opcode: Opcode, indices: &[u32]) {
        let [c, b, a] = [self.pop_slot(), self.pop_slot(), self.pop_slot()];
        self.pay_for_bulk(c);
        self.custom(opcode, &[a, b, c].map(Self::field));
        self.code.extend(indices.iter().map(|&index| u64::from(index)));
    }
}
