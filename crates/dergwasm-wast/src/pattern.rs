//! What an assertion expects of a result: a value, or one of several, or some NaN.

use dergwasm::{AnyRef, Error, ExternRef, Machine, Rooted, Val};

/// What a result has to look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// Exactly this number.
    I32(i32),
    /// Exactly this number.
    I64(i64),
    /// These bits, or a NaN of a kind.
    F32(LanePattern<u32>),
    /// These bits, or a NaN of a kind.
    F64(LanePattern<u64>),
    /// Lane by lane.
    V128(VectorPattern),
    /// A null reference of any type.
    RefNull,
    /// A null reference to a function.
    RefNullFunc,
    /// A null reference to a host value.
    RefNullExtern,
    /// A null reference to a structure, an array or an integer.
    RefNullAny,
    /// A null reference to an exception.
    RefNullExn,
    /// A reference to any function.
    RefFunc,
    /// A reference to a host value: this one, or any.
    RefExtern(Option<u32>),
    /// A host value as a reference to anything.
    RefHost(u32),
    /// A reference of the hierarchy of `any`, to something of this kind.
    RefAny(AnyKind),
    /// One of these.
    Either(Vec<Self>),
}

/// What a reference of the hierarchy of `any` leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnyKind {
    /// Anything.
    Any,
    /// Something that `ref.eq` compares: a structure, an array, or an integer.
    Eq,
    /// An integer of 31 bits.
    I31,
    /// A structure.
    Struct,
    /// An array.
    Array,
}

/// What a floating-point number, alone or in a lane, has to look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LanePattern<B> {
    /// Exactly these bits.
    Bits(B),
    /// A NaN whose payload is only its topmost bit, of either sign.
    CanonicalNan,
    /// A NaN whose payload has its topmost bit, of either sign.
    ArithmeticNan,
}

/// What the lanes of a vector have to look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VectorPattern {
    /// 16 lanes of 8 bits.
    I8x16([i8; 16]),
    /// 8 lanes of 16 bits.
    I16x8([i16; 8]),
    /// 4 lanes of 32 bits.
    I32x4([i32; 4]),
    /// 2 lanes of 64 bits.
    I64x2([i64; 2]),
    /// 4 floating-point lanes.
    F32x4([LanePattern<u32>; 4]),
    /// 2 floating-point lanes.
    F64x2([LanePattern<u64>; 2]),
}

impl Pattern {
    /// Whether `value`, one of this machine, is what is expected.
    #[must_use]
    pub fn matches<T>(&self, value: &Val, machine: &Machine<T>) -> bool {
        match (self, value) {
            (Self::I32(wanted), Val::I32(found)) => wanted == found,
            (Self::I64(wanted), Val::I64(found)) => wanted == found,
            (Self::F32(wanted), Val::F32(found)) => wanted.matches(*found),
            (Self::F64(wanted), Val::F64(found)) => wanted.matches(*found),
            (Self::V128(wanted), Val::V128(found)) => wanted.matches(*found),
            (Self::RefNull | Self::RefNullFunc, Val::FuncRef(None))
            | (Self::RefNull | Self::RefNullExtern, Val::ExternRef(None))
            | (Self::RefNull | Self::RefNullAny, Val::AnyRef(None))
            | (Self::RefNull | Self::RefNullExn, Val::ExnRef(None))
            | (Self::RefFunc, Val::FuncRef(Some(_)))
            | (Self::RefExtern(None), Val::ExternRef(Some(_))) => true,
            (Self::RefExtern(Some(wanted)), Val::ExternRef(_))
            | (Self::RefHost(wanted), Val::AnyRef(_)) => {
                host_number(value, machine) == Some(*wanted)
            }
            (Self::RefAny(kind), Val::AnyRef(Some(found))) => {
                kind.matches(*found, machine).unwrap_or_default()
            }
            (Self::Either(cases), _) => cases.iter().any(|case| case.matches(value, machine)),
            _ => false,
        }
    }
}

/// The number that a host value of a script is.
pub(crate) fn host_number<T>(value: &Val, machine: &Machine<T>) -> Option<u32> {
    let reference = match value {
        Val::AnyRef(reference) => ExternRef::convert_any(machine, (*reference)?).ok()?,
        _ => value.externref()?,
    };
    reference.data(machine).ok()??.downcast_ref().copied()
}

