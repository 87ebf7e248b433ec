//! Functions that are made of rows: lists of instructions which wasm-smith does not make, or whose
//! results the specification leaves open.
//!
//! Knows nothing of the engines. A function is a sequence of statements over locals of every type;
//! its expressions nest the instructions of the rows in each other and in ordinary ones, so that
//! operands come from constants, locals, memories and other results alike.

mod atomic;
mod numeric;
mod relaxed;

pub(crate) use atomic::text as atomics;
pub(crate) use numeric::text as numbers;
pub(crate) use relaxed::text as relaxed;

use crate::random::Random;
use std::fmt::{self, Write};

/// A type of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ty {
    I32,
    I64,
    F32,
    F64,
    V128,
}

use Ty::{F32, F64, I32, I64, V128};

const TYPES: [Ty; 5] = [I32, I64, F32, F64, V128];

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            I32 => "i32",
            I64 => "i64",
            F32 => "f32",
            F64 => "f64",
            V128 => "v128",
        })
    }
}

/// A module as text: for Dergwasm, and for the engines it is compared with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pair {
    pub(crate) ours: String,
    /// The same unless the specification permits several results: then the instructions whose
    /// result Dergwasm chose.
    pub(crate) theirs: String,
}

impl Pair {
    fn same(text: impl Into<String>) -> Self {
        let ours = text.into();
        Self { theirs: ours.clone(), ours }
    }

    fn push(&mut self, other: &Self) {
        self.ours.push_str(&other.ours);
        self.theirs.push_str(&other.theirs);
    }

    /// The folded instruction with these operands, each once and in order.
    fn fold(ours: &str, theirs: &str, operands: &[Self]) -> Self {
        let mut folded = Self { ours: format!("({ours}"), theirs: format!("({theirs}") };
        for operand in operands {
            folded.push(&Self::same(" "));
            folded.push(operand);
        }
        folded.push(&Self::same(")"));
        folded
    }
}

/// What makes the expressions that a list of rows is about.
trait Rows {
    /// An expression of a type with one of the rows in it; `None` if no row has such a result.
    fn row(&mut self, maker: &mut Maker<'_>, ty: Ty, depth: u32) -> Option<Pair>;

    /// An instruction without results; `None` if there is none.
    fn statement(&mut self, maker: &mut Maker<'_>) -> Option<Pair>;

    /// An expression that something other than arithmetic of its type looks at.
    fn root(&self, _: Ty, made: Pair) -> Pair {
        made
    }

    /// What functions begin with: locals, then instructions.
    fn begin(&self) -> String {
        String::new()
    }
}

/// Instructions with a result of a type that every engine has, and their operands.
const fn ordinary(ty: Ty) -> &'static [(&'static str, &'static [Ty])] {
    match ty {
        I32 => &[
            ("i32.add", &[I32, I32]),
            ("i32.xor", &[I32, I32]),
            ("i32.shl", &[I32, I32]),
            ("i32.eqz", &[I32]),
            ("i32.wrap_i64", &[I64]),
            ("i32.extend8_s", &[I32]),
            ("i64.lt_s", &[I64, I64]),
            ("i32x4.extract_lane 1", &[V128]),
            ("i8x16.extract_lane_s 9", &[V128]),
        ],
        I64 => &[
            ("i64.sub", &[I64, I64]),
            ("i64.or", &[I64, I64]),
            ("i64.rotl", &[I64, I64]),
            ("i64.extend_i32_s", &[I32]),
            ("i64.extend_i32_u", &[I32]),
            ("i64.extend16_s", &[I64]),
            ("i64x2.extract_lane 1", &[V128]),
        ],
        F32 => &[("f32.neg", &[F32]), ("f32x4.extract_lane 2", &[V128])],
        F64 => &[("f64.abs", &[F64]), ("f64x2.extract_lane 0", &[V128])],
        V128 => &[
            ("v128.xor", &[V128, V128]),
            ("i16x8.splat", &[I32]),
            ("i64x2.splat", &[I64]),
            ("f32x4.splat", &[F32]),
            ("f64x2.splat", &[F64]),
            ("i32x4.add", &[V128, V128]),
            ("i8x16.shuffle 0 17 2 19 4 21 6 23 8 25 10 27 12 29 14 31", &[V128, V128]),
            ("f32x4.convert_i32x4_s", &[V128]),
            ("f64x2.replace_lane 1", &[V128, F64]),
        ],
    }
}

/// How many locals there are of each type.
const LOCALS: u64 = 3;

/// Makes expressions and functions.
struct Maker<'a> {
    random: &'a mut Random,
}

