//! Why execution stopped abnormally.
//!
//! Spec: [Execution › Conventions](https://webassembly.github.io/spec/core/exec/conventions.html).

use core::fmt;

macro_rules! traps {
    ($( $(#[$doc:meta])* $Name:ident = $message:literal )*) => {
        /// Why execution stopped abnormally.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum Trap { $( $(#[$doc])* $Name, )* }

        impl Trap {
            /// Every trap, in the order of its code.
            pub const ALL: &[Self] = &[$( Self::$Name, )*];

            /// The specification's message.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $( Self::$Name => $message, )* }
            }
        }
    };
}

// Each row becomes a variant and its message.
traps! {
    /// An `unreachable` instruction ran.
    Unreachable = "unreachable"
    /// An integer was divided by zero.
    IntegerDivideByZero = "integer divide by zero"
    /// An integer result does not fit its type.
    IntegerOverflow = "integer overflow"
    /// A NaN was converted to an integer.
    InvalidConversionToInteger = "invalid conversion to integer"
    /// An access went past the end of a memory.
    MemoryOutOfBounds = "out of bounds memory access"
    /// An access went past the end of a table.
    TableOutOfBounds = "out of bounds table access"
    /// An indirect call went past the end of a table.
    UndefinedElement = "undefined element"
    /// An indirect call found a null reference.
    UninitializedElement = "uninitialized element"
    /// An indirect call found a function of another type.
    IndirectCallTypeMismatch = "indirect call type mismatch"
    /// A null reference was used.
    NullReference = "null reference"
    /// A null reference to a function was called.
    NullFunction = "null function reference"
    /// A null reference to a structure was used.
    NullStructure = "null structure reference"
    /// A null reference to an array was used.
    NullArray = "null array reference"
    /// A null reference to an `i31` was used.
    NullI31 = "null i31 reference"
    /// A null reference to a continuation was used.
    NullContinuation = "null continuation reference"
    /// A continuation was used a second time.
    ContinuationConsumed = "continuation already consumed"
    /// Nothing handles a tag that code suspends with.
    UnhandledTag = "unhandled tag"
    /// A null reference to an exception was thrown.
    NullException = "null exception reference"
    /// There is no room for another object, also after a collection.
    HeapExhausted = "out of memory for objects"
    /// An access to shared memory is not a multiple of its size.
    UnalignedAtomic = "unaligned atomic"
    /// A wait on a memory that is not shared.
    ExpectedSharedMemory = "expected shared memory"
    /// A wait that nothing can end.
    WaitForever = "waiting for ever: no other thread can wake this one"
    /// A reference is not of the type it was cast to.
    CastFailure = "cast failure"
    /// An access went past the end of an array.
    ArrayOutOfBounds = "out of bounds array access"
    /// Calls are nested deeper than the limit, or the value stack is full.
    CallStackExhausted = "call stack exhausted"
    /// The fuel is used up; the run can be resumed after adding more.
    OutOfFuel = "all fuel consumed"
    /// Another thread asked the machine to stop; the run can be resumed.
    Interrupted = "interrupted"
    /// A function was called that the module imports and the embedder left undefined.
    UnknownImport = "unknown import called"
    /// The embedder's resource limiter answered a growth with a trap, or a limit of the machine is
    /// reached by something that cannot fail in another way.
    ResourceLimit = "resource limit reached"
}

impl Trap {
    /// The trap with this code (`trap as u8`), if there is one.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for Trap {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_go_round_and_a_result_fits_a_byte() {
        for &trap in Trap::ALL {
            assert_eq!(Trap::from_code(trap as u8), Some(trap));
        }
        assert_eq!(Trap::from_code(200), None);
        assert_eq!(size_of::<Result<(), Trap>>(), 1);
    }
}
