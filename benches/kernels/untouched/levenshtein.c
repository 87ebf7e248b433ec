// Minimum of three in nested loops over two rows: the edit distances of pairs of words.
// run(140) = 2119782577691715466
// run(2) = -7606573011731875428
#include "../kernel.h"

enum { MOST = 200 };

static u32 distance(const u8 *a, u32 m, const u8 *b, u32 n) {
    static u32 row[MOST + 1];
    for (u32 j = 0; j <= n; j++) row[j] = j;
    for (u32 i = 1; i <= m; i++) {
        u32 diagonal = row[0];
        row[0] = i;
        for (u32 j = 1; j <= n; j++) {
            u32 least = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (diagonal + 1 < least) least = diagonal + 1;
            if (row[j - 1] + 1 < least) least = row[j - 1] + 1;
            row[j] = least;
        }
    }
    return row[n];
}

i64 run(i32 count) {
    static u8 a[MOST], b[MOST];
    u64 sum = 0;
    random_state = 606;
    for (i32 i = 0; i < count; i++) {
        u32 m = MOST - random_u32() % 50, n = 0;
        for (u32 j = 0; j < m; j++) a[j] = (u8)(random_u32() >> 9 & 7);
        // The second word is the first with letters lost, doubled and changed.
        for (u32 j = 0; j < m && n + 1 < MOST; j++) {
            u32 luck = random_u32() >> 8 & 15;
            if (luck == 0) continue;
            b[n++] = luck == 1 ? 9 : a[j];
            if (luck == 2) b[n++] = a[j];
        }
        sum = mix(sum, distance(a, m, b, n));
        sum = mix(sum, distance(b, n, a + m / 3, m - m / 3));
    }
    return (i64)sum;
}
