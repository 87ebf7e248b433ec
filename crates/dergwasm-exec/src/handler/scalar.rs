//! Values in slots, accumulators, code and memory.
//!
//! Slots, cells of globals, fields of objects and linear memories are little-endian on every processor;
//! accumulators and words of code are numbers. Only this file and the accessors of [`Vm`] read and write
//! numbers through pointers (`cargo xtask tidy` sees to it), so that no instruction can forget which is
//! which.

use super::Vm;
use super::register::Register;
use crate::ir::forms::{Loc, To};
use crate::ir::layout::{DST, Word};
use crate::ir::{Class, vector_of_words};
use crate::numeric::vector::V128;
use core::ptr;

/// A type that values on the stack are read as.
pub(crate) trait Scalar: Copy {
    /// Which accumulator and how wide.
    const CLASS: Class;
    /// Reads a slot.
    ///
    /// # Safety
    /// `slot` is valid for reads of a slot.
    unsafe fn read(slot: *const u8) -> Self;
    /// Writes a slot: 8 bytes for integers, so that later reads are never wider than the write.
    ///
    /// # Safety
    /// `slot` is valid for writes of a slot.
    unsafe fn write(self, slot: *mut u8);
    /// The accumulator.
    fn acc(vm: &Vm) -> Self;
    /// Sets the accumulator.
    fn set_acc(self, vm: &mut Vm);
    /// From a word; the upper half of a vector is zero.
    fn from_bits(bits: u64) -> Self;
    /// How many words of code a constant takes.
    const CODE_WORDS: usize = 1;
    /// From a constant in the code.
    ///
    /// # Safety
    /// `at` is valid for reads of `CODE_WORDS` words.
    #[inline(always)]
    unsafe fn from_code(at: *const u64) -> Self {
        // SAFETY: from the caller.
        Self::from_bits(unsafe { *at })
    }
}

macro_rules! ints {
    ($($T:ty: $class:ident, $x:ident => $bits:expr;)*) => { $(
        impl Scalar for $T {
            const CLASS: Class = Class::$class;
            #[inline(always)]
            unsafe fn read(slot: *const u8) -> Self {
                // SAFETY: from the caller; slots are aligned to 16 bytes.
                Self::from_le(unsafe { *slot.cast::<$T>() })
            }
            #[inline(always)]
            unsafe fn write(self, slot: *mut u8) {
                let $x = self;
                // SAFETY: from the caller; slots are aligned to 16 bytes.
                unsafe { *slot.cast::<u64>() = ($bits).to_le() }
            }
            #[inline(always)]
            fn acc(vm: &Vm) -> Self {
                Self::from_bits(vm.acc)
            }
            #[inline(always)]
            fn set_acc(self, vm: &mut Vm) {
                let $x = self;
                vm.acc = $bits;
            }
            #[inline(always)]
            #[expect(clippy::allow_attributes, reason = "true of the 32-bit types only")]
            #[allow(clippy::cast_possible_truncation, reason = "an i32 is the low 32 bits")]
            fn from_bits(bits: u64) -> Self {
                bits as $T
            }
        }
    )* };
}

// Integers of 32 bits are kept zero-extended.
ints! {
    u32: I32, x => u64::from(x);
    i32: I32, x => u64::from(x.cast_unsigned());
    u64: I64, x => x;
    i64: I64, x => x.cast_unsigned();
}

macro_rules! floats {
    ($($T:ty as $Bits:ty: $class:ident, $acc:ident;)*) => { $(
        impl Scalar for $T {
            const CLASS: Class = Class::$class;
            #[inline(always)]
            unsafe fn read(slot: *const u8) -> Self {
                // SAFETY: from the caller; slots are aligned to 16 bytes.
                Self::from_bits(<$Bits>::from_le(unsafe { *slot.cast::<$Bits>() }))
            }
            #[inline(always)]
            unsafe fn write(self, slot: *mut u8) {
                // SAFETY: from the caller; slots are aligned to 16 bytes.
                unsafe { *slot.cast::<$Bits>() = self.to_bits().to_le() }
            }
            #[inline(always)]
            fn acc(vm: &Vm) -> Self {
                vm.$acc
            }
            #[inline(always)]
            fn set_acc(self, vm: &mut Vm) {
                vm.$acc = self;
            }
            #[inline(always)]
            #[expect(clippy::allow_attributes, reason = "true of the 32-bit type only")]
            #[allow(clippy::cast_possible_truncation, reason = "an f32 is the low 32 bits")]
            fn from_bits(bits: u64) -> Self {
                Self::from_bits(bits as $Bits)
            }
        }
    )* };
}

floats! {
    f32 as u32: F32, acc_f32;
    f64 as u64: F64, acc_f64;
}

