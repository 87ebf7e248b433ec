// Sixteen 32-bit words of state in locals: ChaCha20 enciphers a buffer over and over; -1 if
// deciphering does not bring it back.
// run(700) = 3091153032779969557
// run(2) = -6834488615575886396
#include "../kernel.h"

enum { BLOCKS = 32 };

static u8 text[BLOCKS * 64];

#define ROTATE(x, by) ((x) << (by) | (x) >> (32 - (by)))
#define QUARTER(a, b, c, d) \
    (a += b, d ^= a, d = ROTATE(d, 16), c += d, b ^= c, b = ROTATE(b, 12), \
     a += b, d ^= a, d = ROTATE(d, 8), c += d, b ^= c, b = ROTATE(b, 7))

static void block(const u32 *key, u32 counter, u32 nonce, u32 *out) {
    const u32 start[16] = {
        0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, key[0], key[1], key[2], key[3],
        key[4], key[5], key[6], key[7], counter, nonce, 0x4a, 0,
    };
    u32 x[16];
    for (int i = 0; i < 16; i++) x[i] = start[i];
    for (int i = 0; i < 10; i++) {
        QUARTER(x[0], x[4], x[8], x[12]);
        QUARTER(x[1], x[5], x[9], x[13]);
        QUARTER(x[2], x[6], x[10], x[14]);
        QUARTER(x[3], x[7], x[11], x[15]);
        QUARTER(x[0], x[5], x[10], x[15]);
        QUARTER(x[1], x[6], x[11], x[12]);
        QUARTER(x[2], x[7], x[8], x[13]);
        QUARTER(x[3], x[4], x[9], x[14]);
    }
    for (int i = 0; i < 16; i++) out[i] = x[i] + start[i];
}

static void cipher(u32 nonce) {
    u32 key[8], stream[16];
    for (u32 i = 0; i < 8; i++) key[i] = i * 0x01010101 + nonce;
    for (u32 n = 0; n < BLOCKS; n++) {
        block(key, n + 1, nonce, stream);
        for (u32 i = 0; i < 64; i++) text[n * 64 + i] ^= (u8)(stream[i / 4] >> i % 4 * 8);
    }
}

i64 run(i32 count) {
    u64 sum = 0;
    for (u32 i = 0; i < sizeof text; i++) text[i] = (u8)i;
    for (i32 n = 0; n < count; n++) {
        cipher((u32)n);
        for (u32 i = 0; i < sizeof text; i += 61) sum = mix(sum, text[i]);
    }
    for (i32 n = count; n-- > 0;) cipher((u32)n);
    for (u32 i = 0; i < sizeof text; i++) if (text[i] != (u8)i) return -1;
    return (i64)sum;
}