impl Maker<'_> {
    fn local(&mut self, ty: Ty) -> String {
        format!("${ty}.{}", self.random.below(LOCALS))
    }

    /// An expression of a type, of at most this depth.
    fn expression(&mut self, rows: &mut dyn Rows, ty: Ty, depth: u32) -> Pair {
        if depth > 0
            && !self.random.one_in(4)
            && let Some(made) = rows.row(self, ty, depth)
        {
            return made;
        }
        match self.random.below(4) {
            0 => Pair::same(self.constant(ty)),
            1 if depth > 0 => self.ordinary(rows, ty, depth - 1),
            _ => Pair::same(format!("(local.get {})", self.local(ty))),
        }
    }

    /// A constant, of the kind that shows where bits are forgotten or taken along.
    fn constant(&mut self, ty: Ty) -> String {
        let bits = self.interesting();
        match ty {
            I32 => format!("(i32.const {:#x})", bits as u32),
            I64 => format!("(i64.const {bits:#x})"),
            F32 | F64 => {
                let value = self.random.one_of(&[
                    "0", "-0", "1", "-1.5", "inf", "-inf", "nan", "3e9", "-3e9", "1e-39",
                    "16777217",
                ]);
                format!("({ty}.const {value})")
            }
            V128 if self.random.one_in(2) => {
                let lane = self.constant(F32);
                let lane = &lane[11..lane.len() - 1];
                format!("(v128.const f32x4 {lane} 1.25 -0 {lane})")
            }
            V128 => format!("(v128.const i64x2 {bits:#x} {:#x})", self.interesting()),
        }
    }

    /// A number of 64 bits.
    fn interesting(&mut self) -> u64 {
        let low = self.random.one_of(&[0x11, 0x7f, 0x80, 0xff, 0x7fff, 0x8080, 0xffff, 0]);
        match self.random.below(4) {
            0 => low,
            1 => low | self.random.one_of(&[0xffff_ff00, 0x1_0000_0000, 0xffff_ffff_0000_0000]),
            2 => low | self.random.next() << 32,
            _ => self.random.next(),
        }
    }

    /// An instruction that every engine has.
    fn ordinary(&mut self, rows: &mut dyn Rows, ty: Ty, depth: u32) -> Pair {
        let (name, operands) = self.random.one_of(ordinary(ty));
        let operands: Vec<_> = operands
            .iter()
            .map(|&operand| {
                let made = self.expression(rows, operand, depth);
                if operand == ty { made } else { rows.root(operand, made) }
            })
            .collect();
        Pair::fold(name, name, &operands)
    }

    /// A function that is exported as `name`: takes and returns one value of each type.
    fn function(&mut self, rows: &mut dyn Rows, name: &str) -> Pair {
        let mut text = format!("(func (export \"{name}\")");
        let declare = |text: &mut String, word: &str, n: u64| {
            for ty in TYPES {
                _ = write!(text, " ({word} ${ty}.{n} {ty})");
            }
        };
        declare(&mut text, "param", 0);
        text.push_str(" (result i32 i64 f32 f64 v128)");
        (1..LOCALS).for_each(|n| declare(&mut text, "local", n));
        let mut function = Pair::same(text + &rows.begin() + "\n");
        for _ in 0..3 + self.random.below(12) {
            let statement = match self.random.below(3) {
                0 => rows.statement(self),
                _ => None,
            };
            let statement = statement.unwrap_or_else(|| {
                let ty = self.random.one_of(&TYPES);
                let value = self.expression(rows, ty, 3);
                let set = format!("local.set {}", self.local(ty));
                Pair::fold(&set, &set, &[rows.root(ty, value)])
            });
            function.push(&statement);
            function.push(&Pair::same("\n"));
        }
        for ty in TYPES {
            let value = self.expression(rows, ty, 2);
            function.push(&rows.root(ty, value));
            function.push(&Pair::same("\n"));
        }
        function.push(&Pair::same(")\n"));
        function
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_well_formed_for_everybody() {
        for seed in 0..60 {
            let make = [atomics, relaxed, numbers][seed as usize % 3];
            let text = make(&mut Random::new(seed));
            for text in [text.ours, text.theirs] {
                let wasm = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
                let valid =
                    wasmparser::validate(&wasm).map(drop).map_err(|error| error.to_string());
                assert!(valid.is_ok(), "{valid:?}\n{text}");
            }
        }
    }
}
