//! Values as a person writes them on the command line and reads them from the output.

use dergwasm::{
    AnyRef, ExternRef, FuncType, HeapType, I31, Machine, RefType, Rooted, Val, ValType,
};
use std::ffi::OsString;

/// Reads the arguments of a function by its type.
pub(crate) fn parse_all<T>(
    ty: &FuncType,
    texts: &[OsString],
    machine: &mut Machine<T>,
) -> Result<Vec<Val>, String> {
    if texts.len() != ty.params().len() {
        return Err(format!(
            "the function takes {}, not {}: its type is {ty}",
            counted(ty.params().len()),
            texts.len()
        ));
    }
    let parse_one = |(i, (text, ty)): (usize, (&OsString, &ValType))| {
        let shown = text.to_string_lossy();
        let parsed = match ty {
            ValType::Ref(ty) => reference(&shown, *ty, machine),
            _ => number(&shown, *ty),
        };
        parsed.map_err(|expected| {
            format!("argument {} has type {ty}: expected {expected}, not `{shown}`", i + 1)
        })
    };
    texts.iter().zip(ty.params()).enumerate().map(parse_one).collect()
}

fn counted(arguments: usize) -> String {
    match arguments {
        0 => "no arguments".into(),
        1 => "1 argument".into(),
        many => format!("{many} arguments"),
    }
}

/// Reads a number; `Err` says what would have been right.
fn number(text: &str, ty: ValType) -> Result<Val, &'static str> {
    const INTEGER: &str = "a decimal or hexadecimal integer of that size, such as -7 or 0xff";
    const FLOAT: &str = "a number such as 1.5, -2e3, inf or nan";
    match ty {
        ValType::I32 => integer(text, 32).and_then(|n| i32::try_from(n).ok()).map(Val::I32),
        ValType::I64 => integer(text, 64).and_then(|n| i64::try_from(n).ok()).map(Val::I64),
        ValType::F32 => float32(text).map(Val::F32),
        ValType::F64 => float64(text).map(Val::F64),
        ValType::V128 => return vector(text).map(Val::V128),
        ValType::Ref(_) => None,
    }
    .ok_or(match ty {
        ValType::I32 | ValType::I64 => INTEGER,
        _ => FLOAT,
    })
}

/// Reads a reference; `Err` says what would have been right.
fn reference<T>(text: &str, ty: RefType, machine: &mut Machine<T>) -> Result<Val, &'static str> {
    if text == "null" {
        let null = Val::default_in(&*machine, ValType::Ref(ty));
        return null.ok_or("something else: this type has no null that can be written");
    }
    match ty.heap {
        HeapType::Extern => {
            let number: u32 =
                text.parse().map_err(|_| "null, or a number that stands for a value")?;
            let value = ExternRef::new(machine, number);
            value.map(Val::from).map_err(|_| "null: there is no room for more values")
        }
        HeapType::Any | HeapType::Eq | HeapType::I31 => {
            let number = integer(text, 31).and_then(|n| i32::try_from(n).ok());
            let number = number.and_then(I31::new_i32).ok_or("null, or an integer of 31 bits")?;
            Ok(Val::from(AnyRef::from_i31(machine, number)))
        }
        _ => Err("null: other references of this type cannot be written"),
    }
}

/// An integer of `bits` bits, signed or unsigned, sign-extended.
fn integer(text: &str, bits: u32) -> Option<i128> {
    let plain = text.replace('_', "");
    let (negative, digits) = match plain.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let magnitude = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => u64::from_str_radix(hex, 16).ok()?,
        // `from_str_radix` takes a sign of its own.
        None if digits.starts_with(['-', '+']) => return None,
        None => digits.parse().ok()?,
    };
    let value = if negative { -i128::from(magnitude) } else { i128::from(magnitude) };
    let (low, high) = (-(1_i128 << (bits - 1)), (1_i128 << bits) - 1);
    if !(low..=high).contains(&value) {
        return None;
    }
    let too_high = value >= 1 << (bits - 1);
    Some(if too_high { value - (1 << bits) } else { value })
}

/// The payload of `nan:0x…`, with its sign.
fn nan_payload(text: &str) -> Option<(bool, u64)> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let payload = u64::from_str_radix(text.strip_prefix("nan:0x")?, 16).ok()?;
    Some((negative, payload))
}

fn float32(text: &str) -> Option<u32> {
    if let Some((negative, payload)) = nan_payload(text) {
        let payload = u32::try_from(payload).ok().filter(|bits| (1..1 << 23).contains(bits))?;
        return Some(u32::from(negative) << 31 | 0x7f80_0000 | payload);
    }
    text.parse().ok().map(f32::to_bits)
}

fn float64(text: &str) -> Option<u64> {
    if let Some((negative, payload)) = nan_payload(text) {
        let payload = Some(payload).filter(|bits| (1..1 << 52).contains(bits))?;
        return Some(u64::from(negative) << 63 | 0x7ff0_0000_0000_0000 | payload);
    }
    text.parse().ok().map(f64::to_bits)
}

