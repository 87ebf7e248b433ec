//! Instantiation: a module becomes an instance in the store.
//!
//! Spec: [Execution › Modules › Instantiation](https://webassembly.github.io/spec/core/exec/modules.html#instantiation).

mod attempt;
mod evaluate;
mod supply;
mod work;

pub use supply::Supply;

use crate::error::LinkError;
use crate::host::with_limiter;
use crate::instance::{Callee, InstanceBlock};
use crate::machine::InstanceData;
use crate::{Error, Host, Machine, Module};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use attempt::{Attempt, Seen};
use core::ptr::NonNull;
use dergwasm_decode::{DataMode, ElementItems, ElementMode, Import, ImportType};
use dergwasm_store::{
    DataInst, ElemAddr, ElemInst, ExternVal, FuncAddr, FuncInst, FuncKind, GlobalAddr,
    InstanceAddr, MemAddr, MemoryView, ModuleInst, Resource, StoreError, TableAddr, TableView,
    TagAddr, TagInst, TypeId,
};
use dergwasm_types::{Escaped, FuncIdx, GlobalType, MemoryType, TableType, TypeIdx, Value};
use supply::Imports;

/// The addresses of what an instance can name, by index, while it is made.
#[derive(Debug)]
struct Addresses {
    funcs: Vec<FuncAddr>,
    tables: Vec<TableAddr>,
    memories: Vec<MemAddr>,
    globals: Vec<GlobalAddr>,
    tags: Vec<TagAddr>,
}

impl Addresses {
    /// None yet, but room for all.
    fn of(module: &dergwasm_decode::Module) -> Result<Self, StoreError> {
        Ok(Self {
            funcs: room_for(module.func_count())?,
            tables: room_for(module.table_count())?,
            memories: room_for(module.memory_count())?,
            globals: room_for(module.global_count())?,
            tags: room_for(module.tag_count())?,
        })
    }
}

/// A list with room for `count` items, or the error that there is no memory for it.
fn room_for<T>(count: usize) -> Result<Vec<T>, StoreError> {
    let mut list = Vec::new();
    list.try_reserve_exact(count).map_err(|_| StoreError::OutOfMemory {
        kind: "instance",
        bytes: (count * size_of::<T>()) as u64,
    })?;
    Ok(list)
}

/// What an instance takes besides memories, tables and globals, in bytes.
fn instance_bytes(module: &dergwasm_decode::Module) -> u64 {
    let each = |count: usize, size: usize| (count as u64).saturating_mul(size as u64);
    let items = module.elements().iter().map(|segment| segment.items.len()).sum();
    [
        each(module.funcs().len(), size_of::<FuncInst>() + size_of::<Callee>()),
        each(module.tables().len(), size_of::<TableView>() + 2 * size_of::<TableType>()),
        each(module.memories().len(), size_of::<MemoryView>() + 2 * size_of::<MemoryType>()),
        each(module.tags().len(), 2 * size_of::<TagInst>()),
        each(module.elements().len(), size_of::<ElemInst>()),
        each(items, size_of::<u64>()),
        each(module.data().len(), size_of::<DataInst>()),
        each(module.types().len(), size_of::<TypeId>()),
        each(module.func_count() + module.table_count() + module.memory_count(), 4),
        each(module.global_count() + module.tag_count(), 4),
        (size_of::<ModuleInst>() + size_of::<InstanceData>()) as u64,
    ]
    .into_iter()
    .fold(0, u64::saturating_add)
}

