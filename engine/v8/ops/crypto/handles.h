#ifndef NR_V8_OPS_CRYPTO_HANDLES_H_
#define NR_V8_OPS_CRYPTO_HANDLES_H_

#include <cstdint>
#include <memory>

#include "ops/crypto/openssl.h"
#include "v8-external-memory-accounter.h"
#include "v8.h"

namespace nr::crypto {

class Handles;

/** Of the only native pointers that values stand for. */
inline constexpr v8::ExternalPointerTypeTag kHandleTag = 1;

/** Native state behind a value of the prelude's. Freed when that value is collected, or with the isolate. */
class Handle {
 public:
  enum class Type { kKey, kDerivation };

  virtual ~Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  const Type type;
  /** About what it takes outside of V8's heap. */
  const size_t bytes;

 protected:
  Handle(Type type, size_t bytes) : type(type), bytes(bytes) {}

 private:
  friend class Handles;
  static void on_collected(const v8::WeakCallbackInfo<Handle>& info);

  Handles* owner_ = nullptr;
  Handle* next_ = nullptr;
  Handle* previous_ = nullptr;
  v8::Global<v8::External> value_;
};

/** A key pair, or one half of it. Which half guests may use is the prelude's to know. */
class KeyHandle final : public Handle {
 public:
  static constexpr Type kType = Type::kKey;

  KeyHandle(KeyKind kind, KeyPtr key) : Handle(kType, bytes_of(kind)), kind(kind), key(std::move(key)) {}

  const KeyKind kind;
  const KeyPtr key;

 private:
  static size_t bytes_of(KeyKind kind);
};

/** All handles of one isolate. Collection need not come before the isolate's end. */
class Handles {
 public:
  Handles() = default;
  ~Handles() { clear(); }
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;

  /** The value that stands for a handle. It never leaves the prelude. */
  v8::Local<v8::External> add(v8::Isolate* isolate, std::unique_ptr<Handle> handle);
  /** Frees them all; the isolate must be entered. */
  void clear();

 private:
  friend class Handle;
  void remove(Handle* handle);

  v8::Isolate* isolate_ = nullptr;
  /** Makes V8 collect values that look small to it. */
  v8::ExternalMemoryAccounter accounter_;
  Handle* first_ = nullptr;
};

/** The handle behind an argument, null if that is none of this type. */
template <typename T>
T* handle_of(v8::Local<v8::Value> value) {
  if (!value->IsExternal()) return nullptr;
  auto* const handle = static_cast<Handle*>(value.As<v8::External>()->Value(kHandleTag));
  return handle->type == T::kType ? static_cast<T*>(handle) : nullptr;
}

}  // namespace nr::crypto

#endif  // NR_V8_OPS_CRYPTO_HANDLES_H_
