// A script engine, Lua: byte code compiled from text and interpreted, tables, strings, closures,
// garbage collection.

#define KNOWN {300, UINT64_C(0x00264ffa3fa0cdf9)}, {20, UINT64_C(0x8c33dc9e298cbfea)}
#include "../driver.h"
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

static const char *const SCRIPT =
    "local work = ...\n"
    "local seed = 42\n"
    "local function random(n)\n"
    "  seed = (seed * 1103515245 + 12345) & 0x7fffffff\n"
    "  return seed // 65536 % n\n"
    "end\n"
    // Objects with inheritance.
    "local Account = {} Account.__index = Account\n"
    "function Account.new(owner) return setmetatable({owner = owner, balance = 0, log = {}}, Account) end\n"
    "function Account:deposit(n) self.balance = self.balance + n self.log[#self.log + 1] = n end\n"
    "local Limited = setmetatable({}, {__index = Account}) Limited.__index = Limited\n"
    "function Limited.new(owner, limit)\n"
    "  local account = setmetatable(Account.new(owner), Limited) account.limit = limit return account\n"
    "end\n"
    "function Limited:withdraw(n)\n"
    "  if self.balance - n >= -self.limit then self.balance = self.balance - n return true end\n"
    "  return false\n"
    "end\n"
    "local accounts = {}\n"
    "for i = 1, 50 do accounts[i] = Limited.new('owner' .. i, i * 10) end\n"
    "local refused = 0\n"
    "for i = 1, work * 300 do\n"
    "  local account = accounts[random(50) + 1]\n"
    "  if random(3) > 0 then account:deposit(random(100))\n"
    "  elseif not account:withdraw(random(200)) then refused = refused + 1 end\n"
    "end\n"
    "table.sort(accounts, function(a, b)\n"
    "  if a.balance ~= b.balance then return a.balance < b.balance end\n"
    "  return a.owner < b.owner\n"
    "end)\n"
    "local out = {refused}\n"
    "for _, account in ipairs(accounts) do\n"
    "  out[#out + 1] = string.format('%s=%d/%d', account.owner, account.balance, #account.log)\n"
    "end\n"
    // The queens, with a function that each solution is given to.
    "local function queens(n, found)\n"
    "  local columns, up, down, rows = {}, {}, {}, {}\n"
    "  local function place(row)\n"
    "    if row > n then found(table.concat(rows, ' ')) return end\n"
    "    for column = 1, n do\n"
    "      local u, d = row + column, row - column + n\n"
    "      if not (columns[column] or up[u] or down[d]) then\n"
    "        columns[column], up[u], down[d], rows[row] = true, true, true, column\n"
    "        place(row + 1)\n"
    "        columns[column], up[u], down[d] = nil, nil, nil\n"
    "      end\n"
    "    end\n"
    "  end\n"
    "  place(1)\n"
    "end\n"
    "for i = 1, (work + 19) // 20 do\n"
    "  local solutions = 0\n"
    "  queens(6 + i % 2, function(text) solutions = solutions + #text end)\n"
    "  out[#out + 1] = tostring(solutions)\n"
    "end\n"
    // Words of generated text, counted with patterns.
    "local words, counts = {}, {}\n"
    "for i = 1, work * 20 do words[i] = string.char(97 + random(6), 97 + random(6)):rep(random(3) + 1) end\n"
    "local text = table.concat(words, ' ')\n"
    "for word in text:gmatch('%a+') do counts[word] = (counts[word] or 0) + 1 end\n"
    "local names = {}\n"
    "for word in pairs(counts) do names[#names + 1] = word end\n"
    "table.sort(names)\n"
    "for _, word in ipairs(names) do out[#out + 1] = word .. counts[word] end\n"
    "out[#out + 1] = text:gsub('a(%a)', '<%1>'):upper():sub(1, 500)\n"
    // Numbers of both kinds.
    "local sum = 0.0\n"
    "for i = 1, work * 500 do sum = sum + 1.0 / (i * i) end\n"
    "out[#out + 1] = string.format('%.9f', sum)\n"
    "return table.concat(out, '\\n')\n";

static uint64_t run(long work) {
    lua_State *lua = luaL_newstate();
    must(lua != NULL, "luaL_newstate");
    luaL_requiref(lua, "_G", luaopen_base, 1);
    luaL_requiref(lua, LUA_TABLIBNAME, luaopen_table, 1);
    luaL_requiref(lua, LUA_STRLIBNAME, luaopen_string, 1);
    must(luaL_loadstring(lua, SCRIPT) == LUA_OK, "compiling the script");
    lua_pushinteger(lua, work);
    lua_call(lua, 1, 1);
    size_t length;
    const char *text = lua_tolstring(lua, -1, &length);
    must(text != NULL, "the script");
    uint64_t digest = digest_bytes(DIGEST_OF_NOTHING, text, length);
    lua_close(lua);
    return digest;
}
