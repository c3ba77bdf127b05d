//! The last records of isolates whose process has ended, in the host's words.
const std = @import("std");
const batch_module = @import("batch.zig");
const constants = @import("../abi/constants.zig");
const layout = @import("../ring/layout.zig");
const system_process = @import("../system/process.zig");
const Batch = batch_module.Batch;
const Header = @import("../queue/outbox.zig").Header;
const Isolate = @import("isolate.zig").Isolate;
const Process = @import("process.zig").Process;

/// Both records of an isolate: they are written together.
const terminated_bytes_max = 1024;
const destroyed_bytes_max = 64 + layout.isolate_stat_count * 26;
const words_max = 240;

/// Whether all are written; false: the buffer is full.
pub fn write(process: *Process, batch: *Batch) bool {
    for (&process.seats) |*seat| {
        const isolate = seat.isolate orelse continue;
        if (!writeOf(process, isolate, batch)) return false;
        process.sandbox.leave(isolate);
    }
    return true;
}

fn writeOf(process: *Process, isolate: *Isolate, batch: *Batch) bool {
    const most = batch_module.recordSize(terminated_bytes_max) + batch_module.recordSize(destroyed_bytes_max);
    _ = batch.place(@intCast(most)) orelse return false;
    var reason: []const u8 = isolate.terminated orelse if (isolate.closing) "destroyed" else if (process.cause == .shutdown) "shutdown" else "";
    if (reason.len == 0) {
        reason = if (process.end.? == .not_started) "creation_failed" else "process_crashed";
        var buffer: [terminated_bytes_max]u8 = undefined;
        _ = batch.write(headerOf(isolate, .terminated), terminatedJson(process, reason, &buffer));
    }
    var buffer: [destroyed_bytes_max]u8 = undefined;
    _ = process.control().isolates[isolate.slot()].read(&isolate.counters);
    return batch.write(headerOf(isolate, .destroyed), destroyedJson(reason, &isolate.counters, &buffer));
}

fn headerOf(isolate: *const Isolate, event: constants.Event) Header {
    return .{
        .size = 0,
        .type = @intFromEnum(event),
        .encoding = @intFromEnum(constants.Encoding.json_latin1),
        .isolate_id = isolate.id,
        .request_id = 0,
        .payload_length = 0,
        .isolate = isolate.handle,
    };
}

fn terminatedJson(process: *Process, reason: []const u8, buffer: []u8) []const u8 {
    var writer = std.Io.Writer.fixed(buffer);
    writer.print("{{\"reason\":\"{s}\"", .{reason}) catch unreachable;
    switch (process.end.?) {
        .not_started => |failure| writer.print(",\"resource\":\"{s}\"", .{switch (failure) {
            error.NoMemory => "memory",
            error.NoDescriptor => "descriptors",
            error.NoProcess => "processes",
            error.NoProgram => "program",
        }}) catch unreachable,
        .ended => |ending| {
            switch (ending) {
                .signalled => |signal| writer.print(",\"signal\":\"{s}\"", .{signalName(signal)}) catch unreachable,
                .exited => |code| writer.print(",\"exitCode\":{d}", .{code}) catch unreachable,
                .unknown => {},
            }
            writeDetail(process, ending, &writer);
        },
    }
    writer.writeAll("}") catch unreachable;
    return writer.buffered();
}

fn writeDetail(process: *Process, ending: system_process.Ending, writer: *std.Io.Writer) void {
    const sigsys = 31;
    const detail = switch (process.cause) {
        .none, .shutdown, .retired => switch (ending) {
            .signalled => |signal| if (signal == sigsys) "forbidden_syscall" else "",
            .exited => |code| if (code == layout.exit_not_confined) "isolation" else "",
            .unknown => "",
        },
        else => |cause| @tagName(cause),
    };
    if (detail.len != 0) return writer.print(",\"detail\":\"{s}\"", .{detail}) catch unreachable;
    var words: [words_max]u8 = undefined;
    const text = lastWords(process, &words);
    if (text.len != 0) writer.print(",\"detail\":\"{s}\"", .{text}) catch unreachable;
}

/// What V8 said, as far as it is text that JSON has no objection to. Each byte is read once.
fn lastWords(process: *Process, buffer: *[words_max]u8) []const u8 {
    const source: [*]const volatile u8 = &process.control().last_words;
    for (buffer, 0..) |*byte, index| {
        const it = source[index];
        if (it == 0 or it == '\n') return buffer[0..index];
        byte.* = if (it < ' ' or it > '~' or it == '"' or it == '\\') '?' else it;
    }
    return buffer;
}

fn signalName(signal: u8) []const u8 {
    return switch (signal) {
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        15 => "SIGTERM",
        24 => "SIGXCPU",
        25 => "SIGXFSZ",
        31 => "SIGSYS",
        else => "another",
    };
}

fn destroyedJson(reason: []const u8, counters: []const f64, buffer: []u8) []const u8 {
    var writer = std.Io.Writer.fixed(buffer);
    writer.print("{{\"reason\":\"{s}\",\"counters\":[", .{reason}) catch unreachable;
    for (counters, 0..) |counter, index| writer.print("{s}{d}", .{ if (index == 0) "" else ",", counter }) catch unreachable;
    writer.writeAll("]}") catch unreachable;
    return writer.buffered();
}
