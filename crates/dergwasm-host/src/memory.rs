//! Memories of a machine.
//!
//! Spec: [Execution › Runtime Structure › Memory Instances](https://webassembly.github.io/spec/core/exec/runtime.html#memory-instances).

use crate::{AsMachine, AsMachineMut, Error};
use dergwasm_exec::{Machine as Core, MachineMut as CoreMut};
use dergwasm_store::{MemAddr, MemInst, Scalar, StoreError};
use dergwasm_types::MemoryType;

/// A memory of a machine: its address in the store.
///
/// Every access is checked; one out of bounds is an error that says what was asked for and how
/// large the memory is.
///
/// ```
/// use dergwasm_host::{Error, Machine, Memory, MemoryType};
///
/// let mut machine = Machine::new(());
/// let memory = Memory::new(&mut machine, MemoryType::new(1, Some(2)))?;
/// memory.set(&mut machine, 0xfff0, 0x0102_0304_u32)?;
/// assert_eq!(memory.data(&machine)[0xfff0..0xfff4], [4, 3, 2, 1]);
/// assert_eq!(memory.grow(&mut machine, 1)?, 1);
/// assert_eq!(memory.size(&machine), 2);
/// let error = memory.get::<u64>(&machine, 0x1_fffc).unwrap_err();
/// assert!(error.to_string().contains("out of bounds memory access"));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Memory(MemAddr);

impl From<MemAddr> for Memory {
    fn from(addr: MemAddr) -> Self {
        Self(addr)
    }
}

impl Memory {
    /// Allocates a memory of `ty.minimum` pages of zeros.
    ///
    /// # Errors
    /// It is too large for its type, the system or the limiter.
    pub fn new(mut machine: impl AsMachineMut, ty: MemoryType) -> Result<Self, Error> {
        Ok(Self(machine.as_machine_mut().core.alloc_memory(ty)?))
    }

    /// The address in the store.
    #[must_use]
    pub const fn addr(self) -> MemAddr {
        self.0
    }

    fn unknown(self) -> Error {
        StoreError::UnknownAddress { kind: "memory", address: self.0.0.into() }.into()
    }

    fn instance(self, core: &Core) -> Result<&MemInst, Error> {
        core.store().memories().get(self.0).ok_or_else(|| self.unknown())
    }

    fn instance_mut(self, core: CoreMut<'_>) -> Result<&mut MemInst, Error> {
        core.into_memory_mut(self.0).ok_or_else(|| self.unknown())
    }

    /// The type; its minimum is the present size.
    ///
    /// # Errors
    /// The memory is not of this machine.
    pub fn ty(&self, machine: impl AsMachine) -> Result<MemoryType, Error> {
        Ok(self.instance(machine.as_machine().core)?.ty())
    }

    /// The size in pages; 0 if the memory is not of this machine.
    #[must_use]
    pub fn size(&self, machine: impl AsMachine) -> u64 {
        self.instance(machine.as_machine().core).map_or(0, MemInst::size)
    }

    /// The size in bytes; 0 if the memory is not of this machine.
    #[must_use]
    pub fn data_size(&self, machine: impl AsMachine) -> usize {
        self.instance(machine.as_machine().core).map_or(0, MemInst::len)
    }

    /// Grows by `delta` pages and returns the size before, in pages.
    ///
    /// # Errors
    /// The type, the limiter or the system does not allow it.
    pub fn grow(&self, mut machine: impl AsMachineMut, delta: u64) -> Result<u64, Error> {
        Ok(machine.as_machine_mut().core.grow_memory(self.0, delta)?)
    }

    /// All bytes; none if the memory is not of this machine.
    #[must_use]
    pub fn data<'a, M: AsMachine>(&self, machine: &'a M) -> &'a [u8] {
        self.instance(machine.as_machine().core).map_or(&[], MemInst::data)
    }

    /// All bytes, to change them; none if the memory is not of this machine.
    pub fn data_mut<'a, M: AsMachineMut>(&self, machine: &'a mut M) -> &'a mut [u8] {
        self.data_and_state_mut(machine).0
    }

    /// All bytes and the embedder's data, to change both; no bytes if the memory is not of this
    /// machine.
    pub fn data_and_state_mut<'a, M: AsMachineMut>(
        &self,
        machine: &'a mut M,
    ) -> (&'a mut [u8], &'a mut M::Data) {
        let machine = machine.as_machine_mut();
        let bytes = self.instance_mut(machine.core).map_or(&mut [][..], MemInst::data_mut);
        (bytes, &mut machine.state.data)
    }

    /// Copies from the memory into all of `buffer`.
    ///
    /// # Errors
    /// The memory has not as many bytes from `offset` on; `buffer` is unchanged.
    pub fn read(
        &self,
        machine: impl AsMachine,
        offset: u64,
        buffer: &mut [u8],
    ) -> Result<(), Error> {
        Ok(self.instance(machine.as_machine().core)?.read(offset, buffer)?)
    }

    /// Copies all of `bytes` into the memory.
    ///
    /// # Errors
    /// The memory has not as many bytes from `offset` on; it is unchanged.
    pub fn write(
        &self,
        mut machine: impl AsMachineMut,
        offset: u64,
        bytes: &[u8],
    ) -> Result<(), Error> {
        Ok(self.instance_mut(machine.as_machine_mut().core)?.write(offset, bytes)?)
    }

    /// The little-endian number at `offset`, which need not be aligned.
    ///
    /// # Errors
    /// The memory ends before or within the number.
    pub fn get<N: Scalar>(&self, machine: impl AsMachine, offset: u64) -> Result<N, Error> {
        Ok(self.instance(machine.as_machine().core)?.get(offset)?)
    }

    /// Sets the little-endian number at `offset`, which need not be aligned.
    ///
    /// # Errors
    /// The memory ends before or within the number; it is unchanged.
    pub fn set<N: Scalar>(
        &self,
        mut machine: impl AsMachineMut,
        offset: u64,
        number: N,
    ) -> Result<(), Error> {
        Ok(self.instance_mut(machine.as_machine_mut().core)?.set(offset, number)?)
    }
}
