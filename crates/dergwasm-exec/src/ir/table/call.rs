//! Calls and returns. Spec: Structure › Instructions › Control.

macro_rules! call { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Calls a function of the module.
    Call "call" custom { sp: Slot, func: Entry } = call::call;
    /// Moves an integer or reference and calls a function of the module.
    CallCopy "call.copy" custom { sp: Slot, func: Entry, a: SlotCopy } = call::call_copy;
    /// Moves two integers or references, one after the other, and calls a function of the module.
    CallCopyTwo "call.copy.2" custom { sp: Slot, func: Entry, a: SlotCopy, b: SlotCopy } = call::call_copy_two;
    /// Calls an imported function.
    CallImport "call_import" custom { sp: Slot, func: Index } = call::call_import;
    /// Calls a function of a table.
    CallIndirect "call_indirect" custom { sp: Slot, index: Slot, table: Index, ty: Index } = call::call_indirect;
    /// Calls the function that a reference points to.
    CallRef "call_ref" custom { sp: Slot, func: Slot, ty: Index } = call::call_ref;
    /// Calls a function of the module in place of this one.
    ReturnCall "return_call" custom { args: Slot, dst: Slot, count: Imm, sp: Slot, func: Entry } = call::return_call [ends];
    /// Calls an imported function in place of this one.
    ReturnCallImport "return_call_import" custom { args: Slot, dst: Slot, count: Imm, sp: Slot, func: Index } = call::return_call_import [ends];
    /// Calls a function of a table in place of this one.
    ReturnCallIndirect "return_call_indirect" custom { args: Slot, dst: Slot, count: Imm, sp: Slot, index: Slot, table: Index, ty: Index } = call::return_call_indirect [ends];
    /// Calls the function that a reference points to in place of this one.
    ReturnCallRef "return_call_ref" custom { args: Slot, dst: Slot, count: Imm, sp: Slot, func: Slot, ty: Index } = call::return_call_ref [ends];
    /// Returns nothing.
    Return "return" custom {} = call::return_nothing [ends];
    /// Returns an integer or reference.
    Return64 "return.64" return_value(u64) [ends];
    /// Returns a 32-bit float.
    ReturnF32 "return.f32" return_value(f32) [ends];
    /// Returns a 64-bit float.
    ReturnF64 "return.f64" return_value(f64) [ends];
    /// Returns a vector.
    ReturnV128 "return.v128" return_value(V128) [ends];
    /// Returns into a frame of another instance.
    CrossReturn "return.cross" custom {} = call::cross_return [ends];
    /// Ends the invocation.
    Finish "finish" custom {} = call::finish;
    /// Goes on with a callee that is a host function or belongs to another instance.
    CallElsewhere "call.elsewhere" custom {} = call::call_elsewhere;
    /// Translates the function that was called and goes on with its code.
    Translate "translate" custom {} = call::translate;
} } }
pub(crate) use call;
