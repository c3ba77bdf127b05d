//! Templates that the host has told of, by its numbers.
const std = @import("std");
const engine = @import("../run/engine.zig");
const template = @import("../run/template.zig");
const Sandbox = @import("../run/sandbox.zig").Sandbox;

/// Of the one thread at a time that carries commands out.
var handles: std.AutoHashMapUnmanaged(u32, u32) = .empty;

/// Without memory for it there is none: isolates that are to be made of it cannot be.
pub fn keep(sandbox: *Sandbox, number: u32, bytes: []const u8) void {
    handles.ensureUnusedCapacity(std.heap.c_allocator, 1) catch return;
    const handle = template.create(sandbox, bytes) catch return;
    handles.putAssumeCapacity(number, handle);
}

pub fn find(number: u32) ?u32 {
    return handles.get(number);
}

pub fn drop(number: u32) void {
    const known = handles.fetchRemove(number) orelse return;
    const its = engine.templates.acquire(known.value) orelse return;
    defer engine.templates.release(known.value);
    _ = template.release(its);
}
