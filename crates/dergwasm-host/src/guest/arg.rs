//! Arguments of host functions, each made of one or more values of WebAssembly.

use super::{
    Address, Array, CStr, GuestType, Handle, HandleId, Origin, Out, Prefixed, PrefixedStr, Problem,
    Ptr, Slice, Utf8, guest_type::bool_from,
};
use crate::{CoreMut, Error, IntoWasm, WasmTy, describe::TypeDescription};
use alloc::boxed::Box;
use dergwasm_types::{ValType, Value};

/// What a host function can take as an argument.
///
/// Every [`WasmTy`] is one; so are `bool` and the small integers, which refuse numbers that stand
/// for none of theirs, and the types of [`guest`](crate::guest).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no argument of a host function",
    note = "take a number, `bool`, or a type of the module `guest`, such as `Utf8` or `Slice<T>`"
)]
pub trait WasmArg: Sized {
    /// The types of the values it is made of.
    const TYPES: &'static [ValType];

    /// The argument that `values`, one for each of [`WasmArg::TYPES`], stand for.
    ///
    /// # Errors
    /// They stand for none.
    fn from_values(
        values: &[Value],
        origin: Origin,
        machine: &mut CoreMut<'_>,
    ) -> Result<Self, Error>;

    /// The type in words for other languages.
    fn describe() -> TypeDescription;
}

impl<A: WasmTy> WasmArg for A {
    const TYPES: &'static [ValType] = &[A::TYPE];

    #[inline]
    fn from_values(
        values: &[Value],
        _origin: Origin,
        machine: &mut CoreMut<'_>,
    ) -> Result<Self, Error> {
        Ok(A::from_value(first(values), machine))
    }

    fn describe() -> TypeDescription {
        A::describe()
    }
}

#[inline]
fn first(values: &[Value]) -> Value {
    values.first().copied().unwrap_or_default()
}

impl WasmArg for bool {
    const TYPES: &'static [ValType] = &[ValType::I32];

    #[inline]
    fn from_values(
        values: &[Value],
        origin: Origin,
        _machine: &mut CoreMut<'_>,
    ) -> Result<Self, Error> {
        bool_from(first(values).as_u32()).map_err(|problem| origin.error(problem))
    }

    fn describe() -> TypeDescription {
        TypeDescription::Bool
    }
}

impl IntoWasm for bool {
    type Wasm = u32;

    fn into_wasm(self) -> u32 {
        self.into()
    }

    fn describe() -> TypeDescription {
        TypeDescription::Bool
    }
}

macro_rules! small_integers {
    ($($T:ident as $Wide:ident, $as:ident, $expected:literal;)*) => { $(
        impl WasmArg for $T {
            const TYPES: &'static [ValType] = &[ValType::I32];

            #[inline]
            fn from_values(
    values: &[Value],
    origin: Origin,
    _machine: &mut CoreMut<'_>,
) -> Result<Self, Error> {
                let value = first(values).$as();
                Self::try_from(value).map_err(|_| {
                    origin.error(Problem::Invalid { value: value.into(), expected: $expected })
                })
            }

            fn describe() -> TypeDescription {
                <$T as GuestType>::describe()
            }
        }

        impl IntoWasm for $T {
            type Wasm = $Wide;

            fn into_wasm(self) -> $Wide {
                self.into()
            }

            fn describe() -> TypeDescription {
                <$T as GuestType>::describe()
            }
        }
    )* };
}

// Integers that C passes as an `i32`, extended by their sign.
small_integers! {
    u8 as u32, as_u32, "a number from 0 to 255";
    i8 as i32, as_i32, "a number from -128 to 127";
    u16 as u32, as_u32, "a number from 0 to 65535";
    i16 as i32, as_i32, "a number from -32768 to 32767";
}

