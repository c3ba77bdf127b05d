/**
 * HTML: timers. https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timers
 *
 * The engine knows one deadline, the earliest; it runs one timer a turn, so that each has its own microtask checkpoint
 * and CPU limit.
 */
import { DOMException } from "../errors/dom-exception.ts";
import { Op } from "../core/engine.ts";
import {
  FinalizationRegistryRegister,
  NativeFinalizationRegistry,
  ReflectApply,
  SafeMap,
  global,
  indirectEval,
} from "../core/primordials.ts";
import { reportException } from "../errors/report-exception.ts";
import { TimerHeap, Timer } from "./timer-heap.ts";
import { executing, requireArguments, toDOMString, toLong } from "../webidl/converters.ts";
import { publishOperations, requireScope } from "../webidl/interfaces.ts";

/** Timers nested deeper than this wait `nestedDelayMin` at least. */
const nestingLevelFree = 5;
const nestedDelayMin = 4;
const idMax = 0x7fffffff;
/** The id of all tasks; guests' timers have positive ones. */
const taskId = -1;
const setTimeoutContext = executing("setTimeout", "WorkerGlobalScope");
const setIntervalContext = executing("setInterval", "WorkerGlobalScope");

const heap = new TimerHeap();
/** https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#map-of-settimeout-and-setinterval-ids */
let active: SafeMap<number, Timer> | undefined;
let nextId = 1;
let nestingLevel = 0;
/** Armed timers at most, 0 = unlimited. */
let timersMax = 0;
/** How many of the heap's are tasks, which the limit does not count. */
let taskCount = 0;
/** What the engine was told last; negative: nothing. */
let armed = -1;
/** While a timer's turn will tell the engine the next deadline anyway. */
let deferring = false;

/** Once, when an isolate starts. */
export function limitTimers(max: number): void {
  timersMax = max;
}

/** Tells the engine the earliest deadline when it is another than it knows. */
function arm(): void {
  if (deferring) return;
  const deadline = heap.deadline();
  if (deadline === armed) return;
  armed = deadline;
  op(Op.TimerArm, deadline);
}

function freshId(timers: SafeMap<number, Timer>): number {
  for (;;) {
    const id = nextId;
    nextId = id === idMax ? 1 : id + 1;
    if (!timers.has(id)) return id;
  }
}

/** @throws QuotaExceededError if as many timers are armed as the isolate may have. */
function requireRoom(context: string): void {
  if (timersMax === 0 || heap.size - taskCount + reserved < timersMax) return;
  throw new DOMException(
    `${context}: ${timersMax} timers are armed, which is this isolate's limit.`,
    "QuotaExceededError",
  );
}

/** https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timer-initialisation-steps, of a new timer. */
function initialize(context: string, handler: unknown, timeout: unknown, args: unknown[], repeat: boolean): number {
  const callback = typeof handler === "function" ? handler : toDOMString(handler);
  let delay = toLong(timeout);
  if (delay < 0) delay = 0;
  requireRoom(context);
  const timers = (active ??= new SafeMap<number, Timer>());
  const timer = new Timer(freshId(timers), callback, args, delay, repeat, op(Op.GetEvaluation));
  timers.set(timer.id, timer);
  schedule(timer, nestingLevel);
  return timer.id;
}

/** The rest of the steps, which a repeating timer takes again after each call. */
function schedule(timer: Timer, level: number): void {
  const delay = level > nestingLevelFree && timer.delay < nestedDelayMin ? nestedDelayMin : timer.delay;
  timer.nestingLevel = level + 1;
  heap.push(timer, op(Op.Now) + delay);
  arm();
}

/** A timer of the platform's own: nothing a guest can clear. Its callback must not throw. */
export function startInternalTimer(context: string, delay: number, callback: () => void): Timer {
  requireRoom(context);
  const timer = new Timer(0, callback, [], delay < 0 ? 0 : delay, false, op(Op.GetEvaluation));
  schedule(timer, 0);
  return timer;
}

