/*
 * network-runtime: the engine's C ABI. The only public header.
 *
 * Rules: u32, i32, f64 and pointers only. No 64-bit integers, no structs by value, no NUL-terminated input.
 * Inbound bytes are copied before a function returns; outbound bytes go into the caller's buffer. No engine
 * pointer reaches the caller but static strings. Results are 0 (or a count) or a negative NR_E_* code.
 * A handle is slot + generation: a stale one is answered NR_E_STALE, never undefined behaviour.
 * Every function may be called from any thread unless its comment says otherwise; @blocks says how long.
 */
#ifndef NETWORK_RUNTIME_H
#define NETWORK_RUNTIME_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NR_ABI_VERSION 4u

typedef uint32_t nr_sandbox;  /* handle of a sandbox */
typedef uint32_t nr_isolate;  /* handle of an isolate */
typedef uint32_t nr_template; /* handle of a template */

/* Status codes. */
enum {
  NR_OK = 0,
  NR_E_STALE = -1,          /* the handle's object is gone */
  NR_E_ARGUMENT = -2,       /* an argument is out of its range */
  NR_E_NOMEM = -3,          /* the system gave no memory */
  NR_E_FULL = -4,           /* the mailbox is at its limit: nothing was queued, try again after the guest has worked */
  NR_E_TOO_LARGE = -5,      /* the message is larger than message_bytes_max */
  NR_E_OUT_OF_SPACE = -6,   /* the buffer is too small; the size needed was returned */
  NR_E_LIMIT = -7,          /* too many sandboxes, isolates or pending requests */
  NR_E_INIT = -8,           /* V8 could not be started, or nr_init was not called */
  NR_E_SHUTDOWN = -9,       /* the sandbox is shutting down */
  NR_E_NO_THREAD = -10,     /* the system gave no thread, and the sandbox has none */
  NR_E_NO_DESCRIPTOR = -11, /* the process may open no more descriptors */
  NR_E_ISOLATION = -12,     /* a child process cannot be confined as it has to be */
  NR_E_NO_PROCESS = -13,    /* the system gives no process */
  NR_E_NO_PROGRAM = -14,    /* the engine is no file that the system can execute: see nr_process_program */
  NR_E_CRASH_LOOP = -15     /* processes of the group have crashed again and again: it has to wait for another */
};

/* What nr_isolate_post carries (u32 kind). The request_id of what is answered is not 0 and not one still unanswered. */
enum {
  NR_POST_EXECUTE = 1,        /* payload: source; request_id unused */
  NR_POST_EVALUATE = 2,       /* payload: source; answered by NR_EVENT_REPLY_* with the same request_id */
  NR_POST_MESSAGE = 3,        /* payload: pair (event, data) */
  NR_POST_REQUEST = 4,        /* payload: pair (method, data); answered by NR_EVENT_REPLY_* */
  NR_POST_RESPONSE = 5,       /* payload: value; request_id of the NR_EVENT_REQUEST it answers */
  NR_POST_RESPONSE_ERROR = 6, /* payload: value {name, message, code?, dom?, cause?, errors?, data?}; as above */
  NR_POST_CONSOLE = 7, /* no payload; request_id 1: console calls become records from here on, 0: they do nothing */
  NR_POST_LOCALE = 8, /* payload: time zone's name, zero byte, locale's language tag, in UTF-8; before any guest work */
  NR_POST_INSPECT = 9 /* payload: NR_INSPECT_*, then what it says; request_id: a debugger's session. Not in the order of
                         the others; counts in no limit of theirs */
};

/* The first byte of NR_POST_INSPECT's payload. */
enum {
  NR_INSPECT_COMMAND = 0, /* a command of Chrome's DevTools protocol, JSON in UTF-8; a session's first opens it */
  NR_INSPECT_CLOSE = 1,   /* ends the session; the guest goes on if it was paused for it. Of session 0: goes on in any
                             case */
  NR_INSPECT_TAKEN = 2, /* u32: bytes of NR_EVENT_INSPECT that have reached their front end, payload for payload; while
                           more than 4 MiB have not, the guest waits */
  NR_INSPECT_WAIT = 3,  /* until a session says Runtime.runIfWaitingForDebugger: then the next script is paused in */
  NR_INSPECT_PROFILE = 4,     /* u32: microseconds between samples of a CPU profile, which begins; one at a time */
  NR_INSPECT_PROFILE_END = 5, /* u32 id: ends it; it comes as the answer to this session's command of that id */
  NR_INSPECT_SNAPSHOT = 6, /* u32 id: HeapProfiler.addHeapSnapshotChunk events of this session, then the answer to its
                              command of that id */

