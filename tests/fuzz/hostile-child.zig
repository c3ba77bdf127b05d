//! Plays a child process to a host: honest for a while, then not. argv has nothing for it, so the way it lies is taken from
//! its own number. It says what a child says that is confined, and is not.
const std = @import("std");
const engine = @import("engine");
const linux = std.os.linux;
const layout = engine.layout;

const Way = enum { noise, places, headers, flips, words };

var random_state: u64 = 0;

fn random() u64 {
    random_state +%= 0x9e37_79b9_7f4a_7c15;
    var mixed = random_state;
    mixed = (mixed ^ (mixed >> 30)) *% 0xbf58_476d_1ce4_e5b9;
    mixed = (mixed ^ (mixed >> 27)) *% 0x94d0_49bb_1331_11eb;
    return mixed ^ (mixed >> 31);
}

fn below(bound: u64) u64 {
    return random() % bound;
}

pub fn main() void {
    random_state = @as(u64, @intCast(linux.getpid())) *% 0x2545_f491_4f6c_dd1d;
    const shared = layout.Shared.map(3) orelse linux.exit_group(1);
    pretend();
    const control = shared.control;
    control.layers.store(63, .seq_cst);
    control.state.value.store(@intFromEnum(layout.State.ready), .seq_cst);
    control.state.wakeAll();
    var child: Child = .{ .shared = shared, .reader = shared.commandReader(), .writer = shared.recordWriter(), .way = @enumFromInt(below(5)) };
    child.run();
}

/// The host asks the system whether it is confined.
fn pretend() void {
    _ = linux.prctl(@intFromEnum(linux.PR.SET_PDEATHSIG), 9, 0, 0, 0);
    _ = linux.prctl(@intFromEnum(linux.PR.SET_NO_NEW_PRIVS), 1, 0, 0, 0);
    const Instruction = extern struct { code: u16, jt: u8 = 0, jf: u8 = 0, k: u32 };
    const all = [_]Instruction{.{ .code = 6, .k = 0x7fff_0000 }};
    const program: extern struct { length: u16, code: [*]const Instruction } = .{ .length = 1, .code = &all };
    _ = linux.seccomp(1, 0, &program);
}

const Header = extern struct {
    size: u32,
    type: u16,
    encoding: u16,
    isolate_id: u32,
    request_id: u32,
    length: u32,
    isolate: u32 = 0,
};

