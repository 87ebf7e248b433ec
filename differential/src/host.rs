//! What modules may import, and what it does: the same on every engine.
//!
//! Knows no engine.

use crate::observation::Value;

/// The name of the module that everything is imported from.
pub(crate) const MODULE: &str = "host";

/// A type of a parameter or result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    I32,
    I64,
    F32,
    F64,
    Extern,
    Func,
}

/// A function of the host.
#[derive(Debug)]
pub(crate) struct HostFunc {
    pub(crate) name: &'static str,
    pub(crate) params: &'static [Type],
    pub(crate) results: &'static [Type],
    /// Whether it throws an exception of [`TAG`] instead of returning, if its first argument is odd.
    pub(crate) throws: bool,
}

/// The tag of the host, whose exceptions carry [`TAG_PARAMS`].
pub(crate) const TAG: &str = "tag";
pub(crate) const TAG_PARAMS: &[Type] = &[Type::I32, Type::I64];

/// The memory of the host: pages at first and at most.
pub(crate) const MEMORY: (&str, u32, u32) = ("memory", 1, 3);

/// The table of functions of the host: elements at first and at most.
pub(crate) const TABLE: (&str, u32, u32) = ("table", 10, 30);

/// The immutable global of the host, an `i32`, and the mutable one, an `i64`.
pub(crate) const CONSTANT: (&str, i32) = ("constant", 40);
pub(crate) const VARIABLE: (&str, i64) = ("variable", -3);

/// Mutable globals of the other types of numbers.
pub(crate) const SINGLE: (&str, f32) = ("single", 1.5);
pub(crate) const DOUBLE: (&str, f64) = ("double", -0.25);
pub(crate) const VECTOR: (&str, u128) = ("vector", 5 << 70 | 77);

/// The functions of the host.
pub(crate) const FUNCS: &[HostFunc] = &[
    func("nothing", &[], &[]),
    func("number", &[], &[Type::I32]),
    func("mix", &[Type::I32, Type::I64], &[Type::I32]),
    func("long", &[Type::I64, Type::I64, Type::I32], &[Type::I64]),
    func("floats", &[Type::F64, Type::F32], &[Type::F32, Type::F64]),
    func("several", &[Type::I32], &[Type::I64, Type::I32, Type::F64, Type::I32]),
    func("same", &[Type::Extern, Type::I32], &[Type::Extern]),
    func("callee", &[Type::Func], &[Type::I32, Type::Func]),
    HostFunc { name: "throw", params: &[Type::I32], results: &[Type::I64], throws: true },
];

const fn func(name: &'static str, params: &'static [Type], results: &'static [Type]) -> HostFunc {
    HostFunc { name, params, results, throws: false }
}

/// A number made of arguments, from which results are made.
pub(crate) fn mixed(args: &[Value]) -> u64 {
    args.iter().fold(0x1234_5678_9abc_def1, |mixed: u64, arg| {
        let bits = match *arg {
            Value::I32(value) => u64::from(value.cast_unsigned()),
            Value::I64(value) => value.cast_unsigned(),
            Value::F32(bits) => bits.into(),
            Value::F64(bits) => bits,
            Value::Null => 1,
            _ => 2,
        };
        (mixed ^ bits).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23)
    })
}

/// The result of a type that is a number; results that are references are the argument of that
/// type.
pub(crate) fn result(ty: Type, mixed: u64) -> Option<Value> {
    Some(match ty {
        Type::I32 => Value::I32(mixed as i32 % 1000),
        Type::I64 => Value::I64(mixed.cast_signed()),
        Type::F32 => Value::F32((f32::from(mixed as i16) / 8.0).to_bits()),
        Type::F64 => Value::F64((f64::from(mixed as i32) / 8.0).to_bits()),
        Type::Extern | Type::Func => return None,
    })
}

/// What an exception carries that is thrown for an argument.
pub(crate) fn thrown(arg: i32) -> (i32, i64) {
    (arg.wrapping_mul(3), i64::from(arg) << 20)
}

/// A module that declares what there is to import, with or without what has to do with exceptions
/// and vectors.
pub(crate) fn available(exceptions: bool, vectors: bool) -> Vec<u8> {
    let mut text = String::from("(module\n");
    for func in FUNCS.iter().filter(|func| exceptions || !func.throws) {
        let (params, results) = (words(func.params), words(func.results));
        let ty = format!("(func (param {params}) (result {results}))");
        text += &format!("(import \"{MODULE}\" \"{}\" {ty})\n", func.name);
    }
    let ((memory, least, most), (table, few, many)) = (MEMORY, TABLE);
    text += &format!("(import \"{MODULE}\" \"{memory}\" (memory {least} {most}))\n");
    text += &format!("(import \"{MODULE}\" \"{table}\" (table {few} {many} funcref))\n");
    text += &format!("(import \"{MODULE}\" \"{}\" (global i32))\n", CONSTANT.0);
    for (name, ty) in
        [(VARIABLE.0, "i64"), (SINGLE.0, "f32"), (DOUBLE.0, "f64"), (VECTOR.0, "v128")]
    {
        if ty != "v128" || vectors {
            text += &format!("(import \"{MODULE}\" \"{name}\" (global (mut {ty})))\n");
        }
    }
    if exceptions {
        text += &format!("(import \"{MODULE}\" \"{TAG}\" (tag (param {})))\n", words(TAG_PARAMS));
    }
    text.push(')');
    wat::parse_str(&text).expect("the module of imports is well formed")
}

fn words(types: &[Type]) -> String {
    let words = types.iter().map(|ty| match ty {
        Type::I32 => "i32",
        Type::I64 => "i64",
        Type::F32 => "f32",
        Type::F64 => "f64",
        Type::Extern => "externref",
        Type::Func => "funcref",
    });
    words.collect::<Vec<_>>().join(" ")
}
