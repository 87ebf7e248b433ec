//! Blocks, and which instruction of this category does what.

use super::Translator;
use super::branch::LabelId;
use crate::ir::layout::Word;
use crate::ir::{Opcode, RegionId};
use dergwasm_types::{TagIdx, TypeIdx};
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
    /// A `try_table`, whose code is this region.
    TryTable(RegionId),
    /// The body of a `try`.
    Try(RegionId),
    /// A clause of the `try` of this region.
    Catch(RegionId),
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
    pub(super) results: usize,
    /// Whether an exception that is caught can lead to its label.
    pub(super) caught: bool,
    /// The region around it.
    pub(super) outer: Option<RegionId>,
}

impl Control {
    /// How many operands a branch to it carries.
    pub(super) fn branch_operands(&self) -> usize {
        if self.kind == Kind::Loop { self.params } else { self.results }
    }
}

impl Translator<'_> {
    /// Translates an instruction of control flow; says whether it was one.
    #[cfg_attr(not(debug_assertions), inline(always))]
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
            Operator::CallRef { type_index } => self.call_ref(type_index),
            Operator::ReturnCallRef { type_index } => self.return_call_ref(type_index),
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
            Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::Try { .. }
            | Operator::TryTable { .. } => {
                self.note_length(self.controls.len());
                self.controls.push(Control {
                    kind: Kind::Dead,
                    label: 0,
                    height: self.stack.height(),
                    ty: BlockType::Empty,
                    params: 0,
                    results: 0,
                    caught: false,
                    outer: self.region,
                });
            }
            Operator::Else => self.else_(),
            Operator::End => self.end_block(),
            Operator::Catch { tag_index } => self.catch(Some(TagIdx(*tag_index))),
            Operator::CatchAll => self.catch(None),
            Operator::Delegate { relative_depth } => self.delegate(*relative_depth),
            _ => {}
        }
    }

    /// Opens the function's body.
    pub(super) fn push_function_control(&mut self) {
        let label = self.new_label();
        self.note_length(self.controls.len());
        self.controls.push(Control {
            kind: Kind::Function,
            label,
            height: 0,
            ty: BlockType::Empty,
            params: 0,
            results: self.own_type().results().len(),
            caught: false,
            outer: None,
        });
    }

    /// Pushes a block's parameters, or with `results` its results, which are in their slots.
    fn push_in_slots(&mut self, ty: BlockType, results: bool) {
        let types = match ty {
            BlockType::Empty => return,
            BlockType::Type(ty) => {
                if results {
                    self.stack.push_slot(self.class_of_parsed(ty));
                }
                return;
            }
            BlockType::FuncType(index) => match self.module.func_type_at(TypeIdx(index)) {
                Some(ty) if results => ty.results(),
                Some(ty) => ty.params(),
                None => return,
            },
        };
        for &ty in types {
            self.stack.push_slot(self.class_of(ty));
        }
    }

    /// Opens a block whose parameters are on the stack.
    pub(super) fn open(&mut self, kind: Kind, ty: BlockType) -> Control {
        let (params, results) = match ty {
            BlockType::Empty => (0, 0),
            BlockType::Type(_) => (0, 1),
            BlockType::FuncType(index) => {
                let ty = self.module.func_type_at(TypeIdx(index));
                ty.map_or((0, 0), |ty| (ty.params().len(), ty.results().len()))
            }
        };
        // Branches expect parameters in their slots, and code inside may write locals.
        self.settle_top(params);
        self.settle_locals();
        let label = self.new_label();
        let height = self.stack.height() - params;
        let control =
            Control { kind, label, height, ty, params, results, caught: false, outer: self.region };
        self.note_length(self.controls.len());
        self.controls.push(control);
        control
    }

    fn block(&mut self, ty: BlockType) {
        self.open(Kind::Block, ty);
    }

    fn loop_(&mut self, ty: BlockType) {
        let control = self.open(Kind::Loop, ty);
        self.stop_paying();
        self.bind_loop(control.label);
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
        self.push_in_slots(control.ty, false);
        self.bind(otherwise);
        self.reachable = true;
        self.pay_again();
    }

    pub(super) fn end_block(&mut self) {
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
            self.leave_clause(&control);
        }
        if let Kind::TryTable(region) | Kind::Try(region) = control.kind {
            self.end_region(region, control.outer);
        }
        let mut joined = self.reachable;
        if let Kind::If(otherwise) = control.kind {
            // Without a second arm the parameters are the results.
            self.bind(otherwise);
            joined = true;
        }
        if control.kind != Kind::Loop {
            let used = control.caught || self.is_used(control.label);
            joined |= used;
            if used {
                self.bind(control.label);
            }
        }
        self.stack.truncate(control.height);
        self.reachable = joined;
        if joined {
            self.push_in_slots(control.ty, true);
            self.pay_again();
        }
    }

    /// From here on, what is translated is paid for by an instruction emitted here.
    pub(super) fn pay_from_here(&mut self) {
        if self.options.fuel.is_some() {
            self.forget_accumulators();
            let at = self.custom(Opcode::Fuel, &[0]);
            self.add_present_roots(at);
            self.fuel_at = Some(at);
        }
    }

    /// Writes down what the present fuel instruction pays for.
    pub(super) fn stop_paying(&mut self) {
        if let Some(at) = self.fuel_at.take() {
            const AMOUNT: Word = Opcode::Fuel.word_named("amount");
            self.code[at + AMOUNT.0] = self.fuel;
        }
        self.fuel = 0;
    }

    pub(super) fn pay_again(&mut self) {
        self.stop_paying();
        self.pay_from_here();
    }

    /// Emits a check for interruption.
    pub(super) fn poll(&mut self) {
        if self.options.interruptible {
            self.forget_accumulators();
            let at = self.custom(Opcode::Poll, &[]);
            self.add_present_roots(at);
        }
    }

    /// Whether bulk instructions are to pay and to stop between parts of their work.
    pub(super) fn in_parts(&self) -> bool {
        self.options.fuel.is_some() || self.options.interruptible
    }

    /// Begins an instruction that may stop and be done again: moves its operands, the top ones, to
    /// slots of their own, which it may write to. Returns the first slot, and where references are.
    pub(super) fn begin_part(&mut self, operands: usize) -> (i32, alloc::vec::Vec<i32>) {
        self.settle_top(operands);
        self.forget_accumulators();
        let roots = self.roots();
        self.stack.truncate(self.stack.height() - operands);
        (self.next_slot(), roots)
    }

    /// Emits an instruction that may stop and be done again, given its operands' slots and what
    /// else it has.
    pub(super) fn part(&mut self, opcode: Opcode, slots: &[i32], rest: &[u64], roots: &[i32]) {
        let at = self.custom(opcode, &[]);
        self.code.extend(slots.iter().map(|&slot| Self::field(slot)));
        self.code.extend_from_slice(rest);
        self.add_roots(at, roots);
        self.last = None;
        self.newest = None;
    }

    /// The byte offset of a slot, as a field of a custom instruction.
    pub(super) fn field(slot: i32) -> u64 {
        i64::from(slot).cast_unsigned()
    }
}
