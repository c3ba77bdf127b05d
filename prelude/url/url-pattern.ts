/**
 * URL Pattern. https://urlpattern.spec.whatwg.org/#urlpattern-class
 *
 * The engine parses patterns and inputs; matching is done here.
 */
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";
import { Op, type UrlPatternComponent } from "../core/engine.ts";
import {
  NativeTypeError,
  ReflectGetOwnPropertyDescriptor,
  ReflectOwnKeys,
  RegExpExec,
  isObject,
  newArray,
  newList,
} from "../core/primordials.ts";
import { constructing, executing, requireArguments, toDictionary, toUSVString } from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";
import { type PatternInput, defineMember, toPatternInput } from "./pattern-input.ts";
import { matchComponent, matchesSpecialScheme } from "./pattern-match.ts";

/** Positions in the engine's lists of components. */
const enum At {
  Protocol,
  Username,
  Password,
  Hostname,
  Port,
  Pathname,
  Search,
  Hash,
}

const enum Of {
  Pattern = 0,
  HasRegExpGroups = 4,
}

/** The members of a URLPatternResult in the order in which Web IDL makes them, and their positions. */
const resultOrder: readonly (readonly [name: string, at: At | -1])[] = [
  ["hash", At.Hash],
  ["hostname", At.Hostname],
  ["inputs", -1],
  ["password", At.Password],
  ["pathname", At.Pathname],
  ["port", At.Port],
  ["protocol", At.Protocol],
  ["search", At.Search],
  ["username", At.Username],
];

function toBase(value: unknown): string | undefined {
  return value === undefined ? undefined : toUSVString(value);
}

function toIgnoreCase(options: unknown, context: string): boolean {
  return !!(toDictionary(options, context) as { ignoreCase?: unknown } | undefined)?.ignoreCase;
}

/** https://urlpattern.spec.whatwg.org/#enumdef-urlpatterncomponent */
function toComponent(value: unknown, context: string): At {
  const name = toUSVString(value);
  for (let index = 0; index < resultOrder.length; index++) {
    const at = resultOrder[index]![1];
    if (resultOrder[index]![0] === name && at >= 0) return at as At;
  }
  throw new NativeTypeError(`${context}: '${name}' is not a valid URLPatternComponent.`);
}

/** https://webidl.spec.whatwg.org/#js-record, of USVStrings; a later name equal to an earlier one counts. */
function toGroups(value: unknown, context: string): { names: string[]; values: string[] } {
  if (!isObject(value)) throw new NativeTypeError(`${context}: parameter 2 is not an object.`);
  const names = newList<string>();
  const values = newList<string>();
  const keys = ReflectOwnKeys(value);
  for (let index = keys.length - 1; index >= 0; index--) {
    const key = keys[index]!;
    if (ReflectGetOwnPropertyDescriptor(value, key)?.enumerable !== true) continue;
    names[names.length] = toUSVString(key);
    values[values.length] = toUSVString((value as Record<PropertyKey, unknown>)[key]);
  }
  return { names, values };
}

export class URLPattern {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #components: readonly UrlPatternComponent[];

  constructor(input: unknown = undefined, baseOrOptions: unknown = undefined, options: unknown = undefined) {
    const context = constructing("URLPattern");
    // Web IDL's overload resolution: a second argument that is no object is a base URL.
    const hasBase =
      arguments.length > 2 || !(baseOrOptions === undefined || baseOrOptions === null || isObject(baseOrOptions));
    const source = toPatternInput(input);
    const base = hasBase ? toUSVString(baseOrOptions) : undefined;
    const ignoreCase = toIgnoreCase(hasBase ? options : baseOrOptions, context);
    const components = op(Op.UrlPatternParse, source.wire, base, ignoreCase, RegExpExec);
    if (components === undefined) throw new NativeTypeError(`${context}: Invalid URL pattern`);
    this.#components = components;
  }

  get protocol(): string {
    return this.#components[At.Protocol]![Of.Pattern];
  }

  get username(): string {
    return this.#components[At.Username]![Of.Pattern];
  }

