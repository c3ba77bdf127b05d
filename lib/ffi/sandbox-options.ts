/** What a sandbox is to be, in the engine's numbers. */
import type { SandboxLimits } from "../contract/options.ts";
import { SandboxOption } from "../engine/constants.ts";

export function sandboxOptions(limits: SandboxLimits): Float64Array {
  const options = new Float64Array(SandboxOption.Count);
  options[SandboxOption.Threads] = limits.threads;
  options[SandboxOption.OutboundBytesMax] = limits.outboundBytesTotalMax;
  options[SandboxOption.IsolatesMax] = limits.isolatesMax;
  // To the engine 0 means its own default and a negative number means never, or none.
  options[SandboxOption.SpinUs] = limits.spinUs === 0 ? -1 : limits.spinUs;
  options[SandboxOption.SpareThreads] = limits.spareThreads === 0 ? -1 : limits.spareThreads;
  return options;
}
