//! What V8's side calls back: on an isolate's thread in the middle of a turn, unless shim.h says otherwise.
const std = @import("std");
const constants = @import("../abi/constants.zig");
const engine = @import("engine.zig");
const shim = @import("../abi/shim.zig");
const time = @import("../system/time.zig");
const limits = @import("../limit/limits.zig");
const Isolate = @import("isolate.zig").Isolate;

pub const table: shim.Callbacks = .{
    .record = record,
    .timer_arm = timerArm,
    .interrupt = interrupt,
    .memory_exceeded = memoryExceeded,
    .memory_pressure = memoryPressure,
    .collection_wanted = collectionWanted,
    .fatal = fatal,
    .task_posted = taskPosted,
    .inspector_next = inspectorNext,
    .end_thread = endThread,
};

fn isolateOf(owner: ?*anyopaque) *Isolate {
    return @ptrCast(@alignCast(owner.?));
}

fn record(
    owner: ?*anyopaque,
    event: u32,
    encoding: u32,
    request_id: u32,
    data: ?[*]u8,
    length: usize,
    owned: i32,
) callconv(.c) i32 {
    const isolate = isolateOf(owner);
    const payload: []u8 = if (data) |bytes| bytes[0..length] else &.{};
    const status = push(isolate, event, encoding, request_id, payload, owned != 0);
    // What was not queued is freed here: the caller has given it away in any case.
    if (status != .ok and owned != 0) std.c.free(payload.ptr);
    if (status == .ok and isolate.sandbox.overfull(isolate)) isolate.thread.?.pause(isolate);
    const dropped = status == .stale;
    return @intFromEnum(if (dropped) constants.Status.ok else if (isolate.cause.isSet()) .shutdown else status);
}

/// `.stale`: an answer nobody waits for any more.
fn push(
    isolate: *Isolate,
    event: u32,
    encoding: u32,
    request_id: u32,
    payload: []u8,
    owned: bool,
) constants.Status {
    const bytes_max = if (event == @intFromEnum(constants.Event.inspect)) limits.inspect_record_bytes_max else isolate.limits.message_bytes_max;
    if (payload.len > bytes_max) return .too_large;
    switch (@as(constants.Event, @enumFromInt(event))) {
        .reply, .reply_error => {
            if (!isolate.pending.remove(request_id)) return .stale;
            // Whoever waited may look at the statistics at once.
            isolate.thread.?.chargeBackground(isolate);
            isolate.sampleHeapNow(time.now());
            if (isolate.sandbox.feed) |feed| feed.answers(isolate);
        },
        .message, .request => _ = isolate.messages_out.fetchAdd(1, .monotonic),
        // A guest that is being ended may still see the allocation fail that ended it: the host hears of the limit only.
        .@"error", .rejection => if (isolate.cause.isSet()) return .shutdown,
        .inspect => isolate.inspection.load(.acquire).?.noteSent(payload.len),
        else => {},
    }
    isolate.sandbox.push(isolate, event, encoding, request_id, payload, owned, null) catch |failure| {
        isolate.noteUnsent(failure);
        return .shutdown;
    };
    return .ok;
}

fn timerArm(owner: ?*anyopaque, deadline_ms: f64) callconv(.c) void {
    isolateOf(owner).timer_due = if (deadline_ms < 0) time.never else time.fromMs(deadline_ms);
}

fn inspectorNext(owner: ?*anyopaque, which: u32, session: *u32, length: *usize) callconv(.c) ?[*]const u8 {
    const isolate = isolateOf(owner);
    const inspection = isolate.inspection.load(.acquire) orelse return null;
    if (which == shim.inspect_none) {
        inspection.giveBack(isolate);
        return null;
    }
    const item = inspection.next(isolate, which == shim.inspect_urgent, which == shim.inspect_await) orelse return null;
    session.* = item.request_id;
    length.* = item.length;
    return item.bytes().ptr;
}

fn interrupt(owner: ?*anyopaque, epoch: u32) callconv(.c) i32 {
    const isolate = isolateOf(owner);
    if (!isolate.turn.arrived(&isolate.pending, epoch)) return 0;
    if (isolate.cause.isSet()) return 0;
    isolate.thread.?.preempt(isolate);
    const inspection = isolate.inspection.load(.acquire) orelse return 0;
    return @intFromBool(inspection.waitsUrgently());
}

/// Maybe inside a GC, where V8 must not be asked to terminate: the clock does.
fn memoryExceeded(owner: ?*anyopaque, used_bytes: usize) callconv(.c) void {
    const isolate = isolateOf(owner);
    if (!isolate.cause.set(.memory, .turn, isolate.limits.memory_bytes, used_bytes)) return;
    // A background compile may have done it while the isolate is idle.
    isolate.sandbox.noteDoomed(isolate);
}

/// Maybe inside a GC, and on any thread: the clock asks for the interrupt.
fn collectionWanted(owner: ?*anyopaque) callconv(.c) void {
    isolateOf(owner).collection_wanted.store(true, .seq_cst);
    engine.clock.notify(0);
}

/// Maybe inside a GC.
fn memoryPressure(owner: ?*anyopaque, used_bytes: usize) callconv(.c) void {
    const isolate = isolateOf(owner);
    var buffer: [96]u8 = undefined;
    const json = std.fmt.bufPrint(&buffer, "{{\"usedMb\":{d:.3},\"limitMb\":{d}}}", .{
        mebibytes(used_bytes), mebibytes(isolate.limits.memory_bytes),
    }) catch unreachable;
    isolate.sandbox.emit(isolate, .memory_pressure, .json_latin1, 0, json, null) catch |failure| isolate.noteUnsent(failure);
}

fn mebibytes(bytes: u64) f64 {
    return @as(f64, @floatFromInt(bytes)) / (1024 * 1024);
}

fn fatal(owner: ?*anyopaque, v8: ?*shim.Isolate, kind: u32, _: ?[*:0]const u8) callconv(.c) void {
    if (owner == null) return;
    const isolate = isolateOf(owner);
    if (isolate.v8 == null) {
        // It is not made yet, whatever it was that V8 could not have; no guest's code has run.
        const lacking = Isolate.lacking();
        _ = isolate.cause.setCreation(if (lacking == .none and kind != shim.fatal_other) .memory else lacking);
        isolate.v8 = v8;
        isolate.thread.?.dieInside(isolate);
    }
    if (kind == shim.fatal_other) {
        if (!isolate.limits.contains_fatal) return;
        _ = isolate.cause.set(.fatal, .turn, 0, 0);
        isolate.thread.?.dieInside(isolate);
    }
    const limit = isolate.limits.memory_bytes;
    if (kind == shim.fatal_system) _ = isolate.cause.set(.exhausted, .turn, 0, 0);
    _ = isolate.cause.set(.memory, .turn, limit, limit);
    isolate.thread.?.dieInside(isolate);
}

fn endThread() callconv(.c) noreturn {
    @import("../system/raw_exit.zig").endThread();
}

fn taskPosted(owner: ?*anyopaque, delay_ms: f64) callconv(.c) void {
    const isolate = isolateOf(owner);
    const due = time.now() +| time.fromMs(delay_ms);
    _ = isolate.task_due.fetchMin(due, .seq_cst);
    const sandbox = isolate.sandbox;
    sandbox.lock();
    defer sandbox.unlock();
    if (isolate.state.load(.monotonic) != .idle) return;
    if (delay_ms <= 0) sandbox.scheduler.enqueue(sandbox, isolate) else sandbox.scheduler.schedule(isolate);
}
