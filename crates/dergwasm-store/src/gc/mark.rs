//! Marking: from the roots to everything that can be reached.
//!
//! Follows any words without harm: what does not lead to an object with a known header is passed
//! over. Does not recurse, and pushes a large array piece by piece, so that the stack stays small.

use super::{
    HEADER_SIZE, array_element_size,
    heap::Heap,
    host_values::HostMarks,
    marks::{GRANULE, LINE, MarkBits},
    raw::{HeapWord, prefetch},
    trace::{Shape, Small, TraceTable, array_size},
};
use alloc::vec::Vec;

/// The last word of an object that is asked for, that of the third granule: most objects are not
/// larger. One in eight has its first words in two cache lines; to wait for the second would be a
/// quarter of all the time. (benches: peers heap)
const ASKED_FOR: usize = 5;

/// How many references of an array are looked at in one go.
const PIECE: usize = 512;

/// How many objects are on their way from memory at a time.
const QUEUE: usize = 32;

/// The bytes of the heap's words.
const WORD: usize = size_of::<HeapWord>();

/// The words of a granule.
const WORDS: usize = GRANULE / WORD;

/// The words of a small object at most.
const SMALL: usize = LINE / WORD;

/// Marks what it is shown and all that can be reached from there.
pub(crate) struct Marker<'a> {
    words: &'a [HeapWord],
    marks: MarkBits<'a>,
    hosts: &'a mut HostMarks,
    trace: &'a TraceTable,
    stack: Stack,
    /// What was not looked at of large arrays.
    arrays: Vec<Elements>,
    outcome: Outcome,
}

/// The granules of marked objects that were not looked into: those below `len`.
#[derive(Default)]
struct Stack {
    granules: Vec<u32>,
    len: usize,
}

/// Consecutive references in the words of the heap: the next one, and where they end.
#[derive(Clone, Copy)]
struct Elements {
    next: usize,
    end: usize,
}

/// What a marker has seen.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outcome {
    pub(super) objects: u64,
    /// How large they are together, in granules.
    pub(super) granules: u64,
    /// There was no memory to remember what must still be looked at.
    pub(super) incomplete: bool,
}

impl Outcome {
    pub(crate) const fn is_incomplete(&self) -> bool {
        self.incomplete
    }
}

impl Stack {
    /// Makes room for `additional` granules, or returns false.
    #[inline]
    fn reserve(&mut self, additional: usize) -> bool {
        self.granules.len() - self.len >= additional || self.grow(additional)
    }

    #[cold]
    fn grow(&mut self, additional: usize) -> bool {
        let more = additional.max(self.granules.len()).max(1024);
        let reserved = self.granules.try_reserve(more).is_ok();
        if reserved {
            self.granules.resize(self.granules.len() + more, 0);
        }
        reserved
    }

    fn top(&mut self) -> StackTop<'_> {
        StackTop { granules: &mut self.granules, len: self.len }
    }
}

/// A stack as long as it needs not grow.
struct StackTop<'a> {
    granules: &'a mut [u32],
    len: usize,
}

impl StackTop<'_> {
    /// How many granules can be pushed.
    #[inline]
    const fn room(&self) -> usize {
        self.granules.len() - self.len
    }

    /// Pushes a granule if it is `new`. There must be room for it.
    #[inline]
    fn push_if(&mut self, new: bool, granule: u32) {
        if let Some(top) = self.granules.get_mut(self.len) {
            *top = granule;
            self.len += usize::from(new);
        }
    }

    #[inline]
    fn pop(&mut self) -> Option<u32> {
        self.len = self.len.checked_sub(1)?;
        self.granules.get(self.len).copied()
    }
}

/// Asks memory for the beginning of an object, also where that goes on in a second cache line.
#[inline]
fn ask_for(words: &[HeapWord], granule: u32) {
    let first = granule as usize * WORDS;
    prefetch(words, first);
    prefetch(words, first + ASKED_FOR);
}

