//! The C ABI: checks arguments, follows handles, turns errors into codes. See include/network_runtime.h.
const std = @import("std");
const arguments = @import("arguments.zig");
const child = @import("../child/main.zig");
const constants = @import("constants.zig");
const engine = @import("../run/engine.zig");
const header = @import("header.zig").public;
const limits = @import("../limit/limits.zig");
const mirror = @import("mirror.zig");
const process_abi = @import("process.zig");
const shim = @import("shim.zig");
const system_thread = @import("../system/thread.zig");
const template = @import("../run/template.zig");
const time = @import("../system/time.zig");

const code = arguments.code;
const slice = arguments.slice;

export fn nr_abi_version() u32 {
    return constants.abi_version;
}

export fn nr_abi_manifest() [*:0]const u8 {
    return constants.manifest;
}

export fn nr_v8_version() [*:0]const u8 {
    return shim.nrv8_version();
}

export fn nr_init() i32 {
    engine.start(image) catch return code(.init);
    return code(.ok);
}

const image: engine.Image = .{ .snapshot = @embedFile("snapshot"), .prelude = @embedFile("prelude") };

/// What the library does when it is executed.
export fn network_runtime_main() c_int {
    return child.run(image);
}

export fn nr_sandbox_create(options: ?[*]const f64, count: u32, out_sandbox: ?*u32, out_fd: ?*i32) i32 {
    const values = slice(options, count) orelse return code(.argument);
    if (out_sandbox == null or out_fd == null) return code(.argument);
    if (!engine.isStarted()) return code(.init);
    const read = limits.SandboxLimits.read(values) catch return code(.argument);
    const created = engine.createSandbox(read) catch |failure| return code(switch (failure) {
        error.OutOfMemory => .nomem,
        error.SystemResources => .no_descriptor,
        error.Limit => .limit,
    });
    out_sandbox.?.* = created.handle;
    out_fd.?.* = created.fd;
    return code(.ok);
}

export fn nr_sandbox_shutdown(handle: u32, wait_ms: u32) i32 {
    const sandbox = engine.sandboxes.acquire(handle) orelse return code(.stale);
    defer engine.sandboxes.release(handle);
    return @intCast(sandbox.shutdown(@as(u64, wait_ms) * time.ns_per_ms));
}

export fn nr_sandbox_release(handle: u32) i32 {
    const sandbox = engine.sandboxes.acquire(handle) orelse return code(.stale);
    defer engine.sandboxes.release(handle);
    return code(if (engine.releaseSandbox(sandbox)) .ok else .argument);
}

export fn nr_sandbox_stats(handle: u32, out: ?[*]f64, count: u32) i32 {
    const target = out orelse return code(.argument);
    const sandbox = engine.sandboxes.acquire(handle) orelse return code(.stale);
    defer engine.sandboxes.release(handle);
    var values: [std.enums.values(constants.SandboxStat).len]f64 = undefined;
    @import("../run/stats.zig").ofSandbox(sandbox, &values);
    return arguments.give(&values, target, count);
}

export fn nr_template_create(handle: u32, bytes: ?[*]const u8, length: u32, out_template: ?*u32) i32 {
    const out = out_template orelse return code(.argument);
    const texts = (bytes orelse return code(.argument))[0..length];
    const sandbox = engine.sandboxes.acquire(handle) orelse return code(.stale);
    defer engine.sandboxes.release(handle);
    out.* = template.create(sandbox, texts) catch |failure| return code(switch (failure) {
        error.Argument => .argument,
        error.OutOfMemory => .nomem,
        error.Limit => .limit,
        error.Shutdown => .shutdown,
    });
    return code(.ok);
}

export fn nr_template_release(handle: u32) i32 {
    const shared = engine.templates.acquire(handle) orelse return code(.stale);
    defer engine.templates.release(handle);
    return code(if (template.release(shared)) .ok else .stale);
}

export fn nr_isolate_create(handle: u32, options: ?[*]const f64, count: u32, id: u32, out_isolate: ?*u32) i32 {
    const values = slice(options, count) orelse return code(.argument);
    const out = out_isolate orelse return code(.argument);
    const read = limits.IsolateLimits.read(values) catch return code(.argument);
    const sandbox = engine.sandboxes.acquire(handle) orelse return code(.stale);
    defer engine.sandboxes.release(handle);
    sandbox.host_cpu.store(system_thread.currentCpu(), .monotonic);
    out.* = engine.createIsolate(sandbox, read, id) catch |failure| return code(switch (failure) {
        error.OutOfMemory => .nomem,
        error.Limit => .limit,
        error.NoThread => .no_thread,
        error.Shutdown => .shutdown,
        error.NoTemplate => .argument,
    });
    return code(.ok);
}

