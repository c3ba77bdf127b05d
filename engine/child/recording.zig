//! Records on their way to the host: from the outbox into the ring, by whichever thread has added one. Guests are paused
//! by what the host has not taken, as they are without a ring.
const std = @import("std");
const layout = @import("../ring/layout.zig");
const pace = @import("../ring/pace.zig");
const shim = @import("../abi/shim.zig");
const socket = @import("../system/socket.zig");
const stream = @import("../ring/stream.zig");
const Header = @import("../queue/outbox.zig").Header;
const Sandbox = @import("../run/sandbox.zig").Sandbox;
const Turnstile = @import("turnstile.zig").Turnstile;

var sandbox: *Sandbox = undefined;
var control: *layout.Control = undefined;
var writer: stream.Writer = undefined;
var bell: socket.Fd = socket.none;
var turnstile: Turnstile = .{};

// Under the turnstile.
/// How much of the oldest record is in the ring, while it does not fit.
var position: usize = 0;
/// What is in the ring and not taken, oldest first: whose, and where it ends.
var in_ring: std.Deque(Sent) = .initBuffer(&in_ring_space);
const Sent = struct { isolate: u32, end: u32, bytes: u32 };
var in_ring_space: [8192]Sent = undefined;
/// Records of one isolate in a row are noted as one, up to this size.
const credited_at_once = 16 * 1024;

pub fn open(its_sandbox: *Sandbox, its_control: *layout.Control, its_writer: stream.Writer, its_bell: socket.Fd) void {
    sandbox = its_sandbox;
    control = its_control;
    writer = its_writer;
    bell = its_bell;
}

/// Moves what there is as far as there is room. Any thread, with locks that guard no queue.
pub fn carry() void {
    // It may be a guest's turn that does it; what is allocated on the way is not the guest's.
    const who = shim.nrv8_charge_nobody();
    defer shim.nrv8_charge_again(who);
    turnstile.pass(move);
}

fn move() void {
    while (true) {
        // Before there is seen to be no room: of what the host takes from then on either this side or the host takes notice.
        const seen = control.event_tail.value.load(.seq_cst);
        creditTaken();
        const is_blocked = fill();
        if (!is_blocked and sandbox.paused.load(.seq_cst) == 0) return;
        // The host is to wake somebody; but it may have taken some meanwhile.
        control.wants_taking.value.store(1, .seq_cst);
        if (seen == control.event_tail.value.load(.seq_cst) and !hasTaken()) return;
    }
}

/// Whether records could not all go.
fn fill() bool {
    while (sandbox.outbox.front()) |front| {
        const wrote = put(front.header, front.payload);
        publish();
        if (!wrote) return true;
    }
    return false;
}

/// Small ones in one go. False: it is not all in the ring yet.
fn put(template: Header, payload: []const u8) bool {
    var header = template;
    header.isolate = 0;
    const size = template.size;
    const room = writer.room() catch 0;
    if (position == 0 and room < size and size <= layout.ring_bytes / 4) return false;
    const parts = [_][]const u8{ std.mem.asBytes(&header), payload, zeros[0 .. size - @sizeOf(Header) - payload.len] };
    var start: usize = 0;
    for (parts) |part| {
        defer start += part.len;
        if (position >= start + part.len) continue;
        position += writer.write(part[position - start ..]) catch 0;
        if (position < start + part.len) return false;
    }
    position = 0;
    noteSent(template.isolate, size);
    sandbox.outbox.dropFront();
    return true;
}

const zeros: [8]u8 = @splat(0);

fn noteSent(isolate: u32, size: u32) void {
    if (in_ring.len != 0) {
        const last = in_ring.backPtr().?;
        if (last.isolate == isolate and last.bytes < credited_at_once) {
            last.end = writer.at;
            last.bytes += size;
            return;
        }
    }
    in_ring.pushBackBounded(.{ .isolate = isolate, .end = writer.at, .bytes = size }) catch {
        // It counts as taken: a guest may send a little more.
        sandbox.noteTaken(isolate, size);
    };
}

fn publish() void {
    writer.publish();
    if (control.armed.value.load(.seq_cst) != 0 and control.armed.value.swap(0, .seq_cst) != 0) ring();
    pace.dawdle();
}

pub fn ring() void {
    _ = sandbox.doorbell.rung.fetchAdd(1, .monotonic);
    socket.sendByte(bell);
}

fn hasTaken() bool {
    const first = in_ring.front() orelse return false;
    return isBehind(first.end);
}

fn isBehind(end: u32) bool {
    return @as(i32, @bitCast(control.event_tail.value.load(.seq_cst) -% end)) >= 0;
}

fn creditTaken() void {
    var any = false;
    while (in_ring.front()) |first| {
        if (!isBehind(first.end)) break;
        _ = in_ring.popFront();
        sandbox.noteTaken(first.isolate, first.bytes);
        any = true;
    }
    if (any) sandbox.resumeRelieved();
}
