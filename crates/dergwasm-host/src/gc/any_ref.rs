//! References to structures, arrays and integers, and to what may be any of them.

use super::{ArrayRef, DefinedType, ExternRef, I31, Referent, Rooted, StructRef};
use crate::{AsMachine, AsMachineMut, Error};
use dergwasm_exec::Machine as Core;
use dergwasm_types::{CompositeType, HeapType};

/// Anything that guests make, or that was converted from an [`ExternRef`]: what an `anyref` leads
/// to.
///
/// ```
/// use dergwasm_host::{AnyRef, I31, Machine};
///
/// let mut machine = Machine::new(());
/// let any = AnyRef::from_i31(&mut machine, I31::wrapping_i32(7));
/// assert_eq!(any.as_i31(&machine)?.map(I31::get_i32), Some(7));
/// assert!(any.is_eqref(&machine)? && !any.is_struct(&machine)?);
/// # Ok::<(), dergwasm_host::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AnyRef {}

/// A structure, an array or an integer: what an `eqref` leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EqRef {}

impl AnyRef {
    /// A reference that holds a number.
    pub fn from_i31(mut machine: impl AsMachineMut, value: I31) -> Rooted<Self> {
        Rooted::new(value.word(), &mut machine.as_machine_mut().core)
    }

    /// What a host value, or what a guest made of something of its own, is among guests' things:
    /// `any.convert_extern`.
    ///
    /// # Errors
    /// The reference is of another machine, or its scope has ended.
    pub fn convert_extern(
        machine: impl AsMachine,
        reference: Rooted<ExternRef>,
    ) -> Result<Rooted<Self>, Error> {
        reference.word(machine.as_machine().core)?;
        Ok(reference.as_ref_to())
    }
}

/// What a reference leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    I31,
    Struct,
    Array,
    Other,
}

fn kind(reference: Rooted<impl Referent>, core: &Core) -> Result<Kind, Error> {
    Ok(match reference.heap_type(core)? {
        HeapType::I31 => Kind::I31,
        HeapType::Concrete(id) => match core.store().get_sub_type(id.0).map(|ty| &ty.composite) {
            Some(CompositeType::Struct(_)) => Kind::Struct,
            Some(CompositeType::Array(_)) => Kind::Array,
            _ => Kind::Other,
        },
        _ => Kind::Other,
    })
}

macro_rules! kinds {
    ($($Ref:ident)*) => { $(
        /// What it leads to. Each fails if the reference is of another machine, or its scope has
        /// ended.
        impl Rooted<$Ref> {
            /// Whether it holds a number.
            ///
            /// # Errors
            /// The reference is of another machine, or its scope has ended.
            pub fn is_i31(&self, machine: impl AsMachine) -> Result<bool, Error> {
                Ok(self.as_i31(machine)?.is_some())
            }

            /// The number it holds, if it holds one.
            ///
            /// # Errors
            /// The reference is of another machine, or its scope has ended.
            pub fn as_i31(&self, machine: impl AsMachine) -> Result<Option<I31>, Error> {
                let word = self.word(machine.as_machine().core)?;
                Ok(I31::is_word(word).then(|| I31::from_word(word)))
            }

            /// Whether it leads to a structure.
            ///
            /// # Errors
            /// The reference is of another machine, or its scope has ended.
            pub fn is_struct(&self, machine: impl AsMachine) -> Result<bool, Error> {
                Ok(self.as_struct(machine)?.is_some())
            }

            /// The reference to a structure, if it is one; the handle lasts as long as this one.
            ///
            /// # Errors
            /// The reference is of another machine, or its scope has ended.
            pub fn as_struct(
                &self,
                machine: impl AsMachine,
            ) -> Result<Option<Rooted<StructRef>>, Error> {
                let kind = kind(*self, machine.as_machine().core)?;
                Ok((kind == Kind::Struct).then(|| self.as_ref_to()))
            }

            /// Whether it leads to an array.
            ///
            /// # Errors
            /// The reference is of another machine, or its scope has ended.
            pub fn is_array(&self, machine: impl AsMachine) -> Result<bool, Error> {
                Ok(self.as_array(machine)?.is_some())
            }

            /// The reference to an array, if it is one; the handle lasts as long as this one.
            ///
            /// # Errors
            /// The reference is of another machine, or its scope has ended.
            pub fn as_array(
                &self,
                machine: impl AsMachine,
            ) -> Result<Option<Rooted<ArrayRef>>, Error> {
                let kind = kind(*self, machine.as_machine().core)?;
                Ok((kind == Kind::Array).then(|| self.as_ref_to()))
            }
        }
    )* };
}

// Both kinds of references that may lead to one of several things.
kinds! { AnyRef EqRef }

impl Rooted<AnyRef> {
    /// Whether references can be compared with it: it leads to a structure or an array, or holds
    /// a number.
    ///
    /// # Errors
    /// The reference is of another machine, or its scope has ended.
    pub fn is_eqref(&self, machine: impl AsMachine) -> Result<bool, Error> {
        Ok(self.as_eqref(machine)?.is_some())
    }

    /// The reference as one that can be compared, if it is one.
    ///
    /// # Errors
    /// The reference is of another machine, or its scope has ended.
    pub fn as_eqref(&self, machine: impl AsMachine) -> Result<Option<Rooted<EqRef>>, Error> {
        let kind = kind(*self, machine.as_machine().core)?;
        Ok((kind != Kind::Other).then(|| self.as_ref_to()))
    }

    /// The narrowest type of what it leads to: [`HeapType::I31`], [`HeapType::Concrete`] with a
    /// type of the machine, or [`HeapType::Any`] for a host value.
    ///
    /// # Errors
    /// The reference is of another machine, or its scope has ended.
    pub fn ty(&self, machine: impl AsMachine) -> Result<HeapType, Error> {
        self.heap_type(machine.as_machine().core)
    }

    /// The type of the structure or array it leads to, if it leads to one.
    ///
    /// # Errors
    /// The reference is of another machine, or its scope has ended.
    pub fn defined_type(&self, machine: impl AsMachine) -> Result<Option<DefinedType>, Error> {
        let core = machine.as_machine().core;
        Ok(DefinedType::of(self.heap_type(core)?, core))
    }
}

macro_rules! wider {
    ($($Ref:ident => $($Wider:ident)*;)*) => { $( $(
        impl From<Rooted<$Ref>> for Rooted<$Wider> {
            fn from(reference: Rooted<$Ref>) -> Self {
                reference.as_ref_to()
            }
        }
    )* )* };
}

// Each reference as one of the wider types.
wider! {
    EqRef => AnyRef;
    StructRef => AnyRef EqRef;
    ArrayRef => AnyRef EqRef;
}
