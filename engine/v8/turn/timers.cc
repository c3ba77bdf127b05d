#include "turn/timers.h"

#include "turn/host_clock.h"

namespace nr {
namespace {

void tell(const nrv8_isolate& host, double deadline_ms) {
  AttributionScope nobody(nullptr);
  callbacks().timer_arm(host.owner, deadline_ms);
}

}  // namespace

void arm_timer(const nrv8_isolate& host, double deadline_ms) {
  tell(host, host.host_clock == nullptr ? deadline_ms : host.host_clock->arm(deadline_ms));
}

void advance_clock(const nrv8_isolate& host, double until_ms) {
  if (host.host_clock != nullptr) tell(host, host.host_clock->allow(until_ms));
}

void note_request(const nrv8_isolate& host, uint32_t id) {
  if (host.host_clock != nullptr) tell(host, host.host_clock->note_request(id));
}

void note_settled(const nrv8_isolate& host, uint32_t id) {
  if (host.host_clock != nullptr) tell(host, host.host_clock->note_settled(id));
}

}  // namespace nr
