//! Exceptions: what throws them, and the tables of where they are caught.
//!
//! A `try_table` emits nothing: its clauses lead to code behind the function's, which puts the
//! exception's values where the label expects them and jumps there. The older `try` has its clauses
//! in place; while one runs, the exception is an operand below those that the clause knows.

use super::branch::LabelId;
use super::control::{Control, Kind};
use super::{Translator, narrow};
use crate::Error;
use crate::ir::{Class, Opcode, RegionId};
use dergwasm_types::TagIdx;
use wasmparser::{BlockType, Catch, Operator, TryTable};

/// Code to be emitted behind the function's: what catches and then jumps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pad {
    comes: Comes,
    /// The tag whose values are unpacked.
    tag: Option<TagIdx>,
    /// Whether a reference comes after them: to the exception or continuation.
    with_ref: bool,
    exit: Exit,
    /// The wasm offset of the block.
    offset: usize,
}

/// A clause of a `try_table` that is open.
#[derive(Clone, Copy, Debug)]
pub(super) struct CatchClause {
    region: RegionId,
    /// Which exceptions; all of them if there is none.
    tag: Option<TagIdx>,
    with_ref: bool,
    /// The place of the block whose label it leads to among those that are open; none for the
    /// clauses of a `try`, which come later.
    target: Option<usize>,
}

/// From where code comes to a pad.
#[derive(Clone, Copy, Debug)]
pub(super) enum Comes {
    /// From an exception in a region, by one of its clauses.
    Thrown { region: RegionId, clause: usize },
    /// From a suspension inside a `resume`, by one of its handlers.
    Suspended { site: usize, handler: usize },
}

/// Where code goes from a pad.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exit {
    /// Where to, unless the function returns.
    label: Option<LabelId>,
    /// The height at which the label expects the values.
    height: usize,
}

