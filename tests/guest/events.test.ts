// https://dom.spec.whatwg.org/#events, and the events of HTML, WebSockets and XMLHttpRequest
import { describe, expect, test } from "bun:test";
import { descriptor, run, thrown } from "./guest.ts";

describe("Event", () => {
  test("has the attributes of its dictionary", async () => {
    expect(
      await run(`
        const shape = (e) => [e.type, e.bubbles, e.cancelable, e.composed, e.defaultPrevented, e.returnValue, e.cancelBubble,
          e.eventPhase, e.target, e.srcElement, e.currentTarget, e.isTrusted, e.composedPath().length].join();
        return [shape(new Event("x")), shape(new Event("y", { bubbles: 1, cancelable: true, composed: "c" })),
          shape(new Event(undefined, null)), new Event("x", {}).timeStamp >= 0, Event.length]`),
    ).toEqual([
      "x,false,false,false,false,true,false,0,,,,false,0",
      "y,true,true,true,false,true,false,0,,,,false,0",
      "undefined,false,false,false,false,true,false,0,,,,false,0",
      true,
      1,
    ]);
  });

  test("has phases as constants and an unforgeable isTrusted", async () => {
    expect(
      await run(`${descriptor}
        const a = new Event("a"), b = new Event("b");
        const get = (e) => Object.getOwnPropertyDescriptor(e, "isTrusted").get;
        return [Event.NONE, Event.CAPTURING_PHASE, Event.prototype.AT_TARGET, a.BUBBLING_PHASE, descriptor(a, "isTrusted"),
          get(a) === get(b), descriptor(Event.prototype, "type"), descriptor(Event.prototype, "preventDefault")]`),
    ).toEqual([
      0,
      1,
      2,
      3,
      "get enumerable",
      true,
      "get enumerable configurable",
      "value writable enumerable configurable",
    ]);
  });

  test("is canceled only if it is cancelable", async () => {
    expect(
      await run(`
        const cancel = (options, how) => { const e = new Event("x", options); how(e); return e.defaultPrevented; };
        return [
          cancel({}, (e) => e.preventDefault()), cancel({ cancelable: true }, (e) => e.preventDefault()),
          cancel({ cancelable: true }, (e) => (e.returnValue = false)), cancel({ cancelable: true }, (e) => (e.returnValue = true)),
        ]`),
    ).toEqual([false, true, true, false]);
  });

  test("can be initialized again", async () => {
    expect(
      await run(`
        const e = new Event("x", { cancelable: true });
        e.preventDefault(); e.stopPropagation();
        e.initEvent("y", true);
        return [e.type, e.bubbles, e.cancelable, e.defaultPrevented, e.cancelBubble]`),
    ).toEqual(["y", true, false, false, false]);
  });

  test("checks arguments and receivers", async () => {
    expect(
      await run(`${thrown}
        return [thrown(() => new Event()), thrown(() => Event("x")), thrown(() => new Event("x", 5)), thrown(() => new Event(Symbol())),
          thrown(() => Event.prototype.type), thrown(() => new Event("x").initEvent()),
          thrown(() => Event.prototype.preventDefault.call({}))]`),
    ).toEqual(Array.from({ length: 7 }, () => "TypeError"));
  });
});

describe("CustomEvent", () => {
  test("carries a detail", async () => {
    expect(
      await run(`
        const detail = {};
        const e = new CustomEvent("x", { detail, bubbles: true });
        const init = new CustomEvent("x");
        init.initCustomEvent("y", false, true, 5);
        return [e.detail === detail, e.bubbles, e instanceof Event, new CustomEvent("x").detail, new CustomEvent("x", { detail: 0 }).detail,
          [init.type, init.cancelable, init.detail]]`),
    ).toEqual([true, true, true, null, 0, ["y", true, 5]]);
  });
});

describe("MessageEvent", () => {
  test("has data, origin, lastEventId, source and ports", async () => {
    expect(
      await run(`${thrown}
        const shape = (e) => [e.data, e.origin, e.lastEventId, e.source, e.ports, Object.isFrozen(e.ports)];
        const init = new MessageEvent("x");
        init.initMessageEvent("y", true, false, 5, "o", "id");
        return [shape(new MessageEvent("x")), shape(new MessageEvent("x", { data: [1], origin: "o\\ud800", lastEventId: 5, ports: [] })),
          [init.type, init.bubbles, ...shape(init)], new MessageEvent("x").ports === new MessageEvent("x").ports,
          thrown(() => new MessageEvent("x", { ports: 5 })), thrown(() => new MessageEvent("x", { source: 5 })), thrown(() => new MessageEvent())]`),
    ).toEqual([
      [null, "", "", null, [], true],
      [[1], "o\ufffd", "5", null, [], true],
      ["y", true, 5, "o", "id", null, [], true],
      false,
      "TypeError",
      "TypeError",
      "TypeError",
    ]);
  });
});

describe("CloseEvent, ProgressEvent and ErrorEvent", () => {
  test("have their dictionaries' members", async () => {
    expect(
      await run(`${thrown}
        const close = new CloseEvent("c", { code: 65537, reason: "r", wasClean: 1 });
        const progress = new ProgressEvent("p", { lengthComputable: true, loaded: 1.5, total: "3" });
        const error = new ErrorEvent("e", { message: "m", filename: "f", lineno: -1, colno: 2.9, error: null });
        return [
          [close.code, close.reason, close.wasClean], [new CloseEvent("c").code, new CloseEvent("c").reason, new CloseEvent("c").wasClean],
          [progress.lengthComputable, progress.loaded, progress.total], [new ProgressEvent("p").total],
          thrown(() => new ProgressEvent("p", { loaded: NaN })),
          [error.message, error.filename, error.lineno, error.colno, error.error],
          [new ErrorEvent("e").message, new ErrorEvent("e").error === undefined],
        ]`),
    ).toEqual([
      [1, "r", true],
      [0, "", false],
      [true, 1.5, 3],
      [0],
      "TypeError",
      ["m", "f", 4294967295, 2, null],
      ["", true],
    ]);
  });
});

describe("PromiseRejectionEvent", () => {
  test("needs a promise", async () => {
    expect(
      await run(`${thrown}
        const promise = Promise.resolve();
        const e = new PromiseRejectionEvent("x", { promise, reason: 5 });
        return [e.promise === promise, e.reason, thrown(() => new PromiseRejectionEvent("x")), thrown(() => new PromiseRejectionEvent("x", {}))]`),
    ).toEqual([true, 5, "TypeError", "TypeError"]);
  });
});
