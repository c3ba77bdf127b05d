//! The C ABI of isolates in child processes: checks arguments, follows handles, turns errors into codes.
const std = @import("std");
const arguments = @import("arguments.zig");
const calling = @import("../remote/calling.zig");
const constants = @import("constants.zig");
const counting = @import("../remote/counting.zig");
const keeper = @import("../remote/keeper.zig");
const layout = @import("../ring/layout.zig");
const limits = @import("../limit/limits.zig");
const looking = @import("../remote/looking.zig");
const opening = @import("../remote/opening.zig");
const remote = @import("../remote/remote.zig");
const template = @import("../remote/template.zig");
const time = @import("../system/time.zig");
const Batch = @import("../remote/batch.zig").Batch;
const Settings = @import("../remote/settings.zig").Settings;

const code = arguments.code;
const give = arguments.give;
const slice = arguments.slice;

pub export fn nr_process_program(bytes: ?[*]const u8, length: u32) i32 {
    const has = if (bytes) |from| keeper.setProgram(from[0..length]) else keeper.hasProgram();
    return code(if (has) .ok else .no_program);
}

pub export fn nr_process_sandbox_create(
    options: ?[*]const f64,
    count: u32,
    process_options: ?[*]const f64,
    process_count: u32,
    out_sandbox: ?*u32,
    out_fd: ?*i32,
    out_layers: ?*u32,
) i32 {
    const values = slice(options, count) orelse return code(.argument);
    const process_values = slice(process_options, process_count) orelse return code(.argument);
    if (out_sandbox == null or out_fd == null or out_layers == null) return code(.argument);
    const read = limits.SandboxLimits.read(values) catch return code(.argument);
    const settings = Settings.read(process_values) catch return code(.argument);
    var layers: layout.Layers = .{};
    const created = opening.create(read, settings, values, &layers);
    out_layers.?.* = @bitCast(layers);
    const made = created catch |failure| return code(switch (failure) {
        error.OutOfMemory => .nomem,
        error.NoDescriptor => .no_descriptor,
        error.Limit => .limit,
        error.NoThread => .no_thread,
        error.NoProcess => .no_process,
        error.NoProgram => .no_program,
        error.NotConfined => .isolation,
    });
    out_sandbox.?.* = made.handle;
    out_fd.?.* = made.fd;
    return code(.ok);
}

pub export fn nr_process_sandbox_shutdown(handle: u32, wait_ms: u32) i32 {
    const sandbox = remote.sandboxes.acquire(handle) orelse return code(.stale);
    defer remote.sandboxes.release(handle);
    sandbox.shutdown(@as(u64, wait_ms) * time.ns_per_ms);
    return code(.ok);
}

pub export fn nr_process_sandbox_release(handle: u32) i32 {
    const sandbox = remote.sandboxes.acquire(handle) orelse return code(.stale);
    defer remote.sandboxes.release(handle);
    return code(if (opening.release(sandbox)) .ok else .argument);
}

pub export fn nr_process_sandbox_stats(handle: u32, out: ?[*]f64, count: u32) i32 {
    const target = out orelse return code(.argument);
    const sandbox = remote.sandboxes.acquire(handle) orelse return code(.stale);
    defer remote.sandboxes.release(handle);
    var values: [layout.sandbox_stat_count]f64 = undefined;
    counting.sandboxStats(sandbox, &values);
    return give(&values, target, count);
}

pub export fn nr_process_sandbox_processes(handle: u32, out: ?[*]f64, count: u32) i32 {
    const target = out orelse return code(.argument);
    const sandbox = remote.sandboxes.acquire(handle) orelse return code(.stale);
    defer remote.sandboxes.release(handle);
    var values: [std.enums.values(constants.ProcessStat).len]f64 = undefined;
    counting.processStats(sandbox, &values);
    return give(&values, target, count);
}

pub export fn nr_process_template_create(handle: u32, bytes: ?[*]const u8, length: u32, out_template: ?*u32) i32 {
    const out = out_template orelse return code(.argument);
    const texts = (bytes orelse return code(.argument))[0..length];
    const sandbox = remote.sandboxes.acquire(handle) orelse return code(.stale);
    defer remote.sandboxes.release(handle);
    out.* = template.create(sandbox, texts) catch |failure| return code(switch (failure) {
        error.OutOfMemory => .nomem,
        error.Limit => .limit,
        error.Shutdown => .shutdown,
    });
    return code(.ok);
}

pub export fn nr_process_template_release(handle: u32) i32 {
    const shared = remote.templates.acquire(handle) orelse return code(.stale);
    defer remote.templates.release(handle);
    return code(if (template.release(shared)) .ok else .stale);
}

