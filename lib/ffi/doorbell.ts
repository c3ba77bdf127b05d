/** How the engine wakes the host. */
import type { Socket } from "bun";
import { EngineError } from "../contract/errors.ts";

/** The engine's end of a socket pair: a byte arrives when records wait. Bun owns the descriptor from here on. */
export class Doorbell {
  #socket: Socket | undefined;
  #referenced = true;

  constructor(fd: number, ring: () => void) {
    const socket = {
      open: (opened: Socket): void => {
        this.#socket = opened;
      },
      data: ring,
      // What can go wrong with it goes wrong only when the process or the worker ends.
      error: (): void => {},
    };
    void Bun.connect({ fd, socket } as unknown as Parameters<typeof Bun.connect>[0]);
    if (!this.#socket) throw new EngineError("new V8Sandbox(): Bun did not take over the engine's doorbell.");
    this.setReferenced(false);
  }

  setReferenced(referenced: boolean): void {
    if (referenced === this.#referenced) return;
    this.#referenced = referenced;
    if (referenced) this.#socket?.ref();
    else this.#socket?.unref();
  }

  close(): void {
    this.#socket?.terminate();
  }
}
