//! Closed types become types of a machine, and the other way round.
//!
//! Spec: [Validation › Conventions › Closed types](https://webassembly.github.io/spec/core/valid/conventions.html).

use crate::instantiate::in_store;
use crate::{Error, Machine};
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use dergwasm_store::{ExternVal, TypeId};
use dergwasm_types::{Closed, ExternType, FuncType, Open, TypeIdx, TypeList};

/// From elsewhere.
impl Machine {
    /// The type in terms of the store's: what it refers to becomes known to the store.
    ///
    /// # Errors
    /// The definitions are none of valid types, or there is no room for them.
    pub fn resolve_type<T: Open>(&mut self, ty: &Closed<T>) -> Result<T, Error> {
        match ty.list() {
            Some(list) => {
                let ids = self.intern_list(&Arc::clone(list), false)?;
                Ok(ty.rename_all(&mut in_store(&ids)))
            }
            None => Ok(ty.rename_all(&mut |index| index)),
        }
    }

    /// The id of a function type in the store, which comes to know it.
    ///
    /// # Errors
    /// As [`resolve_type`](Self::resolve_type).
    pub fn resolve_func_type(&mut self, ty: &Closed<FuncType>) -> Result<TypeId, Error> {
        if let (Some(list), Some(index)) = (ty.list(), ty.index()) {
            let ids = self.intern_list(&Arc::clone(list), false)?;
            let id = ids.get(index.index()).copied();
            return id.ok_or_else(|| Error::usage("the type is none of its list"));
        }
        let ty = self.resolve_type(ty)?;
        let id = self.store.intern(&ty);
        self.publish_types();
        Ok(id)
    }

    /// Gives the types of a list their ids in the store. Those of a module are `valid`.
    pub(crate) fn intern_list(
        &mut self,
        list: &Arc<TypeList>,
        valid: bool,
    ) -> Result<Arc<[TypeId]>, Error> {
        // Often these are the types of last time: each import of a module asks, and each instance.
        if let Some((last, ids)) = &self.last_types
            && Arc::ptr_eq(last, list)
        {
            return Ok(Arc::clone(ids));
        }
        let mut ids = crate::translate::room::list(list.types().len(), "list of types")?;
        for group in list.groups() {
            let first = self.store.intern_group(&list.types()[group.clone()], &ids)?;
            ids.extend((first.0..).take(group.len()).map(TypeId));
            if !valid {
                self.check_types(first, group.len())?;
            }
        }
        self.publish_types();
        let ids = Arc::from(ids);
        self.last_types = Some((Arc::clone(list), Arc::clone(&ids)));
        Ok(ids)
    }
}

/// To elsewhere.
impl Machine {
    /// A type of the store with the definitions of those it refers to.
    #[must_use]
    pub fn closed_type<T: Open>(&self, ty: &T) -> Closed<T> {
        let mut roots = Vec::new();
        let same = ty.rename_all(&mut |index| {
            roots.push(index.0);
            index
        });
        if roots.is_empty() {
            return same.into();
        }
        let definitions = Definitions::of(self, roots);
        Closed::new(ty.rename_all(&mut definitions.renaming()), &definitions.list(self))
    }

    /// A function type of the store with the definitions of those it refers to; `None` if it is no
    /// function type of the store.
    #[must_use]
    pub fn closed_func_type(&self, id: TypeId) -> Option<Closed<FuncType>> {
        let definitions = Definitions::of(self, alloc::vec![id.0]);
        Closed::func(definitions.renaming()(TypeIdx(id.0)), &definitions.list(self))
    }

    /// The type of something in the store; of memories and tables with their present size.
    #[must_use]
    pub fn extern_type(&self, value: ExternVal) -> Option<ExternType> {
        let store = &self.store;
        Some(match value {
            ExternVal::Func(addr) => {
                ExternType::Func(self.closed_func_type(store.funcs().get(addr)?.ty)?)
            }
            ExternVal::Table(addr) => {
                ExternType::Table(self.closed_type(&store.tables().get(addr)?.ty()))
            }
            ExternVal::Memory(addr) => ExternType::Memory(store.memories().get(addr)?.ty()),
            ExternVal::Global(addr) => {
                ExternType::Global(self.closed_type(&store.globals().get(addr)?.ty()))
            }
            ExternVal::Tag(addr) => {
                ExternType::Tag(self.closed_func_type(store.tags().get(addr)?.ty)?)
            }
        })
    }

    /// Whether the store has it.
    pub(crate) fn has_extern(&self, value: ExternVal) -> bool {
        let store = &self.store;
        match value {
            ExternVal::Func(addr) => store.funcs().get(addr).is_some(),
            ExternVal::Table(addr) => store.tables().get(addr).is_some(),
            ExternVal::Memory(addr) => store.memories().get(addr).is_some(),
            ExternVal::Global(addr) => store.globals().get(addr).is_some(),
            ExternVal::Tag(addr) => store.tags().get(addr).is_some(),
        }
    }
}

/// The groups of the store that some types need, by their first types, with the index at which
/// each begins in a list of nothing else.
struct Definitions(BTreeMap<u32, (usize, u32)>);

impl Definitions {
    /// Follows references from `found` on.
    fn of(machine: &Machine, mut found: Vec<u32>) -> Self {
        let mut groups = BTreeMap::new();
        while let Some(id) = found.pop() {
            let Some(group) = machine.store.type_group(TypeId(id)) else { continue };
            if groups.insert(group.start, (group.len(), 0)).is_some() {
                continue;
            }
            for ty in group.filter_map(|id| machine.store.get_sub_type(id)) {
                let _ = ty.rename(|index| {
                    found.push(index.0);
                    index
                });
            }
        }
        let mut next = 0;
        for (len, index) in groups.values_mut() {
            *index = next;
            next += u32::try_from(*len).unwrap_or(u32::MAX);
        }
        Self(groups)
    }

    /// The index in the list of a type of the store.
    fn renaming(&self) -> impl FnMut(TypeIdx) -> TypeIdx {
        |TypeIdx(id)| {
            let group = self.0.range(..=id).next_back();
            TypeIdx(group.map_or(id, |(first, (_, index))| index + (id - first)))
        }
    }

    /// The list. Older types come first, as groups refer to those before them.
    fn list(&self, machine: &Machine) -> Arc<TypeList> {
        let mut list = TypeList::new();
        for (&first, &(len, _)) in &self.0 {
            let types = (first..).take(len).filter_map(|id| machine.store.get_sub_type(id));
            let types =
                types.map(|ty| Ok::<_, core::convert::Infallible>(ty.rename(self.renaming())));
            match list.push_group(types) {
                Ok(()) => {}
                Err(never) => match never {},
            }
        }
        Arc::new(list)
    }
}
