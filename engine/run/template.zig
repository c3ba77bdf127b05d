//! Modules' texts that isolates of one sandbox are made with, and share. V8's side has them.
const std = @import("std");
const engine = @import("engine.zig");
const shim = @import("../abi/shim.zig");
const Sandbox = @import("sandbox.zig").Sandbox;

const allocator = std.heap.c_allocator;

pub const Template = struct {
    handle: u32 = 0,
    sandbox: *Sandbox,
    v8: *shim.Template,
    /// Neighbours in the sandbox's list, under its mutex.
    previous: ?*Template = null,
    next: ?*Template = null,

    /// The last reference is gone: its owner's, or that of an isolate which is to be made of it.
    pub fn finalize(self: *Template) void {
        shim.nrv8_template_release(self.v8);
        const sandbox = self.sandbox;
        allocator.destroy(self);
        sandbox.letGo();
    }
};

pub fn create(sandbox: *Sandbox, bytes: []const u8) error{ Argument, OutOfMemory, Limit, Shutdown }!u32 {
    const v8 = shim.nrv8_template_new(bytes.ptr, bytes.len) orelse return error.Argument;
    errdefer shim.nrv8_template_release(v8);
    const template = try allocator.create(Template);
    errdefer allocator.destroy(template);
    template.* = .{ .sandbox = sandbox, .v8 = v8 };
    sandbox.lock();
    defer sandbox.unlock();
    if (sandbox.closing) return error.Shutdown;
    const handle = try engine.templates.add(allocator, template);
    sandbox.hold();
    template.next = sandbox.templates;
    if (sandbox.templates) |first| first.previous = template;
    sandbox.templates = template;
    return handle;
}

/// Gives up the owner's reference. False: it has been.
pub fn release(template: *Template) bool {
    const sandbox = template.sandbox;
    {
        sandbox.lock();
        defer sandbox.unlock();
        if (!isListed(template)) return false;
        unlist(template);
    }
    engine.templates.release(template.handle);
    return true;
}

/// Those of a sandbox that takes no more isolates.
pub fn releaseAll(sandbox: *Sandbox) void {
    while (true) {
        sandbox.lock();
        const first = sandbox.templates;
        if (first) |template| unlist(template);
        sandbox.unlock();
        engine.templates.release((first orelse return).handle);
    }
}

fn isListed(template: *const Template) bool {
    return template.previous != null or template.sandbox.templates == template;
}

fn unlist(template: *Template) void {
    template.sandbox.mutex.assertHeld();
    if (template.previous) |previous| previous.next = template.next else template.sandbox.templates = template.next;
    if (template.next) |next| next.previous = template.previous;
    template.previous = null;
    template.next = null;
}
