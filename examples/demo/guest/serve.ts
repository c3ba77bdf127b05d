import type { Outcome } from "../work/outcome.ts";

/** Answers each "work" message: fetches the text from the host, does the work, sends the outcome. */
export function serve(run: (text: string) => Outcome): void {
  NETWORK.on("work", async ({ id, file }: { id: number; file: string }) => {
    try {
      const text = (await NETWORK.request("read", { file })) as string;
      const started = performance.now();
      const outcome = run(text);
      NETWORK.send("done", { id, outcome, ms: performance.now() - started });
    } catch (error) {
      NETWORK.send("failed", { id, message: String(error) });
    }
  });
}
