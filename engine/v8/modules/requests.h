#ifndef NR_V8_MODULES_REQUESTS_H_
#define NR_V8_MODULES_REQUESTS_H_

#include <cstdint>

#include "v8.h"

namespace nr {

/**
 * What a module imports, as the prelude takes it: an array of the module's number, how many names it exports of others
 * by name, whether it exports all of another, and, for each request, its specifier, its attributes as below, line and
 * column, from 1.
 */
v8::Local<v8::Value> describe_requests(v8::Local<v8::Context> context, v8::Local<v8::Module> module, uint32_t id);

/** The value of the attribute "type"; undefined: there are none; an array [key, value] of one that is not known.
 *
 * @param stride from key to key
 */
v8::Local<v8::Value> describe_attributes(v8::Local<v8::Context> context, v8::Local<v8::FixedArray> attributes,
                                         int stride);

}  // namespace nr

#endif  // NR_V8_MODULES_REQUESTS_H_
