//! Loads and stores.

use super::Translator;
use super::emit::{Dst, Source, Used};
use super::immediates::memory_argument;
use crate::ir::forms::{Loc, Reach, To};
use crate::ir::{Class, Opcode, forms, layout};
use dergwasm_types::MemIdx;

use wasmparser::{MemArg, MemArgTarget, Operator};

/// The static part of an address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Access {
    pub(super) memory: u32,
    pub(super) offset: u64,
    /// How it reaches memory.
    pub(super) reach: Reach,
}

impl Access {
    /// The operands of a load that reaches any memory.
    pub(super) fn far_load(self, address: i32, dst: i32) -> layout::FarLoad {
        let Self { memory, offset, .. } = self;
        layout::FarLoad { address, dst, offset, memory: memory.into() }
    }

    /// The operands of a store that reaches any memory.
    pub(super) fn far_store(self, address: i32, value: i32) -> layout::FarStore {
        let Self { memory, offset, .. } = self;
        layout::FarStore { address, value, offset, memory: memory.into() }
    }
}

/// The least offset that only the far forms have.
const FAR_OFFSET: u64 = 1 << 33;

impl Translator<'_> {
    pub(super) fn access(&self, arg: MemArg) -> Access {
        let (MemArgTarget::Memory(memory) | MemArgTarget::Array(memory)) = arg.target;
        let memory64 = self.module.memory_type(MemIdx(memory)).memory64;
        let reach = match memory {
            0 if !memory64 => Reach::Near,
            0 if arg.offset < FAR_OFFSET => Reach::Wide,
            _ => Reach::Far,
        };
        Access { memory, offset: arg.offset, reach }
    }

    /// Where the address is of an access to the first memory; a constant one is added to the offset.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn address(&mut self, access: &mut Access, used: Used) -> Source {
        if access.reach == Reach::Wide {
            return self.source_not_const(used);
        }
        let address = self.source(used);
        if let Source::Const(bits) = address {
            access.offset += bits & 0xffff_ffff;
        }
        address
    }

    pub(super) fn load(&mut self, opcode: Opcode, class: Class, operator: &Operator<'_>) {
        let Some(arg) = memory_argument(operator) else { return self.untranslated(operator) };
        let mut access = self.access(arg);
        let last = self.last;
        let address = self.pop();
        if access.reach == Reach::Near
            && self.fuse_load(opcode, class, last, address, access.offset)
        {
            return;
        }
        let before = self.accumulators();
        if access.reach == Reach::Far {
            let (address, dst) = (self.slot(address), self.next_slot());
            let operands = access.far_load(address, dst);
            let at = self.emit(opcode, forms::load(Reach::Far, Loc::Slot, To::Slot), operands);
            self.push_result_kept(at, class);
            return;
        }
        let address = self.address(&mut access, address);
        let form = forms::load(access.reach, address.loc(), To::Slot);
        let (address, dst) = (address.slot(), self.next_slot());
        let at = self.emit(opcode, form, layout::Load { address, dst, offset: access.offset });
        self.push_result(at, class, Dst::Half, before);
    }

    pub(super) fn store(&mut self, opcode: Opcode, class: Class, operator: &Operator<'_>) {
        let Some(arg) = memory_argument(operator) else { return self.untranslated(operator) };
        let mut access = self.access(arg);
        let value = self.pop();
        let address = self.pop();
        if access.reach == Reach::Far {
            let (value, address) = (self.slot(value), self.slot(address));
            let form = forms::store(Reach::Far, Loc::Slot, Loc::Slot);
            self.emit(opcode, form, access.far_store(address, value));
            return;
        }
        let address = self.address(&mut access, address);
        let value = match (address, self.source(value)) {
            // The same local as address and value: one of them from its slot.
            (Source::Acc, Source::Acc) if class.shares_accumulator(Class::I32) => {
                Source::Slot(self.slot(value))
            }
            (_, value) => value,
        };
        let form = forms::store(access.reach, address.loc(), value.loc());
        let (address, offset) = (address.slot(), access.offset);
        self.emit(opcode, form, layout::Store { address, value: value.slot(), offset });
        if let Source::Const(bits) = value {
            self.push_constant(class, bits);
        }
    }
}
