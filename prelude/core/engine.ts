/**
 * The boundary between the prelude and the engine: one native function, `op`, and one array of hooks.
 * The numbers are mirrored in engine/v8/ops/ops.h; tests/abi compares the two. Guest code never sees either.
 */

/** What the prelude asks of the engine: `op(Op.X, ...args)`. */
export const enum Op {
  /** (hooks: Hooks) Hands over the hooks. Once, while the snapshot is made. */
  SetHooks = 1,
  /** (event, data) Serializes the pair into a message record. Throws DataCloneError; blocks while the guest is paused. */
  Send = 2,
  /** (id, method, data) Serializes the pair into a request record. */
  Request = 3,
  /** (id, value) Answers an evaluate or a host request. Throws DataCloneError. */
  Reply = 4,
  /** (id, error, script's name or handler) Answers it with an error; the last says where if the error does not. */
  ReplyError = 5,
  /** (deadlineMs) Wants a timer turn at this time of `Now`; negative: no longer. */
  TimerArm = 6,
  /** () Milliseconds of the monotonic clock (f64). */
  Now = 7,
  /** (level, args[], text, show) Serializes a console record; of what cannot be cloned, what show(arg) gives. */
  Console = 8,
  /** (view, secret: boolean) Fills an ArrayBufferView with random bytes, which are to be a secret or not. */
  RandomFill = 9,
  /**
   * (value, buffers[] or undefined, transferred[] or undefined, transfer, serialize, deserialize) Structured clone,
   * HTML's StructuredSerializeWithTransfer then deserialize. Platform objects are the prelude's: `serialize(object)`
   * gives anything (undefined: refused), of which `deserialize` makes the clone; `transfer()`, called in between, gives what the transferred
   * ones became, in their order.
   */
  StructuredClone = 10,
  /** (string) Uint8Array of its UTF-8 (lone surrogates become U+FFFD). */
  Utf8Encode = 11,
  /** (string, Uint8Array) Encodes as much as fits; returns [code units read, bytes written]. */
  Utf8EncodeInto = 12,
  /** (view, fatal: boolean) String of UTF-8 bytes, BOM kept; undefined when fatal and malformed. */
  Utf8Decode = 13,
  /** (string of bytes) base64 text; undefined if a character is over U+00FF. */
  Btoa = 14,
  /** (string) Forgiving-base64 decode to a string of bytes; undefined if malformed. */
  Atob = 15,
  /** (error) Reports an exception that reached the top of a callback: hook `error`, then an error record unless prevented. */
  ReportError = 16,
  /** () The evaluation (request id) whose code runs, 0 if none. */
  GetEvaluation = 17,
  /** (id) Makes the code that runs from here on, and its continuations, belong to this evaluation. */
  SetEvaluation = 18,
  /** () Wall-clock milliseconds since the epoch of the isolate's time origin (f64). */
  TimeOrigin = 19,
  /** (id) The guest gave up request id (AbortSignal). */
  RequestAborted = 20,
  /** (error, error) The first gets the calls of the second's stack if it has none. */
  LendStack = 21,
  /** () The language tag of Intl's default locale. */
  Locale = 22,
  /** (object) What scope/preview.ts says. Runs no guest code. */
  Preview = 23,
  /** () What `Now` was when the turn began. */
  TurnStart = 24,
  /** (object) Its own keys that are no indexes, symbols too. Not of a Proxy, whose traps are the guest's. */
  OwnNames = 25,
  /** (url, text, or its number in the isolate's template) A module, which modules/ knows by a number: [number, names that are exported of others,
   * whether all of another is, then specifier, attributes, line and column of each request]; attributes are that of type, undefined, or [name, value] of an unknown one. Throws SyntaxError. */
  ModuleCompile = 26,
  /** (url, value) The number of a module whose only export, default, is the value. */
  ModuleWrap = 27,
  /** (module, modules[]) Says what the requests of a module mean, in their order. */
  ModuleResolve = 28,
  /** (module, levels, hops) Links it with all that it leads to. Throws RangeError for what is too deep for V8, SyntaxError. */
  ModuleLink = 29,
  /** (module) Evaluates it with all that it leads to: a promise. Throws what an earlier evaluation threw. */
  ModuleEvaluate = 30,
  /** (module) Its namespace, once it is linked. */
  ModuleNamespace = 31,
  /** (module) Its exports for the host: [name, ModuleExport, value or undefined, …], flat. */
  ModuleExports = 32,
  /** (untilMs) Where the clock is the host's: timers run until then. */
  ClockAdvance = 33,
  /** (hash, data) or (xof, data, bytes, customization, function name or domain) webcrypto/native.ts declares these. */
  Digest = 50,
  /** (hash, key, data, code?) or (128 or 256, key, data, code?, customization, bytes) HMAC and KMAC; whether it is the code, if given. */
  Mac = 51,
  /** (mode, encrypt, key, iv, data, additional data, bits) Symmetric encryption. */
  Cipher = 52,
  /** (hash, secret, salt, info, bytes) */
  Hkdf = 53,
  /** (hash, password, salt, iterations, bytes) Handle of a derivation. */
  Pbkdf2Start = 54,
  /** (handle) A part of its work; the result when it was the last. */
  Pbkdf2Step = 55,
  /** (bits, exponent, poll) Handle of a key pair. Calls poll now and then, which lets a termination through. */
  GenerateRsa = 56,
  /** (kind) Handle of a key pair. */
  GenerateNamed = 57,
  /** (kind, private: boolean, bytes) Handle of a key in PKCS #8 or SubjectPublicKeyInfo. */
  ImportDer = 58,
  /** (handle, private: boolean) The reverse. */
  ExportDer = 59,
  /** (numbers[]) Handle of a key. */
  ImportRsa = 60,
  /** (kind, public, private) Handle of a key. */
  ImportRaw = 61,
  /** (handle, private: boolean) A key's numbers. */
  Components = 62,
  /** (handle, scheme, hash, salt bytes, context or undefined, data) */
  Sign = 63,
  /** (handle, scheme, hash, salt bytes, context or undefined, data, signature) */
  Verify = 64,
  /** (handle, encrypt: boolean, hash, label, data) */
  RsaOaep = 65,
  /** (handle, handle of the peer) Shared secret. */
  Agree = 66,
  /** (handle) Shared secret and ciphertext. */
  Encapsulate = 67,
  /** (handle, ciphertext) Shared secret. */
  Decapsulate = 68,
  /** (type, password, nonce, secret, associated data, lanes, KiB, passes, bytes) The derivation's memory. */
  Argon2Start = 69,
  /** (memory) A part of its work: true, and the result when it was the last. */
  Argon2Step = 49,
  /** (url, base or undefined) UrlRecord; undefined if it does not parse. */
  UrlParse = 40,
  /** (url, base or undefined) Whether it parses. */
  UrlCanParse = 41,
  /** (href, part: UrlPart, value) UrlRecord after URL's setter of that name. */
  UrlSet = 42,
  /** (string) application/x-www-form-urlencoded: an array of name, value, name, value… */
  UrlencodedParse = 43,
  /** (names, values) The string of it. */
  UrlencodedSerialize = 44,
  /** (string or UrlPatternInit, base or undefined, ignoreCase, RegExp.prototype.exec) Components; undefined if invalid. */
  UrlPatternParse = 45,
  /** (string or UrlPatternInit, base or undefined) Eight strings to match, protocol to hash; undefined if it is no URL. */
  UrlPatternInput = 46,
  /** (component's index, its pattern, whether paths are hierarchical, names, values) Filled in; undefined if impossible. */
  UrlPatternGenerate = 47,
  /** (component's index, its pattern, another's) -1, 0 or 1. */
  UrlPatternCompare = 48,
  /** () A private symbol: the key of what platform-objects.ts marks objects with. Once, while the snapshot is made. */
  PlatformObjectKey = 80,
  /** (view) String whose code units are the bytes. */
  BytesToString = 81,
  /** () https://html.spec.whatwg.org/multipage/webappapis.html#perform-a-microtask-checkpoint, in a turn. */
  MicrotaskCheckpoint = 82,
  /** (object, name, enumerable: boolean) A property whose value hook `load` gives, once. While the snapshot is made. */
  LazyProperty = 83,
  /** () Collects what the guest cannot reach, at its own expense. */
  CollectGarbage = 84,
  /** (built-in function) One that does the same and that no stack shows. While the snapshot is made. */
  HiddenTwin = 85,
  /** (string) The columns that a terminal takes for it. */
  TextWidth = 86,
  /** (inflates: boolean, format) An ArrayBuffer that is a compression stream, for CodecRun; see streams/compression.ts. */
  CodecNew = 70,
  /** (codec, bytes, offset, last: boolean) Works on the bytes from there on; a Uint8Array of output or undefined. */
  CodecRun = 71,
  /** (encoding, bytes, fatal, last, state) String of an encoding of encoding/legacy.ts; undefined: fatal, malformed. */
  LegacyDecode = 72,
}

