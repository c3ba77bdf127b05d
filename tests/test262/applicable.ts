/** Tests that cannot be asked of a guest: about what its host does not offer, not about what its engine gets wrong. */
import type { FrontMatter } from "./front-matter.ts";

/** Maps: one of the features is called `__proto__`. */
const byFlag: ReadonlyMap<string, string> = new Map([["CanBlockIsTrue", "a guest's agent cannot block"]]);
const byFeature: ReadonlyMap<string, string> = new Map([
  ["SharedArrayBuffer", "guests have no SharedArrayBuffer"],
  ["cross-realm", "a guest has one realm"],
  ["IsHTMLDDA", "guests have no document.all"],
  ["host-gc-required", "guests cannot collect garbage"],
]);

/** What the text says, whatever the features are: not every test names them all. */
const byText: readonly (readonly [RegExp, string])[] = [
  [/\$262\.createRealm\b/, "a guest has one realm"],
  [/\$262\.agent\b/, "guests have no other agents"],
  [/\$262\.gc\b/, "guests cannot collect garbage"],
  [/\$262\.IsHTMLDDA\b/, "guests have no document.all"],
  [/\$262\.AbstractModuleSource\b|<module source>/, "guests have no modules of other kinds"],
];

/** It loads another file, from where scripts are not: their imports begin at the root. */
const scriptsImport = "a guest's scripts have no place of their own";

/** Why a test is not run, or undefined: it is. */
export function whyNotApplicable(meta: FrontMatter, source: string): string | undefined {
  const named =
    [...meta.flags].map((flag) => byFlag.get(flag)).find(Boolean) ??
    meta.features.map((feature) => byFeature.get(feature)).find(Boolean);
  if (named !== undefined) return named;
  if (meta.includes.includes("atomicsHelper.js")) return "guests have no other agents";
  if (!meta.flags.has("module") && source.includes("_FIXTURE")) return scriptsImport;
  return byText.find(([text]) => text.test(source))?.[1];
}

/**
 * Why a failure says nothing, or undefined: it does. The guest's evalScript is an indirect eval, whose declarations are
 * not a script's; tests that hold regardless count. And not every test that needs shared memory or a module says so.
 */
export function whyFailureIsNone(source: string): string | undefined {
  if (/\$262\.evalScript\b/.test(source)) return "guests cannot run scripts, only eval";
  // It imports itself.
  if (/\bimport\('\.\/[^']+\.js'\)/.test(source)) return scriptsImport;
  return /\bnew SharedArrayBuffer\b/.test(source) ? byFeature.get("SharedArrayBuffer") : undefined;
}
