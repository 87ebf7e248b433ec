//! Blocks, and which instruction of this category does what.

use super::branch::LabelId;
use super::stack::Place;
use super::{Translator, class_of};
use crate::ir::{Class, Opcode};
use alloc::vec::Vec;
use dergwasm_types::ValType;
use wasmparser::{BlockType, Operator};

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The function's body.
    Function,
    /// A block, or the second arm of an `if`.
    Block,
    /// A loop.
    Loop,
    /// The first arm of an `if`, with the label of the second.
    If(LabelId),
    /// A block that is not reached at all.
    Dead,
}

/// A block that is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Control {
    pub(super) kind: Kind,
    pub(super) label: LabelId,
    /// The height of the stack below the block's parameters.
    pub(super) height: usize,
    ty: BlockType,
    params: usize,
    results: usize,
}

impl Control {
    /// How many operands a branch to it carries.
    pub(super) fn branch_operands(&self) -> usize {
        if self.kind == Kind::Loop { self.params } else { self.results }
    }
}

impl Translator<'_> {
    /// Translates an instruction of control flow; says whether it was one.
    pub(super) fn control(
        &mut self,
        operator: &Operator<'_>,
    ) -> Result<bool, wasmparser::BinaryReaderError> {
        match *operator {
            Operator::Nop => {}
            Operator::Unreachable => {
                self.custom(Opcode::Unreachable, &[]);
                self.reachable = false;
            }
            Operator::Block { blockty } => self.block(blockty),
            Operator::Loop { blockty } => self.loop_(blockty),
            Operator::If { blockty } => self.if_(blockty),
            Operator::Else => self.else_(),
            Operator::End => self.end_block(),
            Operator::Br { relative_depth } => self.br(relative_depth),
            Operator::BrIf { relative_depth } => self.br_if(relative_depth),
            Operator::BrTable { ref targets } => self.br_table(targets)?,
            Operator::Return => self.return_(),
            Operator::Call { function_index } => self.call(function_index),
            Operator::CallIndirect { type_index, table_index } => {
                self.call_indirect(type_index, table_index);
            }
            Operator::ReturnCall { function_index } => self.return_call(function_index),
            Operator::ReturnCallIndirect { type_index, table_index } => {
                self.return_call_indirect(type_index, table_index);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Follows the structure of blocks in code that is never reached.
    pub(super) fn skip(&mut self, operator: &Operator<'_>) {
        match operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                self.controls.push(Control {
                    kind: Kind::Dead,
                    label: 0,
                    height: self.stack.height(),
                    ty: BlockType::Empty,
                    params: 0,
                    results: 0,
                });
            }
            Operator::Else => self.else_(),
            Operator::End => self.end_block(),
            _ => {}
        }
    }

    /// Opens the function's body.
    pub(super) fn push_function_control(&mut self) {
        let label = self.new_label();
        self.controls.push(Control {
            kind: Kind::Function,
            label,
            height: 0,
            ty: BlockType::Empty,
            params: 0,
            results: self.ty.results().len(),
        });
    }

    /// The classes of a block's parameters, or with `results` of its results.
    fn classes(&self, ty: BlockType, results: bool) -> Vec<Class> {
        let of = |types: &[ValType]| types.iter().copied().map(class_of).collect();
        match ty {
            BlockType::Empty => Vec::new(),
            BlockType::Type(_) if !results => Vec::new(),
            BlockType::Type(ty) => alloc::vec![match ty {
                wasmparser::ValType::I32 => Class::I32,
                wasmparser::ValType::I64 | wasmparser::ValType::Ref(_) => Class::I64,
                wasmparser::ValType::F32 => Class::F32,
                wasmparser::ValType::F64 => Class::F64,
                wasmparser::ValType::V128 => Class::V128,
            }],
            BlockType::FuncType(index) => match self.module.types().get(index as usize) {
                Some(ty) if results => of(ty.results()),
                Some(ty) => of(ty.params()),
                None => Vec::new(),
            },
        }
    }

    /// Opens a block whose parameters are on the stack.
    fn open(&mut self, kind: Kind, ty: BlockType) -> Control {
        let (params, results) = match ty {
            BlockType::Empty => (0, 0),
            BlockType::Type(_) => (0, 1),
            BlockType::FuncType(index) => {
                let ty = self.module.types().get(index as usize);
                ty.map_or((0, 0), |ty| (ty.params().len(), ty.results().len()))
            }
        };
        // Branches expect parameters in their slots, and code inside may write locals.
        self.settle_top(params);
        self.settle_locals();
        let label = self.new_label();
        let height = self.stack.height() - params;
        let control = Control { kind, label, height, ty, params, results };
        self.controls.push(control);
        control
    }

    fn block(&mut self, ty: BlockType) {
        self.open(Kind::Block, ty);
    }

    fn loop_(&mut self, ty: BlockType) {
        let control = self.open(Kind::Loop, ty);
        self.stop_paying();
        self.bind(control.label);
        self.pay_from_here();
        self.poll();
    }

    fn if_(&mut self, ty: BlockType) {
        let condition = self.pop_condition();
        let otherwise = self.new_label();
        let control = self.open(Kind::If(otherwise), ty);
        self.branch(condition, true, otherwise);
        if control.params > 0 {
            // The other arm reads the parameters from their slots.
            self.forget_accumulators();
        }
        self.pay_again();
    }

    fn else_(&mut self) {
        let Some(control) = self.controls.last_mut() else { return };
        let Kind::If(otherwise) = control.kind else { return };
        control.kind = Kind::Block;
        let control = *control;
        if self.reachable {
            self.settle_top(control.results);
            self.jump(control.label);
        }
        self.stack.truncate(control.height);
        for class in self.classes(control.ty, false) {
            self.stack.push(class, Place::Slot);
        }
        self.bind(otherwise);
        self.reachable = true;
        self.pay_again();
    }

    fn end_block(&mut self) {
        let Some(control) = self.controls.pop() else { return };
        match control.kind {
            Kind::Dead => return,
            Kind::Function => {
                if self.reachable {
                    self.return_();
                }
                return;
            }
            _ => {}
        }
        if self.reachable {
            self.settle_top(control.results);
        }
        let mut joined = self.reachable;
        if let Kind::If(otherwise) = control.kind {
            // Without a second arm the parameters are the results.
            self.bind(otherwise);
            joined = true;
        }
        if control.kind != Kind::Loop {
            joined |= self.is_used(control.label);
            if self.is_used(control.label) {
                self.bind(control.label);
            }
        }
        self.stack.truncate(control.height);
        self.reachable = joined;
        if joined {
            for class in self.classes(control.ty, true) {
                self.stack.push(class, Place::Slot);
            }
            self.pay_again();
        }
    }

    /// From here on, what is translated is paid for by an instruction emitted here.
    pub(super) fn pay_from_here(&mut self) {
        if self.options.fuel {
            self.forget_accumulators();
            self.fuel_at = Some(self.custom(Opcode::Fuel, &[0]));
        }
    }

    /// Writes down what the present fuel instruction pays for.
    pub(super) fn stop_paying(&mut self) {
        if let Some(at) = self.fuel_at.take() {
            self.code[at + 1] = self.fuel;
        }
        self.fuel = 0;
    }

    fn pay_again(&mut self) {
        self.stop_paying();
        self.pay_from_here();
    }

    /// Emits a check for interruption.
    pub(super) fn poll(&mut self) {
        if self.options.interruptible {
            self.forget_accumulators();
            self.custom(Opcode::Poll, &[]);
        }
    }

    /// Makes a bulk instruction pay for the length in a slot.
    pub(super) fn pay_for_bulk(&mut self, len: i32) {
        if self.options.fuel {
            // A run may stop here and go on later, without accumulators.
            self.forget_accumulators();
            self.custom(Opcode::FuelBulk, &[i64::from(len).cast_unsigned()]);
        }
    }

    /// The byte offset of a slot, as a field of a custom instruction.
    pub(super) fn field(slot: i32) -> u64 {
        i64::from(slot).cast_unsigned()
    }
}
