#ifndef NR_V8_MEMORY_PAGES_H_
#define NR_V8_MEMORY_PAGES_H_

#include <map>
#include <mutex>
#include <vector>

#include "memory/budget.h"
#include "memory/mappings.h"
#include "v8-platform.h"

namespace nr {

/** V8's source of pages: charges them to the budget of the thread that asks and refuses at the budget's hard line. */
class Pages final : public v8::PageAllocator {
 public:
  explicit Pages(v8::PageAllocator* base);

  size_t AllocatePageSize() override { return base_->AllocatePageSize(); }
  size_t CommitPageSize() override { return base_->CommitPageSize(); }
  void SetRandomMmapSeed(int64_t seed) override { base_->SetRandomMmapSeed(seed); }
  void* GetRandomMmapAddr() override { return base_->GetRandomMmapAddr(); }
  using v8::PageAllocator::AllocatePages;
  void* AllocatePages(void* address, size_t length, size_t alignment, Permission permissions) override;
  bool FreePages(void* address, size_t length) override;
  bool ReleasePages(void* address, size_t length, size_t new_length) override;
  bool SetPermissions(void* address, size_t length, Permission permissions) override;
  bool RecommitPages(void* address, size_t length, Permission permissions) override;
  bool DiscardSystemPages(void* address, size_t size) override { return base_->DiscardSystemPages(address, size); }
  bool DecommitPages(void* address, size_t size) override;
  bool SealPages(void* address, size_t length) override { return base_->SealPages(address, length); }

  Mappings& mappings() { return mappings_; }

  /** Which kinds of pages are charged to a budget. */
  struct Seen {
    bool heap;
    bool cpp_heap;
    bool code;
  };
  Seen seen(const Budget* budget);

  /** Unmaps the heap chunks, resizable buffers and WebAssembly memories charged to a budget whose isolate will never
   * run again, and makes its code ranges inaccessible. Their addresses stay reserved, because V8 remembers them
   * process-wide; so do those of its WebAssembly memories, if it has sent one. */
  void reclaim(Budget* budget);

 private:
  enum class Kind : uint8_t { kChunk, kCppPage, kCode, kReservation, kOther };

  struct Region {
    Budget* budget;
    size_t length;
    size_t charged;
    Kind kind;
    /** It was reserved without access, and is charged as it is opened. */
    bool reserved;
    /** Of a reserved one: which granules can be accessed, and so are charged. As long as the last of those demands. */
    std::vector<bool> accessible;
  };
  using Regions = std::map<uintptr_t, Region>;

  Regions::iterator find(uintptr_t address);
  bool is_whole_code_range(uintptr_t address, size_t length);
  /** Charges what becomes accessible in [address, address + length); false: over the hard line, nothing changed. */
  bool charge(uintptr_t address, size_t length);
  void credit(uintptr_t address, size_t length);
  void forget(Regions::iterator region);
  /** Counts addresses that may grow into memory; false: the isolate may not have them. */
  bool reserve(Budget& budget, size_t length);
  void unreserve(Budget& budget, size_t length);

  v8::PageAllocator* const base_;
  const ReservedLimits limits_;
  Mappings mappings_;
  std::mutex mutex_;
  /** What isolates have reserved. */
  Reserved reserved_;
  Regions regions_;
};

}  // namespace nr

#endif  // NR_V8_MEMORY_PAGES_H_
