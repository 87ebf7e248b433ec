//! Types that can lie in a guest's memory.

use super::Problem;
use crate::describe::TypeDescription;
use alloc::boxed::Box;

/// A type with one layout in every guest: that of C on WebAssembly, little-endian.
///
/// Numbers, `bool`, arrays, pointers and handles have it, and with `#[derive(GuestType)]` (feature
/// `macros`) structures and enumerations of yours.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no layout that guests know",
    note = "derive `GuestType` for a `repr(C)` structure or a `repr(u8)` enumeration of yours"
)]
pub trait GuestType: Sized {
    /// How many bytes a value takes.
    const SIZE: usize;

    /// What C aligns values to. Reading and writing does not ask for it.
    const ALIGN: usize;

    /// The value with these bytes.
    ///
    /// # Errors
    /// They are no value of the type.
    ///
    /// # Panics
    /// If there are not [`GuestType::SIZE`] bytes.
    fn read(bytes: &[u8]) -> Result<Self, Problem>;

    /// Puts the value into these bytes.
    ///
    /// # Panics
    /// If there are not [`GuestType::SIZE`] bytes.
    fn write(&self, bytes: &mut [u8]);

    /// The type in words for other languages.
    fn describe() -> TypeDescription;
}

macro_rules! numbers {
    ($($T:ident $size:literal $Description:ident;)*) => { $(
        impl GuestType for $T {
            const SIZE: usize = $size;
            const ALIGN: usize = $size;

            #[inline]
            fn read(bytes: &[u8]) -> Result<Self, Problem> {
                let mut number = [0; $size];
                number.copy_from_slice(bytes);
                Ok(Self::from_le_bytes(number))
            }

            #[inline]
            fn write(&self, bytes: &mut [u8]) {
                bytes.copy_from_slice(&self.to_le_bytes());
            }

            fn describe() -> TypeDescription {
                TypeDescription::$Description
            }
        }
    )* };
}

// Each number with its size, which on WebAssembly is also its alignment.
numbers! {
    u8 1 U8;
    i8 1 I8;
    u16 2 U16;
    i16 2 I16;
    u32 4 U32;
    i32 4 I32;
    u64 8 U64;
    i64 8 I64;
    u128 16 U128;
    i128 16 I128;
    f32 4 F32;
    f64 8 F64;
}

/// One byte, 0 or 1; nothing else is accepted.
impl GuestType for bool {
    const SIZE: usize = 1;
    const ALIGN: usize = 1;

    fn read(bytes: &[u8]) -> Result<Self, Problem> {
        bool_from(u8::read(bytes)?.into())
    }

    fn write(&self, bytes: &mut [u8]) {
        u8::from(*self).write(bytes);
    }

    fn describe() -> TypeDescription {
        TypeDescription::Bool
    }
}

pub(super) fn bool_from(value: u32) -> Result<bool, Problem> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Problem::Invalid { value: value.into(), expected: "a bool, which is 0 or 1" }),
    }
}

impl<T: GuestType, const N: usize> GuestType for [T; N] {
    const SIZE: usize = T::SIZE * N;
    const ALIGN: usize = T::ALIGN;

    fn read(bytes: &[u8]) -> Result<Self, Problem> {
        let mut problem = None;
        let elements = core::array::from_fn(|i| {
            let element = &bytes[i * T::SIZE..(i + 1) * T::SIZE];
            // Once there is a problem the array is not used.
            T::read(element).map_err(|found| problem.get_or_insert(found).clone()).ok()
        });
        match problem {
            Some(problem) => Err(problem),
            None => Ok(elements.map(|element: Option<T>| match element {
                Some(element) => element,
                None => unreachable!("every element was read"),
            })),
        }
    }

    fn write(&self, bytes: &mut [u8]) {
        for (i, element) in self.iter().enumerate() {
            element.write(&mut bytes[i * T::SIZE..(i + 1) * T::SIZE]);
        }
    }

    fn describe() -> TypeDescription {
        TypeDescription::List(Box::new(T::describe()), N as u64)
    }
}
