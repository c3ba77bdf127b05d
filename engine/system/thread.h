#ifndef NR_SYSTEM_THREAD_H_
#define NR_SYSTEM_THREAD_H_

#include <cstddef>
#include <cstdint>

namespace nr {

/** A thread that can be joined. */
using ThreadId = uintptr_t;

bool start_thread(size_t stack_bytes, void* (*main)(void*), void* argument, ThreadId* id);
void join_thread(ThreadId thread);
void detach_thread(ThreadId thread);

/** CPU time of a thread that lives. False: unknown. */
bool cpu_ns_of(ThreadId thread, uint64_t* ns);

/** What the system knows the calling thread by. */
int32_t current_task();
/** Whether a thread of this process waits for something, as the system sees it. */
bool sleeps(int32_t task);

/** A signal that nobody else has, which calls `handler` from now on. 0: there is none. */
int claim_signal(void (*handler)(int));
/** The calling thread takes this signal. */
void admit_signal(int signal);
bool send_signal(ThreadId thread, int signal);

}  // namespace nr

#endif  // NR_SYSTEM_THREAD_H_