/// Objects that wait a little until they have come from memory, by their granules.
#[derive(Default)]
struct Queue {
    granules: [u32; QUEUE],
    /// How many were taken. The next one is at this place.
    first: usize,
    len: usize,
}

impl Queue {
    /// Asks for objects from the top of the stack, and takes the one that was asked for first.
    #[inline]
    fn next(&mut self, words: &[HeapWord], stack: &mut StackTop<'_>) -> Option<u32> {
        if self.len == QUEUE
            && let Some(granule) = stack.pop()
        {
            // The usual case, in few instructions: one comes, one goes.
            ask_for(words, granule);
            let place = &mut self.granules[self.first % QUEUE];
            self.first += 1;
            return Some(core::mem::replace(place, granule));
        }
        self.fill(words, stack);
        self.len = self.len.checked_sub(1)?;
        let granule = self.granules[self.first % QUEUE];
        self.first += 1;
        Some(granule)
    }

    fn fill(&mut self, words: &[HeapWord], stack: &mut StackTop<'_>) {
        while self.len < QUEUE
            && let Some(granule) = stack.pop()
        {
            ask_for(words, granule);
            self.granules[(self.first + self.len) % QUEUE] = granule;
            self.len += 1;
        }
    }
}

impl<'a> Marker<'a> {
    pub(crate) fn new(heap: &'a mut Heap, hosts: &'a mut HostMarks, trace: &'a TraceTable) -> Self {
        let (words, marks) = heap.parts();
        let (stack, arrays, outcome) = (Stack::default(), Vec::new(), Outcome::default());
        Self { words, marks, hosts, trace, stack, arrays, outcome }
    }

    /// Marks what these words lead to, if they are references.
    pub(crate) fn roots(&mut self, words: impl IntoIterator<Item = u64>) {
        for word in words {
            if let Ok(reference) = u32::try_from(word)
                && self.reserve(1)
            {
                self.visit(reference);
                if self.stack.len > PIECE {
                    self.drain();
                }
            }
        }
        self.drain();
    }

    pub(crate) const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Makes room on the stack; without it the marking is incomplete.
    #[inline]
    fn reserve(&mut self, additional: usize) -> bool {
        let reserved = self.stack.reserve(additional);
        self.outcome.incomplete |= !reserved;
        reserved
    }

    /// Marks what a reference leads to. There must be room for it on the stack.
    #[inline]
    fn visit(&mut self, reference: u32) {
        let mut stack = self.stack.top();
        visit(reference, &mut self.marks, &mut stack, self.hosts);
        self.stack.len = stack.len;
    }

    fn drain(&mut self) {
        loop {
            self.drain_stack();
            let Some(elements) = self.arrays.pop() else { return };
            self.visit_piece(elements);
        }
    }

    /// Looks into what is on the stack, and what comes upon it.
    fn drain_stack(&mut self) {
        let mut queue = Queue::default();
        while let Some(granule) = self.drain_small(&mut queue) {
            self.look_into(granule as usize);
        }
        self.outcome.objects += queue.first as u64;
    }

    /// Looks into what is on the stack up to an object that is not small, and returns that.
    ///
    /// With what is asked for early, instructions take most of the time here. All it needs is in
    /// variables: through `self` the compiler would load it again whenever a mark was set.
    fn drain_small(&mut self, queue: &mut Queue) -> Option<u32> {
        let (words, trace) = (self.words, self.trace);
        let (mut marks, hosts) = (self.marks.reborrow(), &mut *self.hosts);
        let mut stack = self.stack.top();
        let mut size = 0_u64;
        let other = loop {
            let Some(granule) = queue.next(words, &mut stack) else { break None };
            let object = words.get(granule as usize * WORDS..).and_then(<[HeapWord]>::first_chunk);
            // What is at the end of the heap is not small either: no more words follow.
            let Some(object): Option<&[HeapWord; SMALL]> = object else { break Some(granule) };
            let Some(Small { granules, mut refs }) = trace.small(object[0].get()) else {
                break Some(granule);
            };
            if stack.room() < SMALL {
                break Some(granule);
            }
            marks.mark_end(granule, granules);
            size += u64::from(granules);
            while refs != 0 {
                let reference = object[refs.trailing_zeros() as usize % SMALL];
                visit(reference.get(), &mut marks, &mut stack, hosts);
                refs &= refs - 1;
            }
        };
        self.stack.len = stack.len;
        self.outcome.granules += size;
        other
    }

