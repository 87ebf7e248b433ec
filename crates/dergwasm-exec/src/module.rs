//! A module ready to be instantiated: decoded, and translated when needed.

use crate::interrupt::InterruptState;
use crate::ir::code::{CodeTable, FuncEntry};
use crate::module_types::{self, TypeFacts};
use crate::sync::{AtomicPtr, Ordering};
use crate::translate::{Lists, Options, Translator, room};
use crate::{CompilationMode, Config, Error, FuelCosts};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ptr;
use dergwasm_decode::{DecodeOptions, Validation};
use dergwasm_types::{FuncIdx, Trap};

/// A WebAssembly module: immutable, cheap to clone, shared by machines and threads.
///
/// ```
/// use dergwasm_exec::Module;
///
/// let module = Module::new(b"\0asm\x01\0\0\0")?;
/// assert!(module.decoded().exports().is_empty());
/// # Ok::<(), dergwasm_exec::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Module(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    decoded: dergwasm_decode::Module,
    /// What translation asks of its types.
    facts: Box<[TypeFacts]>,
    /// Code of each flavour, made when a machine first needs it: the one made last.
    flavours: AtomicPtr<FlavourCode>,
    /// What the translation of a function used and that of the next can.
    spare: Spare,
}

/// Lists that no translation uses, if there are some.
#[derive(Debug, Default)]
struct Spare(AtomicPtr<Lists>);

impl Spare {
    /// Takes the lists, or makes new ones.
    fn take(&self) -> Lists {
        let lists = self.0.swap(ptr::null_mut(), Ordering::Acquire);
        if lists.is_null() {
            return Lists::default();
        }
        // SAFETY: from `Box::into_raw` in `keep`, and whoever takes the pointer owns the box.
        *unsafe { Box::from_raw(lists) }
    }

    /// Keeps lists, unless they are large.
    fn keep(&self, lists: Lists) {
        if lists.is_small() {
            let kept = self.0.swap(Box::into_raw(Box::new(lists)), Ordering::AcqRel);
            if !kept.is_null() {
                // SAFETY: as in `take`.
                drop(unsafe { Box::from_raw(kept) });
            }
        }
    }
}

impl Drop for Spare {
    fn drop(&mut self) {
        let lists = self.0.load(Ordering::Relaxed);
        if !lists.is_null() {
            // SAFETY: as in `take`; nobody else has the module any more.
            drop(unsafe { Box::from_raw(lists) });
        }
    }
}

/// The code of a flavour, which is in a list that only grows.
#[derive(Debug)]
struct FlavourCode {
    flavour: Flavour,
    table: CodeTable,
    /// The one made before it.
    next: *const Self,
}

// SAFETY: `next` leads to another that nobody changes any more and that lives as long as this one.
unsafe impl Send for FlavourCode {}
// SAFETY: as for `Send`.
unsafe impl Sync for FlavourCode {}

/// What code is able to do, chosen by the machine that runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flavour {
    /// Whether it pays fuel, and what costs how much.
    pub(crate) fuel: Option<FuelCosts>,
    pub(crate) interruptible: bool,
    /// Whether every WebAssembly instruction is translated for itself.
    pub(crate) unfused: bool,
}

impl Flavour {
    pub(crate) fn of(config: &Config) -> Self {
        let Config { fuel, fuel_costs, interruptible, superinstructions, .. } = *config;
        Self { fuel: fuel.then_some(fuel_costs), interruptible, unfused: !superinstructions }
    }

    pub(crate) fn options(self) -> Options {
        let Self { fuel, interruptible, unfused } = self;
        Options { fuel, interruptible, unfused }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Nobody else has the module any more.
        let mut next = self.flavours.load(Ordering::Relaxed);
        while !next.is_null() {
            // SAFETY: from `Box::into_raw`, and nobody refers to the module any more.
            next = unsafe { Box::from_raw(next) }.next.cast_mut();
        }
    }
}

impl Module {
    /// Decodes and validates a module with the default [`Config`].
    ///
    /// With feature `wat`, the text format is accepted too.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) if the bytes are no valid module.
    pub fn new(bytes: &[u8]) -> Result<Self, Error> {
        Self::with_config(&Config::default(), bytes)
    }

    /// Decodes a module and validates and translates it when the configuration says.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) if the bytes are no valid module. In
    /// [`CompilationMode::Lazy`] an invalid function is found only when it is called.
    pub fn with_config(config: &Config, bytes: &[u8]) -> Result<Self, Error> {
        let validation = match config.mode {
            CompilationMode::Lazy => Validation::Deferred,
            CompilationMode::Eager | CompilationMode::LazyTranslation => Validation::Full,
        };
        Self::decode(config, bytes, validation)
    }

    /// Decodes a module without validating it.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode) if the bytes cannot be taken apart.
    ///
    /// # Safety
    /// The bytes must be a valid module. Running an invalid one is undefined behaviour.
    pub unsafe fn new_unchecked(config: &Config, bytes: &[u8]) -> Result<Self, Error> {
        Self::decode(config, bytes, Validation::None)
    }

