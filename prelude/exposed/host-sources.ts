/**
 * Streams and async generators of the host's, as the guest has them: each piece is asked for when somebody reads. One that nobody
 * can reach any more is given up. No web specification.
 */
import { callPlace } from "../core/call-place.ts";
import {
  FinalizationRegistryRegister,
  FinalizationRegistryUnregister,
  NativeFinalizationRegistry,
} from "../core/primordials.ts";
import { sendRequest } from "../network/network.ts";
import { Deferred } from "../streams/promises.ts";
import { type DefaultController, createReadable } from "../streams/readable-default-controller.ts";
import type { ReadableState } from "../streams/readable-state.ts";
import { newReadableStream } from "../streams/readable-stream.ts";
import { giveUp } from "./give-up.ts";
import { Kind } from "./guest-side.ts";
import { newHostIterator } from "./host-iterator.ts";

const registry = new NativeFinalizationRegistry<number>(giveUp);

class HostSource {
  readonly #id: number;
  readonly stream: ReadableState;

  constructor(id: number) {
    this.#id = id;
    this.stream = createReadable({ pull: () => this.#pull(), cancel: () => this.#cancel() }, 0);
    FinalizationRegistryRegister(registry, this, id, this);
  }

  #pull(): Promise<undefined> {
    const pulled = new Deferred();
    const controller = this.stream.controller as DefaultController;
    const fail = (reason: unknown): void => {
      this.#end();
      controller.error(reason);
      pulled.resolve(undefined);
    };
    const take = (answer: unknown): void => {
      // What the library answers: { done, value }.
      const piece = answer as { readonly done: boolean; readonly value?: unknown };
      if (this.stream.state !== "readable") {
        // Given up meanwhile.
      } else if (piece.done) {
        this.#end();
        controller.close();
      } else {
        controller.enqueue(piece.value);
      }
      pulled.resolve(undefined);
    };
    try {
      const request = sendRequest("__handle.next", this.#id, undefined, take, fail);
      request.place = callPlace();
    } catch (error) {
      fail(error);
    }
    return pulled.promise;
  }

  #cancel(): void {
    this.#end();
    giveUp(this.#id);
  }

  #end(): void {
    FinalizationRegistryUnregister(registry, this);
  }
}

/** What is under a number of the host's. */
export function fromHost(kind: number, id: number): object {
  return kind === Kind.Stream ? newReadableStream(new HostSource(id).stream) : newHostIterator(id);
}
