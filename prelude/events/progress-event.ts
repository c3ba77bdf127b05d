/**
 * XMLHttpRequest: ProgressEvent. https://xhr.spec.whatwg.org/#interface-progressevent
 */
import { type EventInit, Event } from "./events.ts";
import { constructing, requireArguments, toDictionary, toDouble } from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";

interface ProgressEventInit extends EventInit {
  lengthComputable?: unknown;
  loaded?: unknown;
  total?: unknown;
}

/** https://xhr.spec.whatwg.org/#progressevent */
export class ProgressEvent extends Event {
  readonly #lengthComputable: boolean = false;
  readonly #loaded: number = 0;
  readonly #total: number = 0;

  constructor(type: unknown, init: unknown = undefined) {
    const context = constructing("ProgressEvent");
    requireArguments(arguments.length, 1, context);
    super(type, init);
    const dictionary = toDictionary(init, context) as ProgressEventInit | undefined;
    if (dictionary === undefined) return;
    const { lengthComputable, loaded, total } = dictionary;
    this.#lengthComputable = !!lengthComputable;
    if (loaded !== undefined) this.#loaded = toDouble(loaded, context);
    if (total !== undefined) this.#total = toDouble(total, context);
  }

  get lengthComputable(): boolean {
    return this.#lengthComputable;
  }

  get loaded(): number {
    return this.#loaded;
  }

  get total(): number {
    return this.#total;
  }
}

publishInterface(ProgressEvent, "ProgressEvent");