impl Machine {
    /// Makes an instance of a module and runs its start function.
    ///
    /// `imports` are what the module's imports are to be, in their order.
    ///
    /// # Errors
    /// [`ErrorKind::Link`](crate::ErrorKind::Link) if an import is missing or of another type; the
    /// store's error if there is no room; a trap if an active segment does not fit, or the start
    /// function's. After an error the machine can be used, and what the instance already wrote to
    /// memories and tables it imports stays written, as the specification demands. The instance
    /// itself is gone, and what it took is free again, unless something may still lead to it: an
    /// imported table that got its functions, or a start function that called a host function, made
    /// an imported memory grow, or could reach an imported table, a global of references or code of
    /// another instance.
    pub fn instantiate(
        &mut self,
        host: &mut dyn Host,
        module: &Module,
        imports: &[ExternVal],
    ) -> Result<InstanceAddr, Error> {
        self.running().instantiate_in_run(host, module, Imports::Given(imports))
    }

    /// As [`instantiate`](Self::instantiate), with imports of which some are made for this instance.
    ///
    /// # Errors
    /// As there; and what is to be made cannot be.
    pub fn instantiate_supplied(
        &mut self,
        host: &mut dyn Host,
        module: &Module,
        imports: &[Supply],
    ) -> Result<InstanceAddr, Error> {
        self.running().instantiate_in_run(host, module, Imports::Supplied(imports))
    }

    fn instantiate_in_run(
        &mut self,
        host: &mut dyn Host,
        module: &Module,
        imports: Imports<'_>,
    ) -> Result<InstanceAddr, Error> {
        self.begin_work();
        let types = self.intern_types(module)?;
        let mut attempt = Attempt::new(self);
        let Attempt { machine, seen, .. } = &mut attempt;
        match machine.make_instance(host, module, imports, types, seen) {
            Ok(made) => {
                attempt.succeed();
                Ok(made)
            }
            Err(error) => {
                attempt.fail(&error);
                // It cannot be resumed, also if a host function asked for it.
                Err(error.without_pause())
            }
        }
    }

    fn make_instance(
        &mut self,
        host: &mut dyn Host,
        module: &Module,
        imports: Imports<'_>,
        types: Arc<[TypeId]>,
        seen: &mut Seen,
    ) -> Result<InstanceAddr, Error> {
        let decoded = module.decoded();
        let mut addresses = Addresses::of(decoded)?;
        let old_tables = self.store.tables().len();
        match imports {
            Imports::Given(items) => self.link(module, items, &types, &mut addresses)?,
            Imports::Supplied(supplies) => {
                let items = self.supply(host, supplies)?;
                self.link(module, &items, &types, &mut addresses)?;
            }
        }
        module.code(self.flavour)?;

        let instance = self.store.instances().next_address()?;
        let bytes = instance_bytes(decoded);
        with_limiter(host, |limiter| self.store.charge(Resource::Instance, bytes, limiter))?;
        self.alloc_funcs(module, instance, &types, &mut addresses)?;
        self.alloc_tables_and_memories(host, module, &types, &mut addresses)?;
        for ty in decoded.tags() {
            addresses.tags.push(self.store.alloc_tag(TagInst { ty: types[ty.index()] })?);
        }
        let block = self.alloc_globals(host, module, &types, &mut addresses)?;
        let elems = self.alloc_elems(host, module, &types, &addresses)?;
        let mut datas = room_for(decoded.data().len())?;
        for data in decoded.data() {
            let bytes = Arc::clone(decoded.shared_bytes());
            datas.push(self.store.alloc_data(DataInst::new(bytes, data.bytes.clone()))?);
        }
        let offsets = self.offsets(host, module, &addresses)?;
        let inst = ModuleInst {
            funcs: addresses.funcs.into_boxed_slice(),
            tables: addresses.tables.into_boxed_slice(),
            memories: addresses.memories.into_boxed_slice(),
            globals: addresses.globals.into_boxed_slice(),
            tags: addresses.tags.into_boxed_slice(),
            elems,
            datas: datas.into_boxed_slice(),
        };
        // The limiter may refuse the instance; its functions must not be callable then.
        with_limiter(host, |limiter| self.store.alloc_instance(inst, limiter))?;
        self.publish(module, instance, block, types);
        self.run_segments(module, instance, &offsets, old_tables, seen)?;
        if let Some(start) = decoded.start() {
            seen.start(self, imports)?;
            let addr = self.store.instances()[instance].funcs[start.index()];
            self.invoke(&mut seen.watch(host), addr, &mut [])?;
        }
        Ok(instance)
    }

