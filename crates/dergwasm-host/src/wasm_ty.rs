//! Rust types that stand for WebAssembly types, alone and in lists.
//!
//! Knows nothing of functions: [`crate::TypedFunc`] and [`crate::IntoFunc`] use it from both sides.

use crate::{Error, ExternRef, Func, describe::TypeDescription};
use core::fmt;
use dergwasm_exec::Machine as Core;
use dergwasm_types::{FuncType, ValType, Value};

/// A Rust type that stands for one WebAssembly type.
///
/// `i32` and `u32` stand for `i32`, `i64` and `u64` for `i64`, `f32`, `f64`, `u128` for `v128`,
/// `Option<Func>` for `funcref`, `Option<ExternRef>` for `externref`. Implement it for a newtype
/// to give an argument a meaning:
///
/// ```
/// use dergwasm_host::{Error, Func, Machine, ValType, Value, WasmTy};
///
/// #[derive(Clone, Copy)]
/// struct Celsius(f64);
///
/// impl WasmTy for Celsius {
///     const TYPE: ValType = ValType::F64;
///
///     fn from_value(value: Value) -> Self {
///         Self(value.as_f64())
///     }
///
///     fn into_value(self) -> Value {
///         self.0.into()
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
    fn from_value(value: Value) -> Self;

    /// The WebAssembly value, without its type.
    fn into_value(self) -> Value;

    /// Checks that a reference belongs to the machine it is given to.
    ///
    /// # Errors
    /// It does not.
    fn check(&self, _core: &Core) -> Result<(), Error> {
        Ok(())
    }

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

            fn from_value(value: Value) -> Self {
                value.$as()
            }

            fn into_value(self) -> Value {
                self.into()
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

    fn from_value(value: Value) -> Self {
        value.as_ref_addr().map(Func::from_addr_bits)
    }

    fn into_value(self) -> Value {
        Value::from_ref_addr(self.map(|func| func.addr().0))
    }

    fn check(&self, core: &Core) -> Result<(), Error> {
        self.map_or(Ok(()), |func| func.check(core))
    }
}

impl WasmTy for Option<ExternRef> {
    const TYPE: ValType = ValType::EXTERNREF;

    fn from_value(value: Value) -> Self {
        value.as_ref_addr().map(ExternRef)
    }

    fn into_value(self) -> Value {
        Value::from_ref_addr(self.map(|value| value.0))
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
    fn load(slots: &[Value]) -> Self;

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

    fn load(_slots: &[Value]) -> Self {}

    fn store(self, _slots: &mut [Value], _core: &Core) -> Result<(), Error> {
        Ok(())
    }
}

impl<A: WasmTy> WasmTyList for A {
    const TYPES: &'static [ValType] = &[A::TYPE];
    type Slots = [Value; 1];

    fn load(slots: &[Value]) -> Self {
        A::from_value(slots.first().copied().unwrap_or_default())
    }

    fn store(self, slots: &mut [Value], core: &Core) -> Result<(), Error> {
        self.check(core)?;
        *slots.first_mut().ok_or_else(too_few_slots)? = self.into_value();
        Ok(())
    }
}

macro_rules! wasm_ty_list {
    ($count:literal $($A:ident $a:ident)*) => {
        impl<$($A: WasmTy),*> WasmTyList for ($($A,)*) {
            const TYPES: &'static [ValType] = &[$($A::TYPE),*];
            type Slots = [Value; $count];

            fn load(slots: &[Value]) -> Self {
                let [$($a),*] = slots.first_chunk::<$count>().copied().unwrap_or_default();
                ($($A::from_value($a),)*)
            }

            fn store(self, slots: &mut [Value], core: &Core) -> Result<(), Error> {
                let ($($a,)*) = self;
                $( $a.check(core)?; )*
                *slots.first_chunk_mut::<$count>().ok_or_else(too_few_slots)? =
                    [$($a.into_value()),*];
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
