//! The type section, and the types that other sections contain.
//!
//! Spec: [Binary Format › Types](https://webassembly.github.io/spec/core/binary/types.html).
//! Only function types are kept; a type of another kind needs a proposal that is not supported.

use crate::{
    Features,
    error::{Fault, position},
    module::Contents,
    section::capacity,
};
use alloc::{string::ToString, vec::Vec};
use dergwasm_types::{FuncType, HeapType, RefType, TypeIdx, ValType};
use wasmparser::{AbstractHeapType, CompositeInnerType, SubType, TypeSectionReader};

pub(crate) fn read(section: TypeSectionReader<'_>, to: &mut Contents) -> Result<(), Fault> {
    to.types.reserve(capacity(section.count(), &section.range()));
    for group in section.into_iter_with_offsets() {
        let (offset, group) = group?;
        let offset = position(offset);
        if group.is_explicit_rec_group() {
            return Err(needs(Features::GC, "recursive type group", offset));
        }
        for ty in group.types() {
            to.types.push(func_type(ty, offset, to.features)?);
        }
    }
    Ok(())
}

fn func_type(ty: &SubType, offset: usize, features: Features) -> Result<FuncType, Fault> {
    let composite = &ty.composite_type;
    if !ty.is_final || !ty.supertype_idxs.is_empty() {
        return Err(needs(Features::GC, "subtype", offset));
    }
    if composite.shared {
        return Err(needs(Features::SHARED_EVERYTHING_THREADS, "shared type", offset));
    }
    if composite.descriptor_idx.is_some() || composite.describes_idx.is_some() {
        return Err(needs(Features::CUSTOM_DESCRIPTORS, "type with a descriptor", offset));
    }
    let ty = match &composite.inner {
        CompositeInnerType::Func(ty) => ty,
        CompositeInnerType::Struct(_) => return Err(needs(Features::GC, "struct type", offset)),
        CompositeInnerType::Array(_) => return Err(needs(Features::GC, "array type", offset)),
        CompositeInnerType::Cont(_) => {
            return Err(needs(Features::STACK_SWITCHING, "continuation type", offset));
        }
    };
    let convert = |types: &[wasmparser::ValType]| {
        types.iter().map(|&ty| val_type(ty, offset, features)).collect::<Result<Vec<_>, _>>()
    };
    Ok(FuncType::new(convert(ty.params())?, convert(ty.results())?))
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
        Parsed::Abstract { shared: false, ty } => abstract_heap_type(ty, offset)?,
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

fn abstract_heap_type(ty: AbstractHeapType, offset: usize) -> Result<(HeapType, Features), Fault> {
    Ok(match ty {
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
        AbstractHeapType::Cont | AbstractHeapType::NoCont => {
            return Err(needs(Features::STACK_SWITCHING, "reference to a continuation", offset));
        }
    })
}

/// The fault of something that needs `proposals`.
pub(crate) fn needs(proposals: Features, what: &str, offset: usize) -> Fault {
    Fault::Needs { offset, proposals, reason: what.to_string() }
}
