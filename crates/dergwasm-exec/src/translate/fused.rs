//! Two instructions in one: the last instruction is taken back if it made an operand of this one and
//! the table has a row for both.

use super::Translator;
use super::emit::{Dst, Last, Source, Used};
use super::stack::Place;
use crate::ir::forms::{Loc, Reach, To};
use crate::ir::layout::{self, Layout};
use crate::ir::{Class, Fusion, OpWord, Opcode, Shape, forms};

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
        let code = code.get(at..)?;
        let (kind, class, slot, word) = match op.opcode.shape() {
            Shape::Binary { a: class, commutative, .. } => {
                let layout::Binary { slot, other, .. } = Layout::decode(code);
                match forms::BINARY.locs(op.form / 2) {
                    [Loc::Slot, Loc::Slot] => (Kind::Slot, class, Some(slot), other as i32),
                    [Loc::Slot, Loc::Acc] if commutative => (Kind::Slot, class, None, slot),
                    [Loc::Acc, Loc::Slot] => (Kind::Slot, class, None, other as i32),
                    [Loc::Slot, Loc::Code] => {
                        (Kind::Constant, class, Some(slot), short(class, other)?)
                    }
                    [Loc::Acc, Loc::Code] => (Kind::Constant, class, None, short(class, other)?),
                    _ => return None,
                }
            }
            Shape::Load { .. } => {
                let layout::Load { address, offset, .. } = Layout::decode(code);
                let offset = u32::try_from(offset).ok()?.cast_signed();
                match forms::of_load(op.form) {
                    (Reach::Near, Loc::Slot) => (Kind::Load, Class::I32, Some(address), offset),
                    (Reach::Near, Loc::Acc) => (Kind::Load, Class::I32, None, offset),
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some(Self { kind, class, slot, word })
    }

    /// Where `x` is.
    fn loc(self) -> Loc {
        if self.slot.is_some() { Loc::Slot } else { Loc::Acc }
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
        // If one of the two traps, it is the first.
        let here = core::mem::replace(&mut self.offset, last.offset);
        let form = forms::FUSED.with_result([first.loc(), c.loc()], To::Slot);
        let (x, dst, c) = (first.slot.unwrap_or(0), self.next_slot(), c.slot());
        match first.kind {
            Kind::Load => {
                let operands = layout::LoadedOf { x, dst, c, offset: first.word };
                self.emit_fused(fused, class, form, operands);
            }
            Kind::Constant | Kind::Slot => {
                let operands = layout::PairOf { x, dst, c, y: first.word };
                self.emit_fused(fused, class, form, operands);
            }
        }
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
        let form = forms::UNARY.with_result([first.loc()], To::Slot);
        let (x, dst) = (first.slot.unwrap_or(0), self.next_slot());
        let operands = layout::TwiceOf { x, dst, k: first.word, l: second };
        self.emit_fused(fused, class, form, operands);
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
            let layout::PairOf { x, c, y: k, .. } = Layout::decode(&self.code[last.at..]);
            self.take_back(last.at, last.accs_before);
            let form = forms::FUSED.with_result(forms::FUSED.locs(last.op.form / 2), To::Slot);
            let dst = self.next_slot();
            self.emit_fused(fused, class, form, layout::ScaledOf { x, dst, c, k, offset });
            return true;
        }
        let (Some(fused), Ok(offset), Some(first)) = (
            Fusion::Indexed.of(last.op.opcode, opcode),
            u32::try_from(offset),
            First::of(&self.code, last.at, last.op),
        ) else {
            return false;
        };
        let y = match first.kind {
            Kind::Constant => Loc::Code,
            _ => Loc::Slot,
        };
        self.take_back(last.at, last.accs_before);
        let form = forms::INDEXED.with_result([first.loc(), y], To::Slot);
        let (x, dst) = (first.slot.unwrap_or(0), self.next_slot());
        let operands = layout::IndexedOf { x, dst, y: first.word, offset: offset.cast_signed() };
        self.emit_fused(fused, class, form, operands);
        true
    }

    fn emit_fused<L: Layout>(&mut self, opcode: Opcode, class: Class, form: u8, operands: L) {
        let before = self.accumulators();
        let at = self.emit(opcode, form, operands);
        self.push_result(at, class, Dst::Half, before);
    }
}
