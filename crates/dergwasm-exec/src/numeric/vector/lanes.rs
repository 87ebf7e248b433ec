//! The 128-bit vector, its shapes, and lane-by-lane application of a scalar function.
//!
//! Spec: [Execution › Numerics › Vectors](https://webassembly.github.io/spec/core/exec/numerics.html#vectors).
//! Lanes are little-endian on every host. It does not know what any instruction computes.

use dergwasm_types::Value;

/// A `v128`: 16 bytes, lane 0 first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C, align(16))]
pub(crate) struct V128(pub(crate) [u8; 16]);

impl V128 {
    /// The lanes of the vector in the shape `[T; N]`.
    #[inline(always)]
    pub(super) fn lanes<T, const N: usize>(self) -> [T; N]
    where
        [T; N]: Shape,
    {
        <[T; N]>::lanes_of(self)
    }

    /// The vector of these lanes.
    #[inline(always)]
    pub(super) fn from_lanes<T, const N: usize>(lanes: [T; N]) -> Self
    where
        [T; N]: Shape,
    {
        lanes.into_vector()
    }

    /// The vector whose lane `i` is `lane(i)`.
    #[inline(always)]
    pub(super) fn from_fn<T: Copy + Default, const N: usize>(lane: impl FnMut(usize) -> T) -> Self
    where
        [T; N]: Shape,
    {
        Self::from_lanes(array_of(lane))
    }
}

impl From<u128> for V128 {
    #[inline(always)]
    fn from(bits: u128) -> Self {
        Self(bits.to_le_bytes())
    }
}

impl From<V128> for u128 {
    #[inline(always)]
    fn from(v: V128) -> Self {
        Self::from_le_bytes(v.0)
    }
}

impl From<Value> for V128 {
    #[inline(always)]
    fn from(value: Value) -> Self {
        value.as_u128().into()
    }
}

impl From<V128> for Value {
    #[inline(always)]
    fn from(v: V128) -> Self {
        u128::from(v).into()
    }
}

/// The array whose item `i` is `item(i)`: `array::from_fn`, which is a call if the compiler finds that
/// it has inlined it often enough.
#[inline(always)]
fn array_of<T: Copy + Default, const N: usize>(mut item: impl FnMut(usize) -> T) -> [T; N] {
    let mut items = [T::default(); N];
    for (i, place) in items.iter_mut().enumerate() {
        *place = item(i);
    }
    items
}

/// An array of lanes that fills a vector: `i8x16`, `i16x8`, `i32x4`, `i64x2`, `f32x4`, `f64x2`,
/// with the integers read as signed or unsigned.
pub(super) trait Shape: Copy {
    /// `lanes_shape`
    fn lanes_of(v: V128) -> Self;

    /// `lanes_shape⁻¹`
    fn into_vector(self) -> V128;
}

macro_rules! shapes {
    ($([$T:ty; $N:literal])*) => { $(
        impl Shape for [$T; $N] {
            #[inline(always)]
            fn lanes_of(v: V128) -> Self {
                let (lanes, _) = v.0.as_chunks();
                array_of(|i| <$T>::from_le_bytes(lanes[i]))
            }

            #[inline(always)]
            fn into_vector(self) -> V128 {
                let mut v = V128::default();
                let (lanes, _) = v.0.as_chunks_mut();
                for (bytes, lane) in lanes.iter_mut().zip(self) {
                    *bytes = lane.to_le_bytes();
                }
                v
            }
        }
    )* };
}

shapes! {
    [i8; 16] [u8; 16] [i16; 8] [u16; 8] [i32; 4] [u32; 4] [i64; 2] [u64; 2] [f32; 4] [f64; 2]
}

/// The vector of `f` applied to each lane of `a`.
#[inline(always)]
pub(super) fn map<T: Copy, U: Copy + Default, const N: usize>(a: V128, f: impl Fn(T) -> U) -> V128
where
    [T; N]: Shape,
    [U; N]: Shape,
{
    let a = a.lanes::<T, N>();
    V128::from_fn::<U, N>(|i| f(a[i]))
}

/// The vector of `f` applied to each pair of lanes of `a` and `b`.
#[inline(always)]
pub(super) fn zip<T: Copy, U: Copy + Default, const N: usize>(
    a: V128,
    b: V128,
    f: impl Fn(T, T) -> U,
) -> V128
where
    [T; N]: Shape,
    [U; N]: Shape,
{
    let (a, b) = (a.lanes::<T, N>(), b.lanes::<T, N>());
    V128::from_fn::<U, N>(|i| f(a[i], b[i]))
}

/// Turns `i8x16_abs(i8) i16x8_abs(i16) = Lane::wrapping_abs;` into one function `fn(V128) -> V128`
/// for each name, where `Lane` is the type in parentheses.
macro_rules! map_lanes {
    ($($($name:ident($T:ty))+ = $f:expr;)*) => { $($(
        #[doc = concat!("Applies `", stringify!($f), "` to each lane.")]
        #[inline(always)]
        pub(crate) fn $name(a: V128) -> V128 {
            type Lane = $T;
            $crate::numeric::vector::lanes::map::<Lane, Lane, _>(a, $f)
        }
    )+)* };
}
pub(super) use map_lanes;

/// Turns `i8x16_add(u8) i16x8_add(u16) = Lane::wrapping_add;` into one function
/// `fn(V128, V128) -> V128` for each name, where `Lane` is the type in parentheses.
macro_rules! zip_lanes {
    ($($($name:ident($T:ty))+ = $f:expr;)*) => { $($(
        #[doc = concat!("Applies `", stringify!($f), "` to each pair of lanes.")]
        #[inline(always)]
        pub(crate) fn $name(a: V128, b: V128) -> V128 {
            type Lane = $T;
            $crate::numeric::vector::lanes::zip::<Lane, Lane, _>(a, b, $f)
        }
    )+)* };
}
pub(super) use zip_lanes;

/// A vector equals the lanes of which it is made, bit by bit.
#[cfg(test)]
impl<T: Copy, const N: usize> PartialEq<[T; N]> for V128
where
    [T; N]: Shape,
{
    fn eq(&self, lanes: &[T; N]) -> bool {
        *self == Self::from_lanes(*lanes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_are_little_endian() {
        let v = V128::from(0x0f0e_0d0c_0b0a_0908_0706_0504_0302_0100);
        assert_eq!(v.0, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
        assert_eq!(v.lanes::<u16, 8>()[1], 0x0302);
        assert_eq!(v.lanes::<u64, 2>()[1], 0x0f0e_0d0c_0b0a_0908);
        assert_eq!(V128::from_lanes([-1i32, 0, 0, 1]).0, {
            [255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]
        });
    }

    #[test]
    fn fits_a_value() {
        assert_eq!((size_of::<V128>(), align_of::<V128>()), (16, 16));
        let v = V128::from_lanes([1.5f64, -2.5]);
        assert_eq!(V128::from(Value::from(v)), v);
    }

    #[test]
    fn keeps_the_bits_of_signalling_nans() {
        let v = V128::from_lanes([0x7fa0_0001u32, 0xffa0_0002, 0, 1]);
        assert_eq!(V128::from_lanes(v.lanes::<f32, 4>()), v);
    }
}
