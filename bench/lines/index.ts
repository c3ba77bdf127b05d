/** All lines, in the order of the table. */
import { bulk } from "./bulk.ts";
import { compute } from "./compute.ts";
import { create } from "./create.ts";
import { evaluateArgs } from "./evaluate-args.ts";
import { fairness } from "./fairness.ts";
import { flood } from "./flood.ts";
import { gatewayEcho } from "./gateway-echo.ts";
import { guestRequest } from "./guest-request.ts";
import { idle } from "./idle.ts";
import { importModules } from "./import-modules.ts";
import { kill } from "./kill.ts";
import type { Line } from "./line.ts";
import { memory } from "./memory.ts";
import { oneWay } from "./one-way.ts";
import { overshoot } from "./overshoot.ts";
import { proxiedGets } from "./proxied-gets.ts";
import { proxiedStream } from "./proxied-stream.ts";
import { roundTrip } from "./round-trip.ts";
import { run } from "./run.ts";
import { template } from "./template.ts";
import { toolCall } from "./tool-call.ts";

export const lines: readonly Line[] = [
  create,
  run,
  template,
  importModules,
  roundTrip,
  guestRequest,
  toolCall,
  evaluateArgs,
  oneWay,
  bulk,
  memory,
  compute,
  kill,
  overshoot,
  fairness,
  flood,
  idle,
  proxiedGets,
  proxiedStream,
  gatewayEcho,
];
