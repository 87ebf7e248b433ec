//! Memory instructions other than loads and stores. Spec: Structure › Instructions › Memory.

macro_rules! memory { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// The memory's size in pages.
    MemorySize "memory.size" custom { dst: Slot, memory: Index } = memory::size;
    /// Grows the memory by `delta` pages; yields the old size, or -1 if it can not grow.
    MemoryGrow "memory.grow" custom { dst: Slot, delta: Slot, memory: Index } = memory::grow;
    /// Copies `len` bytes, also where source and destination overlap.
    MemoryCopy "memory.copy" custom { dst: Slot, src: Slot, len: Slot, dst_memory: Index, src_memory: Index } = memory::copy;
    /// Sets `len` bytes to the low 8 bits of `value`.
    MemoryFill "memory.fill" custom { dst: Slot, value: Slot, len: Slot, memory: Index } = memory::fill;
    /// Copies `len` bytes of a data segment.
    MemoryInit "memory.init" custom { dst: Slot, src: Slot, len: Slot, segment: Index, memory: Index } = memory::init;
    /// Empties a data segment for good.
    DataDrop "data.drop" custom { segment: Index } = memory::data_drop;
} } }
pub(crate) use memory;
