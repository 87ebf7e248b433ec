//! Structures and arrays. Spec: Structure › Instructions › Aggregate.
//!
//! Fields and elements are read and written by width: a reference takes 32 bits. A field's offset
//! is that from the beginning of its object.

macro_rules! aggregate { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Makes a structure of the operands listed.
    StructNew "struct.new" struct_new();
    /// Makes a structure of zeros and nulls.
    StructNewDefault "struct.new_default" custom { dst: Slot, ty: Index, size: Imm } = aggregate::struct_default;
    /// Reads 8 bits of a structure and extends their sign.
    StructGet8S "struct.get_s.8" field(i8 => i32) = i32::from;
    /// Reads 8 bits of a structure and extends them with zeros.
    StructGet8U "struct.get_u.8" field(u8 => u32) = u32::from;
    /// Reads 16 bits of a structure and extends their sign.
    StructGet16S "struct.get_s.16" field(i16 => i32) = i32::from;
    /// Reads 16 bits of a structure and extends them with zeros.
    StructGet16U "struct.get_u.16" field(u16 => u32) = u32::from;
    /// Reads an `i32` or a reference of a structure.
    StructGet32 "struct.get.32" field(u32 => u32) = width::same;
    /// Reads an `i64` of a structure.
    StructGet64 "struct.get.64" field(u64 => u64) = width::same;
    /// Reads an `f32` of a structure.
    StructGetF32 "struct.get.f32" field(f32 => f32) = width::same;
    /// Reads an `f64` of a structure.
    StructGetF64 "struct.get.f64" field(f64 => f64) = width::same;
    /// Reads a vector of a structure.
    StructGetV128 "struct.get.v128" field([u8; 16] => V128) = vector::memory::v128_load;
    /// Writes 8 bits of a structure.
    StructSet8 "struct.set.8" field_store(u32 => u8) = width::narrow32_8;
    /// Writes 16 bits of a structure.
    StructSet16 "struct.set.16" field_store(u32 => u16) = width::narrow32_16;
    /// Writes an `i32` or a reference of a structure.
    StructSet32 "struct.set.32" field_store(u32 => u32) = width::same;
    /// Writes an `i64` of a structure.
    StructSet64 "struct.set.64" field_store(u64 => u64) = width::same;
    /// Writes an `f32` of a structure.
    StructSetF32 "struct.set.f32" field_store(f32 => f32) = width::same;
    /// Writes an `f64` of a structure.
    StructSetF64 "struct.set.f64" field_store(f64 => f64) = width::same;
    /// Writes a vector of a structure.
    StructSetV128 "struct.set.v128" field_store(V128 => [u8; 16]) = vector::memory::v128_store;
    /// Makes an array of `len` times `value`.
    ArrayNew "array.new" custom { dst: Slot, value: Slot, len: Slot, ty: Index } = aggregate::array_new;
    /// Makes an array of zeros or nulls.
    ArrayNewDefault "array.new_default" custom { dst: Slot, len: Slot, ty: Index, element: Imm } = aggregate::array_default;
    /// Makes an array of the operands from a slot on.
    ArrayNewFixed "array.new_fixed" custom { dst: Slot, first: Slot, len: Imm, ty: Index, element: Imm } = aggregate::array_fixed;
    /// Makes an array of a data segment's bytes.
    ArrayNewData "array.new_data" custom { dst: Slot, src: Slot, len: Slot, ty: Index, segment: Index } = aggregate::array_data;
    /// Makes an array of an element segment's references.
    ArrayNewElem "array.new_elem" custom { dst: Slot, src: Slot, len: Slot, ty: Index, segment: Index } = aggregate::array_elem;
    /// The length of an array.
    ArrayLen "array.len" array_field(u32 => u32) = width::same;
    /// Reads an element of 8 bits and extends its sign.
    ArrayGet8S "array.get_s.8" element(i8 => i32) = i32::from;
    /// Reads an element of 8 bits and extends it with zeros.
    ArrayGet8U "array.get_u.8" element(u8 => u32) = u32::from;
    /// Reads an element of 16 bits and extends its sign.
    ArrayGet16S "array.get_s.16" element(i16 => i32) = i32::from;
    /// Reads an element of 16 bits and extends it with zeros.
    ArrayGet16U "array.get_u.16" element(u16 => u32) = u32::from;
    /// Reads an element that is an `i32` or a reference.
    ArrayGet32 "array.get.32" element(u32 => u32) = width::same;
    /// Reads an element that is an `i64`.
    ArrayGet64 "array.get.64" element(u64 => u64) = width::same;
    /// Reads an element that is an `f32`.
    ArrayGetF32 "array.get.f32" element(f32 => f32) = width::same;
    /// Reads an element that is an `f64`.
    ArrayGetF64 "array.get.f64" element(f64 => f64) = width::same;
    /// Reads an element that is a vector.
    ArrayGetV128 "array.get.v128" element([u8; 16] => V128) = vector::memory::v128_load;
    /// Writes an element of 8 bits.
    ArraySet8 "array.set.8" element_store(u32 => u8) = width::narrow32_8;
    /// Writes an element of 16 bits.
    ArraySet16 "array.set.16" element_store(u32 => u16) = width::narrow32_16;
    /// Writes an element that is an `i32` or a reference.
    ArraySet32 "array.set.32" element_store(u32 => u32) = width::same;
    /// Writes an element that is an `i64`.
    ArraySet64 "array.set.64" element_store(u64 => u64) = width::same;
    /// Writes an element that is an `f32`.
    ArraySetF32 "array.set.f32" element_store(f32 => f32) = width::same;
    /// Writes an element that is an `f64`.
    ArraySetF64 "array.set.f64" element_store(f64 => f64) = width::same;
    /// Writes an element that is a vector.
    ArraySetV128 "array.set.v128" element_store(V128 => [u8; 16]) = vector::memory::v128_store;
    /// Sets `len` elements from `index` on.
    ArrayFill "array.fill" custom { array: Slot, index: Slot, value: Slot, len: Slot } = aggregate::array_fill;
    /// Copies `len` elements, also where source and destination overlap.
    ArrayCopy "array.copy" custom { dst: Slot, dst_index: Slot, src: Slot, src_index: Slot, len: Slot } = aggregate::array_copy;
    /// Copies bytes of a data segment.
    ArrayInitData "array.init_data" custom { array: Slot, index: Slot, src: Slot, len: Slot, segment: Index } = aggregate::array_init_data;
    /// Copies references of an element segment.
    ArrayInitElem "array.init_elem" custom { array: Slot, index: Slot, src: Slot, len: Slot, segment: Index } = aggregate::array_init_elem;
} } }
pub(crate) use aggregate;
