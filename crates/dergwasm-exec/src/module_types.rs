//! What translation asks of a module's defined types, worked out once for the module.

use crate::translate::room;
use crate::{Error, ErrorKind};
use alloc::boxed::Box;
use alloc::vec::Vec;
use dergwasm_decode::Module;
use dergwasm_store::StructLayout;
use dergwasm_types::{CompositeType, HeapType, RefType, ValType};

/// What is known of one type.
#[derive(Debug)]
pub(crate) struct TypeFacts {
    /// How many supertypes it has.
    pub(crate) depth: u32,
    /// Where the fields are, if it is a structure.
    pub(crate) layout: Option<StructLayout>,
}

/// What is known of each type of a module.
///
/// # Errors
/// A structure is too large, or there is no memory.
pub(crate) fn facts(module: &Module) -> Result<Box<[TypeFacts]>, Error> {
    let mut facts: Vec<TypeFacts> = room::list(module.types().len(), "table of types")?;
    for (i, ty) in module.types().iter().enumerate() {
        let above = ty.supertype.and_then(|supertype| facts.get(supertype.index()));
        let depth = above.map_or(0, |above| above.depth + 1);
        let layout = ty.as_struct().map(|fields| {
            StructLayout::new(fields).ok_or_else(|| {
                let message = alloc::format!("type {i} has too many fields for an object");
                Error::from(ErrorKind::Limit(message))
            })
        });
        facts.push(TypeFacts { depth, layout: layout.transpose()? });
    }
    Ok(facts.into_boxed_slice())
}

/// Whether a reference of a module's type can lead to objects or host values.
pub(crate) fn is_traced(module: &Module, ty: RefType) -> bool {
    match ty.heap {
        HeapType::Func | HeapType::NoFunc => false,
        HeapType::Concrete(index) => {
            let ty = module.types().get(index.index());
            ty.is_none_or(|ty| !matches!(ty.composite, CompositeType::Func(_)))
        }
        _ => true,
    }
}

/// As [`is_traced`], of a value type.
pub(crate) fn is_traced_value(module: &Module, ty: ValType) -> bool {
    matches!(ty, ValType::Ref(ty) if is_traced(module, ty))
}
