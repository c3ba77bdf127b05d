/** What a guest's program has by its types: the globals of tests/guest-types/project, and their members. */
import { join } from "node:path";
import ts from "typescript";

const project = join(import.meta.dir, "project/tsconfig.json");

/** A global's members as the compiler knows them, by the names that shapes have. */
export interface TypedObject {
  /** On itself, or on the class. */
  readonly own: readonly string[];
  /** Of a class: on its instances. */
  readonly members?: readonly string[];
}

/** The globals that are values, and a way to ask for their members. */
export interface TypedGlobals {
  /** Their names. */
  readonly names: readonly string[];
  /** Of a global, or of what is in one (`Intl.Collator`); undefined if there is no such. */
  look(path: string): TypedObject | undefined;
}

/** Reads the guest project, but for what its own files declare. */
export function typedGlobals(): TypedGlobals {
  const { config } = ts.readConfigFile(project, ts.sys.readFile);
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, join(project, ".."));
  const program = ts.createProgram(
    fileNames.filter((name) => name.endsWith("/platform.ts") || name.endsWith(".d.ts")),
    options,
  );
  const file = program.getSourceFile(join(project, "../platform.ts"))!;
  const checker = program.getTypeChecker();
  const globals = checker.getSymbolsInScope(file, ts.SymbolFlags.Value).filter((symbol) => !isLocal(symbol, file));
  const typeOf = (symbol: ts.Symbol): ts.Type => checker.getTypeOfSymbolAtLocation(symbol, file);
  const object = checker.resolveName("Object", file, ts.SymbolFlags.Interface, false)!;
  const ofObjects = namesOf(checker.getDeclaredTypeOfSymbol(object));
  const instanceOf = (type: ts.Type): ts.Type | undefined => {
    const [signature] = type.getConstructSignatures();
    const prototype = type.getProperty("prototype");
    return signature?.getReturnType() ?? (prototype && typeOf(prototype));
  };

  return {
    names: globals.map(({ name }) => name),
    look(path) {
      const [name, ...inner] = path.split(".");
      const symbol = globals.find((global) => global.name === name);
      let type = symbol && typeOf(symbol);
      for (const step of inner) {
        const member = type?.getProperty(step);
        type = member && typeOf(member);
      }
      if (!type) return undefined;
      const instance = instanceOf(type);
      const members = instance && { members: [...namesOf(instance), ...ofObjects] };
      return { own: namesOf(type), ...members };
    },
  };

  function namesOf(type: ts.Type): string[] {
    return checker.getPropertiesOfType(type).map(shapeName);
  }
}

/** `__@iterator@123` is how the compiler calls what shapes call `Symbol(Symbol.iterator)`. */
function shapeName({ name }: ts.Symbol): string {
  const symbol = /^__@(\w+)(?:@\d+)?$/.exec(name)?.[1];
  return symbol ? `Symbol(Symbol.${symbol})` : ts.unescapeLeadingUnderscores(name as ts.__String);
}

function isLocal(symbol: ts.Symbol, file: ts.SourceFile): boolean {
  return symbol.declarations?.every((declaration) => declaration.getSourceFile() === file) ?? false;
}