  NR_INSPECT_KIND = 15,       /* the bits of those above */
  NR_INSPECT_INTERRUPTS = 64, /* added: in the middle of a turn, too */
  NR_INSPECT_IS_ENGINES = 128 /* added: it runs none of the guest's code, and is not charged to it */
};

/* How a payload is written (u32 encoding). */
enum {
  NR_ENCODING_WIRE = 0,          /* V8 wire format (0xFF version, then value); a pair is two values in a row; behind
                                    them, for each error with more than V8 serializes: 0x01, value [error, extras] */
  NR_ENCODING_JSON_LATIN1 = 1,   /* JSON text, one byte a character (ISO-8859-1); a pair is a two-element array */
  NR_ENCODING_JSON_UTF16 = 2,    /* JSON text, UTF-16LE */
  NR_ENCODING_JSON_UTF8 = 3,     /* JSON text, UTF-8 */
  NR_ENCODING_SOURCE_LATIN1 = 4, /* source: u32 name length, name (UTF-8), then program text as Latin-1 */
  NR_ENCODING_SOURCE_UTF16 = 5,  /* the same, text as UTF-16LE */
  NR_ENCODING_SOURCE_UTF8 = 6    /* the same, text as UTF-8 */
};

/* With this bit in a source's name length, a u32 follows it, the length of the arguments; the arguments follow the
 * name: NR_ENCODING_WIRE, an object whose properties are the names that are bound in the script. */
#define NR_SOURCE_HAS_ARGUMENTS 0x80000000u
/* With this one, two i32 are behind the lengths: how many lines and columns the first line of the text is off. */
#define NR_SOURCE_HAS_OFFSETS 0x40000000u
/* With this one the text is the body of an async function: it may return, and what it returns is its value. */
#define NR_SOURCE_IS_BODY 0x20000000u

/* What nr_events_take hands out: this, then the payload, zero-padded. Little-endian. */
typedef struct nr_record {
  uint32_t size;       /* of the whole record, a multiple of 8 */
  uint16_t type;       /* NR_EVENT_* */
  uint16_t encoding;   /* NR_ENCODING_* */
  uint32_t isolate_id; /* the number given to nr_isolate_create */
  uint32_t request_id; /* of requests and their answers, else 0 */
  uint32_t payload_length;
  nr_isolate isolate;
} nr_record;
#define NR_RECORD_HEADER_SIZE 24u

enum {
  NR_EVENT_CREATED = 1,     /* the isolate is ready; no payload */
  NR_EVENT_MESSAGE = 2,     /* pair (event, data) */
  NR_EVENT_REQUEST = 3,     /* pair (method, data); answer with NR_POST_RESPONSE* */
  NR_EVENT_REPLY = 4,       /* value: what an evaluate or a host request came to */
  NR_EVENT_REPLY_ERROR = 5, /* value {name, message, stack?, code?, cause?, errors?, data?, filename?, lineno?, colno?},
                               or of the engine: JSON {terminated} */
  NR_EVENT_ERROR = 6,       /* value as above: uncaught in the guest */
  NR_EVENT_REJECTION = 7,   /* value as above: a promise rejected and nobody handled it by the end of the turn */
  NR_EVENT_CONSOLE = 8,     /* pair (level, {text as a console prints it, args as an array}) */
  NR_EVENT_TERMINATED = 9,  /* JSON: {reason, scope?, limitMs?, usedMs?, limitMb?, usedMb?, resource?} */
  NR_EVENT_DESTROYED = 10,  /* JSON: {reason}; always the last of an isolate */
  NR_EVENT_MEMORY_PRESSURE = 11, /* JSON: {usedMb, limitMb} */
  NR_EVENT_WRITABLE = 12,        /* the mailbox was full and has room again; no payload */
  NR_EVENT_REQUEST_ABORTED = 13, /* the guest no longer waits for request_id; no payload */
  NR_EVENT_DEGRADED =
      14, /* of no isolate: so much is lost for good that the process had better be replaced; no payload */
  NR_EVENT_INSPECT = 15 /* JSON in ASCII: an answer or event of Chrome's DevTools protocol; request_id: the session */
};