export fn nr_isolate_post(
    handle: u32,
    kind: u32,
    encoding: u32,
    request_id: u32,
    bytes: ?[*]const u8,
    length: u32,
) i32 {
    const post = arguments.Post.read(kind, encoding, bytes, length) orelse return code(.argument);
    const isolate = engine.isolates.acquire(handle) orelse return code(.stale);
    defer engine.isolates.release(handle);
    if (isolate.cause.isSet()) return code(.stale);
    isolate.sandbox.host_cpu.store(system_thread.currentCpu(), .monotonic);
    isolate.post(post.kind, post.encoding, request_id, post.payload) catch |failure| return code(switch (failure) {
        error.Full => .full,
        error.TooLarge => .too_large,
        error.Closed => .stale,
        error.OutOfMemory => .nomem,
        error.Duplicate, error.Malformed => .argument,
    });
    return code(.ok);
}

export fn nr_isolate_cancel(handle: u32, request_id: u32) i32 {
    const isolate = engine.isolates.acquire(handle) orelse return code(.stale);
    defer engine.isolates.release(handle);
    isolate.cancel(request_id);
    return code(.ok);
}

export fn nr_isolate_destroy(handle: u32) i32 {
    const isolate = engine.isolates.acquire(handle) orelse return code(.stale);
    defer engine.isolates.release(handle);
    isolate.kill(.host, .turn, 0, 0);
    return code(.ok);
}

export fn nr_isolate_stats(handle: u32, out: ?[*]f64, count: u32) i32 {
    const target = out orelse return code(.argument);
    const isolate = engine.isolates.acquire(handle) orelse return code(.stale);
    defer engine.isolates.release(handle);
    var values: [std.enums.values(constants.IsolateStat).len]f64 = undefined;
    @import("../run/stats.zig").ofIsolate(isolate, &values);
    return arguments.give(&values, target, count);
}

export fn nr_events_take(handle: u32, buffer: ?[*]u8, capacity: u32, out_used: ?*u32) i32 {
    const used = out_used orelse return code(.argument);
    const target = buffer orelse return code(.argument);
    const sandbox = engine.sandboxes.acquire(handle) orelse return code(.stale);
    defer engine.sandboxes.release(handle);
    const taken = sandbox.take(target[0..capacity]);
    used.* = if (taken.needed != 0) taken.needed else taken.bytes;
    return if (taken.needed != 0) code(.out_of_space) else @intCast(taken.count);
}

export fn nr_events_poll(handle: u32, spin_us: u32) i32 {
    const sandbox = engine.sandboxes.acquire(handle) orelse return code(.stale);
    defer engine.sandboxes.release(handle);
    return @import("../run/poll.zig").poll(sandbox, spin_us);
}

export fn nr_events_arm(handle: u32) i32 {
    const sandbox = engine.sandboxes.acquire(handle) orelse return code(.stale);
    defer engine.sandboxes.release(handle);
    sandbox.doorbell.arm();
    if (sandbox.outbox.isEmpty()) return 1;
    sandbox.doorbell.disarm();
    return 0;
}

export fn nr_events_disarm(handle: u32) i32 {
    const sandbox = engine.sandboxes.acquire(handle) orelse return code(.stale);
    defer engine.sandboxes.release(handle);
    sandbox.doorbell.disarm();
    return code(.ok);
}

export fn nr_bench_bare_isolate(out_ms: ?*f64) i32 {
    const out = out_ms orelse return code(.argument);
    if (!engine.isStarted()) return code(.init);
    out.* = engine.timeBareIsolate() catch return code(.nomem);
    return code(if (out.* < 0) .nomem else .ok);
}

// Every function of the header is here, as it says.
comptime {
    @setEvalBranchQuota(20_000);
    for (@typeInfo(header).@"struct".decls) |decl| {
        if (!std.mem.startsWith(u8, decl.name, "nr_")) continue;
        const Theirs = @TypeOf(@field(header, decl.name));
        if (@typeInfo(Theirs) != .@"fn") continue;
        const ours = if (std.mem.startsWith(u8, decl.name, "nr_process_")) process_abi else @This();
        mirror.function(decl.name, @TypeOf(@field(ours, decl.name)), Theirs);
    }
}
