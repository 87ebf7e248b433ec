//! The module `spectest`, which scripts import: a few functions, globals, a memory and tables.
//!
//! Spec: [the reference interpreter's host module](https://github.com/WebAssembly/spec/blob/main/interpreter/README.md#spectest-host-module).

use dergwasm::{
    Error, Extern, Global, GlobalType, Linker, Machine, Memory, MemoryType, RefType, Table,
    TableType, Val, ValType,
};

/// Defines `spectest` in `linker`. What its functions print is thrown away.
pub(crate) fn define(machine: &mut Machine<()>, linker: &mut Linker<()>) -> Result<(), Error> {
    linker.func_wrap("spectest", "print", || {})?;
    linker.func_wrap("spectest", "print_i32", |_: i32| {})?;
    linker.func_wrap("spectest", "print_i64", |_: i64| {})?;
    linker.func_wrap("spectest", "print_f32", |_: f32| {})?;
    linker.func_wrap("spectest", "print_f64", |_: f64| {})?;
    linker.func_wrap("spectest", "print_i32_f32", |_: i32, _: f32| {})?;
    linker.func_wrap("spectest", "print_f64_f64", |_: f64, _: f64| {})?;
    define_globals(machine, linker)?;
    let table = TableType::new(RefType::FUNC, 10, Some(20));
    for (name, ty) in [("table", table), ("table64", TableType { table64: true, ..table })] {
        let table = Table::new(&mut *machine, ty, Val::FuncRef(None))?;
        linker.define(&*machine, "spectest", name, Extern::Table(table))?;
    }
    let memory = MemoryType::new(1, Some(2));
    for (name, ty) in [("memory", memory), ("shared_memory", memory.with_shared(true))] {
        let memory = Memory::new(&mut *machine, ty)?;
        linker.define(&*machine, "spectest", name, Extern::Memory(memory))?;
    }
    Ok(())
}

fn define_globals(machine: &mut Machine<()>, linker: &mut Linker<()>) -> Result<(), Error> {
    let globals = [
        ("global_i32", ValType::I32, Val::I32(666)),
        ("global_i64", ValType::I64, Val::I64(666)),
        ("global_f32", ValType::F32, Val::F32(666.6f32.to_bits())),
        ("global_f64", ValType::F64, Val::F64(666.6f64.to_bits())),
    ];
    for (name, content, value) in globals {
        let ty = GlobalType { content, mutable: false };
        let global = Global::new(&mut *machine, ty, value)?;
        linker.define(&*machine, "spectest", name, Extern::Global(global))?;
    }
    Ok(())
}
