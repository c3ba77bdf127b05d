//! The child's one sandbox and the memory that it shares with its host.
const engine = @import("../run/engine.zig");
const feeding = @import("feeding.zig");
const layout = @import("../ring/layout.zig");
const publishing = @import("publishing.zig");
const recording = @import("recording.zig");
const socket = @import("../system/socket.zig");
const Feed = @import("../run/feed.zig").Feed;
const Sandbox = @import("../run/sandbox.zig").Sandbox;
const SandboxLimits = @import("../limit/limits.zig").SandboxLimits;

const feed: Feed = .{
    .begin = feeding.begin,
    .look = feeding.look,
    .sleep = feeding.sleep,
    .publish = publishing.publish,
    .answers = publishing.answers,
    .recorded = publishing.recorded,
    .paused = recording.carry,
};

/// Null: the system has no memory for it.
pub fn open(shared: layout.Shared, limits: SandboxLimits, bell: socket.Fd) ?*Sandbox {
    const sandbox = engine.createCarried(limits, recording.carry, &feed) catch return null;
    publishing.open(sandbox, shared.control);
    recording.open(sandbox, shared.control, shared.recordWriter(), bell);
    feeding.open(sandbox, shared.control, shared.commandReader());
    return sandbox;
}
