//! The order in which a child gives up what the system would let it do: what needs a single thread before the engine starts,
//! the filter of system calls when it has.
const allowed = @import("../system/allowed_syscalls.zig");
const confinement = @import("../system/confinement.zig");
const layout = @import("../ring/layout.zig");
const process = @import("../system/process.zig");
const system_thread = @import("../system/thread.zig");

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
    // First, so that in a namespace of its own, too, it is nobody whom the host's user owns something of.
    const is_nobody = confinement.leaveRoot();
    layers.namespaces = confinement.leaveNamespaces();
    layers.unprivileged = confinement.dropCapabilities() and (is_nobody or layers.namespaces);
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
pub fn finish(before: layout.Layers, needs: allowed.Needs, threads_max: u64) layout.Layers {
    var layers = before;
    confinement.limitResources(descriptors_max);
    // Without users of its own, those of the host count as well.
    if (layers.namespaces) confinement.limitThreads(threads_max);
    system_thread.letBeDemoted();
    const filter = allowed.filter(needs);
    layers.seccomp = filter.install();
    layers.no_jit = layers.seccomp and !needs.has_jit;
    return layers;
}
