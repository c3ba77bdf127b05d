/** Makes an error the host's uncaught exception, without disturbing who is calling. */
export function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