/* Indexes into the f64 options of nr_sandbox_create. 0 = the engine's default. */
enum {
  NR_SANDBOX_THREADS = 0,            /* isolates that may run JavaScript at once, 1..256 */
  NR_SANDBOX_OUTBOUND_BYTES_MAX = 1, /* records not yet taken, in bytes */
  NR_SANDBOX_ISOLATES_MAX = 2,       /* living isolates */
  NR_SANDBOX_SPIN_US = 3,       /* how long an engine thread polls after traffic before it sleeps; negative: never */
  NR_SANDBOX_SPARE_THREADS = 4, /* threads beyond those, which hold turns that gave way, 1..1024; negative: none */
  NR_SANDBOX_OPTION_COUNT = 5
};

/* Indexes into the f64 options of nr_isolate_create. 0 = unlimited, unless said otherwise. */
enum {
  NR_ISOLATE_CPU_MS = 0,             /* CPU time of one turn */
  NR_ISOLATE_CPU_TOTAL_MS = 1,       /* CPU time of all turns */
  NR_ISOLATE_WALL_MS = 2,            /* elapsed time of one turn, or of one evaluate */
  NR_ISOLATE_MEMORY_MB = 3,          /* heap, ArrayBuffers, WebAssembly memory and queued messages */
  NR_ISOLATE_MAILBOX_BYTES_MAX = 4,  /* posted and not yet delivered */
  NR_ISOLATE_OUTBOUND_BYTES_MAX = 5, /* sent and not yet taken; the guest is paused beyond it */
  NR_ISOLATE_MESSAGE_BYTES_MAX = 6,  /* one message, either way */
  NR_ISOLATE_REQUESTS_MAX = 7,       /* guest requests pending */
  NR_ISOLATE_TIMERS_MAX = 8,         /* timers armed */
  NR_ISOLATE_STACK_KB = 9,           /* guest stack, 64..984; 0 = 984 */
  NR_ISOLATE_FLAGS = 10,             /* NR_ISOLATE_FLAG_* */
  NR_ISOLATE_CPU_SHARE = 11,         /* CPU time over a second, in parts of a processor, 0.001..1 */
  NR_ISOLATE_RANDOM_SEED = 12,       /* 0..2^53-1, with NR_ISOLATE_FLAG_RANDOM_SEEDED */
  NR_ISOLATE_CLOCK_START_MS = 13,    /* wall clock at the start, with NR_ISOLATE_FLAG_CLOCK_HOSTED */
  NR_ISOLATE_TEMPLATE = 14,          /* nr_template; 0 = none */
  NR_ISOLATE_OPTION_COUNT = 15
};
enum {
  NR_ISOLATE_FLAG_CONSOLE = 1,         /* console calls become NR_EVENT_CONSOLE; otherwise they do nothing */
  NR_ISOLATE_FLAG_CLOCK_FROZEN = 2,    /* clocks stand still while a turn runs */
  NR_ISOLATE_FLAG_NO_WASM = 4,         /* no WebAssembly global */
  NR_ISOLATE_FLAG_NO_CODEGEN = 8,      /* no eval, no Function from strings */
  NR_ISOLATE_FLAG_CONTAIN_FATAL = 16,  /* any fatal error of V8 ends the isolate; otherwise only known ones do, and the
                                          rest the process */
  NR_ISOLATE_FLAG_RANDOM_SEEDED = 32,  /* what is random comes of NR_ISOLATE_RANDOM_SEED, but secrets */
  NR_ISOLATE_FLAG_RANDOM_SECRETS = 64, /* random bytes that are to be secrets, too */
  NR_ISOLATE_FLAG_CLOCK_HOSTED = 128,  /* clocks begin at NR_ISOLATE_CLOCK_START_MS and stand still until the host lets
                                          them  go on (a request "__advance" of milliseconds), from timer to timer */
  NR_ISOLATE_FLAG_CLOCK_JUMPS =
      256 /* they go on to the next timer by themselves, when no request of the guest's waits */
};

