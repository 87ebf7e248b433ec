//! The program that calls: its memory, its exports, and what the host keeps for it.

use crate::{
    AsMachine as _, Caller, Error, Extern, Func, Instance, Memory, Table, Val,
    as_machine::usage,
    emscripten::{Emscripten, abort},
};
use dergwasm_store::{FuncKind, Scalar};
use dergwasm_types::{Trap, ValType, Value};
use std::format;

/// Finds the program's world in the embedder's data.
pub(super) type Find<T> = dyn Fn(&mut T) -> &mut Emscripten + Send + Sync;

/// How long a text may be that a program hands over to be shown.
const MAX_TEXT: usize = 1 << 16;

/// How deep host functions may call each other directly.
const MAX_HOST_CALLS: u32 = 50;

/// The program that calls a host function.
pub(super) struct Guest<'a, 'm, T> {
    pub(super) caller: &'a mut Caller<'m, T>,
    find: &'a Find<T>,
    instance: Option<Instance>,
}

impl<'a, 'm, T> Guest<'a, 'm, T> {
    pub(super) fn new(caller: &'a mut Caller<'m, T>, find: &'a Find<T>) -> Self {
        let called = caller.instance();
        let state = find(caller.data_mut());
        if called.is_some() {
            state.instance = called;
        }
        let instance = state.instance;
        Self { caller, find, instance }
    }

    /// What the host keeps for the program.
    pub(super) fn state(&mut self) -> &mut Emscripten {
        (self.find)(self.caller.data_mut())
    }

    /// The instance that calls, as far as that is known.
    pub(super) fn instance(&self) -> Option<Instance> {
        self.instance
    }

    pub(super) fn memory(&self) -> Result<Memory, Error> {
        match self.export("memory") {
            Some(Extern::Memory(memory)) => Ok(memory),
            _ => match self.instance.and_then(|instance| instance.memory_zero(&*self.caller)) {
                Some(memory) => Ok(memory),
                None => self.caller.heap(),
            },
        }
    }

    pub(super) fn read<N: Scalar>(&self, address: u64) -> Result<N, Error> {
        self.memory()?.get(&*self.caller, address).map_err(|_| out_of_bounds())
    }

    pub(super) fn write<N: Scalar>(&mut self, address: u64, number: N) -> Result<(), Error> {
        self.memory()?.set(&mut *self.caller, address, number).map_err(|_| out_of_bounds())
    }

    pub(super) fn write_bytes(&mut self, address: u64, bytes: &[u8]) -> Result<(), Error> {
        self.memory()?.write(&mut *self.caller, address, bytes).map_err(|_| out_of_bounds())
    }

    /// The `len` bytes from `address` on, and what the host keeps for the program.
    pub(super) fn slice_and_state(
        &mut self,
        address: u32,
        len: u32,
    ) -> Result<(&mut [u8], &mut Emscripten), Error> {
        let (bytes, data) = self.memory()?.data_and_state_mut(&mut *self.caller)?;
        let (start, len) = (address as usize, len as usize);
        let end = start.checked_add(len).ok_or_else(out_of_bounds)?;
        let bytes = bytes.get_mut(start..end).ok_or_else(out_of_bounds)?;
        Ok((bytes, (self.find)(data)))
    }

    /// A text that ends with a zero, for a person to read.
    pub(super) fn text(&self, address: u32) -> Result<String, Error> {
        let memory = self.memory()?;
        let bytes = memory.data(&*self.caller)?;
        let bytes = bytes.get(address as usize..).ok_or_else(out_of_bounds)?;
        let bytes = &bytes[..bytes.len().min(MAX_TEXT)];
        let len = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
        Ok(String::from_utf8_lossy(&bytes[..len]).into_owned())
    }
}

/// Calling the program.
impl<T> Guest<'_, '_, T> {
    pub(super) fn export(&self, name: &str) -> Option<Extern> {
        self.instance?.get_export(&*self.caller, name)
    }

    /// The function exported under one of the names, if its parameters are all `i32` and as many
    /// as `arguments`.
    fn function(&self, names: &[&str], arguments: usize) -> Option<Func> {
        let func = names.iter().find_map(|name| self.export(name)?.into_func())?;
        let ty = func.ty_in(self.caller.as_machine().core).ok()?;
        let words = [ty.params(), ty.results()].concat().iter().all(|ty| *ty == ValType::I32);
        (words && ty.params().len() == arguments && ty.results().len() <= 1).then_some(func)
    }

    /// Calls an export that takes `i32`s; `None` if there is no such export. The result is 0 if
    /// the function has none.
    pub(super) fn call(&mut self, names: &[&str], arguments: &[u32]) -> Result<Option<u32>, Error> {
        match self.function(names, arguments.len()) {
            Some(func) => self.call_words(func, arguments).map(Some),
            None => Ok(None),
        }
    }

    /// Calls an export that the program cannot do without.
    pub(super) fn require(&mut self, names: &[&str], arguments: &[u32]) -> Result<u32, Error> {
        self.call(names, arguments)?.ok_or_else(|| {
            usage(format!(
                "the program exports no function `{}` that takes {} i32; Emscripten exports it when \
                 the program is linked as a whole",
                names.first().unwrap_or(&""),
                arguments.len(),
            ))
        })
    }

