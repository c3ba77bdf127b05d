/**
 * WebSockets: CloseEvent. https://websockets.spec.whatwg.org/#the-closeevent-interface
 */
import { type EventInit, Event } from "../events/events.ts";
import { constructing, requireArguments, toDictionary, toUSVString, toUnsignedShort } from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";

interface CloseEventInit extends EventInit {
  code?: unknown;
  reason?: unknown;
  wasClean?: unknown;
}

/** https://websockets.spec.whatwg.org/#closeevent */
export class CloseEvent extends Event {
  readonly #wasClean: boolean = false;
  readonly #code: number = 0;
  readonly #reason: string = "";

  constructor(type: unknown, init: unknown = undefined) {
    const context = constructing("CloseEvent");
    requireArguments(arguments.length, 1, context);
    super(type, init);
    const dictionary = toDictionary(init, context) as CloseEventInit | undefined;
    if (dictionary === undefined) return;
    const { code, reason, wasClean } = dictionary;
    if (code !== undefined) this.#code = toUnsignedShort(code);
    if (reason !== undefined) this.#reason = toUSVString(reason);
    this.#wasClean = !!wasClean;
  }

  get wasClean(): boolean {
    return this.#wasClean;
  }

  get code(): number {
    return this.#code;
  }

  get reason(): string {
    return this.#reason;
  }
}

publishInterface(CloseEvent, "CloseEvent");