/* Indexes into the f64 result of nr_isolate_stats. */
enum {
  NR_STAT_CPU_MS = 0,
  NR_STAT_TURNS = 1,
  NR_STAT_HEAP_USED_BYTES = 2,
  NR_STAT_HEAP_TOTAL_BYTES = 3,
  NR_STAT_EXTERNAL_BYTES = 4, /* ArrayBuffers and WebAssembly memory */
  NR_STAT_MALLOC_BYTES = 5,   /* malloc behind V8 for this isolate: zones, ICU */
  NR_STAT_MAILBOX_BYTES = 6,
  NR_STAT_OUTBOUND_BYTES = 7,
  NR_STAT_MESSAGES_IN = 8,
  NR_STAT_MESSAGES_OUT = 9,
  NR_STAT_DROPPED_IN = 10, /* delivered messages no guest listener took */
  NR_STAT_PREEMPTIONS = 11,
  NR_STAT_PAUSES = 12,            /* times the guest was paused by a full outbound queue */
  NR_STAT_BACKGROUND_CPU_MS = 13, /* V8's compilers on other threads; part of NR_STAT_CPU_MS */
  NR_STAT_MEMORY_PEAK_BYTES = 14, /* the most it ever held: pages of heap, code and WebAssembly, buffers, malloc */
  NR_ISOLATE_STAT_COUNT = 15
};

/* Indexes into the f64 result of nr_sandbox_stats. */
enum {
  NR_SANDBOX_STAT_ISOLATES = 0,
  NR_SANDBOX_STAT_THREADS = 1, /* pool threads that exist now */
  NR_SANDBOX_STAT_RUNNING = 2, /* slots taken now */
  NR_SANDBOX_STAT_QUEUED = 3,  /* isolates waiting for a slot */
  NR_SANDBOX_STAT_OUTBOUND_BYTES = 4,
  NR_SANDBOX_STAT_CPU_MS = 5, /* of all isolates, dead ones too */
  NR_SANDBOX_STAT_TURNS = 6,
  NR_SANDBOX_STAT_CONTAINED = 7,    /* fatal V8 errors contained */
  NR_SANDBOX_STAT_ABANDONED = 8,    /* turns that did not stop when told to */
  NR_SANDBOX_STAT_LEAKED_BYTES = 9, /* held by isolates that could not be disposed of */
  NR_SANDBOX_STAT_DOORBELLS = 10,   /* wake-ups written to the doorbell */
  NR_SANDBOX_STAT_COUNT = 11
};

/* Indexes into the f64 process options of nr_process_sandbox_create. 0 = the engine's default. */
enum {
  NR_PROCESS_PROCESSES_MAX = 0,        /* child processes, 1..4096 */
  NR_PROCESS_SPARE_PROCESSES = 1,      /* of them those that wait for a group, 0..64 */
  NR_PROCESS_ISOLATES_PER_PROCESS = 2, /* isolates of a group that share a process, 1..256 */
  NR_PROCESS_REQUIRED = 3,             /* NR_LAYER_*: without these there is no sandbox */
  NR_PROCESS_NO_JIT = 4,               /* 1: no code is made at run time, and no memory may be executed */
  NR_PROCESS_OPTION_COUNT = 5
};

/* Layers of a child's confinement. The first two are always required. */
enum {
  NR_LAYER_SECCOMP = 1,           /* a filter of system calls that ends the process */
  NR_LAYER_NO_NEW_PRIVILEGES = 2, /* no program has more rights */
  NR_LAYER_LANDLOCK = 4,          /* no files, no connections, no signals to others */
  NR_LAYER_NAMESPACES = 8,        /* users, mounts, network, shared memory and names of its own */
  NR_LAYER_UNPRIVILEGED = 16,     /* no capabilities, not root */
  NR_LAYER_NO_JIT = 32            /* as NR_PROCESS_NO_JIT */
};