const Child = struct {
    shared: layout.Shared,
    reader: @TypeOf(@as(layout.Shared, undefined).commandReader()),
    writer: @TypeOf(@as(layout.Shared, undefined).recordWriter()),
    way: Way,
    last_isolate: u32 = 0,
    lies_after: u64 = 0,
    said: u64 = 0,

    fn run(self: *Child) void {
        self.lies_after = below(60);
        var rounds: u64 = 0;
        while (rounds < 20_000) : (rounds += 1) {
            self.listen();
            if (self.last_isolate == 0) {
                nap();
                continue;
            }
            if (self.said < self.lies_after) self.sayHonestly() else self.lie();
            self.ring();
            if (below(8) == 0) nap();
        }
        if (below(2) == 0) linux.exit_group(@intCast(below(256)));
        @trap();
    }

    /// Takes commands, and answers some as an engine would.
    fn listen(self: *Child) void {
        while (true) {
            const available = self.reader.available() catch return;
            if (available < @sizeOf(layout.Command)) return;
            var words: [6]u32 = undefined;
            self.reader.peekWords(&words);
            const command: layout.Command = @bitCast(words);
            if (command.size > available) return;
            self.reader.skip(command.size);
            self.reader.publish();
            switch (command.kind) {
                .create => {
                    self.last_isolate = command.isolate;
                    self.say(.{ .size = 0, .type = 1, .encoding = 0, .isolate_id = command.isolate, .request_id = 0, .length = 0 }, "");
                },
                // The number 42, in V8's format.
                .post => if (command.request_id != 0 and below(4) != 0) self.say(.{
                    .size = 0,
                    .type = 4,
                    .encoding = 0,
                    .isolate_id = command.isolate,
                    .request_id = command.request_id,
                    .length = 0,
                }, "\xff\x0fIT"),
                .cancel => self.say(.{
                    .size = 0,
                    .type = layout.event_cancelled,
                    .encoding = 0,
                    .isolate_id = command.isolate,
                    .request_id = command.request_id,
                    .length = 0,
                }, ""),
                .destroy => if (below(2) == 0) self.say(.{
                    .size = 0,
                    .type = 10,
                    .encoding = 1,
                    .isolate_id = command.isolate,
                    .request_id = 0,
                    .length = 0,
                }, "{\"reason\":\"destroyed\",\"counters\":[]}"),
                else => {},
            }
        }
    }

    /// A message: event "m", data 21.
    fn sayHonestly(self: *Child) void {
        self.said += 1;
        self.say(.{ .size = 0, .type = 2, .encoding = 0, .isolate_id = self.last_isolate, .request_id = 0, .length = 0 }, "\xff\x0f\"\x01m\xff\x0fI*");
    }

    fn say(self: *Child, template: Header, payload: []const u8) void {
        var header = template;
        header.length = @intCast(payload.len);
        header.size = @intCast(std.mem.alignForward(usize, @sizeOf(Header) + payload.len, 8));
        self.put(header, payload);
    }

    fn put(self: *Child, header: Header, payload: []const u8) void {
        const room = self.writer.room() catch return;
        if (room < @sizeOf(Header) + payload.len + 8) return;
        const zeros: [8]u8 = @splat(0);
        _ = self.writer.write(std.mem.asBytes(&header)) catch return;
        _ = self.writer.write(payload) catch return;
        const end = std.mem.alignForward(usize, payload.len, 8);
        _ = self.writer.write(zeros[0 .. end - payload.len]) catch return;
        self.writer.publish();
    }

    fn lie(self: *Child) void {
        switch (self.way) {
            .noise => {
                for (0..64) |_| self.shared.records[below(2 * layout.ring_bytes)] = @truncate(random());
                self.writer.at +%= @truncate(below(4096) & ~@as(u64, 7));
                self.writer.publish();
            },
            .places => {
                const control = self.shared.control;
                const value: u32 = if (below(2) == 0) @truncate(random()) else self.writer.at +% @as(u32, @truncate(below(64))) -% 32;
                switch (below(6)) {
                    0 => control.event_head.value.store(value, .seq_cst),
                    1 => control.command_tail.value.store(value, .seq_cst),
                    2 => control.wants_taking.value.store(1, .seq_cst),
                    3 => control.busy.value.store(value, .seq_cst),
                    4 => control.sleeps.value.store(1, .seq_cst),
                    else => control.event_tail.value.store(value, .seq_cst),
                }
            },
            .headers => self.put(self.madeUpHeader(), "{\"reason\":\"process_crashed\",\"counters\":[]}"[0..below(42)]),
            .flips => {
                self.sayHonestly();
                const place = (self.writer.at -% @as(u32, @truncate(below(400)))) & (layout.ring_bytes - 1);
                self.shared.records[place] ^= @as(u8, 1) << @truncate(below(8));
            },
            .words => {
                const memory = self.shared.memory;
                const control_bytes = @sizeOf(layout.Control);
                for (0..32) |_| memory[below(control_bytes)] = @truncate(random());
                self.sayHonestly();
            },
        }
    }

    /// Right but for one or two of its fields.
    fn madeUpHeader(self: *Child) Header {
        var header: Header = .{ .size = 32, .type = 2, .encoding = 0, .isolate_id = self.last_isolate, .request_id = 0, .length = 8 };
        for (0..1 + below(2)) |_| switch (below(6)) {
            0 => header.size = @truncate(random()),
            1 => header.type = @truncate(below(18)),
            2 => header.encoding = @truncate(below(9)),
            3 => header.isolate_id = @truncate(random()),
            4 => header.request_id = @truncate(below(20)),
            else => header.length = @truncate(random()),
        };
        return header;
    }

    fn ring(self: *Child) void {
        const armed = &self.shared.control.armed.value;
        if (below(16) == 0 or armed.swap(0, .seq_cst) != 0) _ = linux.sendto(4, "!", 1, linux.MSG.NOSIGNAL | linux.MSG.DONTWAIT, null, 0);
    }
};

fn nap() void {
    const time: linux.timespec = .{ .sec = 0, .nsec = 50_000 };
    _ = linux.nanosleep(&time, null);
}
