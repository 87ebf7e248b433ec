//! Where WebAssembly was when something went wrong.

use crate::Machine;
use crate::frames::{CodePlace, Frame, Frames};
use alloc::{string::String, vec::Vec};
use core::fmt;
use dergwasm_decode::Export;
use dergwasm_store::InstanceAddr;
use dergwasm_types::{Escaped, ExternKind, FuncIdx};

/// The calls that were active, innermost first.
#[derive(Clone, Debug, Default)]
pub struct Backtrace {
    pub(crate) frames: Vec<BacktraceFrame>,
    pub(crate) omitted: usize,
}

/// One call of a [`Backtrace`]. Its names are the module's own; only when shown, they are escaped
/// and cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BacktraceFrame {
    /// The module's name, from its name section.
    pub module: Option<String>,
    /// The function.
    pub func: FuncIdx,
    /// The function's name, from the name section or an export.
    pub func_name: Option<String>,
    /// Byte offset of the instruction in the module.
    pub offset: usize,
}

impl Backtrace {
    /// How many calls a backtrace keeps at most.
    pub const MAX_FRAMES: usize = 100;

    /// The calls, innermost first, at most [`Backtrace::MAX_FRAMES`].
    #[must_use]
    pub fn frames(&self) -> &[BacktraceFrame] {
        &self.frames
    }

    /// How many outer calls were left out.
    #[must_use]
    pub fn omitted(&self) -> usize {
        self.omitted
    }
}

impl Machine {
    /// The calls that were active when code stopped.
    pub(crate) fn capture_backtrace(&mut self) -> Backtrace {
        let mut backtrace = Backtrace::default();
        let mut offsets = OffsetCache::default();
        let mut frames = Frames::all(self, self.context().stopped, false);
        while let Some(frame) = frames.next(self) {
            if backtrace.frames.len() == Backtrace::MAX_FRAMES {
                backtrace.omitted += 1;
            } else if let Some(frame) = self.describe(&frame, &mut offsets) {
                backtrace.frames.push(frame);
            }
        }
        backtrace
    }

    /// A frame for people; none for a host function's.
    fn describe(&mut self, frame: &Frame, offsets: &mut OffsetCache) -> Option<BacktraceFrame> {
        let CodePlace { func, position, .. } = self.place_of(frame)?;
        let instance = frame.instance();
        let decoded = self.instances.get(instance.index())?.module.decoded();
        let exported = || {
            let of = |export: &&Export| export.kind == ExternKind::Func && export.index == func.0;
            Some(&*decoded.exports().iter().find(of)?.name)
        };
        Some(BacktraceFrame {
            module: decoded.name().map(String::from),
            func,
            func_name: decoded.func_name(func).or_else(exported).map(String::from),
            offset: offsets.offset(self, instance, func, position).unwrap_or_default(),
        })
    }
}

/// The functions whose code was translated again to find wasm offsets.
#[derive(Debug, Default)]
struct OffsetCache(Vec<KnownOffsets>);

/// At which word of a function's code that of which wasm offset begins.
#[derive(Debug)]
struct KnownOffsets {
    instance: InstanceAddr,
    func: FuncIdx,
    offsets: Vec<(u32, u32)>,
}

impl OffsetCache {
    fn offset(
        &mut self,
        machine: &Machine,
        instance: InstanceAddr,
        func: FuncIdx,
        position: usize,
    ) -> Option<usize> {
        let same = |known: &KnownOffsets| known.instance == instance && known.func == func;
        let known = self.0.iter().position(same);
        let known = match known {
            Some(known) => known,
            None => {
                let module = &machine.instances.get(instance.index())?.module;
                let offsets = module.offsets(machine.flavour, func)?;
                self.0.push(KnownOffsets { instance, func, offsets });
                self.0.len() - 1
            }
        };
        let offsets = &self.0[known].offsets;
        let after = offsets.partition_point(|&(at, _)| at as usize <= position);
        offsets[..after].last().map(|&(_, offset)| offset as usize)
    }
}

impl fmt::Display for Backtrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, frame) in self.frames.iter().enumerate() {
            let newline = if i == 0 { "" } else { "\n" };
            write!(f, "{newline}{i:4}: {frame}")?;
        }
        if self.omitted > 0 {
            write!(f, "\n      … {} more", self.omitted)?;
        }
        Ok(())
    }
}

impl fmt::Display for BacktraceFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#8x} - ", self.offset)?;
        match &self.module {
            Some(module) => write!(f, "{}!", Escaped::name(module))?,
            None => f.write_str("<unnamed>!")?,
        }
        match &self.func_name {
            Some(name) => Escaped::name(name).fmt(f),
            None => write!(f, "<function {}>", self.func),
        }
    }
}