/** Runs a callback at a time of `Now`, after all timers of that time. It is none that the limit counts. */
export function runLast(deadline: number, callback: () => void): void {
  taskCount++;
  heap.push(new Timer(taskId, callback, [], 0, false, 0), deadline, true);
  arm();
}

/** Harmless after it ran. */
export function stopInternalTimer(timer: Timer): void {
  timer.cleared = true;
  heap.remove(timer);
  arm();
}

/** Counts timers that are not armed, as long as those they are for live. */
let reserved = 0;
let registry: FinalizationRegistry<TimerRoom> | undefined;

/** The room of one timer that may be armed and is not. */
export class TimerRoom {
  #taken = true;

  /** @param owner - gives it back when it is collected @throws QuotaExceededError if there is none */
  constructor(context: string, owner: object) {
    requireRoom(context);
    reserved++;
    registry ??= new NativeFinalizationRegistry<TimerRoom>((room) => room.leave());
    FinalizationRegistryRegister(registry, owner, this, this);
  }

  enter(): void {
    if (this.#taken) return;
    this.#taken = true;
    reserved++;
  }

  leave(): void {
    if (!this.#taken) return;
    this.#taken = false;
    reserved--;
  }
}

/**
 * Queues a task (https://html.spec.whatwg.org/multipage/webappapis.html#queue-a-task): a turn of its own, after those
 * queued before and the timers that are due. What it throws is reported.
 */
export function queueTask(callback: () => void): void {
  taskCount++;
  schedule(new Timer(taskId, callback, [], 0, false, op(Op.GetEvaluation)), 0);
}

function clear(id: number): void {
  const timer = active?.get(id);
  if (timer === undefined) return;
  active!.delete(id);
  timer.cleared = true;
  heap.remove(timer);
  arm();
}

/** Runs the handler; whatever it throws is reported. */
function invoke(timer: Timer): void {
  const { callback, evaluation } = timer;
  if (evaluation !== 0) op(Op.SetEvaluation, evaluation);
  nestingLevel = timer.nestingLevel;
  try {
    if (typeof callback === "function") ReflectApply(callback, global, timer.args);
    else indirectEval(callback);
  } catch (error) {
    reportException(error);
  }
  nestingLevel = 0;
}

/**
 * Hook 4: runs the earliest timer if it is due at `now`. The result tells the engine the next deadline, so nothing is
 * armed meanwhile. Only a timer of an evaluation can be terminated without the isolate's end, and then there is no
 * result: for such a one the engine is told beforehand, and during the call.
 */
export function runTimer(now: number): number {
  // What a terminated handler left behind.
  nestingLevel = 0;
  deferring = false;
  const deadline = heap.deadline();
  if (deadline >= 0 && deadline <= now) {
    const timer = heap.pop()!;
    if (timer.id === taskId) taskCount--;
    if (!timer.repeat) active?.delete(timer.id);
    deferring = timer.evaluation === 0;
    arm();
    invoke(timer);
    deferring = true;
    if (timer.repeat && !timer.cleared) schedule(timer, timer.nestingLevel);
    if (timer.evaluation !== 0) op(Op.SetEvaluation, 0);
  }
  deferring = false;
  armed = heap.deadline();
  return armed;
}

publishOperations({
  setTimeout(this: unknown, handler: unknown, timeout: unknown = undefined, ...args: unknown[]): number {
    requireScope(this);
    requireArguments(arguments.length, 1, setTimeoutContext);
    return initialize(setTimeoutContext, handler, timeout, args, false);
  },

  setInterval(this: unknown, handler: unknown, timeout: unknown = undefined, ...args: unknown[]): number {
    requireScope(this);
    requireArguments(arguments.length, 1, setIntervalContext);
    return initialize(setIntervalContext, handler, timeout, args, true);
  },

  clearTimeout(this: unknown, id: unknown = undefined): void {
    requireScope(this);
    clear(toLong(id));
  },

  clearInterval(this: unknown, id: unknown = undefined): void {
    requireScope(this);
    clear(toLong(id));
  },
});
