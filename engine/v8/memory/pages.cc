#include "memory/pages.h"

#include <algorithm>

#include "system/memory.h"

namespace nr {
namespace {

// V8's regular heap pages are 256 KiB and aligned to that; nothing else is.
constexpr size_t kChunkAlignment = size_t{256} << 10;
// Those of its C++ heap are 128 KiB, aligned to that, reserved first and made accessible then.
constexpr size_t kCppPageAlignment = size_t{128} << 10;
constexpr size_t kGranule = size_t{64} << 10;
constexpr size_t kCodeRangeMin = size_t{16} << 20;

bool accessible(v8::PageAllocator::Permission permissions) {
  return permissions != v8::PageAllocator::kNoAccess && permissions != v8::PageAllocator::kNoAccessWillJitLater;
}

/** What the engine itself keeps of a region: a node of a map, and bits for the first gigabyte. */
constexpr size_t kRecordBytes = 512;

}  // namespace

Pages::Pages(v8::PageAllocator* base) : base_(base), limits_(address_space_max(), mappings_max()) {}

void* Pages::AllocatePages(void* address, size_t length, size_t alignment, Permission permissions) {
  Budget* const budget = thread_state.budget;
  const bool reserve_only = !accessible(permissions);
  const Kind kind = !reserve_only                          ? alignment >= kChunkAlignment ? Kind::kChunk : Kind::kOther
                    : alignment == kCppPageAlignment       ? Kind::kCppPage
                    : permissions == kNoAccessWillJitLater ? Kind::kCode
                                                           : Kind::kReservation;
  if (budget != nullptr) {
    const bool has_mapping = mappings_.admit() || thread_state.isolate == nullptr;
    if (!has_mapping) budget->note_refused_by_system();
    if (!has_mapping || (!reserve_only && !budget->admit_pages(length)) ||
        (kind == Kind::kReservation && !reserve(*budget, length))) {
      mappings_.note_freed();
      return nullptr;
    }
  }
  void* const result = base_->AllocatePages(address, length, alignment, permissions);
  if (budget == nullptr) return result;
  if (result == nullptr) {
    mappings_.note_freed();
    if (kind == Kind::kReservation)
      unreserve(*budget, length);
    else
      budget->note_refused_by_system();
    return nullptr;
  }

  AttributionScope nobody(nullptr);
  Region region{budget, length, 0, kind, reserve_only, {}};
  if (!reserve_only) {
    region.charged = length;
    budget->add_pages(length, false);
  }
  budget->add_reference();
  std::lock_guard lock(mutex_);
  regions_.emplace(reinterpret_cast<uintptr_t>(result), std::move(region));
  return result;
}

bool Pages::FreePages(void* address, size_t length) {
  {
    // Before the pages go: another thread may be given the same address at once.
    AttributionScope nobody(nullptr);
    std::lock_guard lock(mutex_);
    const auto region = regions_.find(reinterpret_cast<uintptr_t>(address));
    if (region != regions_.end()) forget(region);
  }
  return base_->FreePages(address, length);
}

bool Pages::ReleasePages(void* address, size_t length, size_t new_length) {
  {
    std::lock_guard lock(mutex_);
    const auto found = regions_.find(reinterpret_cast<uintptr_t>(address));
    if (found != regions_.end()) {
      Region& region = found->second;
      region.length = new_length;
      if (!region.reserved) {
        region.budget->remove_pages(region.charged - new_length, false);
        region.charged = new_length;
      }
    }
  }
  return base_->ReleasePages(address, length, new_length);
}

bool Pages::SetPermissions(void* address, size_t length, Permission permissions) {
  const uintptr_t start = reinterpret_cast<uintptr_t>(address);
  if (!accessible(permissions)) {
    if (!base_->SetPermissions(address, length, permissions)) return false;
    credit(start, length);
    return true;
  }
  // V8 opens a whole code range at once and asks for parts of it by RecommitPages.
  if (is_whole_code_range(start, length)) return base_->SetPermissions(address, length, permissions);
  return charge(start, length) && base_->SetPermissions(address, length, permissions);
}

bool Pages::RecommitPages(void* address, size_t length, Permission permissions) {
  return charge(reinterpret_cast<uintptr_t>(address), length) && base_->RecommitPages(address, length, permissions);
}

bool Pages::DecommitPages(void* address, size_t size) {
  if (!base_->DecommitPages(address, size)) return false;
  credit(reinterpret_cast<uintptr_t>(address), size);
  return true;
}

bool Pages::is_whole_code_range(uintptr_t address, size_t length) {
  std::lock_guard lock(mutex_);
  const auto found = find(address);
  return found != regions_.end() && found->second.kind == Kind::kCode && length >= kCodeRangeMin;
}

Pages::Regions::iterator Pages::find(uintptr_t address) {
  auto region = regions_.upper_bound(address);
  if (region == regions_.begin()) return regions_.end();
  --region;
  return address < region->first + region->second.length ? region : regions_.end();
}

bool Pages::charge(uintptr_t address, size_t length) {
  std::lock_guard lock(mutex_);
  const auto found = find(address);
  if (found == regions_.end() || !found->second.reserved) return true;
  Region& region = found->second;
  const size_t granules = (region.length + kGranule - 1) / kGranule;
  const size_t first = (address - found->first) / kGranule;
  const size_t last = std::min((address - found->first + length + kGranule - 1) / kGranule, granules);
  if (first >= last) return true;
  const size_t known = region.accessible.size();
  size_t fresh = 0;
  for (size_t i = first; i < last; i++) fresh += i < known && region.accessible[i] ? 0 : 1;
  if (fresh == 0) return true;
  if (!region.budget->admit_pages(fresh * kGranule)) return false;
  AttributionScope nobody(nullptr);
  if (last > known) region.accessible.resize(last);
  std::fill(region.accessible.begin() + first, region.accessible.begin() + last, true);
  region.charged += fresh * kGranule;
  region.budget->add_pages(fresh * kGranule, region.kind == Kind::kReservation);
  return true;
}

void Pages::credit(uintptr_t address, size_t length) {
  std::lock_guard lock(mutex_);
  const auto found = find(address);
  if (found == regions_.end() || !found->second.reserved) return;
  Region& region = found->second;
  // A granule that is only partly given up stays charged.
  const size_t first = (address - found->first + kGranule - 1) / kGranule;
  const size_t last = std::min((address - found->first + length) / kGranule, region.accessible.size());
  for (size_t i = first; i < last; i++) {
    if (!region.accessible[i]) continue;
    region.accessible[i] = false;
    region.charged -= kGranule;
    region.budget->remove_pages(kGranule, region.kind == Kind::kReservation);
  }
}

void Pages::forget(Regions::iterator found) {
  Region& region = found->second;
  region.budget->remove_pages(region.charged, region.kind == Kind::kReservation);
  if (region.kind == Kind::kReservation) {
    reserved_.remove(region.length);
    region.budget->reserved.remove(region.length);
    region.budget->remove_pages(kRecordBytes, true);
  }
  region.budget->remove_reference();
  regions_.erase(found);
  mappings_.note_freed();
}

bool Pages::reserve(Budget& budget, size_t length) {
  // The engine's own record of it is memory of the isolate's.
  if (!budget.admit_pages(kRecordBytes)) return false;
  std::lock_guard lock(mutex_);
  if (!limits_.admit(reserved_, budget.reserved, length)) return false;
  reserved_.add(length);
  budget.reserved.add(length);
  budget.add_pages(kRecordBytes, true);
  return true;
}

void Pages::unreserve(Budget& budget, size_t length) {
  std::lock_guard lock(mutex_);
  reserved_.remove(length);
  budget.reserved.remove(length);
  budget.remove_pages(kRecordBytes, true);
}

Pages::Seen Pages::seen(const Budget* budget) {
  std::lock_guard lock(mutex_);
  Seen seen = {};
  for (const auto& [address, region] : regions_) {
    if (region.budget != budget || region.charged == 0) continue;
    seen.heap |= region.kind == Kind::kChunk;
    seen.cpp_heap |= region.kind == Kind::kCppPage;
    seen.code |= region.kind == Kind::kCode;
  }
  return seen;
}

void Pages::reclaim(Budget* budget) {
  AttributionScope nobody(nullptr);
  std::lock_guard lock(mutex_);
  for (auto i = regions_.begin(); i != regions_.end();) {
    const auto region = i++;
    if (region->second.budget != budget) continue;
    void* const start = reinterpret_cast<void*>(region->first);
    const Kind kind = region->second.kind;
    const bool unmaps =
        kind == Kind::kChunk || kind == Kind::kCppPage || (kind == Kind::kReservation && !budget->remembered());
    if (unmaps) {
      unmap(start, region->second.length);
      forget(region);
    } else if (kind != Kind::kOther) {
      close_pages(start, region->second.length);
      budget->remove_pages(region->second.charged, kind == Kind::kReservation);
      region->second.charged = 0;
      region->second.accessible = {};
    }
  }
}

}  // namespace nr
