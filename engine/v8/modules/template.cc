#include "modules/template.h"

#include <algorithm>
#include <cstring>

#include "network_runtime.h"
#include "system/memory.h"

namespace nr {
namespace {

/** Code beyond so many times its text, and this many bytes, is not kept: each isolate would have to read it. */
constexpr size_t kCodeOfText = 4;
constexpr size_t kCodeBytes = size_t{64} << 10;

/** Before each text. */
struct Head {
  uint32_t encoding;
  uint32_t length;
};
constexpr size_t kAlignment = 8;

size_t align(size_t length) { return (length + kAlignment - 1) & ~(kAlignment - 1); }

}  // namespace

std::unique_ptr<const SealedBytes> SealedBytes::copy(const uint8_t* bytes, size_t length) {
  if (length == 0) return nullptr;
  auto* const data = static_cast<uint8_t*>(map_pages(length));
  if (data == nullptr) return nullptr;
  std::unique_ptr<const SealedBytes> sealed(new SealedBytes(data, length));
  memcpy(data, bytes, length);
  return make_read_only(data, length) ? std::move(sealed) : nullptr;
}

SealedBytes::~SealedBytes() { unmap(data_, length_); }

namespace {

/** V8 says when an isolate is done with it; others are not. */
class OneByte final : public v8::String::ExternalOneByteStringResource {
 public:
  OneByte(const uint8_t* bytes, size_t length) : data_(reinterpret_cast<const char*>(bytes)), length_(length) {}
  const char* data() const override { return data_; }
  size_t length() const override { return length_; }
  void Dispose() override {}

 private:
  const char* const data_;
  const size_t length_;
};

class TwoByte final : public v8::String::ExternalStringResource {
 public:
  TwoByte(const uint8_t* bytes, size_t length) : data_(reinterpret_cast<const uint16_t*>(bytes)), length_(length / 2) {}
  const uint16_t* data() const override { return data_; }
  size_t length() const override { return length_; }
  void Dispose() override {}

 private:
  const uint16_t* const data_;
  const size_t length_;
};

}  // namespace

struct Template::Entry {
  std::unique_ptr<OneByte> narrow;
  std::unique_ptr<TwoByte> wide;
  size_t bytes = 0;
  /** Of its code, in `code_`. */
  size_t code_at = 0;
  size_t code_bytes = 0;
};

Template::Template(std::unique_ptr<const SealedBytes> texts) : texts_(std::move(texts)) {}
Template::~Template() = default;

std::shared_ptr<Template> Template::create(const uint8_t* bytes, size_t length) {
  auto texts = SealedBytes::copy(bytes, length);
  if (texts == nullptr) return nullptr;
  std::shared_ptr<Template> made(new Template(std::move(texts)));
  return made->find_texts() ? made : nullptr;
}

bool Template::find_texts() {
  const uint8_t* const bytes = texts_->data();
  const size_t end = texts_->length();
  for (size_t at = 0; at < end;) {
    Head head;
    if (end - at < sizeof head) return false;
    memcpy(&head, bytes + at, sizeof head);
    at += sizeof head;
    if (head.length > end - at) return false;
    Entry& entry = entries_.emplace_back();
    entry.bytes = head.length;
    if (head.encoding == NR_ENCODING_SOURCE_LATIN1) {
      entry.narrow = std::make_unique<OneByte>(bytes + at, head.length);
    } else if (head.encoding == NR_ENCODING_SOURCE_UTF16 && head.length % 2 == 0) {
      entry.wide = std::make_unique<TwoByte>(bytes + at, head.length);
    } else {
      return false;
    }
    at += std::min(align(head.length), end - at);
  }
  return true;
}

v8::MaybeLocal<v8::String> Template::text(v8::Isolate* isolate, uint32_t index) const {
  if (index >= entries_.size()) return {};
  const Entry& entry = entries_[index];
  if (entry.bytes == 0) return v8::String::Empty(isolate);
  if (entry.narrow) return v8::String::NewExternalOneByte(isolate, entry.narrow.get());
  return v8::String::NewExternalTwoByte(isolate, entry.wide.get());
}

v8::ScriptCompiler::CachedData* Template::code(uint32_t index) const {
  if (!has_code_.load(std::memory_order_acquire) || index >= entries_.size()) return nullptr;
  const Entry& entry = entries_[index];
  if (entry.code_bytes == 0) return nullptr;
  return new v8::ScriptCompiler::CachedData(code_->data() + entry.code_at, static_cast<int>(entry.code_bytes),
                                            v8::ScriptCompiler::CachedData::BufferNotOwned);
}

void Template::keep_code(std::span<const Code> all) {
  std::vector<uint8_t> joined;
  for (const auto& [index, data] : all) {
    const auto length = static_cast<size_t>(data->length);
    Entry& entry = entries_[index];
    if (entry.code_bytes != 0 || length > entry.bytes * kCodeOfText + kCodeBytes) continue;
    entry.code_at = joined.size();
    entry.code_bytes = length;
    joined.insert(joined.end(), data->data, data->data + length);
    joined.resize(align(joined.size()));
  }
  code_ = SealedBytes::copy(joined.data(), joined.size());
  has_code_.store(code_ != nullptr, std::memory_order_release);
}

}  // namespace nr
