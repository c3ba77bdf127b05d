//! One isolate: an actor that any pool thread may run, one at a time. Its work is done in turns, in the order posted.
const std = @import("std");
const constants = @import("../abi/constants.zig");
const engine = @import("engine.zig");
const shim = @import("../abi/shim.zig");
const sync = @import("../system/sync.zig");
const time = @import("../system/time.zig");
const heap = @import("../queue/heap.zig");
const cause_module = @import("../limit/cause.zig");
const Cause = cause_module.Cause;
const Inspection = @import("inspection.zig").Inspection;
const IsolateLimits = @import("../limit/limits.zig").IsolateLimits;
const Mailbox = @import("../queue/mailbox.zig").Mailbox;
const Item = @import("../queue/mailbox.zig").Item;
const outbox = @import("../queue/outbox.zig");
const Pending = @import("../queue/pending.zig").Pending;
const Sandbox = @import("sandbox.zig").Sandbox;
const Template = @import("template.zig").Template;
const Thread = @import("thread.zig").Thread;
const Turn = @import("turn.zig").Turn;

/// Where an isolate stands with its scheduler. Changed under the sandbox's mutex only.
pub const State = enum(u8) {
    /// Nothing to do.
    idle,
    /// In the run queue, no thread in it.
    queued,
    /// A thread with a slot runs it.
    running,
    /// In the run queue, in the middle of a turn: its thread waits for a slot.
    parked,
    /// In the middle of a turn: its thread waits for the host to take records.
    paused,
    /// The same, for a debugger to say how it goes on.
    halted,
    /// Ended.
    dead,
};

/// How old the heap figures of `stats` may be while an isolate works.
const sample_age_max = 10 * time.ns_per_ms;

pub const terminated_bytes_max = 256;
/// A number takes 25 characters at most: no counter reaches 1e18.
pub const destroyed_bytes_max = 64 + std.enums.values(constants.IsolateStat).len * 26;

/// The time over which `cpuShare` evens out.
const share_window: f64 = 1000 * time.ns_per_ms;

const turn_ended = "{\"name\":\"Error\",\"message\":\"The turn was ended for another call that was given up\"," ++
    "\"code\":\"ERR_TURN_ENDED\"}";
const bad_payload = "{\"name\":\"Error\",\"message\":\"The payload is not what its encoding says\"," ++
    "\"code\":\"ERR_MALFORMED_MESSAGE\"}";

