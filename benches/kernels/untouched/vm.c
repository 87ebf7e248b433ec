// An interpreter interpreted: a machine with a stack, registers and calls runs a program that adds
// up the lengths of Collatz sequences.
// run(4200) = 316992
// run(30) = 423
#include "../kernel.h"

enum Op { PUSH, LOAD, STORE, ADD, MUL, HALVE, ODD, LESS, EQUAL, JUMP, UNLESS, CALL, RETURN, HALT };

struct Instruction { u8 op; i32 value; };

enum { N, SUM, X, STEPS, LIMIT, REGISTERS };

static const struct Instruction program[] = {
    /*  0 */ { LOAD, N }, { LOAD, LIMIT }, { LESS, 0 }, { UNLESS, 13 },
    /*  4 */ { LOAD, N }, { CALL, 14 }, { LOAD, SUM }, { ADD, 0 }, { STORE, SUM },
    /*  9 */ { LOAD, N }, { PUSH, 1 }, { ADD, 0 }, { JUMP, 38 },
    /* 13 */ { HALT, 0 },
    // The length of the sequence from the number on the stack.
    /* 14 */ { STORE, X }, { PUSH, 0 }, { STORE, STEPS },
    /* 17 */ { LOAD, X }, { PUSH, 1 }, { EQUAL, 0 }, { UNLESS, 23 },
    /* 21 */ { LOAD, STEPS }, { RETURN, 0 },
    /* 23 */ { LOAD, STEPS }, { PUSH, 1 }, { ADD, 0 }, { STORE, STEPS },
    /* 27 */ { LOAD, X }, { ODD, 0 }, { UNLESS, 35 },
    /* 30 */ { LOAD, X }, { PUSH, 3 }, { MUL, 0 }, { PUSH, 1 }, { JUMP, 40 },
    /* 35 */ { LOAD, X }, { HALVE, 0 }, { JUMP, 41 },
    /* 38 */ { STORE, N }, { JUMP, 0 },
    /* 40 */ { ADD, 0 },
    /* 41 */ { STORE, X }, { JUMP, 17 },
};

i64 run(i32 count) {
    i64 stack[64], *top = stack, registers[REGISTERS] = { 0 };
    u32 returns[16], depth = 0, at = 0;
    registers[N] = 1;
    registers[LIMIT] = count;
    for (;;) {
        const struct Instruction *now = &program[at++];
        switch ((enum Op)now->op) {
        case PUSH: *top++ = now->value; break;
        case LOAD: *top++ = registers[now->value]; break;
        case STORE: registers[now->value] = *--top; break;
        case ADD: top--; top[-1] += top[0]; break;
        case MUL: top--; top[-1] *= top[0]; break;
        case HALVE: top[-1] >>= 1; break;
        case ODD: top[-1] &= 1; break;
        case LESS: top--; top[-1] = top[-1] < top[0]; break;
        case EQUAL: top--; top[-1] = top[-1] == top[0]; break;
        case JUMP: at = (u32)now->value; break;
        case UNLESS: if (!*--top) at = (u32)now->value; break;
        case CALL: returns[depth++] = at; at = (u32)now->value; break;
        case RETURN: at = returns[--depth]; break;
        case HALT: return registers[SUM];
        }
    }
}
