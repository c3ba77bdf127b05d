import { attack } from "../harness.ts";

await attack({
  guest: `
    let armed = 0;
    try { for (; armed < 1e6; armed++) setTimeout(() => {}, 1e6); } catch {}
    if (armed !== 1000) throw new Error(armed + " timers were armed");`,
  harmless: true,
  limits: { timersMax: 1000 },
});
