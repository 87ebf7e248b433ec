//! Loads and stores of one lane of a vector. Spec: Structure › Instructions › Memory.
//!
//! `lane` says how many bytes the lane has, as does the number in a shape; which one it is stands in
//! the instruction. The store of a lane computes nothing.

macro_rules! lane_memory { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Loads 8 bits into one lane and keeps the others.
    V128Load8Lane "v128.load8_lane" vector_load_lane(1) = vector::memory::v128_load8_lane [lane: 1];
    /// Loads 16 bits into one lane and keeps the others.
    V128Load16Lane "v128.load16_lane" vector_load_lane(2) = vector::memory::v128_load16_lane [lane: 2];
    /// Loads 32 bits into one lane and keeps the others.
    V128Load32Lane "v128.load32_lane" vector_load_lane(4) = vector::memory::v128_load32_lane [lane: 4];
    /// Loads 64 bits into one lane and keeps the others.
    V128Load64Lane "v128.load64_lane" vector_load_lane(8) = vector::memory::v128_load64_lane [lane: 8];
    /// Stores the 8 bits of one lane.
    V128Store8Lane "v128.store8_lane" vector_store_lane(1) [lane: 1];
    /// Stores the 16 bits of one lane.
    V128Store16Lane "v128.store16_lane" vector_store_lane(2) [lane: 2];
    /// Stores the 32 bits of one lane.
    V128Store32Lane "v128.store32_lane" vector_store_lane(4) [lane: 4];
    /// Stores the 64 bits of one lane.
    V128Store64Lane "v128.store64_lane" vector_store_lane(8) [lane: 8];
} } }
pub(crate) use lane_memory;
