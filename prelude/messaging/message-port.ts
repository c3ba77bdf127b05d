/**
 * HTML: channel messaging. https://html.spec.whatwg.org/multipage/web-messaging.html#channel-messaging
 *
 * Both ends live in one isolate, so a message is cloned when it is posted: nothing can be seen of when it was
 * deserialized, and its bytes are not kept.
 */
import { dataCloneError } from "../errors/dom-exception.ts";
import { defineEventHandler } from "../events/event-handlers.ts";
import { EventTarget, dispatchInTask } from "../events/event-target.ts";
import { Event } from "../events/events.ts";
import { createMessageEvent, provideIsPort } from "./message-event.ts";
import { type PlatformSteps, notSerializable, platformObject, stepsOf } from "../core/platform-objects.ts";
import {
  NativeTypeError,
  ObjectDefineProperty,
  ReflectApply,
  ReflectGetOwnPropertyDescriptor,
  SymbolIterator,
  isObject,
  newList,
} from "../core/primordials.ts";
import { type Cloned, cloneWithTransfer } from "./structured-clone.ts";
import { queueTask } from "../timing/timers.ts";
import { executing, requireArguments, toDictionary, toIterated, toObjectSequence } from "../webidl/converters.ts";
import { internalConstruction, publishInterface, requireInternal } from "../webidl/interfaces.ts";

const postContext = executing("postMessage", "MessagePort");

/** A message in a port's queue. */
class Message {
  readonly data: unknown;
  readonly ports: readonly object[];
  next: Message | null = null;

  constructor({ value, received }: Cloned) {
    this.data = value;
    this.ports = received;
  }
}

/** https://html.spec.whatwg.org/multipage/web-messaging.html#port-message-queue, each message delivered by a task. */
class MessageQueue {
  #first: Message | null = null;
  #last: Message | null = null;

