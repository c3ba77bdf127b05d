// https://webidl.spec.whatwg.org/#idl-DOMException
import { describe, expect, test } from "bun:test";
import { run, thrown } from "./guest.ts";

describe("DOMException", () => {
  test("is an error with a name, a message and a legacy code", async () => {
    expect(
      await run(`
        const shape = (e) => [e.name, e.message, e.code, String(e)].join("; ");
        return [
          shape(new DOMException()), shape(new DOMException("m")), shape(new DOMException("m", "DataCloneError")),
          shape(new DOMException("m", "AbortError")), shape(new DOMException(5, null)), shape(new DOMException("m", "__proto__")),
          shape(new DOMException("m", "EncodingError")), shape(new DOMException(undefined, undefined)),
        ]`),
    ).toEqual([
      "Error; ; 0; Error",
      "Error; m; 0; Error: m",
      "DataCloneError; m; 25; DataCloneError: m",
      "AbortError; m; 20; AbortError: m",
      "null; 5; 0; null: 5",
      "__proto__; m; 0; __proto__: m",
      "EncodingError; m; 0; EncodingError: m",
      "Error; ; 0; Error",
    ]);
  });

  test("inherits from Error, has its internal slot and a stack, and no other own property", async () => {
    expect(
      await run(`
        const e = (function here() { return new DOMException("m", "NotFoundError") })();
        return [
          e instanceof Error, e instanceof DOMException, Object.getPrototypeOf(DOMException.prototype) === Error.prototype,
          Object.getPrototypeOf(DOMException) === Function.prototype, Error.isError?.(e) ?? true,
          Object.prototype.toString.call(e), Object.keys(e).join(), Object.getOwnPropertyNames(e).join(), DOMException.length,
          e.stack.split("\\n")[0], e.stack.split("\\n")[1].includes("here"),
        ]`),
    ).toEqual([
      ...[true, true, true, true, true, "[object DOMException]", "", "stack", 0],
      ...["NotFoundError: m", true],
    ]);
  });

  test("has the legacy constants on both objects", async () => {
    expect(
      await run(`
        const names = Object.keys(DOMException);
        const constant = (object, name) => {
          const d = Object.getOwnPropertyDescriptor(object, name);
          return d.enumerable && !d.writable && !d.configurable && d.value;
        };
        return [names.length, names[0], names.at(-1), names.every((name, index) =>
          constant(DOMException, name) === index + 1 && constant(DOMException.prototype, name) === index + 1)]`),
    ).toEqual([25, "INDEX_SIZE_ERR", "DATA_CLONE_ERR", true]);
  });

  test("can be subclassed, and checks its receivers", async () => {
    expect(
      await run(`${thrown}
        class Mine extends DOMException { constructor(x) { super(x, "AbortError"); this.own = 1; } }
        const e = new Mine("m");
        return [e instanceof Mine, e.code, e.own, thrown(() => DOMException.prototype.name), thrown(() => DOMException()),
          thrown(() => Object.getOwnPropertyDescriptor(DOMException.prototype, "code").get.call(new Error()))]`),
    ).toEqual([true, 20, 1, "TypeError", "TypeError", "TypeError"]);
  });
});
