/**
 * File API: File. https://w3c.github.io/FileAPI/#file-section
 */
import { currentHighResolutionTime, timeOriginTimestamp } from "../timing/clock.ts";
import { type PlatformSteps, platformObject } from "../core/platform-objects.ts";
import { MathTrunc, NativeTypeError } from "../core/primordials.ts";
import { constructing, requireArguments, toDictionary, toLongLong, toUSVString } from "../webidl/converters.ts";
import { publishInterface } from "../webidl/interfaces.ts";
import { Blob, BlobData, blobDataOf, processParts, toBlobParts, toPropertyBag } from "./blob.ts";

const steps: PlatformSteps<File, BlobData> = {
  __proto__: null,
  serialize: (file) => blobDataOf(file)!,
  deserialize: (data) => createFile(data),
} as PlatformSteps<File, BlobData>;

/** Whether a value is a File. */
export let isFile: (value: object) => value is File;

/** https://w3c.github.io/FileAPI/#dfn-file */
export class File extends Blob {
  readonly [platformObject]: PlatformSteps = steps;
  readonly #brand = undefined;

  static {
    isFile = (value): value is File => #brand in value;
  }

  /** The prelude passes a BlobData, of which guests have none. */
  constructor(fileBits: unknown, fileName: unknown, options: unknown = undefined) {
    super(fileBits instanceof BlobData ? fileBits : toFileData(arguments.length, fileBits, fileName, options));
  }

  get name(): string {
    return File.#dataOf(this).name;
  }

  get lastModified(): number {
    return File.#dataOf(this).lastModified;
  }

  static #dataOf(file: object): BlobData {
    if (!(#brand in file)) throw new NativeTypeError("Illegal invocation");
    return blobDataOf(file)!;
  }
}

publishInterface(File, "File");

export function createFile(data: BlobData): File {
  return new File(data, undefined);
}

/** Milliseconds since the epoch, in whole ones. */
export function now(): number {
  return MathTrunc(timeOriginTimestamp() + currentHighResolutionTime());
}

/** https://w3c.github.io/FileAPI/#file-constructor */
function toFileData(present: number, fileBits: unknown, fileName: unknown, options: unknown): BlobData {
  const context = constructing("File");
  requireArguments(present, 2, context);
  const parts = toBlobParts(fileBits, context);
  const name = toUSVString(fileName);
  const dictionary = toDictionary(options, context);
  const { native, type } = toPropertyBag(dictionary, context);
  const modified = dictionary?.lastModified;
  const lastModified = modified === undefined ? now() : toLongLong(modified);
  return new BlobData(processParts(parts, native), type, name, lastModified);
}
