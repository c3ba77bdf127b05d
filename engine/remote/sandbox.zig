//! A sandbox whose isolates are in child processes: which of them are where, and the way of work and records between.
const std = @import("std");
const constants = @import("../abi/constants.zig");
const ends = @import("ends.zig");
const keeper = @import("keeper.zig");
const layout = @import("../ring/layout.zig");
const records = @import("records.zig");
const remote = @import("remote.zig");
const socket = @import("../system/socket.zig");
const sync = @import("../system/sync.zig");
const system_thread = @import("../system/thread.zig");
const time = @import("../system/time.zig");
const Batch = @import("batch.zig").Batch;
const Isolate = @import("isolate.zig").Isolate;
const Nursery = @import("nursery.zig").Nursery;
const process_module = @import("process.zig");
const Process = process_module.Process;
const SandboxLimits = @import("../limit/limits.zig").SandboxLimits;
const Settings = @import("settings.zig").Settings;
const Spinning = @import("../limit/spinning.zig").Spinning;
const template_module = @import("template.zig");
const Template = template_module.Template;

const allocator = std.heap.c_allocator;

pub const Sandbox = struct {
    handle: u32 = 0,
    limits: SandboxLimits,
    settings: Settings,
    /// As the host gave them, for the children.
    options: [layout.sandbox_option_count]f64,
    /// The children's end of the doorbell; the host has the other.
    bell: socket.Fd = socket.none,
    mutex: sync.Mutex = .{},
    spinning: Spinning = .{},

    // Under the mutex.
    nursery: Nursery = .{},
    isolate_count: u32 = 0,
    templates: ?*Template = null,
    /// The host sleeps, or does not look yet; otherwise it looks soon.
    is_armed: bool = true,
    closing: bool = false,
    released: bool = false,
    totals: Totals = .{},
    /// The child that goes first when records are next taken.
    turn: u32 = 0,
    /// Children that have not ended; shutdown waits on it.
    alive: std.atomic.Value(u32) = .init(0),

    /// Of children that are gone.
    pub const Totals = struct { cpu_ms: f64 = 0, turns: f64 = 0, contained: f64 = 0, doorbells: f64 = 0, crashes: u32 = 0, started: u32 = 0 };

    pub fn finalize(self: *Sandbox) void {
        self.nursery.deinit();
        socket.close(self.bell);
        allocator.destroy(self);
    }

    pub fn hold(self: *Sandbox) void {
        _ = remote.sandboxes.acquire(self.handle).?;
    }

    /// Makes an isolate in a child of its group, and says so to that child.
    pub fn createIsolate(self: *Sandbox, isolate: *Isolate, group: u32, options: []const f64) error{ Limit, Shutdown, OutOfMemory, NoDescriptor, CrashLoop, NoTemplate }!u32 {
        const template = if (isolate.limits.template == 0) null else remote.templates.acquire(isolate.limits.template) orelse return error.NoTemplate;
        defer if (template) |its| remote.templates.release(its.handle);
        self.mutex.lock();
        defer self.mutex.unlock();
        if (self.closing) return error.Shutdown;
        if (self.isolate_count >= self.limits.isolates_max) return error.Limit;
        const process = try self.nursery.place(self, group);
        errdefer if (process.isolate_count == 0) self.nursery.noteEmpty(self, process);
        const handle = try remote.isolates.add(allocator, isolate);
        if (!process.seat(isolate)) unreachable;
        var padded: [std.enums.values(constants.IsolateOption).len]f64 = @splat(0);
        @memcpy(padded[0..@min(options.len, padded.len)], options[0..@min(options.len, padded.len)]);
        self.hold();
        self.isolate_count += 1;
        if (template) |its| its.tell(process) catch process.kill(.host_memory);
        process.say(.{ .size = 0, .kind = .create, .isolate = isolate.number }, std.mem.asBytes(&padded)) catch
            process.kill(.host_memory);
        self.noteCpu(process);
        keeper.noteWork();
        self.nursery.refill(self) catch {};
        return handle;
    }

    /// Its last record has been handed out.
    pub fn leave(self: *Sandbox, isolate: *Isolate) void {
        self.mutex.assertHeld();
        const process = isolate.process orelse return;
        process.unseat(isolate);
        self.isolate_count -= 1;
        if (process.isolate_count == 0) self.nursery.noteEmpty(self, process);
        remote.isolates.release(isolate.handle);
    }

    pub fn noteCpu(_: *Sandbox, process: *Process) void {
        process.control().host_cpu.value.store(system_thread.currentCpu(), .monotonic);
    }

    /// Records of all children, and the ends of those that are gone.
    pub fn take(self: *Sandbox, batch: *Batch) void {
        self.mutex.lock();
        defer self.mutex.unlock();
        self.turn +%= 1;
        const length_before = self.nursery.list.items.len;
        // A child that ends leaves the list, whose order is kept.
        var snapshot: [256]*Process = undefined;
        var index: usize = 0;
        while (index < length_before) {
            const length = @min(snapshot.len, length_before - index);
            @memcpy(snapshot[0..length], self.nursery.list.items[index..][0..length]);
            for (0..length) |i| if (!self.takeFrom(snapshot[(i + self.turn) % length], batch)) return;
            index += length;
            if (self.nursery.list.items.len != length_before) return;
        }
    }

    fn takeFrom(self: *Sandbox, process: *Process, batch: *Batch) bool {
        process.pump();
        // Before its records: what it wrote until then is there.
        const has_ended = process.end != null;
        if (!records.take(process, batch)) return false;
        if (!has_ended) return true;
        if (!ends.write(process, batch)) return false;
        self.nursery.remove(process);
        return true;
    }

    pub fn hasRecords(self: *Sandbox) bool {
        self.mutex.assertHeld();
        for (self.nursery.list.items) |process| if (process.hasRecords()) return true;
        return false;
    }

    pub fn arm(self: *Sandbox, armed: bool) void {
        self.mutex.assertHeld();
        self.is_armed = armed;
        for (self.nursery.list.items) |process| {
            process.control().armed.value.store(@intFromBool(armed), .seq_cst);
            if (armed) process.wakeIfDue(time.never);
        }
    }

    /// Wakes the host for records of its own.
    pub fn ring(self: *Sandbox) void {
        socket.sendByte(self.bell);
    }

    /// Ends all children and waits for that. What they have said can still be taken.
    pub fn shutdown(self: *Sandbox, wait_ns: u64) void {
        const deadline = time.now() +| wait_ns;
        _ = self.end();
        while (true) {
            const left = self.alive.load(.acquire);
            const now = time.now();
            if (left == 0 or now >= deadline) return;
            sync.futexWaitFor(&self.alive, left, deadline - now);
        }
    }

    /// Whether it is new that it ends.
    pub fn end(self: *Sandbox) bool {
        {
            self.mutex.lock();
            defer self.mutex.unlock();
            if (self.closing) return false;
            self.closing = true;
            for (self.nursery.list.items) |process| process.kill(.shutdown);
        }
        template_module.releaseAll(self);
        return true;
    }

    /// Whose end nobody has taken ends here.
    pub fn dropIsolates(self: *Sandbox) void {
        self.mutex.assertHeld();
        for (self.nursery.list.items) |process| {
            for (&process.seats) |*seat| if (seat.isolate) |isolate| self.leave(isolate);
        }
    }

    /// How long the group has to wait for another process, in ms, rounded up.
    pub fn waitOf(self: *Sandbox, group: u32) u32 {
        self.mutex.lock();
        defer self.mutex.unlock();
        const wait = self.nursery.strikes.wait(group, time.now());
        return @intCast(std.math.divCeil(u64, wait, time.ns_per_ms) catch unreachable);
    }

    /// A child has ended. The keeper's.
    pub fn noteEnd(self: *Sandbox, process: *Process, how: process_module.End, was_out_of_memory: bool) void {
        {
            self.mutex.lock();
            defer self.mutex.unlock();
            process.end = how;
            if (was_out_of_memory and process.cause == .none) process.cause = .out_of_memory;
            if (process.group) |group| if (process.hasCrashed()) self.nursery.strikes.note(group, time.now());
            const pidfd = process.pidfd;
            process.pidfd = socket.none;
            if (pidfd != socket.none) socket.close(pidfd);
            self.count(process);
            if (process.cause != .shutdown and process.cause != .retired) self.totals.crashes += 1;
        }
        _ = self.alive.fetchSub(1, .release);
        sync.futexWake(&self.alive, std.math.maxInt(u32));
        self.ring();
    }

    fn count(self: *Sandbox, process: *Process) void {
        var values: [layout.sandbox_stat_count]f64 = undefined;
        if (!process.control().sandbox.read(&values)) return;
        self.totals.cpu_ms += values[@intFromEnum(constants.SandboxStat.cpu_ms)];
        self.totals.turns += values[@intFromEnum(constants.SandboxStat.turns)];
        self.totals.contained += values[@intFromEnum(constants.SandboxStat.contained)];
        self.totals.doorbells += values[@intFromEnum(constants.SandboxStat.doorbells)];
    }
};

/// Makes one, and the child that shows what the kernel can do if it is the first of its kind.
pub fn create(limits: SandboxLimits, settings: Settings, options: []const f64) error{ OutOfMemory, Limit, NoDescriptor, NoThread }!struct { sandbox: *Sandbox, fd: socket.Fd } {
    try keeper.start();
    const sandbox = try allocator.create(Sandbox);
    errdefer allocator.destroy(sandbox);
    const fds = socket.pair() catch return error.NoDescriptor;
    errdefer for (fds) |fd| socket.close(fd);
    sandbox.* = .{ .limits = limits, .settings = settings, .options = @splat(0), .bell = fds[1] };
    const length = @min(options.len, sandbox.options.len);
    @memcpy(sandbox.options[0..length], options[0..length]);
    _ = try remote.sandboxes.add(allocator, sandbox);
    return .{ .sandbox = sandbox, .fd = fds[0] };
}
