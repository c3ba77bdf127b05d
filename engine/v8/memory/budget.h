#ifndef NR_V8_MEMORY_BUDGET_H_
#define NR_V8_MEMORY_BUDGET_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "memory/reserved.h"

struct nrv8_isolate;

namespace nr {

/** In front of the blocks that a budget lists. */
struct BlockLink {
  BlockLink* next;
  BlockLink* previous;
};

/**
 * What one isolate holds, in bytes, and the two lines it may not cross. Every block and page carries its budget, so
 * that it is credited to whoever paid for it, on whatever thread and however late it is freed: a budget outlives its
 * isolate until the last of them is back.
 */
class Budget {
 public:
  /** bytes_max 0 = unlimited. */
  static Budget* create(void* owner, size_t bytes_max);

  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  /** The isolate is gone: frees the budget now, or with the last block or region charged to it. */
  void release();

  size_t bytes_max() const { return bytes_max_; }
  /** Bytes beyond that, for work that is not the guest's. */
  size_t allowance() const { return allowance_.load(std::memory_order_relaxed); }
  class Allowance;
  /** No more lines: the isolate is being disposed of, which may need memory for a moment. */
  void lift() { lifted_.store(true, std::memory_order_relaxed); }
  /** The isolate's turn does not stop: it gets no more memory, its next garbage collection is its end. Any thread. */
  void condemn() { condemned_.store(true, std::memory_order_relaxed); }
  bool condemned() const {
    return condemned_.load(std::memory_order_relaxed) && !lifted_.load(std::memory_order_relaxed);
  }
  /** The isolate's turn is to end, or has ended: until then no effort is worth its while. Any thread. */
  void set_ending(bool ending) { ending_.store(ending, std::memory_order_relaxed); }
  bool ending() const { return ending_.load(std::memory_order_relaxed); }
  size_t page_bytes() const { return page_bytes_.load(std::memory_order_relaxed); }
  size_t reserved_bytes() const { return reserved_bytes_.load(std::memory_order_relaxed); }
  size_t buffer_bytes() const { return buffer_bytes_.load(std::memory_order_relaxed); }
  /** What malloc gave, but for array buffers. */
  size_t malloc_bytes() const {
    const size_t all = block_bytes();
    const size_t buffers = buffer_bytes();
    return all > buffers ? all - buffers : 0;
  }
  /** The most that malloc ever gave, buffers included; about, as threads may note it at once. */
  size_t peak_block_bytes() const { return peak_block_bytes_.load(std::memory_order_relaxed); }
  /** Whether it shall collect its garbage: V8, which sees its own heap only, does not know how much there is. */
  bool collection_wanted() const { return collection_wanted_.load(std::memory_order_relaxed); }
  /** It has. On its own thread. */
  void note_collected();
  /** The most that it ever held; about, too. */
  size_t peak_bytes() const { return peak_bytes_.load(std::memory_order_relaxed); }
  /** Types that the isolate has added to V8's table of them, which all isolates share. On its own thread. */
  size_t wasm_types() const { return wasm_types_; }
  void add_wasm_types(size_t count) { wasm_types_ += count; }
  /** Entries that its modules have in V8's table of code pointers, which all isolates share, too. */
  size_t wasm_code_pointers() const { return wasm_code_pointers_.load(std::memory_order_relaxed); }
  void add_wasm_code_pointers(size_t count) { wasm_code_pointers_.fetch_add(count, std::memory_order_relaxed); }
  void remove_wasm_code_pointers(size_t count) { wasm_code_pointers_.fetch_sub(count, std::memory_order_relaxed); }
  size_t total_bytes() const { return page_bytes() + block_bytes(); }

  /** Addresses that the isolate has reserved for memory that may grow, and in how many pieces. Under the lock of Pages.
   */
  Reserved reserved;
  /** V8 remembers addresses of WebAssembly memories of this isolate for the whole process. */
  void note_remembered() { remembered_.store(true, std::memory_order_relaxed); }
  bool remembered() const { return remembered_.load(std::memory_order_relaxed); }

  /** The system refused what the isolate may have: that is not its limit. */
  void note_refused_by_system() { refused_by_system_.store(true, std::memory_order_relaxed); }
  bool refused_by_system() const { return refused_by_system_.load(std::memory_order_relaxed); }

  /** Whether bytes more of pages keep below the hard line. Crossing the soft line is noted on the way. */
  bool admit_pages(size_t bytes);
  void add_pages(size_t bytes, bool reserved);
  void remove_pages(size_t bytes, bool reserved);

  /** Array buffers are admitted by their allocator, which can ask the heap. They are blocks, too. */
  void add_buffer(size_t bytes) { buffer_bytes_.fetch_add(bytes, std::memory_order_relaxed); }
  void remove_buffer(size_t bytes) { buffer_bytes_.fetch_sub(bytes, std::memory_order_relaxed); }

