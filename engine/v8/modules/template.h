#ifndef NR_V8_MODULES_TEMPLATE_H_
#define NR_V8_MODULES_TEMPLATE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "v8.h"

namespace nr {

/** A copy of bytes that nobody can write to. */
class SealedBytes {
 public:
  /** Null: the system gives no memory. */
  static std::unique_ptr<const SealedBytes> copy(const uint8_t* bytes, size_t length);
  ~SealedBytes();
  SealedBytes(const SealedBytes&) = delete;
  SealedBytes& operator=(const SealedBytes&) = delete;

  const uint8_t* data() const { return data_; }
  size_t length() const { return length_; }

 private:
  SealedBytes(uint8_t* data, size_t length) : data_(data), length_(length) {}

  uint8_t* const data_;
  const size_t length_;
};

/**
 * Modules' texts that several isolates have, outside of all heaps, and V8's code of them: made once, by an isolate in
 * which nothing has run but them. Any thread.
 */
class Template {
 public:
  /** Of what nr_template_create takes. Null: that is malformed, or the system gives no memory. */
  static std::shared_ptr<Template> create(const uint8_t* bytes, size_t length);

  /** A module's text, which is not copied. Empty: there is no such module. */
  v8::MaybeLocal<v8::String> text(v8::Isolate* isolate, uint32_t index) const;

  /** Its code, for V8, which then owns what is returned. Null: there is none yet. */
  v8::ScriptCompiler::CachedData* code(uint32_t index) const;

  bool wants_code() const { return !has_begun_.load(); }
  /** Whether the caller is to make the code: true once. */
  bool begin_code() { return !has_begun_.exchange(true); }

  /** A module's code, as V8 has made it. */
  struct Code {
    uint32_t index;
    std::unique_ptr<const v8::ScriptCompiler::CachedData> data;
  };
  /** Once. */
  void keep_code(std::span<const Code> all);

  ~Template();

 private:
  struct Entry;

  explicit Template(std::unique_ptr<const SealedBytes> texts);
  bool find_texts();

  const std::unique_ptr<const SealedBytes> texts_;
  std::vector<Entry> entries_;
  /** One piece for all modules: the system allows a process so many mappings. */
  std::unique_ptr<const SealedBytes> code_;
  std::atomic<bool> has_begun_ = false;
  /** When others may look at the code. */
  std::atomic<bool> has_code_ = false;
};

}  // namespace nr

#endif  // NR_V8_MODULES_TEMPLATE_H_
