import { attack } from "../harness.ts";

await attack({
  guest: `
    let made = 0;
    try { for (; made < 1e5; made++) new WebSocket("wss://a.example"); } catch {}
    if (made !== 1024) throw new Error(made + " WebSockets were made");`,
  harmless: true,
});
