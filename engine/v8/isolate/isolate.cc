#include "isolate.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>

#include "isolate/buffers.h"
#include "isolate/extras.h"
#include "isolate/fatal.h"
#include "isolate/inspect.h"
#include "modules/modules.h"
#include "modules/template.h"
#include "network_runtime.h"
#include "ops/crypto/handles.h"
#include "ops/seeded_random.h"
#include "override/compile_executor.h"
#include "override/debugging.h"
#include "override/locale.h"
#include "override/math_random.h"
#include "override/page_pool.h"
#include "override/wasm_engine.h"
#include "snapshot/prelude_natives.h"
#include "system/malloc.h"
#include "system/memory.h"
#include "turn/collection.h"
#include "turn/evaluation.h"
#include "turn/host_clock.h"
#include "turn/platform.h"
#include "turn/rejections.h"
#include "turn/thread.h"
#include "turn/turn.h"
#include "wire/errors.h"
#include "wire/plain_reader.h"

using nr::AttributionScope;
using nr::thread_state;

namespace {

std::unique_ptr<nr::HostClock> make_clock(const nrv8_isolate_options& options) {
  if ((options.flags & NR_ISOLATE_FLAG_CLOCK_HOSTED) == 0) return nullptr;
  const bool jumps = (options.flags & NR_ISOLATE_FLAG_CLOCK_JUMPS) != 0;
  return std::make_unique<nr::HostClock>(options.clock_start_ms, jumps);
}

std::unique_ptr<nr::SeededRandom> make_random(const nrv8_isolate_options& options) {
  if ((options.flags & NR_ISOLATE_FLAG_RANDOM_SEEDED) == 0) return nullptr;
  const bool replaces_secrets = (options.flags & NR_ISOLATE_FLAG_RANDOM_SECRETS) != 0;
  return std::make_unique<nr::SeededRandom>(static_cast<uint64_t>(options.random_seed), replaces_secrets);
}

std::shared_ptr<nr::Template> share(const nrv8_template* shared) {
  return shared == nullptr ? nullptr : *reinterpret_cast<const std::shared_ptr<nr::Template>*>(shared);
}

}  // namespace

nrv8_isolate::nrv8_isolate(void* owner, const nrv8_isolate_options& options)
    : owner(owner),
      options(options),
      budget(nr::Budget::create(owner, options.memory_bytes_max)),
      background(std::make_shared<nr::BackgroundWork>(budget)),
      tasks(std::make_shared<nr::TaskQueue>(owner)),
      time_origin_ms((options.flags & NR_ISOLATE_FLAG_CLOCK_HOSTED) != 0 ? options.clock_start_ms : nr::wall_ms()),
      clock_frozen((options.flags & NR_ISOLATE_FLAG_CLOCK_FROZEN) != 0),
      host_clock(make_clock(options)),
      random(make_random(options)),
      shared(share(options.shared)),
      rejections(std::make_unique<nr::Rejections>()),
      plain_reader(std::make_unique<nr::PlainReader>()),
      modules(std::make_unique<nr::Modules>()),
      crypto_handles(std::make_unique<nr::crypto::Handles>()) {}

nrv8_isolate::~nrv8_isolate() = default;

int32_t nrv8_isolate::record(uint32_t type, uint32_t encoding, uint32_t request_id, uint8_t* data, size_t length,
                             bool owned) const {
  // What the engine allocates for its queues is counted by the engine.
  AttributionScope nobody(nullptr);
  return nr::callbacks().record(owner, type, encoding, request_id, data, length, owned ? 1 : 0);
}

