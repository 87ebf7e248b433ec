//! Globals. Spec: Structure › Instructions › Variable.
//!
//! `global_sum` says whether it writes the sum back.
//!
//! Locals have no instruction: a local is a slot, named by the instructions that use it.

macro_rules! variable { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Reads a global of the instance's own: an integer or reference.
    GlobalGet64 "global.get" global_get(u64);
    /// Reads an own 32-bit float global.
    GlobalGetF32 "global.get.f32" global_get(f32);
    /// Reads an own 64-bit float global.
    GlobalGetF64 "global.get.f64" global_get(f64);
    /// Reads an own vector global.
    GlobalGetV128 "global.get.v128" global_get(V128);
    /// Writes an own global: an integer or reference.
    GlobalSet64 "global.set" global_set(u64);
    /// Writes an own 32-bit float global.
    GlobalSetF32 "global.set.f32" global_set(f32);
    /// Writes an own 64-bit float global.
    GlobalSetF64 "global.set.f64" global_set(f64);
    /// Writes an own vector global.
    GlobalSetV128 "global.set.v128" global_set(V128);
    /// Reads an own global and adds a constant.
    GlobalSum "i32.add(global.get)" global_sum(false);
    /// Adds a constant to an own global, whose new value is the result.
    GlobalStep "global.step" global_sum(true);
    /// Writes the sum of `x` and a constant to an own global.
    GlobalSetSum "global.set(i32.add)" global_set_sum();
    /// Reads an imported global: an integer or reference.
    GlobalGetImport64 "global.get_import" custom { dst: Slot, global: Index } = variable::get_import::<u64>;
    /// Reads an imported 32-bit float global.
    GlobalGetImportF32 "global.get_import.f32" custom { dst: Slot, global: Index } = variable::get_import::<f32>;
    /// Reads an imported 64-bit float global.
    GlobalGetImportF64 "global.get_import.f64" custom { dst: Slot, global: Index } = variable::get_import::<f64>;
    /// Reads an imported vector global.
    GlobalGetImportV128 "global.get_import.v128" custom { dst: Slot, global: Index } = variable::get_import::<V128>;
    /// Writes an imported global: an integer or reference.
    GlobalSetImport64 "global.set_import" custom { src: Slot, global: Index } = variable::set_import::<u64>;
    /// Writes an imported 32-bit float global.
    GlobalSetImportF32 "global.set_import.f32" custom { src: Slot, global: Index } = variable::set_import::<f32>;
    /// Writes an imported 64-bit float global.
    GlobalSetImportF64 "global.set_import.f64" custom { src: Slot, global: Index } = variable::set_import::<f64>;
    /// Writes an imported vector global.
    GlobalSetImportV128 "global.set_import.v128" custom { src: Slot, global: Index } = variable::set_import::<V128>;
} } }
pub(crate) use variable;
