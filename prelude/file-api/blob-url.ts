/**
 * File API: URLs for Blobs. https://w3c.github.io/FileAPI/#url
 */
import { apiOrigin } from "../url/base-url.ts";
import { NativeTypeError, SafeMap, StringPrototypeIndexOf, StringPrototypeSlice } from "../core/primordials.ts";
import { randomUuid } from "../core/random-text.ts";
import { executing, requireArguments, toUSVString } from "../webidl/converters.ts";
import { defineValue, forEachOwn } from "../webidl/interfaces.ts";
import { URL } from "../url/url.ts";
import { type BlobData, blobDataOf } from "./blob.ts";

/** https://w3c.github.io/FileAPI/#BlobURLStore, made when the first URL is: a snapshot keeps no maps. */
let store: SafeMap<string, BlobData> | undefined;

/** The Blob behind a blob: URL, whatever its fragment; undefined if it was revoked or never was. */
export function resolveBlobUrl(url: string): BlobData | undefined {
  return store?.get(withoutFragment(url));
}

/** A URL up to its "#". */
export function withoutFragment(url: string): string {
  const end = StringPrototypeIndexOf(url, "#");
  return end < 0 ? url : StringPrototypeSlice(url, 0, end);
}

const operations = {
  /** https://w3c.github.io/FileAPI/#dfn-createObjectURL. Without a location the origin is an opaque one. */
  createObjectURL(object: unknown): string {
    const context = executing("createObjectURL", "URL");
    requireArguments(arguments.length, 1, context);
    const data = blobDataOf(object);
    if (data === undefined) throw new NativeTypeError(`${context}: parameter 1 is not of type 'Blob'.`);
    const url = `blob:${apiOrigin() ?? "null"}/${randomUuid()}`;
    store ??= new SafeMap<string, BlobData>();
    store.set(url, data);
    return url;
  },

  /** https://w3c.github.io/FileAPI/#dfn-revokeObjectURL */
  revokeObjectURL(url: unknown): void {
    requireArguments(arguments.length, 1, executing("revokeObjectURL", "URL"));
    store?.delete(toUSVString(url));
  },
};

// The static operations of URL, which another specification defines.
forEachOwn(operations, (name, operation) => defineValue(URL, name, operation, true, true));
