// A disassembler, capstone: words of machine code, most of them instructions, become text.

#define KNOWN {45000, UINT64_C(0x1f6582fb8d368224)}, {4000, UINT64_C(0x94eec9680a4868a1)}
#include "../driver.h"
#include <capstone/capstone.h>

// Instructions of many kinds; what their free bits say is drawn.
static const struct {
    uint32_t bits, fixed;
} KINDS[] = {
    {0x00000013, 0x0000007f}, // immediate
    {0x00000033, 0xbe00007f}, // registers
    {0x02000033, 0xfe00007f}, // products
    {0x00000003, 0x0000007f}, // load
    {0x00000023, 0x0000007f}, // store
    {0x00000063, 0x0000007f}, // branch
    {0x00000037, 0x0000007f}, // lui
    {0x0000006f, 0x0000007f}, // jal
    {0x0000202f, 0x0600707f}, // atomic
    {0x00000053, 0xe600007f}, // floats
    {0x00000073, 0x0000007f}, // system
    {0x00000001, 0x00000003}, // compressed
    {0x00000000, 0x00000000}, // anything
};

static uint64_t run(long work) {
    size_t size = work * 4;
    unsigned char *code = malloc(size);
    must(code != NULL, "malloc");
    for (size_t i = 0; i < size; i += 4) {
        uint32_t kind = random_number() % (sizeof KINDS / sizeof KINDS[0]);
        uint32_t word = KINDS[kind].bits | (random_number() & ~KINDS[kind].fixed);
        for (int byte = 0; byte < 4; byte++) {
            code[i + byte] = word >> 8 * byte;
        }
    }
    csh handle;
    must(cs_open(CS_ARCH_RISCV, CS_MODE_RISCV64 | CS_MODE_RISCVC, &handle) == CS_ERR_OK, "cs_open");
    must(cs_option(handle, CS_OPT_DETAIL, CS_OPT_ON) == CS_ERR_OK, "details");
    must(cs_option(handle, CS_OPT_SKIPDATA, CS_OPT_ON) == CS_ERR_OK, "skipping");
    cs_insn *instruction = cs_malloc(handle);
    const uint8_t *at = code;
    uint64_t digest = DIGEST_OF_NOTHING, address = 0x10000;
    while (cs_disasm_iter(handle, &at, &size, &address, instruction)) {
        digest = digest_bytes(digest, instruction->mnemonic, strlen(instruction->mnemonic));
        digest = digest_bytes(digest, instruction->op_str, strlen(instruction->op_str));
        if (instruction->id != 0) {
            digest = digest_number(digest, instruction->detail->riscv.op_count);
            digest = digest_number(digest, instruction->detail->groups_count);
        }
    }
    must(size == 0, "reading everything");
    cs_free(instruction, 1);
    cs_close(&handle);
    return digest;
}