impl Translator<'_> {
    /// How many clauses around a `throw` are looked at.
    const MOST_CATCHES: usize = 32;

    /// Translates an instruction of this category; says whether it was one.
    pub(super) fn exception(&mut self, operator: &Operator<'_>) -> bool {
        match *operator {
            Operator::Throw { tag_index } => self.throw(tag_index),
            Operator::ThrowRef => {
                let src = Self::field(self.pop_slot());
                self.custom(Opcode::ThrowRef, &[src]);
                self.reachable = false;
            }
            Operator::TryTable { ref try_table } => self.try_table(try_table),
            Operator::Try { blockty } => self.try_(blockty),
            Operator::Catch { tag_index } => self.catch(Some(TagIdx(tag_index))),
            Operator::CatchAll => self.catch(None),
            Operator::Rethrow { relative_depth } => {
                let height = self.target(relative_depth).height;
                let src = Self::field(self.layout.operand(narrow(height)));
                self.custom(Opcode::ThrowRef, &[src]);
                self.reachable = false;
            }
            Operator::Delegate { relative_depth } => self.delegate(relative_depth),
            _ => return false,
        }
        true
    }

    /// The classes of the values that exceptions of a tag carry.
    fn values_of(&self, tag: TagIdx) -> alloc::vec::Vec<Class> {
        self.module.tag_type(tag).params().iter().map(|&ty| self.class_of(ty)).collect()
    }

    fn throw(&mut self, tag: u32) {
        let count = self.module.tag_type(TagIdx(tag)).params().len();
        if let Some((target, with_values)) = self.catcher(TagIdx(tag)) {
            // No exception is needed for what is known to be caught in the same function.
            if !with_values {
                for _ in 0..count {
                    self.pop();
                }
            }
            self.leave_to(&target);
            self.reachable = false;
            return;
        }
        self.settle_top(count);
        let roots = self.roots();
        self.stack.truncate(self.stack.height() - count);
        self.forget_accumulators();
        let first = Self::field(self.next_slot());
        let at = self.custom(Opcode::Throw, &[first, tag.into()]);
        self.add_roots(at, &roots);
        self.reachable = false;
    }

    /// The block that an exception of this tag, thrown here, leads out of if that is certain, and
    /// whether with its values.
    fn catcher(&self, tag: TagIdx) -> Option<(Control, bool)> {
        let imported = self.module.imported_tag_count();
        // So that a throw takes no longer to translate the more there is around it.
        let first = self.catches.len().saturating_sub(Self::MOST_CATCHES);
        for group in self.catches[first..].chunk_by(|a, b| a.region == b.region).rev() {
            for catch in group {
                let certain = catch.tag.is_none_or(|caught| caught == tag);
                // Two imported tags can be the same.
                let both_imported =
                    |caught: TagIdx| caught.index() < imported && tag.index() < imported;
                if certain && let (Some(target), false) = (catch.target, catch.with_ref) {
                    return Some((self.controls[target], catch.tag.is_some()));
                }
                if certain || catch.tag.is_some_and(both_imported) {
                    return None;
                }
            }
        }
        None
    }

    /// Begins a region here.
    fn begin_region(&mut self) -> RegionId {
        // Nothing before it may be taken back from now on.
        self.last = None;
        self.step = None;
        let region = self.side.handlers.begin(narrow(self.code.len()), self.region);
        self.region = Some(region);
        region
    }

    /// Ends a region here; `outer` is the one around it.
    pub(super) fn end_region(&mut self, region: RegionId, outer: Option<RegionId>) {
        self.last = None;
        self.step = None;
        self.side.handlers.end(narrow(self.code.len()), outer);
        self.region = outer;
        while self.catches.pop_if(|catch| catch.region == region).is_some() {}
    }

    fn try_table(&mut self, table: &TryTable) {
        // A throw looks at them one after the other.
        self.fuel += self.costs.of_clauses(table.catches.len());
        let mut pads = alloc::vec::Vec::with_capacity(table.catches.len());
        for catch in &table.catches {
            let (tag, with_ref, depth) = match *catch {
                Catch::One { tag, label } => (Some(TagIdx(tag)), false, label),
                Catch::OneRef { tag, label } => (Some(TagIdx(tag)), true, label),
                Catch::All { label } => (None, false, label),
                Catch::AllRef { label } => (None, true, label),
            };
            let target = self.controls.len() - 1 - depth as usize;
            pads.push((tag, with_ref, target, self.exit_to(depth)));
        }
        self.open(Kind::Block, table.ty);
        let region = self.begin_region();
        for (tag, with_ref, target, exit) in pads {
            self.catches.push(CatchClause { region, tag, with_ref, target: Some(target) });
            let comes = Comes::Thrown { region, clause: self.side.handlers.add(region, tag, 0) };
            self.add_pad(comes, tag, with_ref, exit);
        }
        self.set_kind(Kind::TryTable(region));
    }

    /// The way to a label out of blocks, to which a pad is going to lead.
    pub(super) fn exit_to(&mut self, depth: u32) -> Exit {
        let index = self.controls.len() - 1 - depth as usize;
        let target = &mut self.controls[index];
        target.caught = true;
        let label = (target.kind != Kind::Function).then_some(target.label);
        Exit { label, height: target.height }
    }

    pub(super) fn add_pad(
        &mut self,
        comes: Comes,
        tag: Option<TagIdx>,
        with_ref: bool,
        exit: Exit,
    ) {
        self.pads.push(Pad { comes, tag, with_ref, exit, offset: self.offset });
    }

    /// Makes something else of the innermost block.
    fn set_kind(&mut self, kind: Kind) {
        if let Some(control) = self.controls.last_mut() {
            control.kind = kind;
        }
    }

    /// Emits the code of the clauses of all `try_table`s.
    pub(super) fn emit_pads(&mut self) -> Result<(), Error> {
        for pad in core::mem::take(&mut self.pads) {
            self.offset = pad.offset;
            self.forget_accumulators();
            let here = narrow(self.code.len());
            match pad.comes {
                Comes::Thrown { region, clause } => self.side.handlers.place(region, clause, here),
                Comes::Suspended { site, handler } => self.side.resumes.place(site, handler, here),
            }
            self.pad(pad);
            self.check_size()?;
        }
        Ok(())
    }

    fn pad(&mut self, pad: Pad) {
        let mut classes = pad.tag.map(|tag| self.values_of(tag)).unwrap_or_default();
        let values = classes.len();
        classes.extend(pad.with_ref.then_some(Class::Ref));
        let Exit { label, height } = pad.exit;
        let slot = |this: &Self, i: usize| match label {
            Some(_) => this.layout.operand(narrow(height + i)),
            None => this.layout.result(narrow(i)),
        };
        self.reserve(self.layout.locals + narrow(height + classes.len()));
        let first = Self::field(slot(self, 0));
        if matches!(pad.comes, Comes::Suspended { .. }) {
            self.custom(Opcode::TakeValues, &[first]);
        } else {
            if pad.with_ref {
                self.custom(Opcode::CatchRef, &[Self::field(slot(self, values))]);
            }
            if let (Some(tag), 1..) = (pad.tag, values) {
                self.custom(Opcode::CatchValues, &[first, tag.0.into()]);
            }
        }
        match (label, classes.first()) {
            (Some(label), _) => self.jump(label),
            (None, Some(&class)) => {
                let source = super::emit::Source::Slot(slot(self, 0));
                self.return_value(class, source);
            }
            (None, None) => {
                self.custom(Opcode::Return, &[]);
            }
        }
    }

    fn try_(&mut self, ty: BlockType) {
        self.open(Kind::Block, ty);
        let region = self.begin_region();
        self.set_kind(Kind::Try(region));
        self.catches.push(CatchClause { region, tag: None, with_ref: false, target: None });
    }

    /// Ends the body of a `try` or the clause before, and begins a clause.
    pub(super) fn catch(&mut self, tag: Option<TagIdx>) {
        let Some(&control) = self.controls.last() else { return };
        let (Kind::Try(region) | Kind::Catch(region)) = control.kind else { return };
        if self.reachable {
            self.leave_clause(&control);
            self.jump(control.label);
        }
        if control.kind == Kind::Try(region) {
            self.end_region(region, control.outer);
        }
        self.set_kind(Kind::Catch(region));
        self.stack.truncate(control.height);
        self.forget_accumulators();
        let number = self.side.handlers.add(region, tag, narrow(self.code.len()));
        self.reachable = true;
        let slot = Self::field(self.next_slot());
        self.custom(Opcode::CatchRef, &[slot]);
        self.stack.push_slot(Class::Ref);
        if let Some(tag) = tag {
            let first = Self::field(self.next_slot());
            let classes = self.values_of(tag);
            if !classes.is_empty() {
                self.custom(Opcode::CatchValues, &[first, tag.0.into()]);
            }
            for class in classes {
                self.stack.push_slot(class);
            }
        }
        self.pay_again();
        // A throw has looked at those before it.
        self.fuel += self.costs.of_clauses(number);
    }

    /// Moves the results of a block's body or clause to where they are expected.
    pub(super) fn leave_clause(&mut self, control: &Control) {
        match control.kind {
            // Below the results lies the exception.
            Kind::Catch(_) => {
                self.carry(control);
                self.forget_accumulators();
            }
            _ => self.settle_top(control.results),
        }
    }

    /// Ends a `try` whose exceptions are left to an outer block.
    pub(super) fn delegate(&mut self, depth: u32) {
        if let Some(Kind::Try(region)) = self.controls.last().map(|control| control.kind) {
            // The depth counts from outside of this block.
            let target = self.target(depth + 1);
            let parent = match target.kind {
                Kind::Try(region) | Kind::TryTable(region) => Some(region),
                _ => target.outer,
            };
            self.side.handlers.delegate(region, parent);
        }
        self.end_block();
    }
}
