//! The loop that validates a body, with a short way to read the instructions that make up most of
//! real code.
//!
//! wasmparser reads any instruction, and each costs it the same general steps. Here the common ones
//! are recognised by their first byte and read without them, if numbers are encoded in at most three
//! bytes; all others take wasmparser's way. What is valid is decided by wasmparser's validator in
//! any case.

use wasmparser::{
    BinaryReader, BlockType, FrameStack, FuncValidator, MemArg, MemArgTarget, Result,
    ValidatorResources, VisitOperator, WasmFeatures,
};

/// An unsigned number of at most three bytes at the front, and how many bytes it takes.
#[inline]
fn short(bytes: &[u8]) -> Option<(u32, usize)> {
    match *bytes {
        [a, ..] if a < 0x80 => Some((u32::from(a), 1)),
        [a, b, ..] if b < 0x80 => Some((u32::from(a & 0x7f) | u32::from(b) << 7, 2)),
        [a, b, c, ..] if c < 0x80 => {
            Some((u32::from(a & 0x7f) | u32::from(b & 0x7f) << 7 | u32::from(c) << 14, 3))
        }
        _ => None,
    }
}

/// A signed number of at most three bytes at the front, and how many bytes it takes.
#[inline]
fn short_signed(bytes: &[u8]) -> Option<(i32, usize)> {
    let (value, len) = short(bytes)?;
    let unused = 32 - 7 * u32::try_from(len).ok()?;
    Some(((value << unused).cast_signed() >> unused, len))
}

/// The alignment and offset of an access to memory 0 at the front, and how many bytes they take.
#[inline]
fn short_memarg(bytes: &[u8], max_align: u8) -> Option<(MemArg, usize)> {
    let (&align, rest) = bytes.split_first()?;
    // Larger values are malformed, or say that a memory's index follows.
    if align >= 0x20 {
        return None;
    }
    let (offset, len) = short(rest)?;
    let (offset, target) = (offset.into(), MemArgTarget::Memory(0));
    Some((MemArg { align, max_align, offset, target, ordering: None }, 1 + len))
}

/// The type of a block without parameters and results at the front.
#[inline]
fn no_type(bytes: &[u8]) -> Option<(BlockType, usize)> {
    (*bytes.first()? == 0x40).then_some((BlockType::Empty, 1))
}

