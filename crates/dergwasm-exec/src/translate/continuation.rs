//! Continuations.
//!
//! A `resume` is a call of which the translation notes which tags it handles; the code of handlers
//! stands with that of exceptions, behind the function's.

use super::exception::Comes;
use super::{Translator, narrow};
use crate::ir::{Class, Opcode};
use dergwasm_types::{CompositeType, FuncType, TagIdx, TypeIdx, ValType};
use wasmparser::{Handle, Operator, ResumeTable};

impl<'m> Translator<'m> {
    /// Translates an instruction of this category; says whether it was one.
    pub(super) fn continuation(&mut self, operator: &Operator<'_>) -> bool {
        match *operator {
            Operator::ContNew { .. } => self.allocates(Opcode::ContNew, 1, &[]),
            Operator::ContBind { argument_index, result_index } => {
                self.cont_bind(argument_index, result_index);
            }
            Operator::Suspend { tag_index } => self.suspend(tag_index),
            Operator::Resume { cont_type_index, ref resume_table } => {
                let cont = Self::field(self.pop_slot());
                self.resume(Opcode::Resume, cont_type_index, resume_table, cont, None, true);
            }
            Operator::ResumeThrow { cont_type_index, tag_index, ref resume_table } => {
                let cont = Self::field(self.pop_slot());
                let count = self.module.tag_type(TagIdx(tag_index)).params().len();
                let first = Self::field(self.take_settled(count));
                let rest = [first, tag_index.into()];
                let op = Opcode::ResumeThrow;
                self.resume(op, cont_type_index, resume_table, cont, Some(&rest), false);
            }
            Operator::ResumeThrowRef { cont_type_index, ref resume_table } => {
                let cont = Self::field(self.pop_slot());
                let exception = Self::field(self.pop_slot());
                let op = Opcode::ResumeThrowRef;
                self.resume(op, cont_type_index, resume_table, cont, Some(&[exception]), false);
            }
            Operator::Switch { cont_type_index, tag_index } => {
                self.switch(cont_type_index, tag_index);
            }
            _ => return false,
        }
        true
    }

    /// The type of the function that continuations of a type go on with.
    fn cont_func(&self, ty: u32) -> Option<&'m FuncType> {
        match self.module.types().get(ty as usize)?.composite {
            CompositeType::Cont(func) => self.module.func_type_at(func),
            _ => None,
        }
    }

    /// Takes the top operands, which are moved to their slots; returns the first slot.
    fn take_settled(&mut self, count: usize) -> i32 {
        self.settle_top(count);
        self.stack.truncate(self.stack.height() - count);
        self.next_slot()
    }

    /// Pushes values of these types that are in their slots.
    fn push_settled(&mut self, types: &[ValType]) {
        self.forget_accumulators();
        for &ty in types {
            let class = self.class_of(ty);
            self.stack.push_slot(class);
        }
    }

    fn cont_bind(&mut self, from: u32, to: u32) {
        let params = |ty| self.cont_func(ty).map_or(0, |ty| ty.params().len());
        let count = params(from).saturating_sub(params(to));
        self.settle_top(count + 1);
        let roots = self.roots();
        let cont = Self::field(self.pop_slot());
        let first = Self::field(self.take_settled(count));
        self.forget_accumulators();
        let dst = Self::field(self.next_slot());
        let at = self.custom(Opcode::ContBind, &[dst, cont, first, count as u64]);
        self.add_roots(at, &roots);
        self.push_slot_result(at, Class::Ref, super::emit::Dst::Field);
    }

    fn suspend(&mut self, tag: u32) {
        let ty = self.module.tag_type(TagIdx(tag));
        self.settle_top(ty.params().len());
        let roots = self.roots();
        let first = Self::field(self.take_settled(ty.params().len()));
        self.reserve_results(ty.results().len());
        let at = self.custom(Opcode::Suspend, &[first, tag.into()]);
        self.add_roots(at, &roots);
        self.push_settled(ty.results());
    }

    /// Makes sure the frame has room for more operands.
    fn reserve_results(&mut self, count: usize) {
        self.reserve(self.layout.locals + narrow(self.stack.height() + count));
    }

    fn resume(
        &mut self,
        opcode: Opcode,
        ty: u32,
        table: &ResumeTable,
        cont: u64,
        rest: Option<&[u64]>,
        with_args: bool,
    ) {
        let Some(func) = self.cont_func(ty) else { return };
        // A suspension looks at them one after the other.
        self.fuel += self.costs.of_clauses(table.handlers.len());
        let area = narrow(func.params().len().max(func.results().len()));
        let args = if with_args { func.params().len() } else { 0 };
        self.settle_top(args);
        let first = self.stack.height() - args;
        let sp = Self::field(self.callee_base(first, area));
        let roots = self.roots();
        self.stack.truncate(first);
        self.forget_accumulators();
        let at = self.custom(opcode, &[sp, cont, ty.into()]);
        self.code.extend_from_slice(rest.unwrap_or_default());
        self.add_roots(at, &roots);
        let site = self.side.resumes.add(narrow(at), narrow(self.code.len()));
        for handle in &table.handlers {
            match *handle {
                Handle::OnSwitch { tag } => {
                    self.side.resumes.handle(site, TagIdx(tag), None);
                }
                Handle::OnLabel { tag, label } => {
                    let (tag, exit) = (TagIdx(tag), self.exit_to(label));
                    let handler = self.side.resumes.handle(site, tag, Some(0));
                    self.add_pad(Comes::Suspended { site, handler }, Some(tag), true, exit);
                }
            }
        }
        self.push_settled(func.results());
    }

    fn switch(&mut self, ty: u32, tag: u32) {
        let Some(func) = self.cont_func(ty) else { return };
        // The last parameter is the continuation that this one becomes.
        let count = func.params().len().saturating_sub(1);
        let awaited = match func.params().last() {
            Some(ValType::Ref(own)) => match own.heap {
                dergwasm_types::HeapType::Concrete(TypeIdx(own)) => self.cont_func(own),
                _ => None,
            },
            _ => None,
        };
        self.settle_top(count + 1);
        let roots = self.roots();
        let cont = Self::field(self.pop_slot());
        let first = Self::field(self.take_settled(count));
        let awaited = awaited.map_or(&[][..], FuncType::params);
        self.reserve_results(awaited.len());
        let at = self.custom(Opcode::Switch, &[first, count as u64, cont, tag.into()]);
        self.add_roots(at, &roots);
        self.push_settled(awaited);
    }
}