/** What an export is to the host. */
export const enum ModuleExport {
  Function = 0,
  /** A value that can be cloned. */
  Value = 1,
  /** One that cannot, or is too large. */
  Other = 2,
}

/** A URL as its serialization and where its components lie in it; -1 for the port, query or fragment it does not have. */
export type UrlRecord = readonly [
  href: string,
  /** After the scheme's colon. */
  protocolEnd: number,
  usernameEnd: number,
  /** At the "@", if there are credentials. */
  hostStart: number,
  hostEnd: number,
  port: number,
  pathnameStart: number,
  /** At the "?". */
  searchStart: number,
  /** At the "#". */
  hashStart: number,
];

/** What Op.UrlSet sets. */
export const enum UrlPart {
  Protocol = 0,
  Username = 1,
  Password = 2,
  Host = 3,
  Hostname = 4,
  Port = 5,
  Pathname = 6,
  Search = 7,
  Hash = 8,
}

/** Members of a URLPatternInit: protocol, username, password, hostname, port, pathname, search, hash, baseURL. */
export type UrlPatternInit = readonly (string | undefined)[];

/** How a component of a URL pattern is matched. */
export const enum UrlPatternMatch {
  Empty = 0,
  /** The input is `matcher`. */
  Exact = 1,
  /** Everything, as the only group. */
  Any = 2,
  /** By `matcher`, a RegExp. */
  RegExp = 3,
}

