#include <utility>

#include "engine.h"
#include "memory/budget.h"

extern "C" {

void* nrv8_charge_nobody(void) { return std::exchange(nr::thread_state.budget, nullptr); }

void nrv8_charge_again(void* who) { nr::thread_state.budget = static_cast<nr::Budget*>(who); }

}  // extern "C"
