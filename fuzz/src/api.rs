//! Sequences of operations on two machines, each with handles of both: whatever is done, nothing
//! panics, and what a machine never lent to the sequence stays as it was.

use crate::pool::{Pool, one_of};
use arbitrary::{Result, Unstructured};
use dergwasm::{
    AnyRef, Caller, Config, Error, Extern, ExternRef, Func, FuncType, Global, GlobalType, I31,
    Instance, Linker, Machine, Memory, MemoryType, Module, RefType, ResourceLimits, ResumableCall,
    RootScope, Table, TableType, Tag, Val, ValType,
};

/// The most operations of a sequence.
const OPERATIONS: usize = 200;

/// Every kind of import and export, functions that call, loop and trap, and all kinds of values.
const MODULE: &str = r#"(module
  (import "host" "memory" (memory $m 0))
  (import "host" "table" (table $t 0 funcref))
  (import "host" "global" (global $g (mut i32)))
  (import "host" "func" (func $h (param i32) (result i32)))
  (import "host" "tag" (tag $tag (param i32)))
  (memory $own (export "memory") 1 4)
  (table $refs (export "table") 4 20 externref)
  (table $funcs (export "functions") 4 20 funcref)
  (global (export "global") (mut i32) (i32.const 1))
  (global (export "long") (mut i64) (i64.const 1))
  (global (export "ref") (mut externref) (ref.null extern))
  (global (export "any") (mut anyref) (ref.null any))
  (tag (export "tag") (param i32))
  (export "imported" (func $h))
  (func (export "host") (param i32) (result i32) (call $h (local.get 0)))
  (func (export "same") (param externref anyref) (result anyref externref)
    (local.get 1) (local.get 0))
  (func (export "store") (param i32 i32)
    (i32.store8 $own (local.get 0) (local.get 1)) (i32.store8 $m (local.get 0) (local.get 1)))
  (func (export "copy") (param i32 i32 i32)
    (memory.copy $own $m (local.get 0) (local.get 1) (local.get 2)))
  (func (export "put") (param i32 funcref) (table.set $t (local.get 0) (local.get 1)))
  (func (export "indirect") (param i32 i32) (result i32)
    (call_indirect $t (param i32) (result i32) (local.get 1) (local.get 0)))
  (func (export "grow") (param i32) (result i32 i32)
    (memory.grow $own (local.get 0)) (table.grow $refs (ref.null extern) (local.get 0)))
  (func (export "loop") (param i32)
    (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
  (func (export "throw") (param i32) (throw $tag (local.get 0)))
  (func (export "recurse") (param i32) (result i32) (call $h (call $h (local.get 0))))
  (func (export "set") (param i32) (global.set $g (local.get 0))))"#;

/// What a machine keeps to itself.
#[derive(Debug)]
struct Canary {
    memory: Memory,
    global: Global,
    table: Table,
}

const KEPT: i32 = 0x0bad_cafe;

impl Canary {
    fn new(machine: &mut Machine<ResourceLimits>) -> Self {
        let memory = Memory::new(&mut *machine, MemoryType::new(1, Some(4))).expect("room");
        memory.set(&mut *machine, 8, KEPT).expect("within the first page");
        let ty = GlobalType { content: ValType::I32, mutable: true };
        let global = Global::new(&mut *machine, ty, Val::I32(KEPT)).expect("room");
        let ty = TableType::new(RefType::FUNC, 3, Some(5));
        let table = Table::new(&mut *machine, ty, Val::FuncRef(None)).expect("room");
        Self { memory, global, table }
    }

    fn check(&self, machine: &mut Machine<ResourceLimits>) {
        assert_eq!(
            self.memory.size(&*machine).ok(),
            Some(1),
            "another machine's handle grew a memory"
        );
        let changed = self
            .memory
            .data(&*machine)
            .expect("a memory of this machine")
            .iter()
            .filter(|&&byte| byte != 0)
            .count();
        assert_eq!(changed, 4, "another machine's handle wrote to a memory");
        let global = self.global.get(&mut *machine).expect("a global of this machine");
        assert_eq!(global, Val::I32(KEPT), "another machine's handle set a global");
        assert_eq!(
            self.table.size(&*machine).ok(),
            Some(3),
            "another machine's handle grew a table"
        );
        for index in 0..3 {
            let element = self.table.get(&mut *machine, index).ok();
            assert_eq!(
                element,
                Some(Val::FuncRef(None)),
                "another machine's handle set an element"
            );
        }
    }
}

/// Runs the operations that the input chooses.
///
/// # Panics
/// If a machine changed what it kept to itself.
pub fn run(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let mut config = Config::new();
    config.consume_fuel(true).interruptible(true).max_call_depth(1000).max_host_depth(5);
    config.gc_stress(input.arbitrary().unwrap_or(false));
    let module = Module::with_config(&config, MODULE.as_bytes()).expect("a valid module");
    let mut machines = [(); 2].map(|()| {
        let limits = ResourceLimits::new().memory_bytes(1 << 20).table_elements(1000);
        let limits = limits.instances(50).memories(100).tables(100);
        let mut machine = Machine::with_config(&config, limits);
        machine.limiter(|limits| limits);
        machine
    });
    // Only the second keeps something: the first one's handles have the same addresses.
    let canary = Canary::new(&mut machines[1]);
    let mut world = World { pool: Pool::default(), paused: Vec::new(), module };
    for _ in 0..OPERATIONS {
        let Ok(which) = input.int_in_range(0..=1) else { break };
        let machine: &mut Machine<ResourceLimits> = &mut machines[which];
        if world.operation(&mut input, machine).is_err() {
            break;
        }
        canary.check(&mut machines[1]);
    }
    for machine in &mut machines {
        machine.gc();
    }
    canary.check(&mut machines[1]);
}

struct World {
    pool: Pool,
    paused: Vec<(dergwasm::PausedCall, usize)>,
    module: Module,
}

impl World {
    /// One operation; an error if the input is used up.
    fn operation(
        &mut self,
        input: &mut Unstructured<'_>,
        machine: &mut Machine<ResourceLimits>,
    ) -> Result<()> {
        if input.is_empty() {
            return Err(arbitrary::Error::NotEnoughData);
        }
        machine.set_fuel(5_000).expect("fuel is consumed");
        match input.int_in_range(0..=5)? {
            0 => self.make(input, machine),
            1 => self.use_memory(input, machine),
            2 => self.use_table_or_global(input, machine),
            3 => self.instantiate(input, machine),
            4 => self.call(input, machine),
            _ => self.other(input, machine),
        }
    }

    fn make(
        &mut self,
        input: &mut Unstructured<'_>,
        machine: &mut Machine<ResourceLimits>,
    ) -> Result<()> {
        let (small, most) = (input.int_in_range(0..=4)?, input.int_in_range(0..=30)?);
        match input.int_in_range(0..=7)? {
            0 => {
                let ty = MemoryType::new(small, input.arbitrary::<bool>()?.then_some(most));
                self.pool.memories.extend(Memory::new(machine, ty));
            }
            1 => {
                let element = *input.choose(&[RefType::FUNC, RefType::EXTERN, RefType::ANY])?;
                let ty = TableType::new(element, small, Some(most));
                let init = self.pool.val(input, ValType::Ref(element));
                self.pool.tables.extend(Table::new(machine, ty, init));
            }
            2 => {
                let any = ValType::Ref(RefType::ANY);
                let types = [ValType::I32, ValType::I64, ValType::FUNCREF, ValType::EXTERNREF, any];
                let content = *input.choose(&types)?;
                let ty = GlobalType { content, mutable: input.arbitrary()? };
                let val = self.pool.val(input, content);
                self.pool.globals.extend(Global::new(machine, ty, val));
            }
            3 => self.pool.funcs.extend(Func::wrap(machine, |n: i32| n.wrapping_add(1))),
            4 => self.pool.funcs.extend(Func::wrap(machine, re_enter)),
            5 => self.pool.tags.extend(Tag::new(machine, &FuncType::new([ValType::I32], []))),
            6 => self.pool.hosts.extend(ExternRef::new(machine, most)),
            _ => {
                let number = I31::wrapping_i32(input.arbitrary()?);
                self.pool.objects.push(AnyRef::from_i31(machine, number));
            }
        }
        Ok(())
    }

    fn use_memory(
        &mut self,
        input: &mut Unstructured<'_>,
        machine: &mut Machine<ResourceLimits>,
    ) -> Result<()> {
        let Some(memory) = one_of(input, &self.pool.memories) else { return Ok(()) };
        let offset =
            if input.arbitrary()? { input.arbitrary()? } else { input.int_in_range(0..=70_000)? };
        let bytes: [u8; 4] = input.arbitrary()?;
        match input.int_in_range(0..=4)? {
            0 => drop(memory.write(&mut *machine, offset, &bytes)),
            1 => drop(memory.set(&mut *machine, offset, i64::MIN)),
            2 => drop(memory.grow(&mut *machine, u64::from(bytes[0] & 7))),
            3 => {
                let data = memory.data_mut(machine).unwrap_or_default();
                data.iter_mut().take(100).for_each(|byte| *byte = bytes[0]);
            }
            _ => {
                let is_ours = memory.ty(&*machine).is_ok();
                assert_eq!(memory.size(&*machine).is_ok(), is_ours);
                assert_eq!(memory.data(&*machine).is_ok(), is_ours);
            }
        }
        Ok(())
    }

    fn use_table_or_global(
        &mut self,
        input: &mut Unstructured<'_>,
        machine: &mut Machine<ResourceLimits>,
    ) -> Result<()> {
        if let (Some(global), true) = (one_of(input, &self.pool.globals), input.arbitrary()?) {
            let content = global.ty(&*machine).map_or(ValType::I32, |ty| ty.content);
            let val = self.pool.val(input, content);
            let set = global.set(&mut *machine, val);
            if let (Ok(()), Val::I32(_) | Val::I64(_)) = (set, val) {
                assert_eq!(global.get(&mut *machine).ok(), Some(val));
            }
            return Ok(());
        }
        let Some(table) = one_of(input, &self.pool.tables) else { return Ok(()) };
        let element = table.ty(&*machine).map_or(RefType::FUNC, |ty| ty.element);
        let val = self.pool.val(input, ValType::Ref(element));
        let (index, len) = (input.int_in_range(0..=30)?, input.int_in_range(0..=30)?);
        match input.int_in_range(0..=3)? {
            0 => drop(table.set(&mut *machine, index, val)),
            1 => drop(table.fill(&mut *machine, index, val, len)),
            2 => drop(table.grow(&mut *machine, len, val)),
            _ => assert!(table.get(&mut *machine, index).is_err() || table.ty(&*machine).is_ok()),
        }
        Ok(())
    }

    fn instantiate(
        &mut self,
        input: &mut Unstructured<'_>,
        machine: &mut Machine<ResourceLimits>,
    ) -> Result<()> {
        let module = self.module.clone();
        let mut items = Vec::new();
        for import in module.decoded().imports() {
            let name = import.name.to_string();
            let item = match name.as_str() {
                "memory" => one_of(input, &self.pool.memories).map(Extern::from),
                "table" => one_of(input, &self.pool.tables).map(Extern::from),
                "global" => one_of(input, &self.pool.globals).map(Extern::from),
                "func" => one_of(input, &self.pool.funcs).map(Extern::from),
                _ => one_of(input, &self.pool.tags).map(Extern::from),
            };
            let Some(item) = item else { return Ok(()) };
            items.push((name, item));
        }
        let instance = if input.arbitrary()? {
            let items: Vec<_> = items.into_iter().map(|(_, item)| item).collect();
            Instance::new(&mut *machine, &module, &items)
        } else {
            let mut linker = Linker::new();
            for (name, item) in items {
                if linker.define(&*machine, "host", &name, item).is_err() {
                    return Ok(());
                }
            }
            linker.instantiate(&mut *machine, &module)
        };
        if let Ok(instance) = instance {
            self.pool.instances.push(instance);
            let exports = instance.exports(&*machine).expect("an instance of this machine");
            for export in exports {
                self.pool.add(export.into_extern());
            }
        }
        Ok(())
    }

    fn call(
        &mut self,
        input: &mut Unstructured<'_>,
        machine: &mut Machine<ResourceLimits>,
    ) -> Result<()> {
        let Some(func) = one_of(input, &self.pool.funcs) else { return Ok(()) };
        let one = FuncType::new([ValType::I32], [ValType::I32]);
        let ty = func.ty(&*machine).unwrap_or(one);
        let params: Vec<_> = ty.params().iter().map(|&ty| self.pool.val(input, ty)).collect();
        let mut results = vec![Val::I32(0); ty.results().len()];
        match input.int_in_range(0..=2)? {
            0 => drop(func.call(&mut *machine, &params, &mut results)),
            1 => {
                let typed = func.typed::<i32, i32>(&*machine);
                drop(
                    typed.and_then(|typed| {
                        typed.call(&mut *machine, input.arbitrary().unwrap_or(1))
                    }),
                );
            }
            _ => {
                machine.set_fuel(input.int_in_range(0..=20)?).expect("fuel is consumed");
                let call = func.call_resumable(machine, &params, &mut results);
                if let Ok(ResumableCall::Paused(paused)) = call {
                    self.paused.push((paused, results.len()));
                }
            }
        }
        Ok(())
    }

    fn other(
        &mut self,
        input: &mut Unstructured<'_>,
        machine: &mut Machine<ResourceLimits>,
    ) -> Result<()> {
        match input.int_in_range(0..=5)? {
            0 => machine.gc(),
            1 => {
                let _ = machine.interrupt_handle().interrupt();
            }
            2 => {
                let mut scope = RootScope::new(machine);
                let passing = ExternRef::new(&mut scope, 1_u8);
                if let (Ok(passing), true) = (passing, input.arbitrary()?) {
                    self.pool.hosts.push(passing);
                }
            }
            3 => {
                let Some(instance) = one_of(input, &self.pool.instances) else { return Ok(()) };
                let _ = instance.module(&*machine);
                let _ = instance.get_func(&*machine, "loop").map(|func| func.ty(&*machine));
            }
            4 if !self.paused.is_empty() => {
                let (paused, count) =
                    self.paused.swap_remove(input.choose_index(self.paused.len())?);
                let mut results = vec![Val::I32(0); count];
                if let Ok(ResumableCall::Paused(again)) = paused.resume(machine, &mut results) {
                    self.paused.push((again, count));
                }
            }
            _ => drop(self.paused.pop()),
        }
        Ok(())
    }
}

/// A function of the host that changes the machine below the code that calls it, and calls back.
fn re_enter(
    mut caller: Caller<'_, ResourceLimits>,
    number: i32,
) -> std::result::Result<i32, Error> {
    match number & 7 {
        0 => caller.gc(),
        1 => drop(
            caller
                .get_export("memory")
                .and_then(Extern::into_memory)
                .map(|m| m.grow(&mut caller, 1)),
        ),
        2 => drop(Memory::new(&mut caller, MemoryType::new(1, Some(1)))),
        3 => drop(Func::wrap(&mut caller, |n: i32| n)),
        4 => return Err(Error::msg("refused")),
        _ => {
            let func = caller.get_export("recurse").and_then(Extern::into_func);
            if let Some(func) = func {
                let mut results = [Val::I32(0)];
                func.call(&mut caller, &[Val::I32(number >> 3)], &mut results)?;
            }
        }
    }
    Ok(number.wrapping_mul(3))
}
