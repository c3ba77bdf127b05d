//! The order in which a child gives up what the system would let it do: what needs a single thread before the engine starts,
//! the filter of system calls when it has.
const allowed = @import("../system/allowed_syscalls.zig");
const confinement = @import("../system/confinement.zig");
const layout = @import("../ring/layout.zig");
const process = @import("../system/process.zig");

/// The bell, the engine's alarm and what it hears hang-ups by, and one for the moment of their making.
const descriptors_max = 8;

pub const Start = layout.Start;

/// First of all: what the host had open and did not mean to pass on.
pub fn begin() void {
    confinement.name("network-runtime");
    confinement.closeFrom(process.bell_fd + 1);
}

/// Before there are threads. Null: the host has gone.
pub fn leave(start: layout.Start) ?layout.Layers {
    confinement.offerToEnd();
    var layers: layout.Layers = .{};
    layers.namespaces = confinement.leaveNamespaces();
    const is_nobody = layers.namespaces or confinement.leaveRoot();
    layers.unprivileged = confinement.dropCapabilities() and is_nobody;
    layers.no_new_privileges = confinement.refusePrivileges();
    // Both are forgotten by the system when rights change.
    confinement.hide();
    if (!confinement.endWithParent(start.host)) return null;
    layers.landlock = confinement.restrictByLandlock();
    // The memory stays mapped; nothing is read or printed.
    for ([_]i32{ 0, 1, 2, process.memory_fd }) |fd| confinement.closeOne(fd);
    return layers;
}

/// Before the first byte of a guest's. For all threads.
pub fn finish(before: layout.Layers, needs: allowed.Needs) layout.Layers {
    var layers = before;
    confinement.limitResources(descriptors_max);
    const filter = allowed.filter(needs);
    layers.seccomp = filter.install();
    layers.no_jit = layers.seccomp and !needs.has_jit;
    return layers;
}
