/** What --help prints. */

export const USAGE = "Usage: network-runtime script.js [threads] [cpu_ms] [memory_mb] [-- script arguments]";

const COMMANDS_USAGE = `       network-runtime run guest.ts [options]
       network-runtime eval CODE [options]
       network-runtime repl [options]
       network-runtime doctor [--json]
       network-runtime init [folder]`;

export const HELP = `${USAGE}
${COMMANDS_USAGE}

Runs a host script (JavaScript or TypeScript) with V8Sandbox as a global. The numbers are the defaults of every
sandbox that the script makes.

  threads      isolates that may run JavaScript at once, at most 256; 0 or absent: the library's default
  cpu_ms       CPU milliseconds of one turn of an isolate; 0: unlimited; absent: the library's default
  memory_mb    megabytes that an isolate may hold; 0: unlimited; absent: the library's default

Options:
  --threads N  the same as the positional arguments; also as --threads=N
  --cpu N
  --memory N
  --inspect[=[HOST:]PORT]      let Chrome's DevTools debug every isolate: docs/debugging.md
  --inspect-brk[=[HOST:]PORT]  the same; isolates wait for it, and are paused in their first script
  --dashboard[=[HOST:]PORT]    a live page of every sandbox's isolates; its address is on standard error
  --help       print this text
  --version    print the versions of the package, of V8 and of the engine's ABI

Or it runs a guest, in an isolate and with nothing but what is given to it (a host script of such a name: ./run):

  run FILE     a script or a module; "-" is standard input
  eval CODE    a script given as an argument; "-" is standard input
  repl         one line after another
  doctor       looks at this system, and says what to do
  init         writes a project: host, guest, the types of both, a test

What follows run, eval or repl:
  --allow-net HOST   an origin, host, "*.domain" or "*" that fetch, EventSource and WebSocket may reach; again for more
  --arg NAME=TEXT    binds a name to a text; NAME:=JSON to what the JSON says; again for more
  --tools FILE       a module whose tools the guest has as "tools": its export "tools", or its default
  --cpu MS           CPU time of all it does, of one line in the REPL (10000; 0: unlimited)
  --memory MB        memory that it may hold (128; 0: unlimited)
  --wall MS          elapsed time, of one line in the REPL (30000; 0: unlimited)
  --isolation KIND   "isolate", or "process" for a child process that the system confines
  --language NAME    js, ts, tsx or jsx, where no file's name says it (js; in the REPL always TypeScript)
  --bundle           run: bundles the file with its npm packages first
  --json             run, eval, doctor: one JSON document on standard output, and nothing else there

A guest's last value is printed on standard output, as its console.log is; console.warn, console.error and what went wrong
go to standard error. A module's value is its default export, called with the names of --arg if it is a function.
Exit codes: 0 it came to a value, 1 it threw or could not be loaded, 2 a wrong command line, 3 a limit ended it.
`;
