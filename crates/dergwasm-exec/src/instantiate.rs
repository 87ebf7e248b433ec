//! Instantiation: a module becomes an instance in the store.
//!
//! Spec: [Execution › Modules › Instantiation](https://webassembly.github.io/spec/core/exec/modules.html#instantiation).

use crate::error::LinkError;
use crate::instance::{Callee, InstanceBlock, InstanceParts};
use crate::machine::InstanceData;
use crate::{Error, Host, Machine, Module};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ptr::{self, NonNull};
use dergwasm_decode::{
    ConstExpr, ConstOp, DataMode, ElementItems, ElementMode, Import, ImportType,
};
use dergwasm_store::{
    DataInst, ElemInst, ExternVal, FuncAddr, FuncInst, FuncKind, GlobalAddr, InstanceAddr, MemAddr,
    ModuleInst, TableAddr, TagAddr, TagInst, TypeId,
};
use dergwasm_types::{ExternType, FuncIdx, GlobalType, Value};

/// The addresses of what an instance can name, by index, while it is made.
#[derive(Debug, Default)]
struct Addresses {
    funcs: Vec<FuncAddr>,
    tables: Vec<TableAddr>,
    memories: Vec<MemAddr>,
    globals: Vec<GlobalAddr>,
    tags: Vec<TagAddr>,
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
    /// memories and tables stays written, as the specification demands.
    pub fn instantiate(
        &mut self,
        host: &mut dyn Host,
        module: &Module,
        imports: &[ExternVal],
    ) -> Result<InstanceAddr, Error> {
        let decoded = module.decoded();
        let types: Vec<TypeId> = decoded.types().iter().map(|ty| self.store.intern(ty)).collect();
        let mut addresses = Addresses::default();
        self.link(module, imports, &types, &mut addresses)?;

        let instance = self.store.instances().next_address()?;
        self.alloc_funcs(module, instance, &types, &mut addresses)?;
        self.alloc_tables_and_memories(module, &mut addresses)?;
        for ty in decoded.tags() {
            addresses.tags.push(self.store.alloc_tag(TagInst { ty: types[ty.index()] })?);
        }
        let block = self.alloc_globals(module, &mut addresses)?;
        let elems = self.alloc_elems(module, &addresses)?;
        let datas = decoded
            .data()
            .iter()
            .map(|data| {
                let bytes = Arc::clone(decoded.shared_bytes());
                self.store.alloc_data(DataInst::new(bytes, data.bytes.clone()))
            })
            .collect::<Result<Box<[_]>, _>>()?;
        let parts = self.parts(module, &addresses, types);
        let inst = ModuleInst {
            funcs: addresses.funcs.into_boxed_slice(),
            tables: addresses.tables.into_boxed_slice(),
            memories: addresses.memories.into_boxed_slice(),
            globals: addresses.globals.into_boxed_slice(),
            tags: addresses.tags.into_boxed_slice(),
            elems,
            datas,
        };
        // The limiter may refuse the instance; its functions must not be callable then.
        self.store.alloc_instance(inst)?;
        self.publish(module, instance, block, parts);
        self.run_segments(module, instance)?;
        if let Some(start) = decoded.start() {
            let addr = self.store.instances()[instance].funcs[start.index()];
            self.invoke(host, addr, &mut [])?;
        }
        Ok(instance)
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
        let Some(found_type) = self.extern_type(found) else {
            return Err(Error::usage(alloc::format!(
                "what was given for import `{}`.`{}` is not in this machine's store",
                import.module,
                import.name
            )));
        };
        let matches = match (import.ty, &found_type, found) {
            (ImportType::Func(ty), _, ExternVal::Func(addr)) => {
                self.store.funcs()[addr].ty == types[ty.index()]
            }
            (ImportType::Tag(ty), _, ExternVal::Tag(addr)) => {
                self.store.tags()[addr].ty == types[ty.index()]
            }
            (ImportType::Table(wanted), ExternType::Table(found), _) => found.matches(&wanted),
            (ImportType::Memory(wanted), ExternType::Memory(found), _) => found.matches(&wanted),
            (ImportType::Global(wanted), ExternType::Global(found), _) => *found == wanted,
            _ => false,
        };
        if matches {
            return Ok(());
        }
        Err(LinkError::Mismatch {
            module: import.module.as_ref().into(),
            name: import.name.as_ref().into(),
            wanted: Box::new(module.decoded().import_type(import)),
            found: Box::new(found_type),
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
        for (i, func) in module.decoded().funcs().iter().enumerate() {
            let ty = types[func.ty.index()];
            let index = FuncIdx(u32::try_from(imported + i).unwrap_or(u32::MAX));
            let kind = FuncKind::Wasm { instance, func: index };
            addresses.funcs.push(self.store.alloc_func(FuncInst { ty, kind })?);
            let ty_of = &module.decoded().types()[func.ty.index()];
            let values = ty_of.params().len().max(ty_of.results().len());
            self.push_callee(Callee {
                // Until the instance is published, the function is one that no host defines.
                inst: ptr::null_mut(),
                entry: ptr::null(),
                ty,
                values: u32::try_from(values).unwrap_or(u32::MAX),
                host: u32::MAX,
            });
        }
        Ok(())
    }

    fn alloc_tables_and_memories(
        &mut self,
        module: &Module,
        addresses: &mut Addresses,
    ) -> Result<(), Error> {
        for table in module.decoded().tables() {
            let init = match &table.init {
                Some(init) => self.evaluate(init, addresses, &[]),
                None => Value::ZERO,
            };
            addresses.tables.push(self.store.alloc_table(table.ty, init.bits())?);
        }
        for &memory in module.decoded().memories() {
            addresses.memories.push(self.store.alloc_memory(memory)?);
        }
        Ok(())
    }

    /// Allocates the instance's own globals, and in front of them its block.
    fn alloc_globals(
        &mut self,
        module: &Module,
        addresses: &mut Addresses,
    ) -> Result<NonNull<InstanceBlock>, Error> {
        let mut globals: Vec<(GlobalType, Value)> = Vec::new();
        for global in module.decoded().globals() {
            let value = self.evaluate(&global.init, addresses, &globals);
            globals.push((global.ty, value));
        }
        let (block, first) = self.store.alloc_globals(InstanceBlock::SIZE, &globals)?;
        addresses.globals.extend((first.0..).take(globals.len()).map(GlobalAddr));
        Ok(block.cast())
    }

    fn alloc_elems(
        &mut self,
        module: &Module,
        addresses: &Addresses,
    ) -> Result<Box<[dergwasm_store::ElemAddr]>, Error> {
        let mut elems = Vec::with_capacity(module.decoded().elements().len());
        for segment in module.decoded().elements() {
            let items = match &segment.items {
                ElementItems::Funcs(funcs) => funcs
                    .iter()
                    .map(|func| func_reference(addresses, *func).bits())
                    .collect::<Vec<u64>>(),
                ElementItems::Exprs(exprs) => {
                    exprs.iter().map(|expr| self.evaluate(expr, addresses, &[]).bits()).collect()
                }
            };
            elems.push(self.store.alloc_elem(ElemInst::new(segment.ty, items))?);
        }
        Ok(elems.into_boxed_slice())
    }

    /// The value of a constant expression; `own` are the own globals that have a value so far.
    fn evaluate(
        &self,
        expr: &ConstExpr,
        addresses: &Addresses,
        own: &[(GlobalType, Value)],
    ) -> Value {
        let mut stack: Vec<Value> = Vec::new();
        for &op in expr.ops() {
            let value = match op {
                ConstOp::I32Const(value) => value.into(),
                ConstOp::I64Const(value) => value.into(),
                ConstOp::F32Const(bits) => Value::from_bits(bits.into()),
                ConstOp::F64Const(bits) => Value::from_bits(bits),
                ConstOp::V128Const(bits) => bits.into(),
                ConstOp::RefNull(_) => Value::ZERO,
                ConstOp::RefFunc(func) => func_reference(addresses, func),
                ConstOp::GlobalGet(index) => match addresses.globals.get(index.index()) {
                    Some(&addr) => self.store.globals()[addr].get(),
                    None => {
                        let own = own.get(index.index() - addresses.globals.len());
                        own.map_or(Value::ZERO, |&(_, value)| value)
                    }
                },
                _ => {
                    let b = stack.pop().unwrap_or_default();
                    let a = stack.pop().unwrap_or_default();
                    arithmetic(op, a, b)
                }
            };
            stack.push(value);
        }
        stack.pop().unwrap_or_default()
    }

    /// The arrays that the instance's block is to point to.
    fn parts(&self, module: &Module, addresses: &Addresses, types: Vec<TypeId>) -> InstanceParts {
        let imported = module.decoded().imported_global_count();
        let store = &self.store;
        InstanceParts {
            memories: addresses.memories.iter().map(|&m| store.memories()[m].view()).collect(),
            tables: addresses.tables.iter().map(|&t| store.tables()[t].view()).collect(),
            globals: addresses.globals[..imported]
                .iter()
                .map(|&g| store.globals()[g].cell())
                .collect(),
            types,
        }
    }

    /// Makes the instance's functions callable.
    fn publish(
        &mut self,
        module: &Module,
        instance: InstanceAddr,
        block: NonNull<InstanceBlock>,
        parts: InstanceParts,
    ) {
        let context = self.context.as_ptr();
        let funcs = &self.store.instances()[instance].funcs;
        let new = InstanceBlock::new(context, instance, funcs, &parts, self.no_memory());
        // SAFETY: INV-STORE: the prefix of the globals is large enough, aligned, and ours.
        unsafe { block.write(new) }
        let code = module.code(self.flavour);
        let imported = module.decoded().imported_func_count();
        for (&addr, entry) in funcs[imported..].iter().zip(code.entries()) {
            let callee = &mut self.callees[addr.index()];
            callee.inst = block.as_ptr();
            callee.entry = entry;
        }
        self.instances.push(InstanceData { module: module.clone(), _parts: parts });
    }

    /// Copies active segments, and drops them and the declared ones.
    fn run_segments(&mut self, module: &Module, instance: InstanceAddr) -> Result<(), Error> {
        let inst = &self.store.instances()[instance];
        let (elems, datas) = (inst.elems.clone(), inst.datas.clone());
        let addresses = Addresses {
            funcs: inst.funcs.to_vec(),
            globals: inst.globals.to_vec(),
            tables: inst.tables.to_vec(),
            memories: inst.memories.to_vec(),
            tags: Vec::new(),
        };
        for (segment, &elem) in module.decoded().elements().iter().zip(&elems) {
            if let ElementMode::Active { table, offset } = &segment.mode {
                let at = self.evaluate(offset, &addresses, &[]).bits();
                let table = addresses.tables[table.index()];
                let len = segment.items.len() as u64;
                self.store.init_table(table, at, elem, 0, len).map_err(Self::store_error)?;
            }
            if segment.mode != ElementMode::Passive
                && let Some(elem) = self.store.elem_mut(elem)
            {
                elem.drop_();
            }
        }
        for (segment, &data) in module.decoded().data().iter().zip(&datas) {
            if let DataMode::Active { memory, offset } = &segment.mode {
                let at = self.evaluate(offset, &addresses, &[]).bits();
                let memory = addresses.memories[memory.index()];
                let len = segment.bytes.len() as u64;
                self.store.init_memory(memory, at, data, 0, len).map_err(Self::store_error)?;
                if let Some(data) = self.store.data_mut(data) {
                    data.drop_();
                }
            }
        }
        Ok(())
    }
}

fn func_reference(addresses: &Addresses, func: FuncIdx) -> Value {
    Value::from_ref_addr(addresses.funcs.get(func.index()).map(|addr| addr.0))
}

fn arithmetic(op: ConstOp, a: Value, b: Value) -> Value {
    match op {
        ConstOp::I32Add => a.as_u32().wrapping_add(b.as_u32()).into(),
        ConstOp::I32Sub => a.as_u32().wrapping_sub(b.as_u32()).into(),
        ConstOp::I32Mul => a.as_u32().wrapping_mul(b.as_u32()).into(),
        ConstOp::I64Add => a.as_u64().wrapping_add(b.as_u64()).into(),
        ConstOp::I64Sub => a.as_u64().wrapping_sub(b.as_u64()).into(),
        _ => a.as_u64().wrapping_mul(b.as_u64()).into(),
    }
}
