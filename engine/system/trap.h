#ifndef NR_SYSTEM_TRAP_H_
#define NR_SYSTEM_TRAP_H_

#include <cstddef>

namespace nr {

/** Calls `handler` on a thread that has come to a trap instruction; if it returns, whoever had the signal before gets
 * it. Once. */
void install_trap_handler(void (*handler)());

/** Past all buffers, for a process that ends. */
void write_to_stderr(const char* text, size_t length);

}  // namespace nr

#endif  // NR_SYSTEM_TRAP_H_
