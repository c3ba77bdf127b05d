// The order of timers, whatever is armed, cleared and cut short. Runs the prelude's own code in this process.
import { expect, test } from "bun:test";
import "./fixtures/ops.ts";
import { Timer, TimerHeap } from "../../prelude/timing/timer-heap.ts";

/** Numbers from 0 to below `limit`, the same for a seed. */
function generator(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

const timer = (id: number): Timer => new Timer(id, () => {}, [], 0, false, 0);

/** Takes all out. @returns the ids in that order */
function drain(heap: TimerHeap): number[] {
  const ids: number[] = [];
  for (let next = heap.pop(); next !== undefined; next = heap.pop()) ids.push(next.id);
  return ids;
}

/** Ids by deadline, then by order of arming. */
function sorted(timers: Iterable<Timer>): number[] {
  return [...timers].sort((a, b) => a.deadline - b.deadline || a.sequence - b.sequence).map(({ id }) => id);
}

test("random pushes and removals come out in order", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = generator(seed);
    const heap = new TimerHeap();
    const living = new Set<Timer>();
    for (let step = 0; step < 300; step++) {
      const choice = random(10);
      if (choice < 6) {
        const added = timer(step);
        heap.push(added, random(40));
        living.add(added);
      } else if (choice < 8 && living.size > 0) {
        const removed = [...living][random(living.size)]!;
        heap.remove(removed);
        heap.remove(removed);
        living.delete(removed);
      } else {
        const popped = heap.pop();
        expect([seed, popped?.id]).toEqual([seed, sorted(living)[0]]);
        if (popped) living.delete(popped);
      }
      expect([seed, heap.size]).toEqual([seed, living.size]);
    }
    expect([seed, ...drain(heap)]).toEqual([seed, ...sorted(living)]);
    expect(heap.deadline()).toBe(-1);
  }
});

test("the order is made again after a change that was cut short", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = generator(seed);
    const heap = new TimerHeap();
    const living = new Set<Timer>();
    // Reading a deadline is where a sift loop can be stopped.
    let readsLeft = Infinity;
    const fragile = (id: number): Timer => {
      const made = timer(id);
      let deadline = 0;
      Object.defineProperty(made, "deadline", {
        get: () => {
          if (--readsLeft < 0) throw new Error("terminated");
          return deadline;
        },
        set: (value: number) => (deadline = value),
      });
      return made;
    };
    for (let step = 0; step < 60; step++) {
      const added = fragile(step);
      heap.push(added, random(1000));
      living.add(added);
    }
    for (let step = 100; step < 120; step++) {
      readsLeft = random(8);
      const added = fragile(step);
      try {
        if (random(2) === 0) heap.push(added, random(1000));
        else heap.remove([...living][random(living.size)]!);
      } catch {
        // Whatever was done of it stays done.
      }
      readsLeft = Infinity;
      if (added.index >= 0) living.add(added);
      for (const one of living) if (one.index < 0) living.delete(one);
    }
    expect([seed, heap.size]).toEqual([seed, living.size]);
    expect([seed, ...drain(heap)]).toEqual([seed, ...sorted(living)]);
  }
});
