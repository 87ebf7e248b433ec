//! The handlers of every opcode in every form, generated from the table.
//!
//! The order of the forms is that of `ir::shape::forms`.

use super::chain::{Handler, enter};
use crate::handler::access::{
    Far, FarLoadInstr, FarStoreInstr, Load, LoadInstr, Near, Store, StoreInstr,
};
use crate::handler::aggregate::{
    ElementInstr, ElementStoreInstr, FieldInstr, FieldStoreInstr, StructNewInstr,
};
use crate::handler::atomic::{AtomicLoadInstr, AtomicStoreInstr, Modify, ModifyInstr};
use crate::handler::binary::{Binary, BinaryInstr};
use crate::handler::compare::{BranchInstr, Compare, CompareInstr, StepBranchInstr};
use crate::handler::fused::{Fused, IndexedInstr, LoadedInstr, PairInstr, ScaledInstr, TwiceInstr};
use crate::handler::parametric::{CopyInstr, Move, ReturnInstr, SelectInstr, TableBranchInstr};
use crate::handler::unary::{Unary, UnaryInstr};
use crate::handler::vector::{
    ExtractInstr, Lanes, LanesInstr, VectorLoad, VectorLoadInstr, VectorStore, VectorStoreInstr,
};
use crate::handler::wide::{Wide, WideInstr, Widening, WideningInstr};
use crate::handler::{
    Execute, InAcc, InCode, InSlot, Stop, ToAcc, ToSlot, Vm, aggregate, call, cast, continuation,
    control, exception, memory, parametric, parts, reference, table, variable, wait,
};
// The table's macros call each other by name.
use crate::ir::table::*;
use crate::ir::{Field, Imm, Index, Slot, SlotCopy, Target};
use crate::numeric::vector::V128;
use crate::numeric::{atomic, convert, float, int, vector, width};
use dergwasm_types::Trap;