    fn call_words(&mut self, func: Func, arguments: &[u32]) -> Result<u32, Error> {
        let mut values = [Value::ZERO; 6];
        for (value, argument) in values.iter_mut().zip(arguments) {
            *value = (*argument).into();
        }
        self.enter(func, &mut values)?;
        Ok(values[0].as_u32())
    }

    /// Runs a function; `values` are its arguments and then its results.
    ///
    /// What the program exports or points to may be a host function that it imported, and that one
    /// may call another. No WebAssembly runs between them, so that their depth is counted here.
    pub(super) fn enter(&mut self, func: Func, values: &mut [Value]) -> Result<(), Error> {
        let core = self.caller.core();
        let (addr, found) = (func.addr_in(core)?, func.instance(core)?);
        if !matches!(found.kind, FuncKind::Host(_)) {
            return self.caller.machine().invoke(addr, values);
        }
        let state = self.state();
        if state.host_calls >= MAX_HOST_CALLS {
            return Err(Trap::CallStackExhausted.into());
        }
        state.host_calls += 1;
        let outcome = self.caller.machine().invoke(addr, values);
        let state = self.state();
        state.host_calls = state.host_calls.saturating_sub(1);
        outcome
    }

    /// The program's table of functions, through which pointers to functions are called.
    pub(super) fn table(&self) -> Option<Table> {
        if let Some(table) = self.export("__indirect_function_table") {
            return table.into_table();
        }
        // One that the host made is not exported again.
        let instance = self.instance()?;
        let module = instance.module(&*self.caller).ok()?;
        let mut tables = module.decoded().imports().iter();
        tables.find(|import| &*import.name == "__indirect_function_table")?;
        let core = self.caller.as_machine().core;
        let first = instance.instance(core).ok()?.tables.first();
        first.map(|&table| Table::new_in(table, core))
    }

    /// The function that a pointer means; a trap as for `call_indirect` if there is none.
    pub(super) fn function_at(&mut self, table: Table, pointer: u32) -> Result<Func, Error> {
        match table.get(&mut *self.caller, pointer.into()) {
            Ok(Val::FuncRef(Some(func))) => Ok(func),
            Ok(_) => Err(Trap::UninitializedElement.into()),
            Err(_) => Err(Trap::UndefinedElement.into()),
        }
    }

    /// Calls a pointer to a function that takes `i32`s.
    pub(super) fn call_pointer(&mut self, pointer: u32, arguments: &[u32]) -> Result<u32, Error> {
        let Some(table) = self.table() else {
            let mut with_pointer = vec![pointer];
            with_pointer.extend(arguments);
            let letters = "i".repeat(arguments.len());
            let names = [format!("dynCall_v{letters}"), format!("dynCall_i{letters}")];
            return self.require(&[&names[0], &names[1]], &with_pointer);
        };
        let func = self.function_at(table, pointer)?;
        let ty = func.ty_in(self.caller.as_machine().core)?;
        let fits = ty.params().len() == arguments.len()
            && ty.results().len() <= 1
            && ty.params().iter().chain(ty.results()).all(|ty| *ty == ValType::I32);
        if !fits {
            return Err(Trap::IndirectCallTypeMismatch.into());
        }
        self.call_words(func, arguments)
    }

    /// The stack pointer.
    pub(super) fn stack_save(&mut self) -> Result<u32, Error> {
        self.require(
            &["stackSave", "emscripten_stack_get_current", "_emscripten_stack_get_current"],
            &[],
        )
    }

    pub(super) fn stack_restore(&mut self, stack: u32) -> Result<(), Error> {
        self.require(&["stackRestore", "_emscripten_stack_restore"], &[stack]).map(drop)
    }

    /// Tells the code after a call that the call did not return: `threw` is 1, or 0 to forget.
    pub(super) fn set_threw(&mut self, threw: u32) -> Result<(), Error> {
        self.require(&["setThrew", "_setThrew"], &[threw, 0]).map(drop)
    }

    /// Sets the second half of a result in two parts.
    pub(super) fn set_temp_ret0(&mut self, value: u32) -> Result<(), Error> {
        if self.call(&["_emscripten_tempret_set", "setTempRet0"], &[value])?.is_none() {
            self.state().temp_ret0 = value;
        }
        Ok(())
    }

    /// Allocates in the program's heap; 0 if it has no more room.
    pub(super) fn malloc(&mut self, size: u32) -> Result<u32, Error> {
        self.require(
            &["malloc", "_emscripten_builtin_malloc", "emscripten_builtin_malloc"],
            &[size],
        )
    }

    pub(super) fn free(&mut self, address: u32) -> Result<(), Error> {
        self.call(&["free", "emscripten_builtin_free"], &[address]).map(drop)
    }

    /// Stops the program with a message.
    #[cold]
    pub(super) fn abort<R>(&self, message: impl Into<String>) -> Result<R, Error> {
        Err(Error::new(abort::Abort::new(message)))
    }
}

#[cold]
pub(super) fn out_of_bounds() -> Error {
    Trap::MemoryOutOfBounds.into()
}
