// Argon2's ops. All that a derivation holds lies in one ArrayBuffer of the prelude's that no guest sees: its memory is
// asked of the isolate's limit, counted and collected like any other, and a derivation that is given up needs no end.

#include "ops/crypto/argon2.h"
#include "ops/crypto/bytes.h"
#include "ops/crypto/crypto.h"

namespace nr::crypto {
namespace {

constexpr uint32_t kLanesMax = (1u << 24) - 1;
constexpr uint32_t kMemoryPerLane = 8;

bool is_valid(const Argon2Inputs& inputs) {
  return inputs.type <= Argon2Type::kId && inputs.lanes >= 1 && inputs.lanes <= kLanesMax &&
         inputs.memory / kMemoryPerLane >= inputs.lanes && inputs.passes >= 1 && inputs.tag_size >= 4;
}

}  // namespace

void op_argon2_start(const OpInfo& info) {
  const Bytes password(info[2]);
  const Bytes nonce(info[3]);
  const Bytes secret(info[4]);
  const Bytes associated(info[5]);
  const Argon2Inputs inputs{
      .type = static_cast<Argon2Type>(to_uint32(info[1])),
      .lanes = to_uint32(info[6]),
      .memory = to_uint32(info[7]),
      .passes = to_uint32(info[8]),
      .password = password.span(),
      .nonce = nonce.span(),
      .secret = secret.span(),
      .associated = associated.span(),
      .tag_size = to_uint32(info[9]),
  };
  if (!is_valid(inputs)) return;
  v8::Local<v8::ArrayBuffer> state;
  if (!v8::ArrayBuffer::MaybeNew(info.GetIsolate(), Argon2::size_of(inputs),
                                 v8::BackingStoreInitializationMode::kUninitialized)
           .ToLocal(&state)) {
    return;
  }
  if (Argon2::start(state->Data(), inputs) != nullptr) info.GetReturnValue().Set(state);
}

void op_argon2_step(const OpInfo& info) {
  if (!info[1]->IsArrayBuffer()) return;
  const auto state = info[1].As<v8::ArrayBuffer>();
  if (state->ByteLength() < sizeof(Argon2)) return;
  auto* const argon2 = static_cast<Argon2*>(state->Data());
  switch (argon2->step()) {
    case Argon2::Progress::kMore:
      return info.GetReturnValue().Set(true);
    case Argon2::Progress::kFailed:
      return;
    case Argon2::Progress::kDone:
      break;
  }
  v8::Local<v8::ArrayBuffer> tag;
  if (new_buffer(info.GetIsolate(), argon2->tag()).ToLocal(&tag)) info.GetReturnValue().Set(tag);
  argon2->wipe();
  // Its memory is free now, not when the collector comes by.
  state->Detach(v8::Local<v8::Value>()).Check();
}

}  // namespace nr::crypto
