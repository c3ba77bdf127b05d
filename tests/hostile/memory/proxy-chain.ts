import { attack } from "../harness.ts";

await attack({
  guest: `let chain = {}; for (;;) chain = new Proxy(chain, {});`,
  reason: "memory_limit_exceeded",
});
