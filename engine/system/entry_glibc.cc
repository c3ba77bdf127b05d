// The library is also a program: what the system jumps to when it is executed. glibc starts it as it starts any
// program.
#include <stddef.h>

#include "system/entry.h"

extern "C" {

/** Makes the dynamic loader load it when it is executed; dlopen does not look at it. */
[[gnu::section(".interp"), gnu::used, gnu::retain]] const char nr_interpreter[] = "/lib64/ld-linux-x86-64.so.2";

using Function = void (*)(int, char**, char**);
extern const Function __init_array_start[] __attribute__((visibility("hidden")));
extern const Function __init_array_end[] __attribute__((visibility("hidden")));

/** glibc before 2.34 leaves a program's constructors to the program. */
[[gnu::used]] void nr_construct(int argc, char** argv, char** envp) {
  for (const Function* each = __init_array_start; each != __init_array_end; each++) (*each)(argc, argv, envp);
}

[[gnu::used]] int nr_main(int, char**, char**) { return network_runtime_main(); }

/** The stack is as the system made it: argc, then argv; rdx is what is to be called at the end. */
[[gnu::naked, gnu::used]] void nr_program_entry(void) {
  asm("xor %ebp, %ebp\n"
      "mov %rdx, %r9\n"
      "pop %rsi\n"
      "mov %rsp, %rdx\n"
      "and $-16, %rsp\n"
      "push %rax\n"
      "push %rsp\n"
      "xor %r8d, %r8d\n"
      "lea nr_construct(%rip), %rcx\n"
      "lea nr_main(%rip), %rdi\n"
      "call *__libc_start_main@GOTPCREL(%rip)\n"
      "hlt\n");
}

}  // extern "C"
