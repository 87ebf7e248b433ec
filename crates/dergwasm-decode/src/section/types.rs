//! The type section, and the types that other sections contain.
//!
//! Spec: [Binary Format › Types](https://webassembly.github.io/spec/core/binary/types.html).

use crate::{
    Features,
    error::{Fault, position},
    module::Contents,
    room::{self, capacity},
};
use alloc::{string::ToString, sync::Arc, vec::Vec};
use dergwasm_types::{
    CompositeType, FieldType, FuncType, HeapType, RefType, StorageType, StructType, SubType,
    TypeIdx, TypeList, ValType,
};
use wasmparser::{AbstractHeapType, CompositeInnerType, PackedIndex, TypeSectionReader};

pub(crate) fn read(section: TypeSectionReader<'_>, to: &mut Contents) -> Result<(), Fault> {
    let features = to.features;
    let list = Arc::make_mut(&mut to.types);
    let count = capacity(section.count(), &section.range());
    make_room(list, count, count, position(section.range().start))?;
    for group in section.into_iter_with_offsets() {
        let (offset, group) = group?;
        let offset = position(offset);
        if group.is_explicit_rec_group() && !features.gc() {
            return Err(needs(Features::GC, "recursive type group", offset));
        }
        let reader = Reader { offset, features };
        make_room(list, group.types().len(), 1, offset)?;
        list.push_group(group.types().map(|ty| reader.sub_type(ty)))?;
    }
    Ok(())
}

/// Makes room for more types and groups of types.
fn make_room(list: &mut TypeList, types: usize, groups: usize, offset: usize) -> Result<(), Fault> {
    let room = list.try_reserve(types, groups);
    room.map_err(|_| room::none::<SubType>(list.types().len() + types, "types", offset))
}

/// Reads types found at an offset.
#[derive(Clone, Copy)]
struct Reader {
    offset: usize,
    features: Features,
}

impl Reader {
    fn sub_type(self, ty: &wasmparser::SubType) -> Result<SubType, Fault> {
        let composite = &ty.composite_type;
        if (!ty.is_final || !ty.supertype_idxs.is_empty()) && !self.features.gc() {
            return Err(needs(Features::GC, "subtype", self.offset));
        }
        if composite.shared {
            return Err(needs(Features::SHARED_EVERYTHING_THREADS, "shared type", self.offset));
        }
        if composite.descriptor_idx.is_some() || composite.describes_idx.is_some() {
            let what = "type with a descriptor";
            return Err(needs(Features::CUSTOM_DESCRIPTORS, what, self.offset));
        }
        let supertype = match *ty.supertype_idxs {
            [] => None,
            [supertype] => Some(self.index(supertype)?),
            [..] => {
                let reason = "sub type with more than one supertype".to_string();
                return Err(Fault::Broken { offset: self.offset, reason });
            }
        };
        let composite = self.composite(&composite.inner)?;
        Ok(SubType { is_final: ty.is_final, supertype, composite })
    }

    fn composite(self, ty: &CompositeInnerType) -> Result<CompositeType, Fault> {
        let unless = |on: bool, proposal, what| match on {
            true => Ok(()),
            false => Err(needs(proposal, what, self.offset)),
        };
        Ok(match ty {
            CompositeInnerType::Func(ty) => CompositeType::Func(self.func(ty)?),
            CompositeInnerType::Struct(ty) => {
                unless(self.features.gc(), Features::GC, "struct type")?;
                let (count, mut fields) = (ty.fields.len(), Vec::new());
                let room = fields.try_reserve_exact(count);
                room.map_err(|_| room::none::<FieldType>(count, "fields", self.offset))?;
                for &field in &*ty.fields {
                    fields.push(self.field(field)?);
                }
                CompositeType::Struct(StructType { fields: fields.into() })
            }
            CompositeInnerType::Array(ty) => {
                unless(self.features.gc(), Features::GC, "array type")?;
                CompositeType::Array(self.field(ty.0)?)
            }
            CompositeInnerType::Cont(ty) => {
                let on = self.features.stack_switching();
                unless(on, Features::STACK_SWITCHING, "continuation type")?;
                CompositeType::Cont(self.index(ty.0)?)
            }
        })
    }

    fn func(self, ty: &wasmparser::FuncType) -> Result<FuncType, Fault> {
        let params = ty.params().len();
        // Few: wasmparser reads no more than 1,000 of each.
        let mut types = Vec::with_capacity(params + ty.results().len());
        for &ty in ty.params().iter().chain(ty.results()) {
            types.push(val_type(ty, self.offset, self.features)?);
        }
        Ok(FuncType::from_types(types, params))
    }

