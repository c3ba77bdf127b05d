//! engine/v8/shim.h without V8, for the scheduler's tests. A "script" is one command:
//!   "echo TEXT"  sends a message record with that payload
//!   "spin MS"    uses CPU time, coming by interrupts and termination as JIT code would
//!   "hog"        spins until terminated
//!   "deaf MS"    uses CPU time and heeds nothing, like a long builtin
//!   "deaf-hog MS" the same, then spins until terminated
//!   "compile MS" has used CPU time on other threads
//!   "cling"      cannot be freed for a while, see `clinging`
//!   "later MS ID" works for MS, then as a continuation of evaluation ID until terminated
//!   "greedy"     the same for ever, but it allocates: its end comes when it is condemned
//!   "flood N"    sends N records of 1 KiB
//!   "tell N"     the same of an inspector's
//!   "timer MS"   arms a timer that echoes "timer"
//!   "die"        reports a fatal out-of-memory error
const std = @import("std");
const constants = @import("../abi/constants.zig");
const mirror = @import("../abi/mirror.zig");
const shim = @import("../abi/shim.zig");
const time = @import("../system/time.zig");

const Fake = struct {
    owner: *anyopaque,
    entered: std.atomic.Value(bool) = std.atomic.Value(bool).init(false),
    terminating: std.atomic.Value(bool) = std.atomic.Value(bool).init(false),
    condemned: std.atomic.Value(bool) = std.atomic.Value(bool).init(false),
    interrupt_epoch: std.atomic.Value(u32) = std.atomic.Value(u32).init(0),
    interrupt_wanted: std.atomic.Value(bool) = std.atomic.Value(bool).init(false),
    timer_ms: f64 = -1,
    background_ms: f64 = 0,
    clings: bool = false,
    evaluation: u32 = 0,

    fn of(isolate: *shim.Isolate) *Fake {
        return @ptrCast(@alignCast(isolate));
    }

    fn send(self: *Fake, event: constants.Event, request_id: u32, bytes: []const u8) i32 {
        const data: ?[*]u8 = @constCast(bytes.ptr);
        return callbacks.record(self.owner, @intFromEnum(event), 0, request_id, data, bytes.len, 0);
    }

    /// Behind the byte that says what it is.
    fn nextCommand(self: *Fake, which: u32) ?[]const u8 {
        var session: u32 = 0;
        var length: usize = 0;
        const bytes = callbacks.inspector_next(self.owner, which, &session, &length) orelse return null;
        return bytes[1..length];
    }

    /// What V8's stack guard does. False: terminated.
    fn checkpoint(self: *Fake) bool {
        if (self.interrupt_wanted.swap(false, .acq_rel)) {
            if (callbacks.interrupt(self.owner, self.interrupt_epoch.load(.acquire)) == 0) return !self.terminating.load(.acquire);
            while (self.nextCommand(shim.inspect_urgent)) |command| _ = self.run(command);
        }
        return !self.terminating.load(.acquire);
    }

    fn use(self: *Fake, ms: u64, heeds: bool) bool {
        const until = time.threadCpu() + ms * time.ns_per_ms;
        while (time.threadCpu() < until) {
            if (heeds and !self.checkpoint()) return false;
        }
        return true;
    }

    fn run(self: *Fake, command: []const u8) i32 {
        std.debug.assert(self.entered.load(.acquire));
        var words = std.mem.splitScalar(u8, command, ' ');
        const verb = words.first();
        const argument = words.rest();
        const count = std.fmt.parseInt(u64, argument, 10) catch 0;
        if (std.mem.eql(u8, verb, "echo")) {
            _ = self.send(.message, 0, argument);
        } else if (std.mem.eql(u8, verb, "spin")) {
            if (!self.use(count, true)) return shim.terminated;
        } else if (std.mem.eql(u8, verb, "hog")) {
            while (self.checkpoint()) {}
            return shim.terminated;
        } else if (std.mem.eql(u8, verb, "later")) {
            var numbers = std.mem.splitScalar(u8, argument, ' ');
            const ms = std.fmt.parseInt(u64, numbers.first(), 10) catch 0;
            const before = self.evaluation;
            if (!self.use(ms, true)) return shim.terminated;
            self.evaluation = std.fmt.parseInt(u32, numbers.rest(), 10) catch 0;
            defer self.evaluation = before;
            while (self.checkpoint()) {}
            return shim.terminated;
        } else if (std.mem.eql(u8, verb, "deaf")) {
            _ = self.use(count, false);
        } else if (std.mem.eql(u8, verb, "deaf-hog")) {
            _ = self.use(count, false);
            while (self.checkpoint()) {}
            return shim.terminated;
        } else if (std.mem.eql(u8, verb, "cling")) {
            self.clings = true;
        } else if (std.mem.eql(u8, verb, "compile")) {
            self.background_ms += @floatFromInt(count);
        } else if (std.mem.eql(u8, verb, "greedy")) {
            while (!self.condemned.load(.acquire)) std.atomic.spinLoopHint();
            callbacks.fatal(self.owner, @ptrCast(self), shim.fatal_oom, "test");
        } else if (std.mem.eql(u8, verb, "flood")) {
            for (0..count) |_| {
                if (self.send(.message, 0, &(.{'x'} ** 1024)) != 0) break;
            }
        } else if (std.mem.eql(u8, verb, "tell")) {
            for (0..count) |_| {
                if (self.send(.inspect, 1, &(.{'x'} ** 1024)) != 0) break;
            }
        } else if (std.mem.eql(u8, verb, "timer")) {
            self.timer_ms = time.toMs(time.now() + count * time.ns_per_ms);
            callbacks.timer_arm(self.owner, self.timer_ms);
        } else if (std.mem.eql(u8, verb, "die")) {
            callbacks.fatal(self.owner, @ptrCast(self), shim.fatal_oom, "test");
        }
        return if (self.terminating.load(.acquire)) shim.terminated else shim.ok;
    }
};

