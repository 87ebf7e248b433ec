//! The lists that translation writes to: kept from one function to the next, so that their memory is
//! found once.

use super::control::Control;
use super::locals::Locals;
use super::stack::Stack;
use super::{Translator, branch, exception};
use crate::ir::SideTables;
use alloc::vec::Vec;

/// The lists of a [`Translator`], whatever is in them.
#[derive(Debug)]
pub(crate) struct Lists {
    pub(super) locals: Locals,
    pub(super) stack: Stack,
    pub(super) vectors: Vec<[u8; 16]>,
    pub(super) controls: Vec<Control>,
    pub(super) labels: Vec<branch::Label>,
    pub(super) code: Vec<u64>,
    pub(super) offsets: Vec<(u32, u32)>,
    pub(super) targets: Vec<u32>,
    pub(super) side: SideTables,
    pub(super) pads: Vec<exception::Pad>,
    pub(super) catches: Vec<exception::CatchClause>,
}

impl Default for Lists {
    /// Empty lists with room for what a small function needs.
    fn default() -> Self {
        Self {
            locals: Locals::default(),
            stack: Stack::with_capacity(16),
            vectors: Vec::new(),
            controls: Vec::with_capacity(8),
            labels: Vec::with_capacity(16),
            code: Vec::new(),
            offsets: Vec::with_capacity(64),
            targets: Vec::with_capacity(16),
            side: SideTables::default(),
            pads: Vec::new(),
            catches: Vec::new(),
        }
    }
}

impl Lists {
    /// How much memory they may take to be worth keeping when nothing is being translated.
    const MOST_BYTES: usize = 64 << 10;

    /// Whether they are small enough to be kept.
    pub(crate) fn is_small(&self) -> bool {
        let bytes = self.locals.bytes()
            + self.stack.bytes()
            + self.side.maps.bytes()
            + bytes(&self.vectors)
            + bytes(&self.controls)
            + bytes(&self.labels)
            + bytes(&self.code)
            + bytes(&self.offsets)
            + bytes(&self.targets)
            + bytes(&self.pads)
            + bytes(&self.catches);
        bytes <= Self::MOST_BYTES
    }
}

/// How much memory a list takes.
pub(crate) fn bytes<T>(list: &Vec<T>) -> usize {
    list.capacity() * size_of::<T>()
}

impl Translator<'_> {
    /// Ends the work of the translator, but not of its lists.
    pub(crate) fn into_lists(self) -> Lists {
        let Self {
            locals,
            stack,
            vectors,
            controls,
            labels,
            code,
            offsets,
            targets,
            side,
            pads,
            catches,
            ..
        } = self;
        Lists {
            locals,
            stack,
            vectors,
            controls,
            labels,
            code,
            offsets,
            targets,
            side,
            pads,
            catches,
        }
    }
}