/// What is an address in the guest: an argument, a result, a part of a structure, and nullable.
macro_rules! addresses {
    ($(($($G:ident: $Bound:ident)?) $Name:ident $from:ident $get:ident |$describe:ident| $body:expr;)*) => { $(
        impl<$($G: $Bound,)? A: Address> WasmArg for $Name<$($G,)? A> {
            const TYPES: &'static [ValType] = &[A::TYPE];

            #[inline]
            fn from_values(
    values: &[Value],
    origin: Origin,
    machine: &mut CoreMut<'_>,
) -> Result<Self, Error> {
                Ok(Self::$from(A::from_value(first(values), machine), origin))
            }

            fn describe() -> TypeDescription {
                let $describe = (A::WIDE, false);
                $body
            }
        }

        impl<$($G: $Bound,)? A: Address> WasmArg for Option<$Name<$($G,)? A>> {
            const TYPES: &'static [ValType] = &[A::TYPE];

            #[inline]
            fn from_values(
    values: &[Value],
    origin: Origin,
    machine: &mut CoreMut<'_>,
) -> Result<Self, Error> {
                let address = A::from_value(first(values), machine);
                Ok((address != A::ZERO).then(|| $Name::$from(address, origin)))
            }

            fn describe() -> TypeDescription {
                let $describe = (A::WIDE, true);
                $body
            }
        }

        impl<$($G: $Bound,)? A: Address> IntoWasm for $Name<$($G,)? A> {
            type Wasm = A;

            fn into_wasm(self) -> A {
                self.$get()
            }

            fn describe() -> TypeDescription {
                <Self as WasmArg>::describe()
            }
        }

        impl<$($G: $Bound,)? A: Address> IntoWasm for Option<$Name<$($G,)? A>> {
            type Wasm = A;

            fn into_wasm(self) -> A {
                self.map_or(A::ZERO, $Name::$get)
            }

            fn describe() -> TypeDescription {
                <Self as WasmArg>::describe()
            }
        }

        impl<$($G: $Bound,)? A: Address> GuestType for $Name<$($G,)? A> {
            const SIZE: usize = A::SIZE;
            const ALIGN: usize = A::ALIGN;

            fn read(bytes: &[u8]) -> Result<Self, Problem> {
                Ok(Self::$from(A::read(bytes)?, Origin::NONE))
            }

            fn write(&self, bytes: &mut [u8]) {
                self.$get().write(bytes);
            }

            fn describe() -> TypeDescription {
                <Self as WasmArg>::describe()
            }
        }

        impl<$($G: $Bound,)? A: Address> GuestType for Option<$Name<$($G,)? A>> {
            const SIZE: usize = A::SIZE;
            const ALIGN: usize = A::ALIGN;

            fn read(bytes: &[u8]) -> Result<Self, Problem> {
                let address = A::read(bytes)?;
                Ok((address != A::ZERO).then(|| $Name::$from(address, Origin::NONE)))
            }

            fn write(&self, bytes: &mut [u8]) {
                IntoWasm::into_wasm(*self).write(bytes);
            }

            fn describe() -> TypeDescription {
                <Self as WasmArg>::describe()
            }
        }
    )* };
}

// Each address with its description, from its width and whether it may be null.
addresses! {
    (T: GuestType) Ptr with_origin address |it| pointer(it, T::describe());
    (T: GuestType) Array with_origin address |it| pointer(it, T::describe());
    (T: GuestType) Out with_origin address |it| pointer(it, T::describe());
    () CStr with_origin address |it| TypeDescription::CStr { wide: it.0 };
    (T: GuestType) Prefixed with_origin address |it| prefixed(it, T::describe());
    () PrefixedStr with_origin address |it| TypeDescription::PrefixedStr { wide: it.0 };
}

fn pointer((wide, nullable): (bool, bool), target: TypeDescription) -> TypeDescription {
    TypeDescription::Pointer { target: Box::new(target), mutable: true, nullable, wide }
}

fn prefixed((wide, _): (bool, bool), element: TypeDescription) -> TypeDescription {
    TypeDescription::Prefixed { element: Box::new(element), wide }
}

impl<T: GuestType, A: Address> WasmArg for Slice<T, A> {
    const TYPES: &'static [ValType] = &[A::TYPE, A::TYPE];

    #[inline]
    fn from_values(
        values: &[Value],
        origin: Origin,
        machine: &mut CoreMut<'_>,
    ) -> Result<Self, Error> {
        let [address, len] = values.first_chunk().copied().unwrap_or_default();
        Ok(Self::with_origin(A::from_value(address, machine), A::from_value(len, machine), origin))
    }

