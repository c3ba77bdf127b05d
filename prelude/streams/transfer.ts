/**
 * Streams: transferring them. https://streams.spec.whatwg.org/#transferrable-streams
 *
 * Both ends live in one isolate. What they post is cloned when it is posted, as a MessagePort's messages are, and
 * delivered by a task.
 */
import { dataCloneError } from "../errors/dom-exception.ts";
import { clone } from "../messaging/structured-clone.ts";
import { queueTask } from "../timing/timers.ts";
import { pipe, pipeAll } from "./pipe.ts";
import { Deferred, markHandled, rejectedPromise } from "./promises.ts";
import { type DefaultController, createReadable } from "./readable-default-controller.ts";
import type { ReadableState } from "./readable-state.ts";
import { createWritable } from "./writable-controller.ts";
import type { WritableState } from "./writable-state.ts";

type MessageType = "chunk" | "close" | "error" | "pull";

/** One of two ports that are entangled. */
class Port {
  #other: Port | undefined;
  #open = true;
  receive: (type: MessageType, value: unknown) => void = () => {};

  static entangled(): readonly [Port, Port] {
    const first = new Port();
    const second = new Port();
    first.#other = second;
    second.#other = first;
    return [first, second];
  }

  /** @throws DOMException "DataCloneError"; also whatever a getter of the guest's throws */
  post(type: MessageType, value: unknown): void {
    const cloned = clone(value);
    const other = this.#other!;
    queueTask(() => {
      if (other.#open) other.receive(type, cloned);
    });
  }

  /**
   * The same; the other end is told of what is thrown.
   * https://streams.spec.whatwg.org/#abstract-opdef-packandpostmessagehandlingerror
   */
  postOrFail(type: MessageType, value: unknown): void {
    try {
      this.post(type, value);
    } catch (error) {
      this.#postError(error);
      throw error;
    }
  }

  /** https://streams.spec.whatwg.org/#abstract-opdef-crossrealmtransformsenderror */
  #postError(error: unknown): void {
    try {
      this.post("error", error);
    } catch {
      // The other end learns nothing of it, as the standard has it.
    }
  }

  /** What this one has posted is still delivered. */
  disentangle(): void {
    this.#open = false;
  }
}

/** https://streams.spec.whatwg.org/#abstract-opdef-setupcrossrealmtransformreadable */
function readableFrom(port: Port): ReadableState {
  const stream = createReadable(
    {
      pull: () => port.post("pull", undefined),
      cancel: (reason) => {
        try {
          port.postOrFail("error", reason);
        } catch (error) {
          return rejectedPromise(error);
        } finally {
          port.disentangle();
        }
        return undefined;
      },
    },
    0,
  );
  const controller = stream.controller as DefaultController;
  port.receive = (type, value): void => {
    if (type === "chunk") return controller.enqueue(value);
    if (type === "close") controller.close();
    else controller.error(value);
    port.disentangle();
  };
  return stream;
}

/** https://streams.spec.whatwg.org/#abstract-opdef-setupcrossrealmtransformwritable */
function writableTo(port: Port): WritableState {
  /** Until the other end pulls. */
  let backpressure: Deferred | undefined = new Deferred();
  const release = (): void => {
    backpressure?.resolve(undefined);
    backpressure = undefined;
  };
  const stream = createWritable({
    write: async (chunk) => {
      await backpressure?.promise;
      backpressure = new Deferred();
      try {
        port.postOrFail("chunk", chunk);
      } catch (error) {
        port.disentangle();
        throw error;
      }
    },
    close: () => {
      port.post("close", undefined);
      port.disentangle();
    },
    abort: (reason) => {
      try {
        port.postOrFail("error", reason);
      } catch (error) {
        return rejectedPromise(error);
      } finally {
        port.disentangle();
      }
      return undefined;
    },
  });
  port.receive = (type, value): void => {
    if (type === "error") stream.controller.errorIfNeeded(value);
    release();
  };
  return stream;
}

/** The transfer steps, then the transfer-receiving steps. @throws DOMException "DataCloneError" */
export function transferReadable(stream: ReadableState): ReadableState {
  if (stream.locked) throw locked("ReadableStream");
  const [near, far] = Port.entangled();
  markHandled(pipe(stream, writableTo(near), pipeAll));
  return readableFrom(far);
}

/** The same. */
export function transferWritable(stream: WritableState): WritableState {
  if (stream.locked) throw locked("WritableStream");
  const [near, far] = Port.entangled();
  markHandled(pipe(readableFrom(near), stream, pipeAll));
  return writableTo(far);
}

/** A DataCloneError for a stream that somebody reads or writes. */
export function locked(what: string): object {
  return dataCloneError(`A ${what} that is locked could not be transferred.`);
}
