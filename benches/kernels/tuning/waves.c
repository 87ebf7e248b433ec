// A float stencil: waves on a pond of f64 by finite differences, with a wall in the middle.
// run(280) = 836193570735238653
// run(3) = 2301265263213051061
#include "../kernel.h"

enum { SIZE = 100 };

static double ponds[3][SIZE][SIZE];
static u8 wall[SIZE][SIZE];

static void step(double (*before)[SIZE], double (*now)[SIZE], double (*next)[SIZE]) {
    for (u32 y = 1; y < SIZE - 1; y++)
        for (u32 x = 1; x < SIZE - 1; x++) {
            if (wall[y][x]) continue;
            double around = now[y - 1][x] + now[y + 1][x] + now[y][x - 1] + now[y][x + 1];
            double height = 2 * now[y][x] - before[y][x] + 0.2 * (around - 4 * now[y][x]);
            next[y][x] = height * 0.999;
        }
}

i64 run(i32 count) {
    u64 sum = 0;
    for (u32 p = 0; p < 3; p++)
        for (u32 y = 0; y < SIZE; y++)
            for (u32 x = 0; x < SIZE; x++) {
                ponds[p][y][x] = 0;
                wall[y][x] = x == SIZE / 2 && (y < 40 || y > 60);
            }
    ponds[0][50][20] = ponds[1][50][20] = 1000;
    for (u32 i = 0; i < (u32)count; i++) step(ponds[i % 3], ponds[(i + 1) % 3], ponds[(i + 2) % 3]);
    for (u32 y = 0; y < SIZE; y++)
        for (u32 x = 0; x < SIZE; x++)
            sum = mix(sum, (u64)(i64)(ponds[((u32)count + 1) % 3][y][x] * 1e6));
    return (i64)sum;
}
