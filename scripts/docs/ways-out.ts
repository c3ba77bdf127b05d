/** What to do about each code, for docs/errors.md. */
export const waysOut: Readonly<Record<string, string>> = {
  ERR_ABORTED: "none is needed if you aborted it. The isolate lives on.",
  ERR_ARGUMENT: "the message names the argument and what it must be.",
  ERR_BACKPRESSURE: 'wait for `onSystem("drain")` and send again; send less; or raise `mailboxBytesMax`.',
  ERR_BUNDLE:
    "`problems` has file, line and what is wrong with each: install the package, or take out what needs node.",
  ERR_CRASH_LOOP:
    "wait `retryAfterMs`, and look at what this group's guests do: their processes crashed again and again. Others go on.",
  ERR_DATA_CLONE:
    "send what structured clone copies: plain objects, arrays, Map, Set, dates, buffers. Functions cross by `expose` only.",
  ERR_ENGINE: "report it with its message; replace the process if it comes again.",
  ERR_ENGINE_MISMATCH: "install both packages at the same version; in a clone run `npm run setup`.",
  ERR_ENGINE_NOT_FOUND:
    "the message says where it was looked for. Install `@network-runtime/linux-x64-gnu` beside the library (optional dependencies " +
    "must not be left out), or name the file in `NETWORK_RUNTIME_LIB`.",
  ERR_EVALUATION: "`error.guest` has the guest's own error, with file, line and column in what was written.",
  ERR_INPUT: "the guest called a tool wrongly: its `issues` say where. Show the model `tools.declarations()`.",
  ERR_INSPECTOR: "wait for the end of the profile that is being recorded. A guest that is debugged has one at a time.",
  ERR_ISOLATE_DESTROYED: "make another isolate; `reason` says why this one ended. A pool makes them by itself.",
  ERR_ISOLATION:
    '`missing` names the layers. See `docs/deployment.md` for what containers need, or require fewer of them in `isolation: { kind: "process", require }`.',
  ERR_LIMIT: "the message names what there is no more of: end isolates or requests, or raise that limit.",
  ERR_LISTEN: "take another port, or 0 for any that is free.",
  ERR_MALFORMED_MESSAGE:
    "nothing of the host's is wrong: the guest sent bytes that are no message. It is counted in `stats().malformed`.",
  ERR_MESSAGE_TOO_LARGE: "send less at a time, or by a stream; or raise `messageBytesMax`. Tools: `answerBytesMax`.",
  ERR_MODULE_NOT_FOUND:
    "give the module in `modules`, or bundle it by `network-runtime/bundle`. Guests have no modules of node.",
  ERR_MODULE_SOURCE: "`cause` is what your resolver threw.",
  ERR_NET_ABORTED: "none is needed: nobody waits any more.",
  ERR_NET_ADDRESS: "guests reach no private addresses, unless `addresses` lists theirs.",
  ERR_NET_ARGUMENT: "the guest asked for what is no request: see its message.",
  ERR_NET_DNS: "check the name, and the resolver of the machine.",
  ERR_NET_FAILED: "`cause`, which guests never see, has the connection's own error.",
  ERR_NET_HEADER: "leave the header out, or set it on the host in `onRequest`.",
  ERR_NET_METHOD: "add the method to `methods`.",
  ERR_NET_NOT_ALLOWED: "add the origin to `allow`, if guests shall reach it.",
  ERR_NET_REDIRECT: "raise `maxRedirects`, or allow where it leads.",
  ERR_NET_REQUEST_TOO_LARGE: "send less, or raise `maxRequestBytes` (`maxMessageBytes` of WebSockets).",
  ERR_NET_RESPONSE_TOO_LARGE: "ask for less, or raise `maxResponseBytes`.",
  ERR_NET_TIMEOUT: "try again, or raise `timeoutMs` or `totalTimeoutMs`.",
  ERR_NET_URL: "give an absolute `http:` or `https:` URL without user name and password.",
  ERR_NO_HANDLER: "`onRequest(method, …)` on the side that is asked, before it is asked.",
  ERR_OPTION: "`option` names it; the message has its range, or the name that was meant.",
  ERR_OUTPUT: "the host's tool answered what its own `output` schema refuses: mend the tool, or its schema.",
  ERR_POOL_CLOSED: "make another pool.",
  ERR_POOL_EXHAUSTED: "answer your caller with 503 or the like; or raise `max` or `waitingMax`.",
  ERR_PREPARE: "`cause` says what `prepare` failed with; raise `prepareMs` if it took too long.",
  ERR_REQUEST: '`error.guest` has what the guest\'s handler threw; its `code` is `"ERR_NO_HANDLER"` if there is none.',
  ERR_SANDBOX_SHUTDOWN: "make another sandbox.",
  ERR_TEMPLATE: "`cause` says what `prepare` failed with. Make another template, or raise `prepareMs`.",
  ERR_TERMINATED:
    "`reason`, `limit` and `used` say what it had too much of. Make another isolate; raise the limit if the code is good.",
  ERR_TIMEOUT: "raise `timeoutMs`, or take it that the guest is slow. The isolate lives on.",
  ERR_UNANSWERED: "`await` each tool before the program returns.",
};
