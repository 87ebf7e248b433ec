//! Two instructions in one: the last instruction is taken back if it made an operand of this one and
//! the table has a row for both.

use super::Translator;
use super::emit::{Dst, Last, Source, Used};
use super::stack::Place;
use crate::ir::{Class, Fusion, OpWord, Opcode, Pair, Shape, forms};

/// The first of two instructions.
#[derive(Clone, Copy, Debug)]
struct First {
    /// What it has besides the operand `x`.
    kind: Kind,
    /// The class of `x`.
    class: Class,
    /// The slot of `x`, if it is not in the accumulator.
    slot: Option<i32>,
    /// The constant, slot or offset.
    word: i32,
}

/// What the first of two instructions has besides its operand `x`.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Constant,
    Slot,
    Load,
}

impl Kind {
    /// How it is fused with an instruction that takes its result as the left or right operand.
    fn fusion(self, left: bool) -> Option<Fusion> {
        Some(match (self, left) {
            (Self::Constant, false) => Fusion::Chain,
            (Self::Constant, true) => return None,
            (Self::Slot, false) => Fusion::Product,
            (Self::Slot, true) => Fusion::ProductLeft,
            (Self::Load, false) => Fusion::Loaded,
            (Self::Load, true) => Fusion::LoadedLeft,
        })
    }
}

impl First {
    /// Reads the instruction at `at`, if it can be the first of two.
    fn of(code: &[u64], at: usize, op: OpWord) -> Option<Self> {
        let (Pair(a, _), third) = (Pair::decode(*code.get(at + 1)?), *code.get(at + 2)?);
        let form = op.form & !forms::TO_ACC;
        let (kind, class, slot, word) = match op.opcode.shape() {
            Shape::Binary { a: class, commutative, .. } => {
                let b = third as i32;
                match form {
                    forms::SS => (Kind::Slot, class, Some(a), b),
                    forms::SA if commutative => (Kind::Slot, class, None, a),
                    forms::AS => (Kind::Slot, class, None, b),
                    forms::SK => (Kind::Constant, class, Some(a), short(class, third)?),
                    forms::AK => (Kind::Constant, class, None, short(class, third)?),
                    _ => return None,
                }
            }
            Shape::Load { .. } => {
                let offset = u32::try_from(third).ok()?.cast_signed();
                match form {
                    _ if form == forms::LOAD[0] => (Kind::Load, Class::I32, Some(a), offset),
                    _ if form == forms::LOAD[1] => (Kind::Load, Class::I32, None, offset),
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some(Self { kind, class, slot, word })
    }
}

/// A constant of an integer class in 32 bits, if it fits.
fn short(class: Class, bits: u64) -> Option<i32> {
    match class {
        Class::I32 => Some((bits as u32).cast_signed()),
        Class::I64 => i32::try_from(bits.cast_signed()).ok(),
        _ => None,
    }
}

impl Translator<'_> {
    /// Emits a binary instruction whose operands were popped as one with the last, if that made one
    /// of them; says whether it did.
    pub(super) fn fuse(
        &mut self,
        opcode: Opcode,
        class: Class,
        last: Option<Last>,
        [a, b]: [Used; 2],
    ) -> bool {
        let Some(last) = last else { return false };
        if self.global_sum(opcode, last, [a, b]) {
            return true;
        }
        let commutative = matches!(opcode.shape(), Shape::Binary { commutative: true, .. });
        let (other, left) = if last.made(b) {
            (a, false)
        } else if last.made(a) {
            (b, !commutative)
        } else {
            return false;
        };
        let Some(first) = First::of(&self.code, last.at, last.op) else { return false };
        if let Place::Const(bits) = other.place {
            return (left || commutative) && self.fuse_twice(opcode, class, &last, first, bits);
        }
        let fused = first.kind.fusion(left).and_then(|how| how.of(last.op.opcode, opcode));
        let Some(fused) = fused else { return false };
        self.take_back(last.at, last.accs_before);
        let other = self.find(other);
        let c = match first.slot {
            None if class.shares_accumulator(first.class) => Source::Slot(self.slot_of(other)),
            _ => self.source(other),
        };
        let (form, c) = match c {
            Source::Slot(slot) => (0, slot),
            _ => (forms::FUSED_C_A, 0),
        };
        // If one of the two traps, it is the first.
        let here = core::mem::replace(&mut self.offset, last.offset);
        self.emit_fused(fused, class, first.slot, form, Pair(c, first.word));
        self.offset = here;
        true
    }

    /// Does so if the other operand is a constant.
    fn fuse_twice(
        &mut self,
        opcode: Opcode,
        class: Class,
        last: &Last,
        first: First,
        bits: u64,
    ) -> bool {
        let fused = match first.kind {
            Kind::Constant => Fusion::Twice.of(last.op.opcode, opcode),
            _ => None,
        };
        let (Some(fused), Some(second)) = (fused, short(class, bits)) else { return false };
        self.take_back(last.at, last.accs_before);
        self.emit_fused(fused, class, first.slot, 0, Pair(first.word, second));
        true
    }

    /// Emits a load of memory 0 whose address was popped as one with the last instruction, if that
    /// computed the address; says whether it did.
    pub(super) fn fuse_load(
        &mut self,
        opcode: Opcode,
        class: Class,
        last: Option<Last>,
        address: Used,
        offset: u64,
    ) -> bool {
        let Some(last) = last.filter(|last| last.made(address)) else { return false };
        if let Some(fused) = Fusion::Scaled.of(last.op.opcode, opcode) {
            // The same words, and the offset.
            let (Pair(x, _), third) =
                (Pair::decode(self.code[last.at + 1]), self.code[last.at + 2]);
            self.take_back(last.at, last.accs_before);
            let form = last.op.form & !forms::TO_ACC;
            let dst = self.next_slot();
            let at = self.emit_pair(fused, form, x, dst);
            self.code.extend([third, offset]);
            self.push_result(at, class, Dst::Pair, last.accs_before);
            return true;
        }
        let (Some(fused), Ok(offset), Some(first)) = (
            Fusion::Indexed.of(last.op.opcode, opcode),
            u32::try_from(offset),
            First::of(&self.code, last.at, last.op),
        ) else {
            return false;
        };
        let form = match first.kind {
            Kind::Constant => forms::INDEXED_K,
            _ => 0,
        };
        self.take_back(last.at, last.accs_before);
        let third = Pair(first.word, offset.cast_signed());
        self.emit_fused(fused, class, first.slot, form, third);
        true
    }

    fn emit_fused(&mut self, opcode: Opcode, class: Class, x: Option<i32>, form: u8, third: Pair) {
        let before = self.accumulators();
        let form = form + if x.is_none() { forms::FUSED_X_A } else { 0 };
        let dst = self.next_slot();
        let at = self.emit_pair(opcode, form, x.unwrap_or(0), dst);
        self.code.push(third.encode());
        self.push_result(at, class, Dst::Pair, before);
    }
}
