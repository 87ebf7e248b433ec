//! The handlers of every opcode in every form, generated from the table.
//!
//! A row becomes a type that says what it computes (`op`), and its shape a table of handlers, one for
//! each form.

use super::chain::{Handler, enter};
use crate::handler::access::{
    Far, FarLoadInstr, FarStoreInstr, Load, LoadInstr, Near, Store, StoreInstr,
};
use crate::handler::aggregate::{
    ElementInstr, ElementStoreInstr, FieldInstr, FieldStoreInstr, StructNewInstr,
};
use crate::handler::atomic::{AtomicLoadInstr, AtomicStoreInstr, Modify, ModifyInstr};
use crate::handler::binary::{Binary, BinaryInstr};
use crate::handler::compare::{BranchInstr, Compare, CompareInstr, StepBranchInstr, TestInstr};
use crate::handler::fused::{
    self, Fused, IndexedInstr, LoadedInstr, PairInstr, ScaledInstr, TwiceInstr,
};
use crate::handler::parametric::{CopyInstr, Move, ReturnInstr, SelectInstr, TableBranchInstr};
use crate::handler::unary::{Unary, UnaryInstr};
use crate::handler::variable::{GetInstr, SetInstr, SetSumInstr, SumInstr};
use crate::handler::vector::{
    ExtractInstr, LaneLoad, LaneLoadInstr, Lanes, LanesInstr, VectorLoad, VectorLoadInstr,
    VectorStore, VectorStoreInstr,
};
use crate::handler::wide::{Wide, WideInstr, Widening, WideningInstr};
use crate::handler::{
    Execute, InAcc, InCode, InSlot, Scalar, Stop, ToAcc, ToSlot, Vm, aggregate, call, cast,
    continuation, control, exception, memory, parametric, parts, reference, table, variable, wait,
};
// The table's macros call each other by name.
use crate::ir::table::*;
use crate::ir::{Entry, Field, Imm, Index, Slot, SlotCopy, Target};
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
    (struct_new $Name:ident $args:tt) => {};
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
    (copy $Name:ident ($V:ty)) => {
        impl Move for op::$Name {
            type V = $V;
        }
    };
    (return_value $Name:ident $args:tt) => { define_instr!(copy $Name $args); };
    (select $Name:ident $args:tt) => { define_instr!(copy $Name $args); };
    (global_get $Name:ident $args:tt) => { define_instr!(copy $Name $args); };
    (global_set $Name:ident $args:tt) => { define_instr!(copy $Name $args); };
    (global_sum $Name:ident ($write:literal)) => {
        impl variable::Sum for op::$Name {
            const WRITE: bool = $write;
        }
    };
    (global_set_sum $Name:ident $args:tt) => {};
    (table_branch $Name:ident $args:tt) => {};
    (vector_unary $Name:ident ($A:ty => $R:ty) $f:path) => {
        define_instr!(@lanes $Name $A, u32, u32 => $R, 1, false, |a, _b, _c, _l| $f(a));
    };
    (vector_reduce $Name:ident $args:tt $f:path) => {
        define_instr!(vector_unary $Name $args $f);
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
            #[inline(always)]
            fn apply(m: [u8; $n]) -> V128 {
                $f(m)
            }
        }
    };
    (vector_load_lane $Name:ident ($n:literal) $f:path) => {
        impl LaneLoad for op::$Name {
            type M = [u8; $n];
            #[inline(always)]
            fn apply(m: [u8; $n], v: V128, lane: V128) -> V128 {
                $f(m, v, lane)
            }
        }
    };
    (vector_store_lane $Name:ident ($n:literal)) => {
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
    (chain $Name:ident $args:tt) => { define_instr!(@fused $Name $args false); };
    (twice $Name:ident $args:tt) => { define_instr!(@fused $Name $args true); };
    (product $Name:ident $args:tt) => { define_instr!(@fused $Name $args false); };
    (product_left $Name:ident $args:tt) => { define_instr!(@fused $Name $args true); };
    (loaded $Name:ident $args:tt) => { define_instr!(@fused $Name $args false); };
    (loaded_left $Name:ident $args:tt) => { define_instr!(@fused $Name $args true); };
    (indexed $Name:ident $args:tt) => { define_instr!(@fused $Name $args true); };
    (scaled $Name:ident $args:tt) => { define_instr!(@fused $Name $args true); };
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
        $Name:ident $mnemonic:literal $shape:ident $args:tt $(= $path:path)? $([$($attribute:tt)*])?;
    )*) => {
        /// A type for each row.
        #[expect(unreachable_pub, reason = "private to this file")]
        mod op {
            $( $(#[doc = $doc])* #[derive(Debug)] pub enum $Name {} )*
        }
        $( define_instr!($shape $Name $args $($path)?); )*
    };
}
for_each_instr!(define_instrs);

/// The handlers of each form of a shape, put in the order of their numbers: all of them, each once.
const fn table<const N: usize>(forms: [(u8, Handler); N]) -> [Handler; N] {
    let (mut table, mut seen, mut i) = ([forms[0].1; N], [false; N], 0);
    while i < N {
        let (form, handler) = forms[i];
        assert!(!seen[form as usize], "each form has one handler");
        seen[form as usize] = true;
        table[form as usize] = handler;
        i += 1;
    }
    table
}

/// The handlers of an instruction: its type with the places of the operands in each form, and where the
/// result goes. `[…] ->` stands for both.
macro_rules! forms {
    ($( $Instr:ident<$I:ident>: $([$($At:tt)*])* );+) => {
        const { &table([$($( form::<$Instr<$I $(, $At)*>>(), )*)+]) }
    };
    (
        $Instr:ident<$I:ident>: $([$($At:tt)*] ->)*
        $(; $More:ident<$J:ident>: $([$($With:tt)*])* )*
    ) => {
        const { &table([
            $( form::<$Instr<$I, $($At,)* ToSlot>>(), form::<$Instr<$I, $($At,)* ToAcc>>(), )*
            $($( form::<$More<$J $(, $With)*>>(), )*)*
        ]) }
    };
}

/// A handler, with the number of its form.
const fn form<I: Execute>() -> (u8, Handler) {
    (I::FORM, enter::<I>)
}

/// The handlers of each shape, named as the tables name it.
mod shape {
    use super::*;
    use crate::ir::Class;
    use InAcc as A;
    use InCode as K;
    use InSlot as S;

    type Handlers = &'static [Handler];
    type NearAcc = Near<A>;

    pub(super) const fn unary<I: Unary>() -> Handlers {
        forms!(UnaryInstr<I>: [S] -> [A] ->)
    }
    pub(super) use unary as partial_unary;

    pub(super) const fn commutative<I: Binary>() -> Handlers {
        forms!(BinaryInstr<I>: [S S] -> [S K] -> [S A] -> [A K] ->)
    }

    pub(super) const fn binary<I: Binary>() -> Handlers {
        forms!(BinaryInstr<I>: [S S] -> [S K] -> [S A] -> [A K] -> [A S] -> [K S] -> [K A] ->)
    }
    pub(super) use binary as partial;

    pub(super) const fn compare<I: Compare>() -> Handlers {
        match <I::A as Scalar>::CLASS {
            Class::I32 => forms!(CompareInstr<I>: [S S] -> [S K] -> [S A] -> [A K] ->;
                BranchInstr<I>: [S S false] [S K false] [S A false] [A K false]
                    [S S true] [S K true] [S A true] [A K true];
                StepBranchInstr<I>: [S false] [K false] [S true] [K true]),
            _ => forms!(CompareInstr<I>: [S S] -> [S K] -> [S A] -> [A K] ->;
                BranchInstr<I>: [S S false] [S K false] [S A false] [A K false]
                    [S S true] [S K true] [S A true] [A K true]),
        }
    }

    pub(super) const fn test<I: Compare>() -> Handlers {
        forms!(TestInstr<I>: [S S false] [S K false] [S A false] [A K false]
            [S S true] [S K true] [S A true] [A K true])
    }

    pub(super) const fn wide<I: Wide>() -> Handlers {
        forms!(WideInstr<I>: [S S] [S K] [A K])
    }

    pub(super) const fn widening<I: Widening>() -> Handlers {
        forms!(WideningInstr<I>: [S S] [S K] [S A] [A K])
    }

    pub(super) const fn load<I: Load>() -> Handlers {
        const {
            &table([
                form::<LoadInstr<I, S, ToSlot>>(),
                form::<LoadInstr<I, S, ToAcc>>(),
                form::<LoadInstr<I, A, ToSlot>>(),
                form::<LoadInstr<I, A, ToAcc>>(),
                form::<LoadInstr<I, K, ToSlot>>(),
                form::<LoadInstr<I, K, ToAcc>>(),
                form::<LoadInstr<I, S, ToSlot, u64>>(),
                form::<LoadInstr<I, S, ToAcc, u64>>(),
                form::<LoadInstr<I, A, ToSlot, u64>>(),
                form::<LoadInstr<I, A, ToAcc, u64>>(),
                form::<FarLoadInstr<I>>(),
            ])
        }
    }

    pub(super) const fn store<I: Store>() -> Handlers {
        forms!(StoreInstr<I>: [S S] [S A] [S K] [A S] [A A] [A K] [K S] [K A] [K K]
            [S S u64] [S A u64] [S K u64] [A S u64] [A A u64] [A K u64];
            FarStoreInstr<I>: [])
    }

    pub(super) const fn atomic_load<I: Load>() -> Handlers {
        forms!(AtomicLoadInstr<I>: [])
    }

    pub(super) const fn atomic_store<I: Store>() -> Handlers {
        forms!(AtomicStoreInstr<I>: [])
    }

    pub(super) const fn rmw<I: Modify>() -> Handlers {
        forms!(ModifyInstr<I>: [])
    }
    pub(super) use rmw as cmpxchg;

    pub(super) const fn copy<I: Move>() -> Handlers {
        forms!(CopyInstr<I>: [S] [A] [K])
    }

    pub(super) const fn return_value<I: Move>() -> Handlers {
        forms!(ReturnInstr<I>: [S] [A] [K])
    }

    pub(super) const fn select<I: Move>() -> Handlers {
        forms!(SelectInstr<I>: [S S S] -> [S S K] -> [S K S] -> [S K K] ->
            [A S S] -> [A S K] -> [A K S] -> [A K K] ->)
    }

    pub(super) const fn table_branch<I>() -> Handlers {
        forms!(TableBranchInstr<I>: [S] [A])
    }

    pub(super) const fn global_get<I: Move>() -> Handlers {
        forms!(GetInstr<I>: [] ->)
    }

    pub(super) const fn global_set<I: Move>() -> Handlers {
        forms!(SetInstr<I>: [S] [A] [K])
    }

    pub(super) const fn global_sum<I: variable::Sum>() -> Handlers {
        forms!(SumInstr<I>: [] ->)
    }

    pub(super) const fn global_set_sum<I>() -> Handlers {
        forms!(SetSumInstr<I>: [S] [A])
    }

    pub(super) const fn struct_new<I>() -> Handlers {
        forms!(StructNewInstr<I>: [])
    }

    pub(super) const fn field<I: aggregate::Field>() -> Handlers {
        forms!(FieldInstr<I>: [S] -> [A] ->)
    }
    pub(super) use field as array_field;

    pub(super) const fn field_store<I: Store>() -> Handlers {
        forms!(FieldStoreInstr<I>: [S] [A] [K])
    }

    pub(super) const fn element<I: Load>() -> Handlers {
        forms!(ElementInstr<I>: [S] -> [K] -> [A] ->)
    }

    pub(super) const fn element_store<I: Store>() -> Handlers {
        forms!(ElementStoreInstr<I>: [])
    }

    pub(super) const fn vector_unary<I: Lanes>() -> Handlers {
        forms!(LanesInstr<I>: [S] [A])
    }

    pub(super) const fn vector_reduce<I: Lanes>() -> Handlers {
        forms!(LanesInstr<I>: [S S] -> [A S] ->)
    }

    pub(super) const fn vector_binary<I: Lanes>() -> Handlers {
        forms!(LanesInstr<I>: [])
    }
    pub(super) use vector_binary as vector_ternary;
    pub(super) use vector_binary as vector_shuffle;
    pub(super) use vector_binary as vector_replace;

    pub(super) const fn vector_two<I: Lanes>() -> Handlers {
        forms!(LanesInstr<I>: [S S] [A S] [S K] [A K] [S A])
    }

    pub(super) const fn vector_commutative<I: Lanes>() -> Handlers {
        forms!(LanesInstr<I>: [S S] [A S] [S K] [A K])
    }

    pub(super) const fn vector_extract<I: Load>() -> Handlers {
        forms!(ExtractInstr<I>: [] ->)
    }

    pub(super) const fn vector_load<I: VectorLoad>() -> Handlers {
        forms!(VectorLoadInstr<I>: [Near] [Far] [NearAcc])
    }

    pub(super) const fn vector_load_lane<I: LaneLoad>() -> Handlers {
        forms!(LaneLoadInstr<I>: [Near] [Far])
    }

    pub(super) const fn vector_store_lane<I: VectorStore>() -> Handlers {
        forms!(VectorStoreInstr<I>: [Near] [Far])
    }

    pub(super) const fn chain<I: Fused<First: Binary, Second: Binary>>() -> Handlers {
        forms!(PairInstr<I>: [S K S] -> [A K S] -> [S K A] ->)
    }

    pub(super) const fn product<I: Fused<First: Binary, Second: Binary>>() -> Handlers {
        forms!(PairInstr<I>: [S S S] -> [A S S] -> [S S A] ->)
    }
    pub(super) use product as product_left;

    pub(super) const fn twice<I: Fused<First: Binary, Second: Binary>>() -> Handlers {
        forms!(TwiceInstr<I>: [S] -> [A] ->)
    }

    pub(super) const fn loaded<I: Fused<First: Load, Second: Binary>>() -> Handlers {
        // A float in its accumulator leaves that of the address free.
        match <<I::Second as Binary>::A as Scalar>::CLASS {
            Class::F32 | Class::F64 => {
                forms!(LoadedInstr<I>: [S S] -> [A S] -> [S A] -> [A A] ->)
            }
            _ => forms!(LoadedInstr<I>: [S S] -> [A S] -> [S A] ->),
        }
    }
    pub(super) use loaded as loaded_left;

    pub(super) const fn indexed<I: Fused<First: fused::Address, Second: Load>>() -> Handlers {
        forms!(IndexedInstr<I>: [S S] -> [A S] -> [S K] -> [A K] ->)
    }

    pub(super) const fn scaled<I>() -> Handlers
    where
        I: Fused<First: Fused<First: fused::Address, Second: fused::Address>, Second: Load>,
    {
        forms!(ScaledInstr<I>: [S S] -> [A S] -> [S A] ->)
    }

    pub(super) const fn custom<I: Execute>() -> Handlers {
        const { &table([form::<I>()]) }
    }
}

macro_rules! define_handlers {
    ([] $(
        $(#[doc = $doc:literal])*
        $Name:ident $mnemonic:literal $shape:ident $args:tt $(= $path:path)? $([$($attribute:tt)*])?;
    )*) => {
        /// The handlers of each opcode, by form.
        pub(super) const HANDLERS: &[&[Handler]] = &[$( shape::$shape::<op::$Name>(), )*];
    };
}
for_each_instr!(define_handlers);

#[cfg(all(tail_calls, target_arch = "x86_64"))]
pub(super) mod newer;
