//! Marking: from the roots to everything that can be reached.
//!
//! Follows any words without harm: what does not lead to an object with a known header is passed
//! over. Does not recurse, and pushes a large array piece by piece, so that the stack stays small.

use super::{
    HEADER_SIZE, ObjectHeader, array_element_size,
    heap::Heap,
    host_values::HostMarks,
    marks::{GRANULE, Marks},
    object::read_u32,
    trace::{Shape, TraceTable, array_size},
};
use alloc::vec::Vec;

/// How many references of an array are looked at in one go.
const PIECE: usize = 512;

/// Marks what it is shown and all that can be reached from there.
pub(crate) struct Marker<'a> {
    bytes: &'a [u8],
    marks: &'a mut Marks,
    hosts: &'a mut HostMarks,
    trace: &'a TraceTable,
    /// The granules of marked objects that were not looked into.
    stack: Vec<u32>,
    /// What was not looked at of large arrays.
    arrays: Vec<Elements>,
    outcome: Outcome,
}

/// Consecutive references: the offset of the first, and where they end.
#[derive(Clone, Copy)]
struct Elements {
    next: usize,
    end: usize,
}

/// What a marker has seen.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Outcome {
    pub(super) objects: u64,
    pub(super) bytes: u64,
    /// There was no memory to remember what must still be looked at.
    pub(super) incomplete: bool,
}

impl Outcome {
    pub(crate) const fn is_incomplete(&self) -> bool {
        self.incomplete
    }
}

impl<'a> Marker<'a> {
    pub(crate) fn new(heap: &'a mut Heap, hosts: &'a mut HostMarks, trace: &'a TraceTable) -> Self {
        let (bytes, marks) = heap.parts();
        let outcome = Outcome::default();
        Self { bytes, marks, hosts, trace, stack: Vec::new(), arrays: Vec::new(), outcome }
    }

    /// Marks what these words lead to, if they are references.
    pub(crate) fn roots(&mut self, words: impl IntoIterator<Item = u64>) {
        for word in words {
            if let Ok(reference) = u32::try_from(word) {
                self.visit(reference);
                self.drain();
            }
        }
    }

    pub(crate) const fn outcome(&self) -> Outcome {
        self.outcome
    }

    #[inline]
    fn visit(&mut self, reference: u32) {
        match reference % 4 {
            0 => {
                let granule = reference / 4;
                if self.marks.mark(granule as usize) {
                    self.push(granule);
                }
            }
            2 => self.hosts.mark(reference / 4),
            _ => {}
        }
    }

    #[inline]
    fn push(&mut self, granule: u32) {
        if self.stack.len() == self.stack.capacity() && self.stack.try_reserve(1).is_err() {
            self.outcome.incomplete = true;
            return;
        }
        self.stack.push(granule);
    }

    fn drain(&mut self) {
        loop {
            while let Some(granule) = self.stack.pop() {
                self.look_into(granule as usize);
            }
            let Some(elements) = self.arrays.pop() else { return };
            self.visit_piece(elements);
        }
    }

    fn look_into(&mut self, granule: usize) {
        let start = granule * GRANULE;
        let Some(header) = ObjectHeader::read(self.bytes, start) else { return };
        match self.trace.shape_of(header.ty) {
            Shape::None => {}
            Shape::Struct { size, first_ref, refs, .. } => {
                self.count(granule, size.into());
                for &offset in self.trace.refs(first_ref, refs) {
                    if let Some(reference) = read_u32(self.bytes, start + offset as usize) {
                        self.visit(reference);
                    }
                }
            }
            Shape::Array { element, traced } => {
                self.count(granule, array_size(element, header.len));
                if traced {
                    let next = start + HEADER_SIZE as usize;
                    let bytes = u64::from(header.len) * u64::from(array_element_size(element));
                    let end = usize::try_from(bytes).map_or(usize::MAX, |n| next.saturating_add(n));
                    self.visit_piece(Elements { next, end: end.min(self.bytes.len()) });
                }
            }
        }
    }

    /// Marks the rest of an object's granules, the first of which is marked.
    #[inline]
    fn count(&mut self, granule: usize, size: u64) {
        self.outcome.objects += 1;
        let most = (self.bytes.len() - granule * GRANULE) as u64;
        let size = size.min(most);
        self.outcome.bytes += size;
        // At most the length of the heap, a usize.
        #[expect(clippy::cast_possible_truncation, reason = "at most the length of a slice")]
        self.marks.mark_all(granule, size as usize / GRANULE);
    }

    /// Visits the first references and remembers where to go on.
    fn visit_piece(&mut self, Elements { next, end }: Elements) {
        let piece_end = end.min(next + PIECE * size_of::<u32>());
        for at in (next..piece_end).step_by(size_of::<u32>()) {
            if let Some(reference) = read_u32(self.bytes, at) {
                self.visit(reference);
            }
        }
        if piece_end < end {
            if self.arrays.try_reserve(1).is_err() {
                self.outcome.incomplete = true;
                return;
            }
            self.arrays.push(Elements { next: piece_end, end });
        }
    }
}