/* Indexes into the f64 result of nr_process_isolate_process. */
enum {
  NR_PROCESS_OF_PID = 0, /* 0: it is being started */
  NR_PROCESS_OF_ISOLATES = 1,
  NR_PROCESS_OF_COUNT = 2
};

/* Indexes into the f64 result of nr_process_sandbox_processes. */
enum {
  NR_PROCESS_STAT_LIVING = 0,
  NR_PROCESS_STAT_SPARE = 1,   /* of those the ones that no group has yet */
  NR_PROCESS_STAT_CRASHED = 2, /* that ended and were not told to */
  NR_PROCESS_STAT_STARTED = 3, /* all there have been */
  NR_PROCESS_STAT_COUNT = 4
};

/* @thread any  @blocks no  @owns nothing  @return NR_ABI_VERSION of the loaded engine */
uint32_t nr_abi_version(void);

/* The ABI's constants as one JSON object, so that bindings can check theirs.
 * @thread any  @blocks no  @owns the engine: a static, NUL-terminated string  @return never NULL */
const char* nr_abi_manifest(void);

/* V8's version, "15.2.124.1".
 * @thread any  @blocks no  @owns the engine: a static, NUL-terminated string  @return never NULL */
const char* nr_v8_version(void);

/* Starts V8 and the clock thread. Idempotent for the process, safe from several threads.
 * @thread any  @blocks some milliseconds, the first time  @owns nothing  @return NR_OK or NR_E_INIT */
int32_t nr_init(void);

/* Makes a sandbox: a pool of threads and an outbound queue. *out_fd is the doorbell: one byte arrives whenever the
 * queue was armed (nr_events_arm) and a record came. Bytes coalesce.
 * @thread any  @blocks no  @owns the caller: *out_fd, to close; *out_sandbox, to nr_sandbox_release
 * @return NR_OK, NR_E_ARGUMENT, NR_E_NOMEM, NR_E_NO_DESCRIPTOR, NR_E_LIMIT, NR_E_INIT */
int32_t nr_sandbox_create(const double* options, uint32_t option_count, nr_sandbox* out_sandbox, int32_t* out_fd);

/* Ends all isolates of the sandbox and waits for their threads, wait_ms at most; turns that run on are abandoned.
 * Their records (NR_EVENT_DESTROYED last) can still be taken. Safe twice.
 * @thread any but the engine's own  @blocks up to wait_ms  @owns nothing
 * @return number of turns abandoned, or NR_E_STALE */
int32_t nr_sandbox_shutdown(nr_sandbox sandbox, uint32_t wait_ms);

/* Frees a sandbox after nr_sandbox_shutdown; records not taken are dropped. The handle is stale afterwards.
 * @thread any  @blocks no  @owns nothing  @return NR_OK, NR_E_STALE, NR_E_ARGUMENT (not shut down) */
int32_t nr_sandbox_release(nr_sandbox sandbox);

/* @thread any  @blocks no  @owns the caller: out[count]  @return NR_OK, NR_E_STALE, NR_E_ARGUMENT */
int32_t nr_sandbox_stats(nr_sandbox sandbox, double* out, uint32_t count);

/* Keeps modules' texts for isolates that are made with NR_ISOLATE_TEMPLATE: V8 compiles them for the first of those
 * that runs nothing else before, and others have its code. bytes: for each module u32 encoding
 * (NR_ENCODING_SOURCE_LATIN1 or _UTF16), u32 length of its text, then that, padded to 8. They have numbers, from 0.
 * Ends with its sandbox.
 * @thread any  @blocks while it copies  @owns the caller: *out_template, to nr_template_release
 * @return NR_OK, NR_E_STALE, NR_E_ARGUMENT, NR_E_NOMEM, NR_E_LIMIT, NR_E_SHUTDOWN */
int32_t nr_template_create(nr_sandbox sandbox, const uint8_t* bytes, uint32_t length, nr_template* out_template);

/* No more isolates are made of it; those that were keep what they need. Safe twice.
 * @thread any  @blocks no  @owns nothing  @return NR_OK, NR_E_STALE */
int32_t nr_template_release(nr_template shared);