var callbacks: shim.Callbacks = undefined;
/// Isolates that cling are not freed while this is set.
pub var clinging: std.atomic.Value(bool) = std.atomic.Value(bool).init(false);

export fn nrv8_init(_: [*]const u8, _: usize, _: [*]const u8, _: usize, table: *const shim.Callbacks) i32 {
    callbacks = table.*;
    return 0;
}
export fn nrv8_version() [*:0]const u8 {
    return "fake";
}
export fn nrv8_thread_init() void {}
export fn nrv8_thread_exit() void {}
export fn nrv8_thread_trim() void {}

export fn nrv8_forbid_jit() void {}
export fn nrv8_charge_nobody() ?*anyopaque {
    return null;
}
export fn nrv8_charge_again(_: ?*anyopaque) void {}
export fn nrv8_lacking() u32 {
    return shim.lacks_nothing;
}
export fn nrv8_template_new(_: [*]const u8, _: usize) ?*shim.Template {
    return @ptrCast(std.heap.c_allocator.create(u64) catch return null);
}
export fn nrv8_template_release(shared: *shim.Template) void {
    std.heap.c_allocator.destroy(@as(*u64, @ptrCast(@alignCast(shared))));
}
export fn nrv8_isolate_new(owner: *anyopaque, _: *const shim.Options) ?*shim.Isolate {
    const fake = std.heap.c_allocator.create(Fake) catch return null;
    fake.* = .{ .owner = owner };
    return @ptrCast(fake);
}
export fn nrv8_isolate_dispose(isolate: *shim.Isolate) void {
    std.debug.assert(!Fake.of(isolate).entered.load(.acquire));
    while (Fake.of(isolate).clings and clinging.load(.acquire)) std.Thread.yield() catch {};
    std.heap.c_allocator.destroy(Fake.of(isolate));
}
export fn nrv8_isolate_reclaim(_: *shim.Isolate, busy: *i32) usize {
    busy.* = 0;
    return 0;
}
export fn nrv8_isolate_forsake(isolate: *shim.Isolate, busy: *i32) usize {
    busy.* = 0;
    std.heap.c_allocator.destroy(Fake.of(isolate));
    return 4096;
}
export fn nrv8_enter(isolate: *shim.Isolate) void {
    // V8's Locker would wait here; the scheduler promises that it never has to for long.
    while (Fake.of(isolate).entered.swap(true, .acq_rel)) std.atomic.spinLoopHint();
}
export fn nrv8_exit(isolate: *shim.Isolate, _: i32) void {
    std.debug.assert(Fake.of(isolate).entered.swap(false, .acq_rel));
}

