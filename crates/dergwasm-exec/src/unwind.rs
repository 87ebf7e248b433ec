//! Exceptions: where the code is that catches them.
//!
//! Spec: [Execution › Control Instructions](https://webassembly.github.io/spec/core/exec/instructions.html#control-instructions).
//! Looking for a handler changes nothing; only when one is found are the frames inside it left.

use crate::error::{ErrorKind, Exception};
use crate::frames::Frames;
use crate::instance::Registers;
use crate::{Error, Machine};
use alloc::format;
use alloc::string::String;
use alloc::vec;
use dergwasm_store::{InstanceAddr, TagAddr};
use dergwasm_types::{TagIdx, Trap, ValType, Value};

impl Machine {
    /// The tag that an index means in an instance.
    pub(crate) fn tag_of(&self, instance: InstanceAddr, tag: TagIdx) -> Result<TagAddr, Error> {
        let inst = self.store.instances().get(instance);
        let tag = inst.and_then(|inst| inst.tags.get(tag.index()).copied());
        tag.ok_or_else(|| Error::usage("no such tag in this instance"))
    }

    /// How many values exceptions of a tag carry.
    pub(crate) fn tag_params(&self, tag: TagAddr) -> usize {
        self.store.func_type(self.store.tags()[tag].ty).params().len()
    }

    /// Goes on where an exception is caught: makes the registers of that place those that the
    /// context keeps.
    ///
    /// # Errors
    /// The exception, if the run catches it nowhere; a trap, if it is null.
    pub(crate) fn unwind(&mut self, exception: u64) -> Result<(), Error> {
        if exception == 0 {
            return Err(Trap::NullException.into());
        }
        if self.find_handler(exception) { Ok(()) } else { Err(self.uncaught(exception)) }
    }

    /// Whether the error of a host function is an exception that the code which called it catches;
    /// then goes on there.
    pub(crate) fn catch_error(&mut self) -> bool {
        let context = self.context();
        let exception = match context.error.as_ref().map(Error::kind) {
            Some(ErrorKind::Exception(exception)) if exception.is_of(self) => exception.reference(),
            _ => return false,
        };
        let found = self.find_handler(exception);
        if found {
            self.context_mut().error = None;
        }
        found
    }

    /// An exception as an error.
    pub(crate) fn uncaught(&mut self, exception: u64) -> Error {
        match self.exception_tag(exception) {
            Some(tag) => Error::from(ErrorKind::Exception(Exception::new(self, exception, tag))),
            None => Error::usage("what was thrown is no exception of this machine"),
        }
    }

    /// The values of an exception for people: `(i32 1, f64 2.5)`.
    pub(crate) fn describe_exception(&self, exception: u64, tag: TagAddr) -> String {
        let types = self.store.func_type(self.store.tags()[tag].ty).params();
        let mut values = vec![Value::ZERO; types.len()];
        let mut text = String::from("(");
        if self.exception_values(exception, &mut values).is_ok() {
            for (i, (&ty, value)) in types.iter().zip(values).enumerate() {
                let comma = if i == 0 { "" } else { ", " };
                let value = match ty {
                    ValType::I32 => format!(" {}", value.as_i32()),
                    ValType::I64 => format!(" {}", value.as_i64()),
                    ValType::F32 => format!(" {:?}", value.as_f32()),
                    ValType::F64 => format!(" {:?}", value.as_f64()),
                    ValType::V128 => format!(" {:#034x}", value.as_u128()),
                    ValType::Ref(_) => String::new(),
                };
                text.push_str(&format!("{comma}{ty}{value}"));
            }
        }
        text.push(')');
        text
    }

    fn find_handler(&mut self, exception: u64) -> bool {
        let Some(tag) = self.exception_tag(exception) else { return false };
        let from = self.context().stopped;
        let mut frames = Frames::of_run(self, from, true);
        let mut left = 0;
        loop {
            left += frames.pass_quiet(self);
            let Some(frame) = frames.next(self) else { return false };
            let place = self.place_of(&frame);
            let around = place.and_then(|place| {
                let handlers = &place.code.side.handlers;
                handlers.is_around(place.position).then_some((place, handlers))
            });
            if around.is_none() && place.is_some() {
                self.code_index.set_quiet(frame.ip);
            }
            if let Some((place, handlers)) = around {
                let instance = frame.instance();
                let is_tag = |index| self.tag_of(instance, index).is_ok_and(|found| found == tag);
                if let Some(at) = handlers.find(place.position, is_tag) {
                    let ip = place.code.at(at);
                    let depth = from.depth + left;
                    let context = self.context_mut();
                    context.crossings.truncate(frame.crossings);
                    context.stopped = Registers { ip, sp: frame.sp, inst: frame.inst, depth };
                    context.thrown = exception;
                    return true;
                }
            }
            left += 1;
        }
    }
}
