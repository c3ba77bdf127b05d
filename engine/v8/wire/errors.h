#ifndef NR_V8_WIRE_ERRORS_H_
#define NR_V8_WIRE_ERRORS_H_

#include <string>

#include "v8.h"

struct nrv8_isolate;

namespace nr {

/** Where an exception came from, as the guest's source positions go: 1-based, 0 = unknown. */
struct ErrorLocation {
  std::string filename;
  int line = 0;
  int column = 0;
};

ErrorLocation location_of(v8::Local<v8::Context> context, v8::Local<v8::Message> message);

/** "Uncaught TypeError: ..." */
std::string message_text(v8::Isolate* isolate, v8::Local<v8::Message> message);

/**
 * {name, message, stack?, code?, filename?, lineno?, colno?} as JSON in UTF-8. Getters of the guest may run; what they
 * throw is dropped. Long texts are cut.
 */
std::string flatten_error(v8::Local<v8::Context> context, v8::Local<v8::Value> error, const ErrorLocation& location);

/** An uncaught exception: offered to the guest's handlers, then recorded as NR_EVENT_ERROR. */
void report_uncaught(nrv8_isolate& host, v8::Local<v8::Context> context, v8::Local<v8::Value> error,
                     const ErrorLocation& location, const std::string& message);

/** The same for what a TryCatch holds; empties it, unless execution is terminating. */
void report_caught(nrv8_isolate& host, v8::Local<v8::Context> context, v8::TryCatch& try_catch);

/** Records an error without asking the guest. */
void record_error(nrv8_isolate& host, v8::Local<v8::Context> context, uint32_t type, uint32_t request_id,
                  v8::Local<v8::Value> error, const ErrorLocation& location);

/** Position of the error's creation, as far as V8 knows it. */
ErrorLocation location_of_error(v8::Local<v8::Context> context, v8::Local<v8::Value> error);

/** Position of the guest's code that called into the prelude; unknown if there is none on the stack. */
ErrorLocation location_of_caller(v8::Isolate* isolate);

/** Makes the pending exception a DataCloneError. */
void throw_data_clone_error(v8::Isolate* isolate, v8::Local<v8::String> message);
void throw_data_clone_error(v8::Isolate* isolate, const char* message);
void throw_range_error(v8::Isolate* isolate, const char* message);

/** A string of the engine's own, which is ASCII. */
v8::Local<v8::String> ascii(v8::Isolate* isolate, const char* text);

}  // namespace nr

#endif  // NR_V8_WIRE_ERRORS_H_
