// 32-bit rotations and a table of constants: SHA-256 of a buffer that changes, block by block.
// run(22000) = 8745627961045869391
// run(20) = -4520700127898203829
#include "../kernel.h"

static u32 constants[64], state[8];

static u32 rotate(u32 x, int by) { return x >> by | x << (32 - by); }

// The first 32 bits of the fractional part of a root: Newton's method, exact enough in doubles.
static u32 fraction(double prime, int cube) {
    double root = prime;
    for (int i = 0; i < 40; i++)
        root -= cube ? (root * root * root - prime) / (3 * root * root) : (root * root - prime) / (2 * root);
    return (u32)((root - (double)(u32)root) * 4294967296.0);
}

static void prepare(void) {
    int found = 0;
    for (u64 n = 2; found < 64; n++) {
        int prime = 1;
        for (u64 d = 2; d * d <= n; d++) if (n % d == 0) prime = 0;
        if (!prime) continue;
        constants[found] = fraction((double)n, 1);
        if (found < 8) state[found] = fraction((double)n, 0);
        found++;
    }
}

static void compress(const u32 *block) {
    u32 w[64], s[8];
    for (int i = 0; i < 16; i++) w[i] = block[i];
    for (int i = 16; i < 64; i++) {
        u32 a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[i - 7]
             + (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
    }
    for (int i = 0; i < 8; i++) s[i] = state[i];
    for (int i = 0; i < 64; i++) {
        u32 e = s[4], a = s[0];
        u32 t1 = s[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & s[5]) ^ (~e & s[6]))
               + constants[i] + w[i];
        u32 t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
        for (int j = 7; j > 0; j--) s[j] = s[j - 1];
        s[4] += t1;
        s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++) state[i] += s[i];
}

i64 run(i32 count) {
    prepare();
    for (i32 i = 0; i < count; i++) {
        u32 block[16];
        for (int j = 0; j < 16; j++) block[j] = (u32)(i * 16 + j) * 2654435761u;
        compress(block);
    }
    return (i64)((u64)state[0] << 32 | state[7]);
}
