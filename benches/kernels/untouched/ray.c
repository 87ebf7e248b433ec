// f32 arithmetic with roots in small functions: rays are marched through a field of distances to
// spheres and a floor, shaded by the slope of the field.
// run(190) = 4475371434871510686
// run(6) = -1054108170783192878
#include "../kernel.h"

typedef struct { float x, y, z; } Vector;

static Vector add(Vector a, Vector b) { return (Vector){ a.x + b.x, a.y + b.y, a.z + b.z }; }
static Vector scale(Vector a, float by) { return (Vector){ a.x * by, a.y * by, a.z * by }; }
static float dot(Vector a, Vector b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static Vector unit(Vector a) { return scale(a, 1.0f / __builtin_sqrtf(dot(a, a))); }

static const struct { Vector middle; float radius; } spheres[] = {
    { { 0, 0, 5 }, 1 }, { { 1.5f, 0.5f, 4 }, 0.5f }, { { -1.25f, -0.25f, 3.5f }, 0.75f },
    { { 0.25f, 1.5f, 6 }, 1.25f },
};

__attribute__((noinline)) static float distance(Vector p) {
    float least = p.y + 1;
    for (u32 i = 0; i < LENGTH(spheres); i++) {
        Vector to = add(p, scale(spheres[i].middle, -1));
        float d = __builtin_sqrtf(dot(to, to)) - spheres[i].radius;
        if (d < least) least = d;
    }
    return least;
}

static int shade(Vector direction) {
    Vector p = { 0, 0, 0 };
    float gone = 0;
    for (int steps = 0; steps < 48 && gone < 20; steps++) {
        float d = distance(p);
        if (d < 0.002f) {
            const float e = 0.01f;
            Vector slope = {
                distance(add(p, (Vector){ e, 0, 0 })) - d,
                distance(add(p, (Vector){ 0, e, 0 })) - d,
                distance(add(p, (Vector){ 0, 0, e })) - d,
            };
            float light = dot(unit(slope), unit((Vector){ 1, 2, -1 }));
            return light > 0 ? (int)(light * 200) + 20 : 20;
        }
        gone += d;
        p = add(p, scale(direction, d));
    }
    return 0;
}

i64 run(i32 count) {
    u64 sum = 0;
    for (i32 y = 0; y < count; y++) {
        for (i32 x = 0; x < count; x++) {
            Vector direction = { (float)(2 * x - count) / (float)count, (float)(count - 2 * y) / (float)count, 1.5f };
            sum = mix(sum, (u64)shade(unit(direction)));
        }
    }
    return (i64)sum;
}
