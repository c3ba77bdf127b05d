/**
 * DOMException. https://webidl.spec.whatwg.org/#idl-DOMException
 *
 * An instance is a real Error object (it has [[ErrorData]], so Error.isError, stack traces and structured clone see an
 * error) that carries the exception's state in private fields.
 */
import { type PlatformSteps, platformObject } from "../core/platform-objects.ts";
import { NativeError, ObjectDefineProperty, ReflectConstruct, ReflectDeleteProperty } from "../core/primordials.ts";
import { toDOMString } from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";

const legacyCodes = {
  INDEX_SIZE_ERR: 1,
  DOMSTRING_SIZE_ERR: 2,
  HIERARCHY_REQUEST_ERR: 3,
  WRONG_DOCUMENT_ERR: 4,
  INVALID_CHARACTER_ERR: 5,
  NO_DATA_ALLOWED_ERR: 6,
  NO_MODIFICATION_ALLOWED_ERR: 7,
  NOT_FOUND_ERR: 8,
  NOT_SUPPORTED_ERR: 9,
  INUSE_ATTRIBUTE_ERR: 10,
  INVALID_STATE_ERR: 11,
  SYNTAX_ERR: 12,
  INVALID_MODIFICATION_ERR: 13,
  NAMESPACE_ERR: 14,
  INVALID_ACCESS_ERR: 15,
  VALIDATION_ERR: 16,
  TYPE_MISMATCH_ERR: 17,
  SECURITY_ERR: 18,
  NETWORK_ERR: 19,
  ABORT_ERR: 20,
  URL_MISMATCH_ERR: 21,
  QUOTA_EXCEEDED_ERR: 22,
  TIMEOUT_ERR: 23,
  INVALID_NODE_TYPE_ERR: 24,
  DATA_CLONE_ERR: 25,
};

/** https://webidl.spec.whatwg.org/#dfn-error-names-table; a name that is missing has code 0. */
const codeOfName: Readonly<Record<string, number | undefined>> = {
  __proto__: null,
  IndexSizeError: 1,
  HierarchyRequestError: 3,
  WrongDocumentError: 4,
  InvalidCharacterError: 5,
  NoModificationAllowedError: 7,
  NotFoundError: 8,
  NotSupportedError: 9,
  InUseAttributeError: 10,
  InvalidStateError: 11,
  SyntaxError: 12,
  InvalidModificationError: 13,
  NamespaceError: 14,
  InvalidAccessError: 15,
  TypeMismatchError: 17,
  SecurityError: 18,
  NetworkError: 19,
  AbortError: 20,
  URLMismatchError: 21,
  QuotaExceededError: 22,
  TimeoutError: 23,
  InvalidNodeTypeError: 24,
  DataCloneError: 25,
} as unknown as Record<string, number | undefined>;

/** What an interface derived from DOMException has of its own. */
export interface Derived<D extends object = object> {
  /** Its serialization steps beyond DOMException's; undefined if the exception is not one of it. */
  serialize(exception: DOMException): D | undefined;
  /** The exception made anew, but for its stack. */
  deserialize(message: string, data: D): DOMException;
}

let derived: Derived | undefined;

/** The one derived interface that there is is made known. */
export function publishDerived<D extends object>(its: Derived<D>): void {
  derived = its as Derived;
}

/** Serializable: https://webidl.spec.whatwg.org/#idl-DOMException */
const steps: PlatformSteps<DOMException, DOMExceptionData> = {
  __proto__: null,
  serialize: (exception) => ({
    name: State.nameOf(exception),
    message: State.messageOf(exception),
    stack: (exception as { readonly stack?: unknown }).stack,
    own: derived?.serialize(exception),
  }),
  deserialize: ({ name, message, stack, own }) => {
    const exception = own ? derived!.deserialize(message, own) : new DOMException(message, name);
    if (typeof stack === "string") {
      ObjectDefineProperty(exception, "stack", {
        __proto__: null,
        value: stack,
        writable: true,
        enumerable: false,
        configurable: true,
      });
    }
    return exception;
  },
} as PlatformSteps<DOMException, DOMExceptionData>;

interface DOMExceptionData {
  readonly name: string;
  readonly message: string;
  readonly stack: unknown;
  /** Of a derived interface. */
  readonly own: object | undefined;
}

/** A constructor that returns its argument, so that a subclass adds its private fields to an object made elsewhere. */
const Adopt = class {
  constructor(target: object) {
    return target;
  }
};

class State extends Adopt {
  readonly [platformObject]: PlatformSteps = steps;
  readonly #name: string;
  readonly #message: string;

  constructor(target: object, name: string, message: string) {
    super(target);
    this.#name = name;
    this.#message = message;
  }

  static nameOf(value: object): string {
    return (value as State).#name;
  }

  static messageOf(value: object): string {
    return (value as State).#message;
  }
}
Object.freeze(State);

/** https://webidl.spec.whatwg.org/#idl-DOMException */
export class DOMException {
  constructor(message: unknown = "", name: unknown = "Error") {
    const text = toDOMString(message);
    const type = toDOMString(name);
    // V8 takes the stack's first line from the constructor's argument; `message` itself is the prototype's.
    const error = ReflectConstruct(NativeError, [text], new.target) as object;
    ReflectDeleteProperty(error, "message");
    return new State(error, type, text) as unknown as DOMException;
  }

  get name(): string {
    return State.nameOf(this);
  }

  get message(): string {
    return State.messageOf(this);
  }

  get code(): number {
    return codeOfName[State.nameOf(this)] ?? 0;
  }
}

publishInterface(DOMException, "DOMException", legacyCodes);
Object.setPrototypeOf(DOMException.prototype, Error.prototype);

/** Hook 10: what the engine throws, and what has come from the host. */
export function createDOMException(name: string, message: string): DOMException {
  return new DOMException(message, name);
}

/** Hook 14: what goes to the host, whatever a guest has made of the attributes. */
export function partsOfDOMException(exception: object): readonly [name: string, message: string] {
  return [State.nameOf(exception), State.messageOf(exception)];
}

/** What is thrown for data that cannot be cloned. */
export function dataCloneError(message: string): DOMException {
  return new DOMException(message, "DataCloneError");
}
