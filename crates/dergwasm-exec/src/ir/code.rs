//! Code ready to run, and the entries through which functions are called.

#![expect(clippy::cast_possible_truncation, reason = "words hold what fits the host's pointers")]

use super::layout::Word;
use super::{OpWord, Opcode, SideTables};
use crate::Error;
use crate::dispatch::{self, Stub};
use crate::interrupt::InterruptState;
use crate::sync::{AtomicPtr, AtomicU32, AtomicUsize, Ordering, spin_loop};
use crate::translate::{self, LOOK_EVERY, room};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::{mem, ptr, slice};
use dergwasm_types::FuncIdx;

/// Translated code of one function before its addresses are known.
///
/// The first word of an instruction is an [`OpWord`], a target the index of a word, a called
/// function its index in the module.
#[derive(Debug)]
pub(crate) struct Draft<'t> {
    pub(crate) words: &'t mut Vec<u64>,
    /// The word at which each instruction begins, and the wasm offset it comes from.
    pub(crate) offsets: &'t [(u32, u32)],
    /// The words that are targets.
    pub(crate) targets: &'t [u32],
    /// For listings: at which word that of the first wasm instruction begins.
    pub(crate) first: usize,
    /// For listings: how many locals there are and where the parameters begin.
    pub(crate) frame: FrameLayout,
    pub(crate) side: Option<Box<SideTables>>,
    /// Where another thread asks to stop.
    pub(crate) interrupt: Option<&'t InterruptState>,
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

/// Code with addresses, and what stands beside it.
type Finished = (Box<[u64]>, Option<Box<SideTables>>);

impl Draft<'_> {
    /// Code of this many words is kept where it is; less is copied, so that the memory it was
    /// written to serves the next function too.
    const LARGE: usize = 1 << 16;

    /// Puts addresses into the code.
    fn finish(self, entries: &[FuncEntry]) -> Result<Finished, Error> {
        debug_assert!(
            self.is_consistent(),
            "instructions and targets are where they are said to be"
        );
        let mut words: Box<[u64]> = if self.words.len() < Self::LARGE {
            let mut words = room::list(self.words.len(), "function's code")?;
            words.extend_from_slice(self.words);
            words.into()
        } else {
            mem::take(self.words).into()
        };
        let base = words.as_ptr();
        let address = |word: u64| base.wrapping_add(word as usize).expose_provenance() as u64;
        let imported = entries.first().map_or(0, |entry| u64::from(entry.func.0));
        let entry = |func: u64| {
            let entry = entries.get((func - imported) as usize).map_or(ptr::null(), ptr::from_ref);
            entry.expose_provenance() as u64
        };
        for targets in self.targets.chunks(LOOK_EVERY) {
            self.look()?;
            for &target in targets {
                let word = &mut words[target as usize];
                *word = address(*word);
            }
        }
        for (i, &(at, _)) in self.offsets.iter().enumerate() {
            if i % LOOK_EVERY == 0 {
                self.look()?;
            }
            let at = at as usize;
            let op = OpWord::decode(words[at]);
            if let Some(Word(word)) = op.opcode.entry_word() {
                words[at + word] = entry(words[at + word]);
            }
            words[at] = dispatch::finished(op);
        }
        Ok((words, self.side))
    }

    /// Fails if another thread asks to stop.
    fn look(&self) -> Result<(), Error> {
        self.interrupt.map_or(Ok(()), translate::look)
    }

    /// Whether the instructions and targets are those that reading the code finds.
    fn is_consistent(&self) -> bool {
        let mut starts = self.offsets.iter().map(|&(start, _)| start);
        let mut targets = self.targets.iter().copied();
        let mut at = 0;
        while at < self.words.len() {
            let op = OpWord::decode(self.words[at]);
            let mut found = op.targets(|i| self.words[at + i]).map(|target| (at + target) as u32);
            if starts.next() != Some(at as u32)
                || !found.all(|target| targets.next() == Some(target))
            {
                return false;
            }
            at += op.len(|i| self.words[at + i]);
        }
        starts.next().is_none() && targets.next().is_none()
    }
}

/// The code of one function, and what stands beside it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FuncCode<'a> {
    words: &'a [u64],
    pub(crate) side: &'a SideTables,
}

impl FuncCode<'_> {
    /// Where a function's first instruction, one of the `enter`s, has the size of the frame.
    pub(crate) const FRAME: Word = {
        use Opcode as O;
        let all = [O::Enter0, O::Enter1, O::Enter2, O::Enter3, O::Enter4, O::EnterMany];
        let (word, mut i) = (O::EnterVectors.word_named("frame"), 0);
        while i < all.len() {
            assert!(all[i].word_named("frame").0 == word.0);
            i += 1;
        }
        word
    };

    /// The index of the word at `ip`, if it is in this code.
    pub(crate) fn position(self, ip: *const u64) -> Option<usize> {
        let range = self.words.as_ptr_range();
        range.contains(&ip).then(|| (ip.addr() - range.start.addr()) / size_of::<u64>())
    }

    /// The addresses of its first word and of the end.
    pub(crate) fn addresses(self) -> (usize, usize) {
        let range = self.words.as_ptr_range();
        (range.start.addr(), range.end.addr())
    }

    /// The instruction at a word.
    pub(crate) fn at(self, position: usize) -> *const u64 {
        self.words.as_ptr().wrapping_add(position)
    }

    /// How many bytes the function's frame has above its base: the operand of `enter`.
    pub(crate) fn frame_size(self) -> usize {
        let Word(frame) = Self::FRAME;
        self.words.get(frame).map_or(0, |&bytes| bytes as usize)
    }
}

