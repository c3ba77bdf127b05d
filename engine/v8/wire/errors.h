#ifndef NR_V8_WIRE_ERRORS_H_
#define NR_V8_WIRE_ERRORS_H_

#include <cstdint>
#include <string>

#include "v8.h"
#include "wire/clone_path.h"

struct nrv8_isolate;

namespace nr {

/** Where an exception came from, as the guest's source positions go: 1-based, 0 = unknown. */
struct ErrorLocation {
  std::string filename;
  int line = 0;
  int column = 0;
};

/** UTF-16 code units of a script's name. A guest may give one as long as its memory. */
inline constexpr uint32_t kFilenameMax = 16 << 10;

/** Where it was thrown. */
ErrorLocation location_of(v8::Local<v8::Context> context, v8::Local<v8::Message> message);

/** The same; if that is in no script of the guest's, where the error was made, as far as its stack says so. */
ErrorLocation location_of(v8::Local<v8::Context> context, v8::Local<v8::Value> error, v8::Local<v8::Message> message);

/** "Uncaught TypeError: ..." */
std::string message_text(v8::Isolate* isolate, v8::Local<v8::Message> message);

/** An uncaught exception: offered to the guest's handlers, then recorded as NR_EVENT_ERROR. */
void report_uncaught(nrv8_isolate& host, v8::Local<v8::Context> context, v8::Local<v8::Value> error,
                     const ErrorLocation& location, const std::string& message);

/** The same for what a TryCatch holds; empties it, unless execution is terminating. */
void report_caught(nrv8_isolate& host, v8::Local<v8::Context> context, v8::TryCatch& try_catch);

/** Records an error without asking the guest. */
void record_error(nrv8_isolate& host, v8::Local<v8::Context> context, uint32_t type, uint32_t request_id,
                  v8::Local<v8::Value> error, const ErrorLocation& location);

/** Where an error was made; unknown of what is no Error object. */
ErrorLocation location_of_error(v8::Local<v8::Context> context, v8::Local<v8::Value> error);

/** Position of the guest's code that called into the prelude; unknown if there is none on the stack. */
ErrorLocation location_of_caller(v8::Isolate* isolate);

/** Makes the pending exception a DataCloneError. */
void throw_data_clone_error(v8::Isolate* isolate, v8::Local<v8::String> message);
/** The same, with where in a value the trouble is: "data.items[3].callback: () => {} could not be cloned." */
void throw_data_clone_error(v8::Isolate* isolate, const char* name, v8::Local<v8::Value> value,
                            v8::Local<v8::String> message, const Fits& fits);
void throw_data_clone_error(v8::Isolate* isolate, const char* message);
void throw_range_error(v8::Isolate* isolate, const char* message);

/** A text in UTF-8, cut after so many UTF-16 code units. */
std::string utf8(v8::Isolate* isolate, v8::Local<v8::String> text, uint32_t length_max);

/** A string of the engine's own, which is ASCII. */
v8::Local<v8::String> ascii(v8::Isolate* isolate, const char* text);

}  // namespace nr

#endif  // NR_V8_WIRE_ERRORS_H_