    /// Looks into an object of any kind.
    fn look_into(&mut self, granule: usize) {
        let (words, trace) = (self.words, self.trace);
        let Some(object) = words.get(granule * WORDS..) else { return };
        let &[ty, len, ..] = object else { return };
        let Some(&shape) = trace.shape_of(ty.get()) else { return };
        match shape {
            Shape::None => {}
            Shape::Small { small, .. } => {
                self.count(granule, small.granules as usize);
                self.visit_small(object, small.refs);
            }
            Shape::Struct { size, first_ref, refs, .. } => {
                self.count(granule, size as usize / GRANULE);
                let refs = trace.refs(first_ref, refs);
                if !self.reserve(refs.len()) {
                    return;
                }
                for &offset in refs {
                    if let Some(&reference) = object.get(offset as usize / WORD) {
                        self.visit(reference.get());
                    }
                }
            }
            Shape::Array { element, traced } => {
                let size = usize::try_from(array_size(element, len.get())).unwrap_or(usize::MAX);
                self.count(granule, size / GRANULE);
                if traced {
                    let next = granule * WORDS + HEADER_SIZE as usize / WORD;
                    let size = array_element_size(element) as usize / WORD;
                    let end = next.saturating_add((len.get() as usize).saturating_mul(size));
                    self.visit_piece(Elements { next, end: end.min(words.len()) });
                }
            }
        }
    }

    /// Visits the words of an object that `refs` has bits for.
    #[inline]
    fn visit_small(&mut self, object: &[HeapWord], mut refs: u64) {
        if !self.reserve(SMALL) {
            return;
        }
        while refs != 0 {
            if let Some(&reference) = object.get(refs.trailing_zeros() as usize) {
                self.visit(reference.get());
            }
            refs &= refs - 1;
        }
    }

    /// Marks the lines of an object and counts its granules.
    fn count(&mut self, granule: usize, granules: usize) {
        self.outcome.granules += granules as u64;
        self.marks.mark_all(granule, granules);
    }

    /// Visits the first references and remembers where to go on.
    fn visit_piece(&mut self, Elements { next, end }: Elements) {
        let piece_end = end.min(next + PIECE);
        let rest = usize::from(piece_end < end);
        if !self.reserve(PIECE) || self.arrays.try_reserve(rest).is_err() {
            self.outcome.incomplete = true;
            return;
        }
        let words = self.words;
        for &reference in words.get(next..piece_end).unwrap_or(&[]) {
            self.visit(reference.get());
        }
        if piece_end < end {
            self.arrays.push(Elements { next: piece_end, end });
        }
    }
}

/// Marks what a reference leads to, and pushes it if that is an object that was not marked.
#[inline]
fn visit(
    reference: u32,
    marks: &mut MarkBits<'_>,
    stack: &mut StackTop<'_>,
    hosts: &mut HostMarks,
) {
    if !reference.is_multiple_of(4) {
        return visit_other(reference, hosts);
    }
    // Worth a branch: often whole runs of references are null, or hardly any.
    if reference == 0 {
        return;
    }
    let granule = reference / 4;
    if let Some(new) = marks.mark(granule) {
        stack.push_if(new, granule);
    }
}

/// Marks the host value that a reference leads to, if it is no `i31`.
#[cold]
fn visit_other(reference: u32, hosts: &mut HostMarks) {
    if reference % 4 == 2 {
        hosts.mark(reference / 4);
    }
}
