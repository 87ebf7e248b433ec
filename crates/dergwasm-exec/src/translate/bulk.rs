//! Memories, tables and segments: instructions whose operands are in slots.

use super::Translator;
use super::emit::Dst;
use crate::ir::code::slots;
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
                let class = self.memory_class(mem);
                // The slot must be the operand's own: the result takes its place.
                self.grows(Opcode::MemoryGrow, Opcode::MemoryGrowPaid, class, 1, mem);
            }
            Operator::MemoryCopy { dst_mem, src_mem } => {
                let opcodes = [Opcode::MemoryCopyPaid, Opcode::MemoryCopyPart];
                self.moves_bytes(Opcode::MemoryCopy, opcodes, &[dst_mem, src_mem]);
            }
            Operator::MemoryFill { mem } => {
                let opcodes = [Opcode::MemoryFillPaid, Opcode::MemoryFillPart];
                self.moves_bytes(Opcode::MemoryFill, opcodes, &[mem]);
            }
            Operator::MemoryInit { data_index, mem } => {
                self.takes_three(Opcode::MemoryInit, Opcode::MemoryInitPart, &[data_index, mem]);
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
                let class = self.table_class(table);
                self.grows(Opcode::TableGrow, Opcode::TableGrowPaid, class, 2, table);
            }
            Operator::TableFill { table } => {
                self.takes_three(Opcode::TableFill, Opcode::TableFillPart, &[table]);
            }
            Operator::TableCopy { dst_table, src_table } => {
                self.takes_three(Opcode::TableCopy, Opcode::TableCopyPart, &[dst_table, src_table]);
            }
            Operator::TableInit { elem_index, table } => {
                self.takes_three(Opcode::TableInit, Opcode::TableInitPart, &[elem_index, table]);
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
        self.push_slot_result(at, class, Dst::Field);
    }

    /// An instruction with some operands that makes a memory or table grow, or the one of code with
    /// fuel or interruption, which may stop before it does so.
    fn grows(&mut self, opcode: Opcode, paid: Opcode, class: Class, operands: usize, index: u32) {
        if !self.in_parts() {
            return self.yields(opcode, class, operands, &[index]);
        }
        let (first, roots) = self.begin_part(operands);
        let slots: [i32; 3] = [first, first, first + slots(1)];
        self.part(paid, &slots[..=operands], &[index.into()], &roots);
        self.stack.push_slot(class);
    }

    /// An instruction with three operands, the last of them a length, and indices; or the one that
    /// does it in parts.
    fn takes_three(&mut self, opcode: Opcode, part: Opcode, indices: &[u32]) {
        if self.in_parts() {
            let (first, roots) = self.begin_part(3);
            return self.part_of_three(part, first, indices, &roots);
        }
        let operands = self.pop_three();
        self.custom(opcode, &operands);
        self.code.extend(indices.iter().map(|&index| u64::from(index)));
    }

    /// The same for one that is often short: what is paid and done at once reads its operands where
    /// they are, and only the rest is left to the one that does it in parts.
    fn moves_bytes(&mut self, opcode: Opcode, [paid, part]: [Opcode; 2], indices: &[u32]) {
        if !self.in_parts() {
            return self.takes_three(opcode, part, indices);
        }
        let operands = self.pop_three();
        self.forget_accumulators();
        let (first, roots) = (self.next_slot(), self.roots());
        self.custom(paid, &operands);
        self.code.push(Self::field(first));
        self.code.extend(indices.iter().map(|&index| u64::from(index)));
        self.part_of_three(part, first, indices, &roots);
    }

    /// The fields of three operands in slots.
    fn pop_three(&mut self) -> [u64; 3] {
        let [c, b, a] = [self.pop_slot(), self.pop_slot(), self.pop_slot()];
        [a, b, c].map(Self::field)
    }

    /// Emits an instruction that does its work in parts, given the first of its three operands' own
    /// slots.
    fn part_of_three(&mut self, part: Opcode, first: i32, indices: &[u32], roots: &[i32]) {
        let rest: alloc::vec::Vec<u64> = indices.iter().map(|&index| index.into()).collect();
        self.part(part, &[0, 1, 2].map(|i| first + slots(i)), &rest, roots);
    }
}
