// f32x4 and unaligned loads: heat spreads on a plate by a stencil of five points, with sources that
// compares and selects hold in bounds.
// run(720) = -8233339286874824581
// run(4) = 232419536776771913
#include "../kernel.h"
#include <wasm_simd128.h>

enum { WIDTH = 128, HEIGHT = 96, ROW = WIDTH + 8 };

static float plates[2][HEIGHT + 2][ROW];

static void step(float (*from)[ROW], float (*to)[ROW]) {
    v128_t quarter = wasm_f32x4_const_splat(0.24f), keep = wasm_f32x4_const_splat(0.0390625f);
    v128_t hot = wasm_f32x4_const_splat(90.0f), rise = wasm_f32x4_const_splat(1.5f);
    for (u32 y = 1; y <= HEIGHT; y++) {
        for (u32 x = 4; x < WIDTH + 4; x += 4) {
            v128_t here = wasm_v128_load(&from[y][x]);
            v128_t across = wasm_f32x4_add(wasm_v128_load(&from[y][x - 1]), wasm_v128_load(&from[y][x + 1]));
            v128_t down = wasm_f32x4_add(wasm_v128_load(&from[y - 1][x]), wasm_v128_load(&from[y + 1][x]));
            v128_t next = wasm_f32x4_add(wasm_f32x4_mul(wasm_f32x4_add(across, down), quarter),
                                         wasm_f32x4_mul(here, keep));
            v128_t burning = wasm_f32x4_gt(here, hot);
            next = wasm_v128_bitselect(wasm_f32x4_sub(here, rise), next, burning);
            wasm_v128_store(&to[y][x], next);
        }
    }
}

i64 run(i32 count) {
    u64 sum = 0;
    random_state = 271828;
    for (u32 y = 0; y < HEIGHT + 2; y++)
        for (u32 x = 0; x < ROW; x++) {
            plates[0][y][x] = (float)(random_u32() >> 24) * 0.5f;
            plates[1][y][x] = plates[0][y][x];
        }
    for (i32 i = 0; i < count; i++) step(plates[i & 1], plates[~i & 1]);
    for (u32 y = 1; y <= HEIGHT; y++)
        for (u32 x = 4; x < WIDTH + 4; x++) sum = mix(sum, (u64)(i64)(plates[count & 1][y][x] * 64));
    return (i64)sum;
}
