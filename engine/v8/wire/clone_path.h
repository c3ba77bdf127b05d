#ifndef NR_V8_WIRE_CLONE_PATH_H_
#define NR_V8_WIRE_CLONE_PATH_H_

#include <functional>
#include <string>

#include "v8.h"

namespace nr {

/** Whether a part of a value can be cloned. Leaves no exception behind but a termination. */
using Fits = std::function<bool(v8::Local<v8::Value>)>;

/**
 * Where in a value that cannot be cloned is what cannot be: `data.items[3].callback`, as lib/codec/path.ts writes it.
 * Getters run, as they do when it is cloned.
 *
 * @param root what the value is called
 * @return empty: execution is terminating
 */
std::string path_to_unfit(v8::Local<v8::Context> context, const char* root, v8::Local<v8::Value> value,
                          const Fits& fits);

}  // namespace nr

#endif  // NR_V8_WIRE_CLONE_PATH_H_
