/**
 * What test262 asks of a host, as far as a guest can have it: a script for the guest.
 * https://github.com/tc39/test262/blob/main/INTERPRETING.md#host-defined-functions
 */
export const guestHost = `"use strict";
{
  const { eval: indirectEval, NETWORK, String, structuredClone } = globalThis;
  const define = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true });
  const send = NETWORK.send.bind(NETWORK);
  define("print", (text) => send("print", String(text)));
  define("$262", {
    global: globalThis,
    evalScript: (text) => indirectEval(text),
    detachArrayBuffer: (buffer) => {
      structuredClone(buffer, { transfer: [buffer] });
      return null;
    },
  });
}
0;`;

/** After the harness: its own errors have no name, and are told from others by it. */
export const nameTheError = `Object.defineProperty(Test262Error.prototype, "name", {
  value: "Test262Error", writable: true, enumerable: false, configurable: true });
0;`;