/* Queues the making of an isolate; NR_EVENT_CREATED tells when it is ready. Posts are accepted at once, in order.
 * isolate_id is the caller's name for it in records.
 * @thread any  @blocks no  @owns nothing  @return NR_OK, NR_E_STALE, NR_E_ARGUMENT, NR_E_LIMIT, NR_E_SHUTDOWN,
 * NR_E_NOMEM, NR_E_NO_THREAD */
int32_t nr_isolate_create(nr_sandbox sandbox, const double* options, uint32_t option_count, uint32_t isolate_id,
                          nr_isolate* out_isolate);

/* Queues one piece of work. Work of an isolate is done in the order of these calls.
 * @thread any  @blocks no  @owns nothing: bytes are copied
 * @return NR_OK, NR_E_STALE, NR_E_ARGUMENT, NR_E_FULL, NR_E_TOO_LARGE, NR_E_NOMEM */
int32_t nr_isolate_post(nr_isolate isolate, uint32_t kind, uint32_t encoding, uint32_t request_id, const uint8_t* bytes,
                        uint32_t length);

/* Gives up one evaluate or host request: drops it if it is still queued, terminates the turn that runs it, ignores its
 * result. No NR_EVENT_REPLY* follows once this returned NR_OK (one already queued may). The isolate lives on.
 * @thread any  @blocks no  @owns nothing  @return NR_OK, NR_E_STALE */
int32_t nr_isolate_cancel(nr_isolate isolate, uint32_t request_id);

/* Ends an isolate: whatever runs is terminated, the rest of the mailbox dropped, NR_EVENT_DESTROYED follows.
 * @thread any  @blocks no  @owns nothing  @return NR_OK, NR_E_STALE */
int32_t nr_isolate_destroy(nr_isolate isolate);

/* Counters until now, with the CPU time of a turn under way; sizes of the heap as of the last answer, or 10 ms old.
 * @thread any  @blocks no  @owns the caller: out[count]  @return NR_OK, NR_E_STALE, NR_E_ARGUMENT */
int32_t nr_isolate_stats(nr_isolate isolate, double* out, uint32_t count);

/* Moves whole records into buffer, oldest first, as many as fit. *out_used is the bytes written; if not even the first
 * fits, NR_E_OUT_OF_SPACE and *out_used is the size it needs. Guests paused by a full queue resume.
 * @thread one at a time for a sandbox  @blocks no  @owns the caller: buffer[capacity]
 * @return number of records, NR_E_OUT_OF_SPACE, NR_E_STALE, NR_E_ARGUMENT */
int32_t nr_events_take(nr_sandbox sandbox, uint8_t* buffer, uint32_t capacity, uint32_t* out_used);

/* Looks for records without taking them, for up to spin_us microseconds. Gives the processor to an engine thread that
 * shares it instead of spinning against it, and does not spin at all while others need the processors.
 * @thread as nr_events_take  @blocks up to spin_us (bounded by 1,000)  @owns nothing
 * @return 1 if records wait, 0 if none came, 2 if none came and sleeping is better than to look
 * again: nothing runs or is queued, or spinning does not pay, or NR_E_STALE */
int32_t nr_events_poll(nr_sandbox sandbox, uint32_t spin_us);

/* Asks for one byte on the doorbell when the next record comes.
 * @thread as nr_events_take  @blocks no  @owns nothing
 * @return 1 when armed, 0 if records wait already (nothing will ring), or NR_E_STALE */
int32_t nr_events_arm(nr_sandbox sandbox);

/* Takes that back, for a caller that is about to look anyway: posting first and looking soon, it need not be woken.
 * @thread as nr_events_take  @blocks no  @owns nothing  @return NR_OK or NR_E_STALE */
int32_t nr_events_disarm(nr_sandbox sandbox);

/* The same for isolates in child processes, which are this library, executed. Handles are of a kind of their own.
 * nr_init is not needed. Nothing here waits for a child, but for the first of a sandbox, before there is a guest. */

/* What children are of, where the library is no file that the system can execute: its bytes, which are copied. NULL:
 * only asks. Before the first sandbox of child processes.
 * @thread any  @blocks while it copies  @owns nothing  @return NR_OK, NR_E_NO_PROGRAM */
int32_t nr_process_program(const uint8_t* bytes, uint32_t length);

