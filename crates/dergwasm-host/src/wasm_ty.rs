//! Rust types that stand for WebAssembly types, alone and in lists.
//!
//! Knows nothing of functions: [`crate::TypedFunc`] and [`crate::IntoFunc`] use it from both sides.

use crate::{CoreMut, Error, Func, I31, Rooted, describe::TypeDescription, gc::Referent};
use core::fmt;
use dergwasm_exec::Machine as Core;
use dergwasm_store::FuncAddr;
use dergwasm_types::{FuncType, HeapType, RefType, ValType, Value};

/// A Rust type that stands for one WebAssembly type.
///
/// `i32` and `u32` stand for `i32`, `i64` and `u64` for `i64`, `f32`, `f64`, `u128` for `v128`,
/// [`Func`], [`I31`] and [`Rooted`] references for types of theirs that are not null, and as
/// options for those that may be null. Implement it for a newtype
/// to give an argument a meaning:
///
/// ```
/// use dergwasm_host::{Core, CoreMut, Error, Func, Machine, ValType, Value, WasmTy};
///
/// #[derive(Clone, Copy)]
/// struct Celsius(f64);
///
/// impl WasmTy for Celsius {
///     const TYPE: ValType = ValType::F64;
///
///     fn from_value(value: Value, machine: &mut CoreMut<'_>) -> Self {
///         Self(f64::from_value(value, machine))
///     }
///
///     fn into_value(self, machine: &Core) -> Result<Value, Error> {
///         self.0.into_value(machine)
///     }
/// }
///
/// let mut machine = Machine::new(());
/// let boils = Func::wrap(&mut machine, |t: Celsius| u32::from(t.0 >= 100.0))?;
/// assert_eq!(boils.ty(&machine)?.to_string(), "(f64) -> i32");
/// # Ok::<(), Error>(())
/// ```
pub trait WasmTy: Sized {
    /// The WebAssembly type.
    const TYPE: ValType;

    /// The Rust value that `value`, which has the type [`WasmTy::TYPE`], stands for.
    ///
    /// The machine roots it, if it is a reference that a collection has to know.
    fn from_value(value: Value, machine: &mut CoreMut<'_>) -> Self;

    /// The WebAssembly value, without its type.
    ///
    /// # Errors
    /// It is a reference that does not belong to this machine, or is not rooted any more.
    fn into_value(self, machine: &Core) -> Result<Value, Error>;

    /// The type in words for other languages.
    #[must_use]
    fn describe() -> TypeDescription {
        TypeDescription::of(Self::TYPE)
    }
}

macro_rules! wasm_ty {
    ($($T:ty, $Type:ident, $as:ident, $description:expr;)*) => { $(
        impl WasmTy for $T {
            const TYPE: ValType = ValType::$Type;

            #[inline]
            fn from_value(value: Value, _machine: &mut CoreMut<'_>) -> Self {
                value.$as()
            }

            #[inline]
            fn into_value(self, _machine: &Core) -> Result<Value, Error> {
                Ok(self.into())
            }

            fn describe() -> TypeDescription {
                $description
            }
        }
    )* };
}

// `WasmTy` for each number.
wasm_ty! {
    i32, I32, as_i32, TypeDescription::I32;
    u32, I32, as_u32, TypeDescription::U32;
    i64, I64, as_i64, TypeDescription::I64;
    u64, I64, as_u64, TypeDescription::U64;
    f32, F32, as_f32, TypeDescription::F32;
    f64, F64, as_f64, TypeDescription::F64;
    u128, V128, as_u128, TypeDescription::Core(ValType::V128);
}

impl WasmTy for Option<Func> {
    const TYPE: ValType = ValType::FUNCREF;

    fn from_value(value: Value, machine: &mut CoreMut<'_>) -> Self {
        Func::from_value(value, machine)
    }

    fn into_value(self, machine: &Core) -> Result<Value, Error> {
        self.map_or(Ok(Value::ZERO), |func| func.to_value(machine))
    }
}

impl WasmTy for Func {
    const TYPE: ValType = ValType::Ref(RefType { nullable: false, heap: HeapType::Func });

    fn from_value(value: Value, machine: &mut CoreMut<'_>) -> Self {
        // What is null against its type is a function that no machine has.
        Self::from_value(value, machine)
            .unwrap_or_else(|| Self::new_in(FuncAddr(u32::MAX), machine))
    }

    fn into_value(self, machine: &Core) -> Result<Value, Error> {
        self.instance(machine)?;
        self.to_value(machine)
    }
}

impl WasmTy for I31 {
    const TYPE: ValType = ValType::Ref(RefType { nullable: false, heap: HeapType::I31 });

    fn from_value(value: Value, _machine: &mut CoreMut<'_>) -> Self {
        Self::from_word(value.bits())
    }

    fn into_value(self, _machine: &Core) -> Result<Value, Error> {
        Ok(Value::from_bits(self.word()))
    }
}

impl WasmTy for Option<I31> {
    const TYPE: ValType = ValType::Ref(RefType { nullable: true, heap: HeapType::I31 });

    fn from_value(value: Value, _machine: &mut CoreMut<'_>) -> Self {
        (value.bits() != 0).then(|| I31::from_word(value.bits()))
    }

    fn into_value(self, _machine: &Core) -> Result<Value, Error> {
        Ok(Value::from_bits(self.map_or(0, I31::word)))
    }
}

impl<T: Referent> WasmTy for Rooted<T> {
    const TYPE: ValType = ValType::Ref(RefType { nullable: false, heap: T::HEAP });

    fn from_value(value: Value, machine: &mut CoreMut<'_>) -> Self {
        Self::new(value.bits(), machine)
    }

