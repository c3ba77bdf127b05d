// PBKDF2 (RFC 8018) in steps. Each ends soon, and the prelude's loop around them is where a termination takes effect.
// On the plain compression functions: an iteration through libcrypto's generic interface costs several times as much.

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <vector>

#include "isolate.h"
#include "ops/crypto/bytes.h"
#include "ops/crypto/crypto.h"
#include "ops/crypto/handles.h"
#include "ops/crypto/keccak.h"
#include "ops/crypto/openssl.h"

namespace nr::crypto {
namespace {

/** Below a millisecond's work. */
constexpr uint32_t kIterationsPerStep = 2000;

template <typename C, int (*kInit)(C*), int (*kUpdate)(C*, const void*, size_t), int (*kFinal)(uint8_t*, C*),
          size_t kBytes, size_t kBlockBytes>
struct HashFunction {
  using Context = C;
  static constexpr size_t kSize = kBytes;
  static constexpr size_t kBlock = kBlockBytes;
  static void init(Context* context) { kInit(context); }
  static void update(Context* context, const uint8_t* data, size_t size) { kUpdate(context, data, size); }
  static void finish(Context* context, uint8_t* out) { kFinal(out, context); }
};
using Sha1 = HashFunction<SHA_CTX, SHA1_Init, SHA1_Update, SHA1_Final, 20, 64>;
using Sha256 = HashFunction<SHA256_CTX, SHA256_Init, SHA256_Update, SHA256_Final, 32, 64>;
using Sha384 = HashFunction<SHA512_CTX, SHA384_Init, SHA384_Update, SHA384_Final, 48, 128>;
using Sha512 = HashFunction<SHA512_CTX, SHA512_Init, SHA512_Update, SHA512_Final, 64, 128>;

/** SHA-3: FIPS 202. */
template <size_t kBytes>
struct Sha3 {
  struct Context {
    Keccak keccak{kBlock, 24};
  };
  static constexpr size_t kSize = kBytes;
  static constexpr size_t kBlock = 200 - 2 * kBytes;
  static void init(Context* context) { *context = {}; }
  static void update(Context* context, const uint8_t* data, size_t size) { context->keccak.absorb({data, size}); }
  static void finish(Context* context, uint8_t* out) {
    context->keccak.finish(0x06);
    context->keccak.squeeze(out, kBytes);
  }
};

class Derivation : public Handle {
 public:
  static constexpr Type kType = Type::kDerivation;

  explicit Derivation(size_t bytes) : Handle(kType, bytes) {}

  /** Whether the result is complete. */
  virtual bool step() = 0;
  virtual std::span<const uint8_t> result() const = 0;
};

template <typename H>
class Pbkdf2 final : public Derivation {
 public:
  Pbkdf2(const Bytes& password, const Bytes& salt, uint32_t iterations, size_t length)
      : Derivation(sizeof(Pbkdf2) + salt.size() + length),
        iterations_(iterations),
        salt_(salt.data(), salt.data() + salt.size()),
        out_(length) {
    uint8_t pad[H::kBlock] = {};
    if (password.size() > H::kBlock) {
      typename H::Context context;
      H::init(&context);
      H::update(&context, password.data(), password.size());
      H::finish(&context, pad);
    } else {
      memcpy(pad, password.data(), password.size());
    }
    for (uint8_t& byte : pad) byte ^= 0x36;
    H::init(&inner_);
    H::update(&inner_, pad, sizeof pad);
    for (uint8_t& byte : pad) byte ^= 0x36 ^ 0x5c;
    H::init(&outer_);
    H::update(&outer_, pad, sizeof pad);
    OPENSSL_cleanse(pad, sizeof pad);
  }

  ~Pbkdf2() override {
    OPENSSL_cleanse(&inner_, sizeof inner_);
    OPENSSL_cleanse(&outer_, sizeof outer_);
    OPENSSL_cleanse(out_.data(), out_.size());
  }

