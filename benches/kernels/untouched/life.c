// Conway's game of life on bytes of a torus: neighbours by wrapped row and column, rules by branches.
// run(110) = 4016170944861128229
// run(2) = -4814646709140210176
#include "../kernel.h"

enum { WIDTH = 160, HEIGHT = 120 };

static u8 fields[2][HEIGHT][WIDTH];

static void step(u8 (*from)[WIDTH], u8 (*to)[WIDTH]) {
    for (int y = 0; y < HEIGHT; y++) {
        const u8 *above = from[y ? y - 1 : HEIGHT - 1], *here = from[y], *below = from[(y + 1) % HEIGHT];
        for (int x = 0; x < WIDTH; x++) {
            int left = x ? x - 1 : WIDTH - 1, right = x + 1 < WIDTH ? x + 1 : 0;
            int near = above[left] + above[x] + above[right] + here[left] + here[right]
                     + below[left] + below[x] + below[right];
            if (near == 3) to[y][x] = 1;
            else if (near != 2) to[y][x] = 0;
            else to[y][x] = here[x];
        }
    }
}

i64 run(i32 count) {
    u64 sum = 0;
    random_state = 31337;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) fields[0][y][x] = random_u32() % 3 == 0;
    for (i32 i = 0; i < count; i++) {
        step(fields[i & 1], fields[~i & 1]);
        for (int y = 0; y < HEIGHT; y += 7) sum = mix(sum, fields[~i & 1][y][(y * 3 + i) % WIDTH]);
    }
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) sum = sum * 3 + fields[count & 1][y][x];
    return (i64)sum;
}
