import {
  applyPatches,
  createDraft,
  current,
  enableMapSet,
  enablePatches,
  finishDraft,
  isDraft,
  produce,
  produceWithPatches,
  type Patch,
} from "immer";

enablePatches();
enableMapSet();

interface State {
  readonly todos: readonly { readonly id: number; readonly title: string; readonly done: boolean }[];
  readonly tags: ReadonlyMap<string, ReadonlySet<number>>;
  readonly settings: { readonly theme: string };
}

const initial: State = {
  todos: [
    { id: 1, title: "write", done: false },
    { id: 2, title: "test", done: false },
  ],
  tags: new Map([["home", new Set([1, 2])]]),
  settings: { theme: "light" },
};

/** Changes through proxies: what came of it, its patches, and whether what did not change is still the same object. */
export function change(): unknown {
  const [next, patches, inverse] = produceWithPatches(initial, (draft) => {
    draft.todos[1]!.done = true;
    draft.todos.push({ id: 3, title: "ship", done: false });
    draft.todos.splice(0, 1);
    draft.tags.get("home")!.delete(1);
    draft.tags.set("work", new Set([3]));
  });
  return {
    next,
    patches: plain(patches),
    redone: applyPatches(initial, patches),
    undone: applyPatches(next, inverse),
    shared: [next.settings === initial.settings, next.todos === initial.todos],
    frozen: [Object.isFrozen(next), Object.isFrozen(next.todos[0])],
  };
}

/** Drafts by hand, and what must not be done with them. */
export function misuse(): unknown[] {
  const draft = createDraft(initial);
  draft.settings.theme = "dark";
  const seen = [isDraft(draft), current(draft).settings.theme, finishDraft(draft).settings.theme];
  const next = produce(initial, (state) => void state.todos.reverse());
  const attempts = [
    () => Object.assign(next.todos[0]!, { title: "changed" }),
    () => draft.settings.theme,
    () =>
      produce(initial, (state) => {
        state.settings.theme = "dark";
        return { ...state };
      }),
  ];
  return [...seen, ...attempts.map(thrownBy)];
}

function thrownBy(attempt: () => unknown): string {
  try {
    attempt();
    return "nothing";
  } catch (error) {
    // The message of the language itself is each engine's own.
    return (error as Error).constructor.name;
  }
}

function plain(patches: readonly Patch[]): unknown[] {
  return patches.map(({ op, path, value }) => ({ op, path, value }));
}