namespace nr {

namespace {

/** What V8 takes at once, the ranges for code and for the table of functions' code and a first few pages, and as much
 * again for the host, which ends when it gets none. */
constexpr size_t kAddressesOfIsolate = size_t{1} << 30;
/** What the system must promise where it counts promises: V8 opens a whole range for code, 128 MiB, at once. */
constexpr size_t kMemoryOfIsolate = size_t{160} << 20;

// V8 sizes its generations from this; without a limit the machine's memory is the limit.
constexpr size_t kUnlimitedHeap = size_t{4} << 30;

/** To unwind in. */
size_t heap_headroom(size_t heap_bytes) { return heap_bytes / 4 + (size_t{8} << 20); }
/** Until V8's last collection has shown what the isolate holds. */
size_t heap_respite(size_t heap_bytes) { return heap_bytes / 16 + (size_t{2} << 20); }

/** The heap is full. V8 comes by before its last collection, which takes what its caches keep as well: garbage ends
 * nobody. When it comes again, and no collection has made room meanwhile, it is about to give up: room to unwind in,
 * and the engine is asked to terminate the turn. It also comes by before the last collection for a buffer that was
 * refused; if the heap is not full, that is the guest's RangeError. */
size_t on_near_heap_limit(void* data, size_t current, size_t initial) {
  nrv8_isolate* const host = static_cast<nrv8_isolate*>(data);
  if (thread_state.buffer_wanted) {
    v8::HeapStatistics heap;
    host->isolate->GetHeapStatistics(&heap);
    if (heap.used_heap_size() < current / 4 * 3) return current;
  }
  if (host->heap_limit == 0) {
    host->heap_limit = initial;
    return current + heap_respite(initial);
  }
  host->budget->note_exceeded();
  return current + heap_headroom(initial);
}

/** A builtin that ignores its termination still comes by here if it allocates, without a lock that others share. */
void on_gc_start(v8::Isolate*, v8::GCType, v8::GCCallbackFlags, void* data) {
  if (static_cast<nrv8_isolate*>(data)->budget->condemned()) end_for_memory();
}

/** The moment at which what the isolate really holds is known. */
void on_gc_end(v8::Isolate* isolate, v8::GCType, v8::GCCallbackFlags, void* data) {
  nrv8_isolate* const host = static_cast<nrv8_isolate*>(data);
  v8::HeapStatistics heap;
  isolate->GetHeapStatistics(&heap);
  if (host->heap_limit != 0 && heap.used_heap_size() <= host->heap_limit / 10 * 9) {
    isolate->RemoveNearHeapLimitCallback(on_near_heap_limit, host->heap_limit);
    isolate->AddNearHeapLimitCallback(on_near_heap_limit, host);
    host->heap_limit = 0;
  }
  Budget& budget = *host->budget;
  if (budget.bytes_max() == 0) return;
  const size_t outside = budget.buffer_bytes() + budget.malloc_bytes() + budget.reserved_bytes();
  if (heap.used_heap_size() + outside > budget.bytes_max() + budget.allowance()) return budget.note_exceeded();
  budget.note_usage(heap.used_heap_size() + outside);
}

void on_interrupt(v8::Isolate* isolate, void* data) {
  const auto epoch = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(data));
  nrv8_isolate& host = *nrv8_isolate::of(isolate);
  bool is_wanted;
  {
    AttributionScope nobody(nullptr);
    is_wanted = callbacks().interrupt(host.owner, epoch) != 0;
  }
  collect_if_wanted(host);
  if (is_wanted) inspect(host);
  if (host.inspection != nullptr) host.inspection->interrupted();
}

void configure_heap(v8::Isolate::CreateParams* params, size_t memory_bytes_max) {
  params->constraints.ConfigureDefaultsFromHeapSize(0, memory_bytes_max == 0 ? kUnlimitedHeap : memory_bytes_max);
}

void set_up_isolate(nrv8_isolate& host) {
  v8::Isolate* const isolate = host.isolate;
  isolate->SetData(0, &host);
  isolate->SetMicrotasksPolicy(v8::MicrotasksPolicy::kExplicit);
  isolate->SetCaptureStackTraceForUncaughtExceptions(false);
  isolate->SetPromiseRejectCallback(Rejections::on_promise_reject);
  Modules::install(isolate);
  isolate->AddNearHeapLimitCallback(on_near_heap_limit, &host);
  isolate->AddGCPrologueCallback(on_gc_start, &host);
  isolate->AddGCEpilogueCallback(on_gc_end, &host, v8::kGCTypeMarkSweepCompact);
}

/** WebAssembly's JavaScript Promise Integration: its stacks are not those that a thread's end is contained on. */
bool remove_stack_switching(v8::Isolate* isolate, v8::Local<v8::Context> context) {
  v8::Local<v8::Value> webassembly;
  if (!context->Global()->Get(context, ascii(isolate, "WebAssembly")).ToLocal(&webassembly)) return false;
  if (!webassembly->IsObject()) return true;
  for (const char* const name : {"promising", "Suspending", "SuspendError"}) {
    if (webassembly.As<v8::Object>()->Delete(context, ascii(isolate, name)).IsNothing()) return false;
  }
  return true;
}

/** Its time-outs are the system's. */
bool remove_wait_async(v8::Isolate* isolate, v8::Local<v8::Context> context) {
  v8::Local<v8::Value> atomics;
  if (!context->Global()->Get(context, ascii(isolate, "Atomics")).ToLocal(&atomics) || !atomics->IsObject())
    return false;
  return !atomics.As<v8::Object>()->Delete(context, ascii(isolate, "waitAsync")).IsNothing();
}

/** Restores the prelude's context and starts it. False: V8 refused. */
bool set_up_context(nrv8_isolate& host) {
  v8::Isolate* const isolate = host.isolate;
  v8::HandleScope handles(isolate);
  const v8::Local<v8::Context> context = v8::Context::New(isolate);
  if (context.IsEmpty()) return false;
  host.context.Reset(isolate, context);
  const v8::Context::Scope scope(context);
  list_scripts_of(context);
  for (size_t i = 0; i < kHookCount; i++) {
    v8::Local<v8::Function> hook;
    if (!context->GetDataFromSnapshotOnce<v8::Function>(i).ToLocal(&hook)) return false;
    host.hooks[i].Reset(isolate, hook);
  }
  v8::Local<v8::Private> key;
  if (!context->GetDataFromSnapshotOnce<v8::Private>(kHookCount).ToLocal(&key)) return false;
  host.platform_object_key.Reset(isolate, key);
  v8::Local<v8::Function> function_to_string;
  if (!context->GetDataFromSnapshotOnce<v8::Function>(kHookCount + 1).ToLocal(&function_to_string)) return false;
  host.function_to_string.Reset(isolate, function_to_string);
  host.prelude_script_id = host.hook(Hook::kStart)->ScriptId();
  const uint32_t flags = host.options.flags;
  host.console_is_heard = (flags & NR_ISOLATE_FLAG_CONSOLE) != 0;
  if ((flags & NR_ISOLATE_FLAG_NO_CODEGEN) != 0) {
    context->AllowCodeGenerationFromStrings(false);
    context->SetErrorMessageForCodeGenerationFromStrings(
        ascii(isolate, "Code generation from strings is switched off for this isolate"));
  }
  if ((flags & NR_ISOLATE_FLAG_NO_WASM) != 0) {
    if (context->Global()->Delete(context, ascii(isolate, "WebAssembly")).IsNothing()) return false;
  } else if (!remove_stack_switching(isolate, context)) {
    return false;
  }
  if (host.host_clock != nullptr && !remove_wait_async(isolate, context)) return false;
  if (host.random != nullptr) seed_math_random(context, host.random->next() | 1, host.random->next());
  if (!add_extras(context)) return false;
  v8::Local<v8::Value> arguments[] = {v8::Integer::NewFromUnsigned(isolate, flags),
                                      v8::Integer::NewFromUnsigned(isolate, host.options.requests_max),
                                      v8::Integer::NewFromUnsigned(isolate, host.options.timers_max)};
  Turn turn(host);
  return turn.call(Hook::kStart, std::size(arguments), arguments) && turn.end(NRV8_OK) == NRV8_OK;
}

// The thread's, not the isolate's: another thread may already wait for the isolate while this one leaves it.
alignas(v8::Locker) thread_local unsigned char locker[sizeof(v8::Locker)];

void enter(nrv8_isolate& host) {
  ThreadState& thread = thread_state;
  // From here on fatal errors of this thread are this isolate's.
  thread.isolate = &host;
  thread.budget = host.budget;
  new (locker) v8::Locker(host.isolate);
  host.isolate->Enter();
  host.isolate->SetStackLimit(stack_limit(host.options.stack_bytes));
  use_time_zone(host.time_zone);
  if (host.inspection != nullptr) host.inspection->entered();
}

void leave(nrv8_isolate& host) {
  if (host.inspection != nullptr) host.inspection->leaves();
  use_time_zone(nullptr);
  host.isolate->Exit();
  std::launder(reinterpret_cast<v8::Locker*>(locker))->~Locker();
  ThreadState& thread = thread_state;
  thread.isolate = nullptr;
  thread.budget = nullptr;
}

/** Drops everything of V8 that the host holds, then the host. */
void destroy(nrv8_isolate* host) {
  v8::Isolate* const isolate = host->isolate;
  host->budget->lift();
  host->tasks->close();
  enter(*host);
  // Their destructors reach into the isolate.
  host->inspection.reset();
  host->tasks->clear();
  host->rejections->clear();
  host->crypto_handles->clear();
  for (auto& hook : host->hooks) hook.Reset();
  host->modules->clear();
  host->plain_reader->clear();
  host->platform_object_key.Reset();
  host->function_to_string.Reset();
  host->context.Reset();
  leave(*host);
  {
    const AttributionScope pays(host->budget);
    thread_state.isolate = host;
    isolate->Dispose();
    thread_state.isolate = nullptr;
  }
  if (host->compile_executor != nullptr) host->compile_executor->dispose();
  platform().remove_isolate(isolate);
  free(host->scratch.data);
  free_time_zone(host->time_zone);
  Budget* const budget = host->budget;
  delete host;
  budget->release();
}

}  // namespace
}  // namespace nr