/// Defines what a row computes, as a type.
macro_rules! define_instr {
    (unary $Name:ident ($A:ty => $R:ty) $f:path) => {
        impl Unary for op::$Name {
            type A = $A;
            type R = $R;
            #[inline(always)]
            fn apply(a: $A) -> Result<$R, Trap> {
                Ok($f(a))
            }
        }
    };
    (partial_unary $Name:ident ($A:ty => $R:ty) $f:path) => {
        impl Unary for op::$Name {
            type A = $A;
            type R = $R;
            #[inline(always)]
            fn apply(a: $A) -> Result<$R, Trap> {
                $f(a)
            }
        }
    };
    (commutative $Name:ident $args:tt $f:path) => { define_instr!(binary $Name $args $f); };
    (binary $Name:ident ($A:ty, $B:ty => $R:ty) $f:path) => {
        impl Binary for op::$Name {
            type A = $A;
            type B = $B;
            type R = $R;
            #[inline(always)]
            fn apply(a: $A, b: $B) -> Result<$R, Trap> {
                Ok($f(a, b))
            }
        }
    };
    (partial $Name:ident ($A:ty, $B:ty => $R:ty) $f:path) => {
        impl Binary for op::$Name {
            type A = $A;
            type B = $B;
            type R = $R;
            #[inline(always)]
            fn apply(a: $A, b: $B) -> Result<$R, Trap> {
                $f(a, b)
            }
        }
    };
    (compare $Name:ident ($A:ty, $B:ty) $f:path) => {
        impl Compare for op::$Name {
            type A = $A;
            #[inline(always)]
            fn holds(a: $A, b: $B) -> bool {
                $f(a, b)
            }
        }
    };
    (test $Name:ident ($A:ty) $f:path) => {
        impl Compare for op::$Name {
            type A = $A;
            #[inline(always)]
            fn holds(a: $A, b: $A) -> bool {
                $f(a, b)
            }
        }
    };
    (wide $Name:ident ($A:ty, $B:ty) $f:path) => {
        impl Wide for op::$Name {
            #[inline(always)]
            fn apply(a: $A, b: $B) -> u128 {
                $f(a, b)
            }
        }
    };
    (widening $Name:ident ($A:ty, $B:ty) $f:path) => {
        impl Widening for op::$Name {
            type A = $A;
            #[inline(always)]
            fn apply(a: $A, b: $B) -> u128 {
                $f(a, b)
            }
        }
    };
    (load $Name:ident ($M:ty => $R:ty) $f:path) => {
        impl Load for op::$Name {
            type M = $M;
            type R = $R;
            #[inline(always)]
            fn widen(m: $M) -> $R {
                $f(m)
            }
        }
    };
    (store $Name:ident ($V:ty => $M:ty) $f:path) => {
        impl Store for op::$Name {
            type V = $V;
            type M = $M;
            #[inline(always)]
            fn narrow(v: $V) -> $M {
                $f(v)
            }
        }
    };
    (struct_new $Name:ident $args:tt $f:path) => {};
    (field $Name:ident $args:tt $f:path) => {
        define_instr!(load $Name $args $f);
        impl aggregate::Field for op::$Name {
            const NULL: Trap = Trap::NullStructure;
        }
    };
    (array_field $Name:ident $args:tt $f:path) => {
        define_instr!(load $Name $args $f);
        impl aggregate::Field for op::$Name {
            const NULL: Trap = Trap::NullArray;
        }
    };
    (field_store $Name:ident $args:tt $f:path) => { define_instr!(store $Name $args $f); };
    (element $Name:ident $args:tt $f:path) => { define_instr!(load $Name $args $f); };
    (element_store $Name:ident $args:tt $f:path) => { define_instr!(store $Name $args $f); };
    (atomic_load $Name:ident $args:tt $f:path) => { define_instr!(load $Name $args $f); };
    (atomic_store $Name:ident $args:tt $f:path) => { define_instr!(store $Name $args $f); };
    (rmw $Name:ident ($V:ty, $M:ty) $f:path) => {
        define_instr!(@modify $Name $V, $M, false, |old, a, _b| $f(old, a));
    };
    (cmpxchg $Name:ident ($V:ty, $M:ty) $f:path) => {
        define_instr!(@modify $Name $V, $M, true, |old, a, b| $f(old, a, b));
    };
    (@modify $Name:ident $V:ty, $M:ty, $two:literal, |$old:ident, $a:ident, $b:ident| $body:expr) => {
        impl Modify for op::$Name {
            type V = $V;
            type M = $M;
            const TWO: bool = $two;
            #[inline(always)]
            fn apply($old: u64, $a: u64, $b: u64) -> u64 {
                $body
            }
        }
    };
    (copy $Name:ident ($V:ty) $f:path) => {
        impl Move for op::$Name {
            type V = $V;
        }
    };
    (return_value $Name:ident $args:tt $f:path) => { define_instr!(copy $Name $args $f); };
    (select $Name:ident $args:tt $f:path) => { define_instr!(copy $Name $args $f); };
    (global_get $Name:ident $args:tt $f:path) => { define_instr!(copy $Name $args $f); };
    (global_set $Name:ident $args:tt $f:path) => { define_instr!(copy $Name $args $f); };
    (global_sum $Name:ident ($write:literal) $f:path) => {
        impl variable::Sum for op::$Name {
            const WRITE: bool = $write;
        }
    };
    (global_set_sum $Name:ident $args:tt $f:path) => {};
    (table_branch $Name:ident $args:tt $f:path) => {};
    (vector_unary $Name:ident ($A:ty => $R:ty) $f:path) => {
        define_instr!(@lanes $Name $A, u32, u32 => $R, 1, false, |a, _b, _c, _l| $f(a));
    };
    (vector_binary $Name:ident ($A:ty, $B:ty => $R:ty) $f:path) => {
        define_instr!(@lanes $Name $A, $B, u32 => $R, 2, false, |a, b, _c, _l| $f(a, b));
    };
    (vector_two $Name:ident $args:tt $f:path) => { define_instr!(vector_binary $Name $args $f); };
    (vector_commutative $Name:ident $args:tt $f:path) => {
        define_instr!(vector_binary $Name $args $f);
    };
    (vector_ternary $Name:ident ($A:ty, $B:ty, $C:ty => $R:ty) $f:path) => {
        define_instr!(@lanes $Name $A, $B, $C => $R, 3, false, |a, b, c, _l| $f(a, b, c));
    };
    (vector_shuffle $Name:ident ($A:ty, $B:ty => $R:ty) $f:path) => {
        define_instr!(@lanes $Name $A, $B, u32 => $R, 2, true, |a, b, _c, l| $f(a, b, l));
    };
    (vector_replace $Name:ident $args:tt $f:path) => {
        define_instr!(vector_shuffle $Name $args $f);
    };
    (vector_extract $Name:ident $args:tt $f:path) => { define_instr!(load $Name $args $f); };
    (@lanes $Name:ident $A:ty, $B:ty, $C:ty => $R:ty, $operands:literal, $lanes:literal,
        |$a:ident, $b:ident, $c:ident, $l:ident| $body:expr) => {
        impl Lanes for op::$Name {
            type A = $A;
            type B = $B;
            type C = $C;
            type R = $R;
            const OPERANDS: usize = $operands;
            const LANES: bool = $lanes;
            #[inline(always)]
            fn apply($a: $A, $b: $B, $c: $C, $l: V128) -> $R {
                $body
            }
        }
    };
    (vector_load $Name:ident ($n:literal => $R:ty) $f:path) => {
        impl VectorLoad for op::$Name {
            type M = [u8; $n];
            const LANE: bool = false;
            #[inline(always)]
            fn apply(m: [u8; $n], _: V128, _: V128) -> V128 {
                $f(m)
            }
        }
    };
    (vector_load_lane $Name:ident ($n:literal) $f:path) => {
        impl VectorLoad for op::$Name {
            type M = [u8; $n];
            const LANE: bool = true;
            #[inline(always)]
            fn apply(m: [u8; $n], v: V128, lane: V128) -> V128 {
                $f(m, v, lane)
            }
        }
    };
    (vector_store_lane $Name:ident ($n:literal) $f:path) => {
        impl VectorStore for op::$Name {
            type M = [u8; $n];
        }
    };
    (@fused $Name:ident ($First:ident, $Second:ident) $left:literal) => {
        impl Fused for op::$Name {
            type First = op::$First;
            type Second = op::$Second;
            const LEFT: bool = $left;
        }
    };
    (chain $Name:ident $args:tt $f:path) => { define_instr!(@fused $Name $args false); };
    (twice $Name:ident $args:tt $f:path) => { define_instr!(@fused $Name $args true); };
    (product $Name:ident $args:tt $f:path) => { define_instr!(@fused $Name $args false); };
    (product_left $Name:ident $args:tt $f:path) => { define_instr!(@fused $Name $args true); };
    (loaded $Name:ident $args:tt $f:path) => { define_instr!(@fused $Name $args false); };
    (loaded_left $Name:ident $args:tt $f:path) => { define_instr!(@fused $Name $args true); };
    (float_loaded $Name:ident $args:tt $f:path) => { define_instr!(@fused $Name $args false); };
    (float_loaded_left $Name:ident $args:tt $f:path) => { define_instr!(@fused $Name $args true); };
    (indexed $Name:ident $args:tt $f:path) => { define_instr!(@fused $Name $args true); };
    (scaled $Name:ident $args:tt $f:path) => { define_instr!(@fused $Name $args true); };
    (custom $Name:ident { $($field:ident: $T:ident),* $(,)? } $f:path) => {
        impl Execute for op::$Name {
            #[inline(always)]
            unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
                // SAFETY: INV-CODE, from the caller: a word for each field. What the handler
                // needs besides is the caller's too.
                unsafe {
                    let start = vm.ip;
                    let mut _next = start.add(1);
                    $(
                        let $field = $T::from_word(*_next);
                        _next = _next.add(1);
                    )*
                    vm.ip = _next;
                    let result = $f(vm, $($field),*);
                    if result.is_err() {
                        vm.ip = start;
                    }
                    result
                }
            }
        }
    };
}

