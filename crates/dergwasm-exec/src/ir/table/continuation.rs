//! Continuations: the stack switching proposal.
//!
//! `sp` is the base of the frame that a resumed function would have if it were called. Which tags a
//! `resume` handles stands beside the code.

macro_rules! continuation { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Makes a continuation that begins with a function.
    ContNew "cont.new" custom { dst: Slot, func: Slot } = continuation::new;
    /// Makes a continuation that knows its first arguments.
    ContBind "cont.bind" custom { dst: Slot, cont: Slot, first: Slot, count: Imm } = continuation::bind;
    /// Suspends to the innermost `resume` that handles the tag.
    Suspend "suspend" custom { first: Slot, tag: Index } = continuation::suspend;
    /// Goes on with a continuation.
    Resume "resume" custom { sp: Slot, cont: Slot, ty: Index } = continuation::resume;
    /// Goes on with a continuation by throwing an exception in it.
    ResumeThrow "resume_throw" custom { sp: Slot, cont: Slot, ty: Index, first: Slot, tag: Index } = continuation::resume_throw;
    /// Goes on with a continuation by throwing an exception in it that there is already.
    ResumeThrowRef "resume_throw_ref" custom { sp: Slot, cont: Slot, ty: Index, src: Slot } = continuation::resume_throw_ref;
    /// Suspends, and goes on with another continuation in this one's place.
    Switch "switch" custom { first: Slot, count: Imm, cont: Slot, tag: Index } = continuation::switch;
    /// Puts the values that came with a suspension into the slots from one on.
    TakeValues "take.values" custom { first: Slot } = continuation::take_values;
} } }
pub(crate) use continuation;
