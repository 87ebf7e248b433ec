// A script engine, QuickJS: JavaScript with classes, generators, destructuring, typed arrays,
// regular expressions and JSON.

#define KNOWN {600, UINT64_C(0x7f18d0475352b0f5)}, {40, UINT64_C(0xbd899f21aa999a4b)}
#include "../driver.h"
#include <quickjs.h>

static const char SCRIPT[] =
    "(function (work) {\n"
    "  let seed = 1;\n"
    "  const random = limit => { seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff; return (seed >> 8) % limit; };\n"
    "  const out = [];\n"
    "  class Shape { constructor(name) { this.name = name; } get label() { return `${this.name}:${this.area().toFixed(3)}`; } }\n"
    "  class Circle extends Shape { #r; constructor(r) { super('circle'); this.#r = r; } area() { return this.#r * this.#r * 3.25; } }\n"
    "  class Box extends Shape { constructor(w, h) { super('box'); Object.assign(this, {w, h}); } area() { return this.w * this.h; } }\n"
    "  const shapes = Array.from({length: work}, () => random(2) ? new Circle(random(90)) : new Box(random(50), random(40) / 8));\n"
    "  shapes.sort((a, b) => a.area() - b.area() || a.name.localeCompare(b.name));\n"
    "  const groups = new Map();\n"
    "  for (const {label, name} of shapes) { if (!groups.has(name)) groups.set(name, new Set()); groups.get(name).add(label); }\n"
    "  for (const [name, labels] of groups) out.push(name, labels.size, [...labels].slice(0, 5).join());\n"
    "  function* primes(limit) {\n"
    "    const sieve = new Uint8Array(limit);\n"
    "    for (let n = 2; n < limit; n++) { if (sieve[n]) continue; yield n; for (let m = n * n; m < limit; m += n) sieve[m] = 1; }\n"
    "  }\n"
    "  let sum = 0; for (const prime of primes(work * 40)) sum += prime; out.push(sum);\n"
    "  const tree = depth => depth ? {left: tree(depth - 1), value: random(1000), right: tree(depth - 1)} : null;\n"
    "  const walk = node => node ? walk(node.left) + node.value * 3 + walk(node.right) : 1;\n"
    "  const copy = JSON.parse(JSON.stringify(tree(3 + Math.floor(Math.log2(work + 1)))));\n"
    "  out.push(walk(copy));\n"
    "  let text = ''; for (let i = 0; i < work; i++) text += ['fire', 'Gold-', 'cave 7', '2026-12-01'][random(4)] + ' ';\n"
    "  out.push(text.replace(/(\\d+)-(\\d+)-(\\d+)/g, '$3.$2.$1').replace(/\\b[a-z]/g, c => c.toUpperCase()).split(/[\\s-]+/).filter(Boolean).length);\n"
    "  const words = {}; for (const [, word] of text.matchAll(/([A-Za-z]+)/g)) words[word] = (words[word] ?? 0) + 1;\n"
    "  out.push(JSON.stringify(words));\n"
    "  let big = 1n; for (let i = 1n; i <= BigInt(work % 60 + 20); i++) big = big * i % (1n << 200n); out.push(big.toString(36));\n"
    "  const life = new Int32Array(256).map(() => random(2));\n"
    "  for (let turn = 0; turn < work / 16; turn++) {\n"
    "    const next = life.slice();\n"
    "    for (let i = 0; i < 256; i++) { let near = 0; for (const d of [-17, -16, -15, -1, 1, 15, 16, 17]) near += life[(i + d) & 255];\n"
    "      next[i] = near === 3 || (near === 2 && life[i]) ? 1 : 0; }\n"
    "    life.set(next);\n"
    "  }\n"
    "  out.push(life.join(''));\n"
    "  try { null.wing; } catch (error) { out.push(error instanceof TypeError, error.message); }\n"
    "  return out.join('|');\n"
    "})";

static uint64_t run(long work) {
    JSRuntime *runtime = JS_NewRuntime();
    JS_SetMaxStackSize(runtime, 0);
    JSContext *context = JS_NewContext(runtime);
    JSValue function = JS_Eval(context, SCRIPT, sizeof SCRIPT - 1, "script", JS_EVAL_TYPE_GLOBAL);
    must(!JS_IsException(function), "compiling the script");
    JSValue argument = JS_NewInt32(context, work);
    JSValue result = JS_Call(context, function, JS_UNDEFINED, 1, &argument);
    must(!JS_IsException(result), "the script");
    size_t length;
    const char *text = JS_ToCStringLen(context, &length, result);
    uint64_t digest = digest_bytes(DIGEST_OF_NOTHING, text, length);
    JS_FreeCString(context, text);
    JS_FreeValue(context, result);
    JS_FreeValue(context, function);
    JS_FreeContext(context);
    JS_FreeRuntime(runtime);
    return digest;
}
