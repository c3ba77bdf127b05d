#include "ops/crypto/keccak.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace nr::crypto {
namespace {

constexpr size_t kLane = sizeof(uint64_t);
constexpr int kRoundsMax = 24;
constexpr uint64_t kRoundConstants[kRoundsMax] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
    0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
    0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
    0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};
/** Rho and pi in one: the lanes in the order in which they take each other's place, and by how much each turns. */
constexpr int kPath[24] = {10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1};
constexpr int kTurns[24] = {1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44};

}  // namespace

// Lanes are little-endian, as the processors are that this runs on: whole ones need not go byte by byte.
static_assert(std::endian::native == std::endian::little);

void Keccak::absorb(std::span<const uint8_t> bytes) {
  for (size_t i = 0; i < bytes.size();) {
    if (position_ % kLane == 0 && bytes.size() - i >= kLane) {
      uint64_t lane;
      memcpy(&lane, bytes.data() + i, kLane);
      lanes_[position_ / kLane] ^= lane;
      position_ += kLane;
      i += kLane;
    } else {
      add(position_++, bytes[i++]);
    }
    if (position_ == rate_) next_block();
  }
}

void Keccak::finish(uint8_t suffix) {
  add(position_, suffix);
  add(rate_ - 1, 0x80);
  next_block();
}

void Keccak::squeeze(uint8_t* out, size_t size) {
  for (size_t done = 0; done < size;) {
    if (position_ == rate_) next_block();
    const size_t taken = std::min(size - done, rate_ - position_);
    memcpy(out + done, reinterpret_cast<const uint8_t*>(lanes_) + position_, taken);
    position_ += taken;
    done += taken;
  }
}

void Keccak::next_block() {
  permute();
  position_ = 0;
}

void Keccak::permute() {
  // A copy that the compiler can keep in registers, and loops that it unrolls: four times as fast.
  uint64_t a[25];
  memcpy(a, lanes_, sizeof a);
  for (int round = kRoundsMax - rounds_; round < kRoundsMax; round++) {
    uint64_t column[5];
#pragma clang loop unroll(full)
    for (int x = 0; x < 5; x++) column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
#pragma clang loop unroll(full)
    for (int i = 0; i < 25; i++) a[i] ^= column[(i + 4) % 5] ^ std::rotl(column[(i + 1) % 5], 1);
    uint64_t moved = a[1];
#pragma clang loop unroll(full)
    for (int i = 0; i < 24; i++) {
      const uint64_t next = a[kPath[i]];
      a[kPath[i]] = std::rotl(moved, kTurns[i]);
      moved = next;
    }
#pragma clang loop unroll(full)
    for (int y = 0; y < 25; y += 5) {
      const uint64_t row[] = {a[y], a[y + 1], a[y + 2], a[y + 3], a[y + 4]};
#pragma clang loop unroll(full)
      for (int x = 0; x < 5; x++) a[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
    }
    a[0] ^= kRoundConstants[round];
  }
  memcpy(lanes_, a, sizeof a);
}

}  // namespace nr::crypto
