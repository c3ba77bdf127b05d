/** Numbers of the groups that isolates are in, for an engine: one number is never two groups'. */

/** The group of those that have none. */
const NOBODYS = 0;

/** Groups without isolates that are remembered, so that an engine knows again whose processes have crashed. */
const REMEMBERED_MAX = 1024;

/** A sandbox's groups: those that have isolates, and some that had. */
export class TrustGroups {
  readonly #groups = new Map<string, { readonly number: number; count: number }>();
  /** Those without isolates, the one that has been so for longest first. */
  readonly #empty = new Set<string>();
  #last = NOBODYS;

  /** One isolate more. @returns the group's number */
  enter(name: string | undefined): number {
    if (name === undefined) return NOBODYS;
    let group = this.#groups.get(name);
    if (!group) this.#groups.set(name, (group = { number: ++this.#last, count: 0 }));
    if (group.count++ === 0) this.#empty.delete(name);
    return group.number;
  }

  /** One isolate less. */
  leave(name: string | undefined): void {
    const group = name === undefined ? undefined : this.#groups.get(name);
    if (!group || --group.count > 0) return;
    this.#empty.add(name!);
    if (this.#empty.size <= REMEMBERED_MAX) return;
    const [oldest] = this.#empty;
    this.#empty.delete(oldest!);
    this.#groups.delete(oldest!);
  }
}
