//! What the functions of the C ABI take and give back, checked alike wherever isolates are.
const std = @import("std");
const constants = @import("constants.zig");

pub fn code(status: constants.Status) i32 {
    return @intFromEnum(status);
}

/// Null: there are to be some, and there is no pointer.
pub fn slice(values: ?[*]const f64, count: u32) ?[]const f64 {
    if (count == 0) return &.{};
    return if (values) |pointer| pointer[0..count] else null;
}

/// As many as there is room for.
pub fn give(values: []const f64, target: [*]f64, count: u32) i32 {
    const length = @min(count, values.len);
    @memcpy(target[0..length], values[0..length]);
    return code(.ok);
}

pub const Post = struct {
    kind: constants.Post,
    encoding: constants.Encoding,
    payload: []const u8,

    /// Null: it is none.
    pub fn read(kind: u32, encoding: u32, bytes: ?[*]const u8, length: u32) ?Post {
        if (bytes == null and length != 0) return null;
        return .{
            .kind = std.enums.fromInt(constants.Post, kind) orelse return null,
            .encoding = std.enums.fromInt(constants.Encoding, encoding) orelse return null,
            .payload = if (bytes) |pointer| pointer[0..length] else &.{},
        };
    }
};
