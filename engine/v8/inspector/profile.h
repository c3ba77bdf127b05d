#ifndef NR_V8_INSPECTOR_PROFILE_H_
#define NR_V8_INSPECTOR_PROFILE_H_

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "v8.h"

namespace nr {

/**
 * A CPU profile, in Chrome's format. V8's own sends signals to the thread that it was begun on, which need not be the
 * isolate's any more, nor live. This one looks at the stack whenever the engine interrupts the guest: time in a builtin
 * is its caller's.
 */
class Profile {
 public:
  explicit Profile(v8::Isolate* isolate);

  /** On the isolate's thread, when the guest runs. */
  void sample();
  /** A turn begins: what was before is no work. */
  void turn_begins() { add(kIdle); }
  /** A turn ends: what was since the last look is the engine's or some function's that was not seen. */
  void turn_ends() { add(kProgram); }

  std::string json();

 private:
  /** Places in nodes_ of those that each profile has. */
  static constexpr size_t kRoot = 0;
  static constexpr size_t kProgram = 1;
  static constexpr size_t kIdle = 2;

  struct Node {
    /** {"functionName":…} */
    std::string call;
    uint32_t hits = 0;
    std::vector<size_t> children;
    std::map<int, uint32_t> lines;
  };
  /** A function is its script and where it begins. */
  using Key = std::tuple<size_t, int, int>;

  size_t child(size_t parent, v8::Local<v8::Function> function);
  void add(size_t node);

  v8::Isolate* const isolate_;
  const double start_us_;
  double last_us_;
  std::vector<Node> nodes_;
  std::map<Key, size_t> children_;
  std::vector<uint32_t> samples_;
  std::vector<uint32_t> deltas_us_;
};

}  // namespace nr

#endif  // NR_V8_INSPECTOR_PROFILE_H_
