/**
 * File API: FileList. https://w3c.github.io/FileAPI/#filelist-section
 *
 * Workers have the interface, but nothing in them makes a list.
 */
import { type PlatformSteps, notSerializable, platformObject } from "../core/platform-objects.ts";
import { executing, requireArguments, toUnsignedLong } from "../webidl/converters.ts";
import { publishInterface, requireInternal } from "../webidl/interfaces.ts";
import type { File } from "./file.ts";

/** https://w3c.github.io/FileAPI/#dfn-filelist */
export class FileList {
  readonly [platformObject]: PlatformSteps = notSerializable;
  readonly #files: readonly File[] = [];

  constructor() {
    requireInternal(arguments[0]);
  }

  item(index: unknown): File | null {
    const files = this.#files;
    requireArguments(arguments.length, 1, executing("item", "FileList"));
    return files[toUnsignedLong(index)] ?? null;
  }

  get length(): number {
    return this.#files.length;
  }
}

publishInterface(FileList, "FileList");
