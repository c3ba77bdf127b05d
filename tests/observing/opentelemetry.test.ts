// Spans, by OpenTelemetry's own SDK.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { SpanKind, SpanStatusCode, context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { ArgumentError, OptionError, V8Sandbox } from "../../lib/index.ts";
import { instrument } from "../../lib/opentelemetry/index.ts";
import { run } from "../../lib/run/index.ts";

const spans = new InMemorySpanExporter();
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
const tracer = tracerProvider.getTracer("host");
beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => context.disable());

let sandbox: V8Sandbox;
let instrumented: Disposable;
beforeEach(() => {
  sandbox = new V8Sandbox();
  instrumented = instrument({ tracerProvider });
});
afterEach(() => {
  instrumented[Symbol.dispose]();
  sandbox.shutdown();
  spans.reset();
});

function named(name: string): ReadableSpan {
  const found = spans.getFinishedSpans().filter((span) => span.name === name);
  expect([name, found.length]).toEqual([name, 1]);
  return found[0]!;
}

const parentOf = (span: ReadableSpan): string | undefined => span.parentSpanContext?.spanId;
const idOf = (span: ReadableSpan): string => span.spanContext().spanId;

test("evaluate is a span within what the host is at; what the guest asks is within that, and what the host does about it", async () => {
  const isolate = await sandbox.createIsolate({ name: "tenant 7" });
  isolate.expose("tools", {
    search: async () => {
      await Bun.sleep(1);
      tracer.startSpan("database").end();
      return 1;
    },
  });
  isolate.onRequest("price", () => 3);
  isolate.onRequest("fetch", () => new Response("", { status: 404 }));
  await tracer.startActiveSpan("webhook", async (span) => {
    await isolate.evaluate(
      "await tools.search(); await NETWORK.request('price'); await fetch('https://api.example.com:8443/a?key=secret'); 0",
    );
    span.end();
  });
  const evaluated = named("evaluate");
  expect(parentOf(evaluated)).toBe(idOf(named("webhook")));
  expect(evaluated.attributes).toEqual({ "network_runtime.isolate.id": 0, "network_runtime.isolate.name": "tenant 7" });
  for (const name of ["tools.search", "request price", "GET"])
    expect([name, parentOf(named(name))]).toEqual([name, idOf(evaluated)]);
  expect(parentOf(named("database"))).toBe(idOf(named("tools.search")));
  expect(named("GET")).toMatchObject({
    kind: SpanKind.CLIENT,
    attributes: {
      ...{ "http.request.method": "GET", "server.address": "api.example.com", "server.port": 8443, "url.path": "/a" },
      "http.response.status_code": 404,
    },
  });
  expect(JSON.stringify(spans.getFinishedSpans().map(({ attributes }) => attributes))).not.toContain("secret");
});

test("failures are told, by the library's codes and the guest's words, bounded", async () => {
  const isolate = await sandbox.createIsolate({ cpuMs: 20 });
  isolate.onRequest("broken", () => {
    throw new TypeError("no such thing");
  });
  await isolate
    .evaluate("await NETWORK.request('broken').catch(() => {}); throw new Error('x'.repeat(1e5))")
    .catch(() => {});
  expect(named("request broken")).toMatchObject({
    status: { code: SpanStatusCode.ERROR, message: "no such thing" },
    attributes: { "error.type": "TypeError" },
  });
  const threw = named("evaluate");
  expect(threw.attributes["error.type"]).toBe("ERR_EVALUATION");
  expect(threw.status.message!.length).toBeLessThan(600);
  spans.reset();
  await isolate.evaluate("for (;;);").catch(() => {});
  expect(named("evaluate").attributes).toMatchObject({
    "error.type": "ERR_TERMINATED",
    "network_runtime.end_reason": "cpu_limit_exceeded",
  });
});

test("run is a span, with what it used; its evaluate and tools are within it", async () => {
  const result = await run("await tools.add(1, 2)", { tools: { add: (a: number, b: number) => a + b }, sandbox });
  expect(result.ok && result.value).toBe(3);
  const ran = named("run");
  expect(ran.attributes).toMatchObject({
    "network_runtime.run.reason": "completed",
    "network_runtime.run.tool_calls": 1,
  });
  const evaluated = spans.getFinishedSpans().filter((span) => span.name === "evaluate" && parentOf(span) === idOf(ran));
  expect(evaluated.length).toBe(1);
  expect(parentOf(named("tools.add"))).toBe(idOf(evaluated[0]!));
});

test("what is under way when an isolate ends is ended, and nothing is told after the last word", async () => {
  const isolate = await sandbox.createIsolate();
  const asked = Promise.withResolvers<void>();
  isolate.onRequest("never", () => (asked.resolve(), new Promise(() => {})));
  const evaluated = isolate.evaluate("await NETWORK.request('never')");
  await asked.promise;
  isolate.destroy();
  await evaluated.catch(() => {});
  for (const name of ["evaluate", "request never"])
    expect(named(name).attributes["error.type"]).toBe("ERR_ISOLATE_DESTROYED");
  instrumented[Symbol.dispose]();
  spans.reset();
  await (await sandbox.createIsolate()).evaluate("1");
  expect(spans.getFinishedSpans()).toEqual([]);
});

test("asking twice, or for what is no provider, is refused; without a provider nothing happens", async () => {
  expect(() => instrument()).toThrow(ArgumentError);
  instrumented[Symbol.dispose]();
  expect(() => instrument({ tracerProvider: {} as never })).toThrow(OptionError);
  expect(() => instrument({ provider: 1 } as object)).toThrow(OptionError);
  using none = instrument();
  expect(trace.getActiveSpan()).toBeUndefined();
  expect(await (await sandbox.createIsolate()).evaluate("1")).toBe(1);
  expect(none).toBeDefined();
});