    /// Gives the module's types their ids in the store.
    fn intern_types(&mut self, module: &Module) -> Result<Arc<[TypeId]>, Error> {
        self.intern_list(module.decoded().type_list(), true)
    }

    /// What a type of an instance's module is in the store.
    #[must_use]
    pub fn instance_type(&self, instance: InstanceAddr, ty: TypeIdx) -> Option<TypeId> {
        self.instances.get(instance.index())?.types.get(ty.index()).copied()
    }

    /// Checks the imports and notes their addresses.
    fn link(
        &self,
        module: &Module,
        imports: &[ExternVal],
        types: &[TypeId],
        addresses: &mut Addresses,
    ) -> Result<(), Error> {
        let wanted = module.decoded().imports();
        if imports.len() > wanted.len() {
            return Err(LinkError::TooMany { wanted: wanted.len(), found: imports.len() }.into());
        }
        for (i, import) in wanted.iter().enumerate() {
            let Some(&found) = imports.get(i) else {
                return Err(LinkError::Missing {
                    module: import.module.as_ref().into(),
                    name: import.name.as_ref().into(),
                    wanted: Box::new(module.decoded().import_type(import)),
                }
                .into());
            };
            self.check_import(module, import, found, types)?;
            match found {
                ExternVal::Func(addr) => addresses.funcs.push(addr),
                ExternVal::Table(addr) => addresses.tables.push(addr),
                ExternVal::Memory(addr) => addresses.memories.push(addr),
                ExternVal::Global(addr) => addresses.globals.push(addr),
                ExternVal::Tag(addr) => addresses.tags.push(addr),
            }
        }
        Ok(())
    }

    fn check_import(
        &self,
        module: &Module,
        import: &Import,
        found: ExternVal,
        types: &[TypeId],
    ) -> Result<(), Error> {
        if !self.has_extern(found) {
            return Err(Error::usage(alloc::format!(
                "what was given for import `{}`.`{}` is not in this machine's store",
                Escaped::name(&*import.module),
                Escaped::name(&*import.name)
            )));
        }
        let store = &self.store;
        let matches = match (import.ty, found) {
            (ImportType::Func(ty), ExternVal::Func(addr)) => {
                store.is_subtype(store.funcs()[addr].ty, types[ty.index()])
            }
            (ImportType::Tag(ty), ExternVal::Tag(addr)) => {
                store.tags()[addr].ty == types[ty.index()]
            }
            (ImportType::Table(wanted), ExternVal::Table(addr)) => {
                let element = wanted.element.rename(in_store(types));
                store.tables()[addr].ty().matches(&TableType { element, ..wanted })
            }
            (ImportType::Memory(wanted), ExternVal::Memory(addr)) => {
                store.memories()[addr].ty().matches(&wanted)
            }
            (ImportType::Global(wanted), ExternVal::Global(addr)) => {
                let found = store.globals()[addr].ty();
                let content = wanted.content.rename(in_store(types));
                found.mutable == wanted.mutable
                    && store.val_type_matches(found.content, content)
                    && (!found.mutable || store.val_type_matches(content, found.content))
            }
            _ => false,
        };
        if matches {
            return Ok(());
        }
        let wanted = module.decoded().import_type(import);
        let found = self.extern_type(found).unwrap_or_else(|| wanted.clone());
        Err(LinkError::Mismatch {
            module: import.module.as_ref().into(),
            name: import.name.as_ref().into(),
            wanted: Box::new(wanted),
            found: Box::new(found),
        }
        .into())
    }