pub export fn nr_process_isolate_create(
    handle: u32,
    options: ?[*]const f64,
    count: u32,
    group: u32,
    id: u32,
    out_isolate: ?*u32,
) i32 {
    const values = slice(options, count) orelse return code(.argument);
    const out = out_isolate orelse return code(.argument);
    const read = limits.IsolateLimits.read(values) catch return code(.argument);
    const sandbox = remote.sandboxes.acquire(handle) orelse return code(.stale);
    defer remote.sandboxes.release(handle);
    out.* = calling.createIsolate(sandbox, read, id, group, values) catch |failure| {
        if (failure == error.CrashLoop) out.* = sandbox.waitOf(group);
        return code(switch (failure) {
            error.OutOfMemory => .nomem,
            error.NoDescriptor => .no_descriptor,
            error.Limit => .limit,
            error.Shutdown => .shutdown,
            error.CrashLoop => .crash_loop,
            error.NoTemplate => .argument,
        });
    };
    return code(.ok);
}

pub export fn nr_process_isolate_post(
    handle: u32,
    kind: u32,
    encoding: u32,
    request_id: u32,
    bytes: ?[*]const u8,
    length: u32,
) i32 {
    const post = arguments.Post.read(kind, encoding, bytes, length) orelse return code(.argument);
    const isolate = remote.isolates.acquire(handle) orelse return code(.stale);
    defer remote.isolates.release(handle);
    calling.post(isolate, post.kind, post.encoding, request_id, post.payload) catch |failure| return code(switch (failure) {
        error.Full => .full,
        error.TooLarge => .too_large,
        error.Stale => .stale,
        error.OutOfMemory => .nomem,
        error.Duplicate => .argument,
    });
    return code(.ok);
}

pub export fn nr_process_isolate_cancel(handle: u32, request_id: u32) i32 {
    const isolate = remote.isolates.acquire(handle) orelse return code(.stale);
    defer remote.isolates.release(handle);
    calling.cancel(isolate, request_id);
    return code(.ok);
}

pub export fn nr_process_isolate_destroy(handle: u32) i32 {
    const isolate = remote.isolates.acquire(handle) orelse return code(.stale);
    defer remote.isolates.release(handle);
    calling.destroy(isolate);
    return code(.ok);
}

pub export fn nr_process_isolate_stats(handle: u32, out: ?[*]f64, count: u32) i32 {
    const target = out orelse return code(.argument);
    const isolate = remote.isolates.acquire(handle) orelse return code(.stale);
    defer remote.isolates.release(handle);
    var values: [layout.isolate_stat_count]f64 = undefined;
    counting.isolateStats(isolate, &values) catch return code(.stale);
    return give(&values, target, count);
}

pub export fn nr_process_isolate_process(handle: u32, out: ?[*]f64, count: u32) i32 {
    const target = out orelse return code(.argument);
    const isolate = remote.isolates.acquire(handle) orelse return code(.stale);
    defer remote.isolates.release(handle);
    var values: [std.enums.values(constants.ProcessOf).len]f64 = undefined;
    counting.processOf(isolate, &values) catch return code(.stale);
    return give(&values, target, count);
}

pub export fn nr_process_events_take(handle: u32, buffer: ?[*]u8, capacity: u32, out_used: ?*u32) i32 {
    const used = out_used orelse return code(.argument);
    const target = buffer orelse return code(.argument);
    const sandbox = remote.sandboxes.acquire(handle) orelse return code(.stale);
    defer remote.sandboxes.release(handle);
    var batch: Batch = .{ .buffer = target[0..capacity] };
    sandbox.take(&batch);
    const is_small = batch.count == 0 and batch.needed != 0;
    used.* = if (is_small) batch.needed else batch.used;
    return if (is_small) code(.out_of_space) else @intCast(batch.count);
}

pub export fn nr_process_events_poll(handle: u32, spin_us: u32) i32 {
    const sandbox = remote.sandboxes.acquire(handle) orelse return code(.stale);
    defer remote.sandboxes.release(handle);
    return looking.poll(sandbox, spin_us);
}

pub export fn nr_process_events_arm(handle: u32) i32 {
    const sandbox = remote.sandboxes.acquire(handle) orelse return code(.stale);
    defer remote.sandboxes.release(handle);
    return looking.arm(sandbox);
}

pub export fn nr_process_events_disarm(handle: u32) i32 {
    const sandbox = remote.sandboxes.acquire(handle) orelse return code(.stale);
    defer remote.sandboxes.release(handle);
    looking.disarm(sandbox);
    return code(.ok);
}
