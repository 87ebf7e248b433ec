//! Table instructions. Spec: Structure › Instructions › Table.

macro_rules! table { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Reads an element.
    TableGet "table.get" custom { dst: Slot, index: Slot, table: Index } = table::get;
    /// Writes an element.
    TableSet "table.set" custom { index: Slot, value: Slot, table: Index } = table::set;
    /// The table's size in elements.
    TableSize "table.size" custom { dst: Slot, table: Index } = table::size;
    /// Grows the table by `delta` elements `value`; yields the old size, or -1 if it can not grow.
    TableGrow "table.grow" custom { dst: Slot, value: Slot, delta: Slot, table: Index } = table::grow;
    /// Sets `len` elements to `value`.
    TableFill "table.fill" custom { index: Slot, value: Slot, len: Slot, table: Index } = table::fill;
    /// Copies `len` elements, also where source and destination overlap.
    TableCopy "table.copy" custom { dst: Slot, src: Slot, len: Slot, dst_table: Index, src_table: Index } = table::copy;
    /// Copies `len` references of an element segment.
    TableInit "table.init" custom { dst: Slot, src: Slot, len: Slot, segment: Index, table: Index } = table::init;
    /// Empties an element segment for good.
    ElemDrop "elem.drop" custom { segment: Index } = table::elem_drop;
} } }
pub(crate) use table;
