//! What a child process does, from its first instruction to its end, which is its host's to decide.
const std = @import("std");
const confinement = @import("confinement.zig");
const engine = @import("../run/engine.zig");
const feeding = @import("feeding.zig");
const layout = @import("../ring/layout.zig");
const process = @import("../system/process.zig");
const serving = @import("serving.zig");
const shim = @import("../abi/shim.zig");
const SandboxLimits = @import("../limit/limits.zig").SandboxLimits;

/// Exit codes, for a host that finds a child of its own ended.
const Exit = enum(u8) { no_memory = 10, other_version = 11, no_host = 12, no_engine = 13, not_confined = layout.exit_not_confined };

extern fn nr_keep_last_words(space: [*]u8, length: usize) void;

pub fn run(image: engine.Image) u8 {
    confinement.begin();
    const shared = layout.Shared.map(process.memory_fd) orelse return @intFromEnum(Exit.no_memory);
    const control = shared.control;
    const start = control.start;
    if (start.version != layout.version) return @intFromEnum(Exit.other_version);
    nr_keep_last_words(&control.last_words, control.last_words.len);
    var layers = confinement.leave(start) orelse return @intFromEnum(Exit.no_host);
    if (start.has_jit == 0) shim.nrv8_forbid_jit();
    engine.start(image) catch return @intFromEnum(Exit.no_engine);
    engine.threads.limit(start.threads_max);
    const limits = SandboxLimits.read(&start.options) catch return @intFromEnum(Exit.no_engine);
    _ = serving.open(shared, limits, process.bell_fd) orelse return @intFromEnum(Exit.no_engine);
    layers = confinement.finish(layers, .{
        .bell = process.bell_fd,
        .alarm = engine.clock.alarm.wake_fd,
        .pid = process.current(),
        .has_jit = start.has_jit != 0,
    }, layout.threadsMax(limits.threads, limits.spare_threads));
    control.layers.store(@bitCast(layers), .monotonic);
    const is_confined = layers.missing(start.required).isEmpty();
    control.state.value.store(@intFromEnum(if (is_confined) layout.State.ready else .refused), .seq_cst);
    control.state.wakeAll();
    if (!is_confined) return @intFromEnum(Exit.not_confined);
    feeding.run();
}
