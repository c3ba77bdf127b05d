//! The caller's buffer for records, as far as it is filled.
const std = @import("std");
const Header = @import("../queue/outbox.zig").Header;

/// A record's size, header and padding included.
pub fn recordSize(payload_length: usize) usize {
    return std.mem.alignForward(usize, @sizeOf(Header) + payload_length, 8);
}

pub const Batch = struct {
    buffer: []u8,
    used: u32 = 0,
    count: u32 = 0,
    /// What the buffer would have to have for the first record, if it has not.
    needed: u32 = 0,

    /// Where a record of this size goes; null: it does not fit, and nothing more is taken.
    pub fn place(self: *Batch, size: u32) ?[]u8 {
        if (@as(u64, self.used) + size <= self.buffer.len) return self.buffer[self.used..][0..size];
        if (self.count == 0) self.needed = size;
        return null;
    }

    /// What was written there is a record.
    pub fn commit(self: *Batch, size: u32) void {
        self.used += size;
        self.count += 1;
    }

    /// A record of the host's own making. False: it does not fit.
    pub fn write(self: *Batch, template: Header, payload: []const u8) bool {
        var header = template;
        header.payload_length = @intCast(payload.len);
        header.size = @intCast(recordSize(payload.len));
        const target = self.place(header.size) orelse return false;
        @memcpy(target[0..@sizeOf(Header)], std.mem.asBytes(&header));
        @memcpy(target[@sizeOf(Header)..][0..payload.len], payload);
        @memset(target[@sizeOf(Header) + payload.len ..], 0);
        self.commit(header.size);
        return true;
    }
};
