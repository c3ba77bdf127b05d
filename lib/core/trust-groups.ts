/** Numbers of the groups that isolates are in, for an engine: one number is never two groups'. */

/** The group of those that have none. */
const NOBODYS = 0;

/** A sandbox's groups, as long as they have isolates. */
export class TrustGroups {
  readonly #groups = new Map<string, { readonly number: number; count: number }>();
  #last = NOBODYS;

  /** One isolate more. @returns the group's number */
  enter(name: string | undefined): number {
    if (name === undefined) return NOBODYS;
    let group = this.#groups.get(name);
    // One whose isolates have all ended begins anew, in processes of its own.
    if (!group) this.#groups.set(name, (group = { number: ++this.#last, count: 0 }));
    group.count++;
    return group.number;
  }

  /** One isolate less. */
  leave(name: string | undefined): void {
    const group = name === undefined ? undefined : this.#groups.get(name);
    if (group && --group.count === 0) this.#groups.delete(name!);
  }
}
