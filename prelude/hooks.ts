/**
 * The hooks, in the order that engine.ts gives them.
 */
import { startClock } from "./clock.ts";
import { switchConsole } from "./console.ts";
import { dataCloneError } from "./dom-exception.ts";
import type { Hooks } from "./engine.ts";
import { fireError, fireRejectionHandled, fireUnhandledRejection, leaveErrorReportingMode } from "./error-reporting.ts";
import { followScript, settleEvaluation } from "./evaluation.ts";
import { removeSharedArrayBuffer } from "./global-scope.ts";
import { loadValue } from "./lazy.ts";
import { dispatchMessage, serveRequest, settleRequest, startNetwork } from "./network.ts";
import { limitTimers, runTimer } from "./timers.ts";

/** The one flag of `start` that is the prelude's; the engine sees to the others. */
const consoleFlag = 1;

export const hooks: Hooks = [
  (flags, requestsMax, timersMax): void => {
    removeSharedArrayBuffer();
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
  (id, value): void => void settleEvaluation(id, value),
  fireError,
  fireUnhandledRejection,
  fireRejectionHandled,
  switchConsole,
  dataCloneError,
  loadValue,
  (promise, fulfilled, rejected): void => void followScript(promise, fulfilled, rejected),
];
