/** The same host as a Bun Worker, which a rejection would end as it ends a process. Silent unless broken. */
const worker = new Worker(new URL("forged-messages.ts", import.meta.url));
const failed = new Promise<never>((_, reject) => {
  worker.addEventListener("error", ({ message }) => reject(new Error(message)));
});
const closed = new Promise<number>((resolve) => {
  worker.addEventListener("close", (event) => resolve((event as CloseEvent).code));
});
const code = await Promise.race([closed, failed]);
if (code !== 0) throw new Error(`the worker ended with ${code}`);
