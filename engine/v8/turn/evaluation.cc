#include "turn/evaluation.h"

namespace nr {

uint32_t current_evaluation(v8::Isolate* isolate) {
  const v8::Local<v8::Value> data = isolate->GetContinuationPreservedEmbedderData();
  return !data.IsEmpty() && data->IsUint32() ? data.As<v8::Uint32>()->Value() : 0;
}

void set_current_evaluation(v8::Isolate* isolate, uint32_t request_id) {
  v8::Local<v8::Value> data = v8::Undefined(isolate);
  if (request_id != 0) data = v8::Integer::NewFromUnsigned(isolate, request_id);
  isolate->SetContinuationPreservedEmbedderData(data);
}

}  // namespace nr