    fn alloc_funcs(
        &mut self,
        module: &Module,
        instance: InstanceAddr,
        types: &[TypeId],
        addresses: &mut Addresses,
    ) -> Result<(), Error> {
        let imported = module.decoded().imported_func_count();
        self.reserve_callees(module.decoded().funcs().len())?;
        for (i, func) in module.decoded().funcs().iter().enumerate() {
            if i % work::STEPS == 0 {
                self.poll()?;
            }
            let ty = types[func.ty.index()];
            let index = FuncIdx(u32::try_from(imported + i).unwrap_or(u32::MAX));
            let kind = FuncKind::Wasm { instance, func: index };
            addresses.funcs.push(self.store.alloc_func(FuncInst { ty, kind })?);
            // Until the instance is published, the function is one that no host defines.
            self.push_callee(Callee::new(ty, self.store.func_type(ty), u32::MAX));
        }
        Ok(())
    }

    fn alloc_tables_and_memories(
        &mut self,
        host: &mut dyn Host,
        module: &Module,
        types: &[TypeId],
        addresses: &mut Addresses,
    ) -> Result<(), Error> {
        for table in module.decoded().tables() {
            let init = match &table.init {
                Some(init) => self.evaluate(host, init, types, addresses, &[])?,
                None => Value::ZERO,
            };
            let ty = TableType { element: table.ty.element.rename(in_store(types)), ..table.ty };
            let addr = with_limiter(host, |limiter| self.store.alloc_table(ty, 0, limiter))?;
            addresses.tables.push(addr);
            if table.init.is_some() {
                self.set_elements(addr, init.bits())?;
            }
        }
        for &memory in module.decoded().memories() {
            let memory = with_limiter(host, |limiter| self.store.alloc_memory(memory, limiter))?;
            addresses.memories.push(memory);
        }
        Ok(())
    }

    /// Allocates the instance's own globals, and in front of them its block and what is before it.
    fn alloc_globals(
        &mut self,
        host: &mut dyn Host,
        module: &Module,
        types: &[TypeId],
        addresses: &mut Addresses,
    ) -> Result<NonNull<InstanceBlock>, Error> {
        let own = module.decoded().globals();
        let mut globals: Vec<(GlobalType, Value)> = room_for(own.len())?;
        for global in own {
            self.poll()?;
            let value = self.evaluate(host, &global.init, types, addresses, &globals)?;
            let content = global.ty.content.rename(in_store(types));
            globals.push((GlobalType { content, ..global.ty }, value));
        }
        let Addresses { memories, tables, globals: imported, .. } = &*addresses;
        let pointers = memories.len() + tables.len() + imported.len();
        let before = InstanceBlock::size_of_arrays(pointers);
        let prefix = before + InstanceBlock::SIZE;
        let (start, first) =
            with_limiter(host, |limiter| self.store.alloc_globals(prefix, &globals, limiter))?;
        addresses.globals.extend((first.0..).take(globals.len()).map(GlobalAddr));
        // SAFETY: INV-STORE: the prefix is longer.
        Ok(unsafe { start.add(before) }.cast())
    }

    fn alloc_elems(
        &mut self,
        host: &mut dyn Host,
        module: &Module,
        types: &[TypeId],
        addresses: &Addresses,
    ) -> Result<Box<[ElemAddr]>, Error> {
        let mut elems = room_for(module.decoded().elements().len())?;
        for segment in module.decoded().elements() {
            let items = match &segment.items {
                ElementItems::Funcs(funcs) => self
                    .elem_items(funcs, |_, func| Ok(evaluate::func_reference(addresses, *func)))?,
                ElementItems::Exprs(exprs) => self.elem_items(exprs, |machine, expr| {
                    machine.evaluate(host, expr, types, addresses, &[])
                })?,
            };
            let ty = segment.ty.rename(in_store(types));
            elems.push(self.store.alloc_elem(ElemInst::new(ty, items))?);
        }
        Ok(elems.into_boxed_slice())
    }

