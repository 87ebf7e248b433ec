//! Numbers and vectors: every instruction of the instruction table that computes, loads or stores,
//! and every pair of them that the table has as one instruction.
//!
//! The rows are those of Dergwasm's table, by their shapes and mnemonics: an instruction or a pair
//! that is added there is made here, too. NaNs that instructions make are canonical before anything
//! but floating-point arithmetic can look at them.

use super::{F32, F64, I32, I64, Maker, Pair, Rows, Ty, V128};
use crate::random::Random;
use dergwasm::exec::Opcode;

/// What the functions work on. `$f32` and its like make every NaN the same one.
const SURROUNDINGS: &str = "(memory (export \"memory\") 1 1)
  (global $g (export \"g\") (mut i32) (i32.const 0))
  (func $f32 (param f32) (result f32)
    (select (local.get 0) (f32.const nan) (f32.eq (local.get 0) (local.get 0))))
  (func $f64 (param f64) (result f64)
    (select (local.get 0) (f64.const nan) (f64.eq (local.get 0) (local.get 0))))
  (func $f32x4 (param v128) (result v128)
    (v128.bitselect (local.get 0) (v128.const f32x4 nan nan nan nan)
      (f32x4.eq (local.get 0) (local.get 0))))
  (func $f64x2 (param v128) (result v128)
    (v128.bitselect (local.get 0) (v128.const f64x2 nan nan)
      (f64x2.eq (local.get 0) (local.get 0))))\n";

/// Small numbers, for addresses.
const SMALL: u64 = 2;

/// An instruction.
#[derive(Clone, Copy, Debug)]
struct Row {
    name: &'static str,
    shape: &'static str,
    result: Ty,
}

/// The rows of the instruction table.
#[derive(Debug)]
struct Table {
    /// Those with a result.
    values: Vec<Row>,
    stores: Vec<Row>,
    /// Those that are two or three in one, by their mnemonics.
    fused: Vec<&'static str>,
}

/// The text of a module.
pub(crate) fn text(random: &mut Random) -> Pair {
    let mut table = Table::new();
    let mut maker = Maker { random };
    let bytes: String = maker.random.bytes(64).iter().map(|byte| format!("\\{byte:02x}")).collect();
    let data = format!("(data (i32.const 0) \"{bytes}\")\n");
    let mut text = Pair::same(format!("(module {SURROUNDINGS}{data}"));
    for n in 0..6 + maker.random.below(6) {
        text.push(&maker.function(&mut table, &format!("f{n}")));
    }
    text.push(&Pair::same(")"));
    text
}

/// The type that a name begins with.
fn prefix(name: &str) -> Option<Ty> {
    Some(match name.split_once('.')?.0 {
        "i32" => I32,
        "i64" => I64,
        "f32" => F32,
        "f64" => F64,
        "v128" | "i8x16" | "i16x8" | "i32x4" | "i64x2" | "f32x4" | "f64x2" => V128,
        _ => return None,
    })
}

/// The type of the lanes that a name begins with.
fn lane(name: &str) -> (Ty, u64) {
    match name.split('.').next() {
        Some("i8x16") => (I32, 16),
        Some("i16x8") => (I32, 8),
        Some("i64x2") => (I64, 2),
        Some("f32x4") => (F32, 4),
        Some("f64x2") => (F64, 2),
        _ => (I32, 4),
    }
}

/// The type of the operand of a conversion; of other instructions that of the result.
fn converted(name: &str) -> Option<Ty> {
    let name = name.strip_suffix("_s").or_else(|| name.strip_suffix("_u")).unwrap_or(name);
    let (_, operand) = name.rsplit_once('_')?;
    [I32, I64, F32, F64].into_iter().find(|ty| ty.to_string() == operand)
}

impl Table {
    fn new() -> Self {
        let mut table = Self { values: Vec::new(), stores: Vec::new(), fused: Vec::new() };
        for opcode in Opcode::ALL {
            let (name, shape) = (opcode.mnemonic(), opcode.shape_name());
            let Some(ty) = prefix(name) else { continue };
            if name.contains("relaxed") || name.contains("atomic") {
                continue;
            }
            if name.contains('(') {
                table.fused.push(name);
                continue;
            }
            let test = ["any_true", "all_true", "bitmask", "eqz"];
            let result = match shape {
                "compare" => I32,
                "vector_extract" => lane(name).0,
                _ if test.iter().any(|word| name.ends_with(word)) => I32,
                _ => ty,
            };
            let row = Row { name, shape, result };
            match shape {
                "store" | "vector_store_lane" => table.stores.push(row),
                "unary" | "partial_unary" | "binary" | "commutative" | "partial" | "compare"
                | "load" | "vector_unary" | "vector_binary" | "vector_two"
                | "vector_commutative" | "vector_ternary" | "vector_shuffle" | "vector_extract"
                | "vector_replace" | "vector_load" | "vector_load_lane" => {
                    table.values.push(row);
                }
                _ => {}
            }
        }
        table
    }

    fn named(&self, name: &str) -> Option<Row> {
        self.values.iter().find(|row| row.name == name).copied()
    }

    /// An operand of an instruction whose result is of type `to`.
    fn operand(&mut self, maker: &mut Maker<'_>, ty: Ty, to: Ty, depth: u32) -> Pair {
        let made = maker.expression(self, ty, depth);
        if ty == to { made } else { self.root(ty, made) }
    }

    /// An address: most are small sums.
    fn address(&mut self, maker: &mut Maker<'_>, depth: u32) -> Pair {
        let small =
            |maker: &mut Maker<'_>| format!("(local.get $small.{})", maker.random.below(SMALL));
        let (x, y) = (small(maker), small(maker));
        Pair::same(match maker.random.below(9) {
            0 => format!("(i32.const {})", maker.random.below(80)),
            1 => format!("(i32.add {x} (i32.const {}))", maker.random.below(20)),
            2 => format!("(i32.add {x} {y})"),
            3 => format!("(i32.add {x} (i32.shl {y} (i32.const {})))", maker.random.below(4)),
            4 => format!("(i32.add {x} (i32.mul {y} (i32.const 12)))"),
            5 if depth > 0 && maker.random.one_in(20) => {
                return maker.expression(self, I32, depth - 1);
            }
            _ => x,
        })
    }

    /// An instruction with an operand of its own for each place; `first` is one that is there.
    fn instruction(
        &mut self,
        maker: &mut Maker<'_>,
        row: Row,
        first: Option<Pair>,
        depth: u32,
    ) -> Pair {
        let Row { name, shape, result } = row;
        let ty = prefix(name).unwrap_or(result);
        let mut words = name.to_owned();
        let mut types = match shape {
            "unary" | "partial_unary" => vec![converted(name).unwrap_or(ty)],
            "vector_unary" if name.ends_with(".splat") => vec![lane(name).0],
            "vector_unary" | "vector_extract" => vec![V128],
            "vector_binary" | "vector_two" if name.contains(".sh") => vec![V128, I32],
            "vector_replace" => vec![V128, lane(name).0],
            "vector_ternary" => vec![V128; 3],
            "load" | "vector_load" => vec![],
            "vector_load_lane" => vec![V128],
            _ => vec![ty, ty],
        };
        let mut operands = Vec::new();
        if matches!(shape, "load" | "vector_load" | "vector_load_lane") {
            words += &format!(" offset={}", maker.random.one_of(&[0, 0, 1, 4, 12]));
            operands.push(first.clone().unwrap_or_else(|| self.address(maker, depth)));
        } else if let Some(first) = first {
            // On either side.
            let at = maker.random.below(types.len() as u64) as usize;
            types.remove(at);
            let rest = types.iter().map(|_| self.leaf(maker, ty));
            operands.extend(rest.collect::<Vec<_>>());
            operands.insert(at, first);
            types.clear();
        }
        if shape == "vector_shuffle" {
            (0..16).for_each(|_| words += &format!(" {}", maker.random.below(32)));
        } else if matches!(shape, "vector_extract" | "vector_replace") {
            words += &format!(" {}", maker.random.below(lane(name).1));
        } else if shape == "vector_load_lane" {
            words += &format!(" {}", maker.random.below(128 / bits(name)));
        }
        for ty in types {
            let depth = depth.saturating_sub(1);
            // The sign of a NaN would go on to another number.
            let to = if name.ends_with("copysign") { I32 } else { result };
            operands.push(self.operand(maker, ty, to, depth));
        }
        // Few divisors are zero.
        if shape == "partial"
            && !maker.random.one_in(8)
            && let Some(divisor) = operands.pop()
        {
            let or = format!("{ty}.or");
            operands.push(Pair::fold(&or, &or, &[divisor, Pair::same(format!("({ty}.const 1)"))]));
        }
        let made = Pair::fold(&words, &words, &operands);
        let compares =
            [".eq", ".ne", ".lt", ".gt", ".le", ".ge"].iter().any(|it| name.ends_with(it));
        match name.split('.').next() {
            Some(shape @ ("f32x4" | "f64x2")) if result == V128 && !compares => {
                let canonical = format!("call ${shape}");
                Pair::fold(&canonical, &canonical, &[made])
            }
            _ => made,
        }
    }

    /// A constant, a local, or what lies in memory.
    fn leaf(&mut self, maker: &mut Maker<'_>, ty: Ty) -> Pair {
        match maker.random.below(6) {
            0 => Pair::same(maker.constant(ty)),
            1 | 2 if matches!(ty, I32 | I64) => {
                Pair::same(format!("({ty}.const {})", maker.random.below(70)))
            }
            3 => {
                let (address, name) = (self.address(maker, 0), format!("{ty}.load"));
                Pair::fold(&name, &name, &[address])
            }
            _ => Pair::same(format!("(local.get {})", maker.local(ty))),
        }
    }

    /// Instructions that the table has as one, from a mnemonic such as `i32.add(i32.shl)`.
    fn nested(&mut self, maker: &mut Maker<'_>, name: &str, depth: u32) -> Option<Pair> {
        let (outer, inner) = match name.split_once('(') {
            Some((outer, inner)) => (outer, inner.strip_suffix(')')),
            None => (name, None),
        };
        if outer == "global.get" {
            return Some(Pair::same("(global.get $g)"));
        }
        let row = self.named(outer)?;
        let first = match inner {
            // Its parts are of a size that does not matter to it, but to loads.
            Some(inner) if row.shape == "load" || row.shape == "vector_load" => {
                Some(self.nested_address(maker, inner))
            }
            Some(inner) => Some(self.nested(maker, inner, depth)?),
            None if row.shape == "load" => return Some(self.instruction(maker, row, None, 0)),
            None => Some(self.leaf(maker, row.result)),
        };
        Some(self.instruction(maker, row, first, depth))
    }

    fn nested_address(&mut self, maker: &mut Maker<'_>, inner: &str) -> Pair {
        let [x, y] = [(); 2].map(|()| format!("(local.get $small.{})", maker.random.below(SMALL)));
        Pair::same(match inner {
            "i32.add(i32.shl)" => {
                format!("(i32.add {x} (i32.shl {y} (i32.const {})))", maker.random.below(4))
            }
            "i32.add(i32.mul)" => format!("(i32.add {x} (i32.mul {y} (i32.const 12)))"),
            _ if maker.random.one_in(2) => format!("(i32.add {x} (i32.const 8))"),
            _ => format!("(i32.add {x} {y})"),
        })
    }

    /// Branches on a condition that can become one with the branch.
    fn condition(&mut self, maker: &mut Maker<'_>) -> Pair {
        let ty = maker.random.one_of(&[I32, I64]);
        let operands = [(); 2].map(|()| maker.expression(self, ty, 1));
        let and = format!("{ty}.and");
        let tested = Pair::fold(&and, &and, &operands);
        let condition = match maker.random.below(3) {
            0 => {
                let compares = self.values.iter().filter(|row| row.shape == "compare");
                let row = maker.random.one_of(&compares.copied().collect::<Vec<_>>());
                self.instruction(maker, row, None, 1)
            }
            1 if ty == I32 => tested,
            _ => {
                let zero = format!("{ty}.eqz");
                let is_zero = Pair::fold(&zero, &zero, &[tested]);
                match maker.random.one_in(2) {
                    true => Pair::fold("i32.eqz", "i32.eqz", &[is_zero]),
                    false => is_zero,
                }
            }
        };
        let [a, b] = [(); 2].map(|()| {
            let (local, value) = (maker.local(ty), maker.constant(ty));
            format!("(local.set {local} {value})")
        });
        let [a, b] = [format!("(then {a})"), format!("(else {b})")].map(Pair::same);
        Pair::fold("if", "if", &[condition, a, b])
    }
}

/// How many bits a lane has that `v128.load8_lane` and its like name.
fn bits(name: &str) -> u64 {
    let digits = name.chars().skip_while(|c| *c != '.').filter(char::is_ascii_digit);
    digits.collect::<String>().parse().unwrap_or(64)
}

impl Rows for Table {
    fn row(&mut self, maker: &mut Maker<'_>, ty: Ty, depth: u32) -> Option<Pair> {
        if maker.random.one_in(2) {
            let fits = |name: &&&str| prefix(name) == Some(ty);
            let fitting: Vec<_> = self.fused.iter().filter(fits).copied().collect();
            if !fitting.is_empty() {
                let name = maker.random.one_of(&fitting);
                return self.nested(maker, name, depth);
            }
        }
        let partial = maker.random.one_in(8);
        let fits = |row: &&Row| row.result == ty && (partial || row.shape != "partial_unary");
        let fitting: Vec<_> = self.values.iter().filter(fits).copied().collect();
        let row = maker.random.one_of(&fitting);
        Some(self.instruction(maker, row, None, depth))
    }

    fn statement(&mut self, maker: &mut Maker<'_>) -> Option<Pair> {
        let row = maker.random.one_of(&self.stores);
        let (name, shape) = (row.name, row.shape);
        Some(match maker.random.below(8) {
            0 | 1 => self.condition(maker),
            2 => {
                let small = format!("local.set $small.{}", maker.random.below(SMALL));
                let mask = Pair::same("(i32.const 63)");
                let value = maker.expression(self, I32, 2);
                let value = Pair::fold("i32.and", "i32.and", &[value, mask]);
                Pair::fold(&small, &small, &[value])
            }
            3 => {
                let by = Pair::same("(i32.const -16)");
                let from = match maker.random.one_in(2) {
                    true => Pair::same("(global.get $g)"),
                    false => self.leaf(maker, I32),
                };
                let sum = Pair::fold("i32.add", "i32.add", &[from, by]);
                Pair::fold("global.set $g", "global.set $g", &[sum])
            }
            4 => {
                let name = maker.random.one_of(&["i64.add128", "i64.sub128"]);
                let operands = [(); 4].map(|()| maker.expression(self, I64, 1));
                let mut made = Pair::fold(name, name, &operands);
                let (low, high) = (maker.local(I64), maker.local(I64));
                made.push(&Pair::same(format!("(local.set {low}) (local.set {high})")));
                made
            }
            5 => {
                let name = maker.random.one_of(&["i64.mul_wide_s", "i64.mul_wide_u"]);
                let operands = [(); 2].map(|()| maker.expression(self, I64, 1));
                let mut made = Pair::fold(name, name, &operands);
                let (low, high) = (maker.local(I64), maker.local(I64));
                made.push(&Pair::same(format!("(local.set {low}) (local.set {high})")));
                made
            }
            _ => {
                let lane = match shape {
                    "vector_store_lane" => format!(" {}", maker.random.below(128 / bits(name))),
                    _ => String::new(),
                };
                let words = format!("{name} offset={}{lane}", maker.random.one_of(&[0, 3, 8]));
                let address = self.address(maker, 1);
                let ty = prefix(name)?;
                let value = maker.expression(self, ty, 2);
                let value = self.root(ty, value);
                Pair::fold(&words, &words, &[address, value])
            }
        })
    }

    fn root(&self, ty: Ty, made: Pair) -> Pair {
        match ty {
            F32 | F64 => {
                let canonical = format!("call ${ty}");
                Pair::fold(&canonical, &canonical, &[made])
            }
            _ => made,
        }
    }

    fn begin(&self) -> String {
        let locals = (0..SMALL).map(|n| format!("(local $small.{n} i32)"));
        locals.collect::<String>()
            + "(local.set $small.0 (i32.and (local.get $i32.0) (i32.const 31)))"
    }
}
