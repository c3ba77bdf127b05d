#ifndef NR_V8_MODULES_MODULES_H_
#define NR_V8_MODULES_MODULES_H_

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "v8.h"

namespace nr {

/** The modules of one isolate, by numbers from 1. What throws leaves an exception pending and all modules as they were.
 */
class Modules {
 public:
  /** A module of a text, whose name is its URL. Empty: it threw. */
  v8::MaybeLocal<v8::Value> compile(v8::Local<v8::Context> context, v8::Local<v8::String> url,
                                    v8::Local<v8::String> text);

  /** The same of a text that the isolate's template has under a number. */
  v8::MaybeLocal<v8::Value> compile_shared(v8::Local<v8::Context> context, v8::Local<v8::String> url, uint32_t index);

  /** A module whose only export, "default", is the value. Its number. */
  uint32_t wrap(v8::Local<v8::Context> context, v8::Local<v8::String> url, v8::Local<v8::Value> value);

  /** Says which modules the requests of one mean, in their order. False: there are no such modules. */
  bool resolve(uint32_t id, std::vector<uint32_t> requested);

  /** Links a module and what it leads to. */
  bool link(v8::Local<v8::Context> context, uint32_t id);

  /** Runs what has not run yet. The promise of its end. */
  v8::MaybeLocal<v8::Value> evaluate(v8::Local<v8::Context> context, uint32_t id);

  /** Empty: it is not linked. */
  v8::MaybeLocal<v8::Value> name_space(uint32_t id) const;

  /** V8's callbacks. */
  static void install(v8::Isolate* isolate);

  /** For a dying isolate. */
  void clear();

 private:
  struct Entry {
    v8::Global<v8::Module> module;
    /** Of what is wrapped. */
    v8::Global<v8::Value> value;
    std::vector<uint32_t> requested;
    /** Of one of the template's whose code is to be made. */
    v8::Global<v8::UnboundModuleScript> uncached;
    uint32_t shared_index = 0;
  };

  const Entry* find(uint32_t id) const;
  /** 0: none of ours. */
  uint32_t id_of(v8::Local<v8::Module> module) const;
  v8::Local<v8::Module> get(uint32_t id) const;
  uint32_t add(v8::Local<v8::Module> module);
  v8::MaybeLocal<v8::Module> compile_module(v8::Local<v8::String> url, v8::Local<v8::String> text,
                                            v8::ScriptCompiler::CachedData* code);
  /** Gives the isolate's template the code that V8 has made of its modules, if that is to be done. */
  void share_code();
  /** False, with an exception: V8 is in the middle of linking or evaluating, and would end the process. */
  bool may_work();

  static v8::MaybeLocal<v8::Module> on_resolve(v8::Local<v8::Context> context, size_t index,
                                               v8::Local<v8::Module> referrer);
  static v8::MaybeLocal<v8::Value> on_evaluate_wrapped(v8::Local<v8::Context> context, v8::Local<v8::Module> module);
  static v8::MaybeLocal<v8::Promise> on_import(v8::Local<v8::Context> context, v8::Local<v8::Data> options,
                                               v8::Local<v8::Value> resource, v8::Local<v8::String> specifier,
                                               v8::Local<v8::FixedArray> attributes);
  static void on_import_meta(v8::Local<v8::Context> context, v8::Local<v8::Module> module, v8::Local<v8::Object> meta);

  std::vector<Entry> entries_;
  /** Identity hash of a module -> its number. */
  std::unordered_multimap<int, uint32_t> ids_;
  bool working_ = false;
  bool has_evaluated_ = false;
  /** Some evaluation was terminated: V8 has null as the exception of its modules. */
  bool cut_short_ = false;
};

}  // namespace nr

#endif  // NR_V8_MODULES_MODULES_H_
