//! Reads untyped values by the types of a function's results, as an embedder does after a call.

use dergwasm_types::{FuncType, ValType, Value};

/// A value in the words of the text format.
fn show(ty: ValType, value: Value) -> String {
    match ty {
        ValType::I32 => format!("(i32.const {})", value.as_i32()),
        ValType::I64 => format!("(i64.const {})", value.as_i64()),
        ValType::F32 => format!("(f32.const {})", value.as_f32()),
        ValType::F64 => format!("(f64.const {})", value.as_f64()),
        ValType::V128 => {
            format!("(v128.const i64x2 {:#x} {:#x})", value.bits(), value.as_u128() >> 64)
        }
        ValType::Ref(ty) => match value.as_ref_addr() {
            Some(address) => format!("({ty} at address {address})"),
            None => format!("(ref.null {})", ty.heap),
        },
    }
}

fn main() {
    let ty = FuncType::new(
        [ValType::I32],
        [ValType::I32, ValType::F64, ValType::V128, ValType::FUNCREF, ValType::EXTERNREF],
    );
    println!("{ty}");
    let results = [
        Value::from(-1i32),
        Value::from(0.5f64),
        Value::from(u128::from_le_bytes(*b"sixteen bytes ok")),
        Value::from_ref_addr(Some(3)),
        Value::ZERO,
    ];
    for (&ty, &value) in ty.results().iter().zip(&results) {
        println!("  {value:?} is {}", show(ty, value));
    }
    // The same bits, read as another type.
    println!("  {:?} is {}", results[0], show(ValType::I64, results[0]));
}
