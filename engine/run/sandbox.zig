//! A sandbox: isolates, the slots they run in, and the outbound queue. Its mutex guards scheduling state; no call into V8
//! is made under it.
const std = @import("std");
const constants = @import("../abi/constants.zig");
const engine = @import("engine.zig");
const outbox = @import("../queue/outbox.zig");
const sync = @import("../system/sync.zig");
const system_thread = @import("../system/thread.zig");
const time = @import("../system/time.zig");
const CauseKind = @import("../limit/cause.zig").Kind;
const Degradation = @import("../limit/degradation.zig").Degradation;
const Doorbell = @import("../queue/doorbell.zig").Doorbell;
const Feed = @import("feed.zig").Feed;
const isolate_module = @import("isolate.zig");
const Isolate = isolate_module.Isolate;
const SandboxLimits = @import("../limit/limits.zig").SandboxLimits;
const Scheduler = @import("scheduler.zig").Scheduler;
const Spinning = @import("../limit/spinning.zig").Spinning;
const template = @import("template.zig");

/// After a flood malloc keeps what its records were in. Steady traffic goes through the same memory again and again, and
/// is left to it until it pauses.
const trim_min = 4 * 1024 * 1024;

pub const Sandbox = struct {
    handle: u32 = 0,
    limits: SandboxLimits,
    mutex: sync.Mutex = .{},
    scheduler: Scheduler = .{},
    outbox: outbox.Outbox = .{},
    doorbell: Doorbell = .{},
    /// In a child process: where work comes from.
    feed: ?*const Feed = null,
    /// One taker at a time is the caller's promise; breaking it must not break the process.
    take_mutex: sync.Mutex = .{},
    /// Most that waited in the outbox since malloc was last trimmed for it. Under `take_mutex`.
    held_most: u64 = 0,
    /// Moved either way since malloc was last trimmed for it.
    moved_bytes: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    report_mutex: sync.Mutex = .{},
    /// Guards the list of isolates that are to be ended. Before all others but the take mutex.
    end_mutex: sync.Mutex = .{},

    // Under the mutex.
    isolates: ?*Isolate = null,
    isolate_count: u32 = 0,
    templates: ?*template.Template = null,
    /// Of them those whose last record is written, and that are not abandoned: the host may make others in their place.
    leaving: u32 = 0,
    closing: bool = false,
    released: bool = false,
    /// Neighbours in the engine's list, under the engine's mutex.
    previous: ?*Sandbox = null,
    next: ?*Sandbox = null,

    /// Isolates in the run queue, for looks without the mutex.
    waiting: std.atomic.Value(u32) = std.atomic.Value(u32).init(0),
    /// Isolates that run, wait or are paused: while it is 0 no record comes by itself soon.
    active: std.atomic.Value(u32) = std.atomic.Value(u32).init(0),
    /// Isolates paused until the host takes records.
    paused: std.atomic.Value(u32) = std.atomic.Value(u32).init(0),
    /// Isolates whose cause was set where no lock could be taken, the latest first, each with a reference; the clock ends
    /// those that no thread works on.
    doomed: std.atomic.Value(?*Isolate) = std.atomic.Value(?*Isolate).init(null),
    /// Where the host's and the engine's threads ran last: sharing one processor, neither must spin.
    spinning: Spinning = .{},
    host_cpu: std.atomic.Value(u32) = std.atomic.Value(u32).init(0),
    engine_cpu: std.atomic.Value(u32) = std.atomic.Value(u32).init(std.math.maxInt(u32)),
    /// Changes when an isolate ends; shutdown waits on it.
    deaths: std.atomic.Value(u32) = std.atomic.Value(u32).init(0),

    cpu_ns_dead: u64 = 0,
    turns_dead: u64 = 0,
    contained: u64 = 0,
    abandoned: u64 = 0,
    /// Of those the ones that still run.
    left_running: u64 = 0,
    leaked_bytes: u64 = 0,
    degradation: Degradation = .{},
    /// Records of no isolate have none that ends.
    never_ends: bool = false,

    pub fn finalize(self: *Sandbox) void {
        engine.unlist(self);
        self.outbox.deinit();
        self.doorbell.close();
        self.scheduler.deinit();
        std.heap.c_allocator.destroy(self);
    }

    /// A reference more, for one who has one.
    pub fn hold(self: *Sandbox) void {
        _ = engine.sandboxes.acquire(self.handle).?;
    }

    pub fn letGo(self: *Sandbox) void {
        engine.sandboxes.release(self.handle);
    }

    pub fn lock(self: *Sandbox) void {
        self.mutex.lock();
    }

    /// Threads that got something to do are woken only now: on one processor they run at once, and would wait for the mutex.
    pub fn unlock(self: *Sandbox) void {
        var woken = self.scheduler.takeWoken();
        self.mutex.unlock();
        while (woken) |thread| {
            // Once signalled it may end.
            woken = thread.woken_next;
            thread.parker.signal();
        }
    }

    /// Registers a new isolate and queues its making. Returns its handle, which nobody can use before that is done.
    pub fn adopt(self: *Sandbox, isolate: *Isolate) error{ Shutdown, Limit, OutOfMemory, NoThread }!u32 {
        self.lock();
        defer self.unlock();
        if (self.closing) return error.Shutdown;
        if (self.isolate_count - self.leaving >= self.limits.isolates_max) return error.Limit;
        try self.scheduler.reserve(self.isolate_count + 1);
        if (!self.scheduler.ensureThread(self)) return error.NoThread;
        const handle = try engine.isolates.add(std.heap.c_allocator, isolate);
        self.isolate_count += 1;
        isolate.next = self.isolates;
        if (self.isolates) |first| first.previous = isolate;
        self.isolates = isolate;
        self.scheduler.enqueue(self, isolate);
        return handle;
    }

    /// An idle isolate has something to do. Any thread.
    pub fn wake(self: *Sandbox, isolate: *Isolate) void {
        self.lock();
        defer self.unlock();
        if (isolate.state.load(.monotonic) == .idle) self.scheduler.enqueue(self, isolate);
    }

    /// A debugger has said something to one that waits for that.
    pub fn unhalt(self: *Sandbox, isolate: *Isolate) void {
        self.lock();
        defer self.unlock();
        if (isolate.state.load(.monotonic) == .halted) self.scheduler.unhalt(self, isolate);
    }

    /// An isolate is to end: whatever it waits for, it goes next.
    pub fn hurry(self: *Sandbox, isolate: *Isolate) void {
        self.lock();
        defer self.unlock();
        self.scheduler.hurry(self, isolate);
    }

    /// Queues a record of this isolate and rings. No record follows `destroyed`.
    pub fn emit(
        self: *Sandbox,
        isolate: *Isolate,
        event: constants.Event,
        encoding: constants.Encoding,
        request_id: u32,
        payload: []const u8,
        reserve: ?*outbox.Reserve,
    ) error{ OutOfMemory, Ended }!void {
        try self.push(isolate, @intFromEnum(event), @intFromEnum(encoding), request_id, @constCast(payload), false, reserve);
    }

    /// The same for V8's side. When `owned`, `payload` came from malloc and is taken over, unless this fails.
    pub fn push(
        self: *Sandbox,
        isolate: *Isolate,
        event: u32,
        encoding: u32,
        request_id: u32,
        payload: []u8,
        owned: bool,
        reserve: ?*outbox.Reserve,
    ) error{ OutOfMemory, Ended }!void {
        const header = headerOf(isolate, @intCast(event), @intCast(encoding), request_id);
        const last = event == @intFromEnum(constants.Event.destroyed);
        // Counted before the host can take it.
        const size = outbox.recordSize(payload.len);
        _ = isolate.outbound_bytes.fetchAdd(size, .seq_cst);
        _ = self.outbox.push(header, payload, owned, &isolate.reported, last, reserve) catch |failure| {
            _ = isolate.outbound_bytes.fetchSub(size, .seq_cst);
            return failure;
        };
        if (self.feed) |feed| feed.recorded(isolate, @enumFromInt(event));
        self.doorbell.ring();
    }

    pub fn headerOf(isolate: *const Isolate, event: u16, encoding: u16, request_id: u32) outbox.Header {
        return .{
            .size = 0,
            .type = event,
            .encoding = encoding,
            .isolate_id = isolate.id,
            .request_id = request_id,
            .payload_length = 0,
            .isolate = isolate.handle,
        };
    }

    /// That a limit ended the isolate, once, as soon as it is known.
    pub fn announce(self: *Sandbox, isolate: *Isolate) void {
        self.report_mutex.lock();
        defer self.report_mutex.unlock();
        self.announceLocked(isolate);
    }

    fn announceLocked(self: *Sandbox, isolate: *Isolate) void {
        self.report_mutex.assertHeld();
        var buffer: [isolate_module.terminated_bytes_max]u8 = undefined;
        const json = isolate.cause.terminatedJson(&buffer) orelse return;
        if (isolate.announced) return;
        isolate.announced = true;
        self.emit(isolate, .terminated, .json_latin1, 0, json, &isolate.terminated_reserve) catch |failure|
            std.debug.assert(failure == error.Ended);
    }

    /// The isolate's last record, once.
    pub fn report(self: *Sandbox, isolate: *Isolate) void {
        // Held over both, so that whoever comes second does not put the one before the other.
        self.report_mutex.lock();
        defer self.report_mutex.unlock();
        self.announceLocked(isolate);
        self.noteLeaving(isolate);
        var counters: [std.enums.values(constants.IsolateStat).len]f64 = undefined;
        @import("stats.zig").ofIsolate(isolate, &counters);
        var buffer: [isolate_module.destroyed_bytes_max]u8 = undefined;
        const json = isolate.cause.destroyedJson(&counters, &buffer);
        self.emit(isolate, .destroyed, .json_latin1, 0, json, &isolate.destroyed_reserve) catch |failure|
            std.debug.assert(failure == error.Ended);
    }

    /// Before its last record is written: the host acts on that at once.
    fn noteLeaving(self: *Sandbox, isolate: *Isolate) void {
        self.lock();
        defer self.unlock();
        if (isolate.abandoned or isolate.leaving) return;
        isolate.leaving = true;
        self.leaving += 1;
    }

    /// Takes an ended isolate out and lets go of it.
    pub fn bury(self: *Sandbox, isolate: *Isolate) void {
        {
            self.lock();
            defer self.unlock();
            self.scheduler.forget(self, isolate);
            isolate.setState(.dead);
            if (isolate.previous) |previous| previous.next = isolate.next else self.isolates = isolate.next;
            if (isolate.next) |next| next.previous = isolate.previous;
            self.isolate_count -= 1;
            if (isolate.leaving) self.leaving -= 1;
            if (isolate.abandoned) self.left_running -= 1;
            self.uncountHeld(isolate);
            self.cpu_ns_dead += isolate.cpu_ns.load(.monotonic);
            self.turns_dead += isolate.turns.load(.monotonic);
            if (self.closing and self.isolate_count == 0) self.scheduler.close();
        }
        engine.isolates.release(isolate.handle);
        engine.janitor.noteFreed();
        _ = self.deaths.fetchAdd(1, .release);
        sync.futexWake(&self.deaths, std.math.maxInt(u32));
    }

    /// Ends everything and waits. Returns how many turns did not stop in time.
    pub fn shutdown(self: *Sandbox, wait_ns: u64) u32 {
        const deadline = time.now() +| wait_ns;
        self.end(.shutdown);
        const left = self.awaitDeaths(deadline);
        if (left != 0) self.abandonAll();
        return left;
    }

    /// Takes no more isolates and ends those that live; the threads end with the last of them.
    pub fn end(self: *Sandbox, kind: CauseKind) void {
        {
            self.lock();
            defer self.unlock();
            self.closing = true;
            if (self.isolate_count == 0) self.scheduler.close();
        }
        self.killAll(kind);
        template.releaseAll(self);
    }

    pub fn isClosing(self: *Sandbox) bool {
        self.lock();
        defer self.unlock();
        return self.closing;
    }

    fn killAll(self: *Sandbox, kind: CauseKind) void {
        self.end_mutex.lock();
        defer self.end_mutex.unlock();
        var cursor = self.acquireAll();
        while (cursor) |isolate| {
            cursor = isolate.end_next;
            isolate.kill(kind, .turn, 0, 0);
            engine.isolates.release(isolate.handle);
        }
    }

    /// An isolate has got its cause where no lock can be taken, maybe while it is idle. The caller set it, so this is once.
    pub fn noteDoomed(self: *Sandbox, isolate: *Isolate) void {
        _ = engine.isolates.acquire(isolate.handle) orelse return;
        var latest = self.doomed.load(.monotonic);
        while (true) {
            isolate.doomed_next = latest;
            latest = self.doomed.cmpxchgWeak(latest, isolate, .seq_cst, .monotonic) orelse break;
        }
        engine.clock.notify(0);
    }

    /// Ends isolates that have a cause and that no thread would come to: idle and paused ones. Under the mutex. Returns the
    /// first of those that were looked at, for the caller to release once it holds no lock.
    pub fn endDoomed(self: *Sandbox) ?*Isolate {
        self.mutex.assertHeld();
        if (self.doomed.load(.seq_cst) == null) return null;
        const first = self.doomed.swap(null, .seq_cst);
        var cursor = first;
        while (cursor) |isolate| : (cursor = isolate.doomed_next) self.scheduler.hurry(self, isolate);
        return first;
    }

    /// All isolates, linked by `end_next`, each with a reference. Under the end mutex.
    fn acquireAll(self: *Sandbox) ?*Isolate {
        self.end_mutex.assertHeld();
        self.lock();
        defer self.unlock();
        var all: ?*Isolate = null;
        var cursor = self.isolates;
        while (cursor) |isolate| : (cursor = isolate.next) {
            _ = engine.isolates.acquire(isolate.handle) orelse continue;
            isolate.end_next = all;
            all = isolate;
        }
        return all;
    }

    fn awaitDeaths(self: *Sandbox, deadline: u64) u32 {
        while (true) {
            const seen = self.deaths.load(.acquire);
            self.lock();
            const left = self.isolate_count;
            self.unlock();
            const now = time.now();
            if (left == 0 or now >= deadline) return left;
            sync.futexWaitFor(&self.deaths, seen, deadline - now);
        }
    }

    /// A turn does not stop: its slot goes to others and the host hears the last of the isolate now. It ends where it next
    /// needs memory; if it needs none its thread will soon get only what no other thread wants.
    pub fn abandon(self: *Sandbox, isolate: *Isolate) void {
        {
            self.lock();
            defer self.unlock();
            if (!self.giveUp(isolate)) return;
        }
        // One that is being freed holds what it held at its last turn's end, at most.
        self.countHeld(isolate, isolate.turn.condemn() orelse isolate.memory_used.load(.monotonic));
        self.report(isolate);
        self.checkDegradation();
    }

    /// What an abandoned isolate holds is lost to the process until it ends after all.
    fn countHeld(self: *Sandbox, isolate: *Isolate, bytes: u64) void {
        self.lock();
        defer self.unlock();
        if (isolate.state.load(.monotonic) == .dead) return;
        isolate.held_bytes = bytes;
        self.leaked_bytes += bytes;
    }

    fn uncountHeld(self: *Sandbox, isolate: *Isolate) void {
        self.mutex.assertHeld();
        self.leaked_bytes -= isolate.held_bytes;
        isolate.held_bytes = 0;
    }

    /// An isolate died inside V8 and leaves this much behind.
    pub fn noteContained(self: *Sandbox, isolate: *Isolate, leaked: u64) void {
        {
            self.lock();
            defer self.unlock();
            if (!isolate.abandoned) self.contained += 1;
            self.uncountHeld(isolate);
            self.leaked_bytes += leaked;
        }
        self.checkDegradation();
    }

    fn checkDegradation(self: *Sandbox) void {
        {
            self.lock();
            defer self.unlock();
            if (!self.degradation.reached(self.leaked_bytes, self.left_running)) return;
        }
        const header: outbox.Header = .{
            .size = 0,
            .type = @intFromEnum(constants.Event.degraded),
            .encoding = @intFromEnum(constants.Encoding.wire),
            .isolate_id = 0,
            .request_id = 0,
            .payload_length = 0,
            .isolate = 0,
        };
        _ = self.outbox.push(header, &.{}, false, &self.never_ends, false, null) catch return;
        self.doorbell.ring();
    }

    /// Under the mutex. False: there is nothing left to give up.
    pub fn giveUp(self: *Sandbox, isolate: *Isolate) bool {
        self.mutex.assertHeld();
        std.debug.assert(isolate.cause.isSet());
        if (isolate.abandoned or isolate.state.load(.monotonic) == .dead) return false;
        isolate.abandoned = true;
        self.abandoned += 1;
        self.left_running += 1;
        const thread = isolate.thread orelse return true;
        // A turn that gave way holds no slot.
        if (isolate.state.load(.monotonic) == .running) self.scheduler.replace(self, thread);
        thread.abandoned = true;
        // Another may take its place.
        if (self.scheduler.server == thread) self.scheduler.server = null;
        return true;
    }

    /// What was counted as leaked is less after all.
    pub fn correctLeak(self: *Sandbox, counted: usize, held: usize) void {
        self.lock();
        defer self.unlock();
        self.leaked_bytes = self.leaked_bytes - counted + held;
    }

    fn abandonAll(self: *Sandbox) void {
        self.end_mutex.lock();
        defer self.end_mutex.unlock();
        var cursor = self.acquireAll();
        while (cursor) |isolate| {
            cursor = isolate.end_next;
            self.abandon(isolate);
            engine.isolates.release(isolate.handle);
        }
    }

    pub fn noteMoved(self: *Sandbox, bytes: u64) void {
        _ = self.moved_bytes.fetchAdd(bytes, .monotonic);
    }

    /// A thread has had nothing to do for a while.
    pub fn noteQuiet(self: *Sandbox) void {
        if (self.moved_bytes.load(.monotonic) < trim_min) return;
        self.moved_bytes.store(0, .monotonic);
        engine.janitor.noteFreed();
    }

    /// Moves records to the host and lets paused guests go on.
    pub fn take(self: *Sandbox, buffer: []u8) outbox.Taken {
        self.host_cpu.store(system_thread.currentCpu(), .monotonic);
        self.take_mutex.lock();
        self.held_most = @max(self.held_most, self.outbox.bytes.load(.monotonic));
        const taken = self.outbox.take(buffer, self, credit);
        self.noteMoved(taken.bytes);
        if (self.held_most >= trim_min and self.outbox.isEmpty() and self.active.load(.monotonic) == 0) {
            self.held_most = 0;
            engine.janitor.noteFreed();
        }
        self.take_mutex.unlock();
        if (self.paused.load(.seq_cst) != 0) {
            self.lock();
            defer self.unlock();
            self.scheduler.resumePaused(self);
        }
        return taken;
    }

    /// The host of a child process has taken records of this isolate.
    pub fn noteTaken(self: *Sandbox, handle: u32, bytes: u64) void {
        self.credit(handle, bytes);
        _ = self.outbox.bytes.fetchSub(bytes, .seq_cst);
        self.noteMoved(bytes);
    }

    /// Lets go on whose records have been taken.
    pub fn resumeRelieved(self: *Sandbox) void {
        if (self.paused.load(.seq_cst) == 0) return;
        self.lock();
        defer self.unlock();
        self.scheduler.resumePaused(self);
    }

    fn credit(_: *Sandbox, handle: u32, bytes: u64) void {
        const isolate = engine.isolates.acquire(handle) orelse return;
        defer engine.isolates.release(handle);
        _ = isolate.outbound_bytes.fetchSub(bytes, .seq_cst);
    }

    /// Whether this isolate has sent so much that it must wait for the host.
    pub fn overfull(self: *Sandbox, isolate: *Isolate) bool {
        if (isolate.inspection.load(.acquire)) |inspection| if (inspection.overfull()) return true;
        const outbound_bytes = isolate.outbound_bytes.load(.seq_cst);
        // What the heap leaves of the isolate's memory bounds it, too, but a single record always passes.
        if (outbound_bytes > @max(isolate.queueRoom(), 64 * 1024)) return true;
        return outbound_bytes > isolate.limits.outbound_bytes_max or
            self.outbox.bytes.load(.seq_cst) > self.limits.outbound_bytes_max;
    }

    /// Whether a paused isolate may go on: half of what it was paused for has been taken.
    pub fn relieved(self: *Sandbox, isolate: *Isolate) bool {
        if (isolate.inspection.load(.acquire)) |inspection| if (!inspection.relieved()) return false;
        const outbound_bytes = isolate.outbound_bytes.load(.seq_cst);
        if (outbound_bytes > @max(isolate.queueRoom(), 64 * 1024) / 2) return false;
        return outbound_bytes <= isolate.limits.outbound_bytes_max / 2 and
            self.outbox.bytes.load(.seq_cst) <= self.limits.outbound_bytes_max / 2;
    }
};
