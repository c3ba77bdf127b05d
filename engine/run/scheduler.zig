//! Who runs: isolates wait in a queue ordered by CPU time used (`vruntime`), a slot lets one of them run, an idle thread
//! carries it out. A turn that gives its slot up in the middle keeps its thread and comes back through the same queue.
//! When all threads hold turns and no more are to be had, isolates are still made and ended: by the server, a thread that
//! runs no guest's code and needs no slot.
//! Every function but `deinit` is called under the sandbox's mutex.
const std = @import("std");
const engine = @import("engine.zig");
const time = @import("../system/time.zig");
const Isolate = @import("isolate.zig").Isolate;
const Sandbox = @import("sandbox.zig").Sandbox;
const Thread = @import("thread.zig").Thread;

/// How long a turn runs before another isolate may have its slot.
pub const slice_max = 10 * time.ns_per_ms;
const slice_min = 2 * time.ns_per_ms;
/// A builtin that ignores interrupts this long beyond its slice lends its slot out.
const overdue = 10 * time.ns_per_ms;
pub const Scheduler = struct {
    queue: Isolate.RunQueue = .{},
    due: Isolate.DueHeap = .{},
    slots_used: u32 = 0,
    vruntime_min: u64 = 0,
    /// All threads, and among them those without work (last in, first out).
    threads: ?*Thread = null,
    thread_count: u32 = 0,
    idle: ?*Thread = null,
    idle_count: u32 = 0,
    /// The thread that only makes and ends isolates, if there is one, and whether it has nothing to do.
    server: ?*Thread = null,
    server_idle: bool = false,
    /// Isolates in the queue that are not made yet.
    unmade_count: u32 = 0,
    /// Isolates that wait for the host to take records.
    paused: ?*Isolate = null,
    /// Isolates that wait for a debugger.
    halted_count: u32 = 0,
    /// Threads to signal when the mutex is let go.
    woken: ?*Thread = null,
    closed: bool = false,

    pub fn deinit(self: *Scheduler) void {
        std.debug.assert(self.thread_count == 0);
        self.queue.deinit(std.heap.c_allocator);
        self.due.deinit(std.heap.c_allocator);
    }

    fn assertLocked(self: *const Scheduler) void {
        const sandbox: *const Sandbox = @alignCast(@fieldParentPtr("scheduler", self));
        sandbox.mutex.assertHeld();
    }

    pub fn reserve(self: *Scheduler, isolates: u32) error{OutOfMemory}!void {
        self.assertLocked();
        try self.queue.reserve(std.heap.c_allocator, isolates);
        try self.due.reserve(std.heap.c_allocator, isolates);
    }

    /// An idle isolate becomes runnable.
    pub fn enqueue(self: *Scheduler, sandbox: *Sandbox, isolate: *Isolate) void {
        self.assertLocked();
        if (isolate.mustWait(time.now())) return self.schedule(isolate);
        isolate.setState(.queued);
        isolate.vruntime = @max(isolate.vruntime, self.vruntime_min -| slice_max);
        if (self.due.contains(isolate)) self.due.remove(isolate);
        _ = sandbox.active.fetchAdd(1, .seq_cst);
        self.push(sandbox, isolate);
        self.dispatch(sandbox);
    }

    fn push(self: *Scheduler, sandbox: *Sandbox, isolate: *Isolate) void {
        if (isolate.v8 == null) self.unmade_count += 1;
        self.queue.push(isolate);
        sandbox.waiting.store(@intCast(self.queue.len()), .monotonic);
    }

    fn unqueue(self: *Scheduler, sandbox: *Sandbox, isolate: *Isolate) void {
        if (isolate.v8 == null) self.unmade_count -= 1;
        self.queue.remove(isolate);
        sandbox.waiting.store(@intCast(self.queue.len()), .monotonic);
        self.vruntime_min = @max(self.vruntime_min, isolate.vruntime);
    }

    /// Gives free slots to those who wait. Without a thread for the first, those that have one go first.
    pub fn dispatch(self: *Scheduler, sandbox: *Sandbox) void {
        self.assertLocked();
        while (self.slots_used < sandbox.limits.threads) {
            const isolate = self.queue.peek() orelse return;
            if (isolate.state.load(.monotonic) == .parked) {
                self.grant(sandbox, isolate);
                continue;
            }
            if (self.idleThreadFor(sandbox, isolate)) |thread| {
                self.bind(sandbox, thread);
                thread.assigned = isolate;
                self.wake(thread);
            } else {
                self.serve(sandbox);
                self.grant(sandbox, self.firstParked() orelse break);
            }
        }
        if (self.queue.len() != 0) engine.clock.notify(time.now() + self.slice(sandbox));
    }

    fn firstParked(self: *Scheduler) ?*Isolate {
        var best: ?*Isolate = null;
        // There are far fewer threads than isolates that wait.
        var cursor = self.threads;
        while (cursor) |thread| : (cursor = thread.next) {
            const isolate = thread.isolate orelse continue;
            if (isolate.state.load(.monotonic) != .parked) continue;
            if (best == null or isolate.vruntime < best.?.vruntime) best = isolate;
        }
        return best;
    }

    fn grant(self: *Scheduler, sandbox: *Sandbox, isolate: *Isolate) void {
        self.unqueue(sandbox, isolate);
        self.slots_used += 1;
        isolate.setState(.running);
        const thread = isolate.thread.?;
        thread.slice_started.store(time.now(), .monotonic);
        self.wake(thread);
    }

    fn wake(self: *Scheduler, thread: *Thread) void {
        thread.woken_next = self.woken;
        self.woken = thread;
    }

    pub fn takeWoken(self: *Scheduler) ?*Thread {
        self.assertLocked();
        defer self.woken = null;
        return self.woken;
    }

    /// Its home, else the thread that went idle last, else a new one.
    fn idleThreadFor(self: *Scheduler, sandbox: *Sandbox, isolate: *Isolate) ?*Thread {
        if (isolate.home) |home| {
            self.unlinkIdle(home);
            return home;
        }
        if (self.idle) |thread| {
            self.unlinkIdle(thread);
            return thread;
        }
        return self.newThread(sandbox);
    }

    /// Threads beyond `threads` hold turns that gave their slot up.
    fn newThread(self: *Scheduler, sandbox: *Sandbox) ?*Thread {
        // A debugger may hold a turn for hours, which must not take a thread from others.
        const count = self.thread_count - @intFromBool(self.server != null) - self.halted_count;
        if (self.closed or count >= sandbox.limits.threads + sandbox.limits.spare_threads) return null;
        return Thread.spawn(sandbox, count >= sandbox.limits.threads) catch null;
    }

    /// There is no thread for who waits: what the server can do for them it does.
    fn serve(self: *Scheduler, sandbox: *Sandbox) void {
        if (self.closed or self.server != null and !self.server_idle) return;
        const isolate = self.firstToServe() orelse return;
        if (self.server == null) {
            self.server = Thread.spawn(sandbox, false) catch return;
            self.server.?.is_server = true;
        }
        self.server_idle = false;
        self.bindServer(sandbox, isolate);
        self.server.?.assigned = isolate;
        self.wake(self.server.?);
    }

    /// The next isolate that the server should make or end; null: it has nothing to do.
    pub fn nextToServe(self: *Scheduler, sandbox: *Sandbox) ?*Isolate {
        self.assertLocked();
        const isolate = self.firstToServe() orelse {
            self.server_idle = true;
            return null;
        };
        self.bindServer(sandbox, isolate);
        return isolate;
    }

    fn bindServer(self: *Scheduler, sandbox: *Sandbox, isolate: *Isolate) void {
        const server = self.server.?;
        self.unqueue(sandbox, isolate);
        isolate.setState(.running);
        isolate.thread = server;
        // It has no slot to give back.
        server.lent.store(true, .monotonic);
    }

    fn firstToServe(self: *Scheduler) ?*Isolate {
        // Who is to end goes first in the queue.
        const first = self.queue.peek() orelse return null;
        if (first.cause.isSet() and isServable(first)) return first;
        if (self.unmade_count == 0) return null;
        for (self.queue.items.items) |isolate| {
            if (isolate.v8 == null and isServable(isolate)) return isolate;
        }
        return null;
    }

    fn isServable(isolate: *const Isolate) bool {
        return isolate.state.load(.monotonic) == .queued and isolate.home == null;
    }

    /// Whether there is a thread, or could be made one: without any nothing would ever run.
    pub fn ensureThread(self: *Scheduler, sandbox: *Sandbox) bool {
        self.assertLocked();
        if (self.threads != null) return true;
        self.linkIdle(Thread.spawn(sandbox, false) catch return false);
        return true;
    }

    pub fn linkIdle(self: *Scheduler, thread: *Thread) void {
        self.assertLocked();
        thread.idle_previous = null;
        thread.idle_next = self.idle;
        if (self.idle) |first| first.idle_previous = thread;
        self.idle = thread;
        self.idle_count += 1;
    }

    fn unlinkIdle(self: *Scheduler, thread: *Thread) void {
        if (thread.idle_previous) |previous| previous.idle_next = thread.idle_next else self.idle = thread.idle_next;
        if (thread.idle_next) |after| after.idle_previous = thread.idle_previous;
        self.idle_count -= 1;
    }

    /// The next isolate that `thread`, which has just given its slot back, should run; null: go idle.
    pub fn next(self: *Scheduler, sandbox: *Sandbox, thread: *Thread) ?*Isolate {
        self.assertLocked();
        while (self.slots_used < sandbox.limits.threads) {
            const isolate = self.queue.peek() orelse return null;
            if (isolate.state.load(.monotonic) == .parked) {
                self.grant(sandbox, isolate);
                continue;
            }
            // Still entered by another idle thread, which the caller's dispatch gives it to.
            if (isolate.home != null and isolate.home != thread) return null;
            self.bind(sandbox, thread);
            return isolate;
        }
        return null;
    }

    /// The first in the queue gets a slot and this thread, which has none.
    fn bind(self: *Scheduler, sandbox: *Sandbox, thread: *Thread) void {
        const isolate = self.queue.peek().?;
        self.unqueue(sandbox, isolate);
        self.slots_used += 1;
        isolate.setState(.running);
        isolate.thread = thread;
        isolate.home = null;
        // The thread leaves the isolate that it still has entered, so any thread may run that one from here on.
        if (thread.entered) |entered| entered.home = null;
    }

    pub fn releaseSlot(self: *Scheduler, thread: *Thread) void {
        self.assertLocked();
        if (thread.lent.load(.monotonic)) thread.lent.store(false, .monotonic) else self.slots_used -= 1;
    }

    /// A batch is over: the isolate goes idle, or back into the queue.
    pub fn settle(self: *Scheduler, sandbox: *Sandbox, isolate: *Isolate) void {
        self.assertLocked();
        isolate.thread = null;
        isolate.setState(.idle);
        if (isolate.hasWork(time.now())) {
            isolate.setState(.queued);
            return self.push(sandbox, isolate);
        }
        _ = sandbox.active.fetchSub(1, .seq_cst);
        self.schedule(isolate);
    }

    /// Notes when an idle isolate has something to do by itself.
    pub fn schedule(self: *Scheduler, isolate: *Isolate) void {
        self.assertLocked();
        isolate.due = isolate.nextDue();
        if (self.due.contains(isolate)) {
            if (isolate.due == time.never) self.due.remove(isolate) else self.due.update(isolate);
        } else if (isolate.due != time.never) {
            self.due.push(isolate);
        }
        if (isolate.due != time.never) engine.clock.notify(isolate.due);
    }

    /// An ended isolate leaves.
    pub fn forget(self: *Scheduler, sandbox: *Sandbox, isolate: *Isolate) void {
        self.assertLocked();
        if (self.due.contains(isolate)) self.due.remove(isolate);
        // The clock looks at what threads work on; from here on it may be freed at any time.
        if (isolate.thread) |thread| thread.isolate = null;
        isolate.thread = null;
        _ = sandbox.active.fetchSub(1, .seq_cst);
    }

    pub fn hurry(self: *Scheduler, sandbox: *Sandbox, isolate: *Isolate) void {
        self.assertLocked();
        switch (isolate.state.load(.monotonic)) {
            .idle => {
                isolate.vruntime = 0;
                self.enqueue(sandbox, isolate);
            },
            .queued, .parked => {
                isolate.vruntime = 0;
                self.queue.update(isolate);
                self.dispatch(sandbox);
            },
            .paused => self.unpause(sandbox, isolate),
            .halted => self.unhalt(sandbox, isolate),
            .running, .dead => {},
        }
    }

    /// The running turn of `thread` lets others go first. Whether the caller must wait for `thread.parker`.
    pub fn park(self: *Scheduler, sandbox: *Sandbox, isolate: *Isolate) bool {
        self.assertLocked();
        const thread = isolate.thread.?;
        if (self.takeBack(sandbox, thread) and !self.givesWay(sandbox, isolate)) return false;
        isolate.setState(.parked);
        self.push(sandbox, isolate);
        self.releaseSlot(thread);
        self.dispatch(sandbox);
        return true;
    }

    /// A turn whose slot was lent has come by. False: it has no slot, as others use all.
    fn takeBack(self: *Scheduler, sandbox: *Sandbox, thread: *Thread) bool {
        if (!thread.lent.load(.monotonic)) return true;
        if (self.slots_used >= sandbox.limits.threads) return false;
        thread.lent.store(false, .monotonic);
        self.slots_used += 1;
        return true;
    }

    /// Whether somebody should have the slot of a turn, and has a thread or can be given one.
    fn givesWay(self: *Scheduler, sandbox: *Sandbox, isolate: *Isolate) bool {
        const rival = self.queue.peek() orelse return false;
        if (rival.vruntime >= isolate.vruntime) return false;
        if (rival.state.load(.monotonic) == .parked or self.idle != null) return true;
        if (self.newThread(sandbox)) |fresh| {
            self.linkIdle(fresh);
            return true;
        }
        self.serve(sandbox);
        // Those that have a thread still change places.
        const parked = self.firstParked() orelse return false;
        return parked.vruntime < isolate.vruntime;
    }

    /// The running turn has filled the outbound queue. Whether the caller must wait for `thread.parker`.
    pub fn pause(self: *Scheduler, sandbox: *Sandbox, isolate: *Isolate) bool {
        self.assertLocked();
        _ = sandbox.paused.fetchAdd(1, .seq_cst);
        if (isolate.cause.isSet() or !sandbox.overfull(isolate)) {
            _ = sandbox.paused.fetchSub(1, .seq_cst);
            return false;
        }
        isolate.setState(.paused);
        self.linkPaused(isolate);
        self.releaseSlot(isolate.thread.?);
        self.dispatch(sandbox);
        return true;
    }

    fn unpause(self: *Scheduler, sandbox: *Sandbox, isolate: *Isolate) void {
        _ = sandbox.paused.fetchSub(1, .seq_cst);
        self.unlinkPaused(isolate);
        isolate.setState(.parked);
        if (isolate.cause.isSet()) isolate.vruntime = 0;
        self.push(sandbox, isolate);
        self.dispatch(sandbox);
    }

    /// A debugger holds the running turn. Whether the caller must wait for `thread.parker`.
    pub fn halt(self: *Scheduler, sandbox: *Sandbox, isolate: *Isolate) bool {
        self.assertLocked();
        isolate.setState(.halted);
        // Whoever posts a command sees either the state or what it posted seen here.
        if (isolate.cause.isSet() or isolate.inspection.load(.acquire).?.waits()) {
            isolate.setState(.running);
            return false;
        }
        self.halted_count += 1;
        _ = sandbox.active.fetchSub(1, .seq_cst);
        self.releaseSlot(isolate.thread.?);
        self.dispatch(sandbox);
        return true;
    }

    pub fn unhalt(self: *Scheduler, sandbox: *Sandbox, isolate: *Isolate) void {
        self.assertLocked();
        self.halted_count -= 1;
        _ = sandbox.active.fetchAdd(1, .seq_cst);
        isolate.setState(.parked);
        // It has used nothing while it waited, and somebody waits for it.
        isolate.vruntime = if (isolate.cause.isSet()) 0 else @min(isolate.vruntime, self.vruntime_min);
        self.push(sandbox, isolate);
        self.dispatch(sandbox);
    }

    pub fn resumePaused(self: *Scheduler, sandbox: *Sandbox) void {
        self.assertLocked();
        var cursor = self.paused;
        while (cursor) |isolate| {
            cursor = isolate.paused_next;
            if (sandbox.relieved(isolate)) self.unpause(sandbox, isolate);
        }
    }

    fn linkPaused(self: *Scheduler, isolate: *Isolate) void {
        isolate.paused_previous = null;
        isolate.paused_next = self.paused;
        if (self.paused) |first| first.paused_previous = isolate;
        self.paused = isolate;
    }

    fn unlinkPaused(self: *Scheduler, isolate: *Isolate) void {
        if (isolate.paused_previous) |previous| previous.paused_next = isolate.paused_next else self.paused = isolate.paused_next;
        if (isolate.paused_next) |after| after.paused_previous = isolate.paused_previous;
    }

    /// Makes idle isolates runnable whose time has come.
    pub fn wakeDue(self: *Scheduler, sandbox: *Sandbox, now: u64) void {
        self.assertLocked();
        while (self.due.peek()) |isolate| {
            if (isolate.due > now) return engine.clock.notify(isolate.due);
            self.enqueue(sandbox, isolate);
        }
    }

    /// The more wait, the shorter.
    pub fn slice(self: *const Scheduler, sandbox: *const Sandbox) u64 {
        self.assertLocked();
        const share = slice_max * sandbox.limits.threads / @max(self.queue.len(), 1);
        return std.math.clamp(share, slice_min, slice_max);
    }

    /// A slice is over and the turn has not come by: lend its slot to another.
    pub fn lend(self: *Scheduler, sandbox: *Sandbox, thread: *Thread, now: u64) void {
        self.assertLocked();
        if (now -| thread.slice_started.load(.monotonic) < self.slice(sandbox) + overdue) return;
        self.replace(sandbox, thread);
    }

    /// Another may have the slot of `thread`, whose turn goes on.
    pub fn replace(self: *Scheduler, sandbox: *Sandbox, thread: *Thread) void {
        self.assertLocked();
        if (thread.lent.load(.monotonic)) return;
        thread.lent.store(true, .monotonic);
        self.slots_used -= 1;
        self.dispatch(sandbox);
    }

    /// No isolate is left and none comes: no more threads are made, idle ones end.
    pub fn close(self: *Scheduler) void {
        self.assertLocked();
        self.closed = true;
        while (self.idle) |thread| {
            self.unlinkIdle(thread);
            self.wake(thread);
        }
        if (self.server_idle) self.wake(self.server.?);
        self.server_idle = false;
    }
};