  get length(): number {
    let length = 0;
    for (let message = this.#first; message !== null; message = message.next) length++;
    return length;
  }

  append(message: Message): void {
    if (this.#last === null) this.#first = message;
    else this.#last.next = message;
    this.#last = message;
  }

  take(): Message | null {
    const message = this.#first;
    if (message === null) return null;
    this.#first = message.next;
    if (message.next === null) this.#last = null;
    return message;
  }
}

/** The transfer list of postMessage's second argument: a sequence, or the member of a dictionary. */
export function toTransfer(value: unknown, context: string): readonly object[] {
  const method = isObject(value) ? (value as Record<PropertyKey, unknown>)[SymbolIterator] : undefined;
  if (method !== undefined && method !== null) {
    if (typeof method !== "function") throw new NativeTypeError(`${context}: The iterator is not a function.`);
    return toIterated(value as object, method, context, (item) => {
      if (!isObject(item)) throw new NativeTypeError(`${context}: An element of the sequence is not an object.`);
      return item;
    });
  }
  const transfer = toDictionary(value, context)?.transfer;
  return transfer === undefined ? newList<object>() : toObjectSequence(transfer, context);
}

let entangle: (first: MessagePort, second: MessagePort) => void;
/** The transfer steps and the transfer-receiving steps. */
let transferPort: (port: MessagePort) => MessagePort;
let isDetached: (port: MessagePort) => boolean;
/** Enables the port message queue. */
let start: (port: MessagePort) => void;

const steps: PlatformSteps<MessagePort> = {
  __proto__: null,
  isDetached: (port) => isDetached(port),
  transfer: (port) => transferPort(port),
} as PlatformSteps<MessagePort>;

/** Whether a value is a MessagePort. */
function isMessagePort(value: unknown): value is MessagePort {
  return stepsOf(value) === (steps as PlatformSteps);
}

provideIsPort(isMessagePort);

/** https://html.spec.whatwg.org/multipage/web-messaging.html#messageport */
export class MessagePort extends EventTarget {
  readonly [platformObject]: PlatformSteps = steps;
  #entangled: MessagePort | null = null;
  #queue = new MessageQueue();
  #enabled = false;
  #detached = false;

  static {
    entangle = (first, second): void => {
      first.#entangled = second;
      second.#entangled = first;
    };
    transferPort = (port): MessagePort => {
      const moved = createPort();
      moved.#queue = port.#queue;
      port.#queue = new MessageQueue();
      if (port.#entangled !== null) entangle(moved, port.#entangled);
      port.#entangled = null;
      port.#detached = true;
      return moved;
    };
    isDetached = (port): boolean => port.#detached;
    start = (port): void => {
      if (port.#enabled) return;
      port.#enabled = true;
      for (let count = port.#queue.length; count > 0; count--) port.#queueDelivery();
    };
  }

  constructor() {
    requireInternal(arguments[0]);
    super();
  }

  /** https://html.spec.whatwg.org/multipage/web-messaging.html#message-port-post-message-steps */
  postMessage(message: unknown, transferOrOptions: unknown = undefined): void {
    const target = this.#entangled;
    requireArguments(arguments.length, 1, postContext);
    const transfer = toTransfer(transferOrOptions, postContext);
    let doomed = false;
    for (let index = 0; index < transfer.length; index++) {
      if (transfer[index] === this) throw dataCloneError(`${postContext}: The source port is in the transfer list.`);
      if (transfer[index] === target) doomed = true;
    }
    const cloned = cloneWithTransfer(message, transfer);
    if (target === null || doomed) return;
    target.#queue.append(new Message(cloned));
    if (target.#enabled) target.#queueDelivery();
  }

  /** https://html.spec.whatwg.org/multipage/web-messaging.html#dom-messageport-start */
  start(): void {
    start(this);
  }

  /** https://html.spec.whatwg.org/multipage/web-messaging.html#dom-messageport-close */
  close(): void {
    this.#detached = true;
    const other = this.#entangled;
    if (other === null) return;
    this.#entangled = null;
    other.#entangled = null;
    queueTask(() => dispatchInTask(new Event("close"), other));
  }

  #queueDelivery(): void {
    queueTask(() => {
      // None is left when the port has been transferred meanwhile.
      const message = this.#queue.take();
      if (message === null) return;
      const ports = newList<object>();
      for (let index = 0; index < message.ports.length; index++) {
        const object = message.ports[index]!;
        if (isMessagePort(object)) ports[ports.length] = object;
      }
      dispatchInTask(createMessageEvent("message", message.data, ports), this);
    });
  }
}

function createPort(): MessagePort {
  return new (MessagePort as unknown as new (token: symbol) => MessagePort)(internalConstruction);
}

publishInterface(MessagePort, "MessagePort");
defineEventHandler(MessagePort.prototype, "message");
defineEventHandler(MessagePort.prototype, "messageerror");
defineEventHandler(MessagePort.prototype, "close");
startWhenListenedTo();

/** https://html.spec.whatwg.org/multipage/web-messaging.html#handler-messageport-onmessage: setting it starts the port. */
function startWhenListenedTo(): void {
  const { get, set } = ReflectGetOwnPropertyDescriptor(MessagePort.prototype, "onmessage")!;
  const accessors = {
    set onmessage(value: unknown) {
      ReflectApply(set!, this, [value]);
      start(this as unknown as MessagePort);
    },
  };
  const { set: setter } = ReflectGetOwnPropertyDescriptor(accessors, "onmessage")!;
  ObjectDefineProperty(MessagePort.prototype, "onmessage", { __proto__: null, get: get!, set: setter! });
}

/** https://html.spec.whatwg.org/multipage/web-messaging.html#messagechannel */
export class MessageChannel {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #port1 = createPort();
  readonly #port2 = createPort();

  constructor() {
    entangle(this.#port1, this.#port2);
  }

  get port1(): MessagePort {
    return this.#port1;
  }

  get port2(): MessagePort {
    return this.#port2;
  }
}

publishInterface(MessageChannel, "MessageChannel");