    /// Makes the instance's functions callable.
    fn publish(
        &mut self,
        module: &Module,
        instance: InstanceAddr,
        block: NonNull<InstanceBlock>,
        types: Arc<[TypeId]>,
    ) {
        let decoded = module.decoded();
        let imported_globals = decoded.imported_global_count();
        // SAFETY: INV-STORE: `alloc_globals` made it, aligned and with room for all pointers.
        unsafe { InstanceBlock::write(block, self, instance, &types, imported_globals) }
        let code = module.made_code(self.flavour);
        let imported = decoded.imported_func_count();
        let funcs = &self.store.instances()[instance].funcs;
        for (&addr, entry) in funcs[imported..].iter().zip(code.entries()) {
            let callee = &mut self.callees[addr.index()];
            callee.inst = block.as_ptr();
            callee.entry = entry;
            let results = self.store.func_type(callee.ty).results().len();
            callee.fuel_or_results = u32::try_from(results).unwrap_or(u32::MAX);
        }
        self.instances.push(InstanceData { module: module.clone(), types });
    }

    /// Where active segments go, those of elements first.
    fn offsets(
        &mut self,
        host: &mut dyn Host,
        module: &Module,
        addresses: &Addresses,
    ) -> Result<Vec<u64>, Error> {
        let decoded = module.decoded();
        let elements = decoded.elements().iter().filter_map(|segment| match &segment.mode {
            ElementMode::Active { offset, .. } => Some(offset),
            _ => None,
        });
        let data = decoded.data().iter().filter_map(|segment| match &segment.mode {
            DataMode::Active { offset, .. } => Some(offset),
            DataMode::Passive => None,
        });
        elements
            .chain(data)
            .map(|offset| Ok(self.evaluate(host, offset, &[], addresses, &[])?.bits()))
            .collect()
    }

    /// Copies active segments to their offsets, and drops them and the declared ones.
    fn run_segments(
        &mut self,
        module: &Module,
        instance: InstanceAddr,
        offsets: &[u64],
        old_tables: usize,
        seen: &mut Seen,
    ) -> Result<(), Error> {
        let mut offsets = offsets.iter().copied();
        for (i, segment) in module.decoded().elements().iter().enumerate() {
            let inst = &self.store.instances()[instance];
            let elem = inst.elems[i];
            if let ElementMode::Active { table: index, .. } = segment.mode
                && let Some(at) = offsets.next()
            {
                let (table, len) = (inst.tables[index.index()], segment.items.len() as u64);
                self.elem_fits(table, at, len)?;
                // From now on, elements may have been copied if it fails.
                seen.leads_here |= len > 0 && table.index() < old_tables;
                self.run_elem(table, at, elem)?;
            }
            if segment.mode != ElementMode::Passive {
                self.drop_elem(elem);
            }
        }
        for (i, segment) in module.decoded().data().iter().enumerate() {
            let inst = &self.store.instances()[instance];
            let data = inst.datas[i];
            if let DataMode::Active { memory, .. } = segment.mode
                && let Some(at) = offsets.next()
            {
                self.run_data(inst.memories[memory.index()], at, data)?;
                if let Some(data) = self.store.data_mut(data) {
                    data.drop_();
                }
            }
        }
        Ok(())
    }
}

impl Machine {
    /// Empties an element segment for good.
    pub(crate) fn drop_elem(&mut self, elem: ElemAddr) {
        if let Some(elem) = self.store.elem_mut(elem) {
            let bytes = size_of_val(elem.items()) as u64;
            elem.drop_();
            self.store.release(Resource::Instance, bytes);
        }
    }
}

/// What an index of a module means in the store.
pub(super) fn in_store(types: &[TypeId]) -> impl FnMut(TypeIdx) -> TypeIdx {
    |index| types.get(index.index()).map_or(index, |id| TypeIdx(id.0))
}
