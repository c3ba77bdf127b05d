// https://html.spec.whatwg.org/multipage/web-messaging.html
import { describe, expect, test } from "bun:test";
import { createGuest, run, thrown } from "./guest.ts";

const received = `
  const received = (target, count) => new Promise((resolve) => {
    const data = [];
    target.addEventListener("message", (event) => { data.push(event.data); if (data.length === count) resolve(data); });
    target.start?.();
  });
`;

describe("MessageChannel", () => {
  test("delivers clones in order, each in a task of its own", async () => {
    expect(
      await run(`
        const { port1, port2 } = new MessageChannel();
        const order = [];
        const sent = { n: 1 };
        const done = new Promise((resolve) => (port2.onmessage = (event) => {
          order.push(event.data.n, event.data !== sent);
          Promise.resolve().then(() => order.push("microtask"));
          if (event.data.n === 2) setTimeout(resolve, 0);
        }));
        port1.postMessage(sent); sent.n = 2; port1.postMessage(sent);
        Promise.resolve().then(() => order.push("first"));
        await done;
        return order`),
    ).toEqual(["first", 1, true, "microtask", 2, true, "microtask"]);
  });

  test("is not slower than timers that nest", async () => {
    // 4 ms each would be 400 ms and more.
    expect(
      await run(`
        const { port1, port2 } = new MessageChannel();
        const start = performance.now();
        await new Promise((resolve) => {
          let count = 0;
          port2.onmessage = () => (++count === 100 ? resolve() : port1.postMessage(count));
          port1.postMessage(0);
        });
        return performance.now() - start < 350`),
    ).toBe(true);
  });

  test("keeps messages until the port is started", async () => {
    expect(
      await run(`
        const { port1, port2 } = new MessageChannel();
        let early = 0;
        port2.addEventListener("message", () => early++);
        port1.postMessage(1); port1.postMessage(2);
        await new Promise((resolve) => setTimeout(resolve, 5));
        const before = early;
        port2.start();
        await new Promise((resolve) => setTimeout(resolve, 5));
        return [before, early]`),
    ).toEqual([0, 2]);
  });

  test("moves ports with their messages", async () => {
    expect(
      await run(`${received}
        const { port1, port2 } = new MessageChannel();
        const carrier = new MessageChannel();
        port1.postMessage("before");
        const arrival = new Promise((resolve) => (carrier.port2.onmessage = resolve));
        carrier.port1.postMessage({ port: port2 }, [port2]);
        port1.postMessage("between");
        const event = await arrival;
        const got = received(event.ports[0], 3);
        port1.postMessage("after");
        return [event.data.port === event.ports[0], event.ports.length, Object.isFrozen(event.ports), ...(await got)]`),
    ).toEqual([true, 1, true, "before", "between", "after"]);
  });

  test("closes both ends; the other one is told, after what is in flight", async () => {
    expect(
      await run(`${thrown}
        const { port1, port2 } = new MessageChannel();
        const order = [];
        port2.onmessage = (event) => order.push(event.data);
        const closed = new Promise((resolve) => (port2.onclose = (event) => { order.push(event.type); resolve(); }));
        port1.onclose = () => order.push("own close");
        port1.postMessage("in flight"); port1.close(); port1.postMessage("late"); port2.postMessage("back");
        await closed;
        return [...order, thrown(() => structuredClone(1, { transfer: [port1] })), thrown(() => structuredClone(1, { transfer: [port2] }))]`),
    ).toEqual(["in flight", "close", "DOMException DataCloneError 25", "no exception"]);
  });

  test("checks arguments and receivers", async () => {
    expect(
      await run(`${thrown}
        const { port1, port2 } = new MessageChannel();
        return [thrown(() => new MessagePort()), thrown(() => port1.postMessage()), thrown(() => port1.postMessage(1, 5)),
          thrown(() => port1.postMessage(1, [5])), thrown(() => MessagePort.prototype.start.call({})),
          thrown(() => port1.postMessage(1, [port1])), thrown(() => port1.postMessage(() => {})),
          thrown(() => new MessageEvent("x", { ports: [{}] })), thrown(() => new MessageEvent("x", { source: {} }))]`),
    ).toEqual([
      ...Array.from({ length: 5 }, () => "TypeError"),
      ...Array.from({ length: 2 }, () => "DOMException DataCloneError 25"),
      ...["TypeError", "TypeError"],
    ]);
  });

  test("takes no timer from the guest's allowance, and outlives a terminated evaluation", async () => {
    const guest = await createGuest({ timersMax: 2 });
    await guest.evaluate(`
      var { port1, port2 } = new MessageChannel();
      var got = 0;
      port2.onmessage = () => got++;
      for (let count = 0; count < 50; count++) port1.postMessage(count);
      setTimeout(() => {}, 1);
      undefined`);
    await expect(guest.evaluate("port1.postMessage(1); for (;;);", { timeoutMs: 20 })).rejects.toThrow();
    await Bun.sleep(20);
    expect(
      await guest.evaluate("port1.postMessage(1); new Promise((resolve) => setTimeout(() => resolve(got), 5))"),
    ).toBe(52);
  });
});

describe("BroadcastChannel", () => {
  test("reaches all others of its name, each with a clone, until it is closed", async () => {
    expect(
      await run(`${received}${thrown}
        const [a, b, c, other] = ["x", "x", "x", "y"].map((name) => new BroadcastChannel(name));
        const silent = [];
        a.onmessage = other.onmessage = (event) => silent.push(event);
        const sent = { n: 1 };
        const both = Promise.all([received(b, 1), received(c, 1)]);
        a.postMessage(sent);
        const [[first], [second]] = await both;
        c.close(); c.onmessage = (event) => silent.push(event);
        const again = received(b, 1);
        a.postMessage("again");
        await again;
        return [first.n, second.n, first !== second, silent.length, a.name, thrown(() => c.postMessage(1)),
          thrown(() => a.postMessage(Symbol())), thrown(() => new BroadcastChannel())]`),
    ).toEqual([1, 1, true, 0, "x", "DOMException InvalidStateError 11", "DOMException DataCloneError 25", "TypeError"]);
  });

  test("reaches nobody in another isolate", async () => {
    const guest = await createGuest();
    await guest.evaluate(`var got = 0; new BroadcastChannel("x").onmessage = () => got++; undefined`);
    await run(`new BroadcastChannel("x").postMessage(1); await new Promise((resolve) => setTimeout(resolve, 5))`);
    expect(await guest.evaluate("got")).toBe(0);
  });
});
