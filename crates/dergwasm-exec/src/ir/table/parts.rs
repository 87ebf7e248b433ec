//! Bulk instructions that do a part of their work at a time: of code with fuel or interruption.
//!
//! Each writes what is left to its operands and runs again until nothing is.

macro_rules! parts { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Grows the memory by `delta` pages and pays for them; yields the old size, or -1 if it can not grow.
    MemoryGrowPaid "memory.grow.paid" custom { dst: Slot, delta: Slot, memory: Index } = parts::memory_grow;
    /// Pays for and copies `len` bytes and skips the next instruction, or moves its operands to slots from `own` on for that.
    MemoryCopyPaid "memory.copy.paid" custom { dst: Slot, src: Slot, len: Slot, own: Slot, dst_memory: Index, src_memory: Index } = parts::memory_copy_paid;
    /// Copies a part of `len` bytes, also where source and destination overlap.
    MemoryCopyPart "memory.copy.part" custom { dst: Slot, src: Slot, len: Slot, dst_memory: Index, src_memory: Index } = parts::memory_copy;
    /// Pays for and sets `len` bytes and skips the next instruction, or moves its operands to slots from `own` on for that.
    MemoryFillPaid "memory.fill.paid" custom { dst: Slot, value: Slot, len: Slot, own: Slot, memory: Index } = parts::memory_fill_paid;
    /// Sets a part of `len` bytes to the low 8 bits of `value`.
    MemoryFillPart "memory.fill.part" custom { dst: Slot, value: Slot, len: Slot, memory: Index } = parts::memory_fill;
    /// Copies a part of `len` bytes of a data segment.
    MemoryInitPart "memory.init.part" custom { dst: Slot, src: Slot, len: Slot, segment: Index, memory: Index } = parts::memory_init;
    /// Grows the table by `delta` times `value` and pays for them; yields the old size, or -1 if it can not grow.
    TableGrowPaid "table.grow.paid" custom { dst: Slot, value: Slot, delta: Slot, table: Index } = parts::table_grow;
    /// Sets a part of `len` elements.
    TableFillPart "table.fill.part" custom { index: Slot, value: Slot, len: Slot, table: Index } = parts::table_fill;
    /// Copies a part of `len` elements, also where source and destination overlap.
    TableCopyPart "table.copy.part" custom { dst: Slot, src: Slot, len: Slot, dst_table: Index, src_table: Index } = parts::table_copy;
    /// Copies a part of `len` references of an element segment.
    TableInitPart "table.init.part" custom { dst: Slot, src: Slot, len: Slot, segment: Index, table: Index } = parts::table_init;
    /// Makes an array of zeros or nulls and pays for it.
    ArrayNewDefaultPaid "array.new_default.paid" custom { dst: Slot, len: Slot, ty: Index, element: Imm } = parts::array_new_default;
    /// Makes an array of zeros for `len` elements out of a data segment and pays for it.
    ArrayForData "array.for_data.paid" custom { dst: Slot, src: Slot, len: Slot, ty: Index, segment: Index } = parts::array_for_data;
    /// Makes an array of nulls for `len` references of an element segment and pays for it.
    ArrayForElem "array.for_elem.paid" custom { dst: Slot, src: Slot, len: Slot, ty: Index, segment: Index } = parts::array_for_elem;
    /// Sets a part of `len` elements from `index` on.
    ArrayFillPart "array.fill.part" custom { array: Slot, index: Slot, value: Slot, len: Slot } = parts::array_fill;
    /// Copies a part of `len` elements, also where source and destination overlap.
    ArrayCopyPart "array.copy.part" custom { dst: Slot, dst_index: Slot, src: Slot, src_index: Slot, len: Slot } = parts::array_copy;
    /// Copies a part of `len` elements out of a data segment.
    ArrayInitDataPart "array.init_data.part" custom { array: Slot, index: Slot, src: Slot, len: Slot, segment: Index, element: Imm } = parts::array_init_data;
    /// Copies a part of `len` references of an element segment.
    ArrayInitElemPart "array.init_elem.part" custom { array: Slot, index: Slot, src: Slot, len: Slot, segment: Index } = parts::array_init_elem;
} } }
pub(crate) use parts;
