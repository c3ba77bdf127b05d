/**
 * URL: the class. https://url.spec.whatwg.org/#url-class
 *
 * An instance holds its serialization and offsets into it; getters slice, setters let the engine parse again.
 */
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";
import { Op, UrlPart, type UrlRecord } from "../core/engine.ts";
import { NativeTypeError, StringPrototypeCharCodeAt, StringPrototypeSlice } from "../core/primordials.ts";
import { constructing, executing, requireArguments, toUSVString } from "../webidl/converters.ts";
import { internalConstruction, publishInterface } from "../webidl/interfaces.ts";
import { type URLSearchParams, createSearchParams, replaceSearchParams } from "./search-params.ts";

/** Positions in a UrlRecord. */
const enum At {
  Href,
  ProtocolEnd,
  UsernameEnd,
  HostStart,
  HostEnd,
  Port,
  PathnameStart,
  SearchStart,
  HashStart,
}

const commercialAt = 0x40;

function toOptionalUSVString(value: unknown): string | undefined {
  return value === undefined ? undefined : toUSVString(value);
}

function slice(record: UrlRecord, start: number, end: number): string {
  return StringPrototypeSlice(record[At.Href], start, end);
}

/** The scheme, with its colon. */
export function protocolOf(record: UrlRecord): string {
  return slice(record, 0, record[At.ProtocolEnd]);
}

/** Where the host begins, behind the "@" if there is one. */
function hostStartOf(record: UrlRecord): number {
  const start = record[At.HostStart];
  return StringPrototypeCharCodeAt(record[At.Href], start) === commercialAt ? start + 1 : start;
}

/** Between the host's end and the path there may be a port, or "/." that keeps a path from looking like a host. */
function hostOf(record: UrlRecord): string {
  const start = hostStartOf(record);
  return start === record[At.HostEnd] ? "" : slice(record, start, record[At.PathnameStart]);
}

function pathnameOf(record: UrlRecord): string {
  const href = record[At.Href];
  let end = record[At.SearchStart];
  if (end < 0) end = record[At.HashStart];
  return StringPrototypeSlice(href, record[At.PathnameStart], end < 0 ? href.length : end);
}

/** With the "?"; also that of an empty query. */
function queryOf(record: UrlRecord): string {
  const start = record[At.SearchStart];
  if (start < 0) return "";
  const end = record[At.HashStart];
  return StringPrototypeSlice(record[At.Href], start, end < 0 ? record[At.Href].length : end);
}

/** https://url.spec.whatwg.org/#concept-url-origin, serialized. */
export function originOf(record: UrlRecord): string {
  const protocol = protocolOf(record);
  switch (protocol) {
    case "http:":
    case "https:":
    case "ws:":
    case "wss:":
    case "ftp:":
      return `${protocol}//${hostOf(record)}`;
    case "blob:": {
      const path = op(Op.UrlParse, pathnameOf(record), undefined);
      if (path === undefined) return "null";
      const inner = protocolOf(path);
      return inner === "http:" || inner === "https:" ? originOf(path) : "null";
    }
    default:
      return "null";
  }
}

/** A sign alone ("?", "#") stands for an empty component. */
function unlessAlone(component: string): string {
  return component.length > 1 ? component : "";
}

export class URL {
  readonly [platformObject]: PlatformSteps = notSerializable;
  #record: UrlRecord;
  #searchParams: URLSearchParams | undefined;

  constructor(url: unknown, base: unknown = undefined) {
    if (url === internalConstruction) {
      this.#record = base as UrlRecord;
      return;
    }
    const context = constructing("URL");
    requireArguments(arguments.length, 1, context);
    const text = toUSVString(url);
    const record = op(Op.UrlParse, text, toOptionalUSVString(base));
    if (record === undefined) throw new NativeTypeError(`${context}: Invalid URL`);
    this.#record = record;
  }

  static parse(url: unknown, base: unknown = undefined): URL | null {
    requireArguments(arguments.length, 1, executing("parse", "URL"));
    const text = toUSVString(url);
    const record = op(Op.UrlParse, text, toOptionalUSVString(base));
    return record === undefined ? null : new URL(internalConstruction, record);
  }

  static canParse(url: unknown, base: unknown = undefined): boolean {
    requireArguments(arguments.length, 1, executing("canParse", "URL"));
    const text = toUSVString(url);
    return op(Op.UrlCanParse, text, toOptionalUSVString(base));
  }

  get href(): string {
    return this.#record[At.Href];
  }

  set href(value: unknown) {
    this.#check();
    const record = op(Op.UrlParse, toUSVString(value), undefined);
    if (record === undefined) throw new NativeTypeError("Failed to set the 'href' property on 'URL': Invalid URL");
    this.#record = record;
    this.#refreshParams();
  }

  get origin(): string {
    return originOf(this.#record);
  }

  get protocol(): string {
    return protocolOf(this.#record);
  }

  set protocol(value: unknown) {
    this.#set(UrlPart.Protocol, value);
  }

  get username(): string {
    const record = this.#record;
    const start = record[At.ProtocolEnd] + 2;
    return start < record[At.UsernameEnd] ? slice(record, start, record[At.UsernameEnd]) : "";
  }

  set username(value: unknown) {
    this.#set(UrlPart.Username, value);
  }

  get password(): string {
    const record = this.#record;
    const start = record[At.UsernameEnd] + 1;
    return start < record[At.HostStart] ? slice(record, start, record[At.HostStart]) : "";
  }

  set password(value: unknown) {
    this.#set(UrlPart.Password, value);
  }

  get host(): string {
    return hostOf(this.#record);
  }

  set host(value: unknown) {
    this.#set(UrlPart.Host, value);
  }

  get hostname(): string {
    return slice(this.#record, hostStartOf(this.#record), this.#record[At.HostEnd]);
  }

  set hostname(value: unknown) {
    this.#set(UrlPart.Hostname, value);
  }

  get port(): string {
    const port = this.#record[At.Port];
    return port < 0 ? "" : `${port}`;
  }

  set port(value: unknown) {
    this.#set(UrlPart.Port, value);
  }

  get pathname(): string {
    return pathnameOf(this.#record);
  }

  set pathname(value: unknown) {
    this.#set(UrlPart.Pathname, value);
  }

  get search(): string {
    return unlessAlone(queryOf(this.#record));
  }

  set search(value: unknown) {
    this.#set(UrlPart.Search, value);
    this.#refreshParams();
  }

  get searchParams(): URLSearchParams {
    const query = StringPrototypeSlice(queryOf(this.#record), 1);
    return (this.#searchParams ??= createSearchParams(query, (text) => this.#set(UrlPart.Search, text)));
  }

  get hash(): string {
    const record = this.#record;
    const start = record[At.HashStart];
    return start < 0 ? "" : unlessAlone(StringPrototypeSlice(record[At.Href], start));
  }

  set hash(value: unknown) {
    this.#set(UrlPart.Hash, value);
  }

  toJSON(): string {
    return this.#record[At.Href];
  }

  toString(): string {
    return this.#record[At.Href];
  }

  #check(): void {
    if (!(#record in this)) throw new NativeTypeError("Illegal invocation");
  }

  #set(part: UrlPart, value: unknown): void {
    this.#check();
    const text = toUSVString(value);
    this.#record = op(Op.UrlSet, this.#record[At.Href], part, text);
  }

  #refreshParams(): void {
    if (this.#searchParams === undefined) return;
    replaceSearchParams(this.#searchParams, StringPrototypeSlice(queryOf(this.#record), 1));
  }
}

publishInterface(URL, "URL");
