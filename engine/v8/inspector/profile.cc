#include "inspector/profile.h"

#include <cstdio>

#include "inspector/json.h"
#include "override/debugging.h"
#include "system/clock.h"

namespace nr {
namespace {

constexpr size_t kDepthMax = 256;
/** A quarter of an hour of a guest that is always busy; what comes later is left out. */
constexpr size_t kSamplesMax = 1'000'000;
constexpr size_t kNodesMax = 100'000;

double now_us() { return monotonic_ms() * 1000; }

std::string no_function(const char* name) {
  std::string call = "{\"functionName\":";
  append_json(&call, name);
  return call + ",\"scriptId\":\"0\",\"url\":\"\",\"lineNumber\":-1,\"columnNumber\":-1}";
}

std::string call_frame(v8::Isolate* isolate, v8::Local<v8::Function> function) {
  std::string call = "{\"functionName\":";
  append_json(&call, isolate, function->GetDebugName());
  call += ",\"scriptId\":\"" + std::to_string(function->ScriptId()) + "\",\"url\":";
  append_json(&call, isolate, function->GetScriptOrigin().ResourceName());
  return call + ",\"lineNumber\":" + std::to_string(function->GetScriptLineNumber()) +
         ",\"columnNumber\":" + std::to_string(function->GetScriptColumnNumber()) + "}";
}

template <typename Items, typename Append>
void append_list(std::string* json, const char* name, const Items& items, Append append) {
  *json += name;
  bool first = true;
  for (const auto& item : items) {
    if (!first) json->push_back(',');
    first = false;
    append(item);
  }
  json->push_back(']');
}

}  // namespace

Profile::Profile(v8::Isolate* isolate) : isolate_(isolate), start_us_(now_us()), last_us_(start_us_) {
  for (const char* const name : {"(root)", "(program)", "(idle)"}) nodes_.push_back({no_function(name), 0, {}, {}});
  nodes_[kRoot].children = {kProgram, kIdle};
}

size_t Profile::child(size_t parent, v8::Local<v8::Function> function) {
  const Key key{parent, function->ScriptId(), function->GetScriptStartPosition()};
  const auto known = children_.find(key);
  if (known != children_.end()) return known->second;
  if (nodes_.size() == kNodesMax) return parent;
  const size_t node = nodes_.size();
  nodes_.push_back({call_frame(isolate_, function), 0, {}, {}});
  nodes_[parent].children.push_back(node);
  children_[key] = node;
  return node;
}

void Profile::sample() {
  const v8::HandleScope handles(isolate_);
  const std::vector<GuestCall> calls = guest_calls(isolate_, kDepthMax);
  if (calls.empty()) return add(kProgram);
  size_t node = kRoot;
  for (size_t index = calls.size(); index-- > 0;) node = child(node, calls[index].function);
  if (calls.front().line > 0 && samples_.size() < kSamplesMax) nodes_[node].lines[calls.front().line]++;
  add(node);
}

void Profile::add(size_t node) {
  const double now = now_us();
  if (samples_.size() < kSamplesMax) {
    nodes_[node].hits++;
    samples_.push_back(static_cast<uint32_t>(node + 1));
    deltas_us_.push_back(static_cast<uint32_t>(now - last_us_));
  }
  last_us_ = now;
}

std::string Profile::json() {
  add(kProgram);
  char times[96];
  snprintf(times, sizeof times, "\"startTime\":%.0f,\"endTime\":%.0f,", start_us_, last_us_);
  std::string json = "{";
  json += times;
  size_t id = 0;
  append_list(&json, "\"nodes\":[", nodes_, [&](const Node& node) {
    json += "{\"id\":" + std::to_string(++id) + ",\"callFrame\":" + node.call;
    json += ",\"hitCount\":" + std::to_string(node.hits);
    if (!node.children.empty()) {
      append_list(&json, ",\"children\":[", node.children, [&](size_t child) { json += std::to_string(child + 1); });
    }
    if (!node.lines.empty()) {
      append_list(&json, ",\"positionTicks\":[", node.lines, [&](const auto& line) {
        json += "{\"line\":" + std::to_string(line.first) + ",\"ticks\":" + std::to_string(line.second) + "}";
      });
    }
    json += "}";
  });
  append_list(&json, ",\"samples\":[", samples_, [&](uint32_t sample) { json += std::to_string(sample); });
  append_list(&json, ",\"timeDeltas\":[", deltas_us_, [&](uint32_t delta) { json += std::to_string(delta); });
  return json + "}";
}

}  // namespace nr
