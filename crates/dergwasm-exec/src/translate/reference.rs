//! References: what they point to, and branches on that.

use super::Translator;
use super::branch::{Condition, LabelId};
use super::emit::{Dst, Source, Used};
use super::stack::Place;
use crate::handler::cast::Kind;
use crate::ir::{Class, Opcode};
use crate::module_types::is_traced;
use dergwasm_types::{CompositeType, HeapType, RefType, TypeIdx};
use wasmparser::{AbstractHeapType, Operator};

/// What a cast asks for.
#[derive(Clone, Copy, Debug)]
enum Asked {
    /// An object of a defined type.
    Object(u32),
    /// A function of a defined type.
    Func(u32),
    /// An abstract type.
    Kind(Kind),
}

impl Translator<'_> {
    pub(super) fn reference(&mut self, operator: &Operator<'_>) -> bool {
        match *operator {
            Operator::RefNull { hty } => {
                let class = self.class_of_heap(hty);
                self.constant(class, 0);
            }
            Operator::RefIsNull => self.is_zero(Opcode::I64Eq),
            Operator::RefFunc { function_index } => {
                self.yields(Opcode::RefFunc, Class::I64, 0, &[function_index]);
            }
            Operator::RefEq => self.compare(Opcode::I64Eq),
            Operator::RefAsNonNull => self.check_top(Opcode::RefAsNonNull, &[]),
            Operator::RefI31 => self.unary(Opcode::RefI31, Class::Ref),
            Operator::I31GetS => self.unary(Opcode::I31GetS, Class::I32),
            Operator::I31GetU => self.unary(Opcode::I31GetU, Class::I32),
            Operator::AnyConvertExtern | Operator::ExternConvertAny => {}
            Operator::RefTestNonNull { hty } => self.test(hty, false),
            Operator::RefTestNullable { hty } => self.test(hty, true),
            Operator::RefCastNonNull { hty } => self.cast(hty, false),
            Operator::RefCastNullable { hty } => self.cast(hty, true),
            Operator::BrOnNull { relative_depth } => self.br_on_null(relative_depth),
            Operator::BrOnNonNull { relative_depth } => self.br_on_non_null(relative_depth),
            Operator::BrOnCast { relative_depth, to_ref_type, .. } => {
                self.br_on_cast(relative_depth, to_ref_type, false);
            }
            Operator::BrOnCastFail { relative_depth, to_ref_type, .. } => {
                self.br_on_cast(relative_depth, to_ref_type, true);
            }
            _ => return false,
        }
        true
    }

    /// The class of references to a heap type.
    fn class_of_heap(&self, heap: wasmparser::HeapType) -> Class {
        use AbstractHeapType as A;
        let traced = match heap {
            wasmparser::HeapType::Abstract { ty, .. } => !matches!(ty, A::Func | A::NoFunc),
            wasmparser::HeapType::Concrete(index) | wasmparser::HeapType::Exact(index) => {
                let index = index.as_module_index().unwrap_or(u32::MAX);
                let heap = HeapType::Concrete(TypeIdx(index));
                is_traced(self.module, RefType { nullable: true, heap })
            }
        };
        if traced { Class::Ref } else { Class::I64 }
    }

    pub(super) fn class_of_ref(&self, ty: wasmparser::RefType) -> Class {
        self.class_of_heap(ty.heap_type())
    }

    fn asked(&self, heap: wasmparser::HeapType) -> Asked {
        use AbstractHeapType as A;
        match heap {
            wasmparser::HeapType::Abstract { ty, .. } => Asked::Kind(match ty {
                A::Any | A::Func | A::Extern | A::Exn | A::Cont => Kind::Top,
                A::None | A::NoFunc | A::NoExtern | A::NoExn | A::NoCont => Kind::Bottom,
                A::Eq => Kind::Eq,
                A::I31 => Kind::I31,
                A::Struct => Kind::Struct,
                A::Array => Kind::Array,
            }),
            wasmparser::HeapType::Concrete(index) | wasmparser::HeapType::Exact(index) => {
                let index = index.as_module_index().unwrap_or(u32::MAX);
                match self.module.types().get(index as usize).map(|ty| &ty.composite) {
                    Some(CompositeType::Func(_)) => Asked::Func(index),
                    _ => Asked::Object(index),
                }
            }
        }
    }

    /// The depth of a type.
    fn depth(&self, ty: u32) -> u64 {
        self.facts.get(ty as usize).map_or(0, |facts| facts.depth.into())
    }

    fn test(&mut self, heap: wasmparser::HeapType, null: bool) {
        let src = Self::field(self.pop_slot());
        let dst = Self::field(self.next_slot());
        let null = null.into();
        let at = match self.asked(heap) {
            Asked::Object(ty) => {
                let depth = self.depth(ty);
                self.custom(Opcode::RefTest, &[dst, src, ty.into(), depth, null])
            }
            Asked::Func(ty) => self.custom(Opcode::RefTestFunc, &[dst, src, ty.into(), null]),
            Asked::Kind(kind) => self.custom(Opcode::RefTestKind, &[dst, src, kind as u64, null]),
        };
        self.push_slot_result(at, Class::I32, Dst::Field);
    }

    fn cast(&mut self, heap: wasmparser::HeapType, null: bool) {
        let null = null.into();
        match self.asked(heap) {
            Asked::Object(ty) => {
                let depth = self.depth(ty);
                self.check_top(Opcode::RefCast, &[ty.into(), depth, null]);
            }
            Asked::Func(ty) => self.check_top(Opcode::RefCastFunc, &[ty.into(), null]),
            Asked::Kind(Kind::Top) if null == 1 => {}
            Asked::Kind(kind) => self.check_top(Opcode::RefCastKind, &[kind as u64, null]),
        }
    }

    /// Emits an instruction that looks at the top operand, which stays where it is.
    fn check_top(&mut self, opcode: Opcode, fields: &[u64]) {
        let used = self.pop_to_look_at();
        let src = Self::field(self.slot(used));
        self.custom(opcode, &[src]);
        self.code.extend_from_slice(fields);
        self.push_again(used);
    }

    /// Takes the top operand, which is to be pushed again and so has to be in its slot.
    fn pop_to_look_at(&mut self) -> Used {
        self.keep_slots();
        self.pop()
    }

    fn push_again(&mut self, used: Used) {
        let place = match used.place {
            // It was moved to its slot.
            Place::Const(_) => Place::Slot,
            place => place,
        };
        self.stack.push(used.class, place);
    }

    fn br_on_null(&mut self, depth: u32) {
        let used = self.pop_to_look_at();
        let source = self.source_not_const(used);
        self.branch_to(depth, |this, unless, label| {
            // Taken if the word is zero.
            this.branch(Condition::Value(source), !unless, label);
        });
        self.push_again(used);
    }

    fn br_on_non_null(&mut self, depth: u32) {
        let used = self.pop_to_look_at();
        let source = self.source_not_const(used);
        self.push_again(used);
        self.branch_to(depth, |this, unless, label| {
            this.branch(Condition::Value(source), unless, label);
        });
        self.pop();
    }

    fn br_on_cast(&mut self, depth: u32, to: wasmparser::RefType, fail: bool) {
        let used = self.pop_to_look_at();
        let src = Self::field(self.slot(used));
        self.push_again(used);
        let null = u64::from(to.is_nullable());
        let asked = self.asked(to.heap_type());
        self.branch_to(depth, |this, unless, label| {
            let fails = fail != unless;
            let (opcode, fields) = match asked {
                Asked::Object(ty) => {
                    let opcode = if fails { Opcode::BrOnCastFail } else { Opcode::BrOnCast };
                    this.custom(opcode, &[src, ty.into(), this.depth(ty), null]);
                    this.refer(label);
                    this.last = None;
                    return;
                }
                Asked::Func(ty) => (Opcode::RefTestFunc, [src, ty.into(), null]),
                Asked::Kind(kind) => (Opcode::RefTestKind, [src, kind as u64, null]),
            };
            this.test_and_branch(opcode, fields, fails, label);
        });
    }

    /// Tests into the slot above the operands, and branches on that.
    fn test_and_branch(&mut self, opcode: Opcode, fields: [u64; 3], fails: bool, label: LabelId) {
        let above = super::narrow(self.stack.height()) + 1;
        self.reserve(self.layout.locals + above);
        let dst = self.next_slot();
        self.custom(opcode, &[Self::field(dst)]);
        self.code.extend_from_slice(&fields);
        self.branch(Condition::Value(Source::Slot(dst)), fails, label);
    }
}
