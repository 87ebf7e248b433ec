// i16x8 products summed in pairs: sound runs through a filter of 32 taps and is rounded, narrowed
// with saturation and mixed with itself.
// run(540) = -7298883699951048228
// run(2) = -8309675825297031884
#include "../kernel.h"
#include <wasm_simd128.h>

enum { SAMPLES = 2048, TAPS = 32 };

static int16_t sound[SAMPLES + TAPS], filtered[SAMPLES], taps[TAPS];

static i32 sum_of(v128_t v) {
    v = wasm_i32x4_add(v, wasm_i32x4_shuffle(v, v, 2, 3, 0, 1));
    return wasm_i32x4_extract_lane(wasm_i32x4_add(v, wasm_i32x4_shuffle(v, v, 1, 0, 3, 2)), 0);
}

static void filter(void) {
    v128_t round = wasm_i32x4_const_splat(1 << 13);
    for (u32 i = 0; i < SAMPLES; i += 4) {
        v128_t out = wasm_i32x4_const_splat(0);
        v128_t a = out, b = out, c = out, d = out;
        for (u32 j = 0; j < TAPS; j += 8) {
            v128_t tap = wasm_v128_load(taps + j);
            a = wasm_i32x4_add(a, wasm_i32x4_dot_i16x8(tap, wasm_v128_load(sound + i + j)));
            b = wasm_i32x4_add(b, wasm_i32x4_dot_i16x8(tap, wasm_v128_load(sound + i + j + 1)));
            c = wasm_i32x4_add(c, wasm_i32x4_dot_i16x8(tap, wasm_v128_load(sound + i + j + 2)));
            d = wasm_i32x4_add(d, wasm_i32x4_dot_i16x8(tap, wasm_v128_load(sound + i + j + 3)));
        }
        out = wasm_i32x4_make(sum_of(a), sum_of(b), sum_of(c), sum_of(d));
        out = wasm_i32x4_shr(wasm_i32x4_add(out, round), 14);
        wasm_v128_store64_lane(filtered + i, wasm_i16x8_narrow_i32x4(out, out), 0);
    }
}

static void blend(void) {
    for (u32 i = 0; i < SAMPLES; i += 8) {
        v128_t old = wasm_v128_load(sound + i), new = wasm_v128_load(filtered + i);
        v128_t mixed = wasm_i16x8_add_sat(wasm_i16x8_q15mulr_sat(old, wasm_i16x8_const_splat(20000)), new);
        wasm_v128_store(sound + i, wasm_i16x8_max(mixed, wasm_i16x8_const_splat(-30000)));
    }
}

i64 run(i32 count) {
    u64 sum = 0;
    random_state = 440;
    for (u32 i = 0; i < SAMPLES + TAPS; i++) sound[i] = (int16_t)(random_u32() >> 9);
    for (u32 i = 0; i < TAPS; i++) taps[i] = (int16_t)((i32)(random_u32() >> 20) - 2048);
    for (i32 i = 0; i < count; i++) {
        filter();
        blend();
        for (u32 j = (u32)i % 7; j < SAMPLES; j += 31) sum = mix(sum, (u16)filtered[j]);
    }
    return (i64)sum;
}