    fn describe() -> TypeDescription {
        let element = Box::new(T::describe());
        TypeDescription::Slice { element, mutable: true, wide: A::WIDE }
    }
}

impl<A: Address> WasmArg for Utf8<A> {
    const TYPES: &'static [ValType] = &[A::TYPE, A::TYPE];

    #[inline]
    fn from_values(
        values: &[Value],
        origin: Origin,
        machine: &mut CoreMut<'_>,
    ) -> Result<Self, Error> {
        Slice::from_values(values, origin, machine).map(Self::from_slice)
    }

    fn describe() -> TypeDescription {
        TypeDescription::Utf8 { wide: A::WIDE }
    }
}

macro_rules! nullable {
    ($($Name:ident<$($G:ident)?> $(: $Bound:ident)?;)*) => { $(
        impl<$($G: GuestType,)? A: Address> WasmArg for Option<$Name<$($G,)? A>> {
            const TYPES: &'static [ValType] = $Name::<$($G,)? A>::TYPES;

            #[inline]
            fn from_values(
    values: &[Value],
    origin: Origin,
    machine: &mut CoreMut<'_>,
) -> Result<Self, Error> {
                match A::from_value(first(values), machine) == A::ZERO {
                    true => Ok(None),
                    false => $Name::from_values(values, origin, machine).map(Some),
                }
            }

            fn describe() -> TypeDescription {
                $Name::<$($G,)? A>::describe()
            }
        }
    )* };
}

// What has a length beside its address, which may be null.
nullable! {
    Slice<T>;
    Utf8<>;
}

fn handle<T: ?Sized, I: HandleId>() -> TypeDescription {
    TypeDescription::Handle { name: short_name::<T>(), wide: I::INDEX_BITS > 20 }
}

/// The name of a type without its path and its parameters.
fn short_name<T: ?Sized>() -> alloc::string::String {
    let name = core::any::type_name::<T>();
    let name = name.split('<').next().unwrap_or(name);
    name.rsplit("::").next().unwrap_or(name).into()
}

impl<T: ?Sized, I: HandleId> WasmArg for Handle<T, I> {
    const TYPES: &'static [ValType] = &[I::TYPE];

    #[inline]
    fn from_values(
        values: &[Value],
        origin: Origin,
        machine: &mut CoreMut<'_>,
    ) -> Result<Self, Error> {
        Ok(Self::with_origin(I::from_value(first(values), machine), origin))
    }

    fn describe() -> TypeDescription {
        handle::<T, I>()
    }
}

impl<T: ?Sized, I: HandleId> WasmArg for Option<Handle<T, I>> {
    const TYPES: &'static [ValType] = &[I::TYPE];

    #[inline]
    fn from_values(
        values: &[Value],
        origin: Origin,
        machine: &mut CoreMut<'_>,
    ) -> Result<Self, Error> {
        let id = I::from_value(first(values), machine);
        Ok((id != I::from_bits(0)).then(|| Handle::with_origin(id, origin)))
    }

    fn describe() -> TypeDescription {
        handle::<T, I>()
    }
}

impl<T: ?Sized, I: HandleId> IntoWasm for Handle<T, I> {
    type Wasm = I;

    fn into_wasm(self) -> I {
        self.id()
    }

    fn describe() -> TypeDescription {
        handle::<T, I>()
    }
}

impl<T: ?Sized, I: HandleId> IntoWasm for Option<Handle<T, I>> {
    type Wasm = I;

    fn into_wasm(self) -> I {
        self.map_or_else(|| I::from_bits(0), Handle::id)
    }

    fn describe() -> TypeDescription {
        handle::<T, I>()
    }
}

impl<T: ?Sized, I: HandleId> GuestType for Handle<T, I> {
    const SIZE: usize = I::SIZE;
    const ALIGN: usize = I::ALIGN;

    fn read(bytes: &[u8]) -> Result<Self, Problem> {
        Ok(Self::from_id(I::read(bytes)?))
    }

    fn write(&self, bytes: &mut [u8]) {
        self.id().write(bytes);
    }

    fn describe() -> TypeDescription {
        handle::<T, I>()
    }
}