export type UrlPatternComponent = readonly [
  pattern: string,
  match: UrlPatternMatch,
  matcher: string | RegExp | undefined,
  groupNames: readonly string[],
  hasRegExpGroups: boolean,
];

export declare function op(id: Op.SetHooks, hooks: Hooks, compiled: readonly Function[]): void;
export declare function op(id: Op.Now | Op.GetEvaluation | Op.TimeOrigin | Op.TurnStart): number;
export declare function op(id: Op.Utf8Decode, view: ArrayBufferView | ArrayBuffer, fatal: boolean): string | undefined;
export declare function op(id: Op.Btoa | Op.Atob, text: string): string | undefined;
export declare function op(id: Op.Utf8Encode, text: string): Uint8Array<ArrayBuffer>;
export declare function op(id: Op.Utf8EncodeInto, text: string, into: Uint8Array): [read: number, written: number];
export declare function op(id: Op.CodecNew, inflates: boolean, format: number): ArrayBuffer;
export declare function op(
  id: Op.CodecRun,
  codec: ArrayBuffer,
  bytes: Uint8Array,
  offset: number,
  last: boolean,
): Uint8Array | undefined;
export declare function op(
  id: Op.LegacyDecode,
  encoding: number,
  bytes: Uint8Array,
  fatal: boolean,
  last: boolean,
  state: Uint8Array,
): string | undefined;
export declare function op(id: Op.UrlParse, url: string, base: string | undefined): UrlRecord | undefined;
export declare function op(id: Op.TextWidth, text: string): number;
export declare function op(id: Op.UrlCanParse, url: string, base: string | undefined): boolean;
export declare function op(id: Op.UrlSet, href: string, part: UrlPart, value: string): UrlRecord;
export declare function op(id: Op.UrlencodedParse, text: string): readonly string[];
export declare function op(id: Op.UrlencodedSerialize, names: readonly string[], values: readonly string[]): string;
export declare function op(
  id: Op.UrlPatternParse,
  input: string | UrlPatternInit,
  base: string | undefined,
  ignoreCase: boolean,
  exec: Function,
): readonly UrlPatternComponent[] | undefined;
export declare function op(
  id: Op.UrlPatternInput,
  input: string | UrlPatternInit,
  base: string | undefined,
): readonly string[] | undefined;
export declare function op(
  id: Op.UrlPatternGenerate,
  component: number,
  pattern: string,
  hierarchical: boolean,
  names: readonly string[],
  values: readonly string[],
): string | undefined;
export declare function op(id: Op.UrlPatternCompare, component: number, left: string, right: string): number;
export declare function op(
  id: Op.StructuredClone,
  value: unknown,
  buffers: readonly object[] | undefined,
  transferred: readonly object[] | undefined,
  transfer: (() => readonly object[]) | undefined,
  serialize: (object: object) => unknown,
  deserialize: (data: unknown) => object,
): unknown;
export declare function op(id: Op.PlatformObjectKey): symbol;
export declare function op<F>(id: Op.HiddenTwin, builtin: F): F;
export declare function op(id: Op.Locale): string;
export declare function op(id: Op.ModuleCompile, url: string, text: string | number): readonly unknown[];
export declare function op(id: Op.ModuleWrap, url: string, value: unknown): number;
export declare function op(id: Op.ModuleEvaluate, module: number): Promise<unknown>;
export declare function op(id: Op.ModuleNamespace, module: number): object;
export declare function op(id: Op.ModuleExports, module: number): readonly unknown[];
export declare function op(id: Op.Preview, object: object): readonly [kind: number, name: string, ...more: unknown[]];
export declare function op(id: Op.OwnNames, object: object): readonly (string | symbol)[];
export declare function op(id: Op.LazyProperty, object: object, name: string, enumerable: boolean): void;
export declare function op(id: Op.BytesToString, view: ArrayBufferView): string;
export declare function op(id: Op.MicrotaskCheckpoint | Op.CollectGarbage): void;
export declare function op(
  id:
    | Op.Digest
    | Op.Mac
    | Op.Cipher
    | Op.Hkdf
    | Op.Pbkdf2Start
    | Op.Pbkdf2Step
    | Op.GenerateRsa
    | Op.GenerateNamed
    | Op.ImportDer
    | Op.ExportDer
    | Op.ImportRsa
    | Op.ImportRaw
    | Op.Components
    | Op.Sign
    | Op.Verify
    | Op.RsaOaep
    | Op.Agree
    | Op.Encapsulate
    | Op.Decapsulate
    | Op.Argon2Start
    | Op.Argon2Step,
  ...args: unknown[]
): unknown;
export declare function op(
  id:
    | Op.Send
    | Op.Request
    | Op.Reply
    | Op.ReplyError
    | Op.TimerArm
    | Op.ClockAdvance
    | Op.Console
    | Op.RandomFill
    | Op.ReportError
    | Op.SetEvaluation
    | Op.RequestAborted
    | Op.LendStack
    | Op.ModuleResolve
    | Op.ModuleLink,
  ...args: unknown[]
): void;

