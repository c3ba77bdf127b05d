// Objects of several classes take turns by priority: calls through a class hierarchy, a heap, small allocations.
(() => {
  class Task {
    constructor(name, priority) {
      this.name = name;
      this.priority = priority;
      this.due = 0;
      this.runs = 0;
    }
    run(scheduler, now) {
      this.runs++;
      scheduler.add(this, now + this.priority);
    }
    total() {
      return this.runs;
    }
  }
  class Producer extends Task {
    constructor(name, priority, target) {
      super(name, priority);
      this.target = target;
    }
    run(scheduler, now) {
      this.target.put({ made: now, by: this.name, size: (now * 31) % 97 });
      super.run(scheduler, now);
    }
  }
  class Consumer extends Task {
    constructor(name, priority) {
      super(name, priority);
      this.queue = [];
      this.sum = 0;
    }
    put(parcel) {
      this.queue.push(parcel);
    }
    run(scheduler, now) {
      for (const parcel of this.queue) this.sum = (this.sum + (now - parcel.made) * parcel.size) % 1000003;
      this.queue.length = 0;
      super.run(scheduler, now);
    }
    total() {
      return this.runs + this.sum;
    }
  }
  class Timer extends Task {
    run(scheduler, now) {
      this.runs++;
      scheduler.add(this, now + 1 + (this.runs % this.priority));
    }
  }
  class Scheduler {
    constructor() {
      this.heap = [];
    }
    before(a, b) {
      return a.due < b.due || (a.due === b.due && a.name < b.name);
    }
    add(task, due) {
      task.due = due;
      const heap = this.heap;
      let at = heap.push(task) - 1;
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (!this.before(task, heap[parent])) break;
        heap[at] = heap[parent];
        at = parent;
      }
      heap[at] = task;
    }
    take() {
      const heap = this.heap;
      const first = heap[0];
      const last = heap.pop();
      if (heap.length === 0) return first;
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= heap.length) break;
        if (child + 1 < heap.length && this.before(heap[child + 1], heap[child])) child++;
        if (!this.before(heap[child], last)) break;
        heap[at] = heap[child];
        at = child;
      }
      heap[at] = last;
      return first;
    }
  }
  const scheduler = new Scheduler();
  const tasks = [];
  for (let i = 0; i < 20; i++) {
    const consumer = new Consumer(`consumer ${i}`, 7 + (i % 5));
    tasks.push(consumer, new Producer(`producer ${i}`, 2 + (i % 3), consumer), new Timer(`timer ${i}`, 3 + (i % 4)));
  }
  for (const task of tasks) scheduler.add(task, task.priority);
  for (let i = 0; i < 400_000; i++) {
    const task = scheduler.take();
    task.run(scheduler, task.due);
  }
  return tasks.reduce((sum, task) => sum + task.total(), 0);
})();
