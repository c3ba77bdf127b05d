// Functions that V8's archive expects from newer system libraries than the oldest ones supported have.

#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

// C23's names, which newer headers give to the number parsers; they differ in accepting 0b, which V8 does not use.
extern "C" {

long isoc23_strtol(const char* text, char** end, int base) __asm__("__isoc23_strtol");
long isoc23_strtol(const char* text, char** end, int base) { return strtol(text, end, base); }

long long isoc23_strtoll(const char* text, char** end, int base) __asm__("__isoc23_strtoll");
long long isoc23_strtoll(const char* text, char** end, int base) { return strtoll(text, end, base); }

unsigned long isoc23_strtoul(const char* text, char** end, int base) __asm__("__isoc23_strtoul");
unsigned long isoc23_strtoul(const char* text, char** end, int base) { return strtoul(text, end, base); }

unsigned long long isoc23_strtoull(const char* text, char** end, int base) __asm__("__isoc23_strtoull");
unsigned long long isoc23_strtoull(const char* text, char** end, int base) { return strtoull(text, end, base); }

int isoc23_sscanf(const char* text, const char* format, ...) __asm__("__isoc23_sscanf");
int isoc23_sscanf(const char* text, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = vsscanf(text, format, arguments);
  va_end(arguments);
  return result;
}

int isoc23_fscanf(FILE* file, const char* format, ...) __asm__("__isoc23_fscanf");
int isoc23_fscanf(FILE* file, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int result = vfscanf(file, format, arguments);
  va_end(arguments);
  return result;
}

// GCC 13's libgcc: bfloat16 to float.
float __extendbfsf2(uint16_t bits) {
  const uint32_t wide = static_cast<uint32_t>(bits) << 16;
  float result;
  memcpy(&result, &wide, sizeof result);
  return result;
}

// GCC 13's libstdc++: std::string::replace whose source lies within the string itself.
void string_replace_cold(
    std::string* self, char* at, size_t removed, const char* source, size_t added,
    size_t tail) __asm__("_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE15_M_replace_coldEPcmPKcmm");
void string_replace_cold(std::string*, char* at, size_t removed, const char* source, size_t added, size_t tail) {
  const std::string copy(source, added);
  if (tail != 0 && removed != added) memmove(at + added, at + removed, tail);
  memcpy(at, copy.data(), added);
}

}  // extern "C"