  bool step() override {
    for (uint32_t budget = kIterationsPerStep; budget > 0 && done_ < out_.size();) {
      if (iteration_ == 0) {
        start_block();
        budget -= static_cast<uint32_t>(std::min<size_t>(budget, 1 + salt_.size() / H::kBlock));
      }
      const uint32_t end = iteration_ + std::min(budget, iterations_ - iteration_);
      budget -= end - iteration_;
      for (; iteration_ < end; iteration_++) {
        hmac(u_, sizeof u_);
        for (size_t i = 0; i < sizeof t_; i++) t_[i] ^= u_[i];
      }
      if (iteration_ == iterations_) end_block();
    }
    return done_ == out_.size();
  }

  std::span<const uint8_t> result() const override { return out_; }

 private:
  void hmac(const uint8_t* data, size_t size) {
    typename H::Context context = inner_;
    H::update(&context, data, size);
    finish(&context);
  }

  void finish(typename H::Context* context) {
    H::finish(context, u_);
    *context = outer_;
    H::update(context, u_, sizeof u_);
    H::finish(context, u_);
  }

  void start_block() {
    typename H::Context context = inner_;
    block_++;
    const uint8_t number[] = {static_cast<uint8_t>(block_ >> 24), static_cast<uint8_t>(block_ >> 16),
                              static_cast<uint8_t>(block_ >> 8), static_cast<uint8_t>(block_)};
    H::update(&context, salt_.data(), salt_.size());
    H::update(&context, number, sizeof number);
    finish(&context);
    memcpy(t_, u_, sizeof t_);
    iteration_ = 1;
  }

  void end_block() {
    const size_t taken = std::min(sizeof t_, out_.size() - done_);
    memcpy(out_.data() + done_, t_, taken);
    done_ += taken;
    iteration_ = 0;
  }

  const uint32_t iterations_;
  const std::vector<uint8_t> salt_;
  std::vector<uint8_t> out_;
  typename H::Context inner_;
  typename H::Context outer_;
  size_t done_ = 0;
  uint32_t block_ = 0;
  /** How many iterations of the block are done; 0 = it is not begun. */
  uint32_t iteration_ = 0;
  uint8_t u_[H::kSize];
  uint8_t t_[H::kSize];
};

}  // namespace

void op_pbkdf2_start(nrv8_isolate& host, const OpInfo& info) {
  const Bytes password(info[2]);
  const Bytes salt(info[3]);
  const uint32_t iterations = to_uint32(info[4]);
  const uint32_t length = to_uint32(info[5]);
  // Also asks the isolate's limit for as much as the result will take.
  if (iterations == 0 || !Output(info.GetIsolate(), length)) return;
  std::unique_ptr<Handle> derivation;
  switch (static_cast<Hash>(to_uint32(info[1]))) {
    case Hash::kSha1:
      derivation = std::make_unique<Pbkdf2<Sha1>>(password, salt, iterations, length);
      break;
    case Hash::kSha256:
      derivation = std::make_unique<Pbkdf2<Sha256>>(password, salt, iterations, length);
      break;
    case Hash::kSha384:
      derivation = std::make_unique<Pbkdf2<Sha384>>(password, salt, iterations, length);
      break;
    case Hash::kSha512:
      derivation = std::make_unique<Pbkdf2<Sha512>>(password, salt, iterations, length);
      break;
    case Hash::kSha3_256:
      derivation = std::make_unique<Pbkdf2<Sha3<32>>>(password, salt, iterations, length);
      break;
    case Hash::kSha3_384:
      derivation = std::make_unique<Pbkdf2<Sha3<48>>>(password, salt, iterations, length);
      break;
    case Hash::kSha3_512:
      derivation = std::make_unique<Pbkdf2<Sha3<64>>>(password, salt, iterations, length);
      break;
    default:
      return;
  }
  info.GetReturnValue().Set(host.crypto_handles->add(info.GetIsolate(), std::move(derivation)));
}

void op_pbkdf2_step(const OpInfo& info) {
  auto* const derivation = handle_of<Derivation>(info[1]);
  if (derivation == nullptr || !derivation->step()) return;
  v8::Local<v8::ArrayBuffer> result;
  if (new_buffer(info.GetIsolate(), derivation->result()).ToLocal(&result)) info.GetReturnValue().Set(result);
}

}  // namespace nr::crypto
