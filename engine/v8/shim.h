/*
 * The boundary between Zig (threads, scheduling, queues, limits, C ABI) and C++ (everything that needs V8's types).
 * Zig calls nrv8_*; C++ calls back through nrv8_callbacks. Neither side sees the other's structs: `owner` is Zig's
 * isolate, nrv8_isolate is C++'s. Coarse on purpose: every HandleScope and TryCatch opens and closes inside one call.
 * A fake in Zig (engine/run/fake_shim.zig) implements the same functions without V8 for the scheduler's own tests.
 */
#ifndef NR_V8_SHIM_H_
#define NR_V8_SHIM_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct nrv8_isolate nrv8_isolate;
typedef struct nrv8_template nrv8_template;

/* How a turn ended. */
enum {
  NRV8_OK = 0,
  NRV8_THREW = 1,      /* the guest threw; it has been reported (NR_EVENT_ERROR or NR_EVENT_REPLY_ERROR) */
  NRV8_TERMINATED = 2, /* termination was requested and took effect */
  NRV8_BAD_PAYLOAD = 3 /* the bytes are not what their encoding says */
};

/* Why V8 cannot go on. */
enum {
  NRV8_FATAL_OOM = 1,   /* out of memory: the isolate's heap, a page or a zone was refused */
  NRV8_FATAL_SIZE = 2,  /* one of V8's known "invalid size" errors */
  NRV8_FATAL_OTHER = 3, /* any other fatal error */
  NRV8_FATAL_SYSTEM = 4 /* the system refused memory that the isolate may have */
};

/* What a process has no more of. */
enum {
  NRV8_LACKS_NOTHING = 0,
  NRV8_LACKS_MEMORY = 1,
  NRV8_LACKS_ADDRESSES = 2, /* its address space is full, or limited */
  NRV8_LACKS_MAPPINGS = 3   /* vm.max_map_count */
};

/* Which command of a debugger's is asked for. */
enum {
  NRV8_INSPECT_ANY = 0,
  NRV8_INSPECT_URGENT = 1, /* one that may come in the middle of a turn */
  NRV8_INSPECT_AWAIT = 2,  /* any; while there is none the turn gives its slot up */
  NRV8_INSPECT_NONE = 3    /* the one before has been done */
};

typedef struct nrv8_callbacks {
  /* One outbound record (NR_EVENT_*). When owned, data came from malloc and belongs to the callee from now on;
   * otherwise it is copied. May block while the guest is paused for backpressure. On the isolate's thread, in a turn.
   * Returns NR_OK, NR_E_TOO_LARGE (the message exceeds message_bytes_max) or NR_E_SHUTDOWN (dropped: it is being
   * ended). */
  int32_t (*record)(void* owner, uint32_t type, uint32_t encoding, uint32_t request_id, uint8_t* data, size_t length,
                    int32_t owned);
  /* The isolate's next timer turn is wanted at deadline_ms of nrv8_now_ms' clock (negative: no longer). In a turn. */
  void (*timer_arm)(void* owner, double deadline_ms);
  /* A RequestInterrupt asked for with this epoch came through: on the isolate's thread, in a turn. May block. Returns
   * whether a debugger's command waits that may come in the middle of it. */
  int32_t (*interrupt)(void* owner, uint32_t epoch);
  /* The memory budget is spent (soft line). Possibly inside a GC: must only record and ask another thread to terminate.
   */
  void (*memory_exceeded)(void* owner, size_t used_bytes);
  /* Most of the memory budget is used. Possibly inside a GC: must not call V8. */
  void (*memory_pressure)(void* owner, size_t used_bytes);
  /* What the isolate holds has grown so much that it shall collect its garbage: in the next interrupt, or with its
   * turn's end. Possibly inside a GC: must only ask another thread to request the interrupt. Any thread. */
  void (*collection_wanted)(void* owner);
  /* V8 cannot go on with this isolate, which may not be made yet; the caller's stack is V8's. Does not return when the
   * error is contained (it ends the thread); returning means the process must abort. */
  void (*fatal)(void* owner, nrv8_isolate* isolate, uint32_t kind, const char* where);
  /* A foreground task was posted, due in delay_ms. Any thread. */
  void (*task_posted)(void* owner, double delay_ms);
  /* The next command for the isolate's inspector (which: NRV8_INSPECT_*), as it was posted: valid until this is called
   * again, which also says that the one before has been done. On the isolate's thread, in a turn. Returns NULL when
   * there is none; of NRV8_INSPECT_AWAIT only when the isolate is to end. */
  const uint8_t* (*inspector_next)(void* owner, uint32_t which, uint32_t* session, size_t* length);
  /* Ends the calling thread without unwinding it. It can still be joined. In a signal handler. */
  void (*end_thread)(void);
} nrv8_callbacks;

typedef struct nrv8_isolate_options {
  size_t memory_bytes_max;  /* 0 = unlimited */
  size_t message_bytes_max; /* 0 = unlimited */
  size_t stack_bytes;
  uint32_t requests_max;       /* 0 = unlimited */
  uint32_t timers_max;         /* 0 = unlimited */
  uint32_t flags;              /* NR_ISOLATE_FLAG_* */
  double random_seed;          /* if a flag says that it counts */
  double clock_start_ms;       /* likewise: wall clock */
  const nrv8_template* shared; /* NULL: none */
} nrv8_isolate_options;

typedef struct nrv8_heap_sample {
  double heap_used_bytes;
  double heap_total_bytes;
  double external_bytes;
  double malloc_bytes;
  double memory_peak_bytes;
} nrv8_heap_sample;

/* Starts V8 once for the process, from the snapshot and the prelude's text (both kept by reference), and makes the
 * primer isolate. On an engine thread. Returns 0, or negative with the reason on stderr. */
