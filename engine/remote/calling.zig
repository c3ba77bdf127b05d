//! What a host says to its isolates in child processes. No call waits for a child.
const std = @import("std");
const constants = @import("../abi/constants.zig");
const time = @import("../system/time.zig");
const watching = @import("watching.zig");
const Isolate = @import("isolate.zig").Isolate;
const IsolateLimits = @import("../limit/limits.zig").IsolateLimits;
const Item = @import("../queue/mailbox.zig").Item;
const Sandbox = @import("sandbox.zig").Sandbox;

const allocator = std.heap.c_allocator;

pub fn createIsolate(sandbox: *Sandbox, limits: IsolateLimits, id: u32, group: u32, options: []const f64) !u32 {
    const isolate = try allocator.create(Isolate);
    errdefer allocator.destroy(isolate);
    isolate.* = .{ .id = id, .sandbox = sandbox, .limits = limits };
    return sandbox.createIsolate(isolate, group, options);
}

pub const PostError = error{ Stale, TooLarge, Full, OutOfMemory, Duplicate };

pub fn post(isolate: *Isolate, kind: constants.Post, encoding: constants.Encoding, request_id: u32, payload: []const u8) PostError!void {
    if (kind == .inspect) return inspect(isolate, encoding, request_id, payload);
    if (payload.len > isolate.limits.message_bytes_max) return error.TooLarge;
    const sandbox = isolate.sandbox;
    sandbox.mutex.lock();
    defer sandbox.mutex.unlock();
    if (!isolate.works()) return error.Stale;
    const process = isolate.process.?;
    const cost = Item.costOf(payload.len);
    const held = process.waiting(isolate);
    // One of any size always may.
    if (held != 0 and held + cost > @min(isolate.limits.mailbox_bytes_max, room(isolate))) {
        if (!isolate.refused) try process.say(.{ .size = 0, .kind = .tell_writable, .isolate = isolate.number }, &.{});
        isolate.refused = true;
        return error.Full;
    }
    const owes_answer = kind == .evaluate or kind == .request;
    if (owes_answer) try isolate.owed.add(request_id);
    errdefer if (owes_answer) isolate.owed.forget(request_id);
    try process.say(.{
        .size = 0,
        .kind = .post,
        .isolate = isolate.number,
        .post = @intCast(@intFromEnum(kind)),
        .encoding = @intCast(@intFromEnum(encoding)),
        .request_id = request_id,
    }, payload);
    process.notePosted(isolate, cost);
    if (kind == .response or kind == .response_error) _ = isolate.asked.remove(request_id);
    sandbox.noteCpu(process);
}

/// No limit of the guest's counts it; how much of it may wait is between its sender and the child's inspector.
fn inspect(isolate: *Isolate, encoding: constants.Encoding, session: u32, payload: []const u8) PostError!void {
    const sandbox = isolate.sandbox;
    sandbox.mutex.lock();
    defer sandbox.mutex.unlock();
    if (!isolate.works()) return error.Stale;
    const process = isolate.process.?;
    isolate.inspected = true;
    try process.say(.{
        .size = 0,
        .kind = .post,
        .isolate = isolate.number,
        .post = @intCast(@intFromEnum(constants.Post.inspect)),
        .encoding = @intCast(@intFromEnum(encoding)),
        .request_id = session,
    }, payload);
    process.notePosted(isolate, Item.costOf(payload.len));
}

/// Queued messages are part of the isolate's memory: what the rest of it leaves, as far as the child tells.
fn room(isolate: *Isolate) u64 {
    if (isolate.limits.memory_bytes == 0) return std.math.maxInt(u64);
    _ = isolate.process.?.control().isolates[isolate.slot()].read(&isolate.counters);
    var used: f64 = 0;
    for ([_]constants.IsolateStat{ .heap_used_bytes, .external_bytes, .malloc_bytes }) |stat| used += isolate.counters[@intFromEnum(stat)];
    return isolate.limits.memory_bytes -| @as(u64, @intFromFloat(used));
}

pub fn cancel(isolate: *Isolate, request_id: u32) void {
    const sandbox = isolate.sandbox;
    sandbox.mutex.lock();
    defer sandbox.mutex.unlock();
    const process = isolate.process orelse return;
    if (!isolate.owed.giveUp(request_id)) return;
    process.say(.{ .size = 0, .kind = .cancel, .isolate = isolate.number, .request_id = request_id }, &.{}) catch
        process.kill(.host_memory);
    process.wakeIfDue(time.never);
}

pub fn destroy(isolate: *Isolate) void {
    const sandbox = isolate.sandbox;
    sandbox.mutex.lock();
    defer sandbox.mutex.unlock();
    const process = isolate.process orelse return;
    if (isolate.closing) return;
    isolate.closing = true;
    isolate.answer_due = time.now() + watching.patience;
    process.say(.{ .size = 0, .kind = .destroy, .isolate = isolate.number }, &.{}) catch process.kill(.host_memory);
    process.wakeIfDue(time.never);
}