/// Visits one instruction at the front of `bytes` if it is a common one; says what the visitor does,
/// and how long it is.
///
/// The visitor's control stack must not be empty.
#[inline]
#[expect(clippy::too_many_lines, reason = "one line an instruction")]
pub(super) fn visit_common<'a, V: VisitOperator<'a>>(
    visitor: &mut V,
    bytes: &[u8],
) -> Option<(V::Output, usize)> {
    let (&code, rest) = bytes.split_first()?;
    macro_rules! visit {
        ($read:expr => $name:ident) => {{
            let (operand, len) = $read?;
            (visitor.$name(operand), 1 + len)
        }};
    }
    Some(match code {
        0x02 => visit!(no_type(rest) => visit_block),
        0x03 => visit!(no_type(rest) => visit_loop),
        0x04 => visit!(no_type(rest) => visit_if),
        0x0b => (visitor.visit_end(), 1),
        0x0c => visit!(short(rest) => visit_br),
        0x0d => visit!(short(rest) => visit_br_if),
        0x10 => visit!(short(rest) => visit_call),
        0x0f => (visitor.visit_return(), 1),
        0x1a => (visitor.visit_drop(), 1),
        0x1b => (visitor.visit_select(), 1),
        0x20 => visit!(short(rest) => visit_local_get),
        0x21 => visit!(short(rest) => visit_local_set),
        0x22 => visit!(short(rest) => visit_local_tee),
        0x23 => visit!(short(rest) => visit_global_get),
        0x24 => visit!(short(rest) => visit_global_set),
        0x28 => visit!(short_memarg(rest, 2) => visit_i32_load),
        0x29 => visit!(short_memarg(rest, 3) => visit_i64_load),
        0x2a => visit!(short_memarg(rest, 2) => visit_f32_load),
        0x2b => visit!(short_memarg(rest, 3) => visit_f64_load),
        0x2c => visit!(short_memarg(rest, 0) => visit_i32_load8_s),
        0x2d => visit!(short_memarg(rest, 0) => visit_i32_load8_u),
        0x2e => visit!(short_memarg(rest, 1) => visit_i32_load16_s),
        0x2f => visit!(short_memarg(rest, 1) => visit_i32_load16_u),
        0x30 => visit!(short_memarg(rest, 0) => visit_i64_load8_s),
        0x31 => visit!(short_memarg(rest, 0) => visit_i64_load8_u),
        0x32 => visit!(short_memarg(rest, 1) => visit_i64_load16_s),
        0x33 => visit!(short_memarg(rest, 1) => visit_i64_load16_u),
        0x34 => visit!(short_memarg(rest, 2) => visit_i64_load32_s),
        0x35 => visit!(short_memarg(rest, 2) => visit_i64_load32_u),
        0x36 => visit!(short_memarg(rest, 2) => visit_i32_store),
        0x37 => visit!(short_memarg(rest, 3) => visit_i64_store),
        0x38 => visit!(short_memarg(rest, 2) => visit_f32_store),
        0x39 => visit!(short_memarg(rest, 3) => visit_f64_store),
        0x3a => visit!(short_memarg(rest, 0) => visit_i32_store8),
        0x3b => visit!(short_memarg(rest, 1) => visit_i32_store16),
        0x3c => visit!(short_memarg(rest, 0) => visit_i64_store8),
        0x3d => visit!(short_memarg(rest, 1) => visit_i64_store16),
        0x3e => visit!(short_memarg(rest, 2) => visit_i64_store32),
        0x41 => visit!(short_signed(rest) => visit_i32_const),
        0x42 => {
            visit!(short_signed(rest).map(|(value, len)| (value.into(), len)) => visit_i64_const)
        }
        0x45 => (visitor.visit_i32_eqz(), 1),
        0x46 => (visitor.visit_i32_eq(), 1),
        0x47 => (visitor.visit_i32_ne(), 1),
        0x48 => (visitor.visit_i32_lt_s(), 1),
        0x49 => (visitor.visit_i32_lt_u(), 1),
        0x4a => (visitor.visit_i32_gt_s(), 1),
        0x4b => (visitor.visit_i32_gt_u(), 1),
        0x4c => (visitor.visit_i32_le_s(), 1),
        0x4d => (visitor.visit_i32_le_u(), 1),
        0x4e => (visitor.visit_i32_ge_s(), 1),
        0x4f => (visitor.visit_i32_ge_u(), 1),
        0x50 => (visitor.visit_i64_eqz(), 1),
        0x51 => (visitor.visit_i64_eq(), 1),
        0x52 => (visitor.visit_i64_ne(), 1),
        0x53 => (visitor.visit_i64_lt_s(), 1),
        0x54 => (visitor.visit_i64_lt_u(), 1),
        0x55 => (visitor.visit_i64_gt_s(), 1),
        0x56 => (visitor.visit_i64_gt_u(), 1),
        0x57 => (visitor.visit_i64_le_s(), 1),
        0x58 => (visitor.visit_i64_le_u(), 1),
        0x59 => (visitor.visit_i64_ge_s(), 1),
        0x5a => (visitor.visit_i64_ge_u(), 1),
        0x5b => (visitor.visit_f32_eq(), 1),
        0x5c => (visitor.visit_f32_ne(), 1),
        0x5d => (visitor.visit_f32_lt(), 1),
        0x5e => (visitor.visit_f32_gt(), 1),
        0x5f => (visitor.visit_f32_le(), 1),
        0x60 => (visitor.visit_f32_ge(), 1),
        0x61 => (visitor.visit_f64_eq(), 1),
        0x62 => (visitor.visit_f64_ne(), 1),
        0x63 => (visitor.visit_f64_lt(), 1),
        0x64 => (visitor.visit_f64_gt(), 1),
        0x65 => (visitor.visit_f64_le(), 1),
        0x66 => (visitor.visit_f64_ge(), 1),
        0x67 => (visitor.visit_i32_clz(), 1),
        0x68 => (visitor.visit_i32_ctz(), 1),
        0x69 => (visitor.visit_i32_popcnt(), 1),
        0x6a => (visitor.visit_i32_add(), 1),
        0x6b => (visitor.visit_i32_sub(), 1),
        0x6c => (visitor.visit_i32_mul(), 1),
        0x6d => (visitor.visit_i32_div_s(), 1),
        0x6e => (visitor.visit_i32_div_u(), 1),
        0x6f => (visitor.visit_i32_rem_s(), 1),
        0x70 => (visitor.visit_i32_rem_u(), 1),
        0x71 => (visitor.visit_i32_and(), 1),
        0x72 => (visitor.visit_i32_or(), 1),
        0x73 => (visitor.visit_i32_xor(), 1),
        0x74 => (visitor.visit_i32_shl(), 1),
        0x75 => (visitor.visit_i32_shr_s(), 1),
        0x76 => (visitor.visit_i32_shr_u(), 1),
        0x77 => (visitor.visit_i32_rotl(), 1),
        0x78 => (visitor.visit_i32_rotr(), 1),
        0x79 => (visitor.visit_i64_clz(), 1),
        0x7a => (visitor.visit_i64_ctz(), 1),
        0x7b => (visitor.visit_i64_popcnt(), 1),
        0x7c => (visitor.visit_i64_add(), 1),
        0x7d => (visitor.visit_i64_sub(), 1),
        0x7e => (visitor.visit_i64_mul(), 1),
        0x7f => (visitor.visit_i64_div_s(), 1),
        0x80 => (visitor.visit_i64_div_u(), 1),
        0x81 => (visitor.visit_i64_rem_s(), 1),
        0x82 => (visitor.visit_i64_rem_u(), 1),
        0x83 => (visitor.visit_i64_and(), 1),
        0x84 => (visitor.visit_i64_or(), 1),
        0x85 => (visitor.visit_i64_xor(), 1),
        0x86 => (visitor.visit_i64_shl(), 1),
        0x87 => (visitor.visit_i64_shr_s(), 1),
        0x88 => (visitor.visit_i64_shr_u(), 1),
        0x89 => (visitor.visit_i64_rotl(), 1),
        0x8a => (visitor.visit_i64_rotr(), 1),
        0xa0 => (visitor.visit_f64_add(), 1),
        0xa1 => (visitor.visit_f64_sub(), 1),
        0xa2 => (visitor.visit_f64_mul(), 1),
        0xa3 => (visitor.visit_f64_div(), 1),
        0xa7 => (visitor.visit_i32_wrap_i64(), 1),
        0xac => (visitor.visit_i64_extend_i32_s(), 1),
        0xad => (visitor.visit_i64_extend_i32_u(), 1),
        0xb7 => (visitor.visit_f64_convert_i32_s(), 1),
        0xb8 => (visitor.visit_f64_convert_i32_u(), 1),
        _ => return None,
    })
}

