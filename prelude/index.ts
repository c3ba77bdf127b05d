/**
 * The guest's platform. Runs once, while the snapshot is made; see engine.ts for how it is loaded.
 */
import "./primordials.ts";
import "./dom-exception.ts";
import "./events.ts";
import "./event-target.ts";
import "./global-scope.ts";
import "./error-reporting.ts";
import "./abort.ts";
import "./message-event.ts";
import "./close-event.ts";
import "./progress-event.ts";
import "./console.ts";
import "./crypto.ts";
import "./encoding.ts";
import "./hr-time.ts";
import "./html-base64.ts";
import "./microtasks.ts";
import "./navigator.ts";
import "./structured-clone.ts";
import "./timers.ts";
import "./network.ts";
import { Op } from "./engine.ts";
import { hooks } from "./hooks.ts";

op(Op.SetHooks, hooks);
