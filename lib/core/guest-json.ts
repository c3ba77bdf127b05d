/** The engine's facts of errors and ends. Their texts come from guests, so every field is checked. */
import type { EndReason, GuestError, Termination, TerminationReason } from "../contract/errors.ts";
import type { DestroyedEvent, MemoryPressureEvent } from "../contract/events.ts";

type Fields = Record<string, unknown>;

/** An error of the guest; `terminated` if it is the engine that ended the work. */
export interface ReplyError extends GuestError {
  readonly terminated?: Termination;
}

/** @returns an error of the guest, with only the fields that are there */
export function toGuestError(value: unknown): GuestError {
  const from = toFields(value);
  return {
    name: text(from.name) ?? "Error",
    message: text(from.message) ?? "",
    ...optional("stack", text(from.stack)),
    ...optional("code", text(from.code) ?? number(from.code)),
    ...optional("filename", text(from.filename)),
    ...optional("lineno", number(from.lineno)),
    ...optional("colno", number(from.colno)),
    ...(Object.hasOwn(from, "cause") && { cause: from.cause }),
    ...(Array.isArray(from.errors) && { errors: from.errors as unknown[] }),
    ...(isObject(from.data) && { data: from.data }),
  };
}

/** @returns how an evaluate or a host request failed */
export function toReplyError(value: unknown): ReplyError {
  const from = toFields(value);
  if (!from.terminated) return toGuestError(value);
  return { ...toGuestError(value), terminated: toTermination({ ...from, reason: from.reason ?? from.terminated }) };
}

/** @returns why and by how much a limit was exceeded */
export function toTermination(value: unknown): Termination {
  const from = toFields(value);
  return {
    // The engine's own word.
    reason: (text(from.reason) ?? "engine_error") as TerminationReason,
    ...optional("scope", text(from.scope)),
    ...optional("limitMs", number(from.limitMs)),
    ...optional("usedMs", number(from.usedMs)),
    ...optional("limitMb", number(from.limitMb)),
    ...optional("usedMb", number(from.usedMb)),
    ...optional("resource", text(from.resource)),
    ...optional("signal", text(from.signal)),
    ...optional("exitCode", number(from.exitCode)),
    ...optional("detail", text(from.detail)),
  };
}

/** @returns why an isolate ended */
export function toDestroyedEvent(value: unknown): DestroyedEvent {
  return { reason: (text(toFields(value).reason) ?? "destroyed") as EndReason };
}

/** @returns the counters that an isolate ended with, in the order of `IsolateStat` */
export function toLastCounters(value: unknown): readonly number[] {
  const { counters } = toFields(value);
  return Array.isArray(counters) ? counters.map((counter) => number(counter) ?? 0) : [];
}

/** @returns what an isolate uses and may use */
export function toMemoryPressureEvent(value: unknown): MemoryPressureEvent {
  const from = toFields(value);
  return { usedMb: number(from.usedMb) ?? 0, limitMb: number(from.limitMb) ?? 0 };
}

function toFields(value: unknown): Fields {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [K in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [K in Name]?: Value });
}