macro_rules! define_instrs {
    ([] $(
        $(#[doc = $doc:literal])*
        $Name:ident $mnemonic:literal $shape:ident $args:tt = $path:path;
    )*) => {
        /// A type for each row.
        #[expect(unreachable_pub, reason = "private to this file")]
        mod op {
            $( $(#[doc = $doc])* #[derive(Debug)] pub enum $Name {} )*
        }
        $( define_instr!($shape $Name $args $path); )*
    };
}
for_each_instr!(define_instrs);

/// The handlers of one row, in the order of its forms.
macro_rules! forms {
    (partial_unary $Name:ident $args:tt) => { forms!(unary $Name $args) };
    (unary $Name:ident $args:tt) => { &[
        enter::<UnaryInstr<op::$Name, InSlot, ToSlot>>,
        enter::<UnaryInstr<op::$Name, InSlot, ToAcc>>,
        enter::<UnaryInstr<op::$Name, InAcc, ToSlot>>,
        enter::<UnaryInstr<op::$Name, InAcc, ToAcc>>,
    ] };
    (commutative $Name:ident $args:tt) => { &[
        enter::<BinaryInstr<op::$Name, InSlot, InSlot, ToSlot>>,
        enter::<BinaryInstr<op::$Name, InSlot, InSlot, ToAcc>>,
        enter::<BinaryInstr<op::$Name, InSlot, InCode, ToSlot>>,
        enter::<BinaryInstr<op::$Name, InSlot, InCode, ToAcc>>,
        enter::<BinaryInstr<op::$Name, InSlot, InAcc, ToSlot>>,
        enter::<BinaryInstr<op::$Name, InSlot, InAcc, ToAcc>>,
        enter::<BinaryInstr<op::$Name, InAcc, InCode, ToSlot>>,
        enter::<BinaryInstr<op::$Name, InAcc, InCode, ToAcc>>,
    ] };
    (partial $Name:ident $args:tt) => { forms!(binary $Name $args) };
    (binary $Name:ident $args:tt) => { &[
        enter::<BinaryInstr<op::$Name, InSlot, InSlot, ToSlot>>,
        enter::<BinaryInstr<op::$Name, InSlot, InSlot, ToAcc>>,
        enter::<BinaryInstr<op::$Name, InSlot, InCode, ToSlot>>,
        enter::<BinaryInstr<op::$Name, InSlot, InCode, ToAcc>>,
        enter::<BinaryInstr<op::$Name, InSlot, InAcc, ToSlot>>,
        enter::<BinaryInstr<op::$Name, InSlot, InAcc, ToAcc>>,
        enter::<BinaryInstr<op::$Name, InAcc, InCode, ToSlot>>,
        enter::<BinaryInstr<op::$Name, InAcc, InCode, ToAcc>>,
        enter::<BinaryInstr<op::$Name, InAcc, InSlot, ToSlot>>,
        enter::<BinaryInstr<op::$Name, InAcc, InSlot, ToAcc>>,
        enter::<BinaryInstr<op::$Name, InCode, InSlot, ToSlot>>,
        enter::<BinaryInstr<op::$Name, InCode, InSlot, ToAcc>>,
        enter::<BinaryInstr<op::$Name, InCode, InAcc, ToSlot>>,
        enter::<BinaryInstr<op::$Name, InCode, InAcc, ToAcc>>,
    ] };
    (compare $Name:ident (u32, u32)) => { forms!(steps $Name) };
    (compare $Name:ident (i32, i32)) => { forms!(steps $Name) };
    (steps $Name:ident) => { forms!(@compare $Name,
        StepBranchInstr<op::$Name, InSlot, false>,
        StepBranchInstr<op::$Name, InCode, false>,
        StepBranchInstr<op::$Name, InSlot, true>,
        StepBranchInstr<op::$Name, InCode, true>
    ) };
    (compare $Name:ident $args:tt) => { forms!(@compare $Name) };
    (@compare $Name:ident $(, $step:ty)*) => { &[
        enter::<CompareInstr<op::$Name, InSlot, InSlot, ToSlot>>,
        enter::<CompareInstr<op::$Name, InSlot, InSlot, ToAcc>>,
        enter::<CompareInstr<op::$Name, InSlot, InCode, ToSlot>>,
        enter::<CompareInstr<op::$Name, InSlot, InCode, ToAcc>>,
        enter::<CompareInstr<op::$Name, InSlot, InAcc, ToSlot>>,
        enter::<CompareInstr<op::$Name, InSlot, InAcc, ToAcc>>,
        enter::<CompareInstr<op::$Name, InAcc, InCode, ToSlot>>,
        enter::<CompareInstr<op::$Name, InAcc, InCode, ToAcc>>,
        enter::<BranchInstr<op::$Name, InSlot, InSlot, false>>,
        enter::<BranchInstr<op::$Name, InSlot, InCode, false>>,
        enter::<BranchInstr<op::$Name, InSlot, InAcc, false>>,
        enter::<BranchInstr<op::$Name, InAcc, InCode, false>>,
        enter::<BranchInstr<op::$Name, InSlot, InSlot, true>>,
        enter::<BranchInstr<op::$Name, InSlot, InCode, true>>,
        enter::<BranchInstr<op::$Name, InSlot, InAcc, true>>,
        enter::<BranchInstr<op::$Name, InAcc, InCode, true>>,
        $( enter::<$step>, )*
    ] };
    (test $Name:ident $args:tt) => { &[
        enter::<BranchInstr<op::$Name, InSlot, InSlot, false>>,
        enter::<BranchInstr<op::$Name, InSlot, InCode, false>>,
        enter::<BranchInstr<op::$Name, InSlot, InAcc, false>>,
        enter::<BranchInstr<op::$Name, InAcc, InCode, false>>,
        enter::<BranchInstr<op::$Name, InSlot, InSlot, true>>,
        enter::<BranchInstr<op::$Name, InSlot, InCode, true>>,
        enter::<BranchInstr<op::$Name, InSlot, InAcc, true>>,
        enter::<BranchInstr<op::$Name, InAcc, InCode, true>>,
    ] };
    (wide $Name:ident $args:tt) => { &[
        enter::<WideInstr<op::$Name, InSlot, InSlot>>,
        enter::<WideInstr<op::$Name, InSlot, InCode>>,
        enter::<WideInstr<op::$Name, InAcc, InCode>>,
    ] };
    (widening $Name:ident $args:tt) => { &[
        enter::<WideningInstr<op::$Name, InSlot, InSlot>>,
        enter::<WideningInstr<op::$Name, InSlot, InCode>>,
        enter::<WideningInstr<op::$Name, InSlot, InAcc>>,
        enter::<WideningInstr<op::$Name, InAcc, InCode>>,
    ] };
    (load $Name:ident $args:tt) => { &[
        enter::<LoadInstr<op::$Name, InSlot, ToSlot>>,
        enter::<LoadInstr<op::$Name, InSlot, ToAcc>>,
        enter::<LoadInstr<op::$Name, InAcc, ToSlot>>,
        enter::<LoadInstr<op::$Name, InAcc, ToAcc>>,
        enter::<LoadInstr<op::$Name, InCode, ToSlot>>,
        enter::<LoadInstr<op::$Name, InCode, ToAcc>>,
        enter::<LoadInstr<op::$Name, InSlot, ToSlot, u64>>,
        enter::<LoadInstr<op::$Name, InSlot, ToAcc, u64>>,
        enter::<LoadInstr<op::$Name, InAcc, ToSlot, u64>>,
        enter::<LoadInstr<op::$Name, InAcc, ToAcc, u64>>,
        enter::<FarLoadInstr<op::$Name>>,
    ] };
    (store $Name:ident $args:tt) => { &[
        enter::<StoreInstr<op::$Name, InSlot, InSlot>>,
        enter::<StoreInstr<op::$Name, InSlot, InAcc>>,
        enter::<StoreInstr<op::$Name, InSlot, InCode>>,
        enter::<StoreInstr<op::$Name, InAcc, InSlot>>,
        enter::<StoreInstr<op::$Name, InAcc, InAcc>>,
        enter::<StoreInstr<op::$Name, InAcc, InCode>>,
        enter::<StoreInstr<op::$Name, InCode, InSlot>>,
        enter::<StoreInstr<op::$Name, InCode, InAcc>>,
        enter::<StoreInstr<op::$Name, InCode, InCode>>,
        enter::<StoreInstr<op::$Name, InSlot, InSlot, u64>>,
        enter::<StoreInstr<op::$Name, InSlot, InAcc, u64>>,
        enter::<StoreInstr<op::$Name, InSlot, InCode, u64>>,
        enter::<StoreInstr<op::$Name, InAcc, InSlot, u64>>,
        enter::<StoreInstr<op::$Name, InAcc, InAcc, u64>>,
        enter::<StoreInstr<op::$Name, InAcc, InCode, u64>>,
        enter::<FarStoreInstr<op::$Name>>,
    ] };
    (struct_new $Name:ident $args:tt) => { &[enter::<StructNewInstr<op::$Name>>] };
    (field $Name:ident $args:tt) => { &[
        enter::<FieldInstr<op::$Name, InSlot, ToSlot>>,
        enter::<FieldInstr<op::$Name, InSlot, ToAcc>>,
        enter::<FieldInstr<op::$Name, InAcc, ToSlot>>,
        enter::<FieldInstr<op::$Name, InAcc, ToAcc>>,
    ] };
    (array_field $Name:ident $args:tt) => { forms!(field $Name $args) };
    (field_store $Name:ident $args:tt) => { &[
        enter::<FieldStoreInstr<op::$Name, InSlot>>,
        enter::<FieldStoreInstr<op::$Name, InAcc>>,
        enter::<FieldStoreInstr<op::$Name, InCode>>,
    ] };
    (element $Name:ident $args:tt) => { &[
        enter::<ElementInstr<op::$Name, InSlot, ToSlot>>,
        enter::<ElementInstr<op::$Name, InSlot, ToAcc>>,
        enter::<ElementInstr<op::$Name, InCode, ToSlot>>,
        enter::<ElementInstr<op::$Name, InCode, ToAcc>>,
        enter::<ElementInstr<op::$Name, InAcc, ToSlot>>,
        enter::<ElementInstr<op::$Name, InAcc, ToAcc>>,
    ] };
    (element_store $Name:ident $args:tt) => { &[enter::<ElementStoreInstr<op::$Name>>] };
    (atomic_load $Name:ident $args:tt) => { &[enter::<AtomicLoadInstr<op::$Name>>] };
    (atomic_store $Name:ident $args:tt) => { &[enter::<AtomicStoreInstr<op::$Name>>] };
    (rmw $Name:ident $args:tt) => { &[enter::<ModifyInstr<op::$Name>>] };
    (cmpxchg $Name:ident $args:tt) => { forms!(rmw $Name $args) };
    (copy $Name:ident $args:tt) => { &[
        enter::<CopyInstr<op::$Name, InSlot>>,
        enter::<CopyInstr<op::$Name, InAcc>>,
        enter::<CopyInstr<op::$Name, InCode>>,
    ] };
    (return_value $Name:ident $args:tt) => { &[
        enter::<ReturnInstr<op::$Name, InSlot>>,
        enter::<ReturnInstr<op::$Name, InAcc>>,
        enter::<ReturnInstr<op::$Name, InCode>>,
    ] };
    (select $Name:ident $args:tt) => { &[
        enter::<SelectInstr<op::$Name, InSlot, InSlot, InSlot, ToSlot>>,
        enter::<SelectInstr<op::$Name, InSlot, InSlot, InSlot, ToAcc>>,
        enter::<SelectInstr<op::$Name, InSlot, InSlot, InCode, ToSlot>>,
        enter::<SelectInstr<op::$Name, InSlot, InSlot, InCode, ToAcc>>,
        enter::<SelectInstr<op::$Name, InSlot, InCode, InSlot, ToSlot>>,
        enter::<SelectInstr<op::$Name, InSlot, InCode, InSlot, ToAcc>>,
        enter::<SelectInstr<op::$Name, InSlot, InCode, InCode, ToSlot>>,
        enter::<SelectInstr<op::$Name, InSlot, InCode, InCode, ToAcc>>,
        enter::<SelectInstr<op::$Name, InAcc, InSlot, InSlot, ToSlot>>,
        enter::<SelectInstr<op::$Name, InAcc, InSlot, InSlot, ToAcc>>,
        enter::<SelectInstr<op::$Name, InAcc, InSlot, InCode, ToSlot>>,
        enter::<SelectInstr<op::$Name, InAcc, InSlot, InCode, ToAcc>>,
        enter::<SelectInstr<op::$Name, InAcc, InCode, InSlot, ToSlot>>,
        enter::<SelectInstr<op::$Name, InAcc, InCode, InSlot, ToAcc>>,
        enter::<SelectInstr<op::$Name, InAcc, InCode, InCode, ToSlot>>,
        enter::<SelectInstr<op::$Name, InAcc, InCode, InCode, ToAcc>>,
    ] };
    (global_get $Name:ident $args:tt) => { &[
        enter::<variable::GetInstr<op::$Name, ToSlot>>,
        enter::<variable::GetInstr<op::$Name, ToAcc>>,
    ] };
    (global_set $Name:ident $args:tt) => { &[
        enter::<variable::SetInstr<op::$Name, InSlot>>,
        enter::<variable::SetInstr<op::$Name, InAcc>>,
        enter::<variable::SetInstr<op::$Name, InCode>>,
    ] };
    (global_sum $Name:ident $args:tt) => { &[
        enter::<variable::SumInstr<op::$Name, ToSlot>>,
        enter::<variable::SumInstr<op::$Name, ToAcc>>,
    ] };
    (global_set_sum $Name:ident $args:tt) => { &[
        enter::<variable::SetSumInstr<op::$Name, InSlot>>,
        enter::<variable::SetSumInstr<op::$Name, InAcc>>,
    ] };
    (table_branch $Name:ident $args:tt) => { &[
        enter::<TableBranchInstr<op::$Name, InSlot>>,
        enter::<TableBranchInstr<op::$Name, InAcc>>,
    ] };
    (vector_unary $Name:ident ($A:ident => V128)) => { &[
        enter::<LanesInstr<op::$Name>>,
        enter::<LanesInstr<op::$Name, InAcc>>,
    ] };
    (vector_unary $Name:ident $args:tt) => { &[
        enter::<LanesInstr<op::$Name, InSlot, InSlot, ToSlot>>,
        enter::<LanesInstr<op::$Name, InSlot, InSlot, ToAcc>>,
        enter::<LanesInstr<op::$Name, InAcc, InSlot, ToSlot>>,
        enter::<LanesInstr<op::$Name, InAcc, InSlot, ToAcc>>,
    ] };
    (vector_extract $Name:ident $args:tt) => { &[
        enter::<ExtractInstr<op::$Name, ToSlot>>,
        enter::<ExtractInstr<op::$Name, ToAcc>>,
    ] };
    (vector_two $Name:ident $args:tt) => { forms!(@vector_two $Name,
        LanesInstr<op::$Name, InSlot, InAcc>
    ) };
    (vector_commutative $Name:ident $args:tt) => { forms!(@vector_two $Name) };
    (@vector_two $Name:ident $(, $more:ty)*) => { &[
        enter::<LanesInstr<op::$Name, InSlot, InSlot>>,
        enter::<LanesInstr<op::$Name, InAcc, InSlot>>,
        enter::<LanesInstr<op::$Name, InSlot, InCode>>,
        enter::<LanesInstr<op::$Name, InAcc, InCode>>,
        $( enter::<$more>, )*
    ] };
    (vector_load $Name:ident $args:tt) => { &[
        enter::<VectorLoadInstr<op::$Name, Near>>,
        enter::<VectorLoadInstr<op::$Name, Far>>,
        enter::<VectorLoadInstr<op::$Name, Near<InAcc>>>,
    ] };
    (vector_load_lane $Name:ident $args:tt) => { &[
        enter::<VectorLoadInstr<op::$Name, Near>>,
        enter::<VectorLoadInstr<op::$Name, Far>>,
    ] };
    (vector_store_lane $Name:ident $args:tt) => { &[
        enter::<VectorStoreInstr<op::$Name, Near>>,
        enter::<VectorStoreInstr<op::$Name, Far>>,
    ] };
    (chain $Name:ident $args:tt) => { forms!(@fused PairInstr[InCode] $Name) };
    (product $Name:ident $args:tt) => { forms!(@fused PairInstr[InSlot] $Name) };
    (product_left $Name:ident $args:tt) => { forms!(@fused PairInstr[InSlot] $Name) };
    (loaded $Name:ident $args:tt) => { forms!(@fused LoadedInstr[] $Name) };
    (loaded_left $Name:ident $args:tt) => { forms!(@fused LoadedInstr[] $Name) };
    (float_loaded $Name:ident $args:tt) => { forms!(@fused LoadedInstr[] $Name,
        LoadedInstr<op::$Name, InAcc, InAcc, ToSlot>,
        LoadedInstr<op::$Name, InAcc, InAcc, ToAcc>
    ) };
    (float_loaded_left $Name:ident $args:tt) => { forms!(float_loaded $Name $args) };
    (@fused $Instr:ident[$($Y:ident)?] $Name:ident $(, $more:ty)*) => { &[
        enter::<$Instr<op::$Name, InSlot $(, $Y)?, InSlot, ToSlot>>,
        enter::<$Instr<op::$Name, InSlot $(, $Y)?, InSlot, ToAcc>>,
        enter::<$Instr<op::$Name, InAcc $(, $Y)?, InSlot, ToSlot>>,
        enter::<$Instr<op::$Name, InAcc $(, $Y)?, InSlot, ToAcc>>,
        enter::<$Instr<op::$Name, InSlot $(, $Y)?, InAcc, ToSlot>>,
        enter::<$Instr<op::$Name, InSlot $(, $Y)?, InAcc, ToAcc>>,
        $( enter::<$more>, )*
    ] };
    (twice $Name:ident $args:tt) => { &[
        enter::<TwiceInstr<op::$Name, InSlot, ToSlot>>,
        enter::<TwiceInstr<op::$Name, InSlot, ToAcc>>,
        enter::<TwiceInstr<op::$Name, InAcc, ToSlot>>,
        enter::<TwiceInstr<op::$Name, InAcc, ToAcc>>,
    ] };
    (indexed $Name:ident $args:tt) => { &[
        enter::<IndexedInstr<op::$Name, InSlot, InSlot, ToSlot>>,
        enter::<IndexedInstr<op::$Name, InSlot, InSlot, ToAcc>>,
        enter::<IndexedInstr<op::$Name, InAcc, InSlot, ToSlot>>,
        enter::<IndexedInstr<op::$Name, InAcc, InSlot, ToAcc>>,
        enter::<IndexedInstr<op::$Name, InSlot, InCode, ToSlot>>,
        enter::<IndexedInstr<op::$Name, InSlot, InCode, ToAcc>>,
        enter::<IndexedInstr<op::$Name, InAcc, InCode, ToSlot>>,
        enter::<IndexedInstr<op::$Name, InAcc, InCode, ToAcc>>,
    ] };
    (scaled $Name:ident $args:tt) => { forms!(@fused ScaledInstr[] $Name) };
    (custom $Name:ident $args:tt) => { &[enter::<op::$Name>] };
    // The vector instructions whose operands are all in slots.
    ($vector:ident $Name:ident $args:tt) => { &[enter::<LanesInstr<op::$Name>>] };
}

macro_rules! define_handlers {
    ([] $(
        $(#[doc = $doc:literal])*
        $Name:ident $mnemonic:literal $shape:ident $args:tt = $path:path;
    )*) => {
        /// The handlers of each opcode, by form.
        pub(super) const HANDLERS: &[&[Handler]] = &[$( forms!($shape $Name $args), )*];
    };
}
for_each_instr!(define_handlers);

#[cfg(all(tail_calls, target_arch = "x86_64"))]
pub(super) mod newer;