/// Through which a function is called: its code, or a stub that translates it first.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct FuncEntry {
    /// The stub, or the first word of a box of `len` words that the entry owns.
    code: AtomicPtr<u64>,
    /// A box that the entry owns, if there are tables.
    side: AtomicPtr<SideTables>,
    /// Claimed by the thread whose code it will be; none before.
    len: AtomicU32,
    pub(crate) func: FuncIdx,
}

impl FuncEntry {
    fn new(func: FuncIdx) -> Self {
        Self {
            code: AtomicPtr::new(Stub::Translate.code().cast_mut()),
            side: AtomicPtr::default(),
            len: AtomicU32::new(0),
            func,
        }
    }

    /// Where the function's code begins.
    #[inline(always)]
    pub(crate) fn code(&self) -> *const u64 {
        self.code.load(Ordering::Acquire)
    }

    /// Whether the function is translated.
    pub(crate) fn is_translated(&self) -> bool {
        self.code() != Stub::Translate.code()
    }

    /// The code, if it is translated.
    pub(crate) fn body(&self) -> Option<FuncCode<'_>> {
        let code = self.code();
        if code == Stub::Translate.code() {
            return None;
        }
        let len = self.len.load(Ordering::Relaxed) as usize;
        // SAFETY: INV-CODE: published after both others, the code is so many words of the entry's
        // own, which nobody changes.
        let words = unsafe { slice::from_raw_parts(code, len) };
        // SAFETY: INV-CODE: as with the words.
        let side = unsafe { self.side.load(Ordering::Relaxed).as_ref() };
        Some(FuncCode { words, side: side.unwrap_or(SideTables::NONE) })
    }

    /// Makes code that calls functions of `table` the function's code, unless another thread was
    /// faster.
    ///
    /// # Errors
    /// Another thread asks to stop; nothing is published.
    pub(crate) fn publish(&self, draft: Draft<'_>, table: &CodeTable) -> Result<(), Error> {
        let (words, side) = draft.finish(&table.entries)?;
        let len = words.len() as u32;
        if self.len.compare_exchange(0, len, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
            self.side.store(side.map_or(ptr::null_mut(), Box::into_raw), Ordering::Relaxed);
            // First: whoever runs the code finds the function among those that are translated.
            table.note(self);
            self.code.store(Box::into_raw(words).cast(), Ordering::Release);
        } else {
            // The other thread may be about to store the code: wait for it.
            while !self.is_translated() {
                spin_loop();
            }
        }
        Ok(())
    }
}

impl Drop for FuncEntry {
    fn drop(&mut self) {
        if !self.is_translated() {
            return;
        }
        // Nobody else has the entry any more.
        let order = Ordering::Relaxed;
        let (code, len) = (self.code.load(order), self.len.load(order) as usize);
        let words = ptr::slice_from_raw_parts_mut(code, len);
        // SAFETY: the entry owns this box, and no code runs without its module.
        drop(unsafe { Box::from_raw(words) });
        let side = self.side.load(order);
        if !side.is_null() {
            // SAFETY: as with the words.
            drop(unsafe { Box::from_raw(side) });
        }
    }
}

/// The code of a module's functions, translated on demand.
#[derive(Debug)]
pub(crate) struct CodeTable {
    entries: Box<[FuncEntry]>,
    /// The functions in the order in which their translations were published: 1 more than the place
    /// of each among the entries, or 0 where another thread is about to write.
    order: Box<[AtomicU32]>,
    /// How many of these are claimed.
    published: AtomicUsize,
}

impl CodeTable {
    /// A table for `count` functions, the first of which is `first`.
    ///
    /// # Errors
    /// There is no memory for it.
    pub(crate) fn new(first: u32, count: usize) -> Result<Self, Error> {
        let mut entries = room::list(count, "table of functions")?;
        entries.extend((first..).take(count).map(|func| FuncEntry::new(FuncIdx(func))));
        let mut order = room::list(count, "table of functions")?;
        order.extend((0..count).map(|_| AtomicU32::new(0)));
        let (entries, order) = (entries.into(), order.into());
        Ok(Self { entries, order, published: AtomicUsize::new(0) })
    }

    /// Notes that a function is about to be published. It is done once for each.
    fn note(&self, entry: &FuncEntry) {
        let first = self.entries.first().map_or(0, |first| first.func.0);
        let place = self.published.fetch_add(1, Ordering::Relaxed);
        if let Some(order) = self.order.get(place) {
            order.store(entry.func.0 - first + 1, Ordering::Release);
        }
    }

    /// The functions published since the first `known` of them; none where another thread is not
    /// done yet.
    pub(crate) fn published_since(
        &self,
        known: usize,
    ) -> impl Iterator<Item = Option<(&FuncEntry, FuncCode<'_>)>> {
        let published = self.published.load(Ordering::Relaxed).min(self.order.len());
        self.order[known.min(published)..published].iter().map(|order| {
            let place = (order.load(Ordering::Acquire) as usize).checked_sub(1)?;
            let entry = self.entries.get(place)?;
            Some((entry, entry.body()?))
        })
    }

    /// The entries of the functions the module defines.
    pub(crate) fn entries(&self) -> &[FuncEntry] {
        &self.entries
    }
}
