//! Memory that the guest itself gives to the host: its own allocator, called from outside.

use super::{CStr, GuestType, Ptr, Slice, Utf8};
use crate::{AsMachine, AsMachineMut, Error, Func, Instance, Memory, Val, as_machine::usage};
use alloc::{format, vec};
use dergwasm_types::{FuncType, ValType};

/// An allocator of a guest, with which the host hands it data.
///
/// What is allocated is the guest's: it frees it, or the host does by [`GuestAllocator::free`].
/// A place that the guest's allocator names is checked before anything is written to it.
pub trait GuestAllocator {
    /// Allocates `size` bytes and returns their address.
    ///
    /// # Errors
    /// The guest has no such memory to give, or named a place outside its memory.
    fn alloc(&self, machine: impl AsMachineMut, size: u64, align: u64) -> Result<u64, Error>;

    /// Gives back what [`GuestAllocator::alloc`] returned for this size and alignment.
    ///
    /// # Errors
    /// The guest's allocator failed.
    fn free(
        &self,
        machine: impl AsMachineMut,
        address: u64,
        size: u64,
        align: u64,
    ) -> Result<(), Error>;

    /// The memory that is allocated from.
    fn memory(&self) -> Memory;

    /// Allocates room for `bytes` and copies them there.
    ///
    /// # Errors
    /// As [`GuestAllocator::alloc`], or the address has more than 32 bits.
    fn alloc_bytes(
        &self,
        mut machine: impl AsMachineMut,
        bytes: &[u8],
    ) -> Result<Slice<u8>, Error> {
        let address = self.alloc(&mut machine, bytes.len() as u64, 1)?;
        self.memory().write(machine, address, bytes)?;
        Ok(Slice::new(narrow(address)?, narrow(bytes.len() as u64)?))
    }

    /// Allocates room for a string and copies it there.
    ///
    /// # Errors
    /// As [`GuestAllocator::alloc_bytes`].
    fn alloc_str(&self, machine: impl AsMachineMut, text: &str) -> Result<Utf8, Error> {
        self.alloc_bytes(machine, text.as_bytes()).map(Utf8::from_slice)
    }

    /// Allocates room for a string and a terminating zero and copies both there.
    ///
    /// # Errors
    /// As [`GuestAllocator::alloc_bytes`], or the string has a zero in it.
    fn alloc_cstr(&self, machine: impl AsMachineMut, text: &str) -> Result<CStr, Error> {
        if text.contains('\0') {
            return Err(usage("a string with a zero in it cannot end with one"));
        }
        let slice = self.alloc_bytes(machine, &[text.as_bytes(), b"\0"].concat())?;
        Ok(CStr::new(slice.address()))
    }

    /// Allocates room for values and copies them there.
    ///
    /// # Errors
    /// As [`GuestAllocator::alloc_bytes`].
    fn alloc_slice<T: GuestType>(
        &self,
        mut machine: impl AsMachineMut,
        values: &[T],
    ) -> Result<Slice<T>, Error> {
        let mut bytes = vec![0; values.len() * T::SIZE];
        for (i, value) in values.iter().enumerate() {
            value.write(&mut bytes[i * T::SIZE..(i + 1) * T::SIZE]);
        }
        let address = self.alloc(&mut machine, bytes.len() as u64, T::ALIGN as u64)?;
        self.memory().write(machine, address, &bytes)?;
        Ok(Slice::new(narrow(address)?, narrow(values.len() as u64)?))
    }

    /// Allocates room for a value and copies it there.
    ///
    /// # Errors
    /// As [`GuestAllocator::alloc_bytes`].
    fn alloc_value<T: GuestType>(
        &self,
        machine: impl AsMachineMut,
        value: &T,
    ) -> Result<Ptr<T>, Error> {
        self.alloc_slice(machine, core::slice::from_ref(value)).map(|it| Ptr::new(it.address()))
    }
}

fn narrow(number: u64) -> Result<u32, Error> {
    u32::try_from(number)
        .map_err(|_| usage("the guest allocated at a 64-bit address; use `alloc` instead"))
}

/// The allocator that an instance exports.
///
/// ```
/// use dergwasm_host::{Instance, Machine, Module, guest::{ExportedAllocator, GuestAllocator}};
///
/// # let wasm = wat::parse_str(r#"(module
/// #     (memory (export "memory") 1)
/// #     (global $next (mut i32) (i32.const 1024))
/// #     (func (export "malloc") (param i32) (result i32)
/// #         (global.get $next)
/// #         (global.set $next (i32.add (global.get $next) (local.get 0))))
/// #     (func (export "free") (param i32))
/// #     (func (export "first") (param i32 i32) (result i32) (i32.load8_u (local.get 0))))"#)?;
/// # let module = Module::new(&wasm)?;
/// let mut machine = Machine::new(());
/// let instance = Instance::new(&mut machine, &module, &[])?;
/// let allocator = ExportedAllocator::find(&machine, instance)?;
///
/// let text = allocator.alloc_str(&mut machine, "dragon")?;
/// let first = instance.get_typed_func::<(u32, u32), u32>(&machine, "first")?;
/// assert_eq!(first.call(&mut machine, (text.address(), text.len()))?, u32::from(b'd'));
/// allocator.free(&mut machine, text.address().into(), text.len().into(), 1)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ExportedAllocator {
    memory: Memory,
    alloc: Func,
    free: Way,
}