    fn decode(config: &Config, bytes: &[u8], validation: Validation) -> Result<Self, Error> {
        let options = DecodeOptions {
            features: config.features,
            validation,
            limits: config.parse_limits.clone(),
            parallel: config.parallel,
        };
        let decoded = dergwasm_decode::Module::with_options(bytes, &options)?;
        let facts = module_types::facts(&decoded)?;
        let module = Self(Arc::new(Inner {
            decoded,
            facts,
            flavours: Default::default(),
            spare: Spare::default(),
        }));
        if config.mode == CompilationMode::Eager {
            module.translate_all(Flavour::of(config), config.parallel)?;
        }
        Ok(module)
    }

    /// What the module contains.
    #[must_use]
    pub fn decoded(&self) -> &dergwasm_decode::Module {
        &self.0.decoded
    }

    /// The code of a flavour that an instance has: instantiation made the table.
    ///
    /// # Panics
    /// If nothing has made it, and there is no memory for it.
    pub(crate) fn made_code(&self, flavour: Flavour) -> &CodeTable {
        self.code(flavour).expect("instantiation makes the table")
    }

    /// The code of a flavour; the table is made when it is first asked for.
    ///
    /// # Errors
    /// There is no memory for the table.
    pub(crate) fn code(&self, flavour: Flavour) -> Result<&CodeTable, Error> {
        let list = &self.0.flavours;
        let mut newest = list.load(Ordering::Acquire);
        if let Some(found) = Self::find_flavour(newest, flavour) {
            return Ok(found);
        }
        let decoded = self.decoded();
        let first = u32::try_from(decoded.imported_func_count()).unwrap_or(u32::MAX);
        let table = CodeTable::new(first, decoded.funcs().len())?;
        let new = Box::into_raw(Box::new(FlavourCode { flavour, table, next: newest }));
        loop {
            match list.compare_exchange(newest, new, Ordering::AcqRel, Ordering::Acquire) {
                // SAFETY: once published, it lives as long as the module.
                Ok(_) => return Ok(unsafe { &(*new).table }),
                Err(other) => newest = other,
            }
            if let Some(found) = Self::find_flavour(newest, flavour) {
                // SAFETY: nobody else has seen the new one.
                drop(unsafe { Box::from_raw(new) });
                return Ok(found);
            }
            // SAFETY: as above.
            unsafe { (*new).next = newest }
        }
    }

    /// The code of a flavour, if it is in the list.
    fn find_flavour<'a>(mut next: *const FlavourCode, flavour: Flavour) -> Option<&'a CodeTable> {
        // SAFETY: what is in the list lives as long as the module, as does what is borrowed here.
        while let Some(code) = unsafe { next.as_ref() } {
            if code.flavour == flavour {
                return Some(&code.table);
            }
            next = code.next;
        }
        None
    }

    /// Translates every function, with `parallel` by several threads if there is much to do.
    fn translate_all(&self, flavour: Flavour, parallel: bool) -> Result<(), Error> {
        let table = self.code(flavour)?;
        let entries = table.entries();
        let translator = || self.translator(flavour.options());
        #[cfg(feature = "parallel")]
        if parallel && self.decoded().bytes().len() >= crate::parallel::WORTHWHILE {
            return crate::parallel::for_each(entries, translator, |translator, entry| {
                self.translate_with(translator, entry, table)
            });
        }
        let _ = parallel;
        let mut translator = translator();
        entries.iter().try_for_each(|entry| self.translate_with(&mut translator, entry, table))
    }

    /// Makes sure a function is translated.
    ///
    /// # Errors
    /// If validation was deferred until now and fails, or another thread asks to stop.
    pub(crate) fn translate(
        &self,
        flavour: Flavour,
        entry: &FuncEntry,
        interrupt: Option<&InterruptState>,
    ) -> Result<(), Error> {
        let table = self.code(flavour)?;
        let (decoded, facts, lists) = (self.decoded(), &self.0.facts, self.0.spare.take());
        let mut translator = Translator::with_lists(decoded, facts, flavour.options(), lists);
        translator.interruptible_by(interrupt);
        let result = self.translate_with(&mut translator, entry, table);
        self.0.spare.keep(translator.into_lists());
        result
    }

    fn translate_with(
        &self,
        translator: &mut Translator<'_>,
        entry: &FuncEntry,
        table: &CodeTable,
    ) -> Result<(), Error> {
        if entry.is_translated() {
            return Ok(());
        }
        if self.decoded().validation() == Validation::Deferred {
            let stop = || translator.is_interrupted();
            if !self.decoded().validate_func_until(entry.func, &stop)? {
                return Err(Error::pause(Trap::Interrupted, 0));
            }
        }
        entry.publish(translator.translate(entry.func)?, table)
    }

    /// What translates the module's functions.
    pub(crate) fn translator(&self, options: Options) -> Translator<'_> {
        Translator::new(self.decoded(), &self.0.facts, options)
    }

    /// At which word of a function's code that of which wasm offset begins.
    pub(crate) fn offsets(&self, flavour: Flavour, func: FuncIdx) -> Option<Vec<(u32, u32)>> {
        let mut translator = self.translator(flavour.options());
        let draft = translator.translate(func).ok()?;
        let mut offsets = room::list(draft.offsets.len(), "function's offsets").ok()?;
        offsets.extend_from_slice(draft.offsets);
        Some(offsets)
    }

    /// Whether both are the same module, not only equal ones.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