/// How many bytes of a body are visited between two questions whether to stop: some microseconds.
const PART: usize = 4096;

/// Validates the instructions of a body, which begin `start` bytes into it, and returns true; false
/// if it was told to stop before the end.
pub(super) fn visit(
    validator: &mut FuncValidator<&ValidatorResources>,
    body: &[u8],
    base: u64,
    start: usize,
    features: WasmFeatures,
    stop: &dyn Fn() -> bool,
) -> Result<bool> {
    let mut at = start;
    let mut open = true;
    loop {
        let part_end = at.saturating_add(PART).min(body.len());
        while at < part_end {
            let offset = base + at as u64;
            let mut visitor = validator.visitor(offset);
            // Only `end` can close the body; wasmparser refuses what comes after.
            let is_end = body[at] == 0x0b;
            match open.then(|| visit_common(&mut visitor, &body[at..])).flatten() {
                Some((result, len)) => {
                    result?;
                    at += len;
                }
                None => {
                    let mut reader = BinaryReader::new_features(&body[at..], offset, features);
                    reader.visit_operator(&mut visitor)??;
                    at = body.len() - reader.bytes_remaining();
                }
            }
            if is_end {
                open = visitor.current_frame().is_some();
            }
        }
        if at >= body.len() {
            break;
        }
        if stop() {
            return Ok(false);
        }
    }
    let offset = base + at as u64;
    let reader = BinaryReader::new_features(&[], offset, features);
    reader.finish_expression(&validator.visitor(offset))?;
    Ok(true)
}
