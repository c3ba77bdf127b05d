//! Takes records of one child into the host's buffer. The first that cannot be is the last that is looked at.
const std = @import("std");
const checks = @import("checks.zig");
const constants = @import("../abi/constants.zig");
const pace = @import("../ring/pace.zig");
const time = @import("../system/time.zig");
const watching = @import("watching.zig");
const Batch = @import("batch.zig").Batch;
const Header = @import("../queue/outbox.zig").Header;
const Isolate = @import("isolate.zig").Isolate;
const process_module = @import("process.zig");
const Process = process_module.Process;

const allocator = std.heap.c_allocator;
const header_words = @sizeOf(Header) / 4;

const Failure = checks.Violation || error{OutOfMemory};

/// Whether all has been taken that is there; false: the buffer is full.
pub fn take(process: *Process, batch: *Batch) bool {
    if (process.cause == .protocol or process.cause == .host_memory) return true;
    const before = process.reader.at;
    defer if (process.reader.at != before) giveRoom(process);
    while (true) {
        const went = takeOne(process, batch) catch |failure| {
            process.kill(if (failure == error.OutOfMemory) .host_memory else .protocol);
            // Also of one that is dead already: nothing of what follows is looked at.
            process.cause = if (failure == error.OutOfMemory) .host_memory else .protocol;
            return true;
        };
        switch (went) {
            .on => {},
            .none => return true,
            .full => return false,
        }
    }
}

const Went = enum { on, none, full };

fn takeOne(process: *Process, batch: *Batch) Failure!Went {
    const available = try process.reader.available();
    if (process.partial) |*partial| return gather(process, partial, available, batch);
    if (available < @sizeOf(Header)) return .none;
    var words: [header_words]u32 = undefined;
    process.reader.peekWords(&words);
    const header: Header = @bitCast(words);
    const isolate = try checks.header(process, header);
    if (header.size > available) {
        const record = try allocator.alignedAlloc(u8, .@"8", header.size);
        @memcpy(record[0..@sizeOf(Header)], std.mem.asBytes(&header));
        process.partial = .{ .record = record, .filled = @sizeOf(Header) };
        process.reader.skip(@sizeOf(Header));
        return .on;
    }
    const target = batch.place(header.size) orelse return .full;
    @memcpy(target[@sizeOf(Header)..], process.reader.peek(@sizeOf(Header), header.size - @sizeOf(Header)));
    try finish(process, isolate, header, target, batch);
    process.reader.skip(header.size);
    return .on;
}

/// A long record, into memory of the host's.
fn gather(process: *Process, partial: *process_module.Partial, available: u32, batch: *Batch) Failure!Went {
    const record = partial.record;
    const length: u32 = @intCast(@min(available, record.len - partial.filled));
    @memcpy(record[partial.filled..][0..length], process.reader.peek(0, length));
    partial.filled += length;
    process.reader.skip(length);
    if (partial.filled < record.len) {
        giveRoom(process);
        return if (length == 0) .none else .on;
    }
    const target = batch.place(@intCast(record.len)) orelse return .full;
    @memcpy(target, record);
    const header = std.mem.bytesToValue(Header, record[0..@sizeOf(Header)]);
    allocator.free(record);
    process.partial = null;
    try finish(process, try checks.header(process, header), header, target, batch);
    return .on;
}

fn finish(process: *Process, owner: ?*Isolate, header: Header, target: []u8, batch: *Batch) Failure!void {
    // What is lost in the child is lost with it.
    const isolate = owner orelse return;
    const payload = target[@sizeOf(Header)..][0..header.payload_length];
    if (try checks.record(isolate, header, payload) == .drop) return;
    var translated = header;
    translated.isolate_id = isolate.id;
    translated.isolate = isolate.handle;
    @memcpy(target[0..@sizeOf(Header)], std.mem.asBytes(&translated));
    @memset(target[@sizeOf(Header) + payload.len ..], 0);
    batch.commit(header.size);
    if (header.type == @intFromEnum(constants.Event.terminated)) isolate.answer_due = time.now() + watching.patience;
    if (header.type == @intFromEnum(constants.Event.destroyed)) process.sandbox.leave(isolate);
}

fn giveRoom(process: *Process) void {
    process.reader.publish();
    const page = process.control();
    if (page.wants_taking.value.load(.seq_cst) != 0 and page.wants_taking.value.swap(0, .seq_cst) != 0) page.wake.bump();
    pace.dawdle();
}
