//! Modules' texts that isolates are made with: kept here, and said to each child once, with the first isolate of it there.
const std = @import("std");
const remote = @import("remote.zig");
const Process = @import("process.zig").Process;
const Sandbox = @import("sandbox.zig").Sandbox;

const allocator = std.heap.c_allocator;

pub const Template = struct {
    handle: u32 = 0,
    sandbox: *Sandbox,
    bytes: []u8,
    /// The next of the sandbox's, under its mutex.
    next: ?*Template = null,

    /// The owner's reference is gone, and nobody is reading it.
    pub fn finalize(self: *Template) void {
        allocator.free(self.bytes);
        const sandbox = self.sandbox;
        allocator.destroy(self);
        remote.sandboxes.release(sandbox.handle);
    }

    /// Under the sandbox's mutex. What a child has been told it knows, until it is told otherwise.
    pub fn tell(self: *Template, process: *Process) error{OutOfMemory}!void {
        if (std.mem.indexOfScalar(u32, process.templates.items, self.handle) != null) return;
        try process.templates.append(allocator, self.handle);
        errdefer _ = process.templates.pop();
        try process.say(.{ .size = 0, .kind = .template, .isolate = self.handle }, self.bytes);
    }
};

pub fn create(sandbox: *Sandbox, bytes: []const u8) error{ OutOfMemory, Limit, Shutdown }!u32 {
    const copy = try allocator.dupe(u8, bytes);
    errdefer allocator.free(copy);
    const template = try allocator.create(Template);
    errdefer allocator.destroy(template);
    template.* = .{ .sandbox = sandbox, .bytes = copy };
    sandbox.mutex.lock();
    defer sandbox.mutex.unlock();
    if (sandbox.closing) return error.Shutdown;
    const handle = try remote.templates.add(allocator, template);
    sandbox.hold();
    template.next = sandbox.templates;
    sandbox.templates = template;
    return handle;
}

/// Gives up the owner's reference. False: it has been.
pub fn release(template: *Template) bool {
    const sandbox = template.sandbox;
    {
        sandbox.mutex.lock();
        defer sandbox.mutex.unlock();
        if (!unlist(template)) return false;
        for (sandbox.nursery.list.items) |process| forget(process, template.handle);
    }
    remote.templates.release(template.handle);
    return true;
}

/// Those of a sandbox that takes no more isolates.
pub fn releaseAll(sandbox: *Sandbox) void {
    while (true) {
        sandbox.mutex.lock();
        const first = sandbox.templates;
        if (first) |template| sandbox.templates = template.next;
        sandbox.mutex.unlock();
        remote.templates.release((first orelse return).handle);
    }
}

fn unlist(template: *Template) bool {
    var link = &template.sandbox.templates;
    while (link.*) |listed| : (link = &listed.next) {
        if (listed != template) continue;
        link.* = template.next;
        return true;
    }
    return false;
}

fn forget(process: *Process, handle: u32) void {
    const index = std.mem.indexOfScalar(u32, process.templates.items, handle) orelse return;
    _ = process.templates.swapRemove(index);
    process.say(.{ .size = 0, .kind = .drop_template, .isolate = handle }, &.{}) catch process.kill(.host_memory);
}
