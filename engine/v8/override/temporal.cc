#include "override/temporal.h"

#include "src/objects/js-temporal-zoneinfo64.h"

namespace nr {

void prepare_time_zones() { v8::internal::ZoneInfo64Provider::Singleton(); }

}  // namespace nr