impl AnyKind {
    /// Whether `found` leads to something of this kind.
    fn matches<T>(self, found: Rooted<AnyRef>, machine: &Machine<T>) -> Result<bool, Error> {
        match self {
            Self::Any => Ok(true),
            Self::Eq => found.is_eqref(machine),
            Self::I31 => found.is_i31(machine),
            Self::Struct => found.is_struct(machine),
            Self::Array => found.is_array(machine),
        }
    }

    /// The name in scripts, after `ref.`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Eq => "eq",
            Self::I31 => "i31",
            Self::Struct => "struct",
            Self::Array => "array",
        }
    }
}

impl LanePattern<u32> {
    /// Whether these bits are what is expected.
    #[must_use]
    pub const fn matches(self, found: u32) -> bool {
        match self {
            Self::Bits(wanted) => wanted == found,
            Self::CanonicalNan => found & 0x7fff_ffff == 0x7fc0_0000,
            Self::ArithmeticNan => found & 0x7fc0_0000 == 0x7fc0_0000,
        }
    }
}

impl LanePattern<u64> {
    /// Whether these bits are what is expected.
    #[must_use]
    pub const fn matches(self, found: u64) -> bool {
        match self {
            Self::Bits(wanted) => wanted == found,
            Self::CanonicalNan => found & 0x7fff_ffff_ffff_ffff == 0x7ff8_0000_0000_0000,
            Self::ArithmeticNan => found & 0x7ff8_0000_0000_0000 == 0x7ff8_0000_0000_0000,
        }
    }
}

impl VectorPattern {
    /// Whether the vector, lane 0 in its lowest bits, is what is expected.
    #[must_use]
    pub fn matches(self, found: u128) -> bool {
        match self {
            Self::I8x16(wanted) => wanted == lanes(found, i8::from_le_bytes),
            Self::I16x8(wanted) => wanted == lanes(found, i16::from_le_bytes),
            Self::I32x4(wanted) => wanted == lanes(found, i32::from_le_bytes),
            Self::I64x2(wanted) => wanted == lanes(found, i64::from_le_bytes),
            Self::F32x4(wanted) => {
                let found: [u32; 4] = lanes(found, u32::from_le_bytes);
                wanted.iter().zip(found).all(|(wanted, found)| wanted.matches(found))
            }
            Self::F64x2(wanted) => {
                let found: [u64; 2] = lanes(found, u64::from_le_bytes);
                wanted.iter().zip(found).all(|(wanted, found)| wanted.matches(found))
            }
        }
    }
}

/// The `N` lanes of `W` bytes each, lane 0 first; `N * W` is 16.
pub(crate) fn lanes<T, const N: usize, const W: usize>(
    vector: u128,
    lane: impl Fn([u8; W]) -> T,
) -> [T; N] {
    let bytes = vector.to_le_bytes();
    core::array::from_fn(|i| lane(core::array::from_fn(|byte| bytes[i * W + byte])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canonical_nan_has_only_the_topmost_bit_of_the_payload() {
        let machine = Machine::new(());
        let canonical = Pattern::F32(LanePattern::CanonicalNan);
        assert!(canonical.matches(&Val::F32(0x7fc0_0000), &machine));
        assert!(canonical.matches(&Val::F32(0xffc0_0000), &machine));
        assert!(!canonical.matches(&Val::F32(0x7fc0_0001), &machine));
        let arithmetic = Pattern::F64(LanePattern::ArithmeticNan);
        assert!(arithmetic.matches(&Val::F64(0xfff8_0000_0000_0001), &machine));
        assert!(!arithmetic.matches(&Val::F64(0x7ff0_0000_0000_0001), &machine));
    }

    #[test]
    fn zeros_of_different_sign_differ() {
        let machine = Machine::new(());
        let zero = Pattern::F32(LanePattern::Bits(0));
        assert!(!zero.matches(&Val::F32((-0.0f32).to_bits()), &machine));
    }

    #[test]
    fn lane_0_is_in_the_lowest_bits() {
        let wanted = VectorPattern::I16x8([1, 2, 3, 4, 5, 6, 7, -8]);
        assert!(wanted.matches(0xfff8_0007_0006_0005_0004_0003_0002_0001));
        assert!(!wanted.matches(0));
    }

    #[test]
    fn either_takes_any_of_its_cases() {
        let machine = Machine::new(());
        let either = Pattern::Either(vec![Pattern::I32(1), Pattern::I32(2)]);
        assert!(either.matches(&Val::I32(2), &machine));
        assert!(!either.matches(&Val::I32(3), &machine));
        assert!(!either.matches(&Val::I64(2), &machine));
    }
}
