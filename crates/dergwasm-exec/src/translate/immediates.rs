//! What instructions carry, found by their rows: no instruction can be forgotten here that the tables
//! know.

use crate::ir::table::*;
use wasmparser::{MemArg, Operator};

macro_rules! define_memory_argument {
    ([] $(
        $(#[doc = $doc:literal])*
        $Name:ident $mnemonic:literal $shape:ident $args:tt $(= $path:path)? $([$($attribute:tt)*])?;
    )*) => {
        /// The memory argument of an instruction, if it has one.
        pub(crate) fn memory_argument(operator: &Operator<'_>) -> Option<MemArg> {
            match *operator {
                $( Operator::$Name { memarg, .. } )|*
                | Operator::MemoryAtomicNotify { memarg }
                | Operator::MemoryAtomicWait32 { memarg }
                | Operator::MemoryAtomicWait64 { memarg } => Some(memarg),
                _ => None,
            }
        }
    };
}
for_each_access!(define_memory_argument);

macro_rules! define_lane {
    ([] $(
        $(#[doc = $doc:literal])*
        $Name:ident $mnemonic:literal $shape:ident $args:tt $(= $path:path)? $([$($attribute:tt)*])?;
    )*) => {
        /// The lane that an instruction names, if it does.
        pub(super) fn lane(operator: &Operator<'_>) -> Option<u8> {
            match *operator {
                $( Operator::$Name { lane, .. } )|* => Some(lane),
                _ => None,
            }
        }
    };
}
for_each_lane_instr!(define_lane);
