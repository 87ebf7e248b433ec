// Carries and 64-bit products of 32-bit limbs: factorials by multiplication, then long division to
// decimal digits.
// run(2700) = -3390691913709013055
// run(40) = 145914306611156979
#include "../kernel.h"

static u32 number[2048], product[4096], square[2048];

static u32 multiply_small(u32 *n, u32 length, u32 factor) {
    u64 carry = 0;
    for (u32 i = 0; i < length; i++) {
        carry += (u64)n[i] * factor;
        n[i] = (u32)carry;
        carry >>= 32;
    }
    if (carry) n[length++] = (u32)carry;
    return length;
}

static u32 multiply(const u32 *a, u32 m, const u32 *b, u32 n) {
    for (u32 i = 0; i < m + n; i++) product[i] = 0;
    for (u32 i = 0; i < m; i++) {
        u64 carry = 0;
        for (u32 j = 0; j < n; j++) {
            carry += (u64)a[i] * b[j] + product[i + j];
            product[i + j] = (u32)carry;
            carry >>= 32;
        }
        product[i + n] = (u32)carry;
    }
    u32 length = m + n;
    while (length > 1 && !product[length - 1]) length--;
    return length;
}

static u32 divide_small(u32 *n, u32 length, u32 divisor) {
    u64 rest = 0;
    for (u32 i = length; i-- > 0;) {
        rest = rest << 32 | n[i];
        n[i] = (u32)(rest / divisor);
        rest %= divisor;
    }
    return (u32)rest;
}

i64 run(i32 count) {
    u64 sum = 0;
    for (i32 top = count; top > 3; top = top * 3 / 4) {
        u32 length = 1;
        number[0] = 1;
        for (i32 i = 2; i <= top; i++) length = multiply_small(number, length, (u32)i);
        for (u32 i = 0; i < length; i++) square[i] = number[i];
        length = multiply(square, length, number, length);
        while (length > 0) {
            sum = mix(sum, divide_small(product, length, 1000000000));
            while (length > 0 && !product[length - 1]) length--;
        }
    }
    return (i64)sum;
}
