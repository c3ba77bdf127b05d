#ifndef NR_V8_MEMORY_OVERDRAFT_H_
#define NR_V8_MEMORY_OVERDRAFT_H_

#include <cstddef>
#include <vector>

#include "memory/budget.h"

namespace nr {

/** Memory of libraries that cannot go without it, beyond the limit of an isolate that is ended for it. */
class Overdraft {
 public:
  explicit Overdraft(Budget* budget) : budget_(budget) {}
  ~Overdraft();
  Overdraft(const Overdraft&) = delete;
  Overdraft& operator=(const Overdraft&) = delete;

  /** Null: the process has none either. */
  void* add(size_t size);
  void remove(void* block);

 private:
  Budget* const budget_;
  std::vector<void*> blocks_;
};

}  // namespace nr

#endif  // NR_V8_MEMORY_OVERDRAFT_H_
