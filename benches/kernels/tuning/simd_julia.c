// f64x2 in locals with a mask that ends the loop: two points of a Julia set at a time.
// run(430) = -1961927244078532048
// run(6) = -8826372205000369764
#include "../kernel.h"
#include <wasm_simd128.h>

static u32 steps_of_two(v128_t x, v128_t y) {
    v128_t four = wasm_f64x2_const_splat(4), two = wasm_f64x2_const_splat(2);
    v128_t cx = wasm_f64x2_const_splat(-0.7269), cy = wasm_f64x2_const_splat(0.1889);
    v128_t steps = wasm_i64x2_const_splat(0);
    for (u32 i = 0; i < 120; i++) {
        v128_t xx = wasm_f64x2_mul(x, x), yy = wasm_f64x2_mul(y, y);
        v128_t inside = wasm_f64x2_lt(wasm_f64x2_add(xx, yy), four);
        if (!wasm_v128_any_true(inside)) break;
        steps = wasm_i64x2_sub(steps, inside);
        y = wasm_f64x2_add(wasm_f64x2_mul(wasm_f64x2_mul(x, y), two), cy);
        x = wasm_f64x2_add(wasm_f64x2_sub(xx, yy), cx);
    }
    return (u32)wasm_i64x2_extract_lane(steps, 0) << 16 | (u32)wasm_i64x2_extract_lane(steps, 1);
}

i64 run(i32 count) {
    u64 sum = 0;
    double step = 3.0 / count;
    for (i32 row = 0; row < count; row++)
        for (i32 column = 0; column < count; column += 2) {
            double x = -1.5 + step * column, y = -1.5 + step * row;
            sum = mix(sum, steps_of_two(wasm_f64x2_make(x, x + step), wasm_f64x2_splat(y)));
        }
    return (i64)sum;
}
