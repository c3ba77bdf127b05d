/**
 * HTML: structured cloning. https://html.spec.whatwg.org/multipage/structured-data.html#structured-cloning
 *
 * The engine serializes ECMAScript's own objects; platform objects come here.
 */
import { dataCloneError } from "../errors/dom-exception.ts";
import { Op } from "../core/engine.ts";
import { type PlatformSteps, stepsOf } from "../core/platform-objects.ts";
import { newList } from "../core/primordials.ts";
import { executing, requireArguments, toDictionary, toObjectSequence } from "../webidl/converters.ts";
import { publishOperations, requireScope } from "../webidl/interfaces.ts";

/** What stands for a platform object between serialization and deserialization. */
interface Serialized {
  readonly steps: PlatformSteps;
  readonly data: unknown;
}

/** undefined: it is of an interface that is not serializable. */
function serialize(object: object): Serialized | undefined {
  const steps = stepsOf(object);
  return steps?.serialize === undefined ? undefined : { steps, data: steps.serialize(object) };
}

function deserialize(serialized: unknown): object {
  const { steps, data } = serialized as Serialized;
  return steps.deserialize!(data);
}

/** Of StructuredSerializeWithTransfer, step 5, for the platform objects of the list. */
function transferObjects(objects: readonly object[]): readonly object[] {
  for (let index = 0; index < objects.length; index++) requireAttached(objects[index]!);
  const received = newList<object>();
  for (let index = 0; index < objects.length; index++) {
    const object = objects[index]!;
    received[index] = stepsOf(object)!.transfer!(object);
  }
  return received;
}

function requireAttached(object: object): void {
  if (!stepsOf(object)!.isDetached!(object)) return;
  throw dataCloneError("An object in the transfer list is detached already.");
}

/** A clone, and what the platform objects of the transfer list became, in their order. */
export interface Cloned {
  readonly value: unknown;
  readonly received: readonly object[];
}

/**
 * StructuredSerializeWithTransfer, then StructuredDeserializeWithTransfer.
 *
 * @throws DOMException "DataCloneError"; also whatever a getter of the guest's throws
 */
export function cloneWithTransfer(value: unknown, transfer: readonly object[]): Cloned {
  const buffers = newList<object>();
  const objects = newList<object>();
  for (let index = 0; index < transfer.length; index++) {
    const item = transfer[index]!;
    if (stepsOf(item)?.transfer === undefined) buffers[buffers.length] = item;
    else objects[objects.length] = item;
  }
  let received: readonly object[] = objects;
  const receive = (): readonly object[] => (received = transferObjects(objects));
  const clone = op(Op.StructuredClone, value, buffers, objects, receive, serialize, deserialize);
  return { value: clone, received };
}

/** StructuredSerialize, then StructuredDeserialize. @throws as `cloneWithTransfer` */
export function clone(value: unknown): unknown {
  return op(Op.StructuredClone, value, undefined, undefined, undefined, serialize, deserialize);
}

publishOperations({
  /** https://html.spec.whatwg.org/multipage/structured-data.html#dom-structuredclone */
  structuredClone(this: unknown, value: unknown, options: unknown = undefined): unknown {
    requireScope(this);
    const context = executing("structuredClone", "WorkerGlobalScope");
    requireArguments(arguments.length, 1, context);
    const transfer = toDictionary(options, context)?.transfer;
    if (transfer === undefined) return clone(value);
    return cloneWithTransfer(value, toObjectSequence(transfer, context)).value;
  },
});