/* As nr_sandbox_create. *out_layers: NR_LAYER_* that are in force, also where they are not enough.
 * @thread any  @blocks some milliseconds, 10 s at most  @owns as nr_sandbox_create
 * @return as nr_sandbox_create, NR_E_ISOLATION, NR_E_NO_PROCESS, NR_E_NO_PROGRAM, NR_E_NO_THREAD */
int32_t nr_process_sandbox_create(const double* options, uint32_t option_count, const double* process_options,
                                  uint32_t process_option_count, nr_sandbox* out_sandbox, int32_t* out_fd,
                                  uint32_t* out_layers);

/* Ends all children, wait_ms at most. What they have said before can be taken.
 * @thread any  @blocks up to wait_ms  @owns nothing  @return NR_OK, NR_E_STALE */
int32_t nr_process_sandbox_shutdown(nr_sandbox sandbox, uint32_t wait_ms);

/* As nr_sandbox_release. */
int32_t nr_process_sandbox_release(nr_sandbox sandbox);

/* As nr_sandbox_stats: of all children. */
int32_t nr_process_sandbox_stats(nr_sandbox sandbox, double* out, uint32_t count);

/* The children themselves: NR_PROCESS_STAT_*.
 * @thread any  @blocks no  @owns the caller: out[count]  @return NR_OK, NR_E_STALE, NR_E_ARGUMENT */
int32_t nr_process_sandbox_processes(nr_sandbox sandbox, double* out, uint32_t count);

/* As nr_template_create. Each child gets the texts with the first isolate that is made of them there, and has code of
 * its own making only. */
int32_t nr_process_template_create(nr_sandbox sandbox, const uint8_t* bytes, uint32_t length,
                                   nr_template* out_template);

/* As nr_template_release. */
int32_t nr_process_template_release(nr_template shared);

/* As nr_isolate_create. Isolates of different groups never share a process, nor have one after the other. With
 * NR_E_CRASH_LOOP *out_isolate is for how many milliseconds more there is none for this group.
 * @return as nr_isolate_create, NR_E_NO_DESCRIPTOR, NR_E_CRASH_LOOP */
int32_t nr_process_isolate_create(nr_sandbox sandbox, const double* options, uint32_t option_count, uint32_t group,
                                  uint32_t isolate_id, nr_isolate* out_isolate);

/* As nr_isolate_post. */
int32_t nr_process_isolate_post(nr_isolate isolate, uint32_t kind, uint32_t encoding, uint32_t request_id,
                                const uint8_t* bytes, uint32_t length);

/* As nr_isolate_cancel. */
int32_t nr_process_isolate_cancel(nr_isolate isolate, uint32_t request_id);

/* As nr_isolate_destroy. A child that does not do it in four seconds is ended. */
int32_t nr_process_isolate_destroy(nr_isolate isolate);

/* As nr_isolate_stats: what the child has told last. */
int32_t nr_process_isolate_stats(nr_isolate isolate, double* out, uint32_t count);

/* The isolate's child: NR_PROCESS_OF_*.
 * @thread any  @blocks no  @owns the caller: out[count]  @return NR_OK, NR_E_STALE, NR_E_ARGUMENT */
int32_t nr_process_isolate_process(nr_isolate isolate, double* out, uint32_t count);

/* As nr_events_take. */
int32_t nr_process_events_take(nr_sandbox sandbox, uint8_t* buffer, uint32_t capacity, uint32_t* out_used);

/* As nr_events_poll. */
int32_t nr_process_events_poll(nr_sandbox sandbox, uint32_t spin_us);

/* As nr_events_arm. */
int32_t nr_process_events_arm(nr_sandbox sandbox);

/* As nr_events_disarm. */
int32_t nr_process_events_disarm(nr_sandbox sandbox);

/* For benchmarks: what V8 itself takes to make an isolate and a context, without a prelude, and to run 1+1 there.
 * @thread any  @blocks some milliseconds  @owns the caller: *out_ms  @return NR_OK, NR_E_ARGUMENT, NR_E_INIT,
 * NR_E_NOMEM */
int32_t nr_bench_bare_isolate(double* out_ms);

#ifdef __cplusplus
}
#endif
#endif
