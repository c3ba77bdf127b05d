//! A pool thread: waits for an isolate, runs a batch of its turns, takes the next. V8 runs on these threads only.
const std = @import("std");
const engine = @import("engine.zig");
const shim = @import("../abi/shim.zig");
const sync = @import("../system/sync.zig");
const system_thread = @import("../system/thread.zig");
const time = @import("../system/time.zig");
const Isolate = @import("isolate.zig").Isolate;
const Sandbox = @import("sandbox.zig").Sandbox;

/// A reading of the CPU clock, a system call, serves this long; and an interval shorter than `short` is charged as elapsed.
const cpu_read_age_max = 200 * time.ns_per_us;
const short = 50 * time.ns_per_us;
/// A thread idle for this long gives back what malloc keeps for it.
const trim_after = 500 * time.ns_per_ms;
/// V8's stack limit is below 1 MB; parsers, regular expressions and our own frames need the rest.
const stack_bytes = 4 * 1024 * 1024;

pub const Thread = struct {
    sandbox: *Sandbox,
    id: system_thread.Id = undefined,
    parker: sync.Parker = .{},
    tid: std.atomic.Value(i32) = std.atomic.Value(i32).init(0),
    cpu_clock: time.CpuClock = .{},

    // Under the sandbox's mutex.
    previous: ?*Thread = null,
    next: ?*Thread = null,
    idle_previous: ?*Thread = null,
    idle_next: ?*Thread = null,
    woken_next: ?*Thread = null,
    /// What `parker` was signalled for; null: end.
    assigned: ?*Isolate = null,
    /// The isolate whose batch this thread runs.
    isolate: ?*Isolate = null,
    /// Its slot was lent to another because the turn did not come by. Changes under the mutex; without it only a hint.
    lent: std.atomic.Value(bool) = std.atomic.Value(bool).init(false),
    /// It runs a turn that does not stop, and ends after it.
    abandoned: bool = false,
    /// It makes and ends isolates, and runs none.
    is_server: bool = false,
    /// It gets processor time only when no other thread wants it.
    demoted: bool = false,
    /// When the clock first saw it in a turn that was told to stop, and its CPU clock then. 0: not so.
    ending_since: u64 = 0,
    ending_cpu: u64 = 0,
    ending_next: u64 = 0,
    /// When the clock next looks whether it works on a call that was given up.
    given_up_next: u64 = 0,
    /// When the clock next looks what it works on, for a profile.
    sample_next: u64 = 0,
    /// When the clock first saw it outside of a turn of an isolate that was to end. 0: not so.
    disposing_since: u64 = 0,

    /// The isolate that is entered on this thread, also while it waits.
    entered: ?*Isolate = null,
    slice_started: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    charged_in_batch: u64 = 0,
    /// The CPU clock when it was last read, at `cpu_read_at`: time before that has been charged.
    charged: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    cpu_read_at: u64 = 0,
    /// Since when the isolate runs without having been charged for it; never: it is not charged now.
    uncharged_since: std.atomic.Value(u64) = std.atomic.Value(u64).init(time.never),

    /// Under the sandbox's mutex; the thread has no work yet. The process has only so many that are spare.
    pub fn spawn(sandbox: *Sandbox, is_spare: bool) error{ OutOfMemory, SystemResources }!*Thread {
        sandbox.mutex.assertHeld();
        if (!engine.threads.take(is_spare)) return error.SystemResources;
        errdefer engine.threads.giveBack();
        const self = try std.heap.c_allocator.create(Thread);
        errdefer std.heap.c_allocator.destroy(self);
        self.* = .{ .sandbox = sandbox };
        sandbox.hold();
        errdefer sandbox.letGo();
        self.id = try system_thread.spawn(stack_bytes, main, self);
        const scheduler = &sandbox.scheduler;
        self.next = scheduler.threads;
        if (scheduler.threads) |first| first.previous = self;
        scheduler.threads = self;
        scheduler.thread_count += 1;
        return self;
    }

    fn main(argument: ?*anyopaque) callconv(.c) ?*anyopaque {
        const self: *Thread = @ptrCast(@alignCast(argument.?));
        self.cpu_clock = time.CpuClock.ofCurrentThread();
        self.tid.store(system_thread.currentTask(), .monotonic);
        shim.nrv8_thread_init();
        while (self.awaitWork()) |first| {
            var isolate: ?*Isolate = first;
            while (isolate) |current| isolate = self.run(current);
        }
        self.leave(1);
        shim.nrv8_thread_exit();
        self.retire();
        return null;
    }

    /// The isolate to run next, or null: end.
    fn awaitWork(self: *Thread) ?*Isolate {
        const feed = self.sandbox.feed;
        if (feed) |source| source.begin();
        self.spin();
        if (!self.sleep(trim_after)) {
            shim.nrv8_thread_trim();
            self.sandbox.noteQuiet();
            if (feed) |source| source.begin();
            _ = self.sleep(null);
        }
        const sandbox = self.sandbox;
        sandbox.lock();
        defer sandbox.unlock();
        defer self.assigned = null;
        return self.assigned;
    }

    /// Sleeps until there is work, for `ns` nanoseconds at most. Whether there is.
    fn sleep(self: *Thread, ns: ?u64) bool {
        if (self.sandbox.feed) |source| return source.sleep(&self.parker, ns);
        if (ns) |most| return self.parker.waitFor(most);
        self.parker.wait();
        return true;
    }

    /// Polls for work while traffic is fresh, unless the host runs on this very processor: then sleeping lets it run.
    fn spin(self: *Thread) void {
        const sandbox = self.sandbox;
        if (sandbox.limits.spin_ns == 0) return;
        var now = time.now();
        if (!sandbox.spinning.pays(now)) return;
        const until = now +| sandbox.limits.spin_ns;
        while (!self.parker.signalledNow()) {
            if (sandbox.feed) |source| source.look();
            if (system_thread.currentCpu() == sandbox.host_cpu.load(.monotonic)) return;
            for (0..32) |_| std.atomic.spinLoopHint();
            const before = now;
            now = time.now();
            if (now >= until or !sandbox.spinning.goesOn(before, now)) return;
        }
    }

    /// Runs a batch. Returns the isolate to run after it, if there is one for this thread.
    fn run(self: *Thread, isolate: *Isolate) ?*Isolate {
        const sandbox = self.sandbox;
        sandbox.engine_cpu.store(system_thread.currentCpu(), .monotonic);
        if (self.entered != isolate) self.leave(0);
        self.begin(isolate);
        if ((isolate.v8 != null or self.create(isolate)) and !self.is_server) {
            if (self.entered != isolate) self.enter(isolate);
            isolate.runBatch(self);
            isolate.sampleHeap();
            self.chargeBackground(isolate);
        }
        self.chargeLast(isolate);
        self.checkTotal(isolate);
        if (sandbox.feed) |source| source.publish(isolate);
        sandbox.lock();
        // Under the mutex: who gives a thread up has set the cause before, and a thread that ends is no isolate's home.
        if (isolate.cause.isSet()) {
            sandbox.unlock();
            return self.endIsolate(isolate);
        }
        defer sandbox.unlock();
        self.isolate = null;
        sandbox.scheduler.releaseSlot(self);
        isolate.useShare(self.charged_in_batch, time.now());
        isolate.home = if (self.is_server) null else self;
        sandbox.scheduler.settle(sandbox, isolate);
        return self.nextOrIdle();
    }

    /// Under the sandbox's mutex.
    fn nextOrIdle(self: *Thread) ?*Isolate {
        self.sandbox.mutex.assertHeld();
        const scheduler = &self.sandbox.scheduler;
        if (!self.abandoned) {
            const next = if (self.is_server) scheduler.nextToServe(self.sandbox) else scheduler.next(self.sandbox, self);
            if (next) |isolate| return isolate;
        }
        if (scheduler.closed or self.abandoned) {
            // Ends in awaitWork: nothing is assigned.
            if (scheduler.server == self) scheduler.server_idle = false;
            self.parker.signal();
        } else if (self.is_server) {
            scheduler.dispatch(self.sandbox);
        } else {
            scheduler.linkIdle(self);
            scheduler.dispatch(self.sandbox);
        }
        return null;
    }

    /// Making an isolate is the engine's work, not the guest's.
    fn create(self: *Thread, isolate: *Isolate) bool {
        defer {
            const now = time.now();
            _ = self.readCpu(now);
            self.uncharged_since.store(now, .monotonic);
        }
        return isolate.create();
    }

    fn begin(self: *Thread, isolate: *Isolate) void {
        const now = time.now();
        self.slice_started.store(now, .monotonic);
        self.charged_in_batch = 0;
        if (now - self.cpu_read_at > cpu_read_age_max) _ = self.readCpu(now);
        if (isolate.v8 != null) self.uncharged_since.store(now, .monotonic);
        isolate.turn.rebase(self.cpu_read_at, self.charged.load(.monotonic));
        {
            self.sandbox.lock();
            defer self.sandbox.unlock();
            self.isolate = isolate;
            self.ending_since = 0;
            self.disposing_since = 0;
        }
        engine.clock.notify(now +| isolate.limits.soonest(isolate.cpu_ns.load(.monotonic)));
    }

    fn enter(self: *Thread, isolate: *Isolate) void {
        shim.nrv8_enter(isolate.v8Side());
        self.entered = isolate;
    }

    fn leave(self: *Thread, discard: i32) void {
        const entered = self.entered orelse return;
        self.entered = null;
        shim.nrv8_exit(entered.v8Side(), discard);
    }

    fn readCpu(self: *Thread, now: u64) u64 {
        const cpu = time.threadCpu();
        self.charged.store(cpu, .monotonic);
        self.cpu_read_at = now;
        return cpu;
    }

    /// Charges the time since the last charge to the isolate: CPU time, and never more than has elapsed.
    pub fn charge(self: *Thread, isolate: *Isolate) void {
        isolate.charge_mutex.lock();
        defer isolate.charge_mutex.unlock();
        self.chargeLocked(isolate);
    }

    /// What follows, be it the isolate's end, is the engine's work.
    fn chargeLast(self: *Thread, isolate: *Isolate) void {
        isolate.charge_mutex.lock();
        defer isolate.charge_mutex.unlock();
        self.chargeLocked(isolate);
        self.uncharged_since.store(time.never, .monotonic);
    }

    fn chargeLocked(self: *Thread, isolate: *Isolate) void {
        const now = time.now();
        const elapsed = now -| self.uncharged_since.load(.monotonic);
        self.uncharged_since.store(now, .monotonic);
        const before = self.charged.load(.monotonic);
        self.chargeMore(isolate, if (elapsed < short) elapsed else @min(elapsed, self.readCpu(now) - before));
    }

    /// What V8's workers have used for the isolate since this was last asked.
    pub fn chargeBackground(self: *Thread, isolate: *Isolate) void {
        self.chargeMore(isolate, isolate.takeBackgroundCpu());
    }

    fn chargeMore(self: *Thread, isolate: *Isolate, used: u64) void {
        _ = isolate.cpu_ns.fetchAdd(used, .monotonic);
        isolate.vruntime += used;
        self.charged_in_batch += used;
    }

    /// CPU time since the last charge.
    pub fn uncharged(self: *const Thread) u64 {
        return time.threadCpu() -| self.charged.load(.monotonic);
    }

    /// What `charge` would charge now, or a little less. Any thread, under the mutexes of the sandbox and of the isolate's charges.
    pub fn due(self: *const Thread) u64 {
        const elapsed = time.now() -| self.uncharged_since.load(.monotonic);
        return @min(elapsed, self.cpu_clock.value() -| self.charged.load(.monotonic));
    }

    fn checkTotal(_: *Thread, isolate: *Isolate) void {
        const used = isolate.cpu_ns.load(.monotonic);
        const limit = isolate.limits.cpu_total_ns;
        if (used > limit) _ = isolate.cause.set(.cpu, .total, limit, used);
    }

    pub fn sliceOver(self: *const Thread) bool {
        return time.now() - self.slice_started.load(.monotonic) >= @import("scheduler.zig").slice_max;
    }

    fn endIsolate(self: *Thread, isolate: *Isolate) ?*Isolate {
        if (self.entered == isolate) self.leave(1);
        isolate.finish();
        const sandbox = self.sandbox;
        sandbox.lock();
        defer sandbox.unlock();
        self.isolate = null;
        sandbox.scheduler.releaseSlot(self);
        return self.nextOrIdle();
    }

    /// A V8 interrupt arrived: lets others run when the slice is over.
    pub fn preempt(self: *Thread, isolate: *Isolate) void {
        const sandbox = self.sandbox;
        self.charge(isolate);
        const must_wait = blk: {
            sandbox.lock();
            defer sandbox.unlock();
            break :blk sandbox.scheduler.park(sandbox, isolate);
        };
        if (!must_wait) return self.slice_started.store(time.now(), .monotonic);
        _ = isolate.preemptions.fetchAdd(1, .monotonic);
        self.parker.wait();
        self.uncharged_since.store(time.now(), .monotonic);
    }

    /// The outbound queue is full: waits until the host has taken enough, or the isolate is to end.
    pub fn pause(self: *Thread, isolate: *Isolate) void {
        const sandbox = self.sandbox;
        self.charge(isolate);
        const must_wait = blk: {
            sandbox.lock();
            defer sandbox.unlock();
            break :blk sandbox.scheduler.pause(sandbox, isolate);
        };
        if (!must_wait) return;
        _ = isolate.pauses.fetchAdd(1, .monotonic);
        if (sandbox.feed) |source| source.paused();
        self.parker.wait();
        self.uncharged_since.store(time.now(), .monotonic);
    }

    /// A debugger holds the turn: waits until it says something, or the isolate is to end. The time is nobody's.
    pub fn halt(self: *Thread, isolate: *Isolate) void {
        const sandbox = self.sandbox;
        isolate.sampleHeap();
        self.charge(isolate);
        const halted_at = time.now();
        const inspection = isolate.inspection.load(.acquire).?;
        inspection.held.store(true, .seq_cst);
        defer inspection.held.store(false, .seq_cst);
        const must_wait = blk: {
            sandbox.lock();
            defer sandbox.unlock();
            break :blk sandbox.scheduler.halt(sandbox, isolate);
        };
        if (!must_wait) return;
        if (sandbox.feed) |source| source.paused();
        self.parker.wait();
        const now = time.now();
        isolate.forgive(now - halted_at, 0);
        self.uncharged_since.store(now, .monotonic);
        engine.clock.notify(now +| isolate.limits.soonest(isolate.cpu_ns.load(.monotonic)));
    }

    /// What the thread has done since it was last charged for is nobody's. Returns the CPU time of that.
    pub fn skipCharge(self: *Thread) u64 {
        const now = time.now();
        const before = self.charged.load(.monotonic);
        const cpu = self.readCpu(now);
        self.uncharged_since.store(now, .monotonic);
        return cpu -| before;
    }

    /// V8 cannot go on on this thread: hands slot and isolate back, then ends without unwinding V8's frames.
    pub fn dieInside(self: *Thread, isolate: *Isolate) noreturn {
        const sandbox = self.sandbox;
        self.entered = null;
        isolate.turn.close();
        isolate.closeQueues();
        self.chargeLast(isolate);
        sandbox.announce(isolate);
        var busy: i32 = 0;
        const leaked = if (isolate.v8 != null) shim.nrv8_isolate_forsake(isolate.v8Side(), &busy) else 0;
        // Before the last record: a host that has that may end this process at once.
        sandbox.noteContained(isolate, leaked);
        sandbox.report(isolate);
        {
            sandbox.lock();
            defer sandbox.unlock();
            self.isolate = null;
            sandbox.scheduler.releaseSlot(self);
        }
        if (busy != 0) engine.janitor.adopt(isolate.v8.?, sandbox, leaked);
        sandbox.bury(isolate);
        self.retire();
        shim.nrv8_thread_trim();
        @import("../system/raw_exit.zig").endThread();
    }

    /// Under the sandbox's mutex.
    pub fn demote(self: *Thread) void {
        self.sandbox.mutex.assertHeld();
        // It has not come to itself yet: 0 would name the caller.
        const tid = self.tid.load(.monotonic);
        if (tid == 0) return;
        self.demoted = true;
        system_thread.demote(tid);
    }

    /// Leaves the pool; the clock thread joins what is left.
    fn retire(self: *Thread) void {
        const sandbox = self.sandbox;
        {
            sandbox.lock();
            defer sandbox.unlock();
            const scheduler = &sandbox.scheduler;
            if (self.previous) |previous| previous.next = self.next else scheduler.threads = self.next;
            if (self.next) |next| next.previous = self.previous;
            scheduler.thread_count -= 1;
            if (scheduler.server == self) scheduler.server = null;
            engine.threads.giveBack();
            scheduler.dispatch(sandbox);
        }
        engine.clock.reap(self.id);
        std.heap.c_allocator.destroy(self);
        sandbox.letGo();
    }
};
