//! Relaxed vector instructions. The specification permits several results for some operands; of those
//! Dergwasm always chooses the same. Where that is the result of the deterministic profile, the
//! other engines run the same instruction in that profile; where it is not (products that are
//! rounded before they are added), they run the instructions it stands for.

use super::{Maker, Pair, Rows, Ty, V128};
use crate::random::Random;

/// What NaNs there are in a result, engines may choose.
#[derive(Clone, Copy, Debug)]
enum Lanes {
    /// None, or none that an instruction makes.
    Plain,
    F32,
    F64,
}

/// An instruction: how many operands it has, and its result.
type Row = (&'static str, usize, Lanes);

/// The instructions whose result is that of the deterministic profile.
const ROWS: &[Row] = &[
    ("i8x16.relaxed_swizzle", 2, Lanes::Plain),
    ("i32x4.relaxed_trunc_f32x4_s", 1, Lanes::Plain),
    ("i32x4.relaxed_trunc_f32x4_u", 1, Lanes::Plain),
    ("i32x4.relaxed_trunc_f64x2_s_zero", 1, Lanes::Plain),
    ("i32x4.relaxed_trunc_f64x2_u_zero", 1, Lanes::Plain),
    ("i8x16.relaxed_laneselect", 3, Lanes::Plain),
    ("i16x8.relaxed_laneselect", 3, Lanes::Plain),
    ("i32x4.relaxed_laneselect", 3, Lanes::Plain),
    ("i64x2.relaxed_laneselect", 3, Lanes::Plain),
    ("f32x4.relaxed_min", 2, Lanes::F32),
    ("f32x4.relaxed_max", 2, Lanes::F32),
    ("f64x2.relaxed_min", 2, Lanes::F64),
    ("f64x2.relaxed_max", 2, Lanes::F64),
    ("i16x8.relaxed_q15mulr_s", 2, Lanes::Plain),
    ("i16x8.relaxed_dot_i8x16_i7x16_s", 2, Lanes::Plain),
    ("i32x4.relaxed_dot_i8x16_i7x16_add_s", 3, Lanes::Plain),
];

/// Products and sums: the instruction, the shape, and whether the product is negated.
const SUMS: &[(&str, &str, bool)] = &[
    ("f32x4.relaxed_madd", "f32x4", false),
    ("f32x4.relaxed_nmadd", "f32x4", true),
    ("f64x2.relaxed_madd", "f64x2", false),
    ("f64x2.relaxed_nmadd", "f64x2", true),
];

/// Makes every NaN the same one.
const CANONICAL: &str = "
  (func $f32x4 (param v128) (result v128)
    (v128.bitselect (local.get 0) (v128.const f32x4 nan nan nan nan)
      (f32x4.eq (local.get 0) (local.get 0))))
  (func $f64x2 (param v128) (result v128)
    (v128.bitselect (local.get 0) (v128.const f64x2 nan nan)
      (f64x2.eq (local.get 0) (local.get 0))))\n";

/// The text of a module.
pub(crate) fn text(random: &mut Random) -> Pair {
    let mut maker = Maker { random };
    let mut text = Pair::same(format!("(module (memory (export \"memory\") 1 1)\n{CANONICAL}"));
    for n in 0..2 + maker.random.below(4) {
        text.push(&maker.function(&mut Relaxed, &format!("f{n}")));
    }
    text.push(&Pair::same(")"));
    text
}

struct Relaxed;

impl Rows for Relaxed {
    fn row(&mut self, maker: &mut Maker<'_>, ty: Ty, depth: u32) -> Option<Pair> {
        if ty != V128 {
            return None;
        }
        let count = (ROWS.len() + SUMS.len()) as u64;
        let chosen = maker.random.below(count) as usize;
        let (made, lanes) = match ROWS.get(chosen) {
            Some(&(name, operands, lanes)) => {
                let operands: Vec<_> =
                    (0..operands).map(|_| maker.expression(self, V128, depth - 1)).collect();
                (Pair::fold(name, name, &operands), lanes)
            }
            None => {
                let (name, shape, negated) = SUMS[chosen - ROWS.len()];
                let operands = [(); 3].map(|()| maker.expression(self, V128, depth - 1));
                (sum(name, shape, negated, &operands), lanes_of(shape))
            }
        };
        let canonical = match lanes {
            Lanes::Plain => return Some(made),
            Lanes::F32 => "call $f32x4",
            Lanes::F64 => "call $f64x2",
        };
        Some(Pair::fold(canonical, canonical, &[made]))
    }

    /// A vector goes to memory and is read from there, at an address that is not aligned.
    fn statement(&mut self, maker: &mut Maker<'_>) -> Option<Pair> {
        let value = maker.expression(self, V128, 2);
        let (to, from) = (maker.random.below(40), maker.random.below(40));
        let address = Pair::same(format!("(i32.const {to})"));
        let mut statement = Pair::fold("v128.store", "v128.store", &[address, value]);
        let local = maker.local(V128);
        statement.push(&Pair::same(format!(" (local.set {local} (v128.load (i32.const {from})))")));
        Some(statement)
    }
}

fn lanes_of(shape: &str) -> Lanes {
    if shape == "f32x4" { Lanes::F32 } else { Lanes::F64 }
}

/// A product and a sum: one instruction for Dergwasm, two or three for the others.
fn sum(name: &str, shape: &str, negated: bool, [a, b, c]: &[Pair; 3]) -> Pair {
    let mut product = format!("({shape}.mul {} {})", a.theirs, b.theirs);
    if negated {
        product = format!("({shape}.neg {product})");
    }
    let ours = Pair::fold(name, name, &[a.clone(), b.clone(), c.clone()]).ours;
    Pair { ours, theirs: format!("({shape}.add {product} {})", c.theirs) }
}
