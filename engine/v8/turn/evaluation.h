#ifndef NR_V8_TURN_EVALUATION_H_
#define NR_V8_TURN_EVALUATION_H_

#include <cstdint>

#include "v8.h"

namespace nr {

/** The evaluation (or host request) that the running code belongs to; 0 = none. */
uint32_t current_evaluation(v8::Isolate* isolate);
void set_current_evaluation(v8::Isolate* isolate, uint32_t request_id);

}  // namespace nr

#endif  // NR_V8_TURN_EVALUATION_H_