/** What an isolate is told when it starts (never part of the snapshot). */
export interface Start {
  /** Bit set: 1 console on, 2 clock frozen, 4 no WebAssembly, 8 no code from strings. */
  readonly flags: number;
  /** Pending requests at most, 0 = unlimited. */
  readonly requestsMax: number;
  /** Armed timers at most, 0 = unlimited. */
  readonly timersMax: number;
}

/** What the engine calls, by position. An exception out of a hook is reported as the guest's. */
export type Hooks = readonly [
  /** 0: an isolate starts from the snapshot. */
  start: (flags: number, requestsMax: number, timersMax: number) => void,
  /** 1: a message from the host. Returns the number of listeners that took it. */
  message: (event: unknown, data: unknown) => number,
  /** 2: a request from the host, to be answered with Reply or ReplyError. */
  request: (id: number, method: unknown, data: unknown) => void,
  /** 3: the host's answer to request `id`: a value, or a HostError. */
  response: (id: number, ok: boolean, value: unknown) => void,
  /** 4: runs one timer due at `now`; returns the next deadline, negative if none. */
  timer: (now: number) => number,
  /** 5: an evaluate's completion value: to be awaited, then Reply or ReplyError. */
  settle: (id: number, value: unknown, filename: string) => void,
  /** 6: an uncaught exception; true = the guest prevented its report. */
  error: (error: unknown, message: string, filename: string, lineno: number, colno: number) => boolean,
  /** 7: a rejection nobody handled by the end of the turn; true = the guest prevented its report. */
  rejection: (promise: Promise<unknown>, reason: unknown) => boolean,
  /** 8: a rejection reported before is handled after all. */
  rejectionHandled: (promise: Promise<unknown>, reason: unknown) => void,
  /** 9: from now on console calls become records, or no longer do. */
  console: (on: boolean) => void,
  /** 10: makes a DOMException: one that an op throws, or one of the host's. */
  domException: (name: string, message: string) => object,
  /** 11: the value of a lazy property. */
  load: (name: string) => unknown,
  /** 12: calls one of the two when a promise that V8 made for a script is settled. */
  follow: (promise: Promise<unknown>, fulfilled: (value: unknown) => void, rejected: (reason: unknown) => void) => void,
  /** 13: import(), in the module with that number; 0: in none. `attributes` as those of a module's requests. */
  import: (module: number, specifier: string, attributes: unknown) => Promise<unknown>,
  /** 14: what a DOMException says. */
  domExceptionParts: (exception: object) => readonly [name: string, message: string],
];
