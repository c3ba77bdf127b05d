/**
 * The hooks, in the order that core/engine.ts gives them.
 */
import { startClock } from "./timing/clock.ts";
import { switchConsole } from "./scope/console.ts";
import { createDOMException, partsOfDOMException } from "./errors/dom-exception.ts";
import { startHostErrors } from "./errors/host-error.ts";
import type { Hooks } from "./core/engine.ts";
import {
  fireError,
  fireRejectionHandled,
  fireUnhandledRejection,
  leaveErrorReportingMode,
} from "./scope/error-reporting.ts";
import { followScript, settleEvaluation } from "./network/evaluation.ts";
import { removeSharedArrayBuffer } from "./scope/global-scope.ts";
import { SafeMap } from "./core/primordials.ts";
import { loadValue } from "./webidl/lazy.ts";
import { startWebAssembly } from "./webidl/web-assembly.ts";
import { importDynamically, importFunctions } from "./modules/loader.ts";
import { dispatchMessage, serveRequest, settleRequest, startNetwork } from "./network/network.ts";
import { limitTimers, runTimer } from "./timing/timers.ts";

/** The one flag of `start` that is the prelude's; the engine sees to the others. */
const consoleFlag = 1;

export const hooks: Hooks = [
  (flags, requestsMax, timersMax): void => {
    removeSharedArrayBuffer();
    startWebAssembly();
    startHostErrors();
    startClock();
    startNetwork(requestsMax);
    limitTimers(timersMax);
    switchConsole((flags & consoleFlag) !== 0);
  },
  (event, data): number => {
    leaveErrorReportingMode();
    return dispatchMessage(event, data);
  },
  (id, method, data): void => {
    leaveErrorReportingMode();
    void serveRequest(id, method, data);
  },
  settleRequest,
  (now): number => {
    leaveErrorReportingMode();
    return runTimer(now);
  },
  (id, value, filename): void => void settleEvaluation(id, value, filename),
  fireError,
  fireUnhandledRejection,
  fireRejectionHandled,
  switchConsole,
  createDOMException,
  loadValue,
  (promise, fulfilled, rejected): void => void followScript(promise, fulfilled, rejected),
  importDynamically,
  partsOfDOMException,
];

/** What the snapshot has compiled: what each isolate runs before its guest, and what imports run. */
export const compiledAhead: readonly Function[] = [
  hooks[0],
  removeSharedArrayBuffer,
  startWebAssembly,
  startHostErrors,
  startClock,
  startNetwork,
  SafeMap,
  limitTimers,
  switchConsole,
  ...importFunctions,
];
