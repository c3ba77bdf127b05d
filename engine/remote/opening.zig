//! Sandboxes in child processes begin and end here.
const keeper = @import("keeper.zig");
const layout = @import("../ring/layout.zig");
const process_module = @import("process.zig");
const remote = @import("remote.zig");
const sandboxes = @import("sandbox.zig");
const socket = @import("../system/socket.zig");
const syscall_filter = @import("../system/syscall_filter.zig");
const system_process = @import("../system/process.zig");
const time = @import("../system/time.zig");
const Process = process_module.Process;
const Sandbox = sandboxes.Sandbox;
const SandboxLimits = @import("../limit/limits.zig").SandboxLimits;
const Settings = @import("settings.zig").Settings;

/// How long the first child may take to show what the kernel can do.
const probe_ns = 10_000 * time.ns_per_ms;

pub const Created = struct { handle: u32, fd: socket.Fd, layers: layout.Layers };
pub const CreateError = error{ OutOfMemory, Limit, NoDescriptor, NoThread, NoProcess, NoProgram, NotConfined };

/// With the layers that are in force, also where they are not enough.
pub fn create(limits: SandboxLimits, settings: Settings, options: []const f64, layers: *layout.Layers) CreateError!Created {
    if (!syscall_filter.isAvailable()) {
        // Of the others nobody knows; this one is missing.
        layers.* = settings.required;
        layers.seccomp = false;
        return error.NotConfined;
    }
    layers.* = .{};
    const made = try sandboxes.create(limits, settings, options);
    const sandbox = made.sandbox;
    errdefer {
        sandbox.shutdown(0);
        _ = release(sandbox);
        socket.close(made.fd);
    }
    layers.* = try probe(sandbox);
    if (!layers.missing(settings.required).isEmpty()) return error.NotConfined;
    keeper.listen(sandbox.bell, sandbox.handle);
    return .{ .handle = sandbox.handle, .fd = made.fd, .layers = layers.* };
}

/// Starts the sandbox's first child, which nobody's code is in, and waits until it says what it has given up.
fn probe(sandbox: *Sandbox) CreateError!layout.Layers {
    const process = blk: {
        sandbox.mutex.lock();
        defer sandbox.mutex.unlock();
        break :blk try sandbox.nursery.startOne(sandbox);
    };
    const control = process.control();
    const deadline = time.now() + probe_ns;
    while (control.state.value.load(.seq_cst) == @intFromEnum(layout.State.starting)) {
        if (endOf(sandbox, process)) |how| return notStarted(how);
        const now = time.now();
        if (now >= deadline) return error.NoProcess;
        // It may end without a word.
        control.state.wait(@intFromEnum(layout.State.starting), @min(deadline - now, 20 * time.ns_per_ms));
    }
    var layers: layout.Layers = @bitCast(control.layers.load(.seq_cst));
    // What it says is what the system says.
    if (system_process.isLockedDown(process.pid) == false) {
        layers.seccomp = false;
        layers.no_new_privileges = false;
    }
    sandbox.mutex.lock();
    defer sandbox.mutex.unlock();
    sandbox.nursery.refill(sandbox) catch {};
    return layers;
}

fn endOf(sandbox: *Sandbox, process: *Process) ?process_module.End {
    sandbox.mutex.lock();
    defer sandbox.mutex.unlock();
    return process.end;
}

fn notStarted(how: process_module.End) CreateError {
    return switch (how) {
        .ended => error.NotConfined,
        .not_started => |failure| switch (failure) {
            error.NoMemory => error.OutOfMemory,
            error.NoDescriptor => error.NoDescriptor,
            error.NoProcess => error.NoProcess,
            error.NoProgram => error.NoProgram,
        },
    };
}

/// Gives up the host's reference, once.
pub fn release(sandbox: *Sandbox) bool {
    {
        sandbox.mutex.lock();
        defer sandbox.mutex.unlock();
        if (!sandbox.closing or sandbox.released) return false;
        sandbox.released = true;
        sandbox.dropIsolates();
    }
    remote.sandboxes.release(sandbox.handle);
    return true;
}
