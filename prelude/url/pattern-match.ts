/**
 * URL Pattern: matching a component. https://urlpattern.spec.whatwg.org/#create-a-component-match-result
 */
import { type UrlPatternComponent, UrlPatternMatch } from "../core/engine.ts";
import { RegExpPrototypeExec } from "../core/primordials.ts";
import { defineMember } from "./pattern-input.ts";

const enum At {
  Match = 1,
  Matcher = 2,
  GroupNames = 3,
}

/** The groups of a match, undefined if there is none. */
export function matchComponent(component: UrlPatternComponent, input: string): object | undefined {
  const groups = {};
  switch (component[At.Match]) {
    case UrlPatternMatch.Empty:
      return input === "" ? groups : undefined;
    case UrlPatternMatch.Exact:
      return input === component[At.Matcher] ? groups : undefined;
    case UrlPatternMatch.Any:
      defineMember(groups, component[At.GroupNames][0]!, input);
      return groups;
    case UrlPatternMatch.RegExp: {
      const found = RegExpPrototypeExec(component[At.Matcher] as RegExp, input);
      if (found === null) return undefined;
      const names = component[At.GroupNames];
      for (let index = 0; index < names.length; index++) defineMember(groups, names[index]!, found[index + 1]);
      return groups;
    }
  }
}

/** https://urlpattern.spec.whatwg.org/#protocol-component-matches-a-special-scheme-string */
export function matchesSpecialScheme(protocol: UrlPatternComponent): boolean {
  for (let index = 0; index < specialSchemes.length; index++) {
    if (matchComponent(protocol, specialSchemes[index]!) !== undefined) return true;
  }
  return false;
}

const specialSchemes: readonly string[] = ["http", "https", "ws", "wss", "ftp", "file"];
