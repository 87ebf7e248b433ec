//! Atomic accesses, waiting and waking.

use super::Translator;
use super::emit::Dst;
use super::immediates::memory_argument;
use crate::handler::wait::{INTERRUPTIBLE, SHARED};
use crate::ir::{Class, Opcode, layout};
use dergwasm_types::MemIdx;
use wasmparser::{MemArg, Operator};

impl Translator<'_> {
    /// An access with some operands besides the address, and maybe a result.
    pub(super) fn atomic(
        &mut self,
        opcode: Opcode,
        operands: u8,
        result: Option<Class>,
        operator: &Operator<'_>,
    ) {
        let Some(arg) = memory_argument(operator) else { return self.untranslated(operator) };
        let access = self.access(arg);
        let mut slots = [0; 2];
        for slot in slots[..usize::from(operands)].iter_mut().rev() {
            *slot = self.pop_slot();
        }
        let address = self.pop_slot();
        let dst = if result.is_some() { self.next_slot() } else { 0 };
        let at = if operands == 0 {
            self.emit(opcode, 0, access.far_load(address, dst))
        } else {
            let ([a, b], offset, memory) = (slots, access.offset, access.memory.into());
            self.emit(opcode, 0, layout::Atomic { address, dst, offset, a, b, memory })
        };
        if let Some(class) = result {
            self.push_result_kept(at, class);
        }
    }

    /// Translates an instruction about other threads; says whether it was one.
    pub(super) fn threads(&mut self, operator: &Operator<'_>) -> bool {
        match *operator {
            Operator::AtomicFence { .. } => {}
            Operator::MemoryAtomicNotify { memarg } => self.notify(memarg),
            Operator::MemoryAtomicWait32 { memarg } => {
                self.wait(Opcode::MemoryAtomicWait32, memarg);
            }
            Operator::MemoryAtomicWait64 { memarg } => {
                self.wait(Opcode::MemoryAtomicWait64, memarg);
            }
            _ => return false,
        }
        true
    }

    fn notify(&mut self, arg: MemArg) {
        let access = self.access(arg);
        // How many are to be woken makes no difference.
        self.pop();
        let address = self.pop_slot();
        let fields = [self.next_slot(), address].map(Self::field);
        let at = self.custom(Opcode::MemoryAtomicNotify, &fields);
        self.code.extend([access.offset, access.memory.into()]);
        self.push_slot_result(at, Class::I32, Dst::Field);
    }

    fn wait(&mut self, opcode: Opcode, arg: MemArg) {
        let access = self.access(arg);
        let [timeout, expected, address] = [self.pop_slot(), self.pop_slot(), self.pop_slot()];
        let mut how = 0;
        if self.module.memory_type(MemIdx(access.memory)).shared {
            how |= SHARED;
        }
        if self.options.interruptible {
            how |= INTERRUPTIBLE;
            // A run may stop here and go on later, without accumulators.
            self.forget_accumulators();
        }
        let fields = [self.next_slot(), address, expected, timeout].map(Self::field);
        let at = self.custom(opcode, &fields);
        self.code.extend([access.offset, access.memory.into(), how]);
        if self.options.interruptible {
            self.add_present_roots(at);
        }
        self.push_slot_result(at, Class::I32, Dst::Field);
    }
}
