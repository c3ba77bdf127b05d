#ifndef NR_SYSTEM_ENTRY_H_
#define NR_SYSTEM_ENTRY_H_

extern "C" {

/** What the library does as a program. Zig's. @return the exit code */
int network_runtime_main(void);

/** Where the system enters it. */
void nr_program_entry(void);
}

#endif  // NR_SYSTEM_ENTRY_H_