void nrv8_isolate::guard_heap() {
  isolate->RemoveNearHeapLimitCallback(nr::on_near_heap_limit, 0);
  isolate->AddNearHeapLimitCallback(nr::on_near_heap_limit, this);
}

extern "C" {

nrv8_template* nrv8_template_new(const uint8_t* bytes, size_t length) {
  std::shared_ptr<nr::Template> made = nr::Template::create(bytes, length);
  if (made == nullptr) return nullptr;
  return reinterpret_cast<nrv8_template*>(new std::shared_ptr<nr::Template>(std::move(made)));
}

void nrv8_template_release(nrv8_template* shared) { delete reinterpret_cast<std::shared_ptr<nr::Template>*>(shared); }

uint32_t nrv8_lacking(void) {
  if (!nr::platform().pages().mappings().has_room_for_isolate()) return NRV8_LACKS_MAPPINGS;
  if (!nr::could_reserve(nr::kAddressesOfIsolate)) return NRV8_LACKS_ADDRESSES;
  return nr::could_map(nr::kMemoryOfIsolate) ? NRV8_LACKS_NOTHING : NRV8_LACKS_MEMORY;
}

nrv8_isolate* nrv8_isolate_new(void* owner, const nrv8_isolate_options* options) {
  // V8 has no way to say that it could not be made.
  if (nrv8_lacking() != NRV8_LACKS_NOTHING) return nullptr;
  nr::platform().pages().mappings().note_isolate();
  auto* const host = new nrv8_isolate(owner, *options);
  nr::ThreadState& thread = thread_state;
  {
    const AttributionScope pays(host->budget);
    thread.isolate = host;
    v8::Isolate::CreateParams params;
    params.snapshot_blob = nr::snapshot();
    params.external_references = nr::kExternalReferences;
    params.array_buffer_allocator_shared = std::make_shared<nr::BufferAllocator>(host->budget);
    params.allow_atomics_wait = false;
    params.oom_error_callback = nr::on_out_of_memory;
    params.fatal_error_callback = nr::on_fatal_error;
    nr::configure_heap(&params, options->memory_bytes_max);
    host->isolate = v8::Isolate::Allocate();
    nr::platform().add_isolate(host->isolate, host->tasks);
    v8::Isolate::Initialize(host->isolate, params);
    host->initialized = true;
    host->compile_executor = nr::CompileExecutor::take_latest();
    thread.isolate = nullptr;
  }
  nr::enter(*host);
  nr::set_up_isolate(*host);
  const bool started = nr::set_up_context(*host);
  nr::leave(*host);
  if (started) return host;
  nr::destroy(host);
  return nullptr;
}

void nrv8_isolate_dispose(nrv8_isolate* isolate) { nr::destroy(isolate); }

size_t nrv8_isolate_forsake(nrv8_isolate* isolate, int32_t* busy) {
  // It knows isolates from their initialization on.
  if (isolate->initialized) nr::forget_wasm_isolate(isolate->isolate);
  isolate->tasks->close();
  isolate->tasks->leak();
  if (isolate->isolate != nullptr) {
    nr::platform().remove_isolate(isolate->isolate);
    nr::forget_page_pool(isolate->isolate);
  }
  isolate->background->abandoned.store(true);
  nr::platform().workers().replace(*isolate->background);
  nr::free_dead_signal_stack(isolate->dead_signal_stack);
  isolate->dead_signal_stack = nullptr;
  const size_t held = nrv8_isolate_reclaim(isolate, busy);
  if (*busy != 0) return held;
  nr::trim_arena();
  // Small blocks keep pages of freed ones between them, and take as much again in malloc. There may be more than this
  // isolate's only where threads share an arena.
  return std::max(held, nr::left_in_arena(2 * isolate->budget->peak_block_bytes()));
}

size_t nrv8_isolate_reclaim(nrv8_isolate* isolate, int32_t* busy) {
  // A compile under way reads the heap.
  if (isolate->background->running.load() != 0) nr::platform().workers().end_stuck(*isolate->background);
  *busy = isolate->background->running.load() != 0;
  if (*busy == 0) {
    if (isolate->initialized) nr::unmap_dispatch_table(isolate->isolate);
    isolate->initialized = false;
    nr::platform().pages().reclaim(isolate->budget);
    isolate->budget->free_listed_blocks();
    // malloc keeps what was freed in small blocks, of which a parser that ran out of memory had many.
    nr::trim_malloc();
  }
  return isolate->budget->total_bytes();
}

void nrv8_enter(nrv8_isolate* isolate) { nr::enter(*isolate); }

void nrv8_exit(nrv8_isolate* isolate, int32_t discard) {
  v8::Isolate* const inner = isolate->isolate;
  nr::leave(*isolate);
  if (discard != 0) inner->DiscardThreadSpecificMetadata();
}

int32_t nrv8_set_locale(nrv8_isolate* isolate, const uint8_t* bytes, size_t length) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), length);
  const size_t end = text.find('\0');
  if (end == std::string_view::npos) return NRV8_BAD_PAYLOAD;
  nr::free_time_zone(isolate->time_zone);
  isolate->time_zone = nr::make_time_zone(std::string(text.substr(0, end)));
  nr::use_time_zone(isolate->time_zone);
  isolate->isolate->DateTimeConfigurationChangeNotification(v8::Isolate::TimeZoneDetection::kSkip);
  nr::set_locale(isolate->isolate, std::string(text.substr(end + 1)));
  return NRV8_OK;
}