int32_t nrv8_init(const uint8_t* snapshot, size_t snapshot_length, const char* prelude, size_t prelude_length,
                  const nrv8_callbacks* callbacks);
/* Before nrv8_init: no code is made at run time, and no memory is executable but the library's own. */
void nrv8_forbid_jit(void);
const char* nrv8_version(void);
/* Milliseconds of CLOCK_MONOTONIC. */
double nrv8_now_ms(void);

/* At the start and the end of every engine thread: its signal stack, on which traps of V8 are contained. */
void nrv8_thread_init(void);
void nrv8_thread_exit(void);
/* Gives back what malloc keeps for this thread. */
void nrv8_thread_trim(void);

/* What the calling thread allocates is nobody's, until it is said whose it is again: by what the first gave. */
void* nrv8_charge_nobody(void);
void nrv8_charge_again(void* who);

/* Which resource the process has too little of to make an isolate: NRV8_LACKS_*. Any thread. */
uint32_t nrv8_lacking(void);

/* Modules' texts, as nr_template_create takes them: copied. NULL: malformed, or the system gives no memory. Any thread.
 */
nrv8_template* nrv8_template_new(const uint8_t* bytes, size_t length);
/* Isolates that were made of it keep what they need. Any thread. */
void nrv8_template_release(nrv8_template* shared);

/* Makes an isolate with its context, not entered. NULL if V8 or the process refused. On an engine thread. */
nrv8_isolate* nrv8_isolate_new(void* owner, const nrv8_isolate_options* options);
/* Frees it; must not be entered anywhere. On an engine thread. */
void nrv8_isolate_dispose(nrv8_isolate* isolate);
/* The isolate's thread was ended inside V8: take back what can be, never touch its heap again. *busy: background work
 * still reads the heap, so that nothing was taken back; nrv8_isolate_reclaim may later. Returns bytes still held. */
size_t nrv8_isolate_forsake(nrv8_isolate* isolate, int32_t* busy);
/* The rest of forsake, once no background work of the isolate runs. Any thread. *busy and result as above. */
size_t nrv8_isolate_reclaim(nrv8_isolate* isolate, int32_t* busy);

/* Locks, enters, sets the stack limit and the thread's attribution (pages, malloc). Exactly one thread at a time. */
void nrv8_enter(nrv8_isolate* isolate);
/* The reverse. discard: also V8's per-thread data of this pair (for threads about to end). */
void nrv8_exit(nrv8_isolate* isolate, int32_t discard);

/* Turns: in between enter and exit. Each runs one piece of guest work, then a microtask checkpoint, then reports
 * rejections nobody handled. Returns NRV8_*. */
int32_t nrv8_run_script(nrv8_isolate* isolate, uint32_t request_id /* 0 = execute */, uint32_t encoding,
                        const uint8_t* bytes, size_t length);
/* *listeners: how many guest listeners took it. */
int32_t nrv8_deliver_message(nrv8_isolate* isolate, uint32_t encoding, const uint8_t* bytes, size_t length,
                             uint32_t* listeners);
int32_t nrv8_deliver_request(nrv8_isolate* isolate, uint32_t request_id, uint32_t encoding, const uint8_t* bytes,
                             size_t length);
int32_t nrv8_deliver_response(nrv8_isolate* isolate, uint32_t request_id, int32_t ok, uint32_t encoding,
                              const uint8_t* bytes, size_t length);
/* Runs one guest timer that is due at now_ms, if any. *next_ms: deadline of the next one, negative if none. */
int32_t nrv8_run_timer(nrv8_isolate* isolate, double now_ms, double* next_ms);
/* Runs one foreground task that is due. *next_delay_ms: 0 if another is due, else milliseconds, negative if none. */
int32_t nrv8_run_task(nrv8_isolate* isolate, double* next_delay_ms);

/* Console calls become records, or do nothing. Not guest work, and never fails for it. */
int32_t nrv8_set_console(nrv8_isolate* isolate, int32_t on);

/* A turn of one command that waits for the isolate's inspector, which is made when there is none. */
int32_t nrv8_inspect(nrv8_isolate* isolate);

/* Local time and the default locale: the names of both in UTF-8, with a zero byte in between. Not guest work, and
 * before any. A zone that ICU does not have is UTC. */
int32_t nrv8_set_locale(nrv8_isolate* isolate, const uint8_t* bytes, size_t length);

/* Only while the isolate is entered by a running turn, under Zig's turn mutex; any thread. */
void nrv8_terminate(nrv8_isolate* isolate);
/* The turn ignores its termination: ends its thread (see fatal) as soon as it needs memory or collects garbage. Returns
 * the bytes that it holds. */
size_t nrv8_condemn(nrv8_isolate* isolate);
void nrv8_request_interrupt(nrv8_isolate* isolate, uint32_t epoch);
/* On the isolate's thread: undoes a termination, so that the next turn starts clean. */
void nrv8_clear_termination(nrv8_isolate* isolate);
/* On the isolate's thread, in an interrupt: request_id of the evaluate whose code (or continuation) runs, 0 if none. */
uint32_t nrv8_current_evaluation(nrv8_isolate* isolate);
/* On the isolate's thread, entered. */
void nrv8_sample_heap(nrv8_isolate* isolate, nrv8_heap_sample* sample);
/* Any thread: CPU time of the isolate's background work (compilation) so far, which no thread clock of a turn contains.
 */
double nrv8_background_cpu_ms(nrv8_isolate* isolate);

/* For bench/: makes an isolate and a context without a prelude, runs 1+1, frees both. Milliseconds without the freeing,
 * negative if V8 refused. On an engine thread. */
double nrv8_bare_isolate_ms(void);

#ifdef __cplusplus
}
#endif
#endif
