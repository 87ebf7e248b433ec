// A codec of sound, FLAC: two tones with noise are predicted, coded and restored.

#define KNOWN {250, UINT64_C(0xcee3f0f9b5d76b35)}, {20, UINT64_C(0x32b7b3c50f7e6531)}
#include "../driver.h"
#include <FLAC/stream_decoder.h>
#include <FLAC/stream_encoder.h>

#define CHANNELS 2

static unsigned char *file;
static size_t file_size, file_room, file_at;
static FLAC__int32 *samples;
static size_t restored;

static FLAC__StreamEncoderWriteStatus keep(const FLAC__StreamEncoder *encoder, const FLAC__byte *bytes,
                                           size_t size, uint32_t count, uint32_t frame, void *data) {
    (void)encoder, (void)count, (void)frame, (void)data;
    must(file_size + size <= file_room, "writing");
    memcpy(file + file_size, bytes, size);
    file_size += size;
    return FLAC__STREAM_ENCODER_WRITE_STATUS_OK;
}

static FLAC__StreamDecoderReadStatus give(const FLAC__StreamDecoder *decoder, FLAC__byte *bytes, size_t *size,
                                          void *data) {
    (void)decoder, (void)data;
    if (file_at == file_size) {
        *size = 0;
        return FLAC__STREAM_DECODER_READ_STATUS_END_OF_STREAM;
    }
    if (*size > file_size - file_at) {
        *size = file_size - file_at;
    }
    memcpy(bytes, file + file_at, *size);
    file_at += *size;
    return FLAC__STREAM_DECODER_READ_STATUS_CONTINUE;
}

static FLAC__StreamDecoderWriteStatus compare(const FLAC__StreamDecoder *decoder, const FLAC__Frame *frame,
                                              const FLAC__int32 *const channels[], void *data) {
    (void)decoder, (void)data;
    for (uint32_t i = 0; i < frame->header.blocksize; i++, restored++) {
        for (int channel = 0; channel < CHANNELS; channel++) {
            must(channels[channel][i] == samples[restored * CHANNELS + channel], "restoring a sample");
        }
    }
    return FLAC__STREAM_DECODER_WRITE_STATUS_CONTINUE;
}

static void refuse(const FLAC__StreamDecoder *decoder, FLAC__StreamDecoderErrorStatus status, void *data) {
    (void)decoder, (void)data;
    must(0, FLAC__StreamDecoderErrorStatusString[status]);
}

// Tones by rotation in whole numbers, which every computer does alike.
static void sound(size_t count) {
    int64_t sine = 0, cosine = 9000, slow_sine = 0, slow_cosine = 12000;
    for (size_t i = 0; i < count; i++) {
        sine += cosine * 80 / 1000, cosine -= sine * 80 / 1000;
        slow_sine += slow_cosine * 7 / 1000, slow_cosine -= slow_sine * 7 / 1000;
        int noise = (int)(random_number() % 64) - 32;
        samples[i * CHANNELS] = sine + slow_sine + noise;
        samples[i * CHANNELS + 1] = i / 5000 % 2 ? sine - slow_sine / 2 : noise * 20;
    }
}

static uint64_t code(uint64_t digest, size_t count, int level) {
    FLAC__StreamEncoder *encoder = FLAC__stream_encoder_new();
    must(FLAC__stream_encoder_set_compression_level(encoder, level), "the level");
    FLAC__stream_encoder_set_channels(encoder, CHANNELS);
    file_size = file_at = restored = 0;
    must(FLAC__stream_encoder_init_stream(encoder, keep, NULL, NULL, NULL, NULL) == 0, "the encoder");
    must(FLAC__stream_encoder_process_interleaved(encoder, samples, count), "encoding");
    must(FLAC__stream_encoder_finish(encoder), "finishing");
    FLAC__stream_encoder_delete(encoder);

    FLAC__StreamDecoder *decoder = FLAC__stream_decoder_new();
    must(FLAC__stream_decoder_init_stream(decoder, give, NULL, NULL, NULL, NULL, compare, NULL, refuse, NULL) == 0,
         "the decoder");
    must(FLAC__stream_decoder_process_until_end_of_stream(decoder), "decoding");
    FLAC__stream_decoder_delete(decoder);
    must(restored == count, "restoring everything");
    must(file_size < count * CHANNELS * 2, "making it smaller");
    return digest_number(digest_bytes(digest, samples, count * CHANNELS * sizeof *samples), count);
}

static uint64_t run(long work) {
    size_t count = work * 1000;
    samples = malloc(count * CHANNELS * sizeof *samples);
    file_room = count * CHANNELS * 4 + 10000;
    file = malloc(file_room);
    must(samples && file, "malloc");
    sound(count);
    uint64_t digest = code(DIGEST_OF_NOTHING, count, 1);
    return code(digest, count, 5);
}