/// A vector: `0x` and up to 32 digits, or lanes such as `i32x4:1,2,3,4`.
fn vector(text: &str) -> Result<u128, &'static str> {
    const EXPECTED: &str =
        "0x and up to 32 digits, or lanes such as i32x4:1,2,3,4 or f64x2:0.5,nan";
    if let Some(hex) = text.strip_prefix("0x") {
        return u128::from_str_radix(&hex.replace('_', ""), 16).map_err(|_| EXPECTED);
    }
    let (shape, lanes) = text.split_once(':').ok_or(EXPECTED)?;
    let bits = match shape {
        "i8x16" => 8,
        "i16x8" => 16,
        "i32x4" | "f32x4" => 32,
        "i64x2" | "f64x2" => 64,
        _ => return Err(EXPECTED),
    };
    let lane = |text: &str| -> Option<u128> {
        match shape {
            "f32x4" => float32(text).map(u128::from),
            "f64x2" => float64(text).map(u128::from),
            _ => integer(text, bits).map(|lane| lane.cast_unsigned() & ((1 << bits) - 1)),
        }
    };
    let lanes: Option<Vec<u128>> = lanes.split(',').map(|text| lane(text.trim())).collect();
    let count = 128 / bits as usize;
    let lanes = lanes.filter(|lanes| lanes.len() == count).ok_or(EXPECTED)?;
    Ok(lanes.iter().rev().fold(0, |vector, lane| vector << bits | lane))
}

/// A value as it is printed, in a form that is also accepted as an argument where there is one.
pub(crate) fn show<T>(value: &Val, machine: &Machine<T>) -> String {
    match value {
        Val::I32(number) => number.to_string(),
        Val::I64(number) => number.to_string(),
        Val::F32(bits) => f32::from_bits(*bits).to_string(),
        Val::F64(bits) => f64::from_bits(*bits).to_string(),
        Val::V128(bits) => format!("{bits:#034x}"),
        Val::FuncRef(None) | Val::ExternRef(None) | Val::AnyRef(None) | Val::ExnRef(None) => {
            "null".into()
        }
        Val::FuncRef(Some(_)) => "funcref".into(),
        Val::ExternRef(Some(reference)) => show_extern(*reference, machine),
        Val::AnyRef(Some(reference)) => show_any(*reference, machine),
        Val::ExnRef(Some(_)) => "exnref".into(),
    }
}

fn show_extern<T>(reference: Rooted<ExternRef>, machine: &Machine<T>) -> String {
    let value = reference.data(machine).ok().flatten();
    match value.and_then(|value| value.downcast_ref::<u32>()) {
        Some(number) => number.to_string(),
        None => "externref".into(),
    }
}

fn show_any<T>(reference: Rooted<AnyRef>, machine: &Machine<T>) -> String {
    if let Ok(Some(number)) = reference.as_i31(machine) {
        return number.get_i32().to_string();
    }
    let kind = match (reference.is_struct(machine), reference.is_array(machine)) {
        (Ok(true), _) => "structref",
        (_, Ok(true)) => "arrayref",
        _ => "anyref",
    };
    kind.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_signed_or_unsigned_decimal_or_hexadecimal() {
        assert_eq!(number("-1", ValType::I32), Ok(Val::I32(-1)));
        assert_eq!(number("0xffffffff", ValType::I32), Ok(Val::I32(-1)));
        assert_eq!(number("4294967295", ValType::I32), Ok(Val::I32(-1)));
        assert_eq!(number("-0x80000000", ValType::I32), Ok(Val::I32(i32::MIN)));
        assert_eq!(number("1_000", ValType::I64), Ok(Val::I64(1000)));
        assert_eq!(number("18446744073709551615", ValType::I64), Ok(Val::I64(-1)));
        for wrong in ["4294967296", "-2147483649", "1.5", "", "-", "--1", "0x", "x"] {
            assert!(number(wrong, ValType::I32).is_err(), "{wrong}");
        }
    }

    #[test]
    fn floats_include_infinities_and_nans() {
        assert_eq!(number("-1.5", ValType::F64), Ok(Val::F64((-1.5f64).to_bits())));
        assert_eq!(number("inf", ValType::F32), Ok(Val::F32(0x7f80_0000)));
        assert_eq!(number("nan", ValType::F32), Ok(Val::F32(0x7fc0_0000)));
        assert_eq!(number("-nan:0x1", ValType::F32), Ok(Val::F32(0xff80_0001)));
        assert!(number("nan:0x0", ValType::F32).is_err());
        assert!(number("one", ValType::F64).is_err());
    }

    #[test]
    fn vectors_are_hexadecimal_or_lanes() {
        assert_eq!(number("0x10", ValType::V128), Ok(Val::V128(16)));
        let lanes = number("i32x4:1,2,3,-1", ValType::V128);
        assert_eq!(lanes, Ok(Val::V128(0xffff_ffff_0000_0003_0000_0002_0000_0001)));
        let lanes = number("f64x2:0.5,nan", ValType::V128);
        assert_eq!(lanes, Ok(Val::V128(0x7ff8_0000_0000_0000_3fe0_0000_0000_0000)));
        assert!(number("i32x4:1,2,3", ValType::V128).is_err());
        assert!(number("i8x16:1", ValType::V128).is_err());
    }

    #[test]
    fn a_wrong_count_shows_the_type() {
        let ty = FuncType::new([ValType::I32], []);
        let error = parse_all(&ty, &[], &mut Machine::new(()));
        assert_eq!(
            error,
            Err("the function takes 1 argument, not 0: its type is (i32) -> ()".into())
        );
        let error = parse_all(&ty, &["x".into()], &mut Machine::new(())).unwrap_err();
        assert!(error.starts_with("argument 1 has type i32: expected a decimal"), "{error}");
    }
}
