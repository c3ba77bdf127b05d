/** Spans of calls between hosts and guests. */
import type { Attributes, Context, Span, Tracer } from "@opentelemetry/api";
import { SpanKind, SpanStatusCode, context, trace } from "@opentelemetry/api";
import { SandboxError, TerminatedError } from "../contract/errors.ts";
import type { Ending, ObservedRequest, ObservedRun, Observer } from "../core/observing.ts";

/** Of names and messages, which may be a guest's. */
const TEXT_MAX = 500;

/** An isolate, as far as spans tell of it. */
interface Known {
  readonly id: number;
  readonly name?: string | undefined;
}

/** Makes a span of each call. */
export class Spans implements Observer {
  readonly #tracer: Tracer;
  /** Of isolates that are called: the calls under way, the last one last. What a guest asks belongs to that. */
  readonly #calling = new WeakMap<object, Context[]>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  call(isolate: object, doing: string): Ending {
    const parent = context.active();
    const span = this.#tracer.startSpan(nameOf(doing), { attributes: attributesOf(isolate) }, parent);
    const inside = trace.setSpan(parent, span);
    const calling = this.#calling.get(isolate) ?? [];
    this.#calling.set(isolate, calling);
    calling.push(inside);
    return (failure) => {
      calling.splice(calling.indexOf(inside), 1);
      end(span, failure);
    };
  }

  request(isolate: object, name: string, isExposed: boolean, data: unknown): ObservedRequest {
    const parent = this.#calling.get(isolate)?.at(-1) ?? context.active();
    const isFetch = name === "fetch" && !isExposed;
    const { title, attributes } = isFetch
      ? describeFetch(data)
      : { title: isExposed ? name : `request ${name}`, attributes: {} };
    const span = this.#tracer.startSpan(
      cut(title),
      { kind: isFetch ? SpanKind.CLIENT : SpanKind.INTERNAL, attributes: { ...attributesOf(isolate), ...attributes } },
      parent,
    );
    const inside = trace.setSpan(parent, span);
    return {
      run: (work) => context.with(inside, work),
      status: (status) => void span.setAttribute("http.response.status_code", status),
      end: (failure) => end(span, failure),
    };
  }

  run<Result extends ObservedRun>(work: () => Promise<Result>): Promise<Result> {
    const parent = context.active();
    const span = this.#tracer.startSpan("run", {}, parent);
    const settled = context.with(trace.setSpan(parent, span), work);
    return settled.then(
      (result) => {
        span.setAttributes({
          "network_runtime.run.reason": result.reason,
          "network_runtime.run.cpu_ms": result.cpuMs,
          "network_runtime.run.memory_peak_bytes": result.memoryPeakBytes,
          "network_runtime.run.tool_calls": result.toolCallCount,
        });
        end(span, result.error);
        return result;
      },
      (error: unknown) => {
        end(span, error);
        throw error;
      },
    );
  }
}

/** `evaluate()` is an "evaluate", `request("render")` a "request render". */
function nameOf(doing: string): string {
  const [, verb, given] = /^(\w+)\((?:"(.*)")?\)$/s.exec(doing) ?? [];
  return cut(verb === undefined ? doing : given === undefined ? verb : `${verb} ${given}`);
}

function attributesOf(isolate: object): Attributes {
  const { id, name } = isolate as Known;
  return { "network_runtime.isolate.id": id, ...(name !== undefined && { "network_runtime.isolate.name": cut(name) }) };
}

/** Query and credentials may be secrets. */
function describeFetch(data: unknown): { title: string; attributes: Attributes } {
  const { method, url } = (typeof data === "object" && data !== null ? data : {}) as {
    method?: unknown;
    url?: unknown;
  };
  const title = typeof method === "string" ? cut(method) : "GET";
  const target = typeof url === "string" && url.length <= 8192 ? URL.parse(url) : null;
  if (!target) return { title, attributes: { "http.request.method": title } };
  const port = target.port === "" ? {} : { "server.port": Number(target.port) };
  return {
    title,
    attributes: {
      "http.request.method": title,
      "server.address": cut(target.hostname),
      ...port,
      "url.scheme": target.protocol.slice(0, -1),
      "url.path": cut(target.pathname),
    },
  };
}

function end(span: Span, failure: unknown): void {
  if (failure !== undefined) {
    const { name, message } = shown(failure);
    span.recordException({ name, message });
    span.setAttribute("error.type", failure instanceof SandboxError ? failure.code : name);
    if (failure instanceof TerminatedError) span.setAttribute("network_runtime.end_reason", failure.reason);
    span.setStatus({ code: SpanStatusCode.ERROR, message });
  }
  span.end();
}

/** A host may throw anything, things whose getters throw too. */
function shown(failure: unknown): { name: string; message: string } {
  try {
    const { name, message } = failure as { name?: unknown; message?: unknown };
    const text = typeof message === "string" ? message : String(failure);
    return { name: typeof name === "string" ? cut(name) : "Error", message: cut(text) };
  } catch {
    return { name: "Error", message: "" };
  }
}

function cut(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
}
