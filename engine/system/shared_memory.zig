//! Memory that two processes share, sealed: neither can take pages away from under the other.
const std = @import("std");
const linux = std.os.linux;
const socket = @import("socket.zig");

const allow_sealing = 2;
const no_exec_seal = 8;
const add_seals = 1033;
const seal_seal = 1;
const seal_shrink = 2;
const seal_grow = 4;

/// Zeros, `bytes` of them.
pub fn create(bytes: usize) error{SystemResources}!socket.Fd {
    const fd = open(no_exec_seal) orelse open(0) orelse return error.SystemResources;
    errdefer socket.close(fd);
    if (failed(linux.ftruncate(fd, @intCast(bytes)))) return error.SystemResources;
    if (std.c.fcntl(fd, add_seals, @as(c_int, seal_shrink | seal_grow | seal_seal)) != 0) return error.SystemResources;
    return fd;
}

/// Kernels before 6.3 do not know `more`.
fn open(more: u32) ?socket.Fd {
    const fd: isize = @bitCast(linux.memfd_create("network-runtime", linux.MFD.CLOEXEC | allow_sealing | more));
    return if (fd < 0) null else @intCast(fd);
}

/// One part of a mapping: `bytes` of the memory from `offset` on. Mirrored: twice, one right behind the other, so that what
/// goes over the end of a ring is in one piece.
pub const Part = struct { offset: usize, bytes: usize, is_mirrored: bool };

/// Maps the parts one behind the other; null if the system has no addresses for them. Children of a fork do not have it.
pub fn map(fd: socket.Fd, parts: []const Part) ?[]align(std.heap.page_size_min) u8 {
    var bytes: usize = 0;
    for (parts) |part| bytes += mappedBytes(part);
    const base = linux.mmap(null, bytes, .{}, .{ .TYPE = .PRIVATE, .ANONYMOUS = true, .NORESERVE = true }, -1, 0);
    if (failed(base)) return null;
    const memory = @as([*]align(std.heap.page_size_min) u8, @ptrFromInt(base))[0..bytes];
    var at = base;
    for (parts) |part| {
        for (0..if (part.is_mirrored) 2 else 1) |_| {
            const place: [*]u8 = @ptrFromInt(at);
            const mapped = linux.mmap(place, part.bytes, .{ .READ = true, .WRITE = true }, .{ .TYPE = .SHARED, .FIXED = true }, fd, @intCast(part.offset));
            if (failed(mapped)) {
                unmap(memory);
                return null;
            }
            at += part.bytes;
        }
    }
    _ = linux.madvise(memory.ptr, bytes, linux.MADV.DONTFORK);
    return memory;
}

fn mappedBytes(part: Part) usize {
    return if (part.is_mirrored) 2 * part.bytes else part.bytes;
}

pub fn unmap(memory: []align(std.heap.page_size_min) u8) void {
    _ = linux.munmap(memory.ptr, memory.len);
}

fn failed(result: usize) bool {
    return linux.errno(result) != .SUCCESS;
}

test "a mirrored part is there twice, and nobody can make the memory smaller" {
    const page = std.heap.page_size_min;
    const fd = try create(3 * page);
    defer socket.close(fd);
    const memory = map(fd, &.{
        .{ .offset = 0, .bytes = page, .is_mirrored = false },
        .{ .offset = page, .bytes = 2 * page, .is_mirrored = true },
    }).?;
    defer unmap(memory);
    try std.testing.expectEqual(5 * page, memory.len);
    memory[page + 2 * page] = 7;
    try std.testing.expectEqual(7, memory[page]);
    try std.testing.expect(failed(linux.ftruncate(fd, page)));
    try std.testing.expect(failed(linux.ftruncate(fd, 4 * page)));
}
