//! Calls and returns.

use super::emit::{Copies, Source};
use super::stack::Place;
use super::{Translator, narrow};
use crate::ir::{Class, Opcode, layout};
use dergwasm_types::{FuncIdx, FuncType, TypeIdx};

impl<'m> Translator<'m> {
    fn type_at(&self, index: u32) -> &'m FuncType {
        // Validation has seen that it is one; of what is trusted nothing is known.
        self.module.func_type_at(TypeIdx(index)).unwrap_or_else(|| self.own_type())
    }

    /// Puts the arguments of a call into their slots; returns the height of the first and the
    /// number of slots for arguments or results.
    fn arguments(&mut self, ty: &FuncType) -> (usize, u32) {
        let count = ty.params().len();
        self.settle_top(count);
        (self.stack.height() - count, narrow(count.max(ty.results().len())))
    }

    /// Emits a call, given what it needs besides the callee's base.
    fn emit_call(&mut self, opcode: Opcode, ty: &FuncType, operands: &[u64]) {
        let (first, area) = self.arguments(ty);
        let sp = Self::field(self.callee_base(first, area));
        let copies = if opcode == Opcode::Call { self.take_copies() } else { Copies::None };
        let (opcode, copies) = match &copies {
            Copies::None => (opcode, [].as_slice()),
            Copies::One(fields) => (Opcode::CallCopy, fields.as_slice()),
            Copies::Two(fields) => (Opcode::CallCopyTwo, fields.as_slice()),
        };
        let at = self.custom(opcode, &[sp]);
        self.code.extend_from_slice(operands);
        self.code.extend_from_slice(copies);
        self.stack.truncate(first);
        self.add_present_roots(at);
        self.push_call_results(ty.results());
    }

    pub(super) fn call(&mut self, func: u32) {
        let ty = self.module.func_type(FuncIdx(func));
        let imported = (func as usize) < self.module.imported_func_count();
        let opcode = if imported { Opcode::CallImport } else { Opcode::Call };
        self.emit_call(opcode, ty, &[func.into()]);
    }

    pub(super) fn call_indirect(&mut self, ty: u32, table: u32) {
        let index = Self::field(self.pop_slot());
        self.emit_call(Opcode::CallIndirect, self.type_at(ty), &[index, table.into(), ty.into()]);
    }

    pub(super) fn call_ref(&mut self, ty: u32) {
        let func = Self::field(self.pop_slot());
        self.emit_call(Opcode::CallRef, self.type_at(ty), &[func, ty.into()]);
    }

    /// Emits a call that replaces this function's frame.
    fn emit_return_call(&mut self, opcode: Opcode, ty: &FuncType, operands: &[u64]) {
        let (first, area) = self.arguments(ty);
        let count = ty.params().len() as u64;
        let args = Self::field(self.layout.operand(narrow(first)));
        let dst = Self::field(self.layout.result(0));
        let sp = i64::from(area) * 16 - i64::from(self.layout.area) * 16;
        // The new header may lie above what this frame uses.
        self.reserve(area + 1);
        self.custom(opcode, &[args, dst, count, sp.cast_unsigned()]);
        self.code.extend_from_slice(operands);
        self.reachable = false;
    }

    pub(super) fn return_call(&mut self, func: u32) {
        let ty = self.module.func_type(FuncIdx(func));
        let imported = (func as usize) < self.module.imported_func_count();
        let opcode = if imported { Opcode::ReturnCallImport } else { Opcode::ReturnCall };
        self.emit_return_call(opcode, ty, &[func.into()]);
    }

    pub(super) fn return_call_indirect(&mut self, ty: u32, table: u32) {
        let index = Self::field(self.pop_slot());
        let operands = [index, table.into(), ty.into()];
        self.emit_return_call(Opcode::ReturnCallIndirect, self.type_at(ty), &operands);
    }

    pub(super) fn return_call_ref(&mut self, ty: u32) {
        let func = Self::field(self.pop_slot());
        let operands = [func, ty.into()];
        self.emit_return_call(Opcode::ReturnCallRef, self.type_at(ty), &operands);
    }

    /// Returns; what comes after is not reached.
    pub(super) fn return_(&mut self) {
        if let [_] = self.own_type().results() {
            let used = self.pop();
            let source = self.source(used);
            self.return_value(used.class, source);
        } else {
            self.return_top();
        }
        self.reachable = false;
    }

    /// Returns the top operands; they stay on the stack for code that does not return.
    pub(super) fn return_top(&mut self) {
        let results = self.own_type().results().len();
        let first = self.stack.height() - results;
        if results == 0 {
            self.custom(Opcode::Return, &[]);
            return;
        }
        if self.results_overlap(first, results) {
            for height in first..first + results {
                let source = self.where_is(height);
                let (class, _) = self.stack.get(height);
                self.copy(class, source, self.layout.operand(narrow(height)));
            }
            self.return_from_slots(first, results, true);
        } else {
            self.return_from_slots(first, results, false);
        }
    }

    /// Whether writing a result could overwrite a parameter that a later result copies.
    fn results_overlap(&self, first: usize, results: usize) -> bool {
        results > 1
            && (0..results).any(|i| match self.stack.get(first + i).1 {
                Place::Local(local) => {
                    local < self.layout.params && local as usize != i && (local as usize) < results
                }
                _ => false,
            })
    }

    /// Where the operand of a height is.
    fn where_is(&self, height: usize) -> Source {
        match self.stack.get(height).1 {
            Place::Slot => Source::Slot(self.layout.operand(narrow(height))),
            Place::Local(local) => Source::Slot(self.layout.local(local)),
            Place::Const(bits) => Source::Const(bits),
        }
    }

    /// Writes all results but the first, then returns the first.
    fn return_from_slots(&mut self, first: usize, results: usize, settled: bool) {
        let source = |this: &Self, height: usize| match settled {
            true => Source::Slot(this.layout.operand(narrow(height))),
            false => this.where_is(height),
        };
        for i in 1..results {
            let (class, _) = self.stack.get(first + i);
            self.copy(class, source(self, first + i), self.layout.result(narrow(i)));
        }
        let (class, _) = self.stack.get(first);
        let value = source(self, first);
        self.return_value(class, value);
    }

    pub(super) fn return_value(&mut self, class: Class, source: Source) {
        let dst = self.layout.result(0);
        let opcode = match class {
            Class::V128 => Opcode::ReturnV128,
            Class::F32 => Opcode::ReturnF32,
            Class::F64 => Opcode::ReturnF64,
            Class::I32 | Class::I64 | Class::Ref => Opcode::Return64,
        };
        self.emit_moving(opcode, class, source, |src| layout::Return { src, dst });
    }
}