    fn field(self, field: wasmparser::FieldType) -> Result<FieldType, Fault> {
        let storage = match field.element_type {
            wasmparser::StorageType::I8 => StorageType::I8,
            wasmparser::StorageType::I16 => StorageType::I16,
            wasmparser::StorageType::Val(ty) => {
                StorageType::Val(val_type(ty, self.offset, self.features)?)
            }
        };
        Ok(FieldType { storage, mutable: field.mutable })
    }

    fn index(self, index: PackedIndex) -> Result<TypeIdx, Fault> {
        match index.as_module_index() {
            Some(index) => Ok(TypeIdx(index)),
            None => Err(needs(Features::GC, "reference into a type group", self.offset)),
        }
    }
}

pub(crate) fn val_type(
    ty: wasmparser::ValType,
    offset: usize,
    features: Features,
) -> Result<ValType, Fault> {
    Ok(match ty {
        wasmparser::ValType::I32 => ValType::I32,
        wasmparser::ValType::I64 => ValType::I64,
        wasmparser::ValType::F32 => ValType::F32,
        wasmparser::ValType::F64 => ValType::F64,
        wasmparser::ValType::V128 => ValType::V128,
        wasmparser::ValType::Ref(ty) => ValType::Ref(ref_type(ty, offset, features)?),
    })
}

pub(crate) fn ref_type(
    ty: wasmparser::RefType,
    offset: usize,
    features: Features,
) -> Result<RefType, Fault> {
    if !ty.is_nullable() && !features.function_references() {
        return Err(needs(Features::FUNCTION_REFERENCES, "reference that is never null", offset));
    }
    Ok(RefType { nullable: ty.is_nullable(), heap: heap_type(ty.heap_type(), offset, features)? })
}

pub(crate) fn heap_type(
    ty: wasmparser::HeapType,
    offset: usize,
    features: Features,
) -> Result<HeapType, Fault> {
    use wasmparser::HeapType as Parsed;
    let (heap, proposals) = match ty {
        Parsed::Abstract { shared: true, .. } => {
            return Err(needs(Features::SHARED_EVERYTHING_THREADS, "shared reference", offset));
        }
        Parsed::Abstract { shared: false, ty } => abstract_heap_type(ty),
        Parsed::Concrete(index) => match index.as_module_index() {
            Some(index) => (HeapType::Concrete(TypeIdx(index)), Features::FUNCTION_REFERENCES),
            None => return Err(needs(Features::GC, "reference into a type group", offset)),
        },
        Parsed::Exact(_) => {
            return Err(needs(Features::CUSTOM_DESCRIPTORS, "exact reference", offset));
        }
    };
    match features.contains(proposals) {
        true => Ok(heap),
        false => {
            let what = match heap {
                HeapType::Concrete(index) => alloc::format!("reference to type {index}"),
                heap => alloc::format!("reference to {heap}"),
            };
            Err(needs(proposals, &what, offset))
        }
    }
}

fn abstract_heap_type(ty: AbstractHeapType) -> (HeapType, Features) {
    match ty {
        // Whether 2.0's references are on is left to the validator: the function reference of
        // a table has been there since 1.0.
        AbstractHeapType::Func => (HeapType::Func, Features::NONE),
        AbstractHeapType::Extern => (HeapType::Extern, Features::NONE),
        AbstractHeapType::Any => (HeapType::Any, Features::GC),
        AbstractHeapType::None => (HeapType::None, Features::GC),
        AbstractHeapType::NoExtern => (HeapType::NoExtern, Features::GC),
        AbstractHeapType::NoFunc => (HeapType::NoFunc, Features::GC),
        AbstractHeapType::Eq => (HeapType::Eq, Features::GC),
        AbstractHeapType::Struct => (HeapType::Struct, Features::GC),
        AbstractHeapType::Array => (HeapType::Array, Features::GC),
        AbstractHeapType::I31 => (HeapType::I31, Features::GC),
        AbstractHeapType::Exn => (HeapType::Exn, Features::EXCEPTIONS),
        AbstractHeapType::NoExn => (HeapType::NoExn, Features::EXCEPTIONS),
        AbstractHeapType::Cont => (HeapType::Cont, Features::STACK_SWITCHING),
        AbstractHeapType::NoCont => (HeapType::NoCont, Features::STACK_SWITCHING),
    }
}

/// The fault of something that needs `proposals`.
pub(crate) fn needs(proposals: Features, what: &str, offset: usize) -> Fault {
    Fault::Needs { offset, proposals, reason: what.to_string() }
}
