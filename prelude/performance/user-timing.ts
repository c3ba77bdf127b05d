/**
 * User Timing. https://w3c.github.io/user-timing/
 */
import { currentHighResolutionTime } from "../timing/clock.ts";
import { DOMException } from "../errors/dom-exception.ts";
import { Performance, requirePerformance } from "./hr-time.ts";
import { type EntryInit, PerformanceEntry, initOf } from "./performance-entry.ts";
import { queueEntry, timeline } from "./performance-timeline.ts";
import { NativeTypeError, isObject } from "../core/primordials.ts";
import { clone } from "../messaging/structured-clone.ts";
import {
  constructing,
  executing,
  requireArguments,
  toDOMString,
  toDictionary,
  toDouble,
} from "../webidl/converters.ts";
import {
  defineValue,
  internalConstruction,
  publishInterface,
  publishPartialInterface,
  requireInternal,
} from "../webidl/interfaces.ts";

const measureContext = executing("measure", "Performance");

function toDetail(value: unknown): unknown {
  return value === undefined || value === null ? null : clone(value);
}

/** The members of an entry and its detail, for the constructors below. */
class DetailedInit implements EntryInit {
  readonly name: string;
  readonly entryType: string;
  readonly startTime: number;
  readonly duration: number;
  readonly detail: unknown;

  constructor(name: string, entryType: string, startTime: number, duration: number, detail: unknown) {
    this.name = name;
    this.entryType = entryType;
    this.startTime = startTime;
    this.duration = duration;
    this.detail = detail;
  }
}

/** https://w3c.github.io/user-timing/#the-performancemark-constructor */
function toMark(present: number, markName: unknown, markOptions: unknown, context: string): DetailedInit {
  requireArguments(present, 1, context);
  const name = toDOMString(markName);
  const dictionary = toDictionary(markOptions, context);
  const detail = dictionary?.detail;
  const given = dictionary?.startTime;
  const startTime = given === undefined ? currentHighResolutionTime() : toDouble(given, context);
  if (startTime < 0) throw new NativeTypeError(`${context}: '${name}' cannot have a negative start time.`);
  return new DetailedInit(name, "mark", startTime, 0, toDetail(detail));
}

/** https://w3c.github.io/user-timing/#dom-performancemark */
export class PerformanceMark extends PerformanceEntry {
  readonly #detail: unknown;

  /** `performance.mark` passes what the constructor's own arguments would have become. */
  constructor(markName: unknown, markOptions: unknown = undefined) {
    const init =
      markName === internalConstruction
        ? (markOptions as DetailedInit)
        : toMark(arguments.length, markName, markOptions, constructing("PerformanceMark"));
    super(internalConstruction, init);
    this.#detail = init.detail;
  }

  get detail(): unknown {
    return this.#detail;
  }

  override toJSON(): object {
    return withDetail(super.toJSON(), this.#detail);
  }
}

/** https://w3c.github.io/user-timing/#dom-performancemeasure */
export class PerformanceMeasure extends PerformanceEntry {
  readonly #detail: unknown;

  constructor(token: unknown = undefined, init: unknown = undefined) {
    requireInternal(token);
    super(internalConstruction, init);
    this.#detail = (init as DetailedInit).detail;
  }

  get detail(): unknown {
    return this.#detail;
  }

