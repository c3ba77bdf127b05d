/** The live page of a sandbox. */
import type { EndReason } from "./errors.ts";
import type { ListenOptions } from "./listening.ts";

/** Options of `sandbox.dashboard()`. */
export interface DashboardOptions extends ListenOptions {
  /**
   * Whether the page has a button that destroys an isolate.
   * @defaultValue false
   */
  readonly kill?: boolean | undefined;
  /**
   * What the page is called.
   * @defaultValue "network-runtime"
   */
  readonly title?: string | undefined;
}

/** An isolate that came to its end. */
export interface Ended {
  readonly id: number;
  readonly name: string | undefined;
  readonly reason: EndReason;
  readonly cpuMs: number;
  readonly memoryPeakBytes: number;
}
