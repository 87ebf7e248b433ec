// A codec of pictures, libwebp: a drawn picture is encoded with loss and without, and decoded.

#define KNOWN {160, UINT64_C(0xa884aa10ad20d0c5)}, {48, UINT64_C(0x0eb94150d21b02c4)}
#include "../driver.h"
#include <src/webp/decode.h>
#include <src/webp/encode.h>

// Rings, stripes and some noise.
static void draw(uint8_t *pixels, int side) {
    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
            int dx = x - side / 2, dy = y - side / 3;
            uint8_t *pixel = pixels + 4 * (y * side + x);
            pixel[0] = (dx * dx + dy * dy) / 16;
            pixel[1] = x * 255 / side ^ (y & 32);
            pixel[2] = (x / 8 + y / 8) % 2 ? 200 : 40 + random_number() % 16;
            pixel[3] = x > 2 * y ? 255 : 128 + y;
        }
    }
}

static uint64_t code(uint64_t digest, const uint8_t *pixels, int side, int lossless, int quality) {
    uint8_t *file = NULL;
    size_t size = lossless ? WebPEncodeLosslessRGBA(pixels, side, side, 4 * side, &file)
                           : WebPEncodeRGBA(pixels, side, side, 4 * side, quality, &file);
    must(size > 0, "encoding");
    digest = digest_bytes(digest, file, size);
    int width, height;
    uint8_t *decoded = WebPDecodeRGBA(file, size, &width, &height);
    must(decoded && width == side && height == side, "decoding");
    digest = digest_bytes(digest, decoded, 4 * side * side);
    WebPFree(decoded);
    WebPFree(file);
    return digest;
}

static uint64_t run(long work) {
    int side = work;
    uint8_t *pixels = malloc(4 * side * side);
    must(pixels != NULL, "malloc");
    draw(pixels, side);
    uint64_t digest = code(DIGEST_OF_NOTHING, pixels, side, 0, 75);
    return code(digest, pixels, side, 1, 0);
}
