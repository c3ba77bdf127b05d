/**
 * HTML: MessageEvent. https://html.spec.whatwg.org/multipage/comms.html#the-messageevent-interface
 */
import { type EventInit, Event, initializeEvent } from "../events/events.ts";
import { NativeTypeError, newFrozenArray, newList } from "../core/primordials.ts";
import {
  constructing,
  executing,
  requireArguments,
  toDOMString,
  toDictionary,
  toObjectSequence,
  toUSVString,
} from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";

interface MessageEventInit extends EventInit {
  data?: unknown;
  lastEventId?: unknown;
  origin?: unknown;
  ports?: unknown;
  source?: unknown;
}

/** Whether a value is a MessagePort. None is until message-port.ts provides it: that file may not be loaded. */
let isPort: (value: unknown) => value is object = (_value): _value is object => false;

export function provideIsPort(test: typeof isPort): void {
  isPort = test;
}

function toSource(value: unknown, context: string): object | null {
  if (value === undefined || value === null) return null;
  if (isPort(value)) return value;
  throw new NativeTypeError(`${context}: The source is not a MessagePort.`);
}

function toPorts(value: unknown, context: string): readonly object[] {
  const ports = value === undefined ? newList<object>() : toObjectSequence(value, context);
  for (let index = 0; index < ports.length; index++) {
    if (!isPort(ports[index])) throw new NativeTypeError(`${context}: An element of ports is no MessagePort.`);
  }
  return newFrozenArray(ports);
}

/** An event of the platform's own. */
export let createMessageEvent: (type: string, data: unknown, ports: readonly object[]) => MessageEvent;

/** https://html.spec.whatwg.org/multipage/comms.html#messageevent */
export class MessageEvent extends Event {
  #data: unknown = null;
  #origin = "";
  #lastEventId = "";
  #source: object | null = null;
  /** undefined: none, which nobody has asked for yet. */
  #ports: readonly object[] | undefined = undefined;

  static {
    createMessageEvent = (type, data, ports): MessageEvent => {
      const event = new MessageEvent(type);
      event.#data = data;
      event.#ports = newFrozenArray(ports);
      return event;
    };
  }

  constructor(type: unknown, init: unknown = undefined) {
    const context = constructing("MessageEvent");
    requireArguments(arguments.length, 1, context);
    super(type, init);
    const dictionary = toDictionary(init, context) as MessageEventInit | undefined;
    if (dictionary === undefined) return;
    const { data, lastEventId, origin, ports, source } = dictionary;
    if (data !== undefined) this.#data = data;
    if (lastEventId !== undefined) this.#lastEventId = toDOMString(lastEventId);
    if (origin !== undefined) this.#origin = toUSVString(origin);
    if (ports !== undefined) this.#ports = toPorts(ports, context);
    this.#source = toSource(source, context);
  }

  get data(): unknown {
    return this.#data;
  }

  get origin(): string {
    return this.#origin;
  }

  get lastEventId(): string {
    return this.#lastEventId;
  }

  get source(): object | null {
    return this.#source;
  }

  get ports(): readonly object[] {
    this.#ports ??= newFrozenArray(newList<object>());
    return this.#ports;
  }

  /** https://html.spec.whatwg.org/multipage/comms.html#dom-messageevent-initmessageevent */
  initMessageEvent(
    type: unknown,
    bubbles: unknown = false,
    cancelable: unknown = false,
    data: unknown = null,
    origin: unknown = "",
    lastEventId: unknown = "",
    source: unknown = null,
    ports: unknown = undefined,
  ): void {
    const context = executing("initMessageEvent", "MessageEvent");
    requireArguments(arguments.length, 1, context);
    const converted = [toDOMString(type), toUSVString(origin), toDOMString(lastEventId)] as const;
    const from = toSource(source, context);
    const through = toPorts(ports, context);
    if (!initializeEvent(this, converted[0], !!bubbles, !!cancelable)) return;
    this.#data = data;
    this.#origin = converted[1];
    this.#lastEventId = converted[2];
    this.#source = from;
    this.#ports = through;
  }
}

publishInterface(MessageEvent, "MessageEvent");
