// Functions that Debian 13's archives (OpenSSL) expect from a newer glibc than the oldest one supported. They differ
// from their older namesakes in accepting 0b, which nobody here writes.

#include <cstdlib>

extern "C" {

long isoc23_strtol(const char* text, char** end, int base) __asm__("__isoc23_strtol");
long isoc23_strtol(const char* text, char** end, int base) { return strtol(text, end, base); }

long long isoc23_strtoll(const char* text, char** end, int base) __asm__("__isoc23_strtoll");
long long isoc23_strtoll(const char* text, char** end, int base) { return strtoll(text, end, base); }

unsigned long isoc23_strtoul(const char* text, char** end, int base) __asm__("__isoc23_strtoul");
unsigned long isoc23_strtoul(const char* text, char** end, int base) { return strtoul(text, end, base); }

unsigned long long isoc23_strtoull(const char* text, char** end, int base) __asm__("__isoc23_strtoull");
unsigned long long isoc23_strtoull(const char* text, char** end, int base) { return strtoull(text, end, base); }

}  // extern "C"