  override toJSON(): object {
    return withDetail(super.toJSON(), this.#detail);
  }
}

publishInterface(PerformanceMark, "PerformanceMark");
publishInterface(PerformanceMeasure, "PerformanceMeasure");
defineValue(PerformanceMeasure, "length", 0, false, false);

/** The read only attributes of PerformanceTiming. */
const navigationTimings: Readonly<Record<string, true | undefined>> = {
  __proto__: null,
  navigationStart: true,
  unloadEventStart: true,
  unloadEventEnd: true,
  redirectStart: true,
  redirectEnd: true,
  fetchStart: true,
  domainLookupStart: true,
  domainLookupEnd: true,
  connectStart: true,
  connectEnd: true,
  secureConnectionStart: true,
  requestStart: true,
  responseStart: true,
  responseEnd: true,
  domLoading: true,
  domInteractive: true,
  domContentLoadedEventStart: true,
  domContentLoadedEventEnd: true,
  domComplete: true,
  loadEventStart: true,
  loadEventEnd: true,
} as unknown as Record<string, true | undefined>;

/** https://w3c.github.io/user-timing/#convert-a-mark-to-a-timestamp */
function toTimestamp(mark: string | number): number {
  if (typeof mark === "number") {
    if (mark < 0) throw new NativeTypeError(`${measureContext}: A time stamp cannot be negative.`);
    return mark;
  }
  if (navigationTimings[mark]) {
    throw new NativeTypeError(`${measureContext}: '${mark}' is a time of a Window's, and there is none here.`);
  }
  const entry = timeline.last("mark", mark);
  if (entry !== undefined) return initOf(entry).startTime;
  throw new DOMException(`${measureContext}: The mark '${mark}' does not exist.`, "SyntaxError");
}

/** DOMString or DOMHighResTimeStamp. */
function toMarkOrTime(value: unknown): string | number | undefined {
  if (value === undefined) return undefined;
  return typeof value === "number" ? toDouble(value, measureContext) : toDOMString(value);
}

/** PerformanceMeasureOptions. */
interface MeasureOptions {
  readonly detail: unknown;
  readonly duration: number | undefined;
  readonly end: string | number | undefined;
  readonly start: string | number | undefined;
}

/** undefined: all of its members are missing. */
function toMeasureOptions(value: object): MeasureOptions | undefined {
  const dictionary = value as Record<string, unknown>;
  const detail = dictionary.detail;
  const duration = dictionary.duration;
  const milliseconds = duration === undefined ? undefined : toDouble(duration, measureContext);
  const end = toMarkOrTime(dictionary.end);
  const start = toMarkOrTime(dictionary.start);
  if (detail === undefined && milliseconds === undefined && end === undefined && start === undefined) return undefined;
  return { detail, duration: milliseconds, end, start };
}

/** https://w3c.github.io/user-timing/#dom-performance-measure */
function toMeasure(name: string, startOrOptions: unknown, endMark: string | undefined): DetailedInit {
  let startMark: string | number | undefined;
  let options: MeasureOptions | undefined;
  if (isObject(startOrOptions)) options = toMeasureOptions(startOrOptions);
  else if (startOrOptions !== undefined && startOrOptions !== null) startMark = toDOMString(startOrOptions);
  if (options !== undefined) checkOptions(options, endMark);
  const { start, end, duration } = options ?? { start: startMark, end: undefined, duration: undefined };

  let endTime: number;
  if (endMark !== undefined) endTime = toTimestamp(endMark);
  else if (end !== undefined) endTime = toTimestamp(end);
  else if (start !== undefined && duration !== undefined) endTime = toTimestamp(start) + toTimestamp(duration);
  else endTime = currentHighResolutionTime();

  let startTime = 0;
  if (start !== undefined) startTime = toTimestamp(start);
  else if (duration !== undefined && end !== undefined) startTime = toTimestamp(end) - toTimestamp(duration);
  return new DetailedInit(name, "measure", startTime, endTime - startTime, toDetail(options?.detail));
}

function checkOptions({ start, end, duration }: MeasureOptions, endMark: string | undefined): void {
  if (endMark !== undefined) {
    throw new NativeTypeError(`${measureContext}: With options there must be no end mark beside them.`);
  }
  if (start === undefined && end === undefined) {
    throw new NativeTypeError(`${measureContext}: The options have neither start nor end.`);
  }
  if (start !== undefined && end !== undefined && duration !== undefined) {
    throw new NativeTypeError(`${measureContext}: The options have start, end and duration at once.`);
  }
}

function withDetail(json: object, detail: unknown): object {
  (json as { detail?: unknown }).detail = detail;
  return json;
}

publishPartialInterface(Performance, {
  /** https://w3c.github.io/user-timing/#mark-method */
  mark(markName: unknown, markOptions: unknown = undefined): PerformanceMark {
    requirePerformance(this);
    const init = toMark(arguments.length, markName, markOptions, executing("mark", "Performance"));
    const entry = new PerformanceMark(internalConstruction, init);
    queueEntry(entry);
    return entry;
  },

  clearMarks(markName: unknown = undefined): void {
    requirePerformance(this);
    timeline.remove("mark", markName === undefined ? undefined : toDOMString(markName));
  },

  /** https://w3c.github.io/user-timing/#measure-method */
  measure(
    measureName: unknown,
    startOrMeasureOptions: unknown = undefined,
    endMark: unknown = undefined,
  ): PerformanceMeasure {
    requirePerformance(this);
    requireArguments(arguments.length, 1, measureContext);
    const name = toDOMString(measureName);
    const init = toMeasure(name, startOrMeasureOptions, endMark === undefined ? undefined : toDOMString(endMark));
    const entry = new PerformanceMeasure(internalConstruction, init);
    queueEntry(entry);
    return entry;
  },

  clearMeasures(measureName: unknown = undefined): void {
    requirePerformance(this);
    timeline.remove("measure", measureName === undefined ? undefined : toDOMString(measureName));
  },
});