pub const Isolate = struct {
    handle: u32 = 0,
    id: u32,
    sandbox: *Sandbox,
    limits: IsolateLimits,
    v8: ?*shim.Isolate = null,
    /// A reference, until V8's side is made of it.
    template: ?*Template = null,

    mailbox: Mailbox = .{},
    pending: Pending = .{},
    cause: Cause = .{},
    turn: Turn = .{},
    /// Null: nobody has ever debugged it.
    inspection: std.atomic.Value(?*Inspection) = std.atomic.Value(?*Inspection).init(null),

    // The scheduler's, under the sandbox's mutex.
    state: std.atomic.Value(State) = std.atomic.Value(State).init(.idle),
    /// CPU time used, moved up on waking so that long sleep earns no credit: less goes first. While the isolate runs, its
    /// thread's.
    vruntime: u64 = 0,
    queue_index: u32 = std.math.maxInt(u32),
    /// When a timer, a task or a wall limit is due; the key in the sandbox's due heap.
    due: u64 = time.never,
    due_index: u32 = std.math.maxInt(u32),
    /// In the middle of a batch there.
    thread: ?*Thread = null,
    /// That idle thread has the isolate still entered; running it there saves the locking.
    home: ?*Thread = null,
    previous: ?*Isolate = null,
    next: ?*Isolate = null,
    /// NR_EVENT_TERMINATED is out. Under the sandbox's report mutex.
    announced: bool = false,
    /// Under the sandbox's mutex: counted in `leaving`.
    leaving: bool = false,
    /// NR_EVENT_DESTROYED is out. Under the outbox's mutex.
    reported: bool = false,
    /// Its last turn did not stop when told to.
    abandoned: bool = false,
    /// What of it the sandbox counts as leaked, while it is abandoned.
    held_bytes: u64 = 0,
    /// Under the sandbox's report mutex.
    terminated_reserve: outbox.Reserve = .{},
    destroyed_reserve: outbox.Reserve = .{},
    /// Neighbours among those that are paused, and the next of those that are to be ended.
    paused_previous: ?*Isolate = null,
    paused_next: ?*Isolate = null,
    end_next: ?*Isolate = null,
    /// The next that was doomed before it. See Sandbox.noteDoomed.
    doomed_next: ?*Isolate = null,

    // The running thread's.
    timer_due: u64 = time.never,
    task_due: std.atomic.Value(u64) = std.atomic.Value(u64).init(time.never),
    sampled_at: u64 = 0,

    /// With `cpuShare`: CPU time it may still use before it has to wait, negative what it owes, as of `share_at`.
    share_left: i64 = 0,
    share_at: u64 = 0,
    /// It has used up its share: no turn before this. Under the sandbox's mutex.
    resume_at: u64 = 0,

    // Statistics.
    /// Held while `cpu_ns` and its thread's last reading of the CPU clock change, as `cpuUsed` needs both of one moment.
    charge_mutex: sync.Mutex = .{},
    cpu_ns: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    /// The part of it that V8's workers used.
    background_ns: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    turns: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    outbound_bytes: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    messages_in: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    messages_out: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    dropped_in: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    /// It shall collect its garbage when it next comes by.
    collection_wanted: std.atomic.Value(bool) = std.atomic.Value(bool).init(false),
    preemptions: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    pauses: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    /// Heap, buffers and malloc when last sampled, in bytes.
    memory_used: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    sample_mutex: sync.Mutex = .{},
    sample: shim.HeapSample = .{},

    pub const RunQueue = heap.IntrusiveHeap(Isolate, vruntimeOf, queueSlot);
    pub const DueHeap = heap.IntrusiveHeap(Isolate, dueOf, dueSlot);

    fn vruntimeOf(self: *const Isolate) u64 {
        return self.vruntime;
    }
    fn queueSlot(self: *Isolate) *u32 {
        return &self.queue_index;
    }
    fn dueOf(self: *const Isolate) u64 {
        return self.due;
    }
    fn dueSlot(self: *Isolate) *u32 {
        return &self.due_index;
    }

    pub fn setState(self: *Isolate, state: State) void {
        self.sandbox.mutex.assertHeld();
        self.state.store(state, .seq_cst);
    }

    /// V8's side, for a call into it: not under the sandbox's mutex.
    pub fn v8Side(self: *const Isolate) *shim.Isolate {
        self.sandbox.mutex.assertNotHeld();
        return self.v8.?;
    }

    /// What its last records need, so that they are not lost when memory is refused.
    pub fn reserveLast(self: *Isolate) error{OutOfMemory}!void {
        self.terminated_reserve = try .create(terminated_bytes_max);
        errdefer self.terminated_reserve.destroy();
        self.destroyed_reserve = try .create(destroyed_bytes_max);
    }

    pub fn freeReserves(self: *Isolate) void {
        self.terminated_reserve.destroy();
        self.destroyed_reserve.destroy();
    }

    /// The last reference is gone.
    pub fn finalize(self: *Isolate) void {
        std.debug.assert(self.state.load(.monotonic) == .dead);
        self.pending.deinit();
        if (self.inspection.load(.acquire)) |inspection| {
            inspection.close();
            std.heap.c_allocator.destroy(inspection);
        }
        self.freeReserves();
        self.letTemplateGo();
        const sandbox = self.sandbox;
        std.heap.c_allocator.destroy(self);
        sandbox.letGo();
    }

    pub fn letTemplateGo(self: *Isolate) void {
        if (self.template) |template| engine.templates.release(template.handle);
        self.template = null;
    }

    /// Queues work. Any thread.
    pub fn post(
        self: *Isolate,
        kind: constants.Post,
        encoding: constants.Encoding,
        request_id: u32,
        payload: []const u8,
    ) error{ Full, TooLarge, Closed, OutOfMemory, Duplicate, Malformed }!void {
        if (kind == .inspect) return Inspection.post(self, request_id, payload);
        if (payload.len > self.limits.message_bytes_max) return error.TooLarge;
        try self.accept(kind, encoding, request_id, payload, @min(self.limits.mailbox_bytes_max, self.queueRoom()));
    }

    /// The same with what may wait decided by the caller.
    pub fn accept(
        self: *Isolate,
        kind: constants.Post,
        encoding: constants.Encoding,
        request_id: u32,
        payload: []const u8,
        bytes_max: u64,
    ) error{ Full, Closed, OutOfMemory, Duplicate }!void {
        const item = try Item.create(kind, encoding, request_id, payload);
        errdefer item.destroy();
        const owes_answer = kind == .evaluate or kind == .request;
        if (owes_answer) try self.pending.add(request_id, self.wallDeadline());
        errdefer if (owes_answer) {
            _ = self.pending.remove(request_id);
        };
        try self.mailbox.push(item, bytes_max);
        self.sandbox.noteMoved(payload.len);
        // The push and the runner's last look into the mailbox are ordered by the mailbox's mutex: one of the two sees
        // the other.
        if (self.state.load(.seq_cst) == .idle) self.sandbox.wake(self);
    }

    /// Queued messages are part of the isolate's memory: what its heap and buffers leave of that, in bytes.
    pub fn queueRoom(self: *Isolate) u64 {
        const limit = self.limits.memory_bytes;
        if (limit == 0) return std.math.maxInt(u64);
        return limit -| self.memory_used.load(.monotonic);
    }

    fn wallDeadline(self: *const Isolate) u64 {
        return if (self.limits.wall_ns == time.never) time.never else time.now() +| self.limits.wall_ns;
    }

    /// Ends the isolate for this cause, unless it has one. Any thread; takes the sandbox's mutex.
    pub fn kill(self: *Isolate, kind: cause_module.Kind, scope: cause_module.Scope, limit: u64, used: u64) void {
        if (!self.cause.set(kind, scope, limit, used)) return;
        self.turn.terminate();
        self.sandbox.hurry(self);
    }

    pub fn cancel(self: *Isolate, request_id: u32) void {
        self.turn.cancel(&self.pending, request_id);
        if (self.pending.anyGivenUp()) engine.clock.noteGivenUp();
    }

    fn dying(turn: *const Turn) bool {
        const self: *const Isolate = @alignCast(@fieldParentPtr("turn", turn));
        return self.cause.isSet();
    }

    /// What the process has no more of.
    pub fn lacking() cause_module.Resource {
        return switch (shim.nrv8_lacking()) {
            shim.lacks_memory => .memory,
            shim.lacks_addresses => .addresses,
            shim.lacks_mappings => .mappings,
            else => .none,
        };
    }

    /// Makes V8's side. False when that failed, or the isolate was ended before.
    pub fn create(self: *Isolate) bool {
        if (self.cause.isSet()) return false;
        self.sandbox.mutex.assertNotHeld();
        self.v8 = shim.nrv8_isolate_new(self, &.{
            .memory_bytes_max = self.limits.memory_bytes,
            .message_bytes_max = self.limits.message_bytes_max,
            .stack_bytes = self.limits.stack_bytes,
            .requests_max = self.limits.requests_max,
            .timers_max = self.limits.timers_max,
            .flags = self.limits.flags,
            .random_seed = self.limits.random_seed,
            .clock_start_ms = self.limits.clock_start_ms,
            .shared = if (self.template) |template| template.v8 else null,
        }) orelse {
            _ = self.cause.setCreation(lacking());
            return false;
        };
        self.letTemplateGo();
        self.sandbox.emit(self, .created, .wire, 0, &.{}, null) catch {
            _ = self.cause.setCreation(.memory);
            return false;
        };
        return true;
    }

    /// Runs turns until there is nothing to do, the isolate is being ended, or others wait and the slice is over.
    pub fn runBatch(self: *Isolate, thread: *Thread) void {
        while (!self.cause.isSet()) {
            var worked = self.runInspector();
            if (self.mailbox.take()) |item| {
                self.runItem(item);
                worked = true;
            }
            const now = if (worked) self.turn.started_at.load(.monotonic) else time.now();
            if (self.timer_due <= now) {
                self.runTimer(now);
                worked = true;
            }
            if (self.task_due.load(.monotonic) <= now) {
                self.runTask();
                worked = true;
            }
            if (self.pending.earliest.load(.monotonic) <= now) {
                _ = self.cause.set(.wall, .evaluate, self.limits.wall_ns, self.limits.wall_ns);
            }
            if (!worked) return;
            if (self.limits.cpu_share != 0 and @as(i64, @intCast(thread.uncharged())) > self.share_left) return;
            if (self.sandbox.waiting.load(.monotonic) != 0 and thread.sliceOver()) return;
            // The turn is over for which it did without one.
            if (thread.lent.load(.monotonic)) return;
        }
    }

    fn runItem(self: *Isolate, item: *Item) void {
        const bytes = item.bytes();
        const encoding = @intFromEnum(item.encoding);
        const v8 = self.v8Side();
        switch (item.kind) {
            .execute => if (self.begin(0)) {
                _ = shim.nrv8_run_script(v8, 0, encoding, bytes.ptr, bytes.len);
                self.turn.end(&self.pending);
            },
            .evaluate => if (self.begin(item.request_id)) {
                const status = shim.nrv8_run_script(v8, item.request_id, encoding, bytes.ptr, bytes.len);
                self.turn.end(&self.pending);
                self.answer(item.request_id, status);
            },
            .message => if (self.begin(0)) {
                // Before the guest can answer.
                _ = self.messages_in.fetchAdd(1, .monotonic);
                var listeners: u32 = 0;
                _ = shim.nrv8_deliver_message(v8, encoding, bytes.ptr, bytes.len, &listeners);
                self.turn.end(&self.pending);
                if (listeners == 0) _ = self.dropped_in.fetchAdd(1, .monotonic);
            },
            .request => if (self.begin(item.request_id)) {
                const status = shim.nrv8_deliver_request(v8, item.request_id, encoding, bytes.ptr, bytes.len);
                self.turn.end(&self.pending);
                self.answer(item.request_id, status);
            },
            .response, .response_error => if (self.begin(0)) {
                const is_ok: i32 = @intFromBool(item.kind == .response);
                const status = shim.nrv8_deliver_response(v8, item.request_id, is_ok, encoding, bytes.ptr, bytes.len);
                // Whoever waits in the guest must hear something.
                if (status == shim.bad_payload) _ = shim.nrv8_deliver_response(
                    v8,
                    item.request_id,
                    0,
                    @intFromEnum(constants.Encoding.json_latin1),
                    bad_payload.ptr,
                    bad_payload.len,
                );
                self.turn.end(&self.pending);
            },
            // A turn like any other: it runs what the one before may have left.
            .console => if (self.begin(0)) {
                _ = shim.nrv8_set_console(v8, @intCast(item.request_id & 1));
                self.turn.end(&self.pending);
            },
            .locale => _ = shim.nrv8_set_locale(v8, bytes.ptr, bytes.len),
            // They have a queue of their own.
            .inspect => unreachable,
        }
        if (self.mailbox.done(item, self.limits.mailbox_bytes_max)) self.tellWritable();
    }

    pub fn tellWritable(self: *Isolate) void {
        self.sandbox.emit(self, .writable, .wire, 0, &.{}, null) catch |failure| self.noteUnsent(failure);
    }

    /// Answers an evaluate or host request that the guest cannot answer any more: its payload cannot be read, or its own
    /// code was ended for another call that was given up.
    fn answer(self: *Isolate, request_id: u32, status: i32) void {
        const text = switch (status) {
            shim.bad_payload => bad_payload,
            shim.terminated => turn_ended,
            else => return,
        };
        if (self.cause.isSet() or !self.pending.remove(request_id)) return;
        self.sandbox.emit(self, .reply_error, .json_latin1, request_id, text, null) catch |failure| self.noteUnsent(failure);
    }

    /// A record that the host relies on could not be queued: then it must hear at least of the isolate's end.
    pub fn noteUnsent(self: *Isolate, failure: error{ OutOfMemory, Ended }) void {
        if (failure == error.Ended or !self.cause.set(.exhausted, .turn, 0, 0)) return;
        self.sandbox.noteDoomed(self);
    }

    /// What debuggers want comes first. Whether there was anything.
    fn runInspector(self: *Isolate) bool {
        const inspection = self.inspection.load(.seq_cst) orelse return false;
        var worked = false;
        while (inspection.waits() and self.begin(0)) {
            _ = shim.nrv8_inspect(self.v8Side());
            self.turn.end(&self.pending);
            worked = true;
        }
        return worked;
    }

    /// What was not the guest's doing is not held against the turn under way, nor against calls that wait. On its thread.
    pub fn forgive(self: *Isolate, elapsed: u64, cpu: u64) void {
        self.turn.forgive(elapsed, cpu);
        self.pending.postpone(elapsed);
    }

    fn runTimer(self: *Isolate, now: u64) void {
        self.timer_due = time.never;
        if (!self.begin(0)) return;
        var next_ms: f64 = -1;
        _ = shim.nrv8_run_timer(self.v8Side(), time.toMs(now), &next_ms);
        self.turn.end(&self.pending);
        if (next_ms >= 0) self.timer_due = @min(self.timer_due, time.fromMs(next_ms));
    }

    fn runTask(self: *Isolate) void {
        self.task_due.store(time.never, .seq_cst);
        if (!self.begin(0)) return;
        var next_ms: f64 = -1;
        _ = shim.nrv8_run_task(self.v8Side(), &next_ms);
        self.turn.end(&self.pending);
        if (next_ms >= 0) _ = self.task_due.fetchMin(time.now() +| time.fromMs(next_ms), .seq_cst);
    }

    fn begin(self: *Isolate, request_id: u32) bool {
        if (!self.turn.begin(self.v8Side(), &self.pending, request_id, dying)) return false;
        _ = self.turns.fetchAdd(1, .monotonic);
        if (self.pending.anyGivenUp()) engine.clock.noteGivenUp();
        if (self.inspection.load(.seq_cst)) |inspection| {
            // Came after the last look and before the turn, or wants to see what runs.
            if (inspection.waitsUrgently()) self.turn.interruptNow();
            if (inspection.sample_ns.load(.monotonic) != 0) engine.clock.notify(0);
        }
        return true;
    }

    /// When the isolate next has something to do by itself, or may do what it has. Under the sandbox's mutex.
    pub fn nextDue(self: *Isolate) u64 {
        self.sandbox.mutex.assertHeld();
        const deadline = self.pending.earliest.load(.monotonic);
        const work = @min(self.timer_due, self.task_due.load(.seq_cst));
        if (self.resume_at == 0) return @min(work, deadline);
        return @min(deadline, if (self.mailbox.isEmpty()) @max(work, self.resume_at) else self.resume_at);
    }

    pub fn hasWork(self: *Isolate, now: u64) bool {
        if (self.cause.isSet()) return true;
        if (self.mustWait(now)) return false;
        if (self.inspection.load(.seq_cst)) |inspection| if (inspection.waits()) return true;
        return !self.mailbox.isEmpty() or self.nextDue() <= now;
    }

    /// Whether its share of CPU time is used up. Under the sandbox's mutex.
    pub fn mustWait(self: *const Isolate, now: u64) bool {
        self.sandbox.mutex.assertHeld();
        return self.resume_at > now and !self.cause.isSet() and self.pending.earliest.load(.monotonic) > now;
    }

    /// Counts what a batch has used against the share, which fills up with time. Under the sandbox's mutex.
    pub fn useShare(self: *Isolate, used: u64, now: u64) void {
        self.sandbox.mutex.assertHeld();
        const share = self.limits.cpu_share;
        if (share == 0) return;
        const full: f64 = share * share_window;
        const gained = share * @as(f64, @floatFromInt(now - self.share_at));
        const left = @as(f64, @floatFromInt(self.share_left)) + gained;
        self.share_left = @as(i64, @intFromFloat(@min(left, full))) - @as(i64, @intCast(@min(used, time.never / 4)));
        self.share_at = now;
        // It goes on with a tenth of a window's worth, not with every microsecond it has earned.
        const missing = full / 10 - @as(f64, @floatFromInt(self.share_left));
        self.resume_at = if (self.share_left >= 0) 0 else now +| @as(u64, @intFromFloat(missing / share));
    }

    /// CPU time used until now, in nanoseconds, that of a turn under way too. Under the sandbox's mutex.
    pub fn cpuUsed(self: *Isolate) u64 {
        self.charge_mutex.lock();
        defer self.charge_mutex.unlock();
        const charged = self.cpu_ns.load(.monotonic);
        const thread = self.thread orelse return charged;
        const runs = self.state.load(.monotonic) == .running and thread.isolate == self;
        return if (runs) charged + thread.due() else charged;
    }

    /// CPU time that V8's workers have used for it since this was last asked. On the isolate's thread.
    pub fn takeBackgroundCpu(self: *Isolate) u64 {
        const total = time.fromMs(shim.nrv8_background_cpu_ms(self.v8Side()));
        return total -| self.background_ns.swap(total, .monotonic);
    }

    /// Refreshes the heap figures of `stats`, if they are old. On the isolate's thread, entered.
    pub fn sampleHeap(self: *Isolate) void {
        const now = time.now();
        if (now - self.sampled_at >= sample_age_max) self.sampleHeapNow(now);
    }

    pub fn sampleHeapNow(self: *Isolate, now: u64) void {
        self.sampled_at = now;
        var fresh: shim.HeapSample = .{};
        shim.nrv8_sample_heap(self.v8Side(), &fresh);
        const used = fresh.heap_used_bytes + fresh.external_bytes + fresh.malloc_bytes;
        self.memory_used.store(@intFromFloat(used), .monotonic);
        self.sample_mutex.lock();
        defer self.sample_mutex.unlock();
        self.sample = fresh;
    }

    /// Nothing more is taken, and what waits is dropped. On its thread.
    pub fn closeQueues(self: *Isolate) void {
        self.mailbox.close();
        if (self.inspection.load(.acquire)) |inspection| inspection.close();
    }

    /// Frees V8's side and says so. On the thread that ran it last, not entered.
    pub fn finish(self: *Isolate) void {
        self.closeQueues();
        self.sandbox.announce(self);
        if (self.v8 != null) shim.nrv8_isolate_dispose(self.v8Side());
        self.sandbox.report(self);
        self.sandbox.bury(self);
    }
};
