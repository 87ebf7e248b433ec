//! Imports that are made for an instance, and gone again with it if it fails.

use crate::host::with_limiter;
use crate::instance::Callee;
use crate::{Error, Host, Machine};
use alloc::vec::Vec;
use dergwasm_store::{ExternVal, FuncInst, HostFuncId, Resource, TagInst, TypeId};
use dergwasm_types::{MemoryType, TableType};

/// What an import of an instance is to be: something of the machine, or something new.
///
/// What is made for an instance belongs to it: if the instantiation fails, it is taken back with the
/// instance.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Supply {
    /// Something of the machine.
    Extern(ExternVal),
    /// The same as for the import at this place, which comes before.
    Same(usize),
    /// A new memory of zeros.
    Memory(MemoryType),
    /// A new table of nulls; the type of its elements is one of the store's.
    Table(TableType),
    /// A new tag of a type of the store.
    Tag(TypeId),
    /// A new host function of a type of the store.
    Func {
        /// Its type.
        ty: TypeId,
        /// How the host knows it.
        id: HostFuncId,
        /// What a call costs, if calls cost fuel.
        fuel: u32,
    },
}

/// What a host function takes, in bytes; the host's own list has two words for each.
const FUNC_BYTES: usize = size_of::<FuncInst>() + size_of::<Callee>() + 2 * size_of::<usize>();

impl Supply {
    /// What it takes besides memory and the elements of tables, in bytes.
    const fn bytes(self) -> u64 {
        let bytes = match self {
            Self::Func { .. } => FUNC_BYTES,
            Self::Tag(_) => 2 * size_of::<TagInst>(),
            _ => 0,
        };
        bytes as u64
    }
}

/// The imports of an instance, in the module's order.
#[derive(Clone, Copy, Debug)]
pub(super) enum Imports<'a> {
    Given(&'a [ExternVal]),
    Supplied(&'a [Supply]),
}

impl Imports<'_> {
    /// Those that were there before the instance.
    pub(super) fn given(self) -> impl Iterator<Item = ExternVal> {
        let (items, supplies): (&[ExternVal], &[Supply]) = match self {
            Self::Given(items) => (items, &[]),
            Self::Supplied(supplies) => (&[], supplies),
        };
        let supplied = supplies.iter().filter_map(|supply| match supply {
            Supply::Extern(item) => Some(*item),
            _ => None,
        });
        items.iter().copied().chain(supplied)
    }
}

impl Machine {
    /// Makes what is to be new.
    pub(super) fn supply(
        &mut self,
        host: &mut dyn Host,
        supplies: &[Supply],
    ) -> Result<Vec<ExternVal>, Error> {
        let mut items: Vec<ExternVal> = super::room_for(supplies.len())?;
        let bytes = supplies.iter().map(|supply| supply.bytes()).sum();
        if bytes > 0 {
            with_limiter(host, |limiter| self.store.charge(Resource::Instance, bytes, limiter))?;
        }
        for &supply in supplies {
            let item = match supply {
                Supply::Extern(item) => item,
                Supply::Same(place) => *items
                    .get(place)
                    .ok_or_else(|| Error::usage("an import can be the same as one before it"))?,
                Supply::Memory(ty) => {
                    with_limiter(host, |limiter| self.store.alloc_memory(ty, limiter))?.into()
                }
                Supply::Table(ty) if !ty.element.nullable => {
                    return Err(Error::usage("the elements of the table have no null"));
                }
                Supply::Table(ty) => {
                    with_limiter(host, |limiter| self.store.alloc_table(ty, 0, limiter))?.into()
                }
                Supply::Tag(ty) => self.alloc_tag_of(ty)?.into(),
                Supply::Func { ty, id, fuel } => {
                    let func = self.alloc_host_func_of(ty, id)?;
                    self.set_host_func_fuel(func, fuel)?;
                    func.into()
                }
            };
            items.push(item);
        }
        Ok(items)
    }
}
