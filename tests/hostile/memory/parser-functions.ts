import { attack } from "../harness.ts";

await attack({
  guest: `let text = ''; for (let i = 0; i < 3e5; i++) text += 'function f' + i + '(){return ' + i + '};'; eval(text); const all = []; for (;;) all.push([all]);`,
  reason: "memory_limit_exceeded",
});
