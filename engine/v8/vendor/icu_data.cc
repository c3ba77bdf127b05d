#include "vendor/icu_data.h"

#include "vendor/icu.h"

extern "C" {
extern const unsigned char nr_icu_data[];
void NR_ICU(udata_setCommonData)(const void* data, int* error);
}

namespace nr {

bool set_icu_data() {
  int error = 0;
  NR_ICU(udata_setCommonData)(nr_icu_data, &error);
  return error <= 0;
}

}  // namespace nr
