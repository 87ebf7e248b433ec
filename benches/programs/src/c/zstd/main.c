// A compressor, zstd: generated records are compressed at several levels and restored.

#define KNOWN {800, UINT64_C(0x9be3520187754c18)}, {60, UINT64_C(0xa6b0ee9ea28a584e)}
#include "../driver.h"
#include <zstd.h>

// Lines that repeat in part, as a log does.
static size_t fill(char *text, size_t size) {
    static const char *const VERBS[] = {"GET", "PUT", "HEAD", "DELETE"};
    size_t length = 0;
    unsigned time = 0;
    while (length + 100 < size) {
        time += random_number() % 90;
        const char *verb = VERBS[random_number() % 4];
        const char *what = random_number() % 3 ? "scales" : "treasures/gold";
        unsigned dragon = random_number() % 300, page = random_number() % 10;
        length += snprintf(text + length, size - length, "%08u %s /dragons/%u/%s?page=%u %u\n", time, verb,
                           dragon, what, page, random_number() % 5 ? 200 : 404);
    }
    return length;
}

static uint64_t run(long work) {
    static const int LEVELS[] = {1, 3, 6, 12};
    size_t size = work * 1000;
    char *text = malloc(size), *restored = malloc(size);
    size_t room = ZSTD_compressBound(size);
    char *packed = malloc(room);
    must(text && restored && packed, "malloc");
    size_t length = fill(text, size);
    uint64_t digest = DIGEST_OF_NOTHING;
    ZSTD_CCtx *context = ZSTD_createCCtx();
    for (size_t i = 0; i < sizeof LEVELS / sizeof LEVELS[0]; i++) {
        must(!ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, LEVELS[i])), "the level");
        must(!ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)), "the checksum");
        size_t small = ZSTD_compress2(context, packed, room, text, length);
        must(!ZSTD_isError(small), "compressing");
        digest = digest_bytes(digest, packed, small);
        must(ZSTD_decompress(restored, size, packed, small) == length, "restoring");
        must(memcmp(text, restored, length) == 0, "comparing");
    }
    ZSTD_freeCCtx(context);
    return digest;
}