export fn nrv8_run_script(isolate: *shim.Isolate, id: u32, _: u32, bytes: [*]const u8, length: usize) i32 {
    const fake = Fake.of(isolate);
    fake.evaluation = id;
    defer fake.evaluation = 0;
    const status = fake.run(bytes[0..length]);
    if (id != 0 and status == shim.ok) _ = fake.send(.reply, id, "done");
    return status;
}
export fn nrv8_deliver_message(isolate: *shim.Isolate, _: u32, bytes: [*]const u8, length: usize, listeners: *u32) i32 {
    listeners.* = 1;
    return Fake.of(isolate).run(bytes[0..length]);
}
export fn nrv8_deliver_request(isolate: *shim.Isolate, id: u32, _: u32, bytes: [*]const u8, length: usize) i32 {
    const fake = Fake.of(isolate);
    const status = fake.run(bytes[0..length]);
    if (status == shim.ok) _ = fake.send(.reply, id, "done");
    return status;
}
export fn nrv8_deliver_response(_: *shim.Isolate, _: u32, _: i32, _: u32, _: [*]const u8, _: usize) i32 {
    return shim.ok;
}
export fn nrv8_run_timer(isolate: *shim.Isolate, now_ms: f64, next_ms: *f64) i32 {
    const fake = Fake.of(isolate);
    next_ms.* = -1;
    if (fake.timer_ms < 0) return shim.ok;
    if (fake.timer_ms > now_ms) {
        next_ms.* = fake.timer_ms;
        return shim.ok;
    }
    fake.timer_ms = -1;
    return fake.run("echo timer");
}
export fn nrv8_run_task(_: *shim.Isolate, next_delay_ms: *f64) i32 {
    next_delay_ms.* = -1;
    return shim.ok;
}
export fn nrv8_set_console(_: *shim.Isolate, _: i32) i32 {
    return 0;
}
/// A command that is to be taken in the middle of its turn is like a script; "await" takes the next, as a paused guest does.
export fn nrv8_inspect(isolate: *shim.Isolate) i32 {
    const fake = Fake.of(isolate);
    var which: u32 = shim.inspect_any;
    while (fake.nextCommand(which)) |command| : (which = shim.inspect_await) {
        if (std.mem.eql(u8, command, "await")) continue;
        if (fake.run(command) != shim.ok) return shim.terminated;
        if (which == shim.inspect_any or std.mem.eql(u8, command, "resume")) break;
    }
    _ = fake.nextCommand(shim.inspect_none);
    return if (fake.terminating.load(.acquire)) shim.terminated else shim.ok;
}
export fn nrv8_set_locale(_: *shim.Isolate, _: [*]const u8, _: usize) i32 {
    return 0;
}
export fn nrv8_terminate(isolate: *shim.Isolate) void {
    Fake.of(isolate).terminating.store(true, .release);
}
/// What an isolate is said to hold when it is given up.
pub const held_bytes = 1 << 20;

export fn nrv8_condemn(isolate: *shim.Isolate) usize {
    Fake.of(isolate).condemned.store(true, .release);
    return held_bytes;
}
export fn nrv8_request_interrupt(isolate: *shim.Isolate, epoch: u32) void {
    const fake = Fake.of(isolate);
    fake.interrupt_epoch.store(epoch, .release);
    fake.interrupt_wanted.store(true, .release);
}
export fn nrv8_clear_termination(isolate: *shim.Isolate) void {
    Fake.of(isolate).terminating.store(false, .release);
}
export fn nrv8_current_evaluation(isolate: *shim.Isolate) u32 {
    return Fake.of(isolate).evaluation;
}
export fn nrv8_background_cpu_ms(isolate: *shim.Isolate) f64 {
    return Fake.of(isolate).background_ms;
}
export fn nrv8_sample_heap(_: *shim.Isolate, _: *shim.HeapSample) void {}
export fn nrv8_bare_isolate_ms() f64 {
    return 1;
}

// It can stand in for the functions of the shim, all of them.
comptime {
    @setEvalBranchQuota(20_000);
    for (@typeInfo(shim).@"struct".decls) |decl| {
        if (!std.mem.startsWith(u8, decl.name, "nrv8_")) continue;
        mirror.function(decl.name, @TypeOf(@field(@This(), decl.name)), @TypeOf(@field(shim, decl.name)));
    }
}
