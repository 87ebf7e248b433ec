// f64 pairs in memory with strides that double: a fast Fourier transform of 4096 points there and
// back. The sum is of rounded spectra; -1 if the signal did not return.
// run(41) = 1538720882287791465
// run(1) = -5974637039551636955
#include "../kernel.h"

enum { POINTS = 4096, BITS = 12 };

static double re[POINTS], im[POINTS], cosines[POINTS / 2], sines[POINTS / 2];

// Roots of unity, by halving angles from i and multiplying.
static void prepare(void) {
    double c = 0, s = 1;
    cosines[0] = 1, sines[0] = 0;
    for (int step = POINTS / 4; step > 0; step /= 2) {
        for (int i = 0; i + step < POINTS / 2; i += 2 * step) {
            cosines[i + step] = cosines[i] * c - sines[i] * s;
            sines[i + step] = cosines[i] * s + sines[i] * c;
        }
        double half = __builtin_sqrt((1 + c) / 2);
        s = __builtin_sqrt((1 - c) / 2);
        c = half;
    }
}

static void transform(int back) {
    for (u32 i = 0; i < POINTS; i++) {
        u32 j = 0;
        for (int b = 0; b < BITS; b++) j |= (i >> b & 1) << (BITS - 1 - b);
        if (j <= i) continue;
        double x = re[i], y = im[i];
        re[i] = re[j], im[i] = im[j];
        re[j] = x, im[j] = y;
    }
    for (int size = 2; size <= POINTS; size *= 2) {
        int half = size / 2, stride = POINTS / size;
        for (int start = 0; start < POINTS; start += size) {
            for (int k = 0; k < half; k++) {
                double c = cosines[k * stride], s = back ? sines[k * stride] : -sines[k * stride];
                int a = start + k, b = a + half;
                double x = re[b] * c - im[b] * s, y = re[b] * s + im[b] * c;
                re[b] = re[a] - x, im[b] = im[a] - y;
                re[a] += x, im[a] += y;
            }
        }
    }
}

static double signal(int i) { return (double)((i * 37 + i * i * 11) % 256 - 128); }

i64 run(i32 count) {
    u64 sum = 0;
    prepare();
    for (i32 n = 0; n < count; n++) {
        for (int i = 0; i < POINTS; i++) re[i] = signal(i + n), im[i] = 0;
        transform(0);
        for (int i = 0; i < POINTS; i += 5) sum = mix(sum, (u64)(i64)(re[i] * 8 + 0.5));
        transform(1);
        for (int i = 0; i < POINTS; i++) {
            double off = re[i] / POINTS - signal(i + n);
            if (off > 1e-6 || off < -1e-6) return -1;
        }
    }
    return (i64)sum;
}
