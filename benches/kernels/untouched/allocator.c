// Free lists, splitting and merging: an allocator with sizes at both ends of a block serves strings
// and lists that live short, in waves.
// run(130000) = -582899478414419029
// run(300) = 4336598766587635451
#include "../kernel.h"

enum { WORDS = 1 << 17, LIVE = 512, CLASSES = 20 };

// A block is a word with its size (in words, the lowest bit set while in use), what it holds and
// the same word again. A free one holds the places of its neighbours in the list of its class.
static u32 heap[WORDS];
static u32 lists[CLASSES];

static u32 class_of(u32 size) { return 31 - (u32)__builtin_clz(size); }

static void mark(u32 at, u32 size, u32 used) { heap[at] = heap[at + size - 1] = size << 1 | used; }

static void link(u32 at, u32 size) {
    u32 class = class_of(size);
    mark(at, size, 0);
    heap[at + 1] = lists[class];
    heap[at + 2] = 0;
    if (lists[class]) heap[lists[class] + 2] = at;
    lists[class] = at;
}

static void unlink(u32 at) {
    u32 next = heap[at + 1], before = heap[at + 2];
    if (next) heap[next + 2] = before;
    if (before) heap[before + 1] = next;
    else lists[class_of(heap[at] >> 1)] = next;
}

static u32 *allocate(u32 words) {
    u32 need = words + 2 < 4 ? 4 : words + 2;
    for (u32 class = class_of(need); class < CLASSES; class++) {
        for (u32 at = lists[class]; at; at = heap[at + 1]) {
            u32 size = heap[at] >> 1;
            if (size < need) continue;
            unlink(at);
            if (size - need >= 4) {
                link(at + need, size - need);
                size = need;
            }
            mark(at, size, 1);
            return &heap[at + 1];
        }
    }
    return NULL;
}

static void release(u32 *block) {
    u32 at = (u32)(block - heap) - 1, size = heap[at] >> 1;
    u32 after = at + size;
    if (!(heap[after] & 1)) {
        unlink(after);
        size += heap[after] >> 1;
    }
    if (!(heap[at - 1] & 1)) {
        u32 before = heap[at - 1] >> 1;
        at -= before;
        unlink(at);
        size += before;
    }
    link(at, size);
}

static void prepare(void) {
    for (u32 i = 0; i < CLASSES; i++) lists[i] = 0;
    heap[0] = heap[WORDS - 1] = 1;
    link(1, WORDS - 2);
}

i64 run(i32 count) {
    static u32 *live[LIVE], sizes[LIVE];
    u64 sum = 0;
    random_state = 55;
    prepare();
    for (u32 i = 0; i < LIVE; i++) live[i] = NULL;
    for (i32 i = 0; i < count; i++) {
        u32 at = (random_u32() >> 8) % LIVE;
        if (live[at]) {
            for (u32 j = 0; j < sizes[at]; j++) sum += live[at][j];
            sum = mix(sum, sizes[at]);
            release(live[at]);
        }
        u32 size = 1 + (random_u32() >> 10) % (i / 1000 % 2 ? 24 : 90);
        live[at] = allocate(size);
        if (!live[at]) return -1;
        sizes[at] = size;
        for (u32 j = 0; j < size; j++) live[at][j] = j ^ (u32)i;
    }
    for (u32 i = 0; i < LIVE; i++) if (live[i]) release(live[i]);
    // All merged into one block again.
    return heap[1] == (WORDS - 2) << 1 ? (i64)sum : -1;
}
