#ifndef NR_V8_OVERRIDE_PAGE_POOL_H_
#define NR_V8_OVERRIDE_PAGE_POOL_H_

namespace v8 {
class Isolate;
}

namespace nr {

/** Drops the pooled pages of an isolate that will never run again, without touching them. */
void forget_page_pool(v8::Isolate* isolate);

/** Once: gives back the 256 MB of addresses that each isolate has for its functions' code, and what of them was used.
 * No background work of the isolate may run. */
void unmap_dispatch_table(v8::Isolate* isolate);

}  // namespace nr

#endif  // NR_V8_OVERRIDE_PAGE_POOL_H_