  void add_block(size_t bytes);
  void remove_block(size_t bytes);
  void list_block(BlockLink* link);
  void unlist_block(BlockLink* link);
  /** Frees what is listed, of an isolate that will never run again. */
  void free_listed_blocks();

  /** Whether bytes more from malloc would pass the hard line: V8's zones are refused then, and large blocks of
   * other callers, which do not check, end the thread. */
  bool malloc_exhausted(size_t bytes) const {
    return condemned() || (limited() && total_bytes() + bytes > hard_line());
  }

  /** What the isolate really holds, as known now. Tells the engine when it is close to the limit, and again only after
   * it was well below. */
  void note_usage(size_t bytes);

  /** Each region charged here keeps the budget alive. */
  void add_reference();
  void remove_reference();

  /** Tells the engine, once in the isolate's life. */
  void note_exceeded();

 private:
  // The references of owner and regions share the counter of malloc'd bytes, above all bytes there can be, so that
  // exactly one thread sees it reach zero.
  static constexpr uint64_t kReference = uint64_t{1} << 44;
  static constexpr uint64_t kByteMask = kReference - 1;

  Budget(void* owner, size_t bytes_max);
  ~Budget() = default;
  void subtract(uint64_t amount);
  void note_growth();
  size_t block_bytes() const { return static_cast<size_t>(held_.load(std::memory_order_relaxed) & kByteMask); }
  // Garbage in the heap and V8's reserve of pages are no reason to end an isolate, but never more than 64 MB beyond its
  // limit may be resident, what nobody accounts for included.
  bool limited() const { return bytes_max_ != 0 && !lifted_.load(std::memory_order_relaxed); }
  size_t slack() const { return std::min(bytes_max_ / 2, size_t{28} << 20); }
  size_t soft_line() const { return bytes_max_ + allowance() + slack() + (size_t{4} << 20); }
  size_t hard_line() const { return bytes_max_ + allowance() + slack() + (size_t{12} << 20); }
  /** From here on garbage is looked for, and again for each quarter of what it may be beyond the limit. */
  size_t first_collect_line() const { return bytes_max_ / 4 * 3; }
  /** Nobody is ended for what may be garbage, as long as there is room to find out. */
  size_t line_of_end() const { return collection_wanted() ? hard_line() : soft_line(); }

  std::atomic<void*> owner_;
  const size_t bytes_max_;
  std::atomic<size_t> allowance_{0};
  size_t wasm_types_ = 0;
  std::atomic<size_t> wasm_code_pointers_{0};
  std::atomic<size_t> page_bytes_{0};
  std::atomic<size_t> reserved_bytes_{0};
  std::atomic<size_t> buffer_bytes_{0};
  std::atomic<uint64_t> held_{kReference};
  std::atomic<size_t> peak_block_bytes_{0};
  std::atomic<size_t> peak_bytes_{0};
  std::atomic<size_t> collect_line_;
  std::atomic<bool> collection_wanted_{false};
  std::atomic<bool> exceeded_{false};
  std::atomic<bool> pressed_{false};
  std::atomic<bool> lifted_{false};
  std::atomic<bool> condemned_{false};
  std::atomic<bool> ending_{false};
  std::atomic<bool> remembered_{false};
  std::atomic<bool> refused_by_system_{false};
  std::mutex listed_mutex_;
  BlockLink listed_{&listed_, &listed_};
};

/** While it lives the isolate may hold more: what describes a heap takes several times the room of the heap. */
class Budget::Allowance {
 public:
  explicit Allowance(Budget* budget) : budget_(budget) {
    budget->allowance_.store((size_t{32} << 20) + 6 * budget->bytes_max(), std::memory_order_relaxed);
  }
  ~Allowance() { budget_->allowance_.store(0, std::memory_order_relaxed); }
  Allowance(const Allowance&) = delete;
  Allowance& operator=(const Allowance&) = delete;

 private:
  Budget* const budget_;
};

/** What the engine keeps for each thread. */
struct ThreadState {
  /** Who pays for what this thread allocates; null: nobody. */
  Budget* budget;
  /** The isolate entered on this thread: a fatal error here is its. */
  nrv8_isolate* isolate;
  /** Lowest usable address of the thread's stack, 0 = not asked yet. */
  uintptr_t stack_low;
  void* signal_stack;
  /** V8 collects garbage because a buffer was refused. */
  bool buffer_wanted;
};

extern thread_local constinit ThreadState thread_state;

/** Charges the thread's allocations to another budget, or none, for a while. */
class AttributionScope {
 public:
  explicit AttributionScope(Budget* budget) : state_(thread_state), previous_(state_.budget) { state_.budget = budget; }
  ~AttributionScope() { state_.budget = previous_; }
  AttributionScope(const AttributionScope&) = delete;
  AttributionScope& operator=(const AttributionScope&) = delete;

 private:
  ThreadState& state_;
  Budget* const previous_;
};

}  // namespace nr

#endif  // NR_V8_MEMORY_BUDGET_H_
