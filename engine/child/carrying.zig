//! One command of the host's: gathered, then carried out.
const std = @import("std");
const constants = @import("../abi/constants.zig");
const engine = @import("../run/engine.zig");
const layout = @import("../ring/layout.zig");
const publishing = @import("publishing.zig");
const stream = @import("../ring/stream.zig");
const templates = @import("templates.zig");
const Inspection = @import("../run/inspection.zig").Inspection;
const Isolate = @import("../run/isolate.zig").Isolate;
const IsolateLimits = @import("../limit/limits.zig").IsolateLimits;
const Item = @import("../queue/mailbox.zig").Item;
const Sandbox = @import("../run/sandbox.zig").Sandbox;

pub var sandbox: *Sandbox = undefined;

const words = @sizeOf(layout.Command) / 4;

/// A command that is longer than what of it has come.
var partial: ?layout.Command = null;
var gathered: std.ArrayList(u8) = .empty;

/// Takes one command, or a part of one. False: nothing has come.
pub fn next(reader: *stream.Reader) bool {
    const available = reader.available() catch return false;
    if (partial) |command| return gather(reader, command, available);
    if (available < @sizeOf(layout.Command)) return false;
    var raw: [words]u32 = undefined;
    reader.peekWords(&raw);
    const command: layout.Command = @bitCast(raw);
    if (command.size > available) {
        reader.skip(@sizeOf(layout.Command));
        partial = command;
        return true;
    }
    carryOut(command, reader.peek(@sizeOf(layout.Command), command.length));
    reader.skip(command.size);
    return true;
}

fn gather(reader: *stream.Reader, command: layout.Command, available: u32) bool {
    const payload_size = command.size - @sizeOf(layout.Command);
    const length: u32 = @intCast(@min(available, payload_size - gathered.items.len));
    if (length == 0) return false;
    // The host counts what it posts; without memory for it nothing goes on here.
    gathered.ensureTotalCapacityPrecise(std.heap.c_allocator, payload_size) catch @panic("no memory for a command");
    gathered.appendSliceAssumeCapacity(reader.peek(0, length));
    reader.skip(length);
    if (gathered.items.len < payload_size) return true;
    carryOut(command, gathered.items[0..command.length]);
    partial = null;
    gathered.clearAndFree(std.heap.c_allocator);
    return true;
}

fn carryOut(command: layout.Command, payload: []const u8) void {
    switch (command.kind) {
        .create => return create(command.isolate, payload),
        .template => return templates.keep(sandbox, command.isolate, payload),
        .drop_template => return templates.drop(command.isolate),
        else => {},
    }
    const slot = slotOf(command.isolate);
    const handle = if (slot.number.load(.monotonic) == command.isolate) slot.handle else 0;
    const isolate = engine.isolates.acquire(handle) orelse return lost(command);
    defer engine.isolates.release(handle);
    switch (command.kind) {
        .post => post(isolate, slot, command, payload),
        .cancel => {
            isolate.cancel(command.request_id);
            // Not one that counts as the isolate's.
            const header = headerOf(command.isolate, layout.event_cancelled, command.request_id);
            _ = sandbox.outbox.push(header, &.{}, false, &isolate.reported, false, null) catch return;
            sandbox.doorbell.ring();
        },
        .destroy => isolate.kill(.host, .turn, 0, 0),
        .tell_writable => if (isolate.mailbox.noteRefused()) isolate.tellWritable(),
        .create, .template, .drop_template, _ => {},
    }
}

fn post(isolate: *Isolate, slot: *publishing.Slot, command: layout.Command, payload: []const u8) void {
    const kind = std.enums.fromInt(constants.Post, command.post) orelse return lost(command);
    const encoding = std.enums.fromInt(constants.Encoding, command.encoding) orelse return lost(command);
    if (kind == .inspect) {
        // Its queue is not the mailbox. What it refuses is too much: then its sender does not wait for answers.
        Inspection.post(isolate, command.request_id, payload) catch {};
        return lost(command);
    }
    isolate.accept(kind, encoding, command.request_id, payload, std.math.maxInt(u64)) catch |failure| {
        if (failure == error.OutOfMemory) isolate.noteUnsent(error.OutOfMemory);
        return lost(command);
    };
    publishing.notePosted(isolate, slot, Item.costOf(payload.len));
}

fn lost(command: layout.Command) void {
    if (command.kind == .post) publishing.noteLost(command.isolate, Item.costOf(command.length));
}

fn slotOf(number: u32) *publishing.Slot {
    return &publishing.slots[number & (layout.slots_max - 1)];
}

fn create(number: u32, payload: []const u8) void {
    const slot = slotOf(number);
    slot.mutex.lock();
    defer slot.mutex.unlock();
    slot.number.store(number, .monotonic);
    slot.handle = 0;
    var options: [std.enums.values(constants.IsolateOption).len]f64 = undefined;
    @memcpy(std.mem.asBytes(&options), payload[0..@sizeOf(@TypeOf(options))]);
    var limits = IsolateLimits.read(&options) catch return refuse(number, "none");
    if (limits.template != 0) limits.template = templates.find(limits.template) orelse return refuse(number, "memory");
    slot.handle = engine.createIsolate(sandbox, limits, number) catch |failure| return refuse(number, switch (failure) {
        error.NoThread => "threads",
        error.OutOfMemory, error.Limit, error.Shutdown, error.NoTemplate => "memory",
    });
}

/// There is no isolate whose records these would be.
fn refuse(number: u32, resource: []const u8) void {
    var buffer: [96]u8 = undefined;
    const why = std.fmt.bufPrint(&buffer, "{{\"reason\":\"creation_failed\",\"resource\":\"{s}\"}}", .{resource}) catch unreachable;
    var ended = false;
    for ([_]constants.Event{ .terminated, .destroyed }) |event| {
        var header = headerOf(number, @intFromEnum(event), 0);
        header.encoding = @intFromEnum(constants.Encoding.json_latin1);
        _ = sandbox.outbox.push(header, why, false, &ended, false, null) catch @panic("no memory to say that there is none");
    }
    sandbox.doorbell.ring();
}

fn headerOf(number: u32, event: u16, request_id: u32) @import("../queue/outbox.zig").Header {
    return .{
        .size = 0,
        .type = event,
        .encoding = @intFromEnum(constants.Encoding.wire),
        .isolate_id = number,
        .request_id = request_id,
        .payload_length = 0,
        .isolate = 0,
    };
}
