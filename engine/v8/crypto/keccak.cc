#include "keccak.h"

#include <bit>

namespace nr::crypto {
namespace {

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

void Keccak::absorb(std::span<const uint8_t> bytes) {
  for (const uint8_t byte : bytes) {
    add(position_++, byte);
    if (position_ < rate_) continue;
    permute();
    position_ = 0;
  }
}

void Keccak::finish(uint8_t suffix) {
  add(position_, suffix);
  add(rate_ - 1, 0x80);
  permute();
  position_ = 0;
}

void Keccak::squeeze(uint8_t* out, size_t size) {
  for (size_t i = 0; i < size; i++) {
    if (position_ == rate_) {
      permute();
      position_ = 0;
    }
    out[i] = static_cast<uint8_t>(lanes_[position_ / 8] >> position_ % 8 * 8);
    position_++;
  }
}

void Keccak::permute() {
  uint64_t* const a = lanes_;
  for (int round = kRoundsMax - rounds_; round < kRoundsMax; round++) {
    uint64_t column[5];
    for (int x = 0; x < 5; x++) column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
    for (int x = 0; x < 5; x++) {
      const uint64_t theta = column[(x + 4) % 5] ^ std::rotl(column[(x + 1) % 5], 1);
      for (int y = 0; y < 25; y += 5) a[x + y] ^= theta;
    }
    uint64_t moved = a[1];
    for (int i = 0; i < 24; i++) {
      const uint64_t next = a[kPath[i]];
      a[kPath[i]] = std::rotl(moved, kTurns[i]);
      moved = next;
    }
    for (int y = 0; y < 25; y += 5) {
      uint64_t row[5];
      for (int x = 0; x < 5; x++) row[x] = a[y + x];
      for (int x = 0; x < 5; x++) a[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
    }
    a[0] ^= kRoundConstants[round];
  }
}

}  // namespace nr::crypto