/// How memory is given back.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// By a function of its own.
    Free(Func),
    /// By asking the function that allocates for a size of 0, as `cabi_realloc` does.
    Realloc,
}

/// The pairs of exports that are looked for after `cabi_realloc`.
const PAIRS: [(&str, &str); 3] =
    [("malloc", "free"), ("__wbindgen_malloc", "__wbindgen_free"), ("alloc", "dealloc")];

impl ExportedAllocator {
    /// Finds `malloc` and `free`, `__wbindgen_malloc` and `__wbindgen_free`, `alloc` and
    /// `dealloc`, or `cabi_realloc`, in this order.
    ///
    /// # Errors
    /// The instance exports none of them, has no memory, or is not of this machine.
    pub fn find(machine: impl AsMachine, instance: Instance) -> Result<Self, Error> {
        instance.addr(&machine)?;
        for (alloc, free) in PAIRS {
            let has = |name| instance.get_func(&machine, name).is_some();
            if has(alloc) && has(free) {
                return Self::with_names(machine, instance, alloc, free);
            }
        }
        let Some(alloc) = instance.get_func(&machine, "cabi_realloc") else {
            return Err(usage(
                "the instance exports no allocator: neither `malloc` and `free` nor \
                 `cabi_realloc`; name its functions with `with_names`",
            ));
        };
        check(&alloc.ty(&machine)?, "cabi_realloc", 4..=4, 1)?;
        Ok(Self { memory: memory_of(machine, instance)?, alloc, free: Way::Realloc })
    }

    /// The exports with these names.
    ///
    /// `alloc` takes the size and perhaps the alignment and returns an address; `free` takes the
    /// address and perhaps the size and then the alignment.
    ///
    /// # Errors
    /// The instance does not export functions of such types under these names, has no memory, or is
    /// not of this machine.
    pub fn with_names(
        machine: impl AsMachine,
        instance: Instance,
        alloc: &str,
        free: &str,
    ) -> Result<Self, Error> {
        instance.addr(&machine)?;
        let get = |name: &str| {
            let func = instance.get_func(&machine, name);
            func.ok_or_else(|| usage(format!("the instance exports no function `{name}`")))
        };
        let (alloc_func, free_func) = (get(alloc)?, get(free)?);
        check(&alloc_func.ty(&machine)?, alloc, 1..=2, 1)?;
        check(&free_func.ty(&machine)?, free, 1..=3, 0)?;
        let memory = memory_of(machine, instance)?;
        Ok(Self { memory, alloc: alloc_func, free: Way::Free(free_func) })
    }
}

fn memory_of(machine: impl AsMachine, instance: Instance) -> Result<Memory, Error> {
    instance.memory_zero(machine).ok_or_else(|| usage("the instance has no memory"))
}

/// Checks that a function takes and returns integers, as many as it may.
fn check(
    ty: &FuncType,
    name: &str,
    params: core::ops::RangeInclusive<usize>,
    results: usize,
) -> Result<(), Error> {
    let integers =
        |types: &[ValType]| types.iter().all(|ty| matches!(ty, ValType::I32 | ValType::I64));
    if integers(ty.params())
        && integers(ty.results())
        && params.contains(&ty.params().len())
        && ty.results().len() == results
    {
        return Ok(());
    }
    Err(usage(format!("`{name}` has type {ty}, which is not that of an allocator")))
}

/// Calls a function with as many of the numbers as it takes; returns its result, or 0.
fn call(mut machine: impl AsMachineMut, func: Func, numbers: &[u64]) -> Result<u64, Error> {
    let ty = func.ty(&machine)?;
    let mut params = [Val::I32(0); 4];
    let taken = ty.params().len();
    for ((param, &number), ty) in params.iter_mut().zip(numbers).zip(ty.params()) {
        *param = match ty {
            ValType::I64 => Val::from(number),
            _ => Val::from(u32::try_from(number).map_err(|_| {
                usage(format!(
                    "{number} bytes are more than the guest's allocator can be asked for"
                ))
            })?),
        };
    }
    let mut results = [Val::I32(0)];
    let params = params.get(..taken).unwrap_or(&params);
    func.call(&mut machine, params, &mut results[..ty.results().len()])?;
    Ok(match results[0] {
        Val::I64(address) => address.cast_unsigned(),
        Val::I32(address) => address.cast_unsigned().into(),
        _ => 0,
    })
}

impl GuestAllocator for ExportedAllocator {
    fn alloc(&self, mut machine: impl AsMachineMut, size: u64, align: u64) -> Result<u64, Error> {
        let address = match self.free {
            Way::Free(_) => call(&mut machine, self.alloc, &[size, align])?,
            Way::Realloc => call(&mut machine, self.alloc, &[0, 0, align, size])?,
        };
        if address == 0 && size > 0 {
            return Err(Error::msg(format!("the guest's allocator has no {size} bytes")));
        }
        let memory = self.memory.data_size(&machine)?;
        super::memory::range(address, size, memory, super::Origin::NONE)
            .map_err(|error| Error::msg(format!("the guest's allocator failed: {error}")))?;
        Ok(address)
    }

    fn free(
        &self,
        machine: impl AsMachineMut,
        address: u64,
        size: u64,
        align: u64,
    ) -> Result<(), Error> {
        match self.free {
            Way::Free(free) => call(machine, free, &[address, size, align]),
            Way::Realloc => call(machine, self.alloc, &[address, size, align, 0]),
        }
        .map(drop)
    }

    fn memory(&self) -> Memory {
        self.memory
    }
}
