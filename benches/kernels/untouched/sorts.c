// Four ways to the same order: heap sort, merge sort, shell sort and radix sort of the same 64-bit
// records, compared with one another.
// run(16000) = -3007378799350538356
// run(100) = 882862431800465484
#include "../kernel.h"

enum { MOST = 1 << 14 };

static u64 given[MOST], sorted[MOST], other[MOST], space[MOST];

static void heap_sort(u64 *a, u32 n) {
    for (u32 start = n / 2, end = n; end > 1;) {
        if (start > 0) start--;
        else {
            u64 top = a[--end];
            a[end] = a[0];
            a[0] = top;
        }
        u32 root = start;
        u64 value = a[root];
        for (u32 child; (child = root * 2 + 1) < end; root = child) {
            if (child + 1 < end && a[child] < a[child + 1]) child++;
            if (value >= a[child]) break;
            a[root] = a[child];
        }
        a[root] = value;
    }
}

static void merge_sort(u64 *a, u32 n) {
    if (n <= 8) {
        for (u32 i = 1; i < n; i++) {
            u64 value = a[i];
            u32 j = i;
            for (; j > 0 && a[j - 1] > value; j--) a[j] = a[j - 1];
            a[j] = value;
        }
        return;
    }
    u32 half = n / 2, i = 0, j = half, out = 0;
    merge_sort(a, half);
    merge_sort(a + half, n - half);
    for (u32 k = 0; k < half; k++) space[k] = a[k];
    while (i < half && j < n) a[out++] = a[j] < space[i] ? a[j++] : space[i++];
    while (i < half) a[out++] = space[i++];
}

static void shell_sort(u64 *a, u32 n) {
    for (u32 gap = n / 2; gap > 0; gap = gap == 2 ? 1 : gap * 5 / 11) {
        for (u32 i = gap; i < n; i++) {
            u64 value = a[i];
            u32 j = i;
            for (; j >= gap && a[j - gap] > value; j -= gap) a[j] = a[j - gap];
            a[j] = value;
        }
    }
}

static void radix_sort(u64 *a, u32 n) {
    u64 *from = a, *to = space;
    for (int shift = 0; shift < 40; shift += 10) {
        u32 places[1024] = { 0 }, sum = 0;
        for (u32 i = 0; i < n; i++) places[from[i] >> shift & 1023]++;
        for (u32 i = 0; i < 1024; i++) {
            u32 here = places[i];
            places[i] = sum;
            sum += here;
        }
        for (u32 i = 0; i < n; i++) to[places[from[i] >> shift & 1023]++] = from[i];
        u64 *swap = from;
        from = to;
        to = swap;
    }
}

i64 run(i32 count) {
    static void (*const sorts[])(u64 *, u32) = { merge_sort, shell_sort, radix_sort };
    u64 sum = 0;
    u32 n = (u32)count < MOST ? (u32)count : MOST;
    random_state = 8080;
    for (u32 i = 0; i < n; i++) given[i] = sorted[i] = (u64)random_u32() << 8 | (i & 255);
    heap_sort(sorted, n);
    for (u32 s = 0; s < LENGTH(sorts); s++) {
        for (u32 i = 0; i < n; i++) other[i] = given[i];
        sorts[s](other, n);
        for (u32 i = 0; i < n; i++) if (sorted[i] != other[i] || (i && other[i - 1] > other[i])) return -1;
    }
    for (u32 i = 0; i < n; i++) sum = mix(sum, sorted[i]);
    return (i64)sum;
}
