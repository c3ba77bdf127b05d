/**
 * HTML: broadcasting to other contexts, of which there is none but this isolate.
 * https://html.spec.whatwg.org/multipage/web-messaging.html#broadcasting-to-other-browsing-contexts
 */
import { DOMException } from "../errors/dom-exception.ts";
import { defineEventHandler } from "../events/event-handlers.ts";
import { EventTarget, dispatchInTask } from "../events/event-target.ts";
import { type Listener, ListenerList } from "../core/listener-list.ts";
import { createMessageEvent } from "./message-event.ts";
import { newList } from "../core/primordials.ts";
import { clone } from "./structured-clone.ts";
import { queueTask } from "../timing/timers.ts";
import { constructing, executing, requireArguments, toDOMString } from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";

const postContext = executing("postMessage", "BroadcastChannel");
const noPorts = newList<object>();

/** All that are open, the oldest first. */
const channels = new ListenerList<BroadcastChannel>();

/** https://html.spec.whatwg.org/multipage/web-messaging.html#broadcastchannel */
export class BroadcastChannel extends EventTarget {
  readonly #name: string;
  readonly #entry: Listener<BroadcastChannel>;

  constructor(name: unknown) {
    requireArguments(arguments.length, 1, constructing("BroadcastChannel"));
    super();
    this.#name = toDOMString(name);
    this.#entry = channels.append(this);
  }

  get name(): string {
    return this.#name;
  }

  /** https://html.spec.whatwg.org/multipage/web-messaging.html#dom-broadcastchannel-postmessage */
  postMessage(message: unknown): void {
    const closed = this.#entry.removed;
    requireArguments(arguments.length, 1, postContext);
    if (closed) throw new DOMException(`${postContext}: The channel is closed.`, "InvalidStateError");
    // What no guest has seen: each receiver gets a clone of its own.
    const kept = clone(message);
    for (let entry = channels.first; entry !== null; entry = entry.next) {
      const destination = entry.value;
      if (destination !== this && destination.#name === this.#name) queueTask(() => destination.#receive(kept));
    }
  }

  close(): void {
    channels.remove(this.#entry);
  }

  #receive(message: unknown): void {
    if (this.#entry.removed) return;
    let data: unknown = null;
    let type = "message";
    try {
      data = clone(message);
    } catch {
      type = "messageerror";
    }
    dispatchInTask(createMessageEvent(type, data, noPorts), this);
  }
}

publishInterface(BroadcastChannel, "BroadcastChannel");
defineEventHandler(BroadcastChannel.prototype, "message");
defineEventHandler(BroadcastChannel.prototype, "messageerror");
