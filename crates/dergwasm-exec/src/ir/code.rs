//! Code ready to run, and the entries through which functions are called.

#![expect(clippy::cast_possible_truncation, reason = "words hold what fits the host's pointers")]

use super::{Handlers, OpWord, Opcode, RefMaps, Resumes};
use crate::dispatch::{self, Stub};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};
use dergwasm_types::FuncIdx;

/// Translated code of one function before its addresses are known.
///
/// The first word of an instruction is an [`OpWord`], a target the index of a word, a called
/// function its index in the module.
#[derive(Debug)]
pub(crate) struct Draft<'t> {
    pub(crate) words: &'t [u64],
    /// The word at which each instruction begins, and the wasm offset it comes from.
    pub(crate) offsets: &'t [(u32, u32)],
    /// The words that are targets.
    pub(crate) targets: &'t [u32],
    /// For listings: at which word that of the first wasm instruction begins.
    pub(crate) first: usize,
    /// For listings: how many locals there are and where the parameters begin.
    pub(crate) frame: FrameLayout,
    pub(crate) maps: Option<Box<RefMaps>>,
    pub(crate) handlers: Option<Box<Handlers>>,
    pub(crate) resumes: Option<Box<Resumes>>,
}

/// Where the slots of a frame are.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FrameLayout {
    /// Parameters.
    pub(crate) params: u32,
    /// Slots for parameters or results, the more of both.
    pub(crate) area: u32,
    /// Locals that are not parameters.
    pub(crate) locals: u32,
}

/// A slot as the source program sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SlotName {
    /// A parameter or local.
    Local(u32),
    /// A place for a result that is no parameter.
    Result(u32),
    /// An operand at this height of the stack.
    Operand(u32),
}

impl FrameLayout {
    /// Byte offset of a local's slot.
    pub(crate) fn local(self, index: u32) -> i32 {
        if index < self.params { self.result(index) } else { slots(index - self.params) }
    }

    /// Byte offset of a result's slot, which is also that of the parameter of the same index.
    pub(crate) fn result(self, index: u32) -> i32 {
        slots(index) - slots(self.area + 1)
    }

    /// Byte offset of an operand's slot.
    pub(crate) fn operand(self, height: u32) -> i32 {
        slots(self.locals + height)
    }

    /// What the slot at a byte offset is.
    pub(crate) fn name(self, offset: i64) -> SlotName {
        let slot = offset / 16;
        let up = |by: i64| u32::try_from(slot + by).unwrap_or(0);
        if slot < 0 {
            let index = up(i64::from(self.area) + 1);
            if index < self.params { SlotName::Local(index) } else { SlotName::Result(index) }
        } else if slot < i64::from(self.locals) {
            SlotName::Local(up(i64::from(self.params)))
        } else {
            SlotName::Operand(up(-i64::from(self.locals)))
        }
    }
}

/// The size of `count` slots; frames are far smaller than 2 GiB, since functions are.
#[expect(clippy::cast_possible_wrap, reason = "a function has less than 2^27 operands")]
pub(crate) fn slots(count: u32) -> i32 {
    (count * 16) as i32
}

impl Draft<'_> {
    /// Copies the code and puts addresses into the copy.
    fn finish(self, entries: &[FuncEntry]) -> FuncCode {
        debug_assert!(
            self.is_consistent(),
            "instructions and targets are where they are said to be"
        );
        let mut words: Box<[u64]> = self.words.into();
        let base = words.as_ptr();
        let address = |word: u64| base.wrapping_add(word as usize).expose_provenance() as u64;
        let imported = entries.first().map_or(0, |entry| u64::from(entry.func.0));
        let entry = |func: u64| {
            let entry = entries.get((func - imported) as usize).map_or(ptr::null(), ptr::from_ref);
            entry.expose_provenance() as u64
        };
        for &target in self.targets {
            let word = &mut words[target as usize];
            *word = address(*word);
        }
        for &(at, _) in self.offsets {
            let at = at as usize;
            let op = OpWord::decode(words[at]);
            match op.opcode {
                Opcode::Call => words[at + 2] = entry(words[at + 2]),
                Opcode::ReturnCall => words[at + 5] = entry(words[at + 5]),
                _ => {}
            }
            words[at] = dispatch::finished(op);
        }
        FuncCode { words, maps: self.maps, handlers: self.handlers, resumes: self.resumes }
    }

    /// Whether the instructions and targets are those that reading the code finds.
    fn is_consistent(&self) -> bool {
        let (mut at, mut starts, mut targets) = (0, Vec::new(), Vec::new());
        while at < self.words.len() {
            let op = OpWord::decode(self.words[at]);
            starts.push(at as u32);
            targets.extend(op.targets(|i| self.words[at + i]).map(|target| (at + target) as u32));
            at += op.len(|i| self.words[at + i]);
        }
        starts.iter().eq(self.offsets.iter().map(|(start, _)| start)) && targets == self.targets
    }
}