  get password(): string {
    return this.#components[At.Password]![Of.Pattern];
  }

  get hostname(): string {
    return this.#components[At.Hostname]![Of.Pattern];
  }

  get port(): string {
    return this.#components[At.Port]![Of.Pattern];
  }

  get pathname(): string {
    return this.#components[At.Pathname]![Of.Pattern];
  }

  get search(): string {
    return this.#components[At.Search]![Of.Pattern];
  }

  get hash(): string {
    return this.#components[At.Hash]![Of.Pattern];
  }

  get hasRegExpGroups(): boolean {
    for (let index = 0; index < this.#components.length; index++) {
      if (this.#components[index]![Of.HasRegExpGroups]) return true;
    }
    return false;
  }

  test(input: unknown = undefined, baseURL: unknown = undefined): boolean {
    this.#check();
    const context = executing("test", "URLPattern");
    return this.#match(toPatternInput(input), toBase(baseURL), context) !== undefined;
  }

  exec(input: unknown = undefined, baseURL: unknown = undefined): object | null {
    this.#check();
    const context = executing("exec", "URLPattern");
    const source = toPatternInput(input);
    const base = toBase(baseURL);
    const matched = this.#match(source, base, context);
    if (matched === undefined) return null;
    const inputs = newList<unknown>();
    inputs[0] = source.value;
    if (base !== undefined) inputs[1] = base;
    const result = {};
    for (let index = 0; index < resultOrder.length; index++) {
      const at = resultOrder[index]![1];
      defineMember(result, resultOrder[index]![0], at < 0 ? newArray(inputs) : matched[at]);
    }
    return result;
  }

  /** Proposed: https://github.com/whatwg/urlpattern/issues/73. The component with these groups filled in. */
  generate(component: unknown, groups: unknown): string {
    this.#check();
    const context = executing("generate", "URLPattern");
    requireArguments(arguments.length, 2, context);
    const at = toComponent(component, context);
    const lists = toGroups(groups, context);
    const hierarchical = matchesSpecialScheme(this.#components[At.Protocol]!);
    const pattern = this.#components[at]![Of.Pattern];
    const text = op(Op.UrlPatternGenerate, at, pattern, hierarchical, lists.names, lists.values);
    if (text === undefined)
      throw new NativeTypeError(`${context}: The groups do not make up a '${component as string}'.`);
    return text;
  }

  /** Proposed: https://github.com/whatwg/urlpattern/issues/61. -1, 0 or 1: which is less specific. */
  static compareComponent(component: unknown, left: unknown, right: unknown): number {
    const context = executing("compareComponent", "URLPattern");
    requireArguments(arguments.length, 3, context);
    const at = toComponent(component, context);
    if (!(isObject(left) && #components in left && isObject(right) && #components in right)) {
      throw new NativeTypeError(`${context}: parameters 2 and 3 must be of type 'URLPattern'.`);
    }
    return op(Op.UrlPatternCompare, at, left.#components[at]![Of.Pattern], right.#components[at]![Of.Pattern]);
  }

  #check(): void {
    if (!(#components in this)) throw new NativeTypeError("Illegal invocation");
  }

  /** https://urlpattern.spec.whatwg.org/#url-pattern-match: the URLPatternComponentResults by position. */
  #match(input: PatternInput, base: string | undefined, context: string): readonly object[] | undefined {
    if (typeof input.wire !== "string" && base !== undefined) {
      throw new NativeTypeError(`${context}: A base URL goes with a string only.`);
    }
    const texts = op(Op.UrlPatternInput, input.wire, base);
    if (texts === undefined) return undefined;
    const results = newList<object>();
    for (let at = 0; at < this.#components.length; at++) {
      const groups = matchComponent(this.#components[at]!, texts[at]!);
      if (groups === undefined) return undefined;
      const result = {};
      defineMember(result, "groups", groups);
      defineMember(result, "input", texts[at]);
      results[at] = result;
    }
    return results;
  }
}

publishInterface(URLPattern, "URLPattern");
