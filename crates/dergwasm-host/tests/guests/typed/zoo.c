// Passes structures, arrays, strings, enumerations and handles to a host that declares them in Rust,
// by the header that the host prints of itself. Returns the number of the check that failed, or 0.

#include "zoo.h"

#define CHECK(number, condition) if (!(condition)) return number

static const Animal LION = {Kind_Predator, 1ull << 40, 190.5f, {-1, 2, -3}, true, "Simba"};

int run(void) {
  CHECK(1, sizeof(Animal) == 32);
  AnimalHandle lion = add(&LION, "lion", 4);
  AnimalHandle zebra = add(&(Animal){Kind_Prey, 7, 300, {0}, false, 0}, "zebra", 5);
  CHECK(2, lion != 0 && zebra != 0 && lion != zebra);

  Animal animals[2] = {{0}, {0}};
  CHECK(3, get(lion, &animals[0]) == 0 && get(zebra, &animals[1]) == 0);
  CHECK(4, animals[0].kind == Kind_Predator && animals[0].born == 1ull << 40);
  CHECK(5, animals[0].weight == 190.5f && animals[0].spots[2] == -3 && animals[0].awake);
  CHECK(6, animals[0].nickname == LION.nickname && animals[1].nickname == 0);
  CHECK(7, weight(animals, 2) == 490.5);
  CHECK(8, !eats(Kind_Prey, Kind_Prey) && eats(Kind_Predator, Kind_Prey));

  uint8_t text[8] = {0};
  CHECK(9, name(lion, text, sizeof text) == 4 && text[0] == 'l' && text[4] == 0);
  CHECK(10, nickname(&animals[0], text, sizeof text) == 5 && text[4] == 'a');
  CHECK(11, set_free(zebra) == 0 && get(zebra, &animals[1]) == Outcome_Gone);
  CHECK(12, scale(animals[0].spots, 3, -2) == Outcome_Done && animals[0].spots[2] == 6);
  return 0;
}
