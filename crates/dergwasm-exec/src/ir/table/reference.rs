//! References. Spec: Structure › Instructions › Reference.
//!
//! `ref.null` is the constant 0 and `ref.is_null` a comparison with it.

macro_rules! reference { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Makes a reference to a function of the instance.
    RefFunc "ref.func" custom { dst: Slot, func: Index } = reference::func;
} } }
pub(crate) use reference;
