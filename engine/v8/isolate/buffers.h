#ifndef NR_V8_ISOLATE_BUFFERS_H_
#define NR_V8_ISOLATE_BUFFERS_H_

#include <atomic>

#include "memory/budget.h"
#include "v8.h"

namespace nr {

/**
 * Memory of ArrayBuffers, counted against the isolate's budget. A refusal makes V8 collect garbage and ask again, and
 * in the end throw a RangeError.
 */
class BufferAllocator final : public v8::ArrayBuffer::Allocator {
 public:
  explicit BufferAllocator(Budget* budget);
  ~BufferAllocator() override;

  void* Allocate(size_t length) override;
  void* AllocateUninitialized(size_t length) override;
  void Free(void* data, size_t length) override;

 private:
  bool admit(size_t length);
  void* keep(void* data, size_t length);

  Budget* const budget_;
  std::atomic<size_t> refused_length_{0};
  std::atomic<uint32_t> refusals_{0};
};

}  // namespace nr

#endif  // NR_V8_ISOLATE_BUFFERS_H_
