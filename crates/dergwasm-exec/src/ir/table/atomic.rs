//! Atomic accesses. Proposal: <https://github.com/WebAssembly/threads>.
//!
//! `atomic_load` and `atomic_store` are the loads and stores of `access` that trap if an address
//! is not a multiple of the size. `rmw` and `cmpxchg` name the type on the stack and that in memory
//! and compute what is stored: from what was there and their operands, wrapped to that width, all
//! extended with zeros.

macro_rules! atomic { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Loads 32 bits.
    I32AtomicLoad "i32.atomic.load" atomic_load(u32 => u32) = width::same;
    /// Loads 8 bits and extends with zeros.
    I32AtomicLoad8U "i32.atomic.load8_u" atomic_load(u8 => u32) = u32::from;
    /// Loads 16 bits and extends with zeros.
    I32AtomicLoad16U "i32.atomic.load16_u" atomic_load(u16 => u32) = u32::from;
    /// Loads 64 bits.
    I64AtomicLoad "i64.atomic.load" atomic_load(u64 => u64) = width::same;
    /// Loads 8 bits and extends with zeros.
    I64AtomicLoad8U "i64.atomic.load8_u" atomic_load(u8 => u64) = u64::from;
    /// Loads 16 bits and extends with zeros.
    I64AtomicLoad16U "i64.atomic.load16_u" atomic_load(u16 => u64) = u64::from;
    /// Loads 32 bits and extends with zeros.
    I64AtomicLoad32U "i64.atomic.load32_u" atomic_load(u32 => u64) = u64::from;
    /// Stores 32 bits.
    I32AtomicStore "i32.atomic.store" atomic_store(u32 => u32) = width::same;
    /// Stores the low 8 bits.
    I32AtomicStore8 "i32.atomic.store8" atomic_store(u32 => u8) = width::narrow32_8;
    /// Stores the low 16 bits.
    I32AtomicStore16 "i32.atomic.store16" atomic_store(u32 => u16) = width::narrow32_16;
    /// Stores 64 bits.
    I64AtomicStore "i64.atomic.store" atomic_store(u64 => u64) = width::same;
    /// Stores the low 8 bits.
    I64AtomicStore8 "i64.atomic.store8" atomic_store(u64 => u8) = width::narrow64_8;
    /// Stores the low 16 bits.
    I64AtomicStore16 "i64.atomic.store16" atomic_store(u64 => u16) = width::narrow64_16;
    /// Stores the low 32 bits.
    I64AtomicStore32 "i64.atomic.store32" atomic_store(u64 => u32) = width::narrow64_32;
    /// Adds `a` to 32 bits in memory, wrapping; yields the old ones.
    I32AtomicRmwAdd "i32.atomic.rmw.add" rmw(u32, u32) = int::add64;
    /// Adds `a` to 8 bits in memory, wrapping; yields the old ones.
    I32AtomicRmw8AddU "i32.atomic.rmw8.add_u" rmw(u32, u8) = int::add64;
    /// Adds `a` to 16 bits in memory, wrapping; yields the old ones.
    I32AtomicRmw16AddU "i32.atomic.rmw16.add_u" rmw(u32, u16) = int::add64;
    /// Adds `a` to 64 bits in memory, wrapping; yields the old ones.
    I64AtomicRmwAdd "i64.atomic.rmw.add" rmw(u64, u64) = int::add64;
    /// Adds `a` to 8 bits in memory, wrapping; yields the old ones.
    I64AtomicRmw8AddU "i64.atomic.rmw8.add_u" rmw(u64, u8) = int::add64;
    /// Adds `a` to 16 bits in memory, wrapping; yields the old ones.
    I64AtomicRmw16AddU "i64.atomic.rmw16.add_u" rmw(u64, u16) = int::add64;
    /// Adds `a` to 32 bits in memory, wrapping; yields the old ones.
    I64AtomicRmw32AddU "i64.atomic.rmw32.add_u" rmw(u64, u32) = int::add64;
    /// Subtracts `a` from 32 bits in memory, wrapping; yields the old ones.
    I32AtomicRmwSub "i32.atomic.rmw.sub" rmw(u32, u32) = int::sub64;
    /// Subtracts `a` from 8 bits in memory, wrapping; yields the old ones.
    I32AtomicRmw8SubU "i32.atomic.rmw8.sub_u" rmw(u32, u8) = int::sub64;
    /// Subtracts `a` from 16 bits in memory, wrapping; yields the old ones.
    I32AtomicRmw16SubU "i32.atomic.rmw16.sub_u" rmw(u32, u16) = int::sub64;
    /// Subtracts `a` from 64 bits in memory, wrapping; yields the old ones.
    I64AtomicRmwSub "i64.atomic.rmw.sub" rmw(u64, u64) = int::sub64;
    /// Subtracts `a` from 8 bits in memory, wrapping; yields the old ones.
    I64AtomicRmw8SubU "i64.atomic.rmw8.sub_u" rmw(u64, u8) = int::sub64;
    /// Subtracts `a` from 16 bits in memory, wrapping; yields the old ones.
    I64AtomicRmw16SubU "i64.atomic.rmw16.sub_u" rmw(u64, u16) = int::sub64;
    /// Subtracts `a` from 32 bits in memory, wrapping; yields the old ones.
    I64AtomicRmw32SubU "i64.atomic.rmw32.sub_u" rmw(u64, u32) = int::sub64;
    /// Keeps of 32 bits in memory those that are 1 in `a` too; yields the old ones.
    I32AtomicRmwAnd "i32.atomic.rmw.and" rmw(u32, u32) = int::and64;
    /// Keeps of 8 bits in memory those that are 1 in `a` too; yields the old ones.
    I32AtomicRmw8AndU "i32.atomic.rmw8.and_u" rmw(u32, u8) = int::and64;
    /// Keeps of 16 bits in memory those that are 1 in `a` too; yields the old ones.
    I32AtomicRmw16AndU "i32.atomic.rmw16.and_u" rmw(u32, u16) = int::and64;
    /// Keeps of 64 bits in memory those that are 1 in `a` too; yields the old ones.
    I64AtomicRmwAnd "i64.atomic.rmw.and" rmw(u64, u64) = int::and64;
    /// Keeps of 8 bits in memory those that are 1 in `a` too; yields the old ones.
    I64AtomicRmw8AndU "i64.atomic.rmw8.and_u" rmw(u64, u8) = int::and64;
    /// Keeps of 16 bits in memory those that are 1 in `a` too; yields the old ones.
    I64AtomicRmw16AndU "i64.atomic.rmw16.and_u" rmw(u64, u16) = int::and64;
    /// Keeps of 32 bits in memory those that are 1 in `a` too; yields the old ones.
    I64AtomicRmw32AndU "i64.atomic.rmw32.and_u" rmw(u64, u32) = int::and64;
    /// Sets of 32 bits in memory those that are 1 in `a`; yields the old ones.
    I32AtomicRmwOr "i32.atomic.rmw.or" rmw(u32, u32) = int::or64;
    /// Sets of 8 bits in memory those that are 1 in `a`; yields the old ones.
    I32AtomicRmw8OrU "i32.atomic.rmw8.or_u" rmw(u32, u8) = int::or64;
    /// Sets of 16 bits in memory those that are 1 in `a`; yields the old ones.
    I32AtomicRmw16OrU "i32.atomic.rmw16.or_u" rmw(u32, u16) = int::or64;
    /// Sets of 64 bits in memory those that are 1 in `a`; yields the old ones.
    I64AtomicRmwOr "i64.atomic.rmw.or" rmw(u64, u64) = int::or64;
    /// Sets of 8 bits in memory those that are 1 in `a`; yields the old ones.
    I64AtomicRmw8OrU "i64.atomic.rmw8.or_u" rmw(u64, u8) = int::or64;
    /// Sets of 16 bits in memory those that are 1 in `a`; yields the old ones.
    I64AtomicRmw16OrU "i64.atomic.rmw16.or_u" rmw(u64, u16) = int::or64;
    /// Sets of 32 bits in memory those that are 1 in `a`; yields the old ones.
    I64AtomicRmw32OrU "i64.atomic.rmw32.or_u" rmw(u64, u32) = int::or64;
    /// Flips of 32 bits in memory those that are 1 in `a`; yields the old ones.
    I32AtomicRmwXor "i32.atomic.rmw.xor" rmw(u32, u32) = int::xor64;
    /// Flips of 8 bits in memory those that are 1 in `a`; yields the old ones.
    I32AtomicRmw8XorU "i32.atomic.rmw8.xor_u" rmw(u32, u8) = int::xor64;
    /// Flips of 16 bits in memory those that are 1 in `a`; yields the old ones.
    I32AtomicRmw16XorU "i32.atomic.rmw16.xor_u" rmw(u32, u16) = int::xor64;
    /// Flips of 64 bits in memory those that are 1 in `a`; yields the old ones.
    I64AtomicRmwXor "i64.atomic.rmw.xor" rmw(u64, u64) = int::xor64;
    /// Flips of 8 bits in memory those that are 1 in `a`; yields the old ones.
    I64AtomicRmw8XorU "i64.atomic.rmw8.xor_u" rmw(u64, u8) = int::xor64;
    /// Flips of 16 bits in memory those that are 1 in `a`; yields the old ones.
    I64AtomicRmw16XorU "i64.atomic.rmw16.xor_u" rmw(u64, u16) = int::xor64;
    /// Flips of 32 bits in memory those that are 1 in `a`; yields the old ones.
    I64AtomicRmw32XorU "i64.atomic.rmw32.xor_u" rmw(u64, u32) = int::xor64;
    /// Replaces 32 bits in memory by `a`; yields the old ones.
    I32AtomicRmwXchg "i32.atomic.rmw.xchg" rmw(u32, u32) = atomic::exchange;
    /// Replaces 8 bits in memory by `a`; yields the old ones.
    I32AtomicRmw8XchgU "i32.atomic.rmw8.xchg_u" rmw(u32, u8) = atomic::exchange;
    /// Replaces 16 bits in memory by `a`; yields the old ones.
    I32AtomicRmw16XchgU "i32.atomic.rmw16.xchg_u" rmw(u32, u16) = atomic::exchange;
    /// Replaces 64 bits in memory by `a`; yields the old ones.
    I64AtomicRmwXchg "i64.atomic.rmw.xchg" rmw(u64, u64) = atomic::exchange;
    /// Replaces 8 bits in memory by `a`; yields the old ones.
    I64AtomicRmw8XchgU "i64.atomic.rmw8.xchg_u" rmw(u64, u8) = atomic::exchange;
    /// Replaces 16 bits in memory by `a`; yields the old ones.
    I64AtomicRmw16XchgU "i64.atomic.rmw16.xchg_u" rmw(u64, u16) = atomic::exchange;
    /// Replaces 32 bits in memory by `a`; yields the old ones.
    I64AtomicRmw32XchgU "i64.atomic.rmw32.xchg_u" rmw(u64, u32) = atomic::exchange;
    /// Replaces 32 bits in memory by `b` if they are equal to `a`; yields the old ones.
    I32AtomicRmwCmpxchg "i32.atomic.rmw.cmpxchg" cmpxchg(u32, u32) = atomic::compare_exchange;
    /// Replaces 8 bits in memory by `b` if they are equal to the low ones of `a`; yields the old ones.
    I32AtomicRmw8CmpxchgU "i32.atomic.rmw8.cmpxchg_u" cmpxchg(u32, u8) = atomic::compare_exchange;
    /// Replaces 16 bits in memory by `b` if they are equal to the low ones of `a`; yields the old ones.
    I32AtomicRmw16CmpxchgU "i32.atomic.rmw16.cmpxchg_u" cmpxchg(u32, u16) = atomic::compare_exchange;
    /// Replaces 64 bits in memory by `b` if they are equal to `a`; yields the old ones.
    I64AtomicRmwCmpxchg "i64.atomic.rmw.cmpxchg" cmpxchg(u64, u64) = atomic::compare_exchange;
    /// Replaces 8 bits in memory by `b` if they are equal to the low ones of `a`; yields the old ones.
    I64AtomicRmw8CmpxchgU "i64.atomic.rmw8.cmpxchg_u" cmpxchg(u64, u8) = atomic::compare_exchange;
    /// Replaces 16 bits in memory by `b` if they are equal to the low ones of `a`; yields the old ones.
    I64AtomicRmw16CmpxchgU "i64.atomic.rmw16.cmpxchg_u" cmpxchg(u64, u16) = atomic::compare_exchange;
    /// Replaces 32 bits in memory by `b` if they are equal to the low ones of `a`; yields the old ones.
    I64AtomicRmw32CmpxchgU "i64.atomic.rmw32.cmpxchg_u" cmpxchg(u64, u32) = atomic::compare_exchange;
} } }
pub(crate) use atomic;
