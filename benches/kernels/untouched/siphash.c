// 64-bit additions and rotations over words read from bytes: SipHash-2-4 of strings of all lengths
// up to 255, after a look at the published vector.
// run(240) = 8782431732950517511
// run(1) = -7415645899091257358
#include "../kernel.h"

static u64 v[4];

static u64 rotate(u64 x, int by) { return x << by | x >> (64 - by); }

static void rounds(int count) {
    u64 a = v[0], b = v[1], c = v[2], d = v[3];
    while (count-- > 0) {
        a += b, c += d;
        b = rotate(b, 13) ^ a, d = rotate(d, 16) ^ c;
        a = rotate(a, 32);
        c += b, a += d;
        b = rotate(b, 17) ^ c, d = rotate(d, 21) ^ a;
        c = rotate(c, 32);
    }
    v[0] = a, v[1] = b, v[2] = c, v[3] = d;
}

static u64 hash(const u8 *bytes, u32 length, u64 k0, u64 k1) {
    v[0] = k0 ^ 0x736f6d6570736575, v[1] = k1 ^ 0x646f72616e646f6d;
    v[2] = k0 ^ 0x6c7967656e657261, v[3] = k1 ^ 0x7465646279746573;
    u32 at = 0;
    for (; at + 8 <= length; at += 8) {
        u64 word = 0;
        for (int i = 7; i >= 0; i--) word = word << 8 | bytes[at + (u32)i];
        v[3] ^= word;
        rounds(2);
        v[0] ^= word;
    }
    u64 last = (u64)length << 56;
    for (int shift = 0; at < length; at++, shift += 8) last |= (u64)bytes[at] << shift;
    v[3] ^= last;
    rounds(2);
    v[0] ^= last;
    v[2] ^= 0xff;
    rounds(4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

i64 run(i32 count) {
    static u8 bytes[256];
    u64 sum = 0;
    for (u32 i = 0; i < 16; i++) bytes[i] = (u8)i;
    // The published vector for the first fifteen bytes under the key of the first sixteen.
    if (hash(bytes, 15, 0x0706050403020100, 0x0f0e0d0c0b0a0908) != 0xa129ca6149be45e5) return -1;
    for (i32 n = 0; n < count; n++) {
        for (u32 i = 0; i < 256; i++) bytes[i] = (u8)(i * 7 + (u32)n);
        for (u32 length = 0; length < 256; length++) sum = mix(sum, hash(bytes, length, sum, (u64)n));
    }
    return (i64)sum;
}