/// The code of one function.
#[derive(Debug)]
pub(crate) struct FuncCode {
    words: Box<[u64]>,
    /// Where references are.
    pub(crate) maps: Option<Box<RefMaps>>,
    /// Where exceptions are caught.
    pub(crate) handlers: Option<Box<Handlers>>,
    /// Which suspensions are handled.
    pub(crate) resumes: Option<Box<Resumes>>,
}

impl FuncCode {
    /// The index of the word at `ip`, if it is in this code.
    pub(crate) fn position(&self, ip: *const u64) -> Option<usize> {
        let range = self.words.as_ptr_range();
        range.contains(&ip).then(|| (ip.addr() - range.start.addr()) / size_of::<u64>())
    }

    /// The addresses of its first word and of the end.
    pub(crate) fn addresses(&self) -> (usize, usize) {
        let range = self.words.as_ptr_range();
        (range.start.addr(), range.end.addr())
    }

    /// The instruction at a word.
    pub(crate) fn at(&self, position: usize) -> *const u64 {
        self.words.as_ptr().wrapping_add(position)
    }

    /// How many bytes the function's frame has above its base: the operand of `enter`.
    pub(crate) fn frame_size(&self) -> usize {
        self.words.get(1).map_or(0, |&bytes| bytes as usize)
    }
}

/// Through which a function is called: its code, or a stub that translates it first.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct FuncEntry {
    code: AtomicPtr<u64>,
    body: AtomicPtr<FuncCode>,
    pub(crate) func: FuncIdx,
}

impl FuncEntry {
    fn new(func: FuncIdx) -> Self {
        Self {
            code: AtomicPtr::new(Stub::Translate.code().cast_mut()),
            body: AtomicPtr::default(),
            func,
        }
    }

    /// Where the function's code begins.
    #[inline(always)]
    pub(crate) fn code(&self) -> *const u64 {
        self.code.load(Ordering::Acquire)
    }

    /// The code, if it is translated.
    pub(crate) fn body(&self) -> Option<&FuncCode> {
        // SAFETY: INV-CODE: a body, once published, is freed only with the entry.
        unsafe { self.body.load(Ordering::Acquire).as_ref() }
    }

    /// Makes code that calls functions of `entries` the function's code, unless another thread was
    /// faster.
    pub(crate) fn publish(&self, draft: Draft<'_>, entries: &[Self]) {
        let body = Box::into_raw(Box::new(draft.finish(entries)));
        let order = Ordering::AcqRel;
        match self.body.compare_exchange(ptr::null_mut(), body, order, Ordering::Acquire) {
            Ok(_) => {
                // SAFETY: `body` is from `Box::into_raw` and is never freed before the entry.
                let code = unsafe { (*body).words.as_ptr() };
                self.code.store(code.cast_mut(), Ordering::Release);
            }
            Err(_) => {
                // SAFETY: nobody else has seen this body.
                drop(unsafe { Box::from_raw(body) });
                // The other thread may be about to store the code: wait for it.
                while self.code() == Stub::Translate.code() {
                    core::hint::spin_loop();
                }
            }
        }
    }
}

impl Drop for FuncEntry {
    fn drop(&mut self) {
        let body = *self.body.get_mut();
        if !body.is_null() {
            // SAFETY: the entry owns the body, and no code runs without its module.
            drop(unsafe { Box::from_raw(body) });
        }
    }
}

/// The code of a module's functions, translated on demand.
#[derive(Debug)]
pub(crate) struct CodeTable {
    entries: Box<[FuncEntry]>,
}

impl CodeTable {
    /// A table for `count` functions, the first of which is `first`.
    pub(crate) fn new(first: u32, count: usize) -> Self {
        let entries = (first..).take(count).map(|func| FuncEntry::new(FuncIdx(func))).collect();
        Self { entries }
    }

    /// The entries of the functions the module defines.
    pub(crate) fn entries(&self) -> &[FuncEntry] {
        &self.entries
    }
}
