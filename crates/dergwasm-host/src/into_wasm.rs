//! What host functions return, alone and in lists.
//!
//! Knows nothing of how a result gets to the guest.

use crate::{WasmTy, WasmTyList, describe::TypeDescription, wasm_ty::for_each_count};
use alloc::vec::Vec;

/// What a host function can return as one value of WebAssembly.
///
/// Every [`WasmTy`] is one; so are `bool`, the small integers, pointers and handles. Implement it
/// for a type of yours to return it by a number:
///
/// ```
/// use dergwasm_host::{Error, Func, IntoWasm, Machine, describe::TypeDescription};
///
/// struct Celsius(f64);
///
/// impl IntoWasm for Celsius {
///     type Wasm = f64;
///
///     fn into_wasm(self) -> f64 {
///         self.0
///     }
///
///     fn describe() -> TypeDescription {
///         TypeDescription::F64
///     }
/// }
///
/// let mut machine = Machine::new(());
/// let boiling = Func::wrap(&mut machine, || Celsius(100.0))?;
/// assert_eq!(boiling.typed::<(), f64>(&machine)?.call(&mut machine, ())?, 100.0);
/// # Ok::<(), Error>(())
/// ```
pub trait IntoWasm {
    /// What stands for the value.
    type Wasm: WasmTy;

    /// What stands for the value.
    fn into_wasm(self) -> Self::Wasm;

    /// The type in words for other languages.
    fn describe() -> TypeDescription;
}

impl<A: WasmTy> IntoWasm for A {
    type Wasm = A;

    #[inline]
    fn into_wasm(self) -> A {
        self
    }

    fn describe() -> TypeDescription {
        A::describe()
    }
}

/// Nothing, an [`IntoWasm`], or a tuple of up to 16 of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no result of a host function",
    note = "return a number, `bool`, `Handle<T>` or a tuple of these; write more to an `Out<T>`"
)]
pub trait IntoWasmList {
    /// What stands for the values.
    type Wasm: WasmTyList;

    /// What stands for the values.
    fn into_wasm_list(self) -> Self::Wasm;

    /// The types in words for other languages.
    fn describe_list() -> Vec<TypeDescription>;
}

impl IntoWasmList for () {
    type Wasm = ();

    fn into_wasm_list(self) {}

    fn describe_list() -> Vec<TypeDescription> {
        Vec::new()
    }
}

impl<A: IntoWasm> IntoWasmList for A {
    type Wasm = A::Wasm;

    #[inline]
    fn into_wasm_list(self) -> A::Wasm {
        self.into_wasm()
    }

    fn describe_list() -> Vec<TypeDescription> {
        alloc::vec![A::describe()]
    }
}

macro_rules! into_wasm_list {
    ($count:literal $($A:ident $a:ident)*) => {
        impl<$($A: IntoWasm),*> IntoWasmList for ($($A,)*) {
            type Wasm = ($($A::Wasm,)*);

            #[inline]
            fn into_wasm_list(self) -> Self::Wasm {
                let ($($a,)*) = self;
                ($($a.into_wasm(),)*)
            }

            fn describe_list() -> Vec<TypeDescription> {
                alloc::vec![$($A::describe()),*]
            }
        }
    };
}

for_each_count!(into_wasm_list);
