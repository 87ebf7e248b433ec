// What the kernels in C share: short names of types and a source of numbers that look random.
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t i32;
typedef int64_t i64;

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

// The one export of every kernel.
i64 run(i32 count);

static u32 random_state;

static inline u32 random_u32(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

// A step of a checksum: every bit of both counts.
static inline u64 mix(u64 sum, u64 value) {
    sum = (sum ^ value) * 0x9e3779b97f4a7c15u;
    return sum ^ (sum >> 29);
}
