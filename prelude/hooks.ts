/**
 * The hooks, in the order that engine.ts gives them.
 */
import { startClock } from "./clock.ts";
import { switchConsole } from "./console.ts";
import { dataCloneError } from "./dom-exception.ts";
import type { Hooks } from "./engine.ts";
import { fireError, fireRejectionHandled, fireUnhandledRejection, leaveErrorReportingMode } from "./error-reporting.ts";
import { settleEvaluation } from "./evaluation.ts";
import { removeWebAssembly } from "./global-scope.ts";
import { dispatchMessage, serveRequest, settleRequest, startNetwork } from "./network.ts";
import { limitTimers, runTimer } from "./timers.ts";

const enum StartFlag {
  Console = 1,
  NoWebAssembly = 4,
}

export const hooks: Hooks = [
  (flags, requestsMax, timersMax): void => {
    startClock();
    startNetwork(requestsMax);
    limitTimers(timersMax);
    switchConsole((flags & StartFlag.Console) !== 0);
    if ((flags & StartFlag.NoWebAssembly) !== 0) removeWebAssembly();
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
];
