//! Waiting for other threads, of which there are none.
//!
//! Proposal: <https://github.com/WebAssembly/threads>. `atomic.fence` orders nothing and is no
//! instruction here.

macro_rules! wait { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Wakes who waits at the address: nobody. Yields 0.
    MemoryAtomicNotify "memory.atomic.notify" custom { dst: Slot, address: Slot, offset: Imm, memory: Index } = wait::notify;
    /// Waits for `timeout` nanoseconds if the 32 bits at the address are `expected`.
    MemoryAtomicWait32 "memory.atomic.wait32" custom { dst: Slot, address: Slot, expected: Slot, timeout: Slot, offset: Imm, memory: Index, how: Imm } = wait::wait32;
    /// Waits for `timeout` nanoseconds if the 64 bits at the address are `expected`.
    MemoryAtomicWait64 "memory.atomic.wait64" custom { dst: Slot, address: Slot, expected: Slot, timeout: Slot, offset: Imm, memory: Index, how: Imm } = wait::wait64;
} } }
pub(crate) use wait;
