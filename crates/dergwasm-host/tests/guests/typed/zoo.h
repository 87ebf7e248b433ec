#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t Kind;
#define Kind_Prey ((Kind)0)
#define Kind_Predator ((Kind)7)

typedef struct Animal {
  Kind kind;
  uint64_t born;
  float weight;
  int16_t spots[3];
  bool awake;
  const char *nickname;
} Animal;

typedef uint32_t AnimalHandle;

typedef int32_t Outcome;
#define Outcome_Done ((Outcome)0)
#define Outcome_Gone ((Outcome)3)

#ifdef __cplusplus
extern "C" {
#endif

// Takes an animal in.
__attribute__((import_module("zoo"), import_name("add")))
AnimalHandle add(const Animal *animal, const char *name, size_t name_len);

// Looks at an animal.
__attribute__((import_module("zoo"), import_name("get")))
int32_t get(AnimalHandle animal, Animal *result);

__attribute__((import_module("zoo"), import_name("set_free")))
int32_t set_free(AnimalHandle animal);

__attribute__((import_module("zoo"), import_name("name")))
uint32_t name(AnimalHandle animal, uint8_t *text, size_t text_len);

__attribute__((import_module("zoo"), import_name("nickname")))
uint32_t nickname(const Animal *animal, uint8_t *text, size_t text_len);

__attribute__((import_module("zoo"), import_name("weight")))
double weight(const Animal *animals, size_t animals_len);

__attribute__((import_module("zoo"), import_name("eats")))
bool eats(Kind eater, Kind eaten);

__attribute__((import_module("zoo"), import_name("scale")))
Outcome scale(int16_t *numbers, size_t numbers_len, int16_t by);

#ifdef __cplusplus
}
#endif