void nrv8_terminate(nrv8_isolate* isolate) {
  isolate->budget->set_ending(true);
  isolate->isolate->TerminateExecution();
}

size_t nrv8_condemn(nrv8_isolate* isolate) {
  isolate->budget->condemn();
  return isolate->budget->total_bytes();
}

void nrv8_request_interrupt(nrv8_isolate* isolate, uint32_t epoch) {
  isolate->isolate->RequestInterrupt(nr::on_interrupt, reinterpret_cast<void*>(static_cast<uintptr_t>(epoch)));
}

void nrv8_clear_termination(nrv8_isolate* isolate) {
  isolate->budget->set_ending(false);
  isolate->isolate->CancelTerminateExecution();
}

uint32_t nrv8_current_evaluation(nrv8_isolate* isolate) {
  v8::HandleScope handles(isolate->isolate);
  return nr::current_evaluation(isolate->isolate);
}

void nrv8_sample_heap(nrv8_isolate* isolate, nrv8_heap_sample* sample) {
  v8::HeapStatistics heap;
  isolate->isolate->GetHeapStatistics(&heap);
  const nr::Budget& budget = *isolate->budget;
  sample->heap_used_bytes = static_cast<double>(heap.used_heap_size());
  sample->heap_total_bytes = static_cast<double>(heap.total_heap_size());
  sample->external_bytes = static_cast<double>(budget.buffer_bytes() + budget.reserved_bytes());
  sample->malloc_bytes = static_cast<double>(budget.malloc_bytes());
  sample->memory_peak_bytes = static_cast<double>(budget.peak_bytes());
}

double nrv8_background_cpu_ms(nrv8_isolate* isolate) {
  return static_cast<double>(isolate->background->cpu_ns.load(std::memory_order_relaxed)) / 1e6;
}

}  // extern "C"
