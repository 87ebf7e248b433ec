//! How values and patterns are shown in a failure: numbers with their bits, vectors by lanes.

use crate::pattern::{host_number, lanes};
use crate::{LanePattern, Pattern, VectorPattern};
use core::fmt::{self, Display, Formatter};
use dergwasm::{Machine, Val};

/// Results as an assertion shows them; vectors in the lanes that `expected` has.
pub(crate) fn results<T>(found: &[Val], expected: &[Pattern], machine: &Machine<T>) -> String {
    let shown =
        found.iter().enumerate().map(|(i, value)| value_like(value, expected.get(i), machine));
    list(shown)
}

/// Patterns as an assertion shows them.
pub(crate) fn patterns(expected: &[Pattern]) -> String {
    list(expected.iter().map(Pattern::to_string))
}

fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<_> = items.collect();
    if items.is_empty() { "no results".into() } else { items.join(", ") }
}

fn value_like<T>(value: &Val, expected: Option<&Pattern>, machine: &Machine<T>) -> String {
    match value {
        Val::I32(number) => Pattern::I32(*number).to_string(),
        Val::I64(number) => Pattern::I64(*number).to_string(),
        Val::F32(bits) => Pattern::F32(LanePattern::Bits(*bits)).to_string(),
        Val::F64(bits) => Pattern::F64(LanePattern::Bits(*bits)).to_string(),
        Val::V128(bits) => Pattern::V128(vector_like(*bits, expected)).to_string(),
        Val::FuncRef(None) => "ref.null func".into(),
        Val::FuncRef(Some(func)) => format!("{func:?}"),
        Val::ExternRef(None) => "ref.null extern".into(),
        Val::ExternRef(Some(_)) => match host_number(value, machine) {
            Some(number) => format!("ref.extern {number}"),
            None => "ref.extern".into(),
        },
        Val::AnyRef(None) => "ref.null any".into(),
        Val::AnyRef(Some(_)) => match host_number(value, machine) {
            Some(number) => format!("ref.host {number}"),
            None => any(value, machine),
        },
        Val::ExnRef(None) => "ref.null exn".into(),
        Val::ExnRef(Some(_)) => "ref.exn".into(),
    }
}

/// A reference by its type.
fn any<T>(value: &Val, machine: &Machine<T>) -> String {
    value.ty(machine).map_or_else(|error| error.to_string(), |ty| format!("a {ty}"))
}

/// The vector in the lanes of what was expected, or of the first case.
fn vector_like(bits: u128, expected: Option<&Pattern>) -> VectorPattern {
    match expected {
        Some(Pattern::Either(cases)) => vector_like(bits, cases.first()),
        Some(Pattern::V128(VectorPattern::I8x16(_))) => {
            VectorPattern::I8x16(lanes(bits, i8::from_le_bytes))
        }
        Some(Pattern::V128(VectorPattern::I16x8(_))) => {
            VectorPattern::I16x8(lanes(bits, i16::from_le_bytes))
        }
        Some(Pattern::V128(VectorPattern::I64x2(_))) => {
            VectorPattern::I64x2(lanes(bits, i64::from_le_bytes))
        }
        Some(Pattern::V128(VectorPattern::F32x4(_))) => {
            VectorPattern::F32x4(lanes(bits, u32::from_le_bytes).map(LanePattern::Bits))
        }
        Some(Pattern::V128(VectorPattern::F64x2(_))) => {
            VectorPattern::F64x2(lanes(bits, u64::from_le_bytes).map(LanePattern::Bits))
        }
        _ => VectorPattern::I32x4(lanes(bits, i32::from_le_bytes)),
    }
}

impl Display for Pattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::I32(number) => write!(f, "i32 {number} ({number:#010x})"),
            Self::I64(number) => write!(f, "i64 {number} ({number:#018x})"),
            Self::F32(lane) => write!(f, "f32 {lane}"),
            Self::F64(lane) => write!(f, "f64 {lane}"),
            Self::V128(vector) => write!(f, "v128 {vector}"),
            Self::RefNull => f.write_str("ref.null"),
            Self::RefNullFunc => f.write_str("ref.null func"),
            Self::RefNullExtern => f.write_str("ref.null extern"),
            Self::RefFunc => f.write_str("ref.func"),
            Self::RefExtern(None) => f.write_str("ref.extern"),
            Self::RefExtern(Some(number)) => write!(f, "ref.extern {number}"),
            Self::RefHost(number) => write!(f, "ref.host {number}"),
            Self::RefNullAny => f.write_str("ref.null any"),
            Self::RefNullExn => f.write_str("ref.null exn"),
            Self::RefAny(kind) => write!(f, "ref.{}", kind.name()),
            Self::Either(cases) => {
                let cases: Vec<_> = cases.iter().map(Self::to_string).collect();
                write!(f, "either {}", cases.join(" or "))
            }
        }
    }
}

impl Display for LanePattern<u32> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bits(bits) => write!(f, "{:?} ({bits:#010x})", f32::from_bits(*bits)),
            Self::CanonicalNan => f.write_str("nan:canonical"),
            Self::ArithmeticNan => f.write_str("nan:arithmetic"),
        }
    }
}

impl Display for LanePattern<u64> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bits(bits) => write!(f, "{:?} ({bits:#018x})", f64::from_bits(*bits)),
            Self::CanonicalNan => f.write_str("nan:canonical"),
            Self::ArithmeticNan => f.write_str("nan:arithmetic"),
        }
    }
}

impl Display for VectorPattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        fn lanes<T: Display>(f: &mut Formatter<'_>, shape: &str, lanes: &[T]) -> fmt::Result {
            f.write_str(shape)?;
            lanes.iter().try_for_each(|lane| write!(f, " {lane}"))
        }
        fn hex<T: fmt::LowerHex>(all: &[T]) -> Vec<String> {
            all.iter().map(|lane| format!("{lane:#x}")).collect()
        }
        match self {
            Self::I8x16(all) => lanes(f, "i8x16", &hex(all)),
            Self::I16x8(all) => lanes(f, "i16x8", &hex(all)),
            Self::I32x4(all) => lanes(f, "i32x4", &hex(all)),
            Self::I64x2(all) => lanes(f, "i64x2", &hex(all)),
            Self::F32x4(all) => lanes(f, "f32x4", all),
            Self::F64x2(all) => lanes(f, "f64x2", all),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_with_their_bits() {
        let machine = Machine::new(());
        let found = [Val::I32(-1), Val::F32(0x7fc0_0001), Val::F64(1.5f64.to_bits())];
        assert_eq!(
            results(&found, &[], &machine),
            "i32 -1 (0xffffffff), f32 NaN (0x7fc00001), f64 1.5 (0x3ff8000000000000)"
        );
        assert_eq!(results(&[], &[], &machine), "no results");
    }

    #[test]
    fn vectors_are_shown_in_the_lanes_that_were_expected() {
        let machine = Machine::new(());
        let expected = [Pattern::V128(VectorPattern::I64x2([1, 2]))];
        assert_eq!(patterns(&expected), "v128 i64x2 0x1 0x2");
        assert_eq!(results(&[Val::V128(1)], &expected, &machine), "v128 i64x2 0x1 0x0");
        assert_eq!(results(&[Val::V128(1)], &[], &machine), "v128 i32x4 0x1 0x0 0x0 0x0");
    }
}
