// i8x16 compares, masks and table lookups: letters turn to capitals, lines and words are counted
// and bytes become hexadecimal digits and bytes again; -1 if those differ.
// run(490) = -9025441931407735994
// run(4) = 4407231490368357408
#include "../kernel.h"
#include <wasm_simd128.h>

enum { SIZE = 1 << 14 };

static u8 text[SIZE], digits[SIZE * 2];

static u32 capitals(void) {
    u32 changed = 0;
    for (u32 i = 0; i < SIZE; i += 16) {
        v128_t bytes = wasm_v128_load(text + i);
        v128_t small = wasm_v128_and(wasm_u8x16_ge(bytes, wasm_u8x16_const_splat('a')),
                                     wasm_u8x16_le(bytes, wasm_u8x16_const_splat('z')));
        changed += (u32)__builtin_popcount(wasm_i8x16_bitmask(small));
        wasm_v128_store(text + i, wasm_v128_xor(bytes, wasm_v128_and(small, wasm_u8x16_const_splat(32))));
    }
    return changed;
}

static u64 lines_and_words(void) {
    u32 lines = 0, words = 0, before = 1;
    for (u32 i = 0; i < SIZE; i += 16) {
        v128_t bytes = wasm_v128_load(text + i);
        u32 ends = wasm_i8x16_bitmask(wasm_i8x16_eq(bytes, wasm_i8x16_const_splat('\n')));
        u32 blank = ends | wasm_i8x16_bitmask(wasm_i8x16_eq(bytes, wasm_i8x16_const_splat(' ')));
        lines += (u32)__builtin_popcount(ends);
        words += (u32)__builtin_popcount((blank << 1 | before) & ~blank & 0xffff);
        before = blank >> 15;
    }
    return (u64)lines << 32 | words;
}

static void to_digits(void) {
    v128_t table = wasm_i8x16_const('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f');
    for (u32 i = 0; i < SIZE; i += 16) {
        v128_t bytes = wasm_v128_load(text + i);
        v128_t high = wasm_i8x16_swizzle(table, wasm_u8x16_shr(bytes, 4));
        v128_t low = wasm_i8x16_swizzle(table, wasm_v128_and(bytes, wasm_i8x16_const_splat(15)));
        v128_t first = wasm_i8x16_shuffle(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
        v128_t second = wasm_i8x16_shuffle(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        wasm_v128_store(digits + 2 * i, first);
        wasm_v128_store(digits + 2 * i + 16, second);
    }
}

static v128_t values(v128_t letters) {
    v128_t high = wasm_i8x16_gt(letters, wasm_i8x16_const_splat('9'));
    v128_t value = wasm_i8x16_sub(letters, wasm_i8x16_const_splat('0'));
    return wasm_i8x16_sub(value, wasm_v128_and(high, wasm_i8x16_const_splat('a' - '0' - 10)));
}

static int same(void) {
    v128_t wrong = wasm_i8x16_const_splat(0);
    for (u32 i = 0; i < SIZE; i += 16) {
        v128_t a = values(wasm_v128_load(digits + 2 * i)), b = values(wasm_v128_load(digits + 2 * i + 16));
        v128_t shifted_a = wasm_v128_or(wasm_i16x8_shl(a, 4), wasm_u16x8_shr(a, 8));
        v128_t shifted_b = wasm_v128_or(wasm_i16x8_shl(b, 4), wasm_u16x8_shr(b, 8));
        v128_t byte = wasm_i16x8_const_splat(255);
        v128_t bytes = wasm_u8x16_narrow_i16x8(wasm_v128_and(shifted_a, byte), wasm_v128_and(shifted_b, byte));
        wrong = wasm_v128_or(wrong, wasm_v128_xor(bytes, wasm_v128_load(text + i)));
    }
    return !wasm_v128_any_true(wrong);
}

i64 run(i32 count) {
    u64 sum = 0;
    random_state = 1234567;
    for (u32 i = 0; i < SIZE; i++) {
        u32 r = random_u32() >> 8;
        text[i] = (u8)(r % 64 == 0 ? '\n' : r % 7 == 0 ? ' ' : 'A' + r % 61);
    }
    for (i32 i = 0; i < count; i++) {
        sum = mix(sum, lines_and_words());
        to_digits();
        if (!same()) return -1;
        for (u32 j = (u32)i % 5; j < 2 * SIZE; j += 997) sum = mix(sum, digits[j]);
        sum = mix(sum, capitals());
        for (u32 j = (u32)i % 13; j < SIZE; j += 101) text[j] ^= (u8)(32 + (i & 3));
    }
    return (i64)sum;
}
