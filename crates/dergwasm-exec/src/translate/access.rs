//! Loads and stores.

use super::Translator;
use super::atomic::atomic_argument;
use super::emit::{Dst, Source};
use crate::ir::{Class, Opcode, Pair, forms};
use dergwasm_types::MemIdx;
use wasmparser::{MemArg, MemArgTarget, Operator};

/// The static part of an address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Access {
    pub(super) memory: u32,
    pub(super) offset: u64,
    /// Whether the address has 64 bits or the memory is not the first.
    pub(super) far: bool,
    /// Whether a 64-bit address of the first memory will do.
    wide: bool,
}

/// The least offset that only the far forms have.
const FAR_OFFSET: u64 = 1 << 33;

impl Translator<'_> {
    pub(super) fn access(&self, arg: MemArg) -> Access {
        let (MemArgTarget::Memory(memory) | MemArgTarget::Array(memory)) = arg.target;
        let memory64 = self.module.memory_type(MemIdx(memory)).memory64;
        let wide = memory == 0 && memory64 && arg.offset < FAR_OFFSET;
        Access { memory, offset: arg.offset, far: memory != 0 || memory64, wide }
    }

    pub(super) fn load(&mut self, opcode: Opcode, class: Class, operator: &Operator<'_>) {
        let Some(arg) = memory_argument(operator) else { return };
        let access = self.access(arg);
        let last = self.last;
        let address = self.pop();
        if !access.far && self.fuse_load(opcode, class, last, address, access.offset) {
            return;
        }
        let before = self.accumulators();
        if access.wide {
            let (form, slot) = match self.source_not_const(address) {
                Source::Slot(slot) => (forms::LOAD_WIDE[0], slot),
                _ => (forms::LOAD_WIDE[1], 0),
            };
            let dst = self.next_slot();
            let at = self.emit_pair(opcode, form, slot, dst);
            self.code.push(access.offset);
            self.push_result(at, class, Dst::Pair, before);
            return;
        }
        if access.far {
            let slot = self.slot(address);
            let dst = self.next_slot();
            let at = self.emit_pair(opcode, forms::LOAD_FAR, slot, dst);
            self.code.extend([access.offset, access.memory.into()]);
            self.push_result_kept(at, class);
            return;
        }
        let (form, slot, offset) = match self.source(address) {
            Source::Slot(slot) => (forms::LOAD[0], slot, access.offset),
            Source::Acc => (forms::LOAD[1], 0, access.offset),
            Source::Const(bits) => (forms::LOAD[2], 0, (bits & 0xffff_ffff) + access.offset),
        };
        let dst = self.next_slot();
        let at = self.emit_pair(opcode, form, slot, dst);
        self.code.push(offset);
        self.push_result(at, class, Dst::Pair, before);
    }

    pub(super) fn store(&mut self, opcode: Opcode, class: Class, operator: &Operator<'_>) {
        let Some(arg) = memory_argument(operator) else { return };
        let access = self.access(arg);
        let value = self.pop();
        let address = self.pop();
        if access.far && !access.wide {
            let (value, address) = (self.slot(value), self.slot(address));
            self.emit_pair(opcode, forms::STORE_FAR, address, value);
            self.code.extend([access.offset, access.memory.into()]);
            return;
        }
        let address = match access.wide {
            true => self.source_not_const(address),
            false => self.source(address),
        };
        let value = match (address, self.source(value)) {
            // The same local as address and value: one of them from its slot.
            (Source::Acc, Source::Acc) if class.shares_accumulator(Class::I32) => {
                Source::Slot(self.slot(value))
            }
            (_, value) => value,
        };
        let (a, first, offset) = match address {
            Source::Slot(slot) => (forms::S, slot, access.offset),
            Source::Acc => (forms::A, 0, access.offset),
            Source::Const(bits) => (forms::K, 0, (bits & 0xffff_ffff) + access.offset),
        };
        let (v, second) = match value {
            Source::Slot(slot) => (forms::S, slot),
            Source::Acc => (forms::A, 0),
            Source::Const(_) => (forms::K, 0),
        };
        let wide = if access.wide { forms::STORE_WIDE } else { 0 };
        self.emit(opcode, wide + 3 * a + v);
        self.code.extend([Pair(first, second).encode(), offset]);
        if let Source::Const(bits) = value {
            self.push_constant(class, bits);
        }
    }
}

/// The memory argument of a load or store.
pub(crate) fn memory_argument(operator: &Operator<'_>) -> Option<MemArg> {
    use Operator as W;
    Some(match *operator {
        W::I32Load { memarg }
        | W::I64Load { memarg }
        | W::F32Load { memarg }
        | W::F64Load { memarg }
        | W::I32Load8S { memarg }
        | W::I32Load8U { memarg }
        | W::I32Load16S { memarg }
        | W::I32Load16U { memarg }
        | W::I64Load8S { memarg }
        | W::I64Load8U { memarg }
        | W::I64Load16S { memarg }
        | W::I64Load16U { memarg }
        | W::I64Load32S { memarg }
        | W::I64Load32U { memarg }
        | W::I32Store { memarg }
        | W::I64Store { memarg }
        | W::F32Store { memarg }
        | W::F64Store { memarg }
        | W::I32Store8 { memarg }
        | W::I32Store16 { memarg }
        | W::I64Store8 { memarg }
        | W::I64Store16 { memarg }
        | W::I64Store32 { memarg }
        | W::V128Load { memarg }
        | W::V128Load8x8S { memarg }
        | W::V128Load8x8U { memarg }
        | W::V128Load16x4S { memarg }
        | W::V128Load16x4U { memarg }
        | W::V128Load32x2S { memarg }
        | W::V128Load32x2U { memarg }
        | W::V128Load8Splat { memarg }
        | W::V128Load16Splat { memarg }
        | W::V128Load32Splat { memarg }
        | W::V128Load64Splat { memarg }
        | W::V128Load32Zero { memarg }
        | W::V128Load64Zero { memarg }
        | W::V128Store { memarg }
        | W::V128Load8Lane { memarg, .. }
        | W::V128Load16Lane { memarg, .. }
        | W::V128Load32Lane { memarg, .. }
        | W::V128Load64Lane { memarg, .. }
        | W::V128Store8Lane { memarg, .. }
        | W::V128Store16Lane { memarg, .. }
        | W::V128Store32Lane { memarg, .. }
        | W::V128Store64Lane { memarg, .. } => memarg,
        _ => return atomic_argument(operator),
    })
}