    fn into_value(self, machine: &Core) -> Result<Value, Error> {
        self.word(machine).map(Value::from_bits)
    }
}

impl<T: Referent> WasmTy for Option<Rooted<T>> {
    const TYPE: ValType = ValType::Ref(RefType { nullable: true, heap: T::HEAP });

    fn from_value(value: Value, machine: &mut CoreMut<'_>) -> Self {
        (value.bits() != 0).then(|| Rooted::new(value.bits(), machine))
    }

    fn into_value(self, machine: &Core) -> Result<Value, Error> {
        let word = self.map_or(Ok(0), |reference| reference.word(machine))?;
        Ok(Value::from_bits(word))
    }
}

/// A fixed number of slots on the native stack.
pub trait Slots: AsRef<[Value]> + AsMut<[Value]> {
    /// All zero.
    const ZERO: Self;
}

impl<const N: usize> Slots for [Value; N] {
    const ZERO: Self = [Value::ZERO; N];
}

/// A list of Rust types that stand for WebAssembly types: one, or a tuple of up to 16.
pub trait WasmTyList: Sized {
    /// The WebAssembly types.
    const TYPES: &'static [ValType];

    /// Enough slots for all of them.
    type Slots: Slots;

    /// Reads one value of each type from the first slots; missing slots count as zero.
    fn load(slots: &[Value], machine: &mut CoreMut<'_>) -> Self;

    /// Writes the values to the first slots, after checking references.
    ///
    /// # Errors
    /// A reference does not belong to the machine, or there are too few slots.
    fn store(self, slots: &mut [Value], core: &Core) -> Result<(), Error>;
}

/// Parameters of a [`TypedFunc`](crate::TypedFunc).
pub trait WasmParams: WasmTyList {}

/// Results of a [`TypedFunc`](crate::TypedFunc) and of host functions.
pub trait WasmResults: WasmTyList {}

impl<L: WasmTyList> WasmParams for L {}

impl<L: WasmTyList> WasmResults for L {}

#[cold]
fn too_few_slots() -> Error {
    crate::as_machine::usage("a call came with fewer slots than its function type has values")
}

impl WasmTyList for () {
    const TYPES: &'static [ValType] = &[];
    type Slots = [Value; 0];

    fn load(_slots: &[Value], _machine: &mut CoreMut<'_>) -> Self {}

    fn store(self, _slots: &mut [Value], _core: &Core) -> Result<(), Error> {
        Ok(())
    }
}

impl<A: WasmTy> WasmTyList for A {
    const TYPES: &'static [ValType] = &[A::TYPE];
    type Slots = [Value; 1];

    fn load(slots: &[Value], machine: &mut CoreMut<'_>) -> Self {
        A::from_value(slots.first().copied().unwrap_or_default(), machine)
    }

    fn store(self, slots: &mut [Value], core: &Core) -> Result<(), Error> {
        *slots.first_mut().ok_or_else(too_few_slots)? = self.into_value(core)?;
        Ok(())
    }
}

macro_rules! wasm_ty_list {
    ($count:literal $($A:ident $a:ident)*) => {
        impl<$($A: WasmTy),*> WasmTyList for ($($A,)*) {
            const TYPES: &'static [ValType] = &[$($A::TYPE),*];
            type Slots = [Value; $count];

            fn load(slots: &[Value], machine: &mut CoreMut<'_>) -> Self {
                let [$($a),*] = slots.first_chunk::<$count>().copied().unwrap_or_default();
                ($($A::from_value($a, machine),)*)
            }

            fn store(self, slots: &mut [Value], core: &Core) -> Result<(), Error> {
                let ($($a,)*) = self;
                *slots.first_chunk_mut::<$count>().ok_or_else(too_few_slots)? =
                    [$($a.into_value(core)?),*];
                Ok(())
            }
        }
    };
}

/// Calls a macro once for each number of types from 1 to 16: with the number, and for each type
/// its name and a name for a value of it.
macro_rules! for_each_count {
    ($macro:ident) => {
        $macro!(1 A1 a1);
        $macro!(2 A1 a1 A2 a2);
        $macro!(3 A1 a1 A2 a2 A3 a3);
        $macro!(4 A1 a1 A2 a2 A3 a3 A4 a4);
        $macro!(5 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5);
        $macro!(6 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6);
        $macro!(7 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6 A7 a7);
        $macro!(8 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6 A7 a7 A8 a8);
        $macro!(9 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6 A7 a7 A8 a8 A9 a9);
        $macro!(10 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6 A7 a7 A8 a8 A9 a9 A10 a10);
        $macro!(11 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6 A7 a7 A8 a8 A9 a9 A10 a10 A11 a11);
        $macro!(12 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6 A7 a7 A8 a8 A9 a9 A10 a10 A11 a11 A12 a12);
        $macro!(
            13 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6 A7 a7 A8 a8 A9 a9 A10 a10 A11 a11 A12 a12
            A13 a13
        );
        $macro!(
            14 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6 A7 a7 A8 a8 A9 a9 A10 a10 A11 a11 A12 a12
            A13 a13 A14 a14
        );
        $macro!(
            15 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6 A7 a7 A8 a8 A9 a9 A10 a10 A11 a11 A12 a12
            A13 a13 A14 a14 A15 a15
        );
        $macro!(
            16 A1 a1 A2 a2 A3 a3 A4 a4 A5 a5 A6 a6 A7 a7 A8 a8 A9 a9 A10 a10 A11 a11 A12 a12
            A13 a13 A14 a14 A15 a15 A16 a16
        );
    };
}
pub(crate) use for_each_count;

for_each_count!(wasm_ty_list);

/// The types of one list after another, as an error message shows them.
pub(crate) fn signature<P: WasmTyList, R: WasmTyList>() -> impl fmt::Display {
    FuncType::new(P::TYPES.iter().copied(), R::TYPES.iter().copied())
}
