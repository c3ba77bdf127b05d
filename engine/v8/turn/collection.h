#ifndef NR_V8_TURN_COLLECTION_H_
#define NR_V8_TURN_COLLECTION_H_

struct nrv8_isolate;

namespace nr {

/** Collects the isolate's garbage if its budget asks for it. On its thread, where V8 may collect. */
void collect_if_wanted(const nrv8_isolate& host);

}  // namespace nr

#endif  // NR_V8_TURN_COLLECTION_H_
