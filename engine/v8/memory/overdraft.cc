#include "memory/overdraft.h"

#include <algorithm>
#include <cstdlib>

namespace nr {

Overdraft::~Overdraft() {
  for (void* const block : blocks_) free(block);
}

void* Overdraft::add(size_t size) {
  budget_->note_exceeded();
  void* const block = malloc(size);
  if (block != nullptr) blocks_.push_back(block);
  return block;
}

void Overdraft::remove(void* block) {
  const auto found = std::find(blocks_.begin(), blocks_.end(), block);
  if (found == blocks_.end()) return;
  blocks_.erase(found);
  free(block);
}

}  // namespace nr
