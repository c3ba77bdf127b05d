/** Of the declarations for a browser's workers, those that hold for a guest. */
import ts from "typescript";
import { aliases, statics } from "./changes.ts";
import { classMembers, nameOf, typesIn, type Declaration, type Declarations } from "./declarations.ts";
import type { GuestShape } from "./shape.ts";

/** A guest's global object is no more than every worker's. */
const SAME_AS: Readonly<Record<string, string>> = {
  DedicatedWorkerGlobalScope: "WorkerGlobalScope",
  DedicatedWorkerGlobalScopeEventMap: "WorkerGlobalScopeEventMap",
};

/** A text to put in the place of another, by positions in its file. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Declarations, less what a guest has not: names on the global object, members of classes, and what speaks of those. */
export class Pruning {
  readonly #all: Declarations;
  readonly #shape: GuestShape;
  readonly #globals: ReadonlySet<string>;
  /** Classes that a guest has not, and names for nothing but such. */
  readonly #foreign = new Set<string>();
  /** Of interfaces that are no classes themselves, the members that classes of a guest have from them. */
  readonly #mixedIn = new Map<string, Set<string>>();

  constructor(all: Declarations, shape: GuestShape) {
    this.#all = all;
    this.#shape = shape;
    this.#globals = new Set(shape.globals);
    for (const [name, statements] of all) {
      if (statements.some(classMembers) && !this.#globals.has(name)) this.#foreign.add(name);
    }
    this.#findForeignNames();
    for (const name of this.#globals) this.#mixInto(name, new Set(shape.objects[name]?.inherited));
    for (const name of this.#globals) this.#findObject(name);
  }

  /** The text of what is left, in the order of the libraries. */
  text(): string {
    const texts = new Map<Declaration, string>();
    const visit = (name: string): void => {
      for (const statement of this.#all.get(name) ?? []) {
        if (texts.has(statement) || this.#foreign.has(name)) continue;
        if (isValue(statement) && !this.#globals.has(name)) continue;
        const { text, types } = this.#pruned(statement);
        // An interface in two parts, of which one has lost all.
        const empty = /^interface [^]*\{\s*\}$/m.test(text) && this.#all.get(name)!.some((other) => texts.has(other));
        texts.set(statement, empty ? "" : text);
        types.forEach(visit);
      }
    };
    this.#globals.forEach(visit);
    return [...this.#all.values()]
      .flat()
      .map((statement) => texts.get(statement) ?? "")
      .join("");
  }

  /** Aliases and lists of nothing but what is foreign are so, too. */
  #findForeignNames(): void {
    for (let before = -1; before !== this.#foreign.size;) {
      before = this.#foreign.size;
      for (const [name, statements] of this.#all) {
        const [only] = statements;
        if (only && ts.isTypeAliasDeclaration(only) && this.#isForeign(only.type)) this.#foreign.add(name);
      }
    }
  }

  #isForeign(type: ts.TypeNode | undefined): boolean {
    if (type === undefined) return false;
    if (ts.isUnionTypeNode(type)) return type.types.every((one) => this.#isForeign(one) || isNothing(one));
    if (ts.isArrayTypeNode(type)) return this.#isForeign(type.elementType);
    if (ts.isParenthesizedTypeNode(type)) return this.#isForeign(type.type);
    if (ts.isFunctionTypeNode(type)) return type.parameters.some((parameter) => this.#isForeign(parameter.type));
    if (!ts.isTypeReferenceNode(type)) return false;
    const name = type.typeName.getText();
    if (this.#foreign.has(SAME_AS[name] ?? name)) return !(name in SAME_AS);
    return (
      ["Promise", "Iterable", "ReadonlyArray"].includes(name) &&
      (type.typeArguments ?? []).some((one) => this.#isForeign(one))
    );
  }

  /** What a class has, the interfaces may keep that it is made of. */
  #mixInto(name: string, members: ReadonlySet<string>): void {
    for (const statement of this.#all.get(name) ?? []) {
      if (!ts.isInterfaceDeclaration(statement)) continue;
      for (const parent of parentsOf(statement)) {
        if (this.#globals.has(parent)) continue;
        const known = this.#mixedIn.get(parent) ?? new Set();
        members.forEach((member) => known.add(member));
        this.#mixedIn.set(parent, known);
        this.#mixInto(parent, members);
      }
    }
  }

  /** `declare var console: Console`, where there is no class Console. */
  #findObject(name: string): void {
    for (const statement of this.#all.get(name) ?? []) {
      if (!ts.isVariableStatement(statement) || classMembers(statement)) continue;
      const type = statement.declarationList.declarations[0]!.type;
      if (type === undefined || !ts.isTypeReferenceNode(type)) continue;
      const of = type.typeName.getText();
      if (!this.#globals.has(of) || of === name) this.#mixedIn.set(of, new Set(this.#shape.objects[name]?.own));
    }
  }

  #pruned(statement: Declaration): { readonly text: string; readonly types: readonly string[] } {
    const edits: Edit[] = [];
    const types: string[] = [];
    const remove = (node: ts.Node): void => void edits.push({ start: node.getFullStart(), end: node.end, text: "" });
    const members = (list: readonly ts.TypeElement[], known: ReadonlySet<string> | undefined): void => {
      for (const member of list) {
        if (!this.#stays(member, known)) remove(member);
        else this.#look(member, edits, types);
      }
    };
    const own = classMembers(statement);
    const shape = this.#shape.objects[nameOf(statement)];
    if (own) {
      members(own, new Set(shape?.statics));
      const added = statics[nameOf(statement)] ?? "";
      edits.push({ start: own.end, end: own.end, text: added });
      types.push(...(added.match(/\b[A-Z]\w+/g) ?? []));
    } else if (ts.isTypeAliasDeclaration(statement) && nameOf(statement) in aliases) {
      edits.push({ start: statement.type.getStart(), end: statement.type.end, text: aliases[nameOf(statement)]! });
    } else if (ts.isInterfaceDeclaration(statement)) {
      const name = nameOf(statement);
      const known = shape?.inherited ? new Set(shape.inherited) : this.#mixedIn.get(name);
      members(statement.members, known);
      for (const clause of statement.heritageClauses ?? []) {
        const kept = clause.types.filter((type) => !this.#isEmpty(type.expression.getText()));
        const text = kept.length === 0 ? "" : ` extends ${kept.map((type) => type.getText()).join(", ")}`;
        if (kept.length !== clause.types.length) edits.push({ start: clause.getFullStart(), end: clause.end, text });
        for (const type of kept) types.push(...typesIn(type));
      }
    } else this.#look(statement, edits, types);
    return { text: renamed(edited(statement, edits)), types: types.map((name) => SAME_AS[name] ?? name) };
  }

  /** Whether nothing is left of an interface that others extend. */
  #isEmpty(name: string): boolean {
    if (this.#foreign.has(name)) return true;
    const known = this.#mixedIn.get(name);
    const statements = this.#all.get(name) ?? [];
    if (known === undefined || statements.length === 0) return false;
    return statements.every(
      (one) =>
        ts.isInterfaceDeclaration(one) &&
        parentsOf(one).every((parent) => this.#isEmpty(parent)) &&
        one.members.every((member) => !this.#stays(member, known)),
    );
  }

  #stays(member: ts.TypeElement, known: ReadonlySet<string> | undefined): boolean {
    if (known && member.name && !known.has(keyOf(member.name))) return false;
    if (ts.isPropertySignature(member)) return !this.#isForeign(member.type);
    if (!ts.isMethodSignature(member) && !ts.isConstructSignatureDeclaration(member)) return true;
    return !this.#isForeign(member.type) && !member.parameters.some((parameter) => this.#isForeign(parameter.type));
  }

  /** Takes what is foreign out of the unions of a node, and notes the types that are left. */
  #look(node: ts.Node, edits: Edit[], types: string[]): void {
    if (ts.isUnionTypeNode(node)) {
      const kept = node.types.filter((type) => !this.#isForeign(type));
      if (kept.length !== node.types.length) {
        edits.push({ start: node.getStart(), end: node.end, text: kept.map((type) => type.getText()).join(" | ") });
        for (const type of kept) types.push(...typesIn(type));
        return;
      }
    }
    if (ts.isTypeReferenceNode(node) || ts.isTypeQueryNode(node)) types.push(...typesIn(node));
    else node.forEachChild((child) => this.#look(child, edits, types));
  }
}

function isValue(statement: Declaration): boolean {
  return ts.isVariableStatement(statement) || ts.isFunctionDeclaration(statement) || ts.isModuleDeclaration(statement);
}

function isNothing(type: ts.TypeNode): boolean {
  return ["null", "undefined"].includes(type.getText());
}

function parentsOf(statement: ts.InterfaceDeclaration): string[] {
  return (statement.heritageClauses ?? []).flatMap(({ types }) => types.map((type) => type.expression.getText()));
}

/** A member's name, as shapes have it. */
function keyOf(name: ts.PropertyName): string {
  if (ts.isComputedPropertyName(name)) return `Symbol(${name.expression.getText()})`;
  return ts.isStringLiteral(name) || ts.isIdentifier(name) ? name.text : name.getText();
}

function edited(statement: Declaration, edits: readonly Edit[]): string {
  const whole = statement.getSourceFile().text;
  let text = "";
  let at = statement.getFullStart();
  for (const edit of edits.toSorted((left, right) => left.start - right.start)) {
    text += whole.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return text + whole.slice(at, statement.end);
}

function renamed(text: string): string {
  return text.replace(/\bDedicatedWorkerGlobalScope(?:EventMap)?\b/g, (name) => SAME_AS[name]!);
}
