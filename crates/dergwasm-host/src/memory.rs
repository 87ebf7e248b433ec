//! Memories of a machine.
//!
//! Spec: [Execution › Runtime Structure › Memory Instances](https://webassembly.github.io/spec/core/exec/runtime.html#memory-instances).

use crate::{
    AsMachine, AsMachineMut, Error,
    marked::{Marked, gone, handle},
};
use dergwasm_exec::MachineMut as CoreMut;
use dergwasm_store::{MemAddr, MemInst, Scalar};
use dergwasm_types::MemoryType;

/// A memory of a machine.
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
/// assert_eq!(memory.data(&machine)?[0xfff0..0xfff4], [4, 3, 2, 1]);
/// assert_eq!(memory.grow(&mut machine, 1)?, 1);
/// assert_eq!(memory.size(&machine)?, 2);
/// let error = memory.get::<u64>(&machine, 0x1_fffc).unwrap_err();
/// assert!(error.to_string().contains("out of bounds memory access"));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Memory(Marked<MemAddr>);

handle!(Memory, MemAddr, "memory", memories, MemInst);

impl Memory {
    /// Allocates a memory of `ty.minimum` pages of zeros.
    ///
    /// # Errors
    /// It is too large for its type, the system or the limiter.
    pub fn new(mut machine: impl AsMachineMut, ty: MemoryType) -> Result<Self, Error> {
        let mut machine = machine.as_machine_mut();
        let (mut core, mut host) = machine.split();
        let addr = core.alloc_memory(&mut host, ty)?;
        Ok(Self::new_in(addr, &core))
    }

    fn instance_mut(self, core: CoreMut<'_>) -> Result<&mut MemInst, Error> {
        let addr = self.addr_in(&core)?;
        core.into_memory_mut(addr).ok_or_else(|| gone(addr))
    }

    /// The type; its minimum is the present size.
    ///
    /// # Errors
    /// The memory is not of this machine.
    pub fn ty(&self, machine: impl AsMachine) -> Result<MemoryType, Error> {
        Ok(self.instance(machine.as_machine().core)?.ty())
    }

    /// The size in pages.
    ///
    /// # Errors
    /// The memory is not of this machine.
    pub fn size(&self, machine: impl AsMachine) -> Result<u64, Error> {
        self.instance(machine.as_machine().core).map(MemInst::size)
    }

    /// The size in bytes.
    ///
    /// # Errors
    /// The memory is not of this machine.
    pub fn data_size(&self, machine: impl AsMachine) -> Result<usize, Error> {
        self.instance(machine.as_machine().core).map(MemInst::len)
    }

    /// Grows by `delta` pages and returns the size before, in pages.
    ///
    /// # Errors
    /// The type, the limiter or the system does not allow it, or the memory is not of this machine.
    pub fn grow(&self, mut machine: impl AsMachineMut, delta: u64) -> Result<u64, Error> {
        let mut machine = machine.as_machine_mut();
        let (mut core, mut host) = machine.split();
        let addr = self.addr_in(&core)?;
        Ok(core.grow_memory(&mut host, addr, delta)?)
    }

    /// All bytes.
    ///
    /// # Errors
    /// The memory is not of this machine.
    pub fn data<'a, M: AsMachine>(&self, machine: &'a M) -> Result<&'a [u8], Error> {
        self.instance(machine.as_machine().core).map(MemInst::data)
    }

    /// All bytes, to change them.
    ///
    /// # Errors
    /// The memory is not of this machine.
    pub fn data_mut<'a, M: AsMachineMut>(&self, machine: &'a mut M) -> Result<&'a mut [u8], Error> {
        Ok(self.data_and_state_mut(machine)?.0)
    }

    /// All bytes and the embedder's data, to change both.
    ///
    /// # Errors
    /// The memory is not of this machine.
    pub fn data_and_state_mut<'a, M: AsMachineMut>(
        &self,
        machine: &'a mut M,
    ) -> Result<(&'a mut [u8], &'a mut M::Data), Error> {
        let machine = machine.as_machine_mut();
        Ok((self.instance_mut(machine.core)?.data_mut(), &mut machine.state.data))
    }

    /// Copies from the memory into all of `buffer`.
    ///
    /// # Errors
    /// The memory has not as many bytes from `offset` on, or is not of this machine; `buffer` is
    /// unchanged.
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
    /// The memory has not as many bytes from `offset` on, or is not of this machine; it is
    /// unchanged.
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
    /// The memory ends before or within the number, or is not of this machine.
    pub fn get<N: Scalar>(&self, machine: impl AsMachine, offset: u64) -> Result<N, Error> {
        Ok(self.instance(machine.as_machine().core)?.get(offset)?)
    }

    /// Sets the little-endian number at `offset`, which need not be aligned.
    ///
    /// # Errors
    /// The memory ends before or within the number, or is not of this machine; it is unchanged.
    pub fn set<N: Scalar>(
        &self,
        mut machine: impl AsMachineMut,
        offset: u64,
        number: N,
    ) -> Result<(), Error> {
        Ok(self.instance_mut(machine.as_machine_mut().core)?.set(offset, number)?)
    }
}
