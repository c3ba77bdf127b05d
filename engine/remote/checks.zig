//! What of a child's words is believed. A header is looked at before its payload is copied, the payload after.
const std = @import("std");
const batch = @import("batch.zig");
const constants = @import("../abi/constants.zig");
const layout = @import("../ring/layout.zig");
const limits = @import("../limit/limits.zig");
const Header = @import("../queue/outbox.zig").Header;
const Isolate = @import("isolate.zig").Isolate;
const Process = @import("process.zig").Process;

/// Records of the engine's own are short, whatever the isolate's messages may be.
const own_bytes_max = 1024;

const ending_reasons = [_][]const u8{
    "cpu_limit_exceeded", "wall_limit_exceeded", "memory_limit_exceeded",
    "engine_error",       "creation_failed",     "system_exhausted",
};
const other_reasons = [_][]const u8{ "destroyed", "shutdown", "orphaned" };

pub const Violation = error{Violation};

/// Whose record it is. Null: nobody's, and it says that the child has lost too much.
pub fn header(process: *Process, it: Header) Violation!?*Isolate {
    if (it.size != batch.recordSize(it.payload_length)) return error.Violation;
    if (it.type == @intFromEnum(constants.Event.degraded)) {
        return if (it.payload_length == 0) null else error.Violation;
    }
    const isolate = process.isolateOf(it.isolate_id) orelse return error.Violation;
    if (it.type == layout.event_cancelled) return if (it.payload_length == 0) isolate else error.Violation;
    if (it.type == 0 or it.type > @intFromEnum(constants.Event.inspect)) return error.Violation;
    if (it.encoding > @intFromEnum(constants.Encoding.json_utf8)) return error.Violation;
    if (it.payload_length > bytesMax(isolate, it.type)) return error.Violation;
    return isolate;
}

fn bytesMax(isolate: *const Isolate, event: u16) u64 {
    if (event == @intFromEnum(constants.Event.inspect)) return if (isolate.inspected) limits.inspect_record_bytes_max else 0;
    return @max(isolate.limits.message_bytes_max, own_bytes_max);
}

pub const Verdict = enum { give, drop };

/// What becomes of an isolate's record, whose payload is the host's own copy.
pub fn record(isolate: *Isolate, it: Header, payload: []const u8) (Violation || error{OutOfMemory})!Verdict {
    if (it.type == layout.event_cancelled) return if (isolate.owed.confirm(it.request_id)) .drop else error.Violation;
    switch (@as(constants.Event, @enumFromInt(it.type))) {
        .created => {
            if (isolate.created or payload.len != 0) return error.Violation;
            isolate.created = true;
        },
        .reply, .reply_error => switch (isolate.owed.answer(it.request_id) orelse return error.Violation) {
            .wanted => {},
            .dropped => return .drop,
        },
        .request => if (!try isolate.asked.add(it.request_id, isolate.limits.requests_max)) return error.Violation,
        // Its answer may have been on its way to the guest, who gives up that: not only one that is still asked.
        .request_aborted => _ = isolate.asked.remove(it.request_id),
        .terminated => {
            if (isolate.terminated != null) return error.Violation;
            isolate.terminated = try reasonOf(it, payload, &.{&ending_reasons});
        },
        .destroyed => {
            const reason = try reasonOf(it, payload, &.{ &ending_reasons, &other_reasons });
            if (isolate.terminated) |before| if (before.ptr != reason.ptr) return error.Violation;
        },
        .writable => isolate.refused = false,
        .inspect => if (!isolate.inspected) return error.Violation,
        .message, .@"error", .rejection, .console, .memory_pressure => {},
        .degraded, _ => return error.Violation,
    }
    return .give;
}

/// The reason that a child gives for an isolate's end, which is none of those that only a host can know.
fn reasonOf(it: Header, payload: []const u8, lists: []const []const []const u8) Violation![]const u8 {
    if (it.encoding != @intFromEnum(constants.Encoding.json_latin1) or payload.len > own_bytes_max) return error.Violation;
    // What is read here is what a parser of JSON finds: no second one, none that is spelt by escapes.
    const begin = "{\"reason\":\"";
    if (!std.mem.startsWith(u8, payload, begin) or std.mem.count(u8, payload, "reason") != 1) return error.Violation;
    if (std.mem.indexOfScalar(u8, payload, '\\') != null) return error.Violation;
    const rest = payload[begin.len..];
    const text = rest[0 .. std.mem.indexOfScalar(u8, rest, '"') orelse return error.Violation];
    for (lists) |list| for (list) |known| if (std.mem.eql(u8, known, text)) return known;
    return error.Violation;
}

test "only a reason that a child can know is believed" {
    const it = std.mem.zeroInit(Header, .{ .encoding = @intFromEnum(constants.Encoding.json_latin1) });
    const lists = [_][]const []const u8{ &ending_reasons, &other_reasons };
    try std.testing.expectEqualStrings("cpu_limit_exceeded", try reasonOf(it, "{\"reason\":\"cpu_limit_exceeded\",\"usedMs\":3}", &lists));
    try std.testing.expectEqualStrings("destroyed", try reasonOf(it, "{\"reason\":\"destroyed\",\"counters\":[]}", &lists));
    for ([_][]const u8{
        "{\"reason\":\"process_crashed\"}",
        "{\"reason\":\"destroyed\",\"reason\":\"process_crashed\"}",
        "{\"reason\":\"destroyed\",\"re\\u0061son\":\"process_crashed\"}",
        "{\"x\":1,\"reason\":\"destroyed\"}",
        "{\"reason\":\"destroyed",
        "",
    }) |payload| try std.testing.expectError(error.Violation, reasonOf(it, payload, &lists));
    var other = it;
    other.encoding = @intFromEnum(constants.Encoding.json_utf16);
    try std.testing.expectError(error.Violation, reasonOf(other, "{\"reason\":\"destroyed\"}", &lists));
}
