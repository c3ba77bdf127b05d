//! Compares declarations that Zig writes with better types than a header can with that header's, when compiled.
const std = @import("std");

/// A function of ours takes and returns what the header's does.
pub fn function(comptime name: []const u8, comptime Ours: type, comptime Theirs: type) void {
    if (!sameFunction(Ours, Theirs)) @compileError(name ++ " is not what the header says");
}

/// A struct of ours has the header's fields, by name, place and type.
pub fn layout(comptime Ours: type, comptime Theirs: type) void {
    if (!sameLayout(Ours, Theirs)) @compileError(@typeName(Ours) ++ " is not what the header says");
}

fn sameFunction(comptime Ours: type, comptime Theirs: type) bool {
    const ours = @typeInfo(Ours).@"fn";
    const theirs = @typeInfo(Theirs).@"fn";
    if (!std.meta.eql(ours.calling_convention, theirs.calling_convention)) return false;
    if (ours.params.len != theirs.params.len) return false;
    for (ours.params, theirs.params) |our, their| {
        if (!same(our.type.?, their.type.?)) return false;
    }
    return ours.return_type == noreturn and theirs.return_type == void or same(ours.return_type.?, theirs.return_type.?);
}

fn sameLayout(comptime Ours: type, comptime Theirs: type) bool {
    const ours = @typeInfo(Ours).@"struct";
    const theirs = @typeInfo(Theirs).@"struct";
    if (ours.layout != .@"extern" or @sizeOf(Ours) != @sizeOf(Theirs)) return false;
    if (ours.fields.len != theirs.fields.len) return false;
    for (ours.fields, theirs.fields) |our, their| {
        if (!std.mem.eql(u8, our.name, their.name) or !same(our.type, their.type)) return false;
        if (@offsetOf(Ours, our.name) != @offsetOf(Theirs, their.name)) return false;
    }
    return true;
}

/// Whether one can be given for the other. Any pointer of C may be null or an array's; what it points to must be the same.
fn same(comptime Ours: type, comptime Theirs: type) bool {
    if (Ours == Theirs) return true;
    const ours = pointerOf(Ours) orelse return false;
    const theirs = pointerOf(Theirs) orelse return false;
    if (theirs.is_const and !ours.is_const) return false;
    return switch (@typeInfo(theirs.child)) {
        .@"fn" => sameFunction(ours.child, theirs.child),
        .@"struct" => sameLayout(ours.child, theirs.child),
        .@"opaque" => @typeInfo(ours.child) == .@"opaque",
        else => ours.child == theirs.child,
    };
}

fn pointerOf(comptime Type: type) ?std.builtin.Type.Pointer {
    return switch (@typeInfo(Type)) {
        .optional => |optional| pointerOf(optional.child),
        .pointer => |pointer| pointer,
        else => null,
    };
}

test "what differs is found" {
    const Small = extern struct { a: u32, b: u32 };
    const Swapped = extern struct { b: u32, a: u32 };
    const Wide = extern struct { a: u32, b: u64 };
    try std.testing.expect(comptime sameLayout(Small, extern struct { a: u32, b: u32 }));
    try std.testing.expect(comptime !sameLayout(Small, Swapped));
    try std.testing.expect(comptime !sameLayout(Small, Wide));
    try std.testing.expect(comptime !sameLayout(Small, extern struct { a: u32 }));

    const Theirs = fn ([*c]const u8, u32, ?*anyopaque, [*c]const Small) callconv(.c) i32;
    try std.testing.expect(comptime sameFunction(fn ([*]const u8, u32, *anyopaque, *const Small) callconv(.c) i32, Theirs));
    try std.testing.expect(comptime !sameFunction(fn ([*]u8, u32, *anyopaque, *const Small) callconv(.c) i32, Theirs));
    try std.testing.expect(comptime !sameFunction(fn ([*]const u8, i32, *anyopaque, *const Small) callconv(.c) i32, Theirs));
    try std.testing.expect(comptime !sameFunction(fn ([*]const u8, u32, *anyopaque, *const Swapped) callconv(.c) i32, Theirs));
    try std.testing.expect(comptime !sameFunction(fn ([*]const u8, u32, *anyopaque, *const Small) callconv(.c) u32, Theirs));
    try std.testing.expect(comptime !sameFunction(fn ([*]const u8, u32, *anyopaque) callconv(.c) i32, Theirs));
    try std.testing.expect(comptime !sameFunction(fn ([*]const u8, u32, *anyopaque, *const Small) i32, Theirs));
    try std.testing.expect(comptime sameFunction(fn () callconv(.c) noreturn, fn () callconv(.c) void));
}