impl Scalar for V128 {
    const CLASS: Class = Class::V128;
    #[inline(always)]
    unsafe fn read(slot: *const u8) -> Self {
        // SAFETY: from the caller; slots are aligned to 16 bytes.
        unsafe { *slot.cast::<Self>() }
    }
    #[inline(always)]
    unsafe fn write(self, slot: *mut u8) {
        // SAFETY: from the caller; slots are aligned to 16 bytes.
        unsafe { *slot.cast::<Register>() = self.into() }
    }
    #[inline(always)]
    fn acc(vm: &Vm) -> Self {
        vm.acc_v128
    }
    #[inline(always)]
    fn set_acc(self, vm: &mut Vm) {
        vm.acc_v128 = self;
    }
    #[inline(always)]
    fn from_bits(bits: u64) -> Self {
        Self(u128::from(bits).to_le_bytes())
    }
    const CODE_WORDS: usize = 2;
    #[inline(always)]
    unsafe fn from_code(at: *const u64) -> Self {
        // SAFETY: from the caller; words are not aligned as vectors are.
        unsafe {
            if cfg!(target_endian = "little") {
                at.cast::<Self>().read_unaligned()
            } else {
                Self(vector_of_words([*at, *at.add(1)]))
            }
        }
    }
}

/// Half a slot, to be moved as it is: it cannot be looked at.
///
/// Slots of unknown contents are moved by halves, since a slot must not be read wider than it was
/// written.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub(crate) struct SlotHalf(u64);

/// Where an operand is.
pub(crate) trait Operand {
    /// Where.
    const LOC: Loc;
    /// Whether it is in the code.
    const IN_CODE: bool = matches!(Self::LOC, Loc::Code);
    /// Reads it where `slot` is its slot and its constant begins with a word.
    ///
    /// # Safety
    /// INV-CODE, INV-FRAME.
    unsafe fn get<T: Scalar>(vm: &Vm, slot: isize, constant: Word) -> T;
}

/// An operand in a slot.
#[derive(Debug)]
pub(crate) struct InSlot;
/// An operand in the accumulator of its class.
#[derive(Debug)]
pub(crate) struct InAcc;
/// A constant operand.
#[derive(Debug)]
pub(crate) struct InCode;

impl Operand for InSlot {
    const LOC: Loc = Loc::Slot;
    #[inline(always)]
    unsafe fn get<T: Scalar>(vm: &Vm, slot: isize, _: Word) -> T {
        // SAFETY: INV-FRAME, from the caller.
        unsafe { vm.read(slot) }
    }
}

impl Operand for InAcc {
    const LOC: Loc = Loc::Acc;
    #[inline(always)]
    unsafe fn get<T: Scalar>(vm: &Vm, _: isize, _: Word) -> T {
        T::acc(vm)
    }
}

impl Operand for InCode {
    const LOC: Loc = Loc::Code;
    #[inline(always)]
    unsafe fn get<T: Scalar>(vm: &Vm, _: isize, constant: Word) -> T {
        // SAFETY: INV-CODE, from the caller.
        unsafe { T::from_code(vm.ip.add(constant.0)) }
    }
}

/// How many words the constant of type `T` takes that follows the operands of an instruction, if `A`
/// is in the code.
pub(crate) const fn constant_words<A: Operand, T: Scalar>() -> usize {
    if A::IN_CODE { T::CODE_WORDS } else { 0 }
}

/// Where a result goes.
pub(crate) trait Dest {
    /// Where.
    const TO: To;
    /// Writes it; its slot is where every layout has that of a result.
    ///
    /// # Safety
    /// INV-CODE, INV-FRAME.
    unsafe fn put<T: Scalar>(vm: &mut Vm, value: T);
}

/// To a slot and the accumulator.
#[derive(Debug)]
pub(crate) struct ToSlot;
/// Only to the accumulator.
#[derive(Debug)]
pub(crate) struct ToAcc;

impl Dest for ToSlot {
    const TO: To = To::Slot;
    #[inline(always)]
    unsafe fn put<T: Scalar>(vm: &mut Vm, value: T) {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe { vm.write(vm.half(DST), value) }
        value.set_acc(vm);
    }
}

impl Dest for ToAcc {
    const TO: To = To::Acc;
    #[inline(always)]
    unsafe fn put<T: Scalar>(vm: &mut Vm, value: T) {
        value.set_acc(vm);
    }
}

/// A type that numbers are stored as in linear memory: little-endian, at any address.
pub(crate) trait Memory: Copy {
    /// Reads it.
    ///
    /// # Safety
    /// `at` is valid for reads of the type's size.
    unsafe fn load(at: *const u8) -> Self;
    /// Writes it.
    ///
    /// # Safety
    /// `at` is valid for writes of the type's size.
    unsafe fn store(self, at: *mut u8);
}

macro_rules! memory {
    ($($T:ty)*) => { $(
        impl Memory for $T {
            #[inline(always)]
            unsafe fn load(at: *const u8) -> Self {
                // SAFETY: from the caller; no alignment is needed.
                Self::from_le_bytes(unsafe { ptr::read_unaligned(at.cast()) })
            }
            #[inline(always)]
            unsafe fn store(self, at: *mut u8) {
                // SAFETY: from the caller; no alignment is needed.
                unsafe { ptr::write_unaligned(at.cast(), self.to_le_bytes()) }
            }
        }
    )* };
}
memory!(u8 i8 u16 i16 u32 i32 u64 i64 f32 f64);

impl<const N: usize> Memory for [u8; N] {
    #[inline(always)]
    unsafe fn load(at: *const u8) -> Self {
        // SAFETY: from the caller; bytes need no alignment.
        unsafe { *at.cast() }
    }
    #[inline(always)]
    unsafe fn store(self, at: *mut u8) {
        // SAFETY: from the caller; bytes need no alignment.
        unsafe { *at.cast() = self }
    }
}
