/** network-runtime with its isolates in child processes. */
import { OurPeer } from "./ours.ts";
import { serve } from "./serve.ts";

await serve(async () => new OurPeer("process"));
